"""The peers: what a read of the API costs beside what others make of the same read, in the same run.

`make bench-peers` starts four servers, each a process of its own with one worker, over one database of the seeded
county, by the API's own login, under the same row-level security. Each opens the same scope with the same call, in each
request's own transaction. A nested list, a flat list and a small query are asked of all of them over HTTP, in turns; that
they answer with the same data is checked first. Which is faster is said as ratios of the same round.

    questions.py      the three questions in each server's words, and when two answers are the same
    asking.py         the client, in a process of its own
    serving.py        a server's process, from its start to its end
    loaders.py        the peer: strawberry with data loaders
    postgraphile.mjs  the peer: PostGraphile
    by_hand.py        the peer: an endpoint written for these questions alone
    ours.py           our API with parts of it taken out, and for other servers than its own
    rounds.py         the measuring: everybody in turns
    tables.py         what is measured: peers, costs, servers
    __main__.py       the run

ARGS=costs measures instead what tenancy and policy take of a request; ARGS=servers, granian beside uvicorn. Options:
`--rounds`, `--seconds`. The figures go to the screen and `var/bench-peers.json`.
"""
