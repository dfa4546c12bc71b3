"""Two APIs over one database and one Redis, each a uvicorn in a thread with its own event loop."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api import readers
from api.app import create_app
from api.hub import Hub
from api.seats import Seats
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Engines
from tests.databases import MigratedDatabase
from tests.loopback import LOOPBACK
from tests.workers.redis_of_its_own import OwnRedis
from tests.worlds import CHEAP_HASHER, HandSetClock

SELDOM = 3600.0
"""Seconds between looks: so long that whatever arrives in a test was woken."""

OFTEN = 0.2
"""So short that whatever a test waits for is found without being woken."""


@dataclass
class Api:
    """One running application."""

    url: str
    hub: Hub
    edge: Edge

    @property
    def socket_url(self) -> str:
        """Where sockets connect."""
        return self.url.replace("http", "ws", 1) + "/graphql"


@dataclass
class Platform:
    """Everything that listeners can be tested against."""

    apis: list[Api]
    database: MigratedDatabase
    redis: OwnRedis
    clock: HandSetClock
    files: Path

    @contextmanager
    def looking(self, seconds: float) -> Iterator[None]:
        """Whoever begins to listen within the block looks this often by themselves."""
        before = [api.hub.seconds_between_looks for api in self.apis]
        for api in self.apis:
            api.hub.seconds_between_looks = seconds
        try:
            yield
        finally:
            for api, kept in zip(self.apis, before, strict=True):
                api.hub.seconds_between_looks = kept


@contextmanager
def running(database: MigratedDatabase, redis: OwnRedis, files: Path) -> Iterator[Platform]:
    """Both APIs, until the block ends."""
    clock = HandSetClock()
    with ExitStack() as stack:
        apis = [stack.enter_context(api(database, redis.url, clock, files)) for _ in range(2)]
        yield Platform(apis, database, redis, clock, files)


@contextmanager
def api(
    database: MigratedDatabase,
    redis_url: str,
    clock: HandSetClock,
    files: Path,
    *,
    seats: Seats | None = None,
    send_buffer: int | None = None,
    served: Mapping[str, Any] | None = None,
    **conditions: Any,
) -> Iterator[Api]:
    """One API, until the block ends; `conditions` are those of `create_app`, `served` those of uvicorn.

    `send_buffer` is what the system takes off its hands for one connection, in bytes.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    if send_buffer is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    listening.listen()
    server = uvicorn.Server(
        uvicorn.Config(
            "not used",
            http=readers.Http,
            ws=readers.Sockets,
            ws_per_message_deflate=False,
            log_level="warning",
            lifespan="on",
            access_log=False,
            **(served or {}),
        )
    )
    engines = Engines.of(database.app, pool_size=5)
    hub = Hub(redis_url, seats=seats, seconds_between_looks=SELDOM)
    edge = Edge(engines=engines, clock=clock)

    async def serve() -> None:
        server.config.app = create_app(
            edge=edge,
            doorkeeper=Doorkeeper(engines.writing, SignInPolicy(), CHEAP_HASHER),
            store=Store(files),
            hub=hub,
            **conditions,
        )
        await server.serve(sockets=[listening])

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with httpx.Client(**LOOPBACK) as client:
        client.get(f"{url}/healthz", timeout=30).raise_for_status()
    yield Api(url, hub, edge)
    server.should_exit = True
    thread.join(timeout=10)
    assert not thread.is_alive(), "the server did not end"
