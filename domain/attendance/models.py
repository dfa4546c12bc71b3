"""Entries of attendance, read on both sides of a secondment as far as the county says, and by whoever they are of."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared


class AttendanceEntry(Base):
    """Whether somebody was in post on a day, as `body_id` put it on record.

    An entry never changes but in that another one takes its place (`superseded_at`), which says of which it does
    (`corrects_id`) and why. `home_id` and `host_id` are those of that day; of whoever was not seconded, both are the home.
    """

    __tablename__ = "attendance_entries"
    table_kind = Shared(
        "home_id",
        "host_id",
        author="body_id",
        person="person_id",
        changes=("superseded_at",),
        app=("select", "insert", "update"),
    )
    relations = {"home": "home_id", "host": "host_id", "holder": "person_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id"], ["persons.county_id", "persons.home_id", "persons.id"]
        ),
        ForeignKeyConstraint(["county_id", "host_id"], ["organisations.county_id", "organisations.id"]),
        CheckConstraint("body_id in (home_id, host_id)", name="by_a_body_that_they_work_with"),
        CheckConstraint("mark in ('present', 'late', 'absent', 'elsewhere')", name="known_mark"),
        CheckConstraint("(corrects_id is null) = (reason is null)", name="corrected_with_a_reason"),
        # Of somebody there is one entry for a day that counts, whoever recorded it.
        Index(
            "uq_attendance_entries_counted",
            "county_id",
            "home_id",
            "person_id",
            "day",
            unique=True,
            postgresql_where=text("superseded_at is null"),
        ),
        Index(None, "county_id", "home_id", "day", "id"),
        Index(None, "county_id", "host_id", "day", "id"),
        Index(None, "county_id", "person_id", "day", "id"),
        Index(None, "county_id", "mark", "day", "id"),
        Index(None, "county_id", "day", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[UUID]
    person_id: Mapped[UUID]
    home_id: Mapped[UUID]
    host_id: Mapped[UUID]
    day: Mapped[date]
    mark: Mapped[str]
    note: Mapped[str | None]
    corrects_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    recorded_by: Mapped[UUID]
    recorded_for: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
