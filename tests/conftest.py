"""What every test may ask for: a PostgreSQL, a Redis, and databases of its own. Pure rules ask for none of it.

The platform's schema, signed-in actors and clients are added by the folders that need them.
"""

import os
import secrets
import zlib
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from hypothesis import settings
from xdist.remote import Producer

from api.app import create_app
from tests.databases import engines, migrated_database, owner_engine, worker_engine
from tests.servers import Databases, TestServers, servers_for_a_session
from tests.turns import Turns, turn
from tests.worlds import clock, edge, world

# Fixtures that stand in files of their own.
__all__ = ["clock", "edge", "engines", "migrated_database", "owner_engine", "worker_engine", "world"]

SERVER_FIXTURES = {"servers"}

BY_THEMSELVES = {"soak", "clients"}
"""Marks of tests that run when they are asked for by name, and then without the others."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "database: uses PostgreSQL or Redis (set by itself on every test that asks for them)"
    )
    if config.getoption("--graphql-core"):
        # For applications in this process, and for those in processes that tests start.
        assert create_app.__kwdefaults__ is not None
        create_app.__kwdefaults__["breadth_first"] = False
        os.environ["GONGGUAN_BREADTH_FIRST"] = "no"
    # What is tested at every change is the same each time: a failure then is the change's. Soaks look elsewhere.
    settings.register_profile("same", derandomize=not config.getoption("--soak"))
    settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    # Options of their own: whoever asks for tests by `-m` must not call the long walks by mistake.
    parser.addoption("--soak", action="store_true", help="run the tests that walk for long, and no others")
    parser.addoption(
        "--clients", action="store_true", help="run the tests that need Node and Chromium, and no others"
    )
    parser.addoption("--seed", type=int, help="begin random walks where a failure said that it began")
    parser.addoption(
        "--graphql-core",
        action="store_true",
        help="let graphql-core execute operations, not the house's own executor",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if SERVER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
    wanted = {name for name in BY_THEMSELVES if config.getoption(f"--{name}")}
    left_out = [
        item for item in items if BY_THEMSELVES & {mark.name for mark in item.iter_markers()} != wanted
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    items.sort(key=lambda item: turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)  # the hunt for mutants runs without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Turns | None:
    return Turns(config, log) if config.option.dist == "loadfile" else None


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What a random walk is drawn from: `--seed`, or each test's own number, or in a soak another each time."""
    given: int | None = request.config.getoption("--seed")
    if given is not None:
        return given
    if request.config.getoption("--soak"):
        return secrets.randbits(32)
    return zlib.crc32(request.node.nodeid.encode())


@pytest.fixture(scope="session")
def servers() -> Iterator[TestServers]:
    """PostgreSQL and Redis for this session: throw-away ones, or those of DATABASE_URL and REDIS_URL."""
    with servers_for_a_session() as started:
        yield started


@pytest.fixture(scope="session")
def postgres_server(servers: TestServers) -> str:
    """An administrator's address on the session's PostgreSQL. Make databases of your own: `fresh_database`."""
    return servers.database_url


@pytest.fixture(scope="session")
def redis_server(servers: TestServers) -> str:
    """The address of the session's Redis."""
    return servers.redis_url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def fresh_database(servers: TestServers) -> AsyncIterator[Databases]:
    """A maker of databases: `await fresh_database(template=…, label=…)`; dropped with the session."""
    databases = Databases(servers)
    yield databases
    await databases.drop_all()
