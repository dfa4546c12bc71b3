"""What is done with referrals: one mutation per verb, all of one shape. What each asks for stands in its input."""

from datetime import date
from typing import Any

import strawberry

from api.asked import Asked
from api.batching import derived
from api.identifiers import global_id, identifier_of
from api.mutations import (
    CLIENT_MUTATION_ID,
    EXPECTED_VERSION,
    Payload,
    PayloadRow,
    act,
    changed,
    optional,
    said,
)
from api.referrals import MaterialKind, Referral
from domain.referrals import commands, models, queries
from domain.work import Work

REFERRAL_ID = "The referral. 移送件编号"
UNCHANGED = "left out: unchanged 不填则不变"


@strawberry.type(description="The referral after the act, or why nothing was done. 办理结果")
class ReferralPayload(Payload):
    """Of every act on a referral that leaves one."""

    referral: Referral | None = changed(queries.of_ids, description="As it is now. 办理后的移送件")


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
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Other words for a draft; what is left out stays. 修改移送函")
class ReviseReferralInput:
    """Any part of the letter."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    addressee_id: strawberry.ID | None = optional(f"The body it is meant for; {UNCHANGED}")
    found_on: date | None = optional(f"When it was found; {UNCHANGED}")
    party: str | None = optional(f"The party; {UNCHANGED}")
    place: str | None = optional(f"The place; {UNCHANGED}")
    facts: str | None = optional(f"The facts; {UNCHANGED}")
    item_code: str | None = optional(f"The item; {UNCHANGED}")
    legal_basis: str | None = optional(f"The legal basis; {UNCHANGED}")
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
    """From a draft only."""

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


@strawberry.input(description="Which referral, in which version. 移送件及版本")
class ReferralInput:
    """For acts that need nothing else to be said."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An approved letter to be sent. 移送")
class SendReferralInput:
    """After the limit, only with a reason."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    late_reason: str | None = optional("Why it is late. 逾期理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which referral, and why. 移送件及理由")
class ReasonedReferralInput:
    """For acts that are reasoned."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reason: str = strawberry.field(description="The reason. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A referral to go back. 退回")
class ReturnReferralInput:
    """The county's rules say whether reasons are needed."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reasons: str | None = optional("The reasons. 退回理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


def _which(given: Any) -> dict[str, Any]:
    return {
        "referral_id": identifier_of("Referral", given.referral_id, field="referral_id"),
        "expected_version": given.expected_version,
    }


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
    )


async def _revise(work: Work, given: ReviseReferralInput) -> models.Referral:
    parts = {
        name: getattr(given, name)
        for name in ("found_on", "party", "place", "facts", "item_code", "legal_basis")
        if said(getattr(given, name)) is not None
    }
    addressee = said(given.addressee_id)
    if addressee is not None:
        parts["addressee_id"] = identifier_of("Organisation", addressee, field="addressee_id")
    return await commands.revise(work, **_which(given), **parts)


async def _attach(work: Work, given: AttachMaterialInput) -> models.Referral:
    return await commands.attach(
        work,
        **_which(given),
        file_id=identifier_of("File", given.file_id, field="file_id"),
        kind=str(given.kind.value),
        title=given.title,
    )


async def _detach(work: Work, given: DetachMaterialInput) -> models.Referral:
    material_id = identifier_of("ReferralMaterial", given.material_id, field="material_id")
    return await commands.detach(work, **_which(given), material_id=material_id)


async def _submit(work: Work, given: SubmitReferralInput) -> models.Referral:
    return await commands.submit(work, **_which(given), missing_reason=said(given.missing_reason))


async def _approve(work: Work, given: ReferralInput) -> models.Referral:
    return await commands.approve(work, **_which(given))


async def _reject(work: Work, given: ReasonedReferralInput) -> models.Referral:
    return await commands.reject(work, **_which(given), reason=given.reason)


async def _send(work: Work, given: SendReferralInput) -> models.Referral:
    return await commands.send(work, **_which(given), late_reason=said(given.late_reason))


async def _take_in(work: Work, given: ReferralInput) -> models.Referral:
    return await commands.take_in(work, **_which(given))


async def _accept(work: Work, given: ReferralInput) -> models.Referral:
    return await commands.accept(work, **_which(given))


async def _return(work: Work, given: ReturnReferralInput) -> models.Referral:
    return await commands.return_(work, **_which(given), reasons=said(given.reasons))


async def _withdraw(work: Work, given: ReasonedReferralInput) -> models.Referral:
    return await commands.withdraw(work, **_which(given), reason=given.reason)


async def _discard(work: Work, given: ReferralInput) -> models.Referral:
    return await commands.discard(work, **_which(given))


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
    take_in_referral: ReferralPayload | None = act(
        _take_in,
        given=ReferralInput,
        answers=ReferralPayload,
        description="Take it in with a numbered receipt, before any judgement. 收件登记",
    )
    accept_referral: ReferralPayload | None = act(
        _accept, given=ReferralInput, answers=ReferralPayload, description="Accept the matter. 接收"
    )
    return_referral: ReferralPayload | None = act(
        _return, given=ReturnReferralInput, answers=ReferralPayload, description="Return it. 退回"
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
