"""Who does not read what they are sent: nothing of theirs is kept for long, the others get theirs, and they may come back.

They are real connections whose buffers are small and which nobody reads from; nothing on our side is told of it.
"""

import asyncio
import gc
import json
import socket as sockets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from api.event_streams import EventStream
from api.readers import Patience
from api.sockets import Handler
from bench.crowd import HANDSHAKE, TEXT, _masked
from tenancy.transactions import Engines
from tests.live import platform as parts
from tests.live.listeners import NOTIFICATIONS, brought, over_a_socket
from tests.live.platform import Api, Platform
from tests.live.test_redis_away import inbox, tell
from tests.workers.workshop import eventually
from tests.worlds import World

SMALL = 4096
MUCH = f"subscription {{ notifications {{ cursor {' '.join(f'n{n}: notification {{ id message }}' for n in range(25))} }} }}"
NOTICES = 40


@pytest.fixture
def narrow(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An API that loses patience soon, and whose system keeps little for those who do not read."""
    monkeypatch.setattr(Patience, "seconds_to_take", 0.5)
    with parts.api(platform.database, platform.redis.url, platform.clock, tmp_path, send_buffer=SMALL) as api:
        yield api


def connected(api: Api) -> sockets.socket:
    """A connection that takes little until it is read from."""
    address = urlsplit(api.url)
    opened = sockets.socket()
    opened.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, SMALL)
    opened.settimeout(20)
    opened.connect((address.hostname, address.port))
    return opened


def by_socket(api: Api, county: World) -> sockets.socket:
    """A subscription over a WebSocket of which not even the first message is read."""
    address = urlsplit(api.url)
    opened = connected(api)
    opened.sendall(HANDSHAKE.format(host=address.hostname, port=address.port).encode())
    _until(opened, b"\r\n\r\n")
    _say(opened, {"type": "connection_init", "payload": brought(county["xu"].credentials)})
    _until(opened, b"connection_ack")
    _say(opened, {"type": "subscribe", "id": "1", "payload": {"query": MUCH}})
    return opened


def _say(opened: sockets.socket, message: object) -> None:
    opened.sendall(_masked(TEXT, json.dumps(message).encode()))


def _until(opened: sockets.socket, wanted: bytes) -> None:
    heard = b""
    while wanted not in heard:
        more = opened.recv(SMALL)
        assert more, f"closed after {heard!r}"
        heard += more


def by_stream(api: Api, county: World) -> sockets.socket:
    """The same as an event stream."""
    credentials = county["xu"].credentials
    asked = json.dumps({"query": MUCH})
    opened = connected(api)
    opened.sendall(
        "\r\n".join(
            (
                "POST /graphql HTTP/1.1",
                "Host: here",
                "Accept: text/event-stream",
                "Content-Type: application/json",
                f"Authorization: Bearer {credentials.token}",
                f"X-Acting-As: {credentials.acting_as}",
                f"Content-Length: {len(asked)}",
                "",
                asked,
            )
        ).encode()
    )
    return opened


@pytest.mark.parametrize("way", [by_socket, by_stream])
async def test_who_reads_nothing_is_let_go_and_the_others_get_theirs(
    narrow: Api, county: World, live_owner: Any, live_worker: Engines, way: Any
) -> None:
    async with over_a_socket(narrow, county["xu"].credentials, NOTIFICATIONS) as others:
        place = (await others.next())["cursor"]
        with closing(await asyncio.to_thread(way, narrow, county)) as silent:

            async def both() -> bool:
                """both watch"""
                return narrow.hub.watched == 2

            await eventually(both)
            for _ in range(NOTICES):
                await tell(live_worker, county)
            await _woken(narrow)
            heard = [await others.next() for _ in range(NOTICES)]
            assert len({each["notification"]["id"] for each in heard}) == NOTICES

            async def let_go() -> bool:
                """only the one who reads is left"""
                return (narrow.hub.watched, narrow.hub.seats.taken, await _kept()) == (1, 1, 1)

            await eventually(let_go)
            with pytest.raises(ConnectionError):
                await asyncio.to_thread(_read_to_the_end, silent)
    # And whoever comes back with a cursor misses nothing.
    async with over_a_socket(narrow, county["xu"].credentials, NOTIFICATIONS, after=place) as again:
        told = [(await again.next())["notification"]["id"] for _ in range(NOTICES)]
    assert told == [each["notification"]["id"] for each in heard]
    assert len(await inbox(live_owner, county)) == NOTICES


async def test_who_vanished_without_a_word_is_found_out(
    platform: Platform, county: World, tmp_path: Path
) -> None:
    with parts.api(
        platform.database,
        platform.redis.url,
        platform.clock,
        tmp_path,
        served={"ws_ping_interval": 0.2, "ws_ping_timeout": 0.5},
    ) as api:
        async with over_a_socket(api, county["xu"].credentials, NOTIFICATIONS) as answers_pings:
            await answers_pings.next()
            with closing(await asyncio.to_thread(by_socket, api, county)):

                async def two() -> bool:
                    """both watch"""
                    return api.hub.watched == 2

                async def one() -> bool:
                    """one watches"""
                    return (api.hub.watched, api.hub.seats.taken) == (1, 1)

                await eventually(two)
                await eventually(one)
            assert answers_pings.is_silent


async def _woken(api: Api) -> None:
    """Everybody at this API, from another thread than its own."""
    for watch in list(api.hub.watches()):
        watch._woken._loop.call_soon_threadsafe(watch.wake)  # type: ignore[attr-defined]  # its own loop


async def _kept() -> int:
    """Handlers of connections that are still there."""
    gc.collect()
    return sum(isinstance(each, Handler | EventStream) for each in gc.get_objects())


def _read_to_the_end(silent: sockets.socket) -> None:
    while silent.recv(65536):
        continue
    raise ConnectionResetError("ended in the middle")
