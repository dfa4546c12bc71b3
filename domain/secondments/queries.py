"""Reading the register of secondments: as home, as host, or through oversight."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from domain.secondments.models import Secondment
from domain.work import Work
from tenancy.refusals import NotFound

Side = Literal["home", "host", "overseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: seen from which side, narrowed by the other side, by mode, or to those in force today."""

    side: Side
    home_id: UUID | None = None
    host_id: UUID | None = None
    mode: str | None = None
    current_only: bool = True


async def the(work: Work, secondment_id: UUID) -> Secondment:
    """One entry. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Secondment).where(
            Secondment.county_id == work.county_id,
            work.visible(Secondment, "secondment.entry"),
            Secondment.id == secondment_id,
        )
    )
    if found is None:
        raise NotFound
    return found


async def page(work: Work, *, wanted: Wanted, after: UUID | None, first: int) -> Sequence[Secondment]:
    """Entries, newest first, after the entry `after`; at most `first` and one more."""
    entries = (
        select(Secondment).where(*_conditions(work, wanted)).order_by(Secondment.id.desc()).limit(first + 1)
    )
    if after is not None:
        entries = entries.where(Secondment.id < after)
    return (await work.session.scalars(entries)).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many entries there are."""
    return (
        await work.session.scalar(
            select(func.count()).select_from(Secondment).where(*_conditions(work, wanted))
        )
    ) or 0


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Secondment.county_id == work.county_id,
        work.visible(Secondment, "secondment.entry"),
    ]
    if wanted.side == "home":
        conditions.append(Secondment.home_id == work.actor.tenant_id)
    elif wanted.side == "host":
        conditions.append(Secondment.host_id == work.actor.tenant_id)
    if wanted.home_id is not None:
        conditions.append(Secondment.home_id == wanted.home_id)
    if wanted.host_id is not None:
        conditions.append(Secondment.host_id == wanted.host_id)
    if wanted.mode is not None:
        conditions.append(Secondment.mode == wanted.mode)
    if wanted.current_only:
        conditions.append(Secondment.since <= work.today)
        conditions.append(or_(Secondment.until.is_(None), Secondment.until >= work.today))
    return conditions
