"""What is done with alerts and their notices: one verb per function, each in the transaction that the edge opened.

Every act raises the version of what it is about by one. The alert is locked first, then its notices, the deadlines,
and the counter of numbers last.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete

from domain.alerts import queries, rules
from domain.alerts.models import Alert, AlertNotice
from domain.alerts.rules import Act, Answer, Kind, NoticeAct, NoticeState, State
from domain.audit.commands import record
from domain.deadlines import commands as deadlines
from domain.documents import commands as documents
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToTenant
from domain.patrols.rules import decides
from domain.texts import written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound, Stale

# The parts of the letter, which every notice repeats.
LETTER = ("kind", "subject", "facts", "place", "item_code")


async def draft(
    work: Work,
    *,
    kind: Kind,
    subject: str,
    facts: str,
    place: str,
    item_code: str | None,
    addressee_ids: Sequence[UUID],
) -> Alert:
    """Write an alert to one or more bodies; its head is told that it waits.

    Raises `NotFound` (an addressee), `NotPermitted`, `DecidesNothing`, `NobodyTold`, `TellingOneself`, `FieldEmpty`,
    `FieldTooLong`.
    """
    alert = Alert(
        county_id=work.county_id,
        id=new_id(),
        owner_id=work.actor.tenant_id,
        state="draft",
        version=1,
        began_on=work.today,
        kind=kind,
        subject=written("subject", subject, rules.FIELDS),
        facts=written("facts", facts, rules.FIELDS),
        place=written("place", place, rules.FIELDS),
        item_code=None if item_code is None else written("item_code", item_code, rules.FIELDS),
        drafted_by=work.actor.person_id,
        created_at=work.now,
    )
    work.require("draft", queries.LETTER, alert)
    sender = await organisations.the(work, alert.owner_id)
    decides(sender.kind, sender.name, field="addressee_ids")
    bodies = await _recipients(work, addressee_ids)
    work.session.add(alert)
    await work.session.flush()
    await _address(work, alert, bodies)
    await _tell_of_the_alert(work, alert, "drafted", audience=[ToTenant(alert.owner_id, ["head"])])
    return alert


async def revise(work: Work, *, alert_id: UUID, expected_version: int, **changed: Any) -> Alert:
    """Change parts of a draft: `kind`, `subject`, `facts`, `place`, `item_code`, `addressee_ids`."""
    alert = await _take_up(work, alert_id, expected_version, "revise")
    for name in ("subject", "facts", "place", "item_code"):
        if name in changed:
            setattr(alert, name, written(name, changed[name], rules.FIELDS))
    if "kind" in changed:
        alert.kind = changed["kind"]
    named = changed.get("addressee_ids")
    if named is None:
        named = [each.addressee_id for each in await _notices(work, alert)]
    bodies = await _recipients(work, named)
    await _forget_the_notices(work, alert)
    await _address(work, alert, bodies)
    await _close(work, alert, "revise", "revised", facts={"changed": sorted(changed)})
    return alert


async def discard(work: Work, *, alert_id: UUID, expected_version: int) -> Alert:
    """Give a draft up: its notices go, and nobody is told. The sender keeps the letter."""
    alert = await _take_up(work, alert_id, expected_version, "discard")
    await _forget_the_notices(work, alert)
    await _close(work, alert, "discard", "discarded")
    return alert


async def send(work: Work, *, alert_id: UUID, expected_version: int) -> Alert:
    """Send the alert as head under the next number; from here on each recipient has its notice and its clocks.

    Raises `Dissolved`, `RecipientMissing`.
    """
    alert = await _take_up(work, alert_id, expected_version, "send")
    notices = await _notices(work, alert)
    bodies = await organisations.of_ids(work, [each.addressee_id for each in notices])
    await _require_there(work, bodies.values())
    _check_who_is_told(work, alert, [body.kind for body in bodies.values()])
    for notice in notices:
        await _start_the_clocks(work, alert, notice, bodies[notice.addressee_id])
    alert.sent_by, alert.sent_for, alert.sent_at = work.actor.person_id, work.intended_id, work.now
    alert.state = rules.after("send", _state(alert))
    alert.version += 1
    await _tell_of_the_alert(
        work, alert, "sent", audience=[], facts={"recipients": [str(each.addressee_id) for each in notices]}
    )
    for notice in notices:
        notice.state, notice.sent_at = "sent", work.now
        notice.to_id, notice.overseen_id = notice.addressee_id, notice.county_id
        await _tell_of_the_notice(
            work, notice, "sent", audience=[ToTenant(notice.addressee_id, ["registrar", "head"])]
        )
    # The number is taken last, when everything else is written: others wait for the counter.
    alert.letter_number = await documents.issue_number(
        work,
        kind="alert.letter",
        number_format=work.rulebook_on(alert.began_on).number_format("alert.letter_number"),
        subject_kind="alert",
        subject_id=alert.id,
    )
    for notice in notices:
        notice.letter_number = alert.letter_number
    await work.session.flush()
    return alert


async def acknowledge(work: Work, *, alert_notice_id: UUID, expected_version: int) -> AlertNotice:
    """Say that the alert has been taken note of."""
    notice = await _take_up_a_notice(work, alert_notice_id, expected_version, "acknowledge")
    await deadlines.meet(work, subject_id=notice.id, kind="alert.acknowledge")
    _acknowledged(work, notice)
    await _close_a_notice(
        work, notice, "acknowledge", "acknowledged", audience=[ToTenant(notice.from_id, ["officer"])]
    )
    return notice


async def answer(
    work: Work,
    *,
    alert_notice_id: UUID,
    expected_version: int,
    answer: Answer,
    text: str,
    meeting_on: date | None = None,
) -> AlertNotice:
    """Answer in the body's name: measures taken, nothing to do and why, or a joint meeting on a day.

    Raises `MeetingNeeded`, `MeetingDay`, `ReasonNeeded`, `FieldEmpty`, `FieldTooLong`.
    """
    notice = await _take_up_a_notice(work, alert_notice_id, expected_version, "answer")
    rulebook = work.rulebook_on(notice.began_on)
    body = await organisations.the(work, notice.addressee_id)
    words = rules.answered(
        answer,
        text,
        meeting_on,
        meeting_needed=rules.meeting_needed(
            cast("Kind", notice.kind), kind_of_body=body.kind, meeting=rulebook.choice("alert.meeting")
        ),
        today=work.today,
        source=rulebook.cited("alert.meeting"),
    )
    await deadlines.meet(work, subject_id=notice.id, kind="alert.acknowledge")
    await deadlines.meet(work, subject_id=notice.id, kind="alert.answer")
    _acknowledged(work, notice)
    notice.answer, notice.answer_text, notice.meeting_on = answer, words, meeting_on
    notice.answered_by, notice.answered_for = work.actor.person_id, work.intended_id
    notice.answered_at = work.now
    await _close_a_notice(
        work, notice, "answer", "answered", audience=[ToTenant(notice.from_id, ["officer", "head"])]
    )
    return notice


async def _take_up(work: Work, alert_id: UUID, expected_version: int, act: Act) -> Alert:
    """Lock the alert and make sure that the act is permitted, meant for what it is now, and possible."""
    alert = await queries.the(work, alert_id, to_change=True)
    work.require(act, queries.LETTER, alert)
    _refuse_stale(expected_version, alert.version)
    rules.after(act, _state(alert))
    return alert


async def _take_up_a_notice(
    work: Work, notice_id: UUID, expected_version: int, act: NoticeAct
) -> AlertNotice:
    """The same for a notice."""
    notice = await queries.notice(work, notice_id, to_change=True)
    work.require(act, queries.NOTICE, notice)
    _refuse_stale(expected_version, notice.version)
    rules.notice_after(act, _notice_state(notice))
    return notice


def _refuse_stale(expected: int, actual: int) -> None:
    if expected != actual:
        raise Stale(field="expectedVersion", expected=expected, actual=actual)


async def _recipients(work: Work, given: Sequence[UUID]) -> list[Organisation]:
    """The bodies that are meant, in the order in which they were named. Raises `NotFound`, `Dissolved`."""
    named = rules.recipients(given, sender=work.actor.tenant_id)
    known = await organisations.of_ids(work, named)
    if len(known) < len(named):
        raise NotFound(field="addressee_ids")
    await _require_there(work, known.values())
    return [known[identifier] for identifier in named]


async def _require_there(work: Work, bodies: Iterable[Organisation]) -> None:
    for body in bodies:
        await lineage.require_there(work, body, field="addressee_ids")


async def _address(work: Work, alert: Alert, bodies: Sequence[Organisation]) -> None:
    """Write a notice to each of these bodies, which is the sender's alone until it is sent."""
    letter = {name: getattr(alert, name) for name in LETTER}
    work.session.add_all(
        AlertNotice(
            county_id=work.county_id,
            id=new_id(),
            alert_id=alert.id,
            from_id=alert.owner_id,
            addressee_id=body.id,
            state="draft",
            version=1,
            began_on=alert.began_on,
            **letter,
        )
        for body in bodies
    )
    await work.session.flush()


async def _notices(work: Work, alert: Alert) -> list[AlertNotice]:
    return (await queries.notices_of(work, [alert.id]))[alert.id]


async def _forget_the_notices(work: Work, alert: Alert) -> None:
    await work.session.execute(
        delete(AlertNotice).where(AlertNotice.county_id == work.county_id, AlertNotice.alert_id == alert.id)
    )


def _check_who_is_told(work: Work, alert: Alert, kinds: Sequence[str]) -> None:
    """Whether the recipients are those whom the rulebook wants told of such a problem. Raises `RecipientMissing`."""
    rulebook = work.rulebook_on(alert.began_on)
    key = f"alert.{alert.kind}_tells"
    rules.all_told(kinds, tells=rulebook.choice(key), source=rulebook.cited(key))


async def _start_the_clocks(work: Work, alert: Alert, notice: AlertNotice, body: Organisation) -> None:
    """What a recipient owes from sending on: to acknowledge, and to answer where the rulebook says so."""
    rulebook = work.rulebook_on(alert.began_on)
    owed = ["alert.acknowledge"]
    if rules.owes_an_answer(body.kind, owed_by=rulebook.choice("alert.answer_owed")):
        owed.append("alert.answer")
    for kind in owed:
        await deadlines.start(
            work,
            kind=kind,
            obligor_id=body.id,
            waiting_id=alert.owner_id,
            subject_kind="alert_notice",
            subject_id=notice.id,
            rulebook=rulebook,
            started_at=work.now,
        )


def _acknowledged(work: Work, notice: AlertNotice) -> None:
    if notice.acknowledged_at is None:
        notice.acknowledged_by, notice.acknowledged_at = work.actor.person_id, work.now


async def _close(
    work: Work, alert: Alert, act: Act, event: str, *, facts: dict[str, Any] | None = None
) -> None:
    alert.state = rules.after(act, _state(alert))
    alert.version += 1
    await work.session.flush()
    await _tell_of_the_alert(work, alert, event, audience=[], facts=facts)


async def _close_a_notice(
    work: Work, notice: AlertNotice, act: NoticeAct, event: str, *, audience: Sequence[Audience]
) -> None:
    notice.state = rules.notice_after(act, _notice_state(notice))
    notice.version += 1
    await work.session.flush()
    await _tell_of_the_notice(work, notice, event, audience=audience)


async def _tell_of_the_alert(
    work: Work,
    alert: Alert,
    event: str,
    *,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
) -> None:
    """Leave the audit line and, where somebody is concerned, the announcement."""
    await record(
        work,
        action=f"alert.{event}",
        subject_kind="alert",
        subject_id=alert.id,
        content=_content_of(alert) | (facts or {}),
    )
    if audience:
        await announce(
            work,
            kind=f"alert.{event}",
            subject_kind="alert",
            subject_id=alert.id,
            audience=audience,
            facts={"sender": str(alert.owner_id)},
        )


async def _tell_of_the_notice(
    work: Work, notice: AlertNotice, event: str, *, audience: Sequence[Audience]
) -> None:
    """The same for a notice, which concerns two bodies."""
    await record(
        work,
        action=f"alert_notice.{event}",
        subject_kind="alert_notice",
        subject_id=notice.id,
        content=_content_of_a_notice(notice),
    )
    await announce(
        work,
        kind=f"alert.{event}",
        subject_kind="alert_notice",
        subject_id=notice.id,
        audience=audience,
        facts={"sender": str(notice.from_id), "receiver": str(notice.addressee_id)},
    )


def _state(alert: Alert) -> State:
    return cast("State", alert.state)  # the database admits no other word


def _notice_state(notice: AlertNotice) -> NoticeState:
    return cast("NoticeState", notice.state)  # the database admits no other word


def _content_of(alert: Alert) -> dict[str, Any]:
    """What the audit line commits to: the letter as it stands after the act."""
    return {name: getattr(alert, name) for name in LETTER} | {
        "state": alert.state,
        "version": alert.version,
        "sender": str(alert.owner_id),
    }


def _content_of_a_notice(notice: AlertNotice) -> dict[str, Any]:
    """What the audit line commits to: who was told, and what they said to it."""
    return {
        "alert": str(notice.alert_id),
        "state": notice.state,
        "version": notice.version,
        "sender": str(notice.from_id),
        "recipient": str(notice.addressee_id),
        "answer": notice.answer,
        "answer_text": notice.answer_text,
        "meeting_on": notice.meeting_on and notice.meeting_on.isoformat(),
    }
