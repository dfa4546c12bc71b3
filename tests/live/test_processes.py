"""An API as it is really started: it lets go of its listeners when it is asked to end, and loses nothing when killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from ops.embedded.ports import a_free_one
from tenancy.transactions import Engines
from tests.live.listeners import NOTIFICATIONS, PATIENCE, WAYS, Ended, over_a_socket
from tests.live.platform import Platform
from tests.live.test_redis_away import tell
from tests.loopback import LOOPBACK
from tests.workers.workshop import eventually
from tests.worlds import World


class Started:
    """`gongguan api` in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.socket_url = f"ws://127.0.0.1:{port}/graphql"

    async def answers(self) -> bool:
        """the API answers"""
        try:
            async with httpx.AsyncClient(**LOOPBACK) as http:
                return (await http.get(f"{self.url}/healthz")).status_code == 200
        except httpx.TransportError:
            return False


@asynccontextmanager
async def started(platform: Platform, home: Path) -> AsyncIterator[Started]:
    """The API over the platform's database and Redis."""
    port = a_free_one()
    environment = {
        **os.environ,
        "GONGGUAN_HOME": str(home),
        "PORT": str(port),
        "GONGGUAN_APP_DATABASE_URL": platform.database.app.replace("+asyncpg", ""),
        "REDIS_URL": platform.redis.url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ops", "api", env=environment, stderr=asyncio.subprocess.PIPE
    )
    running = Started(process, port)
    try:
        await eventually(running.answers)
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("way", WAYS)
async def test_asked_to_end_lets_go_of_its_listeners(
    platform: Platform, county: World, tmp_path: Path, way
) -> None:
    async with (
        started(platform, tmp_path) as api,
        way(api, county["xu"].credentials, NOTIFICATIONS) as listening,
    ):
        await listening.next()
        api.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            _, told = await api.process.communicate()
        assert "exceeded" not in told.decode(), "it waited for whoever listened"
        if way is over_a_socket:
            with pytest.raises(Ended) as ended:
                await listening.next()
            assert ended.value.close == 1012  # clients come back after that
        else:
            assert listening.is_silent, "nothing is complete: clients come back"


@pytest.mark.parametrize("way", WAYS)
async def test_killed_loses_nothing_for_whoever_comes_back_elsewhere(
    platform: Platform, county: World, live_worker: Engines, tmp_path: Path, way
) -> None:
    xu = county["xu"].credentials
    async with started(platform, tmp_path) as api, way(api, xu, NOTIFICATIONS) as listening:
        place = await listening.next()
        api.process.kill()
        await api.process.wait()
    for _ in range(2):
        await tell(live_worker, county)
    async with way(platform.apis[0], xu, NOTIFICATIONS, after=place["cursor"]) as listening:
        told = [(await listening.next())["notification"]["id"] for _ in range(2)]
    assert len(set(told)) == 2
