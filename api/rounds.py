"""The rounds: one look, now and then, for all who wait at this process, instead of one by each of them.

    all who wait ──500 at a time, one statement──▶ marks ──another one than before?──▶ wake

Who is woken looks for themselves, by the ordinary way with the opening call, the filter and row-level security: a round
decides nothing and tells nobody anything. Whose token or post has ended is woken because there is no mark any more, and
is refused by that look; a socket that was let in and follows nothing is looked for only then. Where somebody waits by the
same token and post, their mark says it. While the database does not answer, nobody is woken: a look would end their
subscription.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from math import inf

from api.hub import Guest, Hub, Watch
from tenancy.standing import Waiting
from tenancy.transactions import Credentials

log = logging.getLogger("gongguan.api.hub")

ASKED_AT_ONCE = 500
"""So many to a statement: it is done in some tens of milliseconds, and others get their turn in between."""

Marks = Callable[[Sequence[Waiting]], Awaitable[Sequence[int | None]]]


async def make_rounds(hub: Hub, marks: Marks) -> None:
    """Round after round, for as long as the process lives and somebody is there."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        hub.sooner.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(last + hub.pace):
                await hub.sooner.wait()
                continue
        last = loop.time()
        hub.pace = min((each.seconds_between_looks for each in hub.looked_for()), default=inf)
        try:
            await a_round(hub, marks)
        except Exception:
            log.exception("a round failed; the next one finds what this one missed")


async def a_round(hub: Hub, marks: Marks) -> None:
    """Wake all who wait and stand otherwise than when they last looked, and see to those who would not be let in now."""
    together: dict[Waiting, list[Watch]] = defaultdict(list)
    for watch in hub.watches():
        if watch.mark is not None:
            together[watch.waiting].append(watch)
    guests: dict[Credentials, list[Guest]] = defaultdict(list)
    for guest in hub.guests:
        guests[guest.credentials].append(guest)
    said_anyhow = {waiting.credentials for waiting in together}
    everybody = [*together, *(Waiting(each, about=None) for each in guests if each not in said_anyhow)]
    for start in range(0, len(everybody), ASKED_AT_ONCE):
        some = everybody[start : start + ASKED_AT_ONCE]
        for waiting, mark in zip(some, await marks(some), strict=True):
            for watch in together.get(waiting, ()):
                if watch.mark not in (None, mark):
                    watch.wake()
            if mark is None:
                for guest in guests.pop(waiting.credentials, ()):
                    guest.look()
