"""graphql-sse in its mode of distinct connections: the bytes, the pings, what is refused and how."""

import json
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from api import event_streams
from tests.api.conftest import Client
from tests.live.listeners import NOTIFICATIONS
from tests.live.platform import Platform
from tests.live.test_sockets import watching
from tests.workers.workshop import eventually

STREAM = {"Accept": "text/event-stream"}


@asynccontextmanager
async def streamed(desk: Client, query: str, **headers: str):
    """The response to a subscription, as it begins."""
    everything = {**desk.headers, **STREAM, **headers}
    async with desk.http.stream("POST", "/graphql", json={"query": query}, headers=everything) as response:
        yield response


async def whole(desk: Client, query: str, **headers: str) -> tuple[int, str]:
    """Status and text of a stream that ends by itself."""
    async with streamed(desk, query, **headers) as response:
        return response.status_code, (await response.aread()).decode()


async def frames(response: httpx.Response, wanted: int) -> bytes:
    """The first bytes, up to so many frames."""
    heard = b""
    async for part in response.aiter_raw():
        heard += part
        if heard.count(b"\n\n") >= wanted:
            break
    return heard


def codes(text: str) -> list[str]:
    """The codes in a stream of one refusal, which must then be complete."""
    event, data, *rest = text.split("\n")
    assert event == "event: next"
    assert rest == ["", "event: complete", "data:", "", ""]
    told: dict[str, Any] = json.loads(data.removeprefix("data: "))
    return [error["extensions"]["code"] for error in told["errors"]]


class TestTheStream:
    async def test_is_events_that_end_in_line_feeds_and_is_kept_by_nobody(
        self, platform: Platform, desk: Client
    ) -> None:
        async with streamed(desk.as_("xu"), NOTIFICATIONS) as response:
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert response.headers["cache-control"] == "no-store, no-transform"
            assert "content-length" not in response.headers
            heard = await frames(response, 1)
            assert b"\r" not in heard
            assert heard.startswith(b'event: next\ndata: {"data":{"notifications":{"cursor":"')
            await eventually(lambda: watching(platform, 0, 1))
        await eventually(lambda: watching(platform, 0, 0))

    async def test_pings_while_nothing_happens(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(event_streams, "SECONDS_BETWEEN_PINGS", 0.05)
        async with streamed(desk.as_("xu"), NOTIFICATIONS) as response:
            # The first of them may come before the answer, on a machine that does other things as well.
            assert (await frames(response, 6)).count(b": ping\n\n") >= 5

    async def test_comes_also_when_other_answers_would_do(self, desk: Client) -> None:
        async with streamed(
            desk.as_("xu"), NOTIFICATIONS, Accept="application/json, text/event-stream;q=0.5"
        ) as response:
            assert response.headers["content-type"].startswith("text/event-stream")

    async def test_is_for_subscriptions_where_other_answers_would_do_too(self, desk: Client) -> None:
        accept = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
        for query, status in (("{ viewer { name } }", 200), ("{ weddings }", 400), ("subscription { a", 400)):
            response = await desk.http.post(
                "/graphql", json={"query": query}, headers={**desk.as_("xu").headers, "Accept": accept}
            )
            assert response.status_code == status
            assert response.headers["content-type"].startswith("application/graphql-response+json")


class TestRefusals:
    async def test_come_in_the_stream_which_is_then_complete(self, desk: Client) -> None:
        xu = desk.as_("xu")
        for client, query, expected in (
            (desk, NOTIFICATIONS, "UNAUTHENTICATED"),
            (xu.with_headers(authorization="Bearer nobody"), NOTIFICATIONS, "UNAUTHENTICATED"),
            (xu.with_headers(x_acting_as="aojiang"), NOTIFICATIONS, "CAPACITY_REFUSED"),
            (desk.as_("zhou").with_headers(x_acting_as=None), NOTIFICATIONS, "CAPACITY_NEEDED"),
            (xu, "subscription { unheardOf }", "BAD_REQUEST"),
            (xu, "{ viewer { name } }", "BAD_REQUEST"),
            (xu, 'subscription { changes(subject: "x") { cursor } }', "BAD_ID"),
            (xu, 'subscription { notifications(after: "\\u0000") { cursor } }', "TEXT_NOT_WRITABLE"),
        ):
            status, text = await whole(client, query)
            assert (status, codes(text)) == (200, [expected]), query

    async def test_speak_the_readers_language(self, desk: Client) -> None:
        _, text = await whole(desk.with_headers(accept_language="zh"), NOTIFICATIONS)
        assert "您尚未登录" in text

    async def test_of_what_is_no_operation_are_a_status(self, desk: Client) -> None:
        response = await desk.http.post("/graphql", content=b"{", headers={**desk.headers, **STREAM})
        assert response.status_code == 415
        response = await desk.http.post("/graphql", json={}, headers={**desk.headers, **STREAM})
        assert response.status_code == 400

    async def test_meet_a_subscription_that_asks_for_no_stream(self, desk: Client) -> None:
        answer = await desk.as_("xu").ask(NOTIFICATIONS)
        assert answer.codes == ["BAD_REQUEST"]
        assert "Accept: text/event-stream" in answer.body["errors"][0]["message"]
        for headers in ({}, STREAM):
            got = await desk.http.get(
                "/graphql", params={"query": NOTIFICATIONS}, headers={**desk.as_("xu").headers, **headers}
            )
            assert "WebSocket" in got.json()["errors"][0]["message"]
