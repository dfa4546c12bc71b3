"""Exports over HTTP: asked for as a clerk would, made by the worker, fetched by the one who asked and by nobody else."""

import io
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id, taken_apart
from domain.certificates.models import Certificate
from domain.deadlines.models import Deadline
from domain.documents.store import Store
from domain.edge import Edge
from domain.exports.models import Export
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.transactions import Engines
from tests.api.conftest import Client, RunningApi
from tests.api.letters import body, drafted, sent, taken_in
from tests.registered import keeps_a_register
from tests.worlds import NOW
from workers.desk import Desk
from workers.exports import EXPORTS
from workers.machinery import Machinery

EXPORT = """export { id state ledger shown language progress rowsDone rowsTotal startedAt finishedAt expiresAt fileName size
  downloadPath problem { code message } }"""

RECEIVED = {"ledger": {"referrals": {"box": "RECEIVED"}}}


class Worker:
    """The worker beside the running API, pass by pass."""

    def __init__(self, api: RunningApi, worker_engine: AsyncEngine, engines: Engines) -> None:
        edge = Edge(engines=engines, clock=api.clock)
        self.machinery = Machinery(
            engines=Engines(writing=worker_engine, reading=worker_engine),
            clock=api.clock,
            jobs=None,  # type: ignore[arg-type]  # exports ask no job
            desk=Desk(edge=edge, store=Store(api.files), rows_at_a_time=2),
        )

    async def pass_once(self) -> bool:
        """A portion of each; whether there was anything to do."""
        found = await EXPORTS.find(self.machinery)
        for portion in found:
            await EXPORTS.go_on(portion)
        return bool(found)

    async def works(self) -> None:
        """Until nothing waits."""
        while await self.pass_once():
            pass


@pytest.fixture
def worker(running_api: RunningApi, worker_engine: AsyncEngine, engines: Engines) -> Worker:
    return Worker(running_api, worker_engine, engines)


async def requested(client: Client, **given: Any) -> dict[str, Any]:
    """An export that must have been taken on."""
    payload = await client.do("requestExport", EXPORT, **(RECEIVED | given))
    assert payload["userErrors"] == [], payload["userErrors"]
    export: dict[str, Any] = payload["export"]
    return export


async def seen(client: Client, export: dict[str, Any]) -> Any:
    """The export as somebody sees it now."""
    return (
        await client.ask(
            f"query($id: ID!) {{ {EXPORT.replace('export {', 'export(id: $id) {', 1)} }}", id=export["id"]
        )
    ).data["export"]


async def fetched(client: Client, export: dict[str, Any]) -> Any:
    """The answer of the file route."""
    return await client.http.get(f"/files/{export['id']}", headers=client.headers)


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    """Headings and lines."""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return list(sheet.iter_rows(min_row=2, values_only=True))


async def on_screen(client: Client, **asked: Any) -> list[str]:
    """The parties in the register, as the same arguments show them on the screen."""
    answer = await client.ask(
        """query($box: ReferralBox!, $filter: ReferralFilter, $sort: ReferralSort!) {
          referrals(box: $box, filter: $filter, sort: $sort) { edges { node { party } } } }""",
        **asked,
    )
    return [edge["node"]["party"] for edge in answer.data["referrals"]["edges"]]


DUE = {
    "甲公司": NOW + timedelta(days=2),
    "丙公司": NOW + timedelta(hours=2),
    "丁公司": NOW + timedelta(days=3),
}
"""When the limits of these letters run out."""


async def owes_until(owner_engine: AsyncEngine, letter: dict[str, Any], due_at: datetime) -> None:
    """Let the limits that run in a letter run out at this instant."""
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Deadline)
            .where(Deadline.subject_id == taken_apart(letter["id"])[1], Deadline.met_at.is_(None))
            .values(due_at=due_at)
        )


class TestAnExport:
    async def test_is_asked_for_made_and_fetched(self, client: Client, worker: Worker) -> None:
        formula = '=HYPERLINK("http://evil.example","看")'
        await sent(client, party="甲公司")
        await sent(client, party=formula)
        await taken_in(client, party="丙公司")
        xu = client.as_("xu")
        waiting = await requested(xu)
        assert (waiting["state"], waiting["shown"], waiting["downloadPath"]) == (
            "WAITING",
            "移送件箱：移送本单位",
            None,
        )
        await worker.pass_once()
        running = await seen(xu, waiting)
        assert (running["state"], running["rowsDone"], running["rowsTotal"]) == ("RUNNING", 2, 3)
        assert (waiting["progress"], running["progress"]) == (0, 66)
        assert (await fetched(xu, waiting)).json()["errors"][0]["extensions"]["code"] == "EXPORT_NOT_READY"
        await worker.works()
        done = await seen(xu, waiting)
        assert (done["state"], done["rowsDone"], done["rowsTotal"]) == ("DONE", 3, 3)
        assert done["progress"] == 100
        assert done["fileName"] == "案件移送台账-昆阳镇人民政府-20260310-0900.xlsx"
        assert done["expiresAt"] == "2026-03-17T01:00:00+00:00"
        assert done["downloadPath"] == f"/files/{done['id']}"

        answer = await fetched(xu, done)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
        assert "attachment" in answer.headers["content-disposition"]
        assert len(answer.content) == done["size"]
        headings, *lines = rows_of(answer.content)
        assert [line[4] for line in lines] == await on_screen(xu, box="RECEIVED", sort="NEWEST")
        assert [line[4] for line in lines] == ["丙公司", formula, "甲公司"]
        assert headings[4] == "当事人"

    async def test_speaks_english_when_asked_to(self, client: Client, worker: Worker) -> None:
        await sent(client)
        xu = client.as_("xu")
        export = await requested(
            xu,
            ledger={
                "referrals": {
                    "box": "RECEIVED",
                    "filter": {
                        "states": ["SENT", "TAKEN_IN"],
                        "open": True,
                        "senders": [body(client, "transport")],
                        "sentAt": {"since": "2026-03-01"},
                        "text": None,
                    },
                    "sort": "OLDEST",
                }
            },
            language="EN",
        )
        await worker.works()
        content = (await fetched(xu, export)).content
        title = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A1"].value
        shown = (
            "Which box: Sent to us; Whether it has not come to its end: yes;"
            " In one of these states: With the receiver, Receipted, not answered yet;"
            " From one of these bodies: 县交通运输局; Sent within these days: 2026-03-01–;"
            " The order: The first begun first"
        )
        assert title == f"Ledger of referrals · 昆阳镇人民政府 · {shown} · exported on 2026-03-10 09:00"
        headings, line = rows_of(content)
        assert headings[:3] == ("Letter number", "Receipt number", "Sender")
        assert line[8] == "sent"

    @pytest.mark.parametrize(
        ("narrowed_by", "sort", "expected"),
        [
            ({}, "NEWEST", ["丁公司", "丙公司", "甲公司"]),
            ({}, "OLDEST", ["甲公司", "丙公司", "丁公司"]),
            ({}, "DUE", ["丙公司", "甲公司", "丁公司"]),
            ({"states": ["SENT"]}, "OLDEST", ["甲公司", "丁公司"]),
            ({"text": "丙公"}, "NEWEST", ["丙公司"]),
            ({"receivers": []}, "NEWEST", []),
            ({"overdue": ["OWED"]}, "DUE", []),
            ({"dueToday": ["OWED"], "open": True}, "NEWEST", ["丙公司"]),
        ],
    )
    async def test_asks_the_register_what_the_screen_asks(
        self,
        client: Client,
        worker: Worker,
        owner_engine: AsyncEngine,
        narrowed_by: dict[str, Any],
        sort: str,
        expected: list[str],
    ) -> None:
        for party in ("甲公司", "丙公司", "丁公司"):
            letter = await (taken_in if party == "丙公司" else sent)(client, party=party)
            await owes_until(owner_engine, letter, DUE[party])
        await drafted(client, party="未移送")
        asked = {"box": "RECEIVED", "filter": narrowed_by, "sort": sort}
        xu = client.as_("xu")
        export = await requested(xu, ledger={"referrals": asked})
        await worker.works()
        _, *lines = rows_of((await fetched(xu, export)).content)
        assert [line[4] for line in lines] == expected == await on_screen(xu, **asked)

    async def test_refuses_what_the_register_refuses_before_anybody_waits(self, client: Client) -> None:
        refused = [
            (
                await client.as_("xu").do(
                    "requestExport", EXPORT, ledger={"referrals": {"box": "RECEIVED", "filter": by}}
                )
            )["userErrors"][0]["code"]
            for by in ({"text": "长" * 1000}, {"senders": ["nonsense"]}, {"text": "\0"})
        ]
        assert refused == ["SEARCH_TOO_LONG", "BAD_ID", "TEXT_NOT_WRITABLE"]

    async def test_of_the_register_of_secondments_shows_whom_the_register_shows(
        self, client: Client, worker: Worker
    ) -> None:
        narrowed = {"hosts": [body(client, "kunyang")], "inForceOn": "2026-03-10"}
        gao, tang = client.as_("gao"), client.as_("tang")
        hosts = await requested(gao, ledger={"secondments": {"side": "HOST"}})
        homes = await requested(tang, ledger={"secondments": {"side": "HOME", "filter": narrowed}})
        assert homes["shown"] == "查看角度：本单位派出的人员；用人单位：昆阳镇人民政府；在派日期：2026-03-10"
        await worker.works()
        told = [
            rows_of((await fetched(who, export)).content)[1:] for who, export in ((gao, hosts), (tang, homes))
        ]
        assert sorted(line[0] for line in told[0]) == ["周交", "管农"]
        zhou = (
            "周交",
            "县交通运输局",
            "第一执法中队",
            "昆阳镇人民政府",
            "派驻",
            "综合执法队队员",
            "平委编〔2022〕8号",
        )
        assert [line[:7] for line in told[1]] == [zhou]

    async def test_of_the_register_tells_of_certificates_as_the_screen_does(
        self, client: Client, worker: Worker, owner_engine: AsyncEngine
    ) -> None:
        """In the order of the screen; and neither a number nor an id of anything is in it."""
        world, number = client.world, "浙平2026-001"
        async with owner_engine.begin() as connection:
            await connection.execute(
                insert(Certificate).values(
                    county_id=world.county_id,
                    id=new_id(),
                    issuer_id=world.bodies["justice"],
                    home_id=world.bodies["transport"],
                    person_id=world["zhou"].person_id,
                    number=number,
                    issued_on=NOW.date(),
                    valid_until=NOW.date() + timedelta(days=30),
                    state="held",
                    version=1,
                    issued_by=world["shen"].person_id,
                    issued_at=NOW,
                )
            )
        gao, chen = client.as_("gao"), client.as_("chen")
        register = {"secondments": {"side": "HOST", "sort": "NAME"}}
        asked = [await requested(gao, ledger=register), await requested(chen, ledger=register)]
        await worker.works()
        files = [(await fetched(who, each)).content for who, each in zip((gao, chen), asked, strict=True)]
        shown, hidden = ([line[9:14] for line in rows_of(file)[1:]] for file in files)
        assert [line[0] for line in rows_of(files[0])[1:]] == ["管农", "周交"]
        until = datetime.combine(NOW.date() + timedelta(days=30), time.min)
        assert shown == [(None, 0, None, None, None), (None, 0, "持有", until, 30)]
        assert hidden == [(None, 0, None, None, None), (None, 0, None, None, None)]
        assert number not in str(rows_of(files[0]))

    async def test_of_the_register_of_staff_is_the_screens_in_rows_and_order(
        self, client: Client, worker: Worker, owner_engine: AsyncEngine
    ) -> None:
        await keeps_a_register(owner_engine, client.world)
        listed = """query($side: StaffEntrySide!, $sort: StaffEntrySort!, $filter: StaffEntryFilter) {
          staffEntries(side: $side, sort: $sort, filter: $filter) { edges { node { person { name } } } } }"""
        for who, side, sort, names in (
            ("tang", "HOME", "NAME", ["林局", "唐文", "周交"]),
            ("wu", "OVERSEEN", "NAME", ["林局", "唐文", "周交"]),
            ("wu", "OVERSEEN", "OLDEST", None),
            ("huang", "HOME", "NAME", []),
        ):
            asked = {"side": side, "sort": sort, "filter": {"posts": ["执法人员"]}}
            clerk = client.as_(who)
            export = await requested(clerk, ledger={"staffEntries": asked})
            await worker.works()
            headings, *lines = rows_of((await fetched(clerk, export)).content)
            edges = (await clerk.ask(listed, **asked)).data["staffEntries"]["edges"]
            on_the_screen = [edge["node"]["person"]["name"] for edge in edges]
            assert [line[0] for line in lines] == on_the_screen
            assert names in (None, on_the_screen)
            assert headings[:4] == ("姓名", "编制所在单位", "内设机构", "人员类别")

    async def test_of_the_register_of_staff_masks_what_is_personal(
        self, client: Client, worker: Worker, owner_engine: AsyncEngine
    ) -> None:
        """Masked for whoever reads it so on the screen; oversight, and personnel without a desk, have none of it."""
        world, number, telephone = client.world, "330326198805021232", "13857712345"
        await keeps_a_register(owner_engine, world)
        for kind, value in (("IDENTITY_NUMBER", number), ("TELEPHONE", telephone)):
            recorded = await client.as_("tang").do(
                "recordPersonalData",
                "entry { masked }",
                personId=global_id("Person", world["zhou"].person_id),
                kind=kind,
                value=value,
            )
            assert recorded["userErrors"] == []
        told = {}
        for who, side in (("lin", "HOME"), ("tang", "HOME"), ("wu", "OVERSEEN")):
            clerk = client.as_(who)
            asked = {"side": side, "filter": {"person": "周"}}
            export = await requested(clerk, ledger={"staffEntries": asked})
            await worker.works()
            content = (await fetched(clerk, export)).content
            (line,) = rows_of(content)[1:]
            assert line[10] == "昆阳镇人民政府"
            told[who] = line[-2:]
            assert number not in str(rows_of(content))
            assert telephone[-8:] not in str(rows_of(content))
        masked = ("3303**********1232", "+86*******2345")
        assert told == {"lin": masked, "tang": masked, "wu": (None, None)}
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == world["tang"].capacities["transport"])
                .values(roles=["personnel"])
            )
        tang = client.as_("tang")
        export = await requested(tang, ledger={"staffEntries": {"side": "HOME", "filter": {"person": "周"}}})
        await worker.works()
        (line,) = rows_of((await fetched(tang, export)).content)[1:]
        assert line[-2:] == (None, None)

    async def test_of_the_register_of_staff_is_nobody_elses(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        await keeps_a_register(owner_engine, client.world)
        for who in ("zhou", "xu", "chen"):
            refused = await client.as_(who).do(
                "requestExport", EXPORT, ledger={"staffEntries": {"side": "OVERSEEN"}}
            )
            assert [error["code"] for error in refused["userErrors"]] == ["NOT_PERMITTED"]

    async def test_is_one_however_often_it_is_sent(self, client: Client) -> None:
        xu = client.as_("xu")
        first = await requested(xu, clientMutationId="once")
        again = await requested(xu, clientMutationId="once")
        assert first["id"] == again["id"]
        other = await xu.do(
            "requestExport", EXPORT, ledger={"referrals": {"box": "SENT"}}, clientMutationId="once"
        )
        assert [error["code"] for error in other["userErrors"]] == ["KEY_REUSED"]

    @pytest.mark.parametrize("ledger", [{}, {"referrals": {"box": "SENT"}, "secondments": {"side": "HOME"}}])
    async def test_is_of_exactly_one_ledger(self, client: Client, ledger: dict[str, Any]) -> None:
        answer = await client.as_("xu").ask(
            "mutation($input: RequestExportInput!) { requestExport(input: $input) { userErrors { code } } }",
            input={"ledger": ledger},
        )
        assert answer.codes == ["BAD_REQUEST"]

    async def test_can_be_cancelled_once(self, client: Client, worker: Worker) -> None:
        xu = client.as_("xu")
        export = await requested(xu)
        payload = await xu.do("cancelExport", EXPORT, exportId=export["id"])
        assert payload["export"]["state"] == "CANCELLED"
        again = await xu.do("cancelExport", EXPORT, exportId=export["id"])
        assert [error["code"] for error in again["userErrors"]] == ["EXPORT_ENDED"]
        await worker.works()
        assert (await seen(xu, export))["state"] == "CANCELLED"
        assert (await fetched(xu, export)).status_code == 409

    async def test_is_limited_in_number(self, client: Client) -> None:
        xu = client.as_("xu")
        exports = [await requested(xu) for _ in range(3)]
        refused = await xu.do("requestExport", EXPORT, **RECEIVED)
        assert [error["code"] for error in refused["userErrors"]] == ["EXPORT_TOO_MANY"]
        await requested(client.as_("gao"))
        await xu.do("cancelExport", EXPORT, exportId=exports[0]["id"])
        await requested(xu)

    async def test_is_gone_when_it_was_kept_long_enough(
        self, client: Client, worker: Worker, running_api: RunningApi
    ) -> None:
        xu = client.as_("xu")
        export = await requested(xu)
        await worker.works()
        running_api.clock.advance(timedelta(days=7))
        late = await seen(xu, export)
        assert (late["state"], late["downloadPath"]) == ("EXPIRED", None)
        answer = await fetched(xu, export)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
            410,
            "EXPORT_EXPIRED",
        )

    async def test_says_in_the_readers_language_why_it_failed(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        export = await requested(client.as_("xu"))
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Export)
                .where(Export.id == taken_apart(export["id"])[1])
                .values(state="failed", problem="EXPORT_RIGHTS_ENDED", expires_at=NOW, finished_at=NOW)
            )
        assert "ended meanwhile" in (await seen(client.as_("xu"), export))["problem"]["message"]
        assert "已经终止" in (await seen(client.as_("xu", language="zh"), export))["problem"]["message"]


class TestOthers:
    @pytest.mark.parametrize("who", ["gao", "chen", "zhou", "wu", "ye"])
    async def test_find_neither_the_export_nor_its_file(
        self, client: Client, worker: Worker, who: str
    ) -> None:
        export = await requested(client.as_("xu"))
        await worker.works()
        stranger = client.as_(who)
        nothing = {"id": global_id("Export", new_id())}
        assert await seen(stranger, export) is None
        answers = [await fetched(stranger, each) for each in (export, nothing)]
        assert answers[0].status_code == 404
        assert answers[0].json() == answers[1].json()
        cancelled = [
            (await stranger.do("cancelExport", EXPORT, exportId=each["id"]))["userErrors"]
            for each in (export, nothing)
        ]
        assert cancelled[0] == cancelled[1]
        assert cancelled[0][0]["code"] == "NOT_FOUND"
        listed = await stranger.ask("{ exports { totalCount edges { node { id } } } }")
        assert listed.data["exports"] == {"totalCount": 0, "edges": []}

    async def test_include_the_same_person_in_another_post(self, client: Client, worker: Worker) -> None:
        export = await requested(client.as_("zhou", "kunyang"))
        await worker.works()
        assert (await seen(client.as_("zhou", "kunyang"), export))["state"] == "DONE"
        assert await seen(client.as_("zhou"), export) is None
        assert (await fetched(client.as_("zhou"), export)).status_code == 404


class TestTheList:
    async def test_has_ones_own_the_latest_first(self, client: Client) -> None:
        xu = client.as_("xu")
        ids = [(await requested(xu))["id"] for _ in range(3)]
        page = (
            await xu.ask("{ exports(first: 2) { totalCount edges { node { id } } pageInfo { endCursor } } }")
        ).data["exports"]
        assert page["totalCount"] == 3
        assert [edge["node"]["id"] for edge in page["edges"]] == ids[:0:-1]
        rest = await xu.ask(
            "query($after: String) { exports(after: $after) { edges { node { id } } } }",
            after=page["pageInfo"]["endCursor"],
        )
        assert [edge["node"]["id"] for edge in rest.data["exports"]["edges"]] == ids[:1]
