"""Reading agreements: always through the actor's filter, so that what others agreed on is not found.

`in_force` is what referrals ask: which list stands in the place of the rulebook's between two bodies.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text

from domain.agreements.models import HOLDS, Agreement
from domain.agreements.rules import State, pair
from domain.filters import Age, Conditions, among, any_of
from domain.rulebooks.values import Material
from domain.spans import Span, by_age, spanned
from domain.work import Work
from tenancy.refusals import NotFound

LIST = "agreement.list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the list of agreements can be narrowed. `organisations` are bodies on either side."""

    organisations: frozenset[UUID] | None = None
    item_codes: frozenset[str] | None = None
    states: frozenset[State] | None = None


async def in_force(
    work: Work, *, between: tuple[UUID, UUID], item_code: str, on: date
) -> tuple[Material, ...] | None:
    """The list that two bodies, in either order, agreed on for an item and that holds on that day.

    None where there is none: the rulebook's list applies. Of a day that has begun the answer never changes.
    """
    one_id, other_id = pair(*between)
    latest = await work.session.scalar(
        select(Agreement)
        .where(
            *_visible(work),
            Agreement.one_id == one_id,
            Agreement.other_id == other_id,
            Agreement.item_code == item_code,
            # Said in the words of the partial index, so that a generic plan knows it too.
            text(HOLDS),
            Agreement.since <= on,
        )
        .order_by(Agreement.since.desc())
        .limit(1)
    )
    if latest is None or (latest.ends_on is not None and latest.ends_on <= on):
        return None
    return materials_of(latest)


async def the(work: Work, agreement_id: UUID, *, to_change: bool = False) -> Agreement:
    """One agreement, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(Agreement).where(*_visible(work), Agreement.id == agreement_id)
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def with_its_like(work: Work, agreement_id: UUID) -> tuple[Agreement, list[Agreement]]:
    """One agreement and the others of the same two bodies on the same item, all locked. Raises `NotFound`.

    All in one order, so that of two confirmed at once the second sees what the first has done.
    """
    asked = await the(work, agreement_id)
    locked = (
        await work.session.scalars(
            select(Agreement)
            .where(
                *_visible(work),
                Agreement.one_id == asked.one_id,
                Agreement.other_id == asked.other_id,
                Agreement.item_code == asked.item_code,
            )
            .order_by(Agreement.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).all()
    return asked, [each for each in locked if each.id != agreement_id]


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Agreement]:
    """The agreements with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(select(Agreement).where(*_visible(work), Agreement.id == any_of(ids)))
    return {agreement.id: agreement for agreement in found}


async def page(work: Work, *, by: Filter, age: Age, span: Span[UUID]) -> Sequence[Agreement]:
    """A part of the agreements in this order. An agreement's place is its id."""
    agreements = select(Agreement).where(*_visible(work), *_narrowed(by))
    return (await work.session.scalars(spanned(agreements, by_age(Agreement.id, age), span))).all()


async def count(work: Work, *, by: Filter) -> int:
    """How many agreements there are."""
    counted = select(func.count()).select_from(Agreement).where(*_visible(work), *_narrowed(by))
    return (await work.session.scalar(counted)) or 0


def materials_of(agreement: Agreement) -> tuple[Material, ...]:
    """The list of an agreement, in its order."""
    return tuple(Material(**material) for material in agreement.materials)


def as_kept(materials: Sequence[Material]) -> list[dict[str, Any]]:
    """The list as the row keeps it."""
    return [asdict(material) for material in materials]


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [Agreement.county_id == work.county_id, work.visible(Agreement, LIST)]


def _narrowed(by: Filter) -> Conditions:
    if by.organisations is not None:
        yield or_(*among(Agreement.from_id, by.organisations), *among(Agreement.to_id, by.organisations))
    yield from among(Agreement.item_code, by.item_codes)
    yield from among(Agreement.state, by.states)
