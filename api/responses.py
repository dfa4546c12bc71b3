"""Responses of GraphQL over HTTP: which of the two media types, and the headers that all of them have."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.responses import Response

from tenancy.refusals import Language

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
ANYTHING = ("application/*", "*/*")
VARIES = "Accept, Accept-Language, Authorization, X-Acting-As"


def response(
    body: Mapping[str, Any],
    status: int,
    media_type: str,
    language: Language,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response as GraphQL over HTTP has it."""
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


def media_type(accept: str | None) -> str:
    """The kind of response that is preferred; `application/json` where nothing says that the newer one is known."""
    weights = dict(weighed(accept))
    newer = weights.get(GRAPHQL_RESPONSE, 0.0)
    older = weights.get(JSON, weights.get("application/*", weights.get("*/*", 0.0)))
    return GRAPHQL_RESPONSE if newer > 0 and newer >= older else JSON


def weighed(accept: str | None) -> Iterable[tuple[str, float]]:
    """What an Accept header lists, each with its weight; a malformed weight counts as none."""
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
