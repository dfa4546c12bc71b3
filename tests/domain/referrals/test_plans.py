"""Every filter of the register goes through indexes, under row security, in the plans of prepared statements.

Twenty thousand referrals of four counties, ten tenants each, are enough for PostgreSQL to prefer an index wherever one serves. What is
explained is what the platform sent, word for word, by the app's login in the actor's scope: as PostgreSQL plans it for
these values, and as it plans it for any.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from domain.deadlines.queries import SIDES
from domain.edge import Edge
from domain.filters import FEW, Days
from domain.referrals import queries
from domain.referrals.by_due import page_by_due
from domain.referrals.filters import Filter, Wanted
from domain.spans import Span
from domain.work import Work
from tenancy.transactions import Engines
from tests import plans
from tests.databases import migrated
from tests.plans import planned
from tests.registers import FILLED, fill, settle
from tests.worlds import HandSetClock, World, a_county

BOXES = {"sent": "lin", "received": "gao", "overseen": "wu"}
WEEK = Days(since=date(2025, 5, 5), until=date(2025, 5, 11))


@dataclass(frozen=True)
class Ground:
    """A full county, and the platform over it."""

    world: World
    engines: Engines
    edge: Edge


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(fresh_database, servers) -> AsyncIterator[Ground]:
    database = await migrated(fresh_database, servers, label="plans")
    owner = create_async_engine(database.owner)
    worlds = [await a_county(owner) for _ in range(4)]
    await owner.dispose()
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", "", 1))
    for number, each in enumerate(worlds):
        await fill(connection, each, tenants=10, referrals=5_000, prefix=f"0198{number:04x}-0000")
    # As in life, where the counties' rows come in between each other's.
    await connection.execute("create table shuffled as select * from referrals order by md5(id::text)")
    await connection.execute("delete from referrals")
    await connection.execute("insert into referrals select * from shuffled")
    await connection.execute("drop table shuffled")
    await settle(connection)
    await connection.close()
    engines = Engines.of(database.app, pool_size=2)
    yield Ground(worlds[0], engines, Edge(engines=engines, clock=HandSetClock()))
    await engines.dispose()


def filters(world: World) -> Iterator[tuple[str, Filter]]:
    """One of each kind, some with several values."""
    other = frozenset({world.bodies["aojiang"]})
    yield "nothing", Filter()
    yield "open", Filter(open=True)
    yield "ended", Filter(open=False)
    yield "state", Filter(states=frozenset({"taken_in"}))
    yield "states", Filter(states=frozenset({"returned", "withdrawn"}))
    yield "sender", Filter(senders=other)
    yield "receivers", Filter(receivers=other | {world.bodies["shuitou"]})
    yield "item", Filter(item_codes=frozenset({"330217150"}))
    yield "found", Filter(found_on=WEEK)
    yield "sent", Filter(sent_at=WEEK)
    yield "taken in", Filter(taken_in_at=WEEK)
    for side in SIDES:
        yield f"overdue {side}", Filter(overdue=frozenset({side}))
    yield "overdue", Filter(overdue=frozenset({"owed", "awaited"}))
    yield "due today", Filter(due_today=frozenset({"owed", "awaited"}))
    yield "a common word", Filter(text="运输")
    yield "a rare word", Filter(text="永顺兴")
    yield "a word of nobody", Filter(text="桂林米粉")
    yield "a character", Filter(text="瑞")
    yield "words", Filter(text="渣土车队 码头")
    yield "a word that is open", Filter(text="砂石场", open=True)


NAMES = [name for name, _ in filters(World(None, "", dict.fromkeys(("aojiang", "shuitou"), 1), {}, {}))]


def watched(ground: Ground, who: str) -> AbstractAsyncContextManager[tuple[Work, list[tuple[str, Any]]]]:
    """Somebody's snapshot, and what is sent in it."""
    return plans.watched(ground.edge, ground.engines, ground.world[who].credentials)


async def read_whole(work: Work, statement: str, parameters: Any, *, mode: str) -> set[str]:
    """The tables that this statement reads from end to end."""
    return {
        node["Relation Name"]
        for node in await planned(work, statement, parameters, mode=mode)
        if node["Node Type"].endswith("Seq Scan") and node.get("Relation Name") in FILLED
    }


@pytest.fixture(params=[FEW, 20], ids=["few", "too many"], autouse=True)
def look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either a look at the grams gives all candidates, or there are too many of them."""
    monkeypatch.setattr("domain.filters.FEW", request.param)


class TestEveryFilter:
    @pytest.mark.parametrize("mode", ["custom", "generic"])
    @pytest.mark.parametrize("box", BOXES)
    @pytest.mark.parametrize("name", NAMES)
    async def test_reads_a_page_by_index(self, ground, name, box, mode) -> None:
        wanted = Wanted(box=box, filter=dict(filters(ground.world))[name])
        async with watched(ground, BOXES[box]) as (work, sent):
            for age in ("newest", "oldest"):
                await queries.page(work, wanted=wanted, age=age, span=Span(most=20))
            for statement, parameters in tuple(sent):
                assert await read_whole(work, statement, parameters, mode=mode) == set(), statement

    @pytest.mark.parametrize("mode", ["custom", "generic"])
    @pytest.mark.parametrize("box", ["sent", "received"])
    @pytest.mark.parametrize("name", NAMES)
    async def test_counts_and_orders_by_index(self, ground, name, box, mode) -> None:
        """Of a body's own; whoever counts a whole county, which here is all there is, may as well read it whole."""
        wanted = Wanted(box=box, filter=dict(filters(ground.world))[name])
        async with watched(ground, BOXES[box]) as (work, sent):
            await queries.count(work, wanted=wanted)
            await queries.count_by_state(work, wanted=wanted)
            await queries.count_overdue(work, wanted=wanted, side="owed")
            await queries.count_due_today(work, wanted=wanted, side="awaited")
            await page_by_due(work, wanted=wanted, span=Span(most=20))
            assert len(sent) >= 5
            for statement, parameters in tuple(sent):
                assert await read_whole(work, statement, parameters, mode=mode) == set(), statement


class TestABox:
    @pytest.mark.parametrize("mode", ["custom", "generic"])
    @pytest.mark.parametrize("box", BOXES)
    @pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
    async def test_is_read_in_order_and_not_sorted(self, ground, box, mode, backward) -> None:
        async with watched(ground, BOXES[box]) as (work, sent):
            span = Span(most=20, backward=backward)
            await queries.page(work, wanted=Wanted(box=box), age="newest", span=span)
            kinds = [node["Node Type"] for node in await planned(work, *sent[0], mode=mode)]
            assert "Sort" not in kinds, kinds


class TestTheProof:
    async def test_notices_a_table_that_is_read_whole(self, ground) -> None:
        async with watched(ground, "lin") as (work, sent):
            await queries.page(work, wanted=Wanted(box="sent"), age="newest", span=Span(most=20))
            for method in ("indexscan", "indexonlyscan", "bitmapscan"):
                await work.session.execute(text(f"set local enable_{method} = off"))
            assert await read_whole(work, *sent[0], mode="custom") == {"referrals"}
