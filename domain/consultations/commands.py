"""What is done with consultations: one verb per function, each in the transaction that the edge opened.

Every act raises the version by one. The secondment is locked first, where it changes or something new is proposed on it,
then consultations, then deadlines.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, assert_never, cast
from uuid import UUID

from domain.audit.commands import record
from domain.consultations import queries, rules
from domain.consultations.models import Consultation
from domain.consultations.queries import ENTRY
from domain.consultations.rules import Act, Answer, Kind, Proposal, State
from domain.deadlines import commands as deadlines
from domain.filters import LAST_DAY
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import ToTenant
from domain.rulebooks.aspects_of.management import DECIDE
from domain.rulebooks.registry import SIDE_WORDS
from domain.rulebooks.values import Asks
from domain.secondments import commands as secondments
from domain.secondments import queries as seconded
from domain.secondments import rules as secondment_rules
from domain.secondments.models import Secondment
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale

ASPECTS: dict[Kind, str] = {
    "recall": "recall",
    "transfer": "transfer",
    "borrowing": "borrowing",
    "appointment": "appointment",
    "removal": "appointment",
}
"""In which aspect of the split of powers each kind is decided."""

WHO_HEARS = ("head", "personnel")
"""On either side, of what the other does."""


async def propose(
    work: Work, *, secondment_id: UUID, expected_version: int, proposal: Proposal
) -> Consultation:
    """Propose what is to become of a secondment, as a side that decides on it; the co-manager is asked if it must be.

    Raises `NotFound`, `NotPermitted`, `Stale`, `Over`, `OtherSideDecides`, `OpenAlready`, `AfterTheEnd`, `TooFar`,
    `OnlyStationedTransferred`, `HostNotATownship`, `HostIsHome`, `Dissolved`, and as `rules.whole`.
    """
    entry, _ = await seconded.to_change(work, secondment_id)
    _require_to_decide(work, proposal.kind, entry)
    if entry.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=entry.version)
    secondment_rules.going_on(entry.since, entry.until, today=work.today)
    asks, source = _asked_by_the_rules(work, proposal.kind, entry)
    said = rules.whole(proposal, host_id=entry.host_id, today=work.today)
    secondment_rules.within_reach(said.since, said.until, latest=LAST_DAY)
    rules.during(said.since, last=entry.until)
    await _where_to(work, said, entry)
    if await queries.open_on(work, [entry.id], kind=said.kind):
        raise rules.OpenAlready
    mine, host = work.actor.tenant_id, entry.host_id
    consultation = Consultation(
        county_id=work.county_id,
        id=new_id(),
        from_id=mine,
        to_id=entry.home_id if mine == host else host,
        home_id=entry.home_id,
        host_id=host,
        person_id=entry.person_id,
        secondment_id=entry.id,
        kind=said.kind,
        asks=asks,
        source=source,
        began_on=work.today,
        state="cleared" if asks == "nothing" else "asked",
        version=1,
        ground=said.ground,
        since=said.since,
        until=said.until,
        body_id=said.body_id,
        post=said.post,
        proposed_by=work.actor.person_id,
        proposed_for=work.intended_id,
        proposed_at=work.now,
    )
    work.session.add(consultation)
    await work.session.flush()
    if asks != "nothing":
        await _start_the_clock(work, consultation)
    await _tell(work, consultation, "proposed")
    return consultation


async def answer(
    work: Work, *, consultation_id: UUID, expected_version: int, answer: Answer, reasons: str | None = None
) -> Consultation:
    """Agree, object with reasons, or give an opinion, in the co-manager's name.

    Raises `NotFound`, `NotPermitted`, `Stale`, `WrongState`, `YesOrNo`, `ReasonNeeded`, `FieldTooLong`.
    """
    consultation = await _take_up(work, consultation_id, expected_version, "answer")
    consultation.state, consultation.reasons = rules.answered(
        cast("Asks", consultation.asks), answer, reasons, source=consultation.source
    )
    consultation.answer = answer
    consultation.answered_by, consultation.answered_for = work.actor.person_id, work.intended_id
    consultation.answered_at = work.now
    consultation.version += 1
    await deadlines.meet(work, subject_id=consultation.id, kind=f"consultation.{consultation.asks}")
    await _tell(work, consultation, "answered")
    return consultation


async def withdraw(work: Work, *, consultation_id: UUID, expected_version: int) -> Consultation:
    """Take back what was proposed and not carried out. Raises `NotFound`, `NotPermitted`, `Stale`, `WrongState`."""
    consultation = await _take_up(work, consultation_id, expected_version, "withdraw")
    await _close(work, consultation, "withdrawn")
    return consultation


async def carry_out(
    work: Work, *, consultation_id: UUID, expected_version: int, order_number: str | None = None
) -> Consultation:
    """Do what was proposed, if it may go on: a recall ends the secondment, a transfer ends it and orders the next.

    Of an area team each host is asked for itself, and a recall needs all of them.
    Raises `NotFound`, `NotPermitted`, `Stale`, `WrongState`, `NotAnswered`, `NotConsented`, `NoOrderNumber`,
    `RecallNotCleared`, `Over`, and as ending and ordering a secondment.
    """
    asked = await queries.the(work, consultation_id)
    work.require("carry_out", ENTRY, asked)
    entry, entries = await seconded.to_change(work, asked.secondment_id)
    consultation = await _take_up(work, consultation_id, expected_version, "carry_out")
    kind = cast("Kind", consultation.kind)
    if (order_number is not None) != (kind == "transfer"):
        raise rules.NoOrderNumber(field="order_number")
    done = [consultation]
    if kind == "recall":
        together = await queries.open_on(work, [each.id for each in entries], kind=kind)
        done += [each for each in together if each.id != consultation.id]
    for each in done:
        await _must_be_clear(work, each)
    secondment_rules.going_on(entry.since, entry.until, today=work.today)
    await _do(work, done, entry, number=order_number)
    for each in done:
        await _close(work, each, "carried_out")
    return consultation


async def _do(work: Work, together: Sequence[Consultation], entry: Secondment, *, number: str | None) -> None:
    consultation = together[0]
    # What waited for an answer longer than it was meant to, happens today; and no host loses anybody before its own day.
    day = max(work.today, *(each.since for each in together))
    kind = cast("Kind", consultation.kind)
    match kind:
        case "recall":
            await secondments.end(
                work,
                secondment_id=entry.id,
                expected_version=entry.version,
                ends_on=day,
                reason=consultation.ground,
                cleared={each.secondment_id for each in together},
            )
        case "transfer":
            assert consultation.body_id is not None
            await secondments.transfer(
                work,
                secondment_id=entry.id,
                host_id=consultation.body_id,
                order_number=number or "",
                since=day,
                reason=consultation.ground,
            )
        case "borrowing" | "appointment" | "removal":
            # On record, and told to both; nothing else hangs on it.
            pass
        case _:
            assert_never(kind)


def _require_to_decide(work: Work, kind: Kind, entry: Secondment) -> None:
    match kind:
        case "recall":
            work.require("decide", "secondment.recall", entry)
        case "transfer":
            work.require("decide", "secondment.transfer", entry)
        case "borrowing":
            work.require("decide", "secondment.borrowing", entry)
        case "appointment" | "removal":
            work.require("decide", "secondment.appointment", entry)
        case _:
            assert_never(kind)


def _asked_by_the_rules(work: Work, kind: Kind, entry: Secondment) -> tuple[Asks, str]:
    """What the acting side must ask of the other, and where that is said. Raises `OtherSideDecides`."""
    power = work.rulebook_on(work.today).power(ASPECTS[kind], DECIDE, entry.mode)
    # Whoever was permitted to decide was so by the same rules.
    assert power is not None
    if not power.is_of("home" if work.actor.tenant_id == entry.home_id else "host"):
        side = SIDE_WORDS[power.side]
        raise rules.OtherSideDecides(side=side.en, side_zh=side.zh, source=power.source)
    return power.asks, power.source


async def _where_to(work: Work, said: Proposal, entry: Secondment) -> None:
    if said.body_id is None:
        return
    body = await organisations.the(work, said.body_id)
    if said.kind == "transfer":
        secondment_rules.transferable(entry.mode)
        secondment_rules.a_township(body.kind, name=body.name)
        secondment_rules.away_from_home(body.id, home_id=entry.home_id, name=body.name)
    await lineage.require_there(work, body, field="body_id")


async def _start_the_clock(work: Work, consultation: Consultation) -> None:
    await deadlines.start(
        work,
        kind=f"consultation.{consultation.asks}",
        obligor_id=consultation.to_id,
        waiting_id=consultation.from_id,
        subject_kind="consultation",
        subject_id=consultation.id,
        rulebook=work.rulebook_on(consultation.began_on),
        started_at=work.now,
    )


async def _take_up(work: Work, consultation_id: UUID, expected_version: int, act: Act) -> Consultation:
    """Lock it and make sure that the act is permitted, meant for what it is now, and looked at."""
    consultation = await queries.the(work, consultation_id, to_change=True)
    work.require(act, ENTRY, consultation)
    if consultation.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=consultation.version)
    rules.opened(act, cast("State", consultation.state))  # the database admits no other word
    return consultation


async def _must_be_clear(work: Work, consultation: Consultation) -> None:
    (stands,) = await queries.standings(work, [consultation])
    if stands in ("waits", "refused"):
        goes_on = queries.silence_on(work, consultation) == "goes_on"
        due = (await queries.due_of(work, [consultation])).get(consultation.id)
        # The instant is the last that is still in time: by the county's clock, the minute after it.
        after = due.astimezone(work.actor.zone) + timedelta(minutes=1) if goes_on and due else None
        rules.go_on(
            stands,
            asks=cast("Asks", consultation.asks),
            body=(await organisations.the(work, consultation.to_id)).name,
            source=consultation.source,
            goes_on_after=None if after is None else f"{after:%Y-%m-%d %H:%M}",
        )


async def _close(work: Work, consultation: Consultation, state: State) -> None:
    """Bring it to its end; nobody owes an answer any more."""
    await deadlines.cancel(work, subject_id=consultation.id)
    consultation.state = state
    consultation.version += 1
    consultation.closed_by, consultation.closed_for = work.actor.person_id, work.intended_id
    consultation.closed_at = work.now
    await _tell(work, consultation, state)


async def _tell(work: Work, consultation: Consultation, event: str) -> None:
    """Leave the audit line, and the announcement to the other side."""
    await work.session.flush()
    await record(
        work,
        action=f"consultation.{event}",
        subject_kind="consultation",
        subject_id=consultation.id,
        content=_content_of(consultation),
    )
    other = consultation.to_id if work.actor.tenant_id == consultation.from_id else consultation.from_id
    await announce(
        work,
        kind=f"consultation.{event}",
        subject_kind="consultation",
        subject_id=consultation.id,
        audience=[ToTenant(other, WHO_HEARS)],
        facts={"sender": str(consultation.from_id), "receiver": str(consultation.to_id)},
    )


def _content_of(consultation: Consultation) -> dict[str, Any]:
    """What the audit line commits to: the consultation as it stands after the act."""
    return {
        "kind": consultation.kind,
        "asks": consultation.asks,
        "source": consultation.source,
        "state": consultation.state,
        "version": consultation.version,
        "sender": str(consultation.from_id),
        "receiver": str(consultation.to_id),
        "secondment": str(consultation.secondment_id),
        "person": str(consultation.person_id),
        "ground": consultation.ground,
        "since": consultation.since.isoformat(),
        "until": consultation.until and consultation.until.isoformat(),
        "body": consultation.body_id and str(consultation.body_id),
        "post": consultation.post,
        "answer": consultation.answer,
        "reasons": consultation.reasons,
        "answered_by": consultation.answered_by and str(consultation.answered_by),
    }
