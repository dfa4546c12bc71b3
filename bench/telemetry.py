"""What watching costs: the page of the budgets with nobody watching, with log and metrics, and with traces as well.

Nobody watching is the same application without the layer that begins passages: then nothing is measured anywhere. The
log is written in JSON, to nowhere; traces go by HTTP to a collector in this very process, which costs more than one
elsewhere would. Processor time is what is compared: a watched page waits no longer for the database, and on a shared
machine a few per cent of a page's time are not to be seen behind the others.
"""

import asyncio
import logging
import os
from contextlib import ExitStack
from statistics import median
from time import process_time
from typing import Any

import orjson
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

from api.telemetry import Passages
from bench.measures import PAGE, ROUNDS, Row, answered
from bench.run import Run
from ops.logs import OURS, Told
from ops.traces import OpenTracer, provider_to
from tests.telemetry.collector import collecting

ROWS = 20
PAGES = 10


async def watched(run: Run) -> list[Row]:
    """The three take turns."""
    body = orjson.dumps({"query": PAGE, "variables": {"first": ROWS}})
    gao = run.world["gao"]
    with ExitStack() as stack:
        nowhere = logging.StreamHandler(stack.enter_context(open(os.devnull, "w", encoding="utf-8")))  # noqa: ASYNC230 - once, before anything is measured
        nowhere.setFormatter(Told())
        collector = stack.enter_context(collecting())
        provider = provider_to(OTLPSpanExporter(f"{collector.url}/v1/traces"), program="bench")
        stack.callback(provider.shutdown)
        unwatched, plain = run.app(), run.app()
        unwatched.user_middleware = [each for each in unwatched.user_middleware if each.cls is not Passages]
        traced = run.app(tracer=OpenTracer(provider.get_tracer("gongguan")))
        ours = logging.getLogger(OURS)
        ours.addHandler(nowhere)
        ours.propagate = False
        ours.setLevel(logging.INFO)
        stack.callback(ours.setLevel, logging.NOTSET)
        stack.callback(setattr, ours, "propagate", True)
        stack.callback(ours.removeHandler, nowhere)
        times: dict[Any, list[float]] = {unwatched: [], plain: [], traced: []}
        for round_ in range(ROUNDS // PAGES + 1):
            for app, taken in times.items():
                began = process_time()
                for _ in range(PAGES):
                    # In a task of its own, as a server does it: a passage ends with its task.
                    page = answered(app, body, token=gao.token, acting_as="kunyang")
                    await asyncio.create_task(page)
                # What a page leaves to be sent later belongs to it, and not to the next one's.
                provider.force_flush()
                if round_:
                    taken.append((process_time() - began) / PAGES)
        spans = len(collector.spans)
    floor = median(times[unwatched])
    return [
        Row(
            f"processor time of a page with {what}",
            median(times[app]) * 1000,
            floor * 1000,
            "ms",
            median(times[app]) / floor,
            budget,
            None if within is None else median(times[app]) / floor <= within,
            note,
        )
        for app, what, budget, within, note in (
            (plain, "id, timings, log and metrics", "≤ 1.05 ×", 1.05, ""),
            (traced, "traces as well", "", None, f"{spans} spans and more"),
        )
    ]
