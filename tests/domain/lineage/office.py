"""The administrator's office in the tests: changes are read from a file and recorded, as the command does it."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from domain.lineage.commands import record
from domain.lineage.intake import read_change
from tests.worlds import NOW

APRIL = date(2026, 4, 1)
"""The day on which what is changed here takes effect, unless a test says another; the tests begin on 10 March."""

HEAD = """
county = "{county}"
since = {since}
document = "平阳县机构改革方案"
number = "平委发〔2026〕8号"
"""

RENAMED = 'change = "rename"\nfrom = ["transport"]\nname = "县交通运输发展局"\nshort_name = "平运发"\n'
MERGED = 'change = "merge"\nfrom = ["transport", "agriculture"]\nto = ["agriculture"]\n'
FOUNDED = """
change = "merge"
from = ["transport", "agriculture"]
to = ["joint"]
[[new]]
code = "joint"
name = "县交通农业局"
short_name = "平交农"
kind = "department"
"""
SPLIT = """
change = "split"
from = ["transport"]
to = ["roads", "water"]
heir = "roads"
[[new]]
code = "roads"
name = "县公路局"
short_name = "平公路"
kind = "department"
[[new]]
code = "water"
name = "县航运局"
short_name = "平航运"
kind = "department"
"""


async def on_record(owner_engine, world, change, *, since=APRIL, now=NOW):
    """Record a change in the county."""
    text = HEAD.format(county=world.code, since=since) + change
    async with AsyncSession(owner_engine, expire_on_commit=False) as session, session.begin():
        return await record(session, read_change(text.encode(), name="change.toml"), now=now)
