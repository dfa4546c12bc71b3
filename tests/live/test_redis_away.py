"""Redis only wakes: stopped, started empty, flushed, deaf or full of nonsense, it makes nobody miss anything."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import errand
from domain.notifications.commands import deliver
from domain.notifications.models import Notification
from domain.outbox.commands import announce
from domain.outbox.rules import Announced, ToTenant, channel
from tenancy.ids import new_id
from tenancy.transactions import Engines
from tests.api.conftest import Client
from tests.api.letters import sent
from tests.live.listeners import NOTIFICATIONS, Listening, over_a_socket, over_a_stream
from tests.live.platform import OFTEN, SELDOM, Api, Platform
from tests.workers.workshop import Workshop, eventually
from tests.worlds import NOW, World


def told_to_the_registrar(county: World) -> dict[str, Any]:
    """What an announcement to Xu's post says."""
    facts = {"sender": str(county.bodies["transport"]), "receiver": str(county.bodies["kunyang"])}
    return {"kind": "referral.sent", "subject_kind": "referral", "facts": facts}


async def tell(worker: Engines, county: World) -> None:
    """Deliver a notice, as the worker does, and say nothing to Redis."""
    audience = ToTenant(county.bodies["kunyang"], ["registrar"])
    announced = Announced(
        id=new_id(),
        county_id=county.county_id,
        subject_id=new_id(),
        audience=[audience.as_json()],
        announced_at=NOW,
        attempts=1,
        **told_to_the_registrar(county),
    )
    async with errand(worker.writing, county_id=county.county_id, now=NOW) as opened:
        await deliver(opened, [announced])


async def inbox(owner: AsyncEngine, county: World) -> list[UUID]:
    """Everything that Xu's post was told, in order."""
    async with owner.connect() as connection:
        return list(
            await connection.scalars(
                select(Notification.announcement_id)
                .where(Notification.capacity_id == county["xu"].capacities["kunyang"])
                .order_by(Notification.number)
            )
        )


@asynccontextmanager
async def listening_at_both(platform: Platform, county: World) -> AsyncIterator[list[Listening]]:
    """Xu, over a socket here and a stream there."""
    xu = county["xu"].credentials
    async with (
        over_a_socket(platform.apis[0], xu, NOTIFICATIONS) as one,
        over_a_stream(platform.apis[1], xu, NOTIFICATIONS) as other,
    ):
        for each in (one, other):
            assert (await each.next())["notification"] is None
        yield [one, other]


class TestWithoutAWord:
    async def test_a_notice_is_found_by_looking(
        self, platform: Platform, county: World, live_worker: Engines
    ) -> None:
        with platform.looking(OFTEN):
            async with listening_at_both(platform, county) as both:
                await tell(live_worker, county)
                for each in both:
                    assert (await each.next())["notification"]["kind"] == "referral.sent"

    async def test_nonsense_on_the_channel_wakes_nobody_and_harms_nobody(
        self, platform: Platform, county: World, desk: Client, worker: Workshop
    ) -> None:
        async with listening_at_both(platform, county) as both, Redis.from_url(platform.redis.url) as redis:
            for nonsense in (b"{", b"[]", b"7", b'{"subject": 1}', b'{"subject": [], "capacities": [{}]}'):
                await redis.publish(channel(county.county_id), nonsense)
            await sent(desk)
            for each in both:
                assert (await each.next())["notification"]["kind"] == "referral.sent"

    async def test_the_same_publication_twice_tells_nothing_twice(
        self, platform: Platform, county: World, live_worker: Engines, desk: Client, worker: Workshop
    ) -> None:
        async with listening_at_both(platform, county) as both, Redis.from_url(platform.redis.url) as redis:
            await tell(live_worker, county)
            capacity = str(county["xu"].capacities["kunyang"])
            for _ in range(5):
                heard = b'{"subject": "x", "capacities": ["%s"]}' % capacity.encode()
                await redis.publish(channel(county.county_id), heard)
            first = [(await each.next())["notification"]["id"] for each in both]
            await sent(desk)
            then = [(await each.next())["notification"]["id"] for each in both]
            assert first[0] == first[1] != then[0] == then[1]


class TestRedis:
    async def test_stopped_and_started_again_wakes_whoever_was_there(
        self, platform: Platform, county: World, live_worker: Engines, desk: Client, worker: Workshop
    ) -> None:
        """Looks are too seldom to help: what was told meanwhile is found because the hub is back."""
        with platform.looking(SELDOM):
            async with listening_at_both(platform, county) as both:
                platform.redis.kill()
                await tell(live_worker, county)
                await platform.redis.start()
                for each in both:
                    assert (await each.next())["notification"]["kind"] == "referral.sent"
                # And it hears again: the worker, too, came back to it.
                referral = await sent(desk)
                for each in both:
                    assert (await each.next())["notification"]["subject"] == {"id": referral["id"]}

    async def test_away_for_good_is_only_slower(
        self, platform: Platform, county: World, live_worker: Engines
    ) -> None:
        platform.redis.kill()
        try:
            with platform.looking(OFTEN):
                async with listening_at_both(platform, county) as both:
                    await tell(live_worker, county)
                    for each in both:
                        await each.next()
        finally:
            await platform.redis.start()

    async def test_flushed_goes_on(
        self, platform: Platform, county: World, desk: Client, worker: Workshop
    ) -> None:
        async with listening_at_both(platform, county) as both:
            await platform.redis.flush()
            await sent(desk)
            await platform.redis.flush()
            for each in both:
                assert (await each.next())["notification"]["kind"] == "referral.sent"

    async def test_hears_one_county_only_while_somebody_listens_there(
        self, platform: Platform, county: World
    ) -> None:
        wanted = channel(county.county_id)
        async with Redis.from_url(platform.redis.url, decode_responses=True) as redis:

            async def subscribers() -> int:
                ((_, how_many),) = await redis.pubsub_numsub(wanted)
                return int(how_many)

            async def none() -> bool:
                """nobody hears the county"""
                return await subscribers() == 0

            assert await subscribers() == 0
            async with listening_at_both(platform, county), listening_at_both(platform, county):
                # One for each process, however many listen.
                assert await subscribers() == 2
            await eventually(none)


class TestUnderWay:
    @pytest.mark.parametrize("seed", range(3))
    async def test_nothing_is_missed_told_twice_or_out_of_order(
        self,
        platform: Platform,
        county: World,
        live_owner: AsyncEngine,
        live_worker: Engines,
        worker: Workshop,
        seed: int,
    ) -> None:
        """Writers side by side, readers who break off and come back elsewhere, and a Redis that dies on the way."""
        chance = random.Random(seed)
        total = 60
        audience = [ToTenant(county.bodies["kunyang"], ["registrar"])]

        async def writes(how_many: int) -> None:
            for _ in range(how_many):
                async with errand(live_worker.writing, county_id=county.county_id, now=NOW) as opened:
                    for _ in range(chance.choice([1, 1, 3])):
                        await announce(
                            opened, subject_id=new_id(), audience=audience, **told_to_the_registrar(county)
                        )

        async def reads(name: int, done: asyncio.Event) -> list[str]:
            heard: list[str] = []
            after: str | None = None
            for way in itertools.cycle((over_a_socket, over_a_stream)):
                api: Api = chance.choice(platform.apis)
                async with way(api, county["xu"].credentials, NOTIFICATIONS, after=after) as listening:
                    for _ in range(chance.choice([1, 4, 15])):
                        if done.is_set() and len(heard) == len(await inbox(live_owner, county)):
                            return heard
                        news = await listening.next()
                        after = news["cursor"]
                        if news["notification"] is not None:
                            heard.append(news["notification"]["id"])
            return heard

        async def everything_is_told() -> bool:
            """every announcement handled"""
            waiting = text(
                "select count(*) from announcements where county_id = :county and handled_at is null"
            )
            async with live_owner.connect() as connection:
                return not await connection.scalar(waiting, {"county": county.county_id})

        done = asyncio.Event()
        with platform.looking(OFTEN):
            # One notice to begin with, so that nobody who comes back has no place yet.
            readers = [asyncio.create_task(reads(n, done)) for n in range(3)]
            await eventually(lambda: all_watch(platform, 3))
            writers = [asyncio.create_task(writes(total // 3)) for _ in range(3)]
            if seed == 0:
                platform.redis.kill()
                await platform.redis.start()
            await asyncio.gather(*writers)
            await eventually(everything_is_told)
            done.set()
            await tell(live_worker, county)  # whoever waits for one more gets it
            heard = await asyncio.gather(*readers)
        async with live_owner.connect() as connection:
            rows = await connection.scalars(
                select(Notification.id)
                .where(Notification.capacity_id == county["xu"].capacities["kunyang"])
                .order_by(Notification.number)
            )
            expected = [str(each) for each in rows]
        assert len(expected) >= total
        for each in heard:
            assert [plain(named) for named in each] == expected


async def all_watch(platform: Platform, how_many: int) -> bool:
    """all readers are there"""
    return sum(api.hub.watched for api in platform.apis) >= how_many


def plain(named: str) -> str:
    """The identifier in a global id."""
    from api.identifiers import identifier_of

    return str(identifier_of("Notification", named))
