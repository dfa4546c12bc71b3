"""Somebody who listens: over a socket, or to an event stream. Each message is waited for, none is looked for twice."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tenancy.transactions import Credentials
from tests.live.platform import Api
from tests.loopback import LOOPBACK

PATIENCE = 20.0

NOTIFICATIONS = """subscription($after: String) { notifications(after: $after) {
  cursor notification { id kind message subject { id } } } }"""

CHANGES = """subscription($subject: ID!, $after: String) { changes(subject: $subject, after: $after) {
  cursor
  subject { id ... on Referral { state version party owner { code } } }
  event { number at byPerson { name } ... on ReferralEvent { kind reason } } } }"""


class Ended(Exception):
    """There will be no more: the subscription is complete, or refused with these codes, or the socket was closed."""

    def __init__(self, codes: list[str], close: int | None = None, reason: str = "") -> None:
        super().__init__(codes, close, reason)
        self.codes, self.close, self.reason = codes, close, reason


@dataclass
class Listening:
    """One subscription: what comes in, in order."""

    _coming: "asyncio.Queue[dict[str, Any] | Ended]" = field(default_factory=asyncio.Queue)

    async def next(self) -> Any:
        """The data of the next message. Raises `Ended`, or TimeoutError when nothing comes."""
        message = await asyncio.wait_for(self._coming.get(), PATIENCE)
        if isinstance(message, Ended):
            raise message
        if "errors" in message:
            raise Ended([error["extensions"]["code"] for error in message["errors"]])
        (data,) = message["data"].values()
        return data

    async def ended(self) -> Ended:
        """How it ends, which must be the next thing that happens."""
        try:
            news = await self.next()
        except Ended as ended:
            return ended
        raise AssertionError(f"it goes on: {news}")

    @property
    def is_silent(self) -> bool:
        """Whether everything that came was looked at."""
        return self._coming.empty()

    def take(self, message: "dict[str, Any] | Ended") -> None:
        """Something came."""
        self._coming.put_nowait(message)


class Socket:
    """A socket that was let in, and the subscriptions on it."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire
        self._listening: dict[str, Listening] = {}
        self._names = map(str, itertools.count(1))

    async def send(self, message: object) -> None:
        """A frame as JSON."""
        await self.wire.send(json.dumps(message))

    async def listen(self, query: str, **variables: Any) -> Listening:
        """Another subscription."""
        listening, _ = await self.subscribe(query, **variables)
        return listening

    async def subscribe(self, query: str, **variables: Any) -> tuple[Listening, str]:
        """Another subscription, and its name on this socket."""
        name = next(self._names)
        listening = self._listening[name] = Listening()
        await self.send(
            {"id": name, "type": "subscribe", "payload": {"query": query, "variables": variables}}
        )
        return listening, name

    async def run(self) -> None:
        """Hand out what comes, until the socket is closed."""
        try:
            async for frame in self.wire:
                assert isinstance(frame, str), "frames are text"
                self._hand_out(json.loads(frame))
        except ConnectionClosed:
            pass
        close, reason = self.wire.close_code, self.wire.close_reason or ""
        for listening in self._listening.values():
            listening.take(Ended([], close, reason))

    def _hand_out(self, message: dict[str, Any]) -> None:
        listening = self._listening.get(message.get("id", ""))
        match message["type"]:
            case "next":
                assert listening is not None
                listening.take(message["payload"])
            case "error":
                assert listening is not None
                listening.take({"errors": message["payload"]})
            case "complete":
                assert listening is not None
                listening.take(Ended([]))


@asynccontextmanager
async def wire(api: Api) -> AsyncIterator[ClientConnection]:
    """A bare connection that speaks the protocol."""
    async with connect(api.socket_url, subprotocols=["graphql-transport-ws"], proxy=None) as opened:  # type: ignore[list-item]  # a name is a str
        yield opened


def brought(credentials: Credentials, *, language: str = "en") -> dict[str, str]:
    """What a front end puts into `connection_init`."""
    return {
        "authorization": f"Bearer {credentials.token}",
        "actingAs": str(credentials.acting_as),
        "acceptLanguage": language,
    }


@asynccontextmanager
async def socket(api: Api, credentials: Credentials, *, language: str = "en") -> AsyncIterator[Socket]:
    """A socket that was let in."""
    async with wire(api) as opened:
        await opened.send(
            json.dumps({"type": "connection_init", "payload": brought(credentials, language=language)})
        )
        assert json.loads(await asyncio.wait_for(opened.recv(), PATIENCE)) == {"type": "connection_ack"}
        spoken = Socket(opened)
        running = asyncio.create_task(spoken.run())
        try:
            yield spoken
        finally:
            await opened.close()
            await running


@asynccontextmanager
async def over_a_socket(
    api: Api, credentials: Credentials, query: str, **variables: Any
) -> AsyncIterator[Listening]:
    """One subscription on a socket of its own."""
    async with socket(api, credentials) as opened:
        yield await opened.listen(query, **variables)


@asynccontextmanager
async def over_a_stream(
    api: Api, credentials: Credentials, query: str, **variables: Any
) -> AsyncIterator[Listening]:
    """One subscription as an event stream."""
    headers = {
        "Accept": "text/event-stream",
        "Accept-Language": "en",
        "Authorization": f"Bearer {credentials.token}",
        "X-Acting-As": str(credentials.acting_as),
    }
    asked = {"query": query, "variables": variables}
    async with (
        httpx.AsyncClient(**LOOPBACK, timeout=None) as http,
        http.stream("POST", f"{api.url}/graphql", json=asked, headers=headers) as response,
    ):
        assert response.status_code == 200
        listening = Listening()
        reading = asyncio.create_task(_read(response, listening))
        try:
            yield listening
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(response: httpx.Response, listening: Listening) -> None:
    event = ""
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif event == "next" and name == "data":
            listening.take(json.loads(value))
        elif event == "complete" and line == "":
            listening.take(Ended([]))


WAYS = (over_a_socket, over_a_stream)
