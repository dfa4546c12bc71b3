"""Where those stand who wait for news: whether anything is otherwise than it was, asked for many at once.

A mark is a number that means nothing by itself. As long as it stays the same, the same opening call succeeds with the
same answer and there is nothing new of what is waited for; when it is another one, or there is none because the opening
call would refuse, whoever waits has to look, in a transaction of their own that begins with the opening call like every
other. Nobody is let in by a mark, and nothing can be read from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import DateTime, Text, Uuid

from tenancy.transactions import Credentials, askable, token_hash

STANDING = text(
    "select place, mark from standing(:token_hashes, :acting_as, :about, :now) order by place"
).bindparams(
    bindparam("token_hashes", type_=ARRAY(BYTEA)),
    bindparam("acting_as", type_=ARRAY(Text)),
    bindparam("about", type_=ARRAY(Uuid)),
    bindparam("now", type_=DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits, by what they showed, for news `about` a subject or their own capacity, or for none."""

    credentials: Credentials
    about: UUID | None


async def marks(session: AsyncSession, waiting: Sequence[Waiting], *, now: datetime) -> list[int | None]:
    """The mark of each, in their order, by one statement; None for whom the opening call refuses."""
    found = await session.execute(
        STANDING,
        {
            "token_hashes": [token_hash(each.credentials.token or "") for each in waiting],
            "acting_as": [askable(each.credentials.acting_as) for each in waiting],
            "about": [each.about for each in waiting],
            "now": now,
        },
    )
    return [mark for _, mark in found]
