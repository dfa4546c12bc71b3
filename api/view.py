"""GraphQL over HTTP: from a request to an operation, and from its result to a response.

Follows the GraphQL-over-HTTP draft: POST with a JSON body, GET for reads only, `application/graphql-response+json`
for whoever accepts it and `application/json` for everybody else. What is no GraphQL request at all is answered with
400 and a JSON body that says why. A POST that accepts `text/event-stream` is a subscription, answered in
`event_streams.py`. It executes nothing itself, and sockets are not its business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.asked import Asked, credentials_of
from api.errors import BadRequest, Internal, is_about_the_request, presented
from api.event_streams import EVENT_STREAM, EventStream
from api.execution import HouseSchema, Operation
from api.hub import Hub
from api.languages import preferred
from api.live import answers
from domain.edge import Edge
from tenancy.refusals import Language
from tenancy.sign_in import Doorkeeper
from tenancy.telemetry import note_code

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
VARIES = "Accept, Accept-Language, Authorization, X-Acting-As"
ALLOWED: Mapping[str, frozenset[OperationType]] = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}


class NotAnOperation(Exception):
    """The request holds no GraphQL operation; `status` and the sentence say why."""

    def __init__(self, problem: str, *, status: int = 400, allow: str | None = None) -> None:
        super().__init__(problem)
        self.status = status
        self.headers = {"Allow": allow} if allow else {}


@dataclass(frozen=True, slots=True)
class View:
    """The endpoint `/graphql`."""

    schema: HouseSchema
    edge: Edge
    doorkeeper: Doorkeeper
    hub: Hub

    async def answer(self, request: Request) -> Response:
        """Execute what the request asks, and answer."""
        headers = request.headers
        language = preferred(headers.get("accept-language"))
        media_type = _media_type(headers.get("accept"), request.method)
        try:
            operation = await _operation(request)
            asked = self.asked(
                headers.get("authorization"), headers.get("x-acting-as"), headers.get("accept-language")
            )
            if media_type == EVENT_STREAM:
                return EventStream(answers(self.schema, asked, operation), asked, vary=VARIES)
            result = await self._execute(operation, asked, request.method)
        except NotAnOperation as problem:
            note_code(BadRequest.code)
            body = {"errors": [{"message": str(problem), "extensions": {"code": BadRequest.code}}]}
            return _response(body, problem.status, media_type, language, problem.headers)
        return _shown(result, media_type, language)

    def asked(self, authorization: str | None, acting_as: str | None, accept_language: str | None) -> Asked:
        """What a request brings along, whichever way it came."""
        return Asked(
            edge=self.edge,
            doorkeeper=self.doorkeeper,
            credentials=credentials_of(authorization, acting_as),
            language=preferred(accept_language),
            hub=self.hub,
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
            kind = error.operation_type.value
            if method == "GET" and error.operation_type is OperationType.MUTATION:
                raise NotAnOperation(
                    "A GET changes nothing: send mutations by POST.", status=405, allow="POST"
                ) from error
            return PreExecutionError(
                data=None,
                errors=[
                    GraphQLError(
                        f"There is no {kind} over {method} here. A subscription comes by POST with "
                        f"`Accept: {EVENT_STREAM}`, or over a WebSocket ({GRAPHQL_TRANSPORT_WS_PROTOCOL})."
                    )
                ],
            )


async def _operation(request: Request) -> Operation:
    given = _query_parameters(request) if request.method == "GET" else await _body(request)
    query = _of_type(given, "query", str)
    if not query:
        raise NotAnOperation("The request has no `query`.")
    return Operation(
        query=query,
        variables=_of_type(given, "variables", dict),
        name=_of_type(given, "operationName", str) or None,
        extensions=_of_type(given, "extensions", dict),
    )


def _query_parameters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _decoded(given[name], what=f"`{name}`") if given[name] else None
    return given


async def _body(request: Request) -> dict[str, Any]:
    content_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if content_type.strip().lower() != JSON or not _is_utf8(parameters):
        raise NotAnOperation(f"Send the operation as {JSON} in UTF-8.", status=415)
    given = _decoded(await request.body(), what="The body")
    if isinstance(given, list):
        raise NotAnOperation("One operation a request: batches are not accepted.")
    if not isinstance(given, dict):
        raise NotAnOperation("The body must be a JSON object with a `query`.")
    return given


def _decoded(text: str | bytes, *, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:  # also for what is nested beyond reason, and for broken UTF-8
        raise NotAnOperation(f"{what} is not JSON: {error}") from error


def _is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower() in ("utf-8", "utf8")
    return True


def _of_type(given: Mapping[str, Any], name: str, wanted: type) -> Any:
    value = given.get(name)
    if value is not None and not isinstance(value, wanted):
        raise NotAnOperation(f"`{name}` must be {'an object' if wanted is dict else 'a string'}.")
    return value


def _media_type(accept: str | None, method: str) -> str:
    """The kind of response that is preferred; `application/json` where nothing says that the newer one is known.

    Whoever names an event stream wants one, whatever else would do: clients name them all together.
    """
    weights = dict(_weighed(accept))
    if method == "POST" and weights.get(EVENT_STREAM, 0.0) > 0:
        return EVENT_STREAM
    newer = weights.get(GRAPHQL_RESPONSE, 0.0)
    older = weights.get(JSON, weights.get("application/*", weights.get("*/*", 0.0)))
    return GRAPHQL_RESPONSE if newer > 0 and newer >= older else JSON


def _weighed(accept: str | None) -> Iterable[tuple[str, float]]:
    for part in (accept or "*/*").split(","):
        media_range, *parameters = part.split(";")
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.strip().partition("=")
            if name.lower() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        yield media_range.strip().lower(), weight


def _shown(result: ExecutionResult, media_type: str, language: Language) -> Response:
    errors = presented(result.errors or (), language)
    if not _never_began(result):
        body: dict[str, Any] = {"data": result.data} | ({"errors": errors} if errors else {})
        return _response(body, 200, media_type, language)
    if any(error["extensions"]["code"] == Internal.code for error in errors):
        return _response({"errors": errors}, 500, media_type, language)
    # Clients of the older kind take everything but 200 for a broken connection and never look at the errors.
    return _response({"errors": errors}, 200 if media_type == JSON else 400, media_type, language)


def _never_began(result: ExecutionResult) -> bool:
    """Whether execution never began, so that there is no `data`, not even null: syntax, validation, variables."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and any(map(is_about_the_request, result.errors or ()))


def _response(
    body: Mapping[str, Any],
    status: int,
    media_type: str,
    language: Language,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        headers={
            "Content-Type": f"{media_type}; charset=utf-8",
            "Content-Language": language,
            "Vary": VARIES,
            **(headers or {}),
        },
    )
