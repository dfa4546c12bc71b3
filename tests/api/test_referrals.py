"""Reading referrals over HTTP: boxes, pages, nested paths, and that no path shows more than another."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.connections import numbered
from api.deadlines import due_place
from api.identifiers import global_id
from domain.referrals import queries
from tenancy.ids import new_id
from tests.api.conftest import STATEMENTS, Client
from tests.api.letters import done, drafted, letter, sent, taken_in, which
from tests.databases import MigratedDatabase

LIST = """query($box: ReferralBox!, $filter: ReferralFilter, $sort: ReferralSort = NEWEST, $first: Int, $after: String) {
  referrals(box: $box, filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { cursor node { id state } } pageInfo { hasNextPage endCursor } totalCount } }"""

WHOLE = """query($id: ID!) { referral(id: $id) {
  id party facts fileOpen acts
  materials { id title } events(first: 100) { totalCount edges { node { number kind byPerson { name } } } }
  deadlines { kind state obligor { code } waiting { code } subject { id } } } }"""


async def listed(client: Client, box: str, **more: Any) -> list[str]:
    answer = await client.ask(LIST, box=box, **more)
    return [edge["node"]["id"] for edge in answer.data["referrals"]["edges"]]


class TestBoxes:
    async def test_show_a_draft_to_its_own_body_alone(self, client: Client) -> None:
        draft = await drafted(client)
        assert await listed(client.as_("lin"), "SENT") == [draft["id"]]
        for somebody in ("chen", "guan", "ye", "wu", "shen"):
            for box in ("SENT", "RECEIVED", "OVERSEEN"):
                assert await listed(client.as_(somebody), box) == []

    async def test_show_what_was_sent_to_both_sides_and_to_oversight(self, client: Client) -> None:
        referral = await sent(client)
        assert await listed(client.as_("zhou"), "SENT") == [referral["id"]]
        assert await listed(client.as_("chen"), "RECEIVED") == [referral["id"]]
        for overseer in ("wu", "shen"):
            assert await listed(client.as_(overseer), "OVERSEEN") == [referral["id"]]
        for stranger in ("guan", "ye", "lei"):
            for box in ("SENT", "RECEIVED", "OVERSEEN"):
                assert await listed(client.as_(stranger), box) == []
        assert await listed(client.as_("zhou"), "OVERSEEN") == []

    async def test_follow_the_capacity_and_not_the_person(self, client: Client) -> None:
        referral = await sent(client)
        assert await listed(client.as_("zhou", "kunyang"), "RECEIVED") == [referral["id"]]
        assert await listed(client.as_("zhou", "kunyang"), "SENT") == []
        assert await listed(client.as_("zhou", "transport"), "RECEIVED") == []

    async def test_narrow_by_state(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        out = await sent(client)
        withdrawn = await done(
            client.as_("lin"), "withdrawReferral", **which(await sent(client)), reason="误"
        )
        assert await listed(zhou, "SENT") == [withdrawn["id"], out["id"], draft["id"]]
        assert await listed(zhou, "SENT", filter={"open": True}) == [out["id"], draft["id"]]
        assert await listed(zhou, "SENT", filter={"states": ["DRAFT", "WITHDRAWN"]}) == [
            withdrawn["id"],
            draft["id"],
        ]
        assert await listed(zhou, "SENT", filter={"states": []}) == []


class TestPages:
    async def test_give_every_referral_once(self, client: Client) -> None:
        zhou = client.as_("zhou")
        drafts = [(await done(zhou, "draftReferral", **letter(client)))["id"] for _ in range(5)]
        seen: list[str] = []
        after = None
        for _ in range(3):
            page = (await zhou.ask(LIST, box="SENT", first=2, after=after)).data["referrals"]
            assert page["totalCount"] == 5
            seen += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
        assert seen == drafts[::-1]
        assert page["pageInfo"]["hasNextPage"] is False

    async def test_may_be_empty(self, client: Client) -> None:
        page = (await client.as_("zhou").ask(LIST, box="SENT", first=0)).data["referrals"]
        assert page["edges"] == []
        assert page["pageInfo"] == {"hasNextPage": False, "endCursor": None}

    @pytest.mark.parametrize(("first", "code"), [(101, "PAGE_TOO_LARGE"), (-1, "PAGE_NEGATIVE")])
    async def test_have_bounds(self, client: Client, first: int, code: str) -> None:
        answer = await client.as_("zhou").ask(LIST, box="SENT", first=first)
        assert answer.codes == [code]
        assert answer.body["errors"][0]["extensions"]["field"] == "first"

    async def test_refuse_a_cursor_of_another_list_filter_or_body(self, client: Client) -> None:
        zhou = client.as_("zhou")
        await sent(client)
        cursor = (await zhou.ask(LIST, box="SENT")).data["referrals"]["edges"][0]["cursor"]
        assert (await zhou.ask(LIST, box="SENT", after=cursor)).data
        for somebody, given in (
            (zhou, {"box": "RECEIVED"}),
            (zhou, {"box": "SENT", "filter": {"open": True}}),
            (zhou, {"box": "SENT", "filter": {"states": ["SENT"]}}),
            (client.as_("guan"), {"box": "SENT"}),
            (client.as_("zhou", "kunyang"), {"box": "SENT"}),
        ):
            answer = await somebody.ask(LIST, after=cursor, **given)
            assert answer.codes == ["BAD_CURSOR"], given
        answer = await zhou.ask("query($c: String) { organisations(after: $c) { totalCount } }", c=cursor)
        assert answer.codes == ["BAD_CURSOR"]

    async def test_refuse_a_damaged_cursor(self, client: Client) -> None:
        zhou = client.as_("zhou")
        await done(zhou, "draftReferral", **letter(client))
        cursor = (await zhou.ask(LIST, box="SENT")).data["referrals"]["edges"][0]["cursor"]
        damaged = [
            "",
            "x",
            "?",
            "游标",
            "\x00",
            cursor[:-1],
            cursor + "A",
            cursor + "=",
            cursor + "!",
            *(
                cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :]
                for n in range(0, len(cursor), 7)
            ),
        ]
        for given in damaged:
            answer = await zhou.ask(LIST, box="SENT", after=given)
            assert answer.codes in (["BAD_CURSOR"], ["TEXT_NOT_WRITABLE"]), given


class TestOneReferral:
    async def test_shows_each_side_what_it_may_see(self, client: Client) -> None:
        referral = await taken_in(client)
        for somebody in ("zhou", "lin", "tang", "chen", "gao", "xu", "wu", "shen"):
            found = (await client.as_(somebody).ask(WHOLE, id=referral["id"])).data["referral"]
            assert len(found["materials"]) == 3, somebody
            assert found["deadlines"][-1]["kind"] == "referral.verify"
            assert found["deadlines"][-1]["obligor"] == {"code": "kunyang"}

    async def test_keeps_what_came_before_sending_with_the_sender(self, client: Client) -> None:
        referral = await taken_in(client)
        own = (await client.as_("zhou").ask(WHOLE, id=referral["id"])).data["referral"]["events"]
        kinds = [edge["node"]["kind"] for edge in own["edges"]]
        assert kinds == ["DRAFTED", *["MATERIAL_ATTACHED"] * 3, "SUBMITTED", "APPROVED", "SENT", "TAKEN_IN"]
        assert own["totalCount"] == 8
        theirs = (await client.as_("chen").ask(WHOLE, id=referral["id"])).data["referral"]["events"]
        assert [edge["node"]["kind"] for edge in theirs["edges"]] == ["SENT", "TAKEN_IN"]
        assert theirs["totalCount"] == 2
        assert theirs["edges"][0]["node"]["byPerson"] == {"name": "唐文"}

    async def test_is_null_to_strangers_like_what_never_was(self, client: Client) -> None:
        referral = await sent(client)
        never = global_id("Referral", new_id())
        for stranger in ("guan", "ye"):
            for query in (WHOLE, "query($id: ID!) { node(id: $id) { id } }"):
                hidden = await client.as_(stranger).ask(query, id=referral["id"])
                unknown = await client.as_(stranger).ask(query, id=never)
                assert hidden.body == unknown.body
                assert list(hidden.data.values()) == [None]

    async def test_is_refused_by_what_is_no_id_of_a_referral(self, client: Client) -> None:
        zhou = client.as_("zhou")
        person = global_id("Person", client.world["zhou"].person_id)
        for given in ("", "x", "Referral:1", person, "编号", "A" * 5000):
            assert (await zhou.ask(WHOLE, id=given)).codes == ["BAD_ID"], given
        for given in ("", "x", "Referral:1", global_id("Nothing", new_id())):
            assert (await zhou.ask("query($id: ID!) { node(id: $id) { id } }", id=given)).codes == ["BAD_ID"]

    async def test_says_what_each_could_do_with_it(self, client: Client) -> None:
        acts = "query($id: ID!) { referral(id: $id) { acts fileOpen } }"
        draft = await drafted(client)
        seen = (await client.as_("zhou").ask(acts, id=draft["id"])).data["referral"]
        assert seen == {
            "acts": ["REVISE", "ATTACH", "LIST_ARTICLE", "RECORD_STOP", "SUBMIT", "DISCARD"],
            "fileOpen": True,
        }
        referral = await sent(client)
        for somebody, expected, is_open in (
            ("zhou", ["RECORD_STOP", "NOTE"], True),
            ("lin", ["RECORD_STOP", "NOTE", "WITHDRAW"], True),
            ("xu", ["TAKE_IN", "NOTE"], False),
            ("wu", [], False),
        ):
            found = (await client.as_(somebody).ask(acts, id=referral["id"])).data["referral"]
            assert found == {"acts": expected, "fileOpen": is_open}, somebody
        referral = await done(client.as_("xu"), "takeInReferral", **which(referral))
        found = (await client.as_("gao").ask(acts, id=referral["id"])).data["referral"]
        assert found == {
            "acts": ["VERIFY", "ASK_FOR_MATERIAL", "SUSPEND", "ACCEPT", "RETURN", "DOUBT", "PASS_ON", "NOTE"],
            "fileOpen": True,
        }


BY_NODE = WHOLE.replace("referral(id: $id) {", "node(id: $id) { ... on Referral {") + "}"

UP_AND_DOWN = """query($side: DeadlineSide!) { deadlines(side: $side, first: 100) { edges { node {
  subject { id ... on Referral { party materials { id } lastEvents(n: 100) { number } } } } } } }"""

READERS = {
    # who: which of draft, sent, taken_in they may see at all
    **{key: {"draft", "sent", "taken_in"} for key in ("zhou", "lin", "tang")},
    **{key: {"sent", "taken_in"} for key in ("chen", "xu", "gao", "wu", "shen")},
    **{key: set[str]() for key in ("guan", "ye")},
}


class TestNestedPaths:
    async def test_show_no_more_than_direct_ones(self, client: Client) -> None:
        """By node, and through a deadline up to its matter and down again: what asking for it directly shows."""
        made = {
            "draft": (await drafted(client))["id"],
            "sent": (await sent(client))["id"],
            "taken_in": (await taken_in(client))["id"],
        }
        for somebody, may_see in READERS.items():
            reader = client.as_(somebody)
            direct = {
                identifier: (await reader.ask(WHOLE, id=identifier)).data["referral"]
                for identifier in made.values()
            }
            assert {name for name, identifier in made.items() if direct[identifier]} == may_see, somebody
            for identifier, found in direct.items():
                assert (await reader.ask(BY_NODE, id=identifier)).data["node"] == found
            for side in ("OWED", "AWAITED", "OVERSEEN"):
                listed_deadlines = (await reader.ask(UP_AND_DOWN, side=side)).data["deadlines"]["edges"]
                for subject in (edge["node"]["subject"] for edge in listed_deadlines):
                    if subject is None:
                        # Oversight sees that sending is owed, and not what is still being written.
                        assert somebody in ("wu", "shen")
                        continue
                    found = direct[subject["id"]]
                    assert subject["party"] == found["party"]
                    assert subject["materials"] == [{"id": each["id"]} for each in found["materials"]]
                    assert [event["number"] for event in subject["lastEvents"]][::-1] == [
                        edge["node"]["number"] for edge in found["events"]["edges"]
                    ]


class TestBatches:
    async def test_ask_the_database_as_often_for_one_as_for_many(self, client: Client) -> None:
        """Counted where the server sends them: for one referral and for thirteen."""
        zhou = client.as_("zhou")
        query = """{ referrals(box: SENT, first: 100) { edges { node {
          id sender { code functions } receiver { code } owner { name } draftedBy { name } approvedBy { name }
          materials { id } deadlines { kind state obligor { code } rungs { rung } }
          lastEvents(n: 2) { kind byPerson { name } byOrganisation { code } } } } } }"""
        await done(zhou, "draftReferral", **letter(client))
        one = await _statements(zhou, query)
        for to in ("aojiang", "shuitou", "kunyang", "agriculture") * 3:
            await done(zhou, "draftReferral", **letter(client, to=to))
        many = await _statements(zhou, query)
        assert one == many
        assert 5 < one < 20


async def _statements(client: Client, query: str) -> int:
    before = STATEMENTS.count
    answer = await client.ask(query)
    assert answer.data["referrals"]["edges"]
    return STATEMENTS.count - before


class TestOneSnapshot:
    async def test_answers_with_one_moment_however_long_it_takes(
        self, client: Client, migrated_database: MigratedDatabase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between the page and its total, somebody adds to the list: the total is that of the page's moment."""
        zhou = client.as_("zhou")
        await done(zhou, "draftReferral", **letter(client))
        original = queries.page

        async def adding_one_in_between(work: Any, **asked: Any) -> Any:
            rows = await original(work, **asked)
            somebody = create_async_engine(migrated_database.owner)
            async with somebody.begin() as connection:
                await connection.execute(
                    text(
                        "insert into referrals select (jsonb_populate_record(r, jsonb_build_object('id',"
                        " gen_random_uuid()))).* from referrals r where county_id = :county"
                    ),
                    {"county": client.world.county_id},
                )
            await somebody.dispose()
            return rows

        with monkeypatch.context() as patched:
            patched.setattr(queries, "page", adding_one_in_between)
            page = (await zhou.ask(LIST, box="SENT")).data["referrals"]
        assert (len(page["edges"]), page["totalCount"]) == (1, 1)
        assert len(await listed(zhou, "SENT")) == 2


class TestSelfMadeCursors:
    @pytest.mark.parametrize(
        ("placed", "position"),
        [
            (numbered, "999999999999"),
            (numbered, "-1"),
            (due_place, "2026-03-10T00:00:00/01a1fbac-532e-7374-a4aa-f24713b2bad7"),
            (due_place, "0001-01-01T00:00:00+00:00/01a1fbac-532e-7374-a4aa-f24713b2bad7"),
        ],
    )
    def test_name_no_place_that_the_database_cannot_tell(self, placed, position) -> None:
        with pytest.raises(ValueError, match=r".+"):
            placed(position)
