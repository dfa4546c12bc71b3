"""Reading referrals: always through the actor's filter, so that what is not one's own is not found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, and_, cast, false, func, or_, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql import column
from sqlalchemy.types import Uuid

from domain.referrals.models import OPEN, Referral, ReferralEvent, ReferralMaterial
from domain.referrals.rules import State
from domain.work import Work
from tenancy.refusals import NotFound

Box = Literal["sent", "received", "overseen"]
Part = TypeVar("Part", ReferralEvent, ReferralMaterial)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which referrals: from which box, in which states. `open_only` leaves out what has come to an end."""

    box: Box
    states: frozenset[State] | None = None
    open_only: bool = False


async def the(work: Work, referral_id: UUID, *, to_change: bool = False) -> Referral:
    """One referral, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(Referral).where(
        Referral.county_id == work.county_id,
        work.visible(Referral, "referral.letter"),
        Referral.id == referral_id,
    )
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Referral]:
    """The referrals with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(
        select(Referral).where(
            Referral.county_id == work.county_id,
            work.visible(Referral, "referral.letter"),
            Referral.id.in_(ids),
        )
    )
    return {referral.id: referral for referral in found}


async def page(work: Work, *, wanted: Wanted, after: UUID | None, first: int) -> Sequence[Referral]:
    """Referrals, newest first, after the referral `after`; at most `first` and one more."""
    referrals = (
        select(Referral).where(*_conditions(work, wanted)).order_by(Referral.id.desc()).limit(first + 1)
    )
    if after is not None:
        referrals = referrals.where(Referral.id < after)
    return (await work.session.scalars(referrals)).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many referrals there are."""
    return (
        await work.session.scalar(
            select(func.count()).select_from(Referral).where(*_conditions(work, wanted))
        )
    ) or 0


async def events_page(
    work: Work, *, referral_id: UUID, after: int | None, first: int
) -> Sequence[ReferralEvent]:
    """Events of one referral in the order in which they happened, after the event with number `after`."""
    events = (
        select(ReferralEvent)
        .where(*_events(work), ReferralEvent.referral_id == referral_id)
        .order_by(ReferralEvent.number)
        .limit(first + 1)
    )
    if after is not None:
        events = events.where(ReferralEvent.number > after)
    return (await work.session.scalars(events)).all()


async def last_event_number(work: Work, referral_id: UUID) -> int:
    """The number of the latest event of one referral that the actor may see; 0 where there is none."""
    return (
        await work.session.scalar(
            select(func.max(ReferralEvent.number)).where(
                *_events(work), ReferralEvent.referral_id == referral_id
            )
        )
    ) or 0


async def events_count(work: Work, *, referral_id: UUID) -> int:
    """How many events of one referral the actor may see."""
    return (
        await work.session.scalar(
            select(func.count())
            .select_from(ReferralEvent)
            .where(*_events(work), ReferralEvent.referral_id == referral_id)
        )
    ) or 0


async def last_events_of(
    work: Work, referral_ids: Collection[UUID], n: int
) -> dict[UUID, list[ReferralEvent]]:
    """The last `n` events of each of these referrals, newest first, in one statement."""
    # One array and not a list of values: the statement is the same for any number, so it is compiled once.
    asked = (
        func.unnest(cast(list(referral_ids), ARRAY(Uuid)))
        .table_valued(column("referral_id", Uuid))
        .render_derived(name="asked")
    )
    last = (
        select(ReferralEvent)
        .where(*_events(work), ReferralEvent.referral_id == asked.c.referral_id)
        .order_by(ReferralEvent.number.desc())
        .limit(n)
    ).lateral("last")
    event = aliased(ReferralEvent, last)
    found = await work.session.scalars(select(event).select_from(asked.join(last, true())))
    return _by_referral(found.all(), referral_ids)


async def materials_of(work: Work, referral_ids: Collection[UUID]) -> dict[UUID, list[ReferralMaterial]]:
    """The list of materials of each of these referrals, in the order in which they were attached."""
    found = await work.session.scalars(
        select(ReferralMaterial)
        .where(
            ReferralMaterial.county_id == work.county_id,
            work.visible(ReferralMaterial, "referral.materials"),
            ReferralMaterial.referral_id.in_(referral_ids),
        )
        .order_by(ReferralMaterial.id)
    )
    return _by_referral(found.all(), referral_ids)


async def material(work: Work, material_id: UUID) -> ReferralMaterial:
    """One material of the list. Raises `NotFound`."""
    found = await work.session.scalar(
        select(ReferralMaterial).where(
            ReferralMaterial.county_id == work.county_id,
            work.visible(ReferralMaterial, "referral.materials"),
            ReferralMaterial.id == material_id,
        )
    )
    if found is None:
        raise NotFound
    return found


async def open_material(work: Work, material_id: UUID) -> ReferralMaterial:
    """One material whose contents the actor may read; through oversight, that leaves a line before the answer.

    Raises `NotFound` for what is not on the actor's list, and for contents that are not open to the actor.
    """
    found = await work.session.scalar(
        select(ReferralMaterial).where(
            ReferralMaterial.county_id == work.county_id,
            or_(
                work.visible(ReferralMaterial, "referral.file"),
                work.authority.visible(ReferralMaterial, "referral.file", "open"),
            ),
            ReferralMaterial.id == material_id,
        )
    )
    if found is None:
        raise NotFound
    if not work.may("read", "referral.file", found):
        work.openings.append(("referral", found.referral_id))
    return found


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool] | TextClause]:
    conditions: list[ColumnElement[bool] | TextClause] = [
        Referral.county_id == work.county_id,
        work.visible(Referral, "referral.letter"),
    ]
    match wanted.box:
        case "sent":
            conditions.append(Referral.from_id == work.actor.tenant_id)
        case "received":
            conditions.append(Referral.to_id == work.actor.tenant_id)
        case "overseen":
            conditions.append(_overseen(work))
    if wanted.open_only:
        # Said in the words of the partial index, so that a generic plan knows it too.
        conditions.append(text(OPEN))
    if wanted.states is not None:
        conditions.append(Referral.state.in_(sorted(wanted.states)))
    return conditions


def _overseen(work: Work) -> ColumnElement[bool]:
    if work.actor.overseen is None:
        return false()
    return and_(Referral.overseen_id.is_not(None), Referral.overseen_id == work.actor.overseen)


def _events(work: Work) -> list[ColumnElement[bool]]:
    return [ReferralEvent.county_id == work.county_id, work.visible(ReferralEvent, "referral.events")]


def _by_referral(parts: Sequence[Part], ids: Collection[UUID]) -> dict[UUID, list[Part]]:
    grouped: dict[UUID, list[Part]] = {one: [] for one in ids}
    for part in parts:
        grouped[part.referral_id].append(part)
    return grouped
