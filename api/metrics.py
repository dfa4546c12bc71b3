"""The metrics: what Prometheus may know of this process and, by the beats in the database, of every worker.

`/metrics` is answered to whoever has the token that lies in the home (`secrets/metrics-token`), and to nobody else: an
address says nothing behind a proxy, and how busy a county is need not be everybody's knowledge. There are no names in
it, of people, bodies or places; tenants are told apart by their kind.

Nobody outside can make it grow. Operation names are client's words, so only those that somebody signed in has used get
a line of their own, and only so many; all the others are `other`. Every other label is a word of a closed set.
The worker has no port of its own: it says in its beats what waits, what was given up and how much was done, and the API
reads that when asked. So a worker that died is seen here as well, by the age of its last beat.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    Summary,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Internal, log
from api.execution import Left
from api.health import PATIENCE
from api.hub import Hub
from api.refused import refused
from api.time_limit import TimeLimit
from domain.edge import Edge, upkeep
from domain.outbox.models import Beat
from domain.outbox.queries import beats
from tenancy.refusals import Refusal
from tenancy.telemetry import NO_TENANT, Passage, described

NAMES_AT_MOST = 100

UNNAMED, OTHER = "unnamed", "other"

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
STATEMENTS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 64)


class MetricsTokenNeeded(Refusal):
    """Who asks has no token, or not that of the metrics; one of a person opens nothing here."""

    code = "METRICS_TOKEN_NEEDED"
    en = "The metrics have a token of their own. Send the one in the home (secrets/metrics-token) or of GONGGUAN_METRICS_TOKEN as Bearer."
    zh = "运行指标须凭专用令牌读取。请以 Bearer 发送数据目录 secrets/metrics-token 中的令牌，或 GONGGUAN_METRICS_TOKEN 所设的令牌。"


class Names:
    """The operation names that have a line of their own."""

    def __init__(self, at_most: int = NAMES_AT_MOST) -> None:
        self._at_most = at_most
        self._known: set[str] = set()

    def of(self, passage: Passage) -> str:
        """What the operation is called here."""
        name = passage.name
        if name is None:
            return UNNAMED
        if name not in self._known:
            if passage.tenant_kind == NO_TENANT or len(self._known) >= self._at_most:
                return OTHER
            self._known.add(name)
        return name


class Background(Collector):
    """The workers, by their beats as they were last read; None: the database did not answer."""

    def __init__(self) -> None:
        self.beats: Sequence[Beat] | None = None

    def collect(self) -> Iterable[Metric]:
        """The figures."""
        answers = GaugeMetricFamily(
            "gongguan_database_answers", "1 if the database answered just now, else 0."
        )
        answers.add_metric([], 0 if self.beats is None else 1)
        beat = GaugeMetricFamily(
            "gongguan_reconciler_beat_timestamp_seconds",
            "When a reconciler of any worker last ran.",
            labels=["reconciler"],
        )
        waiting = GaugeMetricFamily(
            "gongguan_reconciler_waiting_seconds",
            "Age of the oldest thing that is due and not done: a rung, an announcement, an unsealed line.",
            labels=["reconciler"],
        )
        done = CounterMetricFamily(
            "gongguan_reconciler_done",
            "What was done since the platform was installed: rungs fired, announcements delivered, lines sealed.",
            labels=["reconciler"],
        )
        dead = GaugeMetricFamily(
            "gongguan_dead_letters",
            "What was given up and waits for somebody to look.",
            labels=["reconciler"],
        )
        now = datetime.now(UTC)
        for each in self.beats or ():
            beat.add_metric([each.reconciler], each.at.timestamp())
            since = each.waiting_since
            waiting.add_metric([each.reconciler], max(0.0, (now - since).total_seconds()) if since else 0.0)
            done.add_metric([each.reconciler], each.done)
            dead.add_metric([each.reconciler], each.given_up)
        return (answers, beat, waiting, done, dead)


class Metrics:
    """The figures of one application. Whoever has others to tell registers them in `registry`."""

    def __init__(self, edge: Edge, hub: Hub) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # theirs is untyped
        self.registry = CollectorRegistry()
        self.names = Names()
        self._edge = edge
        self._background = Background()
        self.registry.register(self._background)
        ProcessCollector(registry=self.registry)
        self._operations = Counter(
            "gongguan_operations",
            "Operations by name, kind, kind of the tenant and outcome.",
            ["operation", "kind", "tenant_kind", "outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "gongguan_operation_seconds",
            "How long queries and mutations took.",
            ["operation", "tenant_kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._stages = Summary(
            "gongguan_stage_seconds", "Where their time went.", ["stage"], registry=self.registry
        )
        self._statements = Histogram(
            "gongguan_operation_statements",
            "Statements that an operation sent to the database.",
            ["kind"],
            buckets=STATEMENTS,
            registry=self.registry,
        )
        self._documents = Counter(
            "gongguan_documents",
            "Documents that were known already (hit), or parsed and validated (miss).",
            ["cache"],
            registry=self.registry,
        )
        self._left_over = Counter(
            "gongguan_left_to_graphql_core",
            "Operations that were not executed breadth first, by why.",
            ["reason"],
            registry=self.registry,
        )
        for reason in Left:
            # There from the beginning, at nought: a dashboard cannot tell nothing from what it does not know.
            self._left_over.labels(reason)
        self._errors = Counter(
            "gongguan_errors", "Errors and refusals shown, by code.", ["code"], registry=self.registry
        )
        # From the start: Prometheus sees how a figure grew, and not that it began with one.
        self._errors.labels(Internal.code)
        self._answers = Counter(
            "gongguan_responses", "Answers by route and status.", ["route", "status"], registry=self.registry
        )
        subscribers = Gauge("gongguan_subscribers", "Who waits for news here.", registry=self.registry)
        subscribers.set_function(lambda: hub.watched)
        in_use = Gauge(
            "gongguan_connections_in_use", "Connections to the database lent out.", registry=self.registry
        )
        in_use.set_function(lambda: edge.engines.in_use)
        at_most = Gauge("gongguan_connections_at_most", "How many there may be.", registry=self.registry)
        at_most.set_function(lambda: edge.engines.at_most)

    def executed(self, passage: Passage, outcome: str) -> None:
        """An operation whose document was valid has ended."""
        operation, kind = self.names.of(passage), passage.kind or UNNAMED
        self._operations.labels(operation, kind, passage.tenant_kind, outcome).inc()
        self._statements.labels(kind).observe(passage.statements)
        if passage.was_known is not None:
            self._documents.labels("hit" if passage.was_known else "miss").inc()
        if passage.left_over is not None:
            self._left_over.labels(passage.left_over).inc()
        if kind == "subscription":
            return  # it lasted as long as somebody listened
        self._seconds.labels(operation, passage.tenant_kind).observe(passage.lasted)
        for stage, seconds in passage.seconds.items():
            self._stages.labels(stage).observe(seconds)

    def shown(self, code: str) -> None:
        """An error was shown."""
        self._errors.labels(code).inc()

    def answered(self, route: str, status: int) -> None:
        """A request was answered."""
        self._answers.labels(route, str(status)).inc()

    async def page(self) -> bytes:
        """Everything, as Prometheus reads it."""
        try:
            async with TimeLimit(PATIENCE).kept(), upkeep(self._edge.engines.writing) as session:
                self._background.beats = await beats(session)
        except Exception as error:  # whatever it is: the other figures are wanted all the more
            log.warning("the beats are not to be had: %s", described(error))
            self._background.beats = None
        return generate_latest(self.registry)


def page(metrics: Metrics, token: str | None) -> Callable[[Request], Awaitable[Response]]:
    """`/metrics`. Without a token there is no such page."""

    async def answer(request: Request) -> Response:
        if token is None:
            raise HTTPException(404)
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(shown.strip().encode(), token.encode()):
            return refused(request, MetricsTokenNeeded(), 401, {"WWW-Authenticate": "Bearer"})
        return Response(await metrics.page(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return answer
