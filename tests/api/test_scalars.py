"""Days, instants and large numbers: what the house could not take is told as a fault of the request, never as its own."""

from typing import Any

import pytest

from tests.api.conftest import Client
from tests.api.letters import LETTER, body, done, drafted, letter, which

STOP = {"stop": "ORDERED", "note": "已责令停止"}
ARTICLE = {"name": "河砂", "unit": "吨"}


async def told(client: Client, mutation: str, **given: Any) -> tuple[list[str], str]:
    """The codes of the errors of an act, and the first sentence."""
    kind = mutation[0].upper() + mutation[1:] + "Input"
    answer = await client.ask(
        f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}", input=given
    )
    return answer.codes, answer.body["errors"][0]["message"] if answer.codes else ""


class TestAnInstant:
    @pytest.mark.parametrize("at", ["2026-03-10T09:00:00", "2026-03-10"])
    async def test_has_an_offset(self, client: Client, at: str) -> None:
        draft = await drafted(client)
        codes, sentence = await told(client.as_("zhou"), "recordStop", **which(draft), **STOP, at=at)
        assert codes == ["BAD_REQUEST"]
        assert "needs its offset from UTC, such as 2026-03-09T09:30:00+08:00" in sentence

    @pytest.mark.parametrize("at", ["soon", "", 5, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
    async def test_is_one_that_has_a_day_everywhere(self, client: Client, at: Any) -> None:
        wish = letter(client) | {"urgentFoundAt": at}
        assert (await told(client.as_("zhou"), "draftReferral", **wish))[0] == ["BAD_REQUEST"]

    async def test_written_in_the_query_itself_are_read_alike(self, client: Client) -> None:
        said = ", ".join(
            f'{name}: "{value}"'
            for name, value in (LETTER | {"addresseeId": body(client, "kunyang")}).items()
        )
        answer = await client.as_("zhou").ask(
            f'mutation {{ draftReferral(input: {{ {said}, urgentFoundAt: "2026-03-09T08:00:00" }}) {{ userErrors {{ code }} }} }}'
        )
        assert set(answer.codes) == {"BAD_REQUEST"}

    async def test_that_is_none_is_told_where_it_stands_and_what_would_be_one(self, client: Client) -> None:
        document = '{ deadlines(side: OWED, filter: { dueAt: { since: "2026-02-30" } }) { totalCount } }'
        (error,) = (await client.as_("zhou").ask(document)).body["errors"]
        assert error["locations"] == [{"line": 1, "column": document.index('"') + 1}]
        assert "such as 2026-03-09" in error["message"]

    async def test_of_another_zone_are_the_same_instant(self, client: Client) -> None:
        draft = await done(
            client.as_("zhou"), "draftReferral", **letter(client), urgentFoundAt="2026-03-09T03:00:00+03:00"
        )
        answer = await client.as_("zhou").ask(
            "query($id: ID!) { referral(id: $id) { urgentFoundAt } }", id=draft["id"]
        )
        assert answer.data["referral"]["urgentFoundAt"] == "2026-03-09T00:00:00+00:00"


class TestALargeNumber:
    @pytest.mark.parametrize("quantity", [2**63, "9" * 30, "12.5", 12.5, True, "many"])
    async def test_is_whole_and_fits(self, client: Client, quantity: Any) -> None:
        draft = await drafted(client)
        wish = which(draft) | ARTICLE | {"quantity": quantity}
        assert (await told(client.as_("zhou"), "listArticle", **wish))[0] == ["BAD_REQUEST"]

    @pytest.mark.parametrize("quantity", [2**40, str(2**40)])
    async def test_may_come_as_a_number_or_as_text(self, client: Client, quantity: Any) -> None:
        draft = await drafted(client)
        wish = which(draft) | ARTICLE | {"quantity": quantity}
        assert await told(client.as_("zhou"), "listArticle", **wish) == ([], "")

    async def test_of_64_bits_come_back_as_they_were_sent(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        await done(zhou, "listArticle", **which(draft), name="x", unit="x", quantity=2**63 - 1)
        answer = await zhou.ask(
            "query($id: ID!) { referral(id: $id) { articles { quantity } } }", id=draft["id"]
        )
        assert answer.data["referral"]["articles"] == [{"quantity": 9223372036854775807}]
