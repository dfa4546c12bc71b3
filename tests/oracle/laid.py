"""The counties of a random world in PostgreSQL, by their owner: rows and nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.certificates.models import Certificate, CertificateChange, Qualification
from domain.secondments.models import Secondment
from domain.staff import commands as staff
from domain.staff.models import StaffEntry
from domain.staff.pinyin import pinyin
from tenancy.ids import named_id, new_id
from tenancy.models import Account, Capacity, Session
from tenancy.transactions import Credentials, token_hash
from tests.oracle.world import Post, World
from tests.worlds import FAR_AWAY, IN_POST_SINCE, NOW, a_county, shipped
from tests.worlds import World as County

TODAY = (NOW + timedelta(hours=8)).date()
MIDNIGHT = NOW - timedelta(hours=9)
"""When the county's day began: posts are held by its days."""


class Laid:
    """Where everything of a world lies."""

    def __init__(self, world: World, counties: list[County]) -> None:
        self.world, self.counties = world, counties

    def id(self, name: str, county: int) -> UUID:
        """The id of somebody or something."""
        return named_id(self.counties[county].county_id, "oracle", name)

    def body(self, code: str, county: int) -> UUID:
        """The id of a body."""
        return self.counties[county].bodies[code]

    def credentials(self, post: Post) -> Credentials:
        """Signed in, and naming the post."""
        return Credentials(
            token=f"{post.person} of {self.counties[post.county].code}",
            acting_as=str(self.id(post.name, post.county)),
        )


async def laid(owner_engine: AsyncEngine, world: World) -> Laid:
    """The world as it is now."""
    counties = [await a_county(owner_engine, rulebook=shipped(f"{place}.toml")) for place in world.places]
    there = Laid(world, counties)
    async with owner_engine.begin() as connection:
        for county in (0, 1):
            await _people(connection, there, county)
        for model, rows in (
            (StaffEntry, [_entry(there, each) for each in world.entries]),
            (Secondment, [_seconding(there, each) for each in world.secondings]),
            (Capacity, [_post(there, each) for each in world.posts]),
            (Certificate, [_certificate(there, each) for each in world.certificates]),
            (CertificateChange, [_change(there, each) for each in world.certificates]),
            (Qualification, [_qualification(there, each) for each in world.qualifications]),
        ):
            if rows:
                await connection.execute(insert(model), rows)
    return there


async def _people(connection: AsyncConnection, there: Laid, county: int) -> None:
    world, at = there.world, there.counties[county]
    names = [name for name, (where, _) in world.people.items() if where == county]
    officers = {
        there.id(name, county): staff.Officer(
            _called(name), home_id=there.body(world.people[name][1], county)
        )
        for name in names
    }
    await staff.enter(connection, county_id=at.county_id, officers=officers)
    for name in names:
        account = {
            "county_id": at.county_id,
            "id": new_id(),
            "login": f"{name}.{at.code}",
            "person_id": there.id(name, county),
            "password_hash": "none",
            "disabled_at": None,
        }
        session = {
            "id": new_id(),
            "token_hash": token_hash(f"{name} of {at.code}"),
            "account_id": account["id"],
            "issued_at": IN_POST_SINCE,
            "expires_at": NOW + FAR_AWAY,
            "revoked_at": None,
        }
        await connection.execute(insert(Account).values(account))
        await connection.execute(insert(Session).values(session))


def _called(name: str) -> str:
    return f"某{name}"


def _of(there: Laid, each: Any) -> dict[str, Any]:
    return {
        "county_id": there.counties[each.county].county_id,
        "id": there.id(each.name, each.county),
        "person_id": there.id(each.person, each.county),
    }


def _day(days: int | None) -> Any:
    return None if days is None else TODAY + timedelta(days=days)


def _instant(days: float | None) -> Any:
    return None if days is None else MIDNIGHT + timedelta(days=days)


def _entry(there: Laid, each: Any) -> dict[str, Any]:
    return _of(there, each) | {
        "pinyin": pinyin(_called(each.person)),
        "home_id": there.body(each.home, each.county),
        "unit_id": there.counties[each.county].units[each.home],
        "register": "enforcement",
        "establishment": "enforcement",
        "post": "执法人员",
        "rank": None,
        "since": _day(each.since),
        "until": _day(each.until),
        "version": 1,
        "entered_at": NOW,
    }


def _seconding(there: Laid, each: Any) -> dict[str, Any]:
    return _of(there, each) | {
        "pinyin": pinyin(_called(each.person)),
        "home_id": there.body(each.home, each.county),
        "home_unit_id": there.counties[each.county].units[each.home],
        "host_id": there.body(each.host, each.county),
        "mode": "stationed",
        "post": "执法队队员",
        "order_id": there.id(each.order, each.county),
        "order_number": None,
        "since": _day(each.since),
        "until": _day(each.until),
        "version": 1,
        "ended_by": there.id(each.person, each.county) if each.ended else None,
        "ended_at": NOW if each.ended else None,
        "ended_reason": "轮岗" if each.ended else None,
    }


def _post(there: Laid, each: Post) -> dict[str, Any]:
    return _of(there, each) | {
        "tenant_id": there.body(each.body, each.county),
        "post": "岗位",
        "roles": sorted(each.roles),
        "secondment_id": None if each.under is None else there.id(each.under, each.county),
        "granted_by_id": None if each.granted_by is None else there.body(each.granted_by, each.county),
        "since": _instant(each.since),
        "until": _instant(each.until),
    }


def _certificate(there: Laid, each: Any) -> dict[str, Any]:
    return _of(there, each) | {
        "issuer_id": there.body(each.issuer, each.county),
        "home_id": there.body(each.home, each.county),
        "number": each.name,
        "issued_on": _day(-100),
        "valid_until": _day(1000),
        "state": "held",
        "version": 1,
        "issued_by": there.id(each.person, each.county),
        "issued_at": NOW,
    }


def _change(there: Laid, each: Any) -> dict[str, Any]:
    return {
        "county_id": there.counties[each.county].county_id,
        "id": there.id(f"change of {each.name}", each.county),
        "certificate_id": there.id(each.name, each.county),
        "issuer_id": there.body(each.issuer, each.county),
        "home_id": there.body(each.home, each.county),
        "person_id": there.id(each.person, each.county),
        "state": "held",
        "reason": "发还",
        "by_person_id": there.id(each.person, each.county),
        "at": NOW,
    }


def _qualification(there: Laid, each: Any) -> dict[str, Any]:
    return _of(there, each) | {
        "home_id": there.body(each.home, each.county),
        "qualified_on": _day(-500),
        "reviewing_since": None,
        "entered_by": there.id(each.person, each.county),
        "entered_at": NOW,
    }
