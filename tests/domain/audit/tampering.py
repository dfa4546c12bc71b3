"""Ways of tampering with a trail, by the hands of somebody who may write everything.

What each of them leaves to be found stands in `test_verify.py`.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit import commands, rules
from domain.audit.queries import chain_ends, verify
from domain.audit.rules import Checkpoint, Report
from domain.edge import Edge, errand
from tenancy.ids import new_id
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
    await remove_seals(trail, 2, 2)


async def cut_off_the_end(trail: Trail) -> None:
    await remove_seals(trail, 2, 3)


async def cut_off_everything(trail: Trail) -> None:
    await remove_seals(trail, 1, 3)


async def rewrite_the_chain(trail: Trail) -> None:
    await edit_a_line(trail)
    await _seal_again(trail, [1, 2, 3], chain=True)


async def cut_off_the_end_and_let_it_grow_again(trail: Trail) -> None:
    await remove_seals(trail, 3, 3)
    await trail.act()
    await trail.seal()


async def _copy_a_line(trail: Trail, line: UUID) -> None:
    await trail.write(
        "insert into audit_lines select county_id, :line, at, action, subject_kind, subject_id, tenant_id, person_id,"
        " capacity_id, for_person_id, for_capacity_id, commitment from audit_lines where county_id = :county and id = :model",
        line=line,
        model=await trail.line(2),
    )


async def remove_seals(trail: Trail, first: int, last: int) -> None:
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
