"""GraphQL over HTTP: what is no request, what is refused before it runs, and what never leaves the house."""

import json
import logging
import time
from typing import Any

import httpx
import pytest

from tests.api.conftest import Client

JSON = {"Content-Type": "application/json"}
NEWER = "application/graphql-response+json"


async def post(client: Client, body: bytes | str, **headers: str) -> httpx.Response:
    return await client.http.post("/graphql", content=body, headers=JSON | client.headers | headers)


class TestOddBodies:
    @pytest.mark.parametrize(
        "body",
        [
            "null",
            "1",
            '"s"',
            "true",
            "[]",
            '[{"query": "{ __typename }"}]',
            "{}",
            '{"query": null}',
            '{"query": ""}',
            '{"query": 5}',
            '{"query": {"a": 1}}',
            '{"query": "{ __typename }", "variables": "x"}',
            '{"query": "{ __typename }", "variables": [1]}',
            '{"query": "{ __typename }", "operationName": 7}',
            '{"query": "{ __typename }", "extensions": 7}',
            "{",
            "",
            "\ud83d".encode("utf-8", "surrogatepass"),
            b"\xff\xfe{}",
            '{"query": "\\ud800"}',
            "[" * 100_000,
            '{"query": "{ __typename }", "variables": ' + '{"a":' * 5000 + "1" + "}" * 5000 + "}",
        ],
        ids=lambda body: repr(body)[:40],
    )
    async def test_are_refused_with_400_and_say_why_in_json(self, client: Client, body: str | bytes) -> None:
        response = await post(client, body)
        assert response.status_code == 400
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        (error,) = response.json()["errors"]
        assert error["message"]
        assert error["extensions"]["code"] == "BAD_REQUEST"
        assert "data" not in response.json()

    async def test_of_another_type_are_refused(self, client: Client) -> None:
        for content_type in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=gbk",
        ):
            response = await post(client, '{"query": "{ __typename }"}', **{"Content-Type": content_type})
            assert response.status_code == 415
            assert response.json()["errors"]

    async def test_too_large_are_refused(self, client: Client) -> None:
        response = await post(client, json.dumps({"query": "{ __typename }", "pad": "x" * (1 << 20)}))
        assert response.status_code == 413

    async def test_deeply_nested_documents_are_refused(self, client: Client) -> None:
        answer = await client.ask("{ a" * 2000 + " }" * 2000)
        assert answer.codes in (["TOO_DEEPLY_NESTED"], ["BAD_REQUEST"], ["DOCUMENT_TOO_LARGE"])
        answer = await client.ask("query { a(x: " + "[" * 1500 + "]" * 1500 + ") }")
        assert answer.codes in (["TOO_DEEPLY_NESTED"], ["BAD_REQUEST"])


class TestOperations:
    async def test_several_without_a_name_run_none(self, client: Client) -> None:
        answer = await client.as_("zhou").ask(
            "query A { unreadCount } mutation B { signOut(input: {}) { clientMutationId } }"
        )
        assert answer.codes == ["BAD_REQUEST"]
        assert "data" not in answer.body

    async def test_several_with_a_name_run_that_one(self, client: Client) -> None:
        response = await post(
            client,
            json.dumps({"query": "query A { __typename } query B { b: __typename }", "operationName": "B"}),
        )
        assert response.json()["data"] == {"b": "Query"}

    async def test_with_an_unknown_name_are_refused(self, client: Client) -> None:
        response = await post(client, '{"query": "query A { __typename }", "operationName": "C"}')
        assert "errors" in response.json()
        assert "data" not in response.json()

    async def test_a_get_reads(self, client: Client) -> None:
        response = await client.http.get(
            "/graphql",
            params={
                "query": "query($x: Boolean!) { __typename @include(if: $x) }",
                "variables": '{"x": true}',
            },
        )
        assert response.json()["data"] == {"__typename": "Query"}

    async def test_a_get_changes_nothing(self, client: Client) -> None:
        response = await client.http.get(
            "/graphql",
            params={"query": "mutation { signOut(input: {}) { clientMutationId } }"},
            headers=client.as_("zhou").headers,
        )
        assert response.status_code == 405
        assert response.headers["allow"] == "POST"
        assert (await client.as_("zhou").ask("{ viewer { name } }")).data

    async def test_other_methods_are_not_allowed(self, client: Client) -> None:
        response = await client.http.put("/graphql", json={"query": "{ __typename }"})
        assert response.status_code == 405
        assert response.json()["errors"]


class TestMediaTypes:
    @pytest.mark.parametrize(
        ("accept", "wanted"),
        [
            ("*/*", "application/json"),
            ("application/json", "application/json"),
            (NEWER, NEWER),
            (f"{NEWER}, application/json;q=0.9", NEWER),
            (f"{NEWER};q=0.5, application/json", "application/json"),
            (f"{NEWER};q=0", "application/json"),
        ],
    )
    async def test_follow_accept(self, client: Client, accept: str, wanted: str) -> None:
        response = await post(client, '{"query": "{ __typename }"}', Accept=accept)
        assert response.headers["content-type"] == f"{wanted}; charset=utf-8"

    @pytest.mark.parametrize(
        "query",
        [
            "{",
            "{ nothingOfTheKind }",
            "query($x: Boolean!) { __typename @include(if: $x) }",
        ],
    )
    async def test_of_the_newer_kind_tell_a_request_error_by_status(self, client: Client, query: str) -> None:
        older = await post(client, json.dumps({"query": query}), Accept="application/json")
        newer = await post(client, json.dumps({"query": query}), Accept=NEWER)
        assert (older.status_code, newer.status_code) == (200, 400)
        for response in (older, newer):
            assert response.json()["errors"]
            assert "data" not in response.json()

    async def test_wrong_variables_are_the_clients_fault(self, client: Client) -> None:
        wrong: list[dict[str, Any]] = [{"id": [{}]}, {"id": None}, {}]
        for given in wrong:
            answer = await client.as_("zhou").ask("query($id: ID!) { node(id: $id) { id } }", **given)
            assert answer.codes == ["BAD_REQUEST"]
        answer = await client.as_("zhou").ask(
            "query($n: DateTime!) { a: __typename deadlines(side: OWED, after: $n) { totalCount } }", n="x"
        )
        assert set(answer.codes) == {"BAD_REQUEST"}
        answer = await client.as_("zhou").ask(
            "mutation($input: DraftReferralInput!) { draftReferral(input: $input) { clientMutationId } }",
            input={"foundOn": "yesterday"},
        )
        assert set(answer.codes) == {"BAD_REQUEST"}


class TestLimits:
    async def test_refuse_depth(self, client: Client) -> None:
        query = "{ organisations { edges { node " + "{ ... on Node " * 3 + "{ id }" + " }" * 3 + " } } }"
        assert (await client.as_("zhou").ask(query)).data
        subject = "{ deadlines(side: OWED) { edges { node " + "{ subject { ... on Deadline " * 20
        answer = await client.as_("zhou").ask(subject + "{ id }" + " } }" * 20 + " } } }")
        assert answer.codes == ["DOCUMENT_TOO_LARGE"]
        assert "层数" not in answer.body["errors"][0]["message"]

    async def test_refuse_many_aliases(self, client: Client) -> None:
        answer = await client.as_("zhou").ask("{" + " ".join(f"a{n}: unreadCount" for n in range(61)) + "}")
        assert answer.codes == ["DOCUMENT_TOO_LARGE"]

    async def test_measure_doubling_fragments_in_no_time(self, client: Client) -> None:
        doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
        began = time.perf_counter()
        answer = await client.as_("zhou").ask(
            "{ ...F0 } " + doubling + " fragment F60 on Query { unreadCount }"
        )
        assert answer.codes == ["DOCUMENT_TOO_LARGE"]
        assert time.perf_counter() - began < 1

    async def test_leave_circles_to_validation(self, client: Client) -> None:
        answer = await client.as_("zhou").ask("{ ...A } fragment A on Query { unreadCount ...A }")
        assert answer.codes == ["BAD_REQUEST"]

    async def test_let_tools_introspect(self, client: Client) -> None:
        from graphql import get_introspection_query

        assert (await client.ask(get_introspection_query())).data["__schema"]


class TestUnexpectedErrors:
    async def test_go_out_as_an_id_that_the_log_has(
        self, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from domain.notifications import queries

        async def broken(_work: Any, **_asked: Any) -> int:
            raise ZeroDivisionError("a secret of the house")

        monkeypatch.setattr(queries, "unread_count", broken)
        with caplog.at_level(logging.ERROR, logger="gongguan.api"):
            answer = await client.as_("zhou").ask("{ unreadCount }")
        assert answer.codes == ["INTERNAL"]
        assert answer.body["data"] is None
        (error,) = answer.body["errors"]
        assert "secret" not in json.dumps(answer.body)
        (record,) = [record for record in caplog.records if record.name == "gongguan.api"]
        identifier = record.getMessage().split()[0]
        assert identifier in error["message"]
        assert record.exc_info is not None
        assert "a secret of the house" in str(record.exc_info[1])


class TestHeaders:
    async def test_stand_on_every_answer(self, client: Client) -> None:
        for path in ("/graphql", "/healthz", "/readyz", "/nothing", "/files/x"):
            response = await client.http.get(path)
            assert response.headers["x-content-type-options"] == "nosniff", path
            assert "default-src 'none'" in response.headers["content-security-policy"]
            assert response.headers["cache-control"] == "no-store"

    async def test_say_in_which_language(self, client: Client) -> None:
        for language, expected in (("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB", "en"), ("fr", "zh")):
            answer = await client.with_headers(accept_language=language).ask("{ __typename }")
            assert answer.headers["content-language"] == expected
            assert "Accept-Language" in answer.headers["vary"]
