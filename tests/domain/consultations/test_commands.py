"""Consultations on a real database: who may propose what, what an answer and silence do, and what is carried out.

Rights are printed as matrices in `tests/policies`; walls between tenants are the business of `tests/isolation`.
"""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from domain.audit.models import AuditContent, AuditLine
from domain.consultations import commands, queries, rules
from domain.consultations.models import Consultation
from domain.deadlines.models import Deadline
from domain.outbox.models import Announcement
from domain.secondments import commands as secondments
from domain.secondments import queries as seconded
from domain.secondments import rules as secondment_rules
from domain.secondments.models import Secondment
from domain.texts import FieldEmpty, ReasonNeeded
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tenancy.transactions import CapacityRefused
from tests.domain.consultations.desk import BY_KIND, TERM, Desk, a_place, clocks, split
from tests.registered import A_DAY, TODAY, keeps_a_register
from tests.worlds import NOW

DEFAULT = "平台默认规则（惯例，非法律规定） 55"
AFTER_THE_LIMIT = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)


async def can_act(desk, who, body):
    try:
        async with desk.edge.writing(desk.world[who].acting_for(body)):
            return True
    except CapacityRefused:
        return False


async def open_acts(desk, who, entry_id=None, body=None):
    """What the platform says that somebody may do with a secondment now; of one that they do not see, nothing."""
    async with desk.as_(who, body) as work:
        found = await seconded.of_ids(work, [entry_id or desk.world.secondments["zhou"]])
        return [act for acts in await queries.open_acts(work, list(found.values())) for act in acts]


class TestWhatCanBeDone:
    async def test_is_proposing_where_somebody_must_be_asked_and_nothing_while_that_goes_on(self, desk):
        assert await open_acts(desk, "tang") == ["consult"]
        asked = await desk.propose()
        assert await open_acts(desk, "tang") == []
        taken_back = await desk.do("withdraw", asked)
        assert taken_back.state == "withdrawn"
        assert await open_acts(desk, "tang") == ["consult"]
        heard = await desk.answer(await desk.propose(), "agrees")
        assert await open_acts(desk, "tang") == []
        await desk.carry_out(heard)
        assert await open_acts(desk, "tang") == []

    async def test_is_ending_where_nobody_need_be_asked(self, edge, owner_engine):
        desk = await a_place(edge, owner_engine, split("recall", "home"))
        # Who may not end it, may propose it.
        assert (await open_acts(desk, "tang"), await open_acts(desk, "lin")) == (["end"], ["consult"])
        await desk.end(desk.world.secondments["zhou"])
        assert (await open_acts(desk, "tang"), await open_acts(desk, "lin")) == ([], [])

    async def test_is_the_hosts_to_propose_where_the_host_decides(self, edge, owner_engine):
        desk = await a_place(edge, owner_engine, split("recall", "host"))
        assert (await open_acts(desk, "gao"), await open_acts(desk, "tang")) == (["consult"], [])

    async def test_is_told_apart_by_mode(self, edge, owner_engine):
        """Policies know no modes: of the stationed the host decides nothing, of an area team both do."""
        apart = '\n[powers.recall.area_team]\ndecide = "both"\ndocument = "KY-A2"\narticle = "98"\nadopted_from = "kunyang"\n'
        desk = await a_place(edge, owner_engine, split("recall", "home", modes=apart))
        assert await open_acts(desk, "gao") == []
        assert await open_acts(desk, "gao", desk.world.secondments["guan"]) == ["consult"]

    @pytest.mark.parametrize("mode", ["stationed", "area_team"])
    @pytest.mark.parametrize("place", ["pingyang", "fuling", "xx", "huancui", "yangxin"])
    async def test_can_be_done_and_what_cannot_is_not_told(self, edge, owner_engine, place, mode):
        """Whatever a place's rules are: the answer is tried, act by act, by everybody who might."""
        desk = await a_place(edge, owner_engine, name=place)
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Secondment).where(Secondment.id == desk.world.secondments["zhou"]).values(mode=mode)
            )
        for who, body in (("tang", None), ("lin", None), ("gao", None), ("zhou", None), ("zhou", "kunyang")):
            told = set(await open_acts(desk, who, body=body))
            tried = {
                "end": await self.succeeds(desk, who, body, self.ending),
                "consult": await self.succeeds(desk, who, body, self.proposing),
            }
            # Whoever may end it, is not told besides that they may propose it.
            possible = {act for act, works in tried.items() if works}
            assert told == (possible - {"consult"} if "end" in possible else possible), (who, body)

    @staticmethod
    async def succeeds(desk, who, body, act):
        """Whether an act is done; it is undone again."""
        try:
            async with desk.as_(who, body) as work:
                await act(desk, work)
                raise Undone
        except Undone:
            return True
        except (NotFound, NotPermitted, secondment_rules.RecallNotCleared, rules.OtherSideDecides):
            return False

    @staticmethod
    async def ending(desk, work):
        given = {"expected_version": 1, "ends_on": TODAY, "reason": "轮岗"}
        await secondments.end(work, secondment_id=desk.world.secondments["zhou"], **given)

    @staticmethod
    async def proposing(desk, work):
        await commands.propose(
            work,
            secondment_id=desk.world.secondments["zhou"],
            expected_version=1,
            proposal=desk.proposal("recall"),
        )


class Undone(Exception):
    """What was done is not to stay."""


class TestRecall:
    async def test_is_refused_without_the_answer_that_is_demanded(self, desk):
        async def end():
            async with desk.as_("tang") as work:
                await secondments.end(
                    work,
                    secondment_id=desk.world.secondments["zhou"],
                    expected_version=1,
                    ends_on=TODAY,
                    reason="轮岗",
                )

        with pytest.raises(secondment_rules.RecallNotCleared) as refusal:
            await end()
        assert refusal.value.facts["source"] == DEFAULT
        asked = await desk.propose()
        assert (asked.state, asked.asks, asked.source) == ("asked", "opinion", DEFAULT)
        with pytest.raises(secondment_rules.RecallNotCleared):
            await end()
        with pytest.raises(rules.NotAnswered, match="2026-03-18 00:00"):
            await desk.carry_out(asked)
        assert await can_act(desk, "zhou", "kunyang")

    async def test_ends_the_secondment_once_the_host_was_heard(self, desk, owner_engine):
        asked = await desk.propose()
        assert await clocks(owner_engine, desk.world) == {("kunyang", "consultation.opinion", "running")}
        heard = await desk.answer(asked, "opinion", reasons="请待专项行动结束后再召回。")
        assert (heard.state, heard.answered_by) == ("cleared", desk.world["gao"].person_id)
        assert await clocks(owner_engine, desk.world) == {("kunyang", "consultation.opinion", "met")}
        done = await desk.carry_out(heard)
        assert (done.state, done.closed_by) == ("carried_out", desk.world["tang"].person_id)
        assert not await can_act(desk, "zhou", "kunyang")
        entry = await desk.entry(desk.world.secondments["zhou"])
        assert (entry.until, entry.ended_reason) == (TODAY - A_DAY, "县局专项行动需要")

    async def test_goes_on_over_an_objection_where_only_an_opinion_is_due(self, desk):
        asked = await desk.propose()
        with pytest.raises(ReasonNeeded):
            await desk.answer(asked, "objects")
        heard = await desk.answer(asked, "objects", reasons="辖区执法任务重。")
        assert (heard.state, heard.answer, heard.reasons) == ("cleared", "objects", "辖区执法任务重。")
        assert (await desk.carry_out(heard)).state == "carried_out"

    async def test_waits_until_the_limit_is_over_and_then_goes_on_in_silence(self, desk, clock, owner_engine):
        asked = await desk.propose()
        async with owner_engine.connect() as connection:
            due = await connection.scalar(select(Deadline.due_at).where(Deadline.subject_id == asked.id))
        # Asked on Tuesday the tenth: five working days, to the end of the day in the county.
        assert due == datetime(2026, 3, 17, 15, 59, 59, 999999, tzinfo=UTC)
        clock.instant = due
        with pytest.raises(rules.NotAnswered):
            await desk.carry_out(asked)
        clock.instant = AFTER_THE_LIMIT
        async with desk.as_("tang") as work:
            assert await queries.standings(work, [asked]) == ["clear_by_silence"]
        done = await desk.carry_out(asked)
        assert (done.state, done.answer) == ("carried_out", None)
        assert await clocks(owner_engine, desk.world) == {("kunyang", "consultation.opinion", "cancelled")}
        # What was meant for a day that is over by then, happens at once.
        assert (await desk.entry(desk.world.secondments["zhou"])).until == date(2026, 3, 17)

    async def test_an_answer_after_the_limit_is_on_record_as_long_as_nothing_was_done(self, desk, clock):
        asked = await desk.propose()
        clock.instant = AFTER_THE_LIMIT
        late = await desk.answer(asked, "objects", reasons="迟复。")
        assert (late.state, late.reasons) == ("cleared", "迟复。")

    async def test_of_an_area_team_hears_every_host(self, desk):
        (one, other) = await self.team(desk)
        asked = await desk.answer(await desk.propose(entry_id=one.id), by="pan")
        with pytest.raises(secondment_rules.RecallNotCleared) as refusal:
            await desk.carry_out(asked)
        assert refusal.value.facts["host"] == "水头镇人民政府"
        waits = await desk.propose(entry_id=other.id)
        with pytest.raises(rules.NotAnswered):
            await desk.carry_out(asked)
        cleared = await desk.answer(waits, by="wen")
        await desk.carry_out(asked)
        assert (await desk.entry(other.id)).ended_at == NOW
        async with desk.as_("tang") as work:
            states = await queries.of_ids(work, [asked.id, cleared.id])
        assert {each.state for each in states.values()} == {"carried_out"}

    @staticmethod
    async def team(desk):
        entries = await desk.order(
            "lin",
            "tang",
            mode="area_team",
            hosts=(("aojiang", "lin", ["tang"]), ("shuitou", "lin", ["tang"])),
        )
        mine = [each for each in entries if each.person_id == desk.world["lin"].person_id]
        return sorted(mine, key=lambda each: each.host_id != desk.world.bodies["aojiang"])

    async def test_is_no_way_past_whoever_leaves_their_home(self, desk):
        await desk.leave(desk.world["zhou"].person_id)
        assert not await can_act(desk, "zhou", "kunyang")


class TestConsent:
    @pytest.fixture
    async def huancui(self, edge, owner_engine):
        return await a_place(edge, owner_engine, name="huancui")

    async def test_is_needed_where_the_document_bans_arbitrary_calling_away(self, huancui, clock):
        asked = await huancui.propose()
        assert (asked.asks, asked.source.rpartition(" ")[2]) == ("consent", "二（四）7")
        with pytest.raises(rules.YesOrNo):
            await huancui.answer(asked, "opinion", reasons="再议")
        clock.instant = AFTER_THE_LIMIT
        with pytest.raises(rules.NotAnswered, match="Wait for the answer\\."):
            await huancui.carry_out(asked)
        refused = await huancui.answer(asked, "objects", reasons="基层力量不足。")
        assert refused.state == "refused"
        with pytest.raises(rules.NotConsented, match="二（四）7"):
            await huancui.carry_out(refused)
        assert await can_act(huancui, "zhou", "kunyang")

    async def test_can_be_asked_for_again_after_a_refusal(self, huancui):
        refused = await huancui.answer(await huancui.propose(), "objects", reasons="力量不足。")
        agreed = await huancui.answer(await huancui.propose())
        assert (await huancui.carry_out(agreed)).state == "carried_out"
        with pytest.raises(rules.WrongState):
            await huancui.do("withdraw", refused)

    async def test_of_a_borrowing_takes_a_ground_a_term_and_a_borrower(self, huancui):
        for said, refusal in (
            ({"ground": "  "}, FieldEmpty),
            ({"until": None}, rules.TermNeeded),
            ({"until": TODAY - A_DAY}, rules.TermNeeded),
            ({"body_id": None}, rules.WhereToNeeded),
            ({"body_id": "kunyang"}, rules.WhereToNeeded),
            ({"post": "中队长"}, rules.PostNeeded),
            ({"since": TODAY - A_DAY}, rules.TooEarly),
        ):
            with pytest.raises(refusal):
                await huancui.propose("borrowing", **said)
        asked = await huancui.propose("borrowing")
        assert (asked.asks, asked.until, asked.body_id) == (
            "consent",
            TERM,
            huancui.world.bodies["agriculture"],
        )
        with pytest.raises(rules.NotAnswered):
            await huancui.carry_out(asked)
        done = await huancui.carry_out(await huancui.answer(asked))
        assert done.state == "carried_out"
        assert await can_act(huancui, "zhou", "kunyang")

    async def test_is_the_other_sides_where_both_decide(self, desk):
        theirs = await desk.propose("appointment", by="gao")
        assert (theirs.from_id, theirs.to_id) == (
            desk.world.bodies["kunyang"],
            desk.world.bodies["transport"],
        )
        assert theirs.asks == "consent"
        with pytest.raises(rules.NotAnswered):
            await desk.carry_out(theirs, by="gao")
        agreed = await desk.answer(theirs, by="lin")
        assert (await desk.carry_out(agreed, by="gao")).state == "carried_out"
        ours = await desk.propose("removal")
        assert ours.asks == "consent"

    async def test_may_follow_from_silence_where_the_place_says_so(self, edge, owner_engine, clock):
        silent = (
            '[consultation.silent_on_consent]\nvalue = "goes_on"\ndocument = "KY-A2"\narticle = "99"\n'
            'adopted_from = "kunyang"\n'
        )
        desk = await a_place(edge, owner_engine, split("recall", "home", consents="host"), silent)
        asked = await desk.propose()
        clock.instant = AFTER_THE_LIMIT
        assert (await desk.carry_out(asked)).answer is None


class TestWhoDecides:
    async def test_is_who_the_rulebook_says(self, edge, owner_engine):
        desk = await a_place(edge, owner_engine, split("recall", "host"))
        with pytest.raises(NotPermitted):
            await desk.propose()
        theirs = await desk.propose(by="gao")
        # Nobody need be asked: it may go on at once, and the home's personnel carries it out.
        assert (theirs.asks, theirs.state) == ("nothing", "cleared")
        with pytest.raises(NotPermitted):
            await desk.carry_out(theirs, by="gao")
        await desk.carry_out(theirs)
        assert not await can_act(desk, "zhou", "kunyang")

    async def test_is_told_apart_by_mode(self, edge, owner_engine):
        apart = '\n[powers.recall.area_team]\ndecide = "both"\ndocument = "KY-A2"\narticle = "98"\nadopted_from = "kunyang"\n'
        desk = await a_place(edge, owner_engine, split("recall", "home", modes=apart))
        with pytest.raises(rules.OtherSideDecides, match="99"):
            await desk.propose(by="gao")
        team = await desk.propose(by="gao", entry_id=desk.world.secondments["guan"])
        assert (team.asks, team.source.rpartition(" ")[2]) == ("consent", "98")

    async def test_may_end_at_once_where_nobody_need_be_asked(self, edge, owner_engine):
        desk = await a_place(edge, owner_engine, split("recall", "home"))
        async with desk.as_("tang") as work:
            ended = await secondments.end(
                work,
                secondment_id=desk.world.secondments["zhou"],
                expected_version=1,
                ends_on=TODAY,
                reason="轮岗",
            )
        assert ended.ended_at == NOW

    @pytest.mark.parametrize("who", ["zhou", "gao", "xu", "wu", "shen"])
    async def test_is_nobody_else(self, desk, who):
        with pytest.raises(NotPermitted):
            await desk.propose(by=who)

    @pytest.mark.parametrize("who", ["huang", "pan", "wen"])
    async def test_is_nobody_to_whom_the_secondment_is_nothing(self, desk, who):
        with pytest.raises(NotFound):
            await desk.propose(by=who)

    async def test_ends_with_the_role(self, desk, owner_engine):
        asked = await desk.propose()
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(
                    Capacity.id.in_(
                        [
                            desk.world[who].capacities[body]
                            for who, body in (("tang", "transport"), ("gao", "kunyang"))
                        ]
                    )
                )
                .values(roles=["registrar"])
            )
        for act in (desk.propose("borrowing"), desk.answer(asked), desk.carry_out(asked)):
            with pytest.raises((NotPermitted, NotFound)):
                await act

    async def test_answers_as_the_other_sides_head(self, desk):
        asked = await desk.propose()
        for who, refusal in (
            ("tang", NotPermitted),
            ("lin", NotPermitted),
            # Oversight reads it, and holds nothing of others that it could change.
            ("wu", NotFound),
            ("chen", NotFound),
            ("xu", NotFound),
            ("zhou", NotFound),
            ("pan", NotFound),
        ):
            with pytest.raises(refusal):
                await desk.answer(asked, by=who)


class TestTransfer:
    async def test_orders_the_next_secondment_from_the_day_the_first_ends(self, desk):
        day = date(2026, 3, 20)
        asked = await desk.answer(await desk.propose("transfer", since=day))
        with pytest.raises(rules.NoOrderNumber):
            await desk.carry_out(asked)
        await desk.carry_out(asked, order_number="平交〔2026〕9号")
        before = await desk.entry(desk.world.secondments["zhou"])
        async with desk.as_("tang") as work:
            found = await work.session.scalars(
                select(Secondment).where(
                    Secondment.county_id == work.county_id,
                    Secondment.person_id == before.person_id,
                    Secondment.id != before.id,
                )
            )
            (after,) = found.all()
        assert before.until == day - A_DAY
        assert (after.host_id, after.since, after.until, after.order_number, after.post) == (
            desk.world.bodies["aojiang"],
            day,
            None,
            "平交〔2026〕9号",
            before.post,
        )

    async def test_is_of_whoever_is_stationed_and_to_a_township(self, desk):
        with pytest.raises(secondment_rules.HostNotATownship):
            await desk.propose("transfer", body_id="agriculture")
        with pytest.raises(rules.WhereToNeeded):
            await desk.propose("transfer", body_id="kunyang")
        (one, _) = await TestRecall.team(desk)
        with pytest.raises(secondment_rules.OnlyStationedTransferred):
            await desk.propose("transfer", entry_id=one.id, body_id="kunyang")

    async def test_is_not_to_the_home(self, edge, world, owner_engine):
        await keeps_a_register(owner_engine, world, personnel="xu", body="kunyang", entered=("chen",))
        desk = Desk(edge, world)
        (entry,) = await desk.order("chen", by="xu", hosts=("aojiang",))
        with pytest.raises(secondment_rules.HostIsHome):
            await desk.propose("transfer", by="xu", entry_id=entry.id, body_id="kunyang")


class TestDays:
    @pytest.mark.parametrize("kind", BY_KIND)
    async def test_lie_within_the_secondment(self, desk, kind):
        (entry,) = await desk.order("lin", hosts=("shuitou",), until=date(2026, 3, 20))
        with pytest.raises(rules.AfterTheEnd):
            await desk.propose(kind, entry_id=entry.id, since=date(2026, 3, 21))
        await desk.propose(kind, entry_id=entry.id, since=date(2026, 3, 20))

    @pytest.mark.parametrize("kind", BY_KIND)
    async def test_are_ones_that_somebody_will_see(self, desk, kind):
        with pytest.raises(secondment_rules.TooFar):
            await desk.propose(
                kind, since=date(9999, 12, 31), **{"until": date.max} if kind == "borrowing" else {}
            )

    async def test_of_an_area_team_are_the_latest_that_a_host_was_asked_for(self, desk):
        (one, other) = await TestRecall.team(desk)
        asked = await desk.answer(await desk.propose(entry_id=one.id), by="pan")
        await desk.answer(await desk.propose(entry_id=other.id, since=date(2026, 3, 20)), by="wen")
        await desk.carry_out(asked)
        assert (await desk.entry(other.id)).until == date(2026, 3, 19)

    @pytest.mark.parametrize("kind", ["borrowing", "appointment", "removal"])
    async def test_that_are_over_let_nothing_be_carried_out(self, desk, kind):
        asked = await desk.answer(await desk.propose(kind), by="gao")
        await desk.leave(desk.world["zhou"].person_id)
        with pytest.raises(secondment_rules.Over):
            await desk.carry_out(asked)


class TestOrder:
    async def test_one_at_a_time_of_a_kind(self, desk):
        first = await desk.propose()
        with pytest.raises(rules.OpenAlready):
            await desk.propose(by="lin")
        await desk.propose("borrowing")
        taken_back = await desk.do("withdraw", first)
        assert (taken_back.state, taken_back.closed_by) == ("withdrawn", desk.world["tang"].person_id)
        await desk.propose()

    async def test_goes_by_the_version_that_was_seen(self, desk):
        with pytest.raises(Stale):
            await desk.propose(expected_version=2)
        asked = await desk.propose()
        heard = await desk.answer(asked)
        for act in ("withdraw", "carry_out"):
            with pytest.raises(Stale):
                await desk.do(act, heard, expected_version=asked.version)
        done = await desk.carry_out(heard)
        for act in ("withdraw", "carry_out"):
            with pytest.raises(rules.WrongState):
                await desk.do(act, done)
        with pytest.raises(secondment_rules.Over):
            await desk.propose(expected_version=2)

    async def test_of_two_at_once_one_is_done(self, desk):
        proposed = await asyncio.gather(desk.propose(), desk.propose(by="lin"), return_exceptions=True)
        assert sorted(type(each).__name__ for each in proposed) == ["Consultation", "OpenAlready"]
        (asked,) = [each for each in proposed if isinstance(each, Consultation)]
        answered = await asyncio.gather(
            desk.answer(asked), desk.do("withdraw", asked), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in answered) == ["Consultation", "Stale"]

    async def test_of_two_who_carry_out_at_once_one_does(self, desk):
        heard = await desk.answer(await desk.propose())
        done = await asyncio.gather(desk.carry_out(heard), desk.carry_out(heard), return_exceptions=True)
        assert sorted(type(each).__name__ for each in done) == ["Consultation", "Stale"]


class TestWhatStays:
    async def test_is_on_record_with_both_sides_people(self, desk, owner_engine):
        asked = await desk.propose()
        await desk.carry_out(await desk.answer(asked, "opinion", reasons="请安排替补。"))
        async with owner_engine.connect() as connection:
            found = await connection.execute(
                select(AuditLine.action, AuditLine.person_id, AuditContent.content)
                .join(AuditContent, AuditContent.line_id == AuditLine.id)
                .where(AuditLine.county_id == desk.world.county_id, AuditLine.subject_id == asked.id)
                .order_by(AuditLine.id)
            )
            lines = found.all()
            told = await connection.execute(
                select(Announcement.kind, Announcement.audience)
                .where(Announcement.county_id == desk.world.county_id, Announcement.subject_id == asked.id)
                .order_by(Announcement.seq)
            )
            announced = [(kind, [each["tenant"] for each in audience]) for kind, audience in told]
        tang, gao = desk.world["tang"].person_id, desk.world["gao"].person_id
        assert [(each.action, each.person_id) for each in lines] == [
            ("consultation.proposed", tang),
            ("consultation.answered", gao),
            ("consultation.carried_out", tang),
        ]
        assert lines[1].content["reasons"] == "请安排替补。"
        assert lines[2].content["answered_by"] == str(gao)
        transport, kunyang = str(desk.world.bodies["transport"]), str(desk.world.bodies["kunyang"])
        assert announced == [
            ("consultation.proposed", [kunyang]),
            ("consultation.answered", [transport]),
            ("consultation.carried_out", [kunyang]),
        ]

    async def test_is_seen_by_heads_and_personnel_of_both_and_by_oversight(self, desk):
        asked = await desk.propose()
        seen = {who: await desk.sees(who, asked) for who in ("tang", "lin", "gao", "wu", "shen")}
        assert set(seen.values()) == {True}
        others = [await desk.sees(who, asked) for who in ("zhou", "chen", "xu", "huang", "pan", "guan")]
        assert not any(others)
        assert not await desk.sees("zhou", asked, "kunyang")


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("state = 'cleared'", "consented"),
            ("state = 'refused', asks = 'nothing'", "asked_for_something"),
            ("answer = 'agrees'", "answered_by_somebody"),
            ("state = 'carried_out'", "closed_by_somebody"),
            ("until = null", "borrowed_for_a_term"),
            ("until = since - 1", "ends_after_it_began"),
            ("body_id = null", "says_where_to"),
            ("post = '中队长'", "says_which_post"),
            ("kind = 'loan', until = null, body_id = null", "known_kind"),
            ("to_id = body_id", "between_the_two"),
        ],
    )
    async def test_refuses_what_no_consultation_can_be(self, desk, owner_engine, change, constraint):
        asked = await desk.propose("borrowing")
        with pytest.raises(IntegrityError, match=constraint):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update consultations set {change} where id = :id"), {"id": asked.id}
                )

    async def test_lets_nobody_write_for_another_or_about_a_secondment_that_is_none(self, desk):
        asked = await desk.propose("borrowing")
        copied = {column.name: getattr(asked, column.name) for column in Consultation.__table__.columns}
        for who, said, refusal in (
            ("huang", {}, "row-level security"),
            ("gao", {}, "row-level security"),
            (
                "tang",
                {"person_id": desk.world["lin"].person_id, "kind": "recall", "body_id": None, "until": None},
                "fk_consultations",
            ),
            ("tang", {}, "uq_consultations_open"),
        ):
            with pytest.raises(Exception, match=refusal):
                async with desk.as_(who) as work:
                    work.session.add(Consultation(**copied | {"id": new_id()} | said))

    async def test_keeps_what_was_proposed(self, desk):
        asked = await desk.propose()
        with pytest.raises(Exception, match="permission denied"):
            async with desk.as_("tang") as work:
                await work.session.execute(
                    text("update consultations set ground = '另有事由' where id = :id"), {"id": asked.id}
                )
