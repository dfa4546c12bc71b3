"""The hub: the one ear that an API process has on Redis, and whom to wake when it hears something.

    worker ──publishes ids──▶ Redis ──one connection──▶ hub ──wakes──▶ watches that the ids concern

A publication says that there is something to read, never what: whoever is woken asks the database. So nothing is kept
here, nothing can overflow, and nothing is lost with Redis. Whenever a county's channel has just been subscribed, the
first time or again after Redis was away, all who watch in that county are woken, because what was published before
went unheard. And whatever Redis says, somebody looks now and then for all who wait, and for all who were let in
(`rounds.py`).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from math import inf
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from api.seats import Seats
from domain.outbox.rules import channel
from tenancy.standing import Waiting
from tenancy.transactions import Credentials

log = logging.getLogger("gongguan.api.hub")

SECONDS_BETWEEN_LOOKS = 20.0
"""How long somebody who watches goes without being looked for, although nothing was heard."""

READING_AT_ONCE = 4
"""Of those who were woken, so many read side by side: a crowd must not take all connections from ordinary requests."""

OF_ONE_BODY = 3
"""So many of them are one body's, and no more of its stand before the others: nobody waits behind a neighbour's crowd."""

SECONDS_OF_SILENCE = 10.0
LONGEST_ABSENCE = 5.0

AWAY = (RedisError, OSError, TimeoutError)


class Watch:
    """Somebody who waits for news about one thing. While they wait, `mark` is how they stood when they last looked."""

    def __init__(self, waiting: Waiting, seconds_between_looks: float) -> None:
        self.waiting = waiting
        self.mark: int | None = None
        self.seconds_between_looks = seconds_between_looks
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may have happened."""
        self._woken.set()

    def look(self) -> None:
        """Before reading: what is heard from here on calls for another look."""
        self._woken.clear()

    async def wait(self, mark: int) -> None:
        """Until woken."""
        self.mark = mark
        await self._woken.wait()
        self.mark = None


@dataclass(frozen=True, slots=True, eq=False)
class Guest:
    """Somebody who was let in, whether they follow anything or not. `look` sees whether they still would be."""

    credentials: Credentials
    look: Callable[[], None]
    seconds_between_looks: float


class Hub:
    """Wakes watches. Without a Redis it hears nothing, and those who wait are only looked for now and then."""

    def __init__(
        self,
        redis_url: str | None = None,
        *,
        seats: Seats | None = None,
        seconds_between_looks: float = SECONDS_BETWEEN_LOOKS,
    ) -> None:
        self.seats = seats or Seats()
        self._turnstile = asyncio.Semaphore(READING_AT_ONCE)
        # Of those bodies that anybody reads or waits for, and of strangers, all together.
        self._of_a_body: WeakValueDictionary[UUID | None, asyncio.Semaphore] = WeakValueDictionary()
        self.seconds_between_looks = seconds_between_looks
        self._redis_url = redis_url
        self._closing = asyncio.Event()
        self._watches: dict[UUID, dict[str, set[Watch]]] = {}
        self.guests: set[Guest] = set()
        self._ear: PubSub | None = None
        # Of the one who may wait the shortest, and that such a one came.
        self.pace = inf
        self.sooner = asyncio.Event()

    @property
    def watched(self) -> int:
        """How many watch."""
        return sum(1 for _ in self.watches())

    def watches(self) -> Iterator[Watch]:
        """All who watch."""
        for things in self._watches.values():
            for each in things.values():
                yield from each

    def looked_for(self) -> Iterator[Watch | Guest]:
        """All who watch, and all who were let in."""
        yield from self.watches()
        yield from self.guests

    @asynccontextmanager
    async def watching(self, county_id: UUID, waiting: Waiting) -> AsyncIterator[Watch]:
        """Be woken, while the block lasts, by what is published about this subject or this capacity."""
        watch = Watch(waiting, self.seconds_between_looks)
        about = str(waiting.about)
        first = county_id not in self._watches
        self._watches.setdefault(county_id, {}).setdefault(about, set()).add(watch)
        self._look_for(watch)
        if first:
            await self._tune(county_id)
        try:
            yield watch
        finally:
            self._leave(county_id, about, watch)
            if county_id not in self._watches:
                await self._tune(county_id)

    @contextmanager
    def hosting(self, credentials: Credentials, look: Callable[[], None]) -> Iterator[None]:
        """Have somebody looked for, while the block lasts, who may follow nothing."""
        guest = Guest(credentials, look, self.seconds_between_looks)
        self.guests.add(guest)
        self._look_for(guest)
        try:
            yield
        finally:
            self.guests.discard(guest)

    @asynccontextmanager
    async def turn(self, body: UUID | None) -> AsyncIterator[None]:
        """Wait for a turn to read, and have it for as long as the block lasts. None: for somebody not known yet."""
        of_the_body = self._of_a_body.setdefault(body, asyncio.Semaphore(OF_ONE_BODY))
        async with of_the_body, self._turnstile:
            yield

    async def listen(self) -> None:
        """Hear what is published, for as long as the process lives; while Redis is away, come back to it."""
        if self._redis_url is None:
            return
        absence = 0.0
        async with Redis.from_url(self._redis_url, socket_connect_timeout=2) as redis:
            while True:
                try:
                    async with redis.pubsub() as ear:
                        await ear.connect()
                        self._ear = ear
                        for county_id in list(self._watches):
                            await ear.subscribe(channel(county_id))
                        if absence:
                            log.warning("Redis is back")
                        absence = 0.0
                        await self._hear(ear)
                except AWAY as error:
                    if not absence:
                        log.warning("Redis is away; who watches looks now and then: %s", error)
                finally:
                    self._ear = None
                absence = min(absence + 0.5, LONGEST_ABSENCE)
                await asyncio.sleep(absence)

    def close(self) -> None:
        """The process is about to end: whoever holds a connection open for news should let go of it."""
        self._closing.set()

    async def until_closed(self) -> None:
        """Until the process is about to end."""
        await self._closing.wait()

    async def _hear(self, ear: PubSub) -> None:
        waiting_for_a_pong = False
        while True:
            heard = await ear.get_message(timeout=SECONDS_OF_SILENCE)
            if heard is None:
                # A connection may be gone without a word.
                if waiting_for_a_pong:
                    raise TimeoutError("no answer to a ping")
                await ear.ping()
                waiting_for_a_pong = True
                continue
            waiting_for_a_pong = False
            self._heed(heard)

    def _heed(self, heard: dict[str, Any]) -> None:
        if heard["type"] not in ("subscribe", "message"):
            return
        county_id = UUID(heard["channel"].decode().rpartition(":")[2])
        if heard["type"] == "subscribe":
            self._wake(self._in(county_id))
            return
        try:
            told = orjson.loads(heard["data"])
            concerned = {told["subject"], *told["capacities"]}
        except (ValueError, TypeError, KeyError):
            log.warning("heard something that is no publication")
            return
        things = self._watches.get(county_id, {})
        self._wake(watch for about in concerned for watch in things.get(about, ()))

    async def _tune(self, county_id: UUID) -> None:
        """Hear the county if somebody watches there, and only then. What goes wrong, `listen` notices too."""
        ear = self._ear
        if ear is None:
            return
        with suppress(*AWAY):
            if county_id in self._watches:
                await ear.subscribe(channel(county_id))
            else:
                await ear.unsubscribe(channel(county_id))

    def _look_for(self, somebody: Watch | Guest) -> None:
        if somebody.seconds_between_looks < self.pace:
            self.pace = somebody.seconds_between_looks
            self.sooner.set()

    def _in(self, county_id: UUID) -> list[Watch]:
        return [watch for watches in self._watches.get(county_id, {}).values() for watch in watches]

    def _leave(self, county_id: UUID, about: str, watch: Watch) -> None:
        things = self._watches[county_id]
        things[about].discard(watch)
        if not things[about]:
            del things[about]
        if not things:
            del self._watches[county_id]

    @staticmethod
    def _wake(watches: Iterable[Watch]) -> None:
        for watch in watches:
            watch.wake()
