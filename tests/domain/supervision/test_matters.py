"""About what a supervision note can be written, on which day, and between whom: on a real database, with a real catalogue."""

from datetime import date, timedelta

import pytest

from domain.catalogue import commands as catalogue
from domain.catalogue import supervising
from domain.lineage.rules import Dissolved
from domain.supervision import rules
from tenancy.ids import new_id
from tenancy.refusals import NotFound
from tests.domain.lineage.office import on_record
from tests.domain.supervision.desk import LETTER, LONG_AGO, ORDER, TODAY, Desk, a_place
from tests.worlds import a_county


class TestTheItem:
    async def test_is_the_writing_departments_on_that_day(self, desk):
        # Agriculture's own, but not aojiang's by that notice; and transport's is not agriculture's to supervise.
        with pytest.raises(rules.OfAnotherDepartment, match="县交通运输局"):
            await desk.draft("guan")
        await desk.draft("guan", "aojiang", about=(desk.other_item, desk.other_notice))
        with pytest.raises(rules.OfAnotherDepartment, match="县交通运输局"):
            await desk.draft("chen", "agriculture", kind="technical_support")

    async def test_changes_its_department_with_its_version(self, desk, clock):
        async with desk.as_("wu") as work:
            await catalogue.publish_item(
                work,
                item=catalogue.Published(
                    code=desk.item.code,
                    name="渣土",
                    field="农业农村",
                    department_id=desk.world.bodies["agriculture"],
                    powers=("penalty",),
                    establishing_basis="法",
                    punishing_basis="法",
                    bands=[("一般", 1, 2)],
                    since=TODAY,
                ),
            )
        # What arose yesterday is still transport's, what arises today is agriculture's.
        assert (await desk.draft()).state == "draft"
        with pytest.raises(rules.OfAnotherDepartment):
            await desk.draft(arose_on=TODAY)
        assert (await desk.draft("guan", arose_on=TODAY)).state == "draft"
        async with desk.as_("pan") as work:
            for day, department in ((LETTER["arose_on"], "transport"), (TODAY, "agriculture")):
                found = await supervising.supervised_by(work, [desk.item.id], on=day)
                assert found[desk.item.id].department_id == desk.world.bodies[department]
                assert found[desk.item.id].article == "昆阳镇综合行政执法协同配合工作办法 3"

    async def test_was_the_townships_by_that_notice(self, desk):
        with pytest.raises(rules.NotHeld, match="鳌江镇人民政府"):
            await desk.draft(to="aojiang")
        with pytest.raises(rules.NotHeld):
            await desk.draft(about=(desk.item, desk.other_notice))
        with pytest.raises(rules.NotSupervised):
            await desk.draft(arose_on=LONG_AGO - timedelta(days=1))
        later = await desk.given("transport", "kunyang", since=date(2026, 3, 10))
        with pytest.raises(rules.NotHeld, match="only from 2026-03-10 on"):
            await desk.draft(about=later)
        item, _ = await desk.given("transport", "aojiang")
        with pytest.raises(rules.NotHeld):
            await desk.draft(about=(item, desk.notice))

    async def test_that_was_never_listed_or_given_is_not_found(self, desk):
        other = await Desk(desk.edge, desk.world).laid()
        for field in ("item", "notice"):
            about = {"item": desk.item, "notice": desk.notice}
            about[field] = type("Nothing", (), {"id": new_id()})
            with pytest.raises(NotFound):
                await desk.draft(about=tuple(about.values()))
        assert await other.draft()

    async def test_needs_a_day_that_has_come(self, desk):
        with pytest.raises(rules.DayToCome):
            await desk.draft(arose_on=TODAY + timedelta(days=1))

    async def test_is_a_matter_of_the_townships_time_also_after_a_recall(self, desk, clock):
        await desk.recall(TODAY + timedelta(days=2))
        clock.advance(timedelta(days=2))
        for day in (LETTER["arose_on"], TODAY, TODAY + timedelta(days=1)):
            assert (await desk.sent(arose_on=day)).state == "sent"
        with pytest.raises(rules.NotHeld) as refused:
            await desk.draft(arose_on=TODAY + timedelta(days=2))
        assert "recalled from 2026-03-12 on" in refused.value.sentence("en")
        assert "自2026-03-12起收回" in refused.value.sentence("zh")
        with pytest.raises(rules.NotHeld):
            await desk.draft(
                "chen", "transport", kind="technical_support", arose_on=TODAY + timedelta(days=2)
            )

    async def test_that_was_recalled_after_drafting_can_still_be_sent_about(self, desk, clock):
        note = await desk.draft(arose_on=TODAY)
        await desk.recall(TODAY + timedelta(days=1))
        clock.advance(timedelta(days=3))
        with pytest.raises(rules.NotHeld):
            await desk.do("zhou", "revise", note, arose_on=TODAY + timedelta(days=1))
        assert (await desk.do("lin", "send", note)).state == "sent"

    async def test_is_held_through_a_class_while_the_township_is_in_it(self, desk, clock):
        async with desk.as_("wu") as work:
            joined = await catalogue.publish_class(work, code="developed", name="经济发达镇")
        for township, since in (("kunyang", LONG_AGO), ("aojiang", TODAY)):
            async with desk.as_("wu") as work:
                await catalogue.classify(
                    work, township_id=desk.world.bodies[township], class_id=joined.id, since=since
                )
        about = await desk.given("transport", None, class_id=joined.id)
        await desk.sign(about[1], "gao")
        await desk.sign(about[1], "pan", on=TODAY)
        assert await desk.draft(about=about)
        assert await desk.draft(to="aojiang", about=about, arose_on=TODAY)
        with pytest.raises(rules.NotHeld):
            await desk.draft(to="aojiang", about=about)
        with pytest.raises(rules.NotHeld):
            await desk.draft(to="shuitou", about=about)

    async def test_must_be_signed_for_where_the_place_says_so(self, desk):
        about = await desk.given("transport", "kunyang")
        with pytest.raises(rules.NotHeld) as refused:
            await desk.draft(about=about, arose_on=TODAY)
        assert "had not signed" in refused.value.sentence("en")
        await desk.sign(about[1], "gao", on=TODAY)
        assert await desk.draft(about=about, arose_on=TODAY)
        with pytest.raises(rules.NotHeld):
            await desk.draft(about=about)


class TestThePlace:
    async def test_may_leave_no_supervision_behind(self, edge, owner_engine):
        desk = await a_place(
            edge,
            owner_engine,
            (
                "[catalogue.department_supervises]\nvalue = true",
                "[catalogue.department_supervises]\nvalue = false",
            ),
        )
        with pytest.raises(rules.NotSupervised):
            await desk.draft()
        async with desk.as_("zhou") as work:
            assert await supervising.supervised_by(work, [desk.item.id], on=TODAY) == {}

    async def test_may_have_townships_ask_otherwise(self, edge, owner_engine):
        desk = await a_place(
            edge,
            owner_engine,
            ("[supervision.township_asks]\nvalue = true", "[supervision.township_asks]\nvalue = false"),
        )
        with pytest.raises(rules.TownshipDoesNotAsk, match="昆阳镇综合行政执法协同配合工作办法 5"):
            await desk.draft("chen", "transport", kind="technical_support")
        # The department still gives support of its own accord.
        assert await desk.draft(kind="technical_support")


class TestTheTwo:
    async def test_are_a_department_and_a_township(self, desk):
        for who, to in (("zhou", "agriculture"), ("zhou", "coordination"), ("chen", "aojiang")):
            with pytest.raises(rules.NotBetweenThese):
                await desk.draft(who, to)

    async def test_have_kinds_of_their_own(self, desk):
        with pytest.raises(rules.TownshipOnlyAsks):
            await desk.draft("chen", "transport")
        with pytest.raises(rules.OrderNeeded):
            await desk.draft(kind="correction_order")
        order = await desk.sent(**ORDER)
        assert (order.kind, order.order_number) == ("correction_order", "平交责改〔2026〕7号")

    async def test_are_bodies_of_the_county(self, desk, owner_engine):
        elsewhere = await a_county(owner_engine)
        desk.world.bodies["foreign"] = elsewhere.bodies["kunyang"]
        with pytest.raises(NotFound) as refused:
            await desk.draft(to="foreign")
        assert refused.value.field == "addressee_id"

    async def test_leave_out_a_body_that_is_no_more(self, desk, owner_engine, clock):
        note = await desk.draft()
        await on_record(
            owner_engine,
            desk.world,
            'change = "merge"\nfrom = ["kunyang"]\nto = ["aojiang"]\n',
            since=TODAY + timedelta(days=1),
        )
        clock.advance(timedelta(days=1))
        with pytest.raises(Dissolved):
            await desk.do("lin", "send", note)

    async def test_include_whoever_goes_on_for_the_department(self, desk, owner_engine, clock):
        await on_record(
            owner_engine,
            desk.world,
            'change = "merge"\nfrom = ["transport"]\nto = ["agriculture"]\n',
            since=TODAY + timedelta(days=1),
        )
        clock.advance(timedelta(days=1))
        assert (await desk.do("huang", "send", await desk.draft("guan"))).state == "sent"
