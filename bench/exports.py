"""What exporting the county's whole ledger costs: seconds and memory, beside the same rows by bare means.

The floor reads the same 100 000 rows under the same row-level security with one statement of bare asyncpg, through a
cursor, and writes the same cells with bare xlsxwriter. It keeps nothing that an export keeps: no rights asked again, no
progress, no place to begin again from. Each runs in a process of its own, which says how much memory it came to need.

`make bench ARGS=exports` measures this alone; `make bench` has it among the others.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import psutil
import xlsxwriter

from bench.measures import Row
from bench.replay import bare_connection
from bench.run import Run
from domain.documents.store import Store
from domain.edge import Edge
from domain.exports import commands, queries
from domain.exports.ledgers import REFERRALS
from domain.referrals.filters import Wanted
from ops.addresses import for_sqlalchemy, plain
from tenancy.transactions import Credentials, Engines
from tests.worlds import HandSetClock
from workers.desk import Desk
from workers.exports import EXPORTS
from workers.machinery import Machinery

MIB = 2**20

FLOOR = """
select r.letter_number, r.receipt_number, sender.name, receiver.name, r.party, r.item_code, r.place, r.found_on, r.state,
       holder.name, r.sent_at, r.sent_late, r.late_reason, r.taken_in_at, r.answered_at, r.return_reasons,
       r.withdrawn_reason, r.effective_on, r.outcome, owed.kind, owed.due_at, owed.due_at < now()
  from referrals r
  join organisations sender on sender.county_id = r.county_id and sender.id = r.from_id
  join organisations receiver on receiver.county_id = r.county_id and receiver.id = r.addressee_id
  join organisations holder on holder.county_id = r.county_id and holder.id = r.owner_id
  left join lateral (select d.kind, d.due_at from deadlines d where d.county_id = r.county_id and d.subject_id = r.id
       and d.met_at is null and d.cancelled_at is null order by d.due_at limit 1) owed on true
 where r.overseen_id = overseen() and r.from_id <> me() and r.to_id <> me()
 order by r.id desc
"""


@dataclass(frozen=True)
class Order:
    """What a process of the benchmark is told."""

    what: str
    app: str
    worker: str
    token: str
    acting_as: str
    folder: str


@dataclass(frozen=True)
class Cost:
    """What it took: seconds, MiB at the most, of which there were so many before, rows, bytes of the file."""

    seconds: float
    peak: float
    before: float
    rows: int
    size: int


async def export(order: Order) -> Cost:
    """The product: asked for by the coordinator, made by the worker's steps."""
    clerks, clock = Engines.of(for_sqlalchemy(order.app)), HandSetClock()
    edge, store = Edge(engines=clerks, clock=clock), Store(Path(order.folder) / "files")
    wu = Credentials(order.token, order.acting_as)
    async with edge.writing(wu) as work:
        asked = await commands.request(
            work,
            ledger="referrals",
            wanted=Wanted(box="overseen"),
            sort="newest",
            shown="监督范围",
            language="zh",
        )
    machinery = Machinery(
        engines=Engines.of(for_sqlalchemy(order.worker)),
        clock=clock,
        jobs=None,  # type: ignore[arg-type]  # exports ask no job
        desk=Desk(edge=edge, store=store),
    )
    before, began = _memory(), time.perf_counter()
    while portions := await EXPORTS.find(machinery):
        for portion in portions:
            await EXPORTS.go_on(portion)
    seconds = time.perf_counter() - began
    async with edge.reading(wu) as work:
        done = await queries.the(work, asked.id)
    return Cost(seconds, _peak(), before, done.rows_done, store.path(asked.id).stat().st_size)


async def bare(order: Order) -> Cost:
    """The floor."""
    engines = Engines.of(for_sqlalchemy(order.app))
    connection = await bare_connection(plain(order.app))
    path, rows = Path(order.folder) / "floor.xlsx", 0
    before, began = _memory(), time.perf_counter()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": order.folder})
    sheet, day, instant = book.add_worksheet(), *_formats(book)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.fetch(
            "select * from open_scope(sha256($1::bytea), $2, $3, false)",
            order.token.encode(),
            order.acting_as,
            await HandSetClock().now(),
        )
        async for row in connection.cursor(FLOOR, prefetch=1000):
            for column, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(rows, column, value)
                elif isinstance(value, bool):
                    sheet.write_string(rows, column, "是" if value else "否")
                elif hasattr(value, "hour"):
                    sheet.write_datetime(rows, column, value.astimezone(UTC).replace(tzinfo=None), instant)
                else:
                    sheet.write_datetime(rows, column, value, day)
            rows += 1
    book.close()
    seconds = time.perf_counter() - began
    await connection.close()
    await engines.dispose()
    return Cost(seconds, _peak(), before, rows, path.stat().st_size)


def ledger(run: Run) -> list[Row]:
    """Both, one after the other, and what they say of each other."""
    wu = run.world["wu"]
    costs: dict[str, Cost] = {}
    for what in ("export", "bare"):
        with tempfile.TemporaryDirectory() as folder:
            order = Order(
                what, run.urls.app, run.urls.worker, wu.token, str(wu.capacities["coordination"]), folder
            )
            told = subprocess.run(
                [sys.executable, "-m", "bench.exports", json.dumps(asdict(order))],
                capture_output=True,
                text=True,
                check=True,
            )
            costs[what] = Cost(**json.loads(told.stdout.splitlines()[-1]))
    ours, floor = costs["export"], costs["bare"]
    assert ours.rows == floor.rows, (ours, floor)
    return [
        Row(
            f"exporting a ledger of {ours.rows} rows and {len(REFERRALS.columns)} columns",
            ours.seconds,
            floor.seconds,
            "s",
            ours.seconds / floor.seconds,
            "",
            None,
            f"{ours.size / MIB:.1f} MiB",
        ),
        Row(
            "memory that it takes beyond the process at rest",
            ours.peak - ours.before,
            floor.peak - floor.before,
            "MiB",
            None,
            "≤ 100 MiB",
            ours.peak - ours.before <= 100,
        ),
    ]


def _formats(book: Any) -> tuple[Any, Any]:
    return book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / MIB


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    given = Order(**json.loads(sys.argv[1]))
    print(json.dumps(asdict(asyncio.run({"export": export, "bare": bare}[given.what](given)))))
