"""Whether everybody of a county is found by every ending of the name, judged by PostgreSQL and not by the platform.

For names as they are written here: Chinese, ASCII, blanks and the middle dot.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

ASTRAY = text("""
with expected as (
    select distinct p.id as person_id, substr(plain, start, 100) collate "C" as ending
    from persons p, translate(lower(normalize(p.name, NFKC)), ' ·', '') plain, generate_series(1, length(plain)) start
    where p.county_id = :county_id
), kept as (
    select person_id, ending from person_name_endings where county_id = :county_id
)
select count(e.ending) as expected, count(*) filter (where e.ending is null or k.ending is null) as astray
from expected e full join kept k using (person_id, ending)
""")


async def endings_astray(owner: AsyncEngine, county_id: UUID) -> int:
    """How many endings of names are missing, or kept without being one."""
    async with owner.connect() as connection:
        found = (await connection.execute(ASTRAY, {"county_id": county_id})).one()
    assert found.expected > 0
    return int(found.astray)
