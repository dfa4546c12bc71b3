"""clientMutationId: the same request sent twice is one act.

The key is written first in the command's own transaction, so that of two at once one waits for the other; it is
forgotten after the retention that the worker sweeps by. The same key with the same input answers with what the act
concerned, as it is now; with another input it is refused.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from tenancy.actor import Actor
from tenancy.models import RememberedMutation
from tenancy.refusals import Refusal

KEPT_FOR = timedelta(days=7)


class KeyReused(Refusal):
    """The clientMutationId was used before for something else."""

    code = "KEY_REUSED"
    en = "This clientMutationId was already used with another input. Use a new one for a new act."
    zh = "该 clientMutationId 已用于另一项提交。办理新事项请使用新的编号。"


def digest_of(given: Mapping[str, Any]) -> bytes:
    """A digest of an input that does not depend on the order of its fields."""
    return hashlib.sha256(json.dumps(given, sort_keys=True, default=str).encode()).digest()


async def remember(
    session: AsyncSession, actor: Actor, *, mutation: str, key: str, given: Mapping[str, Any], now: datetime
) -> dict[str, Any] | None:
    """Claim the key for this act; if it was carried out before, say what it concerned.

    Raises `KeyReused`.
    """
    digest = digest_of(given)
    claimed = await session.execute(
        insert(RememberedMutation)
        .values(
            county_id=actor.county_id,
            capacity_id=actor.capacity_id,
            mutation=mutation,
            key=key,
            owner_id=actor.tenant_id,
            input_digest=digest,
            outcome={},
            remembered_at=now,
        )
        .on_conflict_do_nothing()
        .returning(RememberedMutation.key)
    )
    if claimed.first() is not None:
        return None
    before = (
        await session.execute(
            select(RememberedMutation.input_digest, RememberedMutation.outcome).where(
                RememberedMutation.county_id == actor.county_id,
                RememberedMutation.capacity_id == actor.capacity_id,
                RememberedMutation.mutation == mutation,
                RememberedMutation.key == key,
                RememberedMutation.owner_id == actor.tenant_id,
            )
        )
    ).one()
    if before.input_digest != digest:
        raise KeyReused(field="clientMutationId")
    return dict(before.outcome)


async def record_outcome(
    session: AsyncSession, actor: Actor, *, mutation: str, key: str, outcome: dict[str, Any]
) -> None:
    """Keep what the act concerned, for the next time the key comes."""
    await session.execute(
        update(RememberedMutation)
        .where(
            RememberedMutation.county_id == actor.county_id,
            RememberedMutation.capacity_id == actor.capacity_id,
            RememberedMutation.mutation == mutation,
            RememberedMutation.key == key,
            RememberedMutation.owner_id == actor.tenant_id,
        )
        .values(outcome=outcome)
    )


async def forget(session: AsyncSession, *, before: datetime, most: int) -> int:
    """Forget the keys of acts carried out before then, at most so many. How many; the worker's part."""
    key = tuple_(
        RememberedMutation.county_id,
        RememberedMutation.capacity_id,
        RememberedMutation.mutation,
        RememberedMutation.key,
        RememberedMutation.owner_id,
    )
    old = (
        select(*key.clauses)
        .where(RememberedMutation.remembered_at < before)
        .order_by(RememberedMutation.remembered_at)
        .limit(most)
    )
    forgotten = await session.execute(
        delete(RememberedMutation).where(key.in_(old)).execution_options(synchronize_session=False)
    )
    return int(forgotten.rowcount)  # type: ignore[attr-defined]  # a delete's result counts its rows
