"""Bringing what lies under old keys under the current one, some rows at a time. What is done is in the rows themselves.

So whoever dies on the way is simply followed by the next, and both keys open what they sealed meanwhile.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.personal_data.commands import reseal
from domain.personal_data.models import PersonalData
from domain.personal_data.sealing import DoesNotOpen, Keys, UnknownKey
from domain.work import Errand
from tenancy.refusals import Refusal

BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some rows: the last of them (None: there was none), how many are resealed, and which could not be."""

    last: UUID | None = None
    resealed: int = 0
    refused: Sequence[tuple[UUID, Refusal]] = field(default_factory=tuple)


async def rotate_some(errand: Errand, keys: Keys, *, after: UUID = BEFORE_ALL, most: int) -> Batch:
    """Reseal at most so many of the county's rows behind this one that are not under the current key. Raises `NoKey`.

    A row that does not open is left as it is and reported, so that it holds up no other.
    """
    rows = (
        await errand.session.scalars(
            select(PersonalData)
            .where(
                PersonalData.county_id == errand.county_id,
                PersonalData.key_id != keys.current.id,
                PersonalData.id > after,
            )
            .order_by(PersonalData.id)
            .limit(most)
            .with_for_update()
        )
    ).all()
    refused: list[tuple[UUID, Refusal]] = []
    for row in rows:
        try:
            reseal(row, keys)
        except (UnknownKey, DoesNotOpen) as refusal:
            refused.append((row.id, refusal))
    resealed = len(rows) - len(refused)
    if resealed:
        await errand.session.flush()
        await record(
            errand,
            action="personal_data.resealed",
            subject_kind="county",
            subject_id=errand.county_id,
            content={"key": keys.current.id, "entries": resealed},
        )
    return Batch(last=rows[-1].id if rows else None, resealed=resealed, refused=refused)


async def counties(session: AsyncSession) -> Sequence[UUID]:
    """The counties in which there is anything."""
    return (
        await session.scalars(select(PersonalData.county_id).distinct().order_by(PersonalData.county_id))
    ).all()


async def keys_in_use(session: AsyncSession) -> Counter[str]:
    """How many rows lie under each key, for whoever may see all rows."""
    rows = await session.execute(
        select(PersonalData.key_id, func.count().label("entries")).group_by(PersonalData.key_id)
    )
    return Counter({row.key_id: row.entries for row in rows})
