"""Exports and several workers: side by side, one after another died, one that was taken for dead and comes back."""

import signal
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from domain.exports.models import Export
from tests.workers.ledgers import (
    ENOUGH,
    NEWEST_FIRST,
    asked,
    entry,
    left_over,
    lines,
    parties,
    pass_once,
    referred,
    state,
    whole_files,
    work_off,
)
from tests.workers.matters import settled
from tests.workers.workshop import HURRIED, Processes, Workshop, eventually
from tests.worlds import NOW, World
from workers.exports import EXPORTS
from workers.machinery import Machinery


class TestSeveralWorkers:
    async def test_never_make_the_same_one_twice(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge
    ) -> None:
        await referred(owner, county, ENOUGH)
        exports = [await asked(edge, county, who) for who in ("gao", "xu", "chen") for _ in range(2)]
        async with AsyncExitStack() as workers:
            for _ in range(3):
                await workers.enter_async_context(workshop.worker(desk=workshop.desk(rows_at_a_time=2)))

            async def all_done() -> bool:
                """all are done"""
                return [await state(owner, each) for each in exports] == ["done"] * 6

            await eventually(all_done)
        for export in exports:
            row = await entry(owner, export)
            assert (row.attempt, row.rows_done) == (1, 7)
            assert parties(workshop.store.path(export)) == NEWEST_FIRST
        assert await lines(owner, county, "export.finished") == 6

    async def test_one_that_was_taken_for_dead_keeps_nothing(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)
        async with owner.begin() as connection:
            await connection.execute(
                update(Export).where(Export.id == export).values(held_until=NOW - timedelta(days=1))
            )
        successor = replace(machinery, desk=workshop.desk(rows_at_a_time=2))
        await pass_once(successor, county)
        await pass_once(machinery, county)
        assert machinery.desk is not None
        assert machinery.desk.under_way == {}
        await work_off(successor, county)
        row = await entry(owner, export)
        assert (row.state, row.attempt, row.rows_done) == ("done", 2, 7)
        assert parties(workshop.store.path(export)) == NEWEST_FIRST
        assert await lines(owner, county, "export.finished") == 1


ONCE = {"exports.close", "exports.finish"}
"""The places that an export passes only once; the others it passes with every portion."""

DEATHS = [(place, visit) for place in EXPORTS.places for visit in ((1,) if place in ONCE else (1, 2))]


class TestADeath:
    @pytest.mark.parametrize(("place", "visit"), DEATHS)
    async def test_leaves_one_whole_file_and_one_line(
        self,
        place: str,
        visit: int,
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        processes: Processes,
    ) -> None:
        workshop = replace(workshop, pace=HURRIED)
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        died = await processes.start(workshop.order(dies_at=place, visit=visit, rows_at_a_time=3))
        assert await processes.ended(died) == -signal.SIGKILL

        async def done() -> bool:
            """the export is done"""
            return await state(owner, export) == "done"

        async with workshop.worker():
            await eventually(done)
            await eventually(lambda: settled(owner, county))
        row = await entry(owner, export)
        path = workshop.store.path(export)
        assert parties(path) == NEWEST_FIRST
        assert (row.rows_done, row.rows_total, row.size) == (7, 7, path.stat().st_size)
        assert whole_files(workshop.folder / "files") == [path]
        assert left_over(workshop.folder / "files") == []
        assert await lines(owner, county, "export.finished") == 1

    async def test_that_comes_again_and_again_is_given_up(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        for _ in range(5):
            fresh = replace(machinery, desk=workshop.desk(rows_at_a_time=3))
            await pass_once(fresh, county)
            async with owner.begin() as connection:
                await connection.execute(
                    update(Export).where(Export.id == export).values(held_until=NOW - timedelta(days=1))
                )
        await work_off(replace(machinery, desk=workshop.desk()), county)
        row = await entry(owner, export)
        assert (row.state, row.problem, row.attempt) == ("failed", "EXPORT_GIVEN_UP", 5)
