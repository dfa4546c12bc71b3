"""Pages of other origins: refused unless a setting names their origin, and only then told that they may read."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.api.conftest import Client
from tests.databases import MigratedDatabase
from tests.live.platform import Api, api
from tests.worlds import HandSetClock, World

FRIEND, STRANGER = "https://front.example", "https://elsewhere.example"
COUNT = {"query": "{ unreadCount }"}


@pytest.fixture(scope="module")
def open_to_a_friend(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Pages of one other origin may send requests here."""
    files = tmp_path_factory.mktemp("files")
    with api(migrated_database, redis_server, HandSetClock(), files, origins=(FRIEND,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def zhou(open_to_a_friend: Api, world: World) -> AsyncIterator[Client]:
    """Zhou's front end."""
    async with httpx.AsyncClient(base_url=open_to_a_friend.url, trust_env=False, timeout=30) as http:
        yield Client(http, world).as_("zhou")


def may_not(answer: httpx.Response) -> bool:
    assert "access-control-allow-origin" not in answer.headers
    codes = [error["extensions"]["code"] for error in answer.json()["errors"]]
    return (answer.status_code, codes) == (403, ["CROSS_SITE"])


class TestAForeignPage:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site", "Origin": STRANGER},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": STRANGER},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
            {"Origin": STRANGER},
            {"Origin": "null"},
            {"Origin": FRIEND + ".elsewhere.example"},
            {"Origin": FRIEND.replace("https", "http")},
        ],
    )
    async def test_is_refused_everywhere_even_with_a_token(
        self, zhou: Client, headers: dict[str, str]
    ) -> None:
        sent = zhou.headers | headers
        assert may_not(await zhou.http.post("/graphql", json=COUNT, headers=sent))
        assert may_not(await zhou.http.get("/graphql", params=COUNT, headers=sent))
        assert may_not(
            await zhou.http.post(
                "/files", files={"file": ("a.pdf", b"%PDF", "application/pdf")}, headers=sent
            )
        )
        assert may_not(await zhou.http.get("/files/x", headers=sent))
        stream = sent | {"Accept": "text/event-stream"}
        assert may_not(await zhou.http.post("/graphql", json=COUNT, headers=stream))

    async def test_gets_no_preflight(self, zhou: Client) -> None:
        answer = await zhou.http.options(
            "/graphql", headers={"Origin": STRANGER, "Access-Control-Request-Method": "POST"}
        )
        assert answer.status_code >= 400
        assert "access-control-allow-origin" not in answer.headers

    async def test_opens_no_socket(self, open_to_a_friend: Api) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(
                open_to_a_friend.socket_url,
                subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]  # a name is a str
                origin=STRANGER,  # type: ignore[arg-type]  # likewise
                proxy=None,
            ):
                pass
        assert refused.value.response.status_code == 403
        assert b"CROSS_SITE" in (refused.value.response.body or b"")
        assert refused.value.response.headers["X-Content-Type-Options"] == "nosniff"


class TestOurOwnPage:
    async def test_asks_whatever_the_browser_says_of_it(self, zhou: Client, open_to_a_friend: Api) -> None:
        for headers in (
            {"Sec-Fetch-Site": "same-origin", "Origin": open_to_a_friend.url},
            {"Origin": open_to_a_friend.url},
            # Behind a proxy that ends TLS under the same name, or one that renames us.
            {"Origin": open_to_a_friend.url.replace("http", "https")},
            {"Sec-Fetch-Site": "same-origin", "Origin": "https://outside.example"},
            {"Sec-Fetch-Site": "none"},
            {},
        ):
            answer = await zhou.http.post("/graphql", json=COUNT, headers=zhou.headers | headers)
            assert answer.json()["data"] == {"unreadCount": 0}, headers


class TestAnAllowedPage:
    async def test_asks_and_reads(self, zhou: Client, open_to_a_friend: Api) -> None:
        sent = zhou.headers | {"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"}
        answer = await zhou.http.post("/graphql", json=COUNT, headers=sent)
        assert answer.json()["data"] == {"unreadCount": 0}
        assert answer.headers["access-control-allow-origin"] == FRIEND
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"]
        refused = await zhou.http.post("/graphql", content="x", headers=sent)
        assert refused.status_code == 415
        assert refused.headers["access-control-allow-origin"] == FRIEND
        async with connect(
            open_to_a_friend.socket_url,
            subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]  # a name is a str
            origin=FRIEND,  # type: ignore[arg-type]  # likewise
            proxy=None,
        ) as opened:
            assert opened.subprotocol == "graphql-transport-ws"

    async def test_is_told_so_beforehand(self, zhou: Client) -> None:
        for path in ("/graphql", "/files"):
            answer = await zhou.http.options(
                path,
                headers={
                    "Origin": FRIEND,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "authorization,content-type,x-acting-as,x-file-name",
                },
            )
            assert answer.status_code == 200
            assert answer.headers["access-control-allow-origin"] == FRIEND

    async def test_is_none_unless_a_setting_names_it(self, client: Client) -> None:
        sent = client.as_("zhou").headers | {"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"}
        assert may_not(await client.http.post("/graphql", json=COUNT, headers=sent))
