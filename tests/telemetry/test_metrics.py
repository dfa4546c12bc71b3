"""The metrics: who may read them, what they count, and that nobody outside can make them grow."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.identifiers import global_id
from api.metrics import NAMES_AT_MOST, OTHER, UNNAMED, Names
from domain.outbox.commands import beat
from tenancy.telemetry import Passage
from tests.api.conftest import Client
from tests.telemetry.conftest import TOKEN, Watched
from tests.telemetry.test_requests import DESK, post

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def figures(client: Client) -> Figures:
    """Everything at `/metrics`, by name and labels."""
    return await figures_at(client.http)


async def figures_at(http: httpx.AsyncClient) -> Figures:
    """The same, of a platform where nobody works."""
    response = await http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def figure(found: Figures, name: str, **labels: str) -> float:
    """One of them; 0 where it was never counted."""
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


class Grown:
    """By how much figures have grown since it was made, once the requests with these ids have ended."""

    def __init__(self, client: Client, watched: Watched, before: Figures) -> None:
        self._client, self._watched, self._before = client, watched, before

    @staticmethod
    async def since(client: Client, watched: Watched) -> "Grown":
        return Grown(client, watched, await figures(client))

    async def after(self, *answers: Any) -> Any:
        for each in answers:
            await self._watched.log.of(each.headers["x-request-id"])
        now = await figures(self._client)

        def by(name: str, **labels: str) -> float:
            return figure(now, name, **labels) - figure(self._before, name, **labels)

        return by


class TestWhoMayRead:
    async def test_is_whoever_has_the_token(self, client: Client) -> None:
        response = await client.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/plain")
        assert "gongguan_operations_total" in response.text

    @pytest.mark.parametrize("shown", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
    async def test_is_nobody_else(self, client: Client, shown: str | None) -> None:
        response = await client.http.get(
            "/metrics", headers={} if shown is None else {"Authorization": shown}
        )
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.json()["errors"][0]["extensions"]["code"] == "METRICS_TOKEN_NEEDED"
        assert "gongguan_" not in response.text

    async def test_is_nobody_signed_in_either(self, client: Client) -> None:
        assert (await client.http.get("/metrics", headers=client.as_("wu").headers)).status_code == 401


class TestWhatIsCounted:
    @pytest.mark.parametrize(
        ("who", "kind"), [("wu", "county_body"), ("lin", "department"), ("xu", "township")]
    )
    async def test_operations_by_name_and_kind_of_tenant(
        self, client: Client, watched: Watched, who: str, kind: str
    ) -> None:
        grown = await Grown.since(client, watched)
        by = await grown.after(*[await post(client.as_(who), DESK) for _ in range(3)])
        assert (
            by("gongguan_operations_total", operation="Desk", kind="query", tenant_kind=kind, outcome="ok")
            == 3
        )
        assert by("gongguan_operation_seconds_count", operation="Desk", tenant_kind=kind) == 3
        assert by("gongguan_operation_statements_count", kind="query") == 3
        assert by("gongguan_stage_seconds_count", stage="sql") == 3
        assert by("gongguan_documents_total", cache="hit") >= 2
        assert by("gongguan_responses_total", route="/graphql", status="200") == 3

    async def test_refusals_by_code(self, client: Client, watched: Watched) -> None:
        grown = await Grown.since(client, watched)
        stranger = await post(client, "query Count { unreadCount }")
        no_graphql = await post(client.as_("xu"), "no graphql")
        unknown = await client.http.get("/nowhere")
        by = await grown.after(stranger, no_graphql, unknown)
        assert by("gongguan_errors_total", code="UNAUTHENTICATED") == 1
        assert by("gongguan_errors_total", code="BAD_REQUEST") == 1
        assert by("gongguan_errors_total", code="PATH_NOT_FOUND") == 1
        assert by("gongguan_responses_total", route="none", status="404") == 1
        labels = {"kind": "query", "tenant_kind": "none", "outcome": "refused"}
        assert (
            sum(by("gongguan_operations_total", operation=name, **labels) for name in ("Count", OTHER)) == 1
        )

    @pytest.mark.parametrize(
        ("path", "origin", "route", "status", "code"),
        [
            ("/nothing", None, "/{anywhere:path}", 404, "PATH_NOT_FOUND"),
            ("/graphql", "https://elsewhere.example", "/graphql", 403, "CROSS_SITE"),
        ],
    )
    async def test_sockets_that_are_denied(
        self,
        client: Client,
        watched: Watched,
        path: str,
        origin: str | None,
        route: str,
        status: int,
        code: str,
    ) -> None:
        grown = await Grown.since(client, watched)
        with pytest.raises(InvalidStatus) as denied:
            async with connect(
                watched.url.replace("http", "ws", 1) + path,
                subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]  # a name is a str
                origin=origin,  # type: ignore[arg-type]  # likewise
                additional_headers={"X-Request-Id": f"denied-{status}"},
                proxy=None,
            ):
                pass
        answer = denied.value.response
        assert (answer.status_code, answer.headers["X-Request-Id"]) == (status, f"denied-{status}")
        (line,) = await watched.log.of(f"denied-{status}")
        assert (line["route"], line["status"], line["outcome"], line["codes"]) == (
            route,
            status,
            "refused",
            [code],
        )
        by = await grown.after(answer)
        assert by("gongguan_responses_total", route=route, status=str(status)) == 1
        assert by("gongguan_errors_total", code=code) == 1

    async def test_who_goes_while_still_asking(self, client: Client, watched: Watched) -> None:
        grown = await Grown.since(client, watched)
        there = urlsplit(watched.url)
        _, writing = await asyncio.open_connection(there.hostname, there.port)
        writing.write(
            b"POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            b"X-Request-Id: broken-off-half-way\r\nContent-Length: 1000\r\n\r\n"
            b'{"query": "{ unread'
        )
        await writing.drain()
        writing.close()
        await writing.wait_closed()
        (line,) = await watched.log.of("broken-off-half-way")
        assert (line["status"], line["outcome"]) == (499, "gone")
        by = await grown.after()
        assert by("gongguan_responses_total", route="/graphql", status="499") == 1
        assert by("gongguan_responses_total", route="/graphql", status="500") == 0

    async def test_what_is_left_to_graphql_core(
        self, client: Client, watched: Watched, pytestconfig: pytest.Config
    ) -> None:
        grown = await Grown.since(client, watched)
        odd = "query Odd($c: Boolean = true) { unreadCount @include(if: $c) }"
        xu = client.as_("xu")
        response = await xu.http.post(
            "/graphql", json={"query": odd, "variables": {"c": None}}, headers=xu.headers
        )
        by = await grown.after(response)
        counted = by("gongguan_left_to_graphql_core_total", reason="a condition that is no truth value")
        assert counted == (0 if pytestconfig.getoption("--graphql-core") else 1)

    async def test_acts_that_are_refused_too(self, client: Client, watched: Watched) -> None:
        xu, nothing = client.as_("xu"), global_id("Referral", uuid4())
        send = f'mutation Send {{ sendReferral(input: {{referralId: "{nothing}", expectedVersion: 1}}) {{ userErrors {{ code }} }} }}'
        grown = await Grown.since(client, watched)
        response = await post(xu, send)
        assert response.json()["data"]["sendReferral"]["userErrors"] == [{"code": "NOT_FOUND"}]
        by = await grown.after(response)
        assert by("gongguan_errors_total", code="NOT_FOUND") == 1
        labels = {"kind": "mutation", "tenant_kind": "township", "outcome": "refused"}
        assert by("gongguan_operations_total", operation="Send", **labels) == 1

    async def test_connections_and_subscribers(self, client: Client) -> None:
        before = await figures(client)
        assert figure(before, "gongguan_connections_at_most") == 10
        assert figure(before, "gongguan_connections_in_use") == 0
        xu = client.as_("xu")
        asked = {"query": "subscription { notifications { cursor } }"}
        async with xu.http.stream(
            "POST", "/graphql", json=asked, headers={**xu.headers, "Accept": "text/event-stream"}
        ) as response:
            lines = response.aiter_lines()  # named, or the loop would close the stream when it is left
            async for line in lines:
                if line.startswith("data: "):
                    break
            assert figure(await figures(client), "gongguan_subscribers") == 1

    async def test_what_the_worker_says_in_its_beats(self, client: Client, owner_engine: AsyncEngine) -> None:
        now = datetime.now(UTC)
        async with AsyncSession(owner_engine) as session, session.begin():
            for waiting in (now - timedelta(minutes=7), None):
                name = "relay" if waiting else "clock"
                await session.execute(text("delete from beats where reconciler = :name"), {"name": name})
                for done in (30, 12):
                    await beat(
                        session, reconciler=name, wall=now, waiting_since=waiting, given_up=3, done=done
                    )
        found = await figures(client)
        assert figure(found, "gongguan_database_answers") == 1
        assert figure(
            found, "gongguan_reconciler_beat_timestamp_seconds", reconciler="clock"
        ) == pytest.approx(now.timestamp())
        assert figure(found, "gongguan_reconciler_waiting_seconds", reconciler="relay") >= 420
        assert figure(found, "gongguan_reconciler_waiting_seconds", reconciler="clock") == 0
        assert figure(found, "gongguan_reconciler_done_total", reconciler="relay") == 42
        assert figure(found, "gongguan_dead_letters", reconciler="relay") == 3


class TestNames:
    async def test_a_stranger_adds_none(self, client: Client, watched: Watched) -> None:
        answers = [await post(client, f"query Made{n} {{ __typename }}") for n in range(5)]
        for each in answers:
            await watched.log.of(each.headers["x-request-id"])
        found = {dict(labels).get("operation") for _, labels in await figures(client)}
        assert not {name for name in found if name and name.startswith("Made")}

    def test_are_only_so_many(self) -> None:
        names = Names()
        told = {names.of(Passage(name=f"Op{n}", tenant_kind="township")) for n in range(10_000)}
        assert len(told) == NAMES_AT_MOST + 1
        assert OTHER in told

    def test_that_have_their_place_keep_it(self) -> None:
        names = Names(at_most=1)
        assert names.of(Passage(name="Desk", tenant_kind="township")) == "Desk"
        assert names.of(Passage(name="Flood", tenant_kind="township")) == OTHER
        assert names.of(Passage(name="Desk")) == "Desk"

    def test_are_missing_where_there_is_none(self) -> None:
        assert Names().of(Passage(tenant_kind="township")) == UNNAMED
