"""Supervision notes over HTTP: written by an officer, sent by the head, answered by the other side; and who supervises."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from api.identifiers import global_id
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.worlds import HandSetClock

NOTE = """{ id version state acts kind sender { code } recipient { code } subject facts request orderNumber aroseOn
  letterNumber answer acknowledgedBy { name } answeredBy { name } item { code } empowerment { id number }
  deadlines { kind state obligor { code } subject { id } } }"""
SELECTED = f"supervisionNote {NOTE}"

BOX = f"""query($box: SupervisionNoteBox!, $filter: SupervisionNoteFilter) {{
  supervisionNotes(box: $box, filter: $filter) {{ totalCount edges {{ node {NOTE} }} }} }}"""
OF_EMPOWERMENT = """query($id: ID!, $filter: SupervisionNoteFilter, $after: String, $first: Int) { empowerment(id: $id) {
  supervisedBy { department { code } article }
  items(first: 100) { edges { node { item { code } supervisedBy { department { code } article } } } }
  supervisionNotes(filter: $filter, sort: OLDEST, after: $after, first: $first) {
    totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }"""


def given(empowerment: dict[str, Any]) -> list[dict[str, Any]]:
    """What an empowerment gives, item by item."""
    return [edge["node"] for edge in empowerment["items"]["edges"]]


class Laid:
    """Two items in one empowerment of kunyang's, signed for long ago: transport's and agriculture's."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.items: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.empowerment = ""

    def body(self, code: str) -> str:
        return global_id("Organisation", self.client.world.bodies[code])

    async def lay(self, clock: HandSetClock) -> "Laid":
        wu = self.client.as_("wu")
        for department in ("transport", "agriculture"):
            self.codes[department] = f"XG-{department}"
            item = await done(
                wu,
                "publishItem",
                "item { id }",
                code=self.codes[department],
                name="渣土",
                field="交通运输",
                departmentId=self.body(department),
                powers=["PENALTY"],
                establishingBasis="法",
                punishingBasis="法",
                bands=[],
                since="2024-01-01",
            )
            self.items[department] = item["id"]
        self.empowerment = await self.empowered(clock)
        return self

    async def empowered(self, clock: HandSetClock) -> str:
        """A notice that gives both items to kunyang, which signed for it on its first day."""
        notice = await done(
            self.client.as_("wu"),
            "empower",
            "empowerment { id }",
            number="平政告〔2024〕1号",
            title="公告",
            since="2024-01-01",
            townshipId=self.body("kunyang"),
            items=[{"itemId": each, "powers": ["PENALTY"]} for each in self.items.values()],
        )
        now, clock.instant = clock.instant, datetime(2024, 1, 1, 1, tzinfo=UTC)
        await done(
            self.client.as_("gao"), "signEmpowerment", "empowerment { id }", empowermentId=notice["id"]
        )
        clock.instant = now
        return str(notice["id"])

    def letter(self, to: str = "kunyang", of: str = "transport", **said: Any) -> dict[str, Any]:
        """The input of a whole note."""
        return {
            "addresseeId": self.body(to),
            "kind": "SOURCE_CONTROL",
            "empowermentId": self.empowerment,
            "itemId": self.items[of],
            "aroseOn": "2026-03-09",
            "subject": "密闭装置",
            "facts": "年审中发现密闭装置老化。",
            "request": "请在巡查中留意。",
        } | said

    async def sent(self, officer: str = "zhou", head: str = "lin", **said: Any) -> dict[str, Any]:
        draft = await done(self.client.as_(officer), "draftSupervisionNote", **self.letter(**said))
        return await done(self.client.as_(head), "sendSupervisionNote", **which(draft))


async def done(client: Client, mutation: str, selection: str = SELECTED, **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return what it is about."""
    payload = await client.do(mutation, selection, **given)
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload[selection.partition(" ")[0]]
    return found


async def refused(client: Client, mutation: str, **given: Any) -> tuple[str, str | None]:
    """Try an act that must be refused: the code, and the field that it is about."""
    payload = await client.do(mutation, SELECTED, **given)
    assert payload["supervisionNote"] is None
    (error,) = payload["userErrors"]
    assert error["message"]
    return error["code"], error["field"]


def which(note: dict[str, Any]) -> dict[str, Any]:
    """The part of an input that says which note, as it was last seen."""
    return {"supervisionNoteId": note["id"], "expectedVersion": note["version"]}


@pytest_asyncio.fixture(loop_scope="session")
async def laid(client: Client, api_clock: HandSetClock) -> Laid:
    return await Laid(client).lay(api_clock)


class TestTheWholePath:
    async def test_leads_from_a_draft_to_an_answer(self, client: Client, laid: Laid) -> None:
        zhou, lin = client.as_("zhou"), client.as_("lin")
        note = await done(zhou, "draftSupervisionNote", **laid.letter())
        assert (note["state"], note["acts"]) == ("DRAFT", ["REVISE", "DISCARD"])
        note = await done(
            zhou,
            "reviseSupervisionNote",
            **which(note),
            kind="CORRECTION_ORDER",
            orderNumber="平交责改〔2026〕7号",
        )
        assert (note["kind"], note["orderNumber"]) == ("CORRECTION_ORDER", "平交责改〔2026〕7号")
        note = await done(lin, "sendSupervisionNote", **which(note))
        assert (note["state"], note["letterNumber"]) == ("SENT", "平交监指〔2026〕1号")
        assert note["empowerment"] == {"id": laid.empowerment, "number": "平政告〔2024〕1号"}
        assert note["item"] == {"code": "XG-transport"}

        found = (await client.as_("xu").ask(BOX, box="RECEIVED")).data["supervisionNotes"]
        (received,) = (edge["node"] for edge in found["edges"])
        assert (received["id"], received["acts"]) == (note["id"], ["ACKNOWLEDGE"])
        assert {(each["kind"], each["state"], each["obligor"]["code"]) for each in received["deadlines"]} == {
            ("supervision.acknowledge", "RUNNING", "kunyang"),
            ("supervision.answer", "RUNNING", "kunyang"),
        }
        assert {each["subject"]["id"] for each in received["deadlines"]} == {note["id"]}
        note = await done(client.as_("xu"), "acknowledgeSupervisionNote", **which(note))
        note = await done(client.as_("gao"), "answerSupervisionNote", **which(note), text="已加强巡查")
        assert (note["state"], note["answer"], note["acts"]) == ("ANSWERED", "已加强巡查", [])
        assert {each["state"] for each in note["deadlines"]} == {"MET"}

    async def test_goes_the_other_way_for_technical_support(self, client: Client, laid: Laid) -> None:
        note = await laid.sent("chen", "gao", to="transport", kind="TECHNICAL_SUPPORT")
        assert (note["sender"]["code"], note["recipient"]["code"]) == ("kunyang", "transport")
        note = await done(client.as_("lin"), "answerSupervisionNote", **which(note), text="附检测报告")
        assert note["answeredBy"] == {"name": "林局"}

    async def test_can_be_given_up_before_sending(self, client: Client, laid: Laid) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftSupervisionNote", **laid.letter())
        assert (await done(zhou, "discardSupervisionNote", **which(draft)))["state"] == "DISCARDED"
        for states, expected in ((["DRAFT", "SENT"], 0), (["DISCARDED"], 1), (None, 1)):
            found = await zhou.ask(BOX, box="SENT", filter={"states": states})
            assert found.data["supervisionNotes"]["totalCount"] == expected


class TestRefusals:
    async def test_name_the_field_as_the_input_does(self, client: Client, laid: Laid) -> None:
        zhou, chen = client.as_("zhou"), client.as_("chen")
        said: dict[str, Any]
        for who, said, code, field in (
            (zhou, {"subject": " "}, "FIELD_EMPTY", "subject"),
            (zhou, {"request": "长" * 20_001}, "FIELD_TOO_LONG", "request"),
            (zhou, {"addresseeId": global_id("Organisation", new_id())}, "NOT_FOUND", "addresseeId"),
            (zhou, {"addresseeId": "nonsense"}, "BAD_ID", "addresseeId"),
            (zhou, {"itemId": global_id("Item", new_id())}, "NOT_FOUND", "itemId"),
            (zhou, {"empowermentId": global_id("Empowerment", new_id())}, "NOT_FOUND", "empowermentId"),
            (zhou, {"to": "agriculture"}, "SUPERVISION_NOT_BETWEEN_THESE", "addresseeId"),
            (zhou, {"to": "aojiang"}, "SUPERVISION_NOT_HELD", "aroseOn"),
            (zhou, {"of": "agriculture"}, "SUPERVISION_OF_ANOTHER_DEPARTMENT", "itemId"),
            (zhou, {"aroseOn": "2026-03-11"}, "SUPERVISION_DAY_TO_COME", "aroseOn"),
            (zhou, {"aroseOn": "2023-12-31"}, "SUPERVISION_NOT_SUPERVISED", "itemId"),
            (zhou, {"kind": "CORRECTION_ORDER"}, "SUPERVISION_ORDER_NEEDED", "orderNumber"),
            (chen, {"to": "transport"}, "SUPERVISION_TOWNSHIP_ONLY_ASKS", "kind"),
        ):
            assert await refused(who, "draftSupervisionNote", **laid.letter(**said)) == (code, field), said

    async def test_leave_sending_and_answering_to_the_heads(self, client: Client, laid: Laid) -> None:
        draft = await done(client.as_("zhou"), "draftSupervisionNote", **laid.letter())
        assert (await refused(client.as_("zhou"), "sendSupervisionNote", **which(draft)))[
            0
        ] == "NOT_PERMITTED"
        note = await done(client.as_("lin"), "sendSupervisionNote", **which(draft))
        for who in ("chen", "xu", "lin"):
            refusal = await refused(client.as_(who), "answerSupervisionNote", **which(note), text="x")
            assert refusal[0] == "NOT_PERMITTED"

    async def test_tell_nothing_of_what_is_not_ones_own(self, client: Client, laid: Laid) -> None:
        hidden = which(await laid.sent())
        unknown = {"supervisionNoteId": global_id("SupervisionNote", new_id()), "expectedVersion": 1}
        for somebody in ("pan", "huang", "guan"):
            for mutation, more in (
                ("reviseSupervisionNote", {"facts": "x"}),
                ("discardSupervisionNote", {}),
                ("sendSupervisionNote", {}),
                ("acknowledgeSupervisionNote", {}),
                ("answerSupervisionNote", {"text": "x"}),
            ):
                told = [
                    await refused(client.as_(somebody), mutation, **given, **more)
                    for given in (hidden, unknown)
                ]
                assert told == [("NOT_FOUND", None)] * 2


class TestReading:
    async def test_shows_oversight_what_was_sent_and_strangers_nothing(
        self, client: Client, laid: Laid
    ) -> None:
        await done(client.as_("zhou"), "draftSupervisionNote", **laid.letter())
        note = await laid.sent()
        for overseer in ("wu", "shen"):
            found = (await client.as_(overseer).ask(BOX, box="OVERSEEN")).data["supervisionNotes"]
            assert [edge["node"]["id"] for edge in found["edges"]] == [note["id"]]
        for stranger in ("pan", "huang", "li"):
            for box in ("SENT", "RECEIVED", "OVERSEEN"):
                found = (await client.as_(stranger).ask(BOX, box=box)).data["supervisionNotes"]
                assert (found["totalCount"], found["edges"]) == (0, [])
            one = await client.as_(stranger).ask(
                "query($id: ID!) { supervisionNote(id: $id) { id } node(id: $id) { id } }", id=note["id"]
            )
            assert one.data == {"supervisionNote": None, "node": None}

    async def test_goes_by_item_kind_and_side(self, client: Client, laid: Laid) -> None:
        order = await laid.sent(kind="CORRECTION_ORDER", orderNumber="7号")
        theirs = await laid.sent("guan", "huang", of="agriculture")
        asked = await laid.sent("chen", "gao", to="transport", kind="TECHNICAL_SUPPORT")
        bodies = {code: laid.body(code) for code in ("transport", "agriculture", "kunyang", "aojiang")}
        for by, expected in (
            ({"kinds": ["CORRECTION_ORDER"]}, {order["id"]}),
            ({"itemCodes": ["XG-agriculture"]}, {theirs["id"]}),
            ({"itemCodes": ["XG-transport"]}, {order["id"], asked["id"]}),
            ({"organisations": [bodies["transport"]]}, {order["id"], asked["id"]}),
            ({"organisations": [bodies["kunyang"]]}, {order["id"], theirs["id"], asked["id"]}),
            ({"organisations": [bodies["aojiang"]]}, set()),
            ({"kinds": []}, set()),
        ):
            found = (await client.as_("wu").ask(BOX, box="OVERSEEN", filter=by)).data["supervisionNotes"]
            assert {edge["node"]["id"] for edge in found["edges"]} == expected, by
            assert found["totalCount"] == len(expected)


class TestAnEmpowerment:
    async def test_shows_who_supervises_what_it_gives_and_by_which_article(
        self, client: Client, laid: Laid
    ) -> None:
        article = "昆阳镇综合行政执法协同配合工作办法 3"
        for who in ("pan", "gao", "zhou"):
            found = (await client.as_(who).ask(OF_EMPOWERMENT, id=laid.empowerment)).data["empowerment"]
            supervising = {each["department"]["code"]: each["article"] for each in found["supervisedBy"]}
            assert supervising == {"transport": article, "agriculture": article}
            assert len(found["supervisedBy"]) == 2
            assert {each["item"]["code"]: each["supervisedBy"] for each in given(found)} == {
                f"XG-{code}": {"department": {"code": code}, "article": article}
                for code in ("transport", "agriculture")
            }

    async def test_shows_the_notes_about_it_as_far_as_each_may_see_them(
        self, client: Client, laid: Laid, api_clock: HandSetClock
    ) -> None:
        ours = await laid.sent()
        theirs = await laid.sent("guan", "huang", of="agriculture")
        draft = await done(client.as_("zhou"), "draftSupervisionNote", **laid.letter())
        other = await laid.empowered(api_clock)
        elsewhere = await done(
            client.as_("zhou"), "draftSupervisionNote", **(laid.letter() | {"empowermentId": other})
        )
        for who, expected in (
            ("zhou", [ours["id"], draft["id"]]),
            ("huang", [theirs["id"]]),
            ("gao", [ours["id"], theirs["id"]]),
            ("wu", [ours["id"], theirs["id"]]),
            ("pan", []),
        ):
            found = await client.as_(who).ask(OF_EMPOWERMENT, id=laid.empowerment)
            notes = found.data["empowerment"]["supervisionNotes"]
            assert [edge["node"]["id"] for edge in notes["edges"]] == expected, who
            assert notes["totalCount"] == len(expected)
        found = await client.as_("zhou").ask(OF_EMPOWERMENT, id=other)
        notes = found.data["empowerment"]["supervisionNotes"]
        assert [edge["node"]["id"] for edge in notes["edges"]] == [elsewhere["id"]]

    async def test_shows_them_page_by_page_and_of_one_item(self, client: Client, laid: Laid) -> None:
        notes = [await laid.sent() for _ in range(3)]
        theirs = await laid.sent("guan", "huang", of="agriculture")
        gao, seen, after = client.as_("gao"), [], None
        for _ in range(2):
            found = await gao.ask(OF_EMPOWERMENT, id=laid.empowerment, first=2, after=after)
            page = found.data["empowerment"]["supervisionNotes"]
            seen += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
        assert seen == [each["id"] for each in (*notes, theirs)]
        assert not page["pageInfo"]["hasNextPage"]
        found = await gao.ask(
            OF_EMPOWERMENT, id=laid.empowerment, filter={"itemCodes": [laid.codes["agriculture"]]}
        )
        page = found.data["empowerment"]["supervisionNotes"]
        assert [edge["node"]["id"] for edge in page["edges"]] == [theirs["id"]]
        # A cursor belongs to the list it was given for.
        found = await gao.ask(
            OF_EMPOWERMENT, id=laid.empowerment, after=after, filter={"kinds": ["SOURCE_CONTROL"]}
        )
        assert found.codes == ["BAD_CURSOR"]

    async def test_shows_nobody_for_an_item_that_left_the_catalogue(
        self, client: Client, laid: Laid, api_clock: HandSetClock
    ) -> None:
        await done(
            client.as_("wu"),
            "publishItem",
            "item { id }",
            code=laid.codes["agriculture"],
            name="渣土",
            field="交通运输",
            departmentId=laid.body("agriculture"),
            powers=["PENALTY"],
            establishingBasis="法",
            punishingBasis="法",
            bands=[],
            since="2026-03-11",
            until="2026-03-12",
        )
        api_clock.advance(timedelta(days=2))
        found = (await client.as_("gao").ask(OF_EMPOWERMENT, id=laid.empowerment)).data["empowerment"]
        assert [each["department"]["code"] for each in found["supervisedBy"]] == ["transport"]
        assert {each["item"]["code"]: each["supervisedBy"] is None for each in given(found)} == {
            "XG-transport": False,
            "XG-agriculture": True,
        }
