"""Notices to people, each in one of their capacities."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private


class Notification(Base):
    """What one person is told in one capacity. It holds the kind and ids; the sentence is made for the reader."""

    __tablename__ = "notifications"
    table_kind = Private(app=("select", "update"), worker=("select", "insert"))
    relations = {"owner": "owner_id", "addressee": "capacity_id"}
    __table_args__ = (
        # An announcement reaches a capacity once, however often it is relayed.
        UniqueConstraint("county_id", "announcement_id", "capacity_id"),
        ForeignKeyConstraint(["county_id", "capacity_id"], ["capacities.county_id", "capacities.id"]),
        Index(None, "county_id", "capacity_id", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    capacity_id: Mapped[UUID]
    person_id: Mapped[UUID]
    announcement_id: Mapped[UUID]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]]
    announced_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
