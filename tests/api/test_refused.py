"""What HTTP refuses is told like everything else: a code, the reader's language, the media type they take."""

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.api.conftest import Client, RunningApi
from tests.live.platform import Api

NEWER = "application/graphql-response+json"
TOO_LARGE = b'{"query": "' + b"x" * (1 << 20) + b'"}'


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


class TestEveryRefusal:
    @pytest.mark.parametrize(
        ("method", "path", "content", "status", "code"),
        [
            ("GET", "/nothing", b"", 404, "PATH_NOT_FOUND"),
            ("POST", "/files/x/y", b"", 404, "PATH_NOT_FOUND"),
            ("PUT", "/graphql", b"", 405, "METHOD_NOT_ALLOWED"),
            ("OPTIONS", "/graphql", b"", 405, "METHOD_NOT_ALLOWED"),
            ("GET", "/files", b"", 405, "METHOD_NOT_ALLOWED"),
            ("POST", "/graphql", TOO_LARGE, 413, "REQUEST_TOO_LARGE"),
            ("GET", "/graphql", TOO_LARGE, 413, "REQUEST_TOO_LARGE"),
            ("POST", "/graphql", b"{", 400, "BAD_REQUEST"),
            ("POST", "/files", b"%PDF", 401, "UNAUTHENTICATED"),
            ("GET", "/files/x", b"", 404, "BAD_ID"),
            ("GET", "/graphql", b"", 400, "BAD_REQUEST"),
        ],
    )
    async def test_has_our_shape(
        self, client: Client, method: str, path: str, content: bytes, status: int, code: str
    ) -> None:
        for language, accept, kind in (
            ("zh", "*/*", "application/json"),
            ("en", NEWER, NEWER),
            ("en", "text/event-stream", "application/json"),
        ):
            headers = {"Accept": accept, "Accept-Language": language, "Content-Type": "application/json"}
            answer = await client.http.request(method, path, content=content, headers=headers)
            assert answer.status_code == status
            assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
            assert answer.headers["content-language"] == language
            assert answer.headers["x-content-type-options"] == "nosniff"
            (error,) = answer.json()["errors"]
            assert error["extensions"]["code"] == code
            assert is_chinese(error["message"]) is (language == "zh")
            assert set(answer.json()) == {"errors"}

    async def test_of_a_method_names_those_that_are_taken(self, client: Client) -> None:
        answer = await client.http.delete("/graphql", headers={"Accept-Language": "en"})
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
        assert "POST" in answer.json()["errors"][0]["message"]

    async def test_of_a_media_type(self, client: Client) -> None:
        answer = await client.http.post(
            "/graphql", data={"query": "{ __typename }"}, headers={"Accept": NEWER}
        )
        assert answer.status_code == 415
        assert answer.headers["content-type"] == f"{NEWER}; charset=utf-8"

    async def test_of_a_socket_where_none_is_expected(self, running_api: RunningApi) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(running_api.url.replace("http", "ws") + "/nothing", proxy=None):
                pass
        assert refused.value.response.status_code == 404
        assert b"PATH_NOT_FOUND" in (refused.value.response.body or b"")

    async def test_of_a_head_is_that_of_a_get_without_its_body(self, client: Client) -> None:
        answer = await client.http.head("/graphql", params={"query": "{ __typename }"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert (await client.http.head("/graphql")).status_code == 400


class TestWhatDoesNotFitTheSchema:
    @pytest.mark.parametrize(
        ("query", "what", "place", "detail"),
        [
            ("{ viewer {", "语法", "第1行第11列", "Syntax Error"),
            ("{\n  nothing }", "字段", "第2行第3列", "Cannot query field 'nothing'"),
            ("{ unreadCount(a: 1) }", "参数", "第1行第15列", "Unknown argument 'a'"),
            ("{ ...A }", "名称", "第1行第6列", "Unknown fragment 'A'"),
            ("{ __typename @a }", "指令", "第1行第14列", "Unknown directive '@a'"),
            (
                "query($a: Nothing) { __typename @skip(if: $a) }",
                "类型",
                "第1行第11列",
                "Unknown type 'Nothing'",
            ),
            ("{ deadlines(side: NEITHER) { totalCount } }", "取值", "第1行第19列", "NEITHER"),
        ],
    )
    async def test_is_said_in_chinese_with_its_place_and_the_english_detail(
        self, client: Client, query: str, what: str, place: str, detail: str
    ) -> None:
        answer = await client.with_headers(accept_language="zh").ask(query)
        assert answer.codes[0] == "BAD_REQUEST"
        said = answer.body["errors"][0]["message"]
        assert f"{what}不符合要求（{place}" in said
        assert "修改后重新发送" in said
        assert detail in said
        english = await client.ask(query)
        sentence = english.body["errors"][0]["message"]
        assert not is_chinese(sentence)
        assert sentence.endswith(
            (
                ". Correct the request against the schema and send it again.",
                "? Correct the request against the schema and send it again.",
            )
        )
        assert sentence.partition(" Correct the request")[0].rstrip(".") in said

    async def test_of_variables_likewise(self, client: Client) -> None:
        zhou = client.as_("zhou", language="zh")
        answer = await zhou.ask("query($id: ID!) { node(id: $id) { id } }", id=[{}])
        assert "变量不符合要求（第1行第7列）" in answer.body["errors"][0]["message"]


class TestABodyThatTricklesIn:
    async def test_is_not_waited_for(self, hurried: Api) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(hurried.url.rpartition(":")[2]))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        answer = await asyncio.wait_for(reader.read(), 30)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"TIMED_OUT" in answer
        writer.close()
