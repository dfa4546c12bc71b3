"""The rounds: one look, now and then, for all who wait at this process, instead of one by each of them.

    all who wait ──500 at a time, one statement──▶ marks ──another one than before?──▶ wake

Who is woken looks for themselves, by the ordinary way with the opening call, the filter and row-level security: a round
decides nothing and tells nobody anything. Whose token or post has ended is woken because the mark is another one, and
is refused by that look. While the database does not answer, nobody is woken: a look would end their subscription.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from math import inf

from api.hub import Hub, Watch
from tenancy.standing import Waiting

log = logging.getLogger("gongguan.api.hub")

ASKED_AT_ONCE = 500
"""So many to a statement: it is done in some tens of milliseconds, and others get their turn in between."""

Marks = Callable[[Sequence[Waiting]], Awaitable[Sequence[int | None]]]


async def make_rounds(hub: Hub, marks: Marks) -> None:
    """Round after round, for as long as the process lives and somebody waits."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        hub.sooner.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(last + hub.pace):
                await hub.sooner.wait()
                continue
        last = loop.time()
        hub.pace = min((watch.seconds_between_looks for watch in hub.watches()), default=inf)
        try:
            await a_round(hub, marks)
        except Exception:
            log.exception("a round failed; the next one finds what this one missed")


async def a_round(hub: Hub, marks: Marks) -> None:
    """Wake all who wait and stand otherwise than when they last looked."""
    together: dict[Waiting, list[Watch]] = defaultdict(list)
    for watch in hub.watches():
        if watch.mark is not None:
            together[watch.waiting].append(watch)
    everybody = list(together)
    for start in range(0, len(everybody), ASKED_AT_ONCE):
        some = everybody[start : start + ASKED_AT_ONCE]
        for waiting, mark in zip(some, await marks(some), strict=True):
            for watch in together[waiting]:
                if watch.mark not in (None, mark):
                    watch.wake()
