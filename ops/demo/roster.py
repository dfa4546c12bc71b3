"""Reading a roster from TOML: who is in which post of which unit and, with an order, seconded to which township.

    [order]                             # absent in a plain list of a body's own people
    number = "昆政发〔2022〕66号"        # optional
    date = 2022-11-08                   # in post, and seconded, from this day
    host = "kunyang"
    team = "昆阳镇综合行政执法队"
    members = 27                        # what the document says there are

    [[person]]
    name = "…"
    id = "…"                            # optional: tells namesakes apart
    post = "昆阳执法中队指导员"           # as the document has it
    duty = "成员"                        # in the host's team
    unit = "zonghe/kunyang"             # body/unit at home
    mode = "stationed"                  # who comes from another body: stationed, area_team or itinerant
    roles = ["officer"]                 # optional; an officer unless it says otherwise

A plain list says `[list]` with `date` instead of `[order]`, and nobody in it has a mode or a duty.

Pure: no database, no files. Faults are gathered and refused together, each with line and column.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.rulebooks.forms import Form, Reading, nearest
from domain.rulebooks.located import FileRefused, read_located
from domain.secondments.rules import MODES
from ops.demo.county import CountyPlan
from policies.vocabulary import ROLES

USUAL_ROLES = ("officer",)


class RosterRefused(FileRefused):
    """A roster that cannot be taken; nothing of it was loaded."""

    code = "ROSTER_REFUSED"
    en = "{file} is not a roster that can be loaded, {count} fault(s):\n{faults_en}"
    zh = "名册{file}无法载入，共{count}处错误：\n{faults_zh}"


@dataclass(frozen=True, slots=True)
class Order:
    """Under what people work in a township's team: number as printed (if there is one), first day, host, team."""

    number: str | None
    since: date
    host: str
    team: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in a post. `mode` is None for the host's own people and in plain lists."""

    identity: str
    name: str
    post: str
    duty: str | None
    body: str
    unit: str
    mode: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """People and, if there is one, the order that brings them together. `since` is the day it speaks of."""

    since: date
    order: Order | None
    entries: tuple[Entry, ...]


def read_roster(text: str, *, name: str, county: CountyPlan, earlier: Iterable[Roster] = ()) -> Roster:
    """The roster that `text` is, in this county. `name` is the file's. Raises `RosterRefused`.

    A person whom an `earlier` roster has must be of the same home in both, or they are two people of one name.
    """
    try:
        reading = Reading(read_located(text, name=name))
    except FileRefused as refused:
        raise RosterRefused(refused.faults) from refused
    roster = _Reader(reading, county, earlier).roster()
    reading.refuse_if_faulty(RosterRefused)
    return roster


class _Reader:
    def __init__(self, reading: Reading, county: CountyPlan, earlier: Iterable[Roster]) -> None:
        self._top = reading.top()
        self._county = county
        self._homes = {entry.identity: (entry.body, entry.unit) for each in earlier for entry in each.entries}

    def roster(self) -> Roster:
        head = self._head()
        since = head.day("date", required=True) or date.min
        order = self._order(head, since) if self._top.has("order") else None
        entries: list[Entry] = []
        for form in self._top.each("person"):
            entry = self._entry(form, order)
            self._must_be_the_first(form, entry, entries)
            self._must_have_one_home(form, entry)
            entries.append(entry)
        if not entries and not self._top.has("person"):
            self._top.missing("person")
        if order is not None:
            self._must_add_up(head, len(entries))
        head.finish()
        self._top.finish()
        return Roster(since=since, order=order, entries=tuple(entries))

    def _head(self) -> Form:
        if self._top.has("order") or not self._top.has("list"):
            if not self._top.has("order"):
                self._top.missing("order")
            return self._top.sub("order")
        return self._top.sub("list")

    def _order(self, head: Form, since: date) -> Order:
        host = head.text("host")
        body = self._county.bodies.get(host)
        if host and (body is None or body.kind != "township"):
            townships = [code for code, each in self._county.bodies.items() if each.kind == "township"]
            hint_en, hint_zh = nearest(host, townships)
            head.fault(
                "host",
                "UNKNOWN_TOWNSHIP",
                en=f'"{host}" is no township of the county{hint_en}',
                zh=f"“{host}”不是本县的乡镇{hint_zh}",
            )
        return Order(number=head.optional_text("number"), since=since, host=host, team=head.text("team"))

    def _entry(self, form: Form, order: Order | None) -> Entry:
        body, unit = self._home(form)
        entry = Entry(
            name=form.text("name"),
            identity=form.optional_text("id") or form.text("name"),
            post=form.text("post"),
            duty=None if order is None else form.text("duty"),
            body=body,
            unit=unit,
            mode=self._mode(form, body, order),
            roles=self._roles(form),
        )
        form.finish()
        return entry

    def _home(self, form: Form) -> tuple[str, str]:
        written = form.text("unit")
        body, _, unit = written.partition("/")
        if written and written not in self._county.units():
            hint_en, hint_zh = nearest(written, self._county.units())
            form.fault(
                "unit",
                "UNKNOWN_UNIT",
                en=f'the county has no unit "{written}"{hint_en}',
                zh=f"本县没有“{written}”这一机构{hint_zh}",
            )
            return "", ""
        return body, unit

    def _mode(self, form: Form, body: str, order: Order | None) -> str | None:
        """Whoever comes from another body is seconded and says how; nobody is seconded to their own body."""
        if order is None:
            return None
        if form.has("mode"):
            mode = form.word("mode", MODES)
            if body and body == order.host:
                form.fault(
                    "mode",
                    "NOT_SECONDED",
                    en=f'"{order.host}" is this person\'s own body, so there is no mode',
                    zh=f"该人员本属“{order.host}”，不是下沉人员，不应写mode",
                )
            return mode or None
        if body and body != order.host:
            form.missing("mode")
        return None

    def _roles(self, form: Form) -> tuple[str, ...]:
        roles = form.texts("roles")
        for role in roles:
            if role not in ROLES:
                form.unknown_word("roles", role, ROLES)
        return roles or USUAL_ROLES

    def _must_be_the_first(self, form: Form, entry: Entry, earlier: list[Entry]) -> None:
        if any(entry.identity and entry.identity == other.identity for other in earlier):
            key = "id" if form.has("id") else "name"
            form.fault(
                key,
                "TWICE",
                en=f'"{entry.identity}" is listed already; two people of one name need an id each',
                zh=f"“{entry.identity}”已在名册中；同名的两人须各写id加以区别",
            )

    def _must_have_one_home(self, form: Form, entry: Entry) -> None:
        home = self._homes.get(entry.identity)
        if home is not None and entry.unit and home != (entry.body, entry.unit):
            written = "/".join(home)
            form.fault(
                "unit",
                "OTHER_HOME",
                en=f'another roster has "{entry.identity}" in {written}; two people of one name need an id each',
                zh=f"另一名册中“{entry.identity}”属于{written}；同名的两人须各写id加以区别",
            )

    def _must_add_up(self, head: Form, listed: int) -> None:
        said = head.raw("members")
        if said is None:
            head.missing("members")
        elif isinstance(said, bool) or not isinstance(said, int):
            head.fault("members", "WRONG_TYPE", en='"members" must be a number', zh="“members”应当是人数")
        elif said != listed:
            head.fault(
                "members",
                "DOES_NOT_ADD_UP",
                en=f"it says {said} members and lists {listed}",
                zh=f"写明{said}人，实列{listed}人",
            )
