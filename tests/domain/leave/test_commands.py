"""Leave on a real database: whose request it is, who decides, what others see, and what happens at once."""

import asyncio
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from domain.audit.models import AuditContent, AuditLine
from domain.deadlines.models import Deadline
from domain.leave import commands, queries, rules
from domain.leave.models import LeaveRequest
from domain.leave.rules import Stretch
from domain.outbox.models import Announcement
from domain.rulebooks.models import CountyRulebook
from domain.secondments.models import Secondment
from domain.texts import ReasonNeeded
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.leave.desk import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, LeaveDesk, behind
from tests.domain.substitutions.test_commands import appoint
from tests.worlds import NOW, a_county, place_text

COUNTY = ZoneInfo("Asia/Shanghai")
A_DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def desk(edge, world):
    return LeaveDesk(edge, world)


async def place(owner_engine, edge, name):
    return LeaveDesk(
        edge, await a_county(owner_engine, rulebook=place_text(name, county=name.partition(".")[0]))
    )


async def over(owner_engine, world, who="zhou", last=TODAY - A_DAY):
    """Let a secondment be over, as ending it leaves it."""
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Secondment).where(Secondment.id == world.secondments[who]).values(until=last)
        )


async def announced(owner_engine, request):
    async with owner_engine.connect() as connection:
        rows = await connection.execute(
            select(Announcement.kind, Announcement.audience)
            .where(Announcement.subject_id == request.id)
            .order_by(Announcement.seq)
        )
        return [tuple(row) for row in rows]


async def clock_of(owner_engine, request):
    async with owner_engine.connect() as connection:
        return (await connection.execute(select(Deadline).where(Deadline.subject_id == request.id))).one()


class TestWhoDecides:
    async def test_is_the_host_where_the_county_says_so(self, desk):
        request = await desk.ask()
        assert (request.home_id, request.host_id) == (
            desk.world.bodies["transport"],
            desk.world.bodies["kunyang"],
        )
        # Home's head does not even find it, with what it says of the officer's health.
        with pytest.raises(NotFound):
            await desk.do("approve", request, by="lin")
        approved = await desk.do("approve", request)
        assert (approved.state, approved.decided_by, approved.decided_for) == (
            "approved",
            desk.world["gao"].person_id,
            None,
        )

    async def test_is_the_same_from_the_post_at_home(self, desk):
        request = await desk.ask(body="transport")
        assert request.host_id == desk.world.bodies["kunyang"]
        assert (await desk.do("approve", request)).state == "approved"

    @pytest.mark.parametrize("name", ["fuling.toml", "yangxin.toml"])
    async def test_is_the_home_where_the_county_says_so_or_nothing(self, owner_engine, edge, name):
        desk = await place(owner_engine, edge, name)
        request = await desk.ask()
        with pytest.raises(NotFound):
            await desk.do("approve", request, by="gao")
        assert (await desk.do("approve", request, by="lin")).decided_in_id == desk.world.bodies["transport"]

    @pytest.mark.parametrize(
        "name", ["pingyang.toml", "fuling.toml", "yangxin.toml", "huancui.toml", "xx.toml"]
    )
    async def test_is_ones_own_body_for_whoever_is_not_seconded(self, owner_engine, edge, name):
        desk = await place(owner_engine, edge, name)
        request = await desk.ask("chen", None)
        assert request.home_id == request.host_id == desk.world.bodies["kunyang"]
        assert (await desk.do("approve", request, by="gao")).state == "approved"

    async def test_is_nobody_but_the_head(self, desk):
        request = await desk.ask("chen", None)
        for who in ("xu", "ye", "wu", "shen"):
            with pytest.raises(NotFound):
                await desk.do("approve", request, by=who)
        # Whoever asked sees it, and may not decide.
        with pytest.raises(NotPermitted):
            await desk.do("approve", request, by="chen")

    async def test_is_never_whoever_asked(self, desk):
        request = await desk.ask("gao", None)
        with pytest.raises(rules.OwnRequest):
            await desk.do("approve", request, by="gao")

    async def test_may_be_a_substitute_with_both_names_on_record(self, desk, owner_engine):
        request = await desk.ask("chen", None)
        await appoint(desk, by="gao", absent="gao", substitute="xu")
        approved = await desk.do("approve", request, by="xu")
        xu, gao = desk.world["xu"], desk.world["gao"]
        assert (approved.decided_by, approved.decided_for) == (xu.person_id, gao.person_id)
        async with owner_engine.connect() as connection:
            line = (
                await connection.execute(
                    select(AuditLine.person_id, AuditLine.for_person_id).where(
                        AuditLine.subject_id == request.id, AuditLine.action == "leave.approved"
                    )
                )
            ).one()
        assert tuple(line) == (xu.person_id, gao.person_id)

    async def test_changes_with_the_rulebook_from_the_next_request_on(self, desk, owner_engine):
        request = await desk.ask()
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(CountyRulebook)
                .where(CountyRulebook.county_id == desk.world.county_id)
                .values(text=place_text("fuling.toml", county="fuling").replace("fuling", desk.world.code))
            )
            await connection.execute(
                text(
                    "update counties set rulebook_version = rulebook_version + 1, policy_version = policy_version + 1"
                    " where county_id = :county"
                ),
                {"county": desk.world.county_id},
            )
        with pytest.raises(NotFound):
            await desk.do("approve", request, by="gao")
        assert (await desk.do("approve", request, by="lin")).state == "approved"


class TestWhenTheSecondmentIsOver:
    async def test_the_host_has_no_part_in_an_open_request_any_more(self, desk, owner_engine):
        request = await desk.ask(body="transport")
        assert await desk.seen("gao") == [request.id]
        assert await desk.seen("lin") == []
        await over(owner_engine, desk.world)
        assert await desk.seen("gao") == []
        with pytest.raises(NotFound):
            await desk.do("approve", request, by="gao")

    async def test_the_home_decides_as_both(self, desk, owner_engine):
        request = await desk.ask(body="transport")
        await over(owner_engine, desk.world)
        assert await desk.seen("lin") == [request.id]
        approved = await desk.do("approve", request, by="lin")
        assert approved.decided_in_id == desk.world.bodies["transport"]
        assert (await clock_of(owner_engine, request)).met_at == NOW
        # What it decided it goes on reading.
        assert await desk.seen("lin") == [request.id]

    async def test_the_home_is_not_shown_what_the_host_decided(self, desk, owner_engine):
        request = await desk.approved()
        await over(owner_engine, desk.world)
        assert await desk.seen("lin") == []
        assert await desk.seen("gao") == [request.id]

    async def test_a_host_is_asked_about_days_on_which_one_is_there(self, desk, owner_engine):
        await over(owner_engine, desk.world, last=date(2026, 3, 13))
        with pytest.raises(rules.NotInService):
            await desk.ask()
        later = await desk.ask(body="transport")
        assert later.host_id == later.home_id == desk.world.bodies["transport"]


class TestSeveralHosts:
    @pytest.fixture
    async def team(self, desk, owner_engine):
        """Zhou in an area team: with Aojiang besides."""
        world = desk.world
        aojiang = new_id()
        async with owner_engine.begin() as connection:
            held = (
                await connection.execute(
                    select(Secondment.__table__).where(Secondment.id == world.secondments["zhou"])
                )
            ).one()
            await connection.execute(
                Secondment.__table__.insert().values(
                    {
                        **{name: value for name, value in held._mapping.items() if name != "last_day"},
                        "id": aojiang,
                        "host_id": world.bodies["aojiang"],
                    }
                )
            )
        return desk

    async def test_must_be_told_apart_at_home(self, team):
        with pytest.raises(rules.WhichHost) as refused:
            await team.ask(body="transport")
        assert "鳌江镇" in refused.value.facts["hosts_zh"]
        assert (await team.ask(body="transport", host_id=team.world.bodies["aojiang"])).host_id == (
            team.world.bodies["aojiang"]
        )
        with pytest.raises(NotFound):
            await team.ask(
                body="transport",
                first=date(2026, 3, 23),
                last=date(2026, 3, 23),
                host_id=team.world.bodies["shuitou"],
            )

    async def test_are_not_asked_for_the_same_days(self, team):
        """In whichever post the other request was made."""
        await team.ask(body="transport", host_id=team.world.bodies["aojiang"])
        with pytest.raises(rules.Overlaps):
            await team.ask(body="kunyang", first=FRIDAY, last=FRIDAY)


class TestAsking:
    async def test_starts_the_clock_of_whoever_decides(self, desk, owner_engine):
        clock = await clock_of(owner_engine, await desk.ask())
        bodies = desk.world.bodies
        assert (clock.kind, clock.obligor_id, clock.waiting_id) == (
            "leave.decide",
            bodies["kunyang"],
            bodies["transport"],
        )
        # Asked on Tuesday the 10th, three working days.
        assert clock.due_at.astimezone(COUNTY).date() == date(2026, 3, 13)
        own = await clock_of(owner_engine, await desk.ask("chen", None))
        assert (own.obligor_id, own.waiting_id) == (bodies["kunyang"], None)

    async def test_refuses_what_the_rules_refuse(self, desk):
        for refusal, given in (
            (rules.NoTime, {"first": TUESDAY, "last": MONDAY}),
            (rules.TooLate, {"first": date(2026, 3, 4)}),
            (ReasonNeeded, {"reason": " "}),
        ):
            with pytest.raises(refusal):
                await desk.ask(**given)

    async def test_leaves_no_half_day_to_two_requests(self, desk):
        await desk.ask(last=WEDNESDAY, until_noon=True)
        with pytest.raises(rules.Overlaps):
            await desk.ask(first=WEDNESDAY, last=WEDNESDAY)
        await desk.ask(first=WEDNESDAY, last=FRIDAY, from_noon=True)

    async def test_is_free_again_once_nothing_is_held(self, desk):
        refused = await desk.do("refuse", await desk.ask(), reason="人手不足")
        assert refused.decision_reason == "人手不足"
        await desk.do("withdraw", await desk.ask(), by="zhou", body="kunyang")
        cancelled = await desk.do(
            "cancel", await desk.approved(), by="zhou", body="kunyang", back_on=WEDNESDAY
        )
        assert cancelled.last_day == TUESDAY
        with pytest.raises(rules.Overlaps):
            await desk.ask(first=TUESDAY, last=FRIDAY)
        await desk.ask(first=WEDNESDAY, last=FRIDAY)

    async def test_of_two_at_once_lets_one_through(self, desk):
        async with desk.as_("zhou", "kunyang") as work:
            await commands.ask(
                work, kind="annual", stretch=Stretch(first_day=MONDAY, last_day=FRIDAY), reason="探亲"
            )
            second = await behind(work, desk.ask(body="transport", first=THURSDAY, last=FRIDAY))
        with pytest.raises(rules.Overlaps):
            await second


class TestDeciding:
    async def test_happens_once(self, desk):
        request = await desk.ask()
        done = await asyncio.gather(
            desk.do("approve", request), desk.do("refuse", request, reason="否"), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in done) == ["LeaveRequest", "Stale"]

    async def test_is_too_late_for_what_was_withdrawn(self, desk):
        request = await desk.ask()
        withdrawn = await desk.do("withdraw", request, by="zhou", body="kunyang")
        with pytest.raises(Stale):
            await desk.do("approve", request)
        with pytest.raises(rules.WrongState):
            await desk.do("approve", withdrawn)

    async def test_refuses_only_with_a_reason(self, desk):
        with pytest.raises(ReasonNeeded):
            await desk.do("refuse", await desk.ask(), reason=" ")

    async def test_meets_the_clock(self, desk, owner_engine):
        approved = await desk.approved()
        assert (await clock_of(owner_engine, approved)).met_at == NOW
        withdrawn = await desk.do("withdraw", await desk.ask("chen", None), by="chen")
        assert (await clock_of(owner_engine, withdrawn)).cancelled_at == NOW


class TestWhatIsTold:
    async def test_goes_to_whoever_decides_then_to_the_officer_and_both_bodies(self, desk, owner_engine):
        bodies, zhou = desk.world.bodies, desk.world["zhou"]
        request = await desk.approved()
        told = await announced(owner_engine, request)
        assert told[0] == ("leave.asked", [{"tenant": str(bodies["kunyang"]), "roles": ["head"]}])
        kind, audience = told[1]
        assert kind == "leave.approved"
        assert {each["person"] for each in audience} == {str(zhou.person_id)}
        kind, audience = told[2]
        assert kind == "leave.announced"
        assert {each["tenant"] for each in audience} == {str(bodies["kunyang"]), str(bodies["transport"])}

    async def test_says_nothing_of_the_reason(self, desk, owner_engine):
        request = await desk.do("refuse", await desk.ask(reason="住院手术"), reason="人手不足")
        async with owner_engine.connect() as connection:
            contents = await connection.execute(
                select(AuditContent.content)
                .join(AuditLine, AuditLine.id == AuditContent.line_id)
                .where(AuditLine.subject_id == request.id)
            )
            said = str(contents.all()) + str(
                (
                    await connection.execute(
                        select(Announcement.facts).where(Announcement.subject_id == request.id)
                    )
                ).all()
            )
        assert "住院" not in said
        assert "人手" not in said
        assert "sick" not in said


class TestAbsences:
    async def seen_by(self, desk, who, first=MONDAY, last=FRIDAY):
        async with desk.as_(who) as work:
            return [
                (each.person_id, each.stretch.first_day, each.stretch.last_day)
                for each in await queries.absences(work, first=first, last=last)
            ]

    async def test_are_seen_on_both_sides_and_nowhere_else(self, desk):
        zhou = desk.world["zhou"].person_id
        await desk.ask()
        assert await self.seen_by(desk, "tang") == []
        await desk.do("approve", (await self.request(desk)))
        for who in ("lin", "tang", "gao", "xu", "chen"):
            assert await self.seen_by(desk, who) == [(zhou, MONDAY, FRIDAY)]
        for who in ("huang", "ye", "wu", "shen"):
            assert await self.seen_by(desk, who) == []
        assert await self.seen_by(desk, "lin", first=FRIDAY + A_DAY, last=FRIDAY + 9 * A_DAY) == []

    async def request(self, desk):
        async with desk.as_("zhou", "kunyang") as work:
            (found,) = await queries.page(
                work, wanted=queries.Wanted(side="mine"), age="newest", span=queries.Span(most=5)
            )
            return found

    async def test_are_gone_where_nothing_was_taken(self, desk):
        approved = await desk.approved()
        await desk.do("cancel", approved, by="zhou", body="kunyang")
        assert await self.seen_by(desk, "lin") == []


class TestReading:
    async def test_ones_own_is_in_whichever_post(self, desk):
        request = await desk.ask()
        assert await desk.seen("zhou", "kunyang", side="mine") == [request.id]
        assert await desk.seen("zhou", "transport", side="mine") == [request.id]
        assert await desk.seen("zhou", "kunyang") == []

    async def test_ends_with_the_head_s_role(self, desk, owner_engine):
        request = await desk.ask()
        assert await desk.seen("gao") == [request.id]
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == desk.world["gao"].capacities["kunyang"])
                .values(roles=["officer"])
            )
        assert await desk.seen("gao") == []
        with pytest.raises(NotFound):
            await desk.do("approve", request)

    async def test_is_walled_from_strangers_by_the_database_alone(self, desk, engines):
        await desk.ask()
        async with desk.as_("ye") as work:
            assert (await work.session.execute(select(LeaveRequest.id))).all() == []
        async with desk.as_("wu") as work:
            assert (await work.session.execute(select(LeaveRequest.id))).all() == []
