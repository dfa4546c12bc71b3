"""What is done with liaison officers: one verb per function, each in the transaction that the edge opened.

A body's head names its people. Every act is told to the other side, and to whoever is named.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from domain.audit.commands import record
from domain.liaisons import queries, rules
from domain.liaisons.models import Liaison
from domain.liaisons.rules import Act, Demand
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import ToPerson, ToTenant
from domain.staff import queries as staff
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import NotFound, Stale

# Of the other side: everybody who may call.
WHO_CALLS = ("head", "officer", "registrar", "coordinator")


async def name(
    work: Work, *, counterpart_id: UUID, person_id: UUID, since: date, unit_id: UUID | None = None
) -> Liaison:
    """Name one of the acting body's people as whom a counterpart calls, from a day on.

    Raises `NotFound`, `NotPermitted`, `WithOneself`, `Dissolved`, `TooEarly`, `NotInPost`, `NotALeader`,
    `UnitNeeded`, `NamedAlready`.
    """
    work.require("name", queries.ENTRY, _entry(work, work.actor.tenant_id, counterpart_id))
    rules.between(work.actor.tenant_id, counterpart_id)
    rules.from_day(since, today=work.today, field="since")
    await _require_there(work, counterpart_id, field="counterpart_id", on=since)
    liaison = await _added(
        work, counterpart_id=counterpart_id, person_id=person_id, unit_id=unit_id, since=since
    )
    await _tell(work, liaison, "named")
    return liaison


async def replace(
    work: Work,
    *,
    liaison_id: UUID,
    expected_version: int,
    person_id: UUID,
    since: date,
    handover: str,
    unit_id: UUID | None = None,
) -> Liaison:
    """Name a successor from a day on, from which the officer is no longer called; with a note of what was handed over.

    Raises what `name` raises, `Ended`, `Stale`, `FieldEmpty`, `FieldTooLong`.
    """
    liaison, _ = await _take_up(work, liaison_id, expected_version, "replace")
    rules.from_day(since, today=work.today, field="since")
    await _require_there(work, liaison.to_id, field="liaison_id", on=since)
    note = written("handover", handover, rules.FIELDS)
    successor = await _added(
        work,
        counterpart_id=liaison.to_id,
        person_id=person_id,
        unit_id=unit_id,
        since=since,
        succeeds=liaison,
        handover=note,
    )
    await _close(work, liaison, ends_on=since, reason=None)
    await _record(work, liaison, "ended")
    await _tell(work, successor, "replaced")
    return successor


async def end(work: Work, *, liaison_id: UUID, expected_version: int, ends_on: date, reason: str) -> Liaison:
    """Let an officer no longer be called from a day on, with a reason; enough others must be left.

    Raises `SuccessorNeeded`, `Ended`, `Stale`, `TooEarly`, `ReasonNeeded`.
    """
    liaison, others = await _take_up(work, liaison_id, expected_version, "end")
    rules.from_day(ends_on, today=work.today, field="ends_on")
    kept = reasoned(reason, field="reason")
    living = await queries.living(work, [each.id for each in (liaison, *others)])
    held = [(each.since, each.ends_on) for each in others if each.id in living]
    rules.enough(
        rules.fewest(held, since=ends_on),
        counted=liaison.id in living,
        demand=await queries.demand_of(work, liaison.from_id, liaison.to_id),
    )
    await _close(work, liaison, ends_on=ends_on, reason=kept)
    await _tell(work, liaison, "ended")
    return liaison


async def _take_up(
    work: Work, liaison_id: UUID, expected_version: int, act: Act
) -> tuple[Liaison, Sequence[Liaison]]:
    """Lock the entries of the pair and make sure that the act is permitted, meant for what it is now, and possible."""
    liaison, others = await queries.with_its_like(work, liaison_id)
    work.require(act, queries.ENTRY, liaison)
    if liaison.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=liaison.version)
    rules.still_held(liaison.ends_on)
    return liaison, others


async def _added(
    work: Work,
    *,
    counterpart_id: UUID,
    person_id: UUID,
    unit_id: UUID | None,
    since: date,
    succeeds: Liaison | None = None,
    handover: str | None = None,
) -> Liaison:
    """A new entry for somebody who can be named. Of two who name the same officer at once, the second is refused."""
    demand = await queries.demand_of(work, work.actor.tenant_id, counterpart_id)
    post, called = await _post_of(work, person_id, demand=demand)
    if await queries.is_named(work, post.id, counterpart_id=counterpart_id, since=since):
        raise rules.NamedAlready(field="person_id", name=called)
    rules.with_unit(unit_id, demand=demand)
    await _require_own_unit(work, unit_id)
    liaison_id = new_id()
    row = {
        "county_id": work.county_id,
        "id": liaison_id,
        "from_id": work.actor.tenant_id,
        "to_id": counterpart_id,
        "unit_id": unit_id,
        "capacity_id": post.id,
        "person_id": person_id,
        "version": 1,
        "since": since,
        "succeeds_id": None if succeeds is None else succeeds.id,
        "handover": handover,
        "named_by": work.actor.person_id,
        "named_at": work.now,
    }
    # The table and not the model, to which the session would bind values of its own.
    table = cast("Table", Liaison.__table__)
    result = await work.session.execute(insert(table).values(row).on_conflict_do_nothing())
    if not getattr(result, "rowcount", 0):
        raise rules.NamedAlready(field="person_id", name=called)
    return await queries.the(work, liaison_id)


async def _post_of(work: Work, person_id: UUID, *, demand: Demand) -> tuple[Capacity, str]:
    """The post in which somebody can be named, and what they are called. Raises `NotFound`, `NotInPost`, `NotALeader`."""
    person = (await staff.of_ids(work, [person_id])).get(person_id)
    if person is None:
        raise NotFound(field="person_id")
    posts = {post.id: post for post in await queries.posts_of(work, person_id)}
    held = [(post.id, post.roles) for post in posts.values()]
    return posts[rules.chosen(held, demand=demand, name=person.name)], person.name


async def _require_there(work: Work, counterpart_id: UUID, *, field: str, on: date) -> None:
    """Nobody is named for a body that is not there on that day. Raises `NotFound`, `Dissolved`, `NotThereYet`."""
    await lineage.require_there(work, await organisations.the(work, counterpart_id), field=field, on=on)


async def _require_own_unit(work: Work, unit_id: UUID | None) -> None:
    """Raises `NotFound`, `Dissolved`."""
    if unit_id is None:
        return
    unit = (await organisations.units_of_ids(work, [unit_id])).get(unit_id)
    if unit is None or unit.organisation_id != work.actor.tenant_id:
        raise NotFound(field="unit_id")
    await lineage.require_unit_there(work, unit, field="unit_id")


async def _close(work: Work, liaison: Liaison, *, ends_on: date, reason: str | None) -> None:
    liaison.ends_on, liaison.ended_reason = ends_on, reason
    liaison.ended_by, liaison.ended_at = work.actor.person_id, work.now
    liaison.version += 1
    await work.session.flush()


def _entry(work: Work, body_id: UUID, counterpart_id: UUID) -> Liaison:
    """An entry as it would be between the two, to ask about the right to name."""
    return Liaison(county_id=work.county_id, from_id=body_id, to_id=counterpart_id)


async def _tell(work: Work, liaison: Liaison, event: str) -> None:
    """Leave the audit line, and the announcement to the other side and to the officer."""
    await _record(work, liaison, event)
    await announce(
        work,
        kind=f"liaison.{event}",
        subject_kind="liaison",
        subject_id=liaison.id,
        audience=[ToTenant(liaison.to_id, WHO_CALLS), ToPerson(liaison.from_id, liaison.person_id)],
        facts={"sender": str(liaison.from_id), "receiver": str(liaison.to_id)},
    )


async def _record(work: Work, liaison: Liaison, event: str) -> None:
    await record(
        work,
        action=f"liaison.{event}",
        subject_kind="liaison",
        subject_id=liaison.id,
        content=_content_of(liaison),
    )


def _content_of(liaison: Liaison) -> dict[str, Any]:
    """What the audit line commits to: the entry as it stands after the act."""
    return {
        "body": str(liaison.from_id),
        "counterpart": str(liaison.to_id),
        "unit": liaison.unit_id and str(liaison.unit_id),
        "officer": str(liaison.person_id),
        "capacity": str(liaison.capacity_id),
        "version": liaison.version,
        "since": liaison.since.isoformat(),
        "succeeds": liaison.succeeds_id and str(liaison.succeeds_id),
        "handover": liaison.handover,
        "ends_on": liaison.ends_on and liaison.ends_on.isoformat(),
        "ended_reason": liaison.ended_reason,
    }
