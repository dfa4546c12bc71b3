"""Reading only those columns of a table's rows that something will be made of.

A list shows ten of fifty columns. SQLAlchemy's own loading of a part keeps a note on every row of each column that it left
out, which takes longer than reading them all. So a row that is read here is a plain object of its class: it has what was
read, and nobody keeps track of it. Asked for anything else it raises, so that a column that was not read is never taken
for an empty one; and it cannot be changed, because nobody would store that.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Select, inspect
from sqlalchemy.ext.asyncio import AsyncSession

Row = TypeVar("Row")

Columns = Collection[str] | None
"""Names of attributes that hold columns; None: all of them."""


def also(columns: Columns, *names: str) -> Columns:
    """These columns, and those that whoever reads looks at."""
    return None if columns is None else {*columns, *names}


def known(model: Any, columns: Columns) -> Sequence[str]:
    """Which attributes of a model are read: where something is named that is no column, such as a property that looks at
    several, or nothing is, all of them."""
    names: Sequence[str] = inspect(model).mapper.column_attrs.keys()
    return names if columns is None or not set(columns) <= set(names) else sorted(columns)


async def read(session: AsyncSession, rows: Select[Row], columns: Columns) -> Sequence[Row]:
    """These rows with these columns."""
    (described,) = rows.column_descriptions
    entity = described["entity"]
    names = known(entity, columns)
    parts = rows.with_only_columns(*(getattr(entity, name) for name in names), maintain_column_froms=True)
    return plain(entity, names, await session.execute(parts))


def plain(model: Any, names: Sequence[str], rows: Iterable[Iterable[Any]]) -> list[Any]:
    """Rows of the model: in attributes of these names, the values of each in their order."""
    made, new, hold, of = [], object.__new__, object.__setattr__, _plainly(model)
    for values in rows:
        row = new(of)
        hold(row, "__dict__", dict(zip(names, values)))  # noqa: B905  asking for the length takes as long as all else
        made.append(row)
    return made


class NotRead(Exception):
    """Somebody asks a row for what was not read of it. No AttributeError: nobody should be able to take it for nothing."""


class ReadOnly(Exception):
    """Somebody changes a row that was read to be shown. Whoever changes rows reads them by the session."""


class _NotRead:
    """In the place of SQLAlchemy's attribute: what a row holds comes before it, and what it does not hold is nowhere."""

    def __set_name__(self, _owner: type[Any], name: str) -> None:
        self._name = name

    def __get__(self, row: object, of: type[Any]) -> NoReturn:
        raise NotRead(f"{of.__name__}.{self._name}")


def _refuse(row: object, name: str, *_value: object) -> NoReturn:
    raise ReadOnly(f"{type(row).__name__}.{name}")


@cache
def _plainly(model: type[Any]) -> type[Any]:
    """The model's class without anything that keeps track. To SQLAlchemy it is abstract, and so no table of its own."""
    return type(
        model.__name__,
        (model,),
        {
            "__abstract__": True,
            "__module__": model.__module__,
            "__setattr__": _refuse,
            "__delattr__": _refuse,
            **{each.key: _NotRead() for each in inspect(model).mapper.attrs},
        },
    )
