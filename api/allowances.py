"""What a body may ask for in a minute, and how many of its requests are in hand at once.

Each request is paid for with the points that it may cost (`costs.py`) before anything of it is executed. A body has a
minute's points in hand at most, and they come back evenly. What is spent stands in Redis, one number a body, and is
shared by every process; one script asks and writes in a single step. While Redis is away or slow, each process counts by
itself, from what it knew last: nobody waits for Redis longer than `PATIENCE`, nobody is refused because of it, and it is
left alone for a while.

Refusing must cost next to nothing. So a process remembers as which body a credential was opened last. That is a hint
and no right: it says whose allowance is asked, and every right is still asked by the opening call. Once a body could not
pay, it rests for a moment: its requests are refused before they are even read, and the log tells of the first. Whoever
is not known, a new front end or a made-up token, pays from an allowance that all strangers of the installation share,
until the opening call says who it is; they never rest, but for the log.

What can wait, a message that its reader missed while they were away, is never refused: it comes along when half of the
minute's points are left for what cannot wait, one message of a body after another, and late rather than never.

Time is the wall's, not the clock that a demo sets: a minute of load is a minute.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from api.limits import Limits
from tenancy.refusals import Refusal
from tenancy.telemetry import note_repetition
from tenancy.transactions import Credentials, token_hash

log = logging.getLogger("gongguan.api.allowances")

MICROSECONDS = 1_000_000
MINUTE = 60 * MICROSECONDS

PATIENCE = 0.05
"""Seconds that a request waits for Redis. Whoever asks while others wait in vain does not wait."""

LONGEST_SILENCE = 1.0
"""Seconds after which Redis counts as away."""

SECONDS_LEFT_ALONE = 2.0
"""After Redis did not answer, nobody asks it for so long; then one request does."""

LONGEST_REST = 1.0
"""Seconds for which a body that could not pay is refused unread; by then it may have enough for something smaller."""

LEFT_BY_WHAT_CAN_WAIT = MINUTE // 2

LONGEST_DELAY = 10.0
"""Seconds for which what can wait does so, once those before it have come; then it comes unpaid: a notice may be late, and
is not kept back in silence."""

KNOWN_CREDENTIALS = 20_000
KNOWN_PAYERS = 10_000

STRANGERS_FOR_EACH = 10
"""How many times the requests of one body may be in hand of those who are not known yet, all together."""

SPEND = """
local now, price, most, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local whole = tonumber(redis.call('get', KEYS[1])) or 0
whole = math.min(math.max(whole, now), now + most)
local paid = whole + price <= now + room
if paid then
  whole = whole + price
end
redis.call('set', KEYS[1], string.format('%.0f', whole), 'px', math.ceil((whole - now) / 1000) + 1)
return {paid and 1 or 0, string.format('%.0f', whole)}
"""
"""Kept is the instant at which the allowance will be whole again, in microseconds. Nothing kept: it is whole. `room` is how much of
it may be spent, at most `most`."""


class RateLimited(Refusal):
    """The body has asked for more than it may in a minute, or has too many requests waiting. Nothing was read."""

    code = "RATE_LIMITED"
    en = "Your body has used up its allowance for the moment. Ask again in {retry_after} s."
    zh = "本单位的请求已达到限额，请在{retry_after}秒后重试。"
    shown = ("retry_after",)


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left of an allowance, and when it will be whole again."""

    limit: int
    remaining: int
    seconds_until_reset: int

    def as_json(self) -> dict[str, int]:
        """As it stands in an answer."""
        return {
            "limit": self.limit,
            "remaining": self.remaining,
            "secondsUntilReset": self.seconds_until_reset,
        }


Payer = UUID | None
"""A body; None: the strangers, all together."""


class Allowances:
    """The allowances as one process sees them. Without a Redis it counts by itself."""

    def __init__(
        self,
        limits: Limits,
        redis_url: str | None = None,
        *,
        now: Callable[[], float] = time.time,
        patience: float = PATIENCE,
        longest_delay: float = LONGEST_DELAY,
    ) -> None:
        self.limits = limits
        self._longest_delay = longest_delay
        self._now = now
        self._patience = patience
        self._redis: Redis | None = None
        self._script: AsyncScript | None = None
        if redis_url is not None:
            self._redis = Redis.from_url(
                redis_url, socket_timeout=LONGEST_SILENCE, socket_connect_timeout=self._patience
            )
            self._script = self._redis.register_script(SPEND)
        self._late: set[asyncio.Future[Any]] = set()
        self._leave_alone_until = 0.0
        self._is_away = False
        self._payers: OrderedDict[bytes, UUID] = OrderedDict()
        # When each allowance will be whole again, as far as is known here: in truth it is then or later.
        self._whole_at: OrderedDict[Payer, int] = OrderedDict()
        self._rests: dict[Payer, tuple[float, float]] = {}
        self._turns: dict[Payer, _Turns] = {}
        self._lines: WeakValueDictionary[Payer, asyncio.Lock] = WeakValueDictionary()

    def payer(self, credentials: Credentials) -> Payer:
        """Whose allowance is asked, as far as is known."""
        return self._payers.get(_key(credentials))

    def learn(self, credentials: Credentials, tenant_id: UUID) -> None:
        """These credentials were opened as this body."""
        key = _key(credentials)
        self._payers[key] = tenant_id
        self._payers.move_to_end(key)
        if len(self._payers) > KNOWN_CREDENTIALS:
            self._payers.popitem(last=False)

    def forget(self, credentials: Credentials) -> None:
        """These credentials were not let in: nobody pays for them any more."""
        self._payers.pop(_key(credentials), None)

    def refuse_who_rests(self, credentials: Credentials) -> None:
        """Before anything is read. Raises `RateLimited`."""
        payer = self.payer(credentials)
        rest = self._rests.get(payer)
        # One stranger's dear request must not shut the door for the others.
        if rest is None or payer is None:
            return
        until, enough_at = rest
        now = self._now()
        if now < until:
            note_repetition()
            raise RateLimited(retry_after=_seconds(enough_at - now))
        del self._rests[payer]

    async def spend(self, payer: Payer, cost: int) -> Balance:
        """Pay for a request. Raises `RateLimited`, also where it would find no place to wait: nobody pays for that."""
        self._refuse_where_too_many_wait(payer)
        now, price = self._instant(), self._price(cost)
        is_paid, whole_at = await self._pay(payer, now, price, room=MINUTE)
        if not is_paid:
            raise self._resting(payer, now, wait=whole_at + price - now - MINUTE)
        return Balance(
            limit=self.limits.allowance,
            remaining=(now + MINUTE - whole_at) * self.limits.allowance // MINUTE,
            seconds_until_reset=ceil((whole_at - now) / MICROSECONDS),
        )

    @asynccontextmanager
    async def spared(self, payer: Payer, cost: int) -> AsyncIterator[None]:
        """Pay for what can wait as soon as it can be spared; one after another, each for as long as its block lasts."""
        line = self._lines.setdefault(payer, asyncio.Lock())
        async with line:
            await self._pay_when_it_can_be_spared(payer, self._price(cost))
            yield

    @asynccontextmanager
    async def turn(self, payer: Payer) -> AsyncIterator[None]:
        """Wait for a turn, and have it for as long as the block lasts: a crowd must not take what others need.

        Raises `RateLimited` when too many wait already.
        """
        self._refuse_where_too_many_wait(payer)
        turns = self._turns.get(payer)
        if turns is None:
            share = 1 if payer is not None else STRANGERS_FOR_EACH
            turns = self._turns[payer] = _Turns(self.limits.at_once * share, self.limits.waiting * share)
        turns.taken += 1
        try:
            async with turns.semaphore:
                yield
        finally:
            turns.taken -= 1
            if not turns.taken:
                self._turns.pop(payer, None)

    async def close(self) -> None:
        """Let go of Redis."""
        await asyncio.gather(*self._late, return_exceptions=True)
        if self._redis is not None:
            await self._redis.aclose()

    def _refuse_where_too_many_wait(self, payer: Payer) -> None:
        turns = self._turns.get(payer)
        if turns is not None and turns.taken >= turns.most:
            raise RateLimited(retry_after=1)

    def _instant(self) -> int:
        return round(self._now() * MICROSECONDS)

    def _price(self, cost: int) -> int:
        return min(MINUTE, MINUTE * cost // self.limits.allowance)

    async def _pay_when_it_can_be_spared(self, payer: Payer, price: int) -> None:
        room = max(MINUTE - LEFT_BY_WHAT_CAN_WAIT, price)
        clock = asyncio.get_running_loop()
        latest = clock.time() + self._longest_delay
        while (patience := latest - clock.time()) > 0:
            now = self._instant()
            is_paid, whole_at = await self._pay(payer, now, price, room=room)
            if is_paid:
                return
            wait = (whole_at + price - now - room) / MICROSECONDS
            await asyncio.sleep(min(wait, patience, LONGEST_REST))

    async def _pay(self, payer: Payer, now: int, price: int, *, room: int) -> tuple[bool, int]:
        """Whether it is paid, and when the allowance will be whole."""
        # What is known here is at most what is true: who cannot pay by it cannot pay, and Redis need not be asked.
        is_paid, whole_at = _spent(self._whole_at.get(payer, 0), now, price, room)
        if is_paid:
            shared = await self._ask_redis(payer, now, price, room)
            if shared is not None:
                is_paid, whole_at = shared
        self._note(payer, whole_at)
        return is_paid, whole_at

    async def _ask_redis(self, payer: Payer, now: int, price: int, room: int) -> tuple[bool, int] | None:
        """Whether it is paid, and when the allowance will be whole; None if Redis does not say in time."""
        if self._script is None or self._late or self._now() < self._leave_alone_until:
            return None
        if self._is_away:
            # Others go on meanwhile: one is enough to see whether it is back.
            self._leave_alone_until = self._now() + SECONDS_LEFT_ALONE
        asking = asyncio.ensure_future(self._script(keys=[_place(payer)], args=[now, price, MINUTE, room]))
        await asyncio.wait({asking}, timeout=self._patience)
        if asking.done():
            return self._heard(asking)
        # It may be Redis that is slow, or we: what it says is heard, but not waited for, by nobody.
        self._late.add(asking)
        asking.add_done_callback(partial(self._heard_late, payer))
        return None

    def _heard(self, asking: "asyncio.Future[Any]") -> tuple[bool, int] | None:
        try:
            is_paid, whole_at = map(int, asking.result())
        except (RedisError, OSError, ValueError) as error:
            self._leave_alone_until = self._now() + SECONDS_LEFT_ALONE
            if not self._is_away:
                log.warning("Redis is away; each process counts allowances by itself: %s", error)
            self._is_away = True
            return None
        if self._is_away:
            log.warning("Redis is back; allowances are shared again")
        self._is_away = False
        self._leave_alone_until = 0.0
        return bool(is_paid), whole_at

    def _heard_late(self, payer: Payer, asking: "asyncio.Future[Any]") -> None:
        self._late.discard(asking)
        heard = None if asking.cancelled() else self._heard(asking)
        if heard is not None:
            self._note(payer, heard[1])

    def _note(self, payer: Payer, whole_at: int) -> None:
        # Answers may come out of order.
        self._whole_at[payer] = max(whole_at, self._whole_at.get(payer, 0))
        self._whole_at.move_to_end(payer)
        if len(self._whole_at) > KNOWN_PAYERS:
            self._whole_at.popitem(last=False)

    def _resting(self, payer: Payer, now: int, *, wait: int) -> RateLimited:
        seconds = wait / MICROSECONDS
        begun = now / MICROSECONDS
        if begun < self._rests.get(payer, (0.0, 0.0))[0]:
            note_repetition()
        else:
            self._rests[payer] = begun + min(seconds, LONGEST_REST), begun + seconds
        return RateLimited(retry_after=_seconds(seconds))


class _Turns:
    """The turns of one payer in this process."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.semaphore = asyncio.Semaphore(at_once)
        self.most = at_once + waiting
        self.taken = 0


def _spent(whole_at: int, now: int, price: int, room: int) -> tuple[bool, int]:
    """The script's arithmetic, for when Redis is away."""
    whole_at = min(max(whole_at, now), now + MINUTE)
    return (False, whole_at) if whole_at + price > now + room else (True, whole_at + price)


def _key(credentials: Credentials) -> bytes:
    named = "" if credentials.acting_as is None else f"+{credentials.acting_as}"
    return token_hash(credentials.token or "") + named.encode("utf-8", "surrogatepass")


def _place(payer: Payer) -> str:
    return f"gongguan:allowance:{payer or 'strangers'}"


def _seconds(wait: float) -> int:
    return max(1, ceil(wait))
