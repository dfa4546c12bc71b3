"""graphql-transport-ws as it is spoken here: letting in, frames that are none, several subscriptions on one socket."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.api.conftest import Client
from tests.api.letters import sent
from tests.live.listeners import NOTIFICATIONS, PATIENCE, brought, socket, wire
from tests.live.platform import Platform
from tests.workers.workshop import eventually
from tests.worlds import World

INIT = {"type": "connection_init"}

MANY_NAMES = f"subscription {{ notifications {{ {' '.join(f'a{n}: cursor' for n in range(70))} }} }}"


async def closed(opened: ClientConnection) -> tuple[int | None, str | None]:
    """How the socket is closed, whatever is still said before."""
    with suppress(ConnectionClosed):
        async with asyncio.timeout(PATIENCE):
            async for _ in opened:
                continue
    return opened.close_code, opened.close_reason


async def said(opened: ClientConnection, *messages: object) -> None:
    for message in messages:
        await opened.send(json.dumps(message))


def subscribe(query: str, name: str = "a", **payload: Any) -> dict[str, Any]:
    return {"type": "subscribe", "id": name, "payload": {"query": query, **payload}}


class TestLettingIn:
    @pytest.mark.parametrize(
        ("payload", "expected"),
        [
            (None, (4401, "UNAUTHENTICATED")),
            ({}, (4401, "UNAUTHENTICATED")),
            ({"authorization": "Bearer nobody", "actingAs": "transport"}, (4401, "UNAUTHENTICATED")),
            ({"authorization": "Basic {token}", "actingAs": "transport"}, (4401, "UNAUTHENTICATED")),
            ({"authorization": "Bearer {token}"}, (4403, "CAPACITY_NEEDED")),
            ({"authorization": "Bearer {token}", "actingAs": "aojiang"}, (4403, "CAPACITY_REFUSED")),
        ],
    )
    async def test_refuses_whoever_is_not_signed_in_or_holds_no_such_post(
        self, platform: Platform, county: World, payload: dict[str, str] | None, expected: tuple[int, str]
    ) -> None:
        told = payload and {
            name: value.replace("{token}", county["zhou"].token) for name, value in payload.items()
        }
        async with wire(platform.apis[0]) as opened:
            await said(opened, INIT if told is None else INIT | {"payload": told})
            assert await closed(opened) == expected

    async def test_takes_a_body_by_its_code(self, platform: Platform, county: World) -> None:
        async with wire(platform.apis[0]) as opened:
            payload = brought(county["zhou"].credentials) | {"actingAs": "kunyang"}
            await said(opened, INIT | {"payload": payload})
            assert json.loads(await opened.recv()) == {"type": "connection_ack"}

    async def test_comes_before_everything_else(self, platform: Platform) -> None:
        async with wire(platform.apis[0]) as opened:
            await said(opened, subscribe(NOTIFICATIONS))
            assert await closed(opened) == (4401, "Unauthorized")

    async def test_speaks_one_protocol(self, platform: Platform) -> None:
        async with connect(platform.apis[0].socket_url, subprotocols=["graphql-ws"], proxy=None) as opened:  # type: ignore[list-item]  # a name is a str
            assert (await closed(opened))[0] == 4406


class TestFrames:
    @pytest.mark.parametrize(
        "frame",
        [
            "no json",
            b"\x00\x01",
            "[1, 2]",
            "null",
            '"connection_init"',
            "{}",
            '{"type": 1}',
            '{"type": "unheard of"}',
            '{"type": "subscribe"}',
            '{"type": "subscribe", "id": ["a"], "payload": {"query": "{ a }"}}',
            '{"type": "subscribe", "id": "a", "payload": "query"}',
            '{"type": "subscribe", "id": "a", "payload": {"query": null}}',
            '{"type": "subscribe", "id": "a", "payload": {"query": "{ a }", "variables": [1]}}',
            '{"type": "subscribe", "id": "a", "payload": {"query": "{ a }", "operationName": 7}}',
            '{"type": "complete", "id": {}}',
            '{"type": "connection_init", "payload": [1]}',
            '{"type": "connection_init", "payload": {"authorization": 5}}',
            "[" * 2000,
        ],
    )
    async def test_that_are_none_end_the_socket(self, platform: Platform, frame: str | bytes) -> None:
        async with wire(platform.apis[0]) as opened:
            await opened.send(frame)
            assert (await closed(opened))[0] == 4400

    async def test_of_a_second_beginning_end_the_socket(self, platform: Platform, county: World) -> None:
        async with wire(platform.apis[0]) as opened:
            init = INIT | {"payload": brought(county["xu"].credentials)}
            await said(opened, init, init)
            assert (await closed(opened))[0] == 4429

    async def test_that_ping_are_answered(self, platform: Platform) -> None:
        async with wire(platform.apis[0]) as opened:
            await said(opened, {"type": "ping"})
            assert json.loads(await opened.recv()) == {"type": "pong"}


class TestSubscribing:
    @pytest.mark.parametrize(
        ("query", "code", "words"),
        [
            ("{ viewer { name } }", "BAD_REQUEST", "Only subscriptions"),
            (
                'mutation { signIn(input: {login: "a", password: "b"}) { token } }',
                "BAD_REQUEST",
                "Only subscriptions",
            ),
            ("subscription { unheardOf }", "BAD_REQUEST", "unheardOf"),
            ("subscription {", "BAD_REQUEST", "Syntax Error"),
            ("subscription { notifications { cursor } changes(subject: 1) { cursor } }", "BAD_REQUEST", ""),
            (
                MANY_NAMES,
                "DOCUMENT_TOO_LARGE",
                "aliases",
            ),
        ],
    )
    async def test_to_what_is_none_is_refused_and_the_socket_stays(
        self, platform: Platform, county: World, query: str, code: str, words: str
    ) -> None:
        async with socket(platform.apis[0], county["xu"].credentials) as opened:
            refused = await opened.listen(query)
            message = await asyncio.wait_for(refused._coming.get(), PATIENCE)
            assert isinstance(message, dict)
            (error,) = message["errors"]
            assert error["extensions"]["code"] == code
            assert words in error["message"]
            assert (await (await opened.listen(NOTIFICATIONS)).next())["notification"] is None

    @pytest.mark.usefixtures("worker")
    async def test_twice_on_one_socket_and_ending_one_leaves_the_other(
        self, platform: Platform, county: World, desk: Client
    ) -> None:
        hub = platform.apis[0].hub
        async with socket(platform.apis[0], county["xu"].credentials) as opened:
            first, name = await opened.subscribe(NOTIFICATIONS)
            second = await opened.listen(NOTIFICATIONS)
            for listening in (first, second):
                await listening.next()
            await sent(desk)
            told = [(await listening.next())["notification"]["id"] for listening in (first, second)]
            assert told[0] == told[1]
            await opened.send({"type": "complete", "id": name})
            await eventually(lambda: watching(platform, 0, 1))
            await sent(desk)
            assert (await second.next())["notification"]["id"] != told[0]
            assert first.is_silent
            # The name is free again.
            await opened.send(subscribe(NOTIFICATIONS, name))
            assert (await first.next())["notification"] is None
        await eventually(lambda: watching(platform, 0, 0))
        assert hub.watched == 0

    async def test_too_often_is_refused_with_a_code_and_the_socket_stays(
        self, platform: Platform, county: World
    ) -> None:
        async with socket(platform.apis[0], county["xu"].credentials) as opened:
            several = [await opened.listen(NOTIFICATIONS) for _ in range(50)]
            refused = await opened.listen(NOTIFICATIONS)
            assert (await refused.ended()).codes == ["TOO_MANY_SUBSCRIPTIONS"]
            assert (await several[-1].next())["cursor"]

    async def test_twice_under_one_name_ends_the_socket(self, platform: Platform, county: World) -> None:
        async with wire(platform.apis[0]) as opened:
            await said(
                opened,
                INIT | {"payload": brought(county["xu"].credentials)},
                subscribe(NOTIFICATIONS),
                subscribe(NOTIFICATIONS),
            )
            assert (await closed(opened))[0] == 4409

    async def test_leaves_nobody_watching_when_the_reader_breaks_off(
        self, platform: Platform, county: World
    ) -> None:
        async with socket(platform.apis[1], county["xu"].credentials) as opened:
            await (await opened.listen(NOTIFICATIONS)).next()
            await eventually(lambda: watching(platform, 1, 1))
            opened.wire.transport.abort()
        await eventually(lambda: watching(platform, 1, 0))


async def watching(platform: Platform, api: int, how_many: int) -> bool:
    """so many watch"""
    return platform.apis[api].hub.watched == how_many
