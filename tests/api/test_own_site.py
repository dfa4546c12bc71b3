"""Pages of other origins: refused unless a setting names their origin, and only then told that they may read."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.own_site import OwnSite
from tests.api.conftest import Client
from tests.api.letters import PDF, uploaded
from tests.databases import MigratedDatabase
from tests.live.platform import Api, api
from tests.loopback import LOOPBACK
from tests.worlds import HandSetClock, World

FRIEND, STRANGER = "https://front.example", "https://elsewhere.example"
COUNT = {"query": "{ unreadCount }"}

SENT_BY_ANY_PAGE = {"accept", "accept-language", "content-language"}
"""What a browser lets a page send without asking us (Fetch, CORS-safelisted request-headers), whatever its value."""

READ_BY_ANY_PAGE = {
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
}
"""What a browser lets a page read without our saying so (Fetch, CORS-safelisted response-header names)."""

NOBODY_ELSES = {
    # Of the connection and of the browser, not of a page.
    *("connection", "date", "server", "transfer-encoding", "vary", "origin", "host", "sec-fetch-site"),
    # For browsers, and obeyed by them.
    *("content-security-policy", "cross-origin-resource-policy", "referrer-policy"),
    *("x-content-type-options", "x-frame-options"),
}

ROOT = Path(__file__).parents[2]


def written(*patterns: str) -> str:
    """What our documentation, our pages and our clients say, without what others wrote."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(found)
        if path.is_file() and not {"vendor", "node_modules"} & set(path.parts)
    )


def headers_in(text: str) -> set[str]:
    """The headers that are sent or named in it: to curl, in an object of JavaScript, in prose."""
    sent = re.findall(r"-H ['\"]([\w-]+):", text)
    sent += re.findall(r"['\"]([A-Z][a-z]*(?:-[A-Z][a-z]+)+)['\"]\s*:", text)
    named = re.findall(r"`((?:[A-Z][A-Za-z]*-[A-Z][A-Za-z]*)(?:-[A-Z][A-Za-z]*)*|traceparent|ETag)`", text)
    return {name.lower() for name in (*sent, *named)} - {"ctrl-c", "ctrl-enter", "shift-tab"}


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
    async with httpx.AsyncClient(base_url=open_to_a_friend.url, **LOOPBACK, timeout=30) as http:
        yield Client(http, world).as_("zhou")


def may_not(answer: httpx.Response) -> bool:
    assert "access-control-allow-origin" not in answer.headers
    codes = [error["extensions"]["code"] for error in answer.json()["errors"]]
    return (answer.status_code, codes) == (403, ["CROSS_SITE"])


async def preflight(client: Client, *headers: str) -> httpx.Response:
    """What a browser asks before it sends such a request of a page of the allowed origin."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": ",".join(headers)}
    return await client.http.options("/graphql", headers={"Origin": FRIEND, **asked})


async def allowed(client: Client) -> set[str]:
    """The headers that such a page may send, in small letters."""
    answer = await preflight(client, "authorization")
    return set(answer.headers["access-control-allow-headers"].lower().split(", "))


async def exposed(client: Client) -> set[str]:
    """The headers that such a page may read, in small letters."""
    answer = await client.http.post("/graphql", json=COUNT, headers=client.headers | {"Origin": FRIEND})
    return set(answer.headers["access-control-expose-headers"].lower().split(", "))


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

    async def test_may_send_and_read_whatever_our_own_words_and_clients_do(self, zhou: Client) -> None:
        named = headers_in(
            written("README*.md", "docs/front-end/**/*", "api/pages/files/*.js", "tests/clients/*.mjs")
        )
        assert {"authorization", "x-file-name", "traceparent", "retry-after", "server-timing"} <= named
        amiss = named - SENT_BY_ANY_PAGE - await allowed(zhou) - READ_BY_ANY_PAGE - await exposed(zhou)
        assert amiss == set()

    async def test_may_send_each_header_that_is_listened_to_and_no_other(self, zhou: Client) -> None:
        ours = written("api/*.py")
        heard = {name.lower() for name in re.findall(r"headers\.get\(\"([\w-]+)\"", ours)}
        heard |= {"x-request-id", "traceparent"}  # by the layer around all
        heard |= {"range", "if-range"}  # by starlette, of files
        assert await allowed(zhou) - SENT_BY_ANY_PAGE == heard - SENT_BY_ANY_PAGE - NOBODY_ELSES
        for name in heard - SENT_BY_ANY_PAGE - NOBODY_ELSES:
            assert (await preflight(zhou, name)).status_code == 200
        assert (await preflight(zhou, "x-unheard-of")).status_code == 400

    async def test_may_read_whatever_our_answers_carry(self, zhou: Client) -> None:
        identifier = await uploaded(zhou)
        page = zhou.headers | {"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"}
        answers = [
            await zhou.http.post("/graphql", json=COUNT, headers=page),
            await zhou.http.post("/files", content=PDF, headers=page),
            await zhou.http.get(f"/files/{identifier}", headers=page),
            await zhou.http.get(f"/files/{identifier}", headers=page | {"Range": "bytes=0-4"}),
            await zhou.http.get("/files/x", headers=page),
        ]
        carried = {name for answer in answers for name in answer.headers}
        carried = {name for name in carried if not name.startswith("access-control-")}
        may_read = await exposed(zhou)
        assert carried - NOBODY_ELSES - READ_BY_ANY_PAGE == may_read - {"retry-after"}

    async def test_reads_the_number_of_what_failed(
        self, zhou: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(_self: OwnSite, _asked: object) -> bool:
            raise ZeroDivisionError

        monkeypatch.setattr(OwnSite, "_is_foreign", broken)
        for method, path in (("POST", "/graphql"), ("POST", "/files"), ("GET", "/files/x")):
            answer = await zhou.http.request(method, path, headers=zhou.headers | {"Origin": FRIEND})
            assert answer.status_code == 500
            assert answer.headers["access-control-allow-origin"] == FRIEND
            (error,) = answer.json()["errors"]
            assert error["extensions"] == {"code": "INTERNAL"}
            assert answer.headers["x-request-id"] in error["message"]
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            stranger = await zhou.http.request(method, path, headers=zhou.headers | {"Origin": STRANGER})
            assert stranger.status_code == 500
            assert "access-control-allow-origin" not in stranger.headers

    async def test_is_none_unless_a_setting_names_it(self, client: Client) -> None:
        sent = client.as_("zhou").headers | {"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"}
        assert may_not(await client.http.post("/graphql", json=COUNT, headers=sent))
