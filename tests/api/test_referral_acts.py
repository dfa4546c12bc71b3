"""Acts on referrals over HTTP: each by whom it belongs to, its refusals in both languages, and nothing half done."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from api.identifiers import global_id
from tenancy.ids import new_id
from tests.api.conftest import Answer, Client
from tests.api.letters import (
    REFERRAL,
    approved,
    done,
    drafted,
    letter,
    refused,
    sent,
    taken_in,
    uploaded,
    which,
)
from tests.worlds import NOW, HandSetClock


async def state_of(client: Client, referral: dict[str, Any]) -> Answer:
    return await client.ask(
        "query($id: ID!) { referral(id: $id) { state version owner { code } } }", id=referral["id"]
    )


class TestTheWholePath:
    async def test_leads_from_a_draft_to_acceptance(self, client: Client) -> None:
        zhou, lin, tang = client.as_("zhou"), client.as_("lin"), client.as_("tang")
        xu, gao = client.as_("xu"), client.as_("gao")
        referral = await drafted(client)
        assert (referral["state"], referral["version"]) == ("DRAFT", 4)
        assert [material["kind"] for material in referral["materials"]] == ["SOURCE", "IDENTITY", "EVIDENCE"]
        referral = await done(zhou, "submitReferral", **which(referral))
        assert referral["state"] == "AWAITING_APPROVAL"
        referral = await done(lin, "approveReferral", **which(referral))
        assert (referral["state"], referral["letterNumber"]) == ("APPROVED", None)
        assert (await state_of(xu, referral)).data == {"referral": None}
        referral = await done(tang, "sendReferral", **which(referral))
        assert (referral["state"], referral["letterNumber"]) == ("SENT", "平交移〔2026〕1号")
        assert referral["sentLate"] is False
        referral = await done(xu, "takeInReferral", **which(referral))
        assert (referral["state"], referral["receiptNumber"]) == ("TAKEN_IN", "昆政移收〔2026〕1号")
        assert referral["owner"] == {"code": "transport"}
        referral = await done(gao, "acceptReferral", **which(referral))
        assert (referral["state"], referral["owner"]) == ("ACCEPTED", {"code": "kunyang"})
        assert referral["lastEvents"] == [{"number": 9, "kind": "ACCEPTED", "reason": None}]

    async def test_leads_back_with_reasons(self, client: Client) -> None:
        referral = await done(
            client.as_("gao"), "returnReferral", **which(await taken_in(client)), reasons="不属本镇管辖"
        )
        assert (referral["state"], referral["owner"]) == ("RETURNED", {"code": "transport"})
        assert referral["lastEvents"][0]["reason"] == "不属本镇管辖"

    async def test_can_be_broken_off_by_the_sender(self, client: Client) -> None:
        referral = await done(
            client.as_("lin"), "withdrawReferral", **which(await sent(client)), reason="重复移送"
        )
        assert referral["state"] == "WITHDRAWN"

    async def test_can_be_sent_back_to_the_drafter(self, client: Client) -> None:
        referral = await done(
            client.as_("lin"), "rejectReferral", **which(await approved(client)), reason="事实不清"
        )
        assert (referral["state"], referral["lastEvents"][0]["reason"]) == ("DRAFT", "事实不清")


class TestRevise:
    async def test_changes_what_is_said_and_nothing_else(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        aojiang = global_id("Organisation", client.world.bodies["aojiang"])
        referral = await done(
            zhou, "reviseReferral", **which(draft), party="另一公司", addresseeId=aojiang, place=None
        )
        assert referral["receiver"] == {"code": "aojiang"}
        answer = await zhou.ask(
            "query($id: ID!) { referral(id: $id) { party place lastEvents { kind changed } } }",
            id=draft["id"],
        )
        found = answer.data["referral"]
        assert (found["party"], found["place"]) == ("另一公司", "昆阳镇104国道旁货场")
        assert found["lastEvents"][0] == {"kind": "REVISED", "changed": ["addressee_id", "party"]}

    async def test_restarts_the_clock_when_the_day_of_finding_changes(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        earlier = (NOW.date() - timedelta(days=4)).isoformat()
        await done(zhou, "reviseReferral", **which(draft), foundOn=earlier)
        answer = await zhou.ask(
            "query($id: ID!) { referral(id: $id) { deadlines { kind state startedAt } } }", id=draft["id"]
        )
        states = {
            deadline["state"]: deadline["startedAt"] for deadline in answer.data["referral"]["deadlines"]
        }
        assert states["RUNNING"].startswith("2026-03-05T16:00:00")
        assert "CANCELLED" in states


class TestMaterials:
    async def test_can_be_detached_from_a_draft(self, client: Client) -> None:
        referral = await drafted(client)
        material = referral["materials"][0]
        referral = await done(
            client.as_("zhou"), "detachMaterial", **which(referral), materialId=material["id"]
        )
        assert material["id"] not in [left["id"] for left in referral["materials"]]

    async def test_cannot_be_taken_from_another_body(self, client: Client) -> None:
        foreign = await uploaded(client.as_("chen"))
        draft = await done(client.as_("zhou"), "draftReferral", **letter(client))
        error = await refused(
            client.as_("zhou"), "attachMaterial", **which(draft), fileId=foreign, kind="SOURCE", title="x"
        )
        assert error["code"] == "NOT_FOUND"

    async def test_are_asked_for_before_submitting(self, client: Client) -> None:
        draft = await done(client.as_("zhou"), "draftReferral", **letter(client))
        error = await refused(client.as_("zhou"), "submitReferral", **which(draft))
        assert error["code"] == "REFERRAL_MATERIALS_MISSING"
        assert error["message"]
        referral = await done(
            client.as_("zhou"), "submitReferral", **which(draft), missingReason="当事人拒不提供证照"
        )
        assert referral["state"] == "AWAITING_APPROVAL"


class TestDiscard:
    async def test_leaves_the_id_and_nothing_else(self, client: Client) -> None:
        draft = await drafted(client)
        payload = await client.as_("zhou").do("discardReferral", "discardedReferralId", **which(draft))
        assert payload == {"userErrors": [], "clientMutationId": None, "discardedReferralId": draft["id"]}
        assert (await state_of(client.as_("zhou"), draft)).data == {"referral": None}

    async def test_is_not_for_what_was_sent(self, client: Client) -> None:
        referral = await sent(client)
        error = await refused(client.as_("zhou"), "discardReferral", "discardedReferralId", **which(referral))
        assert error["code"] == "REFERRAL_WRONG_STATE"


class TestSend:
    async def test_after_the_limit_needs_a_reason(self, client: Client, api_clock: HandSetClock) -> None:
        referral = await approved(client)
        api_clock.advance(timedelta(days=10))
        error = await refused(client.as_("tang"), "sendReferral", **which(referral))
        assert (error["code"], error["field"]) == ("REFERRAL_LATE_REASON_NEEDED", "lateReason")
        referral = await done(
            client.as_("tang"), "sendReferral", **which(referral), lateReason="等候检测报告"
        )
        assert referral["sentLate"] is True


class TestRefusals:
    async def test_speak_both_languages_and_leave_everything_as_it_was(self, client: Client) -> None:
        draft = await drafted(client)
        english = await refused(client.as_("zhou"), "approveReferral", **which(draft))
        chinese = await refused(client.as_("zhou", language="zh"), "approveReferral", **which(draft))
        assert english["code"] == chinese["code"] == "NOT_PERMITTED"
        assert english["message"].startswith(
            "Your role in this body does not allow this act (approve: the letter that refers a matter"
        )
        assert chinese["message"].startswith("您在本单位的岗位无权办理此事项（移送函：批准）")
        found = (await state_of(client.as_("zhou"), draft)).data["referral"]
        assert (found["state"], found["version"]) == ("DRAFT", draft["version"])

    async def test_name_the_field_as_the_input_does(self, client: Client) -> None:
        zhou = client.as_("zhou")
        said: dict[str, Any]
        for said, code, field in (
            ({"facts": " "}, "FIELD_EMPTY", "facts"),
            ({"party": "长" * 201}, "FIELD_TOO_LONG", "party"),
            ({"foundOn": "2026-03-11"}, "REFERRAL_FOUND_IN_THE_FUTURE", "foundOn"),
            ({"foundOn": "0001-01-01"}, "REFERRAL_FOUND_TOO_LONG_AGO", "foundOn"),
            ({"foundOn": "9999-12-31"}, "REFERRAL_FOUND_IN_THE_FUTURE", "foundOn"),
            ({"to": "transport"}, "REFERRAL_TO_ONESELF", "addresseeId"),
            ({"to": "justice"}, "REFERRAL_NOT_A_PARTY", "addresseeId"),
            ({"addresseeId": "nonsense"}, "BAD_ID", "addresseeId"),
            ({"addresseeId": global_id("Person", new_id())}, "BAD_ID", "addresseeId"),
            ({"itemCode": "a\x00b"}, "TEXT_NOT_WRITABLE", "itemCode"),
        ):
            error = await refused(zhou, "draftReferral", **letter(client, **said))
            assert (error["code"], error["field"]) == (code, field)

    async def test_name_what_is_blank_as_the_input_does_whatever_it_is_called_in_the_sentence(
        self, client: Client
    ) -> None:
        referral = await taken_in(client)
        stop = {"stop": "ORDERED", "at": NOW.isoformat(), "note": " "}
        error = await refused(client.as_("zhou"), "recordStop", **which(referral), **stop)
        assert (error["code"], error["field"]) == ("FIELD_EMPTY", "note")
        error = await refused(client.as_("gao"), "noteReferral", referralId=referral["id"], text=" ")
        assert (error["code"], error["field"]) == ("FIELD_EMPTY", "text")
        referral = await done(client.as_("gao"), "acceptReferral", **which(referral))
        decided = {"decision": "PENALTY", "effectiveOn": NOW.date().isoformat(), "note": ""}
        error = await refused(client.as_("gao"), "recordDecision", **which(referral), **decided)
        assert (error["code"], error["field"]) == ("FIELD_EMPTY", "note")

    async def test_tell_nothing_of_what_is_not_ones_own(self, client: Client) -> None:
        draft = await drafted(client)
        nowhere = {"referralId": global_id("Referral", new_id()), "expectedVersion": 1}
        for somebody in ("chen", "guan", "wu", "gao"):
            unknown = await refused(client.as_(somebody), "acceptReferral", **nowhere)
            hidden = await refused(client.as_(somebody), "acceptReferral", **which(draft))
            assert unknown == hidden
            assert hidden["code"] == "NOT_FOUND"

    async def test_of_a_stale_version_say_both_versions(self, client: Client) -> None:
        draft = await drafted(client)
        error = await refused(client.as_("zhou"), "submitReferral", **which(draft) | {"expectedVersion": 2})
        assert (error["code"], error["field"]) == ("STALE_VERSION", "expectedVersion")
        assert "2" in error["message"]
        assert "4" in error["message"]

    async def test_of_a_wrong_state_say_which_is_needed(self, client: Client) -> None:
        error = await refused(client.as_("tang"), "sendReferral", **which(await drafted(client)))
        assert error["code"] == "REFERRAL_WRONG_STATE"

    async def test_leave_the_reason_out_only_where_the_schema_lets_them(self, client: Client) -> None:
        referral = await taken_in(client)
        error = await refused(client.as_("gao"), "returnReferral", **which(referral))
        assert (error["code"], error["field"]) == ("REASON_NEEDED", "reasons")


class TestClientMutationId:
    async def test_makes_one_act_of_two_requests(self, client: Client) -> None:
        zhou = client.as_("zhou")
        first = await done(zhou, "draftReferral", **letter(client), clientMutationId="a")
        again = await done(zhou, "draftReferral", **letter(client), clientMutationId="a")
        assert again["id"] == first["id"]
        other = await done(zhou, "draftReferral", **letter(client), clientMutationId="b")
        assert other["id"] != first["id"]

    async def test_answers_with_the_object_as_it_is_now(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await drafted(client)
        first = await done(zhou, "submitReferral", **which(draft), clientMutationId="a")
        await done(client.as_("lin"), "approveReferral", **which(first))
        again = await done(zhou, "submitReferral", **which(draft), clientMutationId="a")
        assert again["state"] == "APPROVED"

    async def test_is_refused_with_another_input(self, client: Client) -> None:
        zhou = client.as_("zhou")
        await done(zhou, "draftReferral", **letter(client), clientMutationId="a")
        error = await refused(zhou, "draftReferral", **letter(client, party="另一家"), clientMutationId="a")
        assert (error["code"], error["field"]) == ("KEY_REUSED", "clientMutationId")

    async def test_comes_back_in_the_payload(self, client: Client) -> None:
        payload = await client.as_("zhou").do("draftReferral", **letter(client), clientMutationId="键")
        assert payload["clientMutationId"] == "键"

    async def test_is_not_spent_on_a_refusal(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        await refused(zhou, "submitReferral", **which(draft), clientMutationId="a")
        referral = await done(
            zhou, "submitReferral", **which(draft), missingReason="后补", clientMutationId="a"
        )
        assert referral["state"] == "AWAITING_APPROVAL"

    async def test_makes_one_act_of_two_requests_at_once(self, client: Client) -> None:
        zhou = client.as_("zhou")
        drafts = await asyncio.gather(
            *(done(zhou, "draftReferral", **letter(client), clientMutationId="a") for _ in range(5))
        )
        assert len({draft["id"] for draft in drafts}) == 1
        answer = await zhou.ask("{ referrals(box: SENT) { totalCount } }")
        assert answer.data == {"referrals": {"totalCount": 1}}

    async def test_is_ones_own(self, client: Client) -> None:
        at_home = await done(client.as_("zhou"), "draftReferral", **letter(client), clientMutationId="a")
        away = await done(
            client.as_("zhou", "kunyang"),
            "draftReferral",
            **letter(client, to="aojiang"),
            clientMutationId="a",
        )
        assert at_home["id"] != away["id"]

    async def test_has_a_reasonable_length(self, client: Client) -> None:
        for key in ("", "x" * 201, "x\x00"):
            error = await refused(client.as_("zhou"), "draftReferral", **letter(client), clientMutationId=key)
            assert error["field"] == "clientMutationId"

    async def test_still_answers_for_what_was_discarded(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        for _ in range(2):
            payload = await zhou.do(
                "discardReferral", "discardedReferralId", **which(draft), clientMutationId="a"
            )
            assert payload["discardedReferralId"] == draft["id"]


class TestSeveralInOneOperation:
    async def test_are_separate_transactions_and_see_each_other(self, client: Client) -> None:
        zhou = client.as_("zhou")
        answer = await zhou.ask(
            f"""mutation($good: DraftReferralInput!, $bad: DraftReferralInput!) {{
              first: draftReferral(input: $good) {{ {REFERRAL} userErrors {{ code }} }}
              second: draftReferral(input: $bad) {{ {REFERRAL} userErrors {{ code }} }}
              third: draftReferral(input: $good) {{ {REFERRAL} userErrors {{ code }} }}
            }}""",
            good=letter(client),
            bad=letter(client, facts=""),
        )
        assert answer.data["second"] == {"referral": None, "userErrors": [{"code": "FIELD_EMPTY"}]}
        assert answer.data["first"]["referral"]["id"] != answer.data["third"]["referral"]["id"]
        listed = await zhou.ask("{ referrals(box: SENT) { totalCount } }")
        assert listed.data["referrals"]["totalCount"] == 2

    async def test_read_each_payload_as_the_act_left_it(self, client: Client) -> None:
        draft = await drafted(client)
        answer = await client.as_("lin").ask(
            """mutation($submit: SubmitReferralInput!, $approve: ReferralInput!) {
              submitReferral(input: $submit) { referral { state version } userErrors { code } }
              approveReferral(input: $approve) { referral { state version } userErrors { code } }
            }""",
            submit=which(draft),
            approve=which(draft) | {"expectedVersion": draft["version"] + 1},
        )
        assert answer.data == {
            "submitReferral": {"referral": {"state": "AWAITING_APPROVAL", "version": 5}, "userErrors": []},
            "approveReferral": {"referral": {"state": "APPROVED", "version": 6}, "userErrors": []},
        }


class TestAPayload:
    async def test_that_fails_to_be_read_never_hides_that_it_was_done(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from domain.organisations import queries

        async def broken(*_given: object) -> dict[object, object]:
            raise ZeroDivisionError

        draft = await drafted(client)
        monkeypatch.setattr(queries.of_ids, "__code__", broken.__code__)
        answer = await client.as_("zhou").ask(
            """mutation($input: SubmitReferralInput!) {
              submitReferral(input: $input) { referral { state sender { code } } userErrors { code } } }""",
            input=which(draft),
        )
        monkeypatch.undo()
        assert answer.body["data"] == {"submitReferral": {"referral": None, "userErrors": []}}
        assert answer.codes == ["INTERNAL"]
        assert (await state_of(client.as_("zhou"), draft)).data["referral"]["state"] == "AWAITING_APPROVAL"
