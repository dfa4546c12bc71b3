"""Disciplinary cases over HTTP: opened, decided, copied, reviewed; and closed to whom they are about until then."""

from typing import Any

from api.identifiers import global_id
from tests.api.conftest import Client

CASE = """disciplinaryCase { id version state acts ground occurredOn subject finding measure measureNow outcome
  person { name } inquirer { code } copiedTo { code } secondment { host { code } } reviewUntil
  deadlines { kind state obligor { code } } reviewDueAt }"""
OWED = "{ deadlines(side: OWED) { totalCount edges { node { kind } } } }"
LISTED = """query($box: DisciplinaryCaseBox!, $filter: DisciplinaryCaseFilter) {
  disciplinaryCases(box: $box, filter: $filter) { totalCount edges { node { id subject } } } }"""
ONE = "query($id: ID!) { disciplinaryCase(id: $id) { id subject } node(id: $id) { id } }"


def zhous(client: Client) -> dict[str, Any]:
    return {
        "secondmentId": global_id("Secondment", client.world.secondments["zhou"]),
        "ground": "FAILURE",
        "occurredOn": "2026-03-09",
        "subject": "巡查记录缺失",
        "facts": "未按计划巡查。",
    }


async def done(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    payload = await client.do(mutation, CASE, **given)
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload["disciplinaryCase"]
    return found


def which(case: dict[str, Any]) -> dict[str, Any]:
    return {"disciplinaryCaseId": case["id"], "expectedVersion": case["version"]}


async def reads(client: Client, case: dict[str, Any]) -> list[bool]:
    """Whether somebody finds it directly, as a node, and in a box."""
    one = (await client.ask(ONE, id=case["id"])).body["data"]
    boxes = [
        (await client.ask(LISTED, box=box)).body["data"]["disciplinaryCases"]
        for box in ("OWN", "COPIED", "CONCERNING_ME", "OVERSEEN")
    ]
    listed = any(edge["node"]["id"] == case["id"] for box in boxes for edge in box["edges"])
    return [one["disciplinaryCase"] is not None, one["node"] is not None, listed]


class TestACase:
    async def test_goes_its_way(self, client: Client) -> None:
        gao, lin, zhou = (client.as_(who) for who in ("gao", "lin", "zhou"))
        case = await done(gao, "openDisciplinaryCase", **zhous(client))
        assert case["acts"] == ["REVISE", "DROP", "CONCLUDE"]
        assert case["deadlines"] == [
            {"kind": "discipline.conclude", "state": "RUNNING", "obligor": {"code": "kunyang"}}
        ]
        assert [await reads(who, case) for who in (gao, lin, zhou)] == [[True] * 3, [False] * 3, [False] * 3]
        case = await done(
            gao, "concludeDisciplinaryCase", **which(case), finding="属实。", measure="CRITICISM"
        )
        assert [await reads(who, case) for who in (gao, lin, zhou)] == [[True] * 3] * 3
        assert (case["copiedTo"], case["acts"]) == ({"code": "transport"}, [])
        case = await done(zhou, "askDisciplinaryReview", **which(case), reasons="当日另有任务。")
        case = await done(
            gao,
            "reviewDisciplinaryCase",
            **which(case),
            outcome="CHANGED",
            answer="酌情减轻。",
            measure="REMINDER",
        )
        assert (case["state"], case["measure"], case["measureNow"]) == ("REVIEWED", "CRITICISM", "REMINDER")

    async def test_rings_for_whoever_looks_into_it_and_not_for_whom_it_is_about(self, client: Client) -> None:
        gao, zhou = client.as_("gao"), client.as_("zhou", "kunyang")
        case = await done(gao, "openDisciplinaryCase", **zhous(client))
        owed = {
            name: (await who.ask(OWED)).body["data"]["deadlines"]
            for name, who in (("gao", gao), ("zhou", zhou))
        }
        assert {"kind": "discipline.conclude"} in [edge["node"] for edge in owed["gao"]["edges"]]
        assert {"kind": "discipline.conclude"} not in [edge["node"] for edge in owed["zhou"]["edges"]]
        assert owed["gao"]["totalCount"] == owed["zhou"]["totalCount"] + 1
        case = await done(
            gao, "concludeDisciplinaryCase", **which(case), finding="属实。", measure="CRITICISM"
        )
        assert case["reviewDueAt"] is None
        case = await done(zhou, "askDisciplinaryReview", **which(case), reasons="当日另有任务。")
        assert (case["deadlines"], case["reviewDueAt"] is None) == ([], False)

    async def test_is_refused_to_the_body_that_the_rules_do_not_name(self, client: Client) -> None:
        payload = await client.as_("lin").do("openDisciplinaryCase", CASE, **zhous(client))
        (error,) = payload["userErrors"]
        assert error["code"] == "DISCIPLINE_NOT_THE_INQUIRER"
        assert error["field"] == "ground"

    async def test_is_not_found_by_others(self, client: Client) -> None:
        case = await done(client.as_("gao"), "openDisciplinaryCase", **zhous(client))
        for who in ("pan", "huang", "chen", "zhou", "lin"):
            payload = await client.as_(who).do(
                "concludeDisciplinaryCase", CASE, **which(case), finding="属实。", measure="NONE"
            )
            (error,) = payload["userErrors"]
            assert error["code"] in ("NOT_FOUND", "NOT_PERMITTED")
            assert await reads(client.as_(who), case) == [False] * 3

    async def test_is_meant_for_what_it_was(self, client: Client) -> None:
        case = await done(client.as_("gao"), "openDisciplinaryCase", **zhous(client))
        await done(client.as_("gao"), "reviseDisciplinaryCase", **which(case), subject="另述")
        payload = await client.as_("gao").do("dropDisciplinaryCase", CASE, **which(case), reason="查无实据")
        assert payload["userErrors"][0]["code"] == "STALE_VERSION"
