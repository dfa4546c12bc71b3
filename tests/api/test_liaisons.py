"""Liaison officers over HTTP: named by one head, shown to both bodies beside their cases, and to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tenancy.models import Capacity
from tests.api.conftest import Client
from tests.api.letters import drafted, sent
from tests.domain.lineage.office import MERGED, on_record
from tests.worlds import NOW, HandSetClock

LIAISON = """liaison { id version state acts body { code } counterpart { code } unit { name } officer { name home { code } }
  since endsOn endedReason succeeds { officer { name } state } handover namedAt }"""

ONE = "query($id: ID!) { liaison(id: $id) { id state acts } node(id: $id) { id } }"

LIST = """query($bodies: [ID!], $on: Date) { liaisons(filter: { organisations: $bodies, inForceOn: $on }) {
  totalCount edges { node { id } } } }"""

CALLED = "query($id: ID!) { referral(id: $id) { liaisons { officer { name } body { code } state } } }"

GAPS = """query($body: ID, $n: Int, $on: Date) { liaisonGaps(body: $body, on: $on) { total
  gaps(n: $n) { body { code } counterpart { code } needed inPlace source } } }"""


def body(client: Client, code: str) -> str:
    """The id of a body."""
    return global_id("Organisation", client.world.bodies[code])


def person(client: Client, key: str) -> str:
    """The id of a person."""
    return global_id("Person", client.world[key].person_id)


def naming(client: Client, officer: str = "zhou", *, for_: str = "kunyang", **said: Any) -> dict[str, Any]:
    """The input that names somebody of transport."""
    unit = global_id("Unit", client.world.units["transport"])
    given = {"counterpartId": body(client, for_), "personId": person(client, officer)}
    return given | {"unitId": unit, "since": "2026-03-10"} | said


async def done(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return the entry."""
    payload = await client.do(mutation, LIAISON, **given)
    assert payload["userErrors"] == []
    liaison: dict[str, Any] = payload["liaison"]
    return liaison


async def refused(client: Client, mutation: str, **given: Any) -> tuple[str, str | None]:
    """Try an act that must be refused: the code, and the field that it is about."""
    payload = await client.do(mutation, LIAISON, **given)
    assert payload["liaison"] is None
    (error,) = payload["userErrors"]
    assert error["message"]
    return error["code"], error["field"]


async def called(client: Client, referral: dict[str, Any]) -> list[str]:
    """Whom a case says to call."""
    answer = await client.ask(CALLED, id=referral["id"])
    return [each["officer"]["name"] for each in answer.data["referral"]["liaisons"]]


def which(liaison: dict[str, Any]) -> dict[str, Any]:
    """The part of an input that says which entry, as it was last seen."""
    return {"liaisonId": liaison["id"], "expectedVersion": liaison["version"]}


class TestTheWholePath:
    async def test_leads_from_a_naming_to_a_successor(self, client: Client) -> None:
        lin = client.as_("lin")
        first = await done(lin, "nameLiaison", **naming(client))
        assert first == {
            "id": first["id"],
            "version": 1,
            "state": "IN_PLACE",
            "acts": ["REPLACE", "END"],
            "body": {"code": "transport"},
            "counterpart": {"code": "kunyang"},
            "unit": {"name": "第一执法中队"},
            "officer": {"name": "周交", "home": {"code": "transport"}},
            "since": "2026-03-10",
            "endsOn": None,
            "endedReason": None,
            "succeeds": None,
            "handover": None,
            "namedAt": "2026-03-10T01:00:00+00:00",
        }
        unit = global_id("Unit", client.world.units["transport"])
        given = {"personId": person(client, "tang"), "since": "2026-03-10", "unitId": unit}
        second = await done(lin, "replaceLiaison", **which(first), **given, handover="两件在办，已交接。")
        assert second["officer"]["name"] == "唐文"
        assert second["succeeds"] == {"officer": {"name": "周交"}, "state": "ENDED"}
        assert second["handover"] == "两件在办，已交接。"
        assert await refused(lin, "endLiaison", **which(second), endsOn="2026-03-11", reason="调离") == (
            "LIAISON_SUCCESSOR_NEEDED",
            None,
        )

    async def test_is_shown_to_the_other_body_and_done_by_nobody_else(self, client: Client) -> None:
        entry = await done(client.as_("lin"), "nameLiaison", **naming(client))
        for who, acts in (("gao", []), ("xu", []), ("zhou", []), ("wu", []), ("shen", [])):
            answer = await client.as_(who).ask(ONE, id=entry["id"])
            assert answer.data["liaison"] == {"id": entry["id"], "state": "IN_PLACE", "acts": acts}
        for who in ("huang", "pan", "ye"):
            answer = await client.as_(who).ask(ONE, id=entry["id"])
            assert answer.data == {"liaison": None, "node": None}
            listed = await client.as_(who).ask(LIST)
            assert listed.data["liaisons"] == {"totalCount": 0, "edges": []}
            given = {"endsOn": "2026-03-11", "reason": "调离"}
            assert (await refused(client.as_(who), "endLiaison", **which(entry), **given))[0] == "NOT_FOUND"
        given = {"endsOn": "2026-03-11", "reason": "调离"}
        assert (await refused(client.as_("gao"), "endLiaison", **which(entry), **given))[0] == "NOT_PERMITTED"

    async def test_is_listed_by_body_and_day(self, client: Client) -> None:
        lin = client.as_("lin")
        entry = await done(lin, "nameLiaison", **naming(client))
        later = await done(lin, "nameLiaison", **naming(client, for_="aojiang", since="2026-04-01"))
        assert later["state"] == "NAMED"

        async def listed(**by: Any) -> set[str]:
            answer = await lin.ask(LIST, **by)
            return {edge["node"]["id"] for edge in answer.data["liaisons"]["edges"]}

        assert await listed() == {entry["id"], later["id"]}
        assert await listed(on="2026-03-10") == {entry["id"]}
        assert await listed(bodies=[body(client, "aojiang")]) == {later["id"]}

    @pytest.mark.parametrize(
        ("said", "code", "field"),
        [
            ({"unitId": None}, "LIAISON_UNIT_NEEDED", "unitId"),
            ({"since": "2026-03-09"}, "LIAISON_TOO_EARLY", "since"),
        ],
    )
    async def test_is_refused_at_the_field(
        self, client: Client, said: dict[str, Any], code: str, field: str
    ) -> None:
        assert await refused(client.as_("lin"), "nameLiaison", **naming(client, **said)) == (code, field)
        others = naming(client, "chen")
        assert await refused(client.as_("lin"), "nameLiaison", **others) == (
            "LIAISON_NOT_IN_POST",
            "personId",
        )


class TestACase:
    async def test_says_to_each_side_whom_to_call_in_the_other(self, client: Client) -> None:
        await done(client.as_("lin"), "nameLiaison", **naming(client))
        unit = global_id("Unit", client.world.units["kunyang"])
        theirs = naming(client, "chen", for_="transport", unitId=unit)
        await done(client.as_("gao"), "nameLiaison", **theirs)
        referral = await sent(client)
        assert await called(client.as_("xu"), referral) == ["周交"]
        assert await called(client.as_("tang"), referral) == ["陈昆"]
        # A third body reads no case, and oversight is no side of it.
        assert await called(client.as_("wu"), referral) == []

    async def test_says_it_of_a_draft_to_the_sender(self, client: Client) -> None:
        unit = global_id("Unit", client.world.units["kunyang"])
        theirs = naming(client, "chen", for_="transport", unitId=unit)
        await done(client.as_("gao"), "nameLiaison", **theirs)
        assert await called(client.as_("zhou"), await drafted(client)) == ["陈昆"]

    async def test_says_whom_to_call_in_the_body_that_goes_on_with_it(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        referral = await sent(client)
        theirs = {"counterpartId": body(client, "kunyang"), "personId": person(client, "guan")}
        unit = global_id("Unit", client.world.units["agriculture"])
        await done(client.as_("huang"), "nameLiaison", **theirs, unitId=unit, since="2026-03-10")
        await on_record(owner_engine, client.world, MERGED)
        assert await called(client.as_("xu"), referral) == []
        api_clock.advance(timedelta(days=30))
        assert await called(client.as_("xu"), referral) == ["管农"]

    async def test_says_nothing_of_whoever_left_their_post(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        entry = await done(client.as_("lin"), "nameLiaison", **naming(client))
        referral = await sent(client)
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == client.world["zhou"].capacities["transport"])
                .values(until=NOW + timedelta(hours=1))
            )
        assert await called(client.as_("xu"), referral) == ["周交"]
        api_clock.advance(timedelta(hours=1))
        assert await called(client.as_("xu"), referral) == []
        answer = await client.as_("xu").ask(ONE, id=entry["id"])
        assert answer.data["liaison"]["state"] == "LAPSED"


class TestGaps:
    async def test_are_told_to_oversight_and_to_the_bodies_concerned(self, client: Client) -> None:
        wanted = "昆阳镇综合行政执法协同配合工作办法 12"

        async def gaps(who: str, **given: Any) -> Any:
            return (await client.as_(who).ask(GAPS, **given)).data["liaisonGaps"]

        everything = await gaps("wu", n=1)
        assert everything == {
            "total": 12,
            "gaps": [
                {
                    "body": {"code": "agriculture"},
                    "counterpart": {"code": "aojiang"},
                    "needed": 1,
                    "inPlace": 0,
                    "source": wanted,
                }
            ],
        }
        ours = await gaps("gao", body=body(client, "transport"))
        assert [(each["body"], each["counterpart"]) for each in ours["gaps"]] == [
            ({"code": "transport"}, {"code": "kunyang"})
        ]
        await done(client.as_("lin"), "nameLiaison", **naming(client))
        assert (await gaps("gao", body=body(client, "transport")))["total"] == 0
        assert (await gaps("wu"))["total"] == 11
        assert (await gaps("wu", on="9999-12-31"))["total"] == 11
        assert (await client.as_("wu").ask(GAPS, on="2026-03-09")).codes == ["LIAISON_TOO_EARLY"]


class TestCandidates:
    async def test_are_ones_own_people_for_the_head(self, client: Client) -> None:
        asked = "query($id: ID, $name: String) { liaisonCandidates(counterpart: $id, name: $name) { name } }"

        async def offered(who: str, **given: Any) -> set[str]:
            answer = await client.as_(who).ask(asked, id=body(client, "kunyang"), **given)
            return {each["name"] for each in answer.data["liaisonCandidates"]}

        assert await offered("lin") == {"周交", "林局", "唐文"}
        assert await offered("lin", name="唐") == {"唐文"}
        assert await offered("zhou") == set()
