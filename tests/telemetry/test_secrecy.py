"""Nothing that somebody wrote comes into log, traces or metrics: a word of each test's own is in everything they send.

Exempt are a well-formed `X-Request-Id` and the name of a valid operation, which are meant to be found there again.
"""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect

from api.identifiers import global_id
from domain.work import Work
from tests.api.conftest import Client
from tests.api.letters import letter
from tests.isolation.canaries import canaries_in, canary
from tests.telemetry.conftest import TOKEN, Watched
from tests.workers.workshop import eventually


async def everything_told(watched: Watched, client: Client) -> str:
    """All lines, all bytes of all traces, all metrics."""
    page = await client.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert page.status_code == 200
    traces = "\n".join(each.decode("utf-8", "replace") for each in watched.traces.raw)
    return "\n".join((*watched.log.lines, traces, page.text))


async def assert_untold(watched: Watched, client: Client, *answers: httpx.Response) -> None:
    """Everything about these answers was told, and in nothing that was is any of our words."""
    for each in answers:
        identifier = each.headers["x-request-id"]
        assert await watched.log.of(identifier)
        assert watched.traces.of(identifier)
    assert canaries_in(await everything_told(watched, client)) == set()


class TestWhatIsSent:
    async def test_headers(self, client: Client, watched: Watched) -> None:
        names = (
            "Authorization",
            "X-Acting-As",
            "Accept-Language",
            "User-Agent",
            "Referer",
            "Cookie",
            "Origin",
        )
        answers = [
            await client.http.post(
                path, json={"query": "{ viewer { name } }"}, headers={name: f"Bearer {canary()}"}
            )
            for name in (*names, "X-Request-Id", "traceparent", "tracestate", "baggage")
            for path in ("/graphql", "/files")
        ]
        await assert_untold(watched, client, *answers)

    async def test_paths_and_queries_of_addresses(self, client: Client, watched: Watched) -> None:
        xu = client.as_("xu")
        answers = [
            await xu.http.get(f"/{canary()}", headers=xu.headers),
            await xu.http.get(f"/files/{canary()}", headers=xu.headers),
            await xu.http.get(f"/healthz?{canary()}", headers=xu.headers),
            await xu.http.get("/graphql", params={"query": f"{{ {canary()} }}"}, headers=xu.headers),
            await xu.http.get(
                "/graphql",
                params={
                    "query": "query Q($id: ID!) { node(id: $id) { id } }",
                    "variables": json.dumps({"id": canary()}),
                    "operationName": "Q",
                },
                headers=xu.headers,
            ),
        ]
        await assert_untold(watched, client, *answers)

    @pytest.mark.parametrize(
        "body",
        [
            lambda: {"query": f"# {canary()}\n{{ unreadCount }}"},
            lambda: {"query": f"{{ {canary()}: unreadCount }}"},
            lambda: {"query": f"{{ {canary()} }}"},
            lambda: {"query": f'{{ node(id: "{canary()}") {{ id }} }}'},
            lambda: {"query": f"{{ {canary()}"},
            lambda: {"query": "{ unreadCount }", "operationName": canary()},
            lambda: {"query": "{ unreadCount }", "extensions": {canary(): canary()}},
            lambda: {"query": "{ unreadCount }", "variables": {canary(): canary()}},
            lambda: {
                "query": "query Q($n: Int) { referrals(box: RECEIVED, first: $n) { totalCount } }",
                "variables": {"n": canary()},
            },
            lambda: {"query": canary(), "variables": canary()},
        ],
    )
    async def test_documents_and_variables(self, client: Client, watched: Watched, body: Any) -> None:
        xu = client.as_("xu")
        answer = await xu.http.post("/graphql", json=body(), headers=xu.headers)
        await assert_untold(watched, client, answer)

    async def test_sign_ins(self, client: Client, watched: Watched) -> None:
        answer = await client.ask(
            "mutation SignIn($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }",
            input={"login": canary(), "password": canary()},
        )
        assert answer.data["signIn"]["userErrors"]
        assert await watched.log.of(answer.headers["x-request-id"])
        await assert_untold(watched, client)

    async def test_letters_and_what_is_refused_of_them(self, client: Client, watched: Watched) -> None:
        zhou = client.as_("zhou")
        draft = "mutation Draft($input: DraftReferralInput!) { draftReferral(input: $input) { referral { id facts } userErrors { code } } }"
        written = {name: canary() for name in ("party", "place", "facts", "legalBasis")}
        kept = await zhou.ask(draft, input=letter(client, **written, clientMutationId=canary()))
        assert kept.data["draftReferral"]["referral"]
        for field in ("itemCode", "addresseeId", "foundOn", "clientMutationId"):
            wrong = {
                **letter(client, **written),
                field: canary() * (20 if field == "clientMutationId" else 1),
            }
            answer = await zhou.ask(draft, input=wrong)
            assert await watched.log.of(answer.headers["x-request-id"])
        await assert_untold(watched, client)

    async def test_numbers_of_people(self, client: Client, watched: Watched) -> None:
        lin, zhou = client.as_("lin"), global_id("Person", client.world["zhou"].person_id)
        number, wrong, another = "330326198805021232", "330326198805021233", "330326199102144564"
        recorded = {"personId": zhou, "kind": "IDENTITY_NUMBER", "clientMutationId": canary()}
        await lin.do("recordPersonalData", **recorded, value=wrong)
        entry = (await lin.do("recordPersonalData", "entry { id }", **recorded, value=number))["entry"]
        which = {"entryId": entry["id"], "expectedVersion": 1}
        await lin.do("findPersonalData", kind="IDENTITY_NUMBER", value=number)
        told = await lin.do("revealPersonalData", "value", **which, reason=canary())
        assert told["value"] == number
        await lin.do("replacePersonalData", **which, value=another)
        broken = {"query": "mutation M($v: Int!) { unreadCount }", "variables": {"v": number}}
        answer = await lin.http.post("/graphql", json=broken, headers=lin.headers)
        await assert_untold(watched, client, answer)
        everything = await everything_told(watched, client)
        assert [each for each in (number, wrong, another) if each in everything] == []

    async def test_files(self, client: Client, watched: Watched) -> None:
        zhou = client.as_("zhou")
        answers = [
            await zhou.http.post(
                "/files",
                content=f"%PDF-1.7 {canary()}".encode(),
                headers={**zhou.headers, "Content-Type": kind, "X-File-Name": f"{canary()}.pdf"},
            )
            for kind in ("application/pdf", f"application/{canary()}")
        ]
        await assert_untold(watched, client, *answers)

    async def test_sockets(self, client: Client, watched: Watched) -> None:
        xu = client.as_("xu")
        url = watched.url.replace("http", "ws", 1) + f"/graphql?{canary()}"
        init = {
            "authorization": xu.headers["Authorization"],
            "actingAs": xu.headers["X-Acting-As"],
            canary(): canary(),
        }
        asked = {
            "query": f"subscription S($s: ID!) {{ {canary()}: changes(subject: $s) {{ cursor }} }}",
            "variables": {"s": canary()},
        }
        async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as opened:  # type: ignore[list-item]  # a new type of str
            assert opened.response is not None
            identifier = opened.response.headers["x-request-id"]
            await opened.send(json.dumps({"type": "connection_init", "payload": init}))
            assert json.loads(await opened.recv())["type"] == "connection_ack"
            await opened.send(json.dumps({"type": "subscribe", "id": canary(), "payload": asked}))
            await opened.recv()
            await opened.send(json.dumps({"type": canary()}))
            await opened.wait_closed()
        await watched.log.of(identifier)
        assert await watched.log.of(f"{identifier}.1")
        await assert_untold(watched, client)


class TestWhatFails:
    """What an unexpected error says, and what the database says of the row that it refused."""

    @pytest.fixture
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        def install(fail: Any) -> None:
            from domain.notifications import queries

            async def broken(work: Work, **_asked: Any) -> int:
                await fail(work)
                raise AssertionError("it should have failed")

            monkeypatch.setattr(queries, "unread_count", broken)

        return install

    async def test_in_python(self, client: Client, watched: Watched, failing: Any) -> None:
        async def fail(_work: Work) -> None:
            try:
                raise KeyError(canary())
            except KeyError as error:
                raise ExceptionGroup(canary(), [ValueError(canary()), OSError(canary())]) from error

        failing(fail)
        line = await self._failed(client, watched)
        assert line["error"][0] == "ExceptionGroup"
        assert {"ValueError", "OSError", "KeyError"} <= set(line["error"])

    @pytest.mark.parametrize(
        ("statement", "state"),
        [
            ("select cast(cast(:word as text) as uuid)", "22P02"),
            ("select cast(:word as text) from no_such_table", "42P01"),
            (
                "do $$ begin raise unique_violation using constraint = 'uq_login', "
                "detail = format('Key (login)=(%s)', current_setting('test.word')); end $$",
                "23505",
            ),
        ],
    )
    async def test_in_the_database(
        self, client: Client, watched: Watched, failing: Any, statement: str, state: str
    ) -> None:
        async def fail(work: Work) -> None:
            word = {"word": canary()}
            await work.session.execute(text("select set_config('test.word', :word, true)"), word)
            await work.session.execute(text(statement), word if ":word" in statement else {})

        failing(fail)
        line = await self._failed(client, watched)
        assert state in line["error"][0].split()
        assert ("uq_login" in line["error"][0]) is (state == "23505")
        span = watched.traces.of(line["requestId"])
        (sent,) = [each for each in watched.traces.below(span) if each.failed]
        assert state in sent.facts["error.type"]

    async def test_in_a_task_that_nobody_waits_for(
        self, client: Client, watched: Watched, failing: Any
    ) -> None:
        """asyncio logs those itself, with what they raised, when they are forgotten."""
        import asyncio
        import gc

        async def forgotten() -> None:
            raise ValueError(canary())

        async def fail(_work: Work) -> None:
            task = asyncio.create_task(forgotten())
            await asyncio.wait({task})
            del task
            gc.collect()
            raise ValueError(canary())

        failing(fail)
        await self._failed(client, watched)

        async def told() -> bool:
            """asyncio complained"""
            gc.collect()
            return any("never retrieved" in line for line in watched.log.lines)

        await eventually(told)
        await assert_untold(watched, client)

    async def _failed(self, client: Client, watched: Watched) -> dict[str, Any]:
        answer = await client.as_("xu").ask(f"{{ {canary()}: unreadCount }}")
        assert answer.codes == ["INTERNAL"]
        line, *_ = await watched.log.of(answer.headers["x-request-id"])
        assert canaries_in(await everything_told(watched, client)) == set()
        return line
