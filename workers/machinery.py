"""What every reconciler is handed: the database, the two clocks, Redis, where checkpoints go, and the pace.

It holds no state of any pass. Settings come in here from `ops` and are read nowhere else.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from domain.notifications.commands import deliver
from domain.outbox.rules import Announced
from domain.work import Errand
from tenancy.clock import Clock, WallClock
from tenancy.telemetry import Tracer
from tenancy.transactions import Engines
from workers.checkpoints import CheckpointFolder
from workers.desk import Desk
from workers.jobs import Jobs

Reached = Callable[[str], Awaitable[None]]
"""Called with the name of each place between two steps. Tests let a worker die there."""

Handler = Callable[[Errand, Sequence[Announced]], Awaitable[None]]
"""Does something about announcements of one county, all or none, in the errand's transaction."""

HANDLERS: Mapping[str, Handler] = {"notifications": deliver}
"""By the names under which receipts are kept: a renamed handler would do everything again."""


async def nothing_there(_place: str) -> None:
    """Pass by."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things are looked at, and how long others are waited for. Written for 1; tests hurry."""

    speed: float = 1.0
    impatience: float = 1.0

    def seconds(self, seconds: float) -> float:
        """An interval between two looks, in seconds."""
        return seconds / self.speed

    def patience(self, seconds: float) -> timedelta:
        """How long to wait for somebody else before taking over."""
        return timedelta(seconds=seconds / self.impatience)


@dataclass(frozen=True, kw_only=True)
class Machinery:
    """`clock` is the county's time, by which deadlines run; `wall` the machine's, by which the machinery itself does.

    `desk` is where exports are made; without one, they are left to other workers. `did` counts by reconciler what was
    done and not said in a beat yet; `tracer` hears of each portion, where somebody traces.
    """

    engines: Engines
    clock: Clock
    jobs: Jobs
    checkpoints: CheckpointFolder | None = None
    desk: Desk | None = None
    handlers: Mapping[str, Handler] = field(default_factory=lambda: HANDLERS)
    pace: Pace = field(default_factory=Pace)
    reached: Reached = nothing_there
    wall: Clock = field(default_factory=WallClock)
    tracer: Tracer | None = None
    did: Counter[str] = field(default_factory=Counter)
    _nudges: dict[str, asyncio.Event] = field(default_factory=dict)

    def nudge(self, reconciler: str) -> None:
        """Let a reconciler of this process look at once, because there is something to find."""
        self.nudged(reconciler).set()

    def nudged(self, reconciler: str) -> asyncio.Event:
        """Set while there is a nudge that the reconciler has not followed."""
        return self._nudges.setdefault(reconciler, asyncio.Event())
