"""Supervision notes on a real database: who writes about what, who owes what by when, the refusals, and races.

Rights are printed as a matrix in `tests/policies`; walls between tenants are the business of `tests/isolation`.
"""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from domain.audit.models import AuditLine
from domain.catalogue import commands as catalogue
from domain.catalogue import empowering, supervising
from domain.catalogue.models import ItemVersion
from domain.deadlines.firing import move_on, ring, take_due
from domain.deadlines.models import Deadline
from domain.documents.models import IssuedNumber
from domain.edge import errand
from domain.lineage.rules import Dissolved
from domain.outbox.models import Announcement
from domain.spans import Span
from domain.supervision import commands, queries, rules
from domain.supervision.models import SupervisionNote
from domain.texts import FieldEmpty
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.lineage.office import on_record
from tests.worlds import a_county, place_text

LETTER = {
    "kind": "source_control",
    "arose_on": date(2026, 3, 9),
    "subject": "渣土运输车辆密闭装置",
    "facts": "年审中发现三家企业车辆密闭装置老化。",
    "request": "请在巡查中留意并反馈。",
}
ORDER = {"kind": "correction_order", "order_number": "平交责改〔2026〕7号"}
TODAY, LONG_AGO = date(2026, 3, 10), date(2024, 1, 1)


class Desk:
    """What people of one world do at their desks, each act in a transaction of its own.

    Transport's item was given to kunyang long ago, and agriculture's to aojiang.
    """

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who):
        async with self.edge.writing(self.world[who].credentials) as work:
            yield work

    async def laid(self):
        self.item, self.notice = await self.given("transport", "kunyang")
        self.other_item, self.other_notice = await self.given("agriculture", "aojiang")
        await self.sign(self.notice, "gao")
        await self.sign(self.other_notice, "pan")
        return self

    async def item_of(self, department, code, since=LONG_AGO):
        async with self.as_("wu") as work:
            return await catalogue.publish_item(
                work,
                item=catalogue.Published(
                    code=code,
                    name="未采取密闭措施运输渣土",
                    field="交通运输",
                    department_id=self.world.bodies[department],
                    powers=("penalty", "inspection"),
                    establishing_basis="条例第三条",
                    punishing_basis="条例第四条",
                    bands=[("一般", 1000, 5000)],
                    since=since,
                ),
            )

    async def given(self, department, township, *, since=LONG_AGO, class_id=None):
        item = await self.item_of(department, f"XG-{department}-{new_id()}")
        async with self.as_("wu") as work:
            notice = await empowering.empower(
                work,
                number="平政告〔2024〕1号",
                title="赋权公告",
                since=since,
                township_id=None if class_id else self.world.bodies[township],
                class_id=class_id,
                items={item.id: ("penalty",)},
            )
        return item, notice

    async def sign(self, notice, *heads, on=LONG_AGO):
        """Let these heads have signed for a notice on a day: this place has townships sign."""
        now, self.edge.clock.instant = self.edge.clock.instant, datetime(*on.timetuple()[:3], 1, tzinfo=UTC)
        for head in heads:
            async with self.as_(head) as work:
                await empowering.sign(work, empowerment_id=notice.id)
        self.edge.clock.instant = now

    async def recall(self, since):
        async with self.as_("wu") as work:
            await empowering.recall(
                work,
                empowerment_id=self.notice.id,
                township_id=self.world.bodies["kunyang"],
                item_ids={self.item.id},
                since=since,
                reasons="评估不合格",
            )

    async def draft(self, who="zhou", to="kunyang", about=None, **changed):
        item, notice = about or (self.item, self.notice)
        async with self.as_(who) as work:
            return await commands.draft(
                work,
                addressee_id=self.world.bodies[to],
                item_id=item.id,
                empowerment_id=notice.id,
                **(LETTER | changed),
            )

    async def do(self, who, act, note, **given):
        async with self.as_(who) as work:
            return await getattr(commands, act)(
                work,
                supervision_note_id=note.id,
                expected_version=given.pop("expected_version", note.version),
                **given,
            )

    async def sent(self, **given):
        return await self.do("lin", "send", await self.draft(**given))

    async def asked(self):
        """A request for technical support of kunyang's, sent."""
        return await self.do("gao", "send", await self.draft("chen", "transport", kind="technical_support"))

    async def sees(self, who, note):
        async with self.as_(who) as work:
            return note.id in await queries.of_ids(work, [note.id])


@pytest_asyncio.fixture(loop_scope="session")
async def desk(edge, world):
    return await Desk(edge, world).laid()


async def a_place(edge, owner_engine, *changes):
    """A desk in a county whose rulebook is the demo county's, but for these words."""
    rules_of_the_place = place_text("pingyang.toml", county="pingyang")
    for before, after in changes:
        assert before in rules_of_the_place
        rules_of_the_place = rules_of_the_place.replace(before, after)
    return await Desk(edge, await a_county(owner_engine, rulebook=rules_of_the_place)).laid()


async def clocks(owner_engine, world):
    """Every clock of the county: whose, which, and whether it runs."""
    codes = {identifier: code for code, identifier in world.bodies.items()}
    async with owner_engine.connect() as connection:
        rows = await connection.execute(
            select(Deadline.obligor_id, Deadline.waiting_id, Deadline.kind, Deadline.met_at).where(
                Deadline.county_id == world.county_id
            )
        )
        return {
            (codes[row.obligor_id], codes[row.waiting_id], row.kind, "met" if row.met_at else "running")
            for row in rows
        }


class TestSending:
    async def test_tells_the_township_under_a_number_and_starts_its_clocks(self, desk, owner_engine):
        note = await desk.sent()
        assert (note.state, note.letter_number) == ("sent", "平交监指〔2026〕1号")
        assert note.sent_by == desk.world["lin"].person_id
        async with desk.as_("xu") as work:
            (found,) = await queries.page(
                work, wanted=queries.Wanted(box="received"), age="newest", span=Span(most=10)
            )
            assert await queries.count(work, wanted=queries.Wanted(box="received")) == 1
        assert {name: getattr(found, name) for name in LETTER} == LETTER
        assert await clocks(owner_engine, desk.world) == {
            ("kunyang", "transport", "supervision.acknowledge", "running"),
            ("kunyang", "transport", "supervision.answer", "running"),
        }
        assert (await desk.sent()).letter_number == "平交监指〔2026〕2号"

    async def test_of_a_request_for_support_starts_the_departments_clocks(self, desk, owner_engine):
        note = await desk.asked()
        assert (note.state, note.letter_number) == ("sent", "昆政监指〔2026〕1号")
        assert await clocks(owner_engine, desk.world) == {
            ("transport", "kunyang", "supervision.acknowledge", "running"),
            ("transport", "kunyang", "supervision.support", "running"),
        }

    async def test_takes_the_limits_from_where_they_are_said(self, desk, owner_engine):
        await desk.sent()
        await desk.asked()
        async with owner_engine.connect() as connection:
            rows = await connection.execute(
                select(Deadline.kind, Deadline.due_at, Deadline.source).where(
                    Deadline.county_id == desk.world.county_id, Deadline.kind != "supervision.acknowledge"
                )
            )
            found = {row.kind: (row.due_at, row.source) for row in rows}
        # Sent on Tuesday the tenth: five working days, to the end of the day in the county.
        due = datetime(2026, 3, 17, 15, 59, 59, 999999, tzinfo=UTC)
        assert found == {
            "supervision.answer": (due, "平台默认规则（惯例，非法律规定） 47"),
            "supervision.support": (due, "昆阳镇行政执法协调指挥工作机制 5"),
        }

    async def test_looks_once_more_at_what_was_published_with_hindsight(self, desk, owner_engine):
        note = await desk.draft()
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(ItemVersion)
                .where(ItemVersion.item_id == desk.item.id)
                .values(department_id=desk.world.bodies["agriculture"])
            )
        with pytest.raises(rules.OfAnotherDepartment, match="县农业农村局"):
            await desk.do("lin", "send", note)

    async def test_is_the_heads_and_happens_once(self, desk):
        note = await desk.draft()
        with pytest.raises(NotPermitted):
            await desk.do("zhou", "send", note)
        sent = await desk.do("lin", "send", note)
        for act in ("send", "revise", "discard"):
            with pytest.raises(rules.WrongState):
                await desk.do("lin", act, sent)


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


class TestADraft:
    async def test_is_seen_by_nobody_else(self, desk):
        note = await desk.draft()
        for who in ("chen", "gao", "xu", "pan", "huang", "wu", "shen"):
            async with desk.as_(who) as work:
                with pytest.raises(NotFound):
                    await queries.the(work, note.id)

    async def test_can_be_revised(self, desk):
        note = await desk.do("zhou", "revise", await desk.draft(), facts="补充", **ORDER)
        assert (note.facts, note.kind, note.order_number, note.version) == (
            "补充",
            "correction_order",
            "平交责改〔2026〕7号",
            2,
        )
        with pytest.raises(rules.OrderNeeded):
            await desk.do("lin", "revise", note, kind="source_control")
        note = await desk.do("lin", "revise", note, kind="source_control", order_number="")
        assert (note.kind, note.order_number) == ("source_control", None)
        with pytest.raises(FieldEmpty):
            await desk.do("lin", "revise", note, request=" ")

    async def test_can_be_given_up_and_nobody_is_told(self, desk):
        note = await desk.do("zhou", "discard", await desk.draft())
        assert note.state == "discarded"
        with pytest.raises(rules.WrongState):
            await desk.do("lin", "send", note)
        assert not await desk.sees("gao", note)

    async def test_is_not_anybodys_who_has_no_such_role(self, desk):
        with pytest.raises(NotPermitted):
            await desk.draft("tang")


class TestTheOtherSide:
    async def test_acknowledges_and_answers_and_its_clocks_stop(self, desk, owner_engine):
        note = await desk.do("xu", "acknowledge", await desk.sent())
        assert (note.state, note.acknowledged_by) == ("acknowledged", desk.world["xu"].person_id)
        with pytest.raises(NotPermitted):
            await desk.do("chen", "answer", note, text="已加强巡查")
        note = await desk.do("gao", "answer", note, text=" 已加强巡查 ")
        assert (note.state, note.answer, note.answered_by) == (
            "answered",
            "已加强巡查",
            desk.world["gao"].person_id,
        )
        assert note.acknowledged_by == desk.world["xu"].person_id
        assert {state for *_, state in await clocks(owner_engine, desk.world)} == {"met"}

    async def test_that_answers_has_acknowledged(self, desk, owner_engine):
        note = await desk.do("lin", "answer", await desk.asked(), text="附检测报告")
        assert (note.state, note.acknowledged_by) == ("answered", desk.world["lin"].person_id)
        assert {state for *_, state in await clocks(owner_engine, desk.world)} == {"met"}

    async def test_alone_answers_and_third_bodies_find_nothing(self, desk):
        note = await desk.sent()
        # The sender sees it and may not; to whoever oversees it there is nothing that could be changed.
        for who, refusal in (
            ("zhou", NotPermitted),
            ("lin", NotPermitted),
            ("wu", NotFound),
            ("shen", NotFound),
        ):
            assert await desk.sees(who, note)
            for act, given in (("acknowledge", {}), ("answer", {"text": "x"})):
                with pytest.raises(refusal):
                    await desk.do(who, act, note, **given)
        for who in ("guan", "huang", "pan", "ye", "li"):
            assert not await desk.sees(who, note)
            for act, given in (("acknowledge", {}), ("answer", {"text": "x"}), ("send", {})):
                with pytest.raises(NotFound):
                    await desk.do(who, act, note, **given)

    async def test_loses_the_right_with_the_post(self, desk, owner_engine):
        note = await desk.sent()
        gao = desk.world["gao"]
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity).where(Capacity.id == gao.capacities["kunyang"]).values(roles=["registrar"])
            )
        with pytest.raises(NotPermitted):
            await desk.do("gao", "answer", note, text="x")
        assert (await desk.do("gao", "acknowledge", note)).state == "acknowledged"

    async def test_is_told_and_tells(self, desk, owner_engine):
        note = await desk.do("xu", "acknowledge", await desk.sent())
        await desk.do("gao", "answer", note, text="已加强巡查")
        transport, kunyang = (str(desk.world.bodies[body]) for body in ("transport", "kunyang"))
        async with owner_engine.connect() as connection:
            told = await connection.execute(
                select(Announcement.kind, Announcement.audience)
                .where(
                    Announcement.county_id == desk.world.county_id,
                    Announcement.subject_kind == "supervision_note",
                )
                .order_by(Announcement.seq)
            )
            assert [(row.kind, row.audience) for row in told] == [
                ("supervision.drafted", [{"tenant": transport, "roles": ["head"]}]),
                ("supervision.sent", [{"tenant": kunyang, "roles": ["head", "registrar"]}]),
                ("supervision.acknowledged", [{"tenant": transport, "roles": ["officer"]}]),
                ("supervision.answered", [{"tenant": transport, "roles": ["head", "officer"]}]),
            ]
            lines = await connection.execute(
                select(AuditLine.action)
                .where(
                    AuditLine.county_id == desk.world.county_id, AuditLine.subject_kind == "supervision_note"
                )
                .order_by(AuditLine.id)
            )
            assert list(lines.scalars()) == [
                f"supervision_note.{each}" for each in ("drafted", "sent", "acknowledged", "answered")
            ]

    async def test_that_is_late_is_told_and_then_the_coordination_office(
        self, desk, clock, owner_engine, worker_engine
    ):
        await desk.sent()
        rungs = set()
        for _ in range(8):
            clock.advance(timedelta(days=2))
            async with errand(worker_engine, county_id=desk.world.county_id, now=await clock.now()) as opened:
                due = await take_due(opened, most=100)
                rungs |= {(each.kind, each.rung, each.escalates_to) for each in await ring(opened, due)}
                await move_on(opened, due)
        assert {
            ("supervision.acknowledge", "escalate", "coordination"),
            ("supervision.answer", "escalate", "coordination"),
        } <= rungs


class TestTwoAtOnce:
    async def test_heads_send_one_letter_and_the_second_is_told(self, desk, owner_engine):
        note = await desk.draft()
        results = await asyncio.gather(
            *(desk.do("lin", "send", note) for _ in range(3)), return_exceptions=True
        )
        assert sum(isinstance(each, Stale) for each in results) == 2
        async with owner_engine.connect() as connection:
            issued = await connection.scalar(
                select(func.count())
                .select_from(IssuedNumber)
                .where(IssuedNumber.county_id == desk.world.county_id)
            )
            assert issued == 1
        assert len(await clocks(owner_engine, desk.world)) == 2

    async def test_heads_answer_once(self, desk):
        note = await desk.sent()
        results = await asyncio.gather(
            *(desk.do("gao", "answer", note, text=f"答复{n}") for n in range(3)), return_exceptions=True
        )
        assert sum(isinstance(each, Stale) for each in results) == 2

    async def test_letters_have_numbers_without_gaps(self, desk):
        drafts = [await desk.draft() for _ in range(4)]
        sent = await asyncio.gather(*(desk.do("lin", "send", each) for each in drafts))
        assert {each.letter_number for each in sent} == {f"平交监指〔2026〕{n}号" for n in range(1, 5)}

    async def test_that_were_refused_leave_no_gap(self, desk):
        with pytest.raises(Stale):
            await desk.do("lin", "send", await desk.draft(), expected_version=7)
        assert (await desk.sent()).letter_number == "平交监指〔2026〕1号"


class TestTheDatabase:
    """Raw statements in the scope of somebody, with no filter at all."""

    async def rows(self, desk, who):
        async with desk.as_(who) as work:
            found = await work.session.execute(text("select id from supervision_notes"))
            return {row.id for row in found}

    async def test_shows_each_side_and_oversight_what_was_sent_and_a_draft_to_its_writer(self, desk):
        draft, note = await desk.draft(), await desk.sent()
        for who in ("zhou", "lin"):
            assert await self.rows(desk, who) == {draft.id, note.id}
        for who in ("chen", "gao", "wu", "shen"):
            assert await self.rows(desk, who) == {note.id}
        for who in ("guan", "huang", "pan", "wen"):
            assert await self.rows(desk, who) == set()

    async def test_lets_nobody_else_change_it(self, desk):
        note = await desk.sent()
        for who, touched in (("gao", 1), ("wu", 0), ("pan", 0), ("huang", 0)):
            async with desk.as_(who) as work:
                changed = await work.session.execute(
                    text("update supervision_notes set version = version where id = :id"), {"id": note.id}
                )
                assert changed.rowcount == touched, who

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("state = 'sent'", "shared_once_sent"),
            ("overseen_id = county_id", "overseen_once_sent"),
            ("state = 'sent', to_id = addressee_id, overseen_id = county_id", "numbered_once_sent"),
            ("order_number = '7号'", "names_its_order"),
            ("kind = 'correction_order'", "names_its_order"),
            ("answer = '好'", "answered"),
            ("kind = 'criticism'", "known_kind"),
            ("addressee_id = from_id", "leaves_the_sender"),
        ],
    )
    async def test_refuses_what_no_note_can_be(self, desk, owner_engine, change, constraint):
        note = await desk.draft()
        with pytest.raises(IntegrityError, match=constraint):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update supervision_notes set {change} where id = :id"),
                    {"id": note.id},
                )

    async def test_keeps_a_note_about_what_was_given(self, desk, owner_engine):
        note = await desk.draft()
        with pytest.raises(IntegrityError, match="fk_supervision_notes"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    update(SupervisionNote)
                    .where(SupervisionNote.id == note.id)
                    .values(item_id=desk.other_item.id)
                )
