"""Signing in and out over HTTP, and acting in one capacity at a time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tenancy.models import Account, Capacity
from tests.api.conftest import POLICY, STATEMENTS, Client
from tests.worlds import NOW, PASSWORD, HandSetClock

SELECTION = "token expiresAt"
VIEWER = """{ viewer { id name
  capacities { id organisationId organisationCode organisationName post roles }
  actingAs { organisationCode roles } } }"""


async def signed_in(client: Client, key: str) -> Client:
    payload = await client.do("signIn", SELECTION, login=client.world[key].login, password=PASSWORD)
    return client.with_headers(authorization=f"Bearer {payload['token']}")


class TestSignIn:
    async def test_gives_a_token_that_works_and_says_when_it_ends(self, client: Client) -> None:
        payload = await client.do("signIn", SELECTION, login=client.world["lin"].login, password=PASSWORD)
        assert payload["userErrors"] == []
        assert datetime.fromisoformat(payload["expiresAt"]) == NOW + POLICY.token_lives
        lin = client.with_headers(authorization=f"Bearer {payload['token']}")
        assert (await lin.ask("{ unreadCount }")).data == {"unreadCount": 0}

    async def test_tells_neither_whether_the_login_exists_nor_which_part_was_wrong(
        self, client: Client
    ) -> None:
        wrong = await client.do("signIn", SELECTION, login=client.world["lin"].login, password="no")
        unknown = await client.do("signIn", SELECTION, login=f"nobody.{client.world.code}", password=PASSWORD)
        assert wrong == unknown
        assert [error["code"] for error in wrong["userErrors"]] == ["SIGN_IN_FAILED"]
        assert wrong["token"] is None

    async def test_takes_whatever_characters_somebody_sends(self, client: Client) -> None:
        for login, password in (("\x00", "x"), ("x", "\x00"), ("", ""), ("林" * 500, "密" * 500)):
            payload = await client.do("signIn", SELECTION, login=login, password=password)
            assert payload["userErrors"][0]["code"] in ("SIGN_IN_FAILED", "ACCOUNT_LOCKED")

    async def test_locks_after_failures_and_opens_again(
        self, client: Client, api_clock: HandSetClock
    ) -> None:
        login = client.world["lin"].login
        for _ in range(POLICY.failures_allowed):
            payload = await client.do("signIn", SELECTION, login=login, password="guess")
            assert payload["userErrors"][0]["code"] == "SIGN_IN_FAILED"
        payload = await client.do("signIn", SELECTION, login=login, password=PASSWORD)
        assert payload["userErrors"][0]["code"] == "ACCOUNT_LOCKED"
        api_clock.advance(POLICY.locked_for + timedelta(seconds=1))
        payload = await client.do("signIn", SELECTION, login=login, password=PASSWORD)
        assert payload["token"]

    async def test_speaks_the_readers_language(self, client: Client) -> None:
        chinese = client.with_headers(accept_language="zh-CN")
        payload = await chinese.do("signIn", SELECTION, login="x" + client.world.code, password="x")
        assert payload["userErrors"][0]["message"] == "账号或密码不正确，请核对后重试。"
        payload = await client.do("signIn", SELECTION, login="y" + client.world.code, password="x")
        assert (
            payload["userErrors"][0]["message"] == "Login or password is not right. Check both and try again."
        )

    async def test_refuses_a_disabled_account_and_ends_its_tokens(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        lin = await signed_in(client, "lin")
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Account).where(Account.id == client.world["lin"].account_id).values(disabled_at=NOW)
            )
        assert (await lin.ask("{ unreadCount }")).codes == ["UNAUTHENTICATED"]
        payload = await client.do("signIn", SELECTION, login=client.world["lin"].login, password=PASSWORD)
        assert payload["userErrors"][0]["code"] == "SIGN_IN_FAILED"


class TestTokens:
    async def test_end_at_once_on_signing_out(self, client: Client) -> None:
        lin = await signed_in(client, "lin")
        assert (await lin.do("signOut"))["userErrors"] == []
        assert (await lin.ask("{ unreadCount }")).codes == ["UNAUTHENTICATED"]
        assert (await lin.ask(VIEWER)).codes == ["UNAUTHENTICATED"]
        assert (await lin.ask("mutation { signOut(input: {}) { clientMutationId } }")).codes == [
            "UNAUTHENTICATED"
        ]

    async def test_expire(self, client: Client, api_clock: HandSetClock) -> None:
        lin = await signed_in(client, "lin")
        api_clock.advance(POLICY.token_lives - timedelta(seconds=1))
        assert (await lin.ask("{ unreadCount }")).data
        api_clock.advance(timedelta(seconds=1))
        assert (await lin.ask("{ unreadCount }")).codes == ["UNAUTHENTICATED"]

    @pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic abc", "Bearer x", "x"])
    async def test_that_are_none_leave_no_data(self, client: Client, authorization: str | None) -> None:
        nobody = client.with_headers(authorization=authorization)
        for query in ("{ unreadCount }", VIEWER, '{ node(id: "x") { id } }'):
            answer = await nobody.ask(query)
            assert answer.codes == ["UNAUTHENTICATED"]
            assert answer.body["data"] is None
            assert answer.status == 200

    @pytest.mark.parametrize(
        "query",
        [
            "{ unreadCount organisations(first: 101) { totalCount } notifications { totalCount } }",
            '{ a: node(id: "x") { id } b: organisations { totalCount } unreadCount }',
            "query($id: ID!) { node(id: $id) { id } }",
        ],
    )
    async def test_that_are_none_are_told_so_once_whatever_else_is_wrong(
        self, client: Client, query: str
    ) -> None:
        nobody = client.with_headers(authorization="Bearer x")
        await nobody.ask(query)
        before = STATEMENTS.count
        answer = await nobody.ask(query)
        assert STATEMENTS.count - before == 1
        assert answer.codes == ["UNAUTHENTICATED"]
        assert answer.body["data"] is None

    async def test_are_taken_from_the_bearer_scheme_alone(self, client: Client) -> None:
        token = client.world["lin"].token
        for scheme, codes in (("Bearer", []), ("bearer", []), ("Basic", ["UNAUTHENTICATED"])):
            lin = client.with_headers(authorization=f"{scheme} {token}")
            assert (await lin.ask("{ unreadCount }")).codes == codes

    async def test_that_are_none_carry_out_nothing(self, client: Client) -> None:
        answer = await client.ask(
            'mutation { discardReferral(input: {referralId: "x", expectedVersion: 1}) { clientMutationId } }'
        )
        assert answer.codes == ["UNAUTHENTICATED"]
        assert answer.body["data"] == {"discardReferral": None}


class TestCapacities:
    async def test_are_shown_to_a_bare_token(self, client: Client) -> None:
        zhou = client.as_("zhou").with_headers(x_acting_as=None)
        viewer = (await zhou.ask(VIEWER)).data["viewer"]
        world = client.world
        assert viewer["name"] == "周交"
        assert viewer["actingAs"] is None
        assert viewer["capacities"] == [
            {
                "id": global_id("Capacity", world["zhou"].capacities["kunyang"]),
                "organisationId": global_id("Organisation", world.bodies["kunyang"]),
                "organisationCode": "kunyang",
                "organisationName": "昆阳镇人民政府",
                "post": "综合执法队队员",
                "roles": ["officer"],
            },
            {
                "id": global_id("Capacity", world["zhou"].capacities["transport"]),
                "organisationId": global_id("Organisation", world.bodies["transport"]),
                "organisationCode": "transport",
                "organisationName": "县交通运输局",
                "post": "在编人员",
                "roles": ["officer"],
            },
        ]

    async def test_may_go_unnamed_by_whoever_holds_one(self, client: Client) -> None:
        lin = client.as_("lin").with_headers(x_acting_as=None)
        viewer = (await lin.ask(VIEWER)).data["viewer"]
        assert viewer["actingAs"] == {"organisationCode": "transport", "roles": ["head"]}

    async def test_must_be_named_by_whoever_holds_several(self, client: Client) -> None:
        zhou = client.as_("zhou").with_headers(x_acting_as=None)
        answer = await zhou.ask('{ unreadCount node(id: "x") { id } }')
        assert answer.codes == ["CAPACITY_NEEDED"]
        assert answer.body["data"] is None

    async def test_are_named_by_global_id_plain_id_or_code(self, client: Client) -> None:
        capacity = client.world["zhou"].capacities["kunyang"]
        for name in (global_id("Capacity", capacity), str(capacity), str(capacity).upper(), "kunyang"):
            viewer = (await client.as_("zhou").with_headers(x_acting_as=name).ask(VIEWER)).data["viewer"]
            assert viewer["actingAs"]["organisationCode"] == "kunyang"

    async def test_of_others_are_refused(self, client: Client) -> None:
        strangers = client.world["lin"].capacities["transport"]
        for name in (
            global_id("Capacity", strangers),
            str(strangers),
            "aojiang",
            "nothing",
            global_id("Organisation", client.world.bodies["kunyang"]),
            global_id("Person", client.world["zhou"].capacities["kunyang"]),
            "' or 1=1 --",
        ):
            zhou = client.as_("zhou").with_headers(x_acting_as=name)
            answer = await zhou.ask("{ unreadCount }")
            assert answer.codes == ["CAPACITY_REFUSED"], name
            assert answer.body["data"] is None
            assert (await zhou.ask(VIEWER)).codes == ["CAPACITY_REFUSED"]

    async def test_end_with_the_next_request(self, client: Client, owner_engine: AsyncEngine) -> None:
        zhou = client.as_("zhou", "kunyang")
        assert (await zhou.ask("{ unreadCount }")).data
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == client.world["zhou"].capacities["kunyang"])
                .values(until=NOW)
            )
        assert (await zhou.ask("{ unreadCount }")).codes == ["CAPACITY_REFUSED"]
        viewer = (await client.as_("zhou").ask(VIEWER)).data["viewer"]
        assert [held["organisationCode"] for held in viewer["capacities"]] == ["transport"]

    async def test_none_left_is_shown_as_none(self, client: Client, owner_engine: AsyncEngine) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity).where(Capacity.person_id == client.world["lin"].person_id).values(until=NOW)
            )
        lin = client.as_("lin").with_headers(x_acting_as=None)
        assert (await lin.ask(VIEWER)).data["viewer"] | {"id": 0} == {
            "id": 0,
            "name": "林局",
            "capacities": [],
            "actingAs": None,
        }
        assert (await lin.ask("{ unreadCount }")).codes == ["CAPACITY_REFUSED"]
