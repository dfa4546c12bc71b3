"""Swapping nights: proposed by one of two colleagues, accepted by the other, confirmed by whoever plans where the place says so.

Swap, nights and people are locked in this order. What could not be planned cannot be swapped either, and that is asked when
it is accepted and once more when it is confirmed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from domain.audit.commands import record
from domain.leave import queries as leave
from domain.night_duty import queries, rules
from domain.night_duty.commands import leave_a_line, named
from domain.night_duty.models import NightDuty, NightDutySwap
from domain.night_duty.queries import DUTY
from domain.night_duty.rules import SwapAct, SwapState
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToPerson, ToTenant
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale

WHO_PLANS = ("head", "registrar")


async def propose(work: Work, *, duty_id: UUID, other_duty_id: UUID) -> NightDutySwap:
    """Propose to give a night of one's own for a colleague's. Raises `NotFound`, `NotPermitted`, `NothingToSwap`, `OffTheRoster`."""
    if duty_id == other_duty_id:
        raise rules.NothingToSwap(field="other_night_duty_id")
    mine, other = await queries.to_change(work, [duty_id, other_duty_id])
    work.require("swap", DUTY, mine)
    if mine.day == other.day or mine.person_id == other.person_id:
        raise rules.NothingToSwap(field="other_night_duty_id")
    for each in (mine, other):
        rules.on_the_roster(each.day, taken_off=each.taken_off_at is not None, today=work.today)
    swap = NightDutySwap(
        county_id=work.county_id,
        id=new_id(),
        body_id=mine.body_id,
        duty_id=mine.id,
        other_duty_id=other.id,
        proposed_by=mine.person_id,
        other_id=other.person_id,
        state="proposed",
        version=1,
        proposed_at=work.now,
    )
    work.session.add(swap)
    await _tell(work, swap, "swap_proposed", [ToPerson(swap.body_id, swap.other_id)])
    return swap


async def accept(work: Work, *, swap_id: UUID, expected_version: int) -> NightDutySwap:
    """Agree to a swap: it holds at once, or once the planner has confirmed it where the rulebook says so.

    Raises `NotFound`, `NotPermitted`, `Stale`, `SwapWrongState`, `SwapOutdated`, `OffTheRoster`, and what `plan` refuses.
    """
    swap, mine, other = await _taken_up(work, swap_id)
    work.require("swap", DUTY, other)
    _meant(swap, expected_version, "accept")
    names = await _check(work, swap, mine, other)
    swap.answered_at = work.now
    if work.rulebook_on(work.today).flag("night_duty.swap_confirmed"):
        await _brought(work, swap, "agreed")
        await _tell(work, swap, "swap_accepted", [ToTenant(swap.body_id, WHO_PLANS)])
    else:
        await _exchange(work, swap, mine, other, names)
    return swap


async def confirm(work: Work, *, swap_id: UUID, expected_version: int) -> NightDutySwap:
    """Confirm, as whoever plans, a swap that both agreed on: from now on it holds. Raises what `accept` does."""
    swap, mine, other = await _taken_up(work, swap_id)
    work.require("plan", DUTY, mine)
    work.require("plan", DUTY, other)
    _meant(swap, expected_version, "confirm")
    names = await _check(work, swap, mine, other)
    swap.confirmed_by, swap.confirmed_for = work.actor.person_id, work.intended_id
    await _exchange(work, swap, mine, other, names)
    return swap


async def decline(work: Work, *, swap_id: UUID, expected_version: int) -> NightDutySwap:
    """Decline a swap: as the colleague who is asked, or, once both agreed, as whoever plans."""
    swap, mine, other = await _taken_up(work, swap_id)
    if swap.state == "agreed":
        work.require("plan", DUTY, mine)
        work.require("plan", DUTY, other)
    else:
        work.require("swap", DUTY, other)
    _meant(swap, expected_version, "decline")
    await _brought(work, swap, "declined")
    await _tell(work, swap, "swap_declined", _both(swap))
    return swap


async def withdraw(work: Work, *, swap_id: UUID, expected_version: int) -> NightDutySwap:
    """Take one's own proposal back, as long as it does not hold."""
    swap, mine, _ = await _taken_up(work, swap_id)
    work.require("swap", DUTY, mine)
    _meant(swap, expected_version, "withdraw")
    await _brought(work, swap, "withdrawn")
    await _tell(work, swap, "swap_declined", _both(swap))
    return swap


async def _taken_up(work: Work, swap_id: UUID) -> tuple[NightDutySwap, NightDuty, NightDuty]:
    """A swap and its two nights, all locked. Raises `NotFound`."""
    swap = await queries.swap_to_change(work, swap_id)
    mine, other = await queries.to_change(work, [swap.duty_id, swap.other_duty_id])
    return swap, mine, other


def _meant(swap: NightDutySwap, expected_version: int, act: SwapAct) -> None:
    if swap.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=swap.version)
    rules.possible(act, cast("SwapState", swap.state))  # the database admits no other word


async def _check(work: Work, swap: NightDutySwap, mine: NightDuty, other: NightDuty) -> Mapping[UUID, str]:
    """Whether the nights are still whose they were, and each could be planned for the other; with what both are called."""
    if (mine.person_id, other.person_id) != (swap.proposed_by, swap.other_id):
        raise rules.SwapOutdated
    for each in (mine, other):
        rules.on_the_roster(each.day, taken_off=each.taken_off_at is not None, today=work.today)
    people = [mine.person_id, other.person_id]
    await leave.hold(work, people)
    names = await named(work, people)
    for person, night in ((mine.person_id, other.day), (other.person_id, mine.day)):
        await _free(work, person, name=names[person], day=night)
    return names


async def _free(work: Work, person: UUID, *, name: str, day: date) -> None:
    """Whether somebody works with the body that night, is there, and has no other night then."""
    if person not in await queries.serving(work, [person], day=day):
        raise rules.NotInPost(name=name, day=day.isoformat())
    away = await leave.absent(work, [person], first=day, last=day)
    rules.there(away[person], day=day, name=name)
    if person in await queries.planned(work, [person], day=day):
        raise rules.TwiceThatNight(name=name, day=day.isoformat())


async def _exchange(
    work: Work, swap: NightDutySwap, mine: NightDuty, other: NightDuty, names: Mapping[UUID, str]
) -> None:
    """Let each have the other's night. Raises `TwiceThatNight`."""
    gives, takes = mine.person_id, other.person_id
    for duty, person, day in ((mine, takes, mine.day), (other, gives, other.day)):
        parties = (await queries.serving(work, [person], day=day))[person]
        duty.person_id, duty.home_id, duty.host_id = person, parties.home_id, parties.host_id
        duty.version += 1
        try:
            await work.session.flush()
        except IntegrityError:
            # On the roster of another body, which the acting one does not see.
            raise rules.TwiceThatNight(name=names[person], day=day.isoformat()) from None
        await leave_a_line(work, duty, "swapped")
    await _brought(work, swap, "swapped")
    await _tell(work, swap, "swapped", [*_both(swap), ToTenant(swap.body_id, WHO_PLANS)])


async def _brought(work: Work, swap: NightDutySwap, state: SwapState) -> None:
    swap.state, swap.version = state, swap.version + 1
    if state != "agreed":
        swap.closed_at = work.now
    await work.session.flush()


def _both(swap: NightDutySwap) -> list[Audience]:
    return [ToPerson(swap.body_id, swap.proposed_by), ToPerson(swap.body_id, swap.other_id)]


async def _tell(work: Work, swap: NightDutySwap, event: str, audience: Sequence[Audience]) -> None:
    """Leave the audit line of a swap, and the announcement."""
    await work.session.flush()
    await record(
        work,
        action=f"night_duty.{event}",
        subject_kind="night_duty_swap",
        subject_id=swap.id,
        content={
            "nights": [str(swap.duty_id), str(swap.other_duty_id)],
            "people": [str(swap.proposed_by), str(swap.other_id)],
            "state": swap.state,
            "version": swap.version,
        },
    )
    await announce(
        work,
        kind=f"night_duty.{event}",
        subject_kind="night_duty_swap",
        subject_id=swap.id,
        audience=audience,
        facts={"sender": str(swap.body_id)},
    )
