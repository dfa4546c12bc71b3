"""The demo county in a database of its own: loaded once however often, and good to sign in to and work with."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

import domain.tables
from domain.catalogue import supervising
from domain.edge import Edge
from domain.organisations.models import Organisation, Unit
from domain.personnel import view
from domain.secondments import queries as secondments
from domain.secondments.models import Secondment
from domain.secondments.queries import Wanted
from domain.spans import Span
from domain.staff.models import Person
from domain.supervision import queries as supervision
from ops.demo.load import LoadedDemo, load_demo
from ops.demo.people import demo_county
from tenancy.ids import county_id, named_id, new_id
from tenancy.kinds import Base
from tenancy.models import Account, Capacity
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Credentials, Engines
from tests.databases import migrated
from tests.rosters import endings_astray
from tests.servers import Databases, TestServers
from tests.worlds import CHEAP_HASHER, HandSetClock

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
PINGYANG = county_id("pingyang")


@dataclass
class Demo:
    """A loaded demo: what its owner and its app see."""

    owner: AsyncEngine
    engines: Engines
    first: LoadedDemo

    async def load(self, now: datetime) -> LoadedDemo:
        return await _load(self.owner, now)

    async def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        found = {}
        async with self.owner.connect() as connection:
            for table in Base.metadata.sorted_tables:
                rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = [tuple(row) for row in rows]
        return found

    async def signed_in(self, login: str, *, acting_as: str | None = None) -> Credentials:
        doorkeeper = Doorkeeper(self.engines.writing, SignInPolicy(), CHEAP_HASHER)
        password = demo_county().accounts.password
        token = (await doorkeeper.sign_in(login=login, password=password, now=NOW)).token
        return Credentials(token=token, acting_as=acting_as)

    def edge(self) -> Edge:
        return Edge(engines=self.engines, clock=HandSetClock(NOW))


async def _load(owner: AsyncEngine, now: datetime) -> LoadedDemo:
    async with AsyncSession(owner) as session, session.begin():
        return await load_demo(session, now=now, hasher=CHEAP_HASHER)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(fresh_database: Databases, servers: TestServers) -> AsyncIterator[Demo]:
    assert domain.tables.MODULES
    database = await migrated(fresh_database, servers, label="demo")
    owner = create_async_engine(database.owner)
    engines = Engines.of(database.app, pool_size=2)
    # Two at once, as two machines starting on one database would.
    loads = await asyncio.gather(_load(owner, NOW), _load(owner, NOW))
    yield Demo(owner, engines, max(loads, key=lambda loaded: len(loaded.added)))
    await engines.dispose()
    await owner.dispose()


class TestLoadDemo:
    async def test_twice_changes_no_row_of_any_table(self, demo: Demo) -> None:
        before = await demo.rows()
        again = await demo.load(NOW + timedelta(days=400))
        assert again.added == {}
        assert await demo.rows() == before

    async def test_adds_everything_the_files_hold(self, demo: Demo) -> None:
        files = demo_county()
        assert demo.first.added == {
            "counties": 1,
            "organisations": len(files.county.bodies),
            "organisation_functions": 2,
            "units": len(files.county.units()),
            "persons": len(files.people()),
            "staff_entries": len(files.people()),
            "secondments": len([each for each in files.members() if each.host]),
            "capacities": len(files.posts()),
            "accounts": len(files.accounts.accounts),
            "items": 263,
            "item_versions": 263,
            "township_classes": 1,
            "class_members": 3,
            "empowerments": 1,
            "empowered_items": 263,
            "empowerment_acceptances": 2,
            "duties": 3,
            "supervision_notes": 1,
            "number_counters": 1,
            "issued_numbers": 1,
        }

    async def test_shows_both_sides_a_supervision_note_that_could_have_been_written(self, demo: Demo) -> None:
        wanted = supervision.Wanted(box="received")
        async with demo.edge().reading(await demo.signed_in("kunyang.registrar")) as work:
            (note,) = await supervision.page(work, wanted=wanted, age="newest", span=Span(most=5))
            found = await supervising.supervised_by(work, [note.item_id], on=note.arose_on)
            assert found[note.item_id].department_id == note.from_id
            reason = await supervising.why_not_held(
                work,
                empowerment_id=note.empowerment_id,
                item_id=note.item_id,
                township_id=work.actor.tenant_id,
                on=note.arose_on,
            )
            assert reason is None
        async with demo.edge().reading(await demo.signed_in("jiaotong.officer")) as work:
            assert await supervision.of_ids(work, [note.id])
        async with demo.edge().reading(await demo.signed_in("aojiang.head")) as work:
            assert not await supervision.of_ids(work, [note.id])

    async def test_lets_everybody_be_found_by_any_part_of_the_name(self, demo: Demo) -> None:
        assert await endings_astray(demo.owner, PINGYANG) == 0

    async def test_leaves_what_people_did_with_the_demo(self, demo: Demo) -> None:
        async with AsyncSession(demo.owner) as session, session.begin():
            account = (await session.scalars(select(Account).where(Account.login == "weijian.officer"))).one()
            account.disabled_at = NOW
        await demo.load(NOW)
        async with AsyncSession(demo.owner) as session, session.begin():
            account = (await session.scalars(select(Account).where(Account.login == "weijian.officer"))).one()
            assert account.disabled_at == NOW
            account.disabled_at = None

    async def test_puts_what_is_missing_back(self, demo: Demo) -> None:
        async with AsyncSession(demo.owner) as session, session.begin():
            await session.delete(
                (await session.scalars(select(Account).where(Account.login == "yingji.head"))).one()
            )
        assert (await demo.load(NOW)).added == {"accounts": 1}

    async def test_pays_for_no_password_when_nothing_is_missing(self, demo: Demo) -> None:
        async with AsyncSession(demo.owner) as session, session.begin():
            assert (await load_demo(session, now=NOW, hasher=Unaffordable())).added == {}

    async def test_fails_aloud_when_somebody_else_has_a_login_of_the_demo(self, demo: Demo) -> None:
        async with AsyncSession(demo.owner) as session:
            wanted = select(Account).where(Account.login == "kunyang.head")
            account = (await session.scalars(wanted)).one()
            await session.execute(update(Account).where(Account.id == account.id).values(id=new_id()))
            with pytest.raises(IntegrityError):
                await load_demo(session, now=NOW, hasher=CHEAP_HASHER)
            await session.rollback()

    async def test_leaves_one_line_of_its_own_on_record(self, demo: Demo) -> None:
        lines = [row for row in (await demo.rows())["audit_lines"] if "county.provisioned" in row]
        assert 1 <= len(lines) <= 2  # the second where an account was put back above

    async def test_marks_inferred_departments_and_gives_each_unit_its_body(self, demo: Demo) -> None:
        async with AsyncSession(demo.owner) as session:
            body = (await session.scalars(select(Organisation).where(Organisation.code == "jiaotong"))).one()
            unit = (await session.scalars(select(Unit).where(Unit.name == "县交通运输行政执法队"))).one()
        assert body.name_inferred
        assert body.inference
        assert (unit.organisation_id, unit.name_inferred) == (body.id, False)

    async def test_binds_the_capacity_in_the_team_to_the_secondment(self, demo: Demo) -> None:
        async with AsyncSession(demo.owner) as session:
            bound = await session.execute(
                select(Capacity.tenant_id, Secondment.host_id, Capacity.person_id, Secondment.person_id).join(
                    Secondment,
                    (Secondment.county_id == Capacity.county_id) & (Secondment.id == Capacity.secondment_id),
                )
            )
            rows = bound.all()
        assert len(rows) == len([each for each in demo_county().members() if each.host]) == 30
        assert all(tenant == host and who == seconded for tenant, host, who, seconded in rows)

    async def test_establishes_everybody_where_they_hold_a_post_without_an_order(self, demo: Demo) -> None:
        """And whoever is seconded, with the home of the secondment: of the 27 of Kunyang's team, three with Kunyang."""
        async with AsyncSession(demo.owner) as session:
            rows = await session.execute(
                select(Person.id, Person.home_id, Capacity.tenant_id, Secondment.home_id)
                .join(Capacity, (Capacity.county_id == Person.county_id) & (Capacity.person_id == Person.id))
                .outerjoin(
                    Secondment,
                    (Secondment.county_id == Capacity.county_id) & (Secondment.id == Capacity.secondment_id),
                )
            )
            posts = rows.all()
        assert {who for who, *_ in posts} == {
            named_id(PINGYANG, "person", who) for who in demo_county().people()
        }
        assert all(home == (body if seconded is None else seconded) for _, home, body, seconded in posts)
        kunyang = named_id(PINGYANG, "organisation", "kunyang")
        team = {
            named_id(PINGYANG, "person", each.listed.name) for each in demo_county().teams["kunyang-team.csv"]
        }
        homes = Counter(home for who, home in {(who, home) for who, home, *_ in posts} if who in team)
        assert (homes[kunyang], homes.total(), len(homes)) == (3, 27, 10)

    async def test_enters_everybody_on_the_register_of_their_body(self, demo: Demo) -> None:
        async with demo.edge().reading(await demo.signed_in("zonghe.personnel")) as work:
            entries = await view.page(
                work, wanted=view.Wanted(side="home"), sort="newest", span=Span(most=100)
            )
        registers = Counter(each.register for each in entries)
        assert registers == {"enforcement": 17, "other": 3}

    async def test_names_the_unit_at_home_of_everybody_seconded(self, demo: Demo) -> None:
        async with AsyncSession(demo.owner) as session:
            rows = await session.execute(
                select(Secondment.home_id, Unit.organisation_id, Unit.name).join(
                    Unit, (Unit.county_id == Secondment.county_id) & (Unit.id == Secondment.home_unit_id)
                )
            )
            homes = rows.all()
        assert all(home == body for home, body, _ in homes)
        units = Counter(name for _, _, name in homes)
        assert (units["昆阳执法中队"], units["昆阳资规分局"], units["局机关"]) == (14, 2, 1)


class Unaffordable(PasswordHasher):
    """A hasher that nobody may ask."""

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        raise AssertionError("a password was hashed although every account was there")


class TestWorkingInTheDemo:
    async def test_everybody_listed_can_sign_in_and_act_in_the_post_the_login_names(self, demo: Demo) -> None:
        for account in demo_county().accounts.accounts:
            body, _, role = account.login.partition(".")
            credentials = await demo.signed_in(account.login, acting_as=body)
            async with demo.edge().reading(credentials) as work:
                assert (work.actor.county_id, role in work.actor.roles) == (PINGYANG, True)
                assert work.actor.tenant_id == named_id(PINGYANG, "organisation", body)

    async def test_the_town_sees_its_24_from_nine_departments(self, demo: Demo) -> None:
        async with demo.edge().reading(await demo.signed_in("kunyang.head")) as work:
            assert await secondments.count(work, wanted=Wanted(side="host")) == 24
            entries = await secondments.page(
                work, wanted=Wanted(side="host"), sort="newest", span=Span(most=100)
            )
        assert len({entry.home_id for entry in entries}) == 9

    async def test_a_department_sees_its_people_across_townships(self, demo: Demo) -> None:
        async with demo.edge().reading(await demo.signed_in("zonghe.head")) as work:
            entries = await secondments.page(
                work, wanted=Wanted(side="home"), sort="newest", span=Span(most=100)
            )
        assert len(entries) == 17
        assert len({entry.host_id for entry in entries}) == 3

    async def test_another_town_sees_nobody_of_kunyangs(self, demo: Demo) -> None:
        kunyang = named_id(PINGYANG, "organisation", "kunyang")
        async with demo.edge().reading(await demo.signed_in("aojiang.head")) as work:
            seen = await work.session.scalar(
                select(func.count()).select_from(Secondment).where(Secondment.host_id == kunyang)
            )
            assert seen == 0
            assert await secondments.count(work, wanted=Wanted(side="host")) == 4

    async def test_an_officer_with_two_posts_chooses_one(self, demo: Demo) -> None:
        async with demo.edge().reading(await demo.signed_in("zonghe.officer", acting_as="kunyang")) as work:
            assert work.actor.tenant_id == named_id(PINGYANG, "organisation", "kunyang")

    async def test_the_countys_rules_are_kunyangs_and_say_so(self, demo: Demo) -> None:
        async with demo.edge().reading(await demo.signed_in("kunyang.officer")) as work:
            entry = work.rulebook_on(date(2026, 3, 10)).entry("referral.send")
            assert (str(entry.value), entry.adopted_from) == ("3 working days", "kunyang")
            assert (
                work.shelf.on(date(2026, 3, 10), inside="kunyang").entry("referral.send").layer == "township"
            )

    async def test_counts_by_the_published_calendar(self, demo: Demo) -> None:
        async with demo.edge().reading(await demo.signed_in("kunyang.officer")) as work:
            assert {2022, 2026} <= work.calendar.published_years
