"""What is done with disciplinary cases: one verb per function, each in the transaction that the edge opened.

Every act raises the version by one. The case is locked first, then its deadlines.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from domain.audit.commands import record
from domain.deadlines import commands as deadlines
from domain.deadlines.terms import Terms
from domain.discipline import queries, rules
from domain.discipline.models import DisciplinaryCase
from domain.discipline.queries import CASE
from domain.discipline.rules import Act, Ground, Measure, Outcome, State, Withheld
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToPerson, ToTenant
from domain.secondments import queries as secondments
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale

WHO_HEARS = ("head", "personnel")
"""In the body that has its copy, and in the one that is asked for a review."""


async def open_case(
    work: Work, *, secondment_id: UUID, ground: Ground, occurred_on: date, subject: str, facts: str
) -> DisciplinaryCase:
    """Begin to look into what an officer did or left undone under a secondment that the acting body sees.

    Raises `NotFound`, `NotPermitted`, `NotTheInquirer`, `NotBegun`, `NotThen`, `FieldEmpty`, `FieldTooLong`.
    """
    secondment = await secondments.the(work, secondment_id)
    case = DisciplinaryCase(
        county_id=work.county_id,
        id=new_id(),
        secondment_id=secondment.id,
        person_id=secondment.person_id,
        home_id=secondment.home_id,
        host_id=secondment.host_id,
        inquirer_id=work.actor.tenant_id,
        inquired_id=secondment.person_id,
        state="inquiring",
        version=1,
        began_on=work.today,
        ground=ground,
        occurred_on=occurred_on,
        subject=written("subject", subject, rules.FIELDS),
        facts=written("facts", facts, rules.FIELDS),
        opened_by=work.actor.person_id,
        opened_at=work.now,
    )
    work.require("open_case", CASE, case)
    side = rules.side_of(work.actor.tenant_id, home=secondment.home_id, host=secondment.host_id)
    # Whoever oversees both sees the secondment, and may have a role that opens cases of its own body.
    rules.inquires(side, ground=ground, **_ruled(work, case))
    rules.happened(occurred_on, since=secondment.since, until=secondment.until, today=work.today)
    work.session.add(case)
    await work.session.flush()
    await _run(work, case, "discipline.conclude")
    await _tell(work, case, "opened", audience=[])
    return case


async def revise(
    work: Work, *, case_id: UUID, expected_version: int, subject: str | None = None, facts: str | None = None
) -> DisciplinaryCase:
    """Say otherwise what is looked into. Raises as `open_case` does, and `Stale`, `WrongState`."""
    case = await _take_up(work, case_id, expected_version, "revise")
    if subject is not None:
        case.subject = written("subject", subject, rules.FIELDS)
    if facts is not None:
        case.facts = written("facts", facts, rules.FIELDS)
    await _close(work, case, "revise", "revised", audience=[])
    return case


async def drop(work: Work, *, case_id: UUID, expected_version: int, reason: str) -> DisciplinaryCase:
    """Give the inquiry up, because there was nothing in it. Nobody else is told. Raises `ReasonNeeded`."""
    case = await _take_up(work, case_id, expected_version, "drop")
    await deadlines.meet(work, subject_id=case.id, kind="discipline.conclude")
    case.dropped_because = reasoned(reason, field="reason")
    await _close(work, case, "drop", "dropped", audience=[])
    return case


async def conclude(
    work: Work,
    *,
    case_id: UUID,
    expected_version: int,
    finding: str,
    measure: Measure,
    benefits_from: date | None = None,
    benefits_until: date | None = None,
) -> DisciplinaryCase:
    """Decide as head. With that the other body has its copy, the officer may read it, and the time for a review runs.

    Raises `NotFound`, `NotPermitted`, `Stale`, `WrongState`, `BenefitsNotWithheld`, `DaysDoNotFit`, `FieldEmpty`,
    `FieldTooLong`.
    """
    case = await _take_up(work, case_id, expected_version, "conclude")
    await deadlines.meet(work, subject_id=case.id, kind="discipline.conclude")
    _hold(case, measure, _withheld(work, case, benefits_from, benefits_until))
    case.finding, case.measure = written("finding", finding, rules.FIELDS), measure
    case.concluded_by, case.concluded_for = work.actor.person_id, work.intended_id
    case.concluded_at = work.now
    terms = Terms.of(work.rulebook_on(case.began_on), kind="discipline.ask_review", zone=work.actor.zone)
    case.review_until = terms.plan(started_at=work.now, calendar=work.calendar, known_at=work.now).due_at
    other = case.host_id if case.inquirer_id == case.home_id else case.home_id
    case.copied_id, case.concerned_id, case.inquired_id = other, case.person_id, None
    await _close(work, case, "conclude", "concluded", audience=_both(case, other))
    return case


async def ask_review(work: Work, *, case_id: UUID, expected_version: int, reasons: str) -> DisciplinaryCase:
    """Ask, as the officer whom it is about, for a review. Raises `ReviewTooLate`, and what `conclude` raises."""
    case = await _take_up(work, case_id, expected_version, "ask_review")
    assert case.review_until is not None
    rules.reviewable(
        work.now,
        until=case.review_until,
        day=case.review_until.astimezone(work.actor.zone).date(),
        source=work.rulebook_on(case.began_on).cited("discipline.ask_review"),
    )
    await _run(work, case, "discipline.review")
    case.review_reasons = written("reasons", reasons, rules.FIELDS)
    case.review_asked_at = work.now
    await _close(
        work, case, "ask_review", "review_asked", audience=[ToTenant(case.inquirer_id, list(WHO_HEARS))]
    )
    return case


async def review(
    work: Work,
    *,
    case_id: UUID,
    expected_version: int,
    outcome: Outcome,
    answer: str,
    measure: Measure | None = None,
    benefits_from: date | None = None,
    benefits_until: date | None = None,
) -> DisciplinaryCase:
    """Decide the review as head: uphold, change or lift. What is lifted withholds nothing any more.

    Raises `MeasureNeeded`, and what `conclude` raises.
    """
    case = await _take_up(work, case_id, expected_version, "review")
    await deadlines.meet(work, subject_id=case.id, kind="discipline.review")
    holds = rules.decided(outcome, measure, held=cast("Measure", case.measure_now))
    if outcome == "changed":
        _hold(case, holds, _withheld(work, case, benefits_from, benefits_until))
    elif outcome == "lifted":
        _hold(case, holds, None)
    case.outcome, case.review_answer = outcome, written("answer", answer, rules.FIELDS)
    case.reviewed_by, case.reviewed_for = work.actor.person_id, work.intended_id
    case.reviewed_at = work.now
    assert case.copied_id is not None
    await _close(work, case, "review", "reviewed", audience=_both(case, case.copied_id))
    return case


async def _take_up(work: Work, case_id: UUID, expected_version: int, act: Act) -> DisciplinaryCase:
    """Lock the case and make sure that the act is permitted, meant for what it is now, and possible."""
    case = await queries.the(work, case_id, to_change=True)
    work.require(act, CASE, case)
    if case.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=case.version)
    rules.after(act, _state(case))
    return case


def _ruled(work: Work, case: DisciplinaryCase) -> dict[str, str]:
    rulebook, key = work.rulebook_on(case.began_on), f"discipline.{case.ground}"
    return {"ruled": rulebook.choice(key), "source": rulebook.cited(key)}


def _withheld(work: Work, case: DisciplinaryCase, since: date | None, until: date | None) -> Withheld | None:
    rulebook = work.rulebook_on(case.began_on)
    return rules.withheld(
        since,
        until,
        side=rules.side_of(case.inquirer_id, home=case.home_id, host=case.host_id),
        admitted=rulebook.flag("discipline.benefits_withheld"),
        source=rulebook.cited("discipline.benefits_withheld"),
    )


def _hold(case: DisciplinaryCase, measure: Measure, withheld: Withheld | None) -> None:
    case.measure_now = measure
    case.benefits_from = withheld.since if withheld else None
    case.benefits_until = withheld.until if withheld else None


async def _run(work: Work, case: DisciplinaryCase, kind: str) -> None:
    """Start a clock of the inquirer's. As long as the case is closed to the other side, that does not wait for it."""
    await deadlines.start(
        work,
        kind=kind,
        obligor_id=case.inquirer_id,
        waiting_id=case.copied_id,
        subject_kind="disciplinary_case",
        subject_id=case.id,
        rulebook=work.rulebook_on(case.began_on),
        started_at=work.now,
    )


def _both(case: DisciplinaryCase, other: UUID) -> list[Audience]:
    """Those who hear of a decision: the body that has its copy, and the officer in whichever of the two posts there is."""
    officer = [ToPerson(body, case.person_id) for body in (case.home_id, case.host_id)]
    return [ToTenant(other, list(WHO_HEARS)), *officer]


async def _close(
    work: Work, case: DisciplinaryCase, act: Act, event: str, *, audience: Sequence[Audience]
) -> None:
    """Bring the case into the state that the act leads to, and tell of it."""
    case.state = rules.after(act, _state(case))
    case.version += 1
    await work.session.flush()
    await _tell(work, case, event, audience=audience)


async def _tell(work: Work, case: DisciplinaryCase, event: str, *, audience: Sequence[Audience]) -> None:
    """Leave the audit line and, where somebody is concerned, the announcement."""
    await record(
        work,
        action=f"disciplinary_case.{event}",
        subject_kind="disciplinary_case",
        subject_id=case.id,
        content=_content_of(case),
    )
    if audience:
        await announce(
            work,
            kind=f"discipline.{event}",
            subject_kind="disciplinary_case",
            subject_id=case.id,
            audience=audience,
            facts={"sender": str(case.inquirer_id)},
        )


def _state(case: DisciplinaryCase) -> State:
    return cast("State", case.state)  # the database admits no other word


def _content_of(case: DisciplinaryCase) -> dict[str, Any]:
    """What the audit line commits to: the case as it stands after the act."""
    days = ("occurred_on", "benefits_from", "benefits_until")
    words = (
        "state",
        "ground",
        "subject",
        "facts",
        "dropped_because",
        "finding",
        "measure",
        "measure_now",
        "review_reasons",
        "outcome",
        "review_answer",
        "version",
    )
    return (
        {name: getattr(case, name) for name in words}
        | {name: (day := getattr(case, name)) and day.isoformat() for name in days}
        | {
            "inquirer": str(case.inquirer_id),
            "secondment": str(case.secondment_id),
            "person": str(case.person_id),
        }
    )
