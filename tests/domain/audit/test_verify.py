"""Whoever may write everything still cannot change the trail unseen: each way of tampering is tried, by the owner.

Lin sends three referrals, two lines each, and the sealer seals after each. Then somebody with the keys to the database
goes to work on it.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.audit import commands, rules
from domain.audit.queries import chain_ends, counties_with_unsealed, oldest_unsealed, verify
from domain.audit.rules import Checkpoint, Report
from domain.edge import Edge, errand
from tenancy.ids import new_id
from tests.databases import MigratedDatabase
from tests.worlds import NOW, World

KEY = Ed25519PrivateKey.from_private_bytes(b"\5" * 32)

SECOND = timedelta(seconds=1)

Tamper = Callable[["Trail"], Awaitable[None]]


class Trail:
    """A county's trail, and the hands of somebody who may write everything."""

    def __init__(self, owner: AsyncEngine, worker: AsyncEngine, world: World, edge: Edge) -> None:
        self.owner, self.worker, self.world, self.edge = owner, worker, world, edge
        self.checkpoints: list[Checkpoint] = []

    async def act(self, lines: int = 2) -> None:
        """Lin does something, which leaves lines."""
        async with self.edge.writing(self.world["lin"].credentials) as work:
            for number in range(lines):
                await commands.record(
                    work,
                    action="referral.sent",
                    subject_kind="referral",
                    subject_id=new_id(),
                    content={"当事人": "某公司", "number": number, "share": 0.1, "late": None},
                )

    async def seal(self, *, after: timedelta = SECOND) -> None:
        """What waits is sealed."""
        async with errand(self.worker, county_id=self.world.county_id, now=NOW + after) as opened:
            assert await commands.hold_the_chain(opened)
            unsealed = await commands.read_unsealed(opened, most=100)
            await commands.add_seal(opened, unsealed)
            await commands.clear_unsealed(opened, unsealed)

    async def vouch(self) -> None:
        """A checkpoint is taken of the end of the chain."""
        async with AsyncSession(self.worker) as session:
            (end,) = [each for each in await chain_ends(session) if each.county_id == self.world.county_id]
        self.checkpoints.append(
            Checkpoint.sign(county_id=end.county_id, number=end.number, digest=end.digest, at=NOW, by=KEY)
        )

    async def write(self, statement: str, **facts: Any) -> int:
        """The owner writes something; how many rows it met. `:county` is the county."""
        async with self.owner.begin() as connection:
            written = await connection.execute(text(statement), {"county": self.world.county_id, **facts})
        return written.rowcount

    async def ask(self, statement: str, **facts: Any) -> Any:
        """The first column of the first row."""
        async with self.owner.connect() as connection:
            return (
                await connection.execute(text(statement), {"county": self.world.county_id, **facts})
            ).scalar_one()

    async def line(self, seal: int, position: int = 1) -> UUID:
        """A sealed line."""
        found: UUID = await self.ask(
            "select line_id from audit_sealed_lines"
            " where county_id = :county and seal_number = :seal and position = :position",
            seal=seal,
            position=position,
        )
        return found

    async def report(self, **different: Any) -> Report:
        """What a verification says now."""
        arguments: dict[str, Any] = {
            "county_id": self.world.county_id,
            "checkpoints": self.checkpoints,
            "key": KEY.public_key(),
            "now": NOW + SECOND,
        }
        return await verify(self.owner, **(arguments | different))

    async def found(self) -> list[str]:
        """The codes of what a verification finds."""
        return [finding.code for finding in (await self.report()).findings]


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


async def edit_a_line(trail: Trail) -> None:
    await trail.write(
        "update audit_lines set action = 'referral.withdrawn' where county_id = :county and id = :line",
        line=await trail.line(2),
    )


async def edit_whose_act_it_was(trail: Trail) -> None:
    await trail.write(
        "update audit_lines set person_id = :other where county_id = :county and id = :line",
        line=await trail.line(2),
        other=trail.world["zhou"].person_id,
    )


async def edit_a_content(trail: Trail) -> None:
    await trail.write(
        "update audit_contents set content = content || '{\"number\": 9}'"
        " where county_id = :county and line_id = :line",
        line=await trail.line(2),
    )


async def remove_a_line(trail: Trail) -> None:
    line = await trail.line(2)
    await trail.write("delete from audit_contents where county_id = :county and line_id = :line", line=line)
    await trail.write("delete from audit_lines where county_id = :county and id = :line", line=line)


async def remove_a_line_and_its_place(trail: Trail) -> None:
    line = await trail.line(2)
    await remove_a_line(trail)
    await trail.write(
        "delete from audit_sealed_lines where county_id = :county and line_id = :line", line=line
    )


async def remove_all_lines_of_a_seal(trail: Trail) -> None:
    for _ in range(2):
        line = await trail.ask(
            "select line_id from audit_sealed_lines where county_id = :county and seal_number = 2 limit 1"
        )
        for table, column in (
            ("audit_sealed_lines", "line_id"),
            ("audit_contents", "line_id"),
            ("audit_lines", "id"),
        ):
            await trail.write(
                f"delete from {table} where county_id = :county and {column} = :line", line=line
            )


async def insert_a_line(trail: Trail) -> None:
    await _copy_a_line(trail, new_id())


async def insert_a_line_into_a_seal(trail: Trail) -> None:
    line = new_id()
    await _copy_a_line(trail, line)
    await trail.write(
        "insert into audit_sealed_lines select county_id, :line, seal_number, 3, digest"
        " from audit_sealed_lines where county_id = :county and seal_number = 2 and position = 2",
        line=line,
    )


async def exchange_two_lines(trail: Trail) -> None:
    for before, after in ((1, 9), (2, 1), (9, 2)):
        await trail.write(
            "update audit_sealed_lines set position = :after"
            " where county_id = :county and seal_number = 2 and position = :before",
            before=before,
            after=after,
        )


async def edit_when_it_was_sealed(trail: Trail) -> None:
    await trail.write(
        "update audit_seals set sealed_at = sealed_at - interval '1 day'"
        " where county_id = :county and number = 2"
    )


async def edit_the_count_of_lines(trail: Trail) -> None:
    await trail.write("update audit_seals set lines = 3 where county_id = :county and number = 2")


async def edit_a_line_with_its_place_and_its_seal(trail: Trail) -> None:
    await edit_a_line(trail)
    await _seal_again(trail, [2], chain=False)


async def remove_a_seal(trail: Trail) -> None:
    await _remove_seals(trail, 2, 2)


async def cut_off_the_end(trail: Trail) -> None:
    await _remove_seals(trail, 2, 3)


async def cut_off_everything(trail: Trail) -> None:
    await _remove_seals(trail, 1, 3)


async def rewrite_the_chain(trail: Trail) -> None:
    await edit_a_line(trail)
    await _seal_again(trail, [1, 2, 3], chain=True)


async def cut_off_the_end_and_let_it_grow_again(trail: Trail) -> None:
    await _remove_seals(trail, 3, 3)
    await trail.act()
    await trail.seal()


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
        await _remove_seals(trail, 4, 4)
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


async def _copy_a_line(trail: Trail, line: UUID) -> None:
    await trail.write(
        "insert into audit_lines select county_id, :line, at, action, subject_kind, subject_id, tenant_id, person_id,"
        " capacity_id, commitment from audit_lines where county_id = :county and id = :model",
        line=line,
        model=await trail.line(2),
    )


async def _remove_seals(trail: Trail, first: int, last: int) -> None:
    """With everything that hangs on them, so that no key of the database stands in the way."""
    between = {"first": first, "last": last}
    sealed = (
        "(select line_id from audit_sealed_lines"
        " where county_id = :county and seal_number between :first and :last)"
    )
    await trail.write(
        f"delete from audit_contents where county_id = :county and line_id in {sealed}", **between
    )
    await trail.write(f"delete from audit_lines where county_id = :county and id in {sealed}", **between)
    for table, number in (("audit_sealed_lines", "seal_number"), ("audit_seals", "number")):
        await trail.write(
            f"delete from {table} where county_id = :county and {number} between :first and :last", **between
        )


async def _seal_again(trail: Trail, seals: list[int], *, chain: bool) -> None:
    """Make the seals match what they seal, as somebody would who knows how; with `chain`, also each the one before."""
    previous = rules.GENESIS
    async with trail.owner.begin() as connection:
        for number in seals:
            facts = {"county": trail.world.county_id, "number": number}
            seal = (
                await connection.execute(
                    text("select * from audit_seals where county_id = :county and number = :number"), facts
                )
            ).one()
            lines = (
                await connection.execute(
                    text(
                        "select l.* from audit_sealed_lines s"
                        " join audit_lines l on l.county_id = s.county_id and l.id = s.line_id"
                        " where s.county_id = :county and s.seal_number = :number order by s.position"
                    ),
                    facts,
                )
            ).all()
            digests = []
            for line in lines:
                facts_of_line = {key: value for key, value in line._mapping.items() if key != "id"}
                digests.append(rules.line_digest(line_id=line.id, **facts_of_line))
                await connection.execute(
                    text(
                        "update audit_sealed_lines set digest = :digest where county_id = :county and line_id = :line"
                    ),
                    {"county": trail.world.county_id, "line": line.id, "digest": digests[-1]},
                )
            before = previous if chain else seal.previous
            previous = rules.seal_digest(
                county_id=trail.world.county_id,
                number=number,
                previous=before,
                sealed_at=seal.sealed_at,
                lines=digests,
            )
            await connection.execute(
                text(
                    "update audit_seals set previous = :previous, digest = :digest"
                    " where county_id = :county and number = :number"
                ),
                {**facts, "previous": before, "digest": previous},
            )
