"""What commands announced, and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Platform, System

UNDELIVERED = "handled_at is null and dead_at is null"


class Announcement(Base):
    """A fact that a command left for the relay in its own transaction. It carries ids, never contents.

    `audience` lists who is concerned: `{"tenant": id, "roles": [...]}`, `{"tenant": id, "person": id}` or
    `{"function": name}`. `seq` orders the announcements of one subject, whose commands are serialised by the lock on
    the matter. `announced_at` is the act's own time; `next_attempt_at`, `handled_at` and `dead_at` are the machine's
    wall clock. `attempts` counts how often a handler began on it, so that what was lost on the way is not held
    against it.
    """

    __tablename__ = "announcements"
    table_kind = System(app=("insert",), worker=("select", "insert", "update", "delete"))
    __table_args__ = (
        Index("ix_announcements_waiting", "next_attempt_at", "seq", postgresql_where=text(UNDELIVERED)),
        Index("ix_announcements_subject", "subject_id", "seq", postgresql_where=text(UNDELIVERED)),
        Index("ix_announcements_handled", "handled_at", postgresql_where=text("handled_at is not null")),
        Index("ix_announcements_dead", "dead_at", postgresql_where=text("dead_at is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    county_id: Mapped[UUID]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    audience: Mapped[list[dict[str, Any]]]
    facts: Mapped[dict[str, Any]]
    announced_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer)
    handled_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Receipt(Base):
    """That a handler dealt with an announcement: the second time it comes, it is passed over."""

    __tablename__ = "announcement_receipts"
    table_kind = System(worker=("select", "insert"))

    announcement_id: Mapped[UUID] = mapped_column(
        ForeignKey("announcements.id", ondelete="cascade"), primary_key=True
    )
    handler: Mapped[str] = mapped_column(primary_key=True)
    handled_at: Mapped[datetime]


class Beat(Base):
    """When a reconciler last ran, by the wall clock, and what it found left to do.

    An old beat makes the platform say that it is not ready. `waiting_since` is the oldest thing that is due and not
    done (a rung, an announcement, an unsealed line), NULL when there is none; `given_up` counts dead letters and `done` what
    was ever done (rungs fired, announcements delivered, lines sealed), by all workers together; what a killed one did in
    its last seconds is missing. They stand here because the API, which shows them, may not look into the tables they come from.
    """

    __tablename__ = "beats"
    table_kind = Platform(app=("select",), worker=("select", "insert", "update"))

    reconciler: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    given_up: Mapped[int]
    done: Mapped[int] = mapped_column(BigInteger)
