"""Several tenants at work at once, while API and workers are killed and the clock moves: what must hold all the same.

Everything is as the house runs it: two APIs in processes of their own, workers in theirs, front ends that speak HTTP.
Front ends do at random what the API says that they could do, and ask again, with the same `clientMutationId`, whatever
was not answered. Processes end by SIGKILL only, at random or at a random place between two steps of a worker. After
each burst everybody waits until the workers have nothing left to do; then the owner's eye looks at all that is there.

    house.py    the processes, started, killed, started again; the set clock
    people.py   the front ends: who acts, what they try, what they were answered
    ledger.py   what was asked and answered, which is all that a county could know
    holds.py    what must hold, read from the tables alone
    test_walk.py

The seed of a walk decides who tries what and who is killed when; the machine decides how that meets. A failure names it,
and `pytest tests/walk --seed=…` takes it again.
"""
