"""What is measured: our API beside its peers, with parts of it taken out, and on other servers.

Each table takes the servers and a way to copy the seeded county, and says what it found, to be read and to be kept.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.peers.ours import PARTS
from bench.peers.questions import QUESTIONS, Asker
from bench.peers.rounds import Contestant, Record, measured
from bench.peers.serving import BY_HAND, LOADERS, NODE, OURS, POSTGRAPHILE, postgresql, serving
from bench.run import Copy, Run
from domain.referrals.models import Referral
from ops.addresses import database_of, for_sqlalchemy, with_database
from ops.roles import login_of
from tests.servers import TestServers

PERSON, BODY = "gao", "kunyang"

OBJECT_BY_OBJECT = {"GONGGUAN_BREADTH_FIRST": "no"}


@dataclass(frozen=True, slots=True)
class Table:
    """What was found."""

    shown: str
    figures: Sequence[Mapping[str, Any]]


async def peers(servers: TestServers, copy: Copy, *, rounds: int, seconds: float) -> Table:
    """Everybody over one database."""
    run = await copy()
    asker = await _asker(run)
    with _home() as home, ExitStack() as running:

        def start(
            name: str,
            command: Sequence[str],
            request: Callable[[str, int], bytes],
            environment: Mapping[str, str] | None = None,
        ) -> Contestant:
            server = serving(
                command,
                database_url=run.urls.app,
                redis_url=servers.redis_url,
                home=home,
                environment=environment,
            )
            return Contestant(name, running.enter_context(server), request)

        contestants = [
            start("ours", OURS, asker.graphql),
            start("PostGraphile", POSTGRAPHILE, asker.postgraphile, NODE),
            start("strawberry with loaders", LOADERS, asker.plain_graphql),
            start("by hand", BY_HAND, asker.by_hand),
            start("ours on graphql-core", OURS, asker.graphql, OBJECT_BY_OBJECT),
        ]
        records = await asyncio.to_thread(
            measured,
            contestants,
            QUESTIONS,
            database=await postgresql(servers),
            rounds=rounds,
            seconds=seconds,
        )
    await run.close()
    table = _table(records, beside="ours")
    return replace(table, shown="\n".join((table.shown, "", *_ratios(records))))


async def costs(servers: TestServers, copy: Copy, *, rounds: int, seconds: float) -> Table:
    """Our API whole, without each of its walls, and without any."""
    whole, above, bound = await copy(), await copy(), await copy()
    asker = await _asker(whole)
    await _above_row_security(servers, above)
    await _bound_to_one_scope(servers, bound, asker)
    without: Mapping[str, tuple[Run, Sequence[str]]] = {
        "whole": (whole, ()),
        "without row-level security": (above, ()),
        "without the opening call": (bound, ("scope",)),
        "without policies": (whole, ("policy",)),
        "without any of them": (above, PARTS),
    }
    with _home() as home, ExitStack() as running:
        contestants = [
            Contestant(
                name,
                running.enter_context(
                    serving(
                        (sys.executable, "-m", "bench.peers.ours", *parts),
                        database_url=run.urls.app,
                        redis_url=servers.redis_url,
                        home=home,
                    )
                ),
                asker.graphql,
            )
            for name, (run, parts) in without.items()
        ]
        records = await asyncio.to_thread(
            measured,
            contestants,
            ("nested", "small"),
            database=await postgresql(servers),
            at_once=(1,),
            rounds=rounds,
            seconds=seconds,
        )
    for run in (whole, above, bound):
        await run.close()
    return _table(records, beside="whole")


async def other_servers(servers: TestServers, copy: Copy, *, rounds: int, seconds: float) -> Table:
    """The same application on uvicorn and granian, with one and two processes, on either loop."""
    run = await copy()
    asker = await _asker(run)
    target = "bench.peers.ours:app"
    with _home() as home, ExitStack() as running:

        def start(name: str, *command: str) -> Contestant:
            server = serving(
                (sys.executable, "-m", *command),
                database_url=run.urls.app,
                redis_url=servers.redis_url,
                home=home,
            )
            return Contestant(name, running.enter_context(server), asker.graphql)

        def uvicorn(workers: int, loop: str) -> Contestant:
            how = ("--factory", "--port", "{port}", "--workers", str(workers), "--loop", loop)
            quiet = ("--http", "httptools", "--no-access-log", "--log-level", "warning")
            return start(f"uvicorn, {workers} × {loop}", "uvicorn", target, *how, *quiet)

        def granian(workers: int, loop: str) -> Contestant:
            how = ("--factory", "--port", "{port}", "--workers", str(workers), "--loop", loop)
            quiet = ("--interface", "asgi", "--no-ws", "--log-level", "warning")
            return start(f"granian, {workers} × {loop}", "granian", target, *how, *quiet)

        contestants = [
            start("gongguan api", "ops", "api"),
            *(
                server(workers, loop)
                for workers in (1, 2)
                for loop in ("uvloop", "asyncio")
                for server in (uvicorn, granian)
            ),
        ]
        records = await asyncio.to_thread(
            measured,
            contestants,
            ("nested", "small"),
            database=await postgresql(servers),
            at_once=(8,),
            rounds=rounds,
            seconds=seconds,
        )
    await run.close()
    return _table(records, beside="gongguan api")


TABLES: Mapping[str, Callable[..., Awaitable[Table]]] = {
    "peers": peers,
    "costs": costs,
    "servers": other_servers,
}


async def _asker(run: Run) -> Asker:
    """Somebody who asks for Kunyang's box, and for the last referral in it."""
    county_id, body_id = run.world.county_id, run.world.bodies[BODY]
    async with run.owner.connect() as connection:
        referral_id = await connection.scalar(
            select(Referral.id)
            .where(Referral.county_id == county_id, Referral.to_id == body_id)
            .order_by(Referral.id.desc())
            .limit(1)
        )
    assert referral_id is not None
    return Asker(run.world[PERSON].token, BODY, county_id, body_id, referral_id)


async def _above_row_security(servers: TestServers, run: Run) -> None:
    await _alter_login(servers, run, "bypassrls")


async def _bound_to_one_scope(servers: TestServers, run: Run, asker: Asker) -> None:
    scope = {
        "county": asker.county_id,
        "tenant": asker.body_id,
        "person": run.world[PERSON].person_id,
        "overseen": "",
    }
    for part, value in scope.items():
        await _alter_login(servers, run, f"set gongguan.{part} = '{value}'")


async def _alter_login(servers: TestServers, run: Run, how: str) -> None:
    database = database_of(run.urls.app)
    engine = create_async_engine(for_sqlalchemy(with_database(servers.database_url, database)))
    async with engine.begin() as connection:
        await connection.execute(text(f'alter role "{login_of("app", database)}" {how}'))
    await engine.dispose()


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _ratios(records: Sequence[Record]) -> Iterator[str]:
    """What the API is judged by."""
    places: dict[str, dict[str, Record]] = {}
    for each in records:
        places.setdefault(f"{each.question}, {each.at_once} at once", {})[each.who] = each
    for place, measured_there in places.items():
        ours = measured_there["ours"]
        others = {who: ours.beside(each) for who, each in measured_there.items()}
        yield (
            f"{place:<38}a second, ours ÷ PostGraphile {others['PostGraphile']:.2f}"
            f", ours ÷ loaders {others['strawberry with loaders']:.2f}"
            f"; time, ours ÷ by hand {1 / others['by hand']:.1f}"
        )


def _table(records: Sequence[Record], *, beside: str) -> Table:
    measures = {(each.question, each.at_once, each.who): each for each in records}
    lines, figures = [], []
    for (question, at_once, who), each in measures.items():
        first = measures[question, at_once, beside]
        ratio = first.beside(each)
        title = f"{question} ({each.size / 1000:.1f} kB), {at_once} at once"
        if who == beside:
            heads = ("per s", "p50 ms", "p99 ms", "own ms", "its db ms", "first ÷ it")
            lines += ["", f"{title:<38}" + "".join(f"{head:>12}" for head in heads)]
        found = (each.rate, each.p50, each.p99, each.own, each.database, ratio)
        lines.append(f"    {who:<34}" + "".join(f"{figure:>12.2f}" for figure in found))
        names = ("per_second", "p50_ms", "p99_ms", "own_ms", "database_ms", "first_beside_it")
        figures.append(
            {"question": question, "at_once": at_once, "who": who, "bytes": each.size}
            | dict(zip(names, found, strict=True))
        )
    return Table("\n".join(lines), figures)
