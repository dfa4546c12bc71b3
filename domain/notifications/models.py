"""Notices to people, each in one of their capacities."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private, System

UNREAD, READ = "read_at is null", "read_at is not null"


class Notification(Base):
    """What one person is told in one capacity. It holds the kind and ids; the sentence is made for the reader.

    `number` is its place in the inbox: whoever has seen one has had every smaller one to see.
    """

    __tablename__ = "notifications"
    table_kind = Private(app=("select", "update"), worker=("select", "insert"))
    relations = {"addressee": "capacity_id"}
    __table_args__ = (
        # An announcement reaches a capacity once, however often it is relayed.
        UniqueConstraint("county_id", "announcement_id", "capacity_id"),
        ForeignKeyConstraint(["county_id", "capacity_id"], ["capacities.county_id", "capacities.id"]),
        Index(None, "county_id", "capacity_id", "number"),
        Index("ix_notifications_unread", "county_id", "capacity_id", "number", postgresql_where=text(UNREAD)),
        # The person's inbox has the unread ones of several posts in one order, which is that of their times.
        Index(
            "ix_notifications_unread_by_time",
            "county_id",
            "capacity_id",
            "announced_at",
            "id",
            postgresql_where=text(UNREAD),
        ),
        Index("ix_notifications_read", "county_id", "capacity_id", "number", postgresql_where=text(READ)),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    capacity_id: Mapped[UUID]
    person_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(Integer)
    announcement_id: Mapped[UUID]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]]
    announced_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Inbox(Base):
    """How many notices a capacity was given so far. Whoever delivers holds the row until the commit.

    So notices become visible in the order of their numbers, which ids, made before, do not promise.
    """

    __tablename__ = "inboxes"
    table_kind = System(worker=("select", "insert", "update"))

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    capacity_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(Integer)
