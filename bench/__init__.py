"""The benchmarks: what the platform costs beside the least that the same work can cost, in the same run.

`make bench` seeds a county with 40 tenants and 100 000 referrals on throw-away servers, then measures each thing next
to its floor: the statements that the platform itself sent, captured and sent again by asyncpg alone, the rows encoded
by orjson. Only the ratios mean anything; the machines are shared and noisy. The table goes to the screen and
`var/bench.json`. These are measurements, not tests: nothing fails by being slow.

    world.py      the seeded county
    replay.py     capturing the platform's statements, and sending them again bare
    run.py        a database of it with the platform over it
    measures.py   one function per measured thing
    exports.py    a whole ledger as a spreadsheet, each side in a process of its own
    __main__.py   the run and its table
"""
