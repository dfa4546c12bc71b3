"""Putting the demo counties into the database: `gongguan demo load`.

Provisioning, not acting: it writes rows with the schema owner's login, under ids that follow from codes and names, so
that a second load meets the same rows and changes nothing; what somebody did with the demo meanwhile stays. Calendar
and rulebooks are loaded through their own commands. The caller opens and commits the transaction, and refuses unless
the installation is a demo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy import Table, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.calendars import commands as calendars
from domain.organisations.models import Organisation, OrganisationFunction, Unit
from domain.rulebooks import commands as rulebooks
from domain.rulebooks.shipped import BELOW, DEMO, shipped_texts
from domain.secondments.models import Secondment
from domain.staff import commands as staff
from domain.staff.pinyin import pinyin
from domain.work import Errand
from ops.demo.catalogue import load_catalogue
from ops.demo.people import FIRST, DemoCounty, Post, demo_county
from ops.demo.roster import Entry, Order
from ops.demo.supervision import load_a_note
from tenancy.ids import county_id, named_id
from tenancy.models import Account, Capacity, CountyRow


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """What a load added, by table; empty when everything was there already."""

    county_id: UUID
    added: dict[str, int]


async def load_demo(
    session: AsyncSession, *, now: datetime, county: str = FIRST, hasher: PasswordHasher | None = None
) -> LoadedDemo:
    """Load whatever of this demo county is not there yet. `hasher` is argon2 at its usual cost unless given."""
    demo = demo_county(county)
    writer = _Writer(session, demo, county_id(demo.county.code))
    await writer.write(hasher or PasswordHasher())
    errand = Errand(session=session, county_id=writer.county_id, now=now)
    writer.added |= await load_catalogue(errand, demo)
    if county == FIRST:
        writer.added |= await load_a_note(errand, demo)
    if writer.added:
        await record(
            errand,
            action="county.provisioned",
            subject_kind="county",
            subject_id=writer.county_id,
            content={"code": demo.county.code, "added": writer.added},
        )
    await calendars.load_published(session, now=now)
    for name, text in shipped_texts((*BELOW, *DEMO[county])).items():
        await rulebooks.load(session, text=text, name=name, now=now)
    return LoadedDemo(county_id=writer.county_id, added=writer.added)


class _Writer:
    """Adds what is missing, table by table, and counts it."""

    def __init__(self, session: AsyncSession, demo: DemoCounty, identifier: UUID) -> None:
        self._session = session
        self._demo = demo
        self.county_id = identifier
        self.added: dict[str, int] = {}

    async def write(self, hasher: PasswordHasher) -> None:
        await self._add(CountyRow, [self._county()])
        await self._add_bodies()
        await self._enter_people()
        await self._add(
            Secondment, [self._secondment(order, entry) for order, entry in self._demo.secondments()]
        )
        await self._add(Capacity, [self._capacity(post) for post in self._demo.posts()])
        await self._add_accounts(hasher)

    def _county(self) -> dict[str, Any]:
        plan = self._demo.county
        return {
            "code": plan.code,
            "name": plan.name,
            "time_zone": plan.time_zone,
            "policy_version": 1,
            "rulebook_version": 1,
            "calendar_version": 1,
        }

    async def _add_bodies(self) -> None:
        bodies = self._demo.county.bodies.values()
        await self._add(
            Organisation,
            [
                {
                    "id": self._id("organisation", body.code),
                    "code": body.code,
                    "name": body.name,
                    "short_name": body.short_name,
                    "kind": body.kind,
                    "name_inferred": body.inferred is not None,
                    "inference": body.inferred,
                }
                for body in bodies
            ],
        )
        await self._add(
            OrganisationFunction,
            [
                {
                    "organisation_id": self._id("organisation", body.code),
                    "function": function,
                    "oversees": body.oversees,
                }
                for body in bodies
                for function in body.functions
            ],
        )
        await self._add(
            Unit,
            [
                {
                    "id": self._id("unit", body.code, unit.code),
                    "organisation_id": self._id("organisation", body.code),
                    "code": unit.code,
                    "name": unit.name,
                    "name_inferred": unit.inferred is not None,
                    "inference": unit.inferred,
                }
                for body in bodies
                for unit in body.units.values()
            ],
        )

    async def _enter_people(self) -> None:
        homes = self._demo.homes()
        officers = {
            self._id("person", who): staff.Officer(name, home_id=self._id("organisation", homes[who]))
            for who, name in self._demo.people().items()
        }
        self._note("persons", await staff.enter(self._session, county_id=self.county_id, officers=officers))

    def _secondment(self, order: Order, entry: Entry) -> dict[str, Any]:
        return {
            "id": self._secondment_id(order, entry),
            "person_id": self._id("person", entry.identity),
            "pinyin": pinyin(entry.name),
            "home_id": self._id("organisation", entry.body),
            "home_unit_id": self._id("unit", entry.body, entry.unit),
            "host_id": self._id("organisation", order.host),
            "mode": entry.mode,
            "post": entry.post,
            "order_id": self._id("order", order.host, order.since.isoformat()),
            "order_number": order.number,
            "since": order.since,
            "until": None,
        }

    def _capacity(self, post: Post) -> dict[str, Any]:
        return {
            "id": self._id("capacity", post.person, post.body),
            "person_id": self._id("person", post.person),
            "tenant_id": self._id("organisation", post.body),
            "post": post.title,
            "roles": list(post.roles),
            "secondment_id": None if post.order is None else self._secondment_id(post.order, post.entry),
            "granted_by_id": None if post.order is None else self._id("organisation", post.entry.body),
            "since": self._midnight(post.roster.since),
            "until": None,
        }

    async def _add_accounts(self, hasher: PasswordHasher) -> None:
        demo = self._demo.accounts
        ids = {account.login: self._id("account", account.login) for account in demo.accounts}
        there = select(func.count()).select_from(Account).where(Account.id.in_(ids.values()))
        if await self._session.scalar(there) == len(ids):
            return
        # One password, one hash: its cost is paid once.
        hashed = hasher.hash(demo.password)
        await self._add(
            Account,
            [
                {
                    "id": ids[account.login],
                    "login": account.login,
                    "person_id": self._id("person", account.person),
                    "password_hash": hashed,
                    "disabled_at": None,
                }
                for account in demo.accounts
            ],
        )

    async def _add(self, model: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Insert those rows whose key is not there. A clash on anything but the key is a fault and raises.

        Two loads at once meet here: the second waits for the first's rows and then finds them.
        """
        if not rows:  # an insert of no rows would be one of nothing but defaults
            return
        table: Table = model.__table__
        full = [{"county_id": self.county_id, **row} for row in rows]
        statement = insert(table).values(full)
        result = await self._session.execute(
            statement.on_conflict_do_nothing(index_elements=list(table.primary_key.columns))
        )
        self._note(table.name, getattr(result, "rowcount", 0))

    def _note(self, table: str, added: int) -> None:
        if added:
            self.added[table] = added

    def _id(self, *names: str) -> UUID:
        return named_id(self.county_id, *names)

    def _secondment_id(self, order: Order, entry: Entry) -> UUID:
        return self._id("secondment", entry.identity, order.host, order.since.isoformat())

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=ZoneInfo(self._demo.county.time_zone))
