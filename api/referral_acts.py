"""What the sender does with a referral: one mutation per verb, all of one shape. What each asks for stands in its input.

What the receiver answers is in `referral_answers.py`, what follows in `referral_courses.py`.
"""

from datetime import date, datetime
from typing import cast

import strawberry

from api.asked import Asked
from api.batching import derived
from api.descriptions import unless_left_out
from api.identifiers import global_id, identifier_of
from api.mutations import (
    CLIENT_MUTATION_ID,
    EXPECTED_VERSION,
    Payload,
    PayloadRow,
    act,
    optional,
    said,
)
from api.node import BigInt
from api.referral_payload import (
    REFERRAL_ID,
    ReasonedReferralInput,
    ReferralInput,
    ReferralPayload,
    which,
)
from api.referral_words import MaterialKind, ReferralStop
from domain.referrals import articles, commands, models
from domain.referrals.rules import Stop
from domain.work import Work


def _discarded(row: PayloadRow, _asked: Asked) -> str | None:
    return None if row.subject_id is None else global_id("Referral", row.subject_id)


@strawberry.type(description="What was deleted, or why nothing was. 删除结果")
class DiscardReferralPayload(Payload):
    """Nothing is left to be shown but its id."""

    discarded_referral_id: strawberry.ID | None = derived(
        _discarded, description="The id that is no more. 已删除的移送件编号"
    )


@strawberry.input(description="A new letter of referral. 起草移送函")
class DraftReferralInput:
    """Everything that a letter says."""

    addressee_id: strawberry.ID = strawberry.field(description="The body it is meant for. 接收单位")
    found_on: date = strawberry.field(description="When the violation was found. 发现日期")
    party: str = strawberry.field(description="The party. 当事人")
    place: str = strawberry.field(description="Where it happened. 违法行为发生地")
    facts: str = strawberry.field(description="The first facts. 初步事实")
    item_code: str = strawberry.field(description="The item of the catalogue. 权力事项代码")
    legal_basis: str = strawberry.field(description="The legal basis. 法律法规依据")
    ongoing: bool = strawberry.field(
        default=False, description="Whether the violation is still going on. 违法行为是否仍在进行"
    )
    urgent_found_at: datetime | None = optional(
        "Where it cannot wait: the instant of finding, from which the urgent limit runs. 紧急情形的发现时刻"
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Other words for a draft; what is left out stays. 修改移送函")
class ReviseReferralInput:
    """Any part of the letter."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    addressee_id: strawberry.ID | None = optional(unless_left_out("The body it is meant for. 接收单位"))
    found_on: date | None = optional(unless_left_out("When it was found. 发现日期"))
    party: str | None = optional(unless_left_out("The party. 当事人"))
    place: str | None = optional(unless_left_out("The place. 违法行为发生地"))
    facts: str | None = optional(unless_left_out("The facts. 初步事实"))
    item_code: str | None = optional(unless_left_out("The item. 权力事项代码"))
    legal_basis: str | None = optional(unless_left_out("The legal basis. 法律法规依据"))
    ongoing: bool | None = optional(
        unless_left_out("Whether the violation is still going on. 违法行为是否仍在进行")
    )
    urgent_found_at: datetime | None = optional(
        unless_left_out(
            "Where it cannot wait: the instant of finding; null: it can. 紧急情形的发现时刻；填 null 表示并不紧急"
        )
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A file to go with the letter. 附材料")
class AttachMaterialInput:
    """The file was uploaded before: POST /files."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    file_id: strawberry.ID = strawberry.field(description="As POST /files answered. 文件编号")
    kind: MaterialKind = strawberry.field(description="What kind of material it is. 种类")
    title: str = strawberry.field(description="What it is called. 材料名称")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A material that shall not go with the letter. 撤下材料")
class DetachMaterialInput:
    """From a draft, or of what the receiver has not been handed yet."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    material_id: strawberry.ID = strawberry.field(description="The material. 材料编号")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A draft for the head. 报批")
class SubmitReferralInput:
    """Complete, or saying why material is missing."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    missing_reason: str | None = optional("Why required material is missing. 缺件说明")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An approved letter to be sent. 移送")
class SendReferralInput:
    """After the limit, only with a reason."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    late_reason: str | None = optional("Why it is late. 逾期理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An article that goes with the case. 登记涉案物品")
class ListArticleInput:
    """What it is, how much of it, and what became of it beforehand."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    name: str = strawberry.field(description="What it is. 物品名称")
    quantity: BigInt = strawberry.field(description="How many of its unit. 数量")
    unit: str = strawberry.field(description="The unit. 计量单位")
    disposed_on: date | None = optional("When it was disposed of beforehand. 先行处置日期")
    proceeds: BigInt | None = optional("What the disposal brought, in fen. 处置所得（分）")
    note: str | None = optional("What else there is to say. 备注")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An article to be struck from the list. 划去涉案物品")
class StrikeArticleInput:
    """From a draft, or of what the receiver has not been handed yet."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    article_id: strawberry.ID = strawberry.field(description="The article. 物品编号")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What was done about a violation that goes on. 登记制止情况")
class RecordStopInput:
    """Ordered to stop, or stopped; when; and how."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    stop: ReferralStop = strawberry.field(description="What was done. 制止方式")
    at: datetime = strawberry.field(description="When. 制止时间")
    note: str = strawberry.field(description="How, by which paper. 制止情况")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="More time to send. 延长移送期限")
class ExtendSendingInput:
    """The body that is meant is told by this act, and of no particulars."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    by: int = strawberry.field(description="By how many of the limit's own unit. 延长数量")
    reason: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What the receiver asked for. 补充材料")
class SupplyMaterialInput:
    """The files were attached before; or why there are none."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    note: str | None = optional("What there is to say, or why nothing can be supplied. 说明")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _draft(work: Work, given: DraftReferralInput) -> models.Referral:
    return await commands.draft(
        work,
        addressee_id=identifier_of("Organisation", given.addressee_id, field="addressee_id"),
        found_on=given.found_on,
        party=given.party,
        place=given.place,
        facts=given.facts,
        item_code=given.item_code,
        legal_basis=given.legal_basis,
        ongoing=given.ongoing,
        urgent_found_at=said(given.urgent_found_at),
    )


async def _revise(work: Work, given: ReviseReferralInput) -> models.Referral:
    parts = {
        name: getattr(given, name)
        for name in ("found_on", "party", "place", "facts", "item_code", "legal_basis", "ongoing")
        if said(getattr(given, name)) is not None
    }
    # Null says something here: that it can wait after all.
    if given.urgent_found_at is not strawberry.UNSET:
        parts["urgent_found_at"] = given.urgent_found_at
    addressee = said(given.addressee_id)
    if addressee is not None:
        parts["addressee_id"] = identifier_of("Organisation", addressee, field="addressee_id")
    return await commands.revise(work, **which(given), **parts)


async def _attach(work: Work, given: AttachMaterialInput) -> models.Referral:
    return await commands.attach(
        work,
        **which(given),
        file_id=identifier_of("File", given.file_id, field="file_id"),
        kind=str(given.kind.value),
        title=given.title,
    )


async def _detach(work: Work, given: DetachMaterialInput) -> models.Referral:
    material_id = identifier_of("ReferralMaterial", given.material_id, field="material_id")
    return await commands.detach(work, **which(given), material_id=material_id)


async def _list_article(work: Work, given: ListArticleInput) -> models.Referral:
    return await articles.list_article(
        work,
        **which(given),
        name=given.name,
        quantity=given.quantity,
        unit=given.unit,
        disposed_on=said(given.disposed_on),
        proceeds=said(given.proceeds),
        note=said(given.note),
    )


async def _strike_article(work: Work, given: StrikeArticleInput) -> models.Referral:
    article_id = identifier_of("ReferralArticle", given.article_id, field="article_id")
    return await articles.strike_article(work, **which(given), article_id=article_id)


async def _record_stop(work: Work, given: RecordStopInput) -> models.Referral:
    return await commands.record_stop(
        work, **which(given), stop=cast("Stop", given.stop.value), at=given.at, note=given.note
    )


async def _extend_sending(work: Work, given: ExtendSendingInput) -> models.Referral:
    return await commands.extend_sending(work, **which(given), by=given.by, reason=given.reason)


async def _supply(work: Work, given: SupplyMaterialInput) -> models.Referral:
    return await commands.supply(work, **which(given), note=said(given.note))


async def _submit(work: Work, given: SubmitReferralInput) -> models.Referral:
    return await commands.submit(work, **which(given), missing_reason=said(given.missing_reason))


async def _approve(work: Work, given: ReferralInput) -> models.Referral:
    return await commands.approve(work, **which(given))


async def _reject(work: Work, given: ReasonedReferralInput) -> models.Referral:
    return await commands.reject(work, **which(given), reason=given.reason)


async def _send(work: Work, given: SendReferralInput) -> models.Referral:
    return await commands.send(work, **which(given), late_reason=said(given.late_reason))


async def _withdraw(work: Work, given: ReasonedReferralInput) -> models.Referral:
    return await commands.withdraw(work, **which(given), reason=given.reason)


async def _discard(work: Work, given: ReferralInput) -> models.Referral:
    return await commands.discard(work, **which(given))


@strawberry.type
class ReferralMutations:
    """In the order in which a referral meets them."""

    draft_referral: ReferralPayload | None = act(
        _draft,
        given=DraftReferralInput,
        answers=ReferralPayload,
        description="Begin a letter; the clock for sending runs from the day of finding. 起草移送函",
    )
    revise_referral: ReferralPayload | None = act(
        _revise, given=ReviseReferralInput, answers=ReferralPayload, description="Change a draft. 修改移送函"
    )
    attach_material: ReferralPayload | None = act(
        _attach,
        given=AttachMaterialInput,
        answers=ReferralPayload,
        description="Attach an uploaded file to a draft. 附材料",
    )
    detach_material: ReferralPayload | None = act(
        _detach,
        given=DetachMaterialInput,
        answers=ReferralPayload,
        description="Take a material out of a draft. 撤下材料",
    )
    list_article: ReferralPayload | None = act(
        _list_article,
        given=ListArticleInput,
        answers=ReferralPayload,
        description="List an article that goes with the case. 登记涉案物品",
    )
    strike_article: ReferralPayload | None = act(
        _strike_article,
        given=StrikeArticleInput,
        answers=ReferralPayload,
        description="Strike an article from the list. 划去涉案物品",
    )
    record_stop: ReferralPayload | None = act(
        _record_stop,
        given=RecordStopInput,
        answers=ReferralPayload,
        description="Record what was done about a violation that goes on. 登记制止情况",
    )
    extend_sending: ReferralPayload | None = act(
        _extend_sending,
        given=ExtendSendingInput,
        answers=ReferralPayload,
        description="Take longer to send, where the place's rules admit it; the other body is told. 延长移送期限",
    )
    submit_referral: ReferralPayload | None = act(
        _submit,
        given=SubmitReferralInput,
        answers=ReferralPayload,
        description="Put a draft before the head. 报批",
    )
    approve_referral: ReferralPayload | None = act(
        _approve, given=ReferralInput, answers=ReferralPayload, description="Sign the letter as head. 批准"
    )
    reject_referral: ReferralPayload | None = act(
        _reject,
        given=ReasonedReferralInput,
        answers=ReferralPayload,
        description="Send a draft back to whoever wrote it. 退回修改",
    )
    send_referral: ReferralPayload | None = act(
        _send,
        given=SendReferralInput,
        answers=ReferralPayload,
        description="Send the letter under its number; from here on both bodies see it. 移送",
    )
    supply_material: ReferralPayload | None = act(
        _supply,
        given=SupplyMaterialInput,
        answers=ReferralPayload,
        description="Hand over what the receiver asked for. 补充材料",
    )
    withdraw_referral: ReferralPayload | None = act(
        _withdraw,
        given=ReasonedReferralInput,
        answers=ReferralPayload,
        description="Take it back before it is accepted. 撤回",
    )
    discard_referral: DiscardReferralPayload | None = act(
        _discard,
        given=ReferralInput,
        answers=DiscardReferralPayload,
        description="Delete what was never sent. 删除草稿",
    )
