"""What is published in the catalogue: items and their powers, bands and days. And which version of an item applies. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, Protocol, TypeVar, get_args
from uuid import UUID

from domain.texts import LONGEST_LINE, LONGEST_TEXT, Field, written
from tenancy.refusals import Refusal

Power = Literal["penalty", "inspection", "compulsion"]
Lightness = Literal["same", "old", "lighter", "undecided", "gone", "unlisted"]

Finding = Literal["keep", "adjust", "recall"]
Period = Literal["week", "month", "quarter", "year"]
Leniency = Literal["no_penalty", "mitigated", "lighter", "no_compulsion"]
"""The "four lists" that Yangxin names; what stands in them is each county's (YX 3.4)."""

POWERS: tuple[Power, ...] = get_args(Power)
FINDINGS: tuple[Finding, ...] = get_args(Finding)
PERIODS: tuple[Period, ...] = get_args(Period)
LENIENCIES: tuple[Leniency, ...] = get_args(Leniency)
LIGHTNESS: tuple[Lightness, ...] = get_args(Lightness)

POWERS_ZH: Mapping[str, str] = {"penalty": "行政处罚", "inspection": "行政检查", "compulsion": "行政强制措施"}

ENTRUSTABLE: frozenset[Power] = frozenset({"penalty", "inspection"})
"""What a department may let a township do in its name: a compulsory measure never (Administrative Compulsion Law, art. 17)."""


class Lasting(Protocol):
    """Something that holds from a day on, until before another if that is fixed."""

    @property
    def since(self) -> date:
        """Its first day."""
        ...

    @property
    def until(self) -> date | None:
        """The first day on which it no longer holds."""
        ...


Dated = TypeVar("Dated", bound=Lasting)

FIELDS: Mapping[str, Field] = {
    "code": Field("The code", "代码", LONGEST_LINE),
    "name": Field("The name", "名称", LONGEST_LINE),
    "field": Field("The field", "领域", LONGEST_LINE),
    "matter": Field("The matter", "事项内容", LONGEST_LINE),
    "establishing_basis": Field("The basis to establish it", "设立依据", LONGEST_TEXT),
    "punishing_basis": Field("The basis to punish", "处罚依据", LONGEST_TEXT),
    "bands": Field("The name of a discretion band", "裁量档次名称", LONGEST_LINE),
    "number": Field("The number of the notice", "公告文号", LONGEST_LINE),
    "title": Field("The title", "标题", LONGEST_LINE),
    "basis": Field("The basis", "依据", LONGEST_TEXT),
    "items": Field("What is given", "赋权事项", LONGEST_TEXT),
    "report": Field("The report", "评估情况", LONGEST_TEXT),
    "circumstances": Field("The circumstances", "适用情形", LONGEST_TEXT),
    "duties": Field("Duties and liability", "权利义务和责任", LONGEST_TEXT),
}


OFTEN_AT_MOST = 1000
BANDS_AT_MOST = 20
"""Of how many discretion bands an item's list of them can still be read as one; six are many."""


class CompulsionNotEntrusted(Refusal):
    """A department would let another body take compulsory measures in its name."""

    code = "CATALOGUE_COMPULSION_NOT_ENTRUSTED"
    en = (
        "Compulsory measures cannot be entrusted (Administrative Compulsion Law, art. 17). Leave them out, or ask "
        "for an empowerment."
    )
    zh = "行政强制措施权不得委托（行政强制法第十七条）。请去掉该项权限，或按程序申请赋权。"


class NoPower(Refusal):
    """A power that the item does not carry, or none at all."""

    code = "CATALOGUE_NO_POWER"
    en = "Item {item} does not carry this power, or none was named. Choose among these: {powers}."
    zh = "事项{item}没有该项权限，或未选择权限。请从该事项的权限中选择：{powers_zh}。"


class NotListed(Refusal):
    """An item that stands in no catalogue on a day, so that nothing of it can be given."""

    code = "CATALOGUE_NOT_LISTED"
    en = "Item {item} is not in the catalogue on {day}. Choose a day on which it is, or let it be published first."
    zh = "事项{item}在{day}不在权力事项目录内。请选择其在目录内的日期，或者先公布该事项。"


class OfAnotherDepartment(Refusal):
    """A department would entrust what is another one's."""

    code = "CATALOGUE_OF_ANOTHER_DEPARTMENT"
    en = "Item {item} is another department's. Ask that one: a department entrusts what is its own."
    zh = "事项{item}的主管部门不是本单位。委托由该事项的主管部门办理，请与其联系。"


class BeforeSigning(Refusal):
    """An entrustment of days that were over when it was signed."""

    code = "CATALOGUE_BEFORE_SIGNING"
    en = (
        "An entrustment is in writing and published (Administrative Penalty Law, art. 20), so it holds from the day of its "
        "signing at the earliest. Choose {earliest} or a later day."
    )
    zh = "委托应当采用书面形式并向社会公布（行政处罚法第二十条），不得早于签订之日生效。请选择{earliest}或以后的日期。"


class EntrustedAlready(Refusal):
    """The same powers of the same item are entrusted to the same township on one of these days."""

    code = "CATALOGUE_ENTRUSTED_ALREADY"
    en = (
        "Item {item} is entrusted to this township until before {until} already ({number}). End that one first, or begin "
        "on {until}."
    )
    zh = "事项{item}已委托该乡镇（街道）至{until}前（{number}）。请先终止该委托，或者自{until}起另行委托。"


class NotSooner(Refusal):
    """An end that does not come before the one that was agreed."""

    code = "CATALOGUE_NOT_SOONER"
    en = "By its agreement it holds until before {until} anyway. Choose an earlier day, or let it run out."
    zh = "按照协议，该委托至{until}前届满。请选择更早的日期，或者待其届满。"


class EndedAlready(Refusal):
    """The entrustment was ended early before."""

    code = "CATALOGUE_ENDED_ALREADY"
    en = "This entrustment ends from {ends_on} on already. Read it again: nothing is left to end."
    zh = "该委托已定于{ends_on}起终止，请刷新查看，无需再办。"


class CodeTaken(Refusal):
    """A class of townships by a code that another has."""

    code = "CATALOGUE_CODE_TAKEN"
    en = (
        "There is a class by the code {taken} already. Choose another code, or put townships into that class."
    )
    zh = "代码{taken}已有镇街类别使用。请另选代码，或者将乡镇（街道）确定为该类别。"


class NotATownship(Refusal):
    """Only townships are empowered and entrusted."""

    code = "CATALOGUE_NOT_A_TOWNSHIP"
    en = "{name} is no township. Empowerments, entrustments and places are townships'; choose one."
    zh = "{name}不是乡镇（街道）。赋权、委托和事发地应为乡镇（街道），请另选。"


class NotADepartment(Refusal):
    """An item's competent body is a department."""

    code = "CATALOGUE_NOT_A_DEPARTMENT"
    en = "{name} is no department of the county. Choose the department that is competent for the item."
    zh = "{name}不是县级部门。请选择该事项的主管部门。"


class Published(Refusal):
    """Something else holds from that day already: what is published is followed, not changed."""

    code = "CATALOGUE_PUBLISHED"
    en = "For {what}, something was published from {since} on. Choose a later day than {since}."
    zh = "{what}自{since}起的内容已公布。请选择晚于{since}的日期。"


class Backwards(Refusal):
    """An end that is not after the beginning."""

    code = "CATALOGUE_BACKWARDS"
    en = "{last} does not come after {first}. Correct one of them."
    zh = "{last}不在{first}之后，请更正。"


class BandBackwards(Refusal):
    """A discretion band whose fines begin above their end, or below nothing."""

    code = "CATALOGUE_BAND_BACKWARDS"
    en = "The discretion band “{name}” goes from {least} to {most} yuan. Correct it: 0 or more, and not above its end."
    zh = "裁量档次“{name}”的罚款为{least}元至{most}元。下限不得低于0元，也不得高于上限，请更正。"


class TooManyBands(Refusal):
    """More discretion bands than anybody tells apart."""

    code = "CATALOGUE_TOO_MANY_BANDS"
    en = "An item has at most {most} discretion bands, not {count}. Strike some of them."
    zh = "每个事项最多{most}个裁量档次，现有{count}个。请删减或者合并部分档次。"


class BandTwice(Refusal):
    """Two discretion bands of one name."""

    code = "CATALOGUE_BAND_TWICE"
    en = "The discretion band “{name}” stands there twice. Give each a name of its own."
    zh = "裁量档次“{name}”重复，请使用不同名称。"


class OneGrantee(Refusal):
    """An empowerment is a township's or a class's: neither both nor none."""

    code = "CATALOGUE_ONE_GRANTEE"
    en = "An empowerment is for one township or one class of them. Choose either."
    zh = "请在乡镇（街道）与镇街类别中只选一项。"


class NotGranted(Refusal):
    """What was never given cannot be signed for or recalled."""

    code = "CATALOGUE_NOT_GRANTED"
    en = "This empowerment does not hold for this township or item. Choose among those that it names."
    zh = "该赋权不涉及该乡镇（街道）或该事项。请核对赋权对象和事项。"


class Recalled(Refusal):
    """The same was recalled from this township already."""

    code = "CATALOGUE_RECALLED"
    en = "Of {number}, item {item} is recalled from this township from {since} on already. Choose the others without it."
    zh = "{number}中的事项{item}已定于{since}起从该乡镇（街道）收回。请去掉该事项。"


class NothingToSign(Refusal):
    """All that an empowerment gives the township is recalled from it."""

    code = "CATALOGUE_NOTHING_TO_SIGN"
    en = (
        "All that {number} gives your body is recalled, the last of it from {since} on. Leave it unsigned, or ask the "
        "coordination office for a new empowerment."
    )
    zh = "{number}赋予本单位的事项已全部定于{since}前（含当日）收回，请勿再签；需要重新赋权的，请联系统筹协调机构。"


class StillEmpowered(Refusal):
    """An item would be recalled that the township keeps by another notice, and whoever recalls did not say that it may."""

    code = "CATALOGUE_STILL_EMPOWERED"
    en = (
        "Of item {item} the township keeps what {numbers} gives it as well. Read that, and recall it there first, or say with "
        "leavingOthers that it shall stay."
    )
    zh = (
        "该乡镇（街道）仍可依据{numbers}行使事项{item}。请先从该公告中收回，或者填写 leavingOthers 表明保留。"
    )


class Assessed(Refusal):
    """Found on once today already."""

    code = "CATALOGUE_ASSESSED"
    en = "Item {item} was assessed in this township today already. Read it again, and record tomorrow what is found anew."
    zh = "事项{item}今日已有该乡镇（街道）的评估记录。请刷新查看；另有评估情况的，请于明日起登记。"


class TooEarly(Refusal):
    """A day that has begun already: what governed it does not change."""

    code = "CATALOGUE_TOO_EARLY"
    en = "{day} has begun or is over. Choose {earliest} or a later day."
    zh = "{day}已经开始或已过。请选择{earliest}或以后的日期。"


class NotSoOften(Refusal):
    """A patrol that never takes place, or all the time."""

    code = "CATALOGUE_NOT_SO_OFTEN"
    en = "A patrol takes place between 1 and {most} times in a period. Choose such a number."
    zh = "巡查频次为每周期1至{most}次，请重新填写。"


class FineNegative(Refusal):
    """A fine of less than nothing."""

    code = "CATALOGUE_FINE_NEGATIVE"
    en = "A fine cannot be {amount} yuan. Give 0 or more, or leave it out where it is not known yet."
    zh = "罚款金额不能为{amount}元。请填写0或以上的金额；尚不确定的，请不要填写。"


class Signed(Refusal):
    """The township signed for it already."""

    code = "CATALOGUE_SIGNED"
    en = "Your body signed for this empowerment on {day}. Read it again: nothing is left to sign."
    zh = "本单位已于{day}签订该赋权事项承接确认书，请刷新查看，无需再签。"


@dataclass(frozen=True, slots=True)
class Band:
    """A discretion band: a name, and the fine in yuan from `least` to `most`."""

    name: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """An entrustment by the number of its agreement, from `since` until before `until`, ended early or not."""

    number: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Version:
    """An item as it stands from `since` until before `until`, or until a later version begins."""

    since: date
    until: date | None
    department_id: UUID
    powers: frozenset[str]
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """The version that applies, None where a person must decide or none does; the one of the violation's day; and why."""

    version: Version | None
    then: Version | None
    why: Lightness


def in_force(versions: Iterable[Dated], day: date) -> Dated | None:
    """What holds on a day: the latest that has begun, unless it is over. A superseded one does not come back."""
    begun = [version for version in versions if version.since <= day]
    latest = max(begun, key=lambda version: version.since, default=None)
    if latest is None or (latest.until is not None and latest.until <= day):
        return None
    return latest


def applicable(versions: Sequence[Version], *, violation_on: date, decided_on: date) -> Applied:
    """Which version applies to a violation: that of its day, unless the newer one is lighter (Penalty Law, art. 37).

    Lightness is read off the discretion bands: none heavier and some lighter. Where they differ otherwise, or one of
    the two has none, a person must decide; and where an item has left the catalogue, whether its law was repealed.
    """
    then, now = in_force(versions, violation_on), in_force(versions, decided_on)
    if then is None:
        return Applied(None, None, "unlisted")
    if now is None:
        return Applied(None, then, "gone")
    if now.since == then.since:
        return Applied(then, then, "same")
    old, new = ({band.name: band for band in version.bands} for version in (then, now))
    if not old or old.keys() != new.keys():
        return Applied(None, then, "undecided")
    pairs = [(old[name], new[name]) for name in old]
    if all(before.least <= after.least and before.most <= after.most for before, after in pairs):
        return Applied(then, then, "old")
    if all(before.least >= after.least and before.most >= after.most for before, after in pairs):
        return Applied(now, then, "lighter")
    return Applied(None, then, "undecided")


def bands(given: Iterable[tuple[str, int, int]]) -> tuple[Band, ...]:
    """The discretion bands of (name, least, most). Raises `TooManyBands`, `BandTwice`, `BandBackwards`, `FieldEmpty`, `FieldTooLong`."""
    made = tuple(Band(written("bands", name, FIELDS), least, most) for name, least, most in given)
    if len(made) > BANDS_AT_MOST:
        raise TooManyBands(field="bands", most=BANDS_AT_MOST, count=len(made))
    for earlier, later in pairwise(sorted(band.name for band in made)):
        if earlier == later:
            raise BandTwice(field="bands", name=later)
    for band in made:
        if not 0 <= band.least <= band.most:
            raise BandBackwards(field="bands", name=band.name, least=band.least, most=band.most)
    return made


def listed(versions: Iterable[Dated], day: date, *, item: str, field: str) -> Dated:
    """The item as it stands on a day. Raises `NotListed`."""
    version = in_force(versions, day)
    if version is None:
        raise NotListed(field=field, item=item, day=day.isoformat())
    return version


def powers_of(given: Collection[str], *, carried: Collection[str] = POWERS, item: str = "") -> frozenset[str]:
    """Some of the powers that an item carries. Raises `NoPower`."""
    if not given or not set(given) <= set(carried):
        known = [power for power in POWERS if power in carried]
        zh = "、".join(POWERS_ZH[power] for power in known)
        raise NoPower(field="powers", item=item, powers=", ".join(known), powers_zh=zh)
    return frozenset(given)


def entrustable(given: Collection[str], *, carried: Collection[str], item: str) -> frozenset[str]:
    """The powers that are entrusted. Raises `CompulsionNotEntrusted`, `NoPower`."""
    if set(given) - ENTRUSTABLE:
        raise CompulsionNotEntrusted(field="powers")
    return powers_of(given, carried=carried, item=item)


def recalled_from(since: date, *, today: date) -> date:
    """The first day without the power. Raises `TooEarly`: what arose before is the township's."""
    if since <= today:
        raise TooEarly(field="since", day=since.isoformat(), earliest=(today + timedelta(days=1)).isoformat())
    return since


def entrusted_from(since: date, *, today: date) -> date:
    """The first day of an entrustment, which is signed today. Raises `BeforeSigning`."""
    if since < today:
        raise BeforeSigning(field="since", earliest=today.isoformat())
    return since


def entrusted_once(since: date, until: date, others: Iterable[Agreed], *, item: str) -> None:
    """Whether none of the `others`, which entrust the same, holds on one of these days. Raises `EntrustedAlready`."""
    for other in others:
        # One that was ended before it began holds on no day.
        if max(since, other.since) < min(until, other.until):
            raise EntrustedAlready(
                field="since", item=item, number=other.number, until=other.until.isoformat()
            )


def ended_from(ends_on: date, *, agreed: date, today: date) -> date:
    """The first day without the entrustment, which was agreed to hold until before `agreed`. Raises `TooEarly`, `NotSooner`."""
    if ends_on <= today:
        raise TooEarly(
            field="ends_on", day=ends_on.isoformat(), earliest=(today + timedelta(days=1)).isoformat()
        )
    if ends_on >= agreed:
        raise NotSooner(field="ends_on", until=agreed.isoformat())
    return ends_on


def followed(since: date, last: date | None, *, what: str) -> date:
    """The first day of what follows something published. Raises `Published`."""
    if last is not None and since <= last:
        raise Published(field="since", what=what, since=last.isoformat())
    return since


def township(kind: str, name: str, *, field: str) -> None:
    """Raises `NotATownship`."""
    if kind != "township":
        raise NotATownship(field=field, name=name)


def department(kind: str, name: str, *, field: str) -> None:
    """Raises `NotADepartment`."""
    if kind != "department":
        raise NotADepartment(field=field, name=name)


def fine_of(amount: int | None) -> int | None:
    """A fine in yuan, None where it is not known yet. Raises `FineNegative`."""
    if amount is not None and amount < 0:
        raise FineNegative(field="fine", amount=amount)
    return amount


def often(times: int) -> int:
    """How many times in a period. Raises `NotSoOften`."""
    if not 1 <= times <= OFTEN_AT_MOST:
        raise NotSoOften(field="times", most=OFTEN_AT_MOST)
    return times


def lasting(since: date, until: date | None) -> date | None:
    """The first day on which it no longer holds. Raises `Backwards`."""
    if until is not None and until <= since:
        raise Backwards(field="until", first=since.isoformat(), last=until.isoformat())
    return until
