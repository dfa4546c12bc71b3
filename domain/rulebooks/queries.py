"""Reading rulebooks: the shelf of a county, as loaded, and what stands on it for those who ask.

The shelf is made from the texts themselves, so that no second copy of a number can disagree with the first. Whoever
asks often keeps it by the county's rulebook version (`domain/edge.py`); nothing is kept here but parsed texts, which
never change.
"""

from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.rulebooks.models import CountyRulebook, PlatformRulebook
from domain.rulebooks.reader import parse
from domain.rulebooks.rules import Draft, Shelf, Version
from tenancy.models import CountyRow

TEXTS_KEPT = 256
"""The layers below are the same text for every county: parsed once, not once per county (about 4 ms each)."""


async def shelf_of(session: AsyncSession, county_id: UUID) -> Shelf:
    """Every version of every layer that concerns the county. Any login may read it, in any scope of the county."""
    code = (
        await session.execute(select(CountyRow.code).where(CountyRow.county_id == county_id))
    ).scalar_one()
    below = await session.execute(
        select(PlatformRulebook.layer, PlatformRulebook.version, PlatformRulebook.text)
    )
    own = await session.execute(
        select(CountyRulebook.layer, CountyRulebook.version, CountyRulebook.text, CountyRulebook.place).where(
            CountyRulebook.county_id == county_id
        )
    )
    versions = [Version(row.version, _parsed(row.text, f"{row.layer} v{row.version}")) for row in below]
    versions += [Version(row.version, _parsed(row.text, f"{row.place} v{row.version}")) for row in own]
    return Shelf(versions, county=code)


@lru_cache(maxsize=TEXTS_KEPT)
def _parsed(text: str, name: str) -> Draft:
    return parse(text, name=name)
