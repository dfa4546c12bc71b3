"""A subscription lasts as long as the right to it, asked at each event, and anyhow every now and then.

What takes the right away differs; how it ends does not: the socket is closed, or the stream says why and is complete;
and nothing of what happened after the end comes through.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from policies.book import Book
from policies.rows import Row, platform_rows
from tenancy.ids import new_id
from tenancy.transactions import Credentials
from tests.api.conftest import Client
from tests.api.letters import approved, done, sent, which
from tests.live.listeners import CHANGES, NOTIFICATIONS, brought, over_a_socket, over_a_stream, wire
from tests.live.platform import OFTEN, SELDOM, Platform
from tests.live.test_sockets import INIT, closed, said
from tests.worlds import FAR_AWAY, NOW, World

pytestmark = pytest.mark.usefixtures("worker")

Ending = Callable[[Platform, AsyncEngine, Client], Awaitable[None]]


async def sign_out(_platform: Platform, _owner: AsyncEngine, desk: Client) -> None:
    """Xu signs out."""
    assert (await desk.as_("xu").do("signOut"))["userErrors"] == []


async def disabled_account(_platform: Platform, owner: AsyncEngine, desk: Client) -> None:
    """Xu's account is closed."""
    async with owner.begin() as connection:
        await connection.execute(
            text("update accounts set disabled_at = :now where id = :id"),
            {"now": NOW, "id": desk.world["xu"].account_id},
        )


async def expired_token(platform: Platform, _owner: AsyncEngine, _desk: Client) -> None:
    """The token's time is over."""
    platform.clock.advance(FAR_AWAY)


async def ended_post(platform: Platform, owner: AsyncEngine, desk: Client) -> None:
    """Xu's post ends."""
    async with owner.begin() as connection:
        await connection.execute(
            text("update capacities set until = :now where id = :id"),
            {"now": await platform.clock.now(), "id": desk.world["xu"].capacities["kunyang"]},
        )


CREDENTIALS = [
    (sign_out, "UNAUTHENTICATED", 4401),
    (disabled_account, "UNAUTHENTICATED", 4401),
    (expired_token, "UNAUTHENTICATED", 4401),
    (ended_post, "CAPACITY_REFUSED", 4403),
]


async def rule(
    platform: Platform, owner: AsyncEngine, county: World, *, without: Callable[[Row], bool]
) -> None:
    """Let the policies have fewer rows from now on, as after a change of theirs."""
    for api in platform.apis:
        api.edge.platform = Book([row for row in platform_rows() if not without(row)])
    async with owner.begin() as connection:
        await connection.execute(
            text("update counties set policy_version = policy_version + 1 where county_id = :county"),
            {"county": county.county_id},
        )


@contextmanager
def ruled_as_before(platform: Platform) -> Iterator[None]:
    """Put the policies back at the end."""
    before = [api.edge.platform for api in platform.apis]
    try:
        yield
    finally:
        for api, kept in zip(platform.apis, before, strict=True):
            api.edge.platform = kept


class TestWhenTheCredentialsEnd:
    @pytest.mark.parametrize(("end", "code", "close"), CREDENTIALS)
    async def test_everything_ends_by_itself(
        self,
        platform: Platform,
        county: World,
        desk: Client,
        live_owner: AsyncEngine,
        end: Ending,
        code: str,
        close: int,
    ) -> None:
        """Nothing happens any more, and whoever looks now and then finds it out."""
        xu = county["xu"].credentials
        with platform.looking(OFTEN):
            async with (
                over_a_socket(platform.apis[1], xu, NOTIFICATIONS) as on_a_socket,
                over_a_stream(platform.apis[0], xu, NOTIFICATIONS) as streamed,
            ):
                for listening in (on_a_socket, streamed):
                    await listening.next()
                await end(platform, live_owner, desk)
                ended = await on_a_socket.ended()
                assert (ended.close, ended.reason) == (close, code)
                assert (await streamed.ended()).codes == [code]
                assert (await streamed.ended()).codes == []  # complete

    @pytest.mark.parametrize(("end", "code", "close"), CREDENTIALS)
    async def test_a_socket_that_follows_nothing_is_closed_too(
        self,
        platform: Platform,
        county: World,
        desk: Client,
        live_owner: AsyncEngine,
        end: Ending,
        code: str,
        close: int,
    ) -> None:
        with platform.looking(OFTEN):
            async with wire(platform.apis[1]) as opened:
                await said(opened, INIT | {"payload": brought(county["xu"].credentials)})
                assert json.loads(await opened.recv()) == {"type": "connection_ack"}
                await end(platform, live_owner, desk)
                assert await closed(opened) == (close, code)
            assert not platform.apis[1].hub.guests

    @pytest.mark.parametrize(("end", "code", "close"), [CREDENTIALS[0], CREDENTIALS[3]])
    async def test_the_next_event_is_not_told(
        self,
        platform: Platform,
        county: World,
        desk: Client,
        live_owner: AsyncEngine,
        end: Ending,
        code: str,
        close: int,
    ) -> None:
        """Looks are so seldom that only the event can have found it out."""
        xu = county["xu"].credentials
        ready = await approved(desk)
        changing = await sent(desk)
        with platform.looking(SELDOM):
            async with (
                over_a_socket(platform.apis[1], xu, CHANGES, subject=changing["id"]) as on_a_socket,
                over_a_stream(platform.apis[0], xu, CHANGES, subject=changing["id"]) as streamed,
            ):
                for listening in (on_a_socket, streamed):
                    await listening.next()
                await end(platform, live_owner, desk)
                await done(desk.as_("tang"), "sendReferral", **which(ready))
                await done(desk.as_("lin"), "withdrawReferral", **which(changing), reason="误送")
                ended = await on_a_socket.ended()
                assert (ended.close, ended.reason) == (close, code)
                assert (await streamed.ended()).codes == [code]

    async def test_another_post_in_the_same_body_does_not_take_over(
        self, platform: Platform, county: World, live_owner: AsyncEngine
    ) -> None:
        """Who named the body and not the post would otherwise go on in an inbox where their place means nothing."""
        xu = county["xu"]
        named_by_code = Credentials(token=xu.token, acting_as="kunyang")
        with platform.looking(OFTEN):
            async with over_a_socket(platform.apis[0], named_by_code, NOTIFICATIONS) as listening:
                await listening.next()
                async with live_owner.begin() as connection:
                    await connection.execute(
                        text(
                            "with ended as (update capacities set until = :now where id = :id returning *)"
                            " insert into capacities (county_id, id, person_id, tenant_id, post, roles, since)"
                            " select county_id, :new, person_id, tenant_id, post, roles, :now from ended"
                        ),
                        {"now": NOW, "id": xu.capacities["kunyang"], "new": new_id()},
                    )
                ended = await listening.ended()
                assert (ended.close, ended.reason) == (4403, "CAPACITY_REFUSED")


class TestWhenARightEnds:
    async def test_with_the_role_the_matter_is_not_found_any_more(
        self, platform: Platform, county: World, desk: Client, live_owner: AsyncEngine
    ) -> None:
        async def take_away() -> None:
            async with live_owner.begin() as connection:
                await connection.execute(
                    text("update capacities set roles = '{supervisor}' where id = :id"),
                    {"id": county["gao"].capacities["kunyang"]},
                )

        await self._ends_with(platform, county, desk, take_away)

    async def test_with_a_row_of_the_policies_the_matter_is_not_found_any_more(
        self, platform: Platform, county: World, desk: Client, live_owner: AsyncEngine
    ) -> None:
        async def take_away() -> None:
            await rule(
                platform,
                live_owner,
                county,
                without=lambda row: (row.role, row.aspect, row.action) == ("head", "referral.letter", "read"),
            )

        with ruled_as_before(platform):
            await self._ends_with(platform, county, desk, take_away)

    async def test_with_one_aspect_only_its_events_stay_away(
        self, platform: Platform, county: World, desk: Client, live_owner: AsyncEngine
    ) -> None:
        """Who may read the letter and not its events hears nothing, and comes to no harm."""
        referral = await sent(desk)
        gao = county["gao"].credentials
        with ruled_as_before(platform), platform.looking(OFTEN):
            await rule(platform, live_owner, county, without=lambda row: row.aspect == "referral.events")
            async with (
                over_a_stream(platform.apis[0], gao, CHANGES, subject=referral["id"]) as events,
                over_a_stream(platform.apis[0], gao, NOTIFICATIONS) as notices,
            ):
                assert (await events.next())["event"] is None
                await notices.next()
                referral = await done(desk.as_("xu"), "takeInReferral", **which(referral))
                while (await notices.next())["notification"]["kind"] != "referral.taken_in":
                    continue
                # Something ends it that comes after what must not arrive.
                await ended_post_of(live_owner, county, "gao", platform)
                assert (await events.ended()).codes == ["CAPACITY_REFUSED"]

    async def _ends_with(
        self, platform: Platform, county: World, desk: Client, take_away: Callable[[], Awaitable[Any]]
    ) -> None:
        gao = county["gao"].credentials
        referral = await sent(desk)
        async with (
            over_a_socket(platform.apis[1], gao, CHANGES, subject=referral["id"]) as on_a_socket,
            over_a_stream(platform.apis[0], gao, CHANGES, subject=referral["id"]) as streamed,
        ):
            for listening in (on_a_socket, streamed):
                await listening.next()
            await take_away()
            await done(desk.as_("xu"), "takeInReferral", **which(referral))
            for listening in (on_a_socket, streamed):
                assert (await listening.ended()).codes == ["NOT_FOUND"]
                assert (await listening.ended()).close is None  # complete, and the socket stays


async def ended_post_of(owner: AsyncEngine, county: World, person: str, platform: Platform) -> None:
    """Somebody's post at home ends after a moment of the county's."""
    platform.clock.advance(timedelta(minutes=1))
    async with owner.begin() as connection:
        await connection.execute(
            text("update capacities set until = :now where id = :id"),
            {
                "now": await platform.clock.now(),
                "id": county[person].capacities[county[person].body],
            },
        )
