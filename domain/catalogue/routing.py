"""Whose a matter is: from what the catalogue says of its item, its place, its day and the kind of decision, with reasons.

Pure: the facts are gathered by `queries.py`, the rulebook's answers are handed in.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, get_args
from uuid import UUID

from domain.catalogue.rules import ENTRUSTABLE, POWERS, Power, Version, in_force

Because = Literal[
    "listed",
    "unlisted",
    "powerless",
    "no_township",
    "patrolled",
    "not_empowered",
    "not_yet",
    "unsigned",
    "recalled",
    "left_class",
    "empowered",
    "transition",
    "reserved",
    "reserved_fine",
    "entrusted",
    "duty",
    "nobody",
]
Advice = Literal["refer_in_time", "sign", "ask_department", "ask_government", "act_in_its_name"]

REASONS: tuple[Because, ...] = get_args(Because)
ADVICE: tuple[Advice, ...] = get_args(Advice)

# Every other decision is a penalty.
NO_PENALTY: Mapping[str, Power] = {"inspection": "inspection", "compulsory_measure": "compulsion"}


@dataclass(frozen=True, slots=True)
class Grant:
    """An empowerment as one township has it, by itself or as a member of a class.

    `since` is the notice's day, `signed_on` when the township signed for it. `member_until` and `recalled_from` are the first
    day on which it no longer holds.
    """

    source: str
    powers: frozenset[str]
    since: date
    member_since: date | None = None
    member_until: date | None = None
    signed_on: date | None = None
    recalled_from: date | None = None
    notice_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What a department lets the township do in its name, from `since` until before `until`."""

    source: str
    department_id: UUID
    powers: frozenset[str]
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Duty:
    """An entry of a duty list: whose a kind of matter is from `since` on, until before `until`.

    A township's answers for what arises in that township, a department's wherever it arises.
    """

    source: str
    body_id: UUID
    since: date
    until: date | None
    of_a_township: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the catalogue knows of one item and one township."""

    versions: Sequence[Version] = ()
    grants: Sequence[Grant] = ()
    entrusted: Sequence[Entrusted] = ()
    duties: Sequence[Duty] = ()


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rulebook of the day says, and where that stands: where the place is silent, somebody else answered."""

    signing_needed: bool
    transition_months: int
    reserved: frozenset[str]
    reserved_fine: int
    cited: Mapping[Because, str] = field(default_factory=dict)
    # By which article the department goes on supervising what a township holds; None where it does not.
    supervision: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One step to the answer: since or until when, by which document, which body, above which amount."""

    because: Because
    day: date | None = None
    body_id: UUID | None = None
    source: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose a matter is, None where nobody is named; why, step by step; and what to do now.

    `in_the_name_of` is the department where a township acts for it by entrustment; `supervised_by` the one that goes on
    supervising what the township does, by the article in `supervision`.
    """

    body_id: UUID | None
    chain: tuple[Reason, ...]
    advice: tuple[Advice, ...] = ()
    in_the_name_of: UUID | None = None
    supervised_by: UUID | None = None
    supervision: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days without a gap on which a township holds a power: from `since` until before `until`."""

    since: date
    until: date | None
    source: str


def power_of(decision: str) -> Power:
    """The power that a kind of decision needs."""
    return NO_PENALTY.get(decision, "penalty")


def months_after(day: date, months: int) -> date:
    """The last day of a period of months that begins on `day`: the same day of the month, or the month's last.

    As the Civil Code counts (art. 201, 202). It does not roll past rest days (art. 203): nobody has to do anything on it.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def competent(
    facts: Facts, *, township_id: UUID | None, day: date, decision: str, fine: int | None, ruled: Ruled
) -> Answer:
    """Whose a matter is that arose on `day` in this township and may end in this decision; a `fine` may be known already."""
    version = in_force(facts.versions, day)
    if version is None:
        return _unlisted(facts.duties, township_id, day)
    department, power = version.department_id, power_of(decision)
    listed = Reason("listed", day=version.since, body_id=department)
    if power not in version.powers:
        return Answer(None, (listed, Reason("powerless")), ("ask_department",))
    if township_id is None:
        return Answer(department, (listed, Reason("no_township")))
    held = _held_on(facts.grants, power, day, signing_needed=ruled.signing_needed)
    if held is None:
        why = _why_not_held(facts.grants, power, day)
    elif ends := _still_in_transition(held, day, ruled):
        still = Reason("transition", day=ends, source=ruled.cited.get("transition"))
        why = (Reason("empowered", day=held.since, source=held.source), still)
    else:
        why = (Reason("empowered", day=held.since, source=held.source),)
    entrusted = _entrusted_on(facts.entrusted, department, power, day)
    reserved = _reserved(decision, fine, ruled)
    # Of what the township was not given at all, nothing needs to be reserved.
    if reserved is not None and (held is not None or entrusted is not None):
        return Answer(department, (listed, *why, reserved), ("refer_in_time",))
    advice: tuple[Advice, ...] = ("refer_in_time",) if _may_come_to_be_reserved(decision, fine) else ()
    if held is not None and len(why) == 1:
        return _supervised(Answer(township_id, (listed, *why), advice), department, ruled)
    if entrusted is not None:
        by_agreement = Reason("entrusted", day=entrusted.until, body_id=department, source=entrusted.source)
        acting: tuple[Advice, ...] = ("act_in_its_name", *advice)
        acts = Answer(township_id, (listed, *why, by_agreement), acting, in_the_name_of=department)
        return _supervised(acts, department, ruled)
    return Answer(department, (listed, *why), ("sign",) if _still_to_be_signed(facts.grants, why) else ())


def stretches(grants: Iterable[Grant], power: str, *, signing_needed: bool) -> list[Stretch]:
    """When the township holds a power: what meets or overlaps is one stretch, so a longer list brings no new transition."""
    found = sorted(_spans(grants, power, signing_needed), key=lambda span: span.since)
    whole: list[Stretch] = []
    for span in found:
        last = whole[-1] if whole else None
        if last is not None and (last.until is None or span.since <= last.until):
            until = None if last.until is None or span.until is None else max(last.until, span.until)
            whole[-1] = Stretch(last.since, until, last.source)
        else:
            whole.append(span)
    return whole


def kept_beside(grants: Iterable[Grant], notice_id: UUID, *, since: date) -> list[Grant]:
    """By which other notices the township keeps, on a day or later, what this one gives it; signed for or not yet."""
    every = list(grants)
    given = {power for grant in every if grant.notice_id == notice_id for power in grant.powers}
    return [
        grant
        for grant in every
        if grant.notice_id != notice_id
        and any(
            span.until is None or since < span.until
            for power in sorted(given)
            for span in _spans([grant], power, signing_needed=False)
        )
    ]


def why_not_held(grants: Sequence[Grant], day: date, *, signing_needed: bool) -> Reason | None:
    """Why a township held none of the powers that were given on a day; None where it held one, be it in a transition."""
    given = [power for power in POWERS if any(power in grant.powers for grant in grants)]
    if any(_held_on(grants, power, day, signing_needed=signing_needed) for power in given):
        return None
    (reason,) = _why_not_held(grants, given[0], day) if given else (Reason("not_empowered"),)
    return reason


def _supervised(answer: Answer, department_id: UUID, ruled: Ruled) -> Answer:
    """The same; what was handed down stays under the department's supervision where the place says so."""
    if ruled.supervision is None:
        return answer
    return replace(answer, supervised_by=department_id, supervision=ruled.supervision)


def _unlisted(duties: Sequence[Duty], township_id: UUID | None, day: date) -> Answer:
    """Off the list the duty lists say whose it is: the township's own, then the departments'.

    The county government decides what they do not say.
    """
    own = [duty for duty in duties if duty.of_a_township and duty.body_id == township_id]
    latest = in_force(own, day) or in_force([duty for duty in duties if not duty.of_a_township], day)
    if latest is None:
        return Answer(None, (Reason("unlisted"), Reason("nobody")), ("ask_government",))
    named = Reason("duty", day=latest.since, body_id=latest.body_id, source=latest.source)
    return Answer(latest.body_id, (Reason("unlisted"), named))


def _held_on(grants: Iterable[Grant], power: str, day: date, *, signing_needed: bool) -> Stretch | None:
    for stretch in stretches(grants, power, signing_needed=signing_needed):
        if stretch.since <= day and (stretch.until is None or day < stretch.until):
            return stretch
    return None


def _still_in_transition(held: Stretch, day: date, ruled: Ruled) -> date | None:
    """The transition's last day, if this is one of its days."""
    if not ruled.transition_months:
        return None
    ends = months_after(held.since, ruled.transition_months)
    return ends if day <= ends else None


def _reserved(decision: str, fine: int | None, ruled: Ruled) -> Reason | None:
    if decision in ruled.reserved:
        return Reason("reserved", source=ruled.cited.get("reserved"))
    # Whatever else it comes with, and also where more than the fine is not known yet.
    if power_of(decision) == "penalty" and fine is not None and fine >= ruled.reserved_fine:
        return Reason("reserved_fine", amount=ruled.reserved_fine, source=ruled.cited.get("reserved_fine"))
    return None


def _may_come_to_be_reserved(decision: str, fine: int | None) -> bool:
    return decision == "penalty" or (decision == "fine" and fine is None)


def _spans(grants: Iterable[Grant], power: str, signing_needed: bool) -> Iterator[Stretch]:
    for grant in grants:
        since = max(_begins(grant), (grant.signed_on if signing_needed else None) or grant.since)
        ends = [each for each in (grant.member_until, grant.recalled_from) if each is not None]
        until = min(ends, default=None)
        unsigned = signing_needed and grant.signed_on is None
        if power in grant.powers and not unsigned and (until is None or since < until):
            yield Stretch(since, until, grant.source)


def _why_not_held(grants: Iterable[Grant], power: str, day: date) -> tuple[Reason, ...]:
    """The nearest that the township has come to holding the power on this day."""
    of_power = sorted((grant for grant in grants if power in grant.powers), key=_begins)
    begun = [grant for grant in reversed(of_power) if _begins(grant) <= day]
    for grant in begun:
        if grant.recalled_from is not None and grant.recalled_from <= min(day, grant.member_until or day):
            return (Reason("recalled", day=grant.recalled_from, source=grant.source),)
        if grant.member_until is None or day < grant.member_until:
            return (Reason("unsigned", day=_begins(grant), source=grant.source),)
    left = [
        grant for grant in begun if grant.member_until is not None and _begins(grant) < grant.member_until
    ]
    ahead = [grant for grant in of_power if day < _begins(grant) < (grant.member_until or date.max)]
    return (
        *(Reason("left_class", day=grant.member_until, source=grant.source) for grant in left[:1]),
        *(Reason("not_yet", day=_begins(grant), source=grant.source) for grant in ahead[:1]),
    ) or (Reason("not_empowered"),)


def _begins(grant: Grant) -> date:
    """The first day on which the township may have what is granted: the notice's, or that of its joining the class."""
    return max(grant.since, grant.member_since or grant.since)


def _still_to_be_signed(grants: Iterable[Grant], why: Sequence[Reason]) -> bool:
    """Whether it hangs on a signature that did not come after the day either, and still can."""
    unsigned = {reason.source for reason in why if reason.because == "unsigned"}
    return any(
        grant.source in unsigned and grant.signed_on is None and grant.recalled_from is None
        for grant in grants
    )


def _entrusted_on(
    entrusted: Iterable[Entrusted], department_id: UUID, power: str, day: date
) -> Entrusted | None:
    for each in entrusted:
        # No version of a law makes a department's agreement another department's.
        if (
            power in each.powers & ENTRUSTABLE
            and each.department_id == department_id
            and each.since <= day < each.until
        ):
            return each
    return None
