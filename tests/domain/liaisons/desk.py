"""What heads of one world do about their liaison officers, for the tests of commands: each act in a transaction of its own."""

from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import update

from domain.liaisons import commands, queries, rules
from tenancy.models import Capacity
from tests.worlds import NOW, PEOPLE

TODAY = date(2026, 3, 10)


class Desk:
    """What heads of one world do about their liaison officers, each act in a transaction of its own."""

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who, body=None):
        person = self.world[who]
        async with self.edge.writing(person.acting_for(body) if body else person.credentials) as work:
            yield work

    async def name(self, officer="zhou", by="lin", for_="kunyang", since=TODAY, unit="own"):
        body = PEOPLE[by][1]
        async with self.as_(by) as work:
            return await commands.name(
                work,
                counterpart_id=self.world.bodies[for_],
                person_id=self.world[officer].person_id,
                since=since,
                unit_id=self.world.units.get(body) if unit == "own" else unit,
            )

    async def replace(self, liaison, officer="tang", by="lin", since=TODAY, **given):
        async with self.as_(by) as work:
            return await commands.replace(
                work,
                liaison_id=liaison.id,
                expected_version=given.pop("expected_version", liaison.version),
                person_id=self.world[officer].person_id,
                since=since,
                handover=given.pop("handover", "渣土案两件在办，移送材料已交接。"),
                unit_id=self.world.units[PEOPLE[by][1]],
            )

    async def end(self, liaison, by="lin", ends_on=TODAY, reason="机构调整", **given):
        async with self.as_(by) as work:
            return await commands.end(
                work,
                liaison_id=liaison.id,
                expected_version=given.pop("expected_version", liaison.version),
                ends_on=ends_on,
                reason=reason,
            )

    async def called(self, who="gao", body="transport", acting_for=None):
        """Whom this person's body calls in the other one now."""
        async with self.as_(who, acting_for) as work:
            other = self.world.bodies[body]
            found = await queries.in_place(work, [other], counterpart_id=work.actor.tenant_id)
            keys = {each.person_id: key for key, each in self.world.people.items()}
            return [keys[each.person_id] for each in found[other]]

    async def state(self, liaison, who="gao"):
        async with self.as_(who) as work:
            row = await queries.the(work, liaison.id)
            lives = row.id in await queries.living(work, [row.id])
            return rules.state(since=row.since, ends_on=row.ends_on, lives=lives, today=work.today)

    async def gaps(self, who, body=None, on=None):
        keys = {identifier: code for code, identifier in self.world.bodies.items()}
        async with self.as_(who) as work:
            found = await queries.gaps(work, body_id=body and self.world.bodies[body], on=on)
            return {(keys[each.body_id], keys[each.counterpart_id]) for each in found}


async def end_the_post(owner_engine, world, who, body=None, at=NOW):
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(
                Capacity.county_id == world.county_id,
                Capacity.id == world[who].capacities[body or world[who].body],
            )
            .values(until=at)
        )
