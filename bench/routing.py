"""Whose a matter is: one question of a county with 263 items and 40 tenants, warm and cold, beside the same statements bare.

From the request's bytes to the answer's, in one process. Cold is a platform that was put together and never asked: no connection,
no rulebook, no document is there yet. Its floor connects as well.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import orjson
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from api.identifiers import global_id
from bench.measures import Row, answered, in_turns
from bench.replay import Replayer, bare_connection, capturing, encoded
from bench.run import Run, migrated
from bench.world import TENANTS, TOWNSHIPS
from domain.catalogue.intake import take_in_rows
from domain.catalogue.models import (
    ClassMember,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    Item,
    TownshipClass,
)
from domain.edge import Edge
from domain.organisations.models import Organisation
from domain.sheets import Row as SheetRow
from domain.work import Errand
from ops.addresses import for_sqlalchemy
from ops.demo.catalogue import FIELDS, items
from tenancy.ids import new_id
from tenancy.many import insert_many
from tenancy.transactions import Engines
from tests.servers import Databases, TestServers
from tests.worlds import NOW, SINCE, World, a_county

ASKED = """
query Whose($code: String!, $place: ID!, $on: Date!) {
  whoIsCompetent(code: $code, place: $place, on: $on, decision: FINE, fine: 2000) {
    body { name } chain { ground sentence } advice { sentence }
  }
}
"""

WARM_ROUNDS, COLD_ROUNDS = 60, 10
WARM_UPS = 5
"""So often `in_turns` asks before it measures."""
NOTICES = 5


async def routing(servers: TestServers) -> list[Row]:
    """The question, warm and cold."""
    databases = Databases(servers)
    database, urls = await migrated(databases)
    owner = create_async_engine(for_sqlalchemy(urls.owner))
    world = await a_county(owner)
    async with AsyncSession(owner) as session, session.begin():
        await _publish(session, world)
    async with owner.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("vacuum analyze")
        )
    await owner.dispose()
    run = await Run.over(database.url, home=servers.home, world=world)
    try:
        return [await _warm(run), await _cold(run)]
    finally:
        await run.close()
        await databases.drop_all()


async def _warm(run: Run) -> Row:
    product, reads = _product(run, run.engines), await _reads(run)
    connection = await bare_connection(run.urls.app)
    replayer = Replayer(connection, snapshot=True)

    async def floor() -> bytes:
        return b"".join([encoded(await replayer.send(transaction)) for transaction in reads])

    ours, bare = await in_turns(product, floor, rounds=WARM_ROUNDS)
    await connection.close()
    return _row("whose a matter is, warm", ours, bare, "≤ 2 ×", ours / bare <= 2, reads)


async def _cold(run: Run) -> Row:
    reads = await _reads(run)
    fresh = [Engines.of(for_sqlalchemy(run.urls.app)) for _ in range(COLD_ROUNDS + WARM_UPS)]
    asked = iter([_product(run, engines) for engines in fresh])

    async def product() -> bytes:
        return await next(asked)()

    async def floor() -> bytes:
        connection = await bare_connection(run.urls.app)
        try:
            replayer = Replayer(connection, snapshot=True)
            return b"".join([encoded(await replayer.send(transaction)) for transaction in reads])
        finally:
            await connection.close()

    ours, bare = await in_turns(product, floor, rounds=COLD_ROUNDS)
    for engines in fresh:
        await engines.dispose()
    return _row("whose a matter is, cold: connect and ask once", ours, bare, "", None, reads)


def _product(run: Run, engines: Engines) -> Callable[[], Awaitable[bytes]]:
    app = replace(run, engines=engines).app(edge=Edge(engines=engines, clock=run.clock))
    place = global_id("Organisation", run.world.bodies["kunyang"])
    asked = {"code": "XG060101", "place": place, "on": "2026-03-09"}
    body = orjson.dumps({"query": ASKED, "variables": asked})

    async def ask() -> bytes:
        return await answered(app, body, token=run.world["gao"].token, acting_as="kunyang")

    return ask


async def _reads(run: Run) -> list[list[object]]:
    """The statements of one question, by transaction; and that it is answered."""
    product = _product(run, run.engines)
    answer = orjson.loads(await product())
    assert answer["data"]["whoIsCompetent"]["body"]["name"] == "昆阳镇人民政府", answer
    with capturing(run.engines.reading) as captured:
        await product()
    return [transaction for transaction in captured.transactions if transaction]


def _row(
    what: str, ours: float, bare: float, budget: str, within: bool | None, reads: list[list[object]]
) -> Row:
    sent = sum(len(transaction) for transaction in reads)
    note = f"{sent} statements, the opening call among them"
    return Row(what, ours * 1000, bare * 1000, "ms", ours / bare, budget, within, note)


async def _publish(session: AsyncSession, world: World) -> None:
    """263 items, all townships in one class, five notices of all items, and everybody signed for each."""
    county = world.county_id
    await session.execute(text(TOWNSHIPS), {"county": county, "n": TENANTS - 5})
    by = {"county_id": county, "by_id": world.bodies["coordination"]}
    departments = {field.department: world.bodies["transport"] for field in FIELDS.values()}
    rows = [SheetRow(number, item) for number, item in enumerate(items(departments), start=1)]
    errand = Errand(session=session, county_id=county, now=NOW)
    await take_in_rows(errand, rows, by_id=world.bodies["coordination"])
    item_ids = (await session.scalars(select(Item.id).where(Item.county_id == county))).all()
    is_township = (Organisation.county_id == county, Organisation.kind == "township")
    townships = (await session.scalars(select(Organisation.id).where(*is_township))).all()
    published = by | {"published_at": NOW}
    class_id = new_id()
    await session.execute(
        insert(TownshipClass).values(published | {"id": class_id, "code": "all", "name": "全部"})
    )
    members = [published | {"township_id": each, "since": SINCE, "class_id": class_id} for each in townships]
    await insert_many(session, ClassMember, members)
    for number in range(NOTICES):
        notice = {"id": new_id(), "number": f"公告{number}号", "title": "公告", "since": SINCE}
        await session.execute(
            insert(Empowerment).values(published | notice | {"township_id": None, "class_id": class_id})
        )
        powers = {"empowerment_id": notice["id"], "penalty": True, "inspection": True, "compulsion": False}
        await insert_many(session, EmpoweredItem, [by | powers | {"item_id": each} for each in item_ids])
        signed = {"signed_on": SINCE, "signed_by": world["gao"].person_id, "signed_at": NOW}
        accepted = {"county_id": county, "empowerment_id": notice["id"]} | signed
        await insert_many(
            session, EmpowermentAcceptance, [accepted | {"township_id": each} for each in townships]
        )
