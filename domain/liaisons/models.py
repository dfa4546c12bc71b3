"""Liaison officers: one row for each naming, which the two bodies share, open to oversight from the start."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared


class Liaison(Base):
    """An officer of `from_id` whom `to_id` calls, from `since` until before `ends_on`, while the officer's post lives."""

    __tablename__ = "liaisons"
    table_kind = Shared(
        "from_id", "to_id", author="from_id", oversight="county_id", app=("select", "insert", "update")
    )
    relations = {"sender": "from_id", "receiver": "to_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "to_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(
            ["county_id", "from_id", "unit_id"], ["units.county_id", "units.organisation_id", "units.id"]
        ),
        # The post is one in the body that names, and the person is on the county's roster.
        ForeignKeyConstraint(
            ["county_id", "from_id", "capacity_id"],
            ["capacities.county_id", "capacities.tenant_id", "capacities.id"],
        ),
        ForeignKeyConstraint(["county_id", "person_id"], ["persons.county_id", "persons.id"]),
        ForeignKeyConstraint(["county_id", "succeeds_id"], ["liaisons.county_id", "liaisons.id"]),
        CheckConstraint("from_id <> to_id", name="between_two"),
        # Whoever succeeds somebody was told what is under way.
        CheckConstraint("(succeeds_id is null) = (handover is null)", name="handed_over"),
        CheckConstraint(
            "(ends_on is null) = (ended_by is null) and (ends_on is null) = (ended_at is null)", name="ended"
        ),
        # Nobody is named for the same body twice at once.
        Index(
            "uq_liaisons_held",
            "county_id",
            "from_id",
            "to_id",
            "capacity_id",
            unique=True,
            postgresql_where=text("ends_on is null"),
        ),
        Index(None, "county_id", "from_id", "id"),
        Index(None, "county_id", "to_id", "id"),
        Index(None, "county_id", "since"),
        Index(None, "county_id", "ends_on"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_id: Mapped[UUID]
    to_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    capacity_id: Mapped[UUID]
    person_id: Mapped[UUID]
    version: Mapped[int]
    since: Mapped[date]
    succeeds_id: Mapped[UUID | None]
    handover: Mapped[str | None]
    named_by: Mapped[UUID]
    named_at: Mapped[datetime]
    ends_on: Mapped[date | None]
    ended_reason: Mapped[str | None]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
