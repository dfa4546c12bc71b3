"""The edge: where a request or a job becomes a transaction, and where it is committed, once.

Reading opens one read-only snapshot; writing opens a transaction that is committed when the block ends well and
rolled back when anything is raised, so a refusal leaves everything as it was. Either begins with the opening call
of the scope. What that says about versions picks the county's rules, calendar and policies, which are immutable and
kept by version: nothing is invalidated, a new version is simply another key.

No rule of any matter is here, and nobody below calls it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit.commands import record
from domain.calendars.queries import calendar_of
from domain.calendars.rules import WorkingCalendar
from domain.personal_data.sealing import Keys
from domain.rulebooks.queries import shelf_of
from domain.rulebooks.rules import Shelf
from domain.work import Errand, Work
from policies.authority import Authority
from policies.book import Book, platform_book
from policies.snapshot import Snapshot
from tenancy.actor import Actor
from tenancy.clock import Clock
from tenancy.standing import Waiting, marks
from tenancy.telemetry import stage
from tenancy.transactions import (
    Credentials,
    Engines,
    OnBehalf,
    Unauthenticated,
    local_tokens_only,
    open_scope,
    refuse_if_ended,
    still,
)


@dataclass(slots=True)
class Edge:
    """Opens transactions for actors. One per process; `authority` is what the filter of every query is made from.

    `admit` is asked of every token first: it sees that a provider's has a session, or raises `Unauthenticated`. `keys` are
    those of personal data; without any, nothing of that is recorded or revealed.
    """

    engines: Engines
    clock: Clock
    admit: Callable[[str | None], Awaitable[None]] = local_tokens_only
    authority: Callable[[Actor, Snapshot], Authority] = Authority
    keys: Callable[[], Keys] = Keys
    platform: Book = field(default_factory=platform_book)
    _shelves: dict[UUID, tuple[int, Shelf]] = field(default_factory=dict)
    _calendars: dict[UUID, tuple[int, WorkingCalendar]] = field(default_factory=dict)
    _snapshots: dict[UUID, tuple[int, int, date, Snapshot]] = field(default_factory=dict)

    @asynccontextmanager
    async def reading(self, credentials: Credentials | OnBehalf) -> AsyncIterator[Work]:
        """One read-only snapshot. Files opened in it through oversight are on record before the block is left."""
        await self._let_in(credentials)
        async with self.engines.snapshot() as session:
            work = await self._work(session, credentials, writing=False)
            yield work
            openings = work.openings
        if openings:
            await self.record_openings(credentials, openings)

    @asynccontextmanager
    async def writing(self, credentials: Credentials | OnBehalf) -> AsyncIterator[Work]:
        """One transaction, committed if the block ends well."""
        await self._let_in(credentials)
        async with (
            AsyncSession(self.engines.writing, autoflush=False, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield await self._work(session, credentials, writing=True)

    async def marks(self, waiting: Sequence[Waiting]) -> list[int | None]:
        """Where each of these stands (`tenancy/standing.py`), by one statement; None for whom the door does not let in."""
        welcome = [await self._is_let_in(each.credentials) for each in waiting]
        async with self.engines.snapshot() as session:
            found = await marks(session, waiting, now=await self.clock.now())
        return [mark if let_in else None for mark, let_in in zip(found, welcome, strict=True)]

    async def _is_let_in(self, credentials: Credentials) -> bool:
        try:
            await self._let_in(credentials)
        except Unauthenticated:
            return False
        return True

    async def _let_in(self, credentials: Credentials | OnBehalf) -> None:
        # For an export nobody shows a token: whoever asked for it came by the door then, and the session decides.
        if isinstance(credentials, Credentials):
            await self.admit(credentials.token)

    async def _work(
        self, session: AsyncSession, credentials: Credentials | OnBehalf, *, writing: bool
    ) -> Work:
        asked = monotonic()
        now = await self.clock.now()
        with stage("open"):
            actor = await open_scope(session, credentials, now=now, writing=writing)
            if writing:
                # Not the clock once more: a set one lies in the database, and this transaction has a connection already.
                held = now + timedelta(seconds=monotonic() - asked)
                refuse_if_ended(actor, now=held)
                actor = still(actor, now=held)
            shelf = await self._shelf(session, actor)
            snapshot = self._snapshot(actor, shelf, now.astimezone(actor.zone).date())
            return Work(
                session=session,
                actor=actor,
                authority=self.authority(actor, snapshot),
                shelf=shelf,
                calendar=await self._calendar(session, actor),
                now=now,
                keys=self.keys,
            )

    async def _shelf(self, session: AsyncSession, actor: Actor) -> Shelf:
        kept = self._shelves.get(actor.county_id)
        if kept is None or kept[0] != actor.rulebook_version:
            kept = (actor.rulebook_version, await shelf_of(session, actor.county_id))
            self._shelves[actor.county_id] = kept
        return kept[1]

    async def _calendar(self, session: AsyncSession, actor: Actor) -> WorkingCalendar:
        kept = self._calendars.get(actor.county_id)
        if kept is None or kept[0] != actor.calendar_version:
            kept = (actor.calendar_version, await calendar_of(session, actor.county_id))
            self._calendars[actor.county_id] = kept
        return kept[1]

    def _snapshot(self, actor: Actor, shelf: Shelf, today: date) -> Snapshot:
        kept = self._snapshots.get(actor.county_id)
        if kept is None or kept[:3] != (actor.policy_version, actor.rulebook_version, today):
            # The day is part of the key: a rulebook that comes into force at midnight changes rights at midnight.
            snapshot = Snapshot.of_county(
                county_id=actor.county_id,
                version=actor.policy_version,
                platform=self.platform,
                rows=[
                    (
                        str(actor.county_id),
                        permit.role,
                        permit.relation,
                        permit.resource,
                        permit.action,
                        "permit",
                    )
                    for permit in sorted(shelf.on(today).permits())
                ],
                origin="rulebook",
            )
            kept = (actor.policy_version, actor.rulebook_version, today, snapshot)
            self._snapshots[actor.county_id] = kept
        return kept[3]

    async def record_openings(
        self, credentials: Credentials | OnBehalf, openings: list[tuple[str, UUID]]
    ) -> None:
        """Put on record that these files were opened through oversight."""
        async with self.writing(credentials) as work:
            for subject_kind, subject_id in openings:
                await record(
                    work,
                    action=f"{subject_kind}.opened_through_oversight",
                    subject_kind=subject_kind,
                    subject_id=subject_id,
                    content={},
                )


@asynccontextmanager
async def errand(engine: AsyncEngine, *, county_id: UUID, now: datetime) -> AsyncIterator[Errand]:
    """One transaction of the platform's own machinery, by the worker's login, committed if the block ends well."""
    async with AsyncSession(engine, autoflush=False, expire_on_commit=False) as session, session.begin():
        yield Errand(session=session, county_id=county_id, now=now)


@asynccontextmanager
async def upkeep(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One transaction of the platform's own machinery that belongs to no county, committed if the block ends well."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        yield session
