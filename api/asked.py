"""What a request brings along: who asks, in which language, and the snapshot that its answer is read from.

One read operation reads in one snapshot, however many resolvers it has; of an act, each payload has its own, opened
after the act was committed and only when something of it is read. A session serves one statement at a time, so
whoever wants to use it waits for a turn.

Whoever reads does so in a task of its own. graphql-core cancels the siblings of a field that fails, and a statement
that is cancelled on its way leaves its transaction unusable for whoever comes next: so a resolver may be cancelled
while it waits for an answer, and the reading of it goes on to its end.

Nothing is read or decided here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from strawberry import Info as StrawberryInfo

from api.hub import Hub
from api.identifiers import taken_apart
from api.seats import Seat
from domain.edge import Edge
from domain.work import Work
from tenancy.actor import Actor
from tenancy.refusals import Language
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import Credentials

T = TypeVar("T")


class SnapshotClosed(Exception):
    """Somebody asked after the answer was settled; nobody hears of it."""


class Reading:
    """One snapshot, opened when it is first needed, and the batches that run in it."""

    def __init__(
        self,
        edge: Edge,
        credentials: Credentials,
        turnstile: AbstractAsyncContextManager[object] | None = None,
    ) -> None:
        """Whoever opens it passes the `turnstile` first, and holds it until the end."""
        self._edge = edge
        self._credentials = credentials
        self._turnstile = turnstile or nullcontext()
        self._one_at_a_time = asyncio.Lock()
        self._opened = AsyncExitStack()
        self._work: Work | None = None
        self._closed = False
        self._tasks: set[asyncio.Task[Any]] = set()
        # Filled by `batching.py`; they live and die with the snapshot, so nothing in them can go stale.
        self.batches: dict[tuple[int, ...], Any] = {}

    async def open(self) -> Actor:
        """Open the snapshot now, and say who acts in it. Raises the refusals of the opening call."""

        async def who(work: Work) -> Actor:
            return work.actor

        return await self.read(who)

    def read(self, ask: Callable[[Work], Awaitable[T]]) -> "asyncio.Future[T]":
        """Read in a task of its own, when its turn comes. Whoever waits for the answer may be cancelled; it is not."""
        task = asyncio.ensure_future(self._in_turn(ask))
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return asyncio.shield(task)

    async def close(self) -> None:
        """End the snapshot. What was opened through oversight is on record when this returns.

        What waits for its turn by now, nobody waits for: it does not get one. What has its turn is let finish.
        """
        self._closed = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        async with self._one_at_a_time:
            self._work = None
            self.batches.clear()
            await self._opened.aclose()

    async def _in_turn(self, ask: Callable[[Work], Awaitable[T]]) -> T:
        async with self._one_at_a_time:
            if self._closed:
                raise SnapshotClosed
            if self._work is None:
                await self._opened.enter_async_context(self._turnstile)
                self._work = await self._opened.enter_async_context(self._edge.reading(self._credentials))
            return await ask(self._work)

    def _finished(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain where nobody waits any more


@dataclass(slots=True)
class Asked:
    """One request: what graphql-core hands to every resolver as its context."""

    edge: Edge
    doorkeeper: Doorkeeper
    credentials: Credentials
    language: Language
    hub: Hub
    seat: Seat | None = None
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self.reading = Reading(self.edge, self.credentials)

    async def read_afresh(self, turnstile: AbstractAsyncContextManager[object] | None = None) -> None:
        """Leave the snapshot and let whatever is read next be read in a new one."""
        await self.reading.close()
        self.reading = Reading(self.edge, self.credentials, turnstile)


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
