"""Trusted documents: found by their ids whichever way they come, and nothing else is answered."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from graphql import get_introspection_query

from api.schema import house_schema
from api.trusted import ManifestRefused, TrustedDocuments
from tests.api.conftest import Client
from tests.databases import MigratedDatabase
from tests.live.listeners import NOTIFICATIONS, PATIENCE, socket
from tests.live.platform import Api, api
from tests.loopback import LOOPBACK
from tests.worlds import HandSetClock, World

COUNT = "query Count { unreadCount }"
WHO = "query Who($yes: Boolean!) { viewer { name } a: __typename @include(if: $yes) }"
OUT = "mutation Out { signOut(input: {}) { userErrors { code } } }"
INTROSPECTION = get_introspection_query()

MANIFEST = {
    "3f2c-count": COUNT,
    "who": WHO,
    "out": OUT,
    "news": NOTIFICATIONS,
    "schema": INTROSPECTION,
}
"""As @graphql-codegen and relay-compiler write it."""

APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": "c0", "body": COUNT, "name": "Count", "type": "query"}],
}


def trusted(manifest: Any = MANIFEST, *, others: bool = False) -> TrustedDocuments:
    return TrustedDocuments.read(json.dumps(manifest).encode(), name="manifest.json", others=others)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def strict(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Answers the manifest's documents only, as in production."""
    files = tmp_path_factory.mktemp("files")
    with api(
        migrated_database, redis_server, HandSetClock(), files, trusted=trusted(), introspection=False
    ) as running:
        yield running


@pytest.fixture(scope="module")
def lenient(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Knows the manifest's documents, and answers others as well, as while a front end is being written."""
    files = tmp_path_factory.mktemp("files")
    with api(migrated_database, redis_server, HandSetClock(), files, trusted=trusted(others=True)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def front(strict: Api, world: World) -> AsyncIterator[Client]:
    """Zhou's front end to the strict server."""
    async with httpx.AsyncClient(base_url=strict.url, **LOOPBACK, timeout=30) as http:
        yield Client(http, world).as_("zhou")


async def post(front: Client, **body: Any) -> dict[str, Any]:
    answer = await front.http.post("/graphql", json=body, headers=front.headers)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def codes(told: dict[str, Any]) -> list[str]:
    assert "data" not in told
    return [error["extensions"]["code"] for error in told["errors"]]


class TestADocument:
    @pytest.mark.parametrize(
        "named",
        [
            {"documentId": "3f2c-count"},
            {"documentId": sha256(COUNT)},
            {"documentId": f"sha256:{sha256(COUNT)}"},
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(COUNT)}}},
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "3f2c-count"}}},
            {"documentId": "3f2c-count", "query": None},
            {"query": COUNT},
            {"query": COUNT, "documentId": "whatever"},
        ],
    )
    async def test_is_found_by_its_id_and_taken_by_its_text(
        self, front: Client, named: dict[str, Any]
    ) -> None:
        assert (await post(front, **named))["data"] == {"unreadCount": 0}

    async def test_has_its_variables(self, front: Client) -> None:
        assert "a" not in (await post(front, documentId="who", variables={"yes": False}))["data"]
        assert (await post(front, documentId="who", variables={"yes": True}))["data"]["a"] == "Query"
        assert codes(await post(front, documentId="who")) == ["BAD_REQUEST"]

    async def test_may_introspect_if_it_was_registered(self, front: Client) -> None:
        assert (await post(front, documentId="schema"))["data"]["__schema"]["types"]

    async def test_comes_by_get_as_well(self, front: Client) -> None:
        for query in (
            {"documentId": "3f2c-count"},
            {"extensions": json.dumps({"persistedQuery": {"version": 1, "sha256Hash": sha256(COUNT)}})},
        ):
            answer = await front.http.get("/graphql", params=query, headers=front.headers)
            assert answer.json()["data"] == {"unreadCount": 0}
        acting = await front.http.get("/graphql", params={"documentId": "out"}, headers=front.headers)
        assert acting.status_code == 405

    @pytest.mark.parametrize("named", [{"documentId": "news"}, {"query": NOTIFICATIONS}])
    async def test_is_followed_as_a_stream(self, front: Client, named: dict[str, Any]) -> None:
        headers = front.headers | {"Accept": "text/event-stream"}
        async with front.http.stream("POST", "/graphql", json=named, headers=headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: {"):
                    assert json.loads(line.removeprefix("data: "))["data"]["notifications"]["cursor"]
                    break

    @pytest.mark.parametrize(
        "named",
        [
            {"documentId": "news"},
            {"extensions": {"persistedQuery": {"sha256Hash": sha256(NOTIFICATIONS)}}},
            {"query": NOTIFICATIONS},
        ],
    )
    async def test_is_followed_over_a_socket(self, strict: Api, world: World, named: dict[str, Any]) -> None:
        async with socket(strict, world["xu"].credentials) as opened:
            await opened.listen(NOTIFICATIONS)
            listening, name = await opened.subscribe(NOTIFICATIONS)
            await opened.send({"type": "complete", "id": name})
            await opened.send({"type": "subscribe", "id": name, "payload": named})
            assert (await listening.next())["cursor"]


class TestAnythingElse:
    @pytest.mark.parametrize(
        "named",
        [
            {"documentId": "unheard of"},
            {"query": "{ unreadCount }"},
            {"query": COUNT + " "},
            {"query": "{ __typename }"},
            {"query": "{ this is no document"},
            {"query": "{ unreadCount }", "documentId": "3f2c-count"},
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256("{ unreadCount }")}}},
        ],
    )
    async def test_is_refused_whichever_way_it_comes(
        self, front: Client, strict: Api, world: World, named: dict[str, Any]
    ) -> None:
        assert codes(await post(front, **named)) == ["DOCUMENT_NOT_TRUSTED"]
        query = {name: part if isinstance(part, str) else json.dumps(part) for name, part in named.items()}
        told = await front.http.get("/graphql", params=query, headers=front.headers)
        assert codes(told.json()) == ["DOCUMENT_NOT_TRUSTED"]
        newer = front.headers | {"Accept": "application/graphql-response+json"}
        assert (await front.http.post("/graphql", json=named, headers=newer)).status_code == 400
        stream = await front.http.post(
            "/graphql", json=named, headers=front.headers | {"Accept": "text/event-stream"}
        )
        assert "DOCUMENT_NOT_TRUSTED" in stream.text
        assert stream.text.endswith("event: complete\ndata:\n\n")
        async with socket(strict, world["xu"].credentials) as opened:
            listening, name = await opened.subscribe(NOTIFICATIONS)
            await opened.send({"type": "complete", "id": name})
            await opened.send({"type": "subscribe", "id": name, "payload": named})
            async with asyncio.timeout(PATIENCE):
                while True:
                    message = await listening._coming.get()
                    if isinstance(message, dict) and "errors" in message:
                        break
            assert [each["extensions"]["code"] for each in message["errors"]] == ["DOCUMENT_NOT_TRUSTED"]
            # The socket is as good as before.
            assert (await (await opened.listen(NOTIFICATIONS)).next())["cursor"]

    @pytest.mark.parametrize(
        "odd", [{"documentId": 5}, {"documentId": ""}, {"extensions": {"persistedQuery": 5}}]
    )
    async def test_that_names_none_is_no_request(self, front: Client, odd: dict[str, Any]) -> None:
        answer = await front.http.post("/graphql", json=odd, headers=front.headers)
        assert answer.status_code == 400
        assert codes(answer.json()) == ["BAD_REQUEST"]


class TestWhileAFrontEndIsWritten:
    async def test_other_texts_are_answered_and_unknown_ids_say_that_the_text_is_wanted(
        self, lenient: Api, world: World
    ) -> None:
        async with httpx.AsyncClient(base_url=lenient.url, **LOOPBACK, timeout=30) as http:
            front = Client(http, world).as_("zhou")
            assert (await post(front, documentId="3f2c-count"))["data"] == {"unreadCount": 0}
            assert (await post(front, query="{ unreadCount }"))["data"] == {"unreadCount": 0}
            assert codes(await post(front, documentId="unheard of")) == ["PERSISTED_QUERY_NOT_FOUND"]

    async def test_without_a_manifest_ids_are_not_supported(self, client: Client) -> None:
        told = await post(client.as_("zhou"), documentId="3f2c-count")
        assert codes(told) == ["PERSISTED_QUERY_NOT_SUPPORTED"]


class TestTheManifest:
    def test_is_read_as_three_tools_write_it(self) -> None:
        assert trusted().text_of("who") == WHO
        assert trusted(APOLLO).text_of("c0") == COUNT
        assert trusted(APOLLO).text_of(sha256(COUNT)) == COUNT

    @pytest.mark.parametrize(
        ("manifest", "fault"),
        [
            (b"{", "JSON"),
            (b"\xff", "JSON"),
            (b"[]", '"id"'),
            (b"{}", '"id"'),
            (b'{"a": 5}', "a: int"),
            (b'{"a": {"query": "{ a }"}}', "a: dict"),
            (b'{"format": "apollo-persisted-query-manifest", "operations": [{"id": "x"}]}', "x: NoneType"),
            (b'{"format": "apollo-persisted-query-manifest"}', '"id"'),
        ],
    )
    def test_is_refused_when_it_is_none(self, manifest: bytes, fault: str) -> None:
        with pytest.raises(ManifestRefused) as refused:
            TrustedDocuments.read(manifest, name="manifest.json")
        for language in ("zh", "en"):
            assert fault in refused.value.sentence(language)
            assert "manifest.json" in refused.value.sentence(language)

    def test_is_refused_with_every_document_that_does_not_fit_the_schema(self) -> None:
        with pytest.raises(ManifestRefused) as refused:
            house_schema().trust(
                trusted(
                    MANIFEST
                    | {
                        "old": "{ aFieldThatIsGone }",
                        "half": "{ unreadCount",
                        "deep": "{ a" * 400 + "}" * 400,
                        "broad": "{ " + " ".join(f"a{each}: unreadCount" for each in range(400)) + " }",
                    }
                )
            )
        said = refused.value.sentence("en")
        assert [line.partition(":")[0] for line in said.splitlines()[1:]] == ["old", "half", "deep", "broad"]
        assert "aFieldThatIsGone" in said
