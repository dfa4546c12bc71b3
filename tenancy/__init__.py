"""Who is asking, and what they reach.

A county's bodies, its departments and its townships are separate **tenants** of one deployment. A person holds
**capacities**: a post in a tenant. A request acts in exactly one of them, and everything it reads or writes is
walled in twice: by the filter of the query and by the row-level security of the table, each of which keeps
tenants apart on its own.

Zhou works for the county's transport department and is seconded to Kunyang town. In the morning she acts as the
department: she sees the referrals that the department sent, and not the town's papers. In the afternoon she acts
as the town, with `X-Acting-As: kunyang`: now the walls stand elsewhere. On the evening her secondment ends, the
next request in that capacity is refused, because the opening call of every transaction asks the database again.

    kinds.py         what kinds of tables there are, and how a model says which one it is
    row_security.py  the policies and grants that follow from the kinds
    scope.sql        `me()`, `county()`, `overseen()` and the opening call, in the database
    actor.py         the answer of the opening call: who acts, for whom, in which roles
    transactions.py  opening a transaction in somebody's capacity
    standing.py      whether anything changed for those who wait for news, asked for many at once
    sign_in.py       local accounts: passwords, lockout, tokens
    repeats.py       clientMutationId: the same request twice is one act
    models.py        counties, accounts, sessions, capacities

This room knows nothing of referrals, deadlines or any other matter, nor of rights finer than the tenant
(`policies` has those).
"""
