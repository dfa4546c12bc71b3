"""Enforcement certificates, what became of each and why, and who has the legal qualification."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private, Shared

LIVING = "state in ('held', 'withheld')"


class Certificate(Base):
    """The enforcement certificate that `issuer` gave to somebody of `home`."""

    __tablename__ = "certificates"
    table_kind = Shared(
        "home_id",
        "issuer_id",
        author="issuer_id",
        # Whatever they act for: an invalid certificate stops them there as well.
        person="person_id",
        oversight="county_id",
        changes=("state", "valid_until", "version"),
        app=("select", "insert", "update"),
    )
    relations = {"issuer": "issuer_id", "home": "home_id", "holder": "person_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id"], ["persons.county_id", "persons.home_id", "persons.id"]
        ),
        ForeignKeyConstraint(["county_id", "issuer_id"], ["organisations.county_id", "organisations.id"]),
        UniqueConstraint("county_id", "issuer_id", "number"),
        # What refers to a certificate names its two parties and its holder as well.
        UniqueConstraint("county_id", "issuer_id", "home_id", "person_id", "id"),
        CheckConstraint("valid_until >= issued_on", name="ends_after_it_began"),
        # Nobody has two at once.
        Index(
            "uq_certificates_living",
            "county_id",
            "home_id",
            "person_id",
            unique=True,
            postgresql_where=text(LIVING),
        ),
        Index(None, "county_id", "home_id", "id"),
        Index(None, "county_id", "issuer_id", "id"),
        Index(None, "county_id", "person_id"),
        Index(None, "county_id", "state", "id"),
        # What runs out soon.
        Index(None, "county_id", "valid_until"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    home_id: Mapped[UUID]
    person_id: Mapped[UUID]
    number: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    state: Mapped[str]
    version: Mapped[int]
    # Empty where a roster was taken in by command.
    issued_by: Mapped[UUID | None]
    issued_at: Mapped[datetime]


class CertificateChange(Base):
    """What became of a certificate, when, by whom and why."""

    __tablename__ = "certificate_changes"
    table_kind = Shared(
        "home_id", "issuer_id", person="person_id", oversight="county_id", app=("select", "insert")
    )
    relations = {"issuer": "issuer_id", "home": "home_id", "holder": "person_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "issuer_id", "home_id", "person_id", "certificate_id"],
            [
                "certificates.county_id",
                "certificates.issuer_id",
                "certificates.home_id",
                "certificates.person_id",
                "certificates.id",
            ],
        ),
        Index(None, "county_id", "certificate_id", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[UUID]
    issuer_id: Mapped[UUID]
    home_id: Mapped[UUID]
    person_id: Mapped[UUID]
    state: Mapped[str]
    reason: Mapped[str]
    by_person_id: Mapped[UUID]
    at: Mapped[datetime]


class Qualification(Base):
    """Since when somebody has the legal qualification, and since when they have been in a legal reviewer's post.

    What was entered last counts.
    """

    __tablename__ = "qualifications"
    table_kind = Private(
        owner="home_id",
        oversight="county_id",
        app=("select", "insert"),
    )
    relations = {"home": "home_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "home_id", "person_id"], ["persons.county_id", "persons.home_id", "persons.id"]
        ),
        Index(None, "county_id", "person_id", "id"),
        CheckConstraint("qualified_on is not null or reviewing_since is not null", name="says_something"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    home_id: Mapped[UUID]
    person_id: Mapped[UUID]
    qualified_on: Mapped[date | None]
    reviewing_since: Mapped[date | None]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime]
