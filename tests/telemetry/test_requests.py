"""The id of a request and the timings on its answer: whose it is, where it is found again, and who is told what."""

import json
import re
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.api.conftest import Client
from tests.telemetry.conftest import Watched

MADE = re.compile(r"[0-9a-f]{16}")
DESK = "query Desk { referrals(box: RECEIVED, first: 5) { edges { node { id } } } }"


def timings(response: httpx.Response) -> dict[str, str]:
    """The parts of `Server-Timing` by name."""
    return {
        name: rest
        for name, _, rest in (part.partition(";") for part in response.headers["server-timing"].split(", "))
    }


async def post(client: Client, query: str, **headers: str) -> httpx.Response:
    return await client.http.post("/graphql", json={"query": query}, headers={**client.headers, **headers})


class TestTheId:
    @pytest.mark.parametrize("path", ["/graphql", "/healthz", "/readyz", "/nothing", "/files/x", "/metrics"])
    async def test_is_on_every_answer(self, client: Client, path: str) -> None:
        response = await client.http.get(path)
        assert MADE.fullmatch(response.headers["x-request-id"])

    async def test_is_another_one_each_time(self, client: Client) -> None:
        made = {(await client.http.get("/healthz")).headers["x-request-id"] for _ in range(20)}
        assert len(made) == 20

    @pytest.mark.parametrize("given", ["01993f1c-7b1e-7cc3-8f00-1a2b3c4d5e6f", "gateway.7_1234", "A" * 64])
    async def test_is_theirs_where_they_have_one(self, client: Client, given: str) -> None:
        response = await post(client, "{ __typename }", **{"X-Request-Id": given})
        assert response.headers["x-request-id"] == given

    @pytest.mark.parametrize(
        "given",
        ["", "short", "A" * 65, "two words are none", '{"a":"injected"}', ".hidden-0", "a%0d%0aSet-Cookie"],
    )
    async def test_is_ours_where_theirs_is_not_well_formed(self, client: Client, given: str) -> None:
        response = await post(client, "{ __typename }", **{"X-Request-Id": given})
        assert MADE.fullmatch(response.headers["x-request-id"])

    async def test_is_in_the_line_of_the_log_and_in_the_trace(self, client: Client, watched: Watched) -> None:
        response = await post(client.as_("xu"), DESK)
        identifier = response.headers["x-request-id"]
        (line,) = await watched.log.of(identifier)
        assert (line["operation"], line["tenantKind"], line["outcome"]) == ("Desk", "township", "ok")
        assert line["traceId"] == watched.traces.of(identifier).trace

    async def test_is_what_an_unexpected_error_shows(
        self, client: Client, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from domain.notifications import queries

        async def broken(_work: Any, **_asked: Any) -> int:
            raise ZeroDivisionError

        monkeypatch.setattr(queries, "unread_count", broken)
        response = await post(client.as_("xu"), "{ unreadCount }")
        identifier = response.headers["x-request-id"]
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "INTERNAL"
        assert identifier in error["message"]
        failure, answered = await watched.log.of(identifier)
        assert failure["event"] == f"{identifier} in the field unreadCount"
        assert failure["error"][0] == "ZeroDivisionError"
        assert (answered["outcome"], answered["codes"]) == ("failed", ["INTERNAL"])

    async def test_is_on_the_answer_to_what_failed_outside_of_any_operation(
        self, client: Client, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from api import view

        def broken(_value: str | None) -> str:
            raise ZeroDivisionError

        monkeypatch.setattr(view, "preferred", broken)
        response = await post(client, "{ __typename }")
        assert response.status_code == 500
        identifier = response.headers["x-request-id"]
        assert identifier in response.json()["errors"][0]["message"]
        lines = await watched.log.of(identifier)
        assert {"status": 500, "outcome": "failed"}.items() <= next(
            line for line in lines if line["event"] == "answered"
        ).items()

    async def test_is_on_an_event_stream(self, client: Client) -> None:
        xu = client.as_("xu")
        async with xu.http.stream(
            "POST",
            "/graphql",
            json={"query": "subscription { notifications { cursor } }"},
            headers={**xu.headers, "Accept": "text/event-stream"},
        ) as response:
            assert MADE.fullmatch(response.headers["x-request-id"])

    async def test_of_a_socket_is_followed_by_the_number_of_the_operation(
        self, client: Client, watched: Watched
    ) -> None:
        xu = client.as_("xu")
        url = watched.url.replace("http", "ws", 1) + "/graphql"
        async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as opened:  # type: ignore[list-item]  # a new type of str
            assert opened.response is not None
            identifier = opened.response.headers["x-request-id"]
            init = {"authorization": xu.headers["Authorization"], "actingAs": xu.headers["X-Acting-As"]}
            await opened.send(json.dumps({"type": "connection_init", "payload": init}))
            assert json.loads(await opened.recv())["type"] == "connection_ack"
            for number in (1, 2):
                asked = {"query": f"subscription Inbox{number} {{ notifications {{ cursor }} }}"}
                await opened.send(json.dumps({"type": "subscribe", "id": f"s{number}", "payload": asked}))
                assert json.loads(await opened.recv())["type"] == "next"
        # Closing is a conversation too: the server has ended everything when it says good-bye, and tells of it then.
        await opened.wait_closed()
        await watched.log.of(identifier)
        told = {
            line["operation"]: line["requestId"]
            for number in (1, 2)
            for line in await watched.log.of(f"{identifier}.{number}")
        }
        assert told == {"Inbox1": f"{identifier}.1", "Inbox2": f"{identifier}.2"}
        assert {watched.traces.of(each).trace for each in told.values()} == {
            watched.traces.of(identifier).trace
        }


class TestTheTimings:
    async def test_say_where_the_time_went(self, client: Client) -> None:
        told = timings(await post(client.as_("xu"), f"# {DESK}\n{DESK}"))
        assert list(told) == ["parse", "validate", "open", "sql", "execute", "total"]
        assert re.fullmatch(r'dur=\d+\.\d+;desc="\d+ statements"', told["sql"])
        assert int(told["sql"].split('"')[1].split()[0]) >= 2
        parts = {name: float(rest.split(";")[0].removeprefix("dur=")) for name, rest in told.items()}
        assert 0 < parts["sql"] < parts["total"]
        assert parts["open"] < parts["execute"] < parts["total"]

    async def test_count_the_statements_of_one_request_only(self, client: Client) -> None:
        xu = client.as_("xu")
        await post(xu, DESK)
        first, second = [timings(await post(xu, DESK))["sql"].split('"')[1] for _ in range(2)]
        assert first == second

    @pytest.mark.parametrize("query", [DESK, "{ __typename }", "no graphql"])
    async def test_tell_a_stranger_only_what_they_can_measure(self, client: Client, query: str) -> None:
        assert list(timings(await post(client, query))) == ["total"]
        forged = await post(client, query, Authorization="Bearer nobody's")
        assert list(timings(forged)) == ["total"]

    async def test_stand_on_answers_of_operations_only(self, client: Client) -> None:
        for path in ("/healthz", "/nothing", "/files/x"):
            assert "server-timing" not in (await client.http.get(path)).headers
