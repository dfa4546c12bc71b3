"""Subscriptions: how a feed is written, and how it is followed from the database.

    async def _feed(work, arguments) -> Feed: ...

    class NotificationSubscriptions:
        notifications: NotificationNews = feed(_feed, description="…")

A feed is a list that runs forward. Following it is one loop: read the next row after one's position, in a snapshot of
its own that begins with the opening call like every request; if there is nothing more, wait until the hub wakes, or
until a round finds (`rounds.py`) that one stands otherwise than in that snapshot, and look again. What came while one
was away and what comes now is read by the same statement, so there is no seam between them. Before each row the feed is
asked for anew: whoever may not follow it any more is refused there, and with that the subscription ends.

What was there before one came is paid for message by message and waits for points (`payments.py`); from the first time
that there is nothing more to read, whatever comes is news, and is free.

A subscriber is a position and not a buffer: who reads slowly reads later. The snapshot is left as soon as an answer is
made, so nobody holds a connection to the database while the answer is on its way to them.

How answers travel is the business of `sockets.py` and `event_streams.py`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.allowances import RateLimited
from api.asked import Asked, Info
from api.batching import Arguments, Taken, arguments_of, refuse_unwritable, takes_arguments
from api.connections import Listing
from api.errors import BadRequest, presented
from api.operations import HouseSchema, Operation
from api.payments import turn_for_what_was_missed
from domain.work import Work
from tenancy.actor import Actor
from tenancy.refusals import Language, Refusal
from tenancy.standing import Waiting, marks
from tenancy.transactions import CapacityRefused

NEWS_CURSOR = "Its place: send it as `after` when you come back. 位置，重新连接时作为 after 传入"

AFTER: Mapping[str, Taken] = {
    "after": Taken(
        str | None,
        "Everything after this cursor, then whatever comes; without it a first message with the present place and "
        "nothing in it, then whatever comes. 从此游标之后开始；不填则先返回当前位置，之后推送新内容",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What one actor is told of, and by what they are woken: publications `about` a subject or a capacity.

    `listing` gives rows the earliest first, and its cursors; `last` is the position of who knows all there is by now.
    `matter` is what it is all about, if it is about one thing.
    """

    about: UUID
    listing: Listing
    last: Callable[[Work], Awaitable[Any]]
    matter: Any = None


@dataclass(frozen=True, slots=True)
class News:
    """One message of a feed; without a row it only says where one stands."""

    cursor: str
    row: Any
    matter: Any


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: news, if there are any; and if there is nothing behind them, how one stands (`standing.py`)."""

    news: News | None
    mark: int | None


Ask = Callable[[Work, Arguments], Awaitable[Feed]]


def feed(ask: Ask, *, description: str, takes: Mapping[str, Taken] | None = None) -> Any:
    """A root field of the subscription: the feed for which `ask` finds what is to be followed, or refuses."""
    taken = {**(takes or {}), **AFTER}

    async def resolve(info: Info, **given: Any) -> AsyncIterator[News]:
        arguments = arguments_of(given, taken)
        refuse_unwritable(arguments.values())
        follower = _Follower(info.context, ask, arguments)
        # Whoever may not follow is refused before anything is sent.
        await info.context.reading.read(follower.take_a_place)
        return follower.news()

    takes_arguments(resolve, taken)
    made: Any = strawberry.subscription(description=description)
    return made(resolve)


class _Follower:
    """Somebody on their way along a feed."""

    def __init__(self, asked: Asked, ask: Ask, arguments: Arguments) -> None:
        self._asked = asked
        self._ask = ask
        self._arguments = arguments
        self._knows_the_place = arguments["after"] is not None
        self._position: Any = None
        self._actor: Actor
        self._waiting: Waiting

    async def take_a_place(self, work: Work) -> None:
        """See that there is a place, if one was named. Raises what `ask` refuses, `BadCursor`, `TooManyConnections`."""
        followed = await self._ask(work, self._arguments)
        self._actor = work.actor
        if self._asked.seat is not None:
            self._asked.seat.give_to(work.actor.person_id)
        self._waiting = Waiting(self._asked.credentials, followed.about)
        if self._knows_the_place:
            self._position = followed.listing.place(work, self._arguments["after"])

    async def news(self) -> AsyncGenerator[News, None]:
        """Everything from there on, each in a snapshot that whoever answers with it leaves."""
        asked, hub, body = self._asked, self._asked.hub, self._actor.tenant_id
        is_up_to_date = False
        async with hub.watching(self._actor.county_id, self._waiting) as watch:
            turn = hub.turn(body)  # paid for with the subscription
            while True:
                watch.look()
                await asked.read_afresh(turn)
                looked = await asked.reading.read(self._look)
                if looked.news is not None:
                    yield looked.news
                mark = looked.mark
                del looked  # it holds rows, and waiting may take long
                if mark is not None:
                    is_up_to_date = True
                    await asked.reading.close()
                    await watch.wait(mark)
                turn = hub.turn(body) if is_up_to_date else turn_for_what_was_missed(asked, body)

    async def _look(self, work: Work) -> Looked:
        if work.actor.capacity_id != self._actor.capacity_id:
            # A body's code may come to name another post: a place in one inbox is none in the other.
            raise CapacityRefused
        followed = await self._ask(work, self._arguments)
        rows: Sequence[Any] = ()
        if self._knows_the_place:
            rows = await followed.listing.rows(work, self._position, 2)
            news = None
        else:
            self._position = await followed.last(work)
            news = News(followed.listing.cursor(work, self._position), None, followed.matter)
            self._knows_the_place = True
        if rows:
            self._position = followed.listing.position(rows[0])
            news = News(followed.listing.cursor(work, self._position), rows[0], followed.matter)
        return Looked(news, mark=None if len(rows) > 1 else await self._mark(work))

    async def _mark(self, work: Work) -> int:
        """How one stands in this snapshot, after which there is nothing to read."""
        (mark,) = await marks(work.session, [self._waiting], now=work.now)
        assert mark is not None, "the snapshot began with the opening call, at the same instant"
        return mark


async def answers(
    schema: HouseSchema, asked: Asked, operation: Operation
) -> AsyncGenerator[ExecutionResult, None]:
    """The answers to a subscription, each with its snapshot already left. Questions and acts are refused."""
    try:
        asked.refuse_who_rests()
        stream = await schema.stream(
            operation.query,
            variable_values=operation.variables,
            context_value=asked,
            operation_name=operation.name,
            operation_extensions=operation.extensions,
            allowed_operation_types=(OperationType.SUBSCRIPTION,),
        )
        async with aclosing(stream):
            async for result in stream:
                await asked.reading.close()
                assert isinstance(result, ExecutionResult), "nothing here is delivered in parts"
                asked.forget_who_was_not_let_in(result.errors or ())
                yield _only_subscriptions(result)
    except RateLimited as refusal:
        yield never_began(refusal)
    finally:
        await asked.reading.close()


def _only_subscriptions(result: ExecutionResult) -> ExecutionResult:
    errors = result.errors or ()
    if any(isinstance(error.original_error, InvalidOperationTypeError) for error in errors):
        return never_began(
            BadRequest(
                problem_en="Only subscriptions come this way. Send queries and mutations by POST.",
                problem_zh="此通道仅用于订阅。查询和办理请以 POST 发送。",
            )
        )
    return result


def never_began(refusal: Refusal) -> PreExecutionError:
    """The answer to an operation that was refused before it was executed."""
    return PreExecutionError(data=None, errors=[GraphQLError(str(refusal), original_error=refusal)])


async def told(answer: ExecutionResult) -> AsyncGenerator[ExecutionResult, None]:
    """The only answer there is."""
    yield answer


def body(result: ExecutionResult, language: Language) -> dict[str, Any]:
    """An answer as it goes out."""
    errors = presented(result.errors or (), language)
    data = {} if isinstance(result, PreExecutionError) else {"data": result.data}
    beside = {"extensions": result.extensions} if result.extensions else {}
    return data | ({"errors": errors} if errors else {}) | beside
