"""What was there before its reader came: paid for message by message, waited for, and in nobody else's way."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.allowances import Allowances
from api.hub import OF_ONE_BODY, READING_AT_ONCE, Hub
from api.limits import Limits
from tenancy.transactions import Engines
from tests.api.conftest import Client
from tests.live import platform as parts
from tests.live.listeners import NOTIFICATIONS, WAYS, brought, over_a_socket, socket, wire
from tests.live.platform import OFTEN, SELDOM, Api, Platform
from tests.live.test_endings import sign_out
from tests.live.test_readers import _woken
from tests.live.test_redis_away import tell
from tests.live.test_sockets import INIT, closed, said
from tests.loopback import LOOPBACK
from tests.workers.workshop import eventually
from tests.worlds import World

MISSED = 4
PRICE_OF_A_MESSAGE = 68
"""Eight fields, of which `notification` and `subject` ask the database, and the feed does too."""
PRICE_OF_COUNTING = 21
PRICE_OF_A_SOCKET = 20

LIMITS = Limits(allowance=6000, cost=6000)

Counting = Callable[..., tuple[Api, Allowances]]


@pytest.fixture
def counting(platform: Platform, tmp_path: Path) -> Iterator[Counting]:
    """Starts an API that counts, at a time that stands still."""
    with ExitStack() as running:

        def start(longest_delay: float = SELDOM) -> tuple[Api, Allowances]:
            allowances = Allowances(LIMITS, now=lambda: 1_800_000_000.0, longest_delay=longest_delay)
            api = parts.api(
                platform.database,
                platform.redis.url,
                platform.clock,
                tmp_path,
                limits=LIMITS,
                allowances=allowances,
            )
            return running.enter_context(api), allowances

        yield start


async def left(api: Api, county: World) -> int:
    """What is left of the allowance of Xu's body, which costs what counting costs."""
    async with httpx.AsyncClient(base_url=api.url, **LOOPBACK, timeout=30) as http:
        answer = await Client(http, county).as_("xu").ask("{ unreadCount }")
    points: int = answer.body["extensions"]["cost"]["allowance"]["remaining"]
    return points


async def test_costs_as_much_for_each_message_as_for_the_first_and_news_cost_nothing(
    counting: Counting, county: World, live_worker: Engines
) -> None:
    api, _ = counting()
    api.hub.seconds_between_looks = OFTEN
    xu = county["xu"].credentials
    async with over_a_socket(api, xu, NOTIFICATIONS) as listening:
        place = (await listening.next())["cursor"]
    await left(api, county)  # by now both texts are known, and so is whose they are
    for _ in range(MISSED):
        await tell(live_worker, county)
    async with socket(api, xu) as opened:
        before = await left(api, county)
        listening = await opened.listen(NOTIFICATIONS, after=place)
        for _ in range(MISSED):
            await listening.next()
        after = await left(api, county)
        assert before - after == MISSED * PRICE_OF_A_MESSAGE + PRICE_OF_COUNTING
        for _ in range(3):
            await tell(live_worker, county)
            await listening.next()
        assert await left(api, county) == after - PRICE_OF_COUNTING


async def waits_for_points(allowances: Allowances, county: World) -> bool:
    """somebody of Xu's body waits for points"""
    line = allowances._lines.get(county.bodies["kunyang"])
    return line is not None and line.locked()


async def nobody_waits(allowances: Allowances) -> bool:
    """nobody waits for points"""
    return not allowances._lines


async def behind(api: Api, allowances: Allowances, county: World, worker: Engines) -> str:
    """Xu has missed some messages, and her body can spare nothing by now. Returns her place."""
    async with over_a_socket(api, county["xu"].credentials, NOTIFICATIONS) as listening:
        place: str = (await listening.next())["cursor"]
    for _ in range(MISSED):
        await tell(worker, county)
    await allowances.spend(county.bodies["kunyang"], await left(api, county) - LIMITS.allowance // 2 + 1)
    return place


async def test_waits_until_the_body_can_spare_it_and_stands_in_nobodys_way(
    counting: Counting, county: World, live_worker: Engines
) -> None:
    api, allowances = counting()
    api.hub.seconds_between_looks = OFTEN
    xu = county["xu"].credentials
    place = await behind(api, allowances, county, live_worker)
    async with over_a_socket(api, xu, NOTIFICATIONS) as up_to_date, socket(api, xu) as opened:
        await up_to_date.next()
        missing = [await opened.listen(NOTIFICATIONS, after=place) for _ in range(READING_AT_ONCE + 1)]
        for each in missing:
            await each.next()
        await eventually(partial(waits_for_points, allowances, county))
        # Neither news for whoever misses nothing, nor what cannot wait.
        await tell(live_worker, county)
        assert (await up_to_date.next())["notification"]
        assert await left(api, county)
        assert all(each.is_silent for each in missing)
        # A minute later, or as if.
        allowances._now = lambda: 1_800_000_060.0
        for each in missing:
            told = [(await each.next())["notification"]["id"] for _ in range(MISSED)]
            assert len(set(told)) == MISSED
    await eventually(partial(nobody_waits, allowances))


@pytest.mark.parametrize("way", WAYS)
async def test_is_waited_for_no_longer_than_its_reader_stays(
    counting: Counting, county: World, live_worker: Engines, way: Any
) -> None:
    api, allowances = counting()
    place = await behind(api, allowances, county, live_worker)
    async with way(api, county["xu"].credentials, NOTIFICATIONS, after=place) as listening:
        await listening.next()
        await eventually(partial(waits_for_points, allowances, county))
    await eventually(partial(nobody_waits, allowances))
    assert api.hub.watched == 0


async def test_comes_late_rather_than_never(counting: Counting, county: World, live_worker: Engines) -> None:
    api, allowances = counting(longest_delay=0.1)
    place = await behind(api, allowances, county, live_worker)
    before = await left(api, county)
    async with over_a_socket(api, county["xu"].credentials, NOTIFICATIONS, after=place) as listening:
        for _ in range(MISSED):
            await listening.next()
    assert await left(api, county) == before - PRICE_OF_A_SOCKET - PRICE_OF_A_MESSAGE - PRICE_OF_COUNTING


async def test_and_all_that_one_body_reads_leaves_turns_for_others() -> None:
    hub, crowd, gate = Hub(), uuid4(), asyncio.Event()
    inside: list[object] = []

    async def read(body: object) -> None:
        async with hub.turn(body):  # type: ignore[arg-type]  # only compared
            inside.append(body)
            await gate.wait()

    crowded = [asyncio.create_task(read(crowd)) for _ in range(20)]
    others = [asyncio.create_task(read(uuid4())) for _ in range(READING_AT_ONCE - OF_ONE_BODY)]

    async def full() -> bool:
        """all turns are taken"""
        return len(inside) == READING_AT_ONCE

    await eventually(full)
    assert inside.count(crowd) == OF_ONE_BODY
    gate.set()
    await asyncio.gather(*crowded, *others)
    assert not hub._of_a_body


class TestWhoseTokenEnds:
    @pytest.mark.parametrize("way", WAYS)
    async def test_while_they_follow_nobody_pays_for_them(
        self, counting: Counting, county: World, desk: Client, way: Any
    ) -> None:
        api, allowances = counting()
        xu = county["xu"].credentials
        async with way(api, xu, NOTIFICATIONS) as listening:
            await listening.next()
            assert allowances.payer(xu) == county.bodies["kunyang"]
            await sign_out(None, None, desk)  # type: ignore[arg-type]  # needs neither

            async def waits() -> bool:
                """Xu waits"""
                return all(watch.mark is not None for watch in api.hub.watches())

            await eventually(waits)
            await _woken(api)
            await listening.ended()
        assert allowances.payer(xu) is None

    async def test_while_they_follow_nothing_nobody_pays_for_them(
        self, counting: Counting, county: World, desk: Client
    ) -> None:
        api, allowances = counting()
        api.hub.seconds_between_looks = OFTEN
        xu = county["xu"].credentials
        async with wire(api) as opened:
            await said(opened, INIT | {"payload": brought(xu)})
            await opened.recv()
            assert allowances.payer(xu) == county.bodies["kunyang"]
            await sign_out(None, None, desk)  # type: ignore[arg-type]  # needs neither
            assert await closed(opened) == (4401, "UNAUTHENTICATED")
        assert allowances.payer(xu) is None
