"""How relations are written, and the adapter that runs them under graphql-core.

A relation is answered for all its parents at once:

    async def senders(work, referrals, arguments, wanted) -> Sequence[Organisation | None]: ...

    class Referral(Node):
        sender: Organisation = relation(senders, description="The sending body. 移送单位")

`work` is the operation's snapshot, `parents` are distinct objects, `arguments` are those of the field by their Python
names (absent ones are None), `wanted` says what is selected below it (a hint, never a reason to answer differently)
and in which language.
The answer has one entry per parent, in their order; an entry that is an exception is raised for that parent alone.

Under graphql-core each parent asks by itself, so the adapter gathers what is asked of one field in one turn of the
event loop. The breadth-first executor calls the batch directly, and so it does with `question` (a root field) and
`derived` (an attribute that needs arithmetic but no database): `ways.py` tells it how.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from api.asked import Asked, FetchColumns, Info, Reading
from api.execution.plans import names_in
from api.execution.ways import Needs
from domain.work import Work
from tenancy.refusals import Language, Refusal
from tenancy.transactions import storable

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of an answer: the names selected below the field, and the reader's language.

    `columns` are the attributes that something will be made of, of the rows that the field gives or that stand on its
    page; None: any of them.
    """

    names: frozenset[str]
    language: Language
    columns: frozenset[str] | None = None


Batch = Callable[[Work, Sequence[Any], Arguments, Wanted], Awaitable[Sequence[Any]]]
Ask = Callable[[Work, Arguments, Wanted], Awaitable[Any]]
Derive = Callable[[Any, Asked], Any]

ANSWERED_BY = "gongguan.answered_by"
"""Under this name a field's metadata say how it is answered: by a `Relation`, a `Reference`, a `Question` or a `Derivation`."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How a field is answered for many parents; `through` is the attribute without which none is asked for."""

    batch: Batch
    takes: Mapping[str, "Taken"] | None
    through: str | None
    needs: Needs


@dataclass(frozen=True, slots=True)
class Reference:
    """How a field is answered with the one object whose id stands in the attribute `through`."""

    fetch: FetchColumns
    through: str


@dataclass(frozen=True, slots=True)
class Question:
    """How a root field is answered."""

    ask: Ask
    takes: Mapping[str, "Taken"] | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a field is worked out."""

    derive: Derive
    needs: Needs


class UnwritableText(Refusal):
    """A text holds a null character or half a character, which no text in the database can."""

    code = "TEXT_NOT_WRITABLE"
    en = "The text contains characters that cannot be stored (a null character, or half of one). Remove them."
    zh = "文本中含有无法保存的字符（空字符或不完整的字符），请删除后重试。"


@dataclass(frozen=True, slots=True)
class Taken:
    """One argument of a field. Without a `default` it may be left out only if its type admits null."""

    type: Any
    description: str
    default: Any = strawberry.UNSET


def relation(
    batch: Batch,
    *,
    description: str,
    takes: Mapping[str, Taken] | None = None,
    through: str | None = None,
    needs: Collection[str] | None = None,
) -> Any:
    """A field answered in batches. Where the attribute `through` of a parent is None, so is the answer, unasked.

    `needs` are the attributes of a parent that the batch looks at; where it does not say, parents are read whole.
    """
    answered_by = Relation(batch, takes, through, None if needs is None else frozenset(needs))
    return _related(batch, description, takes, through, answered_by)


def reference(fetch: FetchColumns, *, through: str, description: str) -> Any:
    """A relation to the one object whose id stands in the attribute `through`; null when it is not visible."""

    async def batch(
        work: Work, parents: Sequence[Any], _arguments: Arguments, _wanted: Wanted
    ) -> Sequence[Any]:
        found = await fetch(work, {getattr(parent, through) for parent in parents})
        return [found.get(getattr(parent, through)) for parent in parents]

    return _related(batch, description, None, through, Reference(fetch, through))


def question(ask: Ask, *, description: str, takes: Mapping[str, Taken] | None = None) -> Any:
    """A root field of the query."""

    async def resolve(info: Info, **given: Any) -> Any:
        arguments = arguments_of(given, takes)
        refuse_unwritable(arguments.values())
        wanted = _wanted_below(info)
        return await info.context.reading.read(lambda work: ask(work, arguments, wanted))

    return _field(resolve, description=description, takes=takes, answered_by=Question(ask, takes))


def derived(derive: Derive, *, description: str, needs: Collection[str] | None = None) -> Any:
    """An attribute worked out from its source and the request, without asking anybody.

    `needs` are the attributes of the source that it looks at; where it does not say, sources are read whole.
    """

    def resolve(root: Any, info: Info) -> Any:
        return derive(root, info.context)

    return _field(
        resolve,
        description=description,
        takes=None,
        answered_by=Derivation(derive, None if needs is None else frozenset(needs)),
    )


def asks_the_database(asked_field: StrawberryField | None) -> bool:
    """Whether a field is answered by a batch or a question, and not from what its parent holds."""
    return asked_field is not None and isinstance(
        asked_field.metadata.get(ANSWERED_BY), Relation | Reference | Question
    )


def refuse_unwritable(given: Iterable[Any]) -> None:
    """Refuse texts that the database cannot hold, anywhere in these values. Raises `UnwritableText`."""
    for value in given:
        if isinstance(value, str):
            if not storable(value):
                raise UnwritableText
        elif isinstance(value, list):
            refuse_unwritable(value)
        elif is_dataclass(value):
            for name, held in vars(value).items():
                if held is None:
                    continue
                try:
                    refuse_unwritable([held])
                except UnwritableText as refusal:
                    raise UnwritableText(field=name) from refusal


def _related(
    batch: Batch,
    description: str,
    takes: Mapping[str, Taken] | None,
    through: str | None,
    answered_by: Relation | Reference,
) -> Any:
    def resolve(root: Any, info: Info, **given: Any) -> Any:
        if through is not None and getattr(root, through) is None:
            return None
        return _ask(info, asked_field, batch, root, arguments_of(given, takes))

    asked_field = _field(resolve, description=description, takes=takes, answered_by=answered_by)
    return asked_field


def _field(
    resolve: Callable[..., Any],
    *,
    description: str,
    takes: Mapping[str, Taken] | None,
    answered_by: Relation | Reference | Question | Derivation,
) -> Any:
    takes_arguments(resolve, takes or {})
    made: Any = strawberry.field(description=description, metadata={ANSWERED_BY: answered_by})
    return made(resolve)


def takes_arguments(resolve: Callable[..., Any], takes: Mapping[str, Taken]) -> None:
    """Say which arguments come to a resolver under its `**given`."""
    parameters = [
        parameter
        for parameter in inspect.signature(resolve).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    for name, taken in takes.items():
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=taken.default,
                annotation=Annotated[taken.type, strawberry.argument(description=taken.description)],
            )
        )
    # strawberry reads the arguments of a field off the signature of its resolver.
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # functions admit attributes
    resolve.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}


def arguments_of(given: Mapping[str, Any], takes: Mapping[str, Taken] | None) -> dict[str, Any]:
    """All arguments of a field; None for those that were left out."""
    return {name: given.get(name) for name in takes or ()}


@dataclass(slots=True)
class _Entry:
    """What one parent asked; several may wait for the same answer, each with a future of its own to cancel."""

    parent: Any
    futures: list[asyncio.Future[Any]] = field(default_factory=list)
    settled: bool = False
    answer: Any = None


@dataclass(slots=True)
class _Batch:
    """What was asked of one field at one place of the document."""

    entries: dict[int, _Entry] = field(default_factory=dict)
    waiting: list[_Entry] = field(default_factory=list)


def _ask(info: Info, asked_field: Any, batch: Batch, parent: Any, arguments: Arguments) -> Any:
    reading = info.context.reading
    # The same nodes of one document mean the same arguments and the same selection below.
    key = (id(asked_field), *map(id, info._raw_info.field_nodes))
    asked: _Batch | None = reading.batches.get(key)
    if asked is None:
        asked = reading.batches[key] = _Batch()
    entry = asked.entries.get(id(parent))
    if entry is None:
        entry = asked.entries[id(parent)] = _Entry(parent)
        if not asked.waiting:
            run = partial(_run, asked, batch, arguments, _wanted_below(info))
            # In the next turn of the event loop everybody who is about to ask has asked.
            asyncio.get_running_loop().call_soon(_begin, reading, asked, run)
        asked.waiting.append(entry)
    if entry.settled and not isinstance(entry.answer, BaseException):
        return entry.answer
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    entry.futures.append(future)
    if entry.settled:
        _settle(entry, entry.answer)
    return future


def _begin(reading: Reading, asked: _Batch, run: Callable[[Work], Awaitable[None]]) -> None:
    reading.read(run).add_done_callback(partial(_pass_on, asked))


def _pass_on(asked: _Batch, ended: "asyncio.Future[None]") -> None:
    """Where the snapshot could not even be opened, or the time was over, whoever asked hears of that."""
    error = None if ended.cancelled() else ended.exception()
    if error is not None:
        entries, asked.waiting = asked.waiting, []
        for entry in entries:
            _settle(entry, error)


async def _run(asked: _Batch, batch: Batch, arguments: Arguments, wanted: Wanted, work: Work) -> None:
    # Whoever asked while others had their turn is answered with the rest.
    entries, asked.waiting = asked.waiting, []
    answers: Sequence[Any]
    try:
        refuse_unwritable(arguments.values())
        answers = await batch(work, [entry.parent for entry in entries], arguments, wanted)
        if len(answers) != len(entries):
            raise LookupError(f"{batch} answered {len(answers)} of {len(entries)} parents")
    except asyncio.CancelledError:
        # The time is over, and `_pass_on` will tell them.
        asked.waiting = [*entries, *asked.waiting]
        raise
    except Exception as error:  # whoever asked must hear of it, whatever it is
        answers = [error] * len(entries)
    for entry, answer in zip(entries, answers, strict=True):
        _settle(entry, answer)


def _settle(entry: _Entry, answer: Any) -> None:
    entry.settled, entry.answer = True, answer
    for future in entry.futures:
        if future.done():
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
    entry.futures.clear()


def _wanted_below(info: Info) -> Wanted:
    raw = info._raw_info
    names = frozenset(
        name
        for node in raw.field_nodes
        if node.selection_set is not None
        for name in names_in(node.selection_set, raw.fragments)
    )
    return Wanted(names, info.context.language)
