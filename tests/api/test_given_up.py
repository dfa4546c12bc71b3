"""What is said where the database undid an act because another one was in its way: nothing is done, and it may be sent again."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.errors import InEachOthersWay, Internal, Unavailable, logged

LOCK = text("select pg_advisory_xact_lock(:it)")


async def test_of_two_who_wait_for_each_other_one_is_told_to_look_again(owner_engine: AsyncEngine) -> None:
    both_hold = asyncio.Barrier(2)

    async def take(first: int, then: int) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(LOCK, {"it": first})
            await both_hold.wait()
            await connection.execute(LOCK, {"it": then})

    done = await asyncio.gather(take(1, 2), take(2, 1), return_exceptions=True)
    (failed,) = [each for each in done if each is not None]
    assert isinstance(failed, DBAPIError)
    assert isinstance(logged(failed, where="a test"), InEachOthersWay)


async def test_whoever_finds_no_connection_free_may_ask_again(owner_engine: AsyncEngine) -> None:
    narrow = create_async_engine(owner_engine.url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    try:
        async with narrow.connect():
            with pytest.raises(PoolTimeout) as failed:
                await narrow.connect()
    finally:
        await narrow.dispose()
    assert isinstance(logged(failed.value, where="a test"), Unavailable)


async def test_another_fault_is_ours(owner_engine: AsyncEngine) -> None:
    async with owner_engine.connect() as connection:
        with pytest.raises(DBAPIError) as failed:
            await connection.execute(text("select 1 / 0"))
    assert isinstance(logged(failed.value, where="a test"), Internal)
