"""The three views of seconded staff in a county of 200 000 people, a person's inbox, and a rulebook that changes.

From the request's bytes to the answer's, in one process; the floor is the same statements, sent again by asyncpg alone.
"""

import time
from typing import Any

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import create_async_engine

from bench.measures import Row, answered, first_page, timed
from bench.run import Run
from bench.staff_world import seed
from domain.rulebooks.models import CountyRulebook
from ops.addresses import for_sqlalchemy
from ops.roles import RoleUrls
from tenancy.ids import new_id
from tenancy.models import CountyRow
from tests.servers import TestServers

VIEW = """
query View($side: SecondmentSide!, $filter: SecondmentFilter, $sort: SecondmentSort!) {
  secondments(side: $side, filter: $filter, sort: $sort, first: 20) {
    edges { node {
      id mode post orderNumber since until workload
      person { id name staffEntry { rank } } home { id name } homeUnit { id name } host { id name }
      certificate { state validUntil daysLeft }
    } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

INBOX = """
query Inbox {
  inbox(first: 20) { edges { node { id kind at message capacity { id organisationName } } } pageInfo { hasNextPage } }
  inboxCounts { unread inHand capacity { id } }
}
"""

ROUNDS = 50
CHANGES = 5

DEPARTMENT = ("lin", "transport", "HOME")
TOWN = ("gao", "kunyang", "HOST")
COUNTY = ("wu", "coordination", "OVERSEEN")

TODAY = "2026-03-10"
IN_THREE_MONTHS = {"since": TODAY, "until": "2026-06-10"}


async def measured(servers: TestServers, urls: RoleUrls, database_url: str, *, people: int) -> list[Row]:
    """Seed, then read: a department, a township, the county; a person's inbox; and what a new rulebook costs."""
    owner = create_async_engine(for_sqlalchemy(urls.owner))
    began = time.perf_counter()
    world = await seed(owner, urls.owner, people=people)
    rows = [
        Row(f"seeding a county of {people} people", time.perf_counter() - began, None, "s", None, "", None)
    ]
    await owner.dispose()
    run = await Run.over(database_url, home=servers.home, world=world)
    for who, body, side in (DEPARTMENT, TOWN, COUNTY):
        for what, by, sort in (
            ("newest first", {}, "NEWEST"),
            ("by name", {}, "NAME"),
            ("by the first day", {}, "SINCE"),
            ("by the last day", {}, "UNTIL"),
            ("in force today, by name", {"inForceOn": TODAY}, "NAME"),
            ("stationed", {"modes": ["STATIONED"]}, "NEWEST"),
            ("certificates that run out in three months", {"certificateUntil": IN_THREE_MONTHS}, "NEWEST"),
            ("a common character in the name, 晓", {"person": "晓"}, "NEWEST"),
            ("two characters that few have, 覃鑫", {"person": "覃鑫"}, "NEWEST"),
            ("a name that nobody has", {"person": "司马相如"}, "NEWEST"),
        ):
            page = await first_page(
                run,
                f"{side.lower()}: {what}",
                (who, body),
                VIEW,
                {"side": side, "filter": by, "sort": sort},
                rounds=ROUNDS,
            )
            rows.append(page)
    rows.append(await first_page(run, "inbox of two posts", ("zhou", "transport"), INBOX, {}, rounds=ROUNDS))
    rows.append(await _a_new_rulebook(run))
    await run.close()
    return rows


async def _a_new_rulebook(run: Run) -> Row:
    """The first request after a rulebook was loaded, which is right by it, beside the same request without one.

    Every other version takes the right to the register from the host and gives it back: the answer shows it.
    """
    app = run.app()
    variables = {"side": "HOST", "filter": {}, "sort": "NAME"}
    body = orjson.dumps({"query": VIEW, "variables": variables})

    async def page() -> int:
        answer = orjson.loads(await answered(app, body, token=run.world["gao"].token, acting_as="kunyang"))
        return len(answer["data"]["secondments"]["edges"])

    async with run.owner.connect() as connection:
        kept = (
            (
                await connection.execute(
                    select(CountyRulebook.__table__).where(CountyRulebook.county_id == run.world.county_id)
                )
            )
            .mappings()
            .one()
        )
    assert 'read = "both"' in kept["text"]
    without = kept["text"].replace('[powers.register]\nread = "both"', '[powers.register]\nread = "home"')
    assert without != kept["text"]
    shown = await page()
    assert shown
    changed, same = [], []
    for version in range(2, 2 + 2 * CHANGES):
        same.append(await timed(page))
        text = without if version % 2 == 0 else kept["text"]
        await _load(run, dict(kept) | {"id": new_id(), "version": version, "text": text})
        changed.append(await timed(page))
        assert await page() == (0 if version % 2 == 0 else shown)
    ours, bare = min(changed), min(same)
    return Row(
        "the first request after a rulebook changed, which is right by it",
        ours * 1000,
        bare * 1000,
        "ms",
        ours / bare,
        "",
        None,
        "floor: the same request without a change",
    )


async def _load(run: Run, row: dict[str, Any]) -> None:
    async with run.owner.begin() as connection:
        await connection.execute(insert(CountyRulebook).values(row))
        await connection.execute(
            update(CountyRow)
            .where(CountyRow.county_id == run.world.county_id)
            .values(rulebook_version=CountyRow.rulebook_version + 1)
        )
