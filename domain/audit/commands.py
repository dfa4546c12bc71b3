"""Leaving lines in the audit trail. Sealing them is at the end of this file's reach: the worker calls it."""

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from domain.audit import rules
from domain.audit.models import AuditContent, AuditLine, AuditUnsealed
from domain.work import Errand, Work
from tenancy.ids import new_id


async def record(
    work: Work | Errand, *, action: str, subject_kind: str, subject_id: UUID, content: dict[str, Any]
) -> None:
    """Leave a line: `action` in the past tense (`referral.accepted`), done now by whoever acts in this work.

    `content` is JSON-able and may hold personal data; the line keeps only a salted commitment to it.
    """
    line_id, salt = new_id(), secrets.token_bytes(16)
    actor = work.actor if isinstance(work, Work) else None
    await work.session.execute(
        insert(AuditLine).values(
            county_id=work.county_id,
            id=line_id,
            at=work.now,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            tenant_id=actor and actor.tenant_id,
            person_id=actor and actor.person_id,
            capacity_id=actor and actor.capacity_id,
            commitment=rules.commitment(salt, content),
        )
    )
    await work.session.execute(
        insert(AuditContent).values(county_id=work.county_id, line_id=line_id, salt=salt, content=content)
    )
    await work.session.execute(
        insert(AuditUnsealed).values(county_id=work.county_id, line_id=line_id, at=work.now)
    )
