"""Signing in with a provider's token: as whom, in which session, and how each right ends with the next request.

Which tokens are good is in `test_provider_tokens.py`; how it looks from a front end, in `tests/api/test_providers.py`.
"""

import asyncio
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from api.providers import published_keys
from domain.edge import Edge
from tenancy import sign_in
from tenancy.models import Account, AccountLink, Session
from tenancy.provider_keys import KeyRing
from tenancy.provider_sign_in import ProviderDoor
from tenancy.provider_tokens import Provider as Trusted
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Credentials, Engines, token_hash
from tests.provider import AUDIENCE, Provider, a_provider, b64, key
from tests.tenancy.provider_door import (
    FRESH,
    Ticks,
    a_door,
    door,
    edge,
    lin,
    linked,
    provider,
    sessions_of,
    ticks,
    unlinked,
    wall,
    who,
)
from tests.worlds import CHEAP_HASHER, NOW, HandSetClock, World, a_county

# Fixtures that stand in a file of their own.
__all__ = ["door", "edge", "lin", "provider", "ticks", "wall"]

A_MOMENT = timedelta(microseconds=1)


class TestASubject:
    async def test_that_nobody_linked_is_nobody(self, edge: Edge, provider: Provider, lin: str) -> None:
        assert await who(edge, provider.token("a stranger")) is None

    async def test_is_somebody_with_the_next_request_after_linking(
        self, edge: Edge, provider: Provider, world: World, owner_engine: AsyncEngine
    ) -> None:
        token = provider.token()
        assert await who(edge, token) is None
        await linked(owner_engine, provider, world, "lin", "someone")
        assert await who(edge, token) == world["lin"].person_id

    async def test_is_somebody_at_its_own_provider_only(
        self,
        engines: Engines,
        clock: HandSetClock,
        wall: HandSetClock,
        provider: Provider,
        world: World,
        lin: str,
    ) -> None:
        with a_provider() as another:
            rings = [KeyRing(Trusted(each.issuer, AUDIENCE), published_keys) for each in (provider, another)]
            door = ProviderDoor(engines.writing, rings, clock=clock, wall=wall)
            both = Edge(engines=engines, clock=clock, admit=door.admit)
            assert await who(both, provider.token()) == world["lin"].person_id
            assert await who(both, another.token()) is None
            # Nor may one provider speak in the other's name, though both publish a key of this name.
            another.keys = [key("another")]
            forged = key("another").token(provider.claims(), kid="first")
            assert await who(both, forged) is None

    async def test_may_be_one_of_several_of_a_person(
        self, edge: Edge, provider: Provider, world: World, lin: str, owner_engine: AsyncEngine
    ) -> None:
        await linked(owner_engine, provider, world, "lin", "someone else")
        for subject in ("someone", "someone else"):
            assert await who(edge, provider.token(subject)) == world["lin"].person_id

    async def test_is_one_person_in_all_counties(
        self, edge: Edge, provider: Provider, world: World, lin: str, owner_engine: AsyncEngine
    ) -> None:
        other = await a_county(owner_engine)
        await linked(owner_engine, provider, other, "lin", "someone there")
        assert await who(edge, provider.token()) == world["lin"].person_id
        assert await who(edge, provider.token("someone there")) == other["lin"].person_id

    async def test_acts_in_a_capacity_like_anybody(
        self, edge: Edge, provider: Provider, world: World, owner_engine: AsyncEngine
    ) -> None:
        await linked(owner_engine, provider, world, "zhou", "an officer")
        token = provider.token("an officer")
        for body in ("transport", "kunyang"):
            async with edge.writing(Credentials(token, body)) as work:
                assert work.actor.tenant_id == world.bodies[body]


class TestASession:
    async def test_is_one_for_each_token_however_many_come_at_once(
        self, edge: Edge, provider: Provider, world: World, lin: str, owner_engine: AsyncEngine
    ) -> None:
        token = provider.token()
        assert await asyncio.gather(*(who(edge, token) for _ in range(20))) == [world["lin"].person_id] * 20
        assert await sessions_of(owner_engine, world, "lin") == 1

    async def test_lasts_as_long_as_the_token_and_the_skew(
        self, edge: Edge, provider: Provider, world: World, lin: str, owner_engine: AsyncEngine
    ) -> None:
        token = provider.token()
        await who(edge, token)
        async with owner_engine.connect() as connection:
            kept = (
                await connection.execute(
                    select(Session.issued_at, Session.expires_at).where(
                        Session.token_hash == token_hash(token)
                    )
                )
            ).one()
        assert (kept.issued_at, kept.expires_at) == (NOW, NOW + timedelta(minutes=5, seconds=60))

    async def test_ends_with_the_token_by_the_wall_clock(
        self, edge: Edge, provider: Provider, world: World, lin: str, wall: HandSetClock
    ) -> None:
        token = provider.token()
        wall.advance(timedelta(minutes=6) - A_MOMENT)
        assert await who(edge, token) == world["lin"].person_id
        wall.advance(A_MOMENT)
        assert await who(edge, token) is None

    async def test_ends_by_the_platforms_clock_as_every_session_does(
        self, edge: Edge, provider: Provider, world: World, lin: str, clock: HandSetClock
    ) -> None:
        token = provider.token()
        assert await who(edge, token) == world["lin"].person_id
        clock.advance(timedelta(minutes=6))
        assert await who(edge, token) is None

    async def test_is_opened_with_one_verification_and_one_statement(
        self, door: ProviderDoor, provider: Provider, lin: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verified = []
        monkeypatch.setattr(
            "tenancy.provider_sign_in.verify", lambda token, _key: verified.append(token.subject)
        )
        token = provider.token()
        for _ in range(3):
            await door.admit(token)
        assert verified == ["someone"]

    async def test_is_found_again_by_another_process(
        self,
        edge: Edge,
        provider: Provider,
        world: World,
        lin: str,
        engines: Engines,
        clock: HandSetClock,
        wall: HandSetClock,
        ticks: Ticks,
        owner_engine: AsyncEngine,
    ) -> None:
        token = provider.token()
        await who(edge, token)
        another = a_door(provider, engines, clock, wall, ticks)
        assert (
            await who(Edge(engines=engines, clock=clock, admit=another.admit), token)
            == world["lin"].person_id
        )
        assert await sessions_of(owner_engine, world, "lin") == 1

    async def test_outlives_being_forgotten_by_the_process_which_verifies_it_again(
        self,
        provider: Provider,
        world: World,
        lin: str,
        engines: Engines,
        clock: HandSetClock,
        wall: HandSetClock,
        ticks: Ticks,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        verified = []
        monkeypatch.setattr(
            "tenancy.provider_sign_in.verify", lambda token, _key: verified.append(token.text)
        )
        door = a_door(provider, engines, clock, wall, ticks, remembers=1)
        edge = Edge(engines=engines, clock=clock, admit=door.admit)
        one, another = (provider.token(jti=name) for name in ("one", "another"))
        for token in (one, one, another, one):
            assert await who(edge, token) == world["lin"].person_id
        assert verified == [one, another, one]


class TestARightThatEnded:
    """Each was there a moment before, and is gone with the next request."""

    @pytest_asyncio.fixture(loop_scope="session")
    async def token(self, edge: Edge, provider: Provider, world: World, lin: str) -> str:
        token = provider.token()
        assert await who(edge, token) == world["lin"].person_id
        return token

    async def test_by_unlinking_stays_ended_though_linked_again(
        self, edge: Edge, provider: Provider, world: World, token: str, owner_engine: AsyncEngine
    ) -> None:
        await unlinked(owner_engine, provider, "someone")
        assert await who(edge, token) is None
        assert await who(edge, provider.token(jti="fresh")) is None
        await linked(owner_engine, provider, world, "gao", "someone")
        assert await who(edge, token) is None
        assert await who(edge, provider.token(jti="fresh")) == world["gao"].person_id

    async def test_by_disabling_the_account(
        self, edge: Edge, provider: Provider, world: World, token: str, owner_engine: AsyncEngine
    ) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Account).where(Account.id == world["lin"].account_id).values(disabled_at=NOW)
            )
        assert await who(edge, token) is None
        assert await who(edge, provider.token(jti="fresh")) is None

    async def test_by_signing_out(
        self,
        edge: Edge,
        provider: Provider,
        token: str,
        engines: Engines,
        clock: HandSetClock,
        wall: HandSetClock,
        ticks: Ticks,
    ) -> None:
        await Doorkeeper(engines.writing, SignInPolicy(), CHEAP_HASHER).sign_out(token=token, now=NOW)
        assert await who(edge, token) is None
        another = a_door(provider, engines, clock, wall, ticks)
        assert await who(Edge(engines=engines, clock=clock, admit=another.admit), token) is None

    async def test_by_signing_out_is_not_there_under_other_signature_bytes(
        self, edge: Edge, token: str, engines: Engines
    ) -> None:
        await Doorkeeper(engines.writing, SignInPolicy(), CHEAP_HASHER).sign_out(token=token, now=NOW)
        signed, _, signature = token.rpartition(".")
        twin = f"{signed}.{b64(_the_other_signature(signature))}"
        key("first").private.public_key().verify(
            _der(twin.rpartition(".")[2]), signed.encode(), ec.ECDSA(SHA256())
        )
        assert twin != token
        assert await who(edge, twin) is None

    async def test_by_withdrawing_the_key(
        self, edge: Edge, provider: Provider, world: World, token: str, ticks: Ticks
    ) -> None:
        provider.keys = [key("second")]
        ticks.seconds += FRESH - 1
        assert await who(edge, token) == world["lin"].person_id
        ticks.seconds += 1
        assert await who(edge, token) is None
        assert await who(edge, provider.token()) == world["lin"].person_id

    async def test_by_trusting_the_provider_no_longer(
        self, token: str, engines: Engines, clock: HandSetClock, wall: HandSetClock
    ) -> None:
        nobody = ProviderDoor(engines.writing, [], clock=clock, wall=wall)
        assert await who(Edge(engines=engines, clock=clock, admit=nobody.admit), token) is None
        assert await who(Edge(engines=engines, clock=clock), token) is None

    async def test_by_itself_is_forgotten_only_long_after(
        self, edge: Edge, token: str, world: World, worker_engine: AsyncEngine, owner_engine: AsyncEngine
    ) -> None:
        for ago, left in ((timedelta(0), 1), (timedelta(minutes=6, microseconds=1), 0)):
            async with AsyncSession(worker_engine) as session, session.begin():
                await sign_in.forget(session, before=NOW + ago, most=1000)
            assert await sessions_of(owner_engine, world, "lin") == left


def _numbers(signature: str) -> tuple[int, int]:
    raw = urlsafe_b64decode(signature + "==")
    return int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")


def _the_other_signature(signature: str) -> bytes:
    """What verifies as well, by the nature of the curve: the second number taken from the curve's order."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    r, s = _numbers(signature)
    return r.to_bytes(32, "big") + (order - s).to_bytes(32, "big")


def _der(signature: str) -> bytes:
    return encode_dss_signature(*_numbers(signature))


class TestTheAppsLogin:
    async def test_reads_no_links(self, engines: Engines, lin: str) -> None:
        async with engines.writing.connect() as connection:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await connection.execute(select(AccountLink.subject))
