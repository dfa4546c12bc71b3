"""The catalogue over HTTP: published, empowered, signed and recalled, and whose a matter is at every step."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tests.api.conftest import STATEMENTS, Client, RunningApi
from tests.worlds import a_county

ITEM = """item { id code madeUp inForce { name field department { code } powers bands { name least most } since until }
  versions { edges { node { since } } } }"""
NOTICE = """empowerment { id number since township { code } townshipClass { code members { edges { node { code } } } }
  items { edges { node { item { code } powers } } }
  acceptances { edges { node { township { code } signedOn signedBy { name } } } }
  recalls { edges { node { item { code } township { code } since reasons } } } }"""
ENTRUSTMENT = """entrustment { id until end { endsOn reasons endedBy { name } endedFor { name } endedAt } }"""
WHOSE = """query($code: String!, $place: ID, $on: Date!, $decision: CompetenceDecisionKind! = PENALTY, $fine: Int) {
  whoIsCompetent(code: $code, place: $place, on: $on, decision: $decision, fine: $fine) {
    body { code } inTheNameOf { code } supervisedBy { code } supervision chain { ground sentence day body { code } document fineFrom } advice { advised sentence } } }"""
LAW = """query($then: Date!, $now: Date!) {
  applicableLaw(code: "Z1", violationOn: $then, decidedOn: $now) { applies { since } then { since } why } }"""


def listed(connection: dict[str, Any]) -> list[Any]:
    """What stands on a page."""
    return [edge["node"] for edge in connection["edges"]]


def body(client: Client, code: str) -> str:
    return global_id("Organisation", client.world.bodies[code])


async def done(client: Client, mutation: str, selection: str, **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return what it answers with."""
    payload = await client.do(mutation, selection, **given)
    assert payload["userErrors"] == []
    answered: dict[str, Any] = payload[selection.split(" ", maxsplit=1)[0]]
    return answered


async def refused(client: Client, mutation: str, selection: str, **given: Any) -> tuple[str, str | None]:
    payload = await client.do(mutation, selection, **given)
    (error,) = payload["userErrors"]
    return error["code"], error["field"]


def an_item(client: Client, **said: Any) -> dict[str, Any]:
    return {
        "code": "Z1",
        "name": "未采取密闭措施运输渣土",
        "field": "交通运输",
        "departmentId": body(client, "transport"),
        "powers": ["PENALTY", "INSPECTION", "COMPULSION"],
        "establishingBasis": "条例",
        "punishingBasis": "条例",
        "bands": [{"name": "一般", "least": 1000, "most": 5000}],
        "since": "2024-01-01",
    } | said


async def publish(client: Client, **said: Any) -> dict[str, Any]:
    return await done(client.as_("wu"), "publishItem", ITEM, **an_item(client, **said))


async def empower(client: Client, item: dict[str, Any], **said: Any) -> dict[str, Any]:
    given = {
        "number": "平政告〔2024〕1号",
        "title": "公告",
        "since": "2024-02-01",
        "townshipId": body(client, "kunyang"),
        "items": [{"itemId": item["id"], "powers": ["PENALTY"]}],
    } | said
    return await done(client.as_("wu"), "empower", NOTICE, **given)


async def whose(client: Client, on: str, place: str = "kunyang", **said: Any) -> dict[str, Any]:
    answer = await client.as_("zhou").ask(
        WHOSE, **{"code": "Z1", "place": body(client, place), "on": on} | said
    )
    found: dict[str, Any] = answer.data["whoIsCompetent"]
    return found


class TestTheWholePath:
    async def test_leads_from_the_list_to_the_township_and_back(self, client: Client) -> None:
        item = await publish(client)
        assert item["inForce"]["department"] == {"code": "transport"}
        assert item["inForce"]["bands"] == [{"name": "一般", "least": 1000, "most": 5000}]
        notice = await empower(client, item)
        assert listed(notice["items"]) == [{"item": {"code": "Z1"}, "powers": ["PENALTY"]}]
        before = await whose(client, "2026-03-10")
        assert before["body"] == {"code": "transport"}
        assert [step["ground"] for step in before["chain"]] == ["LISTED", "UNSIGNED"]
        assert [each["advised"] for each in before["advice"]] == ["SIGN"]
        signed = await done(client.as_("gao"), "signEmpowerment", NOTICE, empowermentId=notice["id"])
        (acceptance,) = listed(signed["acceptances"])
        assert acceptance == {
            "township": {"code": "kunyang"},
            "signedOn": "2026-03-10",
            "signedBy": {"name": client.world["gao"].name},
        }
        during = await whose(client, "2026-06-10")
        assert (during["body"], during["chain"][-1]["day"]) == ({"code": "transport"}, "2026-06-10")
        after = await whose(client, "2026-06-11")
        assert (after["body"], after["chain"][-1]["document"]) == ({"code": "kunyang"}, "平政告〔2024〕1号")
        stays = await whose(client, "2026-06-11", decision="FINE", fine=50_000)
        assert (stays["body"], stays["chain"][-1]["fineFrom"]) == ({"code": "transport"}, 50_000)
        # The county says nothing of either: it is the platform that answers, and is named.
        assert [each["chain"][-1]["document"] for each in (during, stays)] == [
            "平台默认规则（惯例，非法律规定） 41",
            "平台默认规则（惯例，非法律规定） 42",
        ]
        recalled = await done(
            client.as_("wu"),
            "recallEmpowerment",
            NOTICE,
            empowermentId=notice["id"],
            townshipId=body(client, "kunyang"),
            itemIds=[item["id"]],
            since="2026-09-01",
            reasons="评估不合格",
        )
        assert listed(recalled["recalls"]) == [
            {
                "item": {"code": "Z1"},
                "township": {"code": "kunyang"},
                "since": "2026-09-01",
                "reasons": "评估不合格",
            }
        ]
        assert (await whose(client, "2026-08-31"))["body"] == {"code": "kunyang"}
        assert (await whose(client, "2026-09-01"))["body"] == {"code": "transport"}

    async def test_is_left_through_one_of_two_notices_knowingly(self, client: Client) -> None:
        item = await publish(client)
        first, second = await empower(client, item), await empower(client, item, number="平政告〔2025〕2号")
        given = {
            "empowermentId": first["id"],
            "townshipId": body(client, "kunyang"),
            "itemIds": [item["id"]],
            "since": "2026-09-01",
            "reasons": "评估不合格",
        }
        wu = client.as_("wu")
        answer = await refused(wu, "recallEmpowerment", NOTICE, **given)
        assert answer == ("CATALOGUE_STILL_EMPOWERED", "itemIds")
        kept = "empowerment { recalls { edges { node { stillEmpoweredBy { id } } } } }"
        recalled = await done(wu, "recallEmpowerment", kept, **given, leavingOthers=True)
        assert listed(recalled["recalls"]) == [{"stillEmpoweredBy": [{"id": second["id"]}]}]

    async def test_gives_all_that_is_said_of_an_item_that_stands_there_twice(self, client: Client) -> None:
        item = await publish(client)
        twice = [{"itemId": item["id"], "powers": [power]} for power in ("PENALTY", "INSPECTION")]
        assert listed((await empower(client, item, items=twice))["items"]) == [
            {"item": {"code": "Z1"}, "powers": ["PENALTY", "INSPECTION"]}
        ]

    async def test_goes_through_a_class_of_townships(self, client: Client) -> None:
        wu = client.as_("wu")
        made = await done(
            wu, "publishTownshipClass", "townshipClass { id }", code="developed", name="经济发达镇"
        )
        for township in ("kunyang", "aojiang"):
            given = {"townshipId": body(client, township), "classId": made["id"], "since": "2024-01-01"}
            await done(wu, "classifyTownship", "township { code }", **given)
        notice = await empower(client, await publish(client), townshipId=None, classId=made["id"])
        members = listed(notice["townshipClass"]["members"])
        assert sorted(each["code"] for each in members) == ["aojiang", "kunyang"]
        by_township = (
            "query($of: [ID!]) { empowerments(filter: { townships: $of }) { edges { node { id } } } }"
        )
        for township, found in (("aojiang", 1), ("shuitou", 0)):
            answer = await client.as_("zhou").ask(by_township, of=[body(client, township)])
            assert len(answer.data["empowerments"]["edges"]) == found

    async def test_may_be_an_entrustment_in_the_departments_name(self, client: Client) -> None:
        item = await publish(client)
        given = {
            "itemId": item["id"],
            "townshipId": body(client, "kunyang"),
            "since": "2026-03-10",
            "until": "2027-03-10",
            "basis": "行政处罚法第二十条",
            "duties": "监督",
            "number": "平政函〔2026〕3号",
        }
        compulsion = await refused(
            client.as_("lin"), "entrust", "entrustment { id }", **given, powers=["COMPULSION"]
        )
        assert compulsion == ("CATALOGUE_COMPULSION_NOT_ENTRUSTED", "powers")
        agreement = await done(client.as_("lin"), "entrust", ENTRUSTMENT, **given, powers=["PENALTY"])
        assert agreement["end"] is None
        found = await whose(client, "2026-03-10")
        assert (found["body"], found["inTheNameOf"]) == ({"code": "kunyang"}, {"code": "transport"})
        assert found["supervisedBy"] == {"code": "transport"}
        assert found["supervision"] == "昆阳镇综合行政执法协同配合工作办法 3"
        ended = await done(
            client.as_("lin"),
            "endEntrustment",
            ENTRUSTMENT,
            entrustmentId=agreement["id"],
            endsOn="2026-04-01",
            reasons="撤并",
        )
        assert ended["end"] == {
            "endsOn": "2026-04-01",
            "reasons": "撤并",
            "endedBy": {"name": client.world["lin"].name},
            "endedFor": None,
            "endedAt": "2026-03-10T01:00:00+00:00",
        }
        assert (await whose(client, "2026-03-31"))["body"] == {"code": "kunyang"}
        assert (await whose(client, "2026-04-01"))["body"] == {"code": "transport"}

    async def test_ends_with_a_duty_list_or_with_whom_to_ask(self, client: Client) -> None:
        nobody = await whose(client, "2026-03-10", code="共享单车")
        assert (nobody["body"], [each["advised"] for each in nobody["advice"]]) == (None, ["ASK_GOVERNMENT"])
        given = {
            "code": "共享单车",
            "matter": "乱停放",
            "organisationId": body(client, "transport"),
            "basis": "边界清单",
            "since": "2026-01-01",
        }
        await done(client.as_("wu"), "publishDuty", "dutyEntry { id }", **given)
        named = await whose(client, "2026-03-10", code="共享单车")
        assert named["body"] == {"code": "transport"}
        assert named["chain"][-1]["sentence"].startswith("The duty list names 县交通运输局 from 2026-01-01")


class TestWhatGrows:
    async def test_of_a_notice_is_read_page_by_page_and_priced_by_how_much_is_asked(
        self, client: Client
    ) -> None:
        items = [await publish(client, code=f"Z{number}") for number in range(7)]
        given = [{"itemId": item["id"], "powers": ["PENALTY"]} for item in items]
        notice = await empower(client, items[0], items=given)
        assert len(listed(notice["items"])) == 7
        asked = """query($id: ID!, $first: Int, $after: String) { empowerment(id: $id) {
          items(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { item { code } } } } } }"""
        seen, after = [], None
        for _ in range(3):
            answer = await client.as_("zhou").ask(asked, id=notice["id"], first=3, after=after)
            found = answer.data["empowerment"]["items"]
            seen += [each["item"]["code"] for each in listed(found)]
            after = found["pageInfo"]["endCursor"]
        assert (sorted(seen), found["totalCount"]) == ([f"Z{number}" for number in range(7)], 7)
        assert found["pageInfo"]["hasNextPage"] is False

    async def test_is_of_a_class_its_townships_of_a_day(self, client: Client) -> None:
        wu = client.as_("wu")
        made = await done(
            wu, "publishTownshipClass", "townshipClass { id }", code="developed", name="经济发达镇"
        )
        for township, class_id, since in (
            ("kunyang", made["id"], "2024-01-01"),
            ("aojiang", made["id"], "2024-06-01"),
            ("kunyang", None, "2025-01-01"),
        ):
            given = {"townshipId": body(client, township), "classId": class_id, "since": since}
            await done(wu, "classifyTownship", "township { code }", **given)
        asked = """query($id: ID!, $on: Date) { node(id: $id) { ... on TownshipClass {
          members(on: $on) { totalCount edges { node { code } } } } } }"""
        for on, expected in (
            ("2023-12-31", []),
            ("2024-01-01", ["kunyang"]),
            ("2024-06-01", ["aojiang", "kunyang"]),
            (None, ["aojiang"]),
        ):
            answer = await client.as_("zhou").ask(asked, id=made["id"], on=on)
            members = answer.data["node"]["members"]
            assert sorted(each["code"] for each in listed(members)) == expected
            assert members["totalCount"] == len(expected)


class TestAnAnswer:
    async def test_is_told_in_the_readers_language(self, client: Client) -> None:
        await publish(client)
        asked = {"code": "Z1", "place": body(client, "kunyang"), "on": "2026-03-10"}
        answer = await client.as_("zhou", language="zh").ask(WHOSE, **asked)
        first = answer.data["whoIsCompetent"]["chain"][0]["sentence"]
        assert first == "该事项列入权力事项目录（自2024-01-01起的版本），主管部门为县交通运输局。"

    async def test_takes_as_many_statements_however_large_the_catalogue_is(self, client: Client) -> None:
        await whose(client, "2026-03-10")
        counts = []
        for _ in range(2):
            for number in range(3):
                item = await publish(client, code=f"Z{number + 3 * len(counts)}")
                await empower(client, item)
            before = STATEMENTS.count
            await whose(client, "2026-03-10", code="Z1")
            counts.append(STATEMENTS.count - before)
        assert counts[0] == counts[1]

    async def test_is_the_departments_where_the_place_is_no_township_of_the_county(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        await empower(client, await publish(client))
        elsewhere = await a_county(owner_engine)
        for place in (
            body(client, "transport"),
            global_id("Organisation", elsewhere.bodies["kunyang"]),
            None,
        ):
            asked = {"code": "Z1", "place": place, "on": "2026-03-10"}
            found = (await client.as_("zhou").ask(WHOSE, **asked)).data["whoIsCompetent"]
            assert found["body"] == {"code": "transport"}
            assert [step["ground"] for step in found["chain"]] == ["LISTED", "NO_TOWNSHIP"]

    async def test_is_refused_for_a_fine_of_less_than_nothing(self, client: Client) -> None:
        await publish(client)
        asked = {"code": "Z1", "place": body(client, "kunyang"), "on": "2026-03-10", "fine": -1}
        answer = await client.as_("zhou").ask(WHOSE, **asked)
        (error,) = answer.body["errors"]
        assert error["extensions"]["code"] == "CATALOGUE_FINE_NEGATIVE"

    async def test_is_given_for_any_day_there_is(self, client: Client) -> None:
        item = await publish(client, since="0001-01-01")
        await empower(client, item, since="9999-12-01")
        for on in ("0001-01-01", "1999-12-31", "9999-12-31"):
            assert (await whose(client, on))["body"] == {"code": "transport"}


class TestTheCatalogue:
    async def test_is_narrowed_by_what_an_item_says(self, client: Client) -> None:
        await publish(client)
        await publish(client, since="2025-01-01", field="建设", name="渣土撒漏")
        await publish(client, code="Z2", powers=["PENALTY"], field="水利", name="河道采砂")
        asked = "query($by: ItemFilter) { items(filter: $by) { totalCount edges { node { code } } } }"
        for by, codes in (
            ({}, ["Z1", "Z2"]),
            ({"codes": ["Z2"]}, ["Z2"]),
            ({"fields": ["交通运输"]}, ["Z1"]),
            ({"fields": ["交通运输"], "inForceOn": "2024-06-01"}, ["Z1"]),
            ({"fields": ["交通运输"], "inForceOn": "2025-06-01"}, []),
            ({"powers": ["COMPULSION"]}, ["Z1"]),
            ({"name": "渣土 撒"}, ["Z1"]),
            ({"name": "采砂"}, ["Z2"]),
            ({"departments": [body(client, "agriculture")]}, []),
            ({"inForceOn": "2023-12-31"}, []),
        ):
            found = (await client.as_("chen").ask(asked, by=by)).data["items"]
            assert [edge["node"]["code"] for edge in found["edges"]] == codes, by
            assert found["totalCount"] == len(codes)

    async def test_says_which_law_applies(self, client: Client) -> None:
        await publish(client)
        lighter = [{"name": "一般", "least": 500, "most": 5000}]
        await publish(client, since="2025-01-01", bands=lighter)
        for then, now, applies, ground in (
            ("2024-05-01", "2024-06-01", "2024-01-01", "SAME"),
            ("2024-05-01", "2025-06-01", "2025-01-01", "LIGHTER"),
            ("2023-05-01", "2025-06-01", None, "UNLISTED"),
        ):
            law = (await client.as_("zhou").ask(LAW, then=then, now=now)).data["applicableLaw"]
            assert (law["applies"], law["why"]) == (applies and {"since": applies}, ground)

    async def test_says_of_what_was_never_in_it_that_it_was_not(self, client: Client) -> None:
        law = (await client.as_("zhou").ask(LAW, then="2024-05-01", now="2024-05-01")).data["applicableLaw"]
        assert law == {"applies": None, "then": None, "why": "UNLISTED"}

    async def test_is_published_by_the_coordination_office_alone(self, client: Client) -> None:
        for who in ("lin", "gao", "shen"):
            answer = await refused(client.as_(who), "publishItem", ITEM, **an_item(client))
            assert answer == ("NOT_PERMITTED", None)


class TestAReferral:
    ASKED = """query($id: ID!) { referral(id: $id) { competence { body { code } }
      warnings { about message } } }"""

    async def draft(self, client: Client, to: str, **said: str) -> str:
        given = {
            "addresseeId": body(client, to),
            "foundOn": "2026-03-09",
            "party": "某公司",
            "place": "昆阳镇",
            "facts": "渣土未密闭",
            "itemCode": "Z1",
            "legalBasis": "条例",
        } | said
        payload = await client.as_("chen").do("draftReferral", "referral { id }", **given)
        assert payload["userErrors"] == []
        identifier: str = payload["referral"]["id"]
        return identifier

    async def test_to_the_wrong_body_is_warned_about_before_it_is_sent(self, client: Client) -> None:
        await publish(client)
        identifier = await self.draft(client, "agriculture")
        found = (await client.as_("chen", language="zh").ask(self.ASKED, id=identifier)).data["referral"]
        assert found["competence"] == {"body": {"code": "transport"}}
        (warning,) = found["warnings"]
        assert warning["about"] == "ADDRESSEE_NOT_COMPETENT"
        assert warning["message"].startswith(
            "按权力事项目录，本案不属于拟移送单位管辖，应由县交通运输局管辖。"
        )
        assert "清单外事项由部门负责" in warning["message"]

    async def test_is_not_talked_out_of_a_decision_that_stays_with_the_department(
        self, client: Client
    ) -> None:
        """A township refers what is its own when such a decision comes in sight: the warning says that it may."""
        given = {
            "itemId": (await publish(client))["id"],
            "townshipId": body(client, "kunyang"),
            "powers": ["PENALTY"],
            "since": "2026-03-10",
            "until": "2027-01-01",
            "basis": "行政处罚法第二十条",
            "duties": "委托部门监督并承担后果",
            "number": "平政函〔2026〕3号",
        }
        await done(client.as_("lin"), "entrust", "entrustment { id }", **given)
        identifier = await self.draft(client, "agriculture", foundOn="2026-03-10")
        for language, advice in (
            ("zh", "属于或者可能属于部门保留管辖的决定的，应当及时移送部门。"),
            (
                "en",
                " Refer it to the department in time, as soon as a decision comes in sight that stays with it.",
            ),
        ):
            asked = client.as_("chen", language=language).ask(self.ASKED, id=identifier)
            (warning,) = (await asked).data["referral"]["warnings"]
            assert warning["message"].endswith(advice)

    async def test_of_what_is_the_townships_own_says_when_it_is_right_to_refer_it(
        self, client: Client, running_api: RunningApi
    ) -> None:
        notice = await empower(client, await publish(client))
        await done(client.as_("gao"), "signEmpowerment", NOTICE, empowermentId=notice["id"])
        running_api.clock.advance(timedelta(days=120))
        identifier = await self.draft(client, "transport", foundOn="2026-07-07")
        found = (await client.as_("chen", language="zh").ask(self.ASKED, id=identifier)).data["referral"]
        assert found["competence"] == {"body": {"code": "kunyang"}}
        (warning,) = found["warnings"]
        assert warning["message"].endswith("属于或者可能属于部门保留管辖的决定的，应当及时移送部门。")

    async def test_by_a_code_that_is_in_no_list_is_warned_about_with_what_is_near(
        self, client: Client
    ) -> None:
        for code, name in (
            ("330218085000", "未采取密闭措施运输渣土"),
            ("330218085001", "车轮带泥"),
            ("330999000111", "河道采砂"),
        ):
            await publish(client, code=code, name=name, since="2026-01-01")
        asked = """query($id: ID!) { referral(id: $id) { warnings { about message } } }"""
        for written, near in (
            ("330218085010", "330218085000 未采取密闭措施运输渣土"),
            ("３３０２１８０８５０１0", "330218085000 未采取密闭措施运输渣土"),
            ("采砂", "330999000111 河道采砂"),
            ("共享单车", None),
        ):
            identifier = await self.draft(client, "transport", itemCode=written)
            found = (await client.as_("chen", language="zh").ask(asked, id=identifier)).data["referral"]
            (warning,) = found["warnings"]
            assert warning["about"] == "NO_SUCH_ITEM"
            assert written in warning["message"]
            assert (near in warning["message"]) if near else ("相近" not in warning["message"])
        # An item that there is, be it not on that day, and what a duty list has, are no such thing.
        duty = {"matter": "乱停放", "organisationId": body(client, "transport"), "basis": "清单"}
        await done(
            client.as_("wu"), "publishDuty", "dutyEntry { id }", code="共享单车", since="2026-05-01", **duty
        )
        for written, on in (("330218085000", "2025-12-31"), ("共享单车", "2026-03-09")):
            identifier = await self.draft(client, "transport", itemCode=written, foundOn=on)
            found = (await client.as_("chen").ask(asked, id=identifier)).data["referral"]
            assert found["warnings"] == [], written

    async def test_to_the_right_one_or_on_no_list_is_not(self, client: Client) -> None:
        unlisted = await self.draft(client, "transport")
        for identifier in (unlisted, await self.draft(client, "agriculture")):
            found = (await client.as_("chen").ask(self.ASKED, id=identifier)).data["referral"]
            assert (found["competence"], found["warnings"]) == ({"body": None}, [])
        await publish(client)
        found = (await client.as_("chen").ask(self.ASKED, id=unlisted)).data["referral"]
        assert (found["competence"], found["warnings"]) == ({"body": {"code": "transport"}}, [])
