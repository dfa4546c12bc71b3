"""Random documents, bent bodies and headers, sockets that talk nonsense: nothing of it is more than refused.

A failure shows the seed that it came from, first in what is asserted of: `--seed=…` begins there.
"""

import asyncio
import json
import random
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.api.conftest import Client
from tests.hostile.conftest import PATIENCE, writer
from tests.hostile.judge import judge, judge_errors
from tests.live.listeners import NOTIFICATIONS, brought, wire
from tests.live.platform import Api
from tests.workers.workshop import eventually
from tests.worlds import World

PEOPLE = ("zhou", "lin", "tang", "xu", "gao", None)

CLOSED = {1000, 1001, 1002, 1003, 1007, 1009, 4400, 4401, 4403, 4408, 4409, 4429}
"""How a socket may end. 4500 would be a fault of ours, and so would 1011 and 1006."""

NO_HTTP = "Invalid HTTP request received."
"""What uvicorn says of what is not even HTTP, before anybody of ours is asked."""

HEADERS: dict[str, tuple[bytes, ...]] = {
    "Accept": (b"*/*", b"", b"text/event-stream;q=0", b"application/*;q=nan", b"\xff", b",;=", b"a" * 4000),
    "Accept-Language": (b"zh", b"en", b"q=1;;;", b"\xe4\xb8\xad", b"*;q=inf", b"en-" + b"x" * 3000),
    "Authorization": (b"Bearer", b"Bearer x.y.z", b"Basic \xff", b"Bearer " + b"a" * 3000, b"\xe4\xb8"),
    "X-Acting-As": (b"transport", b"\x01", b"%00", b"\xff\xfe", b"a" * 3000, b"Q2FwYWNpdHk6"),
    "Content-Type": (
        b"application/json",
        b"application/json; charset",
        b"application/json;charset=utf-16",
        b"\xff",
    ),
    "Sec-Fetch-Site": (b"same-origin", b"cross-site", b"", b"\xff"),
    "Origin": (b"null", b"http://", b"\xff", b"://"),
}


async def is_well(production: Api, stranger: Client) -> None:
    """It answers, and holds no connection to the database."""
    assert "unreadCount" in (await stranger.as_("zhou").ask("{ unreadCount }")).data

    async def at_rest() -> bool:
        """no connection is checked out"""
        return production.edge.engines.writing.pool.checkedout() == 0  # type: ignore[attr-defined]  # a QueuePool

    await eventually(at_rest)


async def walk(stranger: Client, seed: int, documents: int) -> None:
    """So many random documents, several at a time, by several people."""
    chance = random.Random(seed)
    writing = writer(stranger.world, seed)
    for _ in range(documents // 8):
        asked = [writing.document() for _ in range(8)]
        fronts = [stranger if who is None else stranger.as_(who) for who in chance.choices(PEOPLE, k=8)]
        bodies = [json.dumps(each.as_json()) for each in asked]
        answers = await asyncio.gather(
            *(
                front.http.post(
                    "/graphql", content=body, headers=front.headers | {"Content-Type": "application/json"}
                )
                for front, body in zip(fronts, bodies, strict=True)
            )
        )
        for answer, body in zip(answers, bodies, strict=True):
            judge(answer, (seed, body))


async def bend(stranger: Client, seed: int, requests: int) -> None:
    """So many requests with bytes or headers that were changed."""
    chance = random.Random(seed)
    writing = writer(stranger.world, seed)
    signed_in = stranger.as_("zhou").headers
    for _ in range(requests):
        body = bytearray(json.dumps(writing.document().as_json()).encode())
        for _ in range(chance.choice((0, 1, 1, 3, 20))):
            place = chance.randrange(len(body) + 1)
            body[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        headers: list[tuple[bytes, bytes]] = [
            (name.encode(), value.encode()) for name, value in signed_in.items() if chance.random() < 0.8
        ]
        headers.append((b"Content-Type", b"application/json"))
        for name in chance.sample(list(HEADERS), chance.choice((0, 0, 1, 2))):
            headers = [each for each in headers if each[0] != name.encode()]
            headers.append((name.encode(), chance.choice(HEADERS[name])))
        method = chance.choices(("POST", "GET", "PUT", "OPTIONS", "HEAD"), (90, 4, 2, 2, 2))[0]
        path = chance.choices(
            ("/graphql", "/files", "/files/x", "/nothing", "/graphql?query=%ff&variables=%ff"),
            (88, 4, 4, 2, 2),
        )[0]
        async with asyncio.timeout(PATIENCE):
            answer = await stranger.http.request(method, path, content=bytes(body), headers=headers)
        if method == "HEAD" or answer.text == NO_HTTP:
            assert answer.status_code < 500
        elif "event-stream" in answer.headers["content-type"]:
            assert answer.status_code == 200
        else:
            judge(answer, (seed, bytes(body), headers))


def frames(chance: random.Random, world: World, seed: int) -> list[str | bytes]:
    """What somebody says on one socket."""
    writing = writer(world, seed)
    init = {"type": "connection_init", "payload": brought(world["xu"].credentials)}
    said: list[Any] = [init] if chance.random() < 0.9 else []
    for number in range(chance.randrange(12)):
        asked = chance.choice(({"query": NOTIFICATIONS}, writing.document().as_json(), {"documentId": "x"}))
        said.append(
            chance.choice(
                (
                    {"type": "subscribe", "id": str(chance.randrange(4)), "payload": asked},
                    {"type": "subscribe", "id": f"n{number}", "payload": asked},
                    {"type": "complete", "id": str(chance.randrange(4))},
                    {"type": "ping", "payload": {"a": [1]}},
                    {"type": "pong"},
                )
            )
        )
    told: list[str | bytes] = [json.dumps(each) for each in said]
    if chance.random() < 0.4:
        place = chance.randrange(len(told) + 1)
        last = told[place - 1] if place and told else "{}"
        assert isinstance(last, str)
        cut = chance.randrange(len(last) + 1)
        told.insert(
            place, chance.choice((last[:cut], last[cut:], chance.randbytes(20), "[" * 3000, '{"type": null}'))
        )
    return told


async def babble(production: Api, world: World, seed: int) -> None:
    """One socket on which somebody says this and that, and then goes."""
    chance = random.Random(seed)
    told = frames(chance, world, seed)
    async with asyncio.timeout(PATIENCE), wire(production) as opened:
        with suppress(ConnectionClosed):
            for frame in told:
                await opened.send(frame)
            await opened.send('{"type": "ping"}')
            async for heard in opened:
                message = json.loads(heard)
                if message["type"] in ("next", "error"):
                    payload = message["payload"]
                    judge_errors(
                        payload if message["type"] == "error" else payload.get("errors", []), (seed, told)
                    )
                if message["type"] == "pong":
                    break
    assert opened.close_code in CLOSED, (opened.close_code, opened.close_reason, seed, told)


class TestShort:
    async def test_random_documents_are_answered_or_refused(
        self, production: Api, stranger: Client, seed: int
    ) -> None:
        await walk(stranger, seed, 240)
        await is_well(production, stranger)

    async def test_bent_requests_are_answered_or_refused(
        self, production: Api, stranger: Client, seed: int
    ) -> None:
        await bend(stranger, seed, 400)
        await is_well(production, stranger)

    async def test_sockets_that_babble_are_answered_or_closed(
        self, production: Api, stranger: Client, world: World, seed: int
    ) -> None:
        for number in range(10):
            await asyncio.gather(*(babble(production, world, seed + 4 * number + each) for each in range(4)))
        await is_well(production, stranger)


@pytest.mark.soak
class TestForLong:
    async def test_everything_is_answered_or_refused(
        self, production: Api, stranger: Client, world: World, seed: int
    ) -> None:
        for first in range(seed, seed + 50):
            await walk(stranger, first, 400)
            await bend(stranger, first, 400)
            for each in range(20):
                await babble(production, world, first * 100 + each)
            await is_well(production, stranger)
