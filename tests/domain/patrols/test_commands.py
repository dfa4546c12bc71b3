"""A body that only patrols, on a real database and by Huancui's own rulebook: what it can do, and that it can do no more."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from domain.agreements import commands as agreements
from domain.agreements.rules import NotAParty
from domain.alerts import commands as alerts
from domain.catalogue import commands as catalogue
from domain.catalogue import competence, empowering, entrusting
from domain.catalogue.competence import Question
from domain.catalogue.rules import NotATownship
from domain.lineage.rules import Dissolved
from domain.organisations.models import Organisation
from domain.patrols.rules import DecidesNothing, HandsOverElsewhere, NobodyNamed, ReceivesNothing
from domain.referrals import queries as referrals
from domain.referrals.refusals import DirectionForbidden
from tenancy.refusals import NotPermitted
from tests.domain.lineage.office import on_record
from tests.domain.referrals.desk import KINDS, Desk
from tests.worlds import a_county, shipped

TODAY = date(2026, 3, 10)
ITEM = "HC0001"
ARTICLE = "二（五）13"


def the_rules(line='value = { likoushan = "zhangcun" }'):
    """Huancui's, for a county in which shuitou patrols and kunyang takes over."""
    text = shipped("huancui.toml")
    assert 'value = { likoushan = "zhangcun" }' in text
    return text.replace('value = { likoushan = "zhangcun" }', line)


async def a_desk(owner_engine, edge, rulebook):
    world = await a_county(owner_engine, rulebook=rulebook)
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Organisation)
            .where(Organisation.county_id == world.county_id, Organisation.code == "shuitou")
            .values(kind="patrol_body", name="里口山管理服务中心")
        )
    desk = Desk(edge, world)
    desk.kinds = KINDS["huancui"]
    return desk


@pytest.fixture
async def desk(owner_engine, edge):
    return await a_desk(owner_engine, edge, the_rules('value = { shuitou = "kunyang" }'))


async def handed_over(desk):
    """A letter of the patrol on the desk of whoever takes over."""
    draft = await desk.with_materials(await desk.draft("lei"), who="lei", kinds=desk.kinds)
    submitted = await desk.do("lei", "submit", draft, missing_reason="当事人身份不明")
    return await desk.do("li", "send", await desk.do("wen", "approve", submitted))


class TestWhatItFinds:
    async def test_goes_to_the_body_named_which_handles_it(self, desk):
        sent = await handed_over(desk)
        taken_in = await desk.do("xu", "take_in", sent)
        accepted = await desk.do("gao", "accept", taken_in)
        assert accepted.owner_id == desk.world.bodies["kunyang"]
        async with desk.as_("lei") as work:
            # It follows what comes of it, and nothing of that is for it to do.
            assert referrals.open_acts(work, await referrals.the(work, sent.id)) == ["note"]

    @pytest.mark.parametrize("to", ["aojiang", "transport"])
    async def test_goes_to_nobody_else_and_the_refusal_says_to_whom_instead(self, desk, to):
        with pytest.raises(HandsOverElsewhere) as refused:
            await desk.draft("lei", to=to)
        assert "昆阳镇人民政府" in refused.value.sentence("zh")
        assert ARTICLE in refused.value.sentence("en")

    async def test_goes_to_whoever_goes_on_for_the_body_named(self, desk, owner_engine, clock):
        merged = 'change = "merge"\nfrom = ["kunyang"]\nto = ["aojiang"]\n'
        await on_record(owner_engine, desk.world, merged)
        with pytest.raises(HandsOverElsewhere):
            await desk.draft("lei", to="aojiang")
        clock.advance(timedelta(days=30))
        for to, refusal in (("kunyang", Dissolved), ("transport", HandsOverElsewhere)):
            with pytest.raises(refusal) as refused:
                await desk.draft("lei", to=to)
            assert "鳌江镇人民政府" in refused.value.sentence("zh")
        assert (await desk.draft("lei", to="aojiang")).addressee_id == desk.world.bodies["aojiang"]
        with pytest.raises(ReceivesNothing) as refused:
            await desk.draft("guan", to="shuitou")
        assert "鳌江镇人民政府" in refused.value.sentence("zh")

    async def test_is_not_redirected_by_revising_the_draft(self, desk):
        draft = await desk.draft("lei")
        with pytest.raises(HandsOverElsewhere):
            await desk.do("lei", "revise", draft, addressee_id=desk.world.bodies["aojiang"])

    async def test_goes_to_nobody_where_the_rulebook_names_nobody(self, owner_engine, edge):
        for line in ("value = {}", 'value = { shuitou = "nowhere" }'):
            desk = await a_desk(owner_engine, edge, the_rules(line))
            with pytest.raises(NobodyNamed):
                await desk.draft("lei")

    async def test_is_not_a_direction_that_a_county_allows_to_everybody(self, owner_engine, edge):
        desk = await a_desk(owner_engine, edge, shipped("xx.toml"))
        with pytest.raises(NobodyNamed):
            await desk.draft("lei")
        with pytest.raises(DirectionForbidden):
            await desk.draft("chen", to="aojiang")


class TestItReceives:
    @pytest.mark.parametrize("who", ["zhou", "chen", "ye"])
    async def test_no_case_and_whoever_sends_one_is_told_to_whom_instead(self, desk, who):
        with pytest.raises(ReceivesNothing) as refused:
            await desk.draft(who, to="shuitou")
        assert "昆阳镇人民政府" in refused.value.sentence("zh")
        assert ARTICLE in refused.value.sentence("zh")

    async def test_no_case_that_is_passed_on(self, owner_engine, edge):
        # Huancui's rules let nobody pass on; Kunyang's do.
        named = """
[patrol.hands_over_to]
value = { shuitou = "kunyang" }
document = "KY-A6"
article = "4"
adopted_from = "kunyang"
"""
        desk = await a_desk(owner_engine, edge, shipped("pingyang.toml") + named)
        taken_in = await desk.do("xu", "take_in", await sent_by_transport(desk))
        with pytest.raises(ReceivesNothing):
            await desk.do("gao", "pass_on", taken_in, addressee_id=desk.world.bodies["shuitou"])


async def sent_by_transport(desk):
    draft = await desk.with_materials(await desk.draft(), kinds=desk.kinds)
    submitted = await desk.do("zhou", "submit", draft, missing_reason="当事人身份不明")
    return await desk.do("tang", "send", await desk.do("lin", "approve", submitted))


async def an_item(desk):
    async with desk.as_("wu") as work:
        return await catalogue.publish_item(
            work,
            item=catalogue.Published(
                code=ITEM,
                name="毁坏绿地",
                field="城市管理",
                department_id=desk.world.bodies["transport"],
                powers=["penalty", "inspection"],
                establishing_basis="条例",
                punishing_basis="条例",
                bands=[("一般", 100, 1000)],
                since=date(2024, 1, 1),
            ),
        )


async def empowered(desk, township, item):
    async with desk.as_("wu") as work:
        return await empowering.empower(
            work,
            number="环公告〔2025〕1号",
            title="公告",
            since=date(2025, 1, 1),
            township_id=desk.world.bodies[township],
            class_id=None,
            items={item.id: ["penalty"]},
        )


class TestItHolds:
    async def test_no_power_and_no_duty(self, desk):
        item = await an_item(desk)
        centre = desk.world.bodies["shuitou"]
        with pytest.raises(NotATownship):
            await empowered(desk, "shuitou", item)
        async with desk.as_("lin") as work:
            with pytest.raises(NotATownship):
                await entrusting.entrust(
                    work,
                    item_id=item.id,
                    township_id=centre,
                    powers=["inspection"],
                    since=TODAY,
                    until=date(2027, 1, 1),
                    basis="协议",
                    duties="巡查",
                    number="委〔2026〕1号",
                )
        async with desk.as_("wu") as work:
            with pytest.raises(DecidesNothing):
                await catalogue.publish_duty(
                    work,
                    code="D1",
                    matter="噪声",
                    organisation_id=centre,
                    basis="清单",
                    since=TODAY,
                    until=None,
                )

    async def test_no_say_in_lists_and_alerts(self, desk):
        async with desk.as_("lei") as work:
            with pytest.raises(DecidesNothing):
                await alerts.draft(
                    work,
                    kind="hazard",
                    subject="隐患",
                    facts="情况",
                    place="山口",
                    item_code=None,
                    addressee_ids=[desk.world.bodies["transport"]],
                )
        async with desk.as_("wen") as work:
            with pytest.raises(NotAParty):
                await agreements.propose(
                    work,
                    addressee_id=desk.world.bodies["kunyang"],
                    item_code=ITEM,
                    since=date(2026, 4, 1),
                    materials=[("letter", "required", "移送函")],
                )

    async def test_no_right_to_decide_what_it_handed_over(self, desk):
        taken_in = await desk.do("xu", "take_in", await handed_over(desk))
        accepted = await desk.do("gao", "accept", taken_in)
        with pytest.raises(NotPermitted):
            await desk.do(
                "wen",
                "record_decision",
                accepted,
                decision="penalty",
                effective_on=TODAY,
                note="罚款",
            )


class TestWhoIsCompetent:
    async def whose(self, desk, place, code=ITEM):
        async with desk.as_("lei") as work:
            return await competence.whose(
                work, Question(code=code, township_id=desk.world.bodies[place], day=TODAY)
            )

    async def test_where_it_patrols_is_whoever_takes_over_with_the_article(self, desk):
        notice = await empowered(desk, "kunyang", await an_item(desk))
        async with desk.as_("gao") as work:
            await empowering.sign(work, empowerment_id=notice.id)
        before = await self.whose(desk, "shuitou")
        # Signed for today, so still within the transition; but it is kunyang's grants that were looked at.
        assert [each.because for each in before.chain] == ["patrolled", "listed", "empowered", "transition"]
        assert before.chain[0].body_id == desk.world.bodies["kunyang"]
        assert ARTICLE in before.chain[0].source
        direct = await self.whose(desk, "kunyang")
        assert (before.body_id, before.chain[1:]) == (direct.body_id, direct.chain)

    async def test_is_never_the_patrol(self, desk):
        await an_item(desk)
        for code in (ITEM, "unknown"):
            assert (await self.whose(desk, "shuitou", code)).body_id != desk.world.bodies["shuitou"]

    async def test_is_the_department_where_nobody_takes_over(self, owner_engine, edge):
        desk = await a_desk(owner_engine, edge, the_rules("value = {}"))
        await an_item(desk)
        answer = await self.whose(desk, "shuitou")
        assert answer.body_id == desk.world.bodies["transport"]
        assert [each.because for each in answer.chain] == ["listed", "no_township"]
