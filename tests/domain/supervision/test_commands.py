"""Supervision notes on a real database: their way from a draft to an answer, who owes what by when, and races.

Rights are printed as a matrix in `tests/policies`; walls between tenants are the business of `tests/isolation`.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from domain.audit.models import AuditLine
from domain.catalogue.models import ItemVersion
from domain.deadlines.firing import move_on, ring, take_due
from domain.deadlines.models import Deadline
from domain.documents.models import IssuedNumber
from domain.edge import errand
from domain.outbox.models import Announcement
from domain.spans import Span
from domain.supervision import queries, rules
from domain.texts import FieldEmpty
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.supervision.desk import LETTER, ORDER, clocks


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

        async def in_the_role(role):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    update(Capacity).where(Capacity.id == gao.capacities["kunyang"]).values(roles=[role])
                )

        await in_the_role("registrar")
        with pytest.raises(NotPermitted):
            await desk.do("gao", "answer", note, text="x")
        assert (await desk.do("gao", "acknowledge", note)).state == "acknowledged"
        # The town oversees nobody: such a role opens nothing there, though the body is party.
        await in_the_role("coordinator")
        assert not await desk.sees("gao", note)
        with pytest.raises(NotFound):
            await desk.do("gao", "answer", note, text="x")

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
