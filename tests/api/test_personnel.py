"""The register, certificates and secondments over HTTP: what personnel does, who reads it, and what is refused."""

from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.registered import keeps_a_register

ENTRY = """staffEntry { id version person { id name home { code } staffEntry { post } } home { code } unit { name }
  register establishment post rank since until endedReason }"""
CERTIFICATE = "certificate { id version state valid acts number changes { state reason by { name } } }"
SECONDMENT = """secondment { id version acts person { name } host { code } liaison since until endedReason
  together { id host { code } person { id name } } establishment { kept locked source } }"""
STAFF = """query($side: StaffEntrySide!, $filter: StaffEntryFilter) { staffEntries(side: $side, filter: $filter) {
  totalCount edges { node { person { name } register } } } }"""
CERTIFICATES = """query($filter: CertificateFilter) { certificates(filter: $filter) {
  totalCount edges { node { number } } } }"""
QUALIFICATION = "query($id: ID!) { qualifications(person: $id) { person { name } qualifiedOn legalReview } }"


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def register(client: Client, owner_engine: AsyncEngine) -> None:
    await keeps_a_register(owner_engine, client.world)


def person(client: Client, key: str) -> str:
    return global_id("Person", client.world[key].person_id)


def body(client: Client, code: str) -> str:
    return global_id("Organisation", client.world.bodies[code])


async def done(client: Client, mutation: str, answer: str, /, **given: Any) -> dict[str, Any]:
    payload = await client.do(mutation, answer, **given)
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload[answer.split(" ", 1)[0]]
    return found


async def refused(client: Client, mutation: str, answer: str, **given: Any) -> tuple[str, str | None]:
    payload = await client.do(mutation, answer, **given)
    assert payload[answer.split(" ", 1)[0]] is None
    (error,) = payload["userErrors"]
    return error["code"], error["field"]


def newcomer(client: Client, **said: Any) -> dict[str, Any]:
    unit = global_id("Unit", client.world.units["transport"])
    known = {"name": "钱新", "unitId": unit, "register": "ENFORCEMENT", "establishment": "INSTITUTION"}
    return known | {"post": "科员", "since": "2026-03-10"} | said


class TestTheRegister:
    async def test_takes_somebody_in_changes_and_lets_them_leave(self, client: Client) -> None:
        tang = client.as_("tang")
        entry = await done(tang, "enterStaff", ENTRY, **newcomer(client, rank="一级科员"))
        assert entry["person"]["name"] == "钱新"
        assert entry["person"]["staffEntry"] == {"post": "科员"}
        assert (entry["register"], entry["establishment"], entry["rank"]) == (
            "ENFORCEMENT",
            "INSTITUTION",
            "一级科员",
        )
        who = entry["person"]["id"]
        changed = await done(
            tang,
            "changeStaff",
            ENTRY,
            personId=who,
            expectedVersion=1,
            since="2026-03-11",
            post="副科长",
            rank="",
        )
        assert (changed["post"], changed["rank"], changed["since"]) == ("副科长", None, "2026-03-11")
        left = await done(
            tang,
            "letStaffLeave",
            ENTRY,
            personId=who,
            expectedVersion=2,
            leavesOn="2026-03-20",
            reason="调离",
        )
        assert (left["until"], left["endedReason"]) == ("2026-03-19", "调离")

    async def test_is_apart_for_auxiliaries(self, client: Client) -> None:
        tang = client.as_("tang")
        await done(tang, "enterStaff", ENTRY, **newcomer(client, name="辅甲", register="AUXILIARY"))

        async def listed(who: str, side: str, **by: Any) -> set[str]:
            found = (await client.as_(who).ask(STAFF, side=side, filter=by)).data["staffEntries"]
            assert found["totalCount"] == len(found["edges"])
            return {edge["node"]["person"]["name"] for edge in found["edges"]}

        for who, side in (("tang", "HOME"), ("lin", "HOME"), ("shen", "OVERSEEN")):
            assert await listed(who, side, registers=["AUXILIARY"]) == {"辅甲"}
            assert await listed(who, side, registers=["ENFORCEMENT"]) == {"周交", "林局", "唐文"}
            assert await listed(who, side, person="周", onRegisterOn="2026-03-10") == {"周交"}
        for who in ("zhou", "gao", "huang"):
            assert await listed(who, "OVERSEEN") == set()

    async def test_says_what_to_do_instead(self, client: Client) -> None:
        tang = client.as_("tang")
        assert await refused(tang, "enterStaff", ENTRY, **newcomer(client, name=None)) == (
            "STAFF_NEW_OR_KNOWN",
            "name",
        )
        assert await refused(client.as_("lin"), "enterStaff", ENTRY, **newcomer(client)) == (
            "NOT_PERMITTED",
            None,
        )
        foreign = global_id("Unit", client.world.units["agriculture"])
        assert await refused(tang, "enterStaff", ENTRY, **newcomer(client, unitId=foreign)) == (
            "NOT_FOUND",
            "unitId",
        )

    async def test_of_a_person_is_shown_to_no_more_than_the_list(self, client: Client) -> None:
        """A nested path shows no more than the direct one."""
        found = "query($id: ID!) { node(id: $id) { ... on Person { name staffEntry { post } } } }"
        for who, seen in (("lin", {"post": "执法人员"}), ("zhou", None), ("gao", None), ("huang", None)):
            answer = await client.as_(who).ask(found, id=person(client, "lin"))
            assert answer.data["node"] == {"name": "林局", "staffEntry": seen}, who


LISTED = """query($side: StaffEntrySide!, $sort: StaffEntrySort!, $first: Int, $after: String, $filter: StaffEntryFilter) {
  staffEntries(side: $side, sort: $sort, first: $first, after: $after, filter: $filter) {
    pageInfo { endCursor hasNextPage } edges { node {
      person { name } certificate { number state } secondments { host { code } post } } } } }"""


class TestTheList:
    @pytest.mark.parametrize(("who", "side"), [("tang", "HOME"), ("lin", "HOME"), ("shen", "OVERSEEN")])
    async def test_goes_on_from_page_to_page_by_name(self, client: Client, who: str, side: str) -> None:
        reader, walked, after = client.as_(who), list[str](), None
        for goes_on in (True, True, False):
            asked = {"side": side, "sort": "NAME", "first": 1, "after": after}
            found = (await reader.ask(LISTED, **asked)).data["staffEntries"]
            after = found["pageInfo"]["endCursor"]
            assert found["pageInfo"]["hasNextPage"] is goes_on
            walked += [edge["node"]["person"]["name"] for edge in found["edges"]]
        assert walked == ["林局", "唐文", "周交"]

    async def test_shows_certificates_and_where_people_work_to_whom_these_lists_show_them(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        await done(
            client.as_("shen"),
            "issueCertificate",
            CERTIFICATE,
            personId=person(client, "zhou"),
            number="浙平2026-001",
            issuedOn="2026-03-01",
            validUntil="2026-04-30",
        )
        zhou = {
            "person": {"name": "周交"},
            "certificate": {"number": "浙平2026-001", "state": "HELD"},
            "secondments": [{"host": {"code": "kunyang"}, "post": "综合执法队队员"}],
        }
        nobody = {"certificate": None, "secondments": []}
        for who, side in (("tang", "HOME"), ("lin", "HOME"), ("wu", "OVERSEEN")):
            found = (await client.as_(who).ask(LISTED, side=side, sort="NAME")).data["staffEntries"]
            assert [edge["node"] for edge in found["edges"]] == [
                {"person": {"name": "林局"}} | nobody,
                {"person": {"name": "唐文"}} | nobody,
                zhou,
            ]
        none = {"certificates": ["NONE"]}
        found = (await client.as_("lin").ask(LISTED, side="HOME", sort="NAME", filter=none)).data
        assert [edge["node"]["person"]["name"] for edge in found["staffEntries"]["edges"]] == ["林局", "唐文"]

    async def test_is_not_read_on_in_another_order_or_from_no_place(self, client: Client) -> None:
        tang = client.as_("tang")
        found = (await tang.ask(LISTED, side="HOME", sort="NAME", first=1)).data["staffEntries"]
        for sort, after in (("SINCE", found["pageInfo"]["endCursor"]), ("UNTIL", "2026-13-45/nothing")):
            answer = await tang.ask(LISTED, side="HOME", sort=sort, after=after)
            assert answer.codes == ["BAD_CURSOR"]


class TestCertificates:
    async def test_are_issued_withheld_and_given_back(self, client: Client) -> None:
        shen = client.as_("shen")
        given = {
            "personId": person(client, "zhou"),
            "number": "浙平2026-001",
            "issuedOn": "2026-03-01",
            "validUntil": "2026-04-30",
        }
        issued = await done(shen, "issueCertificate", CERTIFICATE, **given)
        assert (issued["state"], issued["valid"], issued["acts"]) == ("HELD", True, ["WITHHOLD", "CANCEL"])
        which = {"certificateId": issued["id"], "expectedVersion": 1, "reason": "执法过错"}
        withheld = await done(shen, "withholdCertificate", CERTIFICATE, **which)
        assert (withheld["state"], withheld["valid"]) == ("WITHHELD", False)
        assert withheld["changes"] == [{"state": "WITHHELD", "reason": "执法过错", "by": {"name": "沈督"}}]
        assert await refused(shen, "restoreCertificate", CERTIFICATE, **which) == (
            "STALE_VERSION",
            "expectedVersion",
        )
        for who, days, seen in (
            ("tang", {"until": "2026-05-31"}, 1),
            ("tang", {"until": "2026-04-29"}, 0),
            ("gao", {"until": "2026-05-31"}, 0),
        ):
            found = (await client.as_(who).ask(CERTIFICATES, filter={"validUntil": days})).data
            assert found["certificates"]["totalCount"] == seen, who
        handed = await done(
            client.as_("tang"), "handInCertificate", CERTIFICATE, **which | {"expectedVersion": 2}
        )
        assert handed["acts"] == []

    async def test_are_read_by_their_holder_in_every_post(self, client: Client) -> None:
        shen = client.as_("shen")
        for who in ("zhou", "lin"):
            given = {"personId": person(client, who), "number": who, "issuedOn": "2026-03-01"}
            issued = await done(shen, "issueCertificate", CERTIFICATE, **given, validUntil="2027-03-01")
            which = {"certificateId": issued["id"], "expectedVersion": 1, "reason": f"{who}执法过错"}
            await done(shen, "withholdCertificate", CERTIFICATE, **which)
        asked = "{ certificates { edges { node { id number state valid acts changes { reason by { name } } } } } }"
        for post in (client.as_("zhou"), client.as_("zhou", "kunyang")):
            (edge,) = (await post.ask(asked)).data["certificates"]["edges"]
            own = edge["node"]
            assert (own["number"], own["state"], own["valid"], own["acts"]) == ("zhou", "WITHHELD", False, [])
            assert own["changes"] == [{"reason": "zhou执法过错", "by": {"name": "沈督"}}]
            found = await post.ask("query($id: ID!) { node(id: $id) { id } }", id=own["id"])
            assert found.data["node"] == {"id": own["id"]}

    async def test_are_the_supervisions_to_issue(self, client: Client) -> None:
        given = {"personId": person(client, "zhou"), "number": "1", "issuedOn": "2026-03-01"}
        assert await refused(
            client.as_("tang"), "issueCertificate", CERTIFICATE, **given, validUntil="2027-03-01"
        ) == ("NOT_PERMITTED", None)

    async def test_go_with_a_legal_qualification(self, client: Client) -> None:
        entered = await done(
            client.as_("tang"),
            "enterQualification",
            "qualification { legalReview }",
            personId=person(client, "zhou"),
            reviewingSince="2017-06-01",
        )
        assert entered == {"legalReview": "EXEMPT"}
        for who, seen in (("lin", ["EXEMPT"]), ("shen", ["EXEMPT"]), ("gao", [])):
            found = (await client.as_(who).ask(QUALIFICATION, id=person(client, "zhou"))).data
            assert [each["legalReview"] for each in found["qualifications"]] == seen, who


class TestSecondments:
    async def test_are_ordered_and_ended_for_all_hosts(self, client: Client) -> None:
        tang, lin = client.as_("tang"), person(client, "lin")
        of_tang = person(client, "tang")
        ordered = await done(
            tang,
            "orderSecondment",
            SECONDMENT,
            mode="AREA_TEAM",
            orderNumber="平交〔2026〕3号",
            people=[{"personId": lin, "post": "片区队长"}, {"personId": of_tang, "post": "队员"}],
            hosts=[
                {"hostId": body(client, "aojiang"), "leaderId": lin, "officerIds": [of_tang]},
                {"hostId": body(client, "shuitou"), "leaderId": lin, "officerIds": [of_tang]},
            ],
            since="2026-03-10",
            until="2026-12-31",
        )
        assert len(ordered["together"]) == 4
        mine = [each for each in ordered["together"] if each["person"]["id"] == lin]
        assert ordered["acts"] == ["EXTEND", "CONSULT"]
        assert ordered["establishment"] == {
            "kept": "HOME",
            "locked": True,
            "source": "昆阳镇执法改革下沉人员县属乡用共管制度 5",
        }
        seen = "query($id: ID!) { secondment(id: $id) { acts together { host { code } } } }"
        which = {"id": ordered["id"]}
        code = ordered["host"]["code"]
        host = {"aojiang": "pan", "shuitou": "wen"}[code]
        shown = (await client.as_(host).ask(seen, **which)).data["secondment"]
        assert shown == {"acts": [], "together": [{"host": {"code": code}}] * 2}
        given = {"endsOn": "2026-03-10", "reason": "轮岗"}
        at_once = await refused(
            tang, "endSecondment", SECONDMENT, secondmentId=ordered["id"], expectedVersion=1, **given
        )
        assert at_once == ("SECONDMENT_RECALL_NOT_CLEARED", None)
        heard = [await self.heard(client, each["id"], each["host"]["code"]) for each in mine]
        await done(
            tang,
            "carryOutConsultation",
            "consultation { state }",
            consultationId=heard[-1]["id"],
            expectedVersion=heard[-1]["version"],
        )
        seen = "query($id: ID!) { secondment(id: $id) { acts until endedReason } }"
        for each in mine:
            ended = (await tang.ask(seen, id=each["id"])).data["secondment"]
            assert ended == {"acts": [], "until": "2026-03-09", "endedReason": "轮岗"}

    @staticmethod
    async def heard(client: Client, entry: str, host: str) -> dict[str, Any]:
        """A recall on which a host said what it thinks."""
        asked = await done(
            client.as_("tang"),
            "proposeConsultation",
            "consultation { id version }",
            secondmentId=entry,
            expectedVersion=1,
            kind="RECALL",
            ground="轮岗",
            since="2026-03-10",
        )
        return await done(
            client.as_({"aojiang": "pan", "shuitou": "wen"}[host]),
            "answerConsultation",
            "consultation { id version }",
            consultationId=asked["id"],
            expectedVersion=asked["version"],
            answer="AGREES",
        )

    @pytest.mark.parametrize("who", ["lin", "zhou", "gao", "wu"])
    async def test_are_the_homes_personnels_to_order(self, client: Client, who: str) -> None:
        given = {
            "mode": "STATIONED",
            "orderNumber": "1",
            "people": [{"personId": person(client, "lin"), "post": "队员"}],
            "hosts": [{"hostId": body(client, "aojiang")}],
            "since": "2026-03-10",
        }
        assert (await refused(client.as_(who), "orderSecondment", SECONDMENT, **given))[0] == "NOT_PERMITTED"
