"""Reading a scenario file: days, entries, what each entry says, and what is written to follow from it.

    2026-03-10 周二
      09:30 交通局 路乙丑 起草移送函〔渣土案〕
        接收单位：昆阳镇
        → 期限：移送案件——交通局，2026-03-13 周五 24:00

It knows the form only: whether there is such a person, act or word, and whether what follows is true, is seen by
whoever plays it (`player.py`). Every fault names file and line, in Chinese: it is read by whoever wrote the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

CLOCK = "时钟"
"""An entry of nobody's: what rings at this minute."""

OFFICE = "系统管理员"
"""Whoever loads a calendar; holds no post in the county."""

WEEKDAYS = "一二三四五六日"

HEAD = re.compile(r"(场景|地方|日历|简称)：(.+)")
DAY = re.compile(r"(\d{4}-\d{2}-\d{2}) 周([一二三四五六日])(?:（.+）)?")
ENTRY = re.compile(r"  (\d{2}:\d{2}) (\S.*)")
DONE = re.compile(r"(\S+) (\S+) ([^\s〔〕]+)(?:〔([^〔〕]+)〕)?")
SAID = re.compile(r"    ([^\s→：]+)：(.+)")
FOLLOWS = re.compile(r"    → (?:〔([^〔〕]+)〕)?([^\s：]+)：(.+)")


class WrongScript(Exception):
    """A scenario file that cannot be read: where, and why."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file} 第{line}行：{message}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that follows from an entry, as it stands in the file; `matter` None: no matter's."""

    keyword: str
    text: str
    matter: str | None
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        of = f"〔{self.matter}〕" if self.matter else ""
        return f"{of}{self.keyword}：{self.text}"


@dataclass(frozen=True, slots=True)
class Said:
    """A part of what somebody enters: a word and its value."""

    word: str
    value: str
    line: int


@dataclass(slots=True)
class Entry:
    """Something that happens at a minute: somebody's act, the loading of a calendar, or what the clock rings."""

    line: int
    at: datetime
    body: str
    person: str
    verb: str
    matter: str | None
    said: list[Said] = field(default_factory=list)
    follows: list[Fact] = field(default_factory=list)


@dataclass(slots=True)
class Script:
    """A whole scenario."""

    file: str
    title: str = ""
    place: str = ""
    published_until: int | None = None
    short_names: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def read(text: str, *, file: str) -> Script:
    """The scenario in a file's text. Raises `WrongScript`."""
    script = Script(file)
    day: date | None = None
    for number, line in _lines(text):
        if head := HEAD.fullmatch(line):
            _take_head(script, number, head[1], head[2].strip())
        elif found := DAY.fullmatch(line):
            day = _day(file, number, found[1], found[2])
        elif found := ENTRY.fullmatch(line):
            if day is None:
                raise WrongScript(file, number, "前面没有写明日期")
            script.entries.append(_entry(script, number, day, found[1], found[2]))
        elif (found := FOLLOWS.fullmatch(line)) and script.entries:
            entry = script.entries[-1]
            entry.follows.append(Fact(found[2], found[3].strip(), found[1] or entry.matter, number))
        elif (found := SAID.fullmatch(line)) and script.entries:
            script.entries[-1].said.append(Said(found[1], found[2].strip(), number))
        else:
            raise WrongScript(file, number, f"看不懂这一行：“{line.strip()}”")
    for word, value in (("场景", script.title), ("地方", script.place)):
        if not value:
            raise WrongScript(file, 1, f"没有写明“{word}”")
    return script


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that say something, numbered."""
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.rstrip()
        if said and not said.lstrip().startswith("#"):
            yield number, said


def _take_head(script: Script, number: int, word: str, value: str) -> None:
    match word:
        case "场景":
            script.title = value
        case "地方":
            script.place = value
        case "日历":
            found = re.fullmatch(r"已公布至 ?(\d{4}) ?年", value)
            if found is None:
                raise WrongScript(script.file, number, "应写作“日历：已公布至2025年”")
            script.published_until = int(found[1])
        case _:
            short, equals, full = value.partition("=")
            if not equals:
                raise WrongScript(script.file, number, "应写作“简称：昆阳镇=昆阳镇人民政府”")
            script.short_names[short.strip()] = full.strip()


def _day(file: str, number: int, written: str, weekday: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise WrongScript(file, number, f"没有{written}这一天") from None
    if WEEKDAYS[day.weekday()] != weekday:
        raise WrongScript(file, number, f"{written}不是周{weekday}，是周{WEEKDAYS[day.weekday()]}")
    return day


def _entry(script: Script, number: int, day: date, clock: str, what: str) -> Entry:
    try:
        at = datetime.combine(day, time.fromisoformat(clock))
    except ValueError:
        raise WrongScript(script.file, number, f"没有{clock}这个时刻") from None
    if script.entries and at < script.entries[-1].at:
        raise WrongScript(script.file, number, "时间早于上一条，应按先后顺序写")
    if what == CLOCK:
        return Entry(number, at, body="", person="", verb=CLOCK, matter=None)
    if what.startswith(f"{OFFICE} "):
        return Entry(number, at, body="", person=OFFICE, verb=what.split(" ", 1)[1], matter=None)
    done = DONE.fullmatch(what)
    if done is None:
        raise WrongScript(script.file, number, "应写作“单位 姓名 办理事项〔案件〕”，或者“时钟”")
    body, person, verb, matter = done.groups()
    return Entry(number, at, body=body, person=person, verb=verb, matter=matter)
