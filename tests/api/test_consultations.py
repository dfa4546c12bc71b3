"""Consultations and the split of powers over HTTP: who decides, who answers, and that another rulebook is another right."""

from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from api.identifiers import global_id
from domain.audit.models import AuditContent, AuditLine
from domain.rulebooks.commands import load
from tests.api.conftest import Client
from tests.registered import keeps_a_register
from tests.worlds import NOW, HandSetClock, place_text

ASKED = """consultation { id version kind state standing acts asks source ground since until post answer reasons
  proposer { code } coManager { code } person { name } secondment { id version until } body { code }
  answeredBy { name } closedBy { name } deadlines { kind state obligor { code } } }"""
BOX = """query($box: ConsultationBox!, $filter: ConsultationFilter) {
  consultations(box: $box, filter: $filter) { totalCount edges { node { id kind } } } }"""
ASPECTS = """query($id: ID!) { secondment(id: $id) { aspects {
  aspect action decides heard consents copied layer document number article note may } } }"""


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def register(client: Client, owner_engine: AsyncEngine) -> None:
    await keeps_a_register(owner_engine, client.world)


def zhou(client: Client) -> str:
    return global_id("Secondment", client.world.secondments["zhou"])


def recall(client: Client, **said: Any) -> dict[str, Any]:
    known = {"secondmentId": zhou(client), "expectedVersion": 1, "kind": "RECALL"}
    return known | {"ground": "县局专项行动需要", "since": "2026-03-10"} | said


def which(asked: dict[str, Any]) -> dict[str, Any]:
    return {"consultationId": asked["id"], "expectedVersion": asked["version"]}


async def done(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    payload = await client.do(mutation, ASKED, **given)
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload["consultation"]
    return found


async def refused(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    payload = await client.do(mutation, ASKED, **given)
    assert payload["consultation"] is None
    (error,) = payload["userErrors"]
    found: dict[str, Any] = error
    return found


async def aspects(client: Client) -> dict[str, dict[str, Any]]:
    """What an officer's secondment says, by aspect."""
    found = (await client.ask(ASPECTS, id=zhou(client))).data["secondment"]["aspects"]
    return {each["aspect"]: each for each in found}


class TestAspects:
    async def test_say_who_decides_by_which_article(self, client: Client) -> None:
        found = await aspects(client.as_("gao"))
        assert len(found) == 17
        assert found["DISCIPLINE"] == {
            "aspect": "DISCIPLINE",
            "action": "DECIDE",
            "decides": ["HOST"],
            "heard": None,
            "consents": None,
            "copied": "HOME",
            "layer": "COUNTY",
            "document": "昆阳镇执法改革下沉人员县属乡用共管制度",
            "number": "昆政发〔2022〕66号附件2",
            "article": "8",
            "note": found["DISCIPLINE"]["note"],
            "may": True,
        }
        assert found["DISCIPLINE"]["note"].startswith("由条文推出：")
        recall = found["RECALL"]
        assert (recall["layer"], recall["decides"], recall["heard"]) == ("PLATFORM", ["HOME"], "HOST")
        assert recall["note"].startswith("惯例：")
        assert found["APPOINTMENT"]["decides"] == ["HOME", "HOST"]
        assert found["REGISTER"]["action"] == "READ"

    async def test_say_what_whoever_asks_may_do(self, client: Client) -> None:
        may = {
            who: {name for name, each in (await aspects(client.as_(who))).items() if each["may"]}
            for who in ("lin", "tang", "zhou", "gao", "wu")
        }
        assert may == {
            "lin": {
                "REGISTER",
                "GUIDANCE",
                "PAY",
                "PROPERTY",
                "TRAINING",
                "APPOINTMENT",
                "RECALL",
                "TRANSFER",
                "BORROWING",
            },
            "tang": {"REGISTER", "APPOINTMENT", "RECALL", "TRANSFER", "BORROWING"},
            "zhou": {"REGISTER"},
            "gao": {
                "ATTENDANCE",
                "LEAVE",
                "NIGHT_DUTY",
                "REGISTER",
                "DAILY_MANAGEMENT",
                "EVERYDAY_APPRAISAL",
                "TARGET_APPRAISAL",
                "PARTY_RELATIONS",
                "DISCIPLINE",
                "APPOINTMENT",
            },
            # Through oversight, and that alone.
            "wu": {"REGISTER"},
        }

    async def test_are_no_strangers_to_see(self, client: Client) -> None:
        for who in ("huang", "pan"):
            assert (await client.as_(who).ask(ASPECTS, id=zhou(client))).data["secondment"] is None


class TestARecall:
    async def test_goes_from_the_proposal_to_the_end_of_the_secondment(self, client: Client) -> None:
        tang, gao = client.as_("tang"), client.as_("gao")
        asked = await done(tang, "proposeConsultation", **recall(client))
        assert {name: asked[name] for name in ("state", "standing", "acts", "asks", "deadlines")} == {
            "state": "ASKED",
            "standing": "WAITS",
            "acts": ["WITHDRAW"],
            "asks": "OPINION",
            "deadlines": [
                {"kind": "consultation.opinion", "state": "RUNNING", "obligor": {"code": "kunyang"}}
            ],
        }
        assert (asked["proposer"]["code"], asked["coManager"]["code"]) == ("transport", "kunyang")
        early = await refused(tang, "carryOutConsultation", **which(asked))
        assert early["code"] == "CONSULTATION_NOT_ANSWERED"
        assert "平台默认规则（惯例，非法律规定） 55" in early["message"]
        (received,) = (await gao.ask(BOX, box="RECEIVED", filter={"kinds": ["RECALL"]})).data[
            "consultations"
        ]["edges"]
        assert received["node"] == {"id": asked["id"], "kind": "RECALL"}
        heard = await done(
            gao, "answerConsultation", **which(asked), answer="OBJECTS", reasons="辖区力量不足。"
        )
        assert (heard["state"], heard["acts"], heard["answeredBy"]) == ("CLEARED", [], {"name": "高镇"})
        seen = (
            await client.as_("lin").ask(
                f"query($id: ID!) {{ {ASKED.replace('consultation', 'consultation(id: $id)', 1)} }}",
                id=asked["id"],
            )
        ).data
        # Its head may decide and not end a secondment: that is for personnel.
        assert seen["consultation"]["acts"] == ["WITHDRAW"]
        ended = await done(tang, "carryOutConsultation", **which(heard))
        assert (ended["state"], ended["standing"], ended["acts"]) == ("CARRIED_OUT", "OVER", [])
        assert ended["secondment"]["until"] == "2026-03-09"
        gone = (await client.as_("zhou", "kunyang").ask("{ unreadCount }")).codes
        assert gone == ["CAPACITY_REFUSED"]

    async def test_is_refused_directly_with_the_article(self, client: Client) -> None:
        payload = await client.as_("tang", language="zh").do(
            "endSecondment",
            "secondment { id }",
            secondmentId=zhou(client),
            expectedVersion=1,
            endsOn="2026-03-10",
            reason="轮岗",
        )
        (error,) = payload["userErrors"]
        assert error["code"] == "SECONDMENT_RECALL_NOT_CLEARED"
        assert error["message"].startswith(
            "从昆阳镇人民政府召回人员，须先征求其意见（平台默认规则（惯例，非法律规定） 55）"
        )

    async def test_may_go_on_in_silence(self, client: Client, api_clock: HandSetClock) -> None:
        asked = await done(client.as_("tang"), "proposeConsultation", **recall(client))
        api_clock.instant = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)
        seen = (
            await client.as_("tang").ask(
                "query($id: ID!) { consultation(id: $id) { standing acts } }", id=asked["id"]
            )
        ).data
        assert seen["consultation"] == {"standing": "CLEAR_BY_SILENCE", "acts": ["WITHDRAW", "CARRY_OUT"]}
        assert (await done(client.as_("tang"), "carryOutConsultation", **which(asked)))["answer"] is None

    @pytest.mark.parametrize("who", ["huang", "pan", "chen", "xu", "zhou"])
    async def test_is_nobody_elses_to_see(self, client: Client, who: str) -> None:
        asked = await done(client.as_("tang"), "proposeConsultation", **recall(client))
        stranger = client.as_(who)
        found = (await stranger.ask("query($id: ID!) { consultation(id: $id) { id } }", id=asked["id"])).data
        assert found["consultation"] is None
        for box in ("SENT", "RECEIVED", "OVERSEEN"):
            assert (await stranger.ask(BOX, box=box)).data["consultations"]["totalCount"] == 0
        error = await refused(stranger, "answerConsultation", **which(asked), answer="AGREES")
        assert error["code"] == "NOT_FOUND"


class TestAnotherRulebook:
    """Loaded while everybody goes on: the next request goes by it, and it is on record."""

    TURNED = (
        '\n[powers.recall]\ndecide = "host"\nroles = ["head"]\ndocument = "KY-A2"\narticle = "99"\n'
        'adopted_from = "kunyang"\n'
    )

    async def load(self, owner: AsyncEngine, client: Client, more: str = "") -> str:
        text = place_text("pingyang.toml", county=client.world.code) + more
        async with AsyncSession(owner) as session, session.begin():
            loaded = await load(session, text=text, name="county.toml", now=NOW)
        assert loaded.policies_changed
        return f"{loaded.place} {loaded.version}"

    async def test_gives_and_takes_the_right_with_the_next_request(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        tang, gao = client.as_("tang"), client.as_("gao")
        first = await done(tang, "proposeConsultation", **recall(client))
        await done(tang, "withdrawConsultation", **which(first))
        assert (await refused(gao, "proposeConsultation", **recall(client)))["code"] == "NOT_PERMITTED"
        assert (await aspects(gao))["RECALL"]["may"] is False

        version = await self.load(owner_engine, client, self.TURNED)

        assert (await refused(tang, "proposeConsultation", **recall(client)))["code"] == "NOT_PERMITTED"
        shown = (await aspects(gao))["RECALL"]
        assert (shown["decides"], shown["layer"], shown["article"], shown["may"]) == (
            ["HOST"],
            "COUNTY",
            "99",
            True,
        )
        theirs = await done(gao, "proposeConsultation", **recall(client))
        assert (theirs["asks"], theirs["state"], theirs["proposer"]) == (
            "NOTHING",
            "CLEARED",
            {"code": "kunyang"},
        )
        await done(gao, "withdrawConsultation", **which(theirs))
        assert await self.lines(owner_engine, client) == [version]

        # And back again, by the text that was there before.
        again = await self.load(owner_engine, client)
        await done(tang, "proposeConsultation", **recall(client))
        assert (await refused(gao, "proposeConsultation", **recall(client)))["code"] == "NOT_PERMITTED"
        assert await self.lines(owner_engine, client) == [version, again]

    @staticmethod
    async def lines(owner: AsyncEngine, client: Client) -> list[str]:
        async with owner.connect() as connection:
            found = await connection.scalars(
                select(AuditContent.content)
                .join(AuditLine, AuditLine.id == AuditContent.line_id)
                .where(
                    AuditLine.county_id == client.world.county_id,
                    AuditLine.action == "rulebook.loaded",
                )
                .order_by(AuditLine.id)
            )
            return [f"{each['place']} {each['version']}" for each in found]
