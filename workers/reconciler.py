"""What a reconciler is: a name, a look at what is left to do, and small steps that do it; and the loop around them.

    begun ─▶ find ─▶ step ─▶ step ─▶ …      for each portion of work that was found, usually one county's

A place lies before the first and behind every step, and `reached` is called there with its name. The places follow
from the steps, so a step that a test cannot let a worker die behind does not exist. What a portion needs in common,
an open transaction for instance, its steps share in the portion; a portion that fails is undone and rests for a
while, and the others go on.

This file knows no reconciler and no matter.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from domain.edge import upkeep
from domain.outbox.commands import beat
from domain.outbox.queries import Backlog
from tenancy.telemetry import Passage, described, passing
from workers.machinery import Machinery

log = logging.getLogger("gongguan.workers")

SECONDS_BETWEEN_BEATS = 5.0
LONGEST_PAUSE_AFTER_FAILURE = 5.0
LONGEST_REST_OF_A_PORTION = 60.0


@dataclass(kw_only=True)
class Portion:
    """A part of the work that succeeds or fails by itself.

    `kept` holds what must be closed when it ends; closing it early commits what was opened in it. A step sets `done`
    when there is nothing left for the others, `more` when the reconciler should look again at once, and `did` to how
    much was done, for whoever counts.
    """

    machinery: Machinery
    county_id: UUID | None = None
    kept: AsyncExitStack = field(default_factory=AsyncExitStack)
    done: bool = False
    more: bool = False
    did: int = 0

    @property
    def county(self) -> UUID:
        """The county of a portion that has one."""
        if self.county_id is None:
            raise LookupError("this portion belongs to no county")
        return self.county_id


P = TypeVar("P", bound=Portion)

Step = Callable[[P], Awaitable[None]]


async def nothing_left(_machinery: Machinery) -> Backlog:
    """For reconcilers that nothing waits for."""
    return Backlog(waiting_since=None, given_up=0)


@dataclass(frozen=True, kw_only=True)
class Steps(Generic[P]):
    """Steps in their order, under one name."""

    name: str
    steps: tuple[Step[P], ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The names of all places: before the first step and behind each."""
        return (f"{self.name}.begun", *(f"{self.name}.{_called(step)}" for step in self.steps))

    async def work_through(self, portion: P) -> None:
        """Take the steps on one portion; whatever fails, what is still open is undone and the failure raised."""
        await portion.machinery.reached(f"{self.name}.begun")
        await self.go_on(portion)

    async def go_on(self, portion: P) -> None:
        """The same from the first step on, where the beginning lies further back."""
        with _traced(self.name, portion):
            async with portion.kept:
                for step in self.steps:
                    await step(portion)
                    await portion.machinery.reached(f"{self.name}.{_called(step)}")
                    if portion.done:
                        return


@dataclass(frozen=True, kw_only=True)
class Reconciler(Steps[P]):
    """Steps that are taken again and again: `find` says on what, `seconds` how long to wait when nothing is left.

    Portions are worked on `side_by_side`, so that this process and the database need not wait for each other. `left`
    measures for the beat what is due and not done.
    """

    find: Callable[[Machinery], Awaitable[Sequence[P]]]
    seconds: float
    side_by_side: int = 1
    left: Callable[[Machinery], Awaitable[Backlog]] = nothing_left

    @property
    def places(self) -> tuple[str, ...]:
        """Also behind the looking."""
        begun, *rest = super().places
        return (begun, f"{self.name}.find", *rest)


@dataclass
class Loop(Generic[P]):
    """A reconciler at work in this process, until asked to stop."""

    reconciler: Reconciler[P]
    machinery: Machinery
    stopping: asyncio.Event
    _resting: dict[UUID | None, "_Rest"] = field(default_factory=dict)
    _last_beat: float = float("-inf")
    _last_complaint: str | None = None

    async def run(self) -> None:
        """Pass after pass; a failure is told and followed by a pause, never by the end."""
        pause = 0.0
        while not self.stopping.is_set():
            try:
                more = await self.pass_once()
            except Exception as error:
                pause = min(max(pause * 2, 0.1), LONGEST_PAUSE_AFTER_FAILURE)
                self._complain(error)
                await self._wait(pause)
            else:
                if self._last_complaint is not None:
                    log.info("%s goes on", self.reconciler.name)
                self._last_complaint, pause = None, 0.0
                if not more:
                    await self._wait(self.machinery.pace.seconds(self.reconciler.seconds))

    async def pass_once(self) -> bool:
        """One pass. True: look again at once."""
        name, reached = self.reconciler.name, self.machinery.reached
        self.machinery.nudged(name).clear()
        await reached(f"{name}.begun")
        portions = await self.reconciler.find(self.machinery)
        await reached(f"{name}.find")
        await self._beat()
        queue = iter(portions)
        hands = await asyncio.gather(
            *(self._work_off(queue) for _ in range(self.reconciler.side_by_side)), return_exceptions=True
        )
        for failure in hands:
            if isinstance(failure, BaseException):
                raise failure
        return any(hands)

    async def _work_off(self, portions: Iterator[P]) -> bool:
        """Take portion after portion from those that are left. True: look again at once."""
        more = False
        for portion in portions:
            if self.stopping.is_set():
                break
            if self._rests(portion.county_id):
                continue
            try:
                await self.reconciler.go_on(portion)
            except Exception:
                if portion.county_id is None:
                    raise
                self._let_rest(portion.county_id)
            else:
                self._resting.pop(portion.county_id, None)
                self.machinery.did[self.reconciler.name] += portion.did
                more = more or portion.more
            await self._beat()
        return more

    async def _beat(self) -> None:
        if time.monotonic() - self._last_beat < self.machinery.pace.seconds(SECONDS_BETWEEN_BEATS):
            return
        self._last_beat = time.monotonic()
        name, did = self.reconciler.name, self.machinery.did
        left, done = await self.reconciler.left(self.machinery), did[name]
        async with upkeep(self.machinery.engines.writing) as session:
            await beat(
                session,
                reconciler=name,
                wall=await self.machinery.wall.now(),
                waiting_since=left.waiting_since,
                given_up=left.given_up,
                done=done,
            )
        did[name] -= done

    async def _wait(self, seconds: float) -> None:
        """Until the time has passed, or there is something to find, or we are to stop."""
        waking = [
            asyncio.create_task(event.wait())
            for event in (self.stopping, self.machinery.nudged(self.reconciler.name))
        ]
        await asyncio.wait(waking, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in waking:
            task.cancel()

    def _complain(self, error: Exception) -> None:
        """Tell of a failure in full when it is new, and not again while it lasts."""
        complaint = f"{type(error).__name__}: {error}"
        if complaint != self._last_complaint:
            log.warning("%s cannot go on: %s", self.reconciler.name, described(error), exc_info=error)
        self._last_complaint = complaint

    def _rests(self, county_id: UUID | None) -> bool:
        rest = self._resting.get(county_id)
        return rest is not None and time.monotonic() < rest.until

    def _let_rest(self, county_id: UUID) -> None:
        before = self._resting.get(county_id)
        pace = self.machinery.pace
        seconds = min(
            before.seconds * 2 if before else pace.seconds(1), pace.seconds(LONGEST_REST_OF_A_PORTION)
        )
        log.exception(
            "%s failed in county %s and tries again in %.0f s", self.reconciler.name, county_id, seconds
        )
        self._resting[county_id] = _Rest(seconds, time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class _Rest:
    seconds: float
    until: float


@contextmanager
def _traced(name: str, portion: Portion) -> Iterator[None]:
    """One portion is one passage, and one span for whoever traces; with what it sends to the database below it."""
    tracer = portion.machinery.tracer
    # What belongs to no county looks every second whether there is anything; nobody wants to read that.
    span = tracer.begin(name, headers={}) if tracer is not None and portion.county_id is not None else None
    failed = None
    with passing(Passage(span=span)) as passage:
        try:
            yield
        except BaseException as error:
            failed = described(error)
            raise
        finally:
            if span is not None:
                facts = {"gongguan.request.id": passage.id, "gongguan.statements": passage.statements}
                span.end(facts=facts, failed=failed)


def _called(step: Callable[..., object]) -> str:
    return str(getattr(step, "__name__"))  # noqa: B009 - the type of a callable does not promise a name
