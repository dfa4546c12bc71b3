"""Disciplinary cases: one row that the inquirer shares with the other side once it is concluded.

`copied_id` and `concerned_id` stay empty until then: the first opens the case to the other of home and host, the second to
the officer whom it is about. Until then `inquired_id` names that officer, to whom it is closed in every post.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.kinds import Base, Shared

CHANGES = (
    "copied_id",
    "inquired_id",
    "concerned_id",
    "state",
    "version",
    "subject",
    "facts",
    "dropped_because",
    "finding",
    "measure",
    "measure_now",
    "benefits_from",
    "benefits_until",
    "concluded_by",
    "concluded_for",
    "concluded_at",
    "review_until",
    "review_reasons",
    "review_asked_at",
    "outcome",
    "review_answer",
    "reviewed_by",
    "reviewed_for",
    "reviewed_at",
)
"""Neither the officer, nor the ground, nor the day: another failing is another case."""

_OPEN = "state in ('inquiring', 'dropped')"


class DisciplinaryCase(Base):
    """One failing of one officer under one secondment, with what was found, decided and reviewed."""

    __tablename__ = "disciplinary_cases"
    table_kind = Shared(
        "inquirer_id",
        "copied_id",
        author="inquirer_id",
        # Once it is concluded they read it in whatever post they act.
        person="concerned_id",
        oversight="county_id",
        changes=CHANGES,
        app=("select", "insert", "update"),
    )
    relations = {
        "inquirer": "inquirer_id",
        "copied": "copied_id",
        "inquired": "inquired_id",
        "concerned": "concerned_id",
        "overseer": "county_id",
    }
    __table_args__ = (
        # The secondment of that very officer from that very home to that very host.
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
        CheckConstraint(
            "state in ('inquiring', 'dropped', 'concluded', 'under_review', 'reviewed')", name="known_state"
        ),
        CheckConstraint("ground in ('failure', 'complaint', 'breach', 'absence')", name="known_ground"),
        CheckConstraint("measure in ('none', 'reminder', 'criticism', 'handed_on')", name="known_measure"),
        CheckConstraint("measure_now in ('none', 'reminder', 'criticism', 'handed_on')", name="measure_now"),
        CheckConstraint("outcome in ('upheld', 'changed', 'lifted')", name="known_outcome"),
        CheckConstraint("inquirer_id in (home_id, host_id)", name="inquired_by_either"),
        # The other of the two has its copy once the case is concluded, and not before.
        CheckConstraint(
            "copied_id is null or (copied_id in (home_id, host_id) and copied_id <> inquirer_id)",
            name="copied_to_the_other",
        ),
        CheckConstraint(f"({_OPEN}) = (copied_id is null)", name="copied_once_concluded"),
        CheckConstraint(
            f"({_OPEN}) = (concerned_id is null) and (concerned_id is null) <> (inquired_id is null)"
            " and coalesce(concerned_id, inquired_id) = person_id",
            name="open_to_the_officer_once_concluded",
        ),
        CheckConstraint(
            f"({_OPEN}) = (finding is null) and (finding is null) = (measure is null)"
            " and (finding is null) = (measure_now is null) and (finding is null) = (concluded_at is null)"
            " and (finding is null) = (concluded_by is null) and (finding is null) = (review_until is null)",
            name="found_once_concluded",
        ),
        CheckConstraint(
            "benefits_from is null or (finding is not null and (benefits_until is null or benefits_until >= benefits_from))",
            name="benefits_withheld_by_a_decision",
        ),
        CheckConstraint(
            "(state in ('under_review', 'reviewed')) = (review_asked_at is not null)"
            " and (review_asked_at is null) = (review_reasons is null)",
            name="asked_with_reasons",
        ),
        CheckConstraint(
            "(state = 'reviewed') = (outcome is not null) and (outcome is null) = (review_answer is null)"
            " and (outcome is null) = (reviewed_at is null) and (outcome is null) = (reviewed_by is null)",
            name="reviewed",
        ),
        CheckConstraint("(state = 'dropped') = (dropped_because is not null)", name="dropped_with_a_reason"),
        Index("ix_disciplinary_cases_own", "county_id", "inquirer_id", "id"),
        Index("ix_disciplinary_cases_copied", "county_id", "copied_id", "id"),
        Index(None, "county_id", "concerned_id", "id"),
        Index(None, "county_id", "person_id", "id"),
        Index(None, "county_id", "secondment_id", "id"),
        Index(None, "county_id", "ground", "id"),
        Index(None, "county_id", "state", "id"),
        Index(None, "county_id", "benefits_from"),
        Index(None, "county_id", "benefits_until"),
    )

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    secondment_id: Mapped[UUID]
    person_id: Mapped[UUID]
    home_id: Mapped[UUID]
    host_id: Mapped[UUID]
    inquirer_id: Mapped[UUID]
    copied_id: Mapped[UUID | None]
    inquired_id: Mapped[UUID | None]
    concerned_id: Mapped[UUID | None]
    state: Mapped[str]
    version: Mapped[int]
    began_on: Mapped[date]
    ground: Mapped[str]
    occurred_on: Mapped[date]
    subject: Mapped[str]
    facts: Mapped[str]
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime]
    dropped_because: Mapped[str | None]
    finding: Mapped[str | None]
    # As concluded, and as it holds after a review.
    measure: Mapped[str | None]
    measure_now: Mapped[str | None]
    benefits_from: Mapped[date | None]
    benefits_until: Mapped[date | None]
    concluded_by: Mapped[UUID | None]
    concluded_for: Mapped[UUID | None]
    concluded_at: Mapped[datetime | None]
    review_until: Mapped[datetime | None]
    review_reasons: Mapped[str | None]
    review_asked_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    review_answer: Mapped[str | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_for: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
