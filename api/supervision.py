"""Supervision notes as the department, the township and oversight see them: the types and the questions.

The acts are in `supervision_acts.py`; who supervises an item stands with what it is empowered by (`catalogue_powers.py`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.catalogue import Item
from api.connections import PAGING, Connection, Listing, PageRow
from api.deadlines import Deadline
from api.filters import among, filtered, narrowed, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation
from api.staff import Person, stood_in_for
from domain.catalogue import grants
from domain.catalogue import queries as catalogue
from domain.deadlines import queries as deadlines
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.supervision import models, queries, rules
from domain.work import Work

if TYPE_CHECKING:
    from api.catalogue_powers import Empowerment


@strawberry.enum(description="What a supervision note is about. 监督指导函种类")
class SupervisionNoteKind(Enum):
    """As `domain/supervision/rules.py` has them."""

    SOURCE_CONTROL = strawberry.enum_value("source_control", description="Control at the source. 源头监管")
    CORRECTION_ORDER = strawberry.enum_value(
        "correction_order", description="The department ordered a correction first. 先行责令改正"
    )
    TECHNICAL_SUPPORT = strawberry.enum_value(
        "technical_support",
        description="Technical support, given by the department or asked for by the township. 技术支持",
    )


@strawberry.enum(description="The states of a supervision note. 监督指导函状态")
class SupervisionNoteState(Enum):
    """As `domain/supervision/rules.py` has them."""

    DRAFT = strawberry.enum_value("draft", description="Being written. 起草中")
    DISCARDED = strawberry.enum_value("discarded", description="Never sent, given up. 已作废")
    SENT = strawberry.enum_value("sent", description="With the other side. 已发出")
    ACKNOWLEDGED = strawberry.enum_value("acknowledged", description="Taken note of. 已签收")
    ANSWERED = strawberry.enum_value("answered", description="Answered. 已答复")


@strawberry.enum(description="What can be done with a supervision note. 可办理的操作")
class SupervisionNoteAct(Enum):
    """As `domain/supervision/rules.py` has them."""

    REVISE = strawberry.enum_value("revise", description="Change the draft. 修改")
    DISCARD = strawberry.enum_value("discard", description="Give the draft up. 作废草稿")
    SEND = strawberry.enum_value("send", description="Send it as head. 发出")
    ACKNOWLEDGE = strawberry.enum_value("acknowledge", description="Acknowledge it. 签收")
    ANSWER = strawberry.enum_value("answer", description="Answer it as head. 答复")


@strawberry.enum(description="Which supervision notes. 监督指导函箱")
class SupervisionNoteBox(Enum):
    """As `domain/supervision/queries.py` has them."""

    SENT = strawberry.enum_value("sent", description="Our own, with drafts. 本单位发出（含草稿）")
    RECEIVED = strawberry.enum_value("received", description="Sent to us. 本单位收到")
    OVERSEEN = strawberry.enum_value("overseen", description="The county's, for oversight. 监督范围")


async def _acts(
    work: Work, notes: Sequence[models.SupervisionNote], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act, (states, _) in rules.TRANSITIONS.items()
            if note.state in states and work.may(act, queries.NOTE, note)
        ]
        for note in notes
    ]


async def _deadlines(
    work: Work, notes: Sequence[models.SupervisionNote], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await deadlines.of_subjects(work, [note.id for note in notes])
    return [found[note.id] for note in notes]


@strawberry.type(
    description="A letter between a department and a township about an item that was empowered. 监督指导函"
)
class SupervisionNote(Node):
    """Seen by the two from sending on, and by oversight."""

    row_type: ClassVar[type[Any]] = models.SupervisionNote
    id: strawberry.ID = identified("SupervisionNote", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: SupervisionNoteState = strawberry.field(description="Where it stands. 状态")
    acts: list[SupervisionNoteAct] = relation(
        _acts, description="What you could do with it now, as far as state and rights go. 当前可办理的操作"
    )
    sender: Organisation = reference(
        organisations.of_ids, through="from_id", description="The body that writes. 发函单位"
    )
    recipient: Organisation = reference(
        organisations.of_ids, through="addressee_id", description="The body it is meant for. 接收单位"
    )
    began_on: date = strawberry.field(description="The day whose rules apply. 适用规则日期")
    kind: SupervisionNoteKind = strawberry.field(description="What it is about. 种类")
    empowerment: Annotated["Empowerment", strawberry.lazy("api.catalogue_powers")] = reference(
        grants.empowerments_of_ids,
        through="empowerment_id",
        description="By which the township held the item. 赋权公告",
    )
    item: Item = reference(catalogue.items_of_ids, through="item_id", description="The item. 权力事项")
    arose_on: date = strawberry.field(description="When the matter arose. 事项发生日期")
    subject: str = strawberry.field(description="The subject. 事由")
    facts: str = strawberry.field(description="The facts. 情况")
    request: str = strawberry.field(description="What is asked of the other side. 意见和要求")
    order_number: str | None = strawberry.field(
        description="The number of the order to correct that came first. 责令改正文书文号"
    )
    drafted_by: Person = reference(staff.of_ids, through="drafted_by", description="Who wrote it. 起草人")
    created_at: datetime = strawberry.field(description="When it was begun. 创建时间")
    sent_by: Person | None = reference(
        staff.of_ids, through="sent_by", description="The head who sent it. 签发人"
    )
    sent_for: Person | None = stood_in_for("sent_for")
    sent_at: datetime | None = strawberry.field(description="When it was sent. 发出时间")
    letter_number: str | None = strawberry.field(description="The number of the letter. 文号")
    acknowledged_by: Person | None = reference(
        staff.of_ids, through="acknowledged_by", description="Who took note of it. 签收人"
    )
    acknowledged_at: datetime | None = strawberry.field(description="When it was taken note of. 签收时间")
    answer: str | None = strawberry.field(description="The other side's answer. 答复内容")
    answered_by: Person | None = reference(
        staff.of_ids, through="answered_by", description="The head who answered. 答复人"
    )
    answered_for: Person | None = stood_in_for("answered_for")
    answered_at: datetime | None = strawberry.field(description="When it was answered. 答复时间")
    deadlines: list[Deadline] = relation(_deadlines, description="What is owed by when. 办理期限")


@strawberry.input(description="By what a list of supervision notes is narrowed. 监督指导函筛选条件")
class SupervisionNoteFilter:
    """As `domain/supervision/queries.py` has it."""

    organisations: list[strawberry.ID] | None = among(
        "Sent by or to one of these bodies. 一方单位", ids_of="Organisation"
    )
    item_codes: list[str] | None = among("About one of these items. 权力事项代码")
    kinds: list[SupervisionNoteKind] | None = among("Of one of these kinds. 种类")
    states: list[SupervisionNoteState] | None = among("In one of these states. 状态")


SupervisionNoteSort = orders_by_age(
    "SupervisionNoteSort", "The order of a list of supervision notes. 监督指导函排序"
)

NARROWING = {**filtered(SupervisionNoteFilter), **sorted_by(SupervisionNoteSort), **PAGING}


def listed(
    arguments: Arguments, *, box: queries.Box | None = None, empowerment_id: UUID | None = None
) -> Listing:
    """The notes of one box, or of one empowerment, as they were asked for."""
    age, by = arguments["sort"].value, narrowed(arguments["filter"], queries.Filter)
    wanted = queries.Wanted(box=box, empowerment_id=empowerment_id, filter=by)
    return Listing(
        name="supervision_notes",
        filters={"box": box, "empowerment": empowerment_id, "sort": age, **tied_to(by)},
        read=partial(queries.page, wanted=wanted, age=age),
        count=partial(queries.count, wanted=wanted),
        position=lambda note: note.id,
        placed=UUID,
    )


async def _supervision_notes(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    return await listed(arguments, box=arguments["box"].value).page(work, arguments)


@strawberry.type
class SupervisionQueries:
    """Reading supervision notes."""

    supervision_notes: Connection[SupervisionNote] = question(
        _supervision_notes,
        description="Supervision notes of one box. 监督指导函列表",
        takes={"box": Taken(SupervisionNoteBox, "Which box. 监督指导函箱"), **NARROWING},
    )
    supervision_note: SupervisionNote | None = one("SupervisionNote", description="One note. 监督指导函")
