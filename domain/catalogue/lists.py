"""Reading the lists beside the catalogue: what townships patrol, and what is handled leniently. Everybody in the county reads them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from domain.catalogue.models import Item, LenientEntry, PatrolEntry
from domain.catalogue.queries import ITEM, published
from domain.catalogue.rules import Leniency
from domain.filters import Age, Conditions, among, any_of
from domain.spans import Span, by_age, spanned
from domain.work import Work

PATROL = "patrol.entry"
LENIENT = "lenient.entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolEntryFilter:
    """By what the patrol lists can be narrowed."""

    townships: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LenientEntryFilter:
    """By what the lists of lenient handling can be narrowed."""

    leniencies: frozenset[Leniency] | None = None
    item_codes: frozenset[str] | None = None


async def patrols_of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, PatrolEntry]:
    """The entries of patrol lists with these ids, by id."""
    known = published(work, PatrolEntry, PATROL)
    found = await work.session.scalars(select(PatrolEntry).where(*known, PatrolEntry.id == any_of(ids)))
    return {entry.id: entry for entry in found}


async def leniencies_of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, LenientEntry]:
    """The entries of the lists of lenient handling with these ids, by id."""
    known = published(work, LenientEntry, LENIENT)
    found = await work.session.scalars(select(LenientEntry).where(*known, LenientEntry.id == any_of(ids)))
    return {entry.id: entry for entry in found}


async def last_patrol(work: Work, township_id: UUID, item_id: UUID) -> date | None:
    """The first day of the last entry of a township's patrol list with this item."""
    return await work.session.scalar(
        select(func.max(PatrolEntry.since)).where(
            *published(work, PatrolEntry, PATROL),
            PatrolEntry.township_id == township_id,
            PatrolEntry.item_id == item_id,
        )
    )


async def page_of_patrols(
    work: Work, *, by: PatrolEntryFilter, age: Age, span: Span[UUID]
) -> Sequence[PatrolEntry]:
    """A part of the patrol lists in this order. An entry's place is its id."""
    listed = select(PatrolEntry).where(*published(work, PatrolEntry, PATROL), *_patrolled(by))
    return (await work.session.scalars(spanned(listed, by_age(PatrolEntry.id, age), span))).all()


async def count_of_patrols(work: Work, *, by: PatrolEntryFilter) -> int:
    """How many entries the patrol lists have."""
    known = published(work, PatrolEntry, PATROL)
    counted = select(func.count()).select_from(PatrolEntry).where(*known, *_patrolled(by))
    return (await work.session.scalar(counted)) or 0


async def page_of_leniencies(
    work: Work, *, by: LenientEntryFilter, age: Age, span: Span[UUID]
) -> Sequence[LenientEntry]:
    """A part of the lists of lenient handling in this order. An entry's place is its id."""
    listed = select(LenientEntry).where(*published(work, LenientEntry, LENIENT), *_lenient(work, by))
    return (await work.session.scalars(spanned(listed, by_age(LenientEntry.id, age), span))).all()


async def count_of_leniencies(work: Work, *, by: LenientEntryFilter) -> int:
    """How many entries the lists of lenient handling have."""
    known = published(work, LenientEntry, LENIENT)
    counted = select(func.count()).select_from(LenientEntry).where(*known, *_lenient(work, by))
    return (await work.session.scalar(counted)) or 0


def _patrolled(by: PatrolEntryFilter) -> Conditions:
    yield from among(PatrolEntry.township_id, by.townships)


def _lenient(work: Work, by: LenientEntryFilter) -> Conditions:
    yield from among(LenientEntry.kind, by.leniencies)
    if by.item_codes is not None:
        coded = select(Item.id).where(*published(work, Item, ITEM), *among(Item.code, by.item_codes))
        yield LenientEntry.item_id.in_(coded)
