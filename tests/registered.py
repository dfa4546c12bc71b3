"""A county of the tests whose transport bureau keeps a register: who is its personnel, and who stands on it as what.

Tang, its registrar, is its personnel as well; Zhou, Lin and Tang stand on the register, Zhou already seconded to Kunyang.
"""

from contextlib import asynccontextmanager
from datetime import date, timedelta

from sqlalchemy import insert, update

from domain.certificates import commands as certificates
from domain.personnel import commands as personnel
from domain.personnel.rules import What
from domain.secondments import commands as secondments
from domain.secondments import queries as seconded
from domain.secondments.rules import Seconded, Using
from domain.staff.models import StaffEntry
from domain.staff.pinyin import pinyin
from tenancy.ids import named_id
from tenancy.models import Capacity
from tests.worlds import NOW

TODAY = date(2026, 3, 10)
A_DAY = timedelta(days=1)
BEFORE = date(2020, 1, 1)
ENTERED = ("zhou", "lin", "tang")


async def keeps_a_register(owner_engine, world, *, personnel="tang", body="transport", entered=ENTERED):
    """Let a body have personnel and a register, as its founding would leave them."""
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.id == world[personnel].capacities[body])
            .values(roles=["registrar", "personnel"])
        )
        await connection.execute(
            insert(StaffEntry),
            [
                {
                    "county_id": world.county_id,
                    "id": named_id(world.county_id, "staff_entry", who),
                    "person_id": world[who].person_id,
                    "pinyin": pinyin(world[who].name),
                    "home_id": world.bodies[body],
                    "unit_id": world.units[body],
                    "register": "enforcement",
                    "establishment": "enforcement",
                    "post": "执法人员",
                    "rank": None,
                    "since": BEFORE,
                    "until": None,
                    "version": 1,
                    "entered_at": NOW,
                }
                for who in entered
            ],
        )


class Office:
    """What people of one world do with the register of transport, each act in a transaction of its own."""

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who, body=None):
        person = self.world[who]
        async with self.edge.writing(person.acting_for(body) if body else person.credentials) as work:
            yield work

    def what(self, **said):
        known = {"unit_id": self.world.units["transport"], "register": "enforcement", "rank": None}
        return What(**{**known, "establishment": "enforcement", "post": "执法人员", **said})

    async def enter(self, name="钱新", *, by="tang", since=TODAY, person_id=None, **said):
        async with self.as_(by) as work:
            return await personnel.enter(
                work,
                what=self.what(**said),
                since=since,
                name=None if person_id else name,
                person_id=person_id,
            )

    async def change(self, person_id, *, by="tang", since=TODAY, expected_version=1, **said):
        async with self.as_(by) as work:
            return await personnel.change(
                work, person_id=person_id, expected_version=expected_version, since=since, **said
            )

    async def leave(self, person_id, *, by="tang", leaves_on=TODAY, expected_version=1):
        async with self.as_(by) as work:
            return await personnel.leave(
                work,
                person_id=person_id,
                expected_version=expected_version,
                leaves_on=leaves_on,
                reason="调离",
            )

    async def order(self, *who, by="tang", mode="stationed", hosts=("aojiang",), **said):
        """An order; `hosts` are codes, or in an area team (code, leader, officers)."""
        ids = {key: each.person_id for key, each in self.world.people.items()}
        people = [Seconded(ids.get(each, each), "执法队队员") for each in who]
        using = [
            Using(self.world.bodies[each])
            if isinstance(each, str)
            else Using(
                self.world.bodies[each[0]],
                each[1] and ids.get(each[1], each[1]),
                [ids.get(n, n) for n in each[2]],
            )
            for each in hosts
        ]
        async with self.as_(by) as work:
            return await secondments.order(
                work,
                **{
                    "mode": mode,
                    "order_number": "平交〔2026〕3号",
                    "people": people,
                    "hosts": using,
                    "since": TODAY,
                    **said,
                },
            )

    async def end(self, secondment_id, *, by="tang", ends_on=TODAY, reason="轮岗", expected_version=1):
        """End a secondment of which every host was asked as the county wants it; `consultations` has the asking."""
        async with self.as_(by) as work:
            _, entries = await seconded.to_change(work, secondment_id)
            return await secondments.end(
                work,
                secondment_id=secondment_id,
                expected_version=expected_version,
                ends_on=ends_on,
                reason=reason,
                cleared=[each.id for each in entries],
            )

    async def extend(self, entry, until, *, by="tang"):
        async with self.as_(by) as work:
            return await secondments.extend(
                work, secondment_id=entry.id, expected_version=entry.version, until=until
            )

    async def issue(self, who="zhou", *, by="shen", number="浙平2026-001", **said):
        person_id = self.world[who].person_id if isinstance(who, str) else who
        async with self.as_(by) as work:
            return await certificates.issue(
                work,
                person_id=person_id,
                number=number,
                **{"issued_on": TODAY, "valid_until": date(2031, 3, 9), **said},
            )

    async def of_certificate(self, verb, certificate, *, by="shen", reason="执法过错"):
        async with self.as_(by) as work:
            return await getattr(certificates, verb)(
                work, certificate_id=certificate.id, expected_version=certificate.version, reason=reason
            )
