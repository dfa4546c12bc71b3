"""How PostgreSQL plans what the platform sends, word for word, by the app's login in somebody's scope.

Plans depend on how much there is: a test brings a database that it filled, and says what it expects of the nodes.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event

from domain.edge import Edge
from domain.work import Work
from tenancy.transactions import Credentials, Engines


@asynccontextmanager
async def watched(
    edge: Edge, engines: Engines, credentials: Credentials
) -> AsyncIterator[tuple[Work, list[tuple[str, Any]]]]:
    """Somebody's snapshot, and what is sent in it."""
    sent: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        sent.append((statement, parameters))

    event.listen(engines.reading.sync_engine, "before_cursor_execute", note)
    try:
        async with edge.reading(credentials) as work:
            sent.clear()
            yield work, sent
    finally:
        event.remove(engines.reading.sync_engine, "before_cursor_execute", note)


async def planned(work: Work, statement: str, parameters: Any, *, mode: str) -> list[dict[str, Any]]:
    """The nodes of the plan of this statement, planned for these values (`custom`) or for any (`generic`)."""
    driver = (await (await work.session.connection()).get_raw_connection()).driver_connection
    await driver.execute(f"set local plan_cache_mode = force_{mode}_plan")
    await driver.execute(f"prepare asked as {statement}")
    values = ", ".join(literal(value) for value in parameters)
    told = await driver.fetchval(f"explain (format json) execute asked ({values})")
    await driver.execute("deallocate asked")
    return list(nodes(told[0]["Plan"]))


def literal(value: Any) -> str:
    if isinstance(value, list):
        return "'{" + ", ".join(map(str, value)) + "}'"
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
