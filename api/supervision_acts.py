"""What is done with supervision notes: one mutation per verb, all of one shape."""

from datetime import date
from typing import Any, cast

import strawberry

from api.descriptions import unless_left_out
from api.identifiers import identifier_of
from api.mutations import (
    CLIENT_MUTATION_ID,
    EXPECTED_VERSION,
    Payload,
    act,
    changed,
    optional,
    said,
)
from api.supervision import SupervisionNote, SupervisionNoteKind
from domain.supervision import commands, models, queries
from domain.supervision.rules import Kind
from domain.work import Work

NOTE_ID = "The note. 监督指导函编号"
ORDER = "The number of the order to correct, where one came first. 责令改正文书文号"


@strawberry.type(description="The note after the act, or why nothing was done. 办理结果")
class SupervisionNotePayload(Payload):
    """Of every act on a note."""

    supervision_note: SupervisionNote | None = changed(
        queries.of_ids, description="As it is now. 办理后的监督指导函"
    )


@strawberry.input(description="A new supervision note. 起草监督指导函")
class DraftSupervisionNoteInput:
    """About one item of one empowerment, and a matter of one day."""

    addressee_id: strawberry.ID = strawberry.field(
        description="The township that holds the item, or the department that supervises it. 接收单位"
    )
    kind: SupervisionNoteKind = strawberry.field(description="What it is about. 种类")
    empowerment_id: strawberry.ID = strawberry.field(
        description="By which the township held the item. 赋权公告编号"
    )
    item_id: strawberry.ID = strawberry.field(description="The item. 权力事项编号")
    arose_on: date = strawberry.field(
        description="When the matter arose, today at the latest. 事项发生日期，不得晚于今日"
    )
    subject: str = strawberry.field(description="The subject. 事由")
    facts: str = strawberry.field(description="The facts. 情况")
    request: str = strawberry.field(description="What is asked of the other side. 意见和要求")
    order_number: str | None = optional(ORDER)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Other words for a draft; what is left out stays. 修改监督指导函")
class ReviseSupervisionNoteInput:
    """Whom it is for and what it is about stay; another such note is another draft."""

    supervision_note_id: strawberry.ID = strawberry.field(description=NOTE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    kind: SupervisionNoteKind | None = optional(unless_left_out("What it is about. 种类"))
    arose_on: date | None = optional(unless_left_out("When the matter arose. 事项发生日期"))
    subject: str | None = optional(unless_left_out("The subject. 事由"))
    facts: str | None = optional(unless_left_out("The facts. 情况"))
    request: str | None = optional(unless_left_out("What is asked. 意见和要求"))
    order_number: str | None = optional(
        unless_left_out("The number of the order to correct; empty: none. 责令改正文书文号（填空文本即为无）")
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which supervision note, in which version. 监督指导函及版本")
class SupervisionNoteInput:
    """For acts that need nothing else to be said."""

    supervision_note_id: strawberry.ID = strawberry.field(description=NOTE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What is done about a supervision note. 答复")
class AnswerSupervisionNoteInput:
    """In words, in the body's name."""

    supervision_note_id: strawberry.ID = strawberry.field(description=NOTE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    text: str = strawberry.field(description="The answer. 答复内容")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


def _which(given: Any) -> dict[str, Any]:
    return {
        "supervision_note_id": identifier_of(
            "SupervisionNote", given.supervision_note_id, field="supervision_note_id"
        ),
        "expected_version": given.expected_version,
    }


async def _draft(work: Work, given: DraftSupervisionNoteInput) -> models.SupervisionNote:
    return await commands.draft(
        work,
        addressee_id=identifier_of("Organisation", given.addressee_id, field="addressee_id"),
        kind=cast("Kind", given.kind.value),  # the enum has the domain's words
        empowerment_id=identifier_of("Empowerment", given.empowerment_id, field="empowerment_id"),
        item_id=identifier_of("Item", given.item_id, field="item_id"),
        arose_on=given.arose_on,
        subject=given.subject,
        facts=given.facts,
        request=given.request,
        order_number=said(given.order_number),
    )


async def _revise(work: Work, given: ReviseSupervisionNoteInput) -> models.SupervisionNote:
    parts: dict[str, Any] = {
        name: getattr(given, name)
        for name in ("arose_on", "subject", "facts", "request", "order_number")
        if said(getattr(given, name)) is not None
    }
    kind = said(given.kind)
    if kind is not None:
        parts["kind"] = kind.value
    return await commands.revise(work, **_which(given), **parts)


async def _discard(work: Work, given: SupervisionNoteInput) -> models.SupervisionNote:
    return await commands.discard(work, **_which(given))


async def _send(work: Work, given: SupervisionNoteInput) -> models.SupervisionNote:
    return await commands.send(work, **_which(given))


async def _acknowledge(work: Work, given: SupervisionNoteInput) -> models.SupervisionNote:
    return await commands.acknowledge(work, **_which(given))


async def _answer(work: Work, given: AnswerSupervisionNoteInput) -> models.SupervisionNote:
    return await commands.answer(work, **_which(given), text=given.text)


@strawberry.type
class SupervisionMutations:
    """In the order in which a note meets them."""

    draft_supervision_note: SupervisionNotePayload | None = act(
        _draft,
        given=DraftSupervisionNoteInput,
        answers=SupervisionNotePayload,
        description="Write a supervision note. 起草监督指导函",
    )
    revise_supervision_note: SupervisionNotePayload | None = act(
        _revise,
        given=ReviseSupervisionNoteInput,
        answers=SupervisionNotePayload,
        description="Change a draft. 修改监督指导函",
    )
    discard_supervision_note: SupervisionNotePayload | None = act(
        _discard,
        given=SupervisionNoteInput,
        answers=SupervisionNotePayload,
        description="Give a draft up; nobody is told. 作废草稿",
    )
    send_supervision_note: SupervisionNotePayload | None = act(
        _send,
        given=SupervisionNoteInput,
        answers=SupervisionNotePayload,
        description="Send it as head under its number; the clocks of the other side run. 发出",
    )
    acknowledge_supervision_note: SupervisionNotePayload | None = act(
        _acknowledge,
        given=SupervisionNoteInput,
        answers=SupervisionNotePayload,
        description="Acknowledge a note that was sent to us. 签收",
    )
    answer_supervision_note: SupervisionNotePayload | None = act(
        _answer,
        given=AnswerSupervisionNoteInput,
        answers=SupervisionNotePayload,
        description="Answer a note in the body's name. 答复",
    )
