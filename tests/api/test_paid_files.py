"""Files are paid for: by the body that is known, by the strangers together, and before the first byte is taken."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.allowances import LONGEST_REST
from api.identifiers import global_id
from tenancy.ids import new_id
from tenancy.transactions import token_hash
from tests.api.conftest import Client
from tests.api.letters import PDF, uploaded
from tests.api.test_allowances import LIMITS
from tests.api.test_allowances_api import Desk, desk, use_up
from tests.workers.workshop import eventually

__all__ = ["desk"]  # a fixture of theirs

NOWHERE = global_id("File", new_id())


async def put(client: Client, content: bytes = PDF) -> httpx.Response:
    headers = {"Content-Type": "application/pdf", "X-File-Name": "a.pdf"}
    return await client.http.post("/files", content=content, headers=client.headers | headers)


async def fetch(client: Client, identifier: str = NOWHERE) -> httpx.Response:
    return await client.http.get(f"/files/{identifier}", headers=client.headers)


WAYS = pytest.mark.parametrize("way", [put, fetch])


def code_in(answer: httpx.Response) -> str:
    (error,) = answer.json()["errors"]
    return str(error["extensions"]["code"])


async def left(client: Client) -> int:
    """What remains of the allowance, after the 21 points that asking for it takes."""
    answer = await client.ask("{ unreadCount }")
    remaining: int = answer.body["extensions"]["cost"]["allowance"]["remaining"]
    return remaining


async def revoke(owner: AsyncEngine, client: Client, key: str, *, back: bool = False) -> None:
    instant = "null" if back else "issued_at"
    async with owner.begin() as connection:
        await connection.execute(
            text(f"update sessions set revoked_at = {instant} where token_hash = :hash"),
            {"hash": token_hash(client.world[key].token)},
        )


class TestWhoIsKnown:
    async def test_pays_for_each_what_asking_costs(self, desk: Desk) -> None:
        xu = desk.client.as_("xu")
        assert await left(xu) == 579
        identifier = await uploaded(xu)
        assert await left(xu) == 579 - 20 - 21
        assert (await fetch(xu, identifier)).content == PDF
        assert (await fetch(xu)).status_code == 404
        assert await left(xu) == 579 - 3 * 20 - 2 * 21

    @WAYS
    async def test_is_refused_like_everybody_who_cannot_pay(self, desk: Desk, way: Any) -> None:
        await use_up(desk, "xu")
        sent = desk.statements.count
        for language, said in (("en", "Ask again in 2 s"), ("zh", "请在2秒后重试")):
            answer = await way(desk.client.as_("xu", language=language))
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "2"
            (error,) = answer.json()["errors"]
            assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 2}
            assert said in error["message"]
        assert desk.statements.count == sent
        assert (await way(desk.client.as_("ye"))).status_code in (201, 404)
        desk.wall.seconds += 2
        assert (await way(desk.client.as_("xu"))).status_code in (201, 404)

    @WAYS
    async def test_is_refused_while_the_body_rests_even_what_it_could_pay(self, desk: Desk, way: Any) -> None:
        xu, body = desk.client.as_("xu"), desk.client.world.bodies["kunyang"]
        await desk.allowances.spend(body, await left(xu) - 20)
        assert (await xu.ask("{ unreadCount }")).codes == ["RATE_LIMITED"]
        assert code_in(await way(xu)) == "RATE_LIMITED"
        desk.wall.seconds += LONGEST_REST
        assert (await way(xu)).status_code in (201, 404)

    async def test_is_refused_before_the_first_byte_is_taken(self, desk: Desk) -> None:
        """A client that asks whether to go on is not told to."""
        await use_up(desk, "xu")
        xu = desk.client.as_("xu")
        said = {
            "Host": "a",
            "Content-Type": "application/pdf",
            "X-File-Name": "a.pdf",
            "Content-Length": "1000000",
            "Expect": "100-continue",
            **xu.headers,
        }
        url = xu.http.base_url
        reader, writer = await asyncio.open_connection(url.host, url.port)
        lines = [f"{name}: {value}\r\n" for name, value in said.items()]
        writer.write(("POST /files HTTP/1.1\r\n" + "".join(lines) + "\r\n").encode())
        answer = await asyncio.wait_for(reader.readline(), 60)
        writer.close()
        assert answer == b"HTTP/1.1 429 Too Many Requests\r\n"

    async def test_waits_for_a_turn_among_the_others_of_the_body(
        self, desk: Desk, owner_engine: AsyncEngine
    ) -> None:
        xu, most = desk.client.as_("xu"), LIMITS.at_once + LIMITS.waiting
        assert await left(xu)
        payer = desk.allowances.payer(desk.client.world["xu"].credentials)
        async with owner_engine.begin() as connection:
            await connection.execute(text("lock table sessions in access exclusive mode"))
            asking = [asyncio.create_task(fetch(xu)) for _ in range(most)]

            async def all_have_come() -> bool:
                """as many as may have a turn or wait for one have come"""
                turns = desk.allowances._turns.get(payer)
                return turns is not None and turns.taken == most

            await eventually(all_have_come)
            assert code_in(await fetch(xu)) == "RATE_LIMITED"
        assert {answer.status_code for answer in await asyncio.gather(*asking)} == {404}

    @WAYS
    async def test_is_forgotten_with_a_token_that_ended(
        self, desk: Desk, owner_engine: AsyncEngine, way: Any
    ) -> None:
        xu = desk.client.as_("xu")
        assert await left(xu)
        await revoke(owner_engine, desk.client, "xu")
        answer = await way(xu)
        assert (answer.status_code, code_in(answer)) == (401, "UNAUTHENTICATED")
        assert desk.allowances.payer(desk.client.world["xu"].credentials) is None
        await revoke(owner_engine, desk.client, "xu", back=True)


class TestStrangers:
    @WAYS
    async def test_share_one_allowance_and_then_cost_no_opening_call(self, desk: Desk, way: Any) -> None:
        xu = desk.client.as_("xu")
        assert (await fetch(xu)).status_code == 404
        paid = 0
        for n in range(100):
            made_up = desk.client.with_headers(authorization=f"Bearer made-up-{n}", x_acting_as="kunyang")
            answer = await way(made_up)
            if answer.status_code == 429:
                break
            assert (answer.status_code, code_in(answer)) == (401, "UNAUTHENTICATED")
            paid += 1
        # Asking who Xu is was paid by the strangers as well.
        # Thirty times twenty points, of which the first were spent on who Xu is.
        assert paid == 29
        assert answer.headers["retry-after"]
        sent = desk.statements.count
        for somebody in (made_up, desk.client, desk.client.with_headers(authorization="Bearer another")):
            assert code_in(await way(somebody)) == "RATE_LIMITED"
        assert desk.statements.count == sent
        assert (await way(xu)).status_code in (201, 404)
