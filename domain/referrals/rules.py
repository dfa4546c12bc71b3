"""What may become of a referral, decided without looking anything up: states, transitions, completeness, lateness.

Who may do it is a matter of policies; how long it may take stands in the rulebook. Both are handed in or asked
elsewhere.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from domain.rulebooks.values import Material
from tenancy.refusals import Refusal

State = Literal[
    "draft", "awaiting_approval", "approved", "sent", "taken_in", "accepted", "returned", "withdrawn"
]
Act = Literal[
    "revise",
    "attach",
    "submit",
    "approve",
    "reject",
    "send",
    "take_in",
    "accept",
    "return",
    "withdraw",
    "discard",
]

# Act → the states in which it can be done and the state it leads to; None where the state stays, or the draft goes.
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State | None]] = {
    "revise": (frozenset({"draft"}), None),
    "attach": (frozenset({"draft"}), None),
    "submit": (frozenset({"draft"}), "awaiting_approval"),
    "approve": (frozenset({"awaiting_approval"}), "approved"),
    "reject": (frozenset({"awaiting_approval", "approved"}), "draft"),
    "send": (frozenset({"approved"}), "sent"),
    "take_in": (frozenset({"sent"}), "taken_in"),
    "accept": (frozenset({"taken_in"}), "accepted"),
    "return": (frozenset({"taken_in"}), "returned"),
    "withdraw": (frozenset({"sent", "taken_in"}), "withdrawn"),
    "discard": (frozenset({"draft", "awaiting_approval", "approved"}), None),
}

STATES_ZH: Mapping[State, str] = {
    "draft": "起草中",
    "awaiting_approval": "待审批",
    "approved": "已批准",
    "sent": "已移送",
    "taken_in": "已收件",
    "accepted": "已接收",
    "returned": "已退回",
    "withdrawn": "已撤回",
}

OPEN_STATES: frozenset[State] = frozenset({"draft", "awaiting_approval", "approved", "sent", "taken_in"})

# Bodies that refer and receive in their own name; the county's own bodies coordinate and supervise.
PARTIES: frozenset[str] = frozenset({"department", "township"})

# The letter is the referral itself, signed by approving it; everything else is attached.
WRITTEN_HERE = "letter"

LONGEST_LINE = 200
EARLIEST_DAY = date(1949, 10, 1)
LONGEST_TEXT = 20_000


class WrongState(Refusal):
    """The referral is not in a state in which this can be done."""

    code = "REFERRAL_WRONG_STATE"
    en = "This referral is {state}; that can only be done while it is {needed}."
    zh = "该移送件当前为“{state_zh}”,只有在“{needed_zh}”时才能办理此操作。"


class MaterialsMissing(Refusal):
    """Materials that the rulebook requires are not attached."""

    code = "REFERRAL_MATERIALS_MISSING"
    en = "Required materials are missing: {kinds}. {advice_en} (source: {source})."
    zh = "缺少应当提供的材料:{names}。{advice_zh}(依据:{source})。"


class NotAParty(Refusal):
    """Referrals are made between departments and townships, in their own names."""

    code = "REFERRAL_NOT_A_PARTY"
    en = "Referrals go between departments and townships; {name} is neither."
    zh = "案件移送只在部门与乡镇(街道)之间以单位名义进行;{name}不属于其中。"


class ToOneself(Refusal):
    """A body refers nothing to itself."""

    code = "REFERRAL_TO_ONESELF"
    en = "A body cannot refer a case to itself."
    zh = "不能向本单位移送案件。"


class LateReasonNeeded(Refusal):
    """The limit for sending has passed; sending is possible, marked late, with a reason."""

    code = "REFERRAL_LATE_REASON_NEEDED"
    en = "The limit for sending ended at {due_at}. Give a reason; the referral will be sent marked as late."
    zh = "移送期限已于{due_at}届满。请说明逾期理由,该件将标注为逾期移送。"


class LateSendingForbidden(Refusal):
    """The place's rulebook does not admit sending after the limit."""

    code = "REFERRAL_LATE_FORBIDDEN"
    en = "The limit for sending ended at {due_at}, and the county's rules do not admit late referrals."
    zh = "移送期限已于{due_at}届满,本县规则不允许逾期移送。"


class ReturnForbidden(Refusal):
    """The place's rulebook does not let a receiver return a referral."""

    code = "REFERRAL_RETURN_FORBIDDEN"
    en = "The county's rules do not let a receiver return a referral."
    zh = "本县规则不允许接收单位退回移送件。"


class ReasonNeeded(Refusal):
    """An act that must be reasoned came without reasons."""

    code = "REASON_NEEDED"
    en = "Give the reasons in writing."
    zh = "请书面说明理由。"


class FieldEmpty(Refusal):
    """A part of the letter is blank."""

    code = "FIELD_EMPTY"
    en = "{name} must not be empty."
    zh = "{name_zh}不能为空。"


class FieldTooLong(Refusal):
    """A part of the letter is longer than a letter holds."""

    code = "FIELD_TOO_LONG"
    en = "{name} is too long: at most {most} characters."
    zh = "{name_zh}过长:最多{most}个字。"


class FoundInTheFuture(Refusal):
    """The violation is said to have been found on a day that has not come."""

    code = "REFERRAL_FOUND_IN_THE_FUTURE"
    en = "The violation cannot have been found on {day}: that day has not come."
    zh = "发现违法行为的日期{day}尚未到来。"


class FoundBeforeTheRepublic(Refusal):
    """The day of finding lies before there was anybody who could have found it; a slip of the year."""

    code = "REFERRAL_FOUND_TOO_LONG_AGO"
    en = "The violation cannot have been found on {day}: check the year."
    zh = "发现违法行为的日期{day}有误,请核对年份。"


class UnknownMaterialKind(Refusal):
    """The rulebook knows no such kind of material."""

    code = "REFERRAL_UNKNOWN_MATERIAL_KIND"
    en = "There is no material of the kind {kind}. There are: {known}."
    zh = "没有“{kind}”这类材料。可选:{known}。"


FIELDS: Mapping[str, tuple[str, str, int]] = {
    "party": ("The party", "当事人", LONGEST_LINE),
    "place": ("The place", "违法行为发生地", LONGEST_LINE),
    "facts": ("The first facts", "初步事实", LONGEST_TEXT),
    "item_code": ("The item code", "权力事项代码", LONGEST_LINE),
    "legal_basis": ("The legal basis", "法律法规依据", LONGEST_TEXT),
    "title": ("The title", "材料名称", LONGEST_LINE),
    "reason": ("The reason", "理由", LONGEST_TEXT),
}


def after(act: Act, state: State) -> State:
    """The state that an act leads to. Raises `WrongState`."""
    allowed, target = TRANSITIONS[act]
    if state not in allowed:
        needed = [known for known in STATES_ZH if known in allowed]
        raise WrongState(
            state=state,
            state_zh=STATES_ZH[state],
            needed=" / ".join(needed),
            needed_zh="/".join(STATES_ZH[known] for known in needed),
        )
    return target or state


def owner(state: State, *, sender: UUID, receiver: UUID) -> UUID:
    """The one body answerable in this state."""
    return receiver if state == "accepted" else sender


def written(name: str, text: str) -> str:
    """A part of the letter without blanks around it. Raises `FieldEmpty`, `FieldTooLong`."""
    english, chinese, most = FIELDS[name]
    text = text.strip()
    if not text:
        raise FieldEmpty(field=name, name=english, name_zh=chinese)
    if len(text) > most:
        raise FieldTooLong(field=name, name=english, name_zh=chinese, most=most)
    return text


def reasoned(text: str | None, *, field: str, needed: bool = True) -> str | None:
    """Reasons as given. Raises `ReasonNeeded`, `FieldTooLong`."""
    if text is None or not text.strip():
        if needed:
            raise ReasonNeeded(field=field)
        return None
    return written("reason", text)


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
    for kind, name in zip((sender_kind, addressee_kind), names, strict=True):
        if kind not in PARTIES:
            raise NotAParty(field="addressee", name=name)


def known_kind(kind: str, materials: Iterable[Material]) -> str:
    """A kind of material that the rulebook lists and that is attached. Raises `UnknownMaterialKind`."""
    known = [material.kind for material in materials if material.kind != WRITTEN_HERE]
    if kind not in known:
        raise UnknownMaterialKind(field="kind", kind=kind, known=", ".join(known))
    return kind


# What to do about missing materials, by what the rulebook says of them.
ADVICE: Mapping[str, tuple[str, str]] = {
    "refuse": ("Attach them first", "请先补齐"),
    "with_reason": ("Attach them, or give the reason why they are missing", "请补齐,或者说明缺件理由"),
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
    return written("reason", reason)
