"""What may become of a referral, decided without looking anything up: states, transitions, completeness, lateness.

Who may do it is a matter of policies; how long it may take stands in the rulebook. Both are handed in or asked
elsewhere. The words of what is refused stand in `refusals.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from domain import texts
from domain.referrals.refusals import (
    DirectionForbidden,
    DisposedInTheFuture,
    EffectiveBeforeAcceptance,
    EffectiveInTheFuture,
    FoundBeforeTheRepublic,
    FoundInTheFuture,
    LateAlready,
    LateReasonNeeded,
    LateSendingForbidden,
    MaterialsMissing,
    NotAParty,
    OnwardOpen,
    PassedBack,
    ProceedsNegative,
    ProceedsWithoutDisposal,
    QuantityNotPositive,
    StopFirst,
    StoppedInTheFuture,
    ToOneself,
    UnknownMaterialKind,
    UrgentOnAnotherDay,
    WrongState,
)
from domain.rulebooks.values import Material
from domain.texts import LONGEST_LINE, LONGEST_TEXT, Field

State = Literal[
    "draft",
    "awaiting_approval",
    "approved",
    "sent",
    "taken_in",
    "verified",
    "awaiting_material",
    "doubted",
    "accepted",
    "passed_on",
    "decided",
    "concluded",
    "returned",
    "withdrawn",
]
UNSENT_STATES: frozenset[State] = frozenset({"draft", "awaiting_approval", "approved"})

Act = Literal[
    "revise",
    "attach",
    "list_article",
    "record_stop",
    "extend_sending",
    "submit",
    "approve",
    "reject",
    "send",
    "take_in",
    "verify",
    "ask_for_material",
    "supply",
    "suspend",
    "resume",
    "accept",
    "return",
    "doubt",
    "settle",
    "pass_on",
    "report_progress",
    "record_decision",
    "tell_outcome",
    "note",
    "withdraw",
    "discard",
]

Finding = Literal["fit", "unfit", "incomplete"]
"""What verifying found: a case for the receiver, none, or not to be said without more material."""

Ground = Literal["inspection", "testing", "quarantine", "appraisal", "expert_review"]
"""What the receiver waits for while its clocks stand still."""

Decision = Literal["penalty", "no_penalty", "terminated"]
"""How the receiver's case ended: a decision that was served, or an end without one."""

Stop = Literal["ordered", "stopped"]
"""What the sender did about a violation that was going on: ordered it to stop, or stopped it."""


@dataclass(frozen=True, slots=True)
class Transition:
    """The states in which an act can be done, and those it leads to: none where the state stays, or the draft goes."""

    states: frozenset[State]
    to: tuple[State, ...] = ()


def _from(*states: State, to: State | tuple[State, ...] = ()) -> Transition:
    return Transition(frozenset(states), (to,) if isinstance(to, str) else to)


TRANSITIONS: Mapping[Act, Transition] = {
    "revise": _from("draft"),
    "attach": _from("draft", "awaiting_material"),
    "list_article": _from("draft", "awaiting_material"),
    "record_stop": _from(
        "draft", "awaiting_approval", "approved", "sent", "taken_in", "verified", "awaiting_material"
    ),
    "extend_sending": Transition(UNSENT_STATES),
    # Where the rulebook asks for no head, a draft that is submitted can be sent.
    "submit": _from("draft", to=("awaiting_approval", "approved")),
    "approve": _from("awaiting_approval", to="approved"),
    "reject": _from("awaiting_approval", "approved", to="draft"),
    "send": _from("approved", to="sent"),
    "take_in": _from("sent", to="taken_in"),
    "verify": _from("taken_in", to="verified"),
    "ask_for_material": _from("taken_in", "verified", to="awaiting_material"),
    "supply": _from("awaiting_material", to="taken_in"),
    # Verifying, asking for material and every answer let the clocks go on as well.
    "suspend": _from("taken_in", "verified", "accepted", "passed_on"),
    "resume": _from("taken_in", "verified", "accepted", "passed_on"),
    # What was passed on and came back is taken up by whoever had passed it on.
    "accept": _from("taken_in", "verified", "awaiting_material", "passed_on", to="accepted"),
    "return": _from("taken_in", "verified", "awaiting_material", to="returned"),
    "doubt": _from("taken_in", "verified", to="doubted"),
    # Whoever settles the doubt says whose matter it is.
    "settle": _from("doubted", to=("accepted", "returned")),
    "pass_on": _from("taken_in", "verified", to="passed_on"),
    "report_progress": _from("accepted", "passed_on"),
    "record_decision": _from("accepted", "passed_on", to="decided"),
    "tell_outcome": _from("decided", to="concluded"),
    "note": Transition(frozenset(get_args(State)) - UNSENT_STATES),
    "withdraw": _from("sent", "taken_in", "verified", "awaiting_material", "doubted", to="withdrawn"),
    "discard": Transition(UNSENT_STATES),
}

# What these prepare is the sender's own until it is handed over, and so is that they were done.
PREPARING: frozenset[Act] = frozenset({"attach", "list_article"})
# Acts that not every place knows, and the entry of its rulebook that says whether it does.
ADMITTED_BY: Mapping[Act, str] = {
    "extend_sending": "referral.send_extension",
    "return": "referral.return_allowed",
    "suspend": "referral.suspension_allowed",
    "pass_on": "referral.passing_on_allowed",
}

STATES_ZH: Mapping[State, str] = {
    "draft": "起草中",
    "awaiting_approval": "待审批",
    "approved": "已批准",
    "sent": "已移送",
    "taken_in": "已收件",
    "verified": "已核查",
    "awaiting_material": "待补材料",
    "doubted": "管辖存疑",
    "accepted": "已接收",
    "passed_on": "已转送",
    "decided": "已作决定",
    "concluded": "已办结",
    "returned": "已退回",
    "withdrawn": "已撤回",
}

ENDED_STATES: frozenset[State] = frozenset({"concluded", "returned", "withdrawn"})
OPEN_STATES: frozenset[State] = frozenset(STATES_ZH) - ENDED_STATES

# In these the matter is the receiver's; in all others the sender is answerable for it.
OF_THE_RECEIVER: frozenset[State] = frozenset({"accepted", "passed_on", "decided", "concluded"})

# Bodies that refer and receive in their own name; the county's own bodies coordinate and supervise.
PARTIES: frozenset[str] = frozenset({"department", "township"})
# A body that only patrols sends what it finds, and receives nothing.
SENDERS: frozenset[str] = PARTIES | {"patrol_body"}

# The letter is the referral itself, signed by approving it; everything else is attached.
WRITTEN_HERE = "letter"

EARLIEST_DAY = date(1949, 10, 1)


FIELDS: Mapping[str, Field] = {
    "party": Field("The party", "当事人", LONGEST_LINE),
    "place": Field("The place", "违法行为发生地", LONGEST_LINE),
    "facts": Field("The first facts", "初步事实", LONGEST_TEXT),
    "item_code": Field("The item code", "权力事项代码", LONGEST_LINE),
    "legal_basis": Field("The legal basis", "法律法规依据", LONGEST_TEXT),
    "title": Field("The title", "材料名称", LONGEST_LINE),
    "stop": Field("What was done to stop it", "制止情况", LONGEST_TEXT),
    "name": Field("The name of the article", "物品名称", LONGEST_LINE),
    "unit": Field("The unit", "计量单位", LONGEST_LINE),
    "note": Field("The note", "备注", LONGEST_TEXT),
    "asked": Field("What is missing", "需要补充的材料", LONGEST_TEXT),
    "progress": Field("How far the matter is", "办理进展", LONGEST_TEXT),
    "basis": Field("The basis of the settlement", "管辖决定依据", LONGEST_TEXT),
    "decision": Field("What was decided", "决定内容", LONGEST_TEXT),
    "outcome": Field("The outcome", "办理结果", LONGEST_TEXT),
}


def after(act: Act, state: State, *, to: State | None = None) -> State:
    """The state that an act leads to: the first of the act's, unless `to` names another of them. Raises `WrongState`."""
    transition = TRANSITIONS[act]
    if state not in transition.states:
        raise _wrong(state, transition.states)
    if to is not None and to not in transition.to:
        raise ValueError(f"{act} never leads to {to}")
    if to is not None:
        return to
    return transition.to[0] if transition.to else state


def _wrong(state: State, needed: Collection[State]) -> WrongState:
    words = [known for known in STATES_ZH if known in needed]
    return WrongState(
        state=state,
        state_zh=STATES_ZH[state],
        needed=" / ".join(words),
        needed_zh="/".join(STATES_ZH[known] for known in words),
    )


def still_open(state: State) -> None:
    """Whether it has not come to its end. Raises `WrongState`."""
    if state in ENDED_STATES:
        raise _wrong(state, OPEN_STATES)


def owner(state: State, *, sender: UUID, receiver: UUID) -> UUID:
    """The one body answerable in this state."""
    return receiver if state in OF_THE_RECEIVER else sender


def written(name: str, text: str, *, given_as: str | None = None) -> str:
    """A part of the letter without blanks around it; `given_as` is its name where it was entered, if another.

    Raises `FieldEmpty`, `FieldTooLong`.
    """
    return texts.written(name, text, FIELDS, given_as=given_as)


def reasoned(text: str | None, *, field: str, needed: bool = True) -> str | None:
    """Reasons as given. Raises `ReasonNeeded`, `FieldTooLong`."""
    if not needed and (text is None or not text.strip()):
        return None
    return texts.reasoned(text or "", field=field)


def found(day: date, *, today: date) -> date:
    """The day of finding. Raises `FoundInTheFuture`, `FoundBeforeTheRepublic`."""
    if day > today:
        raise FoundInTheFuture(field="found_on", day=day.isoformat())
    if day < EARLIEST_DAY:
        raise FoundBeforeTheRepublic(field="found_on", day=day.isoformat())
    return day


def between(*, sender_kind: str, addressee_kind: str, same: bool, names: tuple[str, str]) -> None:
    """Whether one body can refer to the other at all. Raises `ToOneself`, `NotAParty`."""
    if same:
        raise ToOneself(field="addressee")
    for kind, known, name in zip((sender_kind, addressee_kind), (SENDERS, PARTIES), names, strict=True):
        if kind not in known:
            raise NotAParty(field="addressee", name=name)


def known_kind(kind: str, materials: Iterable[Material]) -> str:
    """A kind of material that the rulebook lists and that is attached. Raises `UnknownMaterialKind`."""
    known = {material.kind: material.name for material in materials if material.kind != WRITTEN_HERE}
    if kind not in known:
        raise UnknownMaterialKind(
            field="kind", kind=kind, known=", ".join(known), names="、".join(known.values())
        )
    return kind


# What to do about missing materials, by what the rulebook says of them.
ADVICE: Mapping[str, tuple[str, str]] = {
    "refuse": ("Attach them first", "请先补齐"),
    "with_reason": ("Attach them, or give the reason why they are missing", "请补齐，或者说明缺件理由"),
}


def complete(
    attached: Collection[str], materials: Iterable[Material], *, reason: str | None, policy: str, source: str
) -> None:
    """Whether every kind that is required is attached, or its absence is reasoned where the rulebook admits that.

    Kunyang, annex 5 art. 8: such materials are "generally" to be provided. Raises `MaterialsMissing`.
    """
    missing = [
        material
        for material in materials
        if material.need == "required" and material.kind != WRITTEN_HERE and material.kind not in attached
    ]
    if missing and not (policy == "with_reason" and reason is not None):
        advice_en, advice_zh = ADVICE[policy]
        raise MaterialsMissing(
            field="materials",
            advice_en=advice_en,
            advice_zh=advice_zh,
            kinds=", ".join(material.kind for material in missing),
            names="、".join(material.name for material in missing),
            source=source,
        )


def back_again(onward: Iterable[State]) -> None:
    """Whether a matter that was passed on is its receiver's again, by the letters that passed it on. Raises `OnwardOpen`."""
    if any(state not in ("returned", "withdrawn") for state in onward):
        raise OnwardOpen


def still_in_time(*, now: datetime, due_at: datetime, shown: str) -> None:
    """Whether the day of finding can still be put right: what is late stays late. Raises `LateAlready`."""
    if now > due_at:
        raise LateAlready(field="found_on", due_at=shown)


def sent_late(
    *, now: datetime, due_at: datetime, shown: str, reason: str | None, allowed: bool, reason_needed: bool
) -> str | None:
    """The reason to keep with a late referral; None for one in time, whatever was given.

    Raises `LateSendingForbidden`, `LateReasonNeeded`. `shown` is the due instant in the county's time.
    """
    if now <= due_at:
        return None
    if not allowed:
        raise LateSendingForbidden(due_at=shown)
    if reason is None or not reason.strip():
        if reason_needed:
            raise LateReasonNeeded(field="late_reason", due_at=shown)
        return ""
    return texts.reasoned(reason, field="late_reason")


def urgent(
    found_at: datetime | None, *, found_on: date, local: date | None, now: datetime
) -> datetime | None:
    """The instant from which the urgent limit runs; `local` is its day in the county. Raises `UrgentOnAnotherDay`."""
    if found_at is not None and (local != found_on or found_at > now):
        raise UrgentOnAnotherDay(field="urgent_found_at")
    return found_at


def stopped_at(at: datetime, *, now: datetime) -> datetime:
    """When the violation was stopped or ordered to stop. Raises `StoppedInTheFuture`."""
    if at > now:
        raise StoppedInTheFuture(field="at")
    return at


def stopped_first(*, ongoing: bool, recorded: bool, needed: bool, source: str) -> None:
    """Whether a violation that goes on may be referred as it is. Raises `StopFirst`.

    Fuling part 2(3), the unnamed city part 2(3)2, Kunyang annex 6 article 4.
    """
    if ongoing and needed and not recorded:
        raise StopFirst(field="ongoing", source=source)


def directed(direction: str, *, known: Collection[str], names: tuple[str, str], source: str) -> None:
    """Whether the place knows referrals in this direction ("township_to_department"). Raises `DirectionForbidden`."""
    if direction not in known:
        raise DirectionForbidden(field="addressee", sender=names[0], addressee=names[1], source=source)


def onward(addressee_id: UUID, *, first: UUID) -> None:
    """Whether a case of the `first` sender can go on to this body. Raises `PassedBack`."""
    if addressee_id == first:
        raise PassedBack(field="addressee_id")


def listed(quantity: int, *, disposed_on: date | None, proceeds: int | None, today: date) -> None:
    """Whether an article can be listed so.

    Raises `QuantityNotPositive`, `ProceedsNegative`, `ProceedsWithoutDisposal`, `DisposedInTheFuture`.
    """
    if quantity < 1:
        raise QuantityNotPositive(field="quantity")
    if proceeds is not None and proceeds < 0:
        raise ProceedsNegative(field="proceeds")
    if proceeds is not None and disposed_on is None:
        raise ProceedsWithoutDisposal(field="proceeds")
    if disposed_on is not None and disposed_on > today:
        raise DisposedInTheFuture(field="disposed_on", day=disposed_on.isoformat())


def effective(day: date, *, accepted_on: date, today: date) -> date:
    """The day on which a decision was served or the matter ended.

    Raises `EffectiveInTheFuture`, `EffectiveBeforeAcceptance`.
    """
    if day > today:
        raise EffectiveInTheFuture(field="effective_on", day=day.isoformat())
    if day < accepted_on:
        raise EffectiveBeforeAcceptance(
            field="effective_on", day=day.isoformat(), accepted=accepted_on.isoformat()
        )
    return day
