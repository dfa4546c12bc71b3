"""Rotating the keys of personal data in all counties, by the owner's login. What happens to a row stands in the domain."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

import domain.tables
from domain.edge import errand
from domain.personal_data.rotation import BEFORE_ALL, counties, rotate_some
from domain.personal_data.sealing import Keys
from ops.compose import clock_of
from ops.provisioning import provisioning, with_engine
from ops.settings import Settings
from tenancy.refusals import Refusal


@dataclass(slots=True)
class Rotated:
    """How many entries are under the new key now that were not, and which do not open."""

    resealed: int = 0
    refused: list[tuple[UUID, Refusal]] = field(default_factory=list)


def rotate_all(settings: Settings, keys: Keys, *, at_a_time: int) -> Rotated:
    """Bring every county's entries under the current key, so many in a transaction."""
    assert domain.tables.MODULES

    async def rotate(engine: AsyncEngine) -> Rotated:
        rotated = Rotated()
        now = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            concerned = await counties(session)
        for county_id in concerned:
            await _rotate(engine, county_id, keys, rotated, now=now, at_a_time=at_a_time)
        return rotated

    return with_engine(settings, rotate)


async def _rotate(
    engine: AsyncEngine, county_id: UUID, keys: Keys, rotated: Rotated, *, now: datetime, at_a_time: int
) -> None:
    after: UUID | None = BEFORE_ALL
    while after is not None:
        async with errand(engine, county_id=county_id, now=now) as opened:
            batch = await rotate_some(opened, keys, after=after, most=at_a_time)
        rotated.resealed += batch.resealed
        rotated.refused += batch.refused
        after = batch.last
