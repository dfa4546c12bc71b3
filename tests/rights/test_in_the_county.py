"""What the whole county reads, who publishes and signs it, and clocks, which those read who owe, who wait and who oversee."""

from datetime import date
from typing import Any

import pytest

from domain.catalogue import commands as catalogue
from domain.catalogue import empowering, entrusting, grants, lists, parts
from domain.catalogue import queries as published
from domain.deadlines import queries as deadlines
from domain.edge import Edge
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.spans import Span
from domain.staff import queries as staff
from domain.work import Work
from tests.rights.ground import Ground, Post
from tests.rights.tables import Act, table, who_may

ACTS_IN_THE_COUNTY = "officer registrar head coordinator supervisor"
EVERYBODY = f"{ACTS_IN_THE_COUNTY} personnel"
TODAY, LATER = date(2026, 3, 10), date(2027, 3, 10)

PUBLISHED = table(
    f"""
    act                             any                   overseer     department
    read an item                    {ACTS_IN_THE_COUNTY}  -            -
    read its versions               {ACTS_IN_THE_COUNTY}  -            -
    read a class of townships       {ACTS_IN_THE_COUNTY}  -            -
    read an empowerment             {ACTS_IN_THE_COUNTY}  -            -
    read what it gives              {ACTS_IN_THE_COUNTY}  -            -
    read who signed for it          {ACTS_IN_THE_COUNTY}  -            -
    read what was recalled          {ACTS_IN_THE_COUNTY}  -            -
    read what was assessed          {ACTS_IN_THE_COUNTY}  -            -
    read an entrustment             {ACTS_IN_THE_COUNTY}  -            -
    read how it ends                {ACTS_IN_THE_COUNTY}  -            -
    read a duty                     {ACTS_IN_THE_COUNTY}  -            -
    read a patrol list              {ACTS_IN_THE_COUNTY}  -            -
    read a lenient list             {ACTS_IN_THE_COUNTY}  -            -
    publish an item                 -                     coordinator  -
    publish a class                 -                     coordinator  -
    put a township into a class     -                     coordinator  -
    empower                         -                     coordinator  -
    recall                          -                     coordinator  -
    assess                          -                     coordinator  -
    publish a duty                  -                     coordinator  -
    publish a leniency              -                     coordinator  -
    sign for an empowerment         head                  -            -
    claim a patrol                  head                  -            -
    entrust                         head                  -            -
    end an entrustment              -                     -            head
    read a body                     {EVERYBODY}           -            -
    read its functions              {EVERYBODY}           -            -
    read its units                  {EVERYBODY}           -            -
    read who works there            {EVERYBODY}           -            -
    read which body became which    {EVERYBODY}           -            -
    """,
    department="first",
)

CLOCKS = table(
    """
    act                 obligor                 waiting                 overseer
    read a clock        officer registrar head  officer registrar head  head coordinator supervisor
    read how it rang    officer registrar head  officer registrar head  head coordinator supervisor
    read what moved it  officer registrar head  officer registrar head  head coordinator supervisor
    """,
    obligor="first",
    waiting="second",
)


def reads(query: Any, table: str, key: str = "id") -> Act:
    """Reading by the id that a row has."""

    async def act(work: Work, ground: Ground, _: Post) -> Any:
        one = ground.shared[table][key]
        return (await query(work, [one])).get(one)

    return act


def reads_part(part: parts.Part, within: str) -> Act:
    """Reading what hangs on a thing of the catalogue."""

    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await parts.page_of(work, part=part, within=ground.shared[within]["id"], span=Span(most=9))

    return act


async def publish_item(work: Work, ground: Ground, _: Post) -> Any:
    return await catalogue.publish_item(
        work,
        item=catalogue.Published(
            code="XG-1",
            name="未密闭运输渣土",
            field="交通运输",
            department_id=ground.world.bodies["transport"],
            powers=("penalty",),
            establishing_basis="条例第三条",
            punishing_basis="条例第四条",
            bands=[("一般", 1000, 5000)],
            since=TODAY,
        ),
    )


async def publish_class(work: Work, ground: Ground, _: Post) -> Any:
    return await catalogue.publish_class(work, code="A", name="甲类")


async def classify(work: Work, ground: Ground, _: Post) -> Any:
    township = ground.world.bodies["kunyang"]
    return await catalogue.classify(work, township_id=township, class_id=None, since=TODAY)


async def empower(work: Work, ground: Ground, _: Post) -> Any:
    return await empowering.empower(
        work, number="1号", title="公告", since=TODAY, township_id=None, class_id=None, items={}
    )


def _given(ground: Ground) -> dict[str, Any]:
    return {
        "empowerment_id": ground.shared["empowerments"]["id"],
        "township_id": ground.world.bodies["transport"],
    }


async def recall(work: Work, ground: Ground, _: Post) -> Any:
    item = ground.shared["items"]["id"]
    return await empowering.recall(work, **_given(ground), item_ids={item}, since=TODAY, reasons="评估不合格")


async def assess(work: Work, ground: Ground, _: Post) -> Any:
    item = ground.shared["items"]["id"]
    return await empowering.assess(work, **_given(ground), item_id=item, finding="keep", report="合格")


async def publish_duty(work: Work, ground: Ground, _: Post) -> Any:
    return await catalogue.publish_duty(
        work,
        code="D-1",
        matter="道路养护",
        organisation_id=ground.world.bodies["transport"],
        basis="职责清单",
        since=TODAY,
        until=None,
    )


async def publish_leniency(work: Work, ground: Ground, _: Post) -> Any:
    return await catalogue.publish_leniency(
        work,
        item_id=ground.shared["items"]["id"],
        kind="no_penalty",
        circumstances="首次",
        basis="清单",
        since=TODAY,
        until=None,
    )


async def sign(work: Work, ground: Ground, _: Post) -> Any:
    return await empowering.sign(work, empowerment_id=ground.shared["empowerments"]["id"])


async def claim(work: Work, ground: Ground, _: Post) -> Any:
    return await catalogue.claim_patrol(
        work, item_id=ground.shared["items"]["id"], times=2, per="month", since=TODAY, until=None
    )


async def entrust(work: Work, ground: Ground, _: Post) -> Any:
    return await entrusting.entrust(
        work,
        item_id=ground.shared["items"]["id"],
        township_id=ground.world.bodies["kunyang"],
        powers=("inspection",),
        since=TODAY,
        until=LATER,
        basis="条例",
        duties="日常检查",
        number="委〔2026〕1号",
    )


async def end(work: Work, ground: Ground, _: Post) -> Any:
    agreement = ground.shared["entrustments"]["id"]
    return await entrusting.end(work, entrustment_id=agreement, ends_on=LATER, reasons="评估不合格")


async def functions(work: Work, ground: Ground, _: Post) -> Any:
    body = ground.world.bodies["coordination"]
    return (await organisations.functions_of(work, [body]))[body]


async def units(work: Work, ground: Ground, _: Post) -> Any:
    body = ground.world.bodies["transport"]
    return (await organisations.units_of(work, [body]))[body]


async def body(work: Work, ground: Ground, _: Post) -> Any:
    return await organisations.the(work, ground.world.bodies["shuitou"])


async def people(work: Work, ground: Ground, _: Post) -> Any:
    return await staff.of_ids(work, [ground.world["lei"].person_id])


async def became(work: Work, ground: Ground, _: Post) -> Any:
    return await lineage.entries(work)


ACTS: dict[str, Act] = {
    "read an item": reads(published.items_of_ids, "items"),
    "read its versions": reads_part(parts.VERSIONS, "items"),
    "read a class of townships": reads(published.classes_of_ids, "township_classes"),
    "read an empowerment": reads(grants.empowerments_of_ids, "empowerments"),
    "read what it gives": reads_part(parts.GIVEN, "empowerments"),
    "read who signed for it": reads_part(parts.ACCEPTANCES, "empowerments"),
    "read what was recalled": reads_part(parts.RECALLS, "empowerments"),
    "read what was assessed": reads_part(parts.ASSESSMENTS, "empowerments"),
    "read an entrustment": reads(grants.entrustments_of_ids, "entrustments"),
    "read how it ends": reads(grants.ends_of, "entrustments"),
    "read a duty": reads(published.duties_of_ids, "duties"),
    "read a patrol list": reads(lists.patrols_of_ids, "patrol_entries"),
    "read a lenient list": reads(lists.leniencies_of_ids, "lenient_entries"),
    "publish an item": publish_item,
    "publish a class": publish_class,
    "put a township into a class": classify,
    "empower": empower,
    "recall": recall,
    "assess": assess,
    "publish a duty": publish_duty,
    "publish a leniency": publish_leniency,
    "sign for an empowerment": sign,
    "claim a patrol": claim,
    "entrust": entrust,
    "end an entrustment": end,
    "read a body": body,
    "read its functions": functions,
    "read its units": units,
    "read who works there": people,
    "read which body became which": became,
    "read a clock": reads(deadlines.of_ids, "deadlines"),
    "read how it rang": reads(deadlines.rungs_of, "deadlines"),
    "read what moved it": reads(deadlines.changes_of, "deadlines"),
}


@pytest.mark.parametrize("act", PUBLISHED)
async def test_is_published_by_whom_it_is_for_and_read_by_all(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == PUBLISHED[act]


@pytest.mark.parametrize("act", CLOCKS)
async def test_runs_for_who_owes_who_waits_and_who_oversees(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == CLOCKS[act]
