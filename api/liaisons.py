"""Liaison officers as both bodies and oversight see them: the types and the questions. The acts are in `liaison_acts.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow, how_many
from api.filters import among, filtered, narrowed, narrowing, orders_by_age, sorted_by, tied_to
from api.identifiers import identifier_of
from api.node import Node, identified, one
from api.organisations import Organisation, Unit
from api.staff import Person
from domain.liaisons import models, queries, rules
from domain.liaisons.rules import Gap
from domain.lineage import queries as changes
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="Whether a liaison officer is to be called. 联络员状态")
class LiaisonState(Enum):
    """As `domain/liaisons/rules.py` has them."""

    NAMED = strawberry.enum_value("named", description="From a day to come on. 已指定，尚未到任")
    IN_PLACE = strawberry.enum_value("in_place", description="The one to call. 在任")
    LAPSED = strawberry.enum_value(
        "lapsed",
        description="Holds the post no more in which they were named; nobody replaced them yet. 已离岗",
    )
    ENDED = strawberry.enum_value("ended", description="Replaced, or not called any more. 已终止")


async def _states(
    work: Work, liaisons: Sequence[models.Liaison], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    living = await queries.living(work, [each.id for each in liaisons])
    return [
        rules.state(since=each.since, ends_on=each.ends_on, lives=each.id in living, today=work.today)
        for each in liaisons
    ]


@strawberry.enum(description="What can be done with an entry. 可办理的操作")
class LiaisonAct(Enum):
    """As `domain/liaisons/rules.py` has them."""

    REPLACE = strawberry.enum_value("replace", description="Name a successor. 更换联络员")
    END = strawberry.enum_value("end", description="Let them no longer be called. 终止联络")


async def _acts(
    work: Work, liaisons: Sequence[models.Liaison], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [act for act in rules.ACTS if each.ends_on is None and work.may(act, queries.ENTRY, each)]
        for each in liaisons
    ]


@strawberry.type(description="An officer of one body whom another body calls. 联络员")
class Liaison(Node):
    """Seen by the two bodies and by oversight. It gives the officer no right."""

    row_type: ClassVar[type[Any]] = models.Liaison
    id: strawberry.ID = identified("Liaison", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: LiaisonState = relation(
        _states, needs={"id", "since", "ends_on"}, description="Whether to call them. 状态"
    )
    acts: list[LiaisonAct] = relation(
        _acts, description="What you could do with it now, as far as your rights go. 当前可办理的操作"
    )
    body: Organisation = reference(
        organisations.of_ids, through="from_id", description="The body that named them. 指定单位"
    )
    counterpart: Organisation = reference(
        organisations.of_ids, through="to_id", description="The body that calls them. 对口单位"
    )
    unit: Unit | None = reference(
        organisations.units_of_ids,
        through="unit_id",
        description="The unit that keeps the contact. 对口联系机构",
    )
    officer: Person = reference(staff.of_ids, through="person_id", description="Whom to call. 联络员")
    since: date = strawberry.field(description="The first day. 起")
    ends_on: date | None = strawberry.field(description="The day from which no longer. 终止日期")
    ended_reason: str | None = strawberry.field(
        description="Why no longer, where nobody succeeded them. 终止理由"
    )
    succeeds: "Liaison | None" = reference(
        queries.of_ids, through="succeeds_id", description="Whom they succeed. 前任"
    )
    handover: str | None = strawberry.field(description="What was handed over to them. 工作交接说明")
    named_at: datetime = strawberry.field(description="When they were named. 指定时间")


def liaisons_of(description: str) -> Any:
    """The field of a kind of matter between two bodies that says whom to call in the other; empty for third bodies."""

    async def of(
        work: Work, matters: Sequence[Any], _arguments: Arguments, wanted: Wanted
    ) -> Sequence[list[models.Liaison]]:
        mine, lineage = work.actor.tenant_id, await changes.of_bodies(work)
        named = [
            {matter.from_id: matter.addressee_id, matter.addressee_id: matter.from_id}.get(mine)
            for matter in matters
        ]
        # Of a body that is no more, whoever goes on with its matters is called.
        others = [each and lineage.heir(each, work.today) for each in named]
        found = await queries.in_place(
            work, {each for each in others if each}, counterpart_id=mine, columns=wanted.columns
        )
        return [found.get(each, []) if each else [] for each in others]

    return relation(of, needs={"from_id", "addressee_id"}, description=description)


@strawberry.type(description="A body with too few liaison officers in place. 联络员空缺")
class LiaisonGap:
    """As the county's rules want them today."""

    body: Organisation = reference(
        organisations.of_ids, through="body_id", description="The body that is to name them. 应指定单位"
    )
    counterpart: Organisation = reference(
        organisations.of_ids, through="counterpart_id", description="For which body. 对口单位"
    )
    needed: int = strawberry.field(description="How many are wanted at least. 应有人数")
    in_place: int = strawberry.field(description="How many are in place. 在任人数")
    source: str = strawberry.field(description="Where that is said. 依据")


N = Taken(int | None, "How many, at most 100. 条数", 20)


@dataclass(frozen=True, slots=True)
class GapsRow:
    """What stands behind `LiaisonGaps`: all of them."""

    total: int
    found: Sequence[Gap]


async def _first_gaps(
    _work: Work, rows: Sequence[GapsRow], arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[Gap]]:
    n = how_many(arguments["n"], field="n")
    return [row.found[:n] for row in rows]


@strawberry.type(description="Where liaison officers are missing. 联络员空缺情况")
class LiaisonGaps:
    """As far as you would see the entries, were there any."""

    total: int = strawberry.field(description="How many gaps there are. 空缺数")
    gaps: list[LiaisonGap] = relation(
        _first_gaps, takes={"n": N}, description="The first of them, by code. 空缺"
    )


@strawberry.input(description="By what the list of liaison officers is narrowed. 联络员筛选条件")
class LiaisonFilter:
    """As `domain/liaisons/queries.py` has it."""

    organisations: list[strawberry.ID] | None = among(
        "With one of these bodies on either side. 一方单位", ids_of="Organisation"
    )
    in_force_on: date | None = narrowing("Named for this day. 在任日期")


LiaisonSort = orders_by_age("LiaisonSort", "The order of the list of liaison officers. 联络员排序")


async def _liaisons(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], queries.Filter), arguments["sort"].value
    listing = Listing(
        name="liaisons",
        filters={"sort": age, **tied_to(by)},
        read=partial(queries.page, by=by, age=age),
        count=partial(queries.count, by=by),
        position=lambda liaison: liaison.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


async def _gaps(work: Work, arguments: Arguments, _wanted: Wanted) -> GapsRow:
    body = arguments["body"]
    body_id = None if body is None else identifier_of("Organisation", body, field="body")
    found = await queries.gaps(work, body_id=body_id, on=arguments["on"])
    return GapsRow(total=len(found), found=found)


async def _candidates(work: Work, arguments: Arguments, _wanted: Wanted) -> Sequence[Any]:
    counterpart, demand = arguments["counterpart"], rules.NOTHING
    if counterpart is not None:
        asked = identifier_of("Organisation", counterpart, field="counterpart")
        demand = await queries.demand_of(work, work.actor.tenant_id, asked)
    found = await queries.candidates(
        work,
        demand=demand,
        part=arguments["name"] or "",
        most=how_many(arguments["n"], field="n"),
    )
    people = await staff.of_ids(work, found)
    return [people[each] for each in found if each in people]


@strawberry.type
class LiaisonQueries:
    """Reading who calls whom."""

    liaisons: Connection[Liaison] = question(
        _liaisons,
        description="The liaison officers that you may see, those of before included. 联络员列表",
        takes={**filtered(LiaisonFilter), **sorted_by(LiaisonSort), **PAGING},
    )
    liaison: Liaison | None = one("Liaison", description="One entry. 联络员")
    liaison_gaps: LiaisonGaps = question(
        _gaps,
        description="Which bodies have fewer liaison officers in place than the county's rules want. 联络员空缺",
        takes={
            "body": Taken(strawberry.ID | None, "Of this body alone. 应指定单位"),
            "on": Taken(
                date | None,
                "On this day, today or later, as far as is known now: with whoever is named or ends by then, and your own body's posts "
                "that end by then; left out: today. 日期（今日或以后，不填为今日），按目前已知的指定、终止和本单位任职期限计算",
            ),
        },
    )
    liaison_candidates: list[Person] = question(
        _candidates,
        description="Whom of your body you could name. 可指定的联络员",
        takes={
            "counterpart": Taken(
                strawberry.ID | None, "For which body, in the rank that the rules want for it. 对口单位"
            ),
            "name": Taken(str | None, "With this in their name. 姓名（任意位置）"),
            "n": N,
        },
    )
