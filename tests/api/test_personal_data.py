"""Numbers of people over HTTP: where they show, masked; what the acts answer; and what never comes out, nor lies in a dump."""

import asyncio
import base64
import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.identifiers import global_id
from domain.audit.models import AuditLine
from domain.personal_data.models import PersonalData
from tenancy.models import RememberedMutation
from tenancy.repeats import digest_of
from tests.api.conftest import Client, RunningApi
from tests.api.letters import sent
from tests.databases import MigratedDatabase, dump_of
from tests.workers.workshop import eventually

NUMBER, ANOTHER = "330326198805021232", "330326199102144564"
MASKED = "3303**********1232"
ENTRY = "entry { id version kind masked recordedAt acts }"
SHOWN = "personalData { kind masked acts }"


def person(client: Client, key: str) -> str:
    return global_id("Person", client.world[key].person_id)


async def recorded(client: Client, whose: str = "zhou", value: str = NUMBER, **given: Any) -> dict[str, Any]:
    """A number of one of transport's people on record."""
    payload = await client.as_("tang").do(
        "recordPersonalData",
        ENTRY,
        personId=person(client, whose),
        **{"kind": "IDENTITY_NUMBER", "value": value} | given,
    )
    assert payload["userErrors"] == []
    entry: dict[str, Any] = payload["entry"]
    return entry


def which(entry: dict[str, Any]) -> dict[str, Any]:
    return {"entryId": entry["id"], "expectedVersion": entry["version"]}


def codes(payload: dict[str, Any]) -> list[str]:
    return [each["code"] for each in payload["userErrors"]]


class TestAnEntry:
    async def test_goes_its_way(self, client: Client) -> None:
        entry = await recorded(client)
        assert entry | {"id": ""} == {
            "id": "",
            "version": 1,
            "kind": "IDENTITY_NUMBER",
            "masked": MASKED,
            "recordedAt": "2026-03-10T01:00:00+00:00",
            "acts": ["REPLACE", "REMOVE"],
        }
        lin = client.as_("lin")
        told = await lin.do("revealPersonalData", f"value {ENTRY}", **which(entry), reason="核对参保信息")
        assert (told["value"], told["entry"]["masked"]) == (NUMBER, MASKED)
        assert told["entry"]["acts"] == ["REPLACE", "REMOVE", "REVEAL"]
        replaced = (await lin.do("replacePersonalData", ENTRY, **which(entry), value=ANOTHER))["entry"]
        assert (replaced["version"], replaced["masked"]) == (2, "3303**********4564")
        removed = await lin.do("removePersonalData", ENTRY, **which(replaced))
        assert (removed["userErrors"], removed["entry"]) == ([], None)

    async def test_is_refused_in_words_without_the_number(self, client: Client) -> None:
        entry = await recorded(client)
        tang, lin = client.as_("tang"), client.as_("lin")
        given = {"personId": person(client, "lin"), "kind": "IDENTITY_NUMBER"}
        refused = [
            await tang.do("recordPersonalData", ENTRY, **given, value="330326198805021233"),
            await tang.do("recordPersonalData", ENTRY, **given, value="33032619880502"),
            await tang.do("recordPersonalData", ENTRY, **given | {"kind": "TELEPHONE"}, value="63721234"),
            await tang.do(
                "recordPersonalData",
                ENTRY,
                personId=person(client, "zhou"),
                kind="IDENTITY_NUMBER",
                value=ANOTHER,
            ),
            await client.as_("gao").do("recordPersonalData", ENTRY, **given, value=NUMBER),
            await tang.do("revealPersonalData", f"value {ENTRY}", **which(entry), reason="核对"),
            await lin.do("revealPersonalData", f"value {ENTRY}", **which(entry), reason=" "),
            await client.as_("gao").do("revealPersonalData", f"value {ENTRY}", **which(entry), reason="核对"),
            await tang.do("findPersonalData", "people { id }", kind="IDENTITY_NUMBER", value=NUMBER),
            await lin.do(
                "findPersonalData", "people { id }", kind="IDENTITY_NUMBER", value="330326198805021233"
            ),
        ]
        assert [codes(each) for each in refused] == [
            ["IDENTITY_NUMBER_WRONG"],
            ["IDENTITY_NUMBER_MISSHAPEN"],
            ["TELEPHONE_MISSHAPEN"],
            ["PERSONAL_DATA_ALREADY_RECORDED"],
            ["NOT_PERMITTED"],
            ["NOT_PERMITTED"],
            ["REASON_NEEDED"],
            ["NOT_FOUND"],
            ["NOT_PERMITTED"],
            ["IDENTITY_NUMBER_WRONG"],
        ]
        assert [
            each for each in refused if each.get("value") or each.get("entry") or each.get("people")
        ] == []
        told = json.dumps(refused)
        assert not any(
            each in told for each in (NUMBER, ANOTHER, "330326198805021233", "33032619880502", "63721234")
        )

    async def test_is_found_by_the_whole_number(self, client: Client) -> None:
        await recorded(client)
        lin = client.as_("lin")
        found = await lin.do(
            "findPersonalData",
            f"people {{ name {SHOWN} }}",
            kind="IDENTITY_NUMBER",
            value=NUMBER,
            clientMutationId="x",
        )
        acts = ["REPLACE", "REMOVE", "REVEAL"]
        assert found["people"] == [
            {"name": "周交", "personalData": [{"kind": "IDENTITY_NUMBER", "masked": MASKED, "acts": acts}]}
        ]
        assert found["clientMutationId"] == "x"
        assert (await lin.do("findPersonalData", "people { id }", kind="IDENTITY_NUMBER", value=ANOTHER))[
            "people"
        ] == []

    async def test_is_never_told_to_a_get(self, client: Client) -> None:
        entry, lin = await recorded(client), client.as_("lin")
        for document, given in (
            (
                "mutation($input: RevealPersonalDataInput!) { revealPersonalData(input: $input) { value } }",
                which(entry) | {"reason": "核对"},
            ),
            (
                "mutation($input: FindPersonalDataInput!) { findPersonalData(input: $input) { people { id } } }",
                {"kind": "IDENTITY_NUMBER", "value": NUMBER},
            ),
        ):
            answer = await lin.http.get(
                "/graphql",
                params={"query": document, "variables": json.dumps({"input": given})},
                headers=lin.headers,
            )
            assert answer.status_code == 405


class TestSentTwice:
    async def test_is_recorded_once(self, client: Client) -> None:
        first = await recorded(client, clientMutationId="once")
        assert await recorded(client, clientMutationId="once") == first

    async def test_with_another_number_is_refused(self, client: Client) -> None:
        await recorded(client, clientMutationId="once")
        given = {"personId": person(client, "zhou"), "kind": "IDENTITY_NUMBER", "clientMutationId": "once"}
        assert codes(await client.as_("tang").do("recordPersonalData", **given, value=ANOTHER)) == [
            "KEY_REUSED"
        ]

    async def test_leaves_no_digest_by_which_the_number_could_be_guessed(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        """A digest without a key could be tried with all numbers that there are, by whoever has a dump."""
        await recorded(client, clientMutationId="once")
        as_sent = {
            "person_id": person(client, "zhou"),
            "kind": "PersonalDataKind.IDENTITY_NUMBER",
            "value": NUMBER,
        }
        async with owner_engine.connect() as connection:
            kept = await connection.scalar(
                select(RememberedMutation.input_digest).where(
                    RememberedMutation.county_id == client.world.county_id
                )
            )
        assert kept is not None
        assert kept != digest_of(as_sent)

    async def test_a_number_is_revealed_twice_and_on_record_twice(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        entry = await recorded(client)
        for _ in range(2):
            told = await client.as_("lin").do(
                "revealPersonalData", "value", **which(entry), reason="核对", clientMutationId="once"
            )
            assert told["value"] == NUMBER
        assert len(await revealed(owner_engine, client)) == 2


async def revealed(owner_engine: AsyncEngine, client: Client) -> list[Any]:
    """The lines that say that something was revealed."""
    async with owner_engine.connect() as connection:
        lines = await connection.execute(
            select(AuditLine.id).where(
                AuditLine.county_id == client.world.county_id, AuditLine.action == "personal_data.revealed"
            )
        )
        return list(lines.scalars())


class TestWhoeverHangsUp:
    async def test_is_on_record_all_the_same(
        self, client: Client, running_api: RunningApi, owner_engine: AsyncEngine
    ) -> None:
        """The act waits for a row that somebody holds; meanwhile whoever asked goes."""
        entry, lin = await recorded(client), client.as_("lin")
        body = json.dumps(
            {
                "query": "mutation($input: RevealPersonalDataInput!) { revealPersonalData(input: $input) { value } }",
                "variables": {"input": which(entry) | {"reason": "核对"}},
            }
        ).encode()
        headers = {
            **lin.headers,
            "Host": "x",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        host, _, port = running_api.url.removeprefix("http://").partition(":")
        async with owner_engine.connect() as holder, holder.begin():
            await holder.execute(
                select(PersonalData.id)
                .where(PersonalData.county_id == client.world.county_id)
                .with_for_update()
            )
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + body)
            await writer.drain()
            await eventually(lambda: somebody_waits_for(holder))
            writer.transport.abort()
            assert await revealed(owner_engine, client) == []
        assert len(await eventually(lambda: revealed(owner_engine, client))) == 1


async def somebody_waits_for(holder: AsyncConnection) -> bool:
    """Whether somebody waits for what this connection holds."""
    waiting = text(
        "select exists (select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))"
    )
    return bool(await holder.scalar(waiting))


class TestWhereverAPersonShows:
    async def test_the_home_body_sees_them_masked_and_nobody_else_at_all(self, client: Client) -> None:
        await recorded(client)
        letter = await sent(client)
        read = f"query($id: ID!) {{ referral(id: $id) {{ draftedBy {{ name {SHOWN} }} }} }}"
        for who, body, seen in (
            ("lin", None, True),
            ("tang", None, True),
            ("zhou", None, False),
            ("zhou", "kunyang", False),
            ("gao", None, False),
            ("wu", None, False),
        ):
            answer = await client.as_(who, body).ask(read, id=letter["id"])
            shown = answer.data["referral"]["draftedBy"]["personalData"]
            assert [each["masked"] for each in shown] == ([MASKED] if seen else []), who

    async def test_the_register_of_secondments_shows_the_host_nothing(self, client: Client) -> None:
        await recorded(client)
        for who, side, seen in (("lin", "HOME", [MASKED]), ("gao", "HOST", [])):
            answer = await client.as_(who).ask(
                f"{{ secondments(side: {side}) {{ edges {{ node {{ person {{ name {SHOWN} }} }} }} }} }}"
            )
            people = {
                edge["node"]["person"]["name"]: edge["node"]["person"]
                for edge in answer.data["secondments"]["edges"]
            }
            assert [each["masked"] for each in people["周交"]["personalData"]] == seen

    async def test_a_node_by_its_id_is_not_found_by_others(self, client: Client) -> None:
        entry = await recorded(client)
        read = "query($id: ID!) { node(id: $id) { ... on PersonalData { masked } } }"
        for who, seen in (("tang", {"masked": MASKED}), ("gao", None), ("zhou", None), ("wu", None)):
            assert (await client.as_(who).ask(read, id=entry["id"])).data["node"] == seen


class TestADump:
    @pytest.mark.parametrize("form", ["plain", "hex", "base64", "sha256", "md5"])
    async def test_has_the_number_in_no_form(
        self, client: Client, migrated_database: MigratedDatabase, form: str
    ) -> None:
        entry = await recorded(client, clientMutationId="once")
        lin = client.as_("lin")
        await lin.do("findPersonalData", kind="IDENTITY_NUMBER", value=NUMBER, clientMutationId="twice")
        await lin.do("revealPersonalData", **which(entry), reason="核对", clientMutationId="thrice")
        dump = await dump_of(migrated_database)
        number = NUMBER.encode()
        looked_for = {
            "plain": NUMBER,
            "hex": number.hex(),
            "base64": base64.b64encode(number).decode().rstrip("="),
            "sha256": hashlib.sha256(number).hexdigest(),
            "md5": hashlib.md5(number).hexdigest(),
        }[form]
        assert looked_for not in dump
        assert MASKED in dump, "the dump was not looked at"
