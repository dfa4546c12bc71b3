"""What follows once a referral was handed over: progress, the decision, the outcome; and what each body notes for itself.

The sender reads the course and gets the outcome in time; the receiver's own file of the case is no part of it. The
rules of the acts are those of `commands.py`, but for a note: it is nobody else's, so it leaves no event.
"""

from datetime import date, datetime, time
from uuid import UUID

from domain.audit.commands import record
from domain.outbox.rules import ToTenant
from domain.referrals import clocks, queries, rules, steps
from domain.referrals.models import Referral
from domain.work import Work


async def report_progress(work: Work, *, referral_id: UUID, expected_version: int, progress: str) -> Referral:
    """Tell the sender how far the matter is."""
    referral = await steps.take_up(work, referral_id, expected_version, "report_progress")
    await steps.close(
        work,
        referral,
        "report_progress",
        "progress_reported",
        audience=[steps.drafter(referral)],
        facts={"reason": rules.written("progress", progress)},
    )
    return referral


async def record_decision(
    work: Work,
    *,
    referral_id: UUID,
    expected_version: int,
    decision: rules.Decision,
    effective_on: date,
    note: str,
) -> Referral:
    """Record how the case ended and the day on which that was served, or on which it was ended without a decision.

    From that day runs the limit for telling the sender (附件5 第8条). Raises `EffectiveInTheFuture`,
    `EffectiveBeforeAcceptance`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "record_decision")
    kept = rules.written("decision", note, given_as="note")
    day = rules.effective(
        effective_on, accepted_on=steps.day_of(work, steps.answered_at(referral)), today=work.today
    )
    await clocks.let_the_receiver_answer(work, referral)
    await clocks.start_a_clock_of_the_receiver(
        work,
        referral,
        "referral.outcome",
        started_at=datetime.combine(day, time.min, tzinfo=work.actor.zone),
    )
    referral.decision, referral.decision_note, referral.effective_on = decision, kept, day
    await steps.close(
        work,
        referral,
        "record_decision",
        "decided",
        audience=[steps.drafter(referral), ToTenant(steps.receiver(referral), ["registrar", "head"])],
        facts={"decision": decision, "effective_on": day.isoformat()},
    )
    return referral


async def tell_outcome(work: Work, *, referral_id: UUID, expected_version: int, outcome: str) -> Referral:
    """Tell the sender in writing what came of it; the referral is at its end."""
    referral = await steps.take_up(work, referral_id, expected_version, "tell_outcome")
    kept = rules.written("outcome", outcome)
    await clocks.let_the_receiver_answer(work, referral, ends=True)
    referral.outcome = kept
    await steps.close(
        work,
        referral,
        "tell_outcome",
        "concluded",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["head", "officer"])],
        facts={"reason": kept},
    )
    return referral


async def note(work: Work, *, referral_id: UUID, text: str) -> Referral:
    """Note something about a referral that was sent, for one's own body alone; the matter stays as it is."""
    referral = await queries.the(work, referral_id)
    work.require("note", "referral.letter", referral)
    rules.after("note", steps.state(referral))
    await steps.note(work, referral, rules.written("note", text, given_as="text"))
    await record(
        work, action="referral.noted", subject_kind="referral", subject_id=referral.id, content={"text": text}
    )
    return referral
