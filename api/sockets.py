"""Subscriptions over a WebSocket: graphql-transport-ws, many on one socket.

strawberry's handler keeps the protocol (who may say what when, pings, ids). What is ours: the credentials come with
`connection_init` and are asked again by every event of every subscription; each subscription has a context of its own;
a frame that is none ends the socket with 4400 instead of an exception; errors look as they do everywhere.

    connection_init   {"authorization": "Bearer …", "actingAs": "…", "acceptLanguage": "…"}
    4400 no message of the protocol   4401 not signed in (any more)   4403 no such post (any more)   4408 no init in time
    4429 as many connections as one person may have, or a second init   1013 as many as this process serves: try again

Whose token or post ends is shown out whether they follow anything or not: that is looked for now and then (`rounds.py`).
A reader who takes nothing any more is broken off, without a code (`readers.py`).

Whose page a browser's socket comes from is asked before it gets here (`own_site.py`).
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import ExitStack, aclosing, suppress
from contextvars import Context, copy_context
from datetime import timedelta
from typing import Any, cast

import orjson
from graphql import GraphQLError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived, WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import Operation as Subscribed
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    CompleteMessage,
    ConnectionInitMessage,
    Message,
)
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from api.asked import Asked
from api.errors import Unavailable, logged, presented
from api.live import answers, body, never_began, told
from api.seats import NoSeat, Seat, TooManyConnections
from api.trusted import id_in
from api.view import NotAnOperation, View
from tenancy.refusals import Refusal
from tenancy.telemetry import note_code, one_of_several
from tenancy.transactions import PROBLEMS, CapacityNeeded, CapacityRefused, Unauthenticated

SECONDS_TO_BEGIN = 10
AT_ONCE = 50
"""Subscriptions on one socket."""

BAD_FRAME, NOT_SIGNED_IN, NO_SUCH_POST, NO_SUBPROTOCOL, TOO_MANY, FAILED = 4400, 4401, 4403, 4406, 4429, 4500
TRY_AGAIN_LATER = 1013
CLOSED_BY: Mapping[type[Refusal], int] = {
    Unauthenticated: NOT_SIGNED_IN,
    CapacityNeeded: NO_SUCH_POST,
    CapacityRefused: NO_SUCH_POST,
    TooManyConnections: TOO_MANY,
}
"""Whoever is refused for any other reason, that of a crowd or a slow database, may come again."""


class TooManySubscriptions(Refusal):
    """So many subscriptions run on this socket already."""

    code = "TOO_MANY_SUBSCRIPTIONS"
    en = "A socket takes {most} subscriptions at once. End one of them, or open another socket."
    zh = "每个连接最多同时{most}个订阅。请先结束其中一个，或另建连接。"


def endpoint(view: View) -> Callable[[WebSocket], Awaitable[None]]:
    """`/graphql` for sockets."""

    async def serve(socket: WebSocket) -> None:
        spoken = GRAPHQL_TRANSPORT_WS_PROTOCOL in socket.scope["subprotocols"]
        await socket.accept(subprotocol=GRAPHQL_TRANSPORT_WS_PROTOCOL if spoken else None)
        if spoken:
            try:
                with view.hub.seats.one() as seat:
                    await Handler(view, socket, seat).handle()
            except NoSeat as full:
                await socket.close(TRY_AGAIN_LATER, full.code)
        else:
            await socket.close(NO_SUBPROTOCOL, f"Speak {GRAPHQL_TRANSPORT_WS_PROTOCOL}")

    return serve


class Frames(AsyncWebSocketAdapter):
    """Starlette's socket as strawberry's handler wants it: text frames of JSON."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """What comes, until the socket is closed."""
        assert not ignore_parsing_errors, "nobody asks for that in this protocol"
        with suppress(WebSocketDisconnect):
            while self._socket.application_state is WebSocketState.CONNECTED:
                try:
                    frame = await self._socket.receive_text()
                except KeyError as error:
                    raise NonTextMessageReceived from error
                try:
                    yield orjson.loads(frame)
                except orjson.JSONDecodeError as error:
                    raise NonJsonMessageReceived from error

    async def send_json(self, message: Mapping[str, object]) -> None:
        """One frame."""
        try:
            await self._socket.send_text(orjson.dumps(message).decode())
        except (WebSocketDisconnect, RuntimeError) as error:  # closed by them, or by us
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Once is enough, whoever was first."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code, reason)


class Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """One socket and the subscriptions on it."""

    def __init__(self, view: View, socket: WebSocket, seat: Seat) -> None:
        super().__init__(
            view=cast("Any", None),  # asked only by what is replaced below
            websocket=Frames(socket),
            context=None,
            root_value=None,
            schema=view.schema,
            connection_init_wait_timeout=timedelta(seconds=SECONDS_TO_BEGIN),
            max_subscriptions_per_connection=None,  # what we say of too many has a code
        )
        self._house = view
        self._seat = seat
        self._brought: dict[str, str | None] = {}
        self._stay = ExitStack()
        self._looking: asyncio.Task[None] | None = None

    async def handle_message(self, message: Message) -> None:
        """Take a message of the protocol; whatever else comes ends the socket."""
        if not _is_of_the_protocol(message):
            await self.handle_invalid_message("This is no message of the protocol")
        elif message["type"] == "subscribe" and self._is_full(message["id"]):
            shown = presented(
                never_began(TooManySubscriptions(most=AT_ONCE)).errors or (), self._asked().language
            )
            await self.send_message(cast("Message", {"id": message["id"], "type": "error", "payload": shown}))
        elif message["type"] == "subscribe":
            # strawberry hands on what stands as `query`: here that is all that is asked, a document's id perhaps.
            asked = cast("Any", message["payload"])
            await super().handle_message(cast("Message", message | {"payload": {"query": asked}}))
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Let in whoever is signed in, in the post that they name."""
        if self.connection_timed_out:
            return
        if self.connection_init_received:
            await self.websocket.close(TOO_MANY, "Too many initialisation requests")
            return
        self.connection_init_received = True
        if self.connection_init_timeout_task:
            self.connection_init_timeout_task.cancel()
            self.connection_init_timeout_task = None
        brought = message.get("payload") or {}
        self._brought = {
            name: cast("str | None", brought.get(name))
            for name in ("authorization", "actingAs", "acceptLanguage")
        }
        asked = self._asked()
        try:
            actor = await asked.enter(asked.hub.turn(asked.payer))
            self._seat.give_to(actor.person_id)
        except Refusal as refusal:
            await self._show_out(refusal)
            return
        finally:
            await asked.reading.close()
        # A round knows nothing of whose passage this is.
        context = copy_context()
        self._stay.enter_context(self._house.hub.hosting(asked.credentials, lambda: self._look(context)))
        self.connection_acknowledged = True
        await self.send_message({"type": "connection_ack"})

    async def shutdown(self) -> None:
        """Be looked for no more, and end everything."""
        self._stay.close()
        if self._looking is not None:
            await asyncio.wait({self._looking})
        await super().shutdown()

    async def run_operation(self, operation: Subscribed[Any, None]) -> None:
        """Answer one subscription to its end, and say that it ended."""
        with one_of_several():
            await self._answer(operation)

    async def _answer(self, operation: Subscribed[Any, None]) -> None:
        asked = self._asked()
        try:
            async with aclosing(self._answers(asked, cast("Any", operation.query))) as coming:
                async for answer in coming:
                    credentials_ended = _of_credentials(answer.errors or ())
                    if credentials_ended is not None:
                        await self._show_out(credentials_ended)
                        return
                    shown = body(answer, asked.language)
                    if isinstance(answer, PreExecutionError):
                        await operation.send_operation_message(
                            {"id": operation.id, "type": "error", "payload": shown["errors"]}
                        )
                        return
                    await operation.send_operation_message(
                        cast("Message", {"id": operation.id, "type": "next", "payload": shown})
                    )
            await operation.send_operation_message(CompleteMessage(id=operation.id, type="complete"))
        except WebSocketDisconnected:
            return
        except Exception as error:
            said = logged(error, where="a socket")
            code = TRY_AGAIN_LATER if isinstance(said, Unavailable) else FAILED
            await self.websocket.close(code, str(said))

    def _answers(self, asked: Asked, given: Mapping[str, Any]) -> AsyncGenerator[ExecutionResult, None]:
        try:
            return answers(self._house.schema, asked, self._house.operation(given))
        except NotAnOperation as problem:
            return told(never_began(problem.refusal))
        except Refusal as refusal:
            return told(never_began(refusal))

    def _is_full(self, name: str) -> bool:
        # A name that is taken already is the handler's affair.
        return len(self.operations) >= AT_ONCE and name not in self.operations

    def _look(self, context: Context) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._show_out_whose_credentials_ended(), context=context)

    async def _show_out_whose_credentials_ended(self) -> None:
        asked, ended = self._asked(), None
        try:
            await asked.be_let_in(asked.hub.turn(asked.payer))
        except Refusal as refusal:
            ended = refusal if refusal.code in PROBLEMS else None
        except Exception as error:
            logged(error, where="looking for a socket")  # the next round comes back to it
        finally:
            await asked.reading.close()
        # By now it holds no turn: whoever reads nothing may let it wait.
        if ended is not None:
            await self._show_out(ended)

    async def _show_out(self, refusal: Refusal) -> None:
        note_code(refusal.code)
        await self.websocket.close(CLOSED_BY.get(type(refusal), TRY_AGAIN_LATER), refusal.code)

    def _asked(self) -> Asked:
        asked = self._house.asked(
            self._brought.get("authorization"),
            self._brought.get("actingAs"),
            self._brought.get("acceptLanguage"),
        )
        asked.seat = self._seat
        return asked


def _of_credentials(errors: Any) -> Refusal | None:
    for error in errors:
        cause: BaseException | None = error
        while isinstance(cause, GraphQLError):
            cause = cause.original_error
        if isinstance(cause, Refusal) and cause.code in PROBLEMS:
            return cause
    return None


def _is_of_the_protocol(message: object) -> bool:
    """Whether a message has the shape that the protocol gives to its type. An unknown type is left to the handler."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    payload = message.get("payload")
    match message["type"]:
        case "connection_init":
            return payload is None or (
                isinstance(payload, dict)
                and all(
                    isinstance(payload.get(name), str | None)
                    for name in ("authorization", "actingAs", "acceptLanguage")
                )
            )
        case "subscribe":
            return (
                isinstance(message.get("id"), str)
                and isinstance(payload, dict)
                and isinstance(payload.get("query"), str | None)
                and (payload.get("query") is not None or id_in(payload) is not None)
                and isinstance(payload.get("variables"), dict | None)
                and isinstance(payload.get("operationName"), str | None)
            )
        case "complete":
            return isinstance(message.get("id"), str)
    return True
