"""Lines are sealed soon, once, and into one chain for each county, however many sealers there are."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.audit.commands import hold_the_chain, record
from domain.audit.models import AuditSealedLine, AuditUnsealed
from domain.audit.queries import verify
from domain.audit.rules import Checkpoint
from domain.edge import errand
from domain.outbox.models import Beat
from tenancy.ids import new_id
from tests.workers.matters import sealed_twice, trail_is_sound_and_vouched_for
from tests.workers.workshop import Processes, Workshop, eventually
from tests.worlds import NOW, HandSetClock, World
from workers.jobs import Jobs
from workers.machinery import Machinery
from workers.reconciler import Loop
from workers.sealer import SEALER


async def act(owner: AsyncEngine, county: World, lines: int = 1) -> None:
    """Leave lines, in one transaction."""
    async with errand(owner, county_id=county.county_id, now=NOW) as opened:
        for number in range(lines):
            await record(
                opened,
                action="referral.sent",
                subject_kind="referral",
                subject_id=new_id(),
                content={"number": number, "当事人": "某公司"},
            )


async def unsealed(owner: AsyncEngine, county: World) -> int:
    async with owner.connect() as connection:
        return (
            await connection.scalar(
                select(func.count())
                .select_from(AuditUnsealed)
                .where(AuditUnsealed.county_id == county.county_id)
            )
        ) or 0


async def all_sealed(owner: AsyncEngine, county: World) -> bool:
    """no line waits for a seal"""
    return await unsealed(owner, county) == 0


async def sealed(owner: AsyncEngine, county: World) -> int:
    async with owner.connect() as connection:
        return (
            await connection.scalar(
                select(func.count())
                .select_from(AuditSealedLine)
                .where(AuditSealedLine.county_id == county.county_id)
            )
        ) or 0


class TestSealing:
    async def test_makes_one_chain_of_what_many_act_and_several_seal(
        self, workshop: Workshop, owner: AsyncEngine, county: World, processes: Processes
    ) -> None:
        workers = [await processes.start(workshop.order()) for _ in range(2)]
        async with workshop.worker():

            async def acting() -> None:
                for lines in (1, 2, 3, 4, 5):
                    await act(owner, county, lines)

            await asyncio.gather(*(acting() for _ in range(4)))
            await eventually(lambda: all_sealed(owner, county))
        for worker in workers:
            await processes.stop(worker)
        assert await sealed(owner, county) == 60
        assert not await sealed_twice(owner, county)
        report = await verify(owner, county_id=county.county_id, checkpoints=(), key=None, now=NOW)
        assert report.is_sound, report.sentences("en")
        assert report.lines == 60

    async def test_passes_a_chain_by_that_another_sealer_holds(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await act(owner, county)
        machinery = Machinery(
            engines=workshop.engines,
            clock=HandSetClock(),
            jobs=Jobs(workshop.redis_url, queue=workshop.queue),
        )
        sealer = Loop(SEALER, machinery, asyncio.Event())
        async with errand(owner, county_id=county.county_id, now=NOW) as another:
            assert await hold_the_chain(another)
            await sealer.pass_once()
            assert await unsealed(owner, county) == 1
        await sealer.pass_once()
        assert await unsealed(owner, county) == 0

    async def test_takes_up_only_what_was_committed(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        async with workshop.worker():
            async with errand(owner, county_id=county.county_id, now=NOW) as slow:
                await record(
                    slow,
                    action="referral.drafted",
                    subject_kind="referral",
                    subject_id=new_id(),
                    content={},
                )
                await act(owner, county)
                await eventually(lambda: all_sealed(owner, county))
                assert await sealed(owner, county) == 1
            await eventually(lambda: all_sealed(owner, county))
        assert await sealed(owner, county) == 2

    async def test_is_told_of_by_a_beat_with_the_age_of_what_waits(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        async def beaten() -> bool:
            """the sealer beats, and nothing waits"""
            async with owner.connect() as connection:
                beat = (
                    await connection.execute(select(Beat.waiting_since).where(Beat.reconciler == "sealer"))
                ).one_or_none()
            return beat is not None and beat.waiting_since is None

        await act(owner, county)
        async with workshop.worker():
            await eventually(beaten)


class TestCheckpoints:
    async def test_vouch_for_the_end_of_the_chain_and_are_readable_by_whoever_has_the_public_key(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        async with workshop.worker():
            for _ in range(2):
                await act(owner, county)
                await eventually(lambda: all_sealed(owner, county))
                await eventually(lambda: trail_is_sound_and_vouched_for(owner, county, workshop.checkpoints))
        kept, unreadable = workshop.checkpoints.read(county.county_id)
        assert [checkpoint.number for checkpoint in kept] == [1, 2]
        assert unreadable == []

    async def test_are_left_out_where_there_is_no_folder_for_them(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await act(owner, county)
        async with workshop.worker(checkpoints=None):
            await eventually(lambda: all_sealed(owner, county))
        assert not workshop.folder.joinpath("kept").exists()


class TestTheFolder:
    def test_keeps_the_private_key_from_everybody_else(self, workshop: Workshop) -> None:
        folder = workshop.checkpoints
        assert folder.key.public_key() == workshop.checkpoints.key.public_key()
        assert folder.key_file.stat().st_mode & 0o777 == 0o600
        assert b"PRIVATE" not in folder.folder.joinpath("public-key.pem").read_bytes()

    def test_keeps_the_key_that_was_there_first(self, workshop: Workshop) -> None:
        first = workshop.checkpoints.key.public_key()
        late = workshop.checkpoints
        late._make_the_key_unless_there()
        assert late.key.public_key() == first
        assert list(workshop.folder.glob("key.pem.*")) == []

    @pytest.mark.parametrize("torn", [b'{"county":"', b'{"county":"x"}'])
    def test_takes_off_what_a_dying_machine_left_unfinished(self, workshop: Workshop, torn: bytes) -> None:
        folder, county = workshop.checkpoints, new_id()
        first, second = (self._checkpoint(workshop, county, number) for number in (1, 2))
        folder.append(first)
        with folder._file(county).open("ab") as file:
            file.write(torn)
        folder.append(second)
        assert folder.read(county) == ([first, second], [])

    def test_says_which_lines_are_no_checkpoints(self, workshop: Workshop) -> None:
        folder, county = workshop.checkpoints, new_id()
        folder.append(self._checkpoint(workshop, county, 1))
        with folder._file(county).open("a") as file:
            file.write("scribble\n")
        kept, unreadable = folder.read(county)
        assert ([each.number for each in kept], unreadable) == ([1], ["scribble"])

    def test_asks_for_a_checkpoint_after_so_many_seals_or_so_much_time(self, workshop: Workshop) -> None:
        folder = replace(workshop.checkpoints, every_seals=10, every=timedelta(minutes=5))
        county = new_id()

        def is_due(number: int, after: timedelta) -> bool:
            return folder.is_due(county, number=number, wall=NOW + after)

        assert is_due(1, timedelta())
        folder.append(self._checkpoint(workshop, county, 1))
        assert not is_due(1, timedelta(days=1))
        assert not is_due(10, timedelta(minutes=4))
        assert is_due(11, timedelta(minutes=4))
        assert is_due(2, timedelta(minutes=5))

    @staticmethod
    def _checkpoint(workshop: Workshop, county: UUID, number: int) -> Checkpoint:
        return workshop.checkpoints.sign(county_id=county, number=number, digest=b"\1" * 32, wall=NOW)
