"""What is done with supervision notes: one verb per function, each in the transaction that the edge opened.

Every act raises the version by one. The note is locked first, then its deadlines, and the counter of numbers last.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from domain.audit.commands import record
from domain.catalogue import grants, supervising, wording
from domain.catalogue import queries as catalogue
from domain.catalogue.models import Empowerment, Item
from domain.deadlines import commands as deadlines
from domain.documents import commands as documents
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToTenant
from domain.supervision import queries, rules
from domain.supervision.models import SupervisionNote
from domain.supervision.rules import Act, Kind, State, Way
from domain.texts import written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound, Stale

TEXTS = ("subject", "facts", "request")


async def draft(
    work: Work,
    *,
    addressee_id: UUID,
    kind: Kind,
    empowerment_id: UUID,
    item_id: UUID,
    arose_on: date,
    subject: str,
    facts: str,
    request: str,
    order_number: str | None = None,
) -> SupervisionNote:
    """Write a note about an item that the township holds; the head is told that it waits.

    Raises `NotFound`, `NotPermitted`, `Dissolved`, `NotBetweenThese`, `TownshipOnlyAsks`, `TownshipDoesNotAsk`,
    `OrderNeeded`, `DayToCome`, `NotSupervised`, `OfAnotherDepartment`, `NotHeld`, `FieldEmpty`, `FieldTooLong`.
    """
    note = SupervisionNote(
        county_id=work.county_id,
        id=new_id(),
        from_id=work.actor.tenant_id,
        addressee_id=addressee_id,
        state="draft",
        version=1,
        began_on=work.today,
        kind=kind,
        empowerment_id=empowerment_id,
        item_id=item_id,
        arose_on=arose_on,
        subject=written("subject", subject, rules.FIELDS),
        facts=written("facts", facts, rules.FIELDS),
        request=written("request", request, rules.FIELDS),
        order_number=order_number,
        drafted_by=work.actor.person_id,
        created_at=work.now,
    )
    work.require("draft", queries.NOTE, note)
    await _check(work, note)
    work.session.add(note)
    await work.session.flush()
    await _tell(work, note, "drafted", audience=[ToTenant(note.from_id, ["head"])])
    return note


async def revise(
    work: Work, *, supervision_note_id: UUID, expected_version: int, **changed: Any
) -> SupervisionNote:
    """Change parts of a draft: `kind`, `arose_on`, `subject`, `facts`, `request`, `order_number`. Raises as `draft` does."""
    note = await _take_up(work, supervision_note_id, expected_version, "revise")
    for name in TEXTS:
        if name in changed:
            setattr(note, name, written(name, changed[name], rules.FIELDS))
    for name in ("kind", "arose_on", "order_number"):
        if name in changed:
            setattr(note, name, changed[name])
    await _check(work, note)
    await _close(work, note, "revise", "revised", audience=[], facts={"changed": sorted(changed)})
    return note


async def discard(work: Work, *, supervision_note_id: UUID, expected_version: int) -> SupervisionNote:
    """Give a draft up; nobody is told."""
    note = await _take_up(work, supervision_note_id, expected_version, "discard")
    await _close(work, note, "discard", "discarded", audience=[])
    return note


async def send(work: Work, *, supervision_note_id: UUID, expected_version: int) -> SupervisionNote:
    """Send the note as head under the next number; from here on the other side has it, and its clocks run.

    What is published meanwhile may be about days that are over, so it is looked once more. Raises as `draft` does.
    """
    note = await _take_up(work, supervision_note_id, expected_version, "send")
    goes = await _check(work, note)
    await _start_the_clocks(work, note, goes)
    note.sent_by, note.sent_for, note.sent_at = work.actor.person_id, work.intended_id, work.now
    note.to_id, note.overseen_id = note.addressee_id, note.county_id
    note.state = rules.after("send", _state(note))
    note.version += 1
    await _tell(work, note, "sent", audience=[ToTenant(note.addressee_id, ["registrar", "head"])])
    # The number is taken last, when everything else is written: others wait for the counter.
    note.letter_number = await documents.issue_number(
        work,
        kind="supervision.letter",
        number_format=work.rulebook_on(note.began_on).number_format("supervision.letter_number"),
        subject_kind="supervision_note",
        subject_id=note.id,
    )
    await work.session.flush()
    return note


async def acknowledge(work: Work, *, supervision_note_id: UUID, expected_version: int) -> SupervisionNote:
    """Say that the note has arrived."""
    note = await _take_up(work, supervision_note_id, expected_version, "acknowledge")
    await _acknowledged(work, note)
    await _close(work, note, "acknowledge", "acknowledged", audience=[ToTenant(note.from_id, ["officer"])])
    return note


async def answer(
    work: Work, *, supervision_note_id: UUID, expected_version: int, text: str
) -> SupervisionNote:
    """Answer in the body's name. Raises `FieldEmpty`, `FieldTooLong`."""
    note = await _take_up(work, supervision_note_id, expected_version, "answer")
    words = written("text", text, rules.FIELDS)
    for kind in rules.ANSWERED_BY.values():
        await deadlines.meet(work, subject_id=note.id, kind=kind)
    await _acknowledged(work, note)
    note.answer = words
    note.answered_by, note.answered_for = work.actor.person_id, work.intended_id
    note.answered_at = work.now
    await _close(work, note, "answer", "answered", audience=[ToTenant(note.from_id, ["officer", "head"])])
    return note


async def _take_up(work: Work, note_id: UUID, expected_version: int, act: Act) -> SupervisionNote:
    """Lock the note and make sure that the act is permitted, meant for what it is now, and possible."""
    note = await queries.the(work, note_id, to_change=True)
    work.require(act, queries.NOTE, note)
    if note.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=note.version)
    rules.after(act, _state(note))
    return note


async def _check(work: Work, note: SupervisionNote) -> Way:
    """Whether such a note may go between these two about this item and day, and which way it goes."""
    kind = cast("Kind", note.kind)  # the database admits no other word
    note.order_number = rules.order_named(kind, note.order_number)
    rules.arisen(note.arose_on, today=work.today)
    sender, addressee = await _the_two(work, note)
    goes = rules.way(kinds=(sender.kind, addressee.kind), names=(sender.name, addressee.name))
    await lineage.require_there(work, addressee, field="addressee_id")
    rulebook = work.rulebook_on(note.began_on)
    rules.admitted(
        kind,
        goes,
        township_asks=rulebook.flag("supervision.township_asks"),
        source=rulebook.cited("supervision.township_asks"),
    )
    department, township = (sender, addressee) if goes == "down" else (addressee, sender)
    empowerment = await grants.the_empowerment(work, note.empowerment_id)
    item = await catalogue.the_item(work, note.item_id)
    await _supervises(work, note, item, department)
    await _holds(work, note, empowerment, item, township)
    return goes


async def _the_two(work: Work, note: SupervisionNote) -> tuple[Organisation, Organisation]:
    known = await organisations.of_ids(work, [note.from_id, note.addressee_id])
    if note.addressee_id not in known:
        raise NotFound(field="addressee_id")
    return known[note.from_id], known[note.addressee_id]


async def _supervises(work: Work, note: SupervisionNote, item: Item, department: Organisation) -> None:
    """Whether this department supervises the item, or is continued by the one that does.

    Raises `NotSupervised`, `OfAnotherDepartment`.
    """
    day = note.arose_on.isoformat()
    found = (await supervising.supervised_by(work, [item.id], on=note.arose_on)).get(item.id)
    if found is None:
        raise rules.NotSupervised(field="item_id", day=day, item=item.code)
    if found.department_id != (await lineage.of_bodies(work)).heir(department.id, work.today):
        whose = await organisations.the(work, found.department_id)
        raise rules.OfAnotherDepartment(field="item_id", day=day, item=item.code, department=whose.name)


async def _holds(
    work: Work, note: SupervisionNote, empowerment: Empowerment, item: Item, township: Organisation
) -> None:
    """Whether the township held the item by this empowerment. Raises `NotHeld`."""
    reason = await supervising.why_not_held(
        work, empowerment_id=empowerment.id, item_id=item.id, township_id=township.id, on=note.arose_on
    )
    if reason is not None:
        raise rules.NotHeld(
            field="arose_on",
            day=note.arose_on.isoformat(),
            township=township.name,
            item=item.code,
            number=empowerment.number,
            why=wording.sentence(reason, body="", language="en"),
            why_zh=wording.sentence(reason, body="", language="zh"),
        )


async def _start_the_clocks(work: Work, note: SupervisionNote, goes: Way) -> None:
    for kind in ("supervision.acknowledge", rules.ANSWERED_BY[goes]):
        await deadlines.start(
            work,
            kind=kind,
            obligor_id=note.addressee_id,
            waiting_id=note.from_id,
            subject_kind="supervision_note",
            subject_id=note.id,
            rulebook=work.rulebook_on(note.began_on),
            started_at=work.now,
        )


async def _acknowledged(work: Work, note: SupervisionNote) -> None:
    """Whoever answers has acknowledged as well."""
    await deadlines.meet(work, subject_id=note.id, kind="supervision.acknowledge")
    if note.acknowledged_at is None:
        note.acknowledged_by, note.acknowledged_at = work.actor.person_id, work.now


async def _close(
    work: Work,
    note: SupervisionNote,
    act: Act,
    event: str,
    *,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
) -> None:
    """Bring the note into the state that the act leads to, and tell of it."""
    note.state = rules.after(act, _state(note))
    note.version += 1
    await work.session.flush()
    await _tell(work, note, event, audience=audience, facts=facts)


async def _tell(
    work: Work,
    note: SupervisionNote,
    event: str,
    *,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
) -> None:
    """Leave the audit line and, where somebody is concerned, the announcement."""
    await record(
        work,
        action=f"supervision_note.{event}",
        subject_kind="supervision_note",
        subject_id=note.id,
        content=_content_of(note) | (facts or {}),
    )
    if audience:
        await announce(
            work,
            kind=f"supervision.{event}",
            subject_kind="supervision_note",
            subject_id=note.id,
            audience=audience,
            facts={"sender": str(note.from_id), "receiver": str(note.addressee_id)},
        )


def _state(note: SupervisionNote) -> State:
    return cast("State", note.state)  # the database admits no other word


def _content_of(note: SupervisionNote) -> dict[str, Any]:
    """What the audit line commits to: the note as it stands after the act."""
    return {name: getattr(note, name) for name in (*TEXTS, "kind", "order_number", "answer")} | {
        "state": note.state,
        "version": note.version,
        "sender": str(note.from_id),
        "recipient": str(note.addressee_id),
        "empowerment": str(note.empowerment_id),
        "item": str(note.item_id),
        "arose_on": note.arose_on.isoformat(),
    }
