"""The client, in a process of its own: the same bytes over so many connections that stay open, again and again.

    python -m bench.peers.asking < lines of JSON, each answered by one
        {"port": …, "request": the bytes as latin-1, "connections": n, "seconds": s}
            ─▶ {"times": [seconds of each answer], "seconds": of all}
        {"port": …, "request": …}     ─▶ {"answer": the body of one answer}
        where an answer is not 200    ─▶ {"refused": what it says}

It is as light as can be: a client of comfort would take more of the machine than the servers.
"""

import asyncio
import json
import sys
import time
from typing import Any

import httptools


class Refused(Exception):
    """A server answered with something else than 200."""


class Connection(asyncio.Protocol):
    """One connection, on which one answer is waited for at a time."""

    def __init__(self) -> None:
        self.body = b""
        self._times: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        assert isinstance(transport, asyncio.Transport)
        self.to = transport

    async def ask(self, request: bytes, until: float) -> list[float]:
        """Ask once, and again until the time is over; how long each answer took."""
        self._request, self._until, self._times = request, until, []
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._send()
        await self._done
        return self._times

    def data_received(self, data: bytes) -> None:
        """Pass it to the parser."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """No server may hang up while it is asked."""
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("closed"))

    def on_body(self, part: bytes) -> None:
        """A part of the answer."""
        self.body += part

    def on_message_complete(self) -> None:
        """The answer is whole."""
        now = time.perf_counter()
        self._times.append(now - self._began)
        if self._parser.get_status_code() != 200:
            self._done.set_exception(Refused(f"{self._parser.get_status_code()} {self.body.decode()}"))
        elif now < self._until:
            # Not from within the parser, which is replaced.
            asyncio.get_running_loop().call_soon(self._send)
        else:
            self._done.set_result(None)

    def _send(self) -> None:
        self.body, self._parser = b"", httptools.HttpResponseParser(self)
        self._began = time.perf_counter()
        self.to.write(self._request)


async def answer(wanted: dict[str, Any]) -> dict[str, Any]:
    """One line."""
    loop = asyncio.get_running_loop()
    request = wanted["request"].encode("latin-1")
    connections = [
        (await loop.create_connection(Connection, "127.0.0.1", wanted["port"]))[1]
        for _ in range(wanted.get("connections", 1))
    ]
    began = time.perf_counter()
    times = await asyncio.gather(
        *(each.ask(request, began + wanted.get("seconds", 0)) for each in connections)
    )
    lasted = time.perf_counter() - began
    for each in connections:
        each.to.close()
    if "seconds" not in wanted:
        return {"answer": connections[0].body.decode()}
    return {"times": [time for of_one in times for time in of_one], "seconds": lasted}


async def obey() -> None:
    """Do what is asked, line by line."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            answered = await answer(json.loads(line))
        except Refused as refused:
            answered = {"refused": str(refused)}
        print(json.dumps(answered), flush=True)


if __name__ == "__main__":
    asyncio.run(obey())
