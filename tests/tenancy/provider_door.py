"""A door for tokens of a provider that really runs, and whom it lets in.

The database is reached by the app's own login. The wall clock stands where a test sets it, at another time than the
platform's.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.providers import published_keys
from domain.edge import Edge
from tenancy.ids import new_id
from tenancy.models import AccountLink, Session
from tenancy.provider_keys import KeyRing
from tenancy.provider_sign_in import ProviderDoor
from tenancy.provider_tokens import Provider as Trusted
from tenancy.transactions import Credentials, Engines, Unauthenticated
from tests.provider import AUDIENCE, WALL, Provider, a_provider
from tests.worlds import NOW, HandSetClock, World

FRESH, KEPT, PAUSE = 300.0, 3600.0, 30.0
"""Seconds, as every ring has them unless a provider is listed with others."""


class Ticks:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def provider() -> Iterator[Provider]:
    with a_provider() as running:
        yield running


@pytest.fixture
def wall() -> HandSetClock:
    return HandSetClock(WALL)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def door(
    provider: Provider, engines: Engines, clock: HandSetClock, wall: HandSetClock, ticks: Ticks
) -> ProviderDoor:
    return a_door(provider, engines, clock, wall, ticks)


@pytest.fixture
def edge(engines: Engines, clock: HandSetClock, door: ProviderDoor) -> Edge:
    """The edge with this door."""
    return Edge(engines=engines, clock=clock, admit=door.admit)


def a_door(
    provider: Provider, engines: Engines, clock: HandSetClock, wall: HandSetClock, ticks: Ticks, **how: Any
) -> ProviderDoor:
    """A door that trusts this provider: another process of the platform, as it were."""
    ring = KeyRing(Trusted(provider.issuer, AUDIENCE), published_keys, ticks=ticks)
    return ProviderDoor(engines.writing, [ring], clock=clock, wall=wall, **how)


async def linked(owner: AsyncEngine, provider: Provider, world: World, person: str, subject: str) -> None:
    """Link a subject as an administrator would."""
    async with owner.begin() as connection:
        await connection.execute(
            insert(AccountLink).values(
                id=new_id(),
                account_id=world[person].account_id,
                issuer=provider.issuer,
                subject=subject,
                linked_at=NOW,
            )
        )


async def unlinked(owner: AsyncEngine, provider: Provider, subject: str) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(AccountLink)
            .where(AccountLink.issuer == provider.issuer, AccountLink.subject == subject)
            .values(unlinked_at=NOW)
        )


@pytest_asyncio.fixture(loop_scope="session")
async def lin(owner_engine: AsyncEngine, provider: Provider, world: World) -> str:
    """The subject that is linked to Lin, head of transport."""
    await linked(owner_engine, provider, world, "lin", "someone")
    return "someone"


async def who(edge: Edge, token: str, acting_as: str | None = None) -> Any:
    """The person for whom a transaction opens with this token, or None where none does."""
    try:
        async with edge.reading(Credentials(token, acting_as)) as work:
            return work.actor.person_id
    except Unauthenticated:
        return None


async def sessions_of(owner: AsyncEngine, world: World, person: str) -> int:
    """How many sessions came through a provider."""
    async with owner.connect() as connection:
        return int(
            await connection.scalar(
                select(func.count())
                .select_from(Session)
                .where(Session.account_id == world[person].account_id, Session.link_id.is_not(None))
            )
            or 0
        )
