"""Random counties: what people can do, decide, list, ask by GraphQL and reach by raw SQL is what the oracle says.

Three worlds belong to every `make test`, always the same; `make soak` walks through other ones.
"""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from domain.certificates.models import Certificate, Qualification
from domain.edge import Edge
from domain.secondments.models import Secondment
from domain.staff.models import StaffEntry
from tenancy.transactions import CapacityRefused, token_hash
from tests.api.conftest import RunningApi, running_api
from tests.databases import MigratedDatabase
from tests.oracle import world as plain
from tests.oracle.answers import ACTS, Row, can_act, knows_of_post, may, oversees, sees, walled_in
from tests.oracle.laid import Laid, laid
from tests.oracle.world import Post, World, random_world
from tests.worlds import NOW

__all__ = ["running_api"]

NUMBERS = range(3)
ASKING = 3
"""So many posts of each world ask by GraphQL; all of them decide, list and reach."""

HELD: Mapping[type, tuple[Any, str, str]] = {
    plain.Seconding: (Secondment, "secondment.entry", "Secondment"),
    plain.Entry: (StaffEntry, "staff.entry", "StaffEntry"),
    plain.Certificate: (Certificate, "certificate.entry", "Certificate"),
    plain.Qualification: (Qualification, "qualification.entry", "Qualification"),
}
"""By what the oracle calls it: the table, the aspect, and the type of the schema."""


@pytest_asyncio.fixture(loop_scope="session")
async def app(migrated_database: MigratedDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the app's login, and no filter."""
    connection = await asyncpg.connect(migrated_database.app.replace("+asyncpg", "", 1))
    yield connection
    await connection.close()


def rows_of(world: World) -> list[Row]:
    """Everything that is asked about."""
    return [*world.secondings, *world.entries, *world.certificates, *world.qualifications]


async def everything(
    number: int, owner_engine: AsyncEngine, edge: Edge, app: asyncpg.Connection, api: RunningApi
) -> list[str]:
    """Whatever in the world of this number is otherwise than the oracle says, in words."""
    world = random_world(number)
    there = await laid(owner_engine, world)
    wrong: list[str] = []
    living = []
    for post in world.posts:
        if await _acts(edge, there, post) != can_act(post):
            wrong.append(f"{post} acts, or does not")
        if can_act(post):
            living.append(post)
    wrong += await _decided_and_listed(owner_engine, edge, there, living)
    wrong += [each for post in living for each in await _reached(app, there, post)]
    asking = Random(number).sample(living, min(ASKING, len(living)))
    async with httpx.AsyncClient(base_url=api.url, trust_env=False, timeout=30) as http:
        wrong += [each for post in asking for each in await Asked(http, there, post).wrong()]
    return [f"world {number}: {each}" for each in wrong]


async def _acts(edge: Edge, there: Laid, post: Post) -> bool:
    try:
        async with edge.reading(there.credentials(post)) as work:
            return work.actor.capacity_id == there.id(post.name, post.county)
    except CapacityRefused:
        return False


async def _decided_and_listed(
    owner_engine: AsyncEngine, edge: Edge, there: Laid, posts: Iterable[Post]
) -> list[str]:
    """The decision about each act on each row, and the filter of the list by itself: no wall stands before the owner."""
    wrong = []
    counties = [each.county_id for each in there.counties]
    async with owner_engine.connect() as owner:
        for post in posts:
            async with edge.reading(there.credentials(post)) as work:
                for kind, (model, aspect, _) in HELD.items():
                    rows = [row for row in rows_of(there.world) if isinstance(row, kind)]
                    ids = {there.id(row.name, row.county): row for row in rows}
                    found = await owner.execute(
                        select(model.__table__, work.visible(model, aspect).label("listed")).where(
                            model.county_id.in_(counties), model.id.in_(list(ids))
                        )
                    )
                    for each in found.mappings():
                        row, held = ids[each["id"]], _held(model, each)
                        expected = sees(there.world, post, row)
                        # Whose a row of another county is, no relation asks: each query names the county beside it.
                        if row.county == post.county and not (
                            each["listed"] is expected is work.may("read", aspect, held)
                        ):
                            wrong.append(f"{post} reads {row}: {expected=}, listed: {each['listed']}")
                        for act in ACTS[kind]:
                            if work.may(act, aspect, held) is not may(post, act, row):
                                wrong.append(f"{post} may {act} {row}: expected {may(post, act, row)}")
    return wrong


def _held(model: Any, columns: Mapping[str, Any]) -> Any:
    return model(**{name: value for name, value in columns.items() if name != "listed"})


async def _reached(app: asyncpg.Connection, there: Laid, post: Post) -> list[str]:
    """What raw SQL of the app's login gives in the scope of the post."""
    wrong = []
    transaction = app.transaction()
    await transaction.start()
    try:
        credentials = there.credentials(post)
        await app.fetch(
            "select * from open_scope($1, $2, $3, false)",
            token_hash(credentials.token or ""),
            credentials.acting_as,
            NOW,
        )
        for kind, (model, _, _) in HELD.items():
            rows = [row for row in rows_of(there.world) if isinstance(row, kind)]
            expected = {there.id(row.name, row.county) for row in rows if walled_in(post, row)}
            known = [there.id(row.name, row.county) for row in rows]
            wrong += await _differs(app, model.__tablename__, known, expected, post)
        posts = there.world.posts
        expected = {there.id(each.name, each.county) for each in posts if knows_of_post(post, each)}
        known = [there.id(each.name, each.county) for each in posts]
        wrong += await _differs(app, "capacities", known, expected, post)
    finally:
        await transaction.rollback()
    return wrong


async def _differs(
    app: asyncpg.Connection, table: str, known: Collection[UUID], expected: set[UUID], post: Post
) -> list[str]:
    found = {row[0] for row in await app.fetch(f"select id from {table}")} & set(known)
    return [] if found == expected else [f"{post} reaches {found ^ expected} of {table} by raw SQL, or not"]


LISTS = """
    { home: secondments(side: HOME, first: 100) { edges { node { ...seconding } } }
      host: secondments(side: HOST, first: 100) { edges { node { ...seconding } } }
      overseen: secondments(side: OVERSEEN, first: 100) { edges { node { ...seconding } } }
      ours: staffEntries(side: HOME, first: 100) { edges { node { ...entry } } }
      theirs: staffEntries(side: OVERSEEN, first: 100) { edges { node { ...entry } } }
      certificates(first: 100) { edges { node { id changes { state } person { ...today } } } } }
    fragment seconding on Secondment { id person { ...today } together { id } }
    fragment entry on StaffEntry { id person { ...today } }
    fragment today on Person { id staffEntry { id } }
"""


class Asked:
    """One post's questions by GraphQL, and what is wrong in the answers."""

    def __init__(self, http: httpx.AsyncClient, there: Laid, post: Post) -> None:
        self.http, self.there, self.post = http, there, post
        credentials = there.credentials(post)
        self.headers = {
            "Authorization": f"Bearer {credentials.token}",
            "X-Acting-As": str(credentials.acting_as),
        }

    async def wrong(self) -> list[str]:
        """Lists, nested paths, and each row by its id."""
        data = await self._data(LISTS)
        found = {name: [edge["node"] for edge in each["edges"]] for name, each in data.items()}
        mine = self.post.body
        expected = {
            "home": self._ids(row for row in self._seen(plain.Seconding) if row.home == mine),
            "host": self._ids(row for row in self._seen(plain.Seconding) if row.host == mine),
            "overseen": self._ids(self._seen(plain.Seconding)),
            "ours": self._ids(row for row in self._seen(plain.Entry) if row.home == mine),
            "theirs": self._ids(self._seen(plain.Entry)),
            "certificates": self._ids(self._seen(plain.Certificate)),
        }
        wrong = [
            f"{self.post} lists {name}: {self._known(found[name]) ^ ids}"
            for name, ids in expected.items()
            if self._known(found[name]) != ids
        ]
        for name, nodes in found.items():
            for node in nodes:
                wrong += self._nested(name, node)
        return wrong + await self._by_id()

    def _seen(self, kind: type) -> list[Any]:
        world = self.there.world
        return [row for row in rows_of(world) if isinstance(row, kind) and sees(world, self.post, row)]

    def _named(self, row: Row) -> str:
        return global_id(HELD[type(row)][2], self.there.id(row.name, row.county))

    def _ids(self, rows: Iterable[Row]) -> set[str]:
        return {self._named(row) for row in rows}

    def _known(self, nodes: Iterable[Mapping[str, Any]]) -> set[str]:
        """Those among them that are of this world: each county has a few rows of its own besides."""
        return {node["id"] for node in nodes} & self._ids(rows_of(self.there.world))

    def _nested(self, name: str, node: Mapping[str, Any]) -> list[str]:
        wrong = []
        rows = {self._named(row): row for row in rows_of(self.there.world)}
        row: Any = rows.get(node["id"])
        if row is None:
            return []
        today = {
            self._named(entry)
            for entry in self._seen(plain.Entry)
            if (entry.county, entry.person) == (row.county, row.person)
            and entry.since <= 0
            and (entry.until is None or entry.until >= 0)
        }
        shown = node["person"]["staffEntry"]
        if today != ({shown["id"]} if shown else set()):
            wrong.append(f"{self.post} is shown {shown} of {row.person} behind {name}, not {today}")
        if isinstance(row, plain.Seconding):
            together = {
                self._named(each)
                for each in self._seen(plain.Seconding)
                if (each.county, each.order) == (row.county, row.order) and each is not row
            }
            if self._known(node["together"]) - {node["id"]} != together:
                wrong.append(f"{self.post} is shown others than {together} together with {row}")
        if isinstance(row, plain.Certificate) and len(node["changes"]) != 1:
            wrong.append(f"{self.post} is shown {node['changes']} of {row}")
        return wrong

    async def _by_id(self) -> list[str]:
        wrong = []
        rows = rows_of(self.there.world)
        for start in range(0, len(rows), 30):
            some = rows[start : start + 30]
            parts = [f'a{n}: node(id: "{self._named(row)}") {{ id }}' for n, row in enumerate(some)]
            data = await self._data(f"{{ {' '.join(parts)} }}")
            for n, row in enumerate(some):
                if (data[f"a{n}"] is not None) != sees(self.there.world, self.post, row):
                    wrong.append(f"{self.post} finds {row} by its id, or does not")
        return wrong

    async def _data(self, query: str) -> dict[str, Any]:
        answer = (await self.http.post("/graphql", json={"query": query}, headers=self.headers)).json()
        codes = {each["extensions"]["code"] for each in answer.get("errors", [])}
        assert codes <= {"NOT_FOUND"}, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


class TestAWorld:
    @pytest.mark.parametrize("number", NUMBERS)
    async def test_is_as_the_oracle_says(
        self,
        number: int,
        owner_engine: AsyncEngine,
        edge: Edge,
        app: asyncpg.Connection,
        running_api: RunningApi,
    ) -> None:
        assert await everything(number, owner_engine, edge, app, running_api) == []

    @pytest.mark.soak
    async def test_is_as_the_oracle_says_wherever_one_looks(
        self,
        seed: int,
        owner_engine: AsyncEngine,
        edge: Edge,
        app: asyncpg.Connection,
        running_api: RunningApi,
    ) -> None:
        for number in range(seed, seed + 300):
            assert await everything(number, owner_engine, edge, app, running_api) == []

    def test_holds_the_situations_that_matter(self) -> None:
        seen: Counter[str] = Counter()
        for number in NUMBERS:
            world = random_world(number)
            for post in world.posts:
                seen["a post that lives" if can_act(post) else "a post that ended or is to come"] += 1
                seen["a post under an order"] += can_act(post) and post.under is not None
                for row in rows_of(world):
                    seen["seen" if sees(world, post, row) else "not seen"] += 1
                    seen["seen through oversight"] += sees(world, post, row) and oversees(post, row)
                    seen["within the walls and not seen"] += walled_in(post, row) and not sees(
                        world, post, row
                    )
                    seen["may"] += any(may(post, act, row) for act in ACTS[type(row)])
            seen["where neither body reads"] += "yangxin" in world.places
            for one in world.secondings:
                until = one.until
                seen["over"] += until is not None and until < 0
                seen["to come"] += one.since > 0
                seen["called off"] += until is not None and until < one.since
                seen["overlapping another"] += any(
                    each.person == one.person and each.order != one.order and each.host == one.host
                    for each in world.secondings
                )
        assert [situation for situation, count in seen.items() if not count] == []
