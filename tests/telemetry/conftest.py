"""A running API that is watched as in production: its log in JSON, its traces to a collector, its metrics by token."""

import asyncio
import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider

from api import readers
from api.app import create_app
from api.hub import Hub
from domain.documents.store import Store
from domain.edge import Edge
from ops.logs import OURS, Told
from ops.traces import OpenTracer, provider_to
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Engines
from tests.api.conftest import Client
from tests.databases import MigratedDatabase
from tests.keys import KEYS
from tests.loopback import LOOPBACK
from tests.telemetry.collector import Collector, collecting
from tests.workers.workshop import eventually
from tests.worlds import CHEAP_HASHER, NOW, HandSetClock, World

TOKEN = "the token of the test's metrics"


class LogBook(logging.Handler):
    """The log of the process, in the shape of production."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Told())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        if record.thread != threading.main_thread().ident:  # the front ends of the tests run there
            self.lines.append(self.format(record))

    async def of(self, request_id: str) -> list[dict[str, Any]]:
        """The lines of one request, once there is the one that says that it was answered: that is written last."""

        async def told() -> list[dict[str, Any]]:
            """the end of the request is in the log"""
            lines = [json.loads(line) for line in self.lines]
            found = [line for line in lines if line.get("requestId") == request_id]
            return found if any(line["event"] == "answered" for line in found) else []

        lines: list[dict[str, Any]] = await eventually(told)
        return lines


@dataclass
class Watched:
    """The platform and all that watches it."""

    url: str
    engines: Engines
    collector: Collector
    provider: TracerProvider
    clock: HandSetClock = field(default_factory=HandSetClock)
    log: LogBook = field(default_factory=LogBook)

    @property
    def traces(self) -> Collector:
        """The collector, once everything that has ended has been sent to it."""
        assert self.provider.force_flush()
        return self.collector


@pytest.fixture(scope="session")
def watched(
    migrated_database: MigratedDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """uvicorn with the whole application, in a thread with its own event loop, on a free port of the loopback."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(
        uvicorn.Config(
            "not used",
            http=readers.Http,
            ws=readers.Sockets,
            log_config=None,
            log_level="warning",
            lifespan="on",
        )
    )
    with collecting() as collector:
        platform = Watched(
            f"http://127.0.0.1:{listening.getsockname()[1]}",
            Engines.of(migrated_database.app, pool_size=5),
            collector,
            provider_to(OTLPSpanExporter(f"{collector.url}/v1/traces"), program="api"),
        )

        async def serve() -> None:
            server.config.app = create_app(
                edge=Edge(engines=platform.engines, clock=platform.clock, keys=lambda: KEYS),
                doorkeeper=Doorkeeper(platform.engines.writing, SignInPolicy(), CHEAP_HASHER),
                store=Store(tmp_path_factory.mktemp("files")),
                hub=Hub(seconds_between_looks=0.2),
                metrics_token=TOKEN,
                tracer=OpenTracer(platform.provider.get_tracer("gongguan")),
            )
            await server.serve(sockets=[listening])

        root, ours = logging.getLogger(), logging.getLogger(OURS)
        root.addHandler(platform.log)
        ours.setLevel(logging.DEBUG)
        thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
        thread.start()
        with httpx.Client(**LOOPBACK) as client:
            client.get(f"{platform.url}/healthz", timeout=30).raise_for_status()
        try:
            yield platform
        finally:
            root.removeHandler(platform.log)
            ours.setLevel(logging.NOTSET)
            server.should_exit = True
            thread.join(timeout=10)
            platform.provider.shutdown()
    assert not thread.is_alive(), "the server did not end"


@pytest_asyncio.fixture(loop_scope="session")
async def client(watched: Watched, world: World) -> AsyncIterator[Client]:
    """Somebody who has not signed in, in a fresh county, at `NOW`."""
    async with httpx.AsyncClient(base_url=watched.url, **LOOPBACK, timeout=30) as http:
        yield Client(http, world, {"Accept-Language": "en"})
    watched.clock.instant = NOW
