"""What must hold of every answer, whatever was asked: it is an answer, it says why not, and it gives nothing away."""

import json
import re
from functools import cache
from typing import Any

import httpx

from ops.error_catalogue import catalogued

UNDERSTOOD = {200, 400, 401, 403, 404, 405, 408, 413, 414, 415, 422, 431}
"""Answers that somebody thought of. Anything else, and 500 above all, is a fault of ours."""

GIVEN_AWAY = re.compile(
    r"Traceback|sqlalchemy|asyncpg|site-packages|\.py\b|Error\(|SELECT |(?i:\bselect\b.*\bfrom\b)", re.DOTALL
)
"""Words of our inside. "select" alone is none: GraphQL asks one to select fields."""


@cache
def codes() -> frozenset[str]:
    """Every code that the catalogue knows."""
    return frozenset(refusal.code for refusal in catalogued())


def judge(response: httpx.Response, asked: object) -> dict[str, Any]:
    """The body of an answer that is as it must be."""
    assert response.status_code in UNDERSTOOD, (response.status_code, response.text, asked)
    assert "json" in response.headers["content-type"], (response.headers, asked)
    body: dict[str, Any] = response.json()
    assert set(body) <= {"data", "errors", "extensions"}, (body, asked)
    assert set(body.get("extensions", {})) <= {"cost"}, (body, asked)
    judge_errors(body.get("errors", []), asked)
    assert body.get("errors") or "data" in body, (body, asked)
    return body


def judge_errors(errors: Any, asked: object) -> None:
    """Every error has a known code, and says nothing about our inside."""
    assert isinstance(errors, list), (errors, asked)
    for error in errors:
        code = error["extensions"]["code"]
        assert code in codes() - {"INTERNAL"}, (error, asked)
        assert error["message"], (error, asked)
        said = error["message"]
        if not isinstance(asked, str | bytes) or said not in str(asked):
            spoken = _without_what_was_asked(said, asked)
            assert not GIVEN_AWAY.search(spoken), (error, asked)


def _without_what_was_asked(said: str, asked: object) -> str:
    """graphql-core repeats names and values of the request: those we did not give away."""
    repeated = json.dumps(asked, default=repr, ensure_ascii=False)
    return " ".join(word for word in said.split() if word.strip("'\".,{}()[]") not in repeated)
