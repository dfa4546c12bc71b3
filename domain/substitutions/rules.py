"""Who may stand in for whom, on which days, with which roles. Pure: the day, the posts and what was appointed are handed in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from policies.vocabulary import LENDABLE
from tenancy.refusals import Refusal

State = Literal["appointed", "live", "lapsed", "over", "ended"]
Act = Literal["appoint", "end"]

STATES: tuple[State, ...] = get_args(State)
ACTS: tuple[Act, ...] = get_args(Act)


class ForOneself(Refusal):
    """Somebody is to stand in for themselves, be it from another post of theirs."""

    code = "SUBSTITUTION_FOR_ONESELF"
    en = "Nobody stands in for themselves. Choose a colleague as the substitute."
    zh = "代行人与被代行人不能是同一人，请另选本单位其他人员。"


class AppointingOneself(Refusal):
    """Whoever appoints would be the substitute."""

    code = "SUBSTITUTION_APPOINTING_ONESELF"
    en = "Nobody appoints themselves as a substitute. Choose a colleague, or let another head appoint you."
    zh = "不能指定自己为代行人。请选择其他人员，或者由其他负责人指定。"


class NotLent(Refusal):
    """A substitute tries to appoint or to end by what was only lent to them."""

    code = "SUBSTITUTION_NOT_LENT"
    en = "To appoint substitutes is not lent to a substitute. Ask a head who holds that post."
    zh = "代行期间不得再行指定或者终止代行，请由担任负责人的人员办理。"


class NothingToLend(Refusal):
    """The absent post has no role that may be lent."""

    code = "SUBSTITUTION_NOTHING_TO_LEND"
    en = "This post has no role that can be lent: oversight is exercised only in one's own post. Choose another post."
    zh = "该任职身份没有可以代行的权限：监督权限只能由本人行使。请选择其他任职身份。"


class PostEnds(Refusal):
    """One of the posts has ended before the first day."""

    code = "SUBSTITUTION_POST_ENDS"
    en = "This post has ended by {day}. Choose an earlier first day, or a post that is still held then."
    zh = "该任职身份到{day}已经结束。请提前起始日期，或者选择届时仍然有效的任职身份。"


class InThePast(Refusal):
    """The first day is over."""

    code = "SUBSTITUTION_IN_THE_PAST"
    en = "{day} is over, and nobody can have stood in then. Choose {earliest} or a later day."
    zh = "{day}已过，不能补办代行。请选择{earliest}或以后的日期。"


class LastBeforeFirst(Refusal):
    """The last day comes before the first."""

    code = "SUBSTITUTION_LAST_BEFORE_FIRST"
    en = "The last day comes before the first one, {first}. Choose {first} or a later day."
    zh = "截止日期早于起始日期{first}。请选择{first}或以后的日期。"


class TooFar(Refusal):
    """A day that no calendar here reaches."""

    code = "SUBSTITUTION_TOO_FAR"
    en = "{day} is too far away to be put on record. Choose {latest} or an earlier day."
    zh = "{day}超出可登记的日期范围。请选择{latest}或以前的日期。"


class HasASubstitute(Refusal):
    """Somebody stands in for this post already on some of these days."""

    code = "SUBSTITUTION_HAS_A_SUBSTITUTE"
    en = (
        "This post has a substitute from {first} to {last} already. Choose other days, or end that one first."
    )
    zh = "该任职身份自{first}至{last}已有代行人。请选择其他日期，或先终止原代行。"


class StandsInAlready(Refusal):
    """The substitute stands in for somebody else on some of these days."""

    code = "SUBSTITUTION_STANDS_IN_ALREADY"
    en = (
        "This colleague stands in for somebody else from {first} to {last}. Choose another substitute or other days: "
        "whoever acts for another acts for one person at a time."
    )
    zh = "该人员自{first}至{last}已为他人代行。同一时间只能为一人代行，请另选代行人或者调整日期。"


class Over(Refusal):
    """There is nothing left to end."""

    code = "SUBSTITUTION_OVER"
    en = "This substitution is over already; there is nothing left to end. Read the list again."
    zh = "该代行已经结束，无需再行终止。请刷新列表。"


@dataclass(frozen=True, slots=True)
class Standing:
    """A substitution that was appointed before: of which post by which, on which days."""

    absent_id: UUID
    substitute_id: UUID
    first: date
    last: date


def by_own_right(*, lent: bool) -> None:
    """Whether somebody may appoint or end, who was permitted to. Raises `NotLent`."""
    if lent:
        raise NotLent


def between(*, absent: UUID, substitute: UUID, appointing: UUID) -> None:
    """Whether one person can stand in for the other. Raises `ForOneself`, `AppointingOneself`."""
    if substitute == absent:
        raise ForOneself(field="substitute_id")
    if substitute == appointing:
        raise AppointingOneself(field="substitute_id")


def lent(roles: Collection[str]) -> list[str]:
    """What a post with these roles lends. Raises `NothingToLend`."""
    found = sorted(LENDABLE.intersection(roles))
    if not found:
        raise NothingToLend(field="absent_id")
    return found


def held(until: datetime | None, *, since: datetime, first: date, field: str) -> None:
    """Whether a post is still held when the substitution begins, or now if it has. Raises `PostEnds`."""
    if until is not None and until <= since:
        raise PostEnds(field=field, day=first.isoformat())


def lasts(first: date, last: date, *, today: date, latest: date) -> None:
    """Whether somebody can be appointed for these days. Raises `InThePast`, `LastBeforeFirst`, `TooFar`."""
    if first < today:
        raise InThePast(field="first_day", day=first.isoformat(), earliest=today.isoformat())
    if last < first:
        raise LastBeforeFirst(field="last_day", first=first.isoformat())
    if first > latest:
        raise TooFar(field="first_day", day=first.isoformat(), latest=latest.isoformat())


def alone(appointed: Standing, *, known: Collection[Standing]) -> None:
    """Whether neither post has another substitution on any of these days. Raises `HasASubstitute`, `StandsInAlready`.

    `known` are those that were not ended.
    """
    for each in sorted(known, key=lambda each: each.first):
        if each.last < appointed.first or appointed.last < each.first:
            continue
        days = {"first": each.first.isoformat(), "last": each.last.isoformat()}
        if each.absent_id == appointed.absent_id:
            raise HasASubstitute(field="absent_id", **days)
        if each.substitute_id == appointed.substitute_id:
            raise StandsInAlready(field="substitute_id", **days)


def state(
    *, since: datetime, until: datetime, ended_at: datetime | None, posts_live: bool, now: datetime
) -> State:
    """Where a substitution is in its life. What is live lends; nothing else does."""
    if ended_at is not None:
        return "ended"
    if until <= now:
        return "over"
    if not posts_live:
        return "lapsed"
    return "appointed" if now < since else "live"


def endable(*, until: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Whether there is something to end. Raises `Over`."""
    if ended_at is not None or until <= now:
        raise Over
