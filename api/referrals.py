"""Referrals as both sides and oversight see them: the types.

The lists are in `referral_lists.py`, the acts in `referral_acts.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.asked import Asked
from api.batching import Arguments, Taken, Wanted, derived, reference, relation
from api.changes import Event, followed
from api.connections import PAGING, Connection, Listing, how_many, numbered
from api.deadlines import Deadline
from api.node import BigInt, Node, identified, one_by_one
from api.organisations import Organisation
from api.staff import Person
from domain.deadlines import queries as deadlines
from domain.organisations import queries as organisations
from domain.referrals import models, queries, rules
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="The states of a referral. 移送件状态")
class ReferralState(Enum):
    """As `domain/referrals/rules.py` has them."""

    DRAFT = strawberry.enum_value("draft", description="Being written. 起草中")
    AWAITING_APPROVAL = strawberry.enum_value("awaiting_approval", description="Before the head. 待审批")
    APPROVED = strawberry.enum_value("approved", description="Signed, not sent. 已批准")
    SENT = strawberry.enum_value("sent", description="With the receiver. 已移送")
    TAKEN_IN = strawberry.enum_value("taken_in", description="Receipted, being verified. 已收件")
    ACCEPTED = strawberry.enum_value("accepted", description="The receiver's matter now. 已接收")
    RETURNED = strawberry.enum_value("returned", description="Back with the sender. 已退回")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Taken back by the sender. 已撤回")


@strawberry.enum(description="What can be done with a referral. 可办理的操作")
class ReferralAct(Enum):
    """As `domain/referrals/rules.py` has them."""

    REVISE = strawberry.enum_value("revise", description="Change the draft. 修改")
    ATTACH = strawberry.enum_value("attach", description="Attach or detach materials. 附材料")
    SUBMIT = strawberry.enum_value("submit", description="Submit for approval. 报批")
    APPROVE = strawberry.enum_value("approve", description="Approve. 批准")
    REJECT = strawberry.enum_value("reject", description="Send the draft back. 退回修改")
    SEND = strawberry.enum_value("send", description="Send. 移送")
    TAKE_IN = strawberry.enum_value("take_in", description="Take in. 收件登记")
    ACCEPT = strawberry.enum_value("accept", description="Accept. 接收")
    RETURN = strawberry.enum_value("return", description="Return. 退回")
    WITHDRAW = strawberry.enum_value("withdraw", description="Withdraw. 撤回")
    DISCARD = strawberry.enum_value("discard", description="Delete what was never sent. 删除草稿")


@strawberry.enum(description="The kinds of materials. 移送材料种类")
class MaterialKind(Enum):
    """As `domain/rulebooks/registry.py` has them."""

    LETTER = strawberry.enum_value("letter", description="The letter, written here. 移送函")
    SOURCE = strawberry.enum_value("source", description="Source of the case. 案件来源材料")
    IDENTITY = strawberry.enum_value("identity", description="Papers of the party. 当事人证照材料")
    EVIDENCE = strawberry.enum_value("evidence", description="Evidence. 证据材料")
    TESTS = strawberry.enum_value("tests", description="Tests, appraisals, findings. 检测鉴定认定材料")
    CORRECTIONS = strawberry.enum_value("corrections", description="Orders to correct. 责令改正等材料")
    ARTICLES = strawberry.enum_value("articles", description="Articles involved. 涉案物品及清单")
    OTHER = strawberry.enum_value("other", description="Other. 其他材料")


@strawberry.enum(description="What happened to a referral. 移送过程")
class ReferralEventKind(Enum):
    """Facts, in the past tense."""

    DRAFTED = strawberry.enum_value("drafted", description="起草")
    REVISED = strawberry.enum_value("revised", description="修改")
    MATERIAL_ATTACHED = strawberry.enum_value("material_attached", description="附材料")
    MATERIAL_DETACHED = strawberry.enum_value("material_detached", description="撤下材料")
    SUBMITTED = strawberry.enum_value("submitted", description="报批")
    APPROVED = strawberry.enum_value("approved", description="批准")
    REJECTED = strawberry.enum_value("rejected", description="退回修改")
    SENT = strawberry.enum_value("sent", description="移送")
    TAKEN_IN = strawberry.enum_value("taken_in", description="收件登记")
    ACCEPTED = strawberry.enum_value("accepted", description="接收")
    RETURNED = strawberry.enum_value("returned", description="退回")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="撤回")


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
    size: BigInt = strawberry.field(description="Its size in bytes. 大小(字节)")
    sha256: str = strawberry.field(description="The SHA-256 of its contents. 校验值")
    attached_at: datetime = strawberry.field(description="When it was attached. 附上时间")


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
    reason: str | None = derived(_reason, description="The reason that was given. 理由")
    late: bool = derived(_late, description="Whether it was sent late. 是否逾期移送")
    changed: list[str] = derived(_what_changed, description="What was revised. 修改内容")
    material_kind: MaterialKind | None = derived(
        _material_kind, description="The kind of material that it is about. 材料种类"
    )


async def _materials(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await queries.materials_of(work, [referral.id for referral in referrals])
    return [found[referral.id] for referral in referrals]


async def _deadlines(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await deadlines.of_subjects(work, [referral.id for referral in referrals])
    return [found.get(referral.id, []) for referral in referrals]


async def _last_events(
    work: Work, referrals: Sequence[models.Referral], arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    n = how_many(arguments["n"])
    if n == 0:
        return [[] for _ in referrals]
    found = await queries.last_events_of(work, [referral.id for referral in referrals], n)
    return [found[referral.id] for referral in referrals]


async def _events(
    work: Work, referrals: Sequence[models.Referral], arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    # A page for each: whoever wants the events of a whole list asks for the last few, which is one statement.
    return [await _events_of(referral.id).page(work, arguments) for referral in referrals]


def _events_of(referral_id: UUID) -> Listing:
    async def rows(work: Work, after: int | None, first: int) -> Sequence[models.ReferralEvent]:
        return await queries.events_page(work, referral_id=referral_id, after=after, first=first)

    async def count(work: Work) -> int:
        return await queries.events_count(work, referral_id=referral_id)

    return Listing(
        name="referral.events",
        filters={"referral": referral_id},
        rows=rows,
        count=count,
        position=lambda event: event.number,
        placed=numbered,
    )


followed("Referral", events=_events_of, last=queries.last_event_number)


async def _acts(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act, (states, _) in rules.TRANSITIONS.items()
            if referral.state in states and work.may(act, "referral.letter", referral)
        ]
        for referral in referrals
    ]


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
        _acts, description="What you could do with it now, as far as state and rights go. 当前可办理的操作"
    )
    sender: Organisation = reference(
        organisations.of_ids, through="from_id", description="The sending body. 移送单位"
    )
    receiver: Organisation = reference(
        organisations.of_ids, through="addressee_id", description="The body it is meant for. 接收单位"
    )
    owner: Organisation = reference(
        organisations.of_ids, through="owner_id", description="The body answerable now. 当前承办单位"
    )
    began_on: date = strawberry.field(description="The day whose rules apply. 适用规则日期")
    found_on: date = strawberry.field(description="When the violation was found. 发现日期")
    party: str = strawberry.field(description="The party. 当事人")
    place: str = strawberry.field(description="Where it happened. 违法行为发生地")
    facts: str = strawberry.field(description="The first facts. 初步事实")
    item_code: str = strawberry.field(description="The item of the catalogue. 权力事项代码")
    legal_basis: str = strawberry.field(description="The legal basis. 法律法规依据")
    missing_reason: str | None = strawberry.field(description="Why material is missing. 缺件说明")
    drafted_by: Person = reference(staff.of_ids, through="drafted_by", description="Who wrote it. 起草人")
    approved_by: Person | None = reference(
        staff.of_ids, through="approved_by", description="The head who signed it. 批准人"
    )
    approved_at: datetime | None = strawberry.field(description="When it was signed. 批准时间")
    letter_number: str | None = strawberry.field(description="The number of the letter. 移送函文号")
    sent_at: datetime | None = strawberry.field(description="When it was sent. 移送时间")
    sent_late: bool = strawberry.field(description="Sent after its limit. 是否逾期移送")
    late_reason: str | None = strawberry.field(description="Why it was sent late. 逾期理由")
    receipt_number: str | None = strawberry.field(description="The number of the receipt. 回执文号")
    taken_in_at: datetime | None = strawberry.field(description="When it was taken in. 收件时间")
    decided_at: datetime | None = strawberry.field(description="When it was accepted or returned. 决定时间")
    return_reasons: str | None = strawberry.field(description="Why it was returned. 退回理由")
    withdrawn_reason: str | None = strawberry.field(description="Why it was withdrawn. 撤回理由")
    created_at: datetime = strawberry.field(description="When it was begun. 创建时间")
    file_open: bool = relation(
        _file_is_open, description="Whether you may read the contents of the materials. 案卷内容是否对您开放"
    )
    materials: list[ReferralMaterial] = relation(_materials, description="The materials. 移送材料")
    deadlines: list[Deadline] = relation(_deadlines, description="What is owed by when. 办理期限")
    events: Connection[ReferralEvent] = relation(
        _events, description="What happened, in order. 过程记录", takes=PAGING
    )
    last_events: list[ReferralEvent] = relation(
        _last_events,
        description="The last few events, the latest first. 最近的过程记录",
        takes={"n": Taken(int | None, "How many, at most 100. 条数", 3)},
    )
