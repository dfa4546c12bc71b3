"""Referrals on a real database: the first path, the refusals that leave everything as it was, and races.

Rights are printed as a matrix in `tests/policies`; walls between tenants are the business of `tests/isolation`.
"""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from domain import texts
from domain.audit.models import AuditLine
from domain.deadlines.models import Deadline
from domain.documents.models import File, IssuedNumber, NumberCounter
from domain.documents.rules import FileAttachedAlready
from domain.outbox.models import Announcement
from domain.referrals import commands, queries, refusals
from domain.referrals.filters import Filter, Wanted
from domain.referrals.models import Referral, ReferralEvent, ReferralMaterial
from domain.spans import Span
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.referrals.desk import LETTER, REQUIRED


async def counted(owner_engine, world):
    """How many rows the county has wherever an act could leave one, as the owner sees them."""
    tables = (
        Referral,
        ReferralEvent,
        ReferralMaterial,
        Deadline,
        Announcement,
        AuditLine,
        NumberCounter,
        IssuedNumber,
    )
    async with owner_engine.connect() as connection:
        rows = [
            await connection.scalar(
                select(func.count()).select_from(table).where(table.county_id == world.county_id)
            )
            for table in tables
        ]
        attached = await connection.scalar(
            select(func.count())
            .select_from(File)
            .where(File.county_id == world.county_id, File.attached_at.is_not(None))
        )
        versions = (
            await connection.execute(
                select(Referral.id, Referral.version, Referral.state)
                .where(Referral.county_id == world.county_id)
                .order_by(Referral.id)
            )
        ).all()
    return rows, attached, versions


async def in_box(work, box):
    return await queries.page(work, wanted=Wanted(box=box), age="newest", span=Span(most=10))


async def open_deadlines(owner_engine, referral):
    async with owner_engine.connect() as connection:
        rows = await connection.execute(
            select(Deadline.kind, Deadline.obligor_id, Deadline.waiting_id).where(
                Deadline.subject_id == referral.id, Deadline.met_at.is_(None), Deadline.cancelled_at.is_(None)
            )
        )
        return {row.kind: (row.obligor_id, row.waiting_id) for row in rows}


class TestTheFirstPath:
    async def test_goes_from_draft_to_acceptance_with_one_owner_and_the_right_clock_at_every_step(
        self, desk, world, owner_engine
    ):
        transport, kunyang = world.bodies["transport"], world.bodies["kunyang"]
        whole = {"referral.whole": (kunyang, transport)}
        referral = await desk.draft()
        assert (referral.state, referral.owner_id, referral.to_id) == ("draft", transport, None)
        assert await open_deadlines(owner_engine, referral) == {"referral.send": (transport, None)}

        referral = await desk.do("zhou", "submit", await desk.with_materials(referral))
        referral = await desk.do("lin", "approve", referral)
        assert referral.approved_by == world["lin"].person_id
        referral = await desk.do("tang", "send", referral)
        assert (referral.state, referral.owner_id, referral.to_id) == ("sent", transport, kunyang)
        assert referral.letter_number == "平交移〔2026〕1号"
        assert not referral.sent_late
        assert await open_deadlines(owner_engine, referral) == whole | {
            "referral.take_in": (kunyang, transport)
        }

        referral = await desk.do("xu", "take_in", referral)
        assert "昆政" in referral.receipt_number
        assert referral.receipt_number.endswith("〔2026〕1号")
        assert await open_deadlines(owner_engine, referral) == whole | {
            "referral.verify": (kunyang, transport)
        }

        referral = await desk.do("gao", "accept", referral)
        assert (referral.state, referral.owner_id, referral.admitted_id) == ("accepted", kunyang, kunyang)
        assert await open_deadlines(owner_engine, referral) == whole | {
            "referral.decide": (kunyang, transport)
        }

        note = {"decision": "penalty", "effective_on": date(2026, 3, 10), "note": "昆政罚〔2026〕1号"}
        referral = await desk.do("chen", "record_decision", referral, **note)
        assert (referral.state, referral.owner_id) == ("decided", kunyang)
        assert await open_deadlines(owner_engine, referral) == whole | {
            "referral.outcome": (kunyang, transport)
        }

        referral = await desk.do("gao", "tell_outcome", referral, outcome="罚款二百元，已缴纳。")
        assert (referral.state, referral.owner_id) == ("concluded", kunyang)
        assert await open_deadlines(owner_engine, referral) == {}

    async def test_leaves_one_event_per_version_and_shows_the_receiver_only_those_since_sending(
        self, desk, world
    ):
        referral = await desk.do("gao", "accept", await desk.taken_in())
        async with desk.as_("lin") as work:
            senders = await queries.events_page(work, referral_id=referral.id, span=Span(most=50))
        async with desk.as_("gao") as work:
            receivers = await queries.events_page(work, referral_id=referral.id, span=Span(most=50))
            last = (await queries.last_events_of(work, [referral.id], 2))[referral.id]
        assert [event.kind for event in senders] == [
            "drafted",
            "material_attached",
            "material_attached",
            "material_attached",
            "submitted",
            "approved",
            "sent",
            "taken_in",
            "accepted",
        ]
        assert [event.number for event in senders] == list(range(1, referral.version + 1))
        assert [event.kind for event in receivers] == ["sent", "taken_in", "accepted"]
        assert [event.kind for event in last] == ["accepted", "taken_in"]

    async def test_numbers_have_no_gap_after_a_refused_act_and_begin_anew_each_year(self, desk, clock, world):
        first, second = await desk.approved(), await desk.approved()
        await desk.do("tang", "send", first)
        with pytest.raises(Stale):
            await desk.do("tang", "send", second, expected_version=1)
        sent = await desk.do("tang", "send", second)
        assert sent.letter_number == "平交移〔2026〕2号"
        clock.advance(timedelta(days=300))
        later = await desk.sent(found_on=date(2027, 1, 4))
        assert later.letter_number == "平交移〔2027〕1号"

    async def test_a_returned_referral_belongs_to_the_sender_again_and_its_file_is_shut(self, desk, world):
        referral = await desk.taken_in()
        assert referral.admitted_id == world.bodies["kunyang"]
        referral = await desk.do("gao", "return_", referral, reasons="不属于本镇管辖")
        assert (referral.state, referral.owner_id, referral.admitted_id) == (
            "returned",
            world.bodies["transport"],
            None,
        )
        assert referral.return_reasons == "不属于本镇管辖"

    async def test_withdrawing_frees_the_receiver_of_what_it_owed(self, desk, world, owner_engine):
        referral = await desk.do("lin", "withdraw", await desk.taken_in(), reason="当事人已自行改正")
        assert referral.state == "withdrawn"
        assert await open_deadlines(owner_engine, referral) == {}

    async def test_a_draft_sent_back_by_the_head_can_be_revised_and_submitted_again(self, desk):
        referral = await desk.with_materials(await desk.draft())
        referral = await desk.do("zhou", "submit", referral)
        referral = await desk.do("lin", "reject", referral, reason="事实不清")
        referral = await desk.do("zhou", "revise", referral, facts="补充后的事实", found_on=date(2026, 3, 6))
        assert (referral.state, referral.facts) == ("draft", "补充后的事实")
        assert (await desk.do("zhou", "submit", referral)).state == "awaiting_approval"

    async def test_discarding_leaves_nothing_but_the_audit_trail(self, desk, world, owner_engine):
        referral = await desk.with_materials(await desk.draft())
        await desk.do("zhou", "discard", referral)
        with pytest.raises(NotFound):
            await desk.row(referral)
        async with owner_engine.connect() as connection:
            for table in (Referral, ReferralEvent, ReferralMaterial):
                assert (
                    await connection.scalar(
                        select(func.count()).select_from(table).where(table.county_id == world.county_id)
                    )
                    == 0
                )
            lines = await connection.scalars(
                select(AuditLine.action).where(AuditLine.subject_id == referral.id)
            )
            assert "referral.discarded" in set(lines)
        assert await open_deadlines(owner_engine, referral) == {}


class TestWhoSeesWhat:
    async def test_a_draft_is_invisible_to_its_addressee_and_to_oversight(self, desk):
        referral = await desk.approved()
        for who in ("gao", "xu", "chen", "wu", "shen", "huang", "ye"):
            async with desk.as_(who) as work:
                with pytest.raises(NotFound):
                    await queries.the(work, referral.id)
                assert (await queries.materials_of(work, [referral.id]))[referral.id] == []

    async def test_the_receiver_previews_the_letter_and_opens_the_file_once_it_took_the_referral_in(
        self, desk
    ):
        referral = await desk.sent()
        async with desk.as_("gao") as work:
            assert (await queries.the(work, referral.id)).party == LETTER["party"]
            materials = (await queries.materials_of(work, [referral.id]))[referral.id]
            assert sorted(material.kind for material in materials) == sorted(REQUIRED)
            with pytest.raises(NotFound):
                await queries.open_material(work, materials[0].id)
        await desk.do("xu", "take_in", referral)
        async with desk.as_("chen") as work:
            assert (await queries.open_material(work, materials[0].id)).sha256 == materials[0].sha256

    async def test_oversight_opens_a_file_only_knowingly_and_on_record(self, desk, edge, world, owner_engine):
        referral = await desk.sent()
        async with edge.reading(world["shen"].credentials) as work:
            materials = (await queries.materials_of(work, [referral.id]))[referral.id]
            await queries.open_material(work, materials[0].id)
        async with owner_engine.connect() as connection:
            line = (
                await connection.execute(
                    select(AuditLine).where(
                        AuditLine.subject_id == referral.id,
                        AuditLine.action == "referral.opened_through_oversight",
                    )
                )
            ).one()
        assert line.person_id == world["shen"].person_id

    async def test_a_third_body_finds_nothing_to_act_on(self, desk):
        referral = await desk.sent()
        for act, who, given in (
            ("take_in", "su", {}),
            ("withdraw", "huang", {"reason": "x"}),
            ("accept", "pan", {}),
        ):
            with pytest.raises(NotFound):
                await desk.do(who, act, referral, **given)

    async def test_boxes_hold_what_was_sent_and_what_was_received(self, desk, world):
        mine, other = await desk.sent(), await desk.draft("guan", to="aojiang")
        async with desk.as_("xu") as work:
            received = await in_box(work, "received")
            assert [one.id for one in received] == [mine.id]
            assert await queries.count(work, wanted=Wanted(box="sent")) == 0
        async with desk.as_("guan") as work:
            drafts = Wanted(box="sent", filter=Filter(open=True))
            assert await queries.count(work, wanted=drafts) == 1
            assert [one.id for one in await in_box(work, "sent")] == [other.id]
        async with desk.as_("wu") as work:
            overseen = await in_box(work, "overseen")
            assert [one.id for one in overseen] == [mine.id]


class TestRefusals:
    @pytest.mark.parametrize(
        ("who", "act", "given", "refusal"),
        [
            ("zhou", "approve", {}, NotPermitted),
            ("zhou", "submit", {"expected_version": 99}, Stale),
            ("zhou", "submit", {}, refusals.MaterialsMissing),
            ("lin", "approve", {}, refusals.WrongState),
            ("tang", "send", {}, refusals.WrongState),
            ("zhou", "attach", {"file_id": uuid4(), "kind": "evidence", "title": "x"}, NotFound),
            (
                "zhou",
                "attach",
                {"file_id": uuid4(), "kind": "gossip", "title": "x"},
                refusals.UnknownMaterialKind,
            ),
            ("zhou", "detach", {"material_id": uuid4()}, NotFound),
            ("zhou", "revise", {"party": " "}, texts.FieldEmpty),
            ("zhou", "revise", {"found_on": date(2026, 3, 11)}, refusals.FoundInTheFuture),
        ],
    )
    async def test_a_refused_act_on_a_draft_leaves_everything_as_it_was(
        self, desk, world, owner_engine, who, act, given, refusal
    ):
        referral = await desk.draft()
        before = await counted(owner_engine, world)
        with pytest.raises(refusal):
            await desk.do(who, act, referral, **given)
        assert await counted(owner_engine, world) == before

    @pytest.mark.parametrize(
        ("who", "act", "given", "refusal"),
        [
            ("xu", "accept", {}, NotPermitted),
            ("gao", "return_", {"reasons": "  "}, texts.ReasonNeeded),
            ("lin", "withdraw", {"reason": ""}, texts.ReasonNeeded),
            ("zhou", "discard", {}, refusals.WrongState),
            ("xu", "take_in", {}, refusals.WrongState),
            ("gao", "withdraw", {"reason": "x"}, NotPermitted),
            ("lin", "accept", {}, NotPermitted),
        ],
    )
    async def test_a_refused_act_on_a_referral_taken_in_leaves_everything_as_it_was(
        self, desk, world, owner_engine, who, act, given, refusal
    ):
        referral = await desk.taken_in()
        before = await counted(owner_engine, world)
        with pytest.raises(refusal):
            await desk.do(who, act, referral, **given)
        assert await counted(owner_engine, world) == before

    async def test_missing_material_can_be_reasoned_where_the_rulebook_admits_it(self, desk):
        referral = await desk.with_materials(await desk.draft(), kinds=("source", "evidence"))
        with pytest.raises(refusals.MaterialsMissing) as refused:
            await desk.do("zhou", "submit", referral)
        assert refused.value.facts["kinds"] == "identity"
        referral = await desk.do("zhou", "submit", referral, missing_reason="当事人拒不提供")
        assert referral.missing_reason == "当事人拒不提供"

    async def test_sending_after_the_limit_needs_a_reason_and_is_marked_late(self, desk, clock):
        referral = await desk.approved()
        clock.advance(timedelta(days=7))
        with pytest.raises(refusals.LateReasonNeeded) as refused:
            await desk.do("tang", "send", referral)
        # Found on Monday the 9th: three working days end with Thursday the 12th.
        assert "2026-03-12" in refused.value.sentence("zh")
        sent = await desk.do("tang", "send", referral, late_reason="等待检测报告")
        assert (sent.sent_late, sent.late_reason) == (True, "等待检测报告")

    async def test_another_day_of_finding_does_not_make_what_is_late_look_in_time(self, desk, clock):
        referral = await desk.draft()
        clock.advance(timedelta(days=7))
        with pytest.raises(refusals.LateAlready):
            await desk.do("zhou", "revise", referral, found_on=date(2026, 3, 16))
        assert (await desk.do("zhou", "revise", referral, facts="补充")).facts == "补充"

    async def test_one_cannot_refer_to_oneself_to_a_stranger_or_to_a_county_body(self, desk, world):
        with pytest.raises(refusals.ToOneself):
            await desk.draft(to="transport")
        with pytest.raises(refusals.NotAParty):
            await desk.draft(to="justice")
        async with desk.as_("zhou") as work:
            with pytest.raises(NotFound):
                await commands.draft(work, addressee_id=uuid4(), **LETTER)

    async def test_one_upload_goes_with_one_thing_only(self, desk):
        referral, file = await desk.draft(), await desk.upload()
        referral = await desk.do("zhou", "attach", referral, file_id=file.id, kind="source", title="x")
        with pytest.raises(FileAttachedAlready):
            await desk.do("zhou", "attach", referral, file_id=file.id, kind="evidence", title="x")

    async def test_of_two_attaching_the_same_upload_at_once_one_wins(self, desk):
        first, second, file = await desk.draft(), await desk.draft(), await desk.upload()
        outcomes = await asyncio.gather(
            *(
                desk.do("zhou", "attach", referral, file_id=file.id, kind="source", title="x")
                for referral in (first, second)
            ),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["FileAttachedAlready", "Referral"]

    async def test_a_draft_sent_back_is_told_to_the_officers_too_for_its_drafter_may_have_left(
        self, desk, world, owner_engine
    ):
        referral = await desk.with_materials(await desk.draft())
        referral = await desk.do("zhou", "submit", referral)
        await desk.do("lin", "reject", referral, reason="事实不清")
        async with owner_engine.connect() as connection:
            audience = await connection.scalar(
                select(Announcement.audience).where(
                    Announcement.subject_id == referral.id, Announcement.kind == "referral.rejected"
                )
            )
        assert {"tenant": str(world.bodies["transport"]), "roles": ["officer"]} in audience

    async def test_somebody_elses_file_is_not_found(self, desk):
        referral, foreign = await desk.draft(), await desk.upload("guan")
        with pytest.raises(NotFound):
            await desk.do("zhou", "attach", referral, file_id=foreign.id, kind="evidence", title="x")


class TestTheDatabaseItself:
    @pytest.mark.parametrize(
        "change",
        [
            "owner_id = to_id",
            "owner_id = admitted_id",
            "state = 'accepted'",
            "to_id = null",
            "overseen_id = null",
            "admitted_id = from_id",
            "letter_number = null",
            "state = 'lost'",
            "owner_id = null",
        ],
    )
    async def test_keeps_one_owner_and_the_order_of_things_whoever_writes(self, desk, owner_engine, change):
        referral = await desk.sent()
        with pytest.raises(Exception, match=r"violates (check|not-null) constraint"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update referrals set {change} where id = :id"), {"id": referral.id}
                )

    @pytest.mark.parametrize("table", ["referrals", "referral_materials"])
    async def test_admits_nobody_to_what_was_not_handed_over(self, desk, owner_engine, table):
        await desk.with_materials(await desk.draft())
        with pytest.raises(Exception, match="only_the_receiver_is_admitted"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update {table} set admitted_id = :reader where county_id = :county"),
                    {"reader": desk.world.bodies["kunyang"], "county": desk.world.county_id},
                )
