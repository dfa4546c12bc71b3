"""Filters, orders and counts of lists over HTTP: what a front end sends, and what nobody learns by it."""

from typing import Any

import pytest

from api.identifiers import global_id
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.api.letters import body, done, drafted, letter, sent, taken_in, which
from tests.worlds import a_county

LIST = """query($box: ReferralBox!, $filter: ReferralFilter, $sort: ReferralSort = NEWEST, $first: Int, $after: String) {
  referrals(box: $box, filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount } }"""

COUNTS = """query($box: ReferralBox!, $filter: ReferralFilter) { referralCounts(box: $box, filter: $filter) {
    total byState { state count } byDeadline { side overdue dueToday } } }"""

PEOPLE = """query($filter: SecondmentFilter, $sort: SecondmentSort! = NEWEST) { secondments(side: HOST, filter: $filter, sort: $sort) {
    totalCount edges { node { person { name } } } } }"""


async def listed(client: Client, box: str, sort: str = "NEWEST", **narrowed_by: Any) -> list[str]:
    found = (await client.ask(LIST, box=box, sort=sort, filter=narrowed_by)).data["referrals"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["id"] for edge in found["edges"]]


class TestReferrals:
    async def test_are_narrowed_by_all_fields_at_once_and_any_value_of_one(self, client: Client) -> None:
        zhou = client.as_("zhou")
        one = await done(zhou, "draftReferral", **letter(client, facts="桂林米粉店"))
        two = await done(zhou, "draftReferral", **letter(client, to="aojiang", itemCode="ZJ-1"))
        out = await sent(client)
        kunyang, aojiang = body(client, "kunyang"), body(client, "aojiang")
        for by, expected in (
            ({"receivers": [kunyang]}, [out, one]),
            ({"receivers": [kunyang, aojiang]}, [out, two, one]),
            ({"receivers": []}, []),
            ({"receivers": None, "text": None}, [out, two, one]),
            ({"receivers": [kunyang], "text": "米粉"}, [one]),
            ({"itemCodes": ["ZJ-1", "ZJ-2"]}, [two]),
            ({"text": "zj-1"}, [two]),
            ({"sentAt": {"since": "2026-03-10", "until": "2026-03-10"}}, [out]),
            ({"sentAt": {"until": "2026-03-09"}}, []),
            ({"foundOn": {"since": "2026-03-09"}, "states": ["DRAFT"]}, [two, one]),
            ({"open": False}, []),
        ):
            assert await listed(zhou, "SENT", **by) == [each["id"] for each in expected], by
        assert await listed(zhou, "SENT", "OLDEST") == [one["id"], two["id"], out["id"]]

    async def test_overdue_are_told_from_both_sides_and_come_first_when_asked_for(
        self, client: Client, api_clock
    ) -> None:
        late = await taken_in(client)
        api_clock.instant = api_clock.instant.replace(month=3, day=20)
        fresh = await done(client.as_("zhou"), "draftReferral", **letter(client))
        zhou, gao, wu = client.as_("zhou"), client.as_("gao"), client.as_("wu")
        assert await listed(gao, "RECEIVED", overdue=["OWED"]) == [late["id"]]
        assert await listed(gao, "RECEIVED", overdue=["AWAITED"]) == []
        assert late["id"] in await listed(zhou, "SENT", overdue=["AWAITED"])
        assert await listed(wu, "OVERSEEN", overdue=["OVERSEEN"]) == [late["id"]]
        assert set(await listed(zhou, "SENT", "DUE")) == {late["id"], fresh["id"]}
        counts = (await gao.ask(COUNTS, box="RECEIVED", filter={})).data["referralCounts"]
        assert counts["byDeadline"] == [
            {"side": "OWED", "overdue": 1, "dueToday": 0},
            {"side": "AWAITED", "overdue": 0, "dueToday": 0},
            {"side": "OVERSEEN", "overdue": 0, "dueToday": 0},
        ]

    async def test_are_counted_by_state_with_the_same_filter_and_rights(self, client: Client) -> None:
        await drafted(client)
        await sent(client, facts="桂林米粉店")
        await taken_in(client, facts="桂林米粉店")
        for who, box, by, expected in (
            ("zhou", "SENT", {}, {"DRAFT": 1, "SENT": 1, "TAKEN_IN": 1}),
            ("zhou", "SENT", {"text": "米粉", "states": ["SENT", "DRAFT"]}, {"SENT": 1}),
            ("gao", "RECEIVED", {}, {"SENT": 1, "TAKEN_IN": 1}),
            ("wu", "OVERSEEN", {"text": "米粉"}, {"SENT": 1, "TAKEN_IN": 1}),
            ("guan", "SENT", {"text": "米粉"}, {}),
            ("gao", "OVERSEEN", {}, {}),
        ):
            counts = (await client.as_(who).ask(COUNTS, box=box, filter=by)).data["referralCounts"]
            told = {each["state"]: each["count"] for each in counts["byState"] if each["count"]}
            assert (told, counts["total"]) == (expected, sum(expected.values())), (who, box, by)

    async def test_bind_their_cursors_to_filter_and_order(self, client: Client) -> None:
        zhou = client.as_("zhou")
        await done(zhou, "draftReferral", **letter(client))
        by = {"text": "渣土", "receivers": [body(client, "kunyang")]}
        for sort in ("NEWEST", "OLDEST", "DUE"):
            first = (await zhou.ask(LIST, box="SENT", filter=by, sort=sort)).data["referrals"]
            cursor = first["edges"][0]["cursor"]
            assert (await zhou.ask(LIST, box="SENT", filter=by, sort=sort, after=cursor)).data
            for other in (
                {"filter": by | {"text": "渣"}},
                {"filter": {"text": "渣土"}},
                {"filter": by | {"sentAt": {"since": "2026-01-01"}}},
                {"sort": "OLDEST" if sort != "OLDEST" else "DUE"},
            ):
                given = {"box": "SENT", "filter": by, "sort": sort, "after": cursor} | other
                assert (await zhou.ask(LIST, **given)).codes == ["BAD_CURSOR"], given

    async def test_by_what_is_due_page_on_from_the_running_to_the_rest(self, client: Client) -> None:
        zhou = client.as_("zhou")
        made = [(await done(zhou, "draftReferral", **letter(client)))["id"] for _ in range(2)]
        gone = await done(client.as_("lin"), "withdrawReferral", **which(await sent(client)), reason="误")
        seen, after = [], None
        for _ in range(3):
            page = (await zhou.ask(LIST, box="SENT", sort="DUE", first=1, after=after)).data["referrals"]
            seen += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
        assert seen == [*made, gone["id"]]
        assert page["pageInfo"]["hasNextPage"] is False


class TestAFilter:
    async def test_finds_no_foreign_word_by_any_of_its_pieces(self, client: Client, owner_engine) -> None:
        """A word that only one county's letter holds: neither page nor count tells anybody else that it exists."""
        await sent(client, facts="鸂鶒鸂鶒独此一家")
        elsewhere = Client(client.http, await a_county(owner_engine))
        strangers = [client.as_(who) for who in ("guan", "huang", "ye", "pan", "wen")]
        strangers += [elsewhere.as_(who) for who in ("zhou", "gao", "wu", "shen")]
        for stranger in strangers:
            for text in ("鸂", "鸂鶒", "鶒独此", "独此一家"):
                for box in ("SENT", "RECEIVED", "OVERSEEN"):
                    assert await listed(stranger, box, text=text) == []
                    counts = (await stranger.ask(COUNTS, box=box, filter={"text": text})).data
                    assert counts["referralCounts"]["total"] == 0

    async def test_by_a_foreign_body_is_like_one_by_none(self, client: Client, owner_engine) -> None:
        await sent(client)
        elsewhere = await a_county(owner_engine)
        for foreign in (
            global_id("Organisation", elsewhere.bodies["kunyang"]),
            global_id("Organisation", new_id()),
        ):
            for who, box in (("zhou", "SENT"), ("wu", "OVERSEEN")):
                assert await listed(client.as_(who), box, receivers=[foreign]) == []

    @pytest.mark.parametrize(
        ("by", "code", "field"),
        [
            ({"senders": ["x"]}, "BAD_ID", "senders"),
            ({"receivers": [global_id("Person", new_id())]}, "BAD_ID", "receivers"),
            ({"text": "土" * 201}, "SEARCH_TOO_LONG", "text"),
            ({"text": "a\x00b"}, "TEXT_NOT_WRITABLE", "text"),
            ({"itemCodes": ["a\x00"]}, "TEXT_NOT_WRITABLE", "itemCodes"),
            ({"sentAt": {"since": "yesterday"}}, "BAD_REQUEST", None),
            ({"states": ["LOST"]}, "BAD_REQUEST", None),
        ],
    )
    async def test_that_makes_no_sense_is_refused(self, client: Client, by, code, field) -> None:
        answer = await client.as_("zhou").ask(LIST, box="SENT", filter=by)
        assert answer.codes == [code]
        assert answer.body["errors"][0]["extensions"].get("field") == field

    @pytest.mark.parametrize("text", ["%", "_", "'", "\\", "';--", "渣%土", "\U0010ffff", "。", " "])
    async def test_takes_signs_as_they_are(self, client: Client, text: str) -> None:
        draft = await done(client.as_("zhou"), "draftReferral", **letter(client, facts="渣土。"))
        expected = [draft["id"]] if text in ("。", " ") else []
        assert await listed(client.as_("zhou"), "SENT", text=text) == expected

    async def test_takes_the_first_and_the_last_day_there_is(self, client: Client) -> None:
        referral = await sent(client)
        always = {"since": "0001-01-01", "until": "9999-12-31"}
        assert await listed(client.as_("zhou"), "SENT", sentAt=always, foundOn=always) == [referral["id"]]
        assert (await client.as_("gao").ask(PEOPLE, filter={"inForceOn": "9999-12-31"})).data


class TestSecondments:
    @pytest.mark.parametrize(
        ("by", "names"),
        [
            ({}, ["周交", "管农"]),
            ({"person": "交"}, ["周交"]),
            ({"person": " 管农 "}, ["管农"]),
            ({"person": "郑"}, []),
            ({"person": "%"}, []),
            ({"person": ""}, ["周交", "管农"]),
            ({"person": " \u3000"}, ["周交", "管农"]),
            ({"person": "·"}, ["周交", "管农"]),
            ({"person": "周·交"}, ["周交"]),
            ({"posts": ["片区联络员"]}, ["管农"]),
            ({"posts": ["片区联络员"], "modes": ["STATIONED"]}, []),
            ({"modes": ["STATIONED", "AREA_TEAM"], "person": "周"}, ["周交"]),
            ({"inForceOn": "2022-11-30"}, []),
            ({"inForceOn": "2022-12-01"}, ["周交", "管农"]),
        ],
    )
    async def test_are_narrowed_in_the_same_grammar(self, client: Client, by, names) -> None:
        found = (await client.as_("gao").ask(PEOPLE, filter=by, sort="OLDEST")).data["secondments"]
        assert sorted(edge["node"]["person"]["name"] for edge in found["edges"]) == sorted(names)
        assert found["totalCount"] == len(names)
