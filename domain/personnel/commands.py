"""What a body's personnel does with its register: one verb per function, each in the transaction that the edge opened.

Each holds the person's last entry, so that nobody is seconded while they leave. An entry is never taken back: what it says
of days that are over stays.
"""

from datetime import date
from typing import Any
from uuid import UUID

from domain.audit.commands import record
from domain.certificates import commands as certificates
from domain.certificates import queries as certified
from domain.filters import FIRST_DAY, LAST_DAY
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.personnel import queries, rules
from domain.personnel.rules import What
from domain.secondments import commands as secondments
from domain.secondments import posts
from domain.secondments.queries import ENTRY as SECONDMENT
from domain.staff import commands as staff
from domain.staff import register
from domain.staff.models import StaffEntry
from domain.staff.register import ENTRY
from domain.staff.rules import FIELDS
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound, Stale


async def enter(
    work: Work, *, what: What, since: date, name: str | None = None, person_id: UUID | None = None
) -> StaffEntry:
    """Enter somebody on the acting body's register from a day on: by name, or a person of the body who is known already.

    Raises `NotPermitted`, `NewOrKnown`, `NotFound` (person, unit), `Dissolved`, `OnTheRegisterAlready`,
    `HoldsWhatAuxiliariesMayNot`, `TooFar`, `FieldEmpty`, `FieldTooLong`.
    """
    work.require("enter", ENTRY, StaffEntry(county_id=work.county_id, home_id=work.actor.tenant_id))
    rules.either(name, person_id)
    _refuse_far(since, field="since")
    what = await _possible(work, what)
    if person_id is None:
        assert name is not None
        person_id, before = new_id(), 0
        officer = staff.Officer(written("name", name, FIELDS), home_id=work.actor.tenant_id)
        await staff.enter(work.session, county_id=work.county_id, officers={person_id: officer})
        person = await register.the_own(work, person_id)
    else:
        person = await register.the_own(work, person_id)
        last = await register.to_change(work, person_id)
        until, before = (None, 0) if last is None else (last.until, last.version)
        rules.enterable(since, until, entered=last is not None, name=person.name)
        await _refuse_what_auxiliaries_may_not(work, person_id, what, person.name)
    entry = _entry(work, person_id, person.pinyin, what, since, version=before + 1)
    work.session.add(entry)
    await _record(work, entry, "entered")
    return entry


async def change(
    work: Work,
    *,
    person_id: UUID,
    expected_version: int,
    since: date,
    unit_id: UUID | None = None,
    register_: str | None = None,
    establishment: str | None = None,
    post: str | None = None,
    rank: str | None = None,
) -> StaffEntry:
    """Let somebody be something else from a day on; what is left out stays. From an entry's first day on it corrects it.

    Raises `NotFound` (person, unit), `NotPermitted`, `NotOnTheRegister`, `Stale`, `ChangedEarlier`, `LeavesBefore`,
    `NothingChanges`, `Dissolved`, `EstablishmentLocked`, `HoldsWhatAuxiliariesMayNot`, `TooFar`, `FieldEmpty`, `FieldTooLong`.
    """
    entry, called = await _take_up(work, "change", person_id, expected_version)
    _refuse_far(since, field="since")
    before = _what(entry)
    after = await _possible(
        work,
        What(
            unit_id=unit_id or before.unit_id,
            register=register_ or before.register,
            establishment=establishment or before.establishment,
            post=before.post if post is None else post,
            rank=before.rank if rank is None else rank,
        ),
    )
    rules.changes(before, after, held_since=entry.since, until=entry.until, since=since, name=called)
    locked_by = await queries.locked_by(work, person_id)
    rules.keeps_what_is_locked(before, after, locked_by=locked_by, name=called)
    await _refuse_what_auxiliaries_may_not(work, person_id, after, called)
    entry.version += 1
    if since > entry.since:
        until, entry.until = entry.until, since - rules.A_DAY
        # Closed before the next one is open.
        await work.session.flush()
        entry = _entry(work, person_id, entry.pinyin, after, since, version=entry.version)
        entry.until = until
        work.session.add(entry)
    else:
        entry.unit_id, entry.register, entry.establishment = (
            after.unit_id,
            after.register,
            after.establishment,
        )
        entry.post, entry.rank = after.post, after.rank
    await _record(work, entry, "changed")
    return entry


async def leave(
    work: Work, *, person_id: UUID, expected_version: int, leaves_on: date, reason: str
) -> StaffEntry:
    """Let somebody leave the body from a day on, today's at once: with that, all that the body granted is gone.

    Raises `NotFound`, `NotPermitted`, `NotOnTheRegister`, `Stale`, `LeavesTooEarly`, `TooFar`, `ReasonNeeded`, `FieldTooLong`.
    """
    entry, _ = await _take_up(work, "leave", person_id, expected_version)
    _refuse_far(leaves_on, field="leaves_on")
    entry.until = rules.leaves(entry.since, leaves_on=leaves_on, today=work.today)
    entry.ended_reason, entry.version = reasoned(reason, field="reason"), entry.version + 1
    leaving = [
        each
        for each in await queries.going_on(work, person_id)
        if each.until is None or each.until >= leaves_on
    ]
    if leaving:
        work.require("end", SECONDMENT, leaving[0])
        await secondments.close(work, leaving, ends_on=leaves_on, reason=entry.ended_reason)
    await certificates.give_up(work, person_id, last_day=entry.until, reason=entry.ended_reason)
    await posts.take_all_back(work, person_id, ends_on=leaves_on)
    await _record(work, entry, "left")
    return entry


async def _take_up(work: Work, act: str, person_id: UUID, expected_version: int) -> tuple[StaffEntry, str]:
    """Somebody's last entry, held, on which the act is permitted and meant for what it is now; and their name."""
    name = (await register.the_own(work, person_id)).name
    # Asked before anything is looked up: whoever may not read the register is not to be told that nobody stands on it.
    work.require(act, ENTRY, StaffEntry(county_id=work.county_id, home_id=work.actor.tenant_id))
    entry = await register.to_change(work, person_id)
    until = None if entry is None else entry.until
    rules.on_the_register(until, entered=entry is not None, today=work.today, name=name)
    assert entry is not None
    if entry.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=entry.version)
    return entry, name


async def _possible(work: Work, what: What) -> What:
    """What somebody can be: in a unit of the acting body that is there, with texts as they are kept."""
    unit = (await organisations.units_of_ids(work, [what.unit_id])).get(what.unit_id)
    if unit is None or unit.organisation_id != work.actor.tenant_id:
        raise NotFound(field="unit_id")
    await lineage.require_unit_there(work, unit, field="unit_id")
    return What(
        unit_id=unit.id,
        register=what.register,
        establishment=what.establishment,
        post=written("post", what.post, FIELDS),
        rank=written("rank", what.rank, FIELDS) if what.rank and what.rank.strip() else None,
    )


def _refuse_far(day: date, *, field: str) -> None:
    rules.within_reach(day, earliest=FIRST_DAY, latest=LAST_DAY, field=field)


async def _refuse_what_auxiliaries_may_not(work: Work, person_id: UUID, what: What, name: str) -> None:
    rules.can_only_assist(
        what,
        certified=await certified.living(work, person_id) is not None,
        roles=await queries.roles_of(work, person_id),
        name=name,
    )


def _what(entry: StaffEntry) -> What:
    return What(
        unit_id=entry.unit_id,
        register=entry.register,
        establishment=entry.establishment,
        post=entry.post,
        rank=entry.rank,
    )


def _entry(work: Work, person_id: UUID, pinyin: str, what: What, since: date, *, version: int) -> StaffEntry:
    """A new entry. Its version goes on from that of the one before: acts are on a person's last entry, whichever was seen."""
    return StaffEntry(
        county_id=work.county_id,
        id=new_id(),
        person_id=person_id,
        pinyin=pinyin,
        home_id=work.actor.tenant_id,
        unit_id=what.unit_id,
        register=what.register,
        establishment=what.establishment,
        post=what.post,
        rank=what.rank,
        since=since,
        version=version,
        entered_at=work.now,
        entered_by=work.actor.person_id,
    )


async def _record(work: Work, entry: StaffEntry, event: str) -> None:
    await work.session.flush()
    await record(
        work,
        action=f"staff.{event}",
        subject_kind="staff_entry",
        subject_id=entry.id,
        content=_content_of(entry),
    )


def _content_of(entry: StaffEntry) -> dict[str, Any]:
    """What the audit line commits to: the entry as it stands after the act."""
    return {
        "person": str(entry.person_id),
        "home": str(entry.home_id),
        "unit": str(entry.unit_id),
        "register": entry.register,
        "establishment": entry.establishment,
        "post": entry.post,
        "rank": entry.rank,
        "since": entry.since.isoformat(),
        "until": entry.until and entry.until.isoformat(),
        "ended_reason": entry.ended_reason,
        "version": entry.version,
    }
