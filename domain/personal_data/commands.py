"""What is done with personal data: one verb per function, each in the transaction that the edge opened.

Lines of the audit trail say that something was recorded, replaced, removed, looked for or revealed, and why; never a value,
nor anything it could be guessed from. Nobody is told by an announcement.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from domain.audit.commands import record as leave_a_line
from domain.personal_data import queries, rules
from domain.personal_data.models import PersonalData
from domain.personal_data.queries import ENTRY, VALUE
from domain.personal_data.rules import AlreadyRecorded, HasLeft, Kind
from domain.personal_data.sealing import Key, Keys
from domain.staff import queries as staff
from domain.texts import reasoned
from domain.work import Errand, Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound, Stale


async def record(work: Work, *, person_id: UUID, kind: Kind, value: str) -> PersonalData:
    """Put a value of a person of one's own body on record.

    Raises `NotFound` (person), `NotPermitted`, `HasLeft`, `AlreadyRecorded`, `NoKey`, and what the rules say of the value.
    """
    person = (await staff.of_ids(work, [person_id])).get(person_id)
    if person is None:
        raise NotFound(field="person_id")
    entry = _begun(work, person_id=person.id, home_id=person.home_id, kind=kind)
    work.require("record", ENTRY, entry)
    if await queries.has_left(work, person_id=person.id, home_id=person.home_id):
        raise HasLeft(field="person_id", name=person.name)
    _seal_in(entry, rules.normalised(kind, value, today=work.today), work.keys().current)
    entry.recorded_by = work.actor.person_id
    work.session.add(entry)
    try:
        await work.session.flush()
    except (
        IntegrityError
    ):  # nothing but the one of its kind can be in the way, whoever of two at once came first
        raise AlreadyRecorded(field="kind") from None
    await _tell(work, entry, "recorded")
    return entry


async def replace(work: Work, *, entry_id: UUID, expected_version: int, value: str) -> PersonalData:
    """Put another value in the place of the one on record, which is then gone. Raises `Stale`, and what `record` does."""
    entry = await queries.to_change(work, entry_id)
    work.require("record", ENTRY, entry)
    _refuse_stale(entry, expected_version)
    kind = _kind(entry)
    entry.version += 1
    _seal_in(entry, rules.normalised(kind, value, today=work.today), work.keys().current)
    entry.recorded_by, entry.recorded_at = work.actor.person_id, work.now
    await _tell(work, entry, "replaced")
    return entry


async def remove(work: Work, *, entry_id: UUID, expected_version: int) -> PersonalData:
    """Take a value off the record; nothing of it stays. Raises `NotFound`, `NotPermitted`, `Stale`."""
    entry = await queries.to_change(work, entry_id)
    work.require("remove", ENTRY, entry)
    _refuse_stale(entry, expected_version)
    await work.session.delete(entry)
    await _tell(work, entry, "removed")
    return entry


async def reveal(
    work: Work, *, entry_id: UUID, expected_version: int, reason: str
) -> tuple[PersonalData, str]:
    """The plain value. Whoever calls tells it to nobody before this transaction, with its line in the trail, is committed.

    Raises `NotFound`, `NotPermitted`, `Stale`, `ReasonNeeded`, `FieldTooLong`, `UnknownKey`, `DoesNotOpen`.
    """
    entry = await queries.to_change(work, entry_id)
    work.require("reveal", VALUE, entry)
    _refuse_stale(entry, expected_version)
    reason = reasoned(reason, field="reason")
    value = opened(entry, work.keys())
    await _tell(work, entry, "revealed", reason=reason)
    return entry, value


async def find(work: Work, *, kind: Kind, value: str) -> list[UUID]:
    """The people of one's own body who have exactly this value on record, however it is written. Nothing is opened for it.

    Raises `NotPermitted`, `NoKey`, and what the rules say of the value.
    """
    sought = PersonalData(county_id=work.county_id, home_id=work.actor.tenant_id, kind=kind)
    work.require("find", VALUE, sought)
    plain = rules.normalised(kind, value, today=work.today)
    found = await queries.with_digest(work, kind, {_digest(sought, plain, key) for key in work.keys().every})
    await leave_a_line(
        work,
        action="personal_data.looked_for",
        subject_kind="organisation",
        subject_id=work.actor.tenant_id,
        content={"kind": kind, "found": [str(each) for each in found]},
    )
    return list(found)


async def keep(
    on: Work | Errand, keys: Keys, *, person_id: UUID, home_id: UUID, kind: Kind, value: str
) -> PersonalData:
    """Have this value on record for a person, whatever was before: for a roster that is taken in, whose caller answers for
    the right to do so and locked the person. What is on record already stays as it is, and leaves no line.

    Raises `NoKey`, and what the rules say of the value.
    """
    today = on.today if isinstance(on, Work) else on.now.date()
    plain = rules.normalised(kind, value, today=today)
    known = await queries.of_person(on, person_id=person_id, home_id=home_id, kind=kind)
    if known is not None and _holds(known, plain, keys):
        return known
    entry = known or _begun(on, person_id=person_id, home_id=home_id, kind=kind)
    if known is None:
        on.session.add(entry)
    else:
        entry.version += 1
    _seal_in(entry, plain, keys.current)
    entry.recorded_by = on.actor.person_id if isinstance(on, Work) else None
    entry.recorded_at = on.now
    await _tell(on, entry, "recorded" if known is None else "replaced")
    return entry


async def is_kept(
    on: Work | Errand, keys: Keys, *, person_id: UUID, home_id: UUID, kind: Kind, plain: str
) -> bool:
    """Whether `keep` would find this normalised value on record already; for its caller. Raises `UnknownKey`."""
    known = await queries.of_person(on, person_id=person_id, home_id=home_id, kind=kind)
    return known is not None and _holds(known, plain, keys)


def reseal(entry: PersonalData, keys: Keys) -> None:
    """Bring an entry under the current key; its value and its version stay. Raises `UnknownKey`, `DoesNotOpen`, `NoKey`."""
    _seal_in(entry, opened(entry, keys), keys.current)


def opened(entry: PersonalData, keys: Keys) -> str:
    """What the entry holds. Raises `UnknownKey`, `DoesNotOpen`."""
    return keys.named(entry.key_id).open(entry.sealed, *_bound(entry))


def concealed(work: Work, value: str) -> str:
    """What stands for a value where inputs are compared with each other, such as a mutation that is sent twice."""
    return work.keys().current.digest(b"input", work.county_id.bytes, value.encode()).hex()


def _begun(on: Work | Errand, *, person_id: UUID, home_id: UUID, kind: Kind) -> PersonalData:
    return PersonalData(
        county_id=on.county_id,
        id=new_id(),
        home_id=home_id,
        person_id=person_id,
        kind=kind,
        version=1,
        recorded_at=on.now,
    )


def _seal_in(entry: PersonalData, plain: str, key: Key) -> None:
    """Put a normalised value into the entry."""
    entry.key_id, entry.masked = key.id, rules.masked(_kind(entry), plain)
    entry.digest = _digest(entry, plain, key)
    # Last, because a seal binds all the rest.
    entry.sealed = key.seal(plain, *_bound(entry))


def _bound(entry: PersonalData) -> tuple[bytes, ...]:
    """What a seal is bound to: everything of its row that says whose and what it is, but for who wrote it and when."""
    return (
        entry.county_id.bytes,
        entry.id.bytes,
        entry.home_id.bytes,
        entry.person_id.bytes,
        entry.kind.encode(),
        entry.masked.encode(),
        entry.digest,
    )


def _digest(entry: PersonalData, plain: str, key: Key) -> bytes:
    """By what a value is found in a body: the same number is another digest in another body, and in another county."""
    return key.digest(
        b"value", entry.county_id.bytes, entry.home_id.bytes, entry.kind.encode(), plain.encode()
    )


def _holds(entry: PersonalData, plain: str, keys: Keys) -> bool:
    return entry.digest == _digest(entry, plain, keys.named(entry.key_id))


def _refuse_stale(entry: PersonalData, expected_version: int) -> None:
    if entry.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=entry.version)


def _kind(entry: PersonalData) -> Kind:
    return entry.kind  # type: ignore[return-value]  # the database admits no other word


async def _tell(on: Work | Errand, entry: PersonalData, event: str, **said: Any) -> None:
    await on.session.flush()
    content: Mapping[str, Any] = {
        "person": str(entry.person_id),
        "kind": entry.kind,
        "version": entry.version,
    }
    await leave_a_line(
        on,
        action=f"personal_data.{event}",
        subject_kind="personal_data",
        subject_id=entry.id,
        content={**content, **said},
    )
