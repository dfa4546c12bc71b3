"""The benchmarks: what the platform costs beside the least that the same work can cost, in the same run.

`make bench` seeds a county with 40 tenants and 100 000 referrals on throw-away servers, then measures each thing next
to its floor: the statements that the platform itself sent, captured and sent again by asyncpg alone, the rows encoded
by orjson. Only the ratios mean anything; the machines are shared and noisy. The table goes to the screen and
`var/bench.json`. These are measurements, not tests: nothing fails by being slow.

    world.py      the seeded county
    replay.py     capturing the platform's statements, and sending them again bare
    run.py        a database of it with the platform over it
    measures.py   one function per measured thing
    live.py       the same for news over a socket
    exports.py    a whole ledger as a spreadsheet, each side in a process of its own
    __main__.py   the run and its table

With `ARGS=exports` it measures the export alone.

With `ARGS=registers` it seeds 500 tenants with 1 000 000 referrals instead, which takes minutes and 13 GB, and measures
the first pages of their registers by each filter.

    register_world.py   the seeded registers
    registers.py        the pages that are measured
"""
