"""A county to test in: two departments, three townships, coordination and justice, their people, rules and calendar.

`a_county(owner_engine)` makes a fresh one with a code of its own, so tests never meet in the same rows. Everybody has
an account (password `PASSWORD`) and is signed in already: `world["zhou"].credentials`. Zhou, an officer of transport,
is also seconded to Kunyang: `world["zhou"].acting_for("kunyang")`. Guan of agriculture is, too.

The rows are put in by the schema's owner as they are, not through the commands of provisioning: what is tested here
must not depend on what is tested there. Only people are entered as everywhere, with what their names are found by.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_unless_there
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.calendars.models import StatutoryDay, StatutoryYear
from domain.calendars.rules import library_notices
from domain.edge import Edge
from domain.organisations.models import Organisation, OrganisationFunction, Unit
from domain.rulebooks.models import CountyRulebook, PlatformRulebook
from domain.rulebooks.reader import parse
from domain.rulebooks.shipped import DEMO
from domain.secondments.models import Secondment
from domain.staff import commands as staff
from domain.staff.pinyin import pinyin
from tenancy.ids import county_id, named_id, new_id
from tenancy.models import Account, Capacity, CountyRow, Session
from tenancy.transactions import Credentials, Engines, token_hash
from tests.keys import KEYS

PASSWORD = "kunyang 2026 demo"

CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 without the cost that is its point: sign-in tests check rules, not strength."""

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
"""A Tuesday, nine in the morning in the county, in a week without holidays."""

BODIES = {
    # code: name, short name (as in letter numbers), kind, function, unit
    "coordination": ("县综合行政执法指导办公室", "平执指", "county_body", "coordination", None),
    "justice": ("县司法局", "平司", "county_body", "supervision", None),
    "transport": ("县交通运输局", "平交", "department", None, "第一执法中队"),
    "agriculture": ("县农业农村局", "平农", "department", None, "执法一队"),
    "kunyang": ("昆阳镇人民政府", "昆政", "township", None, "综合执法队"),
    "aojiang": ("鳌江镇人民政府", "鳌政", "township", None, "综合执法队"),
    "shuitou": ("水头镇人民政府", "水政", "township", None, "综合执法队"),
}

PEOPLE = {
    # key: name, body, role
    "wu": ("吴协", "coordination", "coordinator"),
    "shen": ("沈督", "justice", "supervisor"),
    "zhou": ("周交", "transport", "officer"),
    "lin": ("林局", "transport", "head"),
    "tang": ("唐文", "transport", "registrar"),
    "guan": ("管农", "agriculture", "officer"),
    "huang": ("黄局", "agriculture", "head"),
    "zheng": ("郑文", "agriculture", "registrar"),
    "chen": ("陈昆", "kunyang", "officer"),
    "gao": ("高镇", "kunyang", "head"),
    "xu": ("徐文", "kunyang", "registrar"),
    "ye": ("叶鳌", "aojiang", "officer"),
    "pan": ("潘镇", "aojiang", "head"),
    "su": ("苏文", "aojiang", "registrar"),
    "lei": ("雷水", "shuitou", "officer"),
    "wen": ("温镇", "shuitou", "head"),
    "li": ("李文", "shuitou", "registrar"),
}

SECONDED = {
    # key: host, mode, post, order number
    "zhou": ("kunyang", "stationed", "综合执法队队员", "平委编〔2022〕8号"),
    "guan": ("kunyang", "area_team", "片区联络员", None),
}

SINCE = date(2022, 12, 1)
IN_POST_SINCE = datetime(2022, 11, 30, 16, 0, tzinfo=UTC)
FAR_AWAY = timedelta(days=3650)


class HandSetClock:
    """A clock that shows what a test set it to. It stands still."""

    def __init__(self, instant: datetime = NOW) -> None:
        self.instant = instant

    async def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.instant += by


@dataclass(frozen=True)
class Somebody:
    """A person with an account, signed in, and the capacities held, by body."""

    key: str
    name: str
    login: str
    person_id: UUID
    account_id: UUID
    body: str
    capacities: dict[str, UUID]
    token: str

    @property
    def credentials(self) -> Credentials:
        """Signed in and acting for the body at home."""
        return self.acting_for(self.body)

    def acting_for(self, body: str) -> Credentials:
        """Signed in and acting for a body in which a capacity is held."""
        return Credentials(token=self.token, acting_as=str(self.capacities[body]))


@dataclass(frozen=True)
class World:
    """One county, and who is who in it."""

    county_id: UUID
    code: str
    bodies: dict[str, UUID]
    units: dict[str, UUID]
    secondments: dict[str, UUID]
    people: dict[str, Somebody] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Somebody:
        return self.people[key]


async def a_county(owner_engine: AsyncEngine, *, rulebook: str | None = None) -> World:
    """A fresh county, whole. `rulebook` is the TOML of its county layer; None takes the demo county's rules over.

    Where it says that it is the demo county's, it becomes this county's.
    """
    code = f"c{secrets.token_hex(5)}"
    identifier = county_id(code)
    world = World(
        county_id=identifier,
        code=code,
        bodies={body: named_id(identifier, "organisation", body) for body in BODIES},
        units={
            body: named_id(identifier, "unit", body, "team") for body, facts in BODIES.items() if facts[4]
        },
        secondments={key: named_id(identifier, "secondment", key) for key in SECONDED},
    )
    world.people.update({key: _somebody(world, key) for key in PEOPLE})
    async with owner_engine.begin() as connection:
        await _lay_the_platform(connection)
        await connection.execute(
            insert(CountyRow).values(
                county_id=identifier, code=code, name="测试县", time_zone="Asia/Shanghai"
            )
        )
        await _found_the_bodies(connection, world)
        await _fill_the_posts(connection, world)
        await _load_the_county_rules(connection, world, rulebook or shipped("pingyang.toml"))
    return world


def place_text(name: str, *, county: str) -> str:
    """The text of a place's rulebook file, with its demo county's code replaced by `county`."""
    return _for_county(shipped(name), county)


def shipped(name: str) -> str:
    """The text of a rulebook file that comes with the platform."""
    return resources.files("domain.rulebooks").joinpath("places", name).read_text(encoding="utf-8")


def _for_county(text: str, county: str) -> str:
    for code in DEMO:
        for key in ("place", "county"):
            text = text.replace(f'{key} = "{code}"', f'{key} = "{county}"')
    return text


def _somebody(world: World, key: str) -> Somebody:
    name, body, _ = PEOPLE[key]
    held = [body] + ([SECONDED[key][0]] if key in SECONDED else [])
    return Somebody(
        key=key,
        name=name,
        login=f"{key}.{world.code}",
        person_id=named_id(world.county_id, "person", key),
        account_id=named_id(world.county_id, "account", key),
        body=body,
        capacities={where: named_id(world.county_id, "capacity", key, where) for where in held},
        token=f"token-of-{key}-in-{world.code}",
    )


async def _lay_the_platform(connection: AsyncConnection) -> None:
    """What every county stands on, once per database: the calendar's published years, the statutes, the defaults."""
    years, days, books = _platform_rows()
    for key, rows in ((StatutoryYear.year, years), (StatutoryDay.day, days), (PlatformRulebook.id, books)):
        if not {row[key.key] for row in rows} <= set(await connection.scalars(select(key))):
            await connection.execute(insert_unless_there(key.class_).on_conflict_do_nothing(), rows)


@cache
def _platform_rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    notices = [notice for notice in library_notices() if notice.year >= 2022]
    years = [
        {"year": notice.year, "notice": notice.number or "notice", "loaded_at": IN_POST_SINCE}
        for notice in notices
    ]
    days = [
        {"day": day.day, "year": notice.year, "working": day.works, "name": day.name}
        for notice in notices
        for day in notice.days
    ]
    books = []
    for layer, version, name in (
        ("national", 1, "national-2017.toml"),
        ("national", 2, "national.toml"),
        ("platform", 1, "platform.toml"),
    ):
        identifier = uuid5(NAMESPACE_URL, f"urn:gongguan:test:{name}")
        loaded = _as_loaded(shipped(name), place_text(name, county="pingyang"))
        books.append({"id": identifier, "layer": layer, "version": version, **loaded})
    return years, days, books


def _as_loaded(written: str, text: str) -> dict[str, Any]:
    """The row of a rulebook whose text was written for another county: whose it is changes nothing about its days."""
    valid_from, valid_until = _validity(written)
    return {
        "text": text,
        "digest": hashlib.sha256(text.encode()).digest(),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "loaded_at": IN_POST_SINCE,
    }


@cache
def _validity(written: str) -> tuple[date, date | None]:
    draft = parse(written, name="a test's rulebook")
    return draft.valid_from, draft.valid_until


async def _found_the_bodies(connection: AsyncConnection, world: World) -> None:
    county = {"county_id": world.county_id}
    known = {"name_inferred": False, "inference": None}
    await connection.execute(
        insert(Organisation),
        [
            {
                **county,
                **known,
                "id": world.bodies[code],
                "code": code,
                "name": name,
                "short_name": short,
                "kind": kind,
            }
            for code, (name, short, kind, _, _) in BODIES.items()
        ],
    )
    await connection.execute(
        insert(OrganisationFunction),
        [
            {**county, "organisation_id": world.bodies[code], "function": function, "oversees": True}
            for code, (_, _, _, function, _) in BODIES.items()
            if function
        ],
    )
    await connection.execute(
        insert(Unit),
        [
            {
                **county,
                **known,
                "id": world.units[code],
                "organisation_id": world.bodies[code],
                "code": "team",
                "name": unit,
            }
            for code, (_, _, _, _, unit) in BODIES.items()
            if unit
        ],
    )


async def _fill_the_posts(connection: AsyncConnection, world: World) -> None:
    county = {"county_id": world.county_id}
    people = world.people.values()
    officers = {each.person_id: staff.Officer(each.name, home_id=world.bodies[each.body]) for each in people}
    await staff.enter(connection, county_id=world.county_id, officers=officers)
    await connection.execute(
        insert(Account),
        [
            {
                **county,
                "id": each.account_id,
                "login": each.login,
                "person_id": each.person_id,
                "password_hash": _hash_of_the_password(),
                "disabled_at": None,
            }
            for each in people
        ],
    )
    await connection.execute(
        insert(Secondment),
        [
            {
                **county,
                "id": world.secondments[key],
                "person_id": world[key].person_id,
                "pinyin": pinyin(world[key].name),
                "home_id": world.bodies[world[key].body],
                "host_id": world.bodies[host],
                "home_unit_id": world.units[world[key].body],
                "mode": mode,
                "post": post,
                "order_id": world.secondments[key],
                "order_number": order,
                "since": SINCE,
                "until": None,
            }
            for key, (host, mode, post, order) in SECONDED.items()
        ],
    )
    await connection.execute(
        insert(Capacity),
        [
            {
                **county,
                "id": identifier,
                "person_id": each.person_id,
                "tenant_id": world.bodies[body],
                "post": "在编人员" if body == each.body else SECONDED[each.key][2],
                "roles": [PEOPLE[each.key][2]],
                "secondment_id": None if body == each.body else world.secondments[each.key],
                "granted_by_id": None if body == each.body else world.bodies[each.body],
                "since": IN_POST_SINCE,
                "until": None,
            }
            for each in people
            for body, identifier in each.capacities.items()
        ],
    )
    await connection.execute(
        insert(Session),
        [
            {
                "id": new_id(),
                "token_hash": token_hash(each.token),
                "account_id": each.account_id,
                "issued_at": IN_POST_SINCE,
                "expires_at": NOW + FAR_AWAY,
                "revoked_at": None,
            }
            for each in people
        ],
    )


async def _load_the_county_rules(connection: AsyncConnection, world: World, written: str) -> None:
    await connection.execute(
        insert(CountyRulebook).values(
            county_id=world.county_id,
            id=named_id(world.county_id, "rulebook", "1"),
            layer="county",
            place=world.code,
            version=1,
            **_as_loaded(written, _for_county(written, world.code)),
        )
    )


@cache
def _hash_of_the_password() -> str:
    return CHEAP_HASHER.hash(PASSWORD)


@pytest.fixture
def clock() -> HandSetClock:
    """A clock of the test's own, at `NOW`."""
    return HandSetClock()


@pytest_asyncio.fixture(loop_scope="session")
async def world(owner_engine: AsyncEngine) -> World:
    """A fresh county."""
    return await a_county(owner_engine)


@pytest.fixture
def edge(engines: Engines, clock: HandSetClock) -> Edge:
    """The edge of the app's login, by the test's clock."""
    return Edge(engines=engines, clock=clock, keys=lambda: KEYS)
