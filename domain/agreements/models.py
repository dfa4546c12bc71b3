"""Agreements: one row that the two bodies share from the proposal on, open to oversight from the start.

`from_id` proposed it and `to_id` answers. `one_id` and `other_id` are the same two in the order of their ids: an
agreement holds in either direction, so what may be there only once is said of the pair.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared

# An agreement that was ended before its first day has never held.
HOLDS = "(state = 'confirmed' or (state = 'ended' and ends_on > since))"


class Agreement(Base):
    """A list of materials for the referrals of one item between two bodies, from `since` until before `ends_on`.

    Of the agreements that hold, the one with the latest first day that has come answers for a day. As no two of a
    pair and an item begin on the same day, at most one does, and the database sees to it.
    """

    __tablename__ = "agreements"
    table_kind = Shared(
        "one_id", "other_id", author="from_id", oversight="county_id", app=("select", "insert", "update")
    )
    relations = {"sender": "from_id", "receiver": "to_id", "overseer": "county_id"}
    __table_args__ = (
        ForeignKeyConstraint(["county_id", "from_id"], ["organisations.county_id", "organisations.id"]),
        ForeignKeyConstraint(["county_id", "to_id"], ["organisations.county_id", "organisations.id"]),
        CheckConstraint(
            "state in ('proposed', 'confirmed', 'declined', 'withdrawn', 'ended')", name="known_state"
        ),
        CheckConstraint("from_id <> to_id", name="between_two"),
        CheckConstraint(
            "one_id = least(from_id, to_id) and other_id = greatest(from_id, to_id)", name="pair_in_order"
        ),
        # Both said so, in writing, before it holds; and it holds from the day after at the earliest.
        CheckConstraint(
            "(state in ('proposed', 'withdrawn')) = (answered_at is null)"
            " and (answered_at is null) = (answered_by is null)",
            name="answered",
        ),
        CheckConstraint("(state = 'declined') = (decline_reasons is not null)", name="declined_with_reasons"),
        CheckConstraint("(state = 'ended') = (ends_on is not null)", name="ends_when_ended"),
        CheckConstraint(
            """materials @> '[{"kind": "letter", "need": "required"}]'::jsonb""", name="the_letter_stays"
        ),
        Index(
            "uq_agreements_first_day",
            "county_id",
            "one_id",
            "other_id",
            "item_code",
            "since",
            unique=True,
            postgresql_where=text(HOLDS),
        ),
        Index("ix_agreements_proposed_by", "county_id", "from_id", "id"),
        Index("ix_agreements_proposed_to", "county_id", "to_id", "id"),
        Index(None, "county_id", "item_code", "id"),
        Index(None, "county_id", "state", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_id: Mapped[UUID]
    to_id: Mapped[UUID]
    one_id: Mapped[UUID]
    other_id: Mapped[UUID]
    state: Mapped[str]
    version: Mapped[int]
    item_code: Mapped[str]
    materials: Mapped[list[dict[str, Any]]]
    since: Mapped[date]
    ends_on: Mapped[date | None]
    proposed_by: Mapped[UUID]
    proposed_for: Mapped[UUID | None]
    proposed_at: Mapped[datetime]
    answered_by: Mapped[UUID | None]
    answered_for: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    decline_reasons: Mapped[str | None]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
