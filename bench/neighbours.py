"""What neighbours feel while one body sends fifty times its allowance: their 95th percentile beside the quiet one.

A real API process over the seeded county and a real Redis. The crowd runs in a process of its own and keeps sending at its
pace, answered or not. Three neighbours ask for their ordinary page as people do, at any moment and whether or not the last
one is there, and spend half of their own allowances. Quiet and busy slices take turns, so that a slow minute of the machine
falls on both. What the body has in hand is taken from it first: measured is not the moment in which a minute's points are
spent at once, but what comes after and lasts.

An allowance is what an installation can spare for one body. The default is about a fifteenth of one process on a machine
that nobody else uses; where a page takes longer, so that it would be more, the allowance is set to that share.

`make bench ARGS=neighbours` measures this alone; `make bench` has it among the others.
"""

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

import httpx

from api.allowances import Allowances, RateLimited
from api.limits import Limits
from bench.measures import PAGE, Row
from bench.run import Run
from ops.embedded.ports import a_free_one

CROWD = "gao", "kunyang"
NEIGHBOURS = (("tang", "transport"), ("zheng", "agriculture"), ("su", "aojiang"))

TIMES_ITS_ALLOWANCE = 50
SHARE = 1 / 15
"""Of one process's time, for one body's allowance."""

SPENT_BY_NEIGHBOURS = 1 / 2
"""Of their allowances."""

PAGES_ALONE = 15
SLICES = 8
SECONDS_A_SLICE = 8.0
SECONDS_TO_SETTLE = 0.5

CONNECTIONS = 64
"""Of the crowd: more than may have their turn or wait for it."""

SECONDS_KEPT = 2.0
"""A connection that lay idle for longer is not used again: the server is about to close it."""

BODY = json.dumps({"query": PAGE, "variables": {"first": 20}}).encode()


@dataclass(frozen=True)
class Asking:
    """Where and as whom the ordinary page is asked for."""

    port: int
    token: str
    acting_as: str

    @property
    def request(self) -> bytes:
        """In the bytes of HTTP: a client of comfort would take more of the machine than the server."""
        lines = (
            "POST /graphql HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Content-Type: application/json",
            "Accept: application/graphql-response+json",
            f"Authorization: Bearer {self.token}",
            f"X-Acting-As: {self.acting_as}",
            f"Content-Length: {len(BODY)}",
        )
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + BODY


@dataclass
class Caller:
    """Somebody who asks, over as many connections as are needed at once."""

    asking: Asking
    _free: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def ask(self) -> tuple[int, bytes]:
        """The status and the body of one answer."""
        reader, writer = await self._connection()
        writer.write(self.asking.request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        self._free.append((time.monotonic(), reader, writer))
        return int(head.split()[1]), body

    def hang_up(self) -> None:
        """Close every connection."""
        for _, _, writer in self._free:
            writer.close()
        self._free.clear()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._free and time.monotonic() - self._free[-1][0] < SECONDS_KEPT:
            return self._free.pop()[1:]
        self.hang_up()
        return await asyncio.open_connection("127.0.0.1", self.asking.port)


async def neighbours(run: Run, redis_url: str) -> list[Row]:
    """All of it, over one API."""
    person, body = CROWD
    with tempfile.TemporaryDirectory() as home:
        with _serving(run, redis_url, Path(home), Limits()) as port:
            cost, alone = await _a_page(Asking(port, run.world[NEIGHBOURS[0][0]].token, NEIGHBOURS[0][1]))
        limits = Limits(allowance=min(Limits().allowance, int(SHARE / alone * 60 * cost)))
        with _serving(run, redis_url, Path(home), limits) as port:
            crowd = Asking(port, run.world[person].token, body)
            others = [Caller(Asking(port, run.world[key].token, home_of)) for key, home_of in NEIGHBOURS]
            pace = TIMES_ITS_ALLOWANCE * limits.allowance / 60 / cost
            between = cost * 60 / (limits.allowance * SPENT_BY_NEIGHBOURS)
            await _a_page(crowd)
            await _pages(others, SECONDS_A_SLICE, between)
            quiet, busy = list[float](), list[float]()
            with _Crowd(crowd, pace) as sending:
                await _take_what_is_in_hand(run.world.bodies[body], redis_url, limits)
                for _ in range(SLICES):
                    quiet += await _pages(others, SECONDS_A_SLICE, between)
                    sending.go()
                    await asyncio.sleep(SECONDS_TO_SETTLE)
                    busy += await _pages(others, SECONDS_A_SLICE, between)
                    sending.stop()
                    await asyncio.sleep(SECONDS_TO_SETTLE)
                answered = sending.told()
            for each in others:
                each.hang_up()
    note = f"{pace:.0f} requests a second, {answered['429']} refused, {answered['200']} answered; {limits.allowance} points a minute, {cost} a page"
    return [
        _row(
            f"a page while another body sends {TIMES_ITS_ALLOWANCE} × its allowance, p95",
            busy,
            quiet,
            95,
            note,
        ),
        _row("… p50", busy, quiet, 50, f"{len(busy)} pages beside the crowd, {len(quiet)} without"),
    ]


async def _take_what_is_in_hand(body: UUID, redis_url: str, limits: Limits) -> None:
    purse = Allowances(limits, redis_url, patience=10)
    left = (await purse.spend(body, 1)).remaining
    with suppress(RateLimited):
        await purse.spend(body, left)
    await purse.close()


def _row(what: str, busy: list[float], quiet: list[float], percentile: int, note: str) -> Row:
    ours, floor = (quantiles(times, n=100, method="inclusive")[percentile - 1] for times in (busy, quiet))
    ratio = ours / floor
    is_bound = what.startswith("a page")
    return Row(
        what,
        ours * 1000,
        floor * 1000,
        "ms",
        ratio,
        "≤ 1.5 ×" if is_bound else "",
        ratio <= 1.5 if is_bound else None,
        note,
    )


async def _a_page(asking: Asking) -> tuple[int, float]:
    """What an ordinary page costs in points, and in seconds when nobody else asks."""
    caller, times = Caller(asking), []
    for _ in range(PAGES_ALONE):
        began = time.perf_counter()
        status, body = await caller.ask()
        times.append(time.perf_counter() - began)
        assert status == 200, body
    caller.hang_up()
    answer = json.loads(body)
    assert answer["data"]["referrals"]["edges"], answer
    return answer["extensions"]["cost"]["requested"], median(times)


async def _pages(callers: list[Caller], seconds: float, between: float) -> list[float]:
    """Seconds that each page took in a slice in which everybody asks about every so many seconds."""

    async def page(caller: Caller) -> float:
        began = time.perf_counter()
        status, body = await caller.ask()
        assert status == 200, body
        return time.perf_counter() - began

    async def ask_on_and_on(caller: Caller) -> list[float]:
        asked, until = list[asyncio.Task[float]](), time.perf_counter() + seconds
        while (due := random.expovariate(1 / between)) < until - time.perf_counter():
            await asyncio.sleep(due)
            asked.append(asyncio.create_task(page(caller)))
        return await asyncio.gather(*asked)

    return [each for times in await asyncio.gather(*map(ask_on_and_on, callers)) for each in times]


@contextmanager
def _serving(run: Run, redis_url: str, home: Path, limits: Limits) -> Iterator[int]:
    """`gongguan api`, on a port of its own."""
    port = a_free_one()
    environment = {
        "GONGGUAN_HOME": str(home),
        "GONGGUAN_APP_DATABASE_URL": run.urls.app,
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "GONGGUAN_LIMITS": f"allowance={limits.allowance}",
    }
    process = subprocess.Popen([sys.executable, "-m", "ops", "api"], env=environment)
    try:
        with httpx.Client(trust_env=False) as client:
            until = time.monotonic() + 30
            while not _answers(client, port):
                assert process.poll() is None, "the API did not start"
                assert time.monotonic() < until, "the API does not answer"
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _answers(client: httpx.Client, port: int) -> bool:
    try:
        return client.get(f"http://127.0.0.1:{port}/healthz").is_success
    except httpx.TransportError:
        return False


class _Crowd:
    """A process that sends at its pace whenever it is told to."""

    def __init__(self, asking: Asking, pace: float) -> None:
        told = json.dumps([asdict(asking), pace])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.neighbours", told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == "ready"

    def __enter__(self) -> "_Crowd":
        return self

    def __exit__(self, *_failed: object) -> None:
        self._process.kill()
        self._process.wait()

    def go(self) -> None:
        """Send."""
        self._say("go")

    def stop(self) -> None:
        """Send nothing more."""
        self._say("stop")

    def told(self) -> Counter[str]:
        """How often it was answered with which status, at the end."""
        told, _ = self._process.communicate()
        return Counter(json.loads(told))

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        print(word, file=self._process.stdin, flush=True)


async def crowd(asking: Asking, pace: float) -> Counter[str]:
    """Send at this pace while told to, until nobody tells any more."""
    caller, answered = Caller(asking), Counter[str]()
    asked: set[asyncio.Task[None]] = set()
    words: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: words.put_nowait(sys.stdin.readline()))

    print("ready", flush=True)

    async def ask() -> None:
        status, _ = await caller.ask()
        answered[str(status)] += 1

    while (word := await words.get()).strip() == "stop" or word.strip() == "go":
        due = time.perf_counter()
        while word.strip() == "go" and words.empty():
            due += 1 / pace
            await asyncio.sleep(due - time.perf_counter())
            if len(asked) < CONNECTIONS:
                task = asyncio.create_task(ask())
                asked.add(task)
                task.add_done_callback(asked.discard)
    return answered


if __name__ == "__main__":
    described, at_pace = json.loads(sys.argv[1])
    print(json.dumps(asyncio.run(crowd(Asking(**described), at_pace))))
