"""Pages of long lists: Relay connections by keyset, with cursors that belong to one list only.

A page is counted from the beginning (`first`) or from the end (`last`) of its list, or of the part of it that lies
`after` one cursor and `before` another; its entries stand in the list's order either way. The two are one mechanism
(`domain/spans.py`), and walking either way gives every entry once, whatever is written meanwhile.

A cursor holds the position of a row in its list and a digest over that position, the list's name, its order, its filter
and the acting body. So a cursor of another list, of the same list ordered or filtered otherwise or seen by somebody
else, or a damaged one, is refused instead of giving a page that looks right. It is no secret and grants nothing: the
page after it goes through the same filter as every other.

Whether the page goes on is known in the direction in which it was counted, because one row more is read. In the other
direction there is more where a cursor bounds the page, namely the entry of that cursor. (It may have left the list since;
nobody looks, so that a page stays one statement.) That is what Relay's specification asks for.

`totalCount` is counted only when it is asked for.
"""

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
import strawberry

from api.batching import Arguments, Taken, Wanted, relation
from domain.spans import Span
from domain.work import Work
from tenancy.refusals import Refusal
from tenancy.transactions import storable

PAGE_BY_DEFAULT = 20
PAGE_AT_MOST = 100
DIGEST_LENGTH = 12
# What the columns of numbers hold.
HIGHEST_NUMBER = 2**31


class PageTooLarge(Refusal):
    """A page of more than a hundred was asked for."""

    code = "PAGE_TOO_LARGE"
    en = (
        "A page has at most {most} entries. Ask for {most}, and go on after its endCursor "
        "(with `last`: before its startCursor)."
    )
    zh = "每页最多{most}条。请按{most}条分页，以该页的 endCursor 作为 after 继续（用 last 时，以 startCursor 作为 before）。"


class PageNegative(Refusal):
    """A page of fewer than none was asked for."""

    code = "PAGE_NEGATIVE"
    en = "A number of entries cannot be negative. Ask for 0 to {most}."
    zh = "条数不能为负。请填写0至{most}。"


class PageOfBothEnds(Refusal):
    """Both the first and the last of a list were asked for at once."""

    code = "PAGE_OF_BOTH_ENDS"
    en = (
        "A page is counted from one end. Leave out either `first` or `last`; ask twice for both ends, or give `after` "
        "and `before` with one of them for what lies between two cursors."
    )
    zh = "每页只能从一端起算：first 与 last 请只填其一。需要两端的内容请分两次查询；需要两个游标之间的内容，请同时填写 after 和 before，并只填 first 或 last 之一。"


class BadCursor(Refusal):
    """The cursor is damaged, or belongs to another list, another order, another filter or another body."""

    code = "BAD_CURSOR"
    en = "This cursor is damaged or belongs to another list, order, filter, body or post. Begin again at the first page."
    zh = "游标已损坏，或属于其他列表、其他排序、其他筛选条件、其他单位或者任职身份。请从第一页重新开始。"


PAGING: Mapping[str, Taken] = {
    "first": Taken(
        int | None,
        f"How many from the beginning: at most {PAGE_AT_MOST}, and {PAGE_BY_DEFAULT} where neither this nor `last` is "
        f"given. 自首条起的条数，最多{PAGE_AT_MOST}；与 last 均不填则为{PAGE_BY_DEFAULT}",
    ),
    "after": Taken(str | None, "Only what comes after this cursor. 仅此游标之后的内容"),
    "last": Taken(
        int | None,
        f"How many from the end, instead of `first`: at most {PAGE_AT_MOST}. "
        f"自末条起的条数，不与 first 同用，最多{PAGE_AT_MOST}",
    ),
    "before": Taken(str | None, "Only what comes before this cursor. 仅此游标之前的内容"),
}
"""The arguments of every connection, to be merged with its own filters."""

T = TypeVar("T")


@strawberry.type(description="Where a page lies in its list. 分页信息")
class PageInfo:
    """As Relay defines it."""

    has_next_page: bool = strawberry.field(
        description="Whether there are entries after this page: counted by `first`, it was looked; otherwise, whether "
        "`before` was given. 是否有下一页（按 first 查询时据实返回；否则以是否填写 before 为准）"
    )
    has_previous_page: bool = strawberry.field(
        description="Whether there are entries before this page: counted by `last`, it was looked; otherwise, whether "
        "`after` was given. 是否有上一页（按 last 查询时据实返回；否则以是否填写 after 为准）"
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
    """What stands behind an `Edge`; its cursor is worked out when somebody asks for it."""

    node: Any
    cursor_of: Callable[[Any], str]

    @property
    def cursor(self) -> str:
        """Where the entry stands."""
        return self.cursor_of(self.node)


@dataclass(frozen=True, slots=True)
class PageRow:
    """What stands behind a `Connection`; `count` is asked only when the total is."""

    edges: Sequence[EdgeRow]
    has_next_page: bool
    has_previous_page: bool
    count: Callable[[Work], Awaitable[int]]

    @property
    def page_info(self) -> PageInfo:
        """Where the page lies."""
        return PageInfo(
            has_next_page=self.has_next_page,
            has_previous_page=self.has_previous_page,
            start_cursor=self.edges[0].cursor if self.edges else None,
            end_cursor=self.edges[-1].cursor if self.edges else None,
        )


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
    """One list as one actor sees it: `name` and `filters` are what its cursors are tied to, its order among them.

    `read` answers with a part of it (`work`, `span`); `position` says where a row stands, `placed` reads that back and
    raises ValueError for what is no position. New rows come at the end, or where it is `newest_first` at the beginning.
    """

    name: str
    filters: Mapping[str, Any]
    read: Callable[..., Awaitable[Sequence[Any]]]
    count: Callable[[Work], Awaitable[int]]
    position: Callable[[Any], object]
    placed: Callable[[str], Any]
    newest_first: bool = False

    async def page(self, work: Work, arguments: Arguments) -> PageRow:
        """The page that was asked for. Raises `PageTooLarge`, `PageNegative`, `PageOfBothEnds`, `BadCursor`."""
        backward, size = _counted(arguments)
        after, before = arguments.get("after"), arguments.get("before")
        span: Span[Any] = Span(
            most=size + 1,
            after=None if after is None else self.place(work, after),
            before=None if before is None else self.place(work, before, field="before"),
            backward=backward,
        )
        rows = await self.read(work, span=span)
        goes_on, rows = len(rows) > size, rows[:size]
        seal = self._seal(work)

        def cursor_of(row: Any) -> str:
            return _write(str(self.position(row)), seal)

        return PageRow(
            edges=[EdgeRow(row, cursor_of) for row in (rows[::-1] if backward else rows)],
            has_next_page=before is not None or (goes_on and not backward),
            has_previous_page=after is not None or (goes_on and backward),
            count=self.count,
        )

    async def rows(self, work: Work, known: Any, most: int) -> Sequence[Any]:
        """What is newer than this position, the oldest of it first: how a feed goes on."""
        if self.newest_first:
            return await self.read(work, span=Span(most=most, before=known, backward=True))
        return await self.read(work, span=Span(most=most, after=known))

    def cursor(self, work: Work, position: object) -> str:
        """The cursor of a position in this list."""
        return _write(str(position), self._seal(work))

    def place(self, work: Work, cursor: str, *, field: str = "after") -> Any:
        """The position that a cursor of this list stands for. Raises `BadCursor`."""
        try:
            plain = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            position = plain[DIGEST_LENGTH:].decode()
            if self.cursor(work, position) != cursor or not storable(position):
                raise BadCursor(field=field)
            return self.placed(position)
        except (binascii.Error, ValueError) as error:
            raise BadCursor(field=field) from error

    def _seal(self, work: Work) -> bytes:
        bound = [self.name, str(work.actor.tenant_id), self.filters]
        return orjson.dumps(bound, default=_as_text, option=orjson.OPT_SORT_KEYS)


def numbered(written: str) -> int:
    """The position in a list whose rows are numbered; 0 is before the first. Raises ValueError for what none can have."""
    number = int(written)
    if not 0 <= number < HIGHEST_NUMBER:
        raise ValueError(written)
    return number


def how_many(asked: int | None, *, field: str, most: int = PAGE_AT_MOST) -> int:
    """How many entries to answer with. Raises `PageTooLarge`, `PageNegative`."""
    if asked is None:
        return PAGE_BY_DEFAULT
    if asked > most:
        raise PageTooLarge(field=field, most=most)
    if asked < 0:
        raise PageNegative(field=field, most=most)
    return asked


def _counted(arguments: Arguments) -> tuple[bool, int]:
    """Whether a page is counted from the end, and how many entries it may have."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None and last is not None:
        raise PageOfBothEnds(field="last")
    if last is not None:
        return True, how_many(last, field="last")
    return False, how_many(first, field="first")


def _write(position: str, seal: bytes) -> str:
    digest = hashlib.sha256(seal + b"\n" + position.encode()).digest()[:DIGEST_LENGTH]
    return urlsafe_b64encode(digest + position.encode()).decode().rstrip("=")


def _as_text(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)
