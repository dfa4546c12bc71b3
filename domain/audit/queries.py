"""Reading the trail: what waits to be sealed, where the chains end, and whether a trail was tampered with.

These are reads of the machinery and of auditors, past all tenants: `verify` runs with the login of the owner or of the
backup, the rest also with the worker's. What a body's head may read of the body's own lines is not here.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Row, Select, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from domain.audit import rules
from domain.audit.models import AuditContent, AuditLine, AuditSeal, AuditSealedLine, AuditUnsealed
from domain.audit.rules import Checkpoint, Report
from tenancy.models import CountyRow

ROWS_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last seal of a county's chain."""

    county_id: UUID
    number: int
    digest: bytes


async def oldest_unsealed(session: AsyncSession) -> datetime | None:
    """The time of the oldest line that waits for its seal, by the county's clock; None when none waits."""
    return await session.scalar(select(func.min(AuditUnsealed.at)))


async def counties_with_unsealed(session: AsyncSession) -> Sequence[UUID]:
    """The counties that have lines waiting for a seal: one look into an index for each county."""
    some = (
        select(AuditUnsealed.line_id)
        .where(AuditUnsealed.county_id == CountyRow.county_id)
        .limit(1)
        .lateral("some")
    )
    return (
        await session.scalars(select(CountyRow.county_id).select_from(CountyRow).join(some, true()))
    ).all()


async def chain_ends(session: AsyncSession) -> list[ChainEnd]:
    """Where each county's chain ends; counties without any seal are left out."""
    last = (
        select(AuditSeal.number, AuditSeal.digest)
        .where(AuditSeal.county_id == CountyRow.county_id)
        .order_by(AuditSeal.number.desc())
        .limit(1)
        .lateral("last")
    )
    rows = await session.execute(
        select(CountyRow.county_id, last.c.number, last.c.digest).select_from(CountyRow).join(last, true())
    )
    return [ChainEnd(*row) for row in rows]


async def verify(
    engine: AsyncEngine,
    *,
    county_id: UUID,
    checkpoints: Sequence[Checkpoint],
    key: Ed25519PublicKey | None,
    now: datetime,
    unreadable: Sequence[str] = (),
) -> Report:
    """Whether anybody edited, removed or inserted anything in a county's trail, in one snapshot of the database.

    Without checkpoints it finds everything but a chain that was cut at its end or rewritten as a whole; with them, and
    the public `key` that signed them, those too, back to the last checkpoint. `unreadable` are lines of the
    checkpoints' file that are none. `now` is the county's time.
    """
    report = Report(county_id)
    for line in unreadable:
        report.found("checkpoint_unreadable", line=line[:80])
    vouched = _vouched(report, checkpoints, key)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with snapshot.connect() as connection:
        await _walk_the_chain(connection, report, vouched)
        await _look_at_the_unsealed(connection, report, now)
        await _look_for_the_inserted(connection, report)
    return report


def _vouched(
    report: Report, checkpoints: Sequence[Checkpoint], key: Ed25519PublicKey | None
) -> dict[int, list[Checkpoint]]:
    """The county's checkpoints whose signature holds, by seal."""
    vouched: dict[int, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        if checkpoint.county_id != report.county_id:
            continue
        if key is not None and checkpoint.signed_by(key):
            vouched.setdefault(checkpoint.number, []).append(checkpoint)
        else:
            report.found("checkpoint_forged", seal=checkpoint.number, at=_shown(checkpoint.at))
    return vouched


async def _walk_the_chain(
    connection: AsyncConnection, report: Report, vouched: Mapping[int, Sequence[Checkpoint]]
) -> None:
    """Follow the seals from the first one, with what each of them seals."""
    number, digest = 0, rules.GENESIS
    async for seal, lines in _seals(connection, report.county_id):
        if seal.number != number + 1:
            report.found("seals_missing", first=number + 1, last=seal.number - 1)
        elif seal.previous != digest:
            report.found("chain_broken", seal=seal.number)
        number, digest = seal.number, seal.digest
        report.seals += 1
        _compare_the_seal(report, seal, lines)
        for line in lines:
            _compare_the_line(report, seal, line)
        for checkpoint in vouched.get(number, ()):
            if checkpoint.digest == digest:
                report.checkpointed_to = number
            else:
                report.found("chain_rewritten", seal=number, at=_shown(checkpoint.at))
    for beyond in sorted(known for known in vouched if known > number):
        report.found("chain_cut", seal=beyond, head=number, at=_shown(vouched[beyond][0].at))


def _compare_the_seal(report: Report, seal: Row[Any], lines: Sequence[Row[Any]]) -> None:
    again = rules.seal_digest(
        county_id=report.county_id,
        number=seal.number,
        previous=seal.previous,
        sealed_at=seal.sealed_at,
        lines=(line.sealed_digest for line in lines),
    )
    if again != seal.digest or len(lines) != seal.sealed:
        report.found("seal_altered", seal=seal.number)


def _compare_the_line(report: Report, seal: Row[Any], line: Row[Any]) -> None:
    report.lines += 1
    if line.at is None:
        report.found("line_removed", line=line.line_id, seal=seal.number)
        return
    again = rules.line_digest(
        county_id=report.county_id,
        line_id=line.line_id,
        at=line.at,
        action=line.action,
        subject_kind=line.subject_kind,
        subject_id=line.subject_id,
        tenant_id=line.tenant_id,
        person_id=line.person_id,
        capacity_id=line.capacity_id,
        for_person_id=line.for_person_id,
        for_capacity_id=line.for_capacity_id,
        commitment=line.commitment,
    )
    if again != line.sealed_digest:
        report.found("line_edited", line=line.line_id, seal=seal.number)
    if seal.sealed_at - line.at > rules.WAITS_AT_MOST:
        report.sealed_late += 1
    if line.salt is None:
        report.erased += 1
    elif rules.commitment(line.salt, line.content) != line.commitment:
        report.found("content_altered", line=line.line_id, seal=seal.number)


async def _seals(
    connection: AsyncConnection, county_id: UUID
) -> AsyncIterator[tuple[Row[Any], list[Row[Any]]]]:
    """Each seal in the order of the chain, with what it seals in order. Streamed: a trail does not fit into memory."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            AuditSeal.number,
            AuditSeal.previous,
            AuditSeal.digest,
            AuditSeal.lines.label("sealed"),
            AuditSeal.sealed_at,
            AuditSealedLine.line_id,
            AuditSealedLine.digest.label("sealed_digest"),
            AuditLine.at,
            AuditLine.action,
            AuditLine.subject_kind,
            AuditLine.subject_id,
            AuditLine.tenant_id,
            AuditLine.person_id,
            AuditLine.capacity_id,
            AuditLine.for_person_id,
            AuditLine.for_capacity_id,
            AuditLine.commitment,
            AuditContent.salt,
            AuditContent.content,
        )
        .select_from(AuditSeal)
        .outerjoin(
            AuditSealedLine,
            and_(
                AuditSealedLine.county_id == AuditSeal.county_id,
                AuditSealedLine.seal_number == AuditSeal.number,
            ),
        )
        .outerjoin(
            AuditLine,
            and_(AuditLine.county_id == AuditSealedLine.county_id, AuditLine.id == AuditSealedLine.line_id),
        )
        .outerjoin(
            AuditContent,
            and_(AuditContent.county_id == AuditLine.county_id, AuditContent.line_id == AuditLine.id),
        )
        .where(AuditSeal.county_id == county_id)
        .order_by(AuditSeal.number, AuditSealedLine.position)
    )
    seal: Row[Any] | None = None
    lines: list[Row[Any]] = []
    async with connection.stream(statement, execution_options={"yield_per": ROWS_AT_A_TIME}) as rows:
        async for row in rows:
            if seal is not None and row.number != seal.number:
                yield seal, lines
                lines = []
            seal = row
            if row.line_id is not None:
                lines.append(row)
    if seal is not None:
        yield seal, lines


async def _look_at_the_unsealed(connection: AsyncConnection, report: Report, now: datetime) -> None:
    rows = await connection.execute(
        select(AuditUnsealed.line_id, AuditUnsealed.at)
        .where(AuditUnsealed.county_id == report.county_id)
        .order_by(AuditUnsealed.at)
    )
    for row in rows:
        report.waiting += 1
        if now - row.at > rules.WAITS_AT_MOST:
            report.found("line_never_sealed", line=row.line_id, age=_whole_seconds(now - row.at))


async def _look_for_the_inserted(connection: AsyncConnection, report: Report) -> None:
    sealed = select(AuditSealedLine.line_id).where(
        AuditSealedLine.county_id == AuditLine.county_id, AuditSealedLine.line_id == AuditLine.id
    )
    waiting = select(AuditUnsealed.line_id).where(
        AuditUnsealed.county_id == AuditLine.county_id, AuditUnsealed.line_id == AuditLine.id
    )
    rows = await connection.execute(
        select(AuditLine.id, AuditLine.at)
        .where(AuditLine.county_id == report.county_id, ~sealed.exists(), ~waiting.exists())
        .order_by(AuditLine.at)
    )
    for row in rows:
        report.found("line_inserted", line=row.id, at=_shown(row.at))


def _shown(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _whole_seconds(age: timedelta) -> str:
    return str(timedelta(seconds=int(age.total_seconds())))
