"""What a receiver answers, and what follows: on a real database, under the rules of five places.

Rights are printed as a matrix in `tests/policies`; whole stories by the day stand in `tests/scenarios`.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from domain import texts
from domain.agreements import commands as agreements
from domain.deadlines.models import Deadline
from domain.deadlines.rules import ExtensionBeyondCap, ExtensionOfNothing
from domain.outbox.models import Announcement
from domain.referrals import following, queries, refusals
from domain.spans import Span
from tenancy.refusals import NotFound, NotPermitted
from tests.domain.lineage.office import MERGED, on_record
from tests.domain.referrals.desk import a_letter
from tests.worlds import NOW

MONDAY = date(2026, 3, 9)


async def clocks(owner_engine, referral):
    """Kind → what became of it: running, standing still, met, cancelled; of each kind the latest."""
    async with owner_engine.connect() as connection:
        rows = await connection.execute(
            select(Deadline).where(Deadline.subject_id == referral.id).order_by(Deadline.id)
        )
        return {row.kind.removeprefix("referral."): _standing(row) for row in rows}


def _standing(row):
    if row.met_at is not None:
        return "met"
    if row.cancelled_at is not None:
        return "cancelled"
    return "still" if row.suspended_since is not None else "running"


async def audience(owner_engine, referral, kind):
    async with owner_engine.connect() as connection:
        return await connection.scalar(
            select(Announcement.audience).where(
                Announcement.subject_id == referral.id, Announcement.kind == f"referral.{kind}"
            )
        )


class TestVerifying:
    @pytest.mark.parametrize(
        ("finding", "owed"), [("fit", "tell"), ("unfit", "tell"), ("incomplete", "ask_for_material")]
    )
    async def test_ends_its_own_limit_and_begins_the_next(self, at, owner_engine, finding, owed):
        desk = await at("pingyang")
        referral = await desk.do("chen", "verify", await a_letter(desk), finding=finding, note="现场已拆除")
        assert referral.state == "verified"
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found[owed]) == ("met", "running")

    async def test_leaves_its_finding_with_the_receiver_alone(self, at):
        desk = await at("pingyang")
        referral = await desk.do("chen", "verify", await a_letter(desk), finding="unfit", note="证据不足")
        async with desk.as_("gao") as work:
            [note] = (await queries.notes_of(work, [referral.id]))[referral.id]
            assert (note.finding, note.text) == ("unfit", "证据不足")
        for other in ("lin", "zhou", "shen", "wu"):
            async with desk.as_(other) as work:
                assert (await queries.notes_of(work, [referral.id]))[referral.id] == []
                with pytest.raises(NotFound):
                    await queries.note(work, note.id)
                events = await queries.events_page(work, referral_id=referral.id, span=Span(most=50))
                assert not any(
                    "证据不足" in str(event.facts) or "unfit" in str(event.facts) for event in events
                )

    async def test_where_telling_runs_from_arrival_no_other_clock_begins(self, at, owner_engine):
        desk = await at("fuling")
        referral = await a_letter(desk)
        assert await clocks(owner_engine, referral) == {
            "send": "met",
            "take_in": "met",
            "tell": "running",
            "whole": "running",
        }
        referral = await desk.do("chen", "verify", referral, finding="fit", note="属实")
        assert (await clocks(owner_engine, referral))["tell"] == "running"


class TestMissingMaterial:
    async def test_is_asked_for_supplied_and_the_receivers_clock_stands_still_meanwhile(
        self, at, owner_engine, clock
    ):
        desk = await at("pingyang")
        referral = await desk.do("chen", "ask_for_material", await a_letter(desk), asked="车辆行驶证")
        assert (referral.state, referral.owner_id) == ("awaiting_material", referral.from_id)
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["supply_material"]) == ("still", "running")
        clock.advance(timedelta(days=30))
        file = await desk.upload()
        referral = await desk.do("zhou", "attach", referral, file_id=file.id, kind="identity", title="行驶证")
        async with desk.as_("chen") as work:
            listed = (await queries.materials_of(work, [referral.id]))[referral.id]
        assert {each.title for each in listed} == {"source.pdf", "evidence.pdf"}, "not handed over yet"
        referral = await desk.do("zhou", "supply", referral)
        assert referral.state == "taken_in"
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["supply_material"]) == ("running", "met")
        async with desk.as_("chen") as work:
            listed = (await queries.materials_of(work, [referral.id]))[referral.id]
            assert {each.title for each in listed} == {"source.pdf", "evidence.pdf", "行驶证"}
            assert await queries.open_material(work, listed[-1].id)

    async def test_what_was_handed_over_is_not_taken_away_again(self, at):
        desk = await at("pingyang")
        referral = await desk.do("chen", "ask_for_material", await a_letter(desk), asked="x")
        async with desk.as_("zhou") as work:
            [first, *_] = (await queries.materials_of(work, [referral.id]))[referral.id]
        with pytest.raises(refusals.HandedOver):
            await desk.do("zhou", "detach", referral, material_id=first.id)

    async def test_nothing_is_no_supply_but_a_reason_is(self, at):
        desk = await at("pingyang")
        referral = await desk.do("chen", "ask_for_material", await a_letter(desk), asked="x")
        with pytest.raises(refusals.NothingSupplied):
            await desk.do("zhou", "supply", referral, note="  ")
        assert (await desk.do("zhou", "supply", referral, note="当事人无证")).state == "taken_in"

    async def test_after_an_incomplete_finding_verifying_begins_anew(self, at, owner_engine):
        desk = await at("pingyang")
        referral = await desk.do("chen", "verify", await a_letter(desk), finding="incomplete", note="x")
        referral = await desk.do("chen", "ask_for_material", referral, asked="x")
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["ask_for_material"]) == ("met", "met")
        referral = await desk.do("zhou", "supply", referral, note="见函")
        assert (await clocks(owner_engine, referral))["verify"] == "running"

    async def test_that_comes_after_verifying_lets_it_be_verified_once_more(self, at, owner_engine):
        desk = await at("pingyang")
        referral = await desk.do("chen", "verify", await a_letter(desk), finding="fit", note="n")
        referral = await desk.do("chen", "ask_for_material", referral, asked="检测报告")
        referral = await desk.do("zhou", "supply", referral, note="无其他材料")
        await desk.do("chen", "verify", referral, finding="fit", note="n")
        assert (await clocks(owner_engine, referral))["tell"] == "running"

    async def test_an_answer_frees_the_sender_of_what_it_still_owed(self, at, owner_engine):
        desk = await at("pingyang")
        referral = await desk.do("chen", "ask_for_material", await a_letter(desk), asked="x")
        referral = await desk.do("gao", "accept", referral)
        found = await clocks(owner_engine, referral)
        assert (found["supply_material"], found["verify"], found["decide"]) == ("cancelled", "met", "running")


class TestDoubt:
    @pytest.mark.parametrize(
        ("place", "step", "heard"),
        [
            ("pingyang", "negotiate", None),
            ("fuling", "ask_government", "government"),
            ("xx", "negotiate", None),
            ("yangxin", "coordinate", "coordination"),
            ("huancui", "negotiate", None),
        ],
    )
    async def test_takes_the_first_step_of_the_place(self, at, owner_engine, place, step, heard):
        desk = await at(place)
        referral = await desk.do("gao", "doubt", await a_letter(desk), reasons="属水利部门职责")
        assert (referral.state, referral.doubt_step) == ("doubted", step)
        assert (await clocks(owner_engine, referral))["settle_doubt"] == "running"
        told = await audience(owner_engine, referral, "competence_doubted")
        assert ({"function": heard} in told) == (heard is not None)

    @pytest.mark.parametrize(("competent", "state"), [(True, "accepted"), (False, "returned")])
    async def test_is_settled_either_way_even_where_nothing_is_returned(
        self, at, owner_engine, competent, state
    ):
        desk = await at("fuling")
        referral = await desk.do("gao", "doubt", await a_letter(desk), reasons="非本镇管辖")
        with pytest.raises(texts.FieldEmpty):
            await desk.do("gao", "settle", referral, competent=competent, basis=" ")
        referral = await desk.do(
            "gao", "settle", referral, competent=competent, basis="区政府批复〔2026〕3号"
        )
        assert referral.state == state
        found = await clocks(owner_engine, referral)
        assert found["settle_doubt"] == "met"
        assert found.get("decide") == ("running" if competent else None)
        assert referral.admitted_id == (desk.world.bodies["kunyang"] if competent else None)

    async def test_only_the_head_doubts(self, at):
        desk = await at("pingyang")
        with pytest.raises(NotPermitted):
            await desk.do("chen", "doubt", await a_letter(desk), reasons="x")


class TestPlacesDiffer:
    async def test_fuling_returns_nothing_and_passes_nothing_on(self, at):
        desk = await at("fuling")
        referral = await a_letter(desk)
        with pytest.raises(refusals.ReturnForbidden) as returning:
            await desk.do("gao", "return_", referral, reasons="x")
        with pytest.raises(refusals.PassingOnForbidden) as passing_on:
            await desk.do("gao", "pass_on", referral, addressee_id=desk.world.bodies["agriculture"])
        for refused in (returning, passing_on):
            assert "涪陵" in refused.value.sentence("zh")
            assert "提出管辖异议" in refused.value.sentence("zh")

    @pytest.mark.parametrize(
        ("place", "of_the_sender", "of_the_receiver"),
        [
            ("fuling", set(), set()),
            ("xx", {"extend_sending"}, {"return"}),
            ("pingyang", set(), {"return", "pass_on"}),
            ("yangxin", set(), {"return"}),
            ("huancui", set(), {"return"}),
        ],
    )
    async def test_nobody_is_offered_what_the_place_does_not_know(
        self, at, place, of_the_sender, of_the_receiver
    ):
        desk = await at(place)
        differing = {"extend_sending", "return", "pass_on"}
        draft = await desk.draft()
        async with desk.as_("lin") as work:
            assert differing.intersection(queries.open_acts(work, draft)) == of_the_sender
        referral = await a_letter(desk)
        async with desk.as_("gao") as work:
            offered = queries.open_acts(work, referral)
        assert differing.intersection(offered) == of_the_receiver
        assert {"accept", "doubt"} <= set(offered)

    async def test_xx_knows_no_referral_from_town_to_town(self, at):
        desk = await at("xx")
        with pytest.raises(refusals.DirectionForbidden):
            await desk.draft("chen", to="aojiang")
        assert await desk.draft("chen", to="transport")

    async def test_xx_extends_up_to_ten_working_days_and_tells_the_other_no_particulars(
        self, at, owner_engine
    ):
        desk = await at("xx")
        referral = await desk.draft()
        referral = await desk.do("lin", "extend_sending", referral, by=7, reason="等待检测")
        with pytest.raises(ExtensionBeyondCap):
            await desk.do("lin", "extend_sending", referral, by=1, reason="等待检测")
        for changed in ({"found_on": date(2026, 3, 6)}, {"addressee_id": desk.world.bodies["aojiang"]}):
            with pytest.raises(refusals.PriorNoticeGiven):
                await desk.do("zhou", "revise", referral, **changed)
        with pytest.raises(ExtensionOfNothing):
            await desk.do("lin", "extend_sending", referral, by=0, reason="等待检测")
        async with owner_engine.connect() as connection:
            notice = (
                await connection.execute(
                    select(Announcement).where(
                        Announcement.kind == "referral.prior_notice",
                        Announcement.county_id == desk.world.county_id,
                    )
                )
            ).one()
            due = await connection.scalar(select(Deadline.due_at).where(Deadline.subject_id == referral.id))
        assert (notice.subject_kind, notice.subject_id) == ("organisation", desk.world.bodies["transport"])
        assert str(referral.id) not in str(notice.facts)
        # Found on Monday the 9th of March 2026: ten working days end with Monday the 23rd.
        assert due == datetime(2026, 3, 23, 15, 59, 59, 999999, tzinfo=UTC)

    async def test_elsewhere_nothing_is_extended_and_what_is_urgent_never(self, at):
        desk = await at("pingyang")
        with pytest.raises(refusals.ExtensionForbidden) as refused:
            await desk.do("lin", "extend_sending", await desk.draft(), by=1, reason="x")
        assert "平台默认规则" in refused.value.sentence("zh")
        desk = await at("xx")
        urgent = await desk.draft(found_on=NOW.date(), urgent_found_at=NOW)
        with pytest.raises(refusals.NotUrgentlyExtended):
            await desk.do("lin", "extend_sending", urgent, by=1, reason="x")

    @pytest.mark.parametrize("place", ["fuling", "xx", "pingyang"])
    async def test_what_goes_on_is_stopped_first(self, at, place):
        desk = await at(place)
        referral = await desk.with_materials(await desk.draft(ongoing=True), kinds=desk.kinds)
        with pytest.raises(refusals.StopFirst):
            await desk.do("zhou", "submit", referral, missing_reason="x")
        stop = {"stop": "ordered", "at": NOW, "note": "已责令停止"}
        with pytest.raises(refusals.StoppedInTheFuture):
            await desk.do("zhou", "record_stop", referral, **(stop | {"at": NOW + timedelta(days=9)}))
        referral = await desk.do("zhou", "record_stop", referral, **stop)
        referral = await desk.do("zhou", "submit", referral, missing_reason="x")
        assert referral.state == "awaiting_approval"

    async def test_an_urgent_one_is_due_by_the_hour(self, at, owner_engine):
        desk = await at("fuling")
        referral = await desk.draft(found_on=NOW.date(), urgent_found_at=NOW - timedelta(hours=2))
        async with owner_engine.connect() as connection:
            [row] = await connection.execute(select(Deadline).where(Deadline.subject_id == referral.id))
        assert (row.kind, row.due_at) == ("referral.send_urgent", NOW + timedelta(hours=22))
        with pytest.raises(refusals.UrgentOnAnotherDay):
            await desk.draft(found_on=MONDAY, urgent_found_at=NOW)
        referral = await desk.do("zhou", "revise", referral, urgent_found_at=None)
        assert await clocks(owner_engine, referral) == {"send_urgent": "cancelled", "send": "running"}


class TestPassingOn:
    async def test_is_not_back_to_whoever_goes_on_for_the_sender(self, at, owner_engine, clock):
        desk = await at("pingyang")
        taken_in = await a_letter(desk)
        await on_record(owner_engine, desk.world, MERGED)
        clock.advance(timedelta(days=30))
        with pytest.raises(refusals.PassedBack):
            await desk.do("gao", "pass_on", taken_in, addressee_id=desk.world.bodies["agriculture"])

    async def test_drafts_a_letter_of_ones_own_and_answers_for_the_outcome(self, at, owner_engine):
        desk = await at("pingyang")
        bodies = desk.world.bodies
        taken_in = await a_letter(desk)
        with pytest.raises(refusals.PassedBack):
            await desk.do("gao", "pass_on", taken_in, addressee_id=bodies["transport"])
        referral = await desk.do("gao", "pass_on", taken_in, addressee_id=bodies["agriculture"])
        assert (referral.state, referral.owner_id) == ("passed_on", bodies["kunyang"])
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["decide"]) == ("met", "running")
        async with desk.as_("chen") as work:
            [onward] = (await queries.onward_of(work, [referral.id]))[referral.id]
        assert (onward.state, onward.from_id, onward.addressee_id, onward.party) == (
            "draft",
            bodies["kunyang"],
            bodies["agriculture"],
            referral.party,
        )
        assert (await clocks(owner_engine, onward)) == {"send": "running"}
        async with desk.as_("lin") as work:
            assert (await queries.onward_of(work, [referral.id]))[referral.id] == [], (
                "the first sender's no more"
            )
        with pytest.raises(refusals.OnwardOpen):
            await desk.do("gao", "accept", referral)
        await desk.do("chen", "discard", onward)
        again = await desk.do("gao", "accept", referral)
        assert (again.state, (await clocks(owner_engine, again))["decide"]) == ("accepted", "running")


class TestTheCourse:
    async def test_is_told_to_the_sender_until_the_outcome(self, at, owner_engine, clock):
        desk = await at("pingyang")
        referral = await desk.do("gao", "accept", await a_letter(desk))
        referral = await desk.do("chen", "report_progress", referral, progress="已立案调查")
        clock.advance(timedelta(days=20))
        decided = {"decision": "penalty", "note": "昆政罚〔2026〕9号"}
        with pytest.raises(refusals.EffectiveInTheFuture):
            await desk.do("chen", "record_decision", referral, effective_on=date(2026, 3, 31), **decided)
        with pytest.raises(refusals.EffectiveBeforeAcceptance):
            await desk.do("chen", "record_decision", referral, effective_on=date(2026, 3, 9), **decided)
        referral = await desk.do(
            "chen", "record_decision", referral, effective_on=date(2026, 3, 23), **decided
        )
        async with owner_engine.connect() as connection:
            due = await connection.scalar(
                select(Deadline.due_at).where(
                    Deadline.subject_id == referral.id, Deadline.kind == "referral.outcome"
                )
            )
        # Served on Monday the 23rd of March 2026: seven working days end with Wednesday the 1st of April.
        assert due == datetime(2026, 4, 1, 15, 59, 59, 999999, tzinfo=UTC)
        with pytest.raises(NotPermitted):
            await desk.do("chen", "tell_outcome", referral, outcome="罚款")
        referral = await desk.do("gao", "tell_outcome", referral, outcome="罚款二百元")
        async with desk.as_("zhou") as work:
            seen = await queries.the(work, referral.id)
            events = await queries.events_page(work, referral_id=referral.id, span=Span(most=50))
        assert (seen.state, seen.outcome) == ("concluded", "罚款二百元")
        assert [event.kind for event in events][-4:] == [
            "accepted",
            "progress_reported",
            "decided",
            "concluded",
        ]
        assert events[-3].facts["reason"] == "已立案调查"

    async def test_notes_are_of_ones_own_body_and_change_nothing(self, at):
        desk = await at("pingyang")
        referral = await a_letter(desk)
        async with desk.as_("zhou") as work:
            await following.note(work, referral_id=referral.id, text="等回音")
        assert (await desk.row(referral)).version == referral.version
        async with desk.as_("gao") as work:
            assert (await queries.notes_of(work, [referral.id]))[referral.id] == []


class TestArticles:
    async def test_are_listed_and_struck_in_a_draft_and_seen_by_the_receiver_once_sent(self, at):
        desk = await at("fuling")
        referral = await desk.with_materials(await desk.draft(), kinds=desk.kinds)
        sold = {"disposed_on": date(2026, 3, 9), "proceeds": 120_000}
        referral = await desk.do(
            "zhou", "list_article", referral, name="鲜猪肉", quantity=30, unit="公斤", **sold
        )
        referral = await desk.do("zhou", "list_article", referral, name="电子秤", quantity=1, unit="台")
        async with desk.as_("zhou") as work:
            meat, scales = (await queries.articles_of(work, [referral.id]))[referral.id]
        referral = await desk.do("zhou", "strike_article", referral, article_id=scales.id)
        async with desk.as_("gao") as work:
            with pytest.raises(NotFound):
                await queries.article(work, meat.id)
        referral = await desk.do("zhou", "submit", referral, missing_reason="x")
        referral = await desk.do("tang", "send", await desk.do("lin", "approve", referral))
        async with desk.as_("gao") as work:
            [seen] = (await queries.articles_of(work, [referral.id]))[referral.id]
        assert (seen.name, seen.quantity, seen.proceeds) == ("鲜猪肉", 30, 120_000)

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"quantity": 0}, refusals.QuantityNotPositive),
            ({"proceeds": 5}, refusals.ProceedsWithoutDisposal),
            ({"proceeds": -5, "disposed_on": MONDAY}, refusals.ProceedsNegative),
            ({"disposed_on": date(2026, 3, 11)}, refusals.DisposedInTheFuture),
            ({"name": " "}, texts.FieldEmpty),
        ],
    )
    async def test_are_refused_when_they_make_no_sense(self, at, given, refusal):
        desk = await at("fuling")
        plain = {"name": "猪肉", "quantity": 1, "unit": "公斤"}
        with pytest.raises(refusal):
            await desk.do("zhou", "list_article", await desk.draft(), **(plain | given))


class TestAgreedLists:
    async def test_stand_in_the_place_of_the_rulebooks(self, at, clock):
        desk = await at("pingyang")
        agreed = [("letter", "required", "移送函"), ("tests", "required", "检测报告")]
        async with desk.as_("lin") as work:
            proposed = await agreements.propose(
                work,
                addressee_id=desk.world.bodies["kunyang"],
                item_code="330218085000",
                since=NOW.date() + timedelta(days=1),
                materials=agreed,
            )
        async with desk.as_("gao") as work:
            await agreements.confirm(work, agreement_id=proposed.id, expected_version=proposed.version)
        clock.advance(timedelta(days=1))
        referral = await desk.draft()
        with pytest.raises(refusals.MaterialsMissing) as refused:
            await desk.do("zhou", "submit", referral)
        assert refused.value.facts["kinds"] == "tests"
        assert "双方书面确认" in refused.value.sentence("zh")
        referral = await desk.with_materials(referral, kinds=("tests",))
        assert (await desk.do("zhou", "submit", referral)).state == "awaiting_approval"
