"""Explaining: one deadline counted again before the reader's eyes, with everything that went into it.

It reads, through the actor's filter, what the counting itself goes by: the row, its ledger of changes, the county's
calendar and the rulebook of the matter's day. It plans by `rules.py`, walks by `walking.py`, and keeps nothing; the
sentences are `wording.py`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from domain.calendars import queries as calendars
from domain.calendars.queries import NamedDay
from domain.deadlines import queries
from domain.deadlines.counting import limit_of
from domain.deadlines.models import Deadline, DeadlineChange
from domain.deadlines.rules import OfficeHours, Suspension
from domain.deadlines.terms import Terms
from domain.deadlines.walking import Standstill, Walked, walk
from domain.organisations import queries as organisations
from domain.rulebooks.rules import Entry, Limit, Rulebook
from domain.work import Work

LONGEST_WALK = 1100
"""So many days are told one by one, three years of them; of what lies beyond, only the end."""

# How days are counted at all, in the order in which a count meets it.
COUNTED_BY = ("deadlines.first_day", "deadlines.rest_day_end", "deadlines.due_at")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A count and what it went by. `due_at` is what it comes to, as of now where the clock stands still.

    It is not the deadline's own where the calendar or the rules changed after it had ended, or in the second before the
    recount; and while the clock stands still, it moves with every day. `adopted_from` is the name of the place whose
    numbers the rule took over.
    """

    deadline: Deadline
    limit: Limit
    rule: Entry
    adopted_from: str | None
    counted_by: Mapping[str, Entry]
    office_hours: OfficeHours
    due_at: datetime
    provisional: bool
    days: Sequence[Walked]
    names: Mapping[date, NamedDay]
    changes: Sequence[DeadlineChange]

    @property
    def told(self) -> bool:
        """Whether every day is among `days`."""
        return self.days[-1].day == self.office_hours.day_of(self.due_at)

    @property
    def agrees(self) -> bool:
        """Whether it comes to what the deadline says."""
        return self.due_at == self.deadline.due_at


async def explain(work: Work, deadline_id: UUID) -> Explanation | None:
    """How this deadline is counted; None for one that is not visible."""
    deadline = (await queries.of_ids(work, [deadline_id])).get(deadline_id)
    if deadline is None:
        return None
    rulebook = work.rulebook_on(deadline.ruled_on)
    terms = Terms.of(rulebook, kind=deadline.kind, zone=work.actor.zone)
    changes = (await queries.changes_of(work, [deadline.id]))[deadline.id]
    standstills = _standstills(deadline, changes, now=work.now)
    limit = limit_of(deadline)
    plan = terms.plan(
        started_at=deadline.started_at,
        calendar=work.calendar,
        known_at=deadline.started_at,
        limit=limit,
        suspensions=[each.over for each in standstills],
    )
    walked = walk(
        limit=limit,
        started_at=deadline.started_at,
        due_at=plan.due_at,
        standstills=standstills,
        calendar=work.calendar,
        office_hours=terms.office_hours,
    )
    days = tuple(islice(walked, LONGEST_WALK))
    names = await calendars.named_days(work.session, work.county_id, first=days[0].day, last=days[-1].day)
    rule = rulebook.entry(deadline.kind)
    return Explanation(
        deadline=deadline,
        limit=limit,
        rule=rule,
        adopted_from=await _named(work, rule.adopted_from),
        counted_by=_counted_by(rulebook),
        office_hours=terms.office_hours,
        due_at=plan.due_at,
        provisional=plan.provisional,
        days=days,
        names=names,
        changes=changes,
    )


async def _named(work: Work, place: str | None) -> str | None:
    """A place by the name of its body; one that is none of the county's keeps its code."""
    if place is None:
        return None
    body = (await organisations.of_codes(work, [place])).get(place)
    return place if body is None else body.name


def _standstills(deadline: Deadline, changes: Sequence[DeadlineChange], *, now: datetime) -> list[Standstill]:
    """When the clock stood still, and on what ground; what still does, up to now."""
    stops = [each for each in changes if each.kind == "suspended"]
    ends = [each.at for each in changes if each.kind == "resumed"]
    if deadline.suspended_since is not None:
        ends.append(max(now, deadline.suspended_since))
    return [Standstill(Suspension(stop.at, end), stop.because) for stop, end in zip(stops, ends, strict=True)]


def _counted_by(rulebook: Rulebook) -> Mapping[str, Entry]:
    return {key: rulebook.entry(key) for key in COUNTED_BY if rulebook.answers(key)}
