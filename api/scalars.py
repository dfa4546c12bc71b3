"""What a single value may be beyond GraphQL's own kinds: a day, an instant, a large whole number.

Whatever the database or the county's clock could not take is refused here, as part of a request that does not fit the
schema. What a value means, and whether it is admitted in an act, is a matter of rules.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition

from api.node import BigInt

# Somewhere on earth it is a day earlier or later, so an instant needs a day on either side.
ONE_DAY = timedelta(days=1)

# What PostgreSQL keeps in a bigint.
LARGEST = 2**63 - 1


# graphql-core says of a ValueError where it is in the document; of a GraphQLError it would take that to be said.
def _day(given: Any) -> date:
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as problem:
        raise ValueError("This is no day. Write one such as 2026-03-09.") from problem


def _instant(given: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(given)
        _ = (instant.astimezone(UTC) - ONE_DAY, instant.astimezone(UTC) + ONE_DAY)
    except (TypeError, ValueError, OverflowError) as problem:
        raise ValueError("This is no instant. Write one such as 2026-03-09T09:30:00+08:00.") from problem
    if instant.tzinfo is None:
        raise ValueError("An instant needs its offset from UTC, such as 2026-03-09T09:30:00+08:00.")
    return instant


def _whole(given: Any) -> int:
    try:
        number = int(given) if isinstance(given, str) else given
    except ValueError as problem:
        raise ValueError("This is no whole number. Write one such as 12.") from problem
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError("This is no whole number. Write one such as 12.")
    if abs(number) > LARGEST:
        raise ValueError(f"This number is too large. Write one up to {LARGEST}.")
    return number


SCALARS: dict[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="A day of the county's calendar: 2026-03-09. 日期（本县日历）",
        serialize=date.isoformat,
        parse_value=_day,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant, sent in UTC: 2026-03-09T01:30:00+00:00. What is given may have any offset, but must have one. "
            "时刻：返回时为协调世界时；提交时须带时区偏移"
        ),
        serialize=datetime.isoformat,
        parse_value=_instant,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number that may pass 2^31, up to 2^63 - 1, sent as a JSON number. 大整数",
        serialize=int,
        parse_value=_whole,
    ),
}
