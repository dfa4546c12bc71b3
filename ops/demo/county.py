"""Reading a county's bodies and units from TOML, as a county would write them down.

    [county]
    code = "pingyang"
    name = "平阳县"
    time_zone = "Asia/Shanghai"

    [[body]]
    code = "kunyang"
    name = "昆阳镇人民政府"
    short_name = "昆政"                  # as in its letters' numbers
    kind = "township"                   # county_body, department, township or patrol_body
    functions = ["coordination"]        # optional
    oversees = true                     # optional: its functions reach the whole county
    inferred = "…"                      # optional: the name stands in no document; concluded from what

    [[body.unit]]
    code = "office"
    name = "党政综合办公室"
    inferred = "…"                      # optional, likewise

Pure: no database, no files. Faults are gathered and refused together, each with line and column.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.organisations.rules import KINDS
from domain.rulebooks.body_types import CODE
from domain.rulebooks.forms import Form, Reading
from domain.rulebooks.located import FileRefused, read_located
from domain.rulebooks.registry import FUNCTIONS


class CountyFileRefused(FileRefused):
    """A county's list of bodies that cannot be taken; nothing of it was loaded."""

    code = "COUNTY_FILE_REFUSED"
    en = "{file} is not a county's list of bodies, {count} fault(s):\n{faults_en}"
    zh = "机构名录{file}无法载入，共{count}处错误：\n{faults_zh}"


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A part of a body; `inferred` says from what its name was concluded, None where a document has it."""

    code: str
    name: str
    inferred: str | None


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """A tenant to be, with its units by code."""

    code: str
    name: str
    short_name: str
    kind: str
    functions: tuple[str, ...]
    oversees: bool
    inferred: str | None
    units: Mapping[str, UnitPlan]


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county to be, with its bodies by code."""

    code: str
    name: str
    time_zone: str
    bodies: Mapping[str, BodyPlan]

    def units(self) -> tuple[str, ...]:
        """Every unit as rosters write it: `body/unit`."""
        return tuple(f"{body.code}/{unit}" for body in self.bodies.values() for unit in body.units)


def read_county(text: str, *, name: str) -> CountyPlan:
    """The county that `text` describes. `name` is the file's. Raises `CountyFileRefused`."""
    try:
        reading = Reading(read_located(text, name=name))
    except FileRefused as refused:
        raise CountyFileRefused(refused.faults) from refused
    top = reading.top()
    head = top.sub("county")
    if not top.has("county"):
        top.missing("county")
    county = CountyPlan(
        code=head.text("code", pattern=CODE),
        name=head.text("name"),
        time_zone=_time_zone(head),
        bodies=_bodies(top),
    )
    head.finish()
    top.finish()
    reading.refuse_if_faulty(CountyFileRefused)
    return county


def _time_zone(head: Form) -> str:
    zone = head.text("time_zone")
    try:
        return ZoneInfo(zone).key if zone else zone
    except (ZoneInfoNotFoundError, ValueError):
        head.fault("time_zone", "UNKNOWN_WORD", en=f'"{zone}" is not a time zone', zh=f"没有“{zone}”这个时区")
        return ""


def _bodies(top: Form) -> dict[str, BodyPlan]:
    bodies: dict[str, BodyPlan] = {}
    for form in top.each("body"):
        body = BodyPlan(
            code=form.text("code", pattern=CODE),
            name=form.text("name"),
            short_name=form.text("short_name"),
            kind=form.word("kind", KINDS),
            functions=tuple(_functions(form)),
            oversees=form.flag("oversees"),
            inferred=form.optional_text("inferred"),
            units=_units(form),
        )
        form.finish()
        if body.oversees and not body.functions:
            form.fault(
                "oversees",
                "WITHOUT_FUNCTION",
                en="only a function oversees, and this body has none",
                zh="只有职能才能监督全县，该单位没有写明职能functions",
            )
        for key, value in (("code", body.code), ("name", body.name), ("short_name", body.short_name)):
            if value and any(value == getattr(earlier, key) for earlier in bodies.values()):
                form.fault(
                    key, "TWICE", en=f'"{value}" is another body\'s already', zh=f"“{value}”已是另一单位的"
                )
        bodies[body.code] = body
    if not bodies and not top.has("body"):
        top.missing("body")
    return bodies


def _functions(form: Form) -> list[str]:
    functions = form.texts("functions")
    for function in functions:
        if function not in FUNCTIONS:
            form.unknown_word("functions", function, FUNCTIONS)
    return list(functions)


def _units(body: Form) -> dict[str, UnitPlan]:
    units: dict[str, UnitPlan] = {}
    for form in body.each("unit"):
        unit = UnitPlan(
            code=form.text("code", pattern=CODE),
            name=form.text("name"),
            inferred=form.optional_text("inferred"),
        )
        form.finish()
        if unit.code and unit.code in units:
            form.fault(
                "code",
                "TWICE",
                en=f'"{unit.code}" is another unit\'s already',
                zh=f"“{unit.code}”已是另一机构的",
            )
        units[unit.code] = unit
    return units
