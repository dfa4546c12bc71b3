"""A body that only patrols, over HTTP: what it is called, where its finds go, and whose a matter is where it patrols."""

from typing import Any

import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from domain.organisations.models import Organisation
from tests.api.conftest import Client
from tests.api.letters import letter
from tests.worlds import a_county, shipped

WHOSE = """query($place: ID!, $on: Date!) { whoIsCompetent(code: "HC0001", place: $place, on: $on) {
  body { code } chain { ground sentence body { code } document } } }"""


@pytest_asyncio.fixture(loop_scope="session")
async def huancui(client: Client, owner_engine: AsyncEngine) -> Client:
    """A county by Huancui's rules, in which shuitou patrols for kunyang."""
    text = shipped("huancui.toml").replace('likoushan = "zhangcun"', 'shuitou = "kunyang"')
    world = await a_county(owner_engine, rulebook=text)
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Organisation)
            .where(Organisation.id == world.bodies["shuitou"], Organisation.county_id == world.county_id)
            .values(kind="patrol_body")
        )
    return Client(client.http, world, client.headers)


async def drafted(client: Client, to: str) -> tuple[Any, list[str]]:
    """A letter begun to this body: to whom it goes, and with which codes it is refused."""
    payload = await client.do("draftReferral", "referral { receiver { code } }", **letter(client, to=to))
    codes = [error["code"] for error in payload["userErrors"]]
    return (payload["referral"] or {}).get("receiver"), codes


class TestAPatrolBody:
    async def test_is_known_by_its_kind(self, huancui: Client) -> None:
        asked = "{ organisations(filter: { kinds: [PATROL_BODY] }) { edges { node { code kind } } } }"
        answer = await huancui.as_("lei").ask(asked)
        (edge,) = answer.data["organisations"]["edges"]
        assert edge["node"] == {"code": "shuitou", "kind": "PATROL_BODY"}

    async def test_sends_to_the_body_named_alone_and_receives_nothing(self, huancui: Client) -> None:
        lei = huancui.as_("lei")
        assert await drafted(lei, "kunyang") == ({"code": "kunyang"}, [])
        assert await drafted(lei, "aojiang") == (None, ["PATROL_HANDS_OVER_ELSEWHERE"])
        assert await drafted(huancui.as_("zhou"), "shuitou") == (None, ["PATROL_RECEIVES_NOTHING"])

    async def test_leads_to_whoever_takes_over_where_a_matter_arose(self, huancui: Client) -> None:
        place = global_id("Organisation", huancui.world.bodies["shuitou"])
        answer = await huancui.as_("lei").ask(WHOSE, place=place, on="2026-03-10")
        (first, *_) = answer.data["whoIsCompetent"]["chain"]
        assert (first["ground"], first["body"]) == ("PATROLLED", {"code": "kunyang"})
        assert first["document"].endswith("二（五）13")
        assert "昆阳镇人民政府" in first["sentence"]
