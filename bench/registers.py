"""The first pages of long registers: 1 000 000 referrals of 500 tenants, by each filter, each beside its floor.

From the request's bytes to the answer's, in one process; the floor is the same statements, sent again by asyncpg alone.
"""

import time
from typing import Any

from sqlalchemy.ext.asyncio import create_async_engine

from api.identifiers import global_id
from bench.measures import Row, first_page
from bench.register_world import seed
from bench.run import Run
from ops.addresses import for_sqlalchemy
from ops.roles import RoleUrls
from tests.servers import TestServers

PAGE = """
query Register($box: ReferralBox!, $filter: ReferralFilter, $sort: ReferralSort!) {
  referrals(box: $box, filter: $filter, sort: $sort, first: 20) {
    edges { node { id state letterNumber party place foundOn sentAt sender { id name } receiver { id name } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

COUNTS = """
query Desk($box: ReferralBox!, $filter: ReferralFilter) {
  referralCounts(box: $box, filter: $filter) { byState { state count } byDeadline { side overdue dueToday } }
}
"""

ROUNDS = 25

TOWN = ("gao", "kunyang", "RECEIVED")
DEPARTMENT = ("lin", "transport", "SENT")
COUNTY = ("wu", "coordination", "OVERSEEN")
WEEK = {"since": "2025-05-05", "until": "2025-05-11"}


async def measured(servers: TestServers, urls: RoleUrls, database_url: str) -> list[Row]:
    """Seed, then read: what a town has received, a department has sent, the county oversees."""
    owner = create_async_engine(for_sqlalchemy(urls.owner))
    began = time.perf_counter()
    world = await seed(owner, urls.owner)
    rows = [Row("seeding the registers", time.perf_counter() - began, None, "s", None, "", None)]
    await owner.dispose()
    run = await Run.over(database_url, home=servers.home, world=world)
    transport = global_id("Organisation", world.bodies["transport"])
    asked: list[tuple[str, tuple[str, str, str], dict[str, Any], str]] = [
        ("all, newest first", TOWN, {}, "NEWEST"),
        ("all, soonest due first", TOWN, {}, "DUE"),
        ("open", TOWN, {"open": True}, "NEWEST"),
        ("in a state", TOWN, {"states": ["RETURNED"]}, "NEWEST"),
        ("from one body", TOWN, {"senders": [transport]}, "NEWEST"),
        ("about one item", TOWN, {"itemCodes": ["330217150"]}, "NEWEST"),
        ("sent in one week", DEPARTMENT, {"sentAt": WEEK}, "NEWEST"),
        ("overdue here", TOWN, {"overdue": ["OWED"]}, "NEWEST"),
        ("overdue there", DEPARTMENT, {"overdue": ["AWAITED"]}, "NEWEST"),
        ("a word that many have, 运输", TOWN, {"text": "运输"}, "NEWEST"),
        ("a name that few have, 永顺兴", TOWN, {"text": "永顺兴"}, "NEWEST"),
        ("a word that nobody has, 桂林米粉", TOWN, {"text": "桂林米粉"}, "NEWEST"),
        ("one character, 瑞", TOWN, {"text": "瑞"}, "NEWEST"),
        ("two words, 渣土 码头", DEPARTMENT, {"text": "渣土 码头"}, "NEWEST"),
        ("all", COUNTY, {}, "NEWEST"),
        ("overdue", COUNTY, {"overdue": ["OVERSEEN"]}, "NEWEST"),
        ("a word that many have, 运输", COUNTY, {"text": "运输"}, "NEWEST"),
        ("a name that few have, 永顺兴", COUNTY, {"text": "永顺兴"}, "NEWEST"),
        ("one character, 瑞", COUNTY, {"text": "瑞"}, "NEWEST"),
        ("two words, 渣土 码头", COUNTY, {"text": "渣土 码头"}, "NEWEST"),
    ]
    for what, who, by, sort in asked:
        rows.append(await _page(run, f"{who[2].lower()}: {what}", who, PAGE, {"filter": by, "sort": sort}))
    rows.append(await _page(run, "received: a desk's counts", TOWN, COUNTS, {"filter": {}}))
    await run.close()
    return rows


async def _page(run: Run, what: str, who: tuple[str, str, str], query: str, variables: dict[str, Any]) -> Row:
    *somebody, box = who
    return await first_page(
        run, what, (somebody[0], somebody[1]), query, {"box": box, **variables}, rounds=ROUNDS
    )
