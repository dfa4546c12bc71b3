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
from domain.personnel import intake
from domain.rulebooks import commands as rulebooks
from domain.rulebooks.shipped import BELOW, DEMO, shipped_texts
from domain.secondments.models import Secondment
from domain.sheets import Report
from domain.staff.models import Person, StaffEntry
from domain.work import Errand
from ops.demo.catalogue import load_catalogue
from ops.demo.people import FIRST, DemoCounty, Post, demo_county, demo_file
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
    await writer.found()
    await calendars.load_published(session, now=now)
    for name, text in shipped_texts((*BELOW, *DEMO[county])).items():
        await rulebooks.load(session, text=text, name=name, now=now)
    errand = Errand(session=session, county_id=writer.county_id, now=now)
    await writer.fill(errand, hasher or PasswordHasher())
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
    return LoadedDemo(county_id=writer.county_id, added=writer.added)


class _Writer:
    """Adds what is missing, table by table, and counts it."""

    def __init__(self, session: AsyncSession, demo: DemoCounty, identifier: UUID) -> None:
        self._session = session
        self._demo = demo
        self.county_id = identifier
        self.added: dict[str, int] = {}

    async def found(self) -> None:
        """The county and its bodies."""
        await self._add(CountyRow, [self._county()])
        await self._add_bodies()

    async def fill(self, errand: Errand, hasher: PasswordHasher) -> None:
        """Its people, by their rules: what they are and where they are seconded, as their rosters say it; then the posts in
        their own bodies and the accounts, which no roster gives."""
        before = await self._counted()
        for roster in self._demo.teams:
            file = demo_file(roster, county=self._demo.county.code)
            self._faultless(await intake.take_in(errand, file=file, good_rows_only=True))
        self._faultless(await intake.take_in_rows(errand, self._demo.rows(), good_rows_only=True))
        for table, count in (await self._counted()).items():
            self._note(table, count - before[table])
        posts = [post for post in self._demo.posts() if not post.is_granted]
        await self._add(Capacity, [self._capacity(post) for post in posts])
        await self._add_accounts(hasher)

    def _faultless(self, report: Report) -> None:
        """A county that was not there before takes its rosters whole; later the register may have gone its own way."""
        if CountyRow.__tablename__ in self.added and report.refused:
            raise report.refused[0][1]

    async def _counted(self) -> dict[str, int]:
        """How many rows there are in the tables that a roster adds to."""
        return {
            model.__tablename__: await self._session.scalar(
                select(func.count()).select_from(model).where(model.county_id == self.county_id)
            )
            or 0
            for model in (Person, StaffEntry, Secondment, Capacity)
        }

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

    def _capacity(self, post: Post) -> dict[str, Any]:
        return {
            "id": self._id("capacity", post.person, post.body),
            "person_id": self._id("person", post.person),
            "tenant_id": self._id("organisation", post.body),
            "post": post.title,
            "roles": list(post.roles),
            "secondment_id": None,
            "granted_by_id": None,
            "since": self._midnight(post.since),
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
            self.added[table] = self.added.get(table, 0) + added

    def _id(self, *names: str) -> UUID:
        return named_id(self.county_id, *names)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=ZoneInfo(self._demo.county.time_zone))
