"""Python's own client, gql: the schema by introspection, documents held against it, lists from either end, acts, news.

What JavaScript's clients do is in `tests/clients`, which needs Node.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from gql import Client as Gql
from gql import GraphQLRequest, gql
from gql.client import AsyncClientSession
from gql.dsl import DSLQuery, DSLSchema, dsl_gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError
from websockets.exceptions import ConnectionClosed

from tests.api.conftest import Client
from tests.api.letters import drafted, sent
from tests.live.listeners import NOTIFICATIONS, brought
from tests.live.platform import Platform
from tests.worlds import World

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String) {
  referrals(box: SENT, first: $first, after: $after, last: $last, before: $before) {
    edges { node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

REVISE = """mutation ($input: ReviseReferralInput!) { reviseReferral(input: $input) {
  referral { version facts } userErrors { code message field } } }"""


@asynccontextmanager
async def over_http(platform: Platform, desk: Client) -> AsyncIterator[AsyncClientSession]:
    """A session that knows the schema and sends nothing that does not fit it."""
    transport = AIOHTTPTransport(url=f"{platform.apis[0].url}/graphql", headers=desk.headers)
    wanted = {"input_value_deprecation": True, "specified_by_url": True, "schema_description": True}
    async with Gql(
        transport=transport, fetch_schema_from_transport=True, introspection_args=wanted
    ) as session:
        yield session


@asynccontextmanager
async def over_a_socket(platform: Platform, payload: dict[str, Any]) -> AsyncIterator[AsyncClientSession]:
    """A session on a WebSocket."""
    transport = WebsocketsTransport(
        url=platform.apis[1].socket_url,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload=payload,
    )
    async with Gql(transport=transport) as session:
        yield session


async def ids_of(session: AsyncClientSession, **arguments: Any) -> tuple[list[str], dict[str, Any]]:
    """The ids on a page, and where it lies."""
    page = (await session.execute(GraphQLRequest(PAGE, variable_values=arguments)))["referrals"]
    return [edge["node"]["id"] for edge in page["edges"]], page["pageInfo"]


class TestTheSchema:
    async def test_is_read_by_introspection_and_refuses_what_does_not_fit_before_it_is_sent(
        self, platform: Platform, desk: Client
    ) -> None:
        async with over_http(platform, desk.as_("zhou")) as session:
            schema = session.client.schema
            assert schema is not None
            assert schema.get_type("Referral") is not None
            with pytest.raises(GraphQLError, match="weddings"):
                await session.execute(gql("{ weddings { bride } }"))

    async def test_writes_documents_by_itself(self, platform: Platform, desk: Client) -> None:
        async with over_http(platform, desk.as_("zhou")) as session:
            assert session.client.schema is not None
            ds = DSLSchema(session.client.schema)
            asked = dsl_gql(
                DSLQuery(ds.Query.viewer.select(ds.Viewer.actingAs.select(ds.Capacity.organisationCode)))
            )
            answer = await session.execute(asked)
        assert answer == {"viewer": {"actingAs": {"organisationCode": "transport"}}}


class TestReading:
    async def test_goes_through_a_list_from_either_end(self, platform: Platform, desk: Client) -> None:
        drafts = [(await drafted(desk))["id"] for _ in range(3)]
        newest_first = drafts[::-1]
        async with over_http(platform, desk.as_("zhou")) as session:
            ids, at = await ids_of(session, first=2)
            assert (ids, at["hasNextPage"], at["hasPreviousPage"]) == (newest_first[:2], True, False)
            assert (await ids_of(session, first=2, after=at["endCursor"]))[0] == newest_first[2:]
            ids, at = await ids_of(session, last=2)
            assert (ids, at["hasNextPage"], at["hasPreviousPage"]) == (newest_first[1:], False, True)
            assert (await ids_of(session, last=2, before=at["startCursor"]))[0] == newest_first[:1]

    async def test_tells_errors_by_their_code_and_in_the_readers_language(
        self, platform: Platform, desk: Client
    ) -> None:
        async with over_http(platform, desk.as_("zhou", language="zh")) as session:
            with pytest.raises(TransportQueryError) as told:
                await session.execute(gql("{ referrals(box: SENT, first: 101) { totalCount } }"))
        (error,) = told.value.errors or ()
        assert error["extensions"]["code"] == "PAGE_TOO_LARGE"
        assert "每页最多100条" in error["message"]


class TestActing:
    async def test_changes_a_draft_and_is_told_why_not(self, platform: Platform, desk: Client) -> None:
        draft = await drafted(desk)
        stale = {"referralId": draft["id"], "expectedVersion": 1, "facts": "两车散落渣土。"}
        async with over_http(platform, desk.as_("zhou")) as session:
            refused = await session.execute(GraphQLRequest(REVISE, variable_values={"input": stale}))
            assert refused["reviseReferral"]["referral"] is None
            assert refused["reviseReferral"]["userErrors"][0]["code"] == "STALE_VERSION"
            current = stale | {"expectedVersion": draft["version"]}
            revised = await session.execute(GraphQLRequest(REVISE, variable_values={"input": current}))
        assert revised["reviseReferral"] == {
            "referral": {"version": draft["version"] + 1, "facts": "两车散落渣土。"},
            "userErrors": [],
        }


class TestListening:
    @pytest.mark.usefixtures("worker")
    async def test_hears_of_a_letter_and_comes_back_with_its_cursor(
        self, platform: Platform, county: World, desk: Client
    ) -> None:
        payload = brought(county["xu"].credentials)
        async with over_a_socket(platform, payload) as session:
            news = session.subscribe(gql(NOTIFICATIONS))
            assert (await anext(news))["notifications"]["notification"] is None
            letter = await sent(desk)
            first = (await anext(news))["notifications"]
            assert first["notification"]["subject"]["id"] == letter["id"]
            await news.aclose()
        missed = await sent(desk)
        async with over_a_socket(platform, payload) as session:
            news = session.subscribe(
                GraphQLRequest(NOTIFICATIONS, variable_values={"after": first["cursor"]})
            )
            assert (await anext(news))["notifications"]["notification"]["subject"]["id"] == missed["id"]
            await news.aclose()

    async def test_is_shown_out_when_nobody_is_signed_in(self, platform: Platform) -> None:
        with pytest.raises((TransportConnectionFailed, ConnectionClosed)) as shown_out:
            async with over_a_socket(platform, {"authorization": "Bearer nobody"}):
                pass
        cause: BaseException | None = shown_out.value
        while cause is not None and not isinstance(cause, ConnectionClosed):
            cause = cause.__cause__ or cause.__context__
        assert cause is not None
        assert cause.rcvd is not None
        assert (cause.rcvd.code, cause.rcvd.reason) == (4401, "UNAUTHENTICATED")
