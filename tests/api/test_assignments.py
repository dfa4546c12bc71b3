"""Who handles a referral, over HTTP: what one's own body shows, and what nobody else is shown of it."""

from typing import Any

import pytest

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.api.letters import sent

ASSIGNMENT = "assignment { queue { name organisation { code } } claimedBy { name } claimedAt lapsed }"


async def handled(client: Client, mutation: str, referral: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return the assignment."""
    payload = await client.do(mutation, ASSIGNMENT, referralId=referral["id"], **given)
    assert payload["userErrors"] == []
    assignment: dict[str, Any] = payload["assignment"]
    return assignment


async def shown(client: Client, referral: dict[str, Any]) -> Any:
    """What the referral says of it."""
    answer = await client.ask(
        f"query($id: ID!) {{ referral(id: $id) {{ {ASSIGNMENT} }} }}", id=referral["id"]
    )
    return answer.data["referral"]["assignment"]


async def a_unit(client: Client, code: str) -> str:
    """The id of the first unit of a body, as front ends find it."""
    answer = await client.ask(
        "query($id: ID!) { organisation(id: $id) { units { id code organisation { code } } } }",
        id=global_id("Organisation", client.world.bodies[code]),
    )
    unit = answer.data["organisation"]["units"][0]
    assert unit["organisation"] == {"code": code}
    identifier: str = unit["id"]
    return identifier


class TestWhoHandlesIt:
    async def test_is_shown_to_the_body_itself(self, client: Client) -> None:
        referral, chen = await sent(client), client.as_("chen")
        assert await shown(chen, referral) is None
        unit = await a_unit(chen, "kunyang")
        given = await handled(client.as_("gao"), "giveReferral", referral, unitId=unit)
        queue = {"name": "综合执法队", "organisation": {"code": "kunyang"}}
        waiting = {"queue": queue, "claimedBy": None, "claimedAt": None, "lapsed": False}
        assert given == waiting
        claimed = await handled(chen, "claimReferral", referral)
        assert claimed == waiting | {"claimedBy": {"name": "陈昆"}, "claimedAt": "2026-03-10T01:00:00+00:00"}
        assert await shown(client.as_("xu"), referral) == claimed
        assert await handled(chen, "releaseReferral", referral) == waiting

    @pytest.mark.parametrize("who", ["lin", "zhou", "wu", "shen"])
    async def test_is_shown_to_no_other_body_nor_to_oversight(self, client: Client, who: str) -> None:
        referral = await sent(client)
        await handled(client.as_("chen"), "claimReferral", referral)
        assert await shown(client.as_(who), referral) is None

    async def test_narrows_lists(self, client: Client) -> None:
        mine, waiting = await sent(client), await sent(client)
        chen = client.as_("chen")
        await handled(chen, "claimReferral", mine)
        for claimed_by, expected in (("MINE", mine), ("NOBODY", waiting)):
            answer = await chen.ask(
                "query($by: [ClaimedBy!]) { referrals(box: RECEIVED, filter: {claimedBy: $by}) { nodes: edges { node { id } } } }",
                by=[claimed_by],
            )
            assert [edge["node"]["id"] for edge in answer.data["referrals"]["nodes"]] == [expected["id"]]

    async def test_is_refused_in_words_where_a_colleague_has_it(self, client: Client) -> None:
        referral = await sent(client)
        await handled(client.as_("chen"), "claimReferral", referral)
        payload = await client.as_("gao").do("claimReferral", ASSIGNMENT, referralId=referral["id"])
        (error,) = payload["userErrors"]
        assert (payload["assignment"], error["code"]) == (None, "ASSIGNMENT_IN_OTHER_HANDS")
        assert error["message"].startswith("陈昆 has claimed this matter.")
