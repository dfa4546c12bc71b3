"""What personnel work is at the desks of one world: acts in transactions of their own, and the owner's look at the rows."""

from contextlib import asynccontextmanager

from sqlalchemy import select, text

from domain.audit.models import AuditContent, AuditLine
from domain.personal_data import commands, queries
from domain.personal_data.models import PersonalData
from domain.staff.commands import Officer, enter
from tenancy.ids import new_id
from tenancy.many import insert_many
from tests.worlds import NOW

NUMBER, ANOTHER = "330326198805021232", "330326199102144564"
MASKED, ANOTHER_MASKED = "3303**********1232", "3303**********4564"
TELEPHONE = "13857712345"


class Office:
    """Transport's desk is Tang's, its head is Lin; Zhou of transport works in Kunyang."""

    def __init__(self, edge, world, owner_engine):
        self.edge, self.world, self.owner = edge, world, owner_engine

    @asynccontextmanager
    async def as_(self, who, body=None):
        person = self.world[who]
        credentials = person.acting_for(body) if body else person.credentials
        async with self.edge.writing(credentials) as work:
            yield work

    async def do(self, who, act, body=None, **given):
        async with self.as_(who, body) as work:
            return await getattr(commands, act)(work, **given)

    async def recorded(self, whose="zhou", kind="identity_number", value=NUMBER, by="tang"):
        person = self.world[whose].person_id
        return await self.do(by, "record", person_id=person, kind=kind, value=value)

    async def crowded(self, most):
        """So many more people at transport, each with a telephone on record, and the planner knows of them."""
        ids = {"county_id": self.world.county_id, "home_id": self.world.bodies["transport"]}
        people = {new_id(): Officer("某人", ids["home_id"]) for _ in range(most)}
        kept = {
            "kind": "telephone",
            "version": 1,
            "masked": "*",
            "key_id": "test",
            "sealed": b"",
            "recorded_at": NOW,
        }
        async with self.owner.begin() as connection:
            await enter(connection, county_id=ids["county_id"], officers=people)
            await insert_many(
                connection,
                PersonalData,
                [
                    ids | kept | {"id": new_id(), "person_id": each, "digest": each.bytes * 2}
                    for each in people
                ],
            )
            await connection.execute(text("analyze personal_data"))

    async def revealed(self, entry, who="lin", body=None, reason="核对参保信息", expected_version=1):
        given = {"entry_id": entry.id, "expected_version": expected_version, "reason": reason}
        _, value = await self.do(who, "reveal", body, **given)
        return value

    async def found(self, value, who="lin", kind="identity_number", body=None):
        keys = {person.person_id: key for key, person in self.world.people.items()}
        return {keys[each] for each in await self.do(who, "find", body, kind=kind, value=value)}

    async def shown(self, who, whose="zhou", body=None):
        """The masked forms that somebody reads of a person."""
        async with self.as_(who, body) as work:
            person = self.world[whose].person_id
            return [each.masked for each in (await queries.of_persons(work, [person])).get(person, [])]

    async def rows(self):
        """Everything as it lies there, for the owner alone."""
        async with self.owner.connect() as connection:
            table = PersonalData.__table__
            found = await connection.execute(
                select(table).where(table.c.county_id == self.world.county_id).order_by(table.c.id)
            )
            return found.mappings().all()

    async def lines(self):
        """What the audit trail has of it: action, who, content."""
        async with self.owner.connect() as connection:
            found = await connection.execute(
                select(AuditLine.action, AuditLine.person_id, AuditContent.content)
                .join(
                    AuditContent,
                    (AuditContent.county_id == AuditLine.county_id) & (AuditContent.line_id == AuditLine.id),
                )
                .where(
                    AuditLine.county_id == self.world.county_id, AuditLine.action.startswith("personal_data.")
                )
                .order_by(AuditLine.id)
            )
            return [tuple(each) for each in found]
