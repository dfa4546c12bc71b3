"""The three compositions, each running for the session over a database of its own."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from domain.documents.store import Store
from ops.addresses import with_database
from tests.databases import MigratedDatabase, migrated
from tests.isolation.ground import Backstage, Ground
from tests.isolation.life import Life
from tests.isolation.locks import Composition, Locks, running, without_row_security
from tests.isolation.watching import Watch
from tests.servers import Databases, TestServers
from tests.worlds import NOW


@pytest_asyncio.fixture(
    scope="session",
    loop_scope="session",
    params=[
        # What one of the locks keeps, two keep; so both together are only walked when there is time.
        pytest.param("both", id="both", marks=pytest.mark.soak),
        pytest.param("row security off", id="row-security-off"),
        pytest.param("filter off", id="filter-off"),
    ],
)
async def locks_and_database(
    request: pytest.FixtureRequest, fresh_database: Databases, servers: TestServers
) -> AsyncIterator[tuple[Locks, MigratedDatabase]]:
    """One of the compositions' databases."""
    database = await migrated(fresh_database, servers, label="isolation")
    if request.param == "row security off":
        name = database.owner.rpartition("/")[2]
        await without_row_security(with_database(servers.database_url, name))
    yield request.param, database


@pytest.fixture(scope="session")
def composition(
    locks_and_database: tuple[Locks, MigratedDatabase], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Composition]:
    """The running platform."""
    locks, database = locks_and_database
    with running(locks, database, tmp_path_factory.mktemp("files")) as platform:
        yield platform


@pytest.fixture(scope="session")
def watch(composition: Composition) -> Iterator[Watch]:
    """A front end over it that looks through everything."""
    backstage = Backstage(composition.database, composition.clock, Store(composition.files))
    watching = Watch.over(composition, backstage)
    yield watching
    watching.http.close()
    backstage.close()


@pytest.fixture(scope="session")
def lived_in(watch: Watch) -> Ground:
    """A ground on which everything has happened once. Tests may ask and add; the machine has grounds of its own."""
    watch.composition.clock.instant = NOW
    ground = watch.backstage.ground()
    life = Life(watch, ground)
    life.goes_on()
    life.a_month_passes()
    return ground
