"""Taking a whole catalogue in: all of it or, if so chosen, its good rows; with a report of every row that is not good.

It provisions: the caller opened the transaction with the schema owner's login, and says in whose name it is published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from domain.audit.commands import record
from domain.catalogue.adding import in_turn, let_be_found, values_of
from domain.catalogue.commands import Published, version_of
from domain.catalogue.models import Item, ItemVersion
from domain.catalogue.rules import FIELDS, followed
from domain.catalogue.spreadsheet import rows_in
from domain.organisations.queries import known_as
from domain.sheets import Report, Row
from domain.texts import written
from domain.work import Errand
from tenancy.ids import named_id
from tenancy.many import insert_many
from tenancy.refusals import Refusal

OF_ITS_PUBLISHING = frozenset({"id", "by_id", "published_at"})
"""What of a version is not what it says."""


async def take_in(
    errand: Errand, *, file: bytes, by_id: UUID, good_rows_only: bool = False, made_up: bool = False
) -> Report:
    """Publish what a spreadsheet lists. Of a file with a bad row nothing is taken, unless `good_rows_only`.

    A row that stands in the catalogue already, with the same code and first day, is no news. Raises `NoSheet`.
    """
    bodies = await known_as(errand)
    departments = {name: body.id for name, body in bodies.items() if body.kind == "department"}
    rows = list(rows_in(file, departments=departments, made_up=made_up))
    return await take_in_rows(errand, rows, by_id=by_id, good_rows_only=good_rows_only)


async def take_in_rows(
    errand: Errand, rows: Sequence[Row[Published]], *, by_id: UUID, good_rows_only: bool = False
) -> Report:
    """The same of rows that were read already. An item's versions are taken in the order of their first days."""
    await in_turn(errand.session, errand.county_id)
    shelf = await _shelf(errand)
    refused = [(row.number, row.refusal) for row in rows if row.refusal is not None]
    read = [(row.number, row.meant) for row in rows if row.meant is not None]
    fresh, versions, known = [], [], 0
    for number, item in sorted(read, key=lambda each: (each[1].since, each[0])):
        try:
            code = written("code", item.code, FIELDS)
            entry = shelf.get(code)
            row = _item_row(errand, code, item, by_id, entry)
            version = version_of(item, row, by_id=by_id, now=errand.now)
            if entry is not None and _says_the_same(entry.by_day.get(item.since), version):
                known += 1
                continue
            followed(item.since, None if entry is None else max(entry.by_day), what=code)
        except Refusal as refusal:
            refused.append((number, refusal))
            continue
        if entry is None:
            entry = shelf[code] = _Entry(row.id, {})
            fresh.append(values_of(row))
        entry.by_day[item.since] = version
        versions.append(version)
    if refused and not good_rows_only:
        return Report(0, known, tuple(sorted(refused, key=itemgetter(0))))
    if fresh:
        await insert_many(errand.session, Item, fresh)
    if versions:
        await insert_many(errand.session, ItemVersion, versions)
        await let_be_found(errand.session, versions)
        await record(
            errand,
            action="catalogue.taken_in",
            subject_kind="county",
            subject_id=errand.county_id,
            content={"items": len(fresh), "versions": len(versions), "refused": len(refused)},
        )
    return Report(len(versions), known, tuple(sorted(refused, key=itemgetter(0))))


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item that is there: its id, and what its versions say by their first days."""

    id: UUID
    by_day: dict[date, Mapping[str, Any]]


async def _shelf(errand: Errand) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for code, version in await errand.session.execute(
        select(Item.code, ItemVersion)
        .join(ItemVersion, and_(ItemVersion.county_id == Item.county_id, ItemVersion.item_id == Item.id))
        .where(Item.county_id == errand.county_id)
    ):
        found.setdefault(code, _Entry(version.item_id, {})).by_day[version.since] = values_of(version)
    return found


def _says_the_same(one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> bool:
    return one is not None and all(one[name] == other[name] for name in other.keys() - OF_ITS_PUBLISHING)


def _item_row(errand: Errand, code: str, item: Published, by_id: UUID, entry: _Entry | None) -> Item:
    return Item(
        county_id=errand.county_id,
        # By its code, so that whoever takes in a county of made-up things can name its items.
        id=named_id(errand.county_id, "item", code) if entry is None else entry.id,
        code=code,
        made_up=item.made_up,
        by_id=by_id,
        published_at=errand.now,
    )
