"""Supervision notes: one row that the department and the township share from sending on.

Until sending `to_id` is NULL and the note is the sender's alone; whom the sender means stands in `addressee_id`, which
opens nothing. `overseen_id` is the county once the note is open to the bodies that oversee it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared


class SupervisionNote(Base):
    """A letter about an item of an empowerment and a matter that arose on a day, with what became of it."""

    __tablename__ = "supervision_notes"
    table_kind = Shared(
        "from_id", "to_id", author="from_id", oversight="overseen_id", app=("select", "insert", "update")
    )
    relations = {"sender": "from_id", "receiver": "to_id", "overseer": "overseen_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "from_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "addressee_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "to_id"], ["organisations.county_id", "organisations.id"]),
        # What is empowered is published to the whole county: that it exists is no secret to anybody.
        ForeignKeyConstraint(
            ["county_id", "empowerment_id", "item_id"],
            ["empowered_items.county_id", "empowered_items.empowerment_id", "empowered_items.item_id"],
        ),
        CheckConstraint(
            "state in ('draft', 'discarded', 'sent', 'acknowledged', 'answered')", name="known_state"
        ),
        CheckConstraint(
            "kind in ('source_control', 'correction_order', 'technical_support')", name="known_kind"
        ),
        CheckConstraint("from_id <> addressee_id", name="leaves_the_sender"),
        # An order that came first is named, and nothing else has one.
        CheckConstraint("(kind = 'correction_order') = (order_number is not null)", name="names_its_order"),
        # The receiver sees the note from sending on and not before, and it is the one that was addressed.
        CheckConstraint("(state in ('draft', 'discarded')) = (to_id is null)", name="shared_once_sent"),
        CheckConstraint("to_id is null or to_id = addressee_id", name="sent_to_the_addressee"),
        CheckConstraint(
            "(to_id is null) = (overseen_id is null) and (overseen_id is null or overseen_id = county_id)",
            name="overseen_once_sent",
        ),
        CheckConstraint(
            "(to_id is null) = (letter_number is null) and (to_id is null) = (sent_at is null)"
            " and (to_id is null) = (sent_by is null)",
            name="numbered_once_sent",
        ),
        CheckConstraint(
            "(state in ('acknowledged', 'answered')) = (acknowledged_at is not null)", name="acknowledged"
        ),
        CheckConstraint(
            "(state = 'answered') = (answer is not null) and (answer is null) = (answered_at is null)",
            name="answered",
        ),
        Index("ix_supervision_notes_sent", "county_id", "from_id", "id"),
        Index("ix_supervision_notes_received", "county_id", "to_id", "id"),
        Index("ix_supervision_notes_overseen", "county_id", "overseen_id", "id"),
        Index(None, "county_id", "empowerment_id", "id"),
        Index(None, "county_id", "item_id", "id"),
        Index(None, "county_id", "kind", "id"),
        Index(None, "county_id", "state", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_id: Mapped[UUID]
    addressee_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
    state: Mapped[str]
    version: Mapped[int]
    began_on: Mapped[date]
    kind: Mapped[str]
    empowerment_id: Mapped[UUID]
    item_id: Mapped[UUID]
    arose_on: Mapped[date]
    subject: Mapped[str]
    facts: Mapped[str]
    request: Mapped[str]
    order_number: Mapped[str | None]
    drafted_by: Mapped[UUID]
    created_at: Mapped[datetime]
    sent_by: Mapped[UUID | None]
    sent_for: Mapped[UUID | None]
    sent_at: Mapped[datetime | None]
    letter_number: Mapped[str | None]
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_for: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
