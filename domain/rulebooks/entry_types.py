"""The types of entries: what may be written for a limit, a number, a flag, a word, a list, and what becomes of it.

Each type reads the plain value that a TOML file holds and either returns the value the platform works with or
raises `Misfit`, saying which part does not fit and why. No type knows any particular entry (`registry.py` does)
and none knows lines or files (`reader.py` does).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from string import Formatter
from types import MappingProxyType

from domain.rulebooks.values import (
    UNITS,
    Limit,
    Material,
    NumberFormat,
    OfficeSpan,
    Unit,
    Value,
    Words,
)


class Misfit(Exception):
    """A value that its type cannot take. `path` leads from the entry to the part that does not fit."""

    def __init__(self, code: str, *, en: str, zh: str, path: tuple[str | int, ...] = ("value",)) -> None:
        super().__init__(en)
        self.code = code
        self.en = en
        self.zh = zh
        self.path = path


@dataclass(frozen=True)
class Type:
    """What all types share: only limits and numbers carry a unit."""

    def read(self, raw: object, unit: str | None) -> Value:
        """The value that `raw` stands for. Raises `Misfit`."""
        raise NotImplementedError

    def refuse_unit(self, unit: str | None) -> None:
        """A unit on something that is not measured is a mistake worth telling."""
        if unit is not None:
            raise Misfit(
                "WRONG_UNIT", en="this entry has no unit", zh="此项没有单位，不应写unit", path=("unit",)
            )


def _whole(raw: object, *, least: int, most: int, path: tuple[str | int, ...] = ("value",)) -> int:
    # In Python True is an int; in a rulebook it is a mistake.
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise Misfit("WRONG_TYPE", en="the value must be a whole number", zh="值应当是整数", path=path)
    if not least <= raw <= most:
        raise Misfit(
            "OUT_OF_RANGE",
            en=f"{raw} is not between {least} and {most}",
            zh=f"{raw}不在{least}至{most}之间",
            path=path,
        )
    return raw


def _limit_unit(unit: str | None) -> Unit:
    match unit:
        case "working_days" | "calendar_days" | "hours":
            return unit
        case _:
            listed = ", ".join(UNITS)
            what_en = "the unit is missing" if unit is None else f'"{unit}" is not a unit of a limit'
            what_zh = "缺少单位unit" if unit is None else f"“{unit}”不是期限的单位"
            raise Misfit(
                "WRONG_UNIT",
                en=f"{what_en}; write one of: {listed}",
                zh=f"{what_zh}，可选：{listed}",
                path=("unit",),
            )


def _list(raw: object, *, path: tuple[str | int, ...] = ("value",)) -> Sequence[object]:
    if not isinstance(raw, list):
        raise Misfit("WRONG_TYPE", en="the value must be a list", zh="值应当是列表[…]", path=path)
    return raw


def _distinct(items: Sequence[object]) -> None:
    for index, item in enumerate(items):
        if item in items[:index]:
            raise Misfit("TWICE", en="this is listed twice", zh="此项重复", path=("value", index))


def _word(raw: object, words: Collection[str], *, path: tuple[str | int, ...] = ("value",)) -> str:
    if not isinstance(raw, str):
        raise Misfit("WRONG_TYPE", en="the value must be a text", zh="值应当是文字（加双引号）", path=path)
    if raw not in words:
        listed = ", ".join(words)
        raise Misfit(
            "UNKNOWN_WORD",
            en=f'"{raw}" is not one of: {listed}',
            zh=f"“{raw}”不在可选范围内，可选：{listed}",
            path=path,
        )
    return raw


LONGEST = 1000
"""No limit in any of the documents comes near this many days or hours; a slip of the finger does."""


@dataclass(frozen=True)
class LimitType(Type):
    """A limit: a whole number from 1 and its unit."""

    def read(self, raw: object, unit: str | None) -> Limit:
        return Limit(_whole(raw, least=1, most=LONGEST), _limit_unit(unit))


@dataclass(frozen=True)
class LimitsType(Type):
    """Several distances of one unit, the longest first however they were written; the list may be empty."""

    def read(self, raw: object, unit: str | None) -> tuple[Limit, ...]:
        amounts = [
            _whole(item, least=1, most=LONGEST, path=("value", index))
            for index, item in enumerate(_list(raw))
        ]
        _distinct(amounts)
        measured = _limit_unit(unit)
        return tuple(Limit(amount, measured) for amount in sorted(amounts, reverse=True))


@dataclass(frozen=True)
class NumberType(Type):
    """A whole number measured in one fixed unit."""

    unit: str
    least: int
    most: int

    def read(self, raw: object, unit: str | None) -> int:
        if unit != self.unit:
            raise Misfit(
                "WRONG_UNIT",
                en=f'the unit must be "{self.unit}"',
                zh=f"单位unit应当是“{self.unit}”",
                path=("unit",),
            )
        return _whole(raw, least=self.least, most=self.most)


@dataclass(frozen=True)
class FlagType(Type):
    """True or false."""

    def read(self, raw: object, unit: str | None) -> bool:
        self.refuse_unit(unit)
        if not isinstance(raw, bool):
            raise Misfit(
                "WRONG_TYPE", en="the value must be true or false", zh="值应当是true（是）或false（否）"
            )
        return raw


@dataclass(frozen=True)
class DayType(Type):
    """A day, as TOML writes it: 2018-01-01."""

    def read(self, raw: object, unit: str | None) -> date:
        self.refuse_unit(unit)
        if isinstance(raw, datetime) or not isinstance(raw, date):
            raise Misfit(
                "WRONG_TYPE",
                en="the value must be a day such as 2018-01-01, without quotes",
                zh="值应当是日期，如2018-01-01（不加引号）",
            )
        return raw


@dataclass(frozen=True)
class ChoiceType(Type):
    """One word of a closed set."""

    words: Mapping[str, Words]

    def read(self, raw: object, unit: str | None) -> str:
        self.refuse_unit(unit)
        return _word(raw, self.words)


@dataclass(frozen=True)
class ChoicesType(Type):
    """One or more words of a closed set, in the order written."""

    words: Mapping[str, Words]

    def read(self, raw: object, unit: str | None) -> tuple[str, ...]:
        self.refuse_unit(unit)
        items = _list(raw)
        if not items:
            raise Misfit("EMPTY", en="the list is empty", zh="列表不能为空")
        chosen = tuple(_word(item, self.words, path=("value", index)) for index, item in enumerate(items))
        _distinct(chosen)
        return chosen


@dataclass(frozen=True)
class TextsType(Type):
    """One or more texts of one form."""

    pattern: str
    form: Words

    def read(self, raw: object, unit: str | None) -> tuple[str, ...]:
        self.refuse_unit(unit)
        items = _list(raw)
        if not items:
            raise Misfit("EMPTY", en="the list is empty", zh="列表不能为空")
        for index, item in enumerate(items):
            if not isinstance(item, str) or re.fullmatch(self.pattern, item) is None:
                raise Misfit(
                    "WRONG_FORM",
                    en=f'"{item}" is not {self.form.en}',
                    zh=f"“{item}”不是{self.form.zh}",
                    path=("value", index),
                )
        _distinct(items)
        return tuple(str(item) for item in items)


@dataclass(frozen=True)
class NumberFormatType(Type):
    """A template with {short}, {year} and {n}, each needed: numbers run without gaps per tenant, year and kind."""

    def read(self, raw: object, unit: str | None) -> NumberFormat:
        self.refuse_unit(unit)
        if not isinstance(raw, str):
            raise Misfit("WRONG_TYPE", en="the value must be a text", zh="值应当是文字（加双引号）")
        try:
            parts = list(Formatter().parse(raw))
        except ValueError as error:
            raise self._misfit(raw) from error
        fields = [(name, spec, conversion) for _, name, spec, conversion in parts if name is not None]
        for name, spec, conversion in fields:
            padded = name == "n" and re.fullmatch(r"0[2-6]d?", spec or "") is not None
            if conversion is not None or (spec and not padded):
                raise self._misfit(raw)
        if sorted(name for name, _, _ in fields) != ["n", "short", "year"]:
            raise self._misfit(raw)
        return NumberFormat(raw)

    @staticmethod
    def _misfit(raw: str) -> Misfit:
        return Misfit(
            "WRONG_FORM",
            en=f'"{raw}" must hold {{short}}, {{year}} and {{n}} once each and no other braces ({{n:03}} pads)',
            zh=f"“{raw}”中{{short}}、{{year}}、{{n}}应各出现一次，不得有其他花括号（{{n:03}}可补零）",
        )


@dataclass(frozen=True)
class OfficeSpansType(Type):
    """Stretches such as "08:30-12:00", in order and apart."""

    def read(self, raw: object, unit: str | None) -> tuple[OfficeSpan, ...]:
        self.refuse_unit(unit)
        items = _list(raw)
        if not items:
            raise Misfit("EMPTY", en="the list is empty", zh="列表不能为空")
        spans: list[OfficeSpan] = []
        for index, item in enumerate(items):
            span = self._span(item, path=("value", index))
            if spans and span.opens < spans[-1].closes:
                raise Misfit(
                    "WRONG_ORDER",
                    en=f'"{item}" begins before the one in front of it ends',
                    zh=f"“{item}”在前一段结束之前开始",
                    path=("value", index),
                )
            spans.append(span)
        return tuple(spans)

    @staticmethod
    def _span(item: object, *, path: tuple[str | int, ...]) -> OfficeSpan:
        found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", str(item), re.ASCII)
        if found is None:
            raise Misfit(
                "WRONG_FORM",
                en=f'"{item}" is not a stretch such as "08:30-12:00"',
                zh=f"“{item}”不是“08:30-12:00”这样的时段",
                path=path,
            )
        from_hour, from_minute, to_hour, to_minute = (int(digits) for digits in found.groups())
        span = OfficeSpan(time(from_hour, from_minute), time(to_hour, to_minute))
        if span.closes <= span.opens:
            raise Misfit(
                "WRONG_ORDER", en=f'"{item}" ends before it begins', zh=f"“{item}”的结束早于开始", path=path
            )
        return span


@dataclass(frozen=True)
class MaterialsType(Type):
    """The list of materials: each kind once, with its need, its name in the document and its item there."""

    kinds: Mapping[str, Words]
    needs: Mapping[str, Words]

    def read(self, raw: object, unit: str | None) -> tuple[Material, ...]:
        self.refuse_unit(unit)
        items = _list(raw)
        if not items:
            raise Misfit("EMPTY", en="the list is empty", zh="列表不能为空")
        materials: list[Material] = []
        for index, item in enumerate(items):
            material = self._material(item, path=("value", index))
            if any(material.kind == earlier.kind for earlier in materials):
                raise Misfit(
                    "TWICE",
                    en=f'"{material.kind}" is listed twice',
                    zh=f"“{material.kind}”重复",
                    path=("value", index, "kind"),
                )
            materials.append(material)
        return tuple(materials)

    def _material(self, item: object, *, path: tuple[str | int, ...]) -> Material:
        fields = ("kind", "need", "name", "item")
        if not isinstance(item, dict) or set(item) != set(fields):
            raise Misfit(
                "WRONG_FORM",
                en="a material is written { kind = …, need = …, name = …, item = … }",
                zh="每项材料写作{ kind = …, need = …, name = …, item = … }",
                path=path,
            )
        for name in ("name", "item"):
            if not isinstance(item[name], str) or not item[name].strip():
                raise Misfit(
                    "WRONG_TYPE",
                    en=f'"{name}" must be a text',
                    zh=f"“{name}”应当是文字（加双引号）",
                    path=(*path, name),
                )
        return Material(
            kind=_word(item["kind"], self.kinds, path=(*path, "kind")),
            need=_word(item["need"], self.needs, path=(*path, "need")),
            name=item["name"],
            item=item["item"],
        )


@dataclass(frozen=True)
class EscalationType(Type):
    """Which function hears of an overdue matter: { referral = "coordination", "referral.verify" = … }.

    The keys are capabilities or single limits; the one that names the limit exactly goes before its capability.
    """

    functions: Mapping[str, Words]
    subjects: Collection[str] = field(default=())

    def read(self, raw: object, unit: str | None) -> Mapping[str, str]:
        self.refuse_unit(unit)
        if not isinstance(raw, dict) or not raw:
            raise Misfit(
                "WRONG_TYPE",
                en='the value must be a table such as { referral = "coordination" }',
                zh='值应当是表，如{ referral = "coordination" }',
            )
        for subject in raw:
            if subject not in self.subjects:
                raise Misfit(
                    "UNKNOWN_WORD",
                    en=f'"{subject}" is neither a capability with limits nor a limit',
                    zh=f"“{subject}”既不是有期限的业务，也不是某项期限",
                    path=("value", subject),
                )
        return MappingProxyType(
            {
                subject: _word(function, self.functions, path=("value", subject))
                for subject, function in raw.items()
            }
        )


@dataclass(frozen=True, slots=True)
class Known:
    """One entry a rulebook may hold. For a limit, the meaning says from what it runs and who owes the act."""

    type: Type
    means: Words
