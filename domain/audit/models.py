"""The audit trail: lines written by commands, the seals that chain them, and what waits to be sealed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, System


class AuditLine(Base):
    """Who did what to what, when, in which capacity, and in whose place. `commitment` binds the line to its content.

    Where somebody stood in for an absent colleague, `for_person_id` and `for_capacity_id` say of whom the act was expected.

    The commitment is salted, so that erasing the content (personal data) leaves nothing to guess it from, while the
    chain stays whole.
    """

    __tablename__ = "audit_lines"
    table_kind = System(author="tenant_id", app=("insert",), worker=("select", "insert"))

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    tenant_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    capacity_id: Mapped[UUID | None]
    for_person_id: Mapped[UUID | None]
    for_capacity_id: Mapped[UUID | None]
    commitment: Mapped[bytes]


class AuditContent(Base):
    """The content of a line and its salt, erasable apart from the line."""

    __tablename__ = "audit_contents"
    table_kind = System(app=("insert",), worker=("select", "insert"))
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "line_id"], ["audit_lines.county_id", "audit_lines.id"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    content: Mapped[dict[str, Any]]


class AuditUnsealed(Base):
    """A line that waits for the sealer. The only part of the trail from which anything is ever deleted."""

    __tablename__ = "audit_unsealed"
    table_kind = System(app=("insert",), worker=("select", "insert", "delete"))
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "line_id"], ["audit_lines.county_id", "audit_lines.id"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class AuditSeal(Base):
    """One link of a county's chain: `digest` covers the previous seal and the digests of the lines it seals."""

    __tablename__ = "audit_seals"
    table_kind = System(worker=("select", "insert"))

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    previous: Mapped[bytes]
    digest: Mapped[bytes]
    lines: Mapped[int] = mapped_column(Integer)
    sealed_at: Mapped[datetime]


class AuditSealedLine(Base):
    """A line's place in a seal, and its digest at that moment."""

    __tablename__ = "audit_sealed_lines"
    table_kind = System(worker=("select", "insert"))
    __table_args__ = (
        UniqueConstraint("county_id", "seal_number", "position"),
        ForeignKeyConstraint(["county_id", "seal_number"], ["audit_seals.county_id", "audit_seals.number"]),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    seal_number: Mapped[int]
    position: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes]
