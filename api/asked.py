"""What a request brings along: who asks, in which language, and the snapshot that its answer is read from.

One read operation reads in one snapshot, however many resolvers it has; of an act, each payload has its own, opened
after the act was committed and only when something of it is read. A session serves one statement at a time, so
whoever wants to use it waits for a turn.

Whoever reads does so in a task of its own. graphql-core cancels the siblings of a field that fails, and a statement
that is cancelled on its way leaves its transaction unusable for whoever comes next: so a resolver may be cancelled
while it waits for an answer, and the reading of it goes on to its end, or to the end of the operation's time
(`time_limit.py`): then it is cancelled, and so is everything that would still be read in that snapshot.

Nothing is read or decided here.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from graphql import GraphQLError
from strawberry import Info as StrawberryInfo

from api.allowances import Allowances
from api.hub import Hub
from api.identifiers import taken_apart
from api.seats import Seat
from api.time_limit import SECONDS, TimedOut, TimeLimit
from domain.edge import Edge
from domain.work import Work
from tenancy.actor import Actor
from tenancy.refusals import Language, Refusal
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import PROBLEMS, Credentials

log = logging.getLogger("gongguan.api.asked")

T = TypeVar("T")


class SnapshotClosed(Exception):
    """Somebody asked after the answer was settled; nobody hears of it."""


class Reading:
    """One snapshot, opened when it is first needed, and the batches that run in it."""

    def __init__(
        self,
        edge: Edge,
        credentials: Credentials,
        time: TimeLimit,
        turnstile: AbstractAsyncContextManager[object] | None = None,
    ) -> None:
        """Whoever opens it passes the `turnstile` first, and holds it until the end; their time begins behind it."""
        self._edge = edge
        self._credentials = credentials
        self._time = time.apart()
        self._turnstile = turnstile
        self._one_at_a_time = asyncio.Lock()
        self._opened = AsyncExitStack()
        self._work: Work | None = None
        self._closed = False
        self.timed_out: TimedOut | None = None
        self._waits: asyncio.Timeout | None = None
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

    def abandon(self) -> None:
        """Nobody waits for the answer any more: its time is over now."""
        self._time.end()
        if self._waits is not None:
            self._waits.reschedule(0)

    async def close(self) -> None:
        """End the snapshot. What was opened through oversight is on record when this returns.

        What waits for its turn by now, nobody waits for: it does not get one. What has its turn is let finish.
        Raises whatever keeps what was opened from being put on record, `TimedOut` if it takes as much time again: then
        nothing that was read may be told. Where nothing was opened, nothing is owed, however the snapshot ends.
        """
        self._closed = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        async with self._one_at_a_time:
            work, self._work = self._work, None
            self.batches.clear()
            try:
                async with self._time.anew().kept():
                    await self._leave(work)
            except Exception as failure:
                if work is not None and work.openings:
                    raise
                log.warning("a snapshot did not end in order: %s", type(failure).__name__)

    async def _leave(self, work: Work | None) -> None:
        if self.timed_out is None:
            await self._opened.aclose()
            return
        # Its statement was cancelled, so it cannot be left as if all had gone well. An act's payload may show
        # what was read before.
        await self._opened.__aexit__(TimedOut, self.timed_out, None)
        if work is not None and work.openings:
            await self._edge.record_openings(self._credentials, work.openings)

    async def _in_turn(self, ask: Callable[[Work], Awaitable[T]]) -> T:
        async with self._one_at_a_time:
            if self._closed:
                raise SnapshotClosed
            if self._work is None and self._turnstile is not None:
                await self._opened.enter_async_context(self._turnstile)
                self._turnstile, self._time = None, self._time.anew()
            try:
                async with self._time.kept() as self._waits:
                    if self._work is None:
                        reading = self._edge.reading(self._credentials)
                        self._work = await self._opened.enter_async_context(reading)
                    return await ask(self._work)
            except TimedOut as timed_out:
                self.timed_out = timed_out
                raise
            finally:
                self._waits = None

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
    seconds: float = SECONDS
    time: TimeLimit = field(init=False)
    allowances: Allowances | None = None
    seat: Seat | None = None
    reading: Reading = field(init=False)
    unrecorded: Exception | None = None

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin the operation's time, which is not that of reading the request."""
        self.time = TimeLimit(self.seconds)
        self.reading = Reading(self.edge, self.credentials, self.time)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Work]:
        """One transaction, committed if the block ends well, and from then on not broken off any more."""
        async with self.time.kept() as limit, self.edge.writing(self.credentials) as work:
            yield work
            limit.reschedule(None)

    def refuse_who_rests(self) -> None:
        """Before the request is read: whoever just could not pay need not be read. Raises `RateLimited`."""
        if self.allowances is not None:
            self.allowances.refuse_who_rests(self.credentials)

    async def enter(self) -> Actor:
        """See who opens a socket, which costs what asking costs. Raises `RateLimited`, and what the opening call refuses."""
        self.refuse_who_rests()
        if self.allowances is not None:
            price = self.allowances.limits.cost_of_asking
            await self.allowances.spend(self.allowances.payer(self.credentials), price)
        await self.read_afresh(self.hub.turnstile)
        actor = await self.reading.open()
        if self.allowances is not None:
            self.allowances.learn(self.credentials, actor.tenant_id)
        return actor

    def forget_who_was_not_let_in(self, errors: Iterable[GraphQLError]) -> None:
        """If whoever asked turned out to be nobody, or to hold no such post, nobody pays for them any more."""
        causes = [error.original_error for error in errors]
        if self.allowances is not None and any(
            isinstance(cause, Refusal) and cause.code in PROBLEMS for cause in causes
        ):
            self.allowances.forget(self.credentials)

    async def leave(self) -> None:
        """Leave the snapshot. What could not be put on record is kept in mind until the answer is made."""
        try:
            await self.reading.close()
        except Exception as failure:
            self.unrecorded = failure
            raise

    async def read_afresh(self, turnstile: AbstractAsyncContextManager[object] | None = None) -> None:
        """Leave the snapshot and let whatever is read next be read in a new one."""
        await self.leave()
        self.reading = Reading(self.edge, self.credentials, self.time, turnstile)


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
