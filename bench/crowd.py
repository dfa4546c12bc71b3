"""A crowd of subscribers in a process of its own: as little as speaks graphql-transport-ws, so that it costs little itself.

    python -m bench.crowd host port < lines of JSON, each answered by one
        {"come": [[token, post, query, variables], …]}   ─▶ {"seconds": how long until the last one's first message}
        {"hear": n}      the next message of each of the first n ─▶ {"heard": [when each came, by the monotonic clock]}

Frames are masked with zeros, which the protocol allows; nothing is compressed.
"""

import asyncio
import json
import struct
import sys
import time
from typing import Any

AT_ONCE = 40
HANDSHAKE = (
    "GET /graphql HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Subscriber(asyncio.Protocol):
    """One socket with one subscription."""

    def __init__(self, asked: list[Any], handshake: bytes) -> None:
        self._asked = asked
        self._handshake = handshake
        self._got = b""
        self._upgraded = False
        self.heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._to = transport
        self._to.write(self._handshake)

    def data_received(self, data: bytes) -> None:
        """Take whole frames; answer what must be answered."""
        self._got += data
        if not self._upgraded:
            head, end, self._got = self._got.partition(b"\r\n\r\n")
            if not end:
                self._got = head
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._upgraded = True
            token, post, _, _ = self._asked
            payload = {"authorization": f"Bearer {token}", "actingAs": post, "acceptLanguage": "en"}
            self._say({"type": "connection_init", "payload": payload})
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody ends a subscription here."""
        if not self.heard.done():
            self.heard.set_exception(exc or ConnectionError("closed"))

    def _take(self, kind: int, content: bytes) -> None:
        if kind == PING:
            self._to.write(_masked(PONG, content))
        elif kind == CLOSE:
            self.heard.set_exception(ConnectionError(content[2:].decode()))
        elif kind == TEXT and content.startswith(b'{"type":"connection_ack"'):
            _, _, query, variables = self._asked
            self._say({"id": "1", "type": "subscribe", "payload": {"query": query, "variables": variables}})
        elif kind == TEXT:
            assert b'"type":"next"' in content, content
            assert b'"errors"' not in content, content
            self.heard.set_result(time.monotonic())

    def _frame(self) -> tuple[int, bytes] | None:
        if len(self._got) < 2:
            return None
        length, begins = self._got[1] & 127, 2
        if length == 126:
            if len(self._got) < 4:
                return None
            (length,), begins = struct.unpack_from("!H", self._got, 2), 4
        if len(self._got) < begins + length:
            return None
        kind, content = self._got[0] & 15, self._got[begins : begins + length]
        self._got = self._got[begins + length :]
        return kind, content

    def _say(self, message: object) -> None:
        self._to.write(_masked(TEXT, json.dumps(message).encode()))


def _masked(kind: int, content: bytes) -> bytes:
    length = len(content)
    head = (
        struct.pack("!BB", 128 | kind, 128 | length)
        if length < 126
        else struct.pack("!BBH", 128 | kind, 254, length)
    )
    return head + bytes(4) + content


async def crowd(host: str, port: int) -> None:
    """Do what is asked, line by line."""
    loop = asyncio.get_running_loop()
    handshake = HANDSHAKE.format(host=host, port=port).encode()
    everybody: list[Subscriber] = []
    turnstile = asyncio.Semaphore(AT_ONCE)

    async def come(asked: list[Any]) -> Subscriber:
        async with turnstile:
            _, subscriber = await loop.create_connection(lambda: Subscriber(asked, handshake), host, port)
            await subscriber.heard
        return subscriber

    while line := await asyncio.to_thread(sys.stdin.readline):
        wanted = json.loads(line)
        if "come" in wanted:
            began = time.monotonic()
            everybody += await asyncio.gather(*map(come, wanted["come"]))
            for each in everybody:
                each.heard = loop.create_future()
            answer: dict[str, Any] = {"seconds": time.monotonic() - began}
        else:
            hearing = everybody[: wanted["hear"]]
            answer = {"heard": await asyncio.gather(*(each.heard for each in hearing))}
            for each in hearing:
                each.heard = loop.create_future()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(crowd(sys.argv[1], int(sys.argv[2])))
