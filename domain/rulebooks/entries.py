"""One text of one place's rules, as read: its documents, its entries with their sources, its split of powers.

A `Draft` is what a file says and nothing else: no layer below it, no other version. `rules.py` puts drafts on top
of each other; `reader.py` makes them from TOML.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.rulebooks.registry import SIDES, SPLIT_ASPECTS, Layer
from domain.rulebooks.values import Asks, Value


@dataclass(frozen=True, slots=True)
class Document:
    """A document that rules come from. `place` is the code of the place that issued it, "cn" for the state's.

    `superior` marks a document of the province or the city: it binds the place that cites it without adoption.
    """

    code: str
    title: str
    number: str | None
    dated: date | None
    place: str
    superior: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another document, or another article, says on the same point, and why it reads differently."""

    value: Value
    unit: str | None
    document: Document
    article: str
    says: str


@dataclass(frozen=True, slots=True)
class Mention:
    """What a document says of an entry without fixing it, one word of `MENTIONS`: "promptly", and no number.

    The layers below answer; whoever reads their answer also reads what was said above it, and where.
    """

    key: str
    says: str
    layer: Layer
    place: str
    document: Document
    article: str
    adopted_from: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule with its value, unit and source, and the layer that answered.

    `adopted_from` names the place whose numbers these are, when the answering place took them over.
    `alternatives` are contradicting statements that were kept; `because` says why this one is applied.
    `silent` are the layers above the answering one that say nothing, `mentioned` is what the others there say without
    fixing it.
    `valid_from` and `valid_until`, both included, where the entry holds for less than its text does: a statute that
    came into force later than the others, practice that a statute replaced.
    """

    key: str
    value: Value
    unit: str | None
    layer: Layer
    place: str
    document: Document
    article: str
    adopted_from: str | None = None
    note: str | None = None
    because: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    silent: tuple[Layer, ...] = ()
    mentioned: tuple[Mention, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on `day`, on which its text is."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True, order=True)
class Permit:
    """One permit for a policy snapshot: who stands in `relation` with `role` may do `action` to `resource`."""

    role: str
    relation: str
    resource: str
    action: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """What goes with a decision, each of one side or of nobody.

    `heard` is asked for its opinion first, `consents` has to agree first, `copied` gets a copy of what was decided.
    """

    heard: str | None = None
    consents: str | None = None
    copied: str | None = None


NO_PROCEDURE = Procedure()


@dataclass(frozen=True, slots=True)
class Power:
    """One line of the split between home and host: which side, in which roles, may do what in which aspect.

    With a `mode` it is of officers seconded in that mode alone; without one, of all others.
    """

    aspect: str
    action: str
    side: str
    roles: tuple[str, ...]
    document: Document
    article: str
    adopted_from: str | None = None
    note: str | None = None
    procedure: Procedure = NO_PROCEDURE
    mode: str | None = None
    layer: Layer = "county"

    @property
    def source(self) -> str:
        """Where it is said, the document and its article."""
        return f"{self.document.title} {self.article}"

    @property
    def asks(self) -> Asks:
        """What whoever does it must ask of the other side first: where both decide, the other agrees."""
        if self.side == "both" or self.procedure.consents:
            return "consent"
        return "opinion" if self.procedure.heard else "nothing"

    def is_of(self, side: str) -> bool:
        """Whether this side may do it, alone or together with the other."""
        return side in SIDES[self.side]

    def permits(self) -> tuple[Permit, ...]:
        """What it means for the county's policy snapshot, which knows roles and relations and no modes.

        Where modes differ, a side may that decides in any of them; `Rulebook.power` says of which.
        """
        resource = SPLIT_ASPECTS[self.aspect].resource
        return tuple(
            Permit(role, relation, resource, self.action)
            for relation in SIDES[self.side]
            for role in self.roles
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of one place's rulebook. Valid from `valid_from` to `valid_until`, both days included."""

    name: str
    text: str
    title: str
    layer: Layer
    place: str
    county: str | None
    valid_from: date
    valid_until: date | None
    documents: Mapping[str, Document]
    entries: Mapping[str, Entry]
    mentions: Mapping[str, Mention]
    powers: tuple[Power, ...]

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text: the same text again is not a new version."""
        return hashlib.sha256(self.text.encode()).digest()

    def holds_on(self, day: date) -> bool:
        """Whether the version is valid on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def entry_on(self, day: date, key: str) -> Entry | None:
        """What it says of `key` on a day on which it is valid, or None if it is silent."""
        found = self.entries.get(key)
        return found if found is not None and found.holds_on(day) else None

    def permits(self) -> frozenset[Permit]:
        """The permits its split of powers stands for."""
        return frozenset(permit for power in self.powers for permit in power.permits())
