"""One look for all who wait: however many wait, it is one statement, and it wakes nobody for whom nothing changed."""

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.hub import Hub, Watch
from api.rounds import a_round
from bench.replay import capturing
from tenancy.standing import Waiting
from tenancy.transactions import Credentials, Engines
from tests.live.listeners import NOTIFICATIONS, over_a_socket, socket
from tests.live.platform import OFTEN, Platform
from tests.live.test_redis_away import tell
from tests.workers.workshop import eventually
from tests.worlds import World

FIVE_ROUNDS = 5


class TestARound:
    async def test_of_many_who_wait_is_one_statement(self, platform: Platform, county: World) -> None:
        with platform.looking(OFTEN):
            async with AsyncExitStack() as stack:
                for key in ("xu", "gao", "chen"):
                    opened = await stack.enter_async_context(
                        socket(platform.apis[0], county[key].credentials)
                    )
                    for _ in range(3):
                        await (await opened.listen(NOTIFICATIONS)).next()

                async def all_wait() -> bool:
                    """all of them wait"""
                    waiting = [watch.mark is not None for watch in platform.apis[0].hub.watches()]
                    return waiting == [True] * 9

                await eventually(all_wait)
                with capturing(platform.apis[0].edge.engines.reading) as captured:

                    async def some_rounds() -> bool:
                        """five rounds were made"""
                        return len(captured.transactions) > FIVE_ROUNDS

                    await eventually(some_rounds)
        for sent in captured.transactions[:FIVE_ROUNDS]:
            ((statement, parameters),) = sent
            assert "standing(" in statement
            assert len(parameters[0]) == 3, "who waits three times for the same thing is asked for once"

    async def test_asks_for_idle_sockets_along_with_the_others_and_nobody_looks(
        self, platform: Platform, county: World
    ) -> None:
        with platform.looking(OFTEN):
            async with (
                over_a_socket(platform.apis[0], county["xu"].credentials, NOTIFICATIONS) as listening,
                socket(platform.apis[0], county["xu"].credentials),
                socket(platform.apis[0], county["gao"].credentials),
                socket(platform.apis[0], county["gao"].credentials),
            ):
                await listening.next()

                async def waits() -> bool:
                    """Xu waits"""
                    return [each.mark is not None for each in platform.apis[0].hub.watches()] == [True]

                await eventually(waits)
                with capturing(platform.apis[0].edge.engines.reading) as captured:

                    async def some_rounds() -> bool:
                        """five rounds were made"""
                        return len(captured.transactions) > FIVE_ROUNDS

                    await eventually(some_rounds)
        for sent in captured.transactions[:FIVE_ROUNDS]:
            ((statement, parameters),) = sent
            assert "standing(" in statement
            assert len(parameters[0]) == 2, (
                "Xu's mark says it for her idle socket too, and Gao is asked for once"
            )

    async def test_that_fails_ends_nobody_and_the_next_finds_what_it_missed(
        self, platform: Platform, county: World, live_owner: AsyncEngine, live_worker: Engines
    ) -> None:
        hub = platform.apis[0].hub
        with platform.looking(OFTEN):
            async with (
                # Who comes first in a county is woken once more when its channel is heard, and must not be the one.
                over_a_socket(platform.apis[0], county["gao"].credentials, NOTIFICATIONS) as first,
                over_a_socket(platform.apis[0], county["xu"].credentials, NOTIFICATIONS) as listening,
            ):
                await first.next()
                await listening.next()

                async def waits() -> bool:
                    """Xu waits"""
                    mine = county["xu"].capacities["kunyang"]
                    return any(each.mark is not None and each.waiting.about == mine for each in hub.watches())

                await eventually(waits)
                await rename(live_owner, "standing", "lying")
                try:
                    await tell(live_worker, county)
                    with capturing(platform.apis[0].edge.engines.reading) as captured:

                        async def failed() -> bool:
                            """two rounds failed"""
                            return len(captured.transactions) > 2

                        await eventually(failed)
                    assert listening.is_silent
                finally:
                    await rename(live_owner, "lying", "standing")
                assert (await listening.next())["notification"]["kind"] == "referral.sent"


class TestWhoIsWoken:
    @pytest.mark.parametrize(
        ("stood", "stands", "woken"),
        [(7, 7, False), (7, 8, True), (7, None, True), (None, 8, False), (None, None, False)],
        ids=["as before", "otherwise", "not let in", "does not wait", "neither"],
    )
    async def test_is_who_waits_and_stands_otherwise(
        self, stood: int | None, stands: int | None, woken: bool
    ) -> None:
        hub = Hub(seconds_between_looks=3600)
        async with hub.watching(uuid4(), Waiting(Credentials("token"), uuid4())) as watch:
            waiting = asyncio.create_task(_wait(watch, stood))
            await asyncio.sleep(0)

            async def marks(some: object) -> list[int | None]:
                return [stands]

            await a_round(hub, marks)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert waiting.done() is woken
            waiting.cancel()

    async def test_is_asked_for_in_portions(self) -> None:
        hub = Hub(seconds_between_looks=3600)
        portions = []

        async def marks(some: list[Waiting]) -> list[int | None]:
            portions.append(len(some))
            return [1] * len(some)

        async with AsyncExitStack() as stack:
            county = uuid4()
            for _ in range(1201):
                watch = await stack.enter_async_context(
                    hub.watching(county, Waiting(Credentials("token"), uuid4()))
                )
                watch.mark = 1
            await a_round(hub, marks)
        assert portions == [500, 500, 201]


async def _wait(watch: Watch, mark: int | None) -> None:
    if mark is None:
        await asyncio.Event().wait()
    else:
        await watch.wait(mark)


async def rename(owner: AsyncEngine, before: str, after: str) -> None:
    """Take the function away from whoever asks for it, or give it back."""
    async with owner.begin() as connection:
        await connection.execute(
            text(f"alter function {before}(bytea[], text[], uuid[], timestamptz) rename to {after}")
        )
