"""Reading rulebooks: every version that concerns one county, as an immutable shelf.

The edge asks once per rulebook version of the county and keeps the answer; nobody else reads these tables.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.rulebooks.models import CountyRulebook, PlatformRulebook
from domain.rulebooks.rules import Shelf, Version, parse
from tenancy.models import CountyRow


async def shelf_of(session: AsyncSession, county_id: UUID) -> Shelf:
    """All layers and versions of the county, parsed again from the texts that were loaded."""
    code = await session.scalar(select(CountyRow.code).where(CountyRow.county_id == county_id))
    if code is None:
        raise LookupError(f"no county {county_id}")
    loaded = [
        *(
            await session.execute(
                select(PlatformRulebook.text, PlatformRulebook.version, PlatformRulebook.layer)
            )
        ),
        *(
            await session.execute(
                select(CountyRulebook.text, CountyRulebook.version, CountyRulebook.place).where(
                    CountyRulebook.county_id == county_id
                )
            )
        ),
    ]
    return Shelf(
        [Version(version, parse(text, name=f"{where} {version}")) for text, version, where in loaded],
        county=code,
    )
