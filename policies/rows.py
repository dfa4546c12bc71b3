"""Policy rows: read, checked word by word, and refused with file and line.

A row is (county, role, relation, resource.aspect, action, effect). The platform's rows stand in
`rules/<capability>.csv` and say `*` for the county; a county's own rows come from its rulebook (the compiled
co-management matrix and its bans) and name that county. Lines that begin with `#` are comments.

This file decides nothing. It does not know which table an aspect speaks of either (`registry.py`).
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from uuid import UUID

from policies.relations import RELATIONS
from policies.vocabulary import ASPECTS, EFFECTS, ROLES, Effect
from tenancy.refusals import Refusal

RULES: Final = Path(__file__).with_name("rules")
EVERY_COUNTY: Final = "*"
FIELDS: Final = ("county", "role", "relation", "resource.aspect", "action", "effect")


class UnknownWord(Refusal):
    """A row uses a word that the vocabulary does not have."""

    code = "POLICY_UNKNOWN_WORD"
    en = "{place}: there is no {what} “{word}”. There are: {known}. Use one of these."
    zh = "{place}：没有名为“{word}”的{what_zh}。可用的有：{known}，请改用其中之一。"


class MisshapenRow(Refusal):
    """A row does not have the six fields."""

    code = "POLICY_MISSHAPEN_ROW"
    en = (
        "{place}: a row has six fields (county, role, relation, resource.aspect, action, effect), not "
        "{count}. Correct it."
    )
    zh = "{place}：每行应有六栏（县、岗位、关系、资源.方面、行为、效力），此行有{count}栏。"


class MisplacedRow(Refusal):
    """A row stands in another capability's file."""

    code = "POLICY_MISPLACED_ROW"
    en = "{place}: “{aspect}” belongs in {file}, where a reader looks for it. Move it there."
    zh = "{place}：“{aspect}”应写在 {file} 中，请移至该文件。"


class MisplacedCounty(Refusal):
    """A row speaks for a county that it has no business with."""

    code = "POLICY_MISPLACED_COUNTY"
    en = (
        "{place}: these rows speak for “{expected}”, not for “{county}”. Correct the county, or put the rows "
        "where they belong."
    )
    zh = "{place}：此处的规则只适用于“{expected}”，不适用于“{county}”。请更正所属县，或将其移至应在之处。"


class RepeatedRow(Refusal):
    """Two rows say the same, so that striking one of them out would change nothing."""

    code = "POLICY_REPEATED_ROW"
    en = "{place}: says the same as {earlier}. Strike one of them out."
    zh = "{place}：与 {earlier} 重复，请删除其一。"


@dataclass(frozen=True, slots=True)
class Row:
    """One grant or one ban; `place` says where it was written, as `file:line`."""

    county: str
    role: str
    relation: str
    aspect: str
    action: str
    effect: Effect
    place: str

    @property
    def words(self) -> tuple[str, ...]:
        """What the row says, apart from where it says it."""
        return (self.county, self.role, self.relation, self.aspect, self.action, self.effect)


def platform_rows(folder: Path = RULES) -> tuple[Row, ...]:
    """The platform's rows, of all capabilities. Raises the refusals of this file."""
    return tuple(_distinct(row for file in sorted(folder.glob("*.csv")) for row in _rows_of(file)))


def county_rows(*, county_id: UUID, rows: Iterable[Sequence[str]], origin: str) -> tuple[Row, ...]:
    """A county's own rows, six strings each, the first `str(county_id)`. Raises the refusals of this file.

    `origin` names the source in refusals, such as the rulebook's name and version; rows are counted from 1.
    """
    return tuple(
        _distinct(
            _checked(fields, place=f"{origin}:{number}", county=str(county_id))
            for number, fields in enumerate(rows, start=1)
        )
    )


def _rows_of(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text, skipinitialspace=True)
        for fields in reader:
            if not fields or fields[0].lstrip().startswith("#"):
                continue
            place = f"policies/rules/{file.name}:{reader.line_num}"
            row = _checked(fields, place=place, county=EVERY_COUNTY)
            home = f"{ASPECTS[row.aspect].capability}.csv"
            if home != file.name:
                raise MisplacedRow(place=place, aspect=row.aspect, file=home)
            yield row


def _checked(fields: Sequence[str], *, place: str, county: str) -> Row:
    if len(fields) != len(FIELDS):
        raise MisshapenRow(place=place, count=len(fields))
    said, role, relation, aspect, action, effect = (field.strip() for field in fields)
    if said != county:
        raise MisplacedCounty(place=place, county=said, expected=county)
    _must_know(place, "role", "岗位", role, ROLES)
    _must_know(place, "relation", "关系", relation, RELATIONS)
    _must_know(place, "resource.aspect", "资源方面", aspect, ASPECTS)
    _must_know(place, f"action on {aspect}", "行为", action, ASPECTS[aspect].actions)
    _must_know(place, "effect", "效力", effect, EFFECTS)
    return Row(said, role, relation, aspect, action, cast(Effect, effect), place)


def _must_know(
    place: str, what: str, what_zh: str, word: str, known: Mapping[str, object] | Sequence[str]
) -> None:
    if word not in known:
        raise UnknownWord(place=place, what=what, what_zh=what_zh, word=word, known=", ".join(known))


def _distinct(rows: Iterable[Row]) -> Iterator[Row]:
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        earlier = seen.setdefault(row.words, row.place)
        if earlier != row.place:
            raise RepeatedRow(place=row.place, earlier=earlier)
        yield row
