"""Statements that are made once and asked often.

To put a statement together, to find it among those that were compiled, and to make rows of what comes back, SQLAlchemy
takes longer than PostgreSQL takes to answer. So what pages ask again and again is written as ever, but with names where
values would be, and kept as text:

    @Statement
    def _people(asks: Asks) -> Select[Person]:
        return select(Person).where(
            Person.county_id == asks.county_id, asks.visible(Person, "organisation.entry"), Person.id == asks.any_of("ids")
        )

    await _people(work, ids=[…])

Whoever writes one is handed no actor and no values, so that none can be kept; the filter is made anew for all whom the
policies permit or forbid something else.

What it gives are plain rows (`columns.py`). Where columns of several tables are put together there is no such row, and
`Lines` gives them by their labels.
"""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CollectionAggregate,
    ColumnElement,
    CompoundSelect,
    Select,
    any_,
    bindparam,
    inspect,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine, Uuid

from domain.columns import Columns, known, plain
from domain.work import Work
from policies.anybody import OF_ACTOR, PARAMETERS, lacking
from policies.authority import Authority
from policies.snapshot import Plan
from tenancy.driver import Finished, fetch

Row = TypeVar("Row")

KEPT = 300
"""Of one statement, for different rights and columns: those that were asked last. Front ends choose the columns, so there
may be many."""

CONSTANTS = (str, int, bool, type(None))


class ValueKept(TypeError):
    """A statement holds a value that could be somebody's."""


class NotAsItComes(TypeError):
    """A column holds something else to SQLAlchemy than what the driver gives."""


class Asks:
    """Whoever will ask, by names: what a statement is written with instead of `Work`.

    `consulted` are the aspects that it asked about.
    """

    def __init__(self, authority: Authority) -> None:
        self._authority = authority.of_anybody()
        self.consulted: dict[str, None] = {}

    @property
    def county_id(self) -> BindParameter[UUID]:
        """The county in which the question is asked."""
        return PARAMETERS["county_id"]

    def visible(self, model: Any, aspect: str) -> ColumnElement[bool]:
        """The filter for rows of which whoever asks may read this aspect."""
        self.consulted[aspect] = None
        return self._authority.visible(model, aspect)

    def visible_as(self, model: Any, aspect: str, relation: str) -> ColumnElement[bool]:
        """The filter for the rows among these to which whoever asks stands in one relation: one side's list."""
        self.consulted[aspect] = None
        return self._authority.visible_as(model, aspect, relation)

    def given(self, name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
        """A value that comes with the question. Raises ValueError for a name that stands for the actor's own."""
        if name.startswith(OF_ACTOR):
            raise ValueError(name)
        # Not required, or SQLAlchemy would ask for it when it writes out what never changes.
        return bindparam(name, None, type_=kind)

    def any_of(self, name: str) -> CollectionAggregate[Any]:
        """Any of the ids that come with the question, to compare an id with."""
        return any_(self.given(name, ARRAY(Uuid)))


Key = tuple[Any, ...]
Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands for one parameter: the actor's attribute, what comes with the question, or what never changes."""

    of_actor: str | None = None
    given: str | None = None
    process: Process | None = None
    constant: Any = None

    def of(self, work: Work, given: Mapping[str, Any]) -> Any:
        if self.of_actor is not None:
            return getattr(work.authority.actor, self.of_actor)
        if self.given is not None:
            value = given[self.given]
            return value if self.process is None else self.process(value)
        return self.constant


@dataclass(frozen=True, slots=True)
class _Kept:
    """A statement as it is sent, what with, and how its rows are made."""

    finished: Finished
    values: Sequence[_Value]
    model: type[Any] | None
    names: Sequence[str] = ()

    async def rows(self, work: Work, given: Mapping[str, Any]) -> list[Any]:
        values = [each.of(work, given) for each in self.values]
        found = await fetch(work.session, self.finished, values)
        return list(found) if self.model is None else plain(self.model, self.names, found)


class _MadeOnce(ABC):
    """What is written once for each set of rights, columns and shape, and asked often."""

    def __init__(self, write: Callable[..., Any]) -> None:
        self._write = write
        self._consults: dict[Key, tuple[str, ...]] = {}
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    def _finished(self, work: Work, shape: Key, columns: Columns) -> _Kept:
        consults = self._consults.get(shape)
        if consults is not None:
            key = _key(work.authority, shape, columns, consults)
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        asks = Asks(work.authority)
        finished = self._finish(self._write(asks, *shape), columns, work.session.get_bind().dialect)
        consults = self._consults[shape] = tuple(asks.consulted)
        self._kept[_key(work.authority, shape, columns, consults)] = finished
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return finished

    @staticmethod
    @abstractmethod
    def _finish(written: Any, columns: Columns, dialect: Dialect) -> _Kept:
        """What was written, as it is sent."""


class Statement(_MadeOnce, Generic[Row]):
    """A statement that gives rows of one model: asked by calling it."""

    def __init__(self, write: Callable[..., Select[Row]]) -> None:
        super().__init__(write)

    async def __call__(
        self, work: Work, *shape: Hashable, columns: Columns = None, **given: Any
    ) -> list[Row]:
        """The rows, with these columns. `shape` is what the statement's text hangs on, in words of the code and never of
        whoever asks; `given` is what it names.

        Where `columns` name something that is no column, such as a property that looks at several, rows are read whole.
        """
        rows: list[Row] = await self._finished(work, shape, columns).rows(work, given)
        return rows

    @staticmethod
    def _finish(written: Any, columns: Columns, dialect: Dialect) -> _Kept:
        (described,) = written.column_descriptions
        entity = described["entity"]
        mapper, names = inspect(entity).mapper, known(entity, columns)
        read = [getattr(entity, name).label(name) for name in names]
        for name in names:
            kind = mapper.column_attrs[name].columns[0].type
            _refuse_what_is_processed(kind, f"{mapper.class_.__name__}.{name}", dialect)
        parts = written.with_only_columns(*read, maintain_column_froms=True)
        return _compiled(parts, dialect, written, mapper.class_, names)


Put = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class Lines(_MadeOnce):
    """A statement that puts columns of several tables together: its lines have them by their labels, `line["since"]`."""

    def __init__(self, write: Callable[..., Put]) -> None:
        super().__init__(write)

    async def __call__(self, work: Work, *shape: Hashable, **given: Any) -> list[Any]:
        """The lines. `shape` and `given` are as a `Statement` has them."""
        return await self._finished(work, shape, None).rows(work, given)

    @staticmethod
    def _finish(written: Any, _columns: Columns, dialect: Dialect) -> _Kept:
        for column in written.selected_columns:
            _refuse_what_is_processed(column.type, str(column), dialect)
        return _compiled(written, dialect, written)


def _key(authority: Authority, shape: Key, columns: Columns, consults: Sequence[str]) -> Key:
    plans: tuple[Plan, ...] = tuple(authority.plan(aspect, "read") for aspect in consults)
    of_rows = None if columns is None else frozenset(columns)
    return shape, of_rows, type(authority), lacking(authority.actor), plans


def _refuse_what_is_processed(kind: TypeEngine[Any], name: str, dialect: Dialect) -> None:
    if kind.dialect_impl(dialect).result_processor(dialect, None) is not None:
        raise NotAsItComes(name)


def _compiled(
    sent: Any, dialect: Dialect, written: Any, model: type[Any] | None = None, names: Sequence[str] = ()
) -> _Kept:
    compiled = sent.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    return _Kept(
        finished=Finished(str(compiled), written),
        values=[_value(compiled, name, dialect) for name in compiled.positiontup or ()],
        model=model,
        names=names,
    )


def _value(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Value:
    asked = compiled.binds.get(name)
    if asked is None:
        # One of a list that was written out.
        return _constant(compiled.params[name], compiled)
    if asked.key.startswith(OF_ACTOR) and asked.key.removeprefix(OF_ACTOR) in PARAMETERS:
        return _Value(of_actor=asked.key.removeprefix(OF_ACTOR))
    if not asked.unique:
        return _Value(given=asked.key, process=asked.type.dialect_impl(dialect).bind_processor(dialect))
    return _constant(asked.value, compiled)


def _constant(value: Any, compiled: SQLCompiler) -> _Value:
    if not isinstance(value, CONSTANTS):
        raise ValueKept(f"{type(value).__name__} in {compiled}")
    return _Value(constant=value)
