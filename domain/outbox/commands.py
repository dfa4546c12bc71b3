"""Announcing: the last step of a command, in its own transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from domain.outbox.models import Announcement
from domain.outbox.rules import Audience
from domain.work import Errand, Work
from tenancy.ids import new_id


async def announce(
    work: Work | Errand,
    *,
    kind: str,
    subject_kind: str,
    subject_id: UUID,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
) -> None:
    """Leave a fact for the relay: `kind` in the past tense, ids only in `facts`, to everybody in `audience`."""
    await work.session.execute(
        insert(Announcement).values(
            id=new_id(),
            county_id=work.county_id,
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject_id,
            audience=[concerned.as_json() for concerned in audience],
            facts=facts or {},
            announced_at=work.now,
            next_attempt_at=work.now,
            attempts=0,
            handled_at=None,
            dead_at=None,
            last_error=None,
        )
    )
