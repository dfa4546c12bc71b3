"""Pages of long lists: Relay connections by keyset, with cursors that belong to one list only.

A cursor holds the position of a row in its list and a digest over that position, the list's name, its filters and the
acting body. So a cursor of another list, of the same list filtered otherwise or seen by somebody else, or a damaged
one, is refused instead of giving a page that looks right. It is no secret and grants nothing: the page after it goes
through the same filter as every other.

`totalCount` is counted only when it is asked for.
"""

import binascii
import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from api.batching import Arguments, Taken, Wanted, relation
from domain.work import Work
from tenancy.refusals import Refusal

FIRST_BY_DEFAULT = 20
FIRST_AT_MOST = 100
DIGEST_LENGTH = 12
# What the columns of numbers hold.
HIGHEST_NUMBER = 2**31


class FirstTooLarge(Refusal):
    """A page of more than a hundred was asked for."""

    code = "FIRST_TOO_LARGE"
    en = "A page has at most {most} entries. Ask for {most} and go on from the last cursor."
    zh = "每页最多{most}条。请按{most}条分页,并用游标继续。"


class FirstNegative(Refusal):
    """A page of fewer than none was asked for."""

    code = "FIRST_NEGATIVE"
    en = "`first` counts entries and cannot be negative. Ask for 0 or more."
    zh = "first 为条数,不能为负,请更正。"


class BadCursor(Refusal):
    """The cursor is damaged, or belongs to another list, another filter or another body."""

    code = "BAD_CURSOR"
    en = "This cursor is damaged or belongs to another list or filter. Begin again at the first page."
    zh = "游标已损坏,或属于其他列表、其他筛选条件。请从第一页重新开始。"


PAGING: Mapping[str, Taken] = {
    "first": Taken(
        int | None, f"How many, at most {FIRST_AT_MOST}. 条数,最多{FIRST_AT_MOST}", FIRST_BY_DEFAULT
    ),
    "after": Taken(str | None, "The cursor after which to go on. 从此游标之后继续"),
}
"""The arguments of every connection, to be merged with its own filters."""

T = TypeVar("T")


@strawberry.type(description="Where a page lies in its list. 分页信息")
class PageInfo:
    """As Relay defines it."""

    has_next_page: bool = strawberry.field(
        description="Whether there are entries after this page. 是否有下一页"
    )
    has_previous_page: bool = strawberry.field(
        description="Whether the page began after a cursor. 是否从游标之后开始"
    )
    start_cursor: str | None = strawberry.field(description="The first entry's cursor. 首条游标")
    end_cursor: str | None = strawberry.field(description="The last entry's cursor. 末条游标")


@strawberry.type(description="An entry of a page, and where it stands. 列表项")
class Edge(Generic[T]):
    """As Relay defines it."""

    node: T = strawberry.field(description="The entry. 对象")
    cursor: str = strawberry.field(description="Its place in this list. 游标")


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """What stands behind an `Edge`."""

    node: Any
    cursor: str


@dataclass(frozen=True, slots=True)
class PageRow:
    """What stands behind a `Connection`; `count` is asked only when the total is."""

    edges: Sequence[EdgeRow]
    page_info: PageInfo
    count: Callable[[Work], Awaitable[int]]


async def _totals(
    work: Work, pages: Sequence[PageRow], _arguments: Arguments, _wanted: Wanted
) -> Sequence[int]:
    return [await page.count(work) for page in pages]


@strawberry.type(description="A page of a list. 分页列表")
class Connection(Generic[T]):
    """As Relay defines it, with a total that costs nothing unless it is asked for."""

    edges: list[Edge[T]] = strawberry.field(description="The entries of this page. 本页各项")
    page_info: PageInfo = strawberry.field(description="Where this page lies. 分页信息")
    total_count: int = relation(_totals, description="How many there are in all. 总数")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list as one actor sees it: `name` and `filters` are what its cursors are tied to.

    `rows` answers with the rows after a position (None: from the start), at most one more than was asked for;
    `position` says where a row stands, `placed` reads that back and raises ValueError for what is no position.
    """

    name: str
    filters: Mapping[str, Any]
    rows: Callable[[Work, Any, int], Awaitable[Sequence[Any]]]
    count: Callable[[Work], Awaitable[int]]
    position: Callable[[Any], object]
    placed: Callable[[str], Any]

    async def page(self, work: Work, arguments: Arguments) -> PageRow:
        """The page that was asked for. Raises `FirstTooLarge`, `FirstNegative`, `BadCursor`."""
        first, after = how_many(arguments.get("first")), arguments.get("after")
        start = None if after is None else self.place(work, after)
        rows = await self.rows(work, start, first)
        seal = self._seal(work)
        edges = [EdgeRow(row, _write(str(self.position(row)), seal)) for row in rows[:first]]
        return PageRow(
            edges=edges,
            page_info=PageInfo(
                has_next_page=len(rows) > first,
                has_previous_page=after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
            count=self.count,
        )

    def cursor(self, work: Work, position: object) -> str:
        """The cursor of a position in this list."""
        return _write(str(position), self._seal(work))

    def place(self, work: Work, cursor: str) -> Any:
        """The position that a cursor of this list stands for. Raises `BadCursor`."""
        return self._read(cursor, self._seal(work))

    def _seal(self, work: Work) -> bytes:
        bound = [self.name, str(work.actor.tenant_id), self.filters]
        return json.dumps(bound, sort_keys=True, default=_as_text).encode()

    def _read(self, cursor: str, seal: bytes) -> Any:
        try:
            plain = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            position = plain[DIGEST_LENGTH:].decode()
            if _write(position, seal) != cursor:
                raise BadCursor(field="after")
            return self.placed(position)
        except (binascii.Error, ValueError) as error:
            raise BadCursor(field="after") from error


def numbered(written: str) -> int:
    """The position in a list whose rows are numbered; 0 is before the first. Raises ValueError for what none can have."""
    number = int(written)
    if not 0 <= number < HIGHEST_NUMBER:
        raise ValueError(written)
    return number


def how_many(first: int | None) -> int:
    """How many entries to answer with. Raises `FirstTooLarge`, `FirstNegative`."""
    if first is None:
        return FIRST_BY_DEFAULT
    if first > FIRST_AT_MOST:
        raise FirstTooLarge(field="first", most=FIRST_AT_MOST)
    if first < 0:
        raise FirstNegative(field="first")
    return first


def _write(position: str, seal: bytes) -> str:
    digest = hashlib.sha256(seal + b"\n" + position.encode()).digest()[:DIGEST_LENGTH]
    return urlsafe_b64encode(digest + position.encode()).decode().rstrip("=")


def _as_text(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)
