"""Consultations: one row that home and host of a secondment share, open to oversight from the start.

`from_id` proposed it and `to_id` is the co-manager; the two are `home_id` and `host_id`, whichever way round.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared

OPEN = "state in ('asked', 'cleared')"


class Consultation(Base):
    """What is to become of an officer's secondment from `since` on, on which ground, and what the co-manager said.

    `body_id` is where to: the township of a transfer, the borrower of a borrowing, which has a last day besides.
    """

    __tablename__ = "consultations"
    table_kind = Shared(
        "home_id",
        "host_id",
        author="from_id",
        oversight="county_id",
        changes=(
            "state",
            "version",
            "answer",
            "reasons",
            "answered_by",
            "answered_for",
            "answered_at",
            "closed_by",
            "closed_for",
            "closed_at",
        ),
        app=("select", "insert", "update"),
    )
    relations = {"sender": "from_id", "receiver": "to_id", "home": "home_id", "overseer": "county_id"}
    __table_args__ = (
        # Of a secondment that is there, between its own two bodies, about its own officer.
        ForeignKeyConstraint(
            ["county_id", "home_id", "host_id", "person_id", "secondment_id"],
            [
                "secondments.county_id",
                "secondments.home_id",
                "secondments.host_id",
                "secondments.person_id",
                "secondments.id",
            ],
        ),
        ForeignKeyConstraint(["county_id", "body_id"], ["organisations.county_id", "organisations.id"]),
        CheckConstraint(
            "(from_id = home_id and to_id = host_id) or (from_id = host_id and to_id = home_id)",
            name="between_the_two",
        ),
        CheckConstraint(
            "kind in ('recall', 'transfer', 'borrowing', 'appointment', 'removal')", name="known_kind"
        ),
        CheckConstraint("asks in ('nothing', 'opinion', 'consent')", name="known_asks"),
        CheckConstraint(
            "state in ('asked', 'cleared', 'refused', 'withdrawn', 'carried_out')", name="known_state"
        ),
        CheckConstraint("asks <> 'nothing' or state not in ('asked', 'refused')", name="asked_for_something"),
        CheckConstraint("answer in ('agrees', 'objects', 'opinion')", name="known_answer"),
        # Consent is given or refused; without it, nothing that needs it is clear.
        CheckConstraint(
            "asks <> 'consent' or state <> 'cleared' or (answer is not null and answer = 'agrees')",
            name="consented",
        ),
        CheckConstraint(
            "(answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)",
            name="answered_by_somebody",
        ),
        CheckConstraint("answer is null or answer = 'agrees' or reasons is not null", name="with_reasons"),
        CheckConstraint("(kind in ('transfer', 'borrowing')) = (body_id is not null)", name="says_where_to"),
        CheckConstraint("(kind = 'borrowing') = (until is not null)", name="borrowed_for_a_term"),
        CheckConstraint("until is null or until >= since", name="ends_after_it_began"),
        CheckConstraint("(kind in ('appointment', 'removal')) = (post is not null)", name="says_which_post"),
        CheckConstraint(
            "(state in ('withdrawn', 'carried_out')) = (closed_at is not null)"
            " and (closed_at is null) = (closed_by is null)",
            name="closed_by_somebody",
        ),
        # One at a time of a kind; with its two bodies, so that it tells nobody else that there is one.
        Index(
            "uq_consultations_open",
            "county_id",
            "home_id",
            "host_id",
            "secondment_id",
            "kind",
            unique=True,
            postgresql_where=text(OPEN),
        ),
        Index("ix_consultations_proposed_by", "county_id", "from_id", "id"),
        Index("ix_consultations_proposed_to", "county_id", "to_id", "id"),
        Index(None, "county_id", "home_id", "id"),
        Index(None, "county_id", "host_id", "id"),
        Index(None, "county_id", "secondment_id", "id"),
        Index(None, "county_id", "kind", "id"),
        Index(None, "county_id", "state", "id"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_id: Mapped[UUID]
    to_id: Mapped[UUID]
    home_id: Mapped[UUID]
    host_id: Mapped[UUID]
    person_id: Mapped[UUID]
    secondment_id: Mapped[UUID]
    kind: Mapped[str]
    asks: Mapped[str]
    # Where the rules of `began_on` say who decides and who is asked.
    source: Mapped[str]
    began_on: Mapped[date]
    state: Mapped[str]
    version: Mapped[int]
    ground: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    body_id: Mapped[UUID | None]
    post: Mapped[str | None]
    proposed_by: Mapped[UUID]
    proposed_for: Mapped[UUID | None]
    proposed_at: Mapped[datetime]
    answer: Mapped[str | None]
    reasons: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_for: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    closed_for: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
