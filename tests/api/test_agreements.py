"""Agreements over HTTP: proposed by one head and confirmed by the other, read by both, found by nobody else."""

from typing import Any

from api.identifiers import global_id
from tenancy.ids import new_id
from tests.api.conftest import Client

AGREEMENT = """agreement { id version state acts proposer { code } addressee { code } itemCode since endsOn
  entries { kind need name item } proposedBy { name } answeredBy { name } declineReasons endedBy { code } }"""

ONE = "query($id: ID!) { agreement(id: $id) { id state acts } node(id: $id) { id } }"

LIST = """query($parties: [ID!], $items: [String!], $states: [AgreementState!], $first: Int, $after: String) {
  agreements(filter: { organisations: $parties, itemCodes: $items, states: $states }, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id itemCode } } } }"""

MATERIALS = [
    {"kind": "LETTER", "need": "REQUIRED", "name": "移送函"},
    {"kind": "EVIDENCE", "need": "IF_ANY", "name": "称重单和现场照片"},
]


def proposal(client: Client, *, to: str = "kunyang", **said: Any) -> dict[str, Any]:
    """The input of a proposal."""
    body = global_id("Organisation", client.world.bodies[to])
    return {
        "addresseeId": body,
        "itemCode": "330217-A-001",
        "since": "2026-03-11",
        "materials": MATERIALS,
    } | said


async def done(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return the agreement."""
    payload = await client.do(mutation, AGREEMENT, **given)
    assert payload["userErrors"] == []
    agreement: dict[str, Any] = payload["agreement"]
    return agreement


async def refused(client: Client, mutation: str, **given: Any) -> tuple[str, str | None]:
    """Try an act that must be refused: the code, and the field that it is about."""
    payload = await client.do(mutation, AGREEMENT, **given)
    assert payload["agreement"] is None
    (error,) = payload["userErrors"]
    assert error["message"]
    return error["code"], error["field"]


def which(agreement: dict[str, Any]) -> dict[str, Any]:
    """The part of an input that says which agreement, as it was last seen."""
    return {"agreementId": agreement["id"], "expectedVersion": agreement["version"]}


class TestTheWholePath:
    async def test_leads_from_a_proposal_to_its_end(self, client: Client) -> None:
        lin, gao = client.as_("lin"), client.as_("gao")
        agreement = await done(lin, "proposeAgreement", **proposal(client))
        assert (agreement["state"], agreement["version"], agreement["acts"]) == ("PROPOSED", 1, ["WITHDRAW"])
        assert (agreement["proposer"], agreement["addressee"]) == ({"code": "transport"}, {"code": "kunyang"})
        assert agreement["entries"] == [
            {"kind": "LETTER", "need": "REQUIRED", "name": "移送函", "item": "1"},
            {"kind": "EVIDENCE", "need": "IF_ANY", "name": "称重单和现场照片", "item": "2"},
        ]
        seen = (await gao.ask(ONE, id=agreement["id"])).data["agreement"]
        assert seen["acts"] == ["CONFIRM", "DECLINE"]
        agreement = await done(gao, "confirmAgreement", **which(agreement))
        assert (agreement["state"], agreement["since"]) == ("CONFIRMED", "2026-03-11")
        assert agreement["answeredBy"] == {"name": client.world["gao"].name}
        agreement = await done(lin, "endAgreement", **which(agreement), endsOn="2026-04-01")
        assert (agreement["state"], agreement["endsOn"]) == ("ENDED", "2026-04-01")
        assert agreement["endedBy"] == {"code": "transport"}

    async def test_can_end_with_reasons_or_be_taken_back(self, client: Client) -> None:
        lin, gao = client.as_("lin"), client.as_("gao")
        declined = await done(
            gao,
            "declineAgreement",
            **which(await done(lin, "proposeAgreement", **proposal(client))),
            reasons="按规程办理",
        )
        assert (declined["state"], declined["declineReasons"]) == ("DECLINED", "按规程办理")
        withdrawn = await done(
            lin, "withdrawAgreement", **which(await done(lin, "proposeAgreement", **proposal(client)))
        )
        assert withdrawn["state"] == "WITHDRAWN"


class TestRefusals:
    async def test_name_the_field_as_the_input_does(self, client: Client) -> None:
        lin = client.as_("lin")
        said: dict[str, Any]
        for said, code, field in (
            ({"itemCode": " "}, "FIELD_EMPTY", "itemCode"),
            ({"since": "2026-03-10"}, "AGREEMENT_TOO_EARLY", "since"),
            ({"materials": MATERIALS[1:]}, "AGREEMENT_LETTER_NEEDED", "materials"),
            ({"materials": MATERIALS + MATERIALS[1:]}, "AGREEMENT_LISTED_TWICE", "materials"),
            ({"to": "transport"}, "AGREEMENT_WITH_ONESELF", "addresseeId"),
            ({"to": "justice"}, "AGREEMENT_NOT_A_PARTY", "addresseeId"),
            ({"addresseeId": global_id("Organisation", new_id())}, "NOT_FOUND", None),
        ):
            assert await refused(lin, "proposeAgreement", **proposal(client, **said)) == (code, field)

    async def test_leave_an_officers_hands_off_it(self, client: Client) -> None:
        assert (await refused(client.as_("zhou"), "proposeAgreement", **proposal(client)))[
            0
        ] == "NOT_PERMITTED"
        agreement = await done(client.as_("lin"), "proposeAgreement", **proposal(client))
        code, _ = await refused(client.as_("chen"), "confirmAgreement", **which(agreement))
        assert code == "NOT_PERMITTED"

    async def test_tell_nothing_of_what_is_not_ones_own(self, client: Client) -> None:
        agreement = await done(client.as_("lin"), "proposeAgreement", **proposal(client))
        nowhere = {"agreementId": global_id("Agreement", new_id()), "expectedVersion": 1}
        for mutation, more in (
            ("confirmAgreement", {}),
            ("declineAgreement", {"reasons": "x"}),
            ("withdrawAgreement", {}),
            ("endAgreement", {"endsOn": "2026-04-01"}),
        ):
            for somebody in ("huang", "pan"):
                hidden = await refused(client.as_(somebody), mutation, **which(agreement), **more)
                unknown = await refused(client.as_(somebody), mutation, **nowhere, **more)
                assert hidden == unknown == ("NOT_FOUND", None)


class TestReading:
    async def test_is_for_both_sides_and_for_oversight(self, client: Client) -> None:
        agreement = await done(client.as_("lin"), "proposeAgreement", **proposal(client))
        for somebody in ("lin", "zhou", "tang", "gao", "chen", "xu", "wu", "shen"):
            found = (await client.as_(somebody).ask(ONE, id=agreement["id"])).data
            assert found["agreement"]["id"] == found["node"]["id"] == agreement["id"]
        for stranger in ("huang", "guan", "pan"):
            answer = await client.as_(stranger).ask(ONE, id=agreement["id"])
            assert answer.data == {"agreement": None, "node": None}

    async def test_of_the_list_goes_by_party_item_and_state_and_pages(self, client: Client) -> None:
        lin, huang = client.as_("lin"), client.as_("huang")
        first = await done(lin, "proposeAgreement", **proposal(client))
        second = await done(lin, "proposeAgreement", **proposal(client, to="aojiang", itemCode="B"))
        await done(lin, "withdrawAgreement", **which(second))
        await done(huang, "proposeAgreement", **proposal(client))
        asked: dict[str, Any]
        for asked, expected in (
            ({}, [second["id"], first["id"]]),
            ({"parties": [global_id("Organisation", client.world.bodies["kunyang"])]}, [first["id"]]),
            ({"parties": [global_id("Organisation", client.world.bodies["agriculture"])]}, []),
            ({"items": ["B"]}, [second["id"]]),
            ({"states": ["PROPOSED", "CONFIRMED"]}, [first["id"]]),
        ):
            found = (await lin.ask(LIST, **asked)).data["agreements"]
            assert [edge["node"]["id"] for edge in found["edges"]] == expected
            assert found["totalCount"] == len(expected)
        page = (await lin.ask(LIST, first=1)).data["agreements"]
        assert page["pageInfo"]["hasNextPage"]
        rest = (await lin.ask(LIST, first=1, after=page["pageInfo"]["endCursor"])).data["agreements"]
        assert [edge["node"]["id"] for edge in rest["edges"]] == [first["id"]]
        assert (await client.as_("wu").ask(LIST)).data["agreements"]["totalCount"] == 3
