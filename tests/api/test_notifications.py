"""Reading notices over HTTP: those of one's post, in one's language, read once."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import errand
from domain.notifications.commands import deliver
from domain.outbox.commands import begin_handling
from tests.api.conftest import Client
from tests.api.letters import sent
from tests.worlds import NOW

LIST = """query($unread: Boolean, $first: Int, $after: String) {
  notifications(filter: { unread: $unread }, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
      id kind message readAt announcedAt subject { id ... on Referral { state party } } } } }
  unreadCount }"""


async def delivered(client: Client, owner_engine: AsyncEngine, worker_engine: AsyncEngine) -> None:
    """What the worker does with what the commands announced."""
    waiting = text(
        "select id from announcements where county_id = :county and handled_at is null order by seq"
    )
    async with owner_engine.connect() as connection:
        ids = list((await connection.execute(waiting, {"county": client.world.county_id})).scalars())
    async with errand(worker_engine, county_id=client.world.county_id, now=NOW) as opened:
        from datetime import timedelta

        announced = await begin_handling(opened, ids, wall=NOW, lasts=timedelta(seconds=30))
        await deliver(opened, announced)


class TestNotifications:
    async def test_reach_the_posts_concerned_and_speak_their_language(
        self, client: Client, owner_engine: AsyncEngine, worker_engine: AsyncEngine
    ) -> None:
        referral = await sent(client)
        await delivered(client, owner_engine, worker_engine)
        found = (await client.as_("xu").ask(LIST)).data
        (notice,) = [edge["node"] for edge in found["notifications"]["edges"]]
        assert notice["kind"] == "referral.sent"
        assert notice["message"] == "县交通运输局 referred a case to 昆阳镇人民政府. Take it in."
        assert notice["subject"] == {"id": referral["id"], "state": "SENT", "party": "某货运有限公司"}
        assert found["unreadCount"] == 1
        found = (await client.as_("xu", language="zh").ask(LIST)).data
        assert found["notifications"]["edges"][0]["node"]["message"] == (
            "县交通运输局向昆阳镇人民政府移送一件案件，请收件登记。"
        )
        assert (await client.as_("guan").ask(LIST)).data["notifications"]["edges"] == []

    async def test_are_read_once_and_by_their_addressee_alone(
        self, client: Client, owner_engine: AsyncEngine, worker_engine: AsyncEngine
    ) -> None:
        await sent(client)
        await delivered(client, owner_engine, worker_engine)
        xu = client.as_("xu")
        notice = (await xu.ask(LIST)).data["notifications"]["edges"][0]["node"]
        error = await client.as_("gao").do("markNotificationRead", notificationId=notice["id"])
        assert error["userErrors"][0]["code"] == "NOT_FOUND"
        for _ in range(2):
            payload = await xu.do(
                "markNotificationRead", "notification { readAt }", notificationId=notice["id"]
            )
            assert payload["notification"]["readAt"] == NOW.isoformat()
        found = (await xu.ask(LIST, unread=True)).data
        assert (found["notifications"]["edges"], found["unreadCount"]) == ([], 0)
        assert (await xu.ask(LIST)).data["notifications"]["totalCount"] == 1

    async def test_of_one_post_are_no_business_of_another_of_the_same_person(
        self, client: Client, owner_engine: AsyncEngine, worker_engine: AsyncEngine
    ) -> None:
        await sent(client)
        await delivered(client, owner_engine, worker_engine)
        at_home = (await client.as_("zhou").ask(LIST)).data["notifications"]
        assert [edge["node"]["kind"] for edge in at_home["edges"]] == ["referral.approved"]
        away = client.as_("zhou", "kunyang")
        assert (await away.ask(LIST)).data["notifications"]["edges"] == []
        cursor = at_home["edges"][0]["cursor"]
        assert (await away.ask(LIST, after=cursor)).codes == ["BAD_CURSOR"]
        answer = await away.ask(
            "query($id: ID!) { node(id: $id) { id } }", id=at_home["edges"][0]["node"]["id"]
        )
        assert answer.data == {"node": None}
