"""Scalars come in whole or not at all: never as an internal error, and never as something else than was sent."""

from typing import Any

import pytest

from tests.api.conftest import Client
from tests.api.letters import LETTER, body, done, letter, which

DRAFT = "mutation($input: DraftReferralInput!) { draftReferral(input: $input) { userErrors { code } } }"
LIST = "mutation($input: ListArticleInput!) { listArticle(input: $input) { userErrors { code } } }"
STOP = "mutation($input: RecordStopInput!) { recordStop(input: $input) { userErrors { code } } }"


class TestInstants:
    @pytest.mark.parametrize(
        "sent",
        [
            "2026-03-09T08:00:00",
            "2026-03-09",
            "0001-01-01T00:00:00+08:00",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-12:00",
            1_773_000_000,
        ],
    )
    async def test_without_a_zone_or_that_no_clock_shows_are_the_clients_fault(
        self, client: Client, sent: object
    ) -> None:
        zhou = client.as_("zhou")
        answer = await zhou.ask(DRAFT, input=letter(client) | {"urgentFoundAt": sent})
        assert set(answer.codes) == {"BAD_REQUEST"}
        draft = await done(zhou, "draftReferral", **letter(client))
        answer = await zhou.ask(STOP, input=which(draft) | {"stop": "ORDERED", "at": sent, "note": "x"})
        assert set(answer.codes) == {"BAD_REQUEST"}

    async def test_written_in_the_query_itself_are_read_alike(self, client: Client) -> None:
        said = ", ".join(
            f'{name}: "{value}"'
            for name, value in (LETTER | {"addresseeId": body(client, "kunyang")}).items()
        )
        answer = await client.as_("zhou").ask(
            f'mutation {{ draftReferral(input: {{ {said}, urgentFoundAt: "2026-03-09T08:00:00" }}) {{ userErrors {{ code }} }} }}'
        )
        assert set(answer.codes) == {"BAD_REQUEST"}

    async def test_of_another_zone_are_the_same_instant(self, client: Client) -> None:
        draft = await done(
            client.as_("zhou"), "draftReferral", **letter(client), urgentFoundAt="2026-03-09T03:00:00+03:00"
        )
        answer = await client.as_("zhou").ask(
            "query($id: ID!) { referral(id: $id) { urgentFoundAt } }", id=draft["id"]
        )
        assert answer.data["referral"]["urgentFoundAt"] == "2026-03-09T00:00:00+00:00"


class TestWholeNumbers:
    @pytest.mark.parametrize("sent", [2**63, 10**30, -(2**63) - 1, 1.5, True, "1_2", "９", str(2**63)])
    async def test_beyond_64_bits_or_of_another_kind_are_the_clients_fault(
        self, client: Client, sent: Any
    ) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        article = {"name": "猪肉", "unit": "公斤"}
        for given in (
            {"quantity": sent},
            {"quantity": 1, "disposedOn": "2026-03-09", "proceeds": sent},
        ):
            answer = await zhou.ask(LIST, input=which(draft) | article | given)
            assert set(answer.codes) == {"BAD_REQUEST"}

    @pytest.mark.parametrize("sent", [2**63 - 1, str(2**63 - 1)])
    async def test_of_64_bits_come_back_as_they_were_sent(self, client: Client, sent: Any) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        await done(zhou, "listArticle", **which(draft), name="x", unit="x", quantity=sent)
        answer = await zhou.ask(
            "query($id: ID!) { referral(id: $id) { articles { quantity } } }", id=draft["id"]
        )
        assert answer.data["referral"]["articles"] == [{"quantity": 9223372036854775807}]
