"""Leave over HTTP: asked, decided on, and who reads why; nothing of the reason is at the end of any path of others."""

from typing import Any

from api.identifiers import global_id
from tests.api.conftest import Client

ASK = """mutation($input: AskForLeaveInput!) { askForLeave(input: $input) {
  leaveRequest { id version state workingDays provisional kind reason decidedIn { code } acts
    decideBy } userErrors { code message field } } }"""
APPROVE = """mutation($input: ApproveLeaveInput!) { approveLeave(input: $input) {
  leaveRequest { id version state acts decidedBy { name } decidedFor { name } } userErrors { code message } } }"""
REFUSE = """mutation($input: RefuseLeaveInput!) { refuseLeave(input: $input) {
  leaveRequest { state decisionReason } userErrors { code message } } }"""
CANCEL = """mutation($input: CancelLeaveInput!) { cancelLeave(input: $input) {
  leaveRequest { state lastDay grantedUntil workingDays } userErrors { code message } } }"""
READ = "query($id: ID!) { leaveRequest(id: $id) { reason kind } node(id: $id) { id } }"
LIST = """query($side: LeaveRequestSide!, $filter: LeaveRequestFilter) {
  leaveRequests(side: $side, filter: $filter) { totalCount edges { node { id reason acts } } } }"""
ABSENCES = """query($since: Date!, $until: Date!) {
  absences(since: $since, until: $until) { person { name } firstDay fromNoon lastDay untilNoon } }"""
CLOCKS = """{ deadlines(side: OWED) { edges { node { kind subject { id } } } }
  awaited: deadlines(side: AWAITED) { edges { node { kind subject { id } } } } }"""

WEEK = {
    "kind": "SICK",
    "firstDay": "2026-03-16",
    "lastDay": "2026-03-20",
    "untilNoon": True,
    "reason": "住院手术",
}


async def asked(client: Client, **changed: Any) -> dict[str, Any]:
    payload = (await client.as_("zhou", "kunyang").ask(ASK, input=WEEK | changed)).data["askForLeave"]
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload["leaveRequest"]
    return found


def of(request: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"leaveRequestId": request["id"], "expectedVersion": request["version"], **given}


class TestAsking:
    async def test_tells_whoever_asks_how_long_it_is_and_who_decides(self, client: Client) -> None:
        request = await asked(client)
        assert request | {"id": None} == {
            "id": None,
            "version": 1,
            "state": "ASKED",
            "workingDays": 4.5,
            "provisional": False,
            "kind": "SICK",
            "reason": "住院手术",
            "decidedIn": {"code": "kunyang"},
            "acts": ["WITHDRAW"],
            # Three working days from Tuesday the 10th, until midnight.
            "decideBy": "2026-03-13T15:59:59.999999+00:00",
        }

    async def test_is_refused_in_the_reader_s_language_with_the_field(self, client: Client) -> None:
        await asked(client)
        for language, said in (("zh", "时间重叠"), ("en", "already")):
            answer = await client.as_("zhou", "kunyang", language=language).ask(ASK, input=WEEK)
            (error,) = answer.data["askForLeave"]["userErrors"]
            assert (error["code"], error["field"]) == ("LEAVE_OVERLAPS", "firstDay")
            assert said in error["message"]

    async def test_twice_by_one_name_is_done_once(self, client: Client) -> None:
        first = await asked(client, clientMutationId="一")
        assert (await asked(client, clientMutationId="一"))["id"] == first["id"]


class TestDeciding:
    async def test_is_the_host_s_head_s(self, client: Client) -> None:
        request = await asked(client)
        gao = client.as_("gao")
        (edge,) = (await gao.ask(LIST, side="OTHERS")).data["leaveRequests"]["edges"]
        assert edge["node"] == {"id": request["id"], "reason": "住院手术", "acts": ["APPROVE", "REFUSE"]}
        refused = (await client.as_("lin").ask(APPROVE, input=of(request))).data["approveLeave"]
        assert [each["code"] for each in refused["userErrors"]] == ["NOT_FOUND"]
        payload = (await gao.ask(APPROVE, input=of(request))).data["approveLeave"]
        assert payload["leaveRequest"] | {"id": None} == {
            "id": None,
            "version": 2,
            "state": "APPROVED",
            "acts": [],
            "decidedBy": {"name": "高镇"},
            "decidedFor": None,
        }

    async def test_against_it_is_with_a_reason(self, client: Client) -> None:
        request = await asked(client)
        payload = (await client.as_("gao").ask(REFUSE, input=of(request, reason="汛期值守"))).data[
            "refuseLeave"
        ]
        assert payload["leaveRequest"] == {"state": "REFUSED", "decisionReason": "汛期值守"}


class TestComingBack:
    async def test_early_keeps_what_was_granted_and_counts_what_was_taken(self, client: Client) -> None:
        request = await asked(client)
        approved = (await client.as_("gao").ask(APPROVE, input=of(request))).data["approveLeave"][
            "leaveRequest"
        ]
        payload = (
            await client.as_("zhou", "kunyang").ask(
                CANCEL, input=of(approved, backOn="2026-03-18", atNoon=True)
            )
        ).data["cancelLeave"]
        assert payload["leaveRequest"] == {
            "state": "CANCELLED",
            "lastDay": "2026-03-18",
            "grantedUntil": "2026-03-20",
            "workingDays": 2.5,
        }


class TestTheReason:
    async def test_is_read_by_whoever_asked_and_whoever_decides_and_by_no_other(self, client: Client) -> None:
        request = await asked(client)
        for who, body in (("zhou", "kunyang"), ("zhou", "transport"), ("gao", None)):
            read = (await client.as_(who, body).ask(READ, id=request["id"])).data
            assert read["leaveRequest"] == {"reason": "住院手术", "kind": "SICK"}
        for who in ("lin", "tang", "chen", "xu", "huang", "pan", "wu", "shen"):
            read = (await client.as_(who).ask(READ, id=request["id"])).data
            assert read == {"leaveRequest": None, "node": None}
            for side in ("MINE", "OTHERS"):
                assert (await client.as_(who).ask(LIST, side=side)).data["leaveRequests"]["totalCount"] == 0

    async def test_is_at_the_end_of_no_clock(self, client: Client) -> None:
        """Everybody on either side sees that a decision is owed; only whoever decides sees on what."""
        request = await asked(client)
        for who, seen in (("gao", {"id": request["id"]}), ("xu", None), ("chen", None)):
            (edge,) = (await client.as_(who).ask(CLOCKS)).data["deadlines"]["edges"]
            assert edge["node"] == {"kind": "leave.decide", "subject": seen}
        (edge,) = (await client.as_("lin").ask(CLOCKS)).data["awaited"]["edges"]
        assert edge["node"] == {"kind": "leave.decide", "subject": None}

    async def test_is_in_no_absence(self, client: Client) -> None:
        request = await asked(client)
        week = {"since": "2026-03-16", "until": "2026-03-22"}
        assert (await client.as_("lin").ask(ABSENCES, **week)).data["absences"] == []
        await client.as_("gao").ask(APPROVE, input=of(request))
        for who in ("lin", "tang", "chen"):
            assert (await client.as_(who).ask(ABSENCES, **week)).data["absences"] == [
                {
                    "person": {"name": "周交"},
                    "firstDay": "2026-03-16",
                    "fromNoon": False,
                    "lastDay": "2026-03-20",
                    "untilNoon": True,
                }
            ]
        for who in ("huang", "pan", "wu"):
            assert (await client.as_(who).ask(ABSENCES, **week)).data["absences"] == []
        too_many = await client.as_("lin").ask(ABSENCES, since="2026-03-01", until="2026-05-02")
        assert too_many.codes == ["DAYS_TOO_MANY"]

    async def test_narrows_no_list_for_others(self, client: Client) -> None:
        """Whoever may not read requests learns nothing by narrowing either."""
        await asked(client)
        zhou = global_id("Person", client.world["zhou"].person_id)
        found = await client.as_("lin").ask(LIST, side="OTHERS", filter={"people": [zhou], "kinds": ["SICK"]})
        assert found.data["leaveRequests"]["totalCount"] == 0
