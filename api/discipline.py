"""Disciplinary cases as the inquirer, the other side, the officer and oversight see them: the types and the questions.

The acts are in `discipline_acts.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.deadlines import Deadline
from api.filters import among, filtered, narrowed, narrowing, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation
from api.secondments import Secondment
from api.staff import Person, stood_in_for
from domain.deadlines import queries as deadlines
from domain.discipline import models, queries, rules
from domain.organisations import queries as organisations
from domain.secondments import queries as secondments
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="For what an officer is looked into. 问责事由")
class DisciplinaryGround(Enum):
    """As `domain/discipline/rules.py` has them."""

    FAILURE = strawberry.enum_value(
        "failure", description="Failures in enforcement work. 执法工作不到位、不作为、乱作为"
    )
    COMPLAINT = strawberry.enum_value(
        "complaint", description="A complaint in the home's field. 派出单位业务领域内的信访、投诉"
    )
    BREACH = strawberry.enum_value(
        "breach",
        description="A breach of discipline or rules in the home's field. 派出单位业务领域内的违纪违规",
    )
    ABSENCE = strawberry.enum_value(
        "absence", description="Not in post, or not obeying the host. 未按规定到岗到位、不服从管理"
    )


@strawberry.enum(description="The states of a disciplinary case. 问责事项状态")
class DisciplinaryCaseState(Enum):
    """As `domain/discipline/rules.py` has them."""

    INQUIRING = strawberry.enum_value("inquiring", description="Being looked into. 核查中")
    DROPPED = strawberry.enum_value("dropped", description="Given up. 已撤销")
    CONCLUDED = strawberry.enum_value("concluded", description="Decided. 已处理")
    UNDER_REVIEW = strawberry.enum_value("under_review", description="A review was asked for. 复核中")
    REVIEWED = strawberry.enum_value("reviewed", description="Decided again. 已复核")


@strawberry.enum(description="What can be done with a disciplinary case. 可办理的操作")
class DisciplinaryCaseAct(Enum):
    """As `domain/discipline/rules.py` has them, but for the one that begins it."""

    REVISE = strawberry.enum_value("revise", description="Say otherwise what is looked into. 修改")
    DROP = strawberry.enum_value("drop", description="Give it up. 撤销")
    CONCLUDE = strawberry.enum_value("conclude", description="Decide as head. 作出处理")
    ASK_REVIEW = strawberry.enum_value("ask_review", description="Ask for a review. 申请复核")
    REVIEW = strawberry.enum_value("review", description="Decide the review as head. 作出复核决定")


@strawberry.enum(description="What follows for the officer. 处理措施")
class DisciplinaryMeasure(Enum):
    """As `domain/discipline/rules.py` has them."""

    NONE = strawberry.enum_value("none", description="Nothing. 不予处理")
    REMINDER = strawberry.enum_value("reminder", description="A talk and a reminder. 约谈提醒")
    CRITICISM = strawberry.enum_value("criticism", description="Criticism by circular. 通报批评")
    HANDED_ON = strawberry.enum_value(
        "handed_on", description="Handed on to discipline inspection. 移送纪检监察机关"
    )


@strawberry.enum(description="What a review comes to. 复核结果")
class DisciplinaryOutcome(Enum):
    """As `domain/discipline/rules.py` has them."""

    UPHELD = strawberry.enum_value("upheld", description="The decision stands. 维持")
    CHANGED = strawberry.enum_value("changed", description="Another one stands in its place. 变更")
    LIFTED = strawberry.enum_value("lifted", description="It is lifted. 撤销")


@strawberry.enum(description="Which disciplinary cases. 问责事项范围")
class DisciplinaryCaseBox(Enum):
    """As `domain/discipline/queries.py` has them."""

    OWN = strawberry.enum_value("own", description="That we look into. 本单位核查")
    COPIED = strawberry.enum_value("copied", description="Of which we have a copy. 抄告本单位")
    CONCERNING_ME = strawberry.enum_value(
        "concerning_me", description="About yourself, once decided. 本人（作出处理后）"
    )
    OVERSEEN = strawberry.enum_value("overseen", description="The county's, for oversight. 监督范围")


async def _acts(
    work: Work, cases: Sequence[models.DisciplinaryCase], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act, (state, _) in rules.TRANSITIONS.items()
            if case.state == state and work.may(act, queries.CASE, case)
        ]
        for case in cases
    ]


async def _deadlines(
    work: Work, cases: Sequence[models.DisciplinaryCase], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await deadlines.of_subjects(work, [case.id for case in cases])
    return [found[case.id] for case in cases]


async def _reviews_due(
    work: Work, cases: Sequence[models.DisciplinaryCase], _arguments: Arguments, _wanted: Wanted
) -> Sequence[datetime | None]:
    # Whoever reads the case is told this of its clock, the officer who waits for it among them.
    asked = [case.id for case in cases if case.state == "under_review"]
    found = await deadlines.running_out(work, asked) if asked else {}
    return [found.get(case.id) for case in cases]


@strawberry.type(description="One failing of a seconded officer, and what became of it. 问责事项")
class DisciplinaryCase(Node):
    """Seen by whoever looks into it; by the other of home and host and by the officer once it is decided; by oversight."""

    row_type: ClassVar[type[Any]] = models.DisciplinaryCase
    id: strawberry.ID = identified("DisciplinaryCase", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: DisciplinaryCaseState = strawberry.field(description="Where it stands. 状态")
    acts: list[DisciplinaryCaseAct] = relation(
        _acts, description="What you could do with it now, as far as state and rights go. 当前可办理的操作"
    )
    secondment: Secondment | None = reference(
        secondments.of_ids,
        through="secondment_id",
        description="Under which secondment; null where you may not see it. 所属派驻",
    )
    person: Person = reference(staff.of_ids, through="person_id", description="The officer. 当事人")
    inquirer: Organisation = reference(
        organisations.of_ids, through="inquirer_id", description="The body that looks into it. 核查单位"
    )
    copied_to: Organisation | None = reference(
        organisations.of_ids,
        through="copied_id",
        description="The other of home and host, once it has its copy. 受抄告单位",
    )
    began_on: date = strawberry.field(description="The day whose rules apply. 适用规则日期")
    ground: DisciplinaryGround = strawberry.field(description="For what. 问责事由")
    occurred_on: date = strawberry.field(description="When it happened. 发生日期")
    subject: str = strawberry.field(description="The subject. 事由摘要")
    facts: str = strawberry.field(description="The facts. 情况")
    opened_by: Person = reference(staff.of_ids, through="opened_by", description="Who opened it. 立项人")
    opened_at: datetime = strawberry.field(description="When it was opened. 立项时间")
    dropped_because: str | None = strawberry.field(description="Why it was given up. 撤销理由")
    finding: str | None = strawberry.field(description="What was found. 核查结论")
    measure: DisciplinaryMeasure | None = strawberry.field(description="As it was decided. 处理措施")
    measure_now: DisciplinaryMeasure | None = strawberry.field(
        description="As it holds after a review, if there was one. 现行处理措施"
    )
    benefits_from: date | None = strawberry.field(
        description="From which day the host withholds its benefits. 待遇停发起始日期"
    )
    benefits_until: date | None = strawberry.field(
        description="Until which day, included; null: until it is lifted. 待遇停发截止日期（含当日）"
    )
    concluded_by: Person | None = reference(
        staff.of_ids, through="concluded_by", description="The head who decided. 处理人"
    )
    concluded_for: Person | None = stood_in_for("concluded_for")
    concluded_at: datetime | None = strawberry.field(description="When it was decided. 处理时间")
    review_until: datetime | None = strawberry.field(
        description="Until when the officer can ask for a review. 申请复核截止时间"
    )
    review_reasons: str | None = strawberry.field(description="Why a review was asked for. 复核申请理由")
    review_asked_at: datetime | None = strawberry.field(description="When. 复核申请时间")
    review_due_at: datetime | None = relation(
        _reviews_due,
        needs={"state"},
        description="Until when a review that was asked for is decided. 复核办理期限",
    )
    outcome: DisciplinaryOutcome | None = strawberry.field(description="What the review came to. 复核结果")
    review_answer: str | None = strawberry.field(description="Its reasons. 复核意见")
    reviewed_by: Person | None = reference(
        staff.of_ids, through="reviewed_by", description="The head who decided the review. 复核人"
    )
    reviewed_for: Person | None = stood_in_for("reviewed_for")
    reviewed_at: datetime | None = strawberry.field(description="When it was decided. 复核时间")
    deadlines: list[Deadline] = relation(
        _deadlines, description="What is owed by when, for whoever looks into it and for oversight. 办理期限"
    )


@strawberry.input(description="By what a list of disciplinary cases is narrowed. 问责事项筛选条件")
class DisciplinaryCaseFilter:
    """As `domain/discipline/queries.py` has it."""

    secondments: list[strawberry.ID] | None = among(
        "Under one of these secondments. 所属派驻", ids_of="Secondment"
    )
    grounds: list[DisciplinaryGround] | None = among("For one of these. 问责事由")
    states: list[DisciplinaryCaseState] | None = among("In one of these states. 状态")
    benefits_withheld_on: date | None = narrowing("With benefits withheld on this day. 待遇停发日期")
    person: str | None = narrowing("With this in the officer's name. 姓名（任意位置）")


DisciplinaryCaseSort = orders_by_age(
    "DisciplinaryCaseSort", "The order of a list of disciplinary cases. 问责事项排序"
)


async def _disciplinary_cases(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    age, by = arguments["sort"].value, narrowed(arguments["filter"], queries.Filter)
    wanted = queries.Wanted(box=arguments["box"].value, filter=by)
    listing = Listing(
        name="disciplinary_cases",
        filters={"box": wanted.box, "sort": age, **tied_to(by)},
        read=partial(queries.page, wanted=wanted, age=age),
        count=partial(queries.count, wanted=wanted),
        position=lambda case: case.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class DisciplineQueries:
    """Reading disciplinary cases."""

    disciplinary_cases: Connection[DisciplinaryCase] = question(
        _disciplinary_cases,
        description="Disciplinary cases of one box. 问责事项列表",
        takes={
            "box": Taken(DisciplinaryCaseBox, "Which of them. 问责事项范围"),
            **filtered(DisciplinaryCaseFilter),
            **sorted_by(DisciplinaryCaseSort),
            **PAGING,
        },
    )
    disciplinary_case: DisciplinaryCase | None = one("DisciplinaryCase", description="One case. 问责事项")
