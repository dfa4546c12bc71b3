"""Rows of the catalogue at random, for the lists of the API: see `holdings.py`."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID, uuid4

from domain.catalogue.models import (
    Assessment,
    ClassMember,
    Duty,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    Entrustment,
    Item,
    ItemVersion,
    LenientEntry,
    PatrolEntry,
    Recall,
    TownshipClass,
)
from domain.organisations.models import Organisation
from tests.worlds import NOW, World

Made = Iterable[tuple[type[Any], dict[str, Any]]]

DAYS_AGO = count()
"""A township joins a class on a day of its own: no two of one day."""


def an_item(random: Random, world: World) -> Made:
    by = {"county_id": world.county_id, "by_id": world.bodies["coordination"], "published_at": NOW}
    item = by | {"id": uuid4(), "code": f"{random.choice('adkqz')}{secrets.token_hex(6)}", "made_up": True}
    yield Item, item
    yield (
        ItemVersion,
        by
        | {
            "id": uuid4(),
            "item_id": item["id"],
            "since": NOW.date() - timedelta(days=random.randrange(100)),
            "until": None,
            "name": "渣土",
            "field": random.choice(("渣土", "交通运输")),
            "department_id": world.bodies[random.choice(("transport", "agriculture"))],
            "penalty": True,
            "inspection": random.random() < 0.5,
            "compulsion": False,
            "establishing_basis": "法",
            "punishing_basis": "法",
            "bands": [{"name": "一般", "least": 0, "most": 1000}],
        },
    )


def an_empowerment(random: Random, world: World) -> Made:
    by = {"county_id": world.county_id, "by_id": world.bodies["coordination"], "published_at": NOW}
    township, of_a_class = world.bodies[random.choice(("kunyang", "aojiang"))], random.random() < 0.5
    notice = by | {
        "id": uuid4(),
        "number": "号",
        "title": "公告",
        "since": NOW.date(),
        "township_id": None if of_a_class else township,
        "class_id": uuid4() if of_a_class else None,
    }
    if of_a_class:
        yield TownshipClass, by | {"id": notice["class_id"], "code": secrets.token_hex(6), "name": "类"}
        since = NOW.date() - timedelta(days=next(DAYS_AGO))
        yield ClassMember, by | {"township_id": township, "since": since, "class_id": notice["class_id"]}
    yield Empowerment, notice
    ((_, item), _) = an_item(random, world)
    yield Item, item
    gives = {"penalty": True, "inspection": False, "compulsion": False, "by_id": by["by_id"]}
    yield (
        EmpoweredItem,
        gives | {"county_id": world.county_id, "empowerment_id": notice["id"], "item_id": item["id"]},
    )


def an_entrustment(random: Random, world: World) -> Made:
    ((_, item), _) = an_item(random, world)
    yield Item, item
    yield (
        Entrustment,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "department_id": world.bodies[random.choice(("transport", "agriculture"))],
            "township_id": world.bodies[random.choice(("kunyang", "aojiang"))],
            "item_id": item["id"],
            "penalty": True,
            "inspection": False,
            "since": NOW.date(),
            "until": NOW.date() + timedelta(days=365),
            "basis": "法",
            "duties": "责",
            "number": "号",
            "signed_by": world["lin"].person_id,
            "signed_at": NOW,
        },
    )


def a_duty(random: Random, world: World) -> Made:
    yield (
        Duty,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "code": random.choice(("渣土", "油烟")),
            "matter": "事项",
            "body_id": world.bodies[random.choice(("transport", "kunyang"))],
            "basis": "三定规定",
            "since": NOW.date() - timedelta(days=random.randrange(10**5)),
            "until": None,
            "by_id": world.bodies["coordination"],
            "published_at": NOW,
        },
    )


def a_patrol(random: Random, world: World) -> Made:
    ((_, item), _) = an_item(random, world)
    yield Item, item
    yield (
        PatrolEntry,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "township_id": world.bodies[random.choice(("kunyang", "aojiang"))],
            "item_id": item["id"],
            "times": 2,
            "per": random.choice(("week", "month")),
            "since": NOW.date(),
            "until": None,
            "claimed_by": world["gao"].person_id,
            "claimed_at": NOW,
        },
    )


def a_leniency(random: Random, world: World) -> Made:
    ((_, item), _) = an_item(random, world)
    yield Item, item
    yield (
        LenientEntry,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "item_id": item["id"],
            "kind": random.choice(("no_penalty", "mitigated", "lighter")),
            "circumstances": "初次违法",
            "basis": "清单",
            "since": NOW.date(),
            "until": None,
            "by_id": world.bodies["coordination"],
            "published_at": NOW,
        },
    )


def the_catalogues(world: World, identifier: UUID) -> Made:
    """One item, one empowerment and one class, on which much hangs."""
    by = {"county_id": world.county_id, "by_id": world.bodies["coordination"], "published_at": NOW}
    yield Item, by | {"id": identifier, "code": f"z{secrets.token_hex(6)}", "made_up": True}
    yield TownshipClass, by | {"id": identifier, "code": secrets.token_hex(6), "name": "类"}
    yield (
        Empowerment,
        by
        | {
            "id": identifier,
            "number": "号",
            "title": "公告",
            "since": NOW.date(),
            "township_id": None,
            "class_id": identifier,
        },
    )


def a_version(random: Random, world: World) -> Made:
    _, (_, version) = an_item(random, world)
    since = NOW.date() - timedelta(days=secrets.randbelow(10**5))
    yield ItemVersion, version | {"item_id": _the_one(world), "since": since}


def a_given_item(random: Random, world: World) -> Made:
    ((_, item), _) = an_item(random, world)
    yield Item, item
    gives = {"penalty": True, "inspection": False, "compulsion": False, "by_id": item["by_id"]}
    yield EmpoweredItem, gives | _of_the_notice(world, item)


def a_recall(random: Random, world: World) -> Made:
    *given, (_, row) = a_given_item(random, world)
    yield from (*given, (EmpoweredItem, row))
    yield Recall, _about(world, row) | {"since": NOW.date(), "reasons": "评估不合格"}


def an_assessment(random: Random, world: World) -> Made:
    *given, (_, row) = a_given_item(random, world)
    yield from (*given, (EmpoweredItem, row))
    yield Assessment, _about(world, row) | {"assessed_on": NOW.date(), "finding": "keep", "report": "良好"}


def an_acceptance(random: Random, world: World) -> Made:
    township = _a_township(world)
    yield Organisation, township
    yield (
        EmpowermentAcceptance,
        {
            "county_id": world.county_id,
            "empowerment_id": _the_one(world),
            "township_id": township["id"],
            "signed_on": NOW.date(),
            "signed_by": world["gao"].person_id,
            "signed_at": NOW,
        },
    )


def a_member(random: Random, world: World) -> Made:
    township = _a_township(world)
    yield Organisation, township
    yield (
        ClassMember,
        {
            "county_id": world.county_id,
            "township_id": township["id"],
            "since": NOW.date(),
            "class_id": _the_one(world),
            "by_id": world.bodies["coordination"],
            "published_at": NOW,
        },
    )


def _the_one(world: World) -> UUID:
    return UUID(int=world.county_id.int ^ 1)


def _of_the_notice(world: World, item: dict[str, Any]) -> dict[str, Any]:
    return {"county_id": world.county_id, "empowerment_id": _the_one(world), "item_id": item["id"]}


def _about(world: World, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "county_id": world.county_id,
        "empowerment_id": given["empowerment_id"],
        "item_id": given["item_id"],
        "township_id": world.bodies["kunyang"],
        "by_id": given["by_id"],
        "published_at": NOW,
    }


def _a_township(world: World) -> dict[str, Any]:
    return {
        "county_id": world.county_id,
        "id": uuid4(),
        "code": f"t{secrets.token_hex(6)}",
        "name": "某镇人民政府",
        "short_name": "某",
        "kind": "township",
        "name_inferred": True,
    }
