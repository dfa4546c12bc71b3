"""Scalars as the house reads them: nothing comes in that the database cannot hold or that says less than it seems to.

How they are written is GraphQL's own; a whole number is never cut from another value, and an instant names its zone.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.types.base_scalars import DateTimeDefinition
from strawberry.types.scalar import ScalarDefinition

from api.node import BigInt

# What PostgreSQL keeps in a bigint.
SMALLEST, LARGEST = -(2**63), 2**63 - 1
DIGITS = re.compile(r"-?[0-9]{1,19}")

# A day from either end of the calendar, so that every zone's clock can show it.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def _whole(value: object) -> int:
    # As digits too: a client whose own numbers are floating ones cannot send it otherwise.
    if isinstance(value, str) and DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not SMALLEST <= value <= LARGEST:
        raise StrawberryInputCoercionError("Value cannot represent a BigInt: send a whole number of 64 bits.")
    return value


def _instant(value: object) -> datetime:
    parse: Any = DateTimeDefinition.parse_value
    instant: datetime = parse(value)
    # A day alone, or an hour without its zone, is another instant in every county.
    if instant.tzinfo is None or not EARLIEST <= instant <= LATEST:
        raise StrawberryInputCoercionError(
            f'Value cannot represent a DateTime: "{value}". Send an instant with its offset from UTC.'
        )
    return instant


SCALARS: Mapping[object, ScalarDefinition] = MappingProxyType(
    {
        BigInt: strawberry.scalar(
            name="BigInt",
            description="A whole number that may pass 2^31, sent as a JSON number. 大整数",
            serialize=int,
            parse_value=_whole,
        ),
        datetime: strawberry.scalar(
            name="DateTime",
            description="An instant by ISO 8601, with its offset from UTC. 时刻(须带时区)",
            serialize=datetime.isoformat,
            parse_value=_instant,
        ),
    }
)
"""How values of these Python types travel, where GraphQL has no type of its own for them."""
