"""The application as an installation with pages serves it, over real HTTP, without a database: no page asks for one."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest_asyncio
import uvicorn

from api.app import create_app
from api.pages.serving import Demo, Pages, SamplePerson
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.refusals import NotFound, Stale
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import Engines
from tests.api.conftest import POLICY
from tests.loopback import LOOPBACK
from tests.worlds import CHEAP_HASHER, HandSetClock

DEMO = Demo(
    password="well-known",
    people=(SamplePerson("bureau.officer", "柏小雪", ("综合行政执法局 工作人员", "昆阳镇 队员")),),
    addressee="T3JnYW5pc2F0aW9u",
)

Serve = Callable[..., Awaitable[httpx.AsyncClient]]


def pages(demo: Demo | None = None) -> Pages:
    return Pages(refusals=lambda: (NotFound, Stale), demo=lambda: demo)


@pytest_asyncio.fixture(loop_scope="session")
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """`await serve(pages=…, introspection=…)`: a browser's way to an application of its own."""

    @asynccontextmanager
    async def served(**wanted: object) -> AsyncIterator[httpx.AsyncClient]:
        engines = Engines.of("postgresql+asyncpg://nobody:nothing@127.0.0.1:1/nowhere")
        app = create_app(
            edge=Edge(engines=engines, clock=HandSetClock()),
            doorkeeper=Doorkeeper(engines.writing, POLICY, CHEAP_HASHER),
            store=Store(tmp_path),
            **wanted,  # type: ignore[arg-type]  # whatever the test wants to be different
        )
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        listening = socket.create_server(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, **LOOPBACK, timeout=30) as browser:
            yield browser
        server.should_exit = True
        await serving

    async with AsyncExitStack() as running:

        async def start(**wanted: object) -> httpx.AsyncClient:
            return await running.enter_async_context(served(**wanted))

        yield start


@pytest_asyncio.fixture(loop_scope="session")
async def browser(serve: Serve) -> httpx.AsyncClient:
    """A browser before an installation that shows the pages and is no demo."""
    return await serve(pages=pages())
