"""Reading exports: the entries of one's own post; and, for the machinery, which of all are waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.exports import rules
from domain.exports.ledger import Ledger
from domain.exports.models import UNDER_WAY, Export
from domain.exports.rules import State
from domain.filters import Age
from domain.spans import Span, by_age, spanned
from domain.work import Work
from policies.snapshot import Plan
from tenancy.refusals import NotFound

ENTRY = "export.entry"


@dataclass(frozen=True, slots=True)
class Grounds:
    """By what rights a ledger is read: while they are the same, so is what may stand in it."""

    roles: frozenset[str]
    overseen: UUID | None
    plans: tuple[Plan, ...]

    @property
    def show_anything(self) -> bool:
        """Whether the ledger's own rows may be read at all."""
        return bool(self.plans[0].permitting)


def grounds(work: Work, ledger: Ledger) -> Grounds:
    """The rights by which the actor reads this ledger now."""
    return Grounds(
        roles=work.actor.roles,
        overseen=work.actor.overseen,
        plans=tuple(work.authority.plan(aspect, "read") for aspect in ledger.aspects),
    )


def state(export: Export) -> State:
    """The state that a check of the table keeps to the closed set."""
    return cast("State", export.state)


async def the(work: Work, export_id: UUID, *, to_change: bool = False) -> Export:
    """One export of the acting post, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(Export).where(*_mine(work), Export.id == export_id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def page(work: Work, *, age: Age, span: Span[UUID]) -> Sequence[Export]:
    """A part of the post's exports in this order. An export's place is its id."""
    exports = select(Export).where(*_mine(work))
    return (await work.session.scalars(spanned(exports, by_age(Export.id, age), span))).all()


async def count(work: Work) -> int:
    """How many exports the post has."""
    return (await work.session.scalar(select(func.count()).select_from(Export).where(*_mine(work)))) or 0


async def downloadable(work: Work, export_id: UUID) -> Export:
    """One export whose file is there. Raises `NotFound`, `ExportNotReady`, `ExportExpired`."""
    export = await the(work, export_id)
    rules.downloadable(state(export), expires_at=export.expires_at, now=work.now, zone=work.actor.zone)
    return export


async def under_way(work: Work) -> tuple[int, int]:
    """How many exports are waiting or running: of the acting person, and of the whole acting body.

    Not through the actor's filter: it is the body's share of the machine that is counted, and only a number comes out.
    """
    counted = await work.session.execute(
        select(func.count().filter(Export.person_id == work.actor.person_id), func.count()).where(
            Export.county_id == work.county_id, Export.owner_id == work.actor.tenant_id, text(UNDER_WAY)
        )
    )
    of_person, of_body = counted.one()
    return of_person, of_body


async def waiting(session: AsyncSession, *, wall: datetime, most: int) -> Sequence[tuple[UUID, UUID]]:
    """Exports that nobody is at, the longest waiting first: county and id. For the machinery."""
    rows = await session.execute(
        select(Export.county_id, Export.id)
        .where(text(UNDER_WAY), or_(Export.held_until.is_(None), Export.held_until < wall))
        .order_by(Export.requested_at)
        .limit(most)
    )
    return [(row.county_id, row.id) for row in rows]


async def waiting_since(session: AsyncSession) -> datetime | None:
    """When the oldest export was asked for that nobody has begun on. For the machinery."""
    oldest: datetime | None = await session.scalar(
        select(func.min(Export.requested_at)).where(text(UNDER_WAY), Export.state == "waiting")
    )
    return oldest


def _mine(work: Work) -> list[ColumnElement[bool]]:
    return [Export.county_id == work.county_id, work.visible(Export, ENTRY)]
