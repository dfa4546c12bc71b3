"""Looking a rule up: which layer answers, on which day, for whom, and from which document.

A `Shelf` holds every version of every layer that concerns one county; `shelf.on(day)` is the rulebook of that day
between tenants, `shelf.on(day, inside="kunyang")` the one inside a township. A matter asks with the day it began.
The topmost layer that says something answers; an entry says which layers above it were silent.

Nothing here reads files, rows or clocks, and nothing is cached: a lookup is a few dictionary lookups in each layer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from domain.rulebooks.entries import Alternative, Document, Draft, Entry, Mention, Permit, Power, Procedure
from domain.rulebooks.reader import RulebookRefused, parse
from domain.rulebooks.registry import LAYERS, Layer
from domain.rulebooks.values import MENTIONS, Extension, Limit, Material, NumberFormat, OfficeSpan, Value

__all__ = [
    "Alternative",
    "Document",
    "Draft",
    "Entry",
    "Extension",
    "Limit",
    "Material",
    "Mention",
    "NoSuchRule",
    "NumberFormat",
    "OfficeSpan",
    "Permit",
    "Power",
    "Procedure",
    "RuleOfOtherType",
    "Rulebook",
    "RulebookRefused",
    "Shelf",
    "Side",
    "Version",
    "parse",
]


Side = Literal["home", "host"]
"""Of a secondment. Whoever is not seconded works with their home, which is both."""


class NoSuchRule(LookupError):
    """No layer answers: the key is unknown, or the platform's own layers were never loaded. A fault of the house."""


class RuleOfOtherType(TypeError):
    """The caller asked for a limit where the registry has something else. A fault of the house."""


@dataclass(frozen=True, slots=True)
class Version:
    """A draft as it was loaded: the `number` counts the versions of one layer and place, from 1."""

    number: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one day, from the topmost layer that was in force to the lowest. `place` asks."""

    day: date
    place: str
    versions: tuple[Version, ...]
    asked: tuple[Layer, ...]

    def entry(self, key: str) -> Entry:
        """The entry that answers, with its source, its layer and the layers that were silent. Raises `NoSuchRule`."""
        mentioned: list[Mention] = []
        for version in self.versions:
            found = version.draft.entry_on(self.day, key)
            if found is not None:
                spoke = {mention.layer for mention in mentioned}
                above = self.asked[: self.asked.index(found.layer)]
                silent = tuple(layer for layer in above if layer not in spoke)
                return replace(found, silent=silent, mentioned=tuple(mentioned)) if above else found
            if key in version.draft.mentions:
                mentioned.append(version.draft.mentions[key])
        raise NoSuchRule(f'no layer answers "{key}" on {self.day} for {self.place}')

    def cited(self, key: str) -> str:
        """Where the answer is said, the document and its article; and what was said above without fixing it."""
        entry = self.entry(key)
        above = [
            f"（{mention.document.title} {mention.article}：{MENTIONS[mention.says].zh}）"
            for mention in entry.mentioned
        ]
        return "".join((f"{entry.document.title} {entry.article}", *above))

    def answers(self, key: str) -> bool:
        """Whether some layer says something of it on this day."""
        return any(version.draft.entry_on(self.day, key) is not None for version in self.versions)

    def value(self, key: str) -> Value:
        """The value alone. Raises `NoSuchRule`."""
        return self.entry(key).value

    def limit(self, key: str) -> Limit:
        """A limit. Raises `NoSuchRule`, and `RuleOfOtherType` for anything else."""
        value = self.value(key)
        if not isinstance(value, Limit):
            raise self._other(key, "a limit")
        return value

    def limits(self, key: str) -> tuple[Limit, ...]:
        """Several distances, the longest first."""
        value = self.value(key)
        if not isinstance(value, tuple):
            raise self._other(key, "a list of limits")
        found = tuple(item for item in value if isinstance(item, Limit))
        if len(found) != len(value):
            raise self._other(key, "a list of limits")
        return found

    def extension(self, key: str) -> Extension:
        """Whether and how far a limit may be extended."""
        value = self.value(key)
        if not isinstance(value, Extension):
            raise self._other(key, "an extension")
        return value

    def admits(self, key: str) -> bool:
        """Whether the place knows an act at all: an entry that says yes or no, or how far."""
        value = self.value(key)
        return value.allowed if isinstance(value, Extension) else self.flag(key)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.value(key)
        if not isinstance(value, bool):
            raise self._other(key, "true or false")
        return value

    def number(self, key: str) -> int:
        """A number, in the unit that the registry fixes for it."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._other(key, "a number")
        return value

    def choice(self, key: str) -> str:
        """One word of the entry's closed set."""
        value = self.value(key)
        if not isinstance(value, str):
            raise self._other(key, "a word")
        return value

    def day_of(self, key: str) -> date:
        """A day."""
        value = self.value(key)
        if not isinstance(value, date):
            raise self._other(key, "a day")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Several words or texts."""
        value = self.value(key)
        found = tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else ()
        if not found:
            raise self._other(key, "a list of texts")
        return found

    def bodies(self, key: str) -> tuple[str, ...]:
        """The codes of some bodies, perhaps of none."""
        value = self.value(key)
        found = tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else None
        if found is None:
            raise self._other(key, "a list of bodies")
        return found

    def handovers(self, key: str) -> Mapping[str, str]:
        """Which body hands over to which, by their codes."""
        value = self.value(key)
        if not isinstance(value, Mapping):
            raise self._other(key, "a table of bodies")
        return value

    def number_format(self, key: str) -> NumberFormat:
        """How to number letters of one kind."""
        value = self.value(key)
        if not isinstance(value, NumberFormat):
            raise self._other(key, "a number format")
        return value

    def materials(self, key: str = "referral.materials") -> tuple[Material, ...]:
        """The materials that go with a referral, in the document's order."""
        value = self.value(key)
        found = (
            tuple(item for item in value if isinstance(item, Material)) if isinstance(value, tuple) else ()
        )
        if not found:
            raise self._other(key, "a list of materials")
        return found

    def office_hours(self) -> tuple[OfficeSpan, ...]:
        """When offices are open, in the county's time."""
        value = self.value("office.hours")
        found = (
            tuple(item for item in value if isinstance(item, OfficeSpan)) if isinstance(value, tuple) else ()
        )
        if not found:
            raise self._other("office.hours", "office hours")
        return found

    def escalates_to(self, kind: str) -> str:
        """The function before which an overdue deadline of this kind ("referral.verify") is brought.

        A layer whose table names neither the limit nor its capability is silent on it, and the one below answers: so
        a county's rulebook need not be loaded anew when the platform learns a capability.
        """
        subjects = (kind, kind.partition(".")[0])
        for version in self.versions:
            entry = version.draft.entry_on(self.day, "deadlines.escalate_to")
            if entry is None:
                continue
            if not isinstance(entry.value, Mapping):
                raise self._other("deadlines.escalate_to", "a table")
            for subject in subjects:
                if subject in entry.value:
                    return entry.value[subject]
        raise NoSuchRule(f'nobody is named for overdue "{kind}" on {self.day} for {self.place}')

    def powers(self) -> tuple[Power, ...]:
        """The split of powers: of each act in an aspect, all that the topmost layer says which speaks of it."""
        said: dict[tuple[str, str], list[Power]] = {}
        for version in reversed(self.versions):
            own: dict[tuple[str, str], list[Power]] = {}
            for power in version.draft.powers:
                own.setdefault((power.aspect, power.action), []).append(power)
            said |= own
        return tuple(power for powers in said.values() for power in powers)

    def power(self, aspect: str, action: str, mode: str | None) -> Power | None:
        """Who may do this in an aspect towards somebody seconded in this mode, or whatever the mode; None where no layer says it."""
        of_mode = {
            power.mode: power for power in self.powers() if (power.aspect, power.action) == (aspect, action)
        }
        return of_mode.get(mode) or of_mode.get(None)

    def side(self, aspect: str, action: str) -> Side:
        """Which side may do something in an aspect, on the whole "host" where both may. Raises `NoSuchRule`."""
        return "home" if self.the_power(aspect, action).side == "home" else "host"

    def the_power(self, aspect: str, action: str) -> Power:
        """Who may do this in an aspect, whatever the mode. Raises `NoSuchRule`."""
        power = self.power(aspect, action, mode=None)
        if power is None:
            raise NoSuchRule(f'nobody may {action} in "{aspect}" on {self.day} for {self.place}')
        return power

    def permits(self) -> frozenset[Permit]:
        """What the split of powers permits; of an aspect on which every layer is silent, nothing."""
        return frozenset(permit for power in self.powers() for permit in power.permits())

    def policy_rows(self, county_id: UUID) -> list[tuple[str, str, str, str, str, str]]:
        """The same as rows of the county's policies: county, role, relation, resource.aspect, action, effect."""
        return [
            (str(county_id), permit.role, permit.relation, permit.resource, permit.action, "permit")
            for permit in sorted(self.permits())
        ]

    def _other(self, key: str, wanted: str) -> RuleOfOtherType:
        return RuleOfOtherType(f'"{key}" is not {wanted} but {self.value(key)!r}')


class Shelf:
    """Every version of every layer that concerns one county. Immutable: a load makes a new shelf."""

    def __init__(self, versions: Iterable[Version], *, county: str) -> None:
        self.county = county
        # The later rule supersedes the earlier from its first day; of two texts for the same day, the later loaded.
        self.versions = tuple(
            sorted(versions, key=lambda version: (version.draft.valid_from, version.number), reverse=True)
        )

    @classmethod
    def of(cls, *drafts: Draft, county: str) -> "Shelf":
        """A shelf of drafts in the order they were loaded."""
        counted: dict[tuple[Layer, str], int] = {}
        versions = []
        for draft in drafts:
            where = (draft.layer, draft.place)
            counted[where] = counted.get(where, 0) + 1
            versions.append(Version(counted[where], draft))
        return cls(versions, county=county)

    def on(self, day: date, *, inside: str | None = None) -> Rulebook:
        """The rulebook in force on `day`: between tenants, or `inside` one township, whose own layer goes first."""
        asked: tuple[Layer, ...] = tuple(
            layer for layer in reversed(LAYERS) if layer != "township" or inside is not None
        )
        found = [self._in_force(layer, day, inside) for layer in asked]
        return Rulebook(
            day=day,
            place=inside or self.county,
            versions=tuple(version for version in found if version is not None),
            asked=asked,
        )

    def _in_force(self, layer: Layer, day: date, inside: str | None) -> Version | None:
        place = {"county": self.county, "township": inside}.get(layer)
        begun = next(
            (
                version
                for version in self.versions
                if version.draft.layer == layer
                and (place is None or version.draft.place == place)
                and (layer != "township" or version.draft.county == self.county)
                and version.draft.valid_from <= day
            ),
            None,
        )
        # A rule that was superseded does not come back when the later one ends: the layer is then silent.
        return begun if begun is not None and begun.draft.holds_on(day) else None
