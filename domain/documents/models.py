"""Uploaded files and the numbers of letters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private


class File(Base):
    """A file as it was uploaded; the stored bytes lie under its id. Unattached ones are swept after a while."""

    __tablename__ = "files"
    table_kind = Private(app=("select", "insert", "update"), worker=("select", "update", "delete"))
    relations = {"owner": "owner_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "owner_id"], ["organisations.county_id", "organisations.id"]),
        # For foreign keys that name the body as well, so that none tells a stranger which ids there are.
        UniqueConstraint("county_id", "id", "owner_id"),
        Index("ix_files_unattached", "uploaded_at", postgresql_where=text("attached_at is null")),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    uploaded_by: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_at: Mapped[datetime]
    attached_at: Mapped[datetime | None]


class NumberCounter(Base):
    """The last number of one kind that a tenant gave in a year: taken as the last statement of a command."""

    __tablename__ = "number_counters"
    table_kind = Private(app=("select", "insert", "update"))
    __table_args__ = (CheckConstraint("last >= 1", name="counts_from_one"),)

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]


class IssuedNumber(Base):
    """A number that was given, and to what. Numbers are never deleted; a void one stays, as void."""

    __tablename__ = "issued_numbers"
    table_kind = Private(app=("select", "insert"))
    __table_args__ = (
        # A matter has one number of a kind from a tenant.
        UniqueConstraint("county_id", "owner_id", "kind", "subject_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    formatted: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    issued_at: Mapped[datetime]
    void_at: Mapped[datetime | None]
