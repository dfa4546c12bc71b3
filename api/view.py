"""GraphQL over HTTP: from a request to an operation, and from its result to a response.

Follows the GraphQL-over-HTTP draft: POST with a JSON body, GET for reads only, `application/graphql-response+json`
for whoever accepts it and `application/json` for everybody else. What is no GraphQL request at all is answered with
400 and a JSON body that says why. A subscription is a POST that accepts `text/event-stream`, answered in
`event_streams.py`; whoever accepts that and nothing else is answered there, whatever the operation. It executes
nothing itself, and sockets are not its business.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.allowances import Allowances
from api.asked import Asked, credentials_of
from api.errors import FAULTS, BadRequest, is_about_the_request, presented
from api.event_streams import EVENT_STREAM, EventStream
from api.hub import Hub
from api.languages import preferred
from api.live import answers, never_began, told
from api.operations import HouseSchema, Operation
from api.refused import refused
from api.responses import ANYTHING, GRAPHQL_RESPONSE, JSON, VARIES, media_type, response, weighed
from api.telemetry import GONE
from api.time_limit import SECONDS, TimedOut
from api.trusted import TrustedDocuments, text_in
from domain.edge import Edge
from tenancy.refusals import Language, Refusal
from tenancy.sign_in import Doorkeeper

T = TypeVar("T")

ALLOWED: Mapping[str, frozenset[OperationType]] = {
    "GET": frozenset({OperationType.QUERY}),
    "HEAD": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}

PARTS: Mapping[str, type] = {
    "query": str,
    "documentId": str,
    "operationName": str,
    "variables": dict,
    "extensions": dict,
}
"""Of a request, whatever carries it."""


class NotAnOperation(Exception):
    """The request holds no GraphQL operation; `status` and the refusal say why."""

    def __init__(self, en: str, zh: str, *, status: int = 400, allow: str | None = None) -> None:
        self.refusal = BadRequest(problem_en=en, problem_zh=zh)
        super().__init__(self.refusal)
        self.status = status
        self.headers = {"Allow": allow} if allow else {}


class IsASubscription(Exception):
    """The operation has no single answer; the refusal says how it is sent."""

    def __init__(self, method: str) -> None:
        self.refusal = BadRequest(
            problem_en=f"there are no subscriptions over {method} here. Send a POST with `Accept: {EVENT_STREAM}`, "
            f"or use a WebSocket ({GRAPHQL_TRANSPORT_WS_PROTOCOL}).",
            problem_zh=f"{method} 请求不支持订阅。请以 POST 发送并注明 Accept: {EVENT_STREAM},"
            f"或使用 WebSocket（{GRAPHQL_TRANSPORT_WS_PROTOCOL}）。",
        )
        super().__init__(self.refusal)


@dataclass(frozen=True, slots=True)
class View:
    """The endpoint `/graphql`."""

    schema: HouseSchema
    edge: Edge
    doorkeeper: Doorkeeper
    hub: Hub
    seconds: float = SECONDS
    trusted: TrustedDocuments | None = None
    allowances: Allowances | None = None

    async def answer(self, request: Request) -> Response:
        """Execute what the request asks, and answer."""
        headers = request.headers
        accepted = headers.get("accept")
        takes_events = request.method == "POST" and _takes(accepted, EVENT_STREAM)
        # Some clients name whatever they know with every request: the kind of the operation decides.
        wants_events = takes_events and not _takes(accepted, GRAPHQL_RESPONSE, JSON, *ANYTHING)
        asked = self.asked(
            headers.get("authorization"), headers.get("x-acting-as"), headers.get("accept-language")
        )
        try:
            asked.refuse_who_rests()
            # What trickles in takes nobody else's time, but a connection.
            async with asked.time.kept():
                given = await _given(request)
            asked.begin()
            operation = self.operation(given)
            if wants_events:
                return EventStream(answers(self.schema, asked, operation), asked, vary=VARIES)
            result = await _while_listened_to(request, asked, self._execute(operation, asked, request.method))
        except IsASubscription as subscription:
            if takes_events:
                return EventStream(answers(self.schema, asked, operation), asked, vary=VARIES)
            result = never_began(subscription.refusal)
        except NotAnOperation as problem:
            return refused(request, problem.refusal, problem.status, problem.headers)
        except TimedOut as slow:
            return refused(request, slow, 408, {"Connection": "close"})
        except ClientDisconnect:
            return Response(status_code=GONE)
        except Refusal as refusal:
            result = never_began(refusal)
            if wants_events:
                return EventStream(told(result), asked, vary=VARIES)
        return _shown(result, media_type(accepted), asked.language)

    def operation(self, given: Mapping[str, Any]) -> Operation:
        """What is asked, whichever way it came. Raises `NotAnOperation`, and what `trusted.py` refuses."""
        _refuse_odd_parts(given)
        query = text_in(given, self.trusted)
        if query is None:
            raise NotAnOperation(
                "it has no `query`. Send the document as `query`, or its id as `documentId`.",
                "缺少 query。请以 query 发送查询文档，或以 documentId 发送其编号。",
            )
        return Operation(
            query=query,
            variables=given.get("variables"),
            name=given.get("operationName") or None,
            extensions=given.get("extensions"),
        )

    def asked(self, authorization: str | None, acting_as: str | None, accept_language: str | None) -> Asked:
        """What a request brings along, whichever way it came."""
        return Asked(
            edge=self.edge,
            doorkeeper=self.doorkeeper,
            credentials=credentials_of(authorization, acting_as),
            language=preferred(accept_language),
            hub=self.hub,
            seconds=self.seconds,
            allowances=self.allowances,
        )

    async def _execute(self, operation: Operation, asked: Asked, method: str) -> ExecutionResult:
        try:
            return await self.schema.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=asked,
                operation_name=operation.name,
                allowed_operation_types=ALLOWED[method],
                operation_extensions=operation.extensions,
            )
        except CannotGetOperationTypeError as error:
            return PreExecutionError(data=None, errors=[GraphQLError(error.as_http_error_reason())])
        except InvalidOperationTypeError as error:
            if method != "POST" and error.operation_type is OperationType.MUTATION:
                raise NotAnOperation(
                    "a GET changes nothing. Send mutations by POST.",
                    "GET 请求不能办理事项。请以 POST 发送 mutation。",
                    status=405,
                    allow="POST",
                ) from error
            raise IsASubscription(method) from error


async def _while_listened_to(request: Request, asked: Asked, answering: Awaitable[T]) -> T:
    """The answer. If whoever asked goes before it is there, no more is read for it; an act is carried out anyhow."""

    def give_up(listening: asyncio.Task[None]) -> None:
        if not listening.cancelled() and listening.exception() is None:
            asked.reading.abandon()

    listening = asyncio.create_task(_until_gone(request))
    listening.add_done_callback(give_up)
    try:
        return await answering
    finally:
        listening.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


async def _given(request: Request) -> dict[str, Any]:
    return await _body(request) if request.method == "POST" else _query_parameters(request)


def _query_parameters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _decoded(given[name], f"`{name}`", name) if given[name] else None
    return given


async def _body(request: Request) -> dict[str, Any]:
    content_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if content_type.strip().lower() != JSON or not _is_utf8(parameters):
        raise NotAnOperation(
            f"send the operation as {JSON} in UTF-8.", f"请以 {JSON}（UTF-8）发送。", status=415
        )
    given = _decoded(await request.body(), "the body", "请求内容")
    if isinstance(given, list):
        raise NotAnOperation(
            "one operation a request. Send those of a batch one by one.",
            "每次请求只能包含一个操作。请逐个发送。",
        )
    if not isinstance(given, dict):
        raise NotAnOperation(
            "the body must be a JSON object with a `query`.", "请求内容须为含 query 的 JSON 对象。"
        )
    return given


def _decoded(text: str | bytes, what: str, what_zh: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:  # also for what is nested beyond reason, and for broken UTF-8
        raise NotAnOperation(
            f"{what} is not JSON. Correct it: {error}", f"{what_zh}不是有效的 JSON，请更正：{error}"
        ) from error


def _is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower() in ("utf-8", "utf8")
    return True


def _refuse_odd_parts(given: Mapping[str, Any]) -> None:
    for name, wanted in PARTS.items():
        if not isinstance(given.get(name), wanted | None):
            raise NotAnOperation(
                f"`{name}` must be {'an object' if wanted is dict else 'a string'}.",
                f"{name} 须为{'对象' if wanted is dict else '字符串'}。",
            )


def _takes(accept: str | None, *kinds: str) -> bool:
    return any(kind in kinds and weight > 0 for kind, weight in weighed(accept))


def _shown(result: ExecutionResult, kind: str, language: Language) -> Response:
    errors = presented(result.errors or (), language)
    beside = {"extensions": result.extensions} if result.extensions else {}
    if not _never_began(result):
        body: dict[str, Any] = {"data": result.data} | ({"errors": errors} if errors else {}) | beside
        return response(body, 200, kind, language)
    said = [error["extensions"] for error in errors]
    ours = [FAULTS[each["code"]] for each in said if each["code"] in FAULTS]
    if ours:
        return response({"errors": errors}, min(ours), kind, language)
    wait = next((each["retryAfter"] for each in said if "retryAfter" in each), None)
    # Clients of the older kind take everything but 200 for a broken connection and never look at the errors.
    status = 200 if kind == JSON else 400 if wait is None else 429
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return response({"errors": errors} | beside, status, kind, language, headers)


def _never_began(result: ExecutionResult) -> bool:
    """Whether execution never began, so that there is no `data`, not even null: syntax, validation, variables."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and any(map(is_about_the_request, result.errors or ()))
