"""Alerts: the sender's own letter, and for each recipient a notice that carries it and that the two share.

Until sending `to_id` is NULL and the notice is the sender's alone; whom the sender means stands in `addressee_id`, which
opens nothing. `overseen_id` is the county once the notice is open to the bodies that oversee it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Private, Shared

KNOWN_KIND = "kind in ('hazard', 'hot_spot', 'industry', 'regional')"


class Alert(Base):
    """The letter as its sender keeps it. What the recipients see of it is on their notices."""

    __tablename__ = "alerts"
    table_kind = Private(app=("select", "insert", "update"))
    relations = {"owner": "owner_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "owner_id"], ["organisations.county_id", "organisations.id"]),
        # What belongs to an alert names its sender as well: a foreign key sees past row security, and without the
        # body in it would tell a stranger which ids there are.
        UniqueConstraint("county_id", "id", "owner_id"),
        CheckConstraint("state in ('draft', 'sent', 'discarded')", name="known_state"),
        CheckConstraint(KNOWN_KIND, name="known_kind"),
        # What was sent has a number, somebody who sent it, and a time.
        CheckConstraint(
            "(state = 'sent') = (letter_number is not null) and (state = 'sent') = (sent_at is not null)"
            " and (state = 'sent') = (sent_by is not null)",
            name="numbered_once_sent",
        ),
        Index(None, "county_id", "owner_id", "id"),
        Index("ix_alerts_state", "county_id", "owner_id", "state", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    state: Mapped[str]
    version: Mapped[int]
    began_on: Mapped[date]
    kind: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[str]
    place: Mapped[str]
    item_code: Mapped[str | None]
    drafted_by: Mapped[UUID]
    created_at: Mapped[datetime]
    sent_by: Mapped[UUID | None]
    sent_for: Mapped[UUID | None]
    sent_at: Mapped[datetime | None]
    letter_number: Mapped[str | None]


class AlertNotice(Base):
    """The alert as one recipient has it, with what became of it there. One for each recipient."""

    __tablename__ = "alert_notices"
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
            ["county_id", "alert_id", "from_id"], ["alerts.county_id", "alerts.id", "alerts.owner_id"]
        ),
        ForeignKeyConstraint(["county_id", "addressee_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "to_id"], ["organisations.county_id", "organisations.id"]),
        # Nobody is told twice.
        UniqueConstraint("county_id", "alert_id", "from_id", "addressee_id"),
        CheckConstraint("state in ('draft', 'sent', 'acknowledged', 'answered')", name="known_state"),
        CheckConstraint(KNOWN_KIND, name="known_kind"),
        CheckConstraint("from_id <> addressee_id", name="leaves_the_sender"),
        # The recipient sees the notice from sending on and not before, and it is the one that was addressed.
        CheckConstraint("(state = 'draft') = (to_id is null)", name="shared_once_sent"),
        CheckConstraint("to_id is null or to_id = addressee_id", name="sent_to_the_addressee"),
        CheckConstraint(
            "(to_id is null) = (overseen_id is null) and (overseen_id is null or overseen_id = county_id)",
            name="overseen_once_sent",
        ),
        CheckConstraint("(to_id is null) = (letter_number is null)", name="numbered_once_sent"),
        CheckConstraint(
            "(state in ('acknowledged', 'answered')) = (acknowledged_at is not null)", name="acknowledged"
        ),
        # An answer is one of three, has words, and has a day if it is a meeting.
        CheckConstraint(
            "(state = 'answered') = (answer is not null) and (answer is null) = (answer_text is null)"
            " and (answer is null or answer in ('measures', 'nothing_to_do', 'joint_meeting'))"
            " and (meeting_on is not null) = (answer is not null and answer = 'joint_meeting')",
            name="answered",
        ),
        Index("ix_alert_notices_received", "county_id", "to_id", "id"),
        Index("ix_alert_notices_overseen", "county_id", "overseen_id", "id"),
        Index(None, "county_id", "state", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    alert_id: Mapped[UUID]
    from_id: Mapped[UUID]
    addressee_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    overseen_id: Mapped[UUID | None]
    state: Mapped[str]
    version: Mapped[int]
    began_on: Mapped[date]
    kind: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[str]
    place: Mapped[str]
    item_code: Mapped[str | None]
    letter_number: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answer_text: Mapped[str | None]
    meeting_on: Mapped[date | None]
    answered_by: Mapped[UUID | None]
    answered_for: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
