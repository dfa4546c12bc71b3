"""Referrals, their materials, articles and events: rows that sender and receiver share from the moment of sending.

Until then `to_id` is NULL and the row is the sender's alone; whom the sender means stands in `addressee_id`, which
opens nothing. `admitted_id` is the receiver once the file (the contents of the materials) was opened to it, and
`overseen_id` the county once the row is open to the bodies that oversee it: both NULL before sending. What each body
notes for itself is its own row and never shared.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private, Shared

STATES = (
    "state in ('draft', 'awaiting_approval', 'approved', 'sent', 'taken_in', 'verified', 'awaiting_material',"
    " 'doubted', 'accepted', 'passed_on', 'decided', 'concluded', 'returned', 'withdrawn')"
)
UNSENT = "state in ('draft', 'awaiting_approval', 'approved')"
OPEN = "state not in ('concluded', 'returned', 'withdrawn')"
OF_THE_RECEIVER = "state in ('accepted', 'passed_on', 'decided', 'concluded')"
NOT_TAKEN_IN = "state in ('draft', 'awaiting_approval', 'approved', 'sent', 'withdrawn')"
DECIDED = "state in ('decided', 'concluded')"


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
        CheckConstraint(STATES, name="known_state"),
        # A body refers nothing to itself.
        CheckConstraint("from_id <> addressee_id", name="leaves_the_sender"),
        # The receiver sees a referral from sending on and not before, and it is the one that was addressed.
        CheckConstraint(f"({UNSENT}) = (to_id is null)", name="shared_once_sent"),
        CheckConstraint("to_id is null or to_id = addressee_id", name="sent_to_the_addressee"),
        # Exactly one body is answerable: the receiver once it has accepted or passed on, the sender in all else.
        CheckConstraint(
            f"owner_id = case when {OF_THE_RECEIVER} then to_id else from_id end", name="one_owner"
        ),
        # Oversight begins with sending and stays in the county.
        CheckConstraint(
            "(to_id is null) = (overseen_id is null) and (overseen_id is null or overseen_id = county_id)",
            name="overseen_once_sent",
        ),
        # The file is opened to nobody but the receiver.
        CheckConstraint(
            "admitted_id is null or admitted_id is not distinct from to_id",
            name="only_the_receiver_is_admitted",
        ),
        # What was sent has a number.
        CheckConstraint(f"({UNSENT}) or letter_number is not null", name="numbered_once_sent"),
        CheckConstraint(f"({NOT_TAKEN_IN}) or receipt_number is not null", name="receipted"),
        # A violation is recorded as stopped, or as ordered to stop, with the time and in words.
        CheckConstraint(
            "stop is null or (stop in ('ordered', 'stopped') and stopped_at is not null and stop_note is not null)",
            name="known_stop",
        ),
        # The receiver's clocks stand still on a ground, and only while it has the matter in hand.
        CheckConstraint(
            "suspension is null or (suspension in ('inspection', 'testing', 'quarantine', 'appraisal', 'expert_review')"
            " and state in ('taken_in', 'verified', 'accepted', 'passed_on'))",
            name="known_suspension",
        ),
        # A doubt goes the way of the place's rulebook, and is reasoned.
        CheckConstraint(
            "(doubt_step is null) = (doubt_reasons is null)"
            " and (doubt_step is null or doubt_step in ('ask_government', 'negotiate', 'coordinate'))",
            name="known_doubt",
        ),
        # A decision has its day; what was concluded has its outcome.
        CheckConstraint(
            f"({DECIDED}) = (decision is not null) and (decision is null) = (effective_on is null)"
            " and (decision is null or decision in ('penalty', 'no_penalty', 'terminated'))",
            name="known_decision",
        ),
        CheckConstraint("(state = 'concluded') = (outcome is not null)", name="outcome_once_concluded"),
        CheckConstraint(
            "approved_for is null or approved_by is not null", name="approved_in_somebodys_place"
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
        Index(None, "county_id", "state", "id"),
        Index(None, "county_id", "found_on"),
        Index(None, "county_id", "sent_at"),
        Index(None, "county_id", "taken_in_at"),
        Index(None, "county_id", "onward_of", postgresql_where=text("onward_of is not null")),
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
    urgent_found_at: Mapped[datetime | None]
    prior_notice_at: Mapped[datetime | None]
    ongoing: Mapped[bool]
    stop: Mapped[str | None]
    stopped_at: Mapped[datetime | None]
    stop_note: Mapped[str | None]
    onward_of: Mapped[UUID | None]
    party: Mapped[str]
    place: Mapped[str]
    facts: Mapped[str]
    item_code: Mapped[str]
    legal_basis: Mapped[str]
    missing_reason: Mapped[str | None]
    drafted_by: Mapped[UUID]
    approved_by: Mapped[UUID | None]
    # Of whom the approval was expected, where somebody stood in for them.
    approved_for: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    letter_number: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    sent_late: Mapped[bool]
    late_reason: Mapped[str | None]
    receipt_number: Mapped[str | None]
    taken_in_at: Mapped[datetime | None]
    material_asked: Mapped[str | None]
    material_asked_at: Mapped[datetime | None]
    suspension: Mapped[str | None]
    doubt_step: Mapped[str | None]
    doubt_reasons: Mapped[str | None]
    settlement: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    return_reasons: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]
    decision: Mapped[str | None]
    decision_note: Mapped[str | None]
    effective_on: Mapped[date | None]
    outcome: Mapped[str | None]
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
        CheckConstraint(
            "admitted_id is null or admitted_id is not distinct from to_id",
            name="only_the_receiver_is_admitted",
        ),
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


class ReferralArticle(Base):
    """One of the articles that go with the case: what it is, how much, and what became of it before the handover.

    `proceeds` is in fen, of a disposal on `disposed_on`.
    """

    __tablename__ = "referral_articles"
    table_kind = Shared(
        "from_id",
        "to_id",
        author="from_id",
        oversight="overseen_id",
        app=("select", "insert", "update", "delete"),
    )
    relations = {"sender": "from_id", "receiver": "to_id", "overseer": "overseen_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "referral_id", "from_id"],
            ["referrals.county_id", "referrals.id", "referrals.from_id"],
        ),
        CheckConstraint("quantity > 0", name="some_quantity"),
        CheckConstraint(
            "proceeds is null or (proceeds >= 0 and disposed_on is not null)", name="disposed_of"
        ),
        Index(None, "county_id", "referral_id", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID]
    from_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
    name: Mapped[str]
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str]
    disposed_on: Mapped[date | None]
    proceeds: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None]
    listed_at: Mapped[datetime]


class ReferralNote(Base):
    """What one body notes for itself about a referral: the other never reads it. `finding` is what verifying found."""

    __tablename__ = "referral_notes"
    table_kind = Private(app=("select", "insert"))
    relations = {"owner": "owner_id"}
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_id", "referral_id", "from_id"],
            ["referrals.county_id", "referrals.id", "referrals.from_id"],
        ),
        CheckConstraint("finding is null or finding in ('fit', 'unfit', 'incomplete')", name="known_finding"),
        Index(None, "county_id", "owner_id", "referral_id", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID]
    from_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    by_person_id: Mapped[UUID]
    at: Mapped[datetime]
    finding: Mapped[str | None]
    text: Mapped[str]


class ReferralEvent(Base):
    """What happened to a referral, by whom; `for_person_id` is the absent colleague for whom they stood in.

    Events before sending stay the sender's own, and later ones of what it prepares to supply: their `to_id` is NULL.
    """

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
    for_person_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]]
