"""Alerts over HTTP: written by an officer, sent by the head, acknowledged and answered by each recipient."""

from datetime import timedelta
from typing import Any

from api.identifiers import global_id
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.worlds import HandSetClock

NOTICE = """{ id version state acts recipient { code } sender { code } kind subject facts letterNumber
  answer answerText meetingOn acknowledgedBy { name } answeredBy { name }
  deadlines { kind state obligor { code } subject { id } } }"""
ALERT = f"alert {{ id version state acts letterNumber subject notices {NOTICE} }}"
ALERT_NOTICE = f"alertNotice {NOTICE}"

RECEIVED = f"""query($box: AlertNoticeBox!, $states: [AlertNoticeState!]) {{
  alertNotices(box: $box, filter: {{ states: $states }}) {{ totalCount edges {{ node {NOTICE} }} }} }}"""
OWN = "query($states: [AlertState!]) { alerts(filter: { states: $states }) { totalCount edges { node { id state } } } }"


def letter(client: Client, *to: str, **said: Any) -> dict[str, Any]:
    """The input of a whole alert."""
    bodies = [global_id("Organisation", client.world.bodies[body]) for body in to or ("agriculture",)]
    return {
        "kind": "HAZARD",
        "subject": "通福路加油站储罐渗漏",
        "facts": "巡查发现地下储罐渗漏。",
        "place": "昆阳镇通福路",
        "addresseeIds": bodies,
    } | said


async def done(client: Client, mutation: str, selection: str = ALERT, **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return what it is about."""
    payload = await client.do(mutation, selection, **given)
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload[selection.partition(" ")[0]]
    return found


async def refused(
    client: Client, mutation: str, selection: str = ALERT, **given: Any
) -> tuple[str, str | None]:
    """Try an act that must be refused: the code, and the field that it is about."""
    payload = await client.do(mutation, selection, **given)
    assert payload[selection.partition(" ")[0]] is None
    (error,) = payload["userErrors"]
    assert error["message"]
    return error["code"], error["field"]


def which(alert: dict[str, Any]) -> dict[str, Any]:
    """The part of an input that says which alert, as it was last seen."""
    return {"alertId": alert["id"], "expectedVersion": alert["version"]}


def which_notice(notice: dict[str, Any]) -> dict[str, Any]:
    """The same of a notice."""
    return {"alertNoticeId": notice["id"], "expectedVersion": notice["version"]}


async def sent(client: Client, *to: str, **said: Any) -> dict[str, Any]:
    """An alert of transport's that was written by Zhou and sent by Lin."""
    draft = await done(client.as_("zhou"), "draftAlert", **letter(client, *to, **said))
    return await done(client.as_("lin"), "sendAlert", **which(draft))


class TestTheWholePath:
    async def test_leads_from_a_draft_to_an_answer(self, client: Client) -> None:
        zhou, lin, huang = client.as_("zhou"), client.as_("lin"), client.as_("huang")
        alert = await done(zhou, "draftAlert", **letter(client, "agriculture", "aojiang"))
        assert (alert["state"], alert["acts"]) == ("DRAFT", ["REVISE", "DISCARD"])
        alert = await done(zhou, "reviseAlert", **which(alert), subject="储罐渗漏")
        alert = await done(lin, "sendAlert", **which(alert))
        assert (alert["state"], alert["letterNumber"]) == ("SENT", "平交通〔2026〕1号")
        assert [notice["recipient"]["code"] for notice in alert["notices"]] == ["agriculture", "aojiang"]

        found = (await huang.ask(RECEIVED, box="RECEIVED")).data["alertNotices"]
        (notice,) = (edge["node"] for edge in found["edges"])
        assert (notice["subject"], notice["letterNumber"]) == ("储罐渗漏", "平交通〔2026〕1号")
        assert notice["acts"] == ["ACKNOWLEDGE", "ANSWER"]
        assert {each["kind"]: each["state"] for each in notice["deadlines"]} == {
            "alert.acknowledge": "RUNNING",
            "alert.answer": "RUNNING",
        }
        assert {each["subject"]["id"] for each in notice["deadlines"]} == {notice["id"]}
        notice = await done(client.as_("zheng"), "acknowledgeAlert", ALERT_NOTICE, **which_notice(notice))
        notice = await done(
            huang,
            "answerAlert",
            ALERT_NOTICE,
            **which_notice(notice),
            answer="JOINT_MEETING",
            text="现场会商",
            meetingOn="2026-03-12",
        )
        assert (notice["state"], notice["meetingOn"]) == ("ANSWERED", "2026-03-12")
        assert {each["state"] for each in notice["deadlines"]} == {"MET"}

    async def test_shows_the_sender_who_owes_what(self, client: Client, api_clock: HandSetClock) -> None:
        alert = await sent(client, "agriculture", "aojiang")
        theirs = next(each for each in alert["notices"] if each["recipient"]["code"] == "agriculture")
        await done(
            client.as_("huang"),
            "answerAlert",
            ALERT_NOTICE,
            **which_notice(theirs),
            answer="MEASURES",
            text="已责令停用",
        )
        api_clock.advance(timedelta(days=20))
        found = (
            await client.as_("zhou").ask(
                f"query($id: ID!) {{ alert(id: $id) {{ notices {NOTICE} }} }}", id=alert["id"]
            )
        ).data["alert"]["notices"]
        assert {
            (notice["recipient"]["code"], each["kind"], each["state"])
            for notice in found
            for each in notice["deadlines"]
        } == {
            ("agriculture", "alert.acknowledge", "MET"),
            ("agriculture", "alert.answer", "MET"),
            ("aojiang", "alert.acknowledge", "OVERDUE"),
            ("aojiang", "alert.answer", "OVERDUE"),
        }

    async def test_can_be_given_up_before_sending(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftAlert", **letter(client))
        alert = await done(zhou, "discardAlert", **which(draft))
        assert (alert["state"], alert["notices"]) == ("DISCARDED", [])
        for states, expected in ((["DRAFT", "SENT"], 0), (["DISCARDED"], 1), (None, 1)):
            assert (await zhou.ask(OWN, states=states)).data["alerts"]["totalCount"] == expected


class TestRefusals:
    async def test_name_the_field_as_the_input_does(self, client: Client) -> None:
        zhou = client.as_("zhou")
        said: dict[str, Any]
        for said, code, field in (
            ({"subject": " "}, "FIELD_EMPTY", "subject"),
            ({"place": "长" * 201}, "FIELD_TOO_LONG", "place"),
            ({"addresseeIds": []}, "ALERT_NOBODY_TOLD", "addresseeIds"),
            ({"addresseeIds": [global_id("Organisation", new_id())]}, "NOT_FOUND", "addresseeIds"),
            ({"addresseeIds": ["nonsense"]}, "BAD_ID", "addresseeIds"),
        ):
            assert await refused(zhou, "draftAlert", **letter(client, **said)) == (code, field)
        assert await refused(zhou, "draftAlert", **letter(client, "transport")) == (
            "ALERT_TELLING_ONESELF",
            "addresseeIds",
        )

    async def test_leave_sending_and_answering_to_the_heads(self, client: Client) -> None:
        draft = await done(client.as_("zhou"), "draftAlert", **letter(client))
        assert (await refused(client.as_("zhou"), "sendAlert", **which(draft)))[0] == "NOT_PERMITTED"
        alert = await done(client.as_("lin"), "sendAlert", **which(draft))
        (notice,) = alert["notices"]
        answer = {"answer": "MEASURES", "text": "已停用"}
        code, _ = await refused(
            client.as_("guan"), "answerAlert", ALERT_NOTICE, **which_notice(notice), **answer
        )
        assert code == "NOT_PERMITTED"
        code, field = await refused(
            client.as_("huang"),
            "answerAlert",
            ALERT_NOTICE,
            **which_notice(notice),
            answer="NOTHING_TO_DO",
            text=" ",
        )
        assert (code, field) == ("REASON_NEEDED", "text")

    async def test_tell_nothing_of_what_is_not_ones_own(self, client: Client) -> None:
        alert = await sent(client)
        (notice,) = alert["notices"]
        nothing = {"expectedVersion": 1}
        for somebody in ("pan", "gao"):
            for mutation, kind, selection, hidden, more in (
                ("sendAlert", "Alert", ALERT, which(alert), {}),
                ("reviseAlert", "Alert", ALERT, which(alert), {"facts": "x"}),
                ("discardAlert", "Alert", ALERT, which(alert), {}),
                ("acknowledgeAlert", "AlertNotice", ALERT_NOTICE, which_notice(notice), {}),
                (
                    "answerAlert",
                    "AlertNotice",
                    ALERT_NOTICE,
                    which_notice(notice),
                    {"answer": "MEASURES", "text": "x"},
                ),
            ):
                named = f"{kind[0].lower()}{kind[1:]}Id"
                unknown = nothing | {named: global_id(kind, new_id())}
                told = [
                    await refused(client.as_(somebody), mutation, selection, **given, **more)
                    for given in (hidden, unknown)
                ]
                assert told == [("NOT_FOUND", None)] * 2


class TestReading:
    async def test_shows_oversight_what_was_sent_and_strangers_nothing(self, client: Client) -> None:
        await done(client.as_("zhou"), "draftAlert", **letter(client))
        alert = await sent(client)
        (notice,) = alert["notices"]
        for overseer in ("wu", "shen"):
            found = (await client.as_(overseer).ask(RECEIVED, box="OVERSEEN")).data["alertNotices"]
            assert [edge["node"]["id"] for edge in found["edges"]] == [notice["id"]]
            assert (await client.as_(overseer).ask(OWN)).data["alerts"]["totalCount"] == 0
        for stranger in ("pan", "gao", "li"):
            for box in ("RECEIVED", "OVERSEEN"):
                found = (await client.as_(stranger).ask(RECEIVED, box=box)).data["alertNotices"]
                assert (found["totalCount"], found["edges"]) == (0, [])
            one = await client.as_(stranger).ask(
                "query($id: ID!) { alertNotice(id: $id) { id } node(id: $id) { id } }", id=notice["id"]
            )
            assert one.data == {"alertNotice": None, "node": None}

    async def test_of_a_box_goes_by_state(self, client: Client) -> None:
        (notice,) = (await sent(client))["notices"]
        guan = client.as_("guan")
        await done(guan, "acknowledgeAlert", ALERT_NOTICE, **which_notice(notice))
        for states, expected in ((["SENT"], 0), (["ACKNOWLEDGED", "SENT"], 1)):
            found = (await guan.ask(RECEIVED, box="RECEIVED", states=states)).data["alertNotices"]
            assert found["totalCount"] == expected
