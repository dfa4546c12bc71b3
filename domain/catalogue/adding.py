"""Adding rows to the catalogue, where nothing is ever changed: of two who add the same, the second is refused.

Who adds what must follow the last of its kind does so after whoever is just doing it (`in_turn`): versions of items, one or a
whole sheet of them, townships' entries in classes and on patrol lists, duties.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.catalogue import rules
from domain.catalogue.models import ItemNameEnding
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.search.rules import endings, folded
from domain.work import Work
from tenancy.kinds import Base
from tenancy.many import insert_many


async def add(work: Work, model: type[Base], row: Mapping[str, Any], *, what: str, since: date) -> None:
    """Add a row. Raises `Published` where one with its key is there, be it since a moment ago."""
    if not await added(work, model, row):
        raise rules.Published(field="since", what=what, since=since.isoformat())


async def added(work: Work, model: type[Base], row: Mapping[str, Any]) -> bool:
    """Add a row unless one with its key is there; whether it was added. Waits for whoever is just adding the same."""
    # The table and not the model, to which the session would bind values of its own.
    table = cast("Table", model.__table__)
    result = await work.session.execute(insert(table).values(dict(row)).on_conflict_do_nothing())
    return bool(getattr(result, "rowcount", 0))


async def in_turn(session: AsyncSession, county_id: UUID) -> None:
    """From here to the end of the transaction nobody else adds in this county what must follow the last of its kind."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"catalogue {county_id}", 0))
    await session.execute(select(lock))


async def let_be_found(session: AsyncSession, versions: Iterable[Mapping[str, Any]]) -> None:
    """Versions that were just added are found by any part of their names from now on."""
    rows = [
        {"county_id": each["county_id"], "ending": ending, "version_id": each["id"], "by_id": each["by_id"]}
        for each in versions
        for ending in sorted(endings(folded(each["name"])))
    ]
    await insert_many(session, ItemNameEnding, rows)


def values_of(row: Base) -> dict[str, Any]:
    """What a row holds, by column."""
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs}


async def on_record(
    work: Work, action: str, subject_kind: str, subject_id: UUID, content: Mapping[str, Any]
) -> None:
    """Leave the audit line, which commits to what was added."""
    await record(
        work,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        content={name: _plain(value) for name, value in content.items()},
    )


async def the_township(work: Work, township_id: UUID) -> Organisation:
    """A township. Raises `NotFound`, `NotATownship`."""
    body = await organisations.the(work, township_id)
    rules.township(body.kind, body.name, field="township_id")
    return body


def _plain(value: Any) -> Any:
    return (
        value.isoformat()
        if isinstance(value, date | datetime)
        else str(value)
        if isinstance(value, UUID)
        else value
    )
