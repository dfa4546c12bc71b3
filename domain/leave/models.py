"""Requests for leave: one row that home and host share, read by its person in whichever post they act."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.leave.rules import Stretch
from tenancy.kinds import Base, Shared


class LeaveRequest(Base):
    """Somebody's leave from `first_day` until `last_day`, both counting, of which the first or last may be half.

    `host_id` is the body that they worked with when they asked; of whoever was not seconded, their home. The days are
    those that count now: of what was cancelled, those that were taken (none, where the last day lies before the first), and
    `granted_until` is then the last day that was granted. `decided_in_id` is the body in which it was decided.
    """

    __tablename__ = "leave_requests"
    table_kind = Shared(
        "home_id",
        "host_id",
        person="person_id",
        changes=(
            "state",
            "version",
            "last_day",
            "from_noon",
            "until_noon",
            "granted_until",
            "decided_in_id",
            "decided_by",
            "decided_for",
            "decided_at",
            "decision_reason",
            "closed_at",
        ),
        app=("select", "insert", "update"),
    )
    relations = {"home": "home_id", "host": "host_id", "holder": "person_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id"], ["persons.county_id", "persons.home_id", "persons.id"]
        ),
        ForeignKeyConstraint(["county_id", "host_id"], ["organisations.county_id", "organisations.id"]),
        CheckConstraint(
            "state in ('asked', 'approved', 'refused', 'withdrawn', 'cancelled')", name="known_state"
        ),
        CheckConstraint("last_day >= first_day - 1", name="ends_after_it_began"),
        CheckConstraint(
            "last_day >= first_day or (state = 'cancelled' and not from_noon and not until_noon)",
            name="nothing_taken_of_what_was_called_off",
        ),
        CheckConstraint("last_day > first_day or not (from_noon and until_noon)", name="has_some_time"),
        CheckConstraint(
            "(decided_by is null) = (decided_at is null) and (decided_by is null) = (decided_in_id is null)"
            " and (decided_by is not null) = (state in ('approved', 'refused', 'cancelled'))",
            name="decided_by_somebody",
        ),
        CheckConstraint("state <> 'refused' or decision_reason is not null", name="refused_with_a_reason"),
        CheckConstraint(
            "(state = 'cancelled') = (granted_until is not null)", name="granted_until_when_cancelled"
        ),
        CheckConstraint(
            "(state in ('withdrawn', 'cancelled')) = (closed_at is not null)", name="closed_at_an_instant"
        ),
        Index(None, "county_id", "home_id", "id"),
        Index(None, "county_id", "host_id", "id"),
        Index(None, "county_id", "person_id", "last_day"),
        Index(None, "county_id", "state", "id"),
        Index(None, "county_id", "kind", "id"),
        Index(None, "county_id", "first_day"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    home_id: Mapped[UUID]
    host_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    first_day: Mapped[date]
    from_noon: Mapped[bool]
    last_day: Mapped[date]
    until_noon: Mapped[bool]
    granted_until: Mapped[date | None]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    decided_in_id: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_for: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    @property
    def stretch(self) -> Stretch:
        """Its days."""
        return Stretch(
            first_day=self.first_day,
            last_day=self.last_day,
            from_noon=self.from_noon,
            until_noon=self.until_noon,
        )
