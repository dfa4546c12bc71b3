"""The lineage of bodies and units over GraphQL, and acting for a body that is no more, as a front end does it."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.api.letters import LETTER, body, refused, sent, which
from tests.domain.lineage.office import FOUNDED, MERGED, RENAMED, SPLIT, on_record
from tests.worlds import NOW, HandSetClock

BODY = """
query($id: ID!, $before: Date!, $after: Date!) {
  organisation(id: $id) {
    foundedOn code name shortName before: nameOn(day: $before) after: nameOn(day: $after)
    formerNames { name shortName until } dissolvedOn heir { code }
    predecessors { code } successors { code }
    lineage { kind since document number }
  }
}
"""

STATISTICS = """
query($basis: ReferralStatisticsBasis!) {
  referralStatistics(basis: $basis) { body { code } sent received concluded overdue }
}
"""


async def shown(client: Client, code: str) -> dict:
    """A body with its lineage, by its code."""
    found = await client.ask("{ organisations(first: 100) { edges { node { id code } } } }")
    ids = {edge["node"]["code"]: edge["node"]["id"] for edge in found.data["organisations"]["edges"]}
    answer = await client.ask(BODY, id=ids[code], before="2026-03-09", after="2026-04-01")
    organisation: dict = answer.data["organisation"]
    return organisation


def as_heir(client: Client, who: str, of: str) -> Client:
    """Somebody's front end, acting for a body that theirs goes on for."""
    return client.as_(who).with_headers(x_acting_as=of)


class TestABody:
    async def test_shows_what_it_became(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        await on_record(owner_engine, client.world, SPLIT)
        transport = await shown(client.as_("chen"), "transport")
        assert (transport["dissolvedOn"], transport["heir"]) == ("2026-04-01", None)
        assert transport["successors"] == [{"code": "roads"}, {"code": "water"}]
        assert transport["lineage"] == [
            {
                "kind": "SPLIT",
                "since": "2026-04-01",
                "document": "平阳县机构改革方案",
                "number": "平委发〔2026〕8号",
            }
        ]
        api_clock.advance(timedelta(days=30))
        assert (await shown(client.as_("chen"), "transport"))["heir"] == {"code": "roads"}

    async def test_shows_what_it_came_out_of(self, client: Client, owner_engine: AsyncEngine) -> None:
        await on_record(owner_engine, client.world, FOUNDED)
        joint = await shown(client.as_("chen"), "joint")
        assert joint["predecessors"] == [{"code": "transport"}, {"code": "agriculture"}]
        assert (joint["dissolvedOn"], joint["heir"], joint["successors"]) == (None, None, [])
        assert joint["foundedOn"] == "2026-04-01"
        assert (await shown(client.as_("chen"), "kunyang"))["foundedOn"] is None

    async def test_shows_the_names_that_it_had(self, client: Client, owner_engine: AsyncEngine) -> None:
        await on_record(owner_engine, client.world, RENAMED, since=NOW.date())
        transport = await shown(client.as_("chen"), "transport")
        assert (transport["name"], transport["shortName"]) == ("县交通运输发展局", "平运发")
        assert (transport["before"], transport["after"]) == ("县交通运输局", "县交通运输发展局")
        assert transport["formerNames"] == [
            {"name": "县交通运输局", "shortName": "平交", "until": NOW.date().isoformat()}
        ]

    async def test_is_found_by_its_name_of_then(self, client: Client, owner_engine: AsyncEngine) -> None:
        await on_record(owner_engine, client.world, RENAMED, since=NOW.date())
        for name in ("交通运输局", "运输发展"):
            answer = await client.as_("chen").ask(
                "query($name: String!) { organisationsCalled(name: $name) { code } }", name=name
            )
            assert answer.data["organisationsCalled"] == [{"code": "transport"}]

    async def test_shows_its_units_with_theirs(self, client: Client, owner_engine: AsyncEngine) -> None:
        change = (
            'body = "kunyang"\nchange = "merge"\nfrom = ["team"]\nto = ["brigade"]\n'
            '[[new]]\ncode = "brigade"\nname = "综合大队"\n'
        )
        await on_record(owner_engine, client.world, change)
        answer = await client.as_("chen").ask(
            "query($id: ID!) { organisation(id: $id) { lineage { kind } units { code dissolvedOn nameOn(day: "
            '"2026-03-01") formerNames { name } lineage { kind } } } }',
            id=body(client, "kunyang"),
        )
        found = answer.data["organisation"]
        assert found["lineage"] == []
        assert [(unit["code"], unit["dissolvedOn"], unit["lineage"]) for unit in found["units"]] == [
            ("brigade", None, [{"kind": "MERGE"}]),
            ("team", "2026-04-01", [{"kind": "MERGE"}]),
        ]


class TestALetter:
    async def test_keeps_the_name_and_number_of_its_day(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        letter = await sent(client)
        api_clock.advance(timedelta(days=1))
        await on_record(
            owner_engine, client.world, RENAMED, since=api_clock.instant.date(), now=api_clock.instant
        )
        answer = await client.as_("gao").ask(
            "query($id: ID!) { referral(id: $id) { letterNumber senderThen receiverThen sender { name } } }",
            id=letter["id"],
        )
        assert answer.data["referral"] == {
            "letterNumber": "平交移〔2026〕1号",
            "senderThen": "县交通运输局",
            "receiverThen": "昆阳镇人民政府",
            "sender": {"name": "县交通运输发展局"},
        }


class TestAnHeir:
    async def test_carries_on_and_begins_nothing(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        letter = await sent(client)
        await on_record(owner_engine, client.world, MERGED)
        api_clock.advance(timedelta(days=30))
        heir = as_heir(client, "huang", "transport")
        answer = await heir.ask(
            "query($id: ID!) { viewer { actingAs { organisationCode } } referral(id: $id) { acts } }",
            id=letter["id"],
        )
        assert answer.data["viewer"] == {"actingAs": {"organisationCode": "agriculture"}}
        assert answer.data["referral"]["acts"] == ["RECORD_STOP", "NOTE", "WITHDRAW"]
        error = await refused(
            as_heir(client, "guan", "transport"),
            "draftReferral",
            **LETTER,
            addresseeId=body(client, "kunyang"),
        )
        assert error["code"] == "NOTHING_NEW"
        payload = await heir.do(
            "withdrawReferral", "referral { state }", **which(letter), reason="机构改革后重新核实"
        )
        assert payload["referral"] == {"state": "WITHDRAWN"}

    async def test_sees_in_whose_name_to_act_and_acts(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        question = "{ viewer { actingFor { code } carriesOnFor { code } } }"
        await on_record(owner_engine, client.world, MERGED)
        huang, heir = client.as_("huang"), as_heir(client, "huang", "transport")
        own, left = {"code": "agriculture"}, [{"code": "transport"}]
        assert (await huang.ask(question)).data["viewer"] == {"actingFor": own, "carriesOnFor": []}
        api_clock.advance(timedelta(days=30))
        assert (await huang.ask(question)).data["viewer"] == {"actingFor": own, "carriesOnFor": left}
        assert (await heir.ask(question)).data["viewer"] == {
            "actingFor": {"code": "transport"},
            "carriesOnFor": left,
        }
        assert (await client.as_("chen").ask(question)).data["viewer"]["carriesOnFor"] == []
        post = global_id("Capacity", client.world["huang"].capacities["agriculture"])
        for code, codes in (("transport", []), ("kunyang", ["CAPACITY_REFUSED"])):
            answer = await as_heir(client, "huang", f"{post}@{code}").ask("{ unreadCount }")
            assert answer.codes == codes

    async def test_comes_with_the_day_and_instead_of_whoever_was_there(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        letter = await sent(client)
        await on_record(owner_engine, client.world, MERGED)
        question = "query($id: ID!) { node(id: $id) { id } }"
        heir, lin = as_heir(client, "huang", "transport"), client.as_("lin")
        assert (await lin.ask(question, id=letter["id"])).data["node"] is not None
        assert (await heir.ask(question, id=letter["id"])).codes == ["CAPACITY_REFUSED"]
        api_clock.advance(timedelta(days=30))
        assert (await lin.ask(question, id=letter["id"])).codes == ["CAPACITY_REFUSED"]
        assert (await heir.ask(question, id=letter["id"])).data["node"] is not None
        assert (await client.as_("huang").ask(question, id=letter["id"])).data["node"] is None

    async def test_is_named_to_whoever_addresses_what_is_no_more(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        await on_record(owner_engine, client.world, FOUNDED)
        api_clock.advance(timedelta(days=30))
        chen = client.as_("chen", language="zh")
        error = await refused(
            chen,
            "draftReferral",
            **LETTER,
            addresseeId=global_id("Organisation", client.world.bodies["transport"]),
        )
        assert (error["code"], error["field"]) == ("LINEAGE_DISSOLVED", "addresseeId")
        assert "县交通农业局" in error["message"]


class TestStatistics:
    async def test_count_by_the_bodies_of_then_and_of_now(
        self, client: Client, owner_engine: AsyncEngine, api_clock: HandSetClock
    ) -> None:
        await sent(client)
        await on_record(owner_engine, client.world, MERGED)
        api_clock.advance(timedelta(days=30))
        for basis, sender in (("THEN", "transport"), ("NOW", "agriculture")):
            answer = await client.as_("wu").ask(STATISTICS, basis=basis)
            found = {row["body"]["code"]: row for row in answer.data["referralStatistics"]}
            assert found.keys() == {sender, "kunyang"}
            assert found[sender] == {
                "body": {"code": sender},
                "sent": 1,
                "received": 0,
                "concluded": 0,
                "overdue": 0,
            }
            assert (found["kunyang"]["received"], found["kunyang"]["overdue"]) == (1, 1)

    async def test_are_for_those_who_oversee(self, client: Client) -> None:
        await sent(client)
        answer = await client.as_("lin").ask(STATISTICS, basis="THEN")
        assert answer.data["referralStatistics"] == []
