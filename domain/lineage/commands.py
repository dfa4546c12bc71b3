"""Recording a change of a county's bodies or units.

Tenants are made by the installation's administrator, so this runs from the command line with the owner's login and not on
a request; whoever calls it commits. What follows from a change hangs on its day alone, so it may be recorded beforehand:
on the day, without anybody doing anything, the posts of a dissolved body have ended and its heir goes on. Only a new name
waits for its day, because everybody reads it where the body stands.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record as leave_line
from domain.filters import any_of, beginning
from domain.lineage import queries, refusals, rules
from domain.lineage.intake import Founded, Told
from domain.lineage.models import LineageEntry
from domain.lineage.rules import Change, Lineage, Name, Step
from domain.organisations.models import Organisation, OrganisationFunction, Unit
from domain.work import Errand
from tenancy.ids import new_id
from tenancy.models import Capacity, CountyRow


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change that is on record now: what is no more by it, by name, and how many posts end with that.

    `unmanned` are the heirs in which nobody has a post that day, so that nobody would go on.
    """

    dissolved: Sequence[str]
    posts_ended: int
    unmanned: Sequence[str]


async def record(session: AsyncSession, told: Told, *, now: datetime) -> Recorded:
    """Put a change on record, with the bodies or units that it founds.

    Raises `CountyUnknown`, `UnknownCode`, `CodeTaken`, `ShortNameTaken`, `FunctionLeft`, and what `rules.steps_of` raises.
    """
    errand = await _errand(session, told.county, now=now)
    await _in_turn(errand)
    body = None if told.body is None else _the(await _bodies(errand), told.body)
    known = await _bodies(errand) if body is None else await _units(errand, body)
    founded = {each.code: _founded(errand, each, body) for each in told.founded}
    change = _change(told, known, founded)
    lineage = await _lineage(errand, of_units=body is not None)
    steps = rules.steps_of(change, lineage, today=await queries.today_in(errand))
    if body is None:
        await _refuse_functions_left(errand, steps, change.names)
        _refuse_short_names_taken(told, known.values(), lineage)
    session.add_all(founded.values())
    await session.flush()
    if told.name is not None:
        _call(known[told.before[0]], told.name)
    change_id = new_id()
    session.add_all(_entry(errand, told, change_id, step, body) for step in steps)
    await session.flush()
    gone = rules.dissolved_by(steps)
    ended = 0 if body else await _end_the_posts(errand, gone, told.since)
    unmanned = [] if body else await _without_posts(errand, steps, told.since)
    await leave_line(
        errand,
        action="lineage.recorded",
        subject_kind="lineage_change",
        subject_id=change_id,
        content=_content_of(told, ended),
    )
    return Recorded([change.names[one] for one in gone], ended, [change.names[one] for one in unmanned])


async def _errand(session: AsyncSession, county: str, *, now: datetime) -> Errand:
    found = await session.scalar(select(CountyRow.county_id).where(CountyRow.code == county))
    if found is None:
        raise refusals.CountyUnknown(county=county)
    return Errand(session=session, county_id=found, now=now)


async def _in_turn(errand: Errand) -> None:
    # Two changes of the same bodies, recorded at once, would each not know of the other.
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"lineage {errand.county_id}", 0))
    await errand.session.execute(select(lock))


async def _bodies(errand: Errand) -> Mapping[str, Organisation | Unit]:
    found = select(Organisation).where(Organisation.county_id == errand.county_id)
    return {each.code: each for each in await errand.session.scalars(found)}


async def _units(errand: Errand, body: Organisation | Unit) -> Mapping[str, Organisation | Unit]:
    found = select(Unit).where(Unit.county_id == errand.county_id, Unit.organisation_id == body.id)
    return {each.code: each for each in await errand.session.scalars(found)}


async def _lineage(errand: Errand, *, of_units: bool) -> Lineage:
    rows = await errand.session.scalars(
        select(LineageEntry).where(LineageEntry.county_id == errand.county_id)
    )
    return queries.units_in(rows) if of_units else queries.bodies_in(rows)


def _founded(errand: Errand, each: Founded, body: Organisation | Unit | None) -> Organisation | Unit:
    if body is None:
        return Organisation(
            county_id=errand.county_id,
            id=new_id(),
            code=each.code,
            name=each.name.name,
            short_name=each.name.short_name,
            kind=each.kind,
            name_inferred=False,
        )
    return Unit(
        county_id=errand.county_id,
        id=new_id(),
        organisation_id=body.id,
        code=each.code,
        name=each.name.name,
        name_inferred=False,
    )


def _change(
    told: Told, known: Mapping[str, Organisation | Unit], founded: Mapping[str, Organisation | Unit]
) -> Change:
    for code in founded:
        if code in known:
            raise refusals.CodeTaken(code=code, name=known[code].name)
    all_of_them = {**known, **founded}
    before = [_the(known, code) for code in told.before]
    return Change(
        kind=told.kind,
        since=told.since,
        before=[each.id for each in before],
        after=[_the(all_of_them, code).id for code in told.after],
        names={each.id: each.name for each in all_of_them.values()},
        founded=[each.id for each in founded.values()],
        heir=None if told.heir is None else _the(all_of_them, told.heir).id,
        former=_name_of(before[0]) if told.name is not None else None,
        called=told.name,
    )


def _the(known: Mapping[str, Organisation | Unit], code: str) -> Organisation | Unit:
    if code not in known:
        raise refusals.UnknownCode(code=code, known=", ".join(sorted(known)))
    return known[code]


def _name_of(one: Organisation | Unit) -> Name:
    return Name(one.name, one.short_name if isinstance(one, Organisation) else None)


def _call(one: Organisation | Unit, name: Name) -> None:
    one.name, one.name_inferred, one.inference = name.name, False, None
    if isinstance(one, Organisation) and name.short_name is not None:
        one.short_name = name.short_name


def _entry(
    errand: Errand, told: Told, change_id: UUID, step: Step, body: Organisation | Unit | None
) -> LineageEntry:
    return LineageEntry(
        county_id=errand.county_id,
        id=new_id(),
        change_id=change_id,
        kind=step.kind,
        since=step.since,
        document=told.document,
        number=told.number,
        from_id=body.id if body else step.from_id,
        from_unit_id=step.from_id if body else None,
        to_id=body.id if body else step.to_id,
        to_unit_id=step.to_id if body else None,
        heir=step.heir,
        founds=step.founds,
        former_name=step.former and step.former.name,
        former_short_name=step.former and step.former.short_name,
        recorded_at=errand.now,
    )


async def _refuse_functions_left(errand: Errand, steps: Iterable[Step], names: Mapping[UUID, str]) -> None:
    """Whoever oversees is settled first: a function does not pass to an heir by itself. Raises `FunctionLeft`."""
    held: dict[UUID, set[str]] = {}
    rows = await errand.session.execute(
        select(OrganisationFunction.organisation_id, OrganisationFunction.function).where(
            OrganisationFunction.county_id == errand.county_id
        )
    )
    for body, function in rows:
        held.setdefault(body, set()).add(function)
    for step in steps:
        left = held.get(step.from_id, set()) - held.get(step.to_id, set())
        if step.heir and left:
            raise refusals.FunctionLeft(
                name=names[step.from_id], heir=names[step.to_id], functions=", ".join(sorted(left))
            )


def _refuse_short_names_taken(told: Told, known: Iterable[Organisation | Unit], lineage: Lineage) -> None:
    """What one body's letters were numbered under is no other's, whether that body is there or not. Raises `ShortNameTaken`."""
    given = {} if told.name is None else {told.name.short_name: told.before[0]}
    for one in told.founded:
        if given.setdefault(one.name.short_name, one.code) != one.code:
            raise refusals.ShortNameTaken(name=one.name.name, short_name=one.name.short_name)
    for body in known:
        for each in (_name_of(body), *(name for name, _ in lineage.former_names(body.id))):
            if each.short_name in given and given[each.short_name] != body.code:
                raise refusals.ShortNameTaken(name=body.name, short_name=each.short_name)


async def _end_the_posts(errand: Errand, bodies: Collection[UUID], since: date) -> int:
    """The posts of bodies that are no more end with the day on which they are; what was acted until now stays."""
    zone = await queries.zone_of(errand)
    end = max(beginning(since, zone), errand.now)
    ended = await errand.session.execute(
        update(Capacity)
        .where(
            Capacity.county_id == errand.county_id,
            Capacity.tenant_id == any_of(bodies),
            or_(Capacity.until.is_(None), Capacity.until > end),
        )
        # A post that would only have begun later never does.
        .values(until=func.greatest(Capacity.since, end))
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an update's result counts its rows


async def _without_posts(errand: Errand, steps: Iterable[Step], since: date) -> list[UUID]:
    """The heirs in which, as far as is known, nobody has a post on the day, each once."""
    heirs = dict.fromkeys(step.to_id for step in steps if step.heir)
    begins = beginning(since, await queries.zone_of(errand))
    held = await errand.session.scalars(
        select(Capacity.tenant_id).where(
            Capacity.county_id == errand.county_id,
            Capacity.tenant_id == any_of(heirs),
            Capacity.since <= begins,
            or_(Capacity.until.is_(None), Capacity.until > begins),
        )
    )
    manned = set(held)
    return [heir for heir in heirs if heir not in manned]


def _content_of(told: Told, posts_ended: int) -> dict[str, object]:
    """What the audit line commits to: the change as it was told, and what it ended."""
    return {
        "kind": told.kind,
        "since": told.since.isoformat(),
        "document": told.document,
        "number": told.number,
        "body": told.body,
        "from": list(told.before),
        "to": list(told.after),
        "heir": told.heir,
        "name": told.name and told.name.name,
        "posts_ended": posts_ended,
    }
