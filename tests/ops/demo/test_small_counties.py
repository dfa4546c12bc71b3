"""The small demo counties: what their files hold, and that all of them load once and live side by side."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

import domain.tables
from domain.edge import Edge
from domain.liaisons import commands as liaison_acts
from domain.liaisons import queries as liaisons
from domain.liaisons.rules import NotALeader
from domain.organisations.models import Organisation
from ops.demo.load import LoadedDemo, load_demo
from ops.demo.people import TEAMS, demo_county, demo_text, sign_ins
from tenancy.ids import county_id, named_id
from tenancy.kinds import Base
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Credentials, Engines
from tests.databases import migrated
from tests.ops.demo.test_pingyang import CYCLE
from tests.servers import Databases, TestServers
from tests.worlds import CHEAP_HASHER, HandSetClock

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
SMALL = ("fuling", "xx", "yangxin", "huancui")
NAMED_TOWNSHIPS = {"xingguo", "zhangcun"}
"""The only ones whose names stand in a document."""


class TestFiles:
    @pytest.mark.parametrize("code", SMALL)
    def test_have_two_bodies_below_the_county_and_two_or_three_departments(self, code: str) -> None:
        kinds = [body.kind for body in demo_county(code).county.bodies.values()]
        assert kinds.count("township") + kinds.count("patrol_body") == 2
        assert ("patrol_body" in kinds) == (code == "huancui")
        assert kinds.count("department") in (2, 3)

    @pytest.mark.parametrize("code", SMALL)
    def test_have_a_body_for_each_function_that_settles_something(self, code: str) -> None:
        held = {
            body.code: body.functions for body in demo_county(code).county.bodies.values() if body.functions
        }
        assert held == {"zhengfu": ("government",), "xietiao": ("coordination",), "sifa": ("supervision",)}

    @pytest.mark.parametrize("code", SMALL)
    def test_give_every_body_a_head_a_registrar_and_whoever_does_its_work(self, code: str) -> None:
        logins = {sign_in.login for sign_in in sign_ins()}
        does_the_work = {"xietiao": "coordinator", "sifa": "supervisor"}
        for body in demo_county(code).county.bodies:
            roles = ("head", "registrar", does_the_work.get(body, "officer"))
            assert {f"{code}.{body}.{role}" for role in roles} <= logins

    @pytest.mark.parametrize("code", SMALL)
    def test_give_a_department_and_a_township_personnel(self, code: str) -> None:
        kinds = {body: plan.kind for body, plan in demo_county(code).county.bodies.items()}
        personnel = [each.login.split(".") for each in sign_ins() if each.login.endswith(".personnel")]
        assert {
            kinds[body]
            for county, body, _ in (each for each in personnel if len(each) == 3)
            if county == code
        } == {
            "department",
            "township",
        }

    @pytest.mark.parametrize("code", SMALL)
    def test_say_that_they_are_a_demo(self, code: str) -> None:
        assert "演示" in demo_county(code).county.name
        assert "DEMO ONLY" in demo_text("accounts.toml", county=code)
        assert "Invented" in demo_text("staff.toml", county=code)
        for body in demo_county(code).county.bodies.values():
            assert all(unit.inferred for unit in body.units.values())
            assert body.inferred or body.kind != "township" or body.code in NAMED_TOWNSHIPS

    @pytest.mark.parametrize("code", SMALL)
    def test_have_people_out_of_a_calendar(self, code: str) -> None:
        names = [each.name for each in demo_county(code).staff.entries]
        assert {name[1:] for name in names} <= set(CYCLE)
        assert len(names) == len(set(names))

    def test_share_no_login_and_have_one_password(self) -> None:
        logins = [sign_in.login for sign_in in sign_ins()]
        assert len(logins) == len(set(logins))
        assert {demo_county(code).accounts.password for code in TEAMS} == {"gongguan-demo"}

    def test_stand_behind_pingyang(self) -> None:
        assert tuple(TEAMS) == ("pingyang", *SMALL)


@dataclass
class Demos:
    """The loaded counties: what their owner and their app see."""

    owner: AsyncEngine
    engines: Engines

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
        token = (await doorkeeper.sign_in(login=login, password="gongguan-demo", now=NOW)).token
        return Credentials(token=token, acting_as=acting_as)

    def edge(self) -> Edge:
        return Edge(engines=self.engines, clock=HandSetClock(NOW))


async def _load(owner: AsyncEngine, now: datetime) -> list[LoadedDemo]:
    async with AsyncSession(owner) as session, session.begin():
        return [await load_demo(session, now=now, county=code, hasher=CHEAP_HASHER) for code in TEAMS]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demos(fresh_database: Databases, servers: TestServers) -> AsyncIterator[Demos]:
    assert domain.tables.MODULES
    database = await migrated(fresh_database, servers, label="demos")
    owner = create_async_engine(database.owner)
    engines = Engines.of(database.app, pool_size=2)
    await asyncio.gather(_load(owner, NOW), _load(owner, NOW))
    yield Demos(owner, engines)
    await engines.dispose()
    await owner.dispose()


class TestLoading:
    async def test_twice_changes_no_row_of_any_table(self, demos: Demos) -> None:
        before = await demos.rows()
        again = await _load(demos.owner, NOW + timedelta(days=400))
        assert [loaded.added for loaded in again] == [{}] * len(TEAMS)
        assert await demos.rows() == before

    async def test_adds_counties_of_the_size_of_their_files(self, demos: Demos) -> None:
        async with AsyncSession(demos.owner) as session:
            held = (await session.execute(select(Organisation.county_id, Organisation.code))).all()
        for code in TEAMS:
            bodies = {body for county, body in held if county == county_id(code)}
            assert bodies == set(demo_county(code).county.bodies)


class TestWorking:
    async def test_everybody_can_sign_in_and_act_in_the_post_the_login_names(self, demos: Demos) -> None:
        for sign_in in sign_ins():
            county, _, rest = sign_in.login.partition(".")
            if county not in SMALL:
                continue
            body, _, role = rest.partition(".")
            async with demos.edge().reading(await demos.signed_in(sign_in.login)) as work:
                assert work.actor.county_id == county_id(county)
                assert work.actor.tenant_id == named_id(county_id(county), "organisation", body)
                assert work.actor.roles == {role}

    @pytest.mark.parametrize(
        ("login", "code", "sending"),
        [
            ("kunyang.officer", "pingyang", "3 working days"),
            ("fuling.jia.officer", "fuling", "5 working days"),
            ("xx.jia.officer", "xx", "3 working days"),
            ("yangxin.xingguo.officer", "yangxin", None),
            ("huancui.zhangcun.officer", "huancui", None),
        ],
    )
    async def test_each_county_has_its_own_rules_and_sees_its_own_bodies(
        self, demos: Demos, login: str, code: str, sending: str | None
    ) -> None:
        async with demos.edge().reading(await demos.signed_in(login)) as work:
            entry = work.rulebook_on(TODAY).entry("referral.send")
            if sending is None:
                assert (str(entry.value), entry.layer) == ("5 working days", "platform")
            else:
                assert (str(entry.value), entry.layer, entry.place) == (sending, "county", code)
            seen = set(await work.session.scalars(select(Organisation.county_id)))
        assert seen == {county_id(code)}


class TestLiaison:
    """Whom a demo's coordination office misses, and that naming somebody with the demo's own sign-ins closes it."""

    async def gaps(self, demos: Demos, login: str, county: str) -> set[tuple[str, str]]:
        async with demos.edge().reading(await demos.signed_in(login)) as work:
            names = {
                named_id(county_id(county), "organisation", code): code
                for code in demo_county(county).county.bodies
            }
            return {(names[each.body_id], names[each.counterpart_id]) for each in await liaisons.gaps(work)}

    async def name(self, demos: Demos, login: str, who: str, for_: str, unit: tuple[str, str]) -> None:
        known = county_id(login.partition(".")[0])
        async with demos.edge().writing(await demos.signed_in(login)) as work:
            await liaison_acts.name(
                work,
                counterpart_id=named_id(known, "organisation", for_),
                person_id=named_id(known, "person", who),
                since=TODAY,
                unit_id=named_id(known, "unit", *unit),
            )

    async def test_huancuis_emergency_bureau_owes_the_platform_a_leader(self, demos: Demos) -> None:
        office, bureau = "huancui.xietiao.coordinator", "huancui.yingji.head"
        assert await self.gaps(demos, office, "huancui") == {("yingji", "xietiao")}
        with pytest.raises(NotALeader):
            await self.name(demos, bureau, "安乙丑", "xietiao", ("yingji", "office"))
        await self.name(demos, bureau, "安甲子", "xietiao", ("yingji", "office"))
        assert await self.gaps(demos, office, "huancui") == set()

    async def test_xxs_townships_and_departments_owe_each_other_somebody(self, demos: Demos) -> None:
        kinds = {code: body.kind for code, body in demo_county("xx").county.bodies.items()}
        wanted = {
            (one, other)
            for one, other in product(kinds, kinds)
            if {kinds[one], kinds[other]} == {"department", "township"}
        }
        assert await self.gaps(demos, "xx.xietiao.coordinator", "xx") == wanted

    @pytest.mark.parametrize("code", ["fuling", "yangxin"])
    async def test_nobody_is_owed_where_the_document_is_silent(self, demos: Demos, code: str) -> None:
        assert await self.gaps(demos, f"{code}.xietiao.coordinator", code) == set()
