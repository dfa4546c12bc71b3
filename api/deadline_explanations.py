"""How a deadline is counted, day by day, for whoever wants to hold it against the wall calendar.

Whoever may read the deadline may have it explained, and nobody else. What is said, and in which words, is the domain's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import strawberry

from api.asked import Asked
from api.batching import Arguments, Taken, Wanted, derived, question, relation
from api.connections import how_many
from api.deadlines import Deadline, LimitUnit
from api.identifiers import identifier_of
from domain.deadlines import wording
from domain.deadlines.explaining import Explanation, explain
from domain.deadlines.walking import Walked
from domain.rulebooks.rules import Entry
from domain.work import Work

DAYS_AT_MOST = 366
"""A year of days in one answer; whatever is longer is told in sentences, and by `since` in several answers."""


@strawberry.enum(
    description="A layer of the rules, the one below answering where those above are silent. 规则层级"
)
class RuleLayer(Enum):
    """As `domain/rulebooks/registry.py` has them."""

    NATIONAL = strawberry.enum_value("national", description="The state's statutes. 国家法律")
    PLATFORM = strawberry.enum_value(
        "platform", description="The platform's default: practice, no law. 平台默认规则"
    )
    COUNTY = strawberry.enum_value("county", description="The county's rulebook. 县级规程")
    TOWNSHIP = strawberry.enum_value("township", description="The township's rulebook. 乡镇规程")


@strawberry.enum(description="What a day is in the calendar. 日历属性")
class DayKind(Enum):
    """As `domain/calendars/rules.py` has them."""

    WORKDAY = strawberry.enum_value("workday", description="A working day of the week. 工作日")
    MAKEUP_WORKDAY = strawberry.enum_value(
        "makeup_workday", description="Worked to make up for a holiday. 调休上班"
    )
    COUNTY_WORKDAY = strawberry.enum_value(
        "county_workday", description="Worked by the county's own decision. 本县决定上班"
    )
    WEEKEND = strawberry.enum_value("weekend", description="A weekend. 周末")
    HOLIDAY = strawberry.enum_value("holiday", description="A holiday of the yearly notice. 放假")
    COUNTY_REST_DAY = strawberry.enum_value(
        "county_rest_day", description="Off by the county's own decision. 本县决定休息"
    )


@strawberry.enum(description="What became of a day in the count of a deadline. 计算方式")
class DayStep(Enum):
    """As `domain/deadlines/walking.py` has them."""

    START = strawberry.enum_value("start", description="The day of the beginning: not counted. 起算日")
    COUNTED = strawberry.enum_value("counted", description="One of the limit's own. 计入")
    REST = strawberry.enum_value("rest", description="No working day: passed over. 不计入")
    STOOD_STILL = strawberry.enum_value("stood_still", description="The clock stood still. 中止")
    GIVEN_BACK = strawberry.enum_value(
        "given_back", description="Makes up for a day that stood still outside of the limit. 补回"
    )
    ROLLED_OVER = strawberry.enum_value(
        "rolled_over", description="A limit in calendar days does not end on it. 顺延"
    )
    ROLLED_TO = strawberry.enum_value("rolled_to", description="The working day it ends on instead. 顺延届满")


def _document(entry: Entry, _asked: Asked) -> str:
    return entry.document.title


def _number(entry: Entry, _asked: Asked) -> str | None:
    return entry.document.number


@strawberry.type(description="The rule that sets how long a limit is. 期限规则")
class DeadlineRule:
    """An entry of the rulebook, with the layer that answered."""

    key: str = strawberry.field(description="Its key in the rulebook. 规则项")
    layer: RuleLayer = strawberry.field(description="Which layer answered. 规则层级")
    document: str = derived(_document, description="The document that says so. 文件")
    number: str | None = derived(_number, description="The document's number. 文号")
    article: str = strawberry.field(description="The article. 条款")
    adopted_from: str | None = strawberry.field(
        description="The place whose numbers these are, where they were taken over. 采用自何地规定"
    )
    because: str | None = strawberry.field(
        description="Why this is applied and not what another document says. 适用理由"
    )
    note: str | None = strawberry.field(description="What else there is to say. 说明")
    silent: list[RuleLayer] = strawberry.field(
        description="The layers above, which say nothing of it. 未作规定的上层"
    )


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day with its names and its words."""

    day: date
    kind: str
    step: str
    number: int | None
    minutes: int | None
    provisional: bool
    name: str | None
    document: str | None
    because: str | None
    text: str


@strawberry.type(description="One day of a count. 逐日计算")
class DeadlineDay:
    """From the day of the beginning to the last."""

    day: date = strawberry.field(description="Which. 日期")
    kind: DayKind = strawberry.field(description="What it is in the calendar. 日历属性")
    step: DayStep = strawberry.field(description="What became of it. 计算方式")
    number: int | None = strawberry.field(description="Its place among those that count. 第几日")
    minutes: int | None = strawberry.field(
        description="Of a limit in hours: how many minutes of it ran that day. 计入分钟数"
    )
    provisional: bool = strawberry.field(description="Its year's notice is not out. 暂定")
    name: str | None = strawberry.field(
        description="The holiday's name, or the county's reason. 节假日名称或者决定理由"
    )
    document: str | None = strawberry.field(description="The notice or the county's decision. 依据文件")
    because: str | None = strawberry.field(description="Why the clock stood still. 中止理由")
    text: str = strawberry.field(description="All that in your language. 说明")


async def _days(
    _work: Work, explained: Sequence[Explanation], arguments: Arguments, wanted: Wanted
) -> Sequence[list[DayRow]]:
    most = how_many(arguments["n"], field="n", most=DAYS_AT_MOST)
    since = arguments["since"]
    return [
        [_row(each, walked, wanted) for walked in each.days if since is None or walked.day >= since][:most]
        for each in explained
    ]


def _row(explained: Explanation, walked: Walked, wanted: Wanted) -> DayRow:
    named = explained.names.get(walked.day)
    return DayRow(
        day=walked.day,
        kind=walked.kind,
        step=walked.step,
        number=walked.number,
        minutes=walked.minutes,
        provisional=walked.provisional,
        name=None if named is None else named.name,
        document=None if named is None else named.document,
        because=walked.because,
        text=wording.of_a_day(walked, explained, wanted.language),
    )


def _sentences(explained: Explanation, asked: Asked) -> list[str]:
    return wording.sentences(explained, asked.language)


def _amount(explained: Explanation, _asked: Asked) -> int:
    return explained.limit.amount


def _unit(explained: Explanation, _asked: Asked) -> str:
    return explained.limit.unit


def _day_count(explained: Explanation, _asked: Asked) -> int:
    return (explained.office_hours.day_of(explained.due_at) - explained.days[0].day).days + 1


@strawberry.type(description="How a deadline is counted. 期限计算说明")
class DeadlineExplanation:
    """Counted anew as it is read, from what the deadline itself was counted by."""

    deadline: Deadline = strawberry.field(description="Which deadline. 期限")
    amount: int = derived(_amount, description="How long it is, extensions included. 期限长度（含延长）")
    unit: LimitUnit = derived(_unit, description="Counted in what. 单位")
    rule: DeadlineRule = strawberry.field(description="The rule that sets it. 期限规则")
    due_at: datetime = strawberry.field(
        description="What the count comes to; while the clock stands still, as if it went on now. 计算所得届满时间"
    )
    agrees: bool = strawberry.field(
        description="Whether that is what the deadline says: not, where the calendar changed after it had ended. 与记载是否一致"
    )
    provisional: bool = strawberry.field(
        description="Counted into a year whose calendar is not published. 暂定"
    )
    day_count: int = derived(
        _day_count, description="How many days it goes through, first and last included. 历经天数"
    )
    days: list[DeadlineDay] = relation(
        _days,
        description="Every day from the beginning to the last, of three years at most. 逐日计算",
        takes={
            "n": Taken(int | None, "How many, at most 366. 天数", DAYS_AT_MOST),
            "since": Taken(date | None, "From this day on. 自何日起", None),
        },
    )
    sentences: list[str] = derived(
        _sentences, description="The whole count in words, in your language. 文字说明"
    )


async def _explained(work: Work, arguments: Arguments, _wanted: Wanted) -> Explanation | None:
    return await explain(work, identifier_of("Deadline", arguments["id"], field="id"))


@strawberry.type
class DeadlineExplanationQueries:
    """Explaining one at a time."""

    explain_deadline: DeadlineExplanation | None = question(
        _explained,
        description="How one deadline is counted; null when there is none that you may see. 期限计算说明",
        takes={"id": Taken(strawberry.ID, "The deadline's global id. 期限编号")},
    )
