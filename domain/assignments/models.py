"""Where each matter is within a body: with which unit, and by whom it was claimed, in which post."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private


class Assignment(Base):
    """One matter in one body. Whether `capacity_id` still counts, the post alone knows."""

    __tablename__ = "assignments"
    table_kind = Private(app=("select", "insert", "update", "delete"))
    relations = {"owner": "owner_id"}
    __table_args__ = (
        UniqueConstraint("county_id", "owner_id", "subject_id"),
        ForeignKeyConstraint(
            ["county_id", "owner_id", "unit_id"], ["units.county_id", "units.organisation_id", "units.id"]
        ),
        # The post is one in the body itself, so the key tells nobody of another body's posts.
        ForeignKeyConstraint(
            ["county_id", "owner_id", "capacity_id"],
            ["capacities.county_id", "capacities.tenant_id", "capacities.id"],
        ),
        CheckConstraint(
            "(capacity_id is null) = (person_id is null) and (capacity_id is null) = (claimed_at is null)",
            name="claimed_by_a_person_in_a_post",
        ),
        Index(None, "county_id", "owner_id", "unit_id", "subject_id"),
        Index(None, "county_id", "owner_id", "capacity_id", "subject_id"),
        Index(None, "county_id", "owner_id", "person_id"),
        # What is in hand, by when it was claimed.
        Index("ix_assignments_claimed", "county_id", "owner_id", "capacity_id", "claimed_at", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    capacity_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    claimed_at: Mapped[datetime | None]
    since: Mapped[datetime]
