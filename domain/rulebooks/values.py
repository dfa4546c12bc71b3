"""What an entry of a rulebook says once it is read: a limit, a format for numbers, a list of materials, and so on.

Values only, immutable. What may be written for them is `entry_types.py`, which entries there are `registry.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType
from typing import Literal

Unit = Literal["working_days", "calendar_days", "hours"]

UNITS: Mapping[str, str] = MappingProxyType(
    {"working_days": "个工作日", "calendar_days": "日", "hours": "小时"}
)
"""The units a limit may be given in, with the Chinese of each."""

Asks = Literal["nothing", "opinion", "consent"]
"""What a side that decides must ask of the other first."""


@dataclass(frozen=True, slots=True)
class Words:
    """One notion in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class SplitAspect:
    """An aspect of joint management that counties split between home and host, and the acts that can be split."""

    resource: str
    actions: tuple[str, ...]
    means: Words


MENTIONS: Mapping[str, Words] = MappingProxyType(
    {
        "promptly": Words("promptly, no number given", "及时（未定期限）"),
        "by_statute": Words("as the statutes say", "依照法律、法规、规章的规定"),
        "to_be_arranged": Words("by an arrangement still to be made", "另行建立机制（未作具体规定）"),
    }
)
"""What a document may say of an entry without fixing it. "promptly" is said of limits alone."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time within which somebody must act. Counting it is the calendar's work, not this file's."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        words = self.unit.replace("_", " ")
        return f"{self.amount} {words if self.amount != 1 else words.removesuffix('s')}"

    @property
    def zh(self) -> str:
        """As a letter would write it."""
        return f"{self.amount}{UNITS[self.unit]}"


@dataclass(frozen=True, slots=True)
class Extension:
    """Whether a limit may be extended; `at_most` is the whole with every extension, None where no document names a cap.

    `needs_reason`: only with a reason; `prior_notice`: only by telling the other body beforehand.
    """

    allowed: bool
    at_most: Limit | None = None
    needs_reason: bool = True
    prior_notice: bool = True

    def __str__(self) -> str:
        if not self.allowed:
            return "no"
        return "yes" if self.at_most is None else f"up to {self.at_most} in all"


@dataclass(frozen=True, slots=True)
class OfficeSpan:
    """One stretch of the day in which an office is open, in the county's own time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Material:
    """One kind of material that goes with a referral, as the place's own document lists it.

    `need`: "required" (nothing is complete without it), "if_any" (must be sent when it exists), "optional".
    `item` is its number in the document's list.
    """

    kind: str
    need: str
    name: str
    item: str


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a letter is numbered: a template over the tenant's short name, the year and the running number."""

    template: str

    def write(self, *, short: str, year: int, n: int) -> str:
        """The number of the `n`-th letter that the tenant called `short` issues in `year`."""
        return self.template.format(short=short, year=year, n=n)


Value = (
    Limit
    | Extension
    | int
    | bool
    | date
    | str
    | NumberFormat
    | tuple[Limit, ...]
    | tuple[str, ...]
    | tuple[OfficeSpan, ...]
    | tuple[Material, ...]
    | Mapping[str, str]
)
