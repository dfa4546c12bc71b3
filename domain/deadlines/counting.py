"""Counting a stored deadline: its plan set on the row, planned again with its history, and old and new kept.

The acts of people (`commands.py`) and the recount after a change of the calendar (`recounting.py`) both end here. How
days are counted is the business of `rules.py`. It locks nothing and decides nothing: whoever calls holds the row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select

from domain.calendars.rules import WorkingCalendar
from domain.deadlines import rules
from domain.deadlines.models import Deadline, DeadlineChange, DeadlineRung
from domain.deadlines.rules import Change, Plan, Suspension
from domain.deadlines.terms import Terms
from domain.rulebooks.rules import Limit
from domain.rulebooks.values import Unit
from domain.work import Errand, Work
from tenancy.ids import new_id
from tenancy.many import insert_many


@dataclass(frozen=True, slots=True)
class Reached:
    """A rung that rang: in which round, and of which due instant it told."""

    round: int
    rung: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What a new count must know of a deadline: the rungs that it reached, and when the clock stood still."""

    reached: Sequence[Reached]
    suspensions: Sequence[Suspension]


@dataclass(frozen=True, slots=True)
class Standing:
    """When a deadline runs out, and whether that is certain."""

    due_at: datetime
    provisional: bool

    @classmethod
    def of(cls, deadline: Deadline) -> "Standing":
        """As the row has it now."""
        return cls(deadline.due_at, deadline.provisional)


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of one deadline, from what it was to what the row has now."""

    deadline: Deadline
    kind: Change
    was: Standing
    because: str | None
    at: datetime


async def histories_of(work: Work | Errand, deadlines: Sequence[Deadline]) -> Mapping[UUID, History]:
    """The histories of these deadlines, by id."""
    ids = [deadline.id for deadline in deadlines]
    reached: dict[UUID, list[Reached]] = {identifier: [] for identifier in ids}
    stops: dict[tuple[UUID, str], list[datetime]] = {}
    rungs = await work.session.execute(
        select(DeadlineRung.deadline_id, DeadlineRung.round, DeadlineRung.rung, DeadlineRung.due_at).where(
            DeadlineRung.county_id == work.county_id, DeadlineRung.deadline_id.in_(ids)
        )
    )
    for deadline_id, round_, rung, due_at in rungs:
        reached[deadline_id].append(Reached(round_, rung, due_at))
    ledger = await work.session.execute(
        select(DeadlineChange.deadline_id, DeadlineChange.kind, DeadlineChange.at)
        .where(
            DeadlineChange.county_id == work.county_id,
            DeadlineChange.deadline_id.in_(ids),
            DeadlineChange.kind.in_(("suspended", "resumed")),
        )
        .order_by(DeadlineChange.at)
    )
    for deadline_id, kind, at in ledger:
        stops.setdefault((deadline_id, kind), []).append(at)
    return {
        identifier: History(
            reached=reached[identifier],
            # The last stop has no end yet while the clock stands still, and then gives nothing back yet.
            suspensions=[
                Suspension(since, until)
                for since, until in zip(
                    stops.get((identifier, "suspended"), ()),
                    stops.get((identifier, "resumed"), ()),
                    strict=False,
                )
            ],
        )
        for identifier in ids
    }


def plan_first(
    deadline: Deadline, terms: Terms, *, calendar: WorkingCalendar, calendar_version: int, known_at: datetime
) -> None:
    """Plan a deadline that begins; those who hear of it at `known_at` are reminded only of what lies ahead."""
    plan = terms.plan(started_at=deadline.started_at, calendar=calendar, known_at=known_at)
    deadline.round = 1
    deadline.warn_at, deadline.due_day_at = plan.at("warn"), plan.at("due")
    _set(deadline, plan, calendar_version=calendar_version, reached=())


def plan_again(
    deadline: Deadline,
    terms: Terms,
    *,
    calendar: WorkingCalendar,
    calendar_version: int,
    now: datetime,
    history: History,
) -> None:
    """Plan a deadline anew from its beginning.

    What rang for a due instant stays as it rang. A due instant that is new and lies ahead begins a round, in which
    every rung may ring that has not rung for this very instant before; a reminder whose new time is past is left out.
    """
    plan = terms.plan(
        started_at=deadline.started_at,
        calendar=calendar,
        known_at=deadline.started_at,
        limit=limit_of(deadline),
        suspensions=history.suspensions,
    )
    # Of a clock that stands still, what lies ahead lies after the moment at which it stopped.
    present = deadline.suspended_since or now
    begins_a_round = plan.due_at != deadline.due_at and plan.due_at > present
    rang_before = {each.rung for each in history.reached if each.round == deadline.round}
    # Also in an earlier round: a due instant may come back, and be counted once more after that.
    reached = {each.rung for each in history.reached if each.due_at == plan.due_at}
    if begins_a_round:
        deadline.round += 1
    else:
        reached |= rang_before

    def reminder(rung: str, stored: datetime | None, planned: datetime | None) -> datetime | None:
        if rung in reached:
            return planned if begins_a_round else stored
        if stored == planned and rung not in rang_before:
            return stored
        return planned if planned is not None and planned > present else None

    deadline.warn_at = reminder("warn", deadline.warn_at, plan.at("warn"))
    deadline.due_day_at = reminder("due", deadline.due_day_at, plan.at("due"))
    _set(deadline, plan, calendar_version=calendar_version, reached=reached)


def silence(deadline: Deadline) -> None:
    """Let nothing ring."""
    deadline.next_rung = deadline.next_rung_at = None


def limit_of(deadline: Deadline) -> Limit:
    """How long it is, extensions included."""
    return Limit(deadline.amount, cast("Unit", deadline.unit))


async def keep(work: Work | Errand, changes: Sequence[Changed]) -> None:
    """Keep old and new where those who owe and wait can read it; by whom, where somebody acts."""
    if not changes:
        return
    actor = work.actor if isinstance(work, Work) else None
    rows = [
        {
            "county_id": work.county_id,
            "id": new_id(),
            "deadline_id": each.deadline.id,
            "obligor_id": each.deadline.obligor_id,
            "waiting_id": each.deadline.waiting_id,
            "kind": each.kind,
            "at": each.at,
            "was_due_at": each.was.due_at,
            "due_at": each.deadline.due_at,
            "was_provisional": each.was.provisional,
            "provisional": each.deadline.provisional,
            "because": each.because,
            "by_tenant_id": actor and actor.tenant_id,
            "by_person_id": actor and actor.person_id,
        }
        for each in changes
    ]
    await insert_many(work.session, DeadlineChange, rows)


def _set(deadline: Deadline, plan: Plan, *, calendar_version: int, reached: Collection[str]) -> None:
    deadline.due_at = plan.due_at
    deadline.provisional = plan.provisional
    deadline.escalate_at = plan.at("escalate")
    deadline.calendar_version = calendar_version
    if deadline.suspended_since is not None:
        silence(deadline)
        return
    rungs = rules.ladder(
        warn_at=deadline.warn_at,
        due_day_at=deadline.due_day_at,
        due_at=deadline.due_at,
        escalate_at=deadline.escalate_at,
    )
    deadline.next_rung, deadline.next_rung_at = rules.next_rung(rungs, reached=reached)
