"""The dashboard and the alerts: they load, every expression is PromQL, and it asks for what is really there.

Grafana's own types read the dashboard, and `/metrics` of a platform that did a little of everything is what is there.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import pytest_asyncio
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard, RowPanel
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.notifications import queries
from domain.outbox.commands import beat
from tests.api.conftest import Client
from tests.telemetry.conftest import Watched
from tests.telemetry.test_metrics import figures
from tests.telemetry.test_requests import DESK, post
from workers.main import RECONCILERS

FOLDER = Path(__file__).parents[2] / "docs" / "grafana"
DASHBOARD = json.loads((FOLDER / "gongguan.json").read_text(encoding="utf-8"))
ALERTS = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ASKED = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
ASKED += [(rule["alert"], rule["expr"]) for rule in ALERTS]

BY_PROMETHEUS = {"instance", "job", "le"}
"""Labels that are there without our saying so."""


def parsed(expression: str) -> promql.Expr:
    """An expression as Prometheus would get it from Grafana."""
    return promql.parse(expression.replace("$__rate_interval", "1m").replace("$instance", ".*"))


def selectors(expression: Any) -> Iterator[promql.VectorSelector]:
    """What an expression asks for."""
    match expression:
        case promql.VectorSelector():
            yield expression
        case promql.MatrixSelector():
            yield expression.vector_selector
        case promql.AggregateExpr() | promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            yield from selectors(expression.expr)
        case promql.BinaryExpr():
            yield from selectors(expression.lhs)
            yield from selectors(expression.rhs)
        case promql.Call():
            for each in expression.args:
                yield from selectors(each)


@pytest_asyncio.fixture(loop_scope="session")
async def told(
    client: Client, watched: Watched, owner_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, set[str]]]:
    """The metrics that are there after a short life, each with its labels and their values."""
    async with AsyncSession(owner_engine) as session, session.begin():
        for each in RECONCILERS:
            await beat(session, reconciler=each.name, wall=datetime.now(UTC), waiting_since=None)
    monkeypatch.setattr(queries, "unread_count", None)  # so that asking for it fails
    for answer in (
        await post(client.as_("xu"), "{ unreadCount }"),
        await post(client.as_("xu"), DESK),
        await post(client.as_("xu"), DESK),
        await post(client, DESK),
        await client.http.get("/nowhere"),
    ):
        await watched.log.of(answer.headers["x-request-id"])
    found: dict[str, dict[str, set[str]]] = {}
    for name, labels in await figures(client):
        kept = found.setdefault(name, {})
        for label, value in labels:
            kept.setdefault(label, set()).add(value)
    return found


class TestEveryExpression:
    async def test_asks_for_what_is_there(self, told: dict[str, dict[str, set[str]]]) -> None:
        amiss = []
        for where, expression in ASKED:
            asked = list(selectors(parsed(expression)))
            assert asked, where
            for each in asked:
                labels = told.get(each.name, {})
                amiss += [f"{where}: there is no {each.name}"] if each.name not in told else []
                for matcher in each.matchers.matchers:
                    if matcher.name not in labels.keys() | BY_PROMETHEUS:
                        amiss.append(f"{where}: {each.name} has no {matcher.name}")
                    elif matcher.op is promql.MatchOp.Equal and matcher.value not in labels[matcher.name]:
                        amiss.append(f"{where}: {each.name} is never {matcher.name} {matcher.value}")
        assert amiss == []

    def test_is_noticed_when_it_does_not(self) -> None:
        (asked,) = selectors(
            parsed('histogram_quantile(0.9, sum by (le) (rate(gongguan_x_bucket{a="b"}[5m])))')
        )
        assert (asked.name, asked.matchers.matchers[0].name) == ("gongguan_x_bucket", "a")


class TestTheDashboard:
    def test_is_read_by_grafanas_own_types(self) -> None:
        register_default_plugins()
        read = Dashboard.from_json(DASHBOARD)
        assert read.title == "Gongguan 共管"
        assert len(read.panels or []) == len(DASHBOARD["panels"])
        assert sum(isinstance(each, RowPanel) for each in read.panels or []) == 5
        written = json.loads(JSONEncoder(sort_keys=True).encode(read))
        for ours, theirs in zip(DASHBOARD["panels"], written["panels"], strict=True):
            for part in ("type", "title", "gridPos", "datasource", "description"):
                assert theirs.get(part) == ours.get(part)
            assert [each["expr"] for each in theirs.get("targets", [])] == [
                each["expr"] for each in ours.get("targets", [])
            ]

    def test_asks_whatever_prometheus_the_reader_chooses(self) -> None:
        (variable,) = [each for each in DASHBOARD["templating"]["list"] if each["type"] == "datasource"]
        assert (variable["name"], variable["query"]) == ("datasource", "prometheus")
        for panel in PANELS:
            for each in (panel, *panel["targets"]):
                assert each["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert "id" not in DASHBOARD

    def test_lays_no_panel_over_another(self) -> None:
        taken: set[tuple[int, int]] = set()
        for panel in DASHBOARD["panels"]:
            at = panel["gridPos"]
            cells = {
                (x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
            }
            assert not cells & taken
            assert at["x"] + at["w"] <= 24
            taken |= cells
        assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])

    def test_says_everything_in_both_languages(self) -> None:
        for panel in DASHBOARD["panels"]:
            said = panel["title"] + panel.get("description", panel["title"])
            assert any("\u4e00" <= letter <= "\u9fff" for letter in said), panel["title"]

    async def test_shows_whatever_we_tell(self, told: dict[str, dict[str, set[str]]]) -> None:
        shown = {each.name for _, expression in ASKED for each in selectors(parsed(expression))}
        families = {name for name in told if name.startswith("gongguan_")}
        untold = {
            name
            for name in families - shown
            if not any(name.startswith(each.rsplit("_", 1)[0]) for each in shown if each.endswith("_bucket"))
        }
        assert untold == set()


class TestTheAlerts:
    def test_say_what_to_do_in_both_languages_and_how_urgent_it_is(self) -> None:
        for rule in ALERTS:
            assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
            assert any("\u4e00" <= letter <= "\u9fff" for letter in rule["annotations"]["summary_zh"])
            assert rule["annotations"]["summary"].isascii()

    def test_cover_whatever_could_miss_a_deadline_in_silence(self) -> None:
        asked = " ".join(rule["expr"] for rule in ALERTS if rule["labels"]["severity"] == "critical")
        for reconciler in ("clock", "relay", "sealer"):
            assert f'gongguan_reconciler_waiting_seconds{{reconciler="{reconciler}"}}' in asked
        assert "absent(gongguan_reconciler_beat_timestamp_seconds" in asked
