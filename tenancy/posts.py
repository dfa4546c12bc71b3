"""Looking into another post of the same person, within a snapshot that was opened in one of them.

For what is a person's own across all their posts. Each post is opened by the call that a request in it would begin with, so
nothing is seen in it that such a request would not see, and in a post that ended nothing at all. Afterwards the scope is
again what it was. Nothing is written in between: a transaction that writes holds the one post in which it acts.

Which posts a person has is not known here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from tenancy.actor import Actor
from tenancy.driver import first
from tenancy.transactions import actor_of

OPEN_POST = "select * from open_post($1::uuid, $2::uuid, $3::timestamptz)"

GO_BACK = """select set_config('gongguan.county', $1, true), set_config('gongguan.tenant', $2, true),
    set_config('gongguan.person', $3, true), set_config('gongguan.overseen', $4, true)"""


@asynccontextmanager
async def in_post(
    session: AsyncSession, actor: Actor, capacity_id: UUID, *, now: datetime
) -> AsyncIterator[Actor | None]:
    """The same person in this post while the block lasts; None where they hold no such post now.

    If it cannot be gone back, the transaction is of no more use: no scope is left behind that somebody could read in.
    """
    found = await first(session, OPEN_POST, (actor.session_id, capacity_id, now))
    if found is None or found.problem is not None:
        yield None
        return
    try:
        yield actor_of(found)
    finally:
        scope = (actor.county_id, actor.tenant_id, actor.person_id, actor.overseen or "")
        await first(session, GO_BACK, tuple(map(str, scope)))
