"""What is measured, each beside its floor: a page of open referrals, an acceptance, a decision, firing rungs.

Each function takes the run and returns its rows of the table. Product and floor take turns, so that a slow minute of
the machine falls on both.
"""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import psutil
from sqlalchemy import select, text

from bench.replay import Replayer, bare_connection, capturing, encoded
from bench.run import Run
from domain.referrals import receiving
from domain.referrals.models import Referral
from ops.embedded.ports import a_free_one
from policies.authority import Authority
from policies.book import Book
from policies.rows import platform_rows
from policies.snapshot import Snapshot
from workers.clock import CLOCK
from workers.machinery import Machinery
from workers.reconciler import Reconciler
from workers.recount import RECOUNT

PAGE = """
query Desk($first: Int) {
  referrals(box: RECEIVED, filter: {open: true}, first: $first) {
    edges { node {
      id version state letterNumber party foundOn sentAt
      sender { id name } receiver { id name }
      deadlines { kind dueAt provisional metAt }
      lastEvents(n: 3) { number kind at }
    } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

ROUNDS = 60
ACCEPTANCES = 300
RUNGS = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `ratio` is product over floor unless the budget is a share of the floor's rate."""

    what: str
    product: float
    floor: float | None
    unit: str
    ratio: float | None
    budget: str
    within: bool | None
    note: str = ""


def shown(rows: list[Row], title: str) -> str:
    """The table."""
    lines = [title, ""]
    for row in rows:
        floor = "" if row.floor is None else f"floor {row.floor:.1f} {row.unit}"
        ratio = "" if row.ratio is None else f"ratio {row.ratio:.2f}"
        verdict = {True: "within", False: "MISSED", None: ""}[row.within]
        lines.append(
            f"{row.what:<82} {row.product:10.2f} {row.unit:<6} {floor:<22} {ratio:<12} {row.budget:<24} {verdict} {row.note}"
        )
    return "\n".join(lines)


async def timed(act: Callable[[], Awaitable[Any]]) -> float:
    """Seconds that one call takes."""
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


async def page(run: Run, *, first: int) -> Row:
    """The first page of a tenant's open referrals, from the request's bytes to the answer's, in one process."""
    app = run.app()
    person = run.world["gao"]
    body = orjson.dumps({"query": PAGE, "variables": {"first": first}})

    async def product() -> bytes:
        return await answered(app, body, token=person.token, acting_as="kunyang")

    answer = orjson.loads(await product())
    assert "errors" not in answer, answer
    assert len(answer["data"]["referrals"]["edges"]) == first
    with capturing(run.engines.reading) as captured:
        await product()
    reads = [transaction for transaction in captured.transactions if transaction]
    connection = await bare_connection(run.urls.app)
    replayer = Replayer(connection, snapshot=True)

    async def floor() -> bytes:
        return b"".join([encoded(await replayer.send(transaction)) for transaction in reads])

    async def to_its_end() -> None:
        await product()
        # The snapshot ends after the answer; the floor's end is counted, so this one is.
        await run.engines.rest()

    ours, bare = await in_turns(to_its_end, floor, rounds=ROUNDS)
    await connection.close()
    return Row(
        f"first page of open referrals, {first} rows with both tenants, deadlines, last 3 events",
        ours * 1000,
        bare * 1000,
        "ms",
        ours / bare,
        "≤ 2 ×",
        ours / bare <= 2,
        f"{captured.statements} statements",
    )


async def first_page(
    run: Run, what: str, who: tuple[str, str], query: str, variables: dict[str, Any], *, rounds: int
) -> Row:
    """The first page of some list as somebody in a body asks for it, from the request's bytes to the answer's."""
    somebody, acting_as = who
    app = run.app()
    body = orjson.dumps({"query": query, "variables": variables})

    async def product() -> bytes:
        return await answered(app, body, token=run.world[somebody].token, acting_as=acting_as)

    answer = orjson.loads(await product())
    assert "errors" not in answer, answer
    with capturing(run.engines.reading) as captured:
        await product()
    reads = [transaction for transaction in captured.transactions if transaction]
    connection = await bare_connection(run.urls.app)
    replayer = Replayer(connection, snapshot=True)

    async def floor() -> bytes:
        return b"".join([encoded(await replayer.send(transaction)) for transaction in reads])

    async def to_its_end() -> None:
        await product()
        await run.engines.rest()

    ours, bare = await in_turns(to_its_end, floor, rounds=rounds)
    await connection.close()
    found = sum(len(each.get("edges", ())) for each in answer["data"].values() if isinstance(each, dict))
    return Row(
        what,
        ours * 1000,
        bare * 1000,
        "ms",
        ours / bare,
        "≤ 2 ×",
        ours / bare <= 2,
        f"{found} rows, {captured.statements} statements",
    )


async def acceptance(run: Run, floor_run: Run) -> Row:
    """Accepting, one after the other; the floor sends the same statements to an equal database."""
    gao = run.world["gao"]
    async with run.owner.connect() as connection:
        waiting = (
            await connection.execute(
                select(Referral.id, Referral.version)
                .where(Referral.to_id == run.world.bodies["kunyang"], Referral.state == "taken_in")
                .order_by(Referral.id)
                .limit(ACCEPTANCES)
            )
        ).all()

    async def accept(referral_id: Any, version: int) -> None:
        async with run.edge.writing(gao.credentials) as work:
            await receiving.accept(work, referral_id=referral_id, expected_version=version)

    times = []
    with capturing(run.engines.writing) as captured:
        for referral_id, version in waiting:
            times.append(await timed(lambda one=referral_id, at=version: accept(one, at)))
    connection = await bare_connection(floor_run.urls.app)
    replayer = Replayer(connection, snapshot=False)
    bare = [await timed(lambda one=transaction: replayer.send(one)) for transaction in captured.transactions]
    await connection.close()
    share = median(bare) / median(times)
    return Row(
        "accept a referral, one after the other",
        1 / median(times),
        1 / median(bare),
        "per s",
        share,
        "≥ 60 % of the rate",
        share >= 0.6,
        f"{len(times)} acts of {captured.statements // len(times)} statements",
    )


async def decision(run: Run) -> list[Row]:
    """One decision of the policies, asked of a fresh snapshot and asked again."""
    async with run.edge.reading(run.world["gao"].credentials) as work:
        actor = work.actor
        referral = await work.session.scalar(select(Referral).limit(1))
    rows = platform_rows()

    def fresh() -> Authority:
        return Authority(
            actor,
            Snapshot.of_county(
                county_id=actor.county_id,
                version=actor.policy_version,
                platform=Book(rows),
                rows=[],
                origin="bench",
            ),
        )

    cold = []
    for _ in range(50):
        authority = fresh()
        began = time.perf_counter()
        authority.may("accept", "referral.letter", referral)
        cold.append(time.perf_counter() - began)
    times = 100_000
    began = time.perf_counter()
    for _ in range(times):
        authority.plan("referral.letter", "accept")
    cached = (time.perf_counter() - began) / times
    began = time.perf_counter()
    for _ in range(times):
        authority.may("accept", "referral.letter", referral)
    checked = (time.perf_counter() - began) / times
    return [
        Row("a decision, cold", median(cold) * 1000, None, "ms", None, "≤ 2 ms", median(cold) <= 0.002),
        Row("a decision, cached", cached * 1e6, None, "µs", None, "≤ 2 µs", cached <= 2e-6),
        Row("… and held against a row", checked * 1e6, None, "µs", None, "", None),
    ]


async def rungs(run: Run, floor_run: Run) -> list[Row]:
    """Firing 10 000 due rungs; idle looks of the clock and the recount; counting everything again."""
    async with run.owner.begin() as connection:
        ringing = await connection.scalar(
            text("select count(*) from deadlines where next_rung_at is not null")
        )
    idle = [await timed(lambda: passes(run)) for _ in range(20)]
    idle_recount = [await timed(lambda: passes(run, RECOUNT)) for _ in range(20)]
    for each in (run, floor_run):
        async with each.owner.begin() as connection:
            await connection.execute(
                text(
                    "update deadlines set next_rung_at = :at where (county_id, id) in"
                    " (select county_id, id from deadlines where next_rung_at is not null order by id limit :n)"
                ),
                {"at": run.clock.instant, "n": RUNGS},
            )
    with capturing(run.worker.writing) as captured:
        ours = await timed(lambda: passes(run))
    async with run.owner.connect() as connection:
        fired = await connection.scalar(text("select count(*) from deadline_rungs"))
    assert fired == RUNGS, fired
    connection = await bare_connection(floor_run.urls.worker)
    replayer = Replayer(connection, snapshot=False)
    began = time.perf_counter()
    for transaction in captured.transactions:
        await replayer.send(transaction)
    bare = time.perf_counter() - began
    await connection.close()
    async with run.owner.begin() as owner:
        await owner.execute(text("update counties set calendar_version = calendar_version + 1"))
    recounting = await timed(lambda: passes(run, RECOUNT))
    return [
        Row(
            f"firing {RUNGS} due rungs",
            RUNGS / ours,
            RUNGS / bare,
            "per s",
            bare / ours,
            "≥ 5 000 per s",
            RUNGS / ours >= 5000,
            f"{captured.statements} statements",
        ),
        Row(
            f"an idle look of the clock, {ringing} open deadlines",
            median(idle) * 1000,
            None,
            "ms",
            None,
            "does not grow with them",
            None,
        ),
        Row(
            f"an idle look of the recount, {ringing} open deadlines",
            median(idle_recount) * 1000,
            None,
            "ms",
            None,
            "does not grow with them",
            None,
        ),
        Row(
            f"counting {ringing} deadlines again, all of which move",
            (ringing or 0) / recounting,
            None,
            "per s",
            None,
            "",
            None,
        ),
    ]


async def passes(run: Run, reconciler: Reconciler[Any] = CLOCK) -> None:
    """A reconciler's passes until nothing is left."""
    machinery = Machinery(engines=run.worker, clock=run.clock, jobs=None)  # type: ignore[arg-type]  # neither asks for a job
    while portions := await reconciler.find(machinery):
        for portion in portions:
            await reconciler.go_on(portion)


def starts(home: Path) -> list[Row]:
    """Starting the whole platform on a home that knows it already, until it says ready; memory of its programs then."""
    on_its_own_servers = ["env", "-u", "DATABASE_URL", "-u", "REDIS_URL"]
    here = [f"GONGGUAN_HOME={home}", f"PORT={a_free_one()}", "GONGGUAN_MODE=demo"]
    times, memory = [], {}
    for round_ in range(4):
        began = time.perf_counter()
        with subprocess.Popen(
            [*on_its_own_servers, *here, sys.executable, "-m", "ops", "up"], stdout=subprocess.PIPE, text=True
        ) as platform:
            assert platform.stdout is not None
            for line in platform.stdout:
                if "Ctrl-C" in line:
                    break
            if round_:
                times.append(time.perf_counter() - began)
            for child in psutil.Process(platform.pid).children():
                name = child.cmdline()[-1]
                if name in ("api", "worker"):
                    memory[name] = child.memory_info().rss / 2**20
            platform.send_signal(signal.SIGINT)
            platform.communicate(timeout=60)
    return [
        Row(
            "a warm start of the whole platform", median(times), None, "s", None, "≤ 5 s", median(times) <= 5
        ),
        *(
            Row(f"memory of the {name} at rest", size, None, "MB", None, "≤ 200 MB", size <= 200)
            for name, size in sorted(memory.items())
        ),
    ]


async def in_turns(
    product: Callable[[], Awaitable[Any]], floor: Callable[[], Awaitable[Any]], *, rounds: int
) -> tuple[float, float]:
    """The median seconds of both, after a warm-up, taking turns."""
    ours, bare = [], []
    for _ in range(5):
        await product()
        await floor()
    for _ in range(rounds):
        ours.append(await timed(product))
        bare.append(await timed(floor))
    return median(ours), median(bare)


async def answered(app: Any, body: bytes, *, token: str, acting_as: str) -> bytes:
    """The answer of an ASGI application to one POST, without a network in between."""
    sent: list[bytes] = []
    to_come = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        # After the body nothing comes: whoever asked stays and waits.
        return to_come.pop() if to_come else await asyncio.get_running_loop().create_future()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            sent.append(message.get("body", b""))

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"authorization", f"Bearer {token}".encode()),
            (b"x-acting-as", acting_as.encode()),
        ],
    }
    await app(scope, receive, send)
    return b"".join(sent)
