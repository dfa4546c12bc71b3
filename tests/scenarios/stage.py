"""A place to play in: its demo county in a database of its own, a running API, a crew for the worker's part, everybody
signed in.

The clock is moved by hand. The stage knows the demo's bodies and people by name, and no scenario.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

import domain.tables
from api.identifiers import global_id, taken_apart
from domain.calendars import commands as calendars
from domain.calendars.models import StatutoryDay, StatutoryYear
from domain.deadlines.models import Deadline
from domain.notifications.models import Notification
from ops.addresses import for_sqlalchemy
from ops.demo.load import load_demo
from ops.demo.people import TEAMS, DemoCounty, demo_county
from ops.roles import ensure_login_roles
from tenancy.ids import county_id, named_id, new_id
from tenancy.models import Capacity, Session
from tenancy.transactions import Engines, token_hash
from tests.databases import MigratedDatabase, migrated
from tests.live.platform import api
from tests.loopback import LOOPBACK
from tests.scenarios.casting import Place, Post, Who
from tests.scenarios.crew import Backstage, Crew, passing, working
from tests.servers import Databases, TestServers
from tests.worlds import CHEAP_HASHER, HandSetClock

LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
FAR_AWAY = LONG_AGO + timedelta(days=3650)

PDF = b"%PDF-1.7\n" + b"evidence " * 100

INBOX = "query($first: Int) { notifications(first: $first) { edges { node { id kind } } } }"


async def furnished(fresh_database: Databases, servers: TestServers) -> str:
    """The name of a database with all demo counties in it and everybody signed in; a template for stages."""
    assert domain.tables.MODULES
    database = await migrated(fresh_database, servers, label="scenarios")
    owner = create_async_engine(database.owner)
    async with AsyncSession(owner) as session, session.begin():
        for code in TEAMS:
            await load_demo(session, now=LONG_AGO, county=code, hasher=CHEAP_HASHER)
            await _sign_everybody_in(session, demo_county(code))
    await owner.dispose()
    return database.owner.rpartition("/")[2]


async def _sign_everybody_in(session: AsyncSession, demo: DemoCounty) -> None:
    """A session for every account, which outlasts every scenario."""
    county = county_id(demo.county.code)
    sessions = [
        {
            "id": new_id(),
            "token_hash": token_hash(_token(demo.county.code, account.person)),
            "account_id": named_id(county, "account", account.login),
            "issued_at": LONG_AGO,
            "expires_at": FAR_AWAY,
            "revoked_at": None,
        }
        for account in demo.accounts.accounts
    ]
    await session.execute(insert(Session), sessions)


def _token(county: str, identity: str) -> str:
    return f"{county} {named_id(county_id(county), 'person', identity)}"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that came into somebody's inbox, and what it is about by its global id."""

    who: Who
    kind: str
    subject: str
    announcement: UUID


class Stage:
    """One place, ready to be played in."""

    def __init__(
        self, code: str, owner: AsyncEngine, crew: Crew, clock: HandSetClock, http: httpx.AsyncClient
    ) -> None:
        self.place = Place(code)
        self._owner, self._crew, self._clock, self._http = owner, crew, clock, http
        self._by_holder = {(post.body_id, post.person_id): post for post in self.place.posts.values()}
        self._told: set[UUID] = set()

    def _headers(self, who: Who) -> dict[str, str]:
        """How a post is said by a front end."""
        post = self.place.posts[who]
        return {
            "Authorization": f"Bearer {_token(self.place.code, post.person)}",
            "X-Acting-As": post.body,
            "Accept-Language": "zh",
        }

    async def ask(self, who: Who, query: str, **variables: Any) -> dict[str, Any]:
        """POST an operation as somebody; the answer as it came."""
        answer = await self._http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=self._headers(who)
        )
        body: dict[str, Any] = answer.json()
        return body

    async def upload(self, who: Who, name: str) -> str:
        """Upload a file as somebody; its id."""
        headers = self._headers(who) | {"Content-Type": "application/pdf", "X-File-Name": "evidence.pdf"}
        answer = await self._http.post("/files", content=PDF + name.encode(), headers=headers)
        assert answer.status_code == 201, answer.text
        identifier: str = answer.json()["id"]
        return identifier

    async def next_ring(self) -> datetime | None:
        """When something rings next, whatever time it is."""
        async with self._owner.connect() as connection:
            return await connection.scalar(
                select(func.min(Deadline.next_rung_at)).where(Deadline.county_id == self.place.county_id)
            )

    def be(self, instant: datetime) -> None:
        """Let it be that time."""
        self._clock.instant = instant.astimezone(UTC)

    async def settle(self) -> None:
        """Let everything be done that there is to do by now."""
        await self._crew.settle(self.place.county_id)

    async def news(self) -> list[Told]:
        """What came into any inbox since this was asked last. Whoever can sign in must read it there, and nothing else."""
        async with self._owner.connect() as connection:
            fresh = (
                await connection.execute(
                    select(Notification.__table__, Capacity.tenant_id)
                    .join(Capacity.__table__, Capacity.id == Notification.capacity_id)
                    .where(Notification.county_id == self.place.county_id, Notification.id.not_in(self._told))
                )
            ).all()
        inboxes: dict[Post, dict[UUID, str]] = defaultdict(dict)
        for row in fresh:
            inboxes[self._holder(row)][row.id] = row.kind
        self._told |= {row.id for row in fresh}
        await asyncio.gather(*(self._reads(post, kinds) for post, kinds in inboxes.items()))
        return [
            Told(
                who=self._holder(row).who,
                kind=row.kind,
                subject=global_id("Referral", row.subject_id),
                announcement=row.announcement_id,
            )
            for row in fresh
        ]

    def _holder(self, row: Any) -> Post:
        """Whose post a notice came to."""
        return self._by_holder[row.tenant_id, row.person_id]

    async def _reads(self, post: Post, kinds: Mapping[UUID, str]) -> None:
        """See that these are the latest in a post's inbox, as the API shows it."""
        if not post.signs_in:
            return
        answer = await self.ask(post.who, INBOX, first=len(kinds))
        shown = [edge["node"] for edge in answer["data"]["notifications"]["edges"]]
        assert {taken_apart(each["id"])[1]: each["kind"] for each in shown} == kinds, post.who

    async def load_notice(self, content: bytes, *, name: str) -> None:
        """Load a year's notice, as the administrator's command does."""
        async with AsyncSession(self._owner) as session, session.begin():
            await calendars.load_notice(session, file=content, name=name, now=self._clock.instant)

    async def forget_years_after(self, year: int) -> None:
        """Let it be a time at which the notices of later years are not out."""
        async with self._owner.begin() as connection:
            await connection.execute(delete(StatutoryDay).where(StatutoryDay.year > year))
            await connection.execute(delete(StatutoryYear).where(StatutoryYear.year > year))


@asynccontextmanager
async def stage(
    code: str,
    *,
    template: str,
    fresh_database: Databases,
    servers: TestServers,
    files: Path,
    whole_worker: bool = False,
) -> AsyncIterator[Stage]:
    """A stage in a copy of the furnished database, with its API, until the block ends."""
    clock = HandSetClock()
    async with AsyncExitStack() as stack:
        database = await fresh_database(template=template, label="stage")
        stack.push_async_callback(fresh_database.drop, database)
        urls = await ensure_login_roles(database.url, servers.home)
        addresses = MigratedDatabase(
            *(for_sqlalchemy(url) for url in (urls.owner, urls.app, urls.worker, urls.backup))
        )
        owner, engines = create_async_engine(addresses.owner), Engines.of(addresses.worker, pool_size=5)
        stack.push_async_callback(owner.dispose)
        stack.push_async_callback(engines.dispose)
        backstage = Backstage(owner, engines, clock, servers.redis_url, queue=database.name)
        crew = await stack.enter_async_context(working(backstage) if whole_worker else passing(backstage))
        running = stack.enter_context(api(addresses, servers.redis_url, clock, files))
        http = httpx.AsyncClient(
            base_url=running.url, **LOOPBACK, timeout=30, limits=httpx.Limits(max_connections=4)
        )
        yield Stage(code, owner, crew, clock, await stack.enter_async_context(http))
