"""Traces: one span for each operation, the statements below it, and the caller's trace above it."""

import re

from tests.api.conftest import Client
from tests.telemetry.conftest import Watched
from tests.telemetry.test_requests import DESK, post

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class TestAnOperation:
    async def test_is_a_span_that_says_what_it_was_and_for_whom(
        self, client: Client, watched: Watched
    ) -> None:
        response = await post(client.as_("lin"), DESK)
        identifier = response.headers["x-request-id"]
        (line,) = await watched.log.of(identifier)
        span = watched.traces.of(identifier)
        assert (span.program, span.name, span.failed) == ("gongguan-api", "query Desk", False)
        assert span.facts == {
            "gongguan.request.id": identifier,
            "gongguan.tenant.kind": "department",
            "gongguan.statements": line["statements"],
            "graphql.operation.type": "query",
            "graphql.operation.name": "Desk",
            "http.response.status_code": 200,
        }

    async def test_has_a_span_below_for_each_statement_without_its_values(
        self, client: Client, watched: Watched
    ) -> None:
        response = await post(client.as_("xu"), DESK)
        (line,) = await watched.log.of(response.headers["x-request-id"])
        sent = watched.traces.below(watched.traces.of(response.headers["x-request-id"]))
        assert len(sent) == line["statements"] >= 2
        assert {each.name for each in sent} == {"SELECT"}
        assert "open_scope($1" in sent[0].facts["db.query.text"]
        assert str(client.world.county_id) not in "".join(each.facts["db.query.text"] for each in sent)

    async def test_says_by_which_code_it_was_refused(self, client: Client, watched: Watched) -> None:
        response = await post(client, "query Count { unreadCount }")
        await watched.log.of(response.headers["x-request-id"])
        span = watched.traces.of(response.headers["x-request-id"])
        assert span.facts["gongguan.error.codes"] == ["UNAUTHENTICATED"]
        assert (span.facts["gongguan.tenant.kind"], span.failed) == ("none", False)


class TestTheCallersTrace:
    async def test_goes_on(self, client: Client, watched: Watched) -> None:
        response = await post(client.as_("xu"), DESK, traceparent=f"00-{TRACE}-{PARENT}-01")
        (line,) = await watched.log.of(response.headers["x-request-id"])
        span = watched.traces.of(response.headers["x-request-id"])
        assert (span.trace, span.parent, line["traceId"]) == (TRACE, PARENT, TRACE)
        assert {each.trace for each in watched.traces.below(span)} == {TRACE}

    async def test_that_is_none_is_a_trace_of_our_own(self, client: Client, watched: Watched) -> None:
        response = await post(client.as_("xu"), DESK, traceparent=f"00-{TRACE}-nothing-01")
        await watched.log.of(response.headers["x-request-id"])
        span = watched.traces.of(response.headers["x-request-id"])
        assert re.fullmatch(r"[0-9a-f]{32}", span.trace)
        assert (span.trace == TRACE, span.parent) == (False, "")

    async def test_that_nobody_keeps_is_not_kept_here_either(self, client: Client, watched: Watched) -> None:
        response = await post(client.as_("xu"), DESK, traceparent=f"00-{TRACE[::-1]}-{PARENT}-00")
        await watched.log.of(response.headers["x-request-id"])
        assert not [each for each in watched.traces.spans if each.trace == TRACE[::-1]]
