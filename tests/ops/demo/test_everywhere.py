"""All demo counties in one database: in each it is said whose a matter is, by an item, by a duty and by a township's own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.catalogue.competence import Question, who_is_competent
from domain.edge import Edge
from ops.demo.catalogue import PLANS, items
from ops.demo.load import LoadedDemo, load_demo
from ops.demo.people import TEAMS, demo_county
from tenancy.ids import county_id, named_id
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Credentials, Engines
from tests.databases import migrated
from tests.servers import Databases, TestServers
from tests.worlds import CHEAP_HASHER, HandSetClock

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(
    fresh_database: Databases, servers: TestServers
) -> AsyncIterator[tuple[AsyncEngine, Engines]]:
    created = await migrated(fresh_database, servers, label="demos")
    owner, engines = create_async_engine(created.owner), Engines.of(created.app, pool_size=2)
    yield owner, engines
    await engines.dispose()
    await owner.dispose()


async def loaded(owner: AsyncEngine, county: str) -> LoadedDemo:
    async with AsyncSession(owner) as session, session.begin():
        return await load_demo(session, now=NOW, county=county, hasher=CHEAP_HASHER)


@pytest.mark.parametrize("county", TEAMS)
async def test_it_is_said_whose_a_matter_is(database: tuple[AsyncEngine, Engines], county: str) -> None:
    owner, engines = database
    await loaded(owner, county)
    assert (await loaded(owner, county)).added == {}
    plan, demo = PLANS[county], demo_county(county)
    bodies = {code: named_id(county_id(county), "organisation", code) for code in demo.county.bodies}
    township = bodies[plan.signed[0]]
    codes = [next(items(bodies, plan)).code, *plan.duties]
    head = next(each.login for each in demo.accounts.accounts if each.login.endswith(".head"))
    doorkeeper = Doorkeeper(engines.writing, SignInPolicy(), CHEAP_HASHER)
    token = (await doorkeeper.sign_in(login=head, password=demo.accounts.password, now=NOW)).token
    async with Edge(engines=engines, clock=HandSetClock(NOW)).reading(Credentials(token=token)) as work:
        answers = await who_is_competent(
            work, [Question(code=code, township_id=township, day=NOW.date()) for code in codes]
        )
    assert [answer.body_id for answer in answers] == [
        township,
        *(bodies[body] for _, body in plan.duties.values()),
    ]
