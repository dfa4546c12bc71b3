"""A worker may die anywhere: at every place between two steps one is killed, another takes over, and nothing is missing
or there twice."""

import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.outbox.models import Announcement
from tenancy.ids import new_id
from tenancy.models import RememberedMutation, Session
from tests.workers.ledgers import asked, entry
from tests.workers.matters import (
    of,
    owe,
    owe_stale,
    sealed_twice,
    settled,
    trail_is_sound_and_vouched_for,
    what_became,
)
from tests.workers.workshop import HURRIED, Processes, Workshop, eventually
from tests.worlds import NOW, World
from workers import main
from workers.reconciler import Steps

PLACES = [place for steps in main.EVERYTHING for place in steps.places]

DEADLINES = 3
STALE = 2


class TestPlaces:
    def test_lie_before_the_first_and_behind_every_step_of_everything_that_has_steps(self) -> None:
        for steps in main.EVERYTHING:
            behind = [f"{steps.name}.{step.__name__}" for step in steps.steps]
            assert steps.places[0] == f"{steps.name}.begun"
            assert list(steps.places)[-len(behind) :] == behind

    def test_are_all_there_is_in_the_workers(self) -> None:
        """Whoever adds steps to a file of `workers/` adds them to `main.RECONCILERS` or `main.EVERYTHING` too."""
        declared = {
            name
            for file in Path(main.__file__).parent.glob("*.py")
            for name, value in vars(__import__(f"workers.{file.stem}", fromlist=["*"])).items()
            if isinstance(value, Steps) and any(value is steps for steps in main.EVERYTHING)
        }
        stray = {
            f"{file.stem}.{name}"
            for file in Path(main.__file__).parent.glob("*.py")
            for name, value in vars(__import__(f"workers.{file.stem}", fromlist=["*"])).items()
            if isinstance(value, Steps) and all(value is not steps for steps in main.EVERYTHING)
        }
        assert declared
        assert not stray

    async def test_are_passed_by_a_worker_that_lives(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await owe(owner, county)
        await owe_stale(owner, county)
        await asked(workshop.desk().edge, county)
        passed: list[str] = []

        async def reached(place: str) -> None:
            passed.append(place)

        async def all_passed() -> bool:
            """every place is passed"""
            return set(PLACES) <= set(passed)

        async with workshop.worker(reached=reached):
            await eventually(all_passed)
        assert set(passed) == set(PLACES)


class TestADeath:
    @pytest.mark.parametrize("place", PLACES)
    async def test_costs_nothing_and_doubles_nothing(
        self, place: str, workshop: Workshop, owner: AsyncEngine, county: World, processes: Processes
    ) -> None:
        workshop = replace(workshop, pace=HURRIED)
        await owe(owner, county, DEADLINES)
        await owe_stale(owner, county, STALE)
        export = await asked(workshop.desk().edge, county)
        await _leave_something_to_sweep(owner, county)

        died = await processes.start(workshop.order(dies_at=place))
        assert await processes.ended(died) == -signal.SIGKILL

        async def done() -> bool:
            """everything is done, exported, swept and vouched for"""
            return (
                (await entry(owner, export)).state == "done"
                and await settled(owner, county)
                and await _is_swept(owner, county)
                and await trail_is_sound_and_vouched_for(owner, county, workshop.checkpoints)
            )

        async with workshop.worker():
            await eventually(done)
        assert await what_became(owner, county) == of(DEADLINES, recounted=STALE, exports=1)
        assert not await sealed_twice(owner, county)


async def _leave_something_to_sweep(owner: AsyncEngine, county: World) -> None:
    long_ago = NOW - timedelta(days=30)
    zhou = county["zhou"]
    async with owner.begin() as connection:
        await connection.execute(
            insert(RememberedMutation).values(
                county_id=county.county_id,
                capacity_id=zhou.capacities["transport"],
                mutation="referralAccept",
                key="1",
                owner_id=county.bodies["transport"],
                input_digest=b"",
                outcome={},
                remembered_at=long_ago,
            )
        )
        await connection.execute(
            insert(Announcement).values(
                id=new_id(),
                county_id=county.county_id,
                kind="referral.sent",
                subject_kind="referral",
                subject_id=new_id(),
                audience=[],
                facts={},
                announced_at=long_ago,
                next_attempt_at=long_ago,
                attempts=1,
                handled_at=long_ago,
                dead_at=None,
                last_error=None,
            )
        )
        await connection.execute(
            insert(Session).values(
                id=new_id(),
                token_hash=new_id().bytes,
                account_id=zhou.account_id,
                issued_at=long_ago,
                expires_at=long_ago - timedelta(microseconds=1),
            )
        )


async def _is_swept(owner: AsyncEngine, county: World) -> bool:
    async with owner.connect() as connection:
        left = await connection.scalar(
            select(func.count())
            .select_from(RememberedMutation)
            .where(RememberedMutation.county_id == county.county_id)
        )
        old = await connection.scalar(
            select(func.count())
            .select_from(Announcement)
            .where(Announcement.county_id == county.county_id, Announcement.subject_kind == "referral")
            .where(Announcement.announced_at < NOW - timedelta(days=1))
        )
        ended = await connection.scalar(
            select(func.count())
            .select_from(Session)
            .where(Session.account_id == county["zhou"].account_id, Session.expires_at < NOW)
        )
    return (left, old, ended) == (0, 0, 0)
