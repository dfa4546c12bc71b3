"""Leaving lines in the audit trail; and sealing them, which is the worker's part.

`record` is the last but one step of a command, in the command's own transaction. The sealer's functions are steps of
one transaction that its caller opened: hold the chain, read what waits, add a seal, clear what waited.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import any_, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from domain.audit import rules
from domain.audit.models import AuditContent, AuditLine, AuditSeal, AuditSealedLine, AuditUnsealed
from domain.audit.rules import Act
from domain.work import Errand, Work
from tenancy.ids import new_id
from tenancy.many import insert_many


async def record(
    work: Work | Errand, *, action: str, subject_kind: str, subject_id: UUID, content: dict[str, Any]
) -> None:
    """Leave a line: `action` in the past tense (`referral.accepted`), done now by whoever acts in this work.

    `content` is JSON-able and may hold personal data; the line keeps only a salted commitment to it.
    """
    await record_all(
        work, [Act(action=action, subject_kind=subject_kind, subject_id=subject_id, content=content)]
    )


async def record_all(work: Work | Errand, acts: Sequence[Act]) -> None:
    """Leave many lines at once."""
    if not acts:
        return
    actor, absent = (work.actor, work.in_place_of) if isinstance(work, Work) else (None, None)
    lines, contents, unsealed = [], [], []
    for act in acts:
        line_id, salt = new_id(), secrets.token_bytes(16)
        lines.append(
            {
                "county_id": work.county_id,
                "id": line_id,
                "at": work.now,
                "action": act.action,
                "subject_kind": act.subject_kind,
                "subject_id": act.subject_id,
                "tenant_id": actor and actor.tenant_id,
                "person_id": actor and actor.person_id,
                "capacity_id": actor and actor.capacity_id,
                "for_person_id": absent and absent.person_id,
                "for_capacity_id": absent and absent.capacity_id,
                "commitment": rules.commitment(salt, act.content),
            }
        )
        contents.append(
            {"county_id": work.county_id, "line_id": line_id, "salt": salt, "content": dict(act.content)}
        )
        unsealed.append({"county_id": work.county_id, "line_id": line_id, "at": work.now})
    await insert_many(work.session, AuditLine, lines)
    await insert_many(work.session, AuditContent, contents)
    await insert_many(work.session, AuditUnsealed, unsealed)


# --- The sealer's part -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What the next seal is made of: the end of the chain, and committed lines with their digests, in order."""

    number: int
    previous: bytes
    lines: tuple[tuple[UUID, bytes], ...]


async def hold_the_chain(errand: Errand) -> bool:
    """Make this transaction the county's only sealer. False: another one is at it."""
    return bool(
        await errand.session.scalar(
            select(func.pg_try_advisory_xact_lock(rules.chain_lock(errand.county_id)))
        )
    )


async def read_unsealed(errand: Errand, *, most: int) -> Unsealed:
    """The end of the county's chain and at most so many lines that wait for a seal. The chain must be held."""
    head = (
        await errand.session.execute(
            select(AuditSeal.number, AuditSeal.digest)
            .where(AuditSeal.county_id == errand.county_id)
            .order_by(AuditSeal.number.desc())
            .limit(1)
        )
    ).one_or_none()
    rows = await errand.session.execute(
        select(
            AuditLine.id,
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
        )
        .join_from(
            AuditUnsealed,
            AuditLine,
            (AuditLine.county_id == AuditUnsealed.county_id) & (AuditLine.id == AuditUnsealed.line_id),
        )
        .where(AuditUnsealed.county_id == errand.county_id)
        .order_by(AuditUnsealed.line_id)
        .limit(most)
    )
    return Unsealed(
        number=head.number + 1 if head else 1,
        previous=head.digest if head else rules.GENESIS,
        lines=tuple(
            (
                row.id,
                rules.line_digest(
                    county_id=errand.county_id,
                    line_id=row.id,
                    at=row.at,
                    action=row.action,
                    subject_kind=row.subject_kind,
                    subject_id=row.subject_id,
                    tenant_id=row.tenant_id,
                    person_id=row.person_id,
                    capacity_id=row.capacity_id,
                    for_person_id=row.for_person_id,
                    for_capacity_id=row.for_capacity_id,
                    commitment=row.commitment,
                ),
            )
            for row in rows
        ),
    )


async def add_seal(errand: Errand, unsealed: Unsealed) -> None:
    """Link the lines to the chain."""
    await errand.session.execute(
        insert(AuditSeal).values(
            county_id=errand.county_id,
            number=unsealed.number,
            previous=unsealed.previous,
            digest=rules.seal_digest(
                county_id=errand.county_id,
                number=unsealed.number,
                previous=unsealed.previous,
                sealed_at=errand.now,
                lines=(digest for _, digest in unsealed.lines),
            ),
            lines=len(unsealed.lines),
            sealed_at=errand.now,
        )
    )
    places = [
        {
            "county_id": errand.county_id,
            "line_id": line_id,
            "seal_number": unsealed.number,
            "position": position,
            "digest": digest,
        }
        for position, (line_id, digest) in enumerate(unsealed.lines, start=1)
    ]
    await insert_many(errand.session, AuditSealedLine, places)


async def clear_unsealed(errand: Errand, unsealed: Unsealed) -> None:
    """Say of the lines just linked that they wait no longer."""
    ids = literal([line_id for line_id, _ in unsealed.lines], ARRAY(Uuid))
    await errand.session.execute(
        delete(AuditUnsealed)
        .where(AuditUnsealed.county_id == errand.county_id, AuditUnsealed.line_id == any_(ids))
        .execution_options(synchronize_session=False)
    )
