"""Reading a list of a county's people from TOML: who is in which post of which unit of their body, in which roles.

    [list]
    date = 2022-11-08                   # in post from this day on

    [[person]]
    name = "…"                          # nobody else of the county is called so
    post = "收发文书"
    unit = "zonghe/office"              # body/unit
    roles = ["registrar"]               # optional; an officer unless it says otherwise

Who is seconded stands in a team's roster, a spreadsheet as a clerk would keep it (`people.py`); whoever stands there as
well has the roles that this list gives, and is what the roster says.

Pure: no database, no files. Faults are gathered and refused together, each with line and column.
"""

from dataclasses import dataclass
from datetime import date

from domain.rulebooks.forms import Form, Reading, nearest
from domain.rulebooks.located import FileRefused, read_located
from ops.demo.county import CountyPlan
from policies.vocabulary import ROLES

USUAL_ROLES = ("officer",)


class StaffRefused(FileRefused):
    """A list of people that cannot be taken; nothing of it was loaded."""

    code = "DEMO_STAFF_REFUSED"
    en = "{file} is not a list of people that can be loaded, {count} fault(s):\n{faults_en}"
    zh = "人员表{file}无法载入，共{count}处错误：\n{faults_zh}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in a post of their own body."""

    name: str
    post: str
    body: str
    unit: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of a list, and the day it speaks of."""

    since: date
    entries: tuple[Entry, ...]


def read_staff(text: str, *, name: str, county: CountyPlan) -> Staff:
    """The list that `text` is, in this county. `name` is the file's. Raises `StaffRefused`."""
    try:
        reading = Reading(read_located(text, name=name))
    except FileRefused as refused:
        raise StaffRefused(refused.faults) from refused
    top = reading.top()
    head = top.sub("list")
    if not top.has("list"):
        top.missing("list")
    since = head.day("date", required=True) or date.min
    head.finish()
    entries: list[Entry] = []
    for form in top.each("person"):
        entry = _entry(form, county)
        if any(entry.name and entry.name == other.name for other in entries):
            form.fault(
                "name", "TWICE", en=f'"{entry.name}" is listed already', zh=f"“{entry.name}”已在名册中"
            )
        entries.append(entry)
    if not entries and not top.has("person"):
        top.missing("person")
    top.finish()
    reading.refuse_if_faulty(StaffRefused)
    return Staff(since=since, entries=tuple(entries))


def _entry(form: Form, county: CountyPlan) -> Entry:
    body, unit = _home(form, county)
    entry = Entry(name=form.text("name"), post=form.text("post"), body=body, unit=unit, roles=_roles(form))
    form.finish()
    return entry


def _home(form: Form, county: CountyPlan) -> tuple[str, str]:
    written = form.text("unit")
    body, _, unit = written.partition("/")
    if written and written not in county.units():
        hint_en, hint_zh = nearest(written, county.units())
        form.fault(
            "unit",
            "UNKNOWN_UNIT",
            en=f'the county has no unit "{written}"{hint_en}',
            zh=f"本县没有“{written}”这一机构{hint_zh}",
        )
        return "", ""
    return body, unit


def _roles(form: Form) -> tuple[str, ...]:
    roles = form.texts("roles")
    for role in roles:
        if role not in ROLES:
            form.unknown_word("roles", role, ROLES)
    return roles or USUAL_ROLES
