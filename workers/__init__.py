"""The platform's background: loops that look at what should have happened, and make it so.

    reconciler.py  what a reconciler is, one pass of it, and the loop that repeats it
    machinery.py   what every reconciler is handed: database, clock, Redis, pace
    relay.py       waiting announcements → jobs in Redis, again and again until they are handled
    handling.py    a job: what is done about announcements (notices, publications)
    jobs.py        arq and Redis, kept in one place
    clock.py       due rungs of deadlines → recorded, announced
    recount.py     deadlines that an older calendar counted → counted again
    sealer.py      committed audit lines → seals; seals → signed checkpoints
    checkpoints.py where signed checkpoints and their key are kept
    exports.py     ledgers → spreadsheets, portion by portion, in the post of whoever asked
    desk.py        half-made spreadsheets of this process
    documents.py   the sweeper's steps for files
    sweeper.py     what may be forgotten
    main.py        all of them together, until asked to stop

PostgreSQL decides what has happened. A worker may die anywhere, twice, or run beside others: each step either is in a
transaction with what depends on it, or may be done again. Redis only wakes somebody up. Nothing here decides a matter;
rules stand in `domain`.
"""
