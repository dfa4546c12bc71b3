"""Where a row stands in an order of several columns, as its cursor has it: its id, behind what the list is ordered by."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.spans import Order

READ: dict[type[Any], Any] = {str: str, date: date.fromisoformat, UUID: UUID}
"""How a column's value is read back, by what it holds."""


def position(order: Order, row: Any) -> str:
    """The values by which a row is ordered, the id last: no id holds what parts them."""
    return "/".join(str(getattr(row, str(each.key))) for each in order.columns)


def place(order: Order, written: str) -> Any:
    """What `position` wrote. Raises ValueError for anything else."""
    parts = written.rsplit("/", len(order.columns) - 1)
    values = [READ[each.type.python_type](part) for each, part in zip(order.columns, parts, strict=True)]
    return tuple(values) if len(values) > 1 else values[0]
