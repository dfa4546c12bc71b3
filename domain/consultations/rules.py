"""What may become of a consultation, what the co-manager's answer or silence means, and what a proposal says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, get_args
from uuid import UUID

from domain.rulebooks.values import Asks
from domain.secondments.rules import NEEDED
from domain.texts import LONGEST_LINE, LONGEST_TEXT, Field, reasoned, written
from tenancy.refusals import Refusal

Kind = Literal["recall", "transfer", "borrowing", "appointment", "removal"]
State = Literal["asked", "cleared", "refused", "withdrawn", "carried_out"]
Act = Literal["answer", "withdraw", "carry_out"]
Answer = Literal["agrees", "objects", "opinion"]
Standing = Literal["waits", "clear", "clear_by_silence", "refused", "over"]
"""Whether what was proposed may be carried out now."""

KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)
ACTS: tuple[Act, ...] = get_args(Act)
ANSWERS: tuple[Answer, ...] = get_args(Answer)
STANDINGS: tuple[Standing, ...] = get_args(Standing)

OPEN: Mapping[Act, frozenset[State]] = MappingProxyType(
    {
        "answer": frozenset({"asked"}),
        "withdraw": frozenset({"asked", "cleared"}),
        "carry_out": frozenset({"asked", "cleared", "refused"}),
    }
)
"""In which states an act is looked at; whether what was asked or refused can be carried out, `go_on` says."""

STATES_ZH: Mapping[State, str] = MappingProxyType(
    {
        "asked": "待答复",
        "cleared": "可以办理",
        "refused": "未获同意",
        "withdrawn": "已撤回",
        "carried_out": "已办理",
    }
)

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "ground": Field("The ground", "事由", LONGEST_TEXT),
        "post": Field("The post", "职务", LONGEST_LINE),
    }
)


class WrongState(Refusal):
    """The consultation is not in a state in which this can be done."""

    code = "CONSULTATION_WRONG_STATE"
    en = "This is {state}; that can only be done while it is {needed}. Read it again and see which acts are open."
    zh = "该事项当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class OtherSideDecides(Refusal):
    """Towards officers seconded in this mode, the other side decides."""

    code = "CONSULTATION_OTHER_SIDE_DECIDES"
    en = "On this {side} decides for officers who are seconded in this mode ({source}). Ask it to propose this."
    zh = "对该派驻方式的人员，此事由{side_zh}决定（{source}）。请商请其提出。"


class OpenAlready(Refusal):
    """The same was proposed before, and is not at its end."""

    code = "CONSULTATION_OPEN_ALREADY"
    en = "The same is proposed already. Wait for its end, or withdraw it first."
    zh = "同一事项已经提出，尚未办结。请等待办结，或者先行撤回。"


class WhereToNeeded(Refusal):
    """A transfer or borrowing without a body to go to, or something else with one."""

    code = "CONSULTATION_WHERE_TO_NEEDED"
    en = (
        "A transfer names the new township and a borrowing the borrower, neither of them the present host; "
        "nothing else names a body. Correct it."
    )
    zh = "调整派驻单位应写明新的用人单位，借调应写明借用单位，且均不得为现用人单位；其他事项不填。请更正。"


class TermNeeded(Refusal):
    """A borrowing without a last day, or something else with one."""

    code = "CONSULTATION_TERM_NEEDED"
    en = "Nobody is borrowed without a term: give a last day, not before the first; nothing else has one. Correct it."
    zh = "借调应有期限：请填写截止日期，且不得早于起始日期；其他事项不填。请更正。"


class PostNeeded(Refusal):
    """An appointment or removal that does not say which post, or something else that does."""

    code = "CONSULTATION_POST_NEEDED"
    en = "Appointing and removing names the post; nothing else does. Correct it."
    zh = "任免应写明职务，其他事项不填。请更正。"


class TooEarly(Refusal):
    """It would hold from a day that is over."""

    code = "CONSULTATION_TOO_EARLY"
    en = "{day} is over. Choose {today} or a later day."
    zh = "{day}已过，请选择{today}或者以后的日期。"


class AfterTheEnd(Refusal):
    """It would hold from a day on which the secondment is over anyway."""

    code = "CONSULTATION_AFTER_THE_END"
    en = "The secondment ends on {last} anyway. Choose that day or an earlier one, or extend the secondment first."
    zh = "该派驻至{last}届满。请选择该日或者以前的日期，或者先行延长派驻。"


class YesOrNo(Refusal):
    """Where consent is asked for, an opinion is no answer."""

    code = "CONSULTATION_YES_OR_NO"
    en = "Your consent is asked for ({source}). Give it, or object with reasons."
    zh = "此事须经贵单位同意（{source}）。请答复同意，或者说明理由不同意。"


class NotAnswered(Refusal):
    """The answer that the rules demand is not there."""

    code = "CONSULTATION_NOT_ANSWERED"
    en = "{body} has not answered, and its {asked} is needed first ({source}). Wait for the answer{until}."
    zh = "{body}尚未答复，须先{asked_zh}（{source}）。请等待答复{until_zh}。"


class NotConsented(Refusal):
    """The co-manager refused the consent that the rules demand."""

    code = "CONSULTATION_NOT_CONSENTED"
    en = "{body} did not consent, and without its consent this is not done ({source}). Ask what it objects to, and propose it anew."
    zh = "{body}未予同意，须经其同意方可办理（{source}）。请协商后重新提出。"


class NoOrderNumber(Refusal):
    """A transfer is carried out by an order, and nothing else is."""

    code = "CONSULTATION_NO_ORDER_NUMBER"
    en = "A transfer is carried out by a new order: give its number; nothing else has one. Correct it."
    zh = "调整派驻单位须下达新的派驻文件，请填写文号；其他事项不填。请更正。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed, on which ground, from which day on; where to, until when and in which post, as its kind needs."""

    kind: Kind
    ground: str
    since: date
    until: date | None = None
    body_id: UUID | None = None
    post: str | None = None


def whole(proposal: Proposal, *, host_id: UUID, today: date) -> Proposal:
    """The proposal as it is kept.

    Raises `TooEarly`, `WhereToNeeded`, `TermNeeded`, `PostNeeded`, `FieldEmpty`, `FieldTooLong`.
    """
    kind, since, until = proposal.kind, proposal.since, proposal.until
    if since < today:
        raise TooEarly(field="since", day=since.isoformat(), today=today.isoformat())
    if (proposal.body_id is not None) != (kind in ("transfer", "borrowing")) or proposal.body_id == host_id:
        raise WhereToNeeded(field="body_id")
    if (until is not None) != (kind == "borrowing") or (until is not None and until < since):
        raise TermNeeded(field="until")
    if (proposal.post is not None) != (kind in ("appointment", "removal")):
        raise PostNeeded(field="post")
    return Proposal(
        kind=kind,
        ground=written("ground", proposal.ground, FIELDS),
        since=since,
        until=until,
        body_id=proposal.body_id,
        post=None if proposal.post is None else written("post", proposal.post, FIELDS),
    )


def during(since: date, *, last: date | None) -> None:
    """Whether the secondment still lasts on the first day of what is proposed. Raises `AfterTheEnd`."""
    if last is not None and since > last:
        raise AfterTheEnd(field="since", last=last.isoformat())


def opened(act: Act, state: State) -> None:
    """Whether an act is looked at in this state. Raises `WrongState`."""
    if state not in OPEN[act]:
        needed = [known for known in STATES if known in OPEN[act]]
        raise WrongState(
            state=state,
            state_zh=STATES_ZH[state],
            needed=" / ".join(needed),
            needed_zh="/".join(STATES_ZH[known] for known in needed),
        )


def answered(asks: Asks, answer: Answer, reasons: str | None, *, source: str) -> tuple[State, str | None]:
    """The state to which an answer leads, and its reasons as they are kept. Raises `YesOrNo`, `ReasonNeeded`, `FieldTooLong`.

    Where only an opinion is due, an objection stops nothing.
    """
    if asks == "consent" and answer == "opinion":
        raise YesOrNo(field="answer", source=source)
    given = reasons or ""
    words = reasoned(given, field="reasons") if answer != "agrees" or given.strip() else None
    return ("refused" if asks == "consent" and answer == "objects" else "cleared"), words


def standing(state: State, *, due_at: datetime | None, silence: str, now: datetime) -> Standing:
    """Whether it may be carried out: `silence` is what the rules make of a limit that ran out at `due_at`."""
    match state:
        case "asked":
            lapsed = due_at is not None and due_at < now
            return "clear_by_silence" if lapsed and silence == "goes_on" else "waits"
        case "cleared":
            return "clear"
        case "refused":
            return "refused"
        case _:
            return "over"


def go_on(stands: Standing, *, asks: Asks, body: str, source: str, goes_on_after: str | None) -> None:
    """Whether it is carried out that stands so with the co-manager called `body`. Raises `NotAnswered`, `NotConsented`.

    `goes_on_after` is when silence will let it go on, None if never.
    """
    if stands == "refused":
        raise NotConsented(body=body, source=source)
    if stands == "waits":
        asked = NEEDED[asks]
        raise NotAnswered(
            body=body,
            asked=asked[0],
            asked_zh=asked[1],
            source=source,
            until="" if goes_on_after is None else f", or until {goes_on_after}",
            until_zh="" if goes_on_after is None else f"，或者于{goes_on_after}后办理",
        )
