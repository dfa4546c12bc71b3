"""Many rows in one statement, the same statement for any number of them.

The rows travel as one array for each column. Row by row, a driver sends and the database starts a statement for each;
this way a thousand rows take about a third of the time. Columns that are arrays themselves cannot travel so.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from tenancy.kinds import Base


async def insert_many(
    writer: AsyncConnection | AsyncSession,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    skip_known: bool = False,
) -> None:
    """Insert all these rows, in this order. Every row has the same keys, which are columns of the model.

    `skip_known` leaves out rows that are there already instead of failing.
    """
    names = tuple(rows[0])
    statement = _insert(model, names)
    await writer.execute(
        statement.on_conflict_do_nothing() if skip_known else statement,
        {f"all_{name}": [row[name] for row in rows] for name in names},
    )


@lru_cache(maxsize=256)
def _insert(model: type[Base], names: tuple[str, ...]) -> Insert:
    """The statement, which depends on the columns alone: building it takes longer than running it."""
    types = [model.__table__.c[name].type for name in names]
    # One dimension, said aloud: a list is a value of a JSON column and not a further dimension.
    arrays = [
        bindparam(f"all_{name}", type_=ARRAY(type_, dimensions=1))
        for name, type_ in zip(names, types, strict=True)
    ]
    source = (
        func.unnest(*arrays)
        .table_valued(*(column(name, type_) for name, type_ in zip(names, types, strict=True)), name="given")
        .render_derived()
    )
    # The table and not the model, to which the session would bind values of its own.
    return insert(cast("Table", model.__table__)).from_select(
        list(names), select(*(source.c[name] for name in names))
    )
