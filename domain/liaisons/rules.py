"""Whom a body can name for another, what the county's rules ask of the two, and when an entry counts. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args
from uuid import UUID

from domain.rulebooks.rules import Rulebook
from domain.texts import LONGEST_TEXT, Field
from tenancy.refusals import Refusal

State = Literal["named", "in_place", "lapsed", "ended"]
Act = Literal["replace", "end"]

STATES: tuple[State, ...] = get_args(State)
ACTS: tuple[Act, ...] = get_args(Act)

# A head of a body or a deputy acts in its name, and by this a post shows it.
ROLE_OF_A_LEADER = "head"

FIELDS = {
    "handover": Field("The hand-over note", "工作交接说明", LONGEST_TEXT),
}


class WithOneself(Refusal):
    """A body needs no liaison officer for itself."""

    code = "LIAISON_WITH_ONESELF"
    en = "A liaison officer is named for another body. Choose another than your own."
    zh = "联络员是为与其他单位联系而指定的。请选择其他单位。"


class NotInPost(Refusal):
    """Whoever is named holds no post in the body now."""

    code = "LIAISON_NOT_IN_POST"
    en = "{name} holds no post in your body now. Choose somebody who does."
    zh = "{name}目前不在本单位任职。请选择在本单位任职的人员。"


class NotALeader(Refusal):
    """The county's rules want a head or a deputy."""

    code = "LIAISON_NOT_A_LEADER"
    en = "Here the county's rules want a head of the body or a deputy (source: {source}); {name} is neither. Choose one."
    zh = "本县规则要求由单位负责人（含分管负责人）担任联系人（依据：{source}）；{name}不是，请另选。"


class UnitNeeded(Refusal):
    """The county's rules want the unit named as well."""

    code = "LIAISON_UNIT_NEEDED"
    en = "Name the unit of your body that keeps the contact as well (source: {source})."
    zh = "请同时明确本单位对口联系的内设机构（依据：{source}）。"


class NamedAlready(Refusal):
    """This officer is that body's contact already, on that day or a later one."""

    code = "LIAISON_NAMED_ALREADY"
    en = (
        "{name} is named for this body already. Choose somebody else, leave it as it is, or choose a day from which "
        "that naming has ended."
    )
    zh = "{name}已被指定为该单位的联络员。请另选人员、保持不变，或者改选原指定终止之后的日期。"


class TooEarly(Refusal):
    """What was so yesterday is not rewritten."""

    code = "LIAISON_TOO_EARLY"
    en = "{day} is over. Choose {earliest} or a later day."
    zh = "{day}已过。请选择{earliest}或以后的日期。"


class SuccessorNeeded(Refusal):
    """Without a successor there would be fewer than the county's rules demand."""

    code = "LIAISON_SUCCESSOR_NEEDED"
    en = (
        "The county's rules want at least {needed} liaison officer(s) here (source: {source}). Choose a successor and replace "
        "this one, with a hand-over note."
    )
    zh = "本县规则要求此处至少有{needed}名联络员（依据：{source}）。请办理更换联络员：指定接任人员，并填写工作交接说明。"


class Ended(Refusal):
    """An entry that was ended or replaced stays as it is."""

    code = "LIAISON_ENDED"
    en = "This entry ends on {day} already. Name somebody anew instead."
    zh = "该联络员已定于{day}起不再担任。如需调整，请另行指定联络员。"


@dataclass(frozen=True, slots=True)
class Body:
    """A body as far as its duty to name somebody hangs on it."""

    id: UUID
    code: str
    kind: str
    coordinates: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """What the rules ask of one body towards another: so many officers, of which rank, with their unit or without."""

    officers: int
    leaders: bool
    unit_named: bool
    source: str


NOTHING = Demand(officers=0, leaders=False, unit_named=False, source="")


@dataclass(frozen=True, slots=True)
class Gap:
    """A body that has too few officers in place towards another: so many are `needed`, so many `in_place`."""

    body_id: UUID
    counterpart_id: UUID
    needed: int
    in_place: int
    source: str


@dataclass(frozen=True, slots=True)
class Demands:
    """What the rules of a day ask: of departments and townships for each other, of some departments for the platform."""

    for_each_other: Demand
    for_the_platform: Demand
    departments: frozenset[str]

    def of(self, body: Body, counterpart: Body) -> Demand:
        """What they ask of a body towards a counterpart."""
        if {body.kind, counterpart.kind} == {"department", "township"}:
            return self.for_each_other
        if counterpart.coordinates and body.code in self.departments:
            return self.for_the_platform
        return NOTHING


def demands(rulebook: Rulebook) -> Demands:
    """What the rules of a day ask."""
    return Demands(
        for_each_other=Demand(
            officers=rulebook.number("liaison.officers"),
            leaders=rulebook.choice("liaison.rank") == "leader",
            unit_named=rulebook.flag("liaison.unit_named"),
            source=rulebook.cited("liaison.officers"),
        ),
        for_the_platform=Demand(
            officers=rulebook.number("liaison.platform_officers"),
            leaders=rulebook.choice("liaison.platform_rank") == "leader",
            unit_named=False,
            source=rulebook.cited("liaison.platform_departments"),
        ),
        departments=frozenset(rulebook.bodies("liaison.platform_departments")),
    )


def state(*, since: date, ends_on: date | None, lives: bool, today: date) -> State:
    """Where an entry stands today; `lives` is whether the officer's post does."""
    if ends_on is not None and ends_on <= today:
        return "ended"
    if not lives:
        return "lapsed"
    return "in_place" if since <= today else "named"


def between(body_id: UUID, counterpart_id: UUID) -> None:
    """Raises `WithOneself`."""
    if body_id == counterpart_id:
        raise WithOneself(field="counterpart_id")


def chosen(posts: Iterable[tuple[UUID, Collection[str]]], *, demand: Demand, name: str) -> UUID:
    """In which of somebody's posts (id, roles) they are named: the first that will do. Raises `NotInPost`, `NotALeader`."""
    held = list(posts)
    if not held:
        raise NotInPost(field="person_id", name=name)
    for post_id, roles in held:
        if not demand.leaders or ROLE_OF_A_LEADER in roles:
            return post_id
    raise NotALeader(field="person_id", name=name, source=demand.source)


def with_unit(unit_id: UUID | None, *, demand: Demand) -> None:
    """Raises `UnitNeeded`."""
    if demand.unit_named and unit_id is None:
        raise UnitNeeded(field="unit_id", source=demand.source)


def from_day(day: date, *, today: date, field: str) -> date:
    """The first day of what changes. Raises `TooEarly`."""
    if day < today:
        raise TooEarly(field=field, day=day.isoformat(), earliest=today.isoformat())
    return day


def still_held(ends_on: date | None) -> None:
    """Raises `Ended` for an entry whose end is fixed."""
    if ends_on is not None:
        raise Ended(day=ends_on.isoformat())


def fewest(held: Collection[tuple[date, date | None]], *, since: date) -> int:
    """How many of these (first day, day from which no longer) hold on that day of all from `since` on with the fewest."""
    days = {since, *(ends_on for _, ends_on in held if ends_on is not None and ends_on > since)}
    return min(
        sum(begins <= day and (ends_on is None or day < ends_on) for begins, ends_on in held) for day in days
    )


def enough(left: int, *, counted: bool, demand: Demand) -> None:
    """Whether so many are `left` as are demanded; ending what did not count takes nothing away. Raises `SuccessorNeeded`."""
    if counted and left < demand.officers:
        raise SuccessorNeeded(needed=demand.officers, source=demand.source)


def gap(body: Body, counterpart: Body, *, demand: Demand, in_place: int) -> Gap | None:
    """The gap between two bodies, None where there is none."""
    if in_place >= demand.officers:
        return None
    return Gap(body.id, counterpart.id, demand.officers, in_place, demand.source)
