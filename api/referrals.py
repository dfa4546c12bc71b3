"""Referrals as both sides and oversight see them: the types.

The words are in `referral_words.py`, the lists in `referral_lists.py`, the acts of the sender in `referral_acts.py`,
those of the receiver in `referral_answers.py` and `referral_suspensions.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.asked import Asked
from api.assignments import Assignment, assignments_of
from api.batching import Arguments, Taken, Wanted, derived, reference, relation
from api.catalogue_competence import Competence
from api.changes import Event, followed
from api.connections import PAGING, Connection, Listing, how_many, numbered
from api.deadlines import Deadline
from api.liaisons import Liaison, liaisons_of
from api.node import BigInt, Node, identified, one_by_one
from api.organisations import Organisation
from api.referral_warnings import NEEDS, ReferralWarning, competence, warnings
from api.referral_words import (
    DoubtStep,
    MaterialKind,
    ReferralAct,
    ReferralDecision,
    ReferralEventKind,
    ReferralFinding,
    ReferralState,
    ReferralStop,
    SuspensionGround,
)
from api.staff import Person, stood_in_for
from domain.deadlines import queries as deadlines
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.referrals import models, queries
from domain.staff import queries as staff
from domain.work import Work


@strawberry.type(
    description="One of the materials that go with a letter. Its contents: GET /files/{id}. 移送材料"
)
class ReferralMaterial(Node):
    """Who sees it in the list need not be able to open it."""

    row_type: ClassVar[type[Any]] = models.ReferralMaterial
    id: strawberry.ID = identified("ReferralMaterial", by=one_by_one(queries.material))
    kind: MaterialKind = strawberry.field(description="What kind it is. 种类")
    title: str = strawberry.field(description="What it is called. 材料名称")
    name: str = strawberry.field(description="The file's name. 文件名")
    media_type: str = strawberry.field(description="The file's type. 文件类型")
    size: BigInt = strawberry.field(description="Its size in bytes. 大小（字节）")
    sha256: str = strawberry.field(description="The SHA-256 of its contents. 校验值")
    attached_at: datetime = strawberry.field(description="When it was attached. 附上时间")


@strawberry.type(description="One of the articles that go with a case. 涉案物品")
class ReferralArticle(Node):
    """Seen by whoever sees the letter."""

    row_type: ClassVar[type[Any]] = models.ReferralArticle
    id: strawberry.ID = identified("ReferralArticle", by=one_by_one(queries.article))
    name: str = strawberry.field(description="What it is. 物品名称")
    quantity: BigInt = strawberry.field(description="How many of its unit. 数量")
    unit: str = strawberry.field(description="The unit. 计量单位")
    disposed_on: date | None = strawberry.field(
        description="When it was disposed of beforehand. 先行处置日期"
    )
    proceeds: BigInt | None = strawberry.field(
        description="What the disposal brought, in fen. 处置所得（分）"
    )
    note: str | None = strawberry.field(description="What else there is to say. 备注")
    listed_at: datetime = strawberry.field(description="When it was listed. 登记时间")


@strawberry.type(description="What your body noted for itself about a referral. 内部备注")
class ReferralNote(Node):
    """Nobody outside the body reads it."""

    row_type: ClassVar[type[Any]] = models.ReferralNote
    id: strawberry.ID = identified("ReferralNote", by=one_by_one(queries.note))
    text: str = strawberry.field(description="The note. 内容")
    finding: ReferralFinding | None = strawberry.field(description="What verifying found. 核查意见")
    author: Person = reference(staff.of_ids, through="by_person_id", description="Who noted it. 记录人")
    at: datetime = strawberry.field(description="When. 时间")


def _reason(row: models.ReferralEvent, _asked: Asked) -> str | None:
    given = (row.facts.get(name) for name in ("reason", "reasons", "missing_reason"))
    return next((reason for reason in given if reason), None)


def _what_changed(row: models.ReferralEvent, _asked: Asked) -> list[str]:
    return list(row.facts.get("changed", ()))


def _material_kind(row: models.ReferralEvent, _asked: Asked) -> str | None:
    return row.facts.get("kind")


def _late(row: models.ReferralEvent, _asked: Asked) -> bool:
    return bool(row.facts.get("late"))


@strawberry.type(description="What happened to a referral, when, by whom. 移送过程记录")
class ReferralEvent(Event):
    """Never changed, never removed once the referral was sent. Its number is also the version that it led to."""

    row_type: ClassVar[type[Any]] = models.ReferralEvent
    kind: ReferralEventKind = strawberry.field(description="What happened. 事项")
    reason: str | None = derived(_reason, needs={"facts"}, description="The reason that was given. 理由")
    late: bool = derived(_late, needs={"facts"}, description="Whether it was sent late. 是否逾期移送")
    changed: list[str] = derived(_what_changed, needs={"facts"}, description="What was revised. 修改内容")
    material_kind: MaterialKind | None = derived(
        _material_kind, needs={"facts"}, description="The kind of material that it is about. 材料种类"
    )


async def _materials(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await queries.materials_of(work, [referral.id for referral in referrals])
    return [found[referral.id] for referral in referrals]


async def _articles(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await queries.articles_of(work, [referral.id for referral in referrals])
    return [found[referral.id] for referral in referrals]


async def _notes(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await queries.notes_of(work, [referral.id for referral in referrals])
    return [found[referral.id] for referral in referrals]


async def _onward(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await queries.onward_of(work, [referral.id for referral in referrals])
    return [found[referral.id] for referral in referrals]


async def _onward_from(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await queries.of_ids(work, [referral.onward_of for referral in referrals if referral.onward_of])
    return [referral.onward_of and found.get(referral.onward_of) for referral in referrals]


def _called(whose: str) -> Any:
    async def names(
        work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
    ) -> Sequence[str]:
        days = [(each.sent_at or work.now).astimezone(work.actor.zone).date() for each in referrals]
        return await lineage.names_on(
            work, [(getattr(each, whose), day) for each, day in zip(referrals, days, strict=True)]
        )

    return names


async def _deadlines(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, wanted: Wanted
) -> Sequence[Any]:
    ids = [referral.id for referral in referrals]
    found = await deadlines.of_subjects(work, ids, columns=wanted.columns)
    return [found.get(referral.id, []) for referral in referrals]


async def _last_events(
    work: Work, referrals: Sequence[models.Referral], arguments: Arguments, wanted: Wanted
) -> Sequence[Any]:
    n = how_many(arguments["n"], field="n")
    if n == 0:
        return [[] for _ in referrals]
    ids = [referral.id for referral in referrals]
    found = await queries.last_events_of(work, ids, n, columns=wanted.columns)
    return [found[referral.id] for referral in referrals]


async def _events(
    work: Work, referrals: Sequence[models.Referral], arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    # A page for each: whoever wants the events of a whole list asks for the last few, which is one statement.
    return [await _events_of(referral.id).page(work, arguments) for referral in referrals]


def _events_of(referral_id: UUID) -> Listing:
    return Listing(
        name="referral.events",
        filters={"referral": referral_id},
        read=partial(queries.events_page, referral_id=referral_id),
        count=partial(queries.events_count, referral_id=referral_id),
        position=lambda event: event.number,
        placed=numbered,
    )


followed("Referral", events=_events_of, last=queries.last_event_number)


async def _acts(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    return [queries.open_acts(work, referral) for referral in referrals]


async def _file_is_open(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[bool]:
    return [work.may("read", "referral.file", referral) for referral in referrals]


@strawberry.type(description="A case on its way from one body to another. 案件移送")
class Referral(Node):
    """Exactly one body is answerable for it at any moment."""

    row_type: ClassVar[type[Any]] = models.Referral
    id: strawberry.ID = identified("Referral", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: ReferralState = strawberry.field(description="Where it is on its way. 状态")
    acts: list[ReferralAct] = relation(
        _acts,
        description="What you could do with it now, as far as its state, your rights and the place's rules go. 当前可办理的操作",
    )
    sender: Organisation = reference(
        organisations.of_ids, through="from_id", description="The sending body. 移送单位"
    )
    receiver: Organisation = reference(
        organisations.of_ids, through="addressee_id", description="The body it is meant for. 接收单位"
    )
    sender_then: str = relation(
        _called("from_id"),
        needs={"from_id", "sent_at"},
        description="What the sender was called when it was sent; today's name of a draft. 移送时移送单位名称",
    )
    receiver_then: str = relation(
        _called("addressee_id"),
        needs={"addressee_id", "sent_at"},
        description="What the receiver was called when it was sent; today's name of a draft. 移送时接收单位名称",
    )
    owner: Organisation = reference(
        organisations.of_ids, through="owner_id", description="The body answerable now. 当前承办单位"
    )
    began_on: date = strawberry.field(description="The day whose rules apply. 适用规则日期")
    found_on: date = strawberry.field(description="When the violation was found. 发现日期")
    urgent_found_at: datetime | None = strawberry.field(
        description="Where it cannot wait: the instant from which the urgent limit runs. 紧急情形的发现时刻"
    )
    prior_notice_at: datetime | None = strawberry.field(
        description="When the other body was told that it would come later. 事先告知时间"
    )
    ongoing: bool = strawberry.field(
        description="Whether the violation was still going on. 违法行为是否仍在进行"
    )
    stop: ReferralStop | None = strawberry.field(description="What was done about it. 制止方式")
    stopped_at: datetime | None = strawberry.field(description="When that was done. 制止时间")
    stop_note: str | None = strawberry.field(description="How that was done. 制止情况")
    onward_from: "Referral | None" = relation(
        _onward_from,
        needs={"onward_of"},
        description="The referral that is passed on by this one. 所转送的移送件",
    )
    onward: list["Referral"] = relation(
        _onward,
        needs={"id"},
        description="The referrals by which it was passed on, as far as you see them. 转送件",
    )
    party: str = strawberry.field(description="The party. 当事人")
    place: str = strawberry.field(description="Where it happened. 违法行为发生地")
    facts: str = strawberry.field(description="The first facts. 初步事实")
    item_code: str = strawberry.field(description="The item of the catalogue. 权力事项代码")
    legal_basis: str = strawberry.field(description="The legal basis. 法律法规依据")
    competence: Competence = relation(
        competence, needs=NEEDS, description="Whose the matter is, as the catalogue says. 按目录的管辖"
    )
    warnings: list[ReferralWarning] = relation(
        warnings,
        needs=NEEDS,
        description="What to look at before it is sent; empty afterwards. 移送前提示",
    )
    missing_reason: str | None = strawberry.field(description="Why material is missing. 缺件说明")
    drafted_by: Person = reference(staff.of_ids, through="drafted_by", description="Who wrote it. 起草人")
    approved_by: Person | None = reference(
        staff.of_ids, through="approved_by", description="The head who signed it. 批准人"
    )
    approved_for: Person | None = stood_in_for("approved_for")
    approved_at: datetime | None = strawberry.field(description="When it was signed. 批准时间")
    letter_number: str | None = strawberry.field(description="The number of the letter. 移送函文号")
    sent_at: datetime | None = strawberry.field(description="When it was sent. 移送时间")
    sent_late: bool = strawberry.field(description="Sent after its limit. 是否逾期移送")
    late_reason: str | None = strawberry.field(description="Why it was sent late. 逾期理由")
    receipt_number: str | None = strawberry.field(description="The number of the receipt. 回执文号")
    taken_in_at: datetime | None = strawberry.field(description="When it was taken in. 收件时间")
    material_asked: str | None = strawberry.field(description="The material asked for last. 需要补充的材料")
    material_asked_at: datetime | None = strawberry.field(description="When it was asked for. 函告补充时间")
    suspension: SuspensionGround | None = strawberry.field(
        description="What the receiver waits for, while its limits stand still by its own act. 中止事由"
    )
    doubt_step: DoubtStep | None = strawberry.field(
        description="What is done first about doubted competence. 管辖异议的处理方式"
    )
    doubt_reasons: str | None = strawberry.field(description="Why competence was doubted. 管辖异议理由")
    settlement: str | None = strawberry.field(description="On what that was settled. 管辖决定依据")
    answered_at: datetime | None = strawberry.field(
        description="When it was accepted, passed on or returned. 答复时间"
    )
    return_reasons: str | None = strawberry.field(description="Why it was returned. 退回理由")
    withdrawn_reason: str | None = strawberry.field(description="Why it was withdrawn. 撤回理由")
    decision: ReferralDecision | None = strawberry.field(description="How the case ended. 办理结论")
    decision_note: str | None = strawberry.field(description="What was decided. 决定内容")
    effective_on: date | None = strawberry.field(
        description="When that was served, or the case ended. 送达或者终结日期"
    )
    outcome: str | None = strawberry.field(description="The outcome, as the sender was told. 办理结果")
    created_at: datetime = strawberry.field(description="When it was begun. 创建时间")
    file_open: bool = relation(
        _file_is_open, description="Whether you may read the contents of the materials. 案卷内容是否对您开放"
    )
    materials: list[ReferralMaterial] = relation(
        _materials, needs={"id"}, description="The materials. 移送材料"
    )
    articles: list[ReferralArticle] = relation(
        _articles, needs={"id"}, description="The articles involved. 涉案物品"
    )
    notes: list[ReferralNote] = relation(
        _notes, needs={"id"}, description="Your body's own notes. 本单位内部备注"
    )
    liaisons: list[Liaison] = liaisons_of("Whom to call in the other body now. 对方单位联络员")
    assignment: Assignment | None = assignments_of("Who in your body handles it. 本单位分办情况")
    deadlines: list[Deadline] = relation(
        _deadlines, needs={"id"}, description="What is owed by when, in the steps and as a whole. 办理期限"
    )
    events: Connection[ReferralEvent] = relation(
        _events, needs={"id"}, description="What happened, in order. 过程记录", takes=PAGING
    )
    last_events: list[ReferralEvent] = relation(
        _last_events,
        needs={"id"},
        description="The last few events, the latest first. 最近的过程记录",
        takes={"n": Taken(int | None, "How many, at most 100. 条数", 3)},
    )
