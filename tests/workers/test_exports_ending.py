"""Exports that must not come to a file: the right to them ends, or they are cancelled, at whatever moment."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from domain.exports import commands
from domain.exports.models import Export
from domain.exports.rules import ExportEnded, RightsChanged, RightsEnded
from tenancy.ids import new_id
from tenancy.models import Account, AccountLink, Capacity, Session
from tests.workers.ledgers import (
    ENOUGH,
    asked,
    entry,
    left_over,
    pass_once,
    referred,
    state,
    whole_files,
    work_off,
)
from tests.workers.workshop import Workshop
from tests.worlds import NOW, HandSetClock, World
from workers.exports import EXPORTS
from workers.machinery import Machinery


async def _end_the_capacity(owner: AsyncEngine, county: World) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.county_id == county.county_id, Capacity.id == county["gao"].capacities["kunyang"])
            .values(until=NOW)
        )


async def _sign_out(owner: AsyncEngine, county: World) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Session).where(Session.account_id == county["gao"].account_id).values(revoked_at=NOW)
        )


async def _disable_the_account(owner: AsyncEngine, county: World) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Account).where(Account.id == county["gao"].account_id).values(disabled_at=NOW)
        )


async def _unlink_the_account(owner: AsyncEngine, county: World) -> None:
    """Signed in through a provider whose subject is linked no more."""
    link, gao = new_id(), county["gao"].account_id
    async with owner.begin() as connection:
        await connection.execute(
            insert(AccountLink).values(
                id=link, account_id=gao, issuer="test", subject=str(link), linked_at=NOW, unlinked_at=NOW
            )
        )
        await connection.execute(update(Session).where(Session.account_id == gao).values(link_id=link))


async def _change_the_roles(owner: AsyncEngine, county: World, roles: list[str]) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.county_id == county.county_id, Capacity.id == county["gao"].capacities["kunyang"])
            .values(roles=roles)
        )


async def _take_the_roles(owner: AsyncEngine, county: World) -> None:
    await _change_the_roles(owner, county, [])


ENDINGS = {
    "the capacity ends": (_end_the_capacity, RightsEnded),
    "the sign-in ends": (_sign_out, RightsEnded),
    "the account is disabled": (_disable_the_account, RightsEnded),
    "the account is unlinked": (_unlink_the_account, RightsEnded),
    "the roles are gone": (_take_the_roles, RightsChanged),
}


class TestARightThatEnds:
    @pytest.mark.parametrize("passes", [0, 1, 2])
    @pytest.mark.parametrize("ending", ENDINGS)
    async def test_stops_it_and_leaves_nothing(
        self,
        ending: str,
        passes: int,
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        machinery: Machinery,
    ) -> None:
        end, problem = ENDINGS[ending]
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        for _ in range(passes):
            await pass_once(machinery, county)
        await end(owner, county)
        await work_off(machinery, county)
        row = await entry(owner, export)
        assert (row.state, row.problem, row.sha256, row.rows_done) == (
            "failed",
            problem.code,
            None,
            3 * passes,
        )
        assert left_over(workshop.folder / "files") == []
        assert whole_files(workshop.folder / "files") == []

    async def test_is_also_one_that_is_replaced_by_another(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)
        await _change_the_roles(owner, county, ["coordinator"])
        await work_off(machinery, county)
        assert (await entry(owner, export)).problem == RightsChanged.code

    @pytest.mark.parametrize("ending", ENDINGS)
    async def test_stops_it_in_the_last_moment_too(
        self,
        ending: str,
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        machinery: Machinery,
    ) -> None:
        end, problem = ENDINGS[ending]
        await referred(owner, county, ENOUGH[:2])
        export = await asked(edge, county)
        (portion,) = [each for each in await EXPORTS.find(machinery) if each.county_id == county.county_id]
        *before, finish = EXPORTS.steps
        for step in before:
            await step(portion)
        await end(owner, county)
        await finish(portion)
        row = await entry(owner, export)
        assert (row.state, row.problem) == ("failed", problem.code)
        assert whole_files(workshop.folder / "files") == left_over(workshop.folder / "files") == []


class TestTheWayIn:
    """The machinery acts in the clerk's post through a recorded export that runs, and through nothing else."""

    async def taken(self, machinery: Machinery, county: World) -> Any:
        await pass_once(machinery, county)
        assert machinery.desk is not None
        (half,) = [
            each for each in machinery.desk.under_way.values() if each.taken.county_id == county.county_id
        ]
        return half.taken

    async def test_opens_the_very_post_of_whoever_asked(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        await asked(edge, county)
        taken = await self.taken(machinery, county)
        async with edge.reading(taken.acting) as behalf, edge.reading(county["gao"].credentials) as gao:
            assert behalf.actor == gao.actor

    @pytest.mark.parametrize("changed", [{"attempt": 2}, {"state": "cancelled"}, {"state": "done"}])
    async def test_is_shut_for_an_attempt_that_is_over(
        self, changed: dict[str, Any], owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        taken = await self.taken(machinery, county)
        ended = (
            {"held_until": None, "expires_at": NOW, "sha256": "0", "size": 1} if "state" in changed else {}
        )
        async with owner.begin() as connection:
            await connection.execute(update(Export).where(Export.id == export).values(**changed, **ended))
        with pytest.raises(Exception, match="UNAUTHENTICATED"):
            async with edge.reading(taken.acting):
                pass

    async def test_is_shut_for_the_workers_own_login(self, workshop: Workshop, county: World) -> None:
        worker = Edge(engines=workshop.engines, clock=HandSetClock())
        taken = commands.Taken(
            county_id=county.county_id,
            id=county.county_id,
            attempt=1,
            ledger="referrals",
            wanted=None,
            sort="newest",
            shown="",
            language="zh",
            started_at=NOW,
        )
        with pytest.raises(Exception, match="permission denied for function open_export"):
            async with worker.reading(taken.acting):
                pass


class TestCancelling:
    async def test_stops_one_that_runs_and_leaves_nothing(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)
        assert left_over(workshop.folder / "files") != []
        async with edge.writing(county["gao"].credentials) as work:
            await commands.cancel(work, export_id=export)
        await pass_once(machinery, county)
        assert machinery.desk is not None
        assert export not in machinery.desk.under_way
        assert left_over(workshop.folder / "files") == whole_files(workshop.folder / "files") == []
        assert await state(owner, export) == "cancelled"

    @pytest.mark.parametrize(
        "meanwhile",
        [{"state": "cancelled", "held_until": None, "expires_at": NOW}, {"attempt": 2, "held_until": NOW}],
        ids=["cancelled", "taken over"],
    )
    async def test_or_being_taken_over_between_two_steps_stops_it_at_the_next(
        self,
        meanwhile: dict[str, Any],
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        machinery: Machinery,
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        (portion,) = await EXPORTS.find(machinery)
        take, read, write, report, *_ = EXPORTS.steps
        for step in (take, read, write):
            await step(portion)
        async with owner.begin() as connection:
            await connection.execute(update(Export).where(Export.id == export).values(**meanwhile))
        await report(portion)
        assert portion.done
        assert not portion.more
        assert left_over(workshop.folder / "files") == []
        row = await entry(owner, export)
        assert (row.rows_done, row.held_until) == (0, meanwhile["held_until"])

    async def test_of_one_that_waits_lets_nobody_begin(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        export = await asked(edge, county)
        async with edge.writing(county["gao"].credentials) as work:
            await commands.cancel(work, export_id=export)
        await work_off(machinery, county)
        row = await entry(owner, export)
        assert (row.state, row.attempt) == ("cancelled", 0)

    async def test_and_finishing_at_once_leave_one_of_the_two(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH[:2])
        export = await asked(edge, county)
        (portion,) = [each for each in await EXPORTS.find(machinery) if each.county_id == county.county_id]
        *before, finish = EXPORTS.steps
        for step in before:
            await step(portion)

        async def cancel() -> str:
            try:
                async with edge.writing(county["gao"].credentials) as work:
                    await commands.cancel(work, export_id=export)
            except ExportEnded:
                return "done"
            return "cancelled"

        _, said = await asyncio.gather(finish(portion), cancel())
        assert await state(owner, export) == said
        assert len(whole_files(workshop.folder / "files")) == (said == "done")
