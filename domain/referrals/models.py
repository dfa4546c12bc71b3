"""Referrals, their materials and their events: rows that sender and receiver share from the moment of sending.

Until then `to_id` is NULL and the row is the sender's alone; whom the sender means stands in `addressee_id`, which
opens nothing. `admitted_id` is the receiver once the file (the contents of the materials) was opened to it, and
`overseen_id` the county once the row is open to the bodies that oversee it: both NULL before sending.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared

UNSENT = "state in ('draft', 'awaiting_approval', 'approved')"
OPEN = "state in ('draft', 'awaiting_approval', 'approved', 'sent', 'taken_in')"


class Referral(Base):
    """A case on its way from one tenant to another. `owner_id` is the one tenant answerable for it now."""

    __tablename__ = "referrals"
    table_kind = Shared(
        "from_id",
        "to_id",
        author="from_id",
        oversight="overseen_id",
        app=("select", "insert", "update", "delete"),
    )
    relations = {
        "sender": "from_id",
        "receiver": "to_id",
        "admitted": "admitted_id",
        "overseer": "overseen_id",
    }
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "from_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "addressee_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "to_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "owner_id"], ["organisations.county_id", "organisations.id"]),
        # What belongs to a referral names its sender as well: a foreign key sees past row security, and without the
        # body in it would tell a stranger which ids there are.
        UniqueConstraint("county_id", "id", "from_id"),
        CheckConstraint(
            "state in ('draft', 'awaiting_approval', 'approved', 'sent', 'taken_in', 'accepted', 'returned',"
            " 'withdrawn')",
            name="known_state",
        ),
        # A body refers nothing to itself.
        CheckConstraint("from_id <> addressee_id", name="leaves_the_sender"),
        # The receiver sees a referral from sending on and not before, and it is the one that was addressed.
        CheckConstraint(f"({UNSENT}) = (to_id is null)", name="shared_once_sent"),
        CheckConstraint("to_id is null or to_id = addressee_id", name="sent_to_the_addressee"),
        # Exactly one body is answerable: the receiver once it accepted, the sender before and after a return.
        CheckConstraint(
            "owner_id = case when state = 'accepted' then to_id else from_id end", name="one_owner"
        ),
        # Oversight begins with sending and stays in the county.
        CheckConstraint(
            "(to_id is null) = (overseen_id is null) and (overseen_id is null or overseen_id = county_id)",
            name="overseen_once_sent",
        ),
        # The file is opened to nobody but the receiver.
        CheckConstraint("admitted_id is null or admitted_id = to_id", name="only_the_receiver_is_admitted"),
        # What was sent has a number.
        CheckConstraint(f"({UNSENT}) or letter_number is not null", name="numbered_once_sent"),
        CheckConstraint(
            "state not in ('taken_in', 'accepted', 'returned') or receipt_number is not null",
            name="receipted",
        ),
        Index("ix_referrals_sent", "county_id", "from_id", "id"),
        Index("ix_referrals_received", "county_id", "to_id", "id"),
        Index("ix_referrals_sent_open", "county_id", "from_id", "id", postgresql_where=text(OPEN)),
        Index("ix_referrals_received_open", "county_id", "to_id", "id", postgresql_where=text(OPEN)),
        Index("ix_referrals_open", "county_id", "id", postgresql_where=text(OPEN)),
        # What lists are narrowed by: the other body on either side; the rest is rare enough in a county as a whole.
        Index("ix_referrals_sent_to", "county_id", "from_id", "addressee_id", "id"),
        Index("ix_referrals_received_from", "county_id", "to_id", "from_id", "id"),
        Index(None, "county_id", "item_code", "id"),
        Index(None, "county_id", "found_on"),
        Index(None, "county_id", "sent_at"),
        Index(None, "county_id", "taken_in_at"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_id: Mapped[UUID]
    addressee_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    owner_id: Mapped[UUID]
    admitted_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
    state: Mapped[str]
    version: Mapped[int]
    began_on: Mapped[date]
    found_on: Mapped[date]
    party: Mapped[str]
    place: Mapped[str]
    facts: Mapped[str]
    item_code: Mapped[str]
    legal_basis: Mapped[str]
    missing_reason: Mapped[str | None]
    drafted_by: Mapped[UUID]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    letter_number: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    sent_late: Mapped[bool]
    late_reason: Mapped[str | None]
    receipt_number: Mapped[str | None]
    taken_in_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    return_reasons: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]
    created_at: Mapped[datetime]


class ReferralMaterial(Base):
    """One of the materials that go with the letter. Who sees it in the list need not be able to open it."""

    __tablename__ = "referral_materials"
    table_kind = Shared(
        "from_id",
        "to_id",
        author="from_id",
        oversight="overseen_id",
        app=("select", "insert", "update", "delete"),
    )
    relations = {
        "sender": "from_id",
        "receiver": "to_id",
        "admitted": "admitted_id",
        "overseer": "overseen_id",
    }
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "referral_id", "from_id"],
            ["referrals.county_id", "referrals.id", "referrals.from_id"],
        ),
        ForeignKeyConstraint(
            ["county_id", "file_id", "from_id"], ["files.county_id", "files.id", "files.owner_id"]
        ),
        CheckConstraint("admitted_id is null or admitted_id = to_id", name="only_the_receiver_is_admitted"),
        Index(None, "county_id", "referral_id", "id"),
        # Asked by the foreign key whenever the sweeper removes a file.
        Index(None, "county_id", "file_id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID]
    from_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    admitted_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
    kind: Mapped[str]
    title: Mapped[str]
    file_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    attached_at: Mapped[datetime]


class ReferralEvent(Base):
    """What happened to a referral, by whom. Events before sending stay the sender's own: their `to_id` is NULL."""

    __tablename__ = "referral_events"
    table_kind = Shared(
        "from_id",
        "to_id",
        author="by_tenant_id",
        oversight="overseen_id",
        app=("select", "insert", "delete"),
    )
    relations = {"sender": "from_id", "receiver": "to_id", "overseer": "overseen_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "referral_id", "from_id"],
            ["referrals.county_id", "referrals.id", "referrals.from_id"],
        ),
        # Whoever did it was party to it.
        CheckConstraint("by_tenant_id = from_id or by_tenant_id = to_id", name="done_by_a_party"),
        Index(None, "county_id", "referral_id", "number"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(Integer)
    from_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
    kind: Mapped[str]
    at: Mapped[datetime]
    by_tenant_id: Mapped[UUID]
    by_person_id: Mapped[UUID]
    by_capacity_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]]
