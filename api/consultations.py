"""Consultations about seconded officers as the two co-managers and oversight see them: the types and the questions.

The acts are in `consultation_acts.py`; who decides what stands with the secondment (`secondment_aspects.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar, cast
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.deadlines import Deadline
from api.filters import among, filtered, narrowed, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation
from api.secondments import Secondment
from api.staff import Person, stood_in_for
from domain.consultations import models, queries, rules
from domain.consultations.rules import State
from domain.deadlines import queries as deadlines
from domain.organisations import queries as organisations
from domain.secondments import queries as secondments
from domain.secondments.models import Secondment as SecondmentRow
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="What is proposed about a seconded officer. 事项种类")
class ConsultationKind(Enum):
    """As `domain/consultations/rules.py` has them."""

    RECALL = strawberry.enum_value("recall", description="Call the officer back home. 召回")
    TRANSFER = strawberry.enum_value("transfer", description="Second them to another township. 调整派驻单位")
    BORROWING = strawberry.enum_value("borrowing", description="Lend them to a borrower for a term. 借调")
    APPOINTMENT = strawberry.enum_value(
        "appointment", description="Appoint them a team's head. 任命队伍负责人"
    )
    REMOVAL = strawberry.enum_value("removal", description="Remove them as a team's head. 免去队伍负责人职务")


@strawberry.enum(description="What the co-manager is asked for. 征求内容")
class ConsultationAsks(Enum):
    """As `domain/rulebooks/values.py` has them."""

    NOTHING = strawberry.enum_value("nothing", description="Nothing; it is told. 无须征求，仅告知")
    OPINION = strawberry.enum_value("opinion", description="Its opinion. 征求意见")
    CONSENT = strawberry.enum_value("consent", description="Its consent. 征得同意")


@strawberry.enum(description="The states of a consultation. 状态")
class ConsultationState(Enum):
    """As `domain/consultations/rules.py` has them."""

    ASKED = strawberry.enum_value("asked", description="Waits for the co-manager. 待答复")
    CLEARED = strawberry.enum_value("cleared", description="May be carried out. 可以办理")
    REFUSED = strawberry.enum_value("refused", description="The consent was refused. 未获同意")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Taken back. 已撤回")
    CARRIED_OUT = strawberry.enum_value("carried_out", description="Done. 已办理")


@strawberry.enum(description="How the co-manager answers. 答复")
class ConsultationAnswer(Enum):
    """As `domain/consultations/rules.py` has them."""

    AGREES = strawberry.enum_value("agrees", description="It agrees. 同意")
    OBJECTS = strawberry.enum_value("objects", description="It objects, with reasons. 不同意（须说明理由）")
    OPINION = strawberry.enum_value("opinion", description="It says what it thinks. 反馈意见")


@strawberry.enum(description="Whether what was proposed may be carried out now. 能否办理")
class ConsultationStanding(Enum):
    """As `domain/consultations/rules.py` has them."""

    WAITS = strawberry.enum_value("waits", description="It waits for the answer. 须等待答复")
    CLEAR = strawberry.enum_value("clear", description="It may. 可以办理")
    CLEAR_BY_SILENCE = strawberry.enum_value(
        "clear_by_silence", description="It may, because no answer came in time. 逾期未答复，可以办理"
    )
    REFUSED = strawberry.enum_value(
        "refused", description="It may not: the consent was refused. 未获同意，不得办理"
    )
    OVER = strawberry.enum_value("over", description="It is at its end. 已办结")


@strawberry.enum(description="What can be done with a consultation. 可办理的操作")
class ConsultationAct(Enum):
    """As `domain/consultations/rules.py` has them."""

    ANSWER = strawberry.enum_value("answer", description="Answer it as the co-manager's head. 答复")
    WITHDRAW = strawberry.enum_value("withdraw", description="Take it back. 撤回")
    CARRY_OUT = strawberry.enum_value("carry_out", description="Carry it out. 办理")


@strawberry.enum(description="Which consultations. 事项箱")
class ConsultationBox(Enum):
    """As `domain/consultations/queries.py` has them."""

    SENT = strawberry.enum_value("sent", description="Proposed by us. 本单位提出")
    RECEIVED = strawberry.enum_value("received", description="Proposed to us. 向本单位提出")
    OVERSEEN = strawberry.enum_value("overseen", description="The county's, for oversight. 监督范围")


async def _standings(
    work: Work, consultations: Sequence[models.Consultation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    return await queries.standings(work, consultations)


async def _acts(
    work: Work, consultations: Sequence[models.Consultation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    standings = await queries.standings(work, consultations)
    return [_open_acts(work, each, stands) for each, stands in zip(consultations, standings, strict=True)]


def _open_acts(work: Work, consultation: models.Consultation, stands: rules.Standing) -> list[str]:
    state = cast("State", consultation.state)  # the database admits no other word
    acts = [
        act for act in rules.ACTS if state in rules.OPEN[act] and work.may(act, queries.ENTRY, consultation)
    ]
    if "carry_out" in acts and not (stands.startswith("clear") and _may_do(work, consultation)):
        acts.remove("carry_out")
    return [*acts]


def _may_do(work: Work, consultation: models.Consultation) -> bool:
    """Whether whoever carries it out may also do what it says."""
    if consultation.kind not in ("recall", "transfer"):
        return True
    parties = SecondmentRow(
        county_id=consultation.county_id, home_id=consultation.home_id, host_id=consultation.host_id
    )
    return work.may("end", secondments.ENTRY, parties)


async def _deadlines(
    work: Work, consultations: Sequence[models.Consultation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await deadlines.of_subjects(work, [each.id for each in consultations])
    return [found[each.id] for each in consultations]


@strawberry.type(
    description="What one co-manager decides about a seconded officer, with the other's opinion or consent. 征求意见（征得同意）事项"
)
class Consultation(Node):
    """Seen by the two, and by oversight."""

    row_type: ClassVar[type[Any]] = models.Consultation
    id: strawberry.ID = identified("Consultation", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    kind: ConsultationKind = strawberry.field(description="What is proposed. 事项种类")
    state: ConsultationState = strawberry.field(description="Where it stands. 状态")
    standing: ConsultationStanding = relation(
        _standings, description="Whether it may be carried out now. 能否办理"
    )
    acts: list[ConsultationAct] = relation(
        _acts, description="What you could do with it now, as far as your rights go. 当前可办理的操作"
    )
    proposer: Organisation = reference(
        organisations.of_ids, through="from_id", description="The side that decides. 提出单位"
    )
    co_manager: Organisation = reference(
        organisations.of_ids, through="to_id", description="The other side. 共同管理方"
    )
    person: Person = reference(staff.of_ids, through="person_id", description="The officer. 人员")
    secondment: Secondment | None = reference(
        secondments.of_ids,
        through="secondment_id",
        description="Their secondment, where you may see it. 派驻",
    )
    asks: ConsultationAsks = strawberry.field(description="What the co-manager is asked for. 征求内容")
    source: str = strawberry.field(description="Where the rules say so, the document and its article. 依据")
    began_on: date = strawberry.field(description="The day whose rules apply. 适用规则日期")
    ground: str = strawberry.field(description="Why. 事由")
    since: date = strawberry.field(
        description="From when: the first day without the officer, with the new host, of the loan, in or out of the post. 起"
    )
    until: date | None = strawberry.field(description="The last day of a loan. 止")
    body: Organisation | None = reference(
        organisations.of_ids,
        through="body_id",
        description="The new host, or the borrower. 新用人单位或者借用单位",
    )
    post: str | None = strawberry.field(description="The post of a team's head. 职务")
    proposed_by: Person = reference(
        staff.of_ids, through="proposed_by", description="Who proposed it. 提出人"
    )
    proposed_for: Person | None = stood_in_for("proposed_for")
    proposed_at: datetime = strawberry.field(description="When it was proposed. 提出时间")
    answer: ConsultationAnswer | None = strawberry.field(description="The co-manager's answer. 答复")
    reasons: str | None = strawberry.field(description="The answer in words. 答复说明")
    answered_by: Person | None = reference(
        staff.of_ids, through="answered_by", description="The head who answered. 答复人"
    )
    answered_for: Person | None = stood_in_for("answered_for")
    answered_at: datetime | None = strawberry.field(description="When it was answered. 答复时间")
    closed_by: Person | None = reference(
        staff.of_ids, through="closed_by", description="Who carried it out or withdrew it. 办理（撤回）人"
    )
    closed_for: Person | None = stood_in_for("closed_for")
    closed_at: datetime | None = strawberry.field(
        description="When it was carried out or withdrawn. 办理（撤回）时间"
    )
    deadlines: list[Deadline] = relation(_deadlines, description="Until when the answer is owed. 答复期限")


@strawberry.input(description="By what a list of consultations is narrowed. 筛选条件")
class ConsultationFilter:
    """As `domain/consultations/queries.py` has it."""

    organisations: list[strawberry.ID] | None = among(
        "Between one of these bodies and another. 一方单位", ids_of="Organisation"
    )
    kinds: list[ConsultationKind] | None = among("Of one of these kinds. 种类")
    states: list[ConsultationState] | None = among("In one of these states. 状态")


ConsultationSort = orders_by_age("ConsultationSort", "The order of a list of consultations. 排序")

TAKES: Mapping[str, Taken] = {
    "box": Taken(ConsultationBox, "Which box. 事项箱"),
    **filtered(ConsultationFilter),
    **sorted_by(ConsultationSort),
    **PAGING,
}


async def _consultations(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    age, by = arguments["sort"].value, narrowed(arguments["filter"], queries.Filter)
    wanted = queries.Wanted(box=arguments["box"].value, filter=by)
    listing = Listing(
        name="consultations",
        filters={"box": wanted.box, "sort": age, **tied_to(by)},
        read=partial(queries.page, wanted=wanted, age=age),
        count=partial(queries.count, wanted=wanted),
        position=lambda each: each.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class ConsultationQueries:
    """Reading consultations."""

    consultations: Connection[Consultation] = question(
        _consultations, description="Consultations of one box. 征求意见（征得同意）事项列表", takes=TAKES
    )
    consultation: Consultation | None = one(
        "Consultation", description="One of them. 征求意见（征得同意）事项"
    )
