"""What a request brings along: who asks, in which language, and the snapshot that its answer is read from.

One read operation reads in one snapshot, however many resolvers it has; of an act, each payload has its own, opened
after the act was committed and only when something of it is read. A session serves one statement at a time, so
whoever wants to use it waits for a turn.

Nothing is read or decided here.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from strawberry import Info as StrawberryInfo

from api.identifiers import taken_apart
from domain.edge import Edge
from domain.work import Work
from tenancy.refusals import Language
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import Credentials


class Reading:
    """One snapshot, opened when it is first needed, and the batches that run in it."""

    def __init__(self, edge: Edge, credentials: Credentials) -> None:
        self._edge = edge
        self._credentials = credentials
        self._one_at_a_time = asyncio.Lock()
        self._opened = AsyncExitStack()
        self._work: Work | None = None
        # Filled by `batching.py`; they live and die with the snapshot, so nothing in them can go stale.
        self.batches: dict[tuple[int, ...], Any] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Work]:
        """The work of this snapshot, for one user at a time. Raises the refusals of the opening call."""
        async with self._one_at_a_time:
            if self._work is None:
                self._work = await self._opened.enter_async_context(self._edge.reading(self._credentials))
            yield self._work

    async def close(self) -> None:
        """End the snapshot. What was opened through oversight is on record when this returns."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        async with self._one_at_a_time:
            self._work = None
            await self._opened.aclose()


@dataclass(slots=True)
class Asked:
    """One request: what graphql-core hands to every resolver as its context."""

    edge: Edge
    doorkeeper: Doorkeeper
    credentials: Credentials
    language: Language
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self.reading = Reading(self.edge, self.credentials)

    async def read_afresh(self) -> None:
        """Leave the snapshot and let whatever is read next be read in a new one."""
        await self.reading.close()
        self.reading = Reading(self.edge, self.credentials)


Info = StrawberryInfo[Asked, None]


def credentials_of(authorization: str | None, acting_as: str | None) -> Credentials:
    """What the headers say: `Authorization: Bearer …` and `X-Acting-As`.

    The capacity is named by its global id, its plain id or its tenant's code; which of them names one is not known here.
    """
    scheme, _, token = (authorization or "").strip().partition(" ")
    return Credentials(
        token=token.strip() or None if scheme.lower() == "bearer" else None,
        acting_as=_plain(acting_as.strip()) if acting_as and acting_as.strip() else None,
    )


def _plain(acting_as: str) -> str:
    try:
        kind, identifier = taken_apart(acting_as)
    except ValueError:
        pass
    else:
        return str(identifier) if kind == "Capacity" else acting_as
    try:
        return str(UUID(acting_as))
    except ValueError:
        return acting_as
