"""Who became whom, and what follows from it for a day. Pure: a lineage is handed its steps and looks nothing up.

The same rules serve bodies and units: what a step leads from and to is an id.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Literal, Protocol, Self, TypeVar, get_args
from uuid import UUID

from tenancy.refusals import Refusal

Kind = Literal["rename", "merge", "split"]

KINDS: tuple[Kind, ...] = get_args(Kind)


class Addable(Protocol):
    """What can be counted together."""

    def __add__(self, other: Self, /) -> Self: ...


Counted = TypeVar("Counted", bound=Addable)


class Dissolved(Refusal):
    """The body or unit is no more; another one goes on."""

    code = "LINEAGE_DISSOLVED"
    en = "{name} is no more from {day} on. Name {heir} instead, which goes on with its matters."
    zh = "{name}自{day}起撤销，其职权由{heir}继续行使，请改为{heir}。"


class NotThereYet(Refusal):
    """The body or unit comes with a change whose day is still to come."""

    code = "LINEAGE_NOT_THERE_YET"
    en = "{name} is there from {day} on. Until then name {before_en}, or come back on that day."
    zh = "{name}自{day}起设立。此前请改为{before_zh}，或者届时再办理。"


class TooEarly(Refusal):
    """A name is changed on its day, not before."""

    code = "LINEAGE_TOO_EARLY"
    en = "The new name holds from {day}, and today is {today}. Wait for that day, and record it then."
    zh = "新名称自{day}起使用，今天是{today}。请于当日或之后登记更名。"


class OutOfOrder(Refusal):
    """A later change of one of these is on record already."""

    code = "LINEAGE_OUT_OF_ORDER"
    en = "{name} was changed on {known} already, and changes come in their order. Give this one that day or a later one."
    zh = "{name}已有自{known}起的变动记录。变动应按先后登记，本次生效日期不得早于{known}。"


class NothingChanges(Refusal):
    """The change names nobody that anything happens to."""

    code = "LINEAGE_NOTHING_CHANGES"
    en = "This changes nothing: {needed_en}. Correct the file."
    zh = "该变动没有实际内容：{needed_zh}。请更正文件。"


@dataclass(frozen=True, slots=True)
class Name:
    """How something is called, and how its letters call it; a unit has no letters."""

    name: str
    short_name: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a change: `from_id` became `to_id` from `since` on. An `heir` takes over all that it leaves; what the
    change `founds` was not there before.

    One that `founds` brought `to_id` with it, which was not there before. Of a renaming both are the same, and `former` is the name that was given up.
    """

    kind: Kind
    since: date
    from_id: UUID
    to_id: UUID
    heir: bool = False
    former: Name | None = None
    founds: bool = False


class Lineage:
    """The steps of a county's bodies, or of its units, asked about any day."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._from: dict[UUID, list[Step]] = defaultdict(list)
        self._to: dict[UUID, list[Step]] = defaultdict(list)
        for step in sorted(steps, key=lambda each: each.since):
            self._from[step.from_id].append(step)
            self._to[step.to_id].append(step)

    def dissolved_on(self, one: UUID) -> date | None:
        """The day from which it is no more, whether that has come or not."""
        return next((step.since for step in self._from.get(one, ()) if step.heir), None)

    def founded_on(self, one: UUID) -> date | None:
        """The day from which it is there, whether that has come or not; None for what was there before any change."""
        return next((step.since for step in self._to.get(one, ()) if step.founds), None)

    def is_there_yet(self, one: UUID, day: date) -> bool:
        """Whether it was there before any change, or has come by that day."""
        since = self.founded_on(one)
        return since is None or since <= day

    def is_dissolved(self, one: UUID, day: date) -> bool:
        """Whether it is no more on that day."""
        since = self.dissolved_on(one)
        return since is not None and since <= day

    def heir(self, one: UUID, day: date) -> UUID:
        """Who goes on with what was its own on that day: itself as long as it is there, else its heir, or that one's."""
        while (step := self._inherited(one, day)) is not None:
            one = step.to_id
        return one

    def inherited(self, heirs: Collection[UUID], day: date) -> set[UUID]:
        """These, and all that are no more on that day and whose heirs they are."""
        left = {one for one in self._from if self.heir(one, day) in heirs}
        return {*heirs, *left}

    def predecessors(self, one: UUID) -> list[UUID]:
        """Out of which it came, in the order in which they happened; each once."""
        return _each_once(step.from_id for step in self._to.get(one, ()) if step.kind != "rename")

    def successors(self, one: UUID) -> list[UUID]:
        """What came out of it, its heir first on the day on which it was dissolved; each once."""
        steps = sorted(self._from.get(one, ()), key=lambda step: (step.since, not step.heir))
        return _each_once(step.to_id for step in steps if step.kind != "rename")

    def name(self, one: UUID, day: date, *, now: Name) -> Name:
        """What it was called on that day, when `now` is what it is called after all that is on record."""
        given_up = (step.former for step in self._from.get(one, ()) if step.former and step.since > day)
        return next(given_up, now)

    def former_names(self, one: UUID) -> list[tuple[Name, date]]:
        """The names that it gave up, each with the day from which it was called otherwise, in their order."""
        return [(step.former, step.since) for step in self._from.get(one, ()) if step.former]

    def last_changed(self, one: UUID) -> date | None:
        """The day of the last change that it was part of."""
        return max((step.since for step in (*self._from.get(one, ()), *self._to.get(one, ()))), default=None)

    def rolled_up(self, counted: Mapping[UUID, Counted], day: date) -> dict[UUID, Counted]:
        """The same counts by who goes on with each on that day: nothing is lost, and nothing counted twice."""
        together: dict[UUID, list[Counted]] = defaultdict(list)
        for one, count in counted.items():
            together[self.heir(one, day)].append(count)
        return {one: reduce(lambda a, b: a + b, counts) for one, counts in together.items()}

    def _inherited(self, one: UUID, day: date) -> Step | None:
        return next((step for step in self._from.get(one, ()) if step.heir and step.since <= day), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be recorded: `names` are those of all that take part, by id. `founded` are those that come with it.

    A renaming gives up the name `former` for the name `called`.
    """

    kind: Kind
    since: date
    before: Sequence[UUID]
    after: Sequence[UUID]
    names: Mapping[UUID, str]
    founded: Collection[UUID] = ()
    heir: UUID | None = None
    former: Name | None = None
    called: Name | None = None


def steps_of(change: Change, lineage: Lineage, *, today: date) -> list[Step]:
    """The lines that a change is made of.

    Raises `Dissolved`, `OutOfOrder`, `TooEarly`, `NothingChanges`.
    """
    for one in _each_once((*change.before, *change.after)):
        _takes_part(change, lineage, one)
    match change.kind:
        case "rename":
            return [_renamed(change, today)]
        case "merge":
            return _merged(change)
        case "split":
            return _split(change)


def not_there_yet(name: str, day: date | None, *, before: Sequence[str], field: str) -> NotThereYet:
    """The refusal of what comes on that day only, with what is there `before` it."""
    return NotThereYet(
        field=field, name=name, day=str(day), before_en=" or ".join(before), before_zh="或者".join(before)
    )


def dissolved_by(steps: Iterable[Step]) -> list[UUID]:
    """Those that are no more once these steps took effect."""
    return [step.from_id for step in steps if step.heir]


def _takes_part(change: Change, lineage: Lineage, one: UUID) -> None:
    name, gone, last = change.names[one], lineage.dissolved_on(one), lineage.last_changed(one)
    if gone is not None:
        heir = change.names.get(lineage.heir(one, date.max), "")
        raise Dissolved(name=name, day=gone.isoformat(), heir=heir)
    if last is not None and change.since < last:
        raise OutOfOrder(name=name, known=last.isoformat())


def _renamed(change: Change, today: date) -> Step:
    if change.since > today:
        raise TooEarly(day=change.since.isoformat(), today=today.isoformat())
    if change.former == change.called:
        raise NothingChanges(needed_en="it is called so already", needed_zh="现名与新名称相同")
    (one,) = change.before
    return Step("rename", change.since, one, one, former=change.former)


def _merged(change: Change) -> list[Step]:
    (into,) = change.after
    ended = [one for one in _each_once(change.before) if one != into]
    if not ended:
        raise NothingChanges(needed_en="name what is merged into it", needed_zh="请写明被合并的一方")
    return [Step("merge", change.since, one, into, heir=True, founds=into in change.founded) for one in ended]


def _split(change: Change) -> list[Step]:
    (one,) = change.before
    out_of_it = [other for other in _each_once(change.after) if other != one]
    goes_on = one in change.after
    if not out_of_it:
        raise NothingChanges(needed_en="name what comes out of it", needed_zh="请写明分设后的各方")
    if goes_on != (change.heir is None) or (change.heir is not None and change.heir not in out_of_it):
        raise NothingChanges(
            needed_en="what is split goes on, or one of those that come out of it is its heir",
            needed_zh="原单位或者继续存在，或者由分设后的一方承接",
        )
    return [
        Step("split", change.since, one, other, heir=other == change.heir, founds=other in change.founded)
        for other in out_of_it
    ]


def _each_once(ids: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))
