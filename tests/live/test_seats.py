"""So many connections for news and no more: in one process, and of one person, over sockets and streams alike."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from api.seats import Seats
from tests.live import platform as parts
from tests.live.listeners import NOTIFICATIONS, WAYS, brought, over_a_socket, over_a_stream, wire
from tests.live.platform import Api, Platform
from tests.live.test_sockets import INIT, closed, said
from tests.workers.workshop import eventually
from tests.worlds import Somebody, World

HERE, OF_ONE = 3, 2


@pytest.fixture
def small(platform: Platform, tmp_path: Path) -> Iterator[Api]:
    """An API with three seats, two of which may be one person's."""
    with parts.api(
        platform.database,
        platform.redis.url,
        platform.clock,
        tmp_path,
        seats=Seats(HERE, of_one_person=OF_ONE),
    ) as api:
        yield api


async def taken(api: Api, how_many: int) -> bool:
    """so many seats are taken"""
    return api.hub.seats.taken == how_many


async def turned_away(api: Api, somebody: Somebody, way: object) -> tuple[int | None, str | None]:
    """How it is refused to listen: by which code of a socket, and why."""
    if way is over_a_socket:
        async with wire(api) as opened:
            with suppress(ConnectionClosed):
                await said(opened, INIT | {"payload": brought(somebody.credentials)})
            return await closed(opened)
    async with over_a_stream(api, somebody.credentials, NOTIFICATIONS) as listening:
        (code,) = (await listening.ended()).codes
        assert (await listening.ended()).codes == []  # complete
        return None, code


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
async def test_one_person_takes_so_many_and_others_the_rest(small: Api, county: World, first, second) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(OF_ONE):
            listening = await stack.enter_async_context(first(small, county["xu"].credentials, NOTIFICATIONS))
            await listening.next()
        expected = (4429 if second is over_a_socket else None, "TOO_MANY_CONNECTIONS")
        assert await turned_away(small, county["xu"], second) == expected
        await eventually(lambda: taken(small, OF_ONE))
        other = await stack.enter_async_context(second(small, county["gao"].credentials, NOTIFICATIONS))
        await other.next()
        expected = (1013 if second is over_a_socket else None, "NO_SEAT")
        assert await turned_away(small, county["chen"], second) == expected
        assert other.is_silent
    await eventually(lambda: taken(small, 0))
    assert not small.hub.seats.taken_by
    async with second(small, county["xu"].credentials, NOTIFICATIONS) as listening:
        await listening.next()
