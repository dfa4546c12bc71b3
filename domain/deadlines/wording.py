"""An explained count in words: sentences that a clerk can hold against the wall calendar, in Chinese and English.

It says what `explaining.py` found and finds out nothing itself. One sentence for the beginning, for the limit with its
document, for each way of counting that applies, for every stretch of days of which the same is to be said, for every
change, for the end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import cast

from domain.calendars.queries import NamedDay
from domain.calendars.rules import DayKind
from domain.deadlines.explaining import Explanation
from domain.deadlines.rules import Change, late
from domain.deadlines.walking import Step, Walked
from domain.rulebooks.entry_types import ChoiceType
from domain.rulebooks.reader import STATE
from domain.rulebooks.registry import LAYER_WORDS, REGISTRY
from domain.rulebooks.rules import Entry, Limit
from domain.rulebooks.values import MENTIONS, Unit, Words
from tenancy.refusals import Language

WEEKDAYS = (
    Words("Mon", "周一"),
    Words("Tue", "周二"),
    Words("Wed", "周三"),
    Words("Thu", "周四"),
    Words("Fri", "周五"),
    Words("Sat", "周六"),
    Words("Sun", "周日"),
)

KINDS: Mapping[DayKind, Words] = {
    "workday": Words("working day", "工作日"),
    "makeup_workday": Words("worked to make up for a holiday", "调休上班"),
    "county_workday": Words("worked by the county's decision", "本县决定上班"),
    "weekend": Words("weekend", "周末"),
    "holiday": Words("holiday", "放假"),
    "county_rest_day": Words("off by the county's decision", "本县决定休息"),
}

STEPS: Mapping[Step, Words] = {
    "start": Words("the day of the beginning, not counted", "起算事件发生之日，不计入"),
    "counted": Words("counted", "计入"),
    "rest": Words("not counted", "不计入"),
    "stood_still": Words("the clock stood still, not counted", "中止计算，不计入"),
    "given_back": Words("gives back a day that stood still", "补回中止的一日"),
    "rolled_over": Words("the last day was a day of rest, rolls on", "届满日为休息日，顺延"),
    "rolled_to": Words("the working day on which it ends instead", "顺延至该工作日届满"),
}

CHANGES: Mapping[Change, Words] = {
    "recounted": Words("counted again by another calendar", "因日历调整重算"),
    "extended": Words("extended", "延长期限"),
    "suspended": Words("the clock was stopped", "中止计算"),
    "resumed": Words("the clock went on", "恢复计算"),
}

APPLIES: Mapping[Unit, frozenset[str]] = {
    "working_days": frozenset({"deadlines.first_day", "deadlines.due_at"}),
    "calendar_days": frozenset({"deadlines.first_day", "deadlines.rest_day_end", "deadlines.due_at"}),
    "hours": frozenset(),
}
"""Which of the ways of counting concern a limit of each unit."""

HOURS = Words(
    "Hours count from the very instant, through nights and days of rest.",
    "按小时计算的期限自该时刻起连续计算，夜间和休息日不扣除。",
)


@dataclass(frozen=True, slots=True)
class _Voice:
    """One language, by the county's clocks."""

    language: Language
    local: Callable[[datetime], datetime]

    def of(self, words: Words) -> str:
        return words.zh if self.language == "zh" else words.en

    def either(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def day(self, day: date) -> str:
        return f"{day.isoformat()} {self.of(WEEKDAYS[day.weekday()])}"

    def instant(self, instant: datetime) -> str:
        local = self.local(instant)
        ends_the_day = local.timetz().replace(tzinfo=None) == time.max
        return f"{self.day(local.date())} {'24:00' if ends_the_day else local.strftime('%H:%M')}"

    def limit(self, limit: Limit) -> str:
        return self.either(str(limit), limit.zh)


def sentences(explained: Explanation, language: Language) -> list[str]:
    """The whole count, sentence by sentence."""
    voice = _voice(explained, language)
    return [
        _beginning(explained, voice),
        *_rule(explained, voice),
        *_counting(explained, voice),
        *(_stretch(days, explained, voice) for days in _stretches(explained)),
        *(_change(explained, index, voice) for index in range(len(explained.changes))),
        *_end(explained, voice),
    ]


def of_a_day(walked: Walked, explained: Explanation, language: Language) -> str:
    """What one day was and what became of it, without the day itself."""
    voice = _voice(explained, language)
    return voice.either(", ", "，").join(_said([walked], explained, voice))


def citation(entry: Entry, language: Language) -> str:
    """Where an entry says so: the document, its number, its article."""
    number = f"（{entry.document.number}）" if entry.document.number else ""
    document = f"{entry.document.title}{number}"
    if language == "en":
        return f"{document}, article {entry.article}"
    # What the articles of a county's papers are called differs; a statute's are all 条.
    return (
        f"{document}第{entry.article}条" if entry.document.place == STATE else f"{document} {entry.article}"
    )


def _voice(explained: Explanation, language: Language) -> _Voice:
    return _Voice(language, lambda instant: instant.astimezone(explained.office_hours.zone))


def _beginning(explained: Explanation, voice: _Voice) -> str:
    began = voice.instant(explained.deadline.started_at)
    means = voice.of(REGISTRY[explained.deadline.kind].means)
    return voice.either(f"It is counted from {began}. {means}", f"自{began}起算。{means}")


def _rule(explained: Explanation, voice: _Voice) -> Iterator[str]:
    entry, limit = explained.rule, explained.limit
    source, layer = citation(entry, voice.language), voice.of(LAYER_WORDS[entry.layer])
    yield voice.either(
        f"The limit is {voice.limit(limit)}: {source} ({layer}; entry {entry.key}).",
        f"期限为{voice.limit(limit)}：{source}（{layer}，规则项{entry.key}）。",
    )
    if isinstance(entry.value, Limit) and entry.value != limit:
        was = voice.limit(entry.value)
        yield voice.either(f"The rule itself says {was}; see the changes.", f"规则原定{was}，变动见后。")
    if explained.adopted_from is not None:
        yield voice.either(
            f"The county took this number over from {explained.adopted_from}.",
            f"本县采用{explained.adopted_from}的规定。",
        )
    for mention in entry.mentioned:
        layer, word = voice.of(LAYER_WORDS[mention.layer]), voice.of(MENTIONS[mention.says])
        yield voice.either(
            f"{mention.document.title} {mention.article} ({layer}) says only: {word}.",
            f"{mention.document.title} {mention.article}（{layer}）只作原则规定：{word}。",
        )
    if entry.silent:
        above = voice.either(", ", "、").join(voice.of(LAYER_WORDS[layer]) for layer in entry.silent)
        yield voice.either(f"Nothing is said of it in: {above}.", f"{above}未作规定。")


def _counting(explained: Explanation, voice: _Voice) -> Iterator[str]:
    if explained.limit.unit == "hours":
        yield voice.of(HOURS)
    for key, entry in explained.counted_by.items():
        known = REGISTRY[key]
        if key in APPLIES[explained.limit.unit] and isinstance(known.type, ChoiceType):
            answer = voice.of(known.type.words[cast("str", entry.value)])
            source = citation(entry, voice.language)
            yield voice.either(
                f"{known.means.en} Here: {answer} ({source}).",
                f"{known.means.zh}此处为：{answer}（{source}）。",
            )


def _stretches(explained: Explanation) -> list[list[Walked]]:
    """The days, those of which the same is to be said together."""

    def said_of(walked: Walked) -> tuple[object, ...]:
        named = explained.names.get(walked.day)
        return (walked.kind, walked.step, walked.because, walked.provisional, walked.minutes, named)

    return [list(days) for _, days in groupby(explained.days, key=said_of)]


def _stretch(days: Sequence[Walked], explained: Explanation, voice: _Voice) -> str:
    first, last = voice.day(days[0].day), voice.day(days[-1].day)
    when = first if first == last else voice.either(f"{first} to {last}", f"{first}至{last}")
    said = list(_said(days, explained, voice))
    return voice.either(f"{when}: {', '.join(said)}.", f"{when}：{'，'.join(said)}。")


def _said(days: Sequence[Walked], explained: Explanation, voice: _Voice) -> Iterator[str]:
    """What is said of days of which the same is said: what they are, what became of them, and why."""
    one = days[0]
    yield _what(one, explained.names.get(one.day), voice)
    if one.minutes is not None:
        hours, minutes = divmod(one.minutes, 60)
        yield voice.either(f"{hours} h {minutes:02} min of it ran", f"其中计入{hours}小时{minutes}分")
    elif one.number is not None:
        yield _numbered(one.number, days[-1].number or one.number, explained.limit, voice)
    else:
        yield voice.of(STEPS[one.step])
    if one.because:
        yield voice.either(f"because: {one.because}", f"原因：{one.because}")
    if one.provisional:
        yield voice.either("provisional, the year's notice is not out", "暂定，该年度放假安排尚未公布")


def _what(walked: Walked, named: NamedDay | None, voice: _Voice) -> str:
    kind = voice.of(KINDS[walked.kind])
    if named is None:
        return kind
    return voice.either(
        f"{kind} ({named.name}, {named.document})", f"{kind}（{named.name}，{named.document}）"
    )


def _numbered(first: int, last: int, limit: Limit, voice: _Voice) -> str:
    unit_en = limit.unit.replace("_", " ").removesuffix("s")
    unit_zh = "个工作日" if limit.unit == "working_days" else "日"
    if first == last:
        return voice.either(f"{unit_en} {first} of {limit.amount}", f"第{first}{unit_zh}（共{limit.amount}）")
    return voice.either(
        f"{unit_en}s {first} to {last} of {limit.amount}", f"第{first}至第{last}{unit_zh}（共{limit.amount}）"
    )


def _change(explained: Explanation, index: int, voice: _Voice) -> str:
    change = explained.changes[index]
    what = voice.of(CHANGES[cast("Change", change.kind)])
    at, was, due = (voice.instant(each) for each in (change.at, change.was_due_at, change.due_at))
    moved = "" if was == due else voice.either(f"; due {due} instead of {was}", f"；届满时间由{was}改为{due}")
    because = voice.either(f" ({change.because})", f"（{change.because}）") if change.because else ""
    return voice.either(f"On {at}: {what}{because}{moved}.", f"{at}：{what}{because}{moved}。")


def _end(explained: Explanation, voice: _Voice) -> Iterator[str]:
    due, deadline = voice.instant(explained.due_at), explained.deadline
    stated, stopped = voice.instant(deadline.due_at), deadline.suspended_since
    if not explained.told:
        yield voice.either("The days after that are not told one by one.", "其后各日不再逐一列出。")
    if stopped is not None and late(met_at=stopped, due_at=deadline.due_at):
        since = voice.instant(stopped)
        yield voice.either(
            f"It had run out on {stated}, before the clock was stopped on {since}. It stays as late as it was then: if "
            f"the clock went on now, it would count as run out on {due}.",
            f"{since}中止计算前，期限已于{stated}届满，逾期状态不变；如此刻恢复计算，视为已于{due}届满。",
        )
        return
    yield voice.either(f"So it runs out on {due}.", f"因此届满时间为{due}。")
    if explained.provisional:
        yield voice.either(
            "This is provisional: it reaches into a year whose notice is not out, and is counted again when it is.",
            "上述时间为暂定：跨入放假安排尚未公布的年份，公布后将重新计算。",
        )
    if stopped is not None:
        since = voice.instant(stopped)
        yield voice.either(
            f"The clock has stood still since {since}; this is when it would run out if it went on now.",
            f"自{since}起中止计算；上述为此刻恢复计算时的届满时间。",
        )
    elif not explained.agrees:
        yield voice.either(
            f"The deadline itself says {stated}: it was counted by the calendar of that time.",
            f"该期限记载的届满时间为{stated}，系按当时的日历计算。",
        )
