"""Reading consultations: always through the actor's filter, so that what others decide about their people is not found."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, text

from domain.consultations import rules
from domain.consultations.models import OPEN, Consultation
from domain.consultations.rules import Kind, Standing, State
from domain.deadlines import queries as deadlines
from domain.filters import Age, Conditions, among, any_of
from domain.rulebooks.aspects_of.management import DECIDE
from domain.rulebooks.rules import Power
from domain.secondments import rules as seconded_rules
from domain.secondments.models import Secondment
from domain.secondments.queries import ENTRY as SECONDMENT
from domain.secondments.rules import Act
from domain.spans import Span, by_age, spanned
from domain.work import Work
from tenancy.refusals import NotFound

ENTRY = "consultation.entry"

Box = Literal["sent", "received", "overseen"]
"""Which consultations: those that the acting body proposed, those on which it is asked, those of others that it oversees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the list can be narrowed. `organisations` are bodies on either side."""

    organisations: frozenset[UUID] | None = None
    kinds: frozenset[Kind] | None = None
    states: frozenset[State] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which consultations: from which box, narrowed by what."""

    box: Box
    filter: Filter = field(default_factory=Filter)


async def the(work: Work, consultation_id: UUID, *, to_change: bool = False) -> Consultation:
    """One consultation, locked and as it is now when it is to be changed. Raises `NotFound`."""
    wanted = select(Consultation).where(*_visible(work), Consultation.id == consultation_id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def open_on(work: Work, secondments: Collection[UUID], *, kind: Kind) -> Sequence[Consultation]:
    """What is proposed of this kind on these secondments and not at its end, locked in one order."""
    found = await work.session.scalars(
        select(Consultation)
        .where(
            *_visible(work),
            Consultation.secondment_id == any_of(secondments),
            Consultation.kind == kind,
            text(OPEN),
        )
        .order_by(Consultation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.all()


async def open_acts(work: Work, secondments: Sequence[Secondment]) -> Sequence[list[Act]]:
    """What the actor may do with each of these secondments now.

    Ending it is told where the rules let the home end it by itself; where somebody must be asked first, proposing it is, to whom
    the rules let propose it, unless it is proposed already: then the consultation tells what is to be done.
    """
    proposed = await _proposed_on(work, [each.id for each in secondments], kind="recall")
    rulebook = work.rulebook_on(work.today)
    powers = {mode: rulebook.power("recall", DECIDE, mode) for mode in {each.mode for each in secondments}}
    return [
        [
            act
            for act in seconded_rules.open_acts(
                each.since, each.until, ended=each.ended_at is not None, today=work.today
            )
            for act in _as_ruled(work, act, each, powers[each.mode], is_proposed=each.id in proposed)
        ]
        for each in secondments
    ]


def _as_ruled(
    work: Work, act: Act, entry: Secondment, power: Power | None, *, is_proposed: bool
) -> Iterator[Act]:
    """The act as the actor can do it, or what comes in its place."""
    if act != "end":
        if work.may(act, SECONDMENT, entry):
            yield act
    elif power is not None:
        home_decides = power.is_of("home")
        by_itself = seconded_rules.ends_by_itself(power.asks, home_decides=home_decides)
        mine = "home" if entry.home_id == work.actor.tenant_id else "host"
        if by_itself and work.may("end", SECONDMENT, entry):
            yield "end"
        elif power.is_of(mine) and not is_proposed and work.may("decide", "secondment.recall", entry):
            yield "consult"


async def _proposed_on(work: Work, secondments: Collection[UUID], *, kind: Kind) -> frozenset[UUID]:
    """On which of these secondments this is proposed and not at its end, as far as that is visible."""
    found = await work.session.scalars(
        select(Consultation.secondment_id).where(
            *_visible(work),
            Consultation.secondment_id == any_of(secondments),
            Consultation.kind == kind,
            text(OPEN),
        )
    )
    return frozenset(found)


async def standings(work: Work, consultations: Sequence[Consultation]) -> Sequence[Standing]:
    """Whether each of these may be carried out now."""
    due = await due_of(work, consultations)
    return [
        rules.standing(
            cast("State", each.state), due_at=due.get(each.id), silence=silence_on(work, each), now=work.now
        )
        for each in consultations
    ]


async def due_of(work: Work, consultations: Collection[Consultation]) -> Mapping[UUID, datetime]:
    """Until when each co-manager that has not answered is to answer."""
    return await deadlines.running_out(work, [each.id for each in consultations if each.state == "asked"])


def silence_on(work: Work, consultation: Consultation) -> str:
    """What the rules of the day on which it was proposed make of silence."""
    rulebook = work.rulebook_on(consultation.began_on)
    return (
        rulebook.choice(f"consultation.silent_on_{consultation.asks}")
        if consultation.asks != "nothing"
        else ""
    )


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Consultation]:
    """The consultations with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(
        select(Consultation).where(*_visible(work), Consultation.id == any_of(ids))
    )
    return {each.id: each for each in found}


async def page(work: Work, *, wanted: Wanted, age: Age, span: Span[UUID]) -> Sequence[Consultation]:
    """A part of the consultations in this order. A consultation's place is its id."""
    found = select(Consultation).where(*_conditions(work, wanted))
    return (await work.session.scalars(spanned(found, by_age(Consultation.id, age), span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many consultations there are."""
    counted = select(func.count()).select_from(Consultation).where(*_conditions(work, wanted))
    return (await work.session.scalar(counted)) or 0


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [Consultation.county_id == work.county_id, work.visible(Consultation, ENTRY)]


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    return [*_visible(work), _in(work, wanted.box), *_narrowed(wanted.filter)]


def _in(work: Work, box: Box) -> ColumnElement[bool]:
    match box:
        case "sent":
            return Consultation.from_id == work.actor.tenant_id
        case "received":
            return Consultation.to_id == work.actor.tenant_id
        case "overseen":
            return false() if work.actor.overseen is None else Consultation.county_id == work.actor.overseen


def _narrowed(by: Filter) -> Conditions:
    if by.organisations is not None:
        sides = (Consultation.from_id, Consultation.to_id)
        yield or_(*(condition for side in sides for condition in among(side, by.organisations)))
    yield from among(Consultation.kind, by.kinds)
    yield from among(Consultation.state, by.states)
