"""Reading an officer: name and home, by whichever path, whatever body the officer acts for, and never over the county's wall."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.api.letters import drafted, letter, sent, which
from tests.worlds import PEOPLE, a_county

HOME = "query($id: ID!) { node(id: $id) { ... on Person { name home { id code } } } }"
DRAFTER = """query($id: ID!) { referral(id: $id) {
  sender { code } draftedBy { name home { id code } } lastEvents(n: 1) { byPerson { home { code } } } } }"""


def person(client: Client, key: str) -> str:
    return global_id("Person", client.world[key].person_id)


class TestAnOfficer:
    @pytest.mark.parametrize("key", PEOPLE)
    async def test_is_shown_with_the_body_they_are_established_with(self, client: Client, key: str) -> None:
        """To a township that has no matter with any of them."""
        name, body, _ = PEOPLE[key]
        found = (await client.as_("lei").ask(HOME, id=person(client, key))).data["node"]
        home = {"id": global_id("Organisation", client.world.bodies[body]), "code": body}
        assert found == {"name": name, "home": home}

    async def test_is_at_home_where_they_are_established_and_not_where_they_act(self, client: Client) -> None:
        """Zhou of transport, stationed in Kunyang, drafts a letter of Kunyang's."""
        acting = client.as_("zhou", "kunyang")
        payload = await acting.do(
            "draftReferral", "referral { id version }", **letter(client, to="agriculture")
        )
        draft = payload["referral"]["id"]
        found = (await client.as_("gao").ask(DRAFTER, id=draft)).data["referral"]
        transport = {"id": global_id("Organisation", client.world.bodies["transport"]), "code": "transport"}
        assert found == {
            "sender": {"code": "kunyang"},
            "draftedBy": {"name": "周交", "home": transport},
            "lastEvents": [{"byPerson": {"home": {"code": "transport"}}}],
        }


class TestAPathToAHome:
    async def test_ends_where_the_matter_is_not_seen(self, client: Client) -> None:
        for referral in (await drafted(client), await sent(client)):
            assert (await client.as_("ye").ask(DRAFTER, id=referral["id"])).data == {"referral": None}

    async def test_shows_what_the_direct_one_does(self, client: Client) -> None:
        referral = which(await sent(client))["referralId"]
        reader = client.as_("gao")
        nested = (await reader.ask(DRAFTER, id=referral)).data["referral"]["draftedBy"]["home"]
        direct = "query($id: ID!) { organisation(id: $id) { id code } }"
        assert nested == (await reader.ask(direct, id=nested["id"])).data["organisation"]

    async def test_leads_into_no_other_county(self, client: Client, owner_engine: AsyncEngine) -> None:
        elsewhere = Client(client.http, await a_county(owner_engine))
        foreign = person(elsewhere, "zhou")
        assert (await client.as_("wu").ask(HOME, id=foreign)).data == {"node": None}
        found = (await elsewhere.as_("wu").ask(HOME, id=foreign)).data["node"]["home"]
        assert found["id"] == global_id("Organisation", elsewhere.world.bodies["transport"])
