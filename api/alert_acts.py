"""What is done with alerts and their notices: one mutation per verb, all of one shape."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

import strawberry

from api.alerts import Alert, AlertAnswer, AlertKind, AlertNotice
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
from domain.alerts import commands, models, queries
from domain.alerts.rules import Answer, Kind
from domain.work import Work

ALERT_ID = "The alert. 通报（报告）编号"
ALERT_NOTICE_ID = "The notice. 通报件编号"


@strawberry.type(description="The alert after the act, or why nothing was done. 办理结果")
class AlertPayload(Payload):
    """Of every act of the sender."""

    alert: Alert | None = changed(queries.of_ids, description="As it is now. 办理后的通报（报告）")


@strawberry.type(description="The notice after the act, or why nothing was done. 办理结果")
class AlertNoticePayload(Payload):
    """Of every act of a recipient."""

    alert_notice: AlertNotice | None = changed(
        queries.notices_of_ids, description="As it is now. 办理后的通报件"
    )


@strawberry.input(description="A new alert. 起草通报（报告）")
class DraftAlertInput:
    """Everything that it says, and whom it is for."""

    kind: AlertKind = strawberry.field(description="What it is about. 种类")
    subject: str = strawberry.field(description="The subject. 事由")
    facts: str = strawberry.field(description="The facts. 情况")
    place: str = strawberry.field(description="Where it is. 地点")
    item_code: str | None = optional("The item of the catalogue, if any. 权力事项代码")
    addressee_ids: list[strawberry.ID] = strawberry.field(description="The bodies to be told. 通报对象")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Other words for a draft; what is left out stays. 修改通报（报告）")
class ReviseAlertInput:
    """Any part of the alert."""

    alert_id: strawberry.ID = strawberry.field(description=ALERT_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    kind: AlertKind | None = optional(unless_left_out("What it is about. 种类"))
    subject: str | None = optional(unless_left_out("The subject. 事由"))
    facts: str | None = optional(unless_left_out("The facts. 情况"))
    place: str | None = optional(unless_left_out("The place. 地点"))
    item_code: str | None = optional(unless_left_out("The item. 权力事项代码"))
    addressee_ids: list[strawberry.ID] | None = optional(unless_left_out("The bodies to be told. 通报对象"))
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which alert, in which version. 通报（报告）及版本")
class AlertInput:
    """For acts that need nothing else to be said."""

    alert_id: strawberry.ID = strawberry.field(description=ALERT_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A notice that is taken note of. 签收")
class AcknowledgeAlertInput:
    """It commits the body to nothing."""

    alert_notice_id: strawberry.ID = strawberry.field(description=ALERT_NOTICE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What is done about an alert. 答复")
class AnswerAlertInput:
    """Measures, nothing and why, or a joint meeting on a day."""

    alert_notice_id: strawberry.ID = strawberry.field(description=ALERT_NOTICE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    answer: AlertAnswer = strawberry.field(description="Which of the three. 答复种类")
    text: str = strawberry.field(
        description="The measures, the reasons, or what the meeting is for. 答复内容"
    )
    meeting_on: date | None = optional("The day of the joint meeting. 会议日期")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


def _which(given: Any) -> dict[str, Any]:
    return {
        "alert_id": identifier_of("Alert", given.alert_id, field="alert_id"),
        "expected_version": given.expected_version,
    }


def _which_notice(given: Any) -> dict[str, Any]:
    return {
        "alert_notice_id": identifier_of("AlertNotice", given.alert_notice_id, field="alert_notice_id"),
        "expected_version": given.expected_version,
    }


def _bodies(given: Sequence[strawberry.ID]) -> list[UUID]:
    return [identifier_of("Organisation", each, field="addressee_ids") for each in given]


async def _draft(work: Work, given: DraftAlertInput) -> models.Alert:
    return await commands.draft(
        work,
        kind=cast("Kind", given.kind.value),  # the enum has the domain's words
        subject=given.subject,
        facts=given.facts,
        place=given.place,
        item_code=said(given.item_code),
        addressee_ids=_bodies(given.addressee_ids),
    )


async def _revise(work: Work, given: ReviseAlertInput) -> models.Alert:
    parts: dict[str, Any] = {
        name: getattr(given, name)
        for name in ("subject", "facts", "place", "item_code")
        if said(getattr(given, name)) is not None
    }
    kind, addressees = said(given.kind), said(given.addressee_ids)
    if kind is not None:
        parts["kind"] = kind.value
    if addressees is not None:
        parts["addressee_ids"] = _bodies(addressees)
    return await commands.revise(work, **_which(given), **parts)


async def _discard(work: Work, given: AlertInput) -> models.Alert:
    return await commands.discard(work, **_which(given))


async def _send(work: Work, given: AlertInput) -> models.Alert:
    return await commands.send(work, **_which(given))


async def _acknowledge(work: Work, given: AcknowledgeAlertInput) -> models.AlertNotice:
    return await commands.acknowledge(work, **_which_notice(given))


async def _answer(work: Work, given: AnswerAlertInput) -> models.AlertNotice:
    return await commands.answer(
        work,
        **_which_notice(given),
        answer=cast("Answer", given.answer.value),  # the enum has the domain's words
        text=given.text,
        meeting_on=said(given.meeting_on),
    )


@strawberry.type
class AlertMutations:
    """In the order in which an alert meets them."""

    draft_alert: AlertPayload | None = act(
        _draft, given=DraftAlertInput, answers=AlertPayload, description="Write an alert. 起草通报（报告）"
    )
    revise_alert: AlertPayload | None = act(
        _revise, given=ReviseAlertInput, answers=AlertPayload, description="Change a draft. 修改通报（报告）"
    )
    discard_alert: AlertPayload | None = act(
        _discard,
        given=AlertInput,
        answers=AlertPayload,
        description="Give a draft up; nobody is told. 作废草稿",
    )
    send_alert: AlertPayload | None = act(
        _send,
        given=AlertInput,
        answers=AlertPayload,
        description="Send it as head under its number; each recipient has its own clocks. 发出",
    )
    acknowledge_alert: AlertNoticePayload | None = act(
        _acknowledge,
        given=AcknowledgeAlertInput,
        answers=AlertNoticePayload,
        description="Acknowledge an alert that was sent to us. 签收",
    )
    answer_alert: AlertNoticePayload | None = act(
        _answer,
        given=AnswerAlertInput,
        answers=AlertNoticePayload,
        description="Answer an alert in the body's name. 答复",
    )
