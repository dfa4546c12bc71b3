"""What a request brings along: who asks, in which language, and the snapshot that its answer is read from.

One read operation reads in one snapshot, however many resolvers it has; of an act, each payload has its own, opened
after the act was committed and only when something of it is read. A session serves one statement at a time, so what is
to be read in it stands in a queue.

One task reads for whoever asked. graphql-core cancels the siblings of a field that fails, and a statement that is
cancelled on its way leaves its transaction unusable for whoever comes next: so a resolver may be cancelled while it waits
for an answer, and the reading of it goes on to its end, or to the end of the operation's time (`time_limit.py`): then it
is cancelled, and so is everything that would still be read in that snapshot.

Nothing is read or decided here.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

from graphql import GraphQLError
from strawberry import Info as StrawberryInfo

from api.allowances import Allowances, Payer
from api.hub import Hub
from api.identifiers import taken_apart
from api.seats import Seat
from api.time_limit import SECONDS, TimedOut, TimeLimit
from domain.columns import Columns
from domain.edge import Edge
from domain.work import Work
from tenancy.actor import Actor
from tenancy.refusals import Language, Refusal
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import PROBLEMS, Credentials

log = logging.getLogger("gongguan.api.asked")

T = TypeVar("T")

Fetch = Callable[[Work, Collection[UUID]], Awaitable[Mapping[UUID, Any]]]
"""Finds rows by their ids; those that are not visible are absent."""


class FetchColumns(Protocol):
    """The same, with these columns of them at least."""

    async def __call__(
        self, work: Work, ids: Collection[UUID], columns: Columns = None, /
    ) -> Mapping[UUID, Any]: ...


_Sought = tuple[FetchColumns, frozenset[str] | None]


class SnapshotClosed(Exception):
    """Somebody asked after the answer was settled; nobody hears of it."""


class Reading:
    """One snapshot, opened when it is first needed, and the batches that run in it."""

    def __init__(self, edge: Edge, credentials: Credentials, time: TimeLimit) -> None:
        self._edge = edge
        self._credentials = credentials
        self._time = time.apart()
        self._opened = AsyncExitStack()
        self._work: Work | None = None
        self._not_opened: Exception | None = None
        self._closed = False
        self._being_left = asyncio.Lock()
        self._is_left = False
        self.timed_out: TimedOut | None = None
        self._waits: asyncio.Timeout | None = None
        self._loop = asyncio.get_running_loop()
        # What is to be read, each with whoever waits for it; the reader is at the first, or waits for one to come.
        self._queue: deque[tuple[Callable[[Work], Awaitable[Any]], asyncio.Future[Any]]] = deque()
        self._reader: asyncio.Task[None] | None = None
        self._more: asyncio.Future[None] | None = None
        # Filled by `batching.py`; they live and die with the snapshot, so nothing in them can go stale.
        self.batches: dict[tuple[int, ...], Any] = {}
        # What was fetched by id, None for what is not visible, and what will be fetched with the next that is.
        self._found: dict[_Sought, dict[UUID, Any]] = defaultdict(dict)
        self._sought: dict[_Sought, set[UUID]] = defaultdict(set)

    def open(self) -> "asyncio.Future[Actor]":
        """Open the snapshot now, waited for or not, and say who acts in it. Raises the refusals of the opening call."""

        async def who(work: Work) -> Actor:
            return work.actor

        return self.read(who)

    def read(self, ask: Callable[[Work], Awaitable[T]]) -> "asyncio.Future[T]":
        """Read when its turn comes, waited for or not. Whoever waits for the answer may be cancelled; the reading is not."""
        answer: asyncio.Future[T] = self._loop.create_future()
        if self._closed:
            _refuse(answer, SnapshotClosed())
            return answer
        self._queue.append((ask, answer))
        if self._reader is None:
            self._reader = self._loop.create_task(self._read_what_comes())
        self._tell_the_reader()
        return answer

    async def hold(self, turn: AbstractAsyncContextManager[object]) -> None:
        """Wait for a turn, which ends with the snapshot. The time begins anew behind it."""
        await self._opened.enter_async_context(turn)
        self._time = self._time.anew()

    @asynccontextmanager
    async def awaited(self) -> AsyncIterator[None]:
        """What waits in the block waits for as long as there is time, and somebody for the answer. Raises `TimedOut`."""
        try:
            async with self._time.kept() as self._waits:
                yield
        finally:
            self._waits = None

    def seek(
        self, fetch: FetchColumns, ids: Collection[UUID], columns: frozenset[str] | None
    ) -> "tuple[Mapping[UUID, Any], asyncio.Future[None] | None]":
        """What is found by these ids, None for what is not visible; and what to wait for until all of them are there.

        Of what comes this way no id is asked for twice in a snapshot for the same columns, and what is sought by several
        at once is asked for together.
        """
        key = fetch, columns
        found, sought = self._found[key], self._sought[key]
        missing = {each for each in ids if each not in found}
        if not missing:
            return found, None
        sought |= missing

        async def seek(work: Work) -> None:
            # Whoever waited beside somebody who failed seeks their own.
            asking = {each for each in sought | missing if each not in found}
            sought.clear()
            if asking:
                rows = await fetch(work, asking, columns)
                found.update((each, rows.get(each)) for each in asking)

        return found, self.read(seek)

    def abandon(self) -> None:
        """Nobody waits for the answer any more: its time is over now."""
        self._time.end()
        if self._waits is not None and not self._waits.expired():
            self._waits.reschedule(0)

    async def close(self) -> None:
        """End the snapshot. What was opened through oversight is on record when this returns.

        What waits for its turn by now, nobody waits for: it does not get one. What has its turn is let finish.
        Raises whatever keeps what was opened from being put on record, `TimedOut` if it takes as much time again: then
        nothing that was read may be told. Where nothing was opened, nothing is owed, however the snapshot ends, and so
        nobody waits for that.
        """
        self._closed = True
        if self._reader is not None:
            self._tell_the_reader()
            with suppress(Exception):
                await self._reader
        async with self._being_left:
            if self._is_left:
                return
            self._is_left = True
            work, self._work, self._not_opened = self._work, None, None
            self.batches.clear()
            self._found.clear()
            if work is None or work.openings or self.timed_out is not None:
                await self._leave_in_time(work)
            else:
                self._edge.engines.see_to(self._leave_in_time(work))

    async def _leave_in_time(self, work: Work | None) -> None:
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

    def _tell_the_reader(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    async def _read_what_comes(self) -> None:
        try:
            async with self.awaited():
                while not self._closed:
                    if self._queue:
                        await self._read_the_first()
                    else:
                        self._more = self._loop.create_future()
                        await self._more
        except TimedOut as timed_out:
            if self._queue:
                self.timed_out = timed_out
                self._refuse_the_rest(timed_out)
        finally:
            self._reader = None
            self._refuse_the_rest(SnapshotClosed() if self._closed else asyncio.CancelledError())

    async def _read_the_first(self) -> None:
        ask, answer = self._queue[0]
        try:
            read = await ask(self._work or await self._opened_first())
        except TimedOut:
            raise
        except Exception as error:  # whoever asked is told, whatever it is
            _refuse(answer, error)
        else:
            if not answer.done():
                answer.set_result(read)
        self._queue.popleft()

    async def _opened_first(self) -> Work:
        """Once is enough: who was refused is refused whatever else they ask for."""
        if self._not_opened is not None:
            raise self._not_opened
        try:
            self._work = await self._opened.enter_async_context(self._edge.reading(self._credentials))
        except TimedOut:
            raise
        except Exception as error:  # whatever it is, nothing is read
            self._not_opened = error
            raise
        return self._work

    def _refuse_the_rest(self, error: BaseException) -> None:
        while self._queue:
            _, answer = self._queue.popleft()
            _refuse(answer, error)


def _refuse(answer: "asyncio.Future[Any]", error: BaseException) -> None:
    if answer.done():
        return
    if isinstance(error, asyncio.CancelledError):
        answer.cancel()
        return
    answer.set_exception(error)
    answer.exception()  # looked at, so that asyncio does not complain where nobody waits any more


@dataclass(slots=True)
class Asked:
    """One request: what graphql-core hands to every resolver as its context. `cost` is its price, once that is known."""

    edge: Edge
    doorkeeper: Doorkeeper
    credentials: Credentials
    language: Language
    hub: Hub
    seconds: float = SECONDS
    time: TimeLimit = field(init=False)
    allowances: Allowances | None = None
    seat: Seat | None = None
    cost: int = 0
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

    @property
    def payer(self) -> Payer:
        """Whose allowance this is taken from, as far as is known."""
        return None if self.allowances is None else self.allowances.payer(self.credentials)

    async def enter(self, turn: AbstractAsyncContextManager[object] | None) -> Actor:
        """See who comes in, with a socket or for a file, when there is a `turn`; that costs what asking costs.

        Raises `RateLimited`, and what the opening call refuses.
        """
        self.refuse_who_rests()
        if self.allowances is not None:
            await self.allowances.spend(self.payer, self.allowances.limits.cost_of_asking)
        return await self.be_let_in(turn)

    async def be_let_in(self, turn: AbstractAsyncContextManager[object] | None) -> Actor:
        """Show one's credentials, when there is a `turn`. Raises what the opening call refuses."""
        await self.read_afresh(turn)
        try:
            actor = await self.reading.open()
        except Refusal as refusal:
            self._forget_if_not_let_in(refusal)
            raise
        if self.allowances is not None:
            self.allowances.learn(self.credentials, actor.tenant_id)
        return actor

    def forget_who_was_not_let_in(self, errors: Iterable[GraphQLError]) -> None:
        """If whoever asked turned out to be nobody, or to hold no such post, nobody pays for them any more."""
        for error in errors:
            self._forget_if_not_let_in(error.original_error)

    async def leave(self) -> None:
        """Leave the snapshot. What could not be put on record is kept in mind until the answer is made."""
        try:
            await self.reading.close()
        except Exception as failure:
            self.unrecorded = failure
            raise

    async def read_afresh(self, turn: AbstractAsyncContextManager[object] | None = None) -> None:
        """Leave the snapshot and let whatever is read next be read in a new one, if need be when there is a `turn`."""
        await self.leave()
        self.reading = Reading(self.edge, self.credentials, self.time)
        if turn is not None:
            await self.reading.hold(turn)

    def _forget_if_not_let_in(self, cause: Exception | None) -> None:
        if self.allowances is not None and isinstance(cause, Refusal) and cause.code in PROBLEMS:
            self.allowances.forget(self.credentials)


Info = StrawberryInfo[Asked, None]


def credentials_of(authorization: str | None, acting_as: str | None) -> Credentials:
    """What the headers say: `Authorization: Bearer …` and `X-Acting-As`.

    The capacity is named by its global id, its plain id or its tenant's code; which of them names one is not known here. Behind an
    id there may stand `@` and the code of a body that is no more, for which it goes on.
    """
    scheme, _, token = (authorization or "").strip().partition(" ")
    return Credentials(
        token=token.strip() or None if scheme.lower() == "bearer" else None,
        acting_as=_plain(acting_as.strip()) if acting_as and acting_as.strip() else None,
    )


@lru_cache(1_000)
def _plain(acting_as: str) -> str:
    named, at, body = acting_as.partition("@")
    return f"{_plain_id(named)}{at}{body}"


def _plain_id(acting_as: str) -> str:
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
