"""Lists are narrowed and ordered over indexed columns only.

Every list of the schema is asked in each of its orders and by each field of its filter. What the platform then sends is
taken apart: which columns it pins to one value (the county, the body), what it is ordered by, and by which columns it
is narrowed beyond the same list without that field. Each of those must stand in an index of the live catalogue behind
nothing but pinned columns; so a filter cannot be added without its index.

That PostgreSQL then chooses the index is shown at size, with real plans, in tests/domain/referrals/test_plans.py.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    ClauseElement,
    Column,
    ColumnElement,
    Select,
    Subquery,
    Table,
    TextClause,
    UnaryExpression,
    text,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList, CollectionAggregate, Grouping, Tuple
from sqlalchemy.sql.functions import FunctionElement

from tenancy.kinds import Base
from tests.api.conftest import STATEMENTS, Client
from tests.api.holdings import fill, reader, subject
from tests.api.lists import Variant, ask, variants
from tests.places import the_demo_county_that_admits_more
from tests.worlds import World, a_county

CATALOGUE = """
select c.relname, i.relname, array_agg(a.attname order by k.place)
from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
cross join lateral unnest(x.indkey::int[]) with ordinality k (number, place)
join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
where x.indisvalid and c.relnamespace = 'public'::regnamespace group by 1, 2
"""

NARROW = {operators.eq, operators.in_op, operators.lt, operators.le, operators.gt, operators.ge}

BY_WORDS = {
    "ReferralFilter.text": "grams are looked up by index first, then each text that has them is looked at",
}
"""Filters that look into texts, and why that is no reading of whole tables."""

OF_ONE_ROW = {("capacities", "since"), ("capacities", "until")}
"""Whether a post lives is asked of that post, which is found by its key."""

Where = tuple[str, str]

SCOPE = {
    (mapper.class_.__tablename__, column)
    for mapper in Base.registry.mappers
    for column in mapper.class_.relations.values()
}
"""The columns by which it is said whose a row is: pinned to the actor, they are a wall and not a filter."""


@dataclass(frozen=True)
class Index:
    """An index of the live catalogue: its columns in order, and of which rows it is."""

    table: str
    columns: tuple[str, ...]
    predicate: str | None


@dataclass
class Heard:
    """What some statements say: `table.column`s that are pinned to one value, and that narrow; words of predicates."""

    pinned: set[Where] = field(default_factory=set)
    narrowing: Counter[Where] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)
    looks_into: set[str] = field(default_factory=set)


def hear(statements: Sequence[ClauseElement]) -> Heard:
    heard = Heard()
    for each in (part for statement in statements for part in parts(statement)):
        if isinstance(each, Select):
            heard.pinned |= {place for condition in conjuncts(each) if (place := pinned(condition))}
        elif isinstance(each, TextClause):
            heard.words.add(each.text)
        elif isinstance(each, FunctionElement):
            heard.looks_into.add(each.name)
        elif isinstance(each, BinaryExpression) and each.operator in NARROW and is_value(each.right):
            columns = each.left.clauses if isinstance(each.left, Tuple) else [each.left]
            heard.narrowing.update(place_of(column) for column in columns if is_column(column))
    return heard


def parts(element: Any) -> Iterator[Any]:
    """Everything within, but for conditions that must not hold: whom oversight leaves out narrows nothing."""
    yield element
    for below in element.get_children():
        if not (isinstance(below, UnaryExpression) and below.operator is operators.inv):
            yield from parts(below)


def conjuncts(select: Select[Any]) -> Iterator[Any]:
    """The conditions of a select that all hold."""
    waiting = list(select._where_criteria)
    while waiting:
        each = waiting.pop()
        if isinstance(each, BooleanClauseList) and each.operator is operators.and_:
            waiting.extend(each.clauses)
        elif isinstance(each, Grouping):
            waiting.append(each.element)
        else:
            yield each


def pinned(condition: Any) -> Where | None:
    equal = isinstance(condition, BinaryExpression) and condition.operator is operators.eq
    return (
        place_of(condition.left)
        if equal and is_column(condition.left) and isinstance(condition.right, BindParameter)
        else None
    )


def is_value(right: Any) -> bool:
    return isinstance(right, BindParameter | Tuple | Grouping | CollectionAggregate)


def is_column(element: Any) -> bool:
    return isinstance(element, Column) and isinstance(element.table, Table)


def place_of(column: Any) -> Where:
    return column.table.name, column.name


def serves(index: Index, column: Where, heard: Heard) -> bool:
    """Whether the index leads to the column over nothing but pinned ones, for the rows that are asked for."""
    table, name = column
    if index.table != table or name not in index.columns or index.predicate not in {None, *heard.words}:
        return False
    return all((table, before) in heard.pinned for before in index.columns[: index.columns.index(name)])


def has_in_order(index: Index, columns: Sequence[Where], heard: Heard) -> bool:
    """Whether the index has the rows in the order of these columns, within what is pinned."""
    (table,) = {table for table, _ in columns}
    if index.table != table or index.predicate not in {None, *heard.words}:
        return False
    loose = [name for name in index.columns if (table, name) not in heard.pinned]
    return loose[: len(columns)] == [name for _, name in columns]


def order_of(statements: Sequence[ClauseElement]) -> tuple[list[ColumnElement[Any]], set[bool]]:
    """By which columns the page is ordered, and in which directions."""
    select = next(
        each
        for each in reversed(statements)
        if isinstance(each, Select) and each._limit_clause is not None and each._order_by_clauses
    )
    marked = [each for each in select._order_by_clauses if isinstance(each, UnaryExpression)]
    assert len(marked) == len(select._order_by_clauses)
    return [each.element for each in marked], {each.modifier is operators.desc_op for each in marked}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def full(owner_engine: AsyncEngine) -> World:
    """A county in which every list holds something."""
    world = await a_county(owner_engine, rulebook=the_demo_county_that_admits_more())
    await fill(owner_engine, world, seed=11, times=12)
    return world


@pytest_asyncio.fixture(loop_scope="session")
async def at(client: Client, full: World) -> AsyncIterator[Client]:
    """Somebody's front end in that county."""
    yield Client(client.http, full)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def indexes(owner_engine: AsyncEngine) -> list[Index]:
    """The indexes that there are. Which rows a partial one is of is read off the models, in their own words."""
    predicates: dict[str, str] = {}
    for index in (index for table in Base.metadata.tables.values() for index in table.indexes):
        where = index.dialect_options["postgresql"]["where"]
        if where is not None:
            predicates[str(index.name)] = where.text
    async with owner_engine.connect() as connection:
        rows = await connection.execute(text(CATALOGUE))
        return [Index(table, tuple(columns), predicates.get(name)) for table, name, columns in rows]


async def heard_of(at: Client, variant: Variant, given: Mapping[str, Any]) -> tuple[ClauseElement, ...]:
    STATEMENTS.last.clear()
    answer = await ask(
        at.as_(reader(variant)),
        variant.list,
        of=subject(variant, at.world),
        select="edges { cursor }",
        **{**variant.given, **given},
    )
    assert "errors" not in answer.body
    return tuple(STATEMENTS.last)


VARIANTS = [pytest.param(each, id=str(each)) for each in variants()]
NARROWED = [
    pytest.param(each, name, id=f"{each} by {name}")
    for each in variants()
    for name in (each.list.filter.fields if each.list.filter else ())
]


class TestAList:
    @pytest.mark.parametrize("variant", VARIANTS)
    async def test_is_ordered_by_an_index(self, at: Client, indexes: list[Index], variant: Variant) -> None:
        statements = await heard_of(at, variant, {})
        heard, (columns, falling) = hear(statements), order_of(statements)
        assert len(falling) == 1, "an index is read in one direction"
        if isinstance(columns[0].table, Subquery):  # type: ignore[attr-defined]  # every ordering here is a column
            # What is due soonest in a matter is worked out from what runs: that must come by an index.
            (least,) = [
                each
                for each in visitors.iterate(columns[0].table.element)
                if getattr(each, "name", "") == "min"
            ]  # type: ignore[attr-defined]  # as above
            (source,) = [place_of(each) for each in visitors.iterate(least) if is_column(each)]
            assert any(serves(index, source, heard) and index.predicate for index in indexes), source
            return
        places = [place_of(each) for each in columns]
        assert any(has_in_order(index, places, heard) for index in indexes), places

    @pytest.mark.parametrize(("variant", "name"), NARROWED)
    async def test_is_narrowed_by_an_index(
        self, at: Client, indexes: list[Index], variant: Variant, name: str
    ) -> None:
        (by,) = (each for each in variant.list.filters(at) if name in each)
        whole = hear(await heard_of(at, variant, {}))
        heard = hear(await heard_of(at, variant, {"filter": by}))
        narrowing, words = heard.narrowing - whole.narrowing, heard.words - whole.words
        assert narrowing or words, "nothing is narrowed: this test sees no condition"
        unserved = [
            each
            for each in narrowing
            if each not in OF_ONE_ROW
            and not (each in heard.pinned & SCOPE or any(serves(index, each, heard) for index in indexes))
        ]
        assert not unserved
        assert words <= {index.predicate for index in indexes}
        into_texts = "strpos" in heard.looks_into
        assert into_texts is (f"{variant.list.filter}.{name}" in BY_WORDS)


class TestTheTestsAbove:
    async def test_notice_an_index_that_is_missing(self, at: Client, indexes: list[Index]) -> None:
        (variant,) = (each for each in variants() if str(each) == "Query.referrals SENT NEWEST")
        heard = hear(await heard_of(at, variant, {"filter": {"itemCodes": ["A"]}}))
        item = ("referrals", "item_code")
        assert [index.columns for index in indexes if serves(index, item, heard)] == [
            ("county_id", "item_code", "id")
        ]
        assert not any(serves(index, ("referrals", "place"), heard) for index in indexes)
        # Nothing leads to whom it was addressed but over who sent it, which is not pinned where a county is overseen.
        assert any(serves(index, ("referrals", "addressee_id"), heard) for index in indexes)
        heard.pinned.discard(("referrals", "from_id"))
        assert not any(serves(index, ("referrals", "addressee_id"), heard) for index in indexes)
