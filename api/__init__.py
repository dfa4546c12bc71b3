"""The GraphQL surface: what front ends talk to. One file per capability, and a few that serve them all.

A request comes in at `view.py`, which knows HTTP; `execution.py` parses, limits, validates and opens the one snapshot
that a read runs in; the capabilities' files say what there is to ask and to do; `errors.py` says how a refusal looks.

    app.py            the Starlette application: routes, headers, lifespan
    view.py           /graphql over HTTP
    sockets.py        subscriptions over a WebSocket
    event_streams.py  subscriptions as an event stream
    health.py         /healthz, /readyz
    asked.py          what a request brings along: credentials, language, and the snapshot it reads in
    trusted.py        documents that are known by their ids, and whether others are answered
    own_site.py       requests of foreign pages
    refused.py        what HTTP refuses, in our words
    responses.py      media types and headers of an answer
    time_limit.py     how long an operation may take
    execution.py      around the executor: known documents, limits, costs, one snapshot per read
    limits.py         how much a document may ask for, and the numbers of all bounds
    costs.py          what an answer may cost
    allowances.py     what a body may ask for in a minute, and how many of its requests are in hand
    payments.py       what one operation pays, and out of whose allowance
    batching.py       how relations are written, and the adapter that runs them under graphql-core
    connections.py    pages by keyset, and cursors that belong to one list only
    live.py           how feeds are written, and how they are followed
    hub.py            one ear on Redis, and whom to wake
    rounds.py         one look, now and then, for all who wait
    seats.py          how many connections for subscriptions there may be
    readers.py        whoever reads nothing of what they are sent is let go
    changes.py        what happens to any matter, as it happens
    mutations.py      one shape for every act
    node.py           Node, and finding one by its global id
    identifiers.py    global ids
    languages.py      Chinese or English
    schema.py         the whole schema and its SDL

    sign_in, organisations, staff, catalogue, secondments, deadlines, referrals, assignments, substitutions, liaisons,
    agreements, alerts, supervision, discipline, notifications, documents, exports: the capabilities
    registers.py      what a register can be asked, as an input and in words

It decides nothing: who may see or do what stands in `policies`, what can be done in `domain`. It imports no
sqlalchemy; rows come out of `domain` and go out as they are.

Relations are batches from the first one on: `async def batch(work, parents, arguments, wanted) -> Sequence`, one
answer per parent in their order. Attributes have no resolver: a source is an ORM row or a small dataclass with the
attributes that the type names.
"""
