"""How long an operation may take, and how it is broken off when its time is over.

Time is looked at where an operation waits for the database or for anybody else, never in between: what waits is
cancelled, which cancels the statement in PostgreSQL too, and its transaction is rolled back. An act that has begun to
commit is let finish, so that nobody is told of a failure that was none; what is read for its payload afterwards has
only the time that is left. What counts here is the clock on the wall, not the platform's.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tenancy.refusals import Refusal

SECONDS = 10.0
"""For an operation, unless the deployment says otherwise."""


class TimedOut(Refusal):
    """It took too long. Among the `userErrors` of an act it means that nothing was done."""

    code = "TIMED_OUT"
    en = "This took longer than {seconds:g} seconds and was broken off. Ask for less at once, or try again in a moment."
    zh = "处理超过{seconds:g}秒，已中止。请减少一次查询的内容，或稍后重试。"


class TimeLimit:
    """The time of one operation, from now on."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._ends_at = self._loop.time() + seconds

    def anew(self) -> "TimeLimit":
        """As much time again, from now on."""
        return self._until(self._loop.time() + self.seconds)

    def apart(self) -> "TimeLimit":
        """The same time, which can be ended by itself."""
        return self._until(self._ends_at)

    def _until(self, ends_at: float) -> "TimeLimit":
        limit: TimeLimit = object.__new__(TimeLimit)
        limit.seconds, limit._loop, limit._ends_at = self.seconds, self._loop, ends_at
        return limit

    def end(self) -> None:
        """It is over now, for whatever begins to wait from here on."""
        self._ends_at = 0.0

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[asyncio.Timeout]:
        """Break off what waits in the block when the time is over. Raises `TimedOut`, at once if it is over already.

        Who must not be broken off any more reschedules what is yielded.
        """
        if self._loop.time() >= self._ends_at:
            raise TimedOut(seconds=self.seconds)
        try:
            async with asyncio.timeout_at(self._ends_at) as limit:
                yield limit
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise TimedOut(seconds=self.seconds) from error
