"""The passages of the API: where each begins, which id it has, and who hears of it when it has ended.

    request ─▶ id (theirs, or made) ─▶ … ─▶ X-Request-Id, Server-Timing ─▶ answer ─▶ log, metrics, trace

One layer around all routes. Which stage an operation is in, and what is counted on the way, others write into the passage
(`tenancy/telemetry.py`); what becomes of the figures stands in `metrics.py`.

`X-Request-Id` is on every answer and in every line of the log. The id that an unexpected error shows is the same.
`Server-Timing` tells whoever is signed in where the time went, in production as well, because that is where somebody
waits; a stranger gets the total, which they could measure themselves, and no count of what was looked up.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types.execution import ExecutionContext

from api.errors import Internal
from api.metrics import Metrics
from tenancy.telemetry import NO_TENANT, SQL, Passage, Tracer, begin, current, note_code

log = logging.getLogger("gongguan.requests")

REQUEST_ID = "X-Request-Id"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)

GRAPHQL = "/graphql"
NO_ROUTE = "none"
ASKED_BY_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds: in the log only if something is wrong."""

STAGES = ("parse", "validate", "open", SQL, "execute")
ANSWERS_BEGIN = ("http.response.start", "websocket.accept", "websocket.http.response.start")
GONE = 499
"""Whoever asked went before there was an answer."""


class Passages:
    """The layer around all routes."""

    def __init__(
        self, app: ASGIApp, *, routes: Sequence[BaseRoute], metrics: Metrics, tracer: Tracer | None
    ) -> None:
        self._app = app
        self._paths: dict[object, str] = dict(map(_path, routes))
        self._metrics = metrics
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin a passage, let the request pass, mark the answer, and tell how it went."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        passage = Passage(id=_well_formed(headers.get(REQUEST_ID)))
        if self._tracer is not None:
            passage.span = self._tracer.begin(scope.get("method", "WEBSOCKET"), headers=headers)
        if scope["type"] == "websocket":
            passage.ended = self._operation_on_a_socket_ended
        # Never taken back: the task ends with the request, and what the server logs of it until then belongs to it.
        begin(passage)
        status = GONE

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] in ANSWERS_BEGIN:
                status = message.get("status", 101)
                message["headers"] = [*message.get("headers", ()), *_marks(passage, scope)]
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except Exception:
            status = 500
            note_code(Internal.code)
            raise
        finally:
            self._ended(passage, self._paths.get(scope.get("endpoint"), NO_ROUTE), status)

    def _operation_on_a_socket_ended(self, passage: Passage) -> None:
        self._ended(passage, GRAPHQL, None)

    def _ended(self, passage: Passage, route: str, status: int | None) -> None:
        outcome = _outcome(passage, status)
        if status is not None:
            self._metrics.answered(route, status)
        if passage.kind is not None:
            self._metrics.executed(passage, outcome)
        for code in passage.codes:
            self._metrics.shown(code)
        if passage.span is not None:
            passage.span.end(
                name=" ".join(filter(None, (passage.kind or route, passage.name))),
                facts=_facts(passage, status),
                failed=Internal.code if outcome == "failed" else None,
            )
        told = {
            "route": route,
            "status": status,
            "kind": passage.kind,
            "operation": passage.name,
            "tenantKind": passage.tenant_kind,
            "outcome": outcome,
            "codes": passage.codes or None,
            "statements": passage.statements,
            "sqlMs": _ms(passage.seconds[SQL]),
            "ms": _ms(passage.lasted),
        }
        quiet = passage.repeated or (route in ASKED_BY_MACHINES and status == 200)
        log.log(logging.DEBUG if quiet else logging.INFO, "answered", extra={"told": told})


def note_operation(context: ExecutionContext) -> None:
    """What is executed, and what it is called. Told once its document fits the schema: only then are its words words of a
    front end, and not of anybody."""
    passage = current()
    if passage is not None and not context.pre_execution_errors:
        with suppress(CannotGetOperationTypeError, RuntimeError):  # names an operation that there is not
            passage.kind = context.operation_type.value
            passage.name = (context.operation_name or "")[:64] or None


def _well_formed(given: str | None) -> str:
    return given if given and WELL_FORMED.fullmatch(given) else Passage().id


def _marks(passage: Passage, scope: Scope) -> list[tuple[bytes, bytes]]:
    marks = [(REQUEST_ID.lower().encode(), passage.id.encode())]
    if scope["type"] == "http" and scope["path"] == GRAPHQL:
        marks.append((b"server-timing", ", ".join(_timings(passage)).encode()))
    return marks


def _timings(passage: Passage) -> Iterator[str]:
    if passage.tenant_kind != NO_TENANT:
        for name in STAGES:
            if name in passage.seconds:
                count = f';desc="{passage.statements} statements"' if name == SQL else ""
                yield f"{name};dur={_ms(passage.seconds[name])}{count}"
    yield f"total;dur={_ms(passage.lasted)}"


def _outcome(passage: Passage, status: int | None) -> str:
    if status == GONE:
        return "gone"
    if Internal.code in passage.codes or (status or 0) >= 500:
        return "failed"
    return "refused" if passage.codes or (status or 0) >= 400 else "ok"


def _facts(passage: Passage, status: int | None) -> dict[str, Any]:
    facts = {
        "gongguan.request.id": passage.id,
        "gongguan.tenant.kind": passage.tenant_kind,
        "gongguan.error.codes": passage.codes,
        "gongguan.statements": passage.statements,
        "graphql.operation.type": passage.kind,
        "graphql.operation.name": passage.name,
        "http.response.status_code": status,
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _path(route: BaseRoute) -> tuple[object, str]:
    """By what a scope shows where it went, and how that is called: `/files/{id}`, so that no id is told."""
    if isinstance(route, Route | WebSocketRoute):
        return route.endpoint, route.path
    assert isinstance(route, Mount)
    return route.app, route.path
