"""Deadlines, the rungs that were reached and what changed. Shared between the one who owes and the one who waits."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared

OPEN = "met_at is null and cancelled_at is null"

ABOUT_PEOPLE = frozenset({"consultation", "disciplinary_case"})
"""Matters that colleagues do not read, least of all the one whom they are about: their clocks tell of them too."""


class Deadline(Base):
    """What `obligor` owes by `due_at` in a matter (`subject`), and who waits for it.

    `warn_at` and `due_day_at` are NULL where that reminder would come before there was anything to be reminded of.
    `next_rung` is what the clock fires next, at `next_rung_at`; both are NULL once nothing is left to fire.
    `provisional` says that the count reached into a year whose calendar is not published yet. `source` is the
    rulebook entry that sets the limit; `escalates_to` the function whose bearer hears of a long delay. `ruled_on` is
    the day whose rulebook governs the matter: a recount after a change of the calendar asks that one again.
    `calendar_version` is the county's calendar by which it was counted; an older one than the county's is to be counted
    again. `round` rises with every due instant that is set ahead: in each, every rung may ring once. While the clock
    stands still (`suspended_since`), `due_at` is when it would run out if it went on at once.
    """

    __tablename__ = "deadlines"
    table_kind = Shared(
        "obligor_id",
        "waiting_id",
        oversight="county_id",
        app=("select", "insert", "update"),
        worker=("select", "update"),
    )
    relations = {"obligor": "obligor_id", "waiting": "waiting_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "obligor_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "waiting_id"], ["organisations.county_id", "organisations.id"]),
        # One thing is owed once: the same kind cannot run twice for a matter.
        Index(
            "uq_deadlines_open", "county_id", "subject_id", "kind", unique=True, postgresql_where=text(OPEN)
        ),
        # A deadline that was met or cancelled rings no more.
        CheckConstraint(f"({OPEN}) or next_rung_at is null", name="closed_is_silent"),
        CheckConstraint("(next_rung is null) = (next_rung_at is null)", name="rung_has_its_time"),
        # Neither does one that stands still; and what has ended stands still no more.
        CheckConstraint(
            f"suspended_since is null or ({OPEN} and next_rung_at is null)", name="suspended_is_silent"
        ),
        # The clock asks it once per county and pass: whatever rings no more, or not yet, costs it nothing.
        Index(
            "ix_deadlines_ringing",
            "county_id",
            "next_rung_at",
            postgresql_where=text("next_rung_at is not null"),
        ),
        # So does the recount: of all that is open it finds what an older calendar counted, if there is any.
        Index("ix_deadlines_counted", "county_id", "calendar_version", postgresql_where=text(OPEN)),
        Index(None, "county_id", "subject_id"),
        # What is open, soonest first: of whoever owes, of whoever waits, of the whole county.
        Index("ix_deadlines_owed", "county_id", "obligor_id", "due_at", "id", postgresql_where=text(OPEN)),
        Index("ix_deadlines_awaited", "county_id", "waiting_id", "due_at", "id", postgresql_where=text(OPEN)),
        Index("ix_deadlines_open", "county_id", "due_at", "id", postgresql_where=text(OPEN)),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    obligor_id: Mapped[UUID]
    waiting_id: Mapped[UUID | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    started_at: Mapped[datetime]
    amount: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str]
    source: Mapped[str]
    ruled_on: Mapped[date]
    warn_at: Mapped[datetime | None]
    due_day_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    escalate_at: Mapped[datetime | None]
    escalates_to: Mapped[str | None]
    provisional: Mapped[bool]
    calendar_version: Mapped[int]
    suspended_since: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(Integer)
    next_rung: Mapped[str | None]
    next_rung_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class DeadlineRung(Base):
    """A rung (warn, due, overdue, escalate) that was reached: once in each round of a deadline, whatever died meanwhile.

    `due_at` is the due instant that it spoke of.
    """

    __tablename__ = "deadline_rungs"
    table_kind = Shared(
        "obligor_id", "waiting_id", oversight="county_id", app=("select",), worker=("select", "insert")
    )
    relations = {"obligor": "obligor_id", "waiting": "waiting_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "deadline_id"], ["deadlines.county_id", "deadlines.id"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    deadline_id: Mapped[UUID] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rung: Mapped[str] = mapped_column(primary_key=True)
    obligor_id: Mapped[UUID]
    waiting_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    planned_at: Mapped[datetime]
    fired_at: Mapped[datetime]


class DeadlineChange(Base):
    """What happened to a running deadline (recounted, extended, suspended, resumed): old and new, and because of what.

    `because` names the document that changed the calendar, or is the ground of the act; by whom the act was stands
    empty for a recount, which is nobody's. The suspended and resumed ones are the ledger of suspensions.
    """

    __tablename__ = "deadline_changes"
    table_kind = Shared(
        "obligor_id",
        "waiting_id",
        author="by_tenant_id",
        oversight="county_id",
        app=("select", "insert"),
        worker=("select", "insert"),
    )
    relations = {"obligor": "obligor_id", "waiting": "waiting_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "deadline_id"], ["deadlines.county_id", "deadlines.id"]),
        ForeignKeyConstraint(["county_id", "by_tenant_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "by_person_id"], ["persons.county_id", "persons.id"]),
        # Whoever did it was party to it.
        CheckConstraint(
            "by_tenant_id is null or by_tenant_id = obligor_id or by_tenant_id = waiting_id",
            name="done_by_a_party",
        ),
        Index(None, "county_id", "deadline_id", "at"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    deadline_id: Mapped[UUID]
    obligor_id: Mapped[UUID]
    waiting_id: Mapped[UUID | None]
    kind: Mapped[str]
    at: Mapped[datetime]
    was_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    was_provisional: Mapped[bool]
    provisional: Mapped[bool]
    because: Mapped[str | None]
    by_tenant_id: Mapped[UUID | None]
    by_person_id: Mapped[UUID | None]
