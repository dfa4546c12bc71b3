"""arq and Redis: handing over jobs, running them, publishing. Nothing outside this file knows arq.

What arq keeps is never asked what has happened. Its traps and how they are stepped around: a job id is blocked while
the old job or its result is kept, so every hand-over has an id of its own and results are not kept; a killed job is
retried only after minutes, so a job is tried once, and tried again only when the relay hands it over again; jobs are
pickled by default, so that whoever writes to Redis could run code here: ours are JSON.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from arq.connections import ArqRedis
from arq.worker import Worker, func
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from arq.typing import WorkerCoroutine

log = logging.getLogger("gongguan.workers.jobs")

JOB = "handle"

# More hand-overs than this wait in Redis only if nobody works them off; the rest is safe where it is.
QUEUED_AT_MOST = 200

AT_ONCE = 4
"""Jobs of one worker that run side by side; each takes a connection to the database."""

SECONDS_TO_FINISH = 10.0
LONGEST_ABSENCE = 5.0

RunJob = Callable[[UUID, Sequence[UUID]], Awaitable[None]]


class JobsAway(Exception):
    """Redis does not answer, or not as it should. Nothing is lost by that."""


class Jobs:
    """The queue of jobs in one Redis. It connects when first used, and again whenever it must."""

    def __init__(self, redis_url: str, *, queue: str = "gongguan:jobs") -> None:
        self.queue = queue
        self._pool = ConnectionPool.from_url(redis_url, socket_connect_timeout=2, socket_timeout=5)
        self._redis = ArqRedis(
            self._pool, job_serializer=_as_json, job_deserializer=_from_json, default_queue_name=queue
        )

    async def room(self) -> int:
        """How many more jobs may be queued. Raises `JobsAway`."""
        with _speaking_to_redis():
            return QUEUED_AT_MOST - int(await self._redis.zcard(self.queue))

    async def hand_over(self, county_id: UUID, announcement_ids: Sequence[UUID]) -> None:
        """Ask some worker to handle announcements of a county. Raises `JobsAway`."""
        with _speaking_to_redis():
            await self._redis.enqueue_job(
                JOB, str(county_id), [str(each) for each in announcement_ids], _job_id=uuid4().hex
            )

    async def publish(self, channel: str, messages: Sequence[Mapping[str, Any]]) -> None:
        """Tell subscribers, one message each, in this order. Raises `JobsAway`."""
        with _speaking_to_redis():
            async with self._redis.pipeline(transaction=False) as pipe:
                for message in messages:
                    pipe.publish(channel, _as_json(message))
                await pipe.execute()

    async def attend(self, run: RunJob, *, stopping: asyncio.Event, seconds_a_job: float) -> None:
        """Run queued jobs until asked to stop; while Redis is away, wait for it."""
        absence = 0.0
        while not stopping.is_set():
            try:
                async with self._attendant(run, seconds_a_job) as worker:
                    attending = asyncio.create_task(worker.async_run())
                    asked = asyncio.create_task(stopping.wait())
                    await asyncio.wait({attending, asked}, return_when=asyncio.FIRST_COMPLETED)
                    asked.cancel()
                    if attending.done():
                        attending.result()
                    worker.allow_pick_jobs = False
            except (RedisError, OSError, TimeoutError) as error:
                if not absence:
                    log.warning("Redis is away; jobs wait until it is back: %s", error)
                absence = min(absence + 0.5, LONGEST_ABSENCE)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), absence)
            else:
                absence = 0.0

    async def close(self) -> None:
        """Let go of the connections."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose(close_connection_pool=True)

    @asynccontextmanager
    async def _attendant(self, run: RunJob, seconds_a_job: float) -> AsyncIterator[Worker]:
        async def handle(_: dict[Any, Any], county_id: str, announcement_ids: list[str]) -> None:
            await run(UUID(county_id), [UUID(each) for each in announcement_ids])

        worker = Worker(
            functions=[func(cast("WorkerCoroutine", handle), name=JOB, max_tries=1)],
            redis_pool=self._redis,
            queue_name=self.queue,
            handle_signals=False,
            max_jobs=AT_ONCE,
            job_timeout=seconds_a_job,
            keep_result=0,
            poll_delay=0.1,
            retry_jobs=False,
            log_results=False,
            job_serializer=_as_json,
            job_deserializer=_from_json,
        )
        try:
            yield worker
        finally:
            # What jobs do, they do in PostgreSQL: those under way may finish, whatever became of Redis.
            under_way = set(worker.tasks.values())
            if under_way:
                await asyncio.wait(under_way, timeout=SECONDS_TO_FINISH)
            for task in {*under_way, *([worker.main_task] if worker.main_task else [])}:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)


@contextlib.contextmanager
def _speaking_to_redis() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise JobsAway(f"Redis is away: {error}") from error


def _as_json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), default=str).encode()


def _from_json(content: bytes) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(content)
    return decoded
