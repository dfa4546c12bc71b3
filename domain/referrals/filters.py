"""Which referrals: from which box, narrowed by what, as conditions on the table.

Conditions are said so that an index may serve them under row security and in a generic plan: equality and order on
columns, and the very words of the partial indexes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, false, or_, text, union_all

from domain.assignments import queries as assignments
from domain.assignments.rules import Claim
from domain.deadlines import queries as deadlines
from domain.filters import Days, among, beginning, during, on
from domain.lineage import queries as lineage
from domain.referrals.models import OPEN, Referral
from domain.referrals.rules import ENDED_STATES, OPEN_STATES, State
from domain.search import queries as search
from domain.statements import Asks
from domain.work import Work

Box = Literal["sent", "received", "overseen"]

STANDING: Mapping[Box, str] = {"sent": "sender", "received": "receiver", "overseen": "overseer"}
"""The relation in which a body stands to the referrals of its boxes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what a list of referrals can be narrowed.

    `units` and `claimed_by` look at who handles them in the acting body: nothing that is only overseen waits there, so by
    either nothing is left of that box. `overdue` and `due_today` look for a running deadline of one of these sides; `text`
    for words in any position of the letter and its numbers.
    """

    open: bool | None = None
    states: frozenset[State] | None = None
    senders: frozenset[UUID] | None = None
    receivers: frozenset[UUID] | None = None
    item_codes: frozenset[str] | None = None
    found_on: Days | None = None
    sent_at: Days | None = None
    taken_in_at: Days | None = None
    units: frozenset[UUID] | None = None
    claimed_by: frozenset[Claim] | None = None
    overdue: frozenset[deadlines.Side] | None = None
    due_today: frozenset[deadlines.Side] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which referrals: from which box, narrowed by what."""

    box: Box
    filter: Filter = field(default_factory=Filter)


Conditions = Iterator[ColumnElement[bool] | TextClause]


async def conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool] | TextClause]:
    """The wanted referrals, as far as the actor may see them. Raises `SearchTooLong`."""
    return [
        *of_the_box(work, wanted),
        *_narrowed(work, wanted),
        *await _of_units(work, wanted),
        *await _holding(work, wanted),
    ]


def is_of_the_box(wanted: Wanted) -> bool:
    """Whether `of_the_box` says all that is wanted, as it does of the lists that desks open with."""
    return wanted.filter == Filter(open=wanted.filter.open)


def of_the_box(asks: Work | Asks, wanted: Wanted) -> Conditions:
    """The referrals of a box, all or the open ones: what is said without anybody's values."""
    yield Referral.county_id == asks.county_id
    yield asks.visible_as(Referral, "referral.letter", STANDING[wanted.box])
    yield from _open(wanted.filter)


def _narrowed(work: Work, wanted: Wanted) -> Conditions:
    by = wanted.filter
    yield from among(Referral.state, by.states)
    yield from among(Referral.from_id, by.senders)
    # Of what was sent the two columns are the same, and the indexes have the one that row security asks.
    yield from among(Referral.addressee_id if wanted.box == "sent" else Referral.to_id, by.receivers)
    yield from among(Referral.item_code, by.item_codes)
    yield from on(Referral.found_on, by.found_on)
    yield from during(Referral.sent_at, by.sent_at, work.actor.zone)
    yield from during(Referral.taken_in_at, by.taken_in_at, work.actor.zone)
    if by.claimed_by is not None:
        yield or_(false(), *(_claimed(work, each, wanted.box) for each in sorted(by.claimed_by)))
    if by.overdue is not None:
        yield overdue(work, by.overdue)
    if by.due_today is not None:
        yield due_today(work, by.due_today)


async def _of_units(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What waits with these units, and with those whose heirs they are."""
    if wanted.filter.units is None:
        return []
    units = (await lineage.of_units(work)).inherited(wanted.filter.units, work.today)
    return [Referral.id.in_(assignments.matters_of_units(work, units))]


async def _holding(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.filter.text is None:
        return []
    relation = STANDING[wanted.box]
    sought = await search.search(work, wanted.filter.text, aspect="referral.letter", relation=relation)
    return search.holding(work, Referral.id, sought, aspect="referral.letter", relation=relation)


def overdue(work: Work, sides: Collection[deadlines.Side]) -> ColumnElement[bool]:
    """The referrals in which a deadline of one of these sides has run out."""
    return _any_of(deadlines.matters_due(work, side=side, before=work.now) for side in sorted(sides))


def due_today(work: Work, sides: Collection[deadlines.Side]) -> ColumnElement[bool]:
    """The referrals in which a deadline of one of these sides runs out before the county's day ends."""
    tomorrow = beginning(work.today + timedelta(days=1), work.actor.zone)
    return _any_of(
        deadlines.matters_due(work, side=side, since=work.now, before=tomorrow) for side in sorted(sides)
    )


def _claimed(work: Work, by: Claim, box: Box) -> ColumnElement[bool]:
    matters = assignments.matters_claimed(work, by)
    if by != "nobody":
        return Referral.id.in_(matters)
    # Who has in hand what is only overseen, is not for its overseers to know: it is not in nobody's hands for that.
    return false() if box == "overseen" else Referral.id.not_in(matters)


def _any_of(matters: Iterable[Select[UUID]]) -> ColumnElement[bool]:
    # One set and not several joined by OR: from it PostgreSQL can begin.
    several = tuple(matters)
    return Referral.id.in_(union_all(*several)) if several else false()


def _open(by: Filter) -> Conditions:
    # In the words of the partial indexes, so that a generic plan knows them too.
    if by.open or (by.states and by.states <= OPEN_STATES):
        yield text(OPEN)
    if by.open is False:
        yield Referral.state.in_(sorted(ENDED_STATES))
