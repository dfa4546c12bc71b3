"""A county of the tests whose people go on leave: who asks, who decides, each act in a transaction of its own.

By the demo county's rules the host decides on leave: of Zhou, whom transport seconded to Kunyang, Gao does.
"""

import asyncio
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import text

from domain.leave import commands, queries
from domain.leave.rules import Stretch

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in range(16, 21))


class LeaveDesk:
    """What people of one world do about leave."""

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who, body=None):
        person = self.world[who]
        async with self.edge.writing(person.acting_for(body) if body else person.credentials) as work:
            yield work

    async def ask(self, who="zhou", body="kunyang", first=MONDAY, last=FRIDAY, **said):
        stretch = {name: said.pop(name) for name in ("from_noon", "until_noon") if name in said}
        async with self.as_(who, body) as work:
            return await commands.ask(
                work,
                **{
                    "kind": "sick",
                    "reason": "住院手术",
                    "stretch": Stretch(first_day=first, last_day=last, **stretch),
                    **said,
                },
            )

    async def do(self, verb, request, by="gao", body=None, version=None, **given):
        async with self.as_(by, body) as work:
            return await getattr(commands, verb)(
                work,
                request_id=request.id,
                expected_version=request.version if version is None else version,
                **given,
            )

    async def approved(self, **said):
        return await self.do("approve", await self.ask(**said))

    async def seen(self, who, body=None, side="others"):
        async with self.as_(who, body) as work:
            found = await queries.page(
                work,
                wanted=queries.Wanted(side=side),
                age="newest",
                span=queries.Span(most=50),
            )
            return [each.id for each in found]


async def behind(work, act):
    """An act that was begun behind what this open transaction holds, and waits for it; or is done, if it need not wait."""
    begun = asyncio.ensure_future(act)
    me = await work.session.scalar(text("select pg_backend_pid()"))
    waiting = text("select count(*) from pg_locks where not granted and :me = any(pg_blocking_pids(pid))")
    while not (  # noqa: ASYNC110  the condition lies in the server
        begun.done() or await work.session.scalar(waiting, {"me": me})
    ):
        await asyncio.sleep(0)
    return begun
