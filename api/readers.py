"""Readers who take nothing any more: whoever does not read what is sent to them is let go, socket and stream alike.

    something waits ──20 s──▶ enough was taken? ──yes──▶ 20 s more …
                                              └─no──▶ the connection is broken off

Nothing of this can be said over the connection itself: what would say it waits behind what is not read. So it is broken
off, whoever answers is told that the reader is gone, and with that the subscription ends like any other; the reader
comes back with a cursor. What waits is one message at most: nobody is sent another before the one before it is out of
our hands. Those who vanished without a word are found by the server's pings.

These are uvicorn's protocols; this file knows nothing of what is sent.
"""

import asyncio
import logging
from typing import cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

log = logging.getLogger("gongguan.api.readers")

SECONDS_TO_TAKE = 20.0
TAKEN_AT_LEAST = 16 * 1024
"""Bytes in that time, unless less waits: a reader of 800 bytes a second is slow, and one below that is none."""


class Patience(asyncio.Protocol):
    """What waits for its reader, waits for so long. Stands before a protocol of uvicorn."""

    seconds_to_take = SECONDS_TO_TAKE
    _overdue: asyncio.TimerHandle | None = None
    _to: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be told as soon as anything waits at all."""
        self._to = cast("asyncio.Transport", transport)
        self._to.set_write_buffer_limits(high=0)
        super().connection_made(transport)

    def pause_writing(self) -> None:
        """Something waits."""
        super().pause_writing()
        self._be_patient()

    def resume_writing(self) -> None:
        """Everything was taken."""
        self._stop()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing waits any more."""
        self._stop()
        super().connection_lost(exc)

    def _be_patient(self) -> None:
        self._stop()
        waits = self._to.get_write_buffer_size()
        self._overdue = asyncio.get_running_loop().call_later(self.seconds_to_take, self._look, waits)

    def _look(self, waited: int) -> None:
        if waited - self._to.get_write_buffer_size() >= TAKEN_AT_LEAST:
            self._be_patient()
            return
        log.info("a reader takes nothing any more: %d bytes waited", self._to.get_write_buffer_size())
        self._to.abort()

    def _stop(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


class Http(Patience, HttpToolsProtocol):
    """HTTP, with event streams and downloads."""


class Sockets(Patience, WebSocketsSansIOProtocol):
    """WebSockets."""

    async def send(self, message: ASGISendEvent) -> None:
        """A socket that was denied is answered: uvicorn forgets so, and complains of each (its pull request 3138)."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True
