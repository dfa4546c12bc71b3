"""A running API for the session, and a client that speaks to it as somebody of the test's county."""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import event

from api.app import create_app
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.driver import Finished
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Engines
from tests.databases import MigratedDatabase
from tests.keys import KEYS
from tests.loopback import LOOPBACK
from tests.workers.redis_of_its_own import OwnRedis
from tests.worlds import CHEAP_HASHER, NOW, HandSetClock, World

if TYPE_CHECKING:
    from tests.live.platform import Api

POLICY = SignInPolicy(failures_allowed=3, locked_for=timedelta(minutes=15), token_lives=timedelta(hours=12))


@dataclass
class Statements:
    """How many statements the server has sent to PostgreSQL, and which were the last of them, as they were made and as texts."""

    count: int = 0
    last: deque[Any] = field(default_factory=partial(deque, maxlen=10))
    texts: deque[str] = field(default_factory=partial(deque, maxlen=10))

    def add(
        self, _connection: object, _cursor: object, text: str, _given: object, context: Any, _: bool
    ) -> None:
        """One more."""
        self.count += 1
        self.texts.append(text)
        if isinstance(context, Finished):
            self.last.append(context.statement)
        elif context.compiled is not None:
            self.last.append(context.compiled.statement)


STATEMENTS = Statements()


@dataclass
class RunningApi:
    """The server's address, its clock, and where it keeps files."""

    url: str
    clock: HandSetClock
    files: Path


@pytest.fixture(scope="session")
def running_api(
    migrated_database: MigratedDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApi]:
    """uvicorn with the whole application, in a thread with its own event loop, on a free port of the loopback."""
    # asyncio sends small packets at once only on sockets that say that they are TCP: without it, 40 ms a request.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    running = RunningApi(
        url=f"http://127.0.0.1:{listening.getsockname()[1]}",
        clock=HandSetClock(),
        files=tmp_path_factory.mktemp("files"),
    )
    server = uvicorn.Server(uvicorn.Config("not used", log_level="warning", lifespan="on"))

    async def serve() -> None:
        engines = Engines.of(migrated_database.app, pool_size=5)
        event.listen(engines.writing.sync_engine, "before_cursor_execute", STATEMENTS.add)
        server.config.app = create_app(
            edge=Edge(engines=engines, clock=running.clock, keys=lambda: KEYS),
            doorkeeper=Doorkeeper(engines.writing, POLICY, CHEAP_HASHER),
            store=Store(running.files),
        )
        await server.serve(sockets=[listening])

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    with httpx.Client(**LOOPBACK) as client:
        # The socket listens already, so this waits in its queue until the server takes it up.
        client.get(f"{running.url}/healthz", timeout=30).raise_for_status()
    yield running
    server.should_exit = True
    thread.join(timeout=10)
    assert not thread.is_alive(), "the server did not end"


@dataclass
class Answer:
    """What came back from one operation."""

    status: int
    body: dict[str, Any]
    headers: httpx.Headers

    @property
    def data(self) -> Any:
        """The data of an operation that must have gone well."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def codes(self) -> list[str]:
        """The codes of its errors."""
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]


@dataclass
class Client:
    """Somebody's front end. `as_` gives another one's."""

    http: httpx.AsyncClient
    world: World
    headers: dict[str, str] = field(default_factory=dict)

    def as_(self, key: str, body: str | None = None, *, language: str = "en") -> "Client":
        """The front end of a person, acting at home or for another body."""
        somebody = self.world[key]
        credentials = somebody.credentials if body is None else somebody.acting_for(body)
        return Client(
            self.http,
            self.world,
            {
                "Authorization": f"Bearer {credentials.token}",
                "X-Acting-As": str(credentials.acting_as),
                "Accept-Language": language,
            },
        )

    def with_headers(self, **headers: str | None) -> "Client":
        """The same with other headers (`x_acting_as=…`); None takes one away."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        merged = {name: value for name, value in {**self.headers, **named}.items() if value is not None}
        return Client(self.http, self.world, merged)

    async def ask(self, query: str, **variables: Any) -> Answer:
        """POST an operation."""
        response = await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=self.headers
        )
        return Answer(response.status_code, response.json(), response.headers)

    async def do(self, mutation: str, selection: str = "", **given: Any) -> dict[str, Any]:
        """Carry out one mutation by name and return its payload; it must not be an error as a whole."""
        kind = INPUTS.get(mutation, mutation[0].upper() + mutation[1:] + "Input")
        answer = await self.ask(
            f"mutation($input: {kind}!) {{ {mutation}(input: $input) "
            f"{{ userErrors {{ code message field }} clientMutationId {selection} }} }}",
            input=given,
        )
        payload: dict[str, Any] = answer.data[mutation]
        return payload


INPUTS = {
    "approveReferral": "ReferralInput",
    "takeInReferral": "ReferralInput",
    "acceptReferral": "ReferralInput",
    "discardReferral": "ReferralInput",
    "claimReferral": "HandleReferralInput",
    "releaseReferral": "HandleReferralInput",
    "rejectReferral": "ReasonedReferralInput",
    "withdrawReferral": "ReasonedReferralInput",
    "confirmAgreement": "AgreementInput",
    "withdrawAgreement": "AgreementInput",
    "sendAlert": "AlertInput",
    "discardAlert": "AlertInput",
    "withdrawConsultation": "ConsultationInput",
    "discardSupervisionNote": "SupervisionNoteInput",
    "sendSupervisionNote": "SupervisionNoteInput",
    "acknowledgeSupervisionNote": "SupervisionNoteInput",
}


@pytest_asyncio.fixture(loop_scope="session")
async def client(running_api: RunningApi, world: World) -> AsyncIterator[Client]:
    """Somebody who has not signed in, in a fresh county, at `NOW`."""
    async with httpx.AsyncClient(base_url=running_api.url, **LOOPBACK, timeout=30) as http:
        yield Client(http, world, {"Accept-Language": "en"})
    running_api.clock.instant = NOW


@pytest.fixture
def api_clock(running_api: RunningApi) -> HandSetClock:
    """The server's clock; put back to `NOW` after the test."""
    return running_api.clock


@pytest.fixture(scope="session")
def hurried(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Api"]:
    """An API that gives an operation two seconds."""
    from tests.live.platform import api

    with api(
        migrated_database, redis_server, HandSetClock(), tmp_path_factory.mktemp("files"), seconds=2.0
    ) as running:
        yield running


class Wall:
    """The time, as a test sets it."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest_asyncio.fixture(loop_scope="session")
async def redis() -> AsyncIterator[OwnRedis]:
    server = OwnRedis()
    await server.start()
    yield server
    server.kill()
