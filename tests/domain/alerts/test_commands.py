"""Alerts on a real database: who is told, who owes what by when, the refusals, and races.

Rights are printed as a matrix in `tests/policies`; walls between tenants are the business of `tests/isolation`.
"""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from domain.alerts import commands, queries, rules
from domain.alerts.models import Alert, AlertNotice
from domain.audit.models import AuditLine
from domain.deadlines.firing import move_on, ring, take_due
from domain.deadlines.models import Deadline
from domain.documents.models import IssuedNumber
from domain.edge import errand
from domain.outbox.models import Announcement
from domain.spans import Span
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.worlds import a_county, place_text

LETTER = {
    "kind": "hazard",
    "subject": "通福路加油站储罐渗漏",
    "facts": "巡查发现地下储罐渗漏，周边土壤有明显油迹。",
    "place": "昆阳镇通福路",
    "item_code": None,
}
MEETING_ON_HAZARDS = ('value = "as_needed"', 'value = "on_hazards"')
BOTH = ('[alert.hazard_tells]\nvalue = "either"', '[alert.hazard_tells]\nvalue = "both"')


class Desk:
    """What people of one world do at their desks, each act in a transaction of its own."""

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who):
        async with self.edge.writing(self.world[who].credentials) as work:
            yield work

    async def draft(self, who="zhou", to=("agriculture", "aojiang"), **changed):
        async with self.as_(who) as work:
            return await commands.draft(
                work, addressee_ids=[self.world.bodies[body] for body in to], **(LETTER | changed)
            )

    async def do(self, who, act, alert, **given):
        async with self.as_(who) as work:
            return await getattr(commands, act)(
                work,
                alert_id=alert.id,
                expected_version=given.pop("expected_version", alert.version),
                **given,
            )

    async def on(self, who, act, notice, **given):
        async with self.as_(who) as work:
            return await getattr(commands, act)(
                work,
                alert_notice_id=notice.id,
                expected_version=given.pop("expected_version", notice.version),
                **given,
            )

    async def sent(self, **given):
        return await self.do("lin", "send", await self.draft(**given))

    async def notices(self, alert, who="zhou"):
        """The notices by the code of their recipient."""
        codes = {identifier: code for code, identifier in self.world.bodies.items()}
        async with self.as_(who) as work:
            found = (await queries.notices_of(work, [alert.id]))[alert.id]
        return {codes[notice.addressee_id]: notice for notice in found}


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)


async def a_place(edge, owner_engine, *changes):
    """A desk in a county whose rulebook is the demo county's, but for these words."""
    rules_of_the_place = place_text("pingyang.toml", county="pingyang")
    for before, after in changes:
        assert before in rules_of_the_place
        rules_of_the_place = rules_of_the_place.replace(before, after)
    return Desk(edge, await a_county(owner_engine, rulebook=rules_of_the_place))


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
    async def test_tells_each_recipient_the_whole_letter_under_one_number(self, desk):
        alert = await desk.sent()
        assert (alert.state, alert.letter_number) == ("sent", "平交通〔2026〕1号")
        assert alert.sent_by == desk.world["lin"].person_id
        for who in ("huang", "pan"):
            async with desk.as_(who) as work:
                (notice,) = await queries.notices_page(
                    work, wanted=queries.Wanted(box="received"), age="newest", span=Span(most=10)
                )
                assert await queries.notices_count(work, wanted=queries.Wanted(box="received")) == 1
            assert {name: getattr(notice, name) for name in LETTER} == LETTER
            assert (notice.letter_number, notice.state) == ("平交通〔2026〕1号", "sent")
        assert (await desk.sent()).letter_number == "平交通〔2026〕2号"

    async def test_starts_clocks_of_each_recipients_own(self, desk, owner_engine):
        await desk.sent(to=("agriculture", "aojiang", "justice"))
        assert await clocks(owner_engine, desk.world) == {
            ("agriculture", "transport", "alert.acknowledge", "running"),
            ("agriculture", "transport", "alert.answer", "running"),
            ("aojiang", "transport", "alert.acknowledge", "running"),
            ("aojiang", "transport", "alert.answer", "running"),
            # A report to one of the county's own bodies asks nothing of it but to take note.
            ("justice", "transport", "alert.acknowledge", "running"),
        }

    async def test_has_everybody_answer_where_the_rulebook_says_so(self, edge, owner_engine):
        desk = await a_place(edge, owner_engine, ('value = "notified"', 'value = "everybody"'))
        await desk.sent(to=("agriculture", "justice"))
        assert {
            who for who, _, kind, _ in await clocks(owner_engine, desk.world) if kind == "alert.answer"
        } == {
            "agriculture",
            "justice",
        }

    async def test_takes_the_limits_from_the_platform_where_the_places_documents_name_none(
        self, desk, owner_engine
    ):
        await desk.sent(to=("agriculture",))
        async with owner_engine.connect() as connection:
            rows = await connection.execute(
                select(Deadline.kind, Deadline.due_at, Deadline.source).where(
                    Deadline.county_id == desk.world.county_id
                )
            )
            found = {row.kind: (row.due_at, row.source) for row in rows}
        # Sent on Tuesday the tenth: one working day, and five, each to the end of the day in the county.
        assert found["alert.acknowledge"][0] == datetime(2026, 3, 11, 15, 59, 59, 999999, tzinfo=UTC)
        assert found["alert.answer"][0] == datetime(2026, 3, 17, 15, 59, 59, 999999, tzinfo=UTC)
        assert {source for _, source in found.values()} == {
            "平台默认规则（惯例，非法律规定） 23",
            "平台默认规则（惯例，非法律规定） 24（昆阳镇行政执法协调指挥工作机制 5：及时（未定期限））",
        }

    async def test_wants_those_told_whom_the_rulebook_names(self, desk, edge, owner_engine):
        townships_only = await desk.draft(to=("aojiang",))
        with pytest.raises(rules.RecipientMissing, match="昆阳镇行政执法协调指挥工作机制 5"):
            await desk.do("lin", "send", townships_only)
        both = await a_place(edge, owner_engine, BOTH)
        with pytest.raises(rules.RecipientMissing):
            await both.sent(to=("agriculture",))
        with pytest.raises(rules.RecipientMissing):
            await both.sent(to=("coordination",))
        assert (await both.sent(to=("agriculture", "coordination"))).state == "sent"
        # The rule is that of hazards alone.
        assert (await both.sent(to=("agriculture",), kind="hot_spot")).state == "sent"

    async def test_shows_no_recipient_who_else_was_told(self, desk):
        alert = await desk.sent()
        assert set(await desk.notices(alert, who="lin")) == {"agriculture", "aojiang"}
        assert set(await desk.notices(alert, who="pan")) == {"aojiang"}
        async with desk.as_("pan") as work:
            with pytest.raises(NotFound):
                await queries.the(work, alert.id)


class TestADraft:
    async def test_is_seen_by_nobody_else(self, desk):
        alert = await desk.draft()
        (notice, _) = (await desk.notices(alert)).values()
        for who in ("huang", "guan", "pan", "wu", "shen", "gao"):
            async with desk.as_(who) as work:
                with pytest.raises(NotFound):
                    await queries.the(work, alert.id)
                with pytest.raises(NotFound):
                    await queries.notice(work, notice.id)

    async def test_can_be_revised_and_its_notices_say_the_same(self, desk):
        alert = await desk.draft()
        bodies = [desk.world.bodies[body] for body in ("agriculture", "shuitou")]
        alert = await desk.do(
            "zhou", "revise", alert, facts="补充后的情况", kind="regional", addressee_ids=bodies
        )
        notices = await desk.notices(alert)
        assert set(notices) == {"agriculture", "shuitou"}
        for letter in (alert, *notices.values()):
            assert (letter.facts, letter.kind, letter.subject) == (
                "补充后的情况",
                "regional",
                LETTER["subject"],
            )
        alert = await desk.do("lin", "revise", alert, subject="事由")
        assert set(await desk.notices(alert)) == {"agriculture", "shuitou"}

    async def test_can_be_given_up_and_nobody_is_told(self, desk):
        alert = await desk.do("zhou", "discard", await desk.draft())
        assert alert.state == "discarded"
        assert await desk.notices(alert) == {}
        with pytest.raises(rules.WrongState):
            await desk.do("lin", "send", alert)

    async def test_names_bodies_that_there_are(self, desk):
        with pytest.raises(NotFound):
            async with desk.as_("zhou") as work:
                await commands.draft(work, addressee_ids=[desk.world["zhou"].person_id], **LETTER)
        with pytest.raises(rules.TellingOneself):
            await desk.draft(to=("transport",))
        with pytest.raises(rules.NobodyTold):
            await desk.draft(to=())


class TestARecipient:
    async def test_acknowledges_and_answers_and_its_clocks_stop_and_no_others(self, desk, owner_engine):
        notices = await desk.notices(await desk.sent())
        notice = await desk.on("zheng", "acknowledge", notices["agriculture"])
        assert (notice.state, notice.acknowledged_by) == ("acknowledged", desk.world["zheng"].person_id)
        notice = await desk.on("huang", "answer", notice, answer="measures", text="已派员责令停用")
        assert (notice.state, notice.answer, notice.answer_text) == ("answered", "measures", "已派员责令停用")
        assert await clocks(owner_engine, desk.world) == {
            ("agriculture", "transport", "alert.acknowledge", "met"),
            ("agriculture", "transport", "alert.answer", "met"),
            ("aojiang", "transport", "alert.acknowledge", "running"),
            ("aojiang", "transport", "alert.answer", "running"),
        }

    async def test_that_answers_has_acknowledged(self, desk, owner_engine):
        notices = await desk.notices(await desk.sent(to=("agriculture",)))
        notice = await desk.on(
            "huang",
            "answer",
            notices["agriculture"],
            answer="joint_meeting",
            text="现场会商",
            meeting_on=date(2026, 3, 12),
        )
        assert (notice.meeting_on, notice.acknowledged_by) == (
            date(2026, 3, 12),
            desk.world["huang"].person_id,
        )
        assert {state for *_, state in await clocks(owner_engine, desk.world)} == {"met"}

    async def test_meets_on_a_hazard_where_the_rulebook_says_so(self, edge, owner_engine):
        desk = await a_place(edge, owner_engine, MEETING_ON_HAZARDS)
        notices = await desk.notices(await desk.sent(to=("agriculture",)))
        with pytest.raises(rules.MeetingNeeded, match="昆阳镇行政执法协调指挥工作机制 5"):
            await desk.on("huang", "answer", notices["agriculture"], answer="measures", text="已停用")
        spots = await desk.notices(await desk.sent(to=("agriculture",), kind="hot_spot"))
        answered = await desk.on("huang", "answer", spots["agriculture"], answer="measures", text="已停用")
        assert answered.state == "answered"

    async def test_that_is_late_is_told_and_then_the_coordination_office(
        self, desk, clock, owner_engine, worker_engine
    ):
        await desk.sent(to=("agriculture",))
        rungs = set()
        for _ in range(8):
            clock.advance(timedelta(days=2))
            async with errand(worker_engine, county_id=desk.world.county_id, now=await clock.now()) as opened:
                due = await take_due(opened, most=100)
                rungs |= {(each.kind, each.rung, each.escalates_to) for each in await ring(opened, due)}
                await move_on(opened, due)
        assert {
            ("alert.acknowledge", "escalate", "coordination"),
            ("alert.answer", "escalate", "coordination"),
        } <= rungs

    async def test_is_told_and_tells(self, desk, owner_engine):
        notices = await desk.notices(await desk.sent(to=("agriculture",)))
        notice = await desk.on("guan", "acknowledge", notices["agriculture"])
        await desk.on("huang", "answer", notice, answer="nothing_to_do", text="已于上月整改完毕")
        transport, agriculture = (desk.world.bodies[body] for body in ("transport", "agriculture"))
        async with owner_engine.connect() as connection:
            told = await connection.execute(
                select(Announcement.kind, Announcement.audience)
                .where(Announcement.county_id == desk.world.county_id)
                .order_by(Announcement.seq)
            )
            assert [(row.kind, row.audience) for row in told] == [
                ("alert.drafted", [{"tenant": str(transport), "roles": ["head"]}]),
                ("alert.sent", [{"tenant": str(agriculture), "roles": ["head", "registrar"]}]),
                ("alert.acknowledged", [{"tenant": str(transport), "roles": ["officer"]}]),
                ("alert.answered", [{"tenant": str(transport), "roles": ["head", "officer"]}]),
            ]

    async def test_that_is_a_body_of_the_county_takes_note_at_its_desk_and_not_by_its_function(
        self, desk, owner_engine
    ):
        wu = desk.world["wu"]

        async def in_the_roles(*roles):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    update(Capacity)
                    .where(Capacity.id == wu.capacities["coordination"])
                    .values(roles=list(roles))
                )

        notice = (await desk.notices(await desk.sent(to=("coordination",))))["coordination"]
        # Whose body is party exercises no function on the matter: overseeing the county opens nothing here.
        with pytest.raises(NotFound):
            await desk.on("wu", "acknowledge", notice)
        await in_the_roles("coordinator", "registrar")
        assert (await desk.on("wu", "acknowledge", notice)).state == "acknowledged"
        await in_the_roles("coordinator")
        async with desk.as_("wu") as work:
            with pytest.raises(NotFound):
                await queries.notice(work, notice.id)

    async def test_is_overseen_from_sending_on(self, desk):
        await desk.draft()
        await desk.sent(to=("agriculture",))
        for who in ("wu", "shen"):
            async with desk.as_(who) as work:
                overseen = await queries.notices_page(
                    work, wanted=queries.Wanted(box="overseen"), age="newest", span=Span(most=10)
                )
                assert [notice.addressee_id for notice in overseen] == [desk.world.bodies["agriculture"]]
                assert await queries.count(work, by=queries.Filter()) == 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("who", "act", "given", "refusal"),
        [
            ("zhou", "send", {}, NotPermitted),
            ("tang", "send", {}, NotPermitted),
            ("tang", "revise", {"facts": "x"}, NotPermitted),
            ("huang", "send", {}, NotFound),
            ("wu", "send", {}, NotFound),
            ("lin", "send", {"expected_version": 2}, Stale),
        ],
    )
    async def test_on_a_draft_leave_everything_as_it_was(self, desk, owner_engine, who, act, given, refusal):
        alert = await desk.draft()
        before = await counted(owner_engine, desk.world)
        with pytest.raises(refusal):
            await desk.do(who, act, alert, **given)
        assert await counted(owner_engine, desk.world) == before

    @pytest.mark.parametrize(
        ("who", "act", "given", "refusal"),
        [
            ("lin", "acknowledge", {}, NotPermitted),
            ("guan", "answer", {"answer": "measures", "text": "x"}, NotPermitted),
            ("zheng", "answer", {"answer": "measures", "text": "x"}, NotPermitted),
            ("wu", "acknowledge", {}, NotFound),
            ("pan", "acknowledge", {}, NotFound),
            ("gao", "answer", {"answer": "measures", "text": "x"}, NotFound),
            ("huang", "acknowledge", {"expected_version": 2}, Stale),
            ("huang", "answer", {"answer": "joint_meeting", "text": "x"}, rules.MeetingDay),
        ],
    )
    async def test_on_a_notice_leave_everything_as_it_was(self, desk, owner_engine, who, act, given, refusal):
        notice = (await desk.notices(await desk.sent()))["agriculture"]
        before = await counted(owner_engine, desk.world)
        with pytest.raises(refusal):
            await desk.on(who, act, notice, **given)
        assert await counted(owner_engine, desk.world) == before

    async def test_of_a_letter_give_no_number_away(self, desk, owner_engine):
        await desk.sent()
        with pytest.raises(rules.RecipientMissing):
            await desk.sent(to=("aojiang",))
        assert (await desk.sent()).letter_number == "平交通〔2026〕2号"


class TestTwoAtOnce:
    async def test_sending_one_alert_send_it_once(self, desk, owner_engine):
        alert = await desk.draft()
        outcomes = await asyncio.gather(
            desk.do("lin", "send", alert), desk.do("lin", "send", alert), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["Alert", "Stale"]
        async with owner_engine.connect() as connection:
            numbers = await connection.scalars(
                select(IssuedNumber.number).where(IssuedNumber.subject_id == alert.id)
            )
            assert numbers.all() == [1]

    async def test_acknowledging_and_answering_leave_one_done(self, desk):
        for _ in range(3):
            notice = (await desk.notices(await desk.sent(to=("agriculture",))))["agriculture"]
            outcomes = await asyncio.gather(
                desk.on("zheng", "acknowledge", notice),
                desk.on("huang", "answer", notice, answer="measures", text="已停用"),
                return_exceptions=True,
            )
            assert sorted(type(one).__name__ for one in outcomes) == ["AlertNotice", "Stale"]


class TestTheDatabaseItself:
    @pytest.mark.parametrize(
        "change",
        [
            "to_id = null",
            "overseen_id = null",
            "letter_number = null",
            "to_id = from_id",
            "addressee_id = from_id",
            "state = 'answered'",
            "state = 'acknowledged'",
            "state = 'lost'",
            "answer = 'measures', answer_text = 'x'",
            "meeting_on = '2026-03-12'",
            "kind = 'gossip'",
        ],
    )
    async def test_keeps_the_order_of_things_whoever_writes(self, desk, owner_engine, change):
        notice = (await desk.notices(await desk.sent()))["agriculture"]
        with pytest.raises(Exception, match=r"violates (check|not-null) constraint"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update alert_notices set {change} where id = :id"), {"id": notice.id}
                )


async def counted(owner_engine, world):
    """How many rows the county has wherever an act could leave one, and what state everything is in."""
    async with owner_engine.connect() as connection:
        rows = [
            await connection.scalar(
                select(func.count()).select_from(table).where(table.county_id == world.county_id)
            )
            for table in (Alert, AlertNotice, Deadline, Announcement, AuditLine, IssuedNumber)
        ]
        states = [
            (
                await connection.execute(
                    select(table.id, table.version, table.state)
                    .where(table.county_id == world.county_id)
                    .order_by(table.id)
                )
            ).all()
            for table in (Alert, AlertNotice)
        ]
        running = await connection.scalar(
            select(func.count())
            .select_from(Deadline)
            .where(Deadline.county_id == world.county_id, Deadline.met_at.is_(None))
        )
    return rows, states, running
