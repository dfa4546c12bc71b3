"""/healthz: the process answers. /readyz: so does the database, and the worker has run within the last minute.

What the worker does not do, nobody sees: reminders that never ring, notices that never come. So an API beside a dead
worker is not ready, and says what is missing.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.errors import log
from api.time_limit import TimeLimit
from domain.edge import Edge
from domain.outbox.queries import ran_within

BEATS_WITHIN = timedelta(seconds=60)

PATIENCE = 3.0
"""Seconds that a database may take to say how things are. Whoever watches us waits for about ten, and knows nothing then."""


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


def readyz(edge: Edge) -> Callable[[Request], Awaitable[Response]]:
    """Whether requests can be served in full: 200, or 503 with what is missing."""

    async def answer(_request: Request) -> Response:
        missing = []
        try:
            async with TimeLimit(PATIENCE).kept():
                if not await ran_within(edge.engines.writing, BEATS_WITHIN):
                    missing.append("worker")
        except Exception:  # whatever it is, the database does not answer
            log.warning("the database does not answer", exc_info=True)
            missing.append("database")
        return JSONResponse(
            {"status": "unavailable" if missing else "ok", "missing": missing},
            status_code=503 if missing else 200,
        )

    return answer
