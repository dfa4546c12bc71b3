"""Who can be seconded where in which mode, for how long, and when an entry is in force. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import Literal, get_args
from uuid import UUID

from domain.rulebooks.values import Asks
from domain.texts import LONGEST_LINE, Field
from tenancy.refusals import Refusal

Side = Literal["home", "host", "overseen"]
"""From where the register is seen."""
Mode = Literal["stationed", "area_team", "itinerant"]
Liaison = Literal["leader", "officer"]
Act = Literal["extend", "end", "consult"]
"""The last is proposing its end, where somebody must be asked first; it is done above (`consultations`)."""

MODES: tuple[Mode, ...] = get_args(Mode)
ACTS: tuple[Act, ...] = get_args(Act)

GRANTED = ("officer",)
"""The roles of a post that an order grants. Whoever is to act in the host's name is made its head by nobody else."""

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "order_number": Field("The number of the order", "文号", LONGEST_LINE),
        "post": Field("The post", "岗位", LONGEST_LINE),
    }
)

A_DAY = timedelta(days=1)

NEEDED: Mapping[Asks, tuple[str, str]] = MappingProxyType(
    {"nothing": ("", ""), "opinion": ("opinion", "征求其意见"), "consent": ("consent", "征得其同意")}
)
"""What is asked of a co-manager, in English and Chinese."""


class ModeNotHere(Refusal):
    """The county's rules know no such mode."""

    code = "SECONDMENT_MODE_NOT_HERE"
    en = "The county's rules second officers otherwise: {modes} ({source}). Choose one of these modes."
    zh = "本县派驻方式为{modes_zh}（{source}），请从中选择。"


class BeforeTheRules(Refusal):
    """A first day of which no rules are loaded, not even the platform's own."""

    code = "SECONDMENT_BEFORE_THE_RULES"
    en = "No rules are on record for {day}, so nothing says what such a secondment was. Choose a later first day."
    zh = "系统未收录{day}适用的规程，无法确定派驻规则。请选择更晚的起始日期。"


class NobodySeconded(Refusal):
    """An order without anybody, or that names somebody twice."""

    code = "SECONDMENT_NOBODY"
    en = "An order names at least one officer, and nobody twice. Correct the list."
    zh = "派驻文件至少列明一人，且同一人不得重复。请更正名单。"


class HostsDoNotFit(Refusal):
    """More or fewer hosts than the mode has."""

    code = "SECONDMENT_HOSTS_DO_NOT_FIT"
    en = (
        "Whoever is stationed works with one host, an area team with two or more, and no host is named twice. "
        "Correct the hosts or the mode."
    )
    zh = "派驻限一个用人单位，片区队伍应有两个以上，且同一单位不得重复。请更正用人单位或者派驻方式。"


class HostNotATownship(Refusal):
    """The host is no township."""

    code = "SECONDMENT_HOST_NOT_A_TOWNSHIP"
    en = "{name} is not a township, and officers are seconded to townships. Choose a township."
    zh = "{name}不是乡镇（街道），执法人员下沉至乡镇（街道）。请改选乡镇（街道）。"


class HostIsHome(Refusal):
    """Somebody would be seconded to the body that owns them."""

    code = "SECONDMENT_HOST_IS_HOME"
    en = "{name} is the officers' own body, and nobody is seconded there. Choose another township."
    zh = "{name}是人员所在单位，不能向本单位派驻。请改选其他乡镇（街道）。"


class LiaisonsNeeded(Refusal):
    """An area team that does not say for a host who of it leads the contact and who keeps it."""

    code = "SECONDMENT_LIAISONS_NEEDED"
    en = (
        "An area team names for every township one leader and at least one more officer of the team who keep the "
        "contact. Name them for {name}."
    )
    zh = "按区域设置的队伍应为每个乡镇明确一名联系领导和若干执法人员（均为本队人员）。请为{name}补充。"


class LiaisonsNotWanted(Refusal):
    """Leaders and officers of the contact are an area team's alone."""

    code = "SECONDMENT_LIAISONS_NOT_WANTED"
    en = (
        "Only an area team names who keeps the contact with each township. Leave it out, or choose that mode."
    )
    zh = "仅按区域设置的队伍须明确联系领导和联系人员。请删去，或者改选该方式。"


class NotOnTheRegister(Refusal):
    """Somebody is not on the home's register of staff on the first day."""

    code = "SECONDMENT_NOT_ON_THE_REGISTER"
    en = (
        "{name} is not on your body's register of staff on {day}. Enter them first, or correct the first day."
    )
    zh = "{name}于{day}不在本单位人员名册。请先登记，或者更正起始日期。"


class OnlyAssists(Refusal):
    """An auxiliary would get an officer's post."""

    code = "SECONDMENT_ONLY_ASSISTS"
    en = "{name} is an auxiliary, who only assists and holds no officer's post. Choose an officer."
    zh = "{name}为执法辅助人员，只能从事辅助性工作，不得担任执法岗位。请改派执法人员。"


class SecondedAlready(Refusal):
    """Somebody is with the host on some of these days already."""

    code = "SECONDMENT_SECONDED_ALREADY"
    en = "{name} is seconded to {host} from {since} on already. End or extend that secondment, or choose other days."
    zh = "{name}自{since}起已派驻{host}。请先终止或者延长原派驻，或者另选日期。"


class LeavesBefore(Refusal):
    """Somebody leaves the body before the secondment would end."""

    code = "SECONDMENT_LEAVES_BEFORE"
    en = "{name} leaves your body, and {last} is the last day there. Choose that day or an earlier one as the last."
    zh = "{name}将离岗，在册至{last}。派驻截止日期请选择该日或者以前。"


class LastBeforeFirst(Refusal):
    """The last day comes before the first, or is over."""

    code = "SECONDMENT_LAST_DAY_TOO_EARLY"
    en = "The last day must be {earliest} or later. Choose such a day."
    zh = "截止日期不得早于{earliest}，请更正。"


class TooFar(Refusal):
    """A day that is farther away than anything is put on record for."""

    code = "SECONDMENT_TOO_FAR"
    en = "{day} is too far away. Choose {latest} or an earlier day, or leave the last day open."
    zh = "{day}过于遥远，请选择{latest}或以前的日期，或者不填截止日期。"


class NothingToExtend(Refusal):
    """A secondment without a last day is extended."""

    code = "SECONDMENT_NOTHING_TO_EXTEND"
    en = "This secondment has no last day, so there is nothing to extend. End it when the time comes."
    zh = "该派驻未定截止日期，无需延长；到期时请直接终止。"


class Over(Refusal):
    """The secondment is over."""

    code = "SECONDMENT_OVER"
    en = "This secondment ended on {day}. Order a new one."
    zh = "该派驻已于{day}结束，请重新办理派驻。"


class EndsTooEarly(Refusal):
    """The day from which it is to end is over."""

    code = "SECONDMENT_ENDS_TOO_EARLY"
    en = "A secondment ends today or later, not from {day} on. Choose {today} or a later day."
    zh = "派驻只能自今日或者以后终止，不能自{day}起终止。请选择{today}或者以后的日期。"


class RecallNotCleared(Refusal):
    """Somebody would be recalled without what the county's rules demand of the host."""

    code = "SECONDMENT_RECALL_NOT_CLEARED"
    en = (
        "Recalling an officer from {host} needs its {needed} first ({source}). Ask it by proposing the recall "
        "(`proposeConsultation`), and carry that out when it may go on."
    )
    zh = "从{host}召回人员，须先{needed_zh}（{source}）。请先提出召回（proposeConsultation），待可以办理时再办理。"


class OnlyStationedTransferred(Refusal):
    """Somebody with several hosts, or without a fixed one, would be transferred."""

    code = "SECONDMENT_ONLY_STATIONED_TRANSFERRED"
    en = "Only whoever is stationed in one township is transferred to another. End this secondment by a recall, and order anew."
    zh = "只有派驻一个乡镇（街道）的人员可以调整派驻单位。请先召回，再重新下达派驻文件。"


@dataclass(frozen=True, slots=True)
class Seconded:
    """Somebody whom an order names, and in which post with the hosts."""

    person_id: UUID
    post: str


@dataclass(frozen=True, slots=True)
class Using:
    """A host that an order names; in an area team, who leads the contact with it and who keeps it."""

    host_id: UUID
    leader_id: UUID | None = None
    officer_ids: Collection[UUID] = ()

    def liaison_of(self, person_id: UUID) -> Liaison | None:
        """What somebody of the team is to this host."""
        if person_id == self.leader_id:
            return "leader"
        return "officer" if person_id in self.officer_ids else None


@dataclass(frozen=True, slots=True)
class Span:
    """The days of an entry with a host that was ordered before."""

    host_id: UUID
    since: date
    until: date | None


def in_force(*, since: date, until: date | None, on: date) -> bool:
    """Whether a secondment holds on that day; both its first and its last day count."""
    return since <= on and (until is None or on <= until)


def known(mode: str, *, modes: Sequence[str], words: tuple[str, str], source: str) -> None:
    """Whether the county seconds in this mode. Raises `ModeNotHere`; `words` are all modes in English and Chinese."""
    if mode not in modes:
        raise ModeNotHere(field="mode", modes=words[0], modes_zh=words[1], source=source)


def whole(mode: str, people: Sequence[Seconded], hosts: Sequence[Using]) -> None:
    """Whether an order names whom its mode has. Raises `NobodySeconded`, `HostsDoNotFit`, `LiaisonsNotWanted`."""
    if not people or len({each.person_id for each in people}) < len(people):
        raise NobodySeconded(field="people")
    several = len(hosts) > 1
    fits = {"stationed": len(hosts) == 1, "area_team": several, "itinerant": bool(hosts)}[mode]
    if not fits or len({each.host_id for each in hosts}) < len(hosts):
        raise HostsDoNotFit(field="hosts")
    if mode != "area_team" and any(each.leader_id or each.officer_ids for each in hosts):
        raise LiaisonsNotWanted(field="hosts")


def contacts(mode: str, people: Sequence[Seconded], using: Using, *, name: str) -> None:
    """Whether an area team says who keeps the contact with this host, called so. Raises `LiaisonsNeeded`."""
    if mode != "area_team":
        return
    team = {each.person_id for each in people}
    officers = set(using.officer_ids) - {using.leader_id}
    if using.leader_id not in team or not officers or not officers <= team:
        raise LiaisonsNeeded(field="hosts", name=name)


def a_township(kind: str, *, name: str) -> None:
    """Whether a body of this kind, called so, can be a host. Raises `HostNotATownship`."""
    if kind != "township":
        raise HostNotATownship(field="hosts", name=name)


def away_from_home(host_id: UUID, *, home_id: UUID, name: str) -> None:
    """Whether a host, called so, is another body than the home. Raises `HostIsHome`."""
    if host_id == home_id:
        raise HostIsHome(field="hosts", name=name)


def secondable(register: str | None, *, name: str, first: date) -> None:
    """Whether somebody who stands on this register on the first day (None: on none) can be seconded.

    Raises `NotOnTheRegister`, `OnlyAssists`.
    """
    if register is None:
        raise NotOnTheRegister(field="people", name=name, day=first.isoformat())
    if register == "auxiliary":
        raise OnlyAssists(field="people", name=name)


def on_the_register_throughout(until: date | None, *, last: date | None, name: str) -> None:
    """Whether a secondment is over by the last day of somebody's on the register, if there is one. Raises `LeavesBefore`."""
    if last is not None and (until is None or until > last):
        raise LeavesBefore(field="until", name=name, last=last.isoformat())


def free(
    held: Collection[Span],
    *,
    host_id: UUID,
    since: date,
    until: date | None,
    name: str,
    host: str,
    field: str = "people",
) -> None:
    """Whether somebody is not with the host on any of these days already. Raises `SecondedAlready`."""
    for each in held:
        begins_later = until is not None and until < each.since
        is_over = each.until is not None and (each.until < since or each.until < each.since)
        if each.host_id == host_id and not begins_later and not is_over:
            raise SecondedAlready(field=field, name=name, host=host, since=each.since.isoformat())


def lasts(since: date, until: date | None, *, today: date) -> None:
    """Whether a secondment can last from one day to the other. One that began before may be put on record afterwards.

    Raises `LastBeforeFirst`.
    """
    earliest = max(since, today)
    if until is not None and until < earliest:
        raise LastBeforeFirst(field="until", earliest=earliest.isoformat())


def within_reach(*days: date | None, latest: date) -> None:
    """Whether none of these days is too far away to be put on record. Raises `TooFar`."""
    for day in days:
        if day is not None and day > latest:
            raise TooFar(field="until", day=day.isoformat(), latest=latest.isoformat())


def going_on(since: date, until: date | None, *, today: date) -> None:
    """Whether it is neither over nor called off. Raises `Over`."""
    if until is not None and (until < today or until < since):
        raise Over(day=until.isoformat())


def extendable(since: date, until: date | None, to: date, *, ended: bool, today: date) -> None:
    """Whether it can be extended to that day; what was `ended` cannot. Raises `NothingToExtend`, `Over`, `LastBeforeFirst`."""
    if until is None:
        raise NothingToExtend
    going_on(since, until, today=today)
    if ended:
        raise Over(day=until.isoformat())
    if to <= until:
        raise LastBeforeFirst(field="until", earliest=(until + A_DAY).isoformat())


def last_day(since: date, until: date | None, *, ends_on: date, today: date) -> date:
    """The last day of what ends from a day on, which for what has not begun by then is before its first.

    Raises `Over`, `EndsTooEarly`.
    """
    going_on(since, until, today=today)
    if ends_on < today:
        raise EndsTooEarly(field="ends_on", day=ends_on.isoformat(), today=today.isoformat())
    last = max(ends_on, since) - A_DAY
    return last if until is None else min(last, until)


def ends_by_itself(asks: Asks, *, home_decides: bool) -> bool:
    """Whether the home recalls without asking anybody, who decides on it by the rules or not, and must ask this or nothing."""
    return home_decides and asks == "nothing"


def recallable(asks: Asks, *, home_decides: bool, host: str, source: str) -> None:
    """Whether the home may recall from a host, called so, without more: `asks` is what it must ask first.

    Raises `RecallNotCleared`.
    """
    if ends_by_itself(asks, home_decides=home_decides):
        return
    needed = NEEDED[asks] if home_decides else ("decision", "由其决定")
    raise RecallNotCleared(host=host, source=source, needed=needed[0], needed_zh=needed[1])


def transferable(mode: str) -> None:
    """Whether somebody seconded in this mode can be transferred. Raises `OnlyStationedTransferred`."""
    if mode != "stationed":
        raise OnlyStationedTransferred


def counted_since(first: date, stretches: Collection[tuple[date, date | None]]) -> date:
    """From when time counts for whoever begins on a day and was there in these stretches: as many days before it.

    Days that stretches have in common count once, what lies between them does not count.
    """
    days, reached = 0, date.min
    for since, until in sorted(stretches, key=itemgetter(0)):
        begins = max(since, reached)
        ends = first if until is None else min(until + A_DAY, first)
        if begins < ends:
            days, reached = days + (ends - begins).days, ends
    return first - timedelta(days=days)


def open_acts(since: date, until: date | None, *, ended: bool, today: date) -> list[Act]:
    """What follows from where a secondment is in its life."""
    if until is None:
        return ["end"]
    if until < max(since, today):
        return []
    return ["end"] if ended else ["extend", "end"]
