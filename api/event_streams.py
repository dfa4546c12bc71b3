"""Subscriptions as an event stream: graphql-sse in its mode of distinct connections, one POST for each.

    event: next          event: complete        : ping
    data: {"data": …}    data:

Once the request is an operation, everything is told in the stream, errors too: an `EventSource` sees no status. What
is told is the business of `live.py`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import orjson
from graphql import GraphQLError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from api.asked import Asked
from api.live import body
from api.seats import NoSeat

EVENT_STREAM = "text/event-stream"

SECONDS_BETWEEN_PINGS = 15.0
"""So that what stands between us and the reader does not take silence for the end."""

PING = b": ping\n\n"
COMPLETE = b"event: complete\ndata:\n\n"


class EventStream(Response):
    """Answers as events, until they end, or the reader goes, or we do.

    When we go nothing is said to be complete, so that the reader comes back, to another of us.
    """

    def __init__(self, answers: AsyncGenerator[ExecutionResult, None], asked: Asked, *, vary: str) -> None:
        self._answers = answers
        self._asked = asked
        super().__init__(
            media_type=EVENT_STREAM,
            headers={
                "Content-Language": asked.language,
                "Vary": vary,
                "Cache-Control": "no-store, no-transform",
                # Asks nginx to pass on each event as it comes.
                "X-Accel-Buffering": "no",
            },
        )
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Tell everything, ping in between, and stop as soon as there is nothing to tell or nobody to hear it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            with self._asked.hub.seats.one() as seat:
                self._asked.seat = seat
                await self._tell_until_the_end(receive, send)
        except NoSeat as full:
            refused = PreExecutionError(data=None, errors=[GraphQLError(str(full), original_error=full)])
            await self._tell_one(send, refused)
            await _send(send, COMPLETE)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell_until_the_end(self, receive: Receive, send: Send) -> None:
        telling = asyncio.create_task(self._tell(send))
        others = [
            asyncio.create_task(each)
            for each in (_ping(send), _until_gone(receive), self._asked.hub.until_closed())
        ]
        try:
            await asyncio.wait([telling, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (telling, *others):
                each.cancel()
            await asyncio.gather(telling, *others, return_exceptions=True)
        if not telling.cancelled():
            telling.result()

    async def _tell(self, send: Send) -> None:
        try:
            async with aclosing(self._answers) as answers:
                async for answer in answers:
                    await self._tell_one(send, answer)
        except Exception as error:
            failed = GraphQLError("", original_error=error)
            await self._tell_one(send, PreExecutionError(data=None, errors=[failed]))
        await _send(send, COMPLETE)

    async def _tell_one(self, send: Send, answer: ExecutionResult) -> None:
        told = orjson.dumps(body(answer, self._asked.language))
        await _send(send, b"event: next\ndata: " + told + b"\n\n")


async def _ping(send: Send) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_PINGS)
        await _send(send, PING)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _send(send: Send, frame: bytes) -> None:
    await send({"type": "http.response.body", "body": frame, "more_body": True})
