"""Reading supervision notes: always through the actor's filter, so that what others wrote to each other is not found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from domain.catalogue.models import Item
from domain.catalogue.queries import ITEM, published
from domain.filters import Age, Conditions, among, any_of
from domain.spans import Span, by_age, spanned
from domain.supervision.models import SupervisionNote
from domain.supervision.rules import Kind, State
from domain.work import Work
from tenancy.refusals import NotFound

NOTE = "supervision.note"

Box = Literal["sent", "received", "overseen"]
"""Which notes: the acting body's own with its drafts, those sent to it, those of others that it oversees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what a list of notes can be narrowed. `organisations` are bodies on either side of what was sent."""

    organisations: frozenset[UUID] | None = None
    item_codes: frozenset[str] | None = None
    kinds: frozenset[Kind] | None = None
    states: frozenset[State] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which notes: from which box, or of which empowerment all that are visible; narrowed by what."""

    box: Box | None = None
    empowerment_id: UUID | None = None
    filter: Filter = field(default_factory=Filter)


async def the(work: Work, note_id: UUID, *, to_change: bool = False) -> SupervisionNote:
    """One note, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(SupervisionNote).where(*_visible(work), SupervisionNote.id == note_id)
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, SupervisionNote]:
    """The notes with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(
        select(SupervisionNote).where(*_visible(work), SupervisionNote.id == any_of(ids))
    )
    return {note.id: note for note in found}


async def page(work: Work, *, wanted: Wanted, age: Age, span: Span[UUID]) -> Sequence[SupervisionNote]:
    """A part of the notes in this order. A note's place is its id."""
    notes = select(SupervisionNote).where(*_conditions(work, wanted))
    return (await work.session.scalars(spanned(notes, by_age(SupervisionNote.id, age), span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many notes there are."""
    counted = select(func.count()).select_from(SupervisionNote).where(*_conditions(work, wanted))
    return (await work.session.scalar(counted)) or 0


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [SupervisionNote.county_id == work.county_id, work.visible(SupervisionNote, NOTE)]


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = _visible(work)
    match wanted.box:
        case "sent":
            conditions.append(SupervisionNote.from_id == work.actor.tenant_id)
        case "received":
            conditions.append(SupervisionNote.to_id == work.actor.tenant_id)
        case "overseen":
            conditions.append(_overseen(work))
    if wanted.empowerment_id is not None:
        conditions.append(SupervisionNote.empowerment_id == wanted.empowerment_id)
    return [*conditions, *_narrowed(work, wanted.filter)]


def _narrowed(work: Work, by: Filter) -> Conditions:
    if by.organisations is not None:
        sides = (SupervisionNote.from_id, SupervisionNote.to_id)
        yield or_(*(condition for side in sides for condition in among(side, by.organisations)))
    if by.item_codes is not None:
        coded = select(Item.id).where(*published(work, Item, ITEM), *among(Item.code, by.item_codes))
        yield SupervisionNote.item_id.in_(coded)
    yield from among(SupervisionNote.kind, by.kinds)
    yield from among(SupervisionNote.state, by.states)


def _overseen(work: Work) -> ColumnElement[bool]:
    if work.actor.overseen is None:
        return false()
    return and_(SupervisionNote.overseen_id.is_not(None), SupervisionNote.overseen_id == work.actor.overseen)
