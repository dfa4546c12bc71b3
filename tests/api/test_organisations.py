"""Reading the county's bodies: lists, pages, nesting, and the walls around the county."""

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.conftest import Client
from tests.worlds import BODIES, a_county

LIST = """
query($kinds: [OrganisationKind!], $first: Int, $after: String) {
  organisations(filter: { kinds: $kinds }, first: $first, after: $after) {
    edges { cursor node { id code name shortName kind functions } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""


class TestOrganisations:
    async def test_lists_every_body_of_the_county_by_code(self, client: Client) -> None:
        answer = await client.as_("zhou").ask(LIST)
        nodes = [edge["node"] for edge in answer.data["organisations"]["edges"]]
        assert [node["code"] for node in nodes] == sorted(BODIES)
        assert nodes[2] | {"id": None} == {
            "id": None,
            "code": "coordination",
            "name": "县综合行政执法指导办公室",
            "shortName": "平执指",
            "kind": "COUNTY_BODY",
            "functions": ["coordination"],
        }

    async def test_keeps_to_one_kind(self, client: Client) -> None:
        answer = await client.as_("zhou").ask(LIST, kinds=["TOWNSHIP"])
        found = answer.data["organisations"]
        assert [edge["node"]["code"] for edge in found["edges"]] == ["aojiang", "kunyang", "shuitou"]
        assert found["totalCount"] == 3

    async def test_gives_every_body_once_when_paged(self, client: Client) -> None:
        seen: list[str] = []
        after: str | None = None
        while True:
            answer = await client.as_("zhou").ask(LIST, first=3, after=after)
            page = answer.data["organisations"]
            seen += [edge["node"]["code"] for edge in page["edges"]]
            assert page["totalCount"] == len(BODIES)
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert seen == sorted(BODIES)

    async def test_shows_nothing_of_another_county(self, client: Client, owner_engine: AsyncEngine) -> None:
        other = await a_county(owner_engine)
        answer = await client.as_("zhou").ask(LIST, first=100)
        assert len(answer.data["organisations"]["edges"]) == len(BODIES)
        found = await Client(client.http, other).as_("zhou").ask(LIST, first=1)
        identifier = found.data["organisations"]["edges"][0]["node"]["id"]
        answer = await client.as_("zhou").ask("query($id: ID!) { node(id: $id) { id } }", id=identifier)
        assert answer.data == {"node": None}
