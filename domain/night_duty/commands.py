"""What is done with rosters: one verb per function, each in the transaction that the edge opened. Swaps are `swapping.py`.

Whoever plans holds the days of those who are planned, as whoever approves their leave does: of two at once the second sees
what the first has done. Nights are locked in one order, then people.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from domain.audit.commands import record
from domain.leave import queries as leave
from domain.leave.rules import Parties
from domain.night_duty import queries, rules
from domain.night_duty.models import NightDuty
from domain.night_duty.queries import DUTY
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToPerson, ToTenant
from domain.staff import queries as staff
from domain.texts import reasoned
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound, Stale


async def plan(work: Work, *, day: date, people: Sequence[UUID]) -> list[NightDuty]:
    """Put people on the acting body's roster for the night that follows a day.

    Raises `NotPermitted`, `NotFound` (somebody), `NotInTime`, `NobodyPlanned`, `NotInPost`, `PlannedElsewhere`, `OnLeave`,
    `TwiceThatNight`.
    """
    mine = work.actor.tenant_id
    work.require("plan", DUTY, _night(work, Parties(mine, mine), work.actor.person_id, day))
    rules.named_once(people)
    rules.plannable(day, today=work.today)
    await leave.hold(work, people)
    found = []
    for person, name in (await named(work, people)).items():
        parties = await _possible(work, person, name=name, day=day)
        if person in await queries.planned(work, [person], day=day):
            raise rules.TwiceThatNight(field="people", name=name, day=day.isoformat())
        found.append(await _added(work, parties, person, name=name, day=day))
    for each in found:
        await leave_a_line(work, each, "planned")
        await _tell(work, each, "planned", [ToPerson(mine, each.person_id)])
    return found


async def take_off(work: Work, *, duty_id: UUID, expected_version: int, reason: str) -> NightDuty:
    """Take somebody off the roster for a night that is not over. Raises `NotFound`, `NotPermitted`, `Stale`, `OffTheRoster`."""
    duty = await _taken_up(work, duty_id, expected_version)
    rules.on_the_roster(duty.day, taken_off=duty.taken_off_at is not None, today=work.today)
    duty.taken_off_reason = reasoned(reason, field="reason")
    duty.taken_off_by, duty.taken_off_at = work.actor.person_id, work.now
    duty.version += 1
    await leave_a_line(work, duty, "taken_off")
    await _tell(work, duty, "taken_off", [ToPerson(duty.body_id, duty.person_id)])
    return duty


async def record_attended(
    work: Work, *, duty_id: UUID, expected_version: int, attended: bool, note: str | None = None
) -> NightDuty:
    """Put on record whether somebody was there, from the day after on; changing what is on record takes a reason.

    Raises `NotFound`, `NotPermitted`, `Stale`, `OffTheRoster`, `NotOverYet`, `ReasonNeeded`.
    """
    duty = await _taken_up(work, duty_id, expected_version)
    rules.recordable(duty.day, taken_off=duty.taken_off_at is not None, today=work.today)
    changes = duty.attended is not None and duty.attended != attended
    duty.note = reasoned(note or "", field="note") if changes or note else None
    duty.attended = attended
    duty.recorded_by, duty.recorded_for, duty.recorded_at = work.actor.person_id, work.intended_id, work.now
    duty.version += 1
    await leave_a_line(work, duty, "attended" if attended else "missed")
    if not attended:
        both = sorted({duty.home_id, duty.host_id})
        heads: list[Audience] = [ToTenant(body, ("head",)) for body in both]
        await _tell(work, duty, "missed", [*heads, ToPerson(duty.body_id, duty.person_id)])
    return duty


async def _possible(work: Work, person: UUID, *, name: str, day: date) -> Parties:
    """Home and host on a day of somebody whom the acting body may put on its roster then."""
    parties = (await queries.serving(work, [person], day=day)).get(person)
    if parties is None:
        raise rules.NotInPost(field="people", name=name, day=day.isoformat())
    if not work.may("plan", DUTY, _night(work, parties, person, day)):
        mine = work.actor.tenant_id
        other = parties.home_id if parties.host_id == mine else parties.host_id
        body = (await organisations.the(work, other)).name
        power = work.rulebook_on(work.today).the_power("night_duty", "plan")
        raise rules.PlannedElsewhere(
            field="people",
            name=name,
            day=day.isoformat(),
            body=body,
            source=power.source,
        )
    away = await leave.absent(work, [person], first=day, last=day)
    rules.there(away[person], day=day, name=name)
    return parties


async def _added(work: Work, parties: Parties, person: UUID, *, name: str, day: date) -> NightDuty:
    """A new night. Of two bodies that plan the same person for the same night, the second is refused."""
    duty_id = new_id()
    row = {
        "county_id": work.county_id,
        "id": duty_id,
        "body_id": work.actor.tenant_id,
        "person_id": person,
        "home_id": parties.home_id,
        "host_id": parties.host_id,
        "day": day,
        "version": 1,
        "planned_by": work.actor.person_id,
        "planned_for": work.intended_id,
        "planned_at": work.now,
    }
    # The table and not the model, to which the session would bind values of its own.
    result = await work.session.execute(
        insert(cast("Table", NightDuty.__table__)).values(row).on_conflict_do_nothing()
    )
    if not getattr(result, "rowcount", 0):
        raise rules.TwiceThatNight(field="people", name=name, day=day.isoformat())
    (duty,) = await queries.to_change(work, [duty_id])
    return duty


async def _taken_up(work: Work, duty_id: UUID, expected_version: int) -> NightDuty:
    (duty,) = await queries.to_change(work, [duty_id])
    work.require("plan", DUTY, duty)
    if duty.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=duty.version)
    return duty


async def named(work: Work, people: Sequence[UUID]) -> dict[UUID, str]:
    """What these people are called, in their order. Raises `NotFound`."""
    known = await staff.of_ids(work, people)
    if len(known) < len(set(people)):
        raise NotFound(field="people")
    return {each: known[each].name for each in people}


def _night(work: Work, parties: Parties, person: UUID, day: date) -> NightDuty:
    """A night that is only asked about."""
    return NightDuty(
        county_id=work.county_id,
        body_id=work.actor.tenant_id,
        person_id=person,
        home_id=parties.home_id,
        host_id=parties.host_id,
        day=day,
    )


async def leave_a_line(work: Work, duty: NightDuty, event: str) -> None:
    """Put on record what became of a night."""
    await work.session.flush()
    await record(
        work,
        action=f"night_duty.{event}",
        subject_kind="night_duty",
        subject_id=duty.id,
        content=_content_of(duty),
    )


async def _tell(work: Work, duty: NightDuty, event: str, audience: Sequence[Audience]) -> None:
    await announce(
        work,
        kind=f"night_duty.{event}",
        subject_kind="night_duty",
        subject_id=duty.id,
        audience=audience,
        facts={"sender": str(duty.body_id)},
    )


def _content_of(duty: NightDuty) -> dict[str, Any]:
    """What the audit line commits to: the night as it stands after the act."""
    return {
        "body": str(duty.body_id),
        "person": str(duty.person_id),
        "home": str(duty.home_id),
        "host": str(duty.host_id),
        "day": duty.day.isoformat(),
        "taken_off_reason": duty.taken_off_reason,
        "attended": duty.attended,
        "note": duty.note,
        "version": duty.version,
    }
