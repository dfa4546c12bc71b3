"""What follows once a referral was handed over: progress, the decision, the outcome, and a body's own notes."""

from datetime import date
from typing import cast

import strawberry

from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, act, optional
from api.referral_payload import REFERRAL_ID, ReferralPayload, which
from api.referral_words import ReferralDecision
from domain.referrals import following, models
from domain.referrals.rules import Decision
from domain.work import Work


@strawberry.input(description="How far a matter is. 通报进展")
class ReportProgressInput:
    """For the sender."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    progress: str = strawberry.field(description="How far it is. 办理进展")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="How the case ended. 登记办理决定")
class RecordDecisionInput:
    """With the day from which the limit for telling the sender runs."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    decision: ReferralDecision = strawberry.field(description="How it ended. 办理结论")
    effective_on: date = strawberry.field(
        description="When the decision was served, or the case ended. 送达或者终结日期"
    )
    note: str = strawberry.field(description="What was decided, in which paper. 决定内容")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="The outcome. 告知办理结果")
class TellOutcomeInput:
    """In writing, for the sender."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    outcome: str = strawberry.field(description="What came of it. 办理结果")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A note of one's own. 内部备注")
class NoteReferralInput:
    """For one's own body alone; the referral stays as it is."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    text: str = strawberry.field(description="The note. 内容")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _report_progress(work: Work, given: ReportProgressInput) -> models.Referral:
    return await following.report_progress(work, **which(given), progress=given.progress)


async def _record_decision(work: Work, given: RecordDecisionInput) -> models.Referral:
    return await following.record_decision(
        work,
        **which(given),
        decision=cast("Decision", given.decision.value),
        effective_on=given.effective_on,
        note=given.note,
    )


async def _tell_outcome(work: Work, given: TellOutcomeInput) -> models.Referral:
    return await following.tell_outcome(work, **which(given), outcome=given.outcome)


async def _note(work: Work, given: NoteReferralInput) -> models.Referral:
    referral_id = identifier_of("Referral", given.referral_id, field="referral_id")
    return await following.note(work, referral_id=referral_id, text=given.text)


@strawberry.type
class ReferralCourseMutations:
    """In the order in which a referral meets them."""

    report_progress: ReferralPayload | None = act(
        _report_progress,
        given=ReportProgressInput,
        answers=ReferralPayload,
        description="Tell the sender how far the matter is. 通报进展",
    )
    record_decision: ReferralPayload | None = act(
        _record_decision,
        given=RecordDecisionInput,
        answers=ReferralPayload,
        description="Record how the case ended, and since when. 登记办理决定",
    )
    tell_outcome: ReferralPayload | None = act(
        _tell_outcome,
        given=TellOutcomeInput,
        answers=ReferralPayload,
        description="Tell the sender what came of it; the referral is at its end. 告知办理结果",
    )
    note_referral: ReferralPayload | None = act(
        _note,
        given=NoteReferralInput,
        answers=ReferralPayload,
        description="Note something for one's own body alone. 内部备注",
    )
