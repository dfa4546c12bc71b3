"""Signing in and out: what opens the door, what locks it, and that nobody learns which logins there are.

How long argon2 takes is not measured; that an unknown login takes the same way through it is.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from tenancy.models import Account, Capacity, Session, SignInAttempts
from tenancy.sign_in import AccountLocked, Doorkeeper, SignedIn, SignInFailed, SignInPolicy
from tenancy.transactions import Credentials, Engines, Unauthenticated, token_hash
from tests.worlds import CHEAP_HASHER, NOW, PASSWORD, HandSetClock, World, a_county

POLICY = SignInPolicy(failures_allowed=5, locked_for=timedelta(minutes=15), token_lives=timedelta(hours=12))
A_MOMENT = timedelta(microseconds=1)


class CountingHasher(PasswordHasher):
    """Argon2 made cheap, which remembers how often it was asked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.asked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        """As ever, and counted."""
        self.asked += 1
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> CountingHasher:
    """What the doorkeeper checks passwords with."""
    return CountingHasher()


@pytest.fixture
def door(engines: Engines, hasher: CountingHasher) -> Doorkeeper:
    """The door of the app's login."""
    return Doorkeeper(engines.writing, POLICY, hasher)


async def enter(door: Doorkeeper, login: str, password: str = PASSWORD, at: datetime = NOW) -> SignedIn:
    """Try the door."""
    return await door.sign_in(login=login, password=password, now=at)


async def fail(door: Doorkeeper, login: str, times: int, at: datetime = NOW) -> None:
    """Try it with the wrong password, so many times."""
    for _ in range(times):
        with pytest.raises(SignInFailed):
            await enter(door, login, "wrong", at)


def unknown(world: World) -> str:
    """A login that nobody has."""
    return f"nobody.{world.code}"


class TestSigningIn:
    async def test_gives_a_token_that_acts_until_it_expires(
        self, door: Doorkeeper, edge: Edge, clock: HandSetClock, world: World
    ) -> None:
        signed_in = await enter(door, world["lin"].login)
        assert signed_in.expires_at == NOW + POLICY.token_lives
        async with edge.reading(Credentials(signed_in.token)) as work:
            assert work.actor.person_id == world["lin"].person_id
        clock.advance(POLICY.token_lives - A_MOMENT)
        async with edge.reading(Credentials(signed_in.token)):
            pass
        clock.advance(A_MOMENT)
        with pytest.raises(Unauthenticated):
            async with edge.reading(Credentials(signed_in.token)):
                pass

    async def test_keeps_of_the_token_nothing_but_its_hash(
        self, door: Doorkeeper, world: World, owner_engine: AsyncEngine
    ) -> None:
        signed_in = await enter(door, world["lin"].login)
        async with owner_engine.connect() as connection:
            kept = await connection.scalar(
                select(func.count()).where(Session.token_hash == token_hash(signed_in.token))
            )
            rows = (await connection.execute(select(Session.__table__))).all()
        assert kept == 1
        assert not any(signed_in.token.encode() in repr(row).encode() for row in rows)

    async def test_gives_another_token_each_time(self, door: Doorkeeper, world: World) -> None:
        tokens = {(await enter(door, world["lin"].login)).token for _ in range(3)}
        assert len(tokens) == 3

    @pytest.mark.parametrize("spelling", ["{}", " {} ", "{}\n"])
    async def test_forgives_blanks_around_the_login_and_its_case(
        self, door: Doorkeeper, world: World, spelling: str
    ) -> None:
        await enter(door, spelling.format(world["lin"].login.upper()))

    async def test_does_not_forgive_blanks_around_the_password(self, door: Doorkeeper, world: World) -> None:
        with pytest.raises(SignInFailed):
            await enter(door, world["lin"].login, f" {PASSWORD}")

    async def test_opens_nothing_to_a_disabled_account_and_says_nothing_of_it(
        self, door: Doorkeeper, world: World, owner_engine: AsyncEngine
    ) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Account).where(Account.id == world["lin"].account_id).values(disabled_at=NOW)
            )
        with pytest.raises(SignInFailed):
            await enter(door, world["lin"].login)

    @pytest.mark.parametrize("text", ["nul \0", "half \ud800", "", "x" * 10_000, "' or '1'='1"])
    async def test_answers_any_text_at_all(self, door: Doorkeeper, world: World, text: str) -> None:
        for login, password in ((f"{text}{world.code}", PASSWORD), (world["tang"].login, text)):
            with pytest.raises(SignInFailed):
                await enter(door, login, password)


class TestAnUnknownLogin:
    async def test_fails_like_a_wrong_password_step_by_step_to_the_lock(
        self, door: Doorkeeper, world: World
    ) -> None:
        answers = []
        for login in (world["lin"].login, unknown(world)):
            told = []
            for _ in range(POLICY.failures_allowed + 2):
                with pytest.raises((SignInFailed, AccountLocked)) as refused:
                    await enter(door, login, "wrong")
                told.append((refused.value.code, refused.value.field, refused.value.sentence("zh")))
            answers.append(told)
        assert answers[0] == answers[1]
        assert [code for code, *_ in answers[0]] == ["SIGN_IN_FAILED"] * 5 + ["ACCOUNT_LOCKED"] * 2

    async def test_costs_the_same_work(self, door: Doorkeeper, hasher: CountingHasher, world: World) -> None:
        for login in (world["lin"].login, unknown(world)):
            before = hasher.asked
            await fail(door, login, 1)
            assert hasher.asked == before + 1

    async def test_leaves_the_same_trace(
        self, door: Doorkeeper, world: World, owner_engine: AsyncEngine
    ) -> None:
        await fail(door, world["lin"].login, 2)
        await fail(door, unknown(world), 2)
        async with owner_engine.connect() as connection:
            kept = (await connection.execute(select(SignInAttempts.__table__))).all()
        assert not any(world.code in repr(row) for row in kept), "a login is kept as its digest only"


class TestLockout:
    async def test_comes_after_five_failures_in_a_row_and_refuses_the_right_password(
        self, door: Doorkeeper, hasher: CountingHasher, world: World
    ) -> None:
        await fail(door, world["lin"].login, POLICY.failures_allowed)
        asked = hasher.asked
        with pytest.raises(AccountLocked):
            await enter(door, world["lin"].login)
        assert hasher.asked == asked, "a locked login is not worth a check"

    async def test_does_not_come_if_one_of_them_was_right(self, door: Doorkeeper, world: World) -> None:
        for _ in range(3):
            await fail(door, world["lin"].login, POLICY.failures_allowed - 1)
            await enter(door, world["lin"].login)

    async def test_counts_guesses_that_are_made_at_the_same_instant(
        self, door: Doorkeeper, hasher: CountingHasher, world: World
    ) -> None:
        outcomes = await asyncio.gather(
            *(enter(door, world["lin"].login, f"guess {n}") for n in range(24)), return_exceptions=True
        )
        kinds = [type(outcome) for outcome in outcomes]
        assert kinds.count(SignInFailed) == POLICY.failures_allowed
        assert kinds.count(AccountLocked) == 24 - POLICY.failures_allowed
        assert hasher.asked == POLICY.failures_allowed

    async def test_counts_them_across_processes(self, engines: Engines, world: World) -> None:
        doors = [Doorkeeper(engines.writing, POLICY, CountingHasher()) for _ in range(3)]
        outcomes = await asyncio.gather(
            *(enter(doors[n % 3], world["lin"].login, "guess") for n in range(12)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes].count(SignInFailed) == POLICY.failures_allowed

    async def test_ends_after_its_time_and_begins_counting_anew(self, door: Doorkeeper, world: World) -> None:
        await fail(door, world["lin"].login, POLICY.failures_allowed)
        with pytest.raises(AccountLocked):
            await enter(door, world["lin"].login)
        later = NOW + POLICY.locked_for
        with pytest.raises(AccountLocked):
            await enter(door, world["lin"].login, at=later - A_MOMENT)
        await fail(door, world["lin"].login, POLICY.failures_allowed, at=later)
        with pytest.raises(AccountLocked):
            await enter(door, world["lin"].login, at=later)
        await enter(door, world["lin"].login, at=later + POLICY.locked_for)

    async def test_is_not_drawn_out_by_knocking(self, door: Doorkeeper, world: World) -> None:
        await fail(door, world["lin"].login, POLICY.failures_allowed)
        for minute in range(15):
            with pytest.raises(AccountLocked):
                await enter(door, world["lin"].login, "wrong", NOW + timedelta(minutes=minute))
        await enter(door, world["lin"].login, at=NOW + POLICY.locked_for)

    async def test_says_until_when_and_concerns_one_login(self, door: Doorkeeper, world: World) -> None:
        await fail(door, world["lin"].login, POLICY.failures_allowed)
        with pytest.raises(AccountLocked, match=r"2026-03-10T01:15\+00:00"):
            await enter(door, world["lin"].login)
        await enter(door, world["tang"].login)

    async def test_is_the_same_for_another_spelling_of_the_login(
        self, door: Doorkeeper, world: World
    ) -> None:
        for n in range(POLICY.failures_allowed):
            await fail(door, (world["lin"].login.upper(), f" {world['lin'].login}")[n % 2], 1)
        with pytest.raises(AccountLocked):
            await enter(door, world["lin"].login)

    async def test_does_not_end_sessions_that_were_opened_before(
        self, door: Doorkeeper, edge: Edge, world: World
    ) -> None:
        signed_in = await enter(door, world["lin"].login)
        await fail(door, world["lin"].login, POLICY.failures_allowed)
        async with edge.reading(Credentials(signed_in.token)):
            pass


class TestSigningOut:
    async def test_ends_the_token_at_once(self, door: Doorkeeper, edge: Edge, world: World) -> None:
        signed_in = await enter(door, world["lin"].login)
        await door.sign_out(token=signed_in.token, now=NOW)
        for way in (edge.reading, edge.writing):
            with pytest.raises(Unauthenticated):
                async with way(Credentials(signed_in.token)):
                    pass
        with pytest.raises(Unauthenticated):
            await door.capacities(token=signed_in.token, now=NOW)

    async def test_ends_only_that_one(self, door: Doorkeeper, edge: Edge, world: World) -> None:
        first, second = await enter(door, world["lin"].login), await enter(door, world["lin"].login)
        await door.sign_out(token=first.token, now=NOW)
        async with edge.reading(Credentials(second.token)):
            pass

    @pytest.mark.parametrize("token", [None, "", "unknown", "\ud800"])
    async def test_is_refused_without_a_living_token(self, door: Doorkeeper, token: str | None) -> None:
        with pytest.raises(Unauthenticated):
            await door.sign_out(token=token, now=NOW)

    async def test_happens_once(self, door: Doorkeeper, world: World) -> None:
        signed_in = await enter(door, world["lin"].login)
        outcomes = await asyncio.gather(
            *(door.sign_out(token=signed_in.token, now=NOW) for _ in range(2)), return_exceptions=True
        )
        assert sorted(map(type, outcomes), key=str) == sorted([type(None), Unauthenticated], key=str)


class TestTheChoiceOfCapacities:
    async def test_is_among_one_s_own_that_hold_now(
        self, door: Doorkeeper, world: World, owner_engine: AsyncEngine
    ) -> None:
        held = await door.capacities(token=world["zhou"].token, now=NOW)
        assert [each.tenant_code for each in held] == ["kunyang", "transport"]
        assert {each.capacity_id for each in held} == set(world["zhou"].capacities.values())
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity).where(Capacity.id == world["zhou"].capacities["kunyang"]).values(until=NOW)
            )
        held = await door.capacities(token=world["zhou"].token, now=NOW)
        assert [each.tenant_code for each in held] == ["transport"]

    async def test_names_the_person_even_if_there_is_nothing_to_choose(
        self, door: Doorkeeper, world: World, owner_engine: AsyncEngine
    ) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity).where(Capacity.person_id == world["lin"].person_id).values(until=NOW)
            )
        (nothing,) = await door.capacities(token=world["lin"].token, now=NOW)
        assert (nothing.person_name, nothing.capacity_id) == (world["lin"].name, None)

    @pytest.mark.parametrize("token", [None, "", "unknown"])
    async def test_is_refused_without_a_living_token(self, door: Doorkeeper, token: str | None) -> None:
        with pytest.raises(Unauthenticated):
            await door.capacities(token=token, now=NOW)

    async def test_shows_nobody_of_another_county(
        self, door: Doorkeeper, world: World, owner_engine: AsyncEngine
    ) -> None:
        other = await a_county(owner_engine)
        held = await door.capacities(token=world["lin"].token, now=NOW)
        assert {each.tenant_id for each in held} <= set(world.bodies.values())
        assert not {each.tenant_id for each in held} & set(other.bodies.values())


def test_the_password_of_the_tests_is_kept_as_argon2() -> None:
    assert CHEAP_HASHER.hash(PASSWORD).startswith("$argon2id$")
