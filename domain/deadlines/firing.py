"""Firing: the clock's part of deadlines, beside `commands.py`, which is that of people's acts.

Steps of one transaction that the clock opens for one county: take what is due, ring it (the row that makes it happen
once), move the deadline on, announce and record. A few statements for any number of deadlines. When each step runs,
and what happens when one dies, is the worker's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, and_, any_, case, literal, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_unless_there
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from domain.audit.commands import record_all
from domain.audit.rules import Act
from domain.deadlines.models import ABOUT_PEOPLE, Deadline, DeadlineRung
from domain.deadlines.rules import TICK, Rung
from domain.outbox.commands import announce_all
from domain.outbox.rules import Announcing, Audience, ToFunction, ToTenant
from domain.work import Errand
from tenancy.models import CountyRow

# What is announced, and recorded, when a rung is reached.
FACTS: dict[Rung, str] = {
    "warn": "deadline.warned",
    "due": "deadline.due",
    "overdue": "deadline.overdue",
    "escalate": "deadline.escalated",
}

# Of a body that owes or waits, those who deal with its matters, or with its people.
WHO_WORKS = ("head", "officer", "registrar")
WHO_LOOKS_AFTER_PEOPLE = ("head", "personnel")


def who_hears(subject_kind: str) -> tuple[str, ...]:
    """The roles in a body that are told of the clocks of such a matter."""
    return WHO_LOOKS_AFTER_PEOPLE if subject_kind in ABOUT_PEOPLE else WHO_WORKS


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline whose next rung has come."""

    deadline_id: UUID
    kind: str
    obligor_id: UUID
    waiting_id: UUID | None
    subject_kind: str
    subject_id: UUID
    due_at: datetime
    escalates_to: str | None
    rung: Rung


async def counties_ringing(session: AsyncSession, *, now: datetime) -> list[tuple[UUID, datetime]]:
    """The counties in which rungs are due, and since when: one look into an index for each county of the deployment,
    however many deadlines are open."""
    first = (
        select(Deadline.next_rung_at)
        .where(
            Deadline.county_id == CountyRow.county_id,
            Deadline.next_rung_at.is_not(None),
            Deadline.next_rung_at <= now,
        )
        .order_by(Deadline.next_rung_at)
        .limit(1)
        .lateral("first")
    )
    rows = await session.execute(
        select(CountyRow.county_id, first.c.next_rung_at).select_from(CountyRow).join(first, true())
    )
    return [(county_id, since) for county_id, since in rows]


async def take_due(errand: Errand, *, most: int) -> list[Due]:
    """Lock deadlines of the county whose next rung has come, the longest due first; those in other hands are left."""
    rows = await errand.session.execute(
        select(
            Deadline.id,
            Deadline.kind,
            Deadline.obligor_id,
            Deadline.waiting_id,
            Deadline.subject_kind,
            Deadline.subject_id,
            Deadline.due_at,
            Deadline.escalates_to,
            Deadline.next_rung,
        )
        .where(
            Deadline.county_id == errand.county_id,
            Deadline.next_rung_at.is_not(None),
            Deadline.next_rung_at <= errand.now,
        )
        .order_by(Deadline.next_rung_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [Due(*cast("tuple[Any, ...]", row)) for row in rows]


async def ring(errand: Errand, due: Sequence[Due]) -> list[Due]:
    """Record that the rungs were reached; those that were recorded before (and so announced before) are left out."""
    recorded = await errand.session.execute(
        insert_unless_there(DeadlineRung)
        .from_select(
            [
                "county_id",
                "deadline_id",
                "round",
                "rung",
                "obligor_id",
                "waiting_id",
                "due_at",
                "planned_at",
                "fired_at",
            ],
            select(
                Deadline.county_id,
                Deadline.id,
                Deadline.round,
                Deadline.next_rung,
                Deadline.obligor_id,
                Deadline.waiting_id,
                Deadline.due_at,
                Deadline.next_rung_at,
                literal(errand.now, DateTime(timezone=True)),
            ).where(Deadline.county_id == errand.county_id, _among(due)),
        )
        .on_conflict_do_nothing()
        .returning(DeadlineRung.deadline_id)
    )
    reached = set(recorded.scalars())
    return [each for each in due if each.deadline_id in reached]


async def move_on(errand: Errand, due: Sequence[Due]) -> None:
    """Set the deadlines to the rung after the one that was reached, or to silence after the last."""
    onward = (
        (and_(Deadline.next_rung == "warn", Deadline.due_day_at.is_not(None)), "due", Deadline.due_day_at),
        (Deadline.next_rung.in_(("warn", "due")), "overdue", Deadline.due_at + TICK),
        (
            and_(Deadline.next_rung == "overdue", Deadline.escalate_at.is_not(None)),
            "escalate",
            Deadline.escalate_at,
        ),
    )
    await errand.session.execute(
        update(Deadline)
        .where(Deadline.county_id == errand.county_id, _among(due))
        .values(
            next_rung=case(*((reached, literal(rung)) for reached, rung, _ in onward), else_=None),
            next_rung_at=case(*((reached, at) for reached, _, at in onward), else_=None),
        )
        .execution_options(synchronize_session=False)
    )


async def announce_rungs(errand: Errand, reached: Sequence[Due]) -> None:
    """Tell who owes; from overdue on, who waits; at escalation, the function that the rulebook names."""
    await announce_all(
        errand,
        [
            Announcing(
                kind=FACTS[each.rung],
                subject_kind=each.subject_kind,
                subject_id=each.subject_id,
                audience=_concerned(each),
                facts=_facts(each),
            )
            for each in reached
        ],
    )


async def record_rungs(errand: Errand, reached: Sequence[Due]) -> None:
    """Leave an audit line on the matter for each limit that ran out and each that was escalated."""
    await record_all(
        errand,
        [
            Act(
                action=FACTS[each.rung],
                subject_kind=each.subject_kind,
                subject_id=each.subject_id,
                content=_facts(each),
            )
            for each in reached
            if each.rung in ("overdue", "escalate")
        ],
    )


def _concerned(due: Due) -> list[Audience]:
    roles = who_hears(due.subject_kind)
    concerned: list[Audience] = [ToTenant(due.obligor_id, roles)]
    if due.rung in ("overdue", "escalate") and due.waiting_id is not None:
        concerned.append(ToTenant(due.waiting_id, roles))
    if due.rung == "escalate" and due.escalates_to is not None:
        concerned.append(ToFunction(due.escalates_to))
    return concerned


def _facts(due: Due) -> dict[str, Any]:
    return {
        "deadline": str(due.deadline_id),
        "limit": due.kind,
        "obligor": str(due.obligor_id),
        "waiting": due.waiting_id and str(due.waiting_id),
        "due_at": due.due_at.isoformat(),
    }


def _among(due: Sequence[Due]) -> ColumnElement[bool]:
    # One parameter however many deadlines: the statement stays the same and is planned once.
    return Deadline.id == any_(literal([each.deadline_id for each in due], ARRAY(Uuid)))
