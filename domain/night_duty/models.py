"""Nights on the rosters of bodies, read on both sides of a secondment, and swaps within a body."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private, Shared


class NightDuty(Base):
    """Somebody's night on the roster of a body, which begins in the evening of `day`.

    `home_id` and `host_id` are those of whoever is planned, on that day; of whoever is not seconded, both are the home.
    """

    __tablename__ = "night_duties"
    table_kind = Shared(
        "home_id",
        "host_id",
        author="body_id",
        person="person_id",
        changes=(
            "person_id",
            "home_id",
            "host_id",
            "version",
            "taken_off_by",
            "taken_off_at",
            "taken_off_reason",
            "attended",
            "note",
            "recorded_by",
            "recorded_for",
            "recorded_at",
        ),
        app=("select", "insert", "update"),
    )
    relations = {"owner": "body_id", "home": "home_id", "host": "host_id", "holder": "person_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id"], ["persons.county_id", "persons.home_id", "persons.id"]
        ),
        ForeignKeyConstraint(["county_id", "host_id"], ["organisations.county_id", "organisations.id"]),
        CheckConstraint("body_id in (home_id, host_id)", name="of_a_body_that_they_work_with"),
        CheckConstraint("(taken_off_at is null) = (taken_off_by is null)", name="taken_off_by_somebody"),
        CheckConstraint("(attended is null) = (recorded_at is null)", name="recorded_at_an_instant"),
        CheckConstraint(
            "taken_off_at is null or attended is null", name="nobody_was_there_who_was_taken_off"
        ),
        # Nobody is on duty twice the same night, whichever body planned it.
        Index(
            "uq_night_duties_planned",
            "county_id",
            "home_id",
            "person_id",
            "day",
            unique=True,
            postgresql_where=text("taken_off_at is null"),
        ),
        Index(None, "county_id", "body_id", "day", "id"),
        Index(None, "county_id", "home_id", "day", "id"),
        Index(None, "county_id", "person_id", "day", "id"),
        Index(None, "county_id", "day", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[UUID]
    person_id: Mapped[UUID]
    home_id: Mapped[UUID]
    host_id: Mapped[UUID]
    day: Mapped[date]
    version: Mapped[int]
    planned_by: Mapped[UUID]
    planned_for: Mapped[UUID | None]
    planned_at: Mapped[datetime]
    taken_off_by: Mapped[UUID | None]
    taken_off_at: Mapped[datetime | None]
    taken_off_reason: Mapped[str | None]
    attended: Mapped[bool | None]
    note: Mapped[str | None]
    recorded_by: Mapped[UUID | None]
    recorded_for: Mapped[UUID | None]
    recorded_at: Mapped[datetime | None]


class NightDutySwap(Base):
    """That somebody wants to give a night of theirs (`duty_id`) for a colleague's (`other_duty_id`), and who said what."""

    __tablename__ = "night_duty_swaps"
    table_kind = Private(
        owner="body_id",
        changes=("state", "version", "answered_at", "confirmed_by", "confirmed_for", "closed_at"),
        app=("select", "insert", "update"),
    )
    relations = {"owner": "body_id"}
    __table_args__ = (
        # Not of the nights: a key that names them would tell other bodies that there are such nights.
        ForeignKeyConstraint(["county_id", "body_id"], ["organisations.county_id", "organisations.id"]),
        CheckConstraint(
            "state in ('proposed', 'agreed', 'swapped', 'declined', 'withdrawn')", name="known_state"
        ),
        CheckConstraint(
            "(state in ('swapped', 'declined', 'withdrawn')) = (closed_at is not null)",
            name="closed_at_an_instant",
        ),
        Index(None, "county_id", "body_id", "id"),
        Index(None, "county_id", "state", "id"),
        Index(None, "county_id", "duty_id"),
        Index(None, "county_id", "other_duty_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[UUID]
    duty_id: Mapped[UUID]
    other_duty_id: Mapped[UUID]
    proposed_by: Mapped[UUID]
    other_id: Mapped[UUID]
    state: Mapped[str]
    version: Mapped[int]
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_for: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
