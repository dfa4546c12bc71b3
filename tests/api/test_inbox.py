"""The inbox over HTTP: everything that waits, each with the post that it belongs to, and counted by post."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from domain.notifications.models import Notification
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.api.letters import sent
from tests.worlds import NOW

INBOX = """query($after: String, $first: Int) {
  inbox(first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } edges { node {
    id kind at message subjectId capacity { id organisationCode post } } } }
  inboxCounts { unread inHand capacity { organisationCode organisationName roles } } }"""

CLAIM = "assignment { claimedBy { name } }"


async def told(owner_engine: AsyncEngine, client: Client, body: str) -> str:
    """A notice to Zhou in one of his posts."""
    world, identifier = client.world, new_id()
    async with owner_engine.begin() as connection:
        await connection.execute(
            insert(Notification).values(
                county_id=world.county_id,
                id=identifier,
                owner_id=world.bodies[body],
                capacity_id=world["zhou"].capacities[body],
                person_id=world["zhou"].person_id,
                number=1,
                announcement_id=new_id(),
                kind="referral.sent",
                subject_kind="referral",
                subject_id=new_id(),
                facts={"sender": str(world.bodies["transport"]), "receiver": str(world.bodies["kunyang"])},
                announced_at=NOW,
            )
        )
    return global_id("Notification", identifier)


class TestTheInbox:
    async def test_shows_every_post_of_a_person_from_any_of_them(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        at_home, in_town = client.as_("zhou"), client.as_("zhou", "kunyang")
        letter = await sent(client)
        await in_town.do("claimReferral", CLAIM, referralId=letter["id"])
        notice = await told(owner_engine, client, "transport")
        found = (await at_home.ask(INBOX)).data
        assert found == (await in_town.ask(INBOX)).data | {"inbox": found["inbox"]}
        assert found["inbox"]["totalCount"] == 2
        by_kind = {edge["node"]["kind"]: edge["node"] for edge in found["inbox"]["edges"]}
        assert by_kind["NOTICE"]["id"] == notice
        assert by_kind["NOTICE"]["capacity"]["organisationCode"] == "transport"
        assert "县交通运输局" in by_kind["NOTICE"]["message"]
        assert by_kind["IN_HAND"]["subjectId"] == letter["id"]
        assert by_kind["IN_HAND"]["capacity"] == {
            "id": global_id("Capacity", client.world["zhou"].capacities["kunyang"]),
            "organisationCode": "kunyang",
            "post": "综合执法队队员",
        }
        assert letter["letterNumber"] in by_kind["IN_HAND"]["message"]
        counts = {
            each["capacity"]["organisationCode"]: (each["unread"], each["inHand"])
            for each in found["inboxCounts"]
        }
        assert counts == {"transport": (1, 0), "kunyang": (0, 1)}

    async def test_is_followed_into_the_post_that_an_entry_belongs_to(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        """What it names is found in that post, and from another one it is not."""
        notice = await told(owner_engine, client, "kunyang")
        (entry,) = (await client.as_("zhou").ask(INBOX)).data["inbox"]["edges"]
        assert entry["node"]["id"] == notice
        node = "query($id: ID!) { node(id: $id) { id } }"
        assert (await client.as_("zhou").ask(node, id=notice)).data == {"node": None}
        assert (await client.as_("zhou", "kunyang").ask(node, id=notice)).data == {"node": {"id": notice}}

    async def test_is_read_on_in_the_post_where_it_was_begun(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        for body in ("transport", "kunyang"):
            await told(owner_engine, client, body)
        page = (await client.as_("zhou").ask(INBOX, first=1)).data["inbox"]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"]
        rest = (await client.as_("zhou").ask(INBOX, first=1, after=after)).data["inbox"]
        assert len({each["node"]["id"] for each in (*page["edges"], *rest["edges"])}) == 2
        assert (await client.as_("zhou", "kunyang").ask(INBOX, after=after)).codes == ["BAD_CURSOR"]

    async def test_does_not_change_what_is_read_beside_it(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        """Other fields of the operation, before and after it, are read in the post in which the request acts."""
        await told(owner_engine, client, "transport")
        both = "{ a: unreadCount inboxCounts { unread } inbox { totalCount } b: unreadCount viewer { actingAs { organisationCode } } }"
        found = (await client.as_("zhou", "kunyang").ask(both)).data
        assert (found["a"], found["b"]) == (0, 0)
        assert found["viewer"] == {"actingAs": {"organisationCode": "kunyang"}}
        assert found["inbox"] == {"totalCount": 1}
