"""Whoever may write everything still cannot change the trail unseen: each way of tampering is tried, by the owner.

Lin sends three referrals, two lines each, and the sealer seals after each. Then somebody with the keys to the database
goes to work on it.
"""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.audit import commands
from domain.audit.queries import counties_with_unsealed, oldest_unsealed, verify
from domain.edge import Edge, errand
from tenancy.ids import new_id
from tests.databases import MigratedDatabase
from tests.domain.audit.tampering import (
    KEY,
    Tamper,
    Trail,
    cut_off_everything,
    cut_off_the_end,
    cut_off_the_end_and_let_it_grow_again,
    edit_a_content,
    edit_a_line,
    edit_a_line_with_its_place_and_its_seal,
    edit_the_count_of_lines,
    edit_when_it_was_sealed,
    edit_whose_act_it_was,
    exchange_two_lines,
    insert_a_line,
    insert_a_line_into_a_seal,
    remove_a_line,
    remove_a_line_and_its_place,
    remove_a_seal,
    remove_all_lines_of_a_seal,
    remove_seals,
    rewrite_the_chain,
)
from tests.worlds import NOW, World


@pytest.fixture
async def trail(owner_engine: AsyncEngine, worker_engine: AsyncEngine, world: World, edge: Edge) -> Trail:
    """Three seals of two lines each, vouched for."""
    trail = Trail(owner_engine, worker_engine, world, edge)
    for _ in range(3):
        await trail.act()
        await trail.seal()
    await trail.vouch()
    return trail


class TestASoundTrail:
    async def test_has_nothing_wrong_with_it(self, trail: Trail) -> None:
        report = await trail.report()
        assert report.is_sound, report.sentences("en")
        assert (report.seals, report.lines, report.checkpointed_to) == (3, 6, 3)

    async def test_may_have_lines_that_were_left_a_moment_ago(self, trail: Trail) -> None:
        await trail.act()
        report = await trail.report()
        assert report.is_sound
        assert report.waiting == 2

    async def test_may_have_lost_contents_that_were_erased(self, trail: Trail) -> None:
        await trail.write(
            "delete from audit_contents where county_id = :county and line_id = :line",
            line=await trail.line(2),
        )
        report = await trail.report()
        assert report.is_sound
        assert report.erased == 1

    async def test_tells_of_lines_that_were_sealed_late(self, trail: Trail) -> None:
        await trail.act()
        await trail.seal(after=timedelta(hours=2))
        report = await trail.report()
        assert report.is_sound
        assert report.sealed_late == 2

    async def test_may_be_empty(self, trail: Trail) -> None:
        report = await trail.report(county_id=new_id(), checkpoints=())
        assert report.is_sound
        assert report.seals == 0

    async def test_can_be_verified_with_the_login_of_the_backup(
        self, trail: Trail, migrated_database: MigratedDatabase
    ) -> None:
        backup = create_async_engine(migrated_database.backup)
        report = await verify(
            backup,
            county_id=trail.world.county_id,
            checkpoints=trail.checkpoints,
            key=KEY.public_key(),
            now=NOW,
        )
        await backup.dispose()
        assert report.is_sound
        assert report.lines == 6


class TestTampering:
    @pytest.mark.parametrize(
        ("tamper", "found"),
        [
            (edit_a_line, ["line_edited"]),
            (edit_whose_act_it_was, ["line_edited"]),
            (edit_a_content, ["content_altered"]),
            (remove_a_line, ["line_removed"]),
            (remove_a_line_and_its_place, ["seal_altered"]),
            (remove_all_lines_of_a_seal, ["seal_altered"]),
            (insert_a_line, ["line_inserted"]),
            (insert_a_line_into_a_seal, ["line_edited", "seal_altered"]),
            (exchange_two_lines, ["seal_altered"]),
            (edit_when_it_was_sealed, ["seal_altered"]),
            (edit_the_count_of_lines, ["seal_altered"]),
            (edit_a_line_with_its_place_and_its_seal, ["chain_broken"]),
            (remove_a_seal, ["seals_missing"]),
            (cut_off_the_end, ["chain_cut"]),
            (cut_off_everything, ["chain_cut"]),
            (rewrite_the_chain, ["chain_rewritten"]),
            (cut_off_the_end_and_let_it_grow_again, ["chain_rewritten"]),
        ],
    )
    async def test_is_found(self, trail: Trail, tamper: Tamper, found: list[str]) -> None:
        await tamper(trail)
        assert sorted(await trail.found()) == found

    async def test_of_the_end_or_the_whole_is_found_only_back_to_the_last_checkpoint(
        self, trail: Trail
    ) -> None:
        await trail.act()
        await trail.seal()
        report = await trail.report()
        assert "no checkpoint vouches for the last 1 seals" in report.sentences("en")[0]
        await remove_seals(trail, 4, 4)
        assert await trail.found() == []

    async def test_with_a_checkpoint_is_found_by_its_signature(self, trail: Trail) -> None:
        other = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
        report = await trail.report(key=other.public_key())
        assert [finding.code for finding in report.findings] == ["checkpoint_forged"]
        assert report.checkpointed_to == 0
        report = await trail.report(key=None)
        assert [finding.code for finding in report.findings] == ["checkpoint_forged"]

    async def test_with_the_file_of_checkpoints_is_found(self, trail: Trail) -> None:
        report = await trail.report(unreadable=["scribble"])
        assert [finding.code for finding in report.findings] == ["checkpoint_unreadable"]


class TestWhatWaits:
    async def test_too_long_is_told_with_its_age(self, trail: Trail) -> None:
        await trail.act(lines=1)
        report = await trail.report(now=NOW + timedelta(hours=3))
        (finding,) = report.findings
        assert finding.code == "line_never_sealed"
        assert "3:00:00" in finding.sentence("en")

    async def test_is_known_by_county_and_by_its_oldest_line(self, trail: Trail) -> None:
        async with AsyncSession(trail.worker) as session:
            assert trail.world.county_id not in await counties_with_unsealed(session)
        await trail.act(lines=1)
        async with AsyncSession(trail.worker) as session:
            assert trail.world.county_id in await counties_with_unsealed(session)
            oldest = await oldest_unsealed(session)
        assert oldest is not None
        assert oldest <= NOW


class TestTheChain:
    async def test_is_held_by_one_at_a_time_and_each_county_has_its_own(
        self, trail: Trail, worker_engine: AsyncEngine
    ) -> None:
        async with (
            errand(worker_engine, county_id=trail.world.county_id, now=NOW) as one,
            errand(worker_engine, county_id=trail.world.county_id, now=NOW) as other,
            errand(worker_engine, county_id=new_id(), now=NOW) as elsewhere,
        ):
            assert await commands.hold_the_chain(one)
            assert not await commands.hold_the_chain(other)
            assert await commands.hold_the_chain(elsewhere)
