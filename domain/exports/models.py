"""The entry of an export: who asked for what, how far it is, and what is kept of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private

UNDER_WAY = "state in ('waiting', 'running')"


class Export(Base):
    """One export. Its file, once there is one, lies in the store under its own id.

    `session_id` and `capacity_id` say in whose shoes it runs; `open_export` reads them. `attempt` counts the workers
    that began on it and is the fence between them; `held_until`, by the machines' clock, is when whoever makes it counts
    as dead. `wanted` and `sort` are the register's own filter and order, `shown` says them in words. `cleared_at` says that nothing of it lies
    in the store any more.
    """

    __tablename__ = "exports"
    table_kind = Private(app=("select", "insert", "update"), worker=("select", "update"))
    relations = {"addressee": "capacity_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "owner_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "capacity_id"], ["capacities.county_id", "capacities.id"]),
        CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')", name="known_state"
        ),
        # What runs is held by somebody, and nothing else is.
        CheckConstraint("(state = 'running') = (held_until is not null)", name="held_while_running"),
        # What is done has a file, with its hash; what failed says why.
        CheckConstraint(
            "state <> 'done' or (sha256 is not null and size is not null)", name="done_with_file"
        ),
        CheckConstraint("(state = 'failed') = (problem is not null)", name="failed_for_a_reason"),
        # Whatever ended is cleared away one day.
        CheckConstraint(f"({UNDER_WAY}) = (expires_at is null)", name="kept_for_a_time"),
        Index(None, "county_id", "capacity_id", "id"),
        Index("ix_exports_under_way", "county_id", "owner_id", postgresql_where=text(UNDER_WAY)),
        Index("ix_exports_waiting", "requested_at", postgresql_where=text(UNDER_WAY)),
        Index("ix_exports_to_clear", "expires_at", postgresql_where=text("cleared_at is null")),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    capacity_id: Mapped[UUID]
    person_id: Mapped[UUID]
    session_id: Mapped[UUID]
    ledger: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    sort: Mapped[str]
    shown: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    attempt: Mapped[int] = mapped_column(Integer)
    held_until: Mapped[datetime | None]
    rows_done: Mapped[int]
    rows_total: Mapped[int | None]
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    file_name: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
