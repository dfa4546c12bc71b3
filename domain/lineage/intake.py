"""Reading a change of a county's bodies, or of the units of one of them, from a file that somebody wrote by hand.

Pure, and by codes: whether there are such bodies is asked where it is recorded (`commands.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from domain.lineage.rules import KINDS, Kind, Name
from domain.organisations.rules import KINDS as BODIES
from domain.rulebooks.forms import Form, Reading
from domain.rulebooks.located import FileRefused, decode, read_located


@dataclass(frozen=True, slots=True)
class Founded:
    """A body or a unit that comes with the change; a unit has neither short name nor kind."""

    code: str
    name: Name
    kind: str


@dataclass(frozen=True, slots=True)
class Told:
    """The change as the file tells it. `body` is the one whose units change; without it, bodies do."""

    county: str
    body: str | None
    kind: Kind
    since: date
    document: str
    number: str
    before: Sequence[str]
    after: Sequence[str]
    heir: str | None
    name: Name | None
    founded: Sequence[Founded]


def read_change(file: bytes, *, name: str) -> Told:
    """One change from a TOML file; `name` is what refusals call the file.

    Raises FileRefused with every fault and its line and column. `heir` is for a split whose body is no more; `name` and
    `short_name` are for a renaming; `body` is for changes of units, which have no `short_name` and no `kind`::

        county = "pingyang"
        change = "merge"                     # rename, merge, split
        since = 2026-04-01
        document = "平阳县机构改革方案"
        number = "平委发〔2026〕8号"
        from = ["transport", "agriculture"]
        to = ["transport-agriculture"]

        [[new]]
        code = "transport-agriculture"
        name = "平阳县交通农业局"
        short_name = "平交农"
        kind = "department"
    """
    reading = Reading(read_located(decode(file, name=name), name=name))
    top = reading.top()
    body = top.optional_text("body")
    kind = top.word("change", KINDS)
    since = top.day("since", required=True)
    told = {each: top.text(each) for each in ("county", "document", "number")}
    before, after = _named(top, "from"), () if kind == "rename" else _named(top, "to")
    called = _name(top, of_units=body is not None) if kind == "rename" else None
    heir = top.optional_text("heir") if kind == "split" else None
    for key, most, only in (("from", before, ("rename", "split")), ("to", after, ("merge",))):
        if kind in only and len(most) > 1:
            top.fault(key, "ONE_ONLY", en=f'"{key}" names one here', zh=f"此处“{key}”只能写一个")
    founded = [_founded(form, of_units=body is not None) for form in top.each("new")]
    for each in founded:
        if each.code and each.code not in after:
            top.fault("new", "NOT_NAMED", en=f'"{each.code}" is not in "to"', zh=f"“{each.code}”未列入“to”")
    top.finish()
    reading.refuse_if_faulty(FileRefused)
    assert since is not None
    return Told(
        body=body,
        kind=cast("Kind", kind),  # the reading admitted no other word
        since=since,
        before=before,
        after=after,
        heir=heir,
        name=called,
        founded=founded,
        **told,
    )


def _named(form: Form, key: str) -> tuple[str, ...]:
    named = form.texts(key)
    if not named and not form.has(key):
        form.missing(key)
    elif not named:
        form.fault(key, "EMPTY", en=f'"{key}" is empty', zh=f"“{key}”不能为空")
    return named


def _name(form: Form, *, of_units: bool) -> Name:
    return Name(form.text("name"), None if of_units else form.text("short_name"))


def _founded(form: Form, *, of_units: bool) -> Founded:
    founded = Founded(
        form.text("code", pattern=r"[a-z0-9-]+"),
        _name(form, of_units=of_units),
        "" if of_units else form.word("kind", BODIES),
    )
    form.finish()
    return founded
