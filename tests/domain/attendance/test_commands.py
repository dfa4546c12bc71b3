"""Attendance on a real database: who records whose day, corrections, and tallies counted by hand."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from domain.attendance import commands, queries, rules
from domain.attendance.models import AttendanceEntry
from domain.attendance.rules import Marked
from domain.texts import ReasonNeeded
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted
from tests.domain.leave.desk import behind
from tests.domain.night_duty.desk import NightDesk
from tests.worlds import NOW, a_county, place_text

TODAY, YESTERDAY = NOW.date(), NOW.date() - timedelta(days=1)
FRIDAY = date(2026, 3, 6)


class SheetDesk(NightDesk):
    async def record(self, *marked, day=YESTERDAY, by="gao", body=None):
        people = [Marked(self.world[who].person_id, mark) for who, mark in marked]
        async with self.as_(by, body) as work:
            return await commands.record(work, day=day, people=people)

    async def correct(self, entry, mark, by="gao", body=None, reason="登记有误"):
        async with self.as_(by, body) as work:
            return await commands.correct(work, entry_id=entry.id, mark=mark, reason=reason)

    async def sheet(self, by="gao", body=None, side="body"):
        names = {each.person_id: key for key, each in self.world.people.items()}
        async with self.as_(by, body) as work:
            found = await queries.page(work, wanted=queries.Wanted(side=side), span=queries.Span(most=50))
            return sorted((each.day, names[each.person_id], each.mark) for each in found)

    async def tallies(self, *who, by="gao", body=None, first=date(2026, 3, 1), last=date(2026, 3, 31)):
        names = {each.person_id: key for key, each in self.world.people.items()}
        async with self.as_(by, body) as work:
            found = await queries.tallies(work, self.people(*who), first=first, last=last)
        return {names[each.person_id]: each for each in found}


@pytest.fixture
def desk(edge, world):
    return SheetDesk(edge, world)


async def place(owner_engine, edge, name):
    return SheetDesk(
        edge, await a_county(owner_engine, rulebook=place_text(name, county=name.partition(".")[0]))
    )


async def without_a_post(owner_engine, world, who, body):
    """As somebody is whom a roster brought: on the register, and with no post in this body."""
    async with owner_engine.begin() as connection:
        await connection.execute(delete(Capacity).where(Capacity.id == world[who].capacities[body]))


class TestRecording:
    async def test_is_the_host_s_of_its_own_and_of_the_seconded(self, desk):
        await desk.record(("chen", "present"), ("zhou", "late"), by="xu")
        assert await desk.sheet() == [(YESTERDAY, "chen", "present"), (YESTERDAY, "zhou", "late")]
        with pytest.raises(rules.RecordedElsewhere) as refused:
            await desk.record(("zhou", "present"), day=FRIDAY, by="lin")
        assert "昆阳镇" in refused.value.sentence("zh")

    @pytest.mark.parametrize("name", ["fuling.toml", "yangxin.toml"])
    async def test_is_the_home_s_where_nothing_is_said(self, owner_engine, edge, name):
        desk = await place(owner_engine, edge, name)
        with pytest.raises(rules.RecordedElsewhere):
            await desk.record(("zhou", "late"), by="gao")
        await desk.record(("zhou", "late"), by="lin")

    async def test_of_the_seconded_needs_no_post_at_home(self, owner_engine, edge):
        desk = await place(owner_engine, edge, "fuling.toml")
        await without_a_post(owner_engine, desk.world, "zhou", "transport")
        await desk.record(("zhou", "late"), by="lin")
        assert await desk.sheet("lin") == [(YESTERDAY, "zhou", "late")]
        with pytest.raises(rules.NotInPost):
            await desk.record(("guan", "late"), by="lin")

    async def test_is_either_s_where_both_manage_and_once(self, owner_engine, edge):
        desk = await place(owner_engine, edge, "xx.toml")
        await desk.record(("zhou", "present"), by="lin")
        with pytest.raises(rules.RecordedAlready):
            await desk.record(("zhou", "absent"), by="gao")
        await desk.record(("zhou", "present"), day=FRIDAY, by="gao")

    async def test_is_for_the_head_and_the_registrar(self, desk):
        for by, body in (("chen", None), ("zhou", "kunyang"), ("wu", None)):
            with pytest.raises(NotPermitted):
                await desk.record(("chen", "present"), by=by, body=body)

    async def test_refuses_what_the_rules_refuse(self, desk):
        for refusal, given in (
            (rules.NobodyMarked, {"marked": ()}),
            (rules.NobodyMarked, {"marked": (("chen", "late"), ("chen", "late"))}),
            (rules.InTheFuture, {"marked": (("chen", "late"),), "day": TODAY + timedelta(days=1)}),
            (rules.NotInPost, {"marked": (("ye", "late"),)}),
        ):
            marked = given.pop("marked")
            with pytest.raises(refusal):
                await desk.record(*marked, **given)

    async def test_never_types_leave(self, desk):
        await desk.approved(first=TODAY, last=TODAY)
        with pytest.raises(rules.OnLeave):
            await desk.record(("zhou", "absent"), day=TODAY)
        await desk.approved(who="chen", body=None, first=TODAY, last=TODAY, from_noon=True)
        # Half a day away, half a day in post.
        await desk.record(("chen", "late"), day=TODAY)

    async def test_counts_no_more_once_leave_was_approved_for_the_day(self, desk):
        await desk.record(("zhou", "absent"), ("chen", "absent"))
        leave = await desk.approved(first=YESTERDAY, last=TODAY)
        await desk.approved(who="chen", body=None, first=YESTERDAY, last=YESTERDAY, until_noon=True)
        for by in ("gao", "lin"):
            assert "zhou" not in [who for _, who, _ in await desk.sheet(by=by)]
        # Half a day away, half a day absent.
        assert await desk.sheet() == [(YESTERDAY, "chen", "absent")]
        tallies = await desk.tallies("zhou", "chen")
        counted = {who: (each.marks["absent"], each.leave_half_days) for who, each in tallies.items()}
        assert counted == {"zhou": (0, 4), "chen": (1, 1)}
        # Back today: yesterday stays leave.
        await desk.do("cancel", leave, "zhou", "kunyang")
        assert (await desk.tallies("zhou"))["zhou"].marks["absent"] == 0

    async def test_of_two_at_once_lets_one_through(self, desk):
        async with desk.as_("gao") as work:
            await commands.record(work, day=YESTERDAY, people=[Marked(desk.world["zhou"].person_id, "late")])
            second = await behind(work, desk.record(("zhou", "absent"), by="xu"))
        with pytest.raises(rules.RecordedAlready):
            await second


class TestCorrecting:
    async def test_keeps_the_former(self, desk, owner_engine):
        (entry,) = await desk.record(("zhou", "absent"))
        corrected = await desk.correct(entry, "elsewhere", by="xu", reason="当日在县里开会")
        assert (corrected.corrects_id, corrected.reason) == (entry.id, "当日在县里开会")
        assert await desk.sheet() == [(YESTERDAY, "zhou", "elsewhere")]
        async with owner_engine.connect() as connection:
            kept = await connection.execute(
                select(AttendanceEntry.mark, AttendanceEntry.superseded_at).where(
                    AttendanceEntry.id == entry.id
                )
            )
            assert kept.one() == ("absent", NOW)
        with pytest.raises(rules.Corrected):
            await desk.correct(entry, "present")
        with pytest.raises(rules.NothingToCorrect):
            await desk.correct(corrected, "elsewhere")
        with pytest.raises(ReasonNeeded):
            await desk.correct(corrected, "present", reason=" ")

    async def test_is_for_whoever_records(self, desk):
        (entry,) = await desk.record(("zhou", "absent"))
        for by, body in (("lin", None), ("zhou", "kunyang")):
            with pytest.raises(NotPermitted):
                await desk.correct(entry, "present", by=by, body=body)
        for by in ("ye", "chen", "wu"):
            with pytest.raises(NotFound):
                await desk.correct(entry, "present", by=by)

    async def test_happens_once(self, desk):
        (entry,) = await desk.record(("zhou", "absent"))
        async with desk.as_("gao") as work:
            await commands.correct(work, entry_id=entry.id, mark="present", reason="登记有误")
            second = await behind(work, desk.correct(entry, "late", by="xu"))
        with pytest.raises(rules.Corrected):
            await second


class TestReading:
    async def test_is_for_both_sides_and_the_officer(self, desk):
        await desk.record(("chen", "present"), ("zhou", "late"))
        assert await desk.sheet("tang") == [(YESTERDAY, "zhou", "late")]
        for body in ("kunyang", "transport"):
            assert await desk.sheet("zhou", body, side="mine") == [(YESTERDAY, "zhou", "late")]
        assert await desk.sheet("chen") == [(YESTERDAY, "chen", "present")]
        for who in ("ye", "huang", "wu", "shen"):
            assert await desk.sheet(who) == []


class TestTallies:
    async def test_count_what_is_on_record_of_a_person_between_two_days(self, desk, clock):
        await desk.record(("zhou", "late"), day=FRIDAY)
        (entry,) = await desk.record(("zhou", "absent"))
        await desk.correct(entry, "present")
        (duty,) = await desk.plan("zhou", day=TODAY)
        # Friday to Tuesday, from noon: half a Friday, Monday and Tuesday.
        await desk.approved(first=date(2026, 3, 13), last=date(2026, 3, 17), from_noon=True)
        clock.advance(timedelta(days=1))
        await desk.of_night("record_attended", duty, attended=False)
        (tally,) = (await desk.tallies("zhou")).values()
        assert tally.marks == {"present": 1, "late": 1, "absent": 0, "elsewhere": 0}
        assert (tally.leave_half_days, tally.nights_missed) == (5, 1)
        (within,) = (await desk.tallies("zhou", first=YESTERDAY, last=date(2026, 3, 16))).values()
        assert within.marks == {"present": 1, "late": 0, "absent": 0, "elsewhere": 0}
        assert (within.leave_half_days, within.nights_missed) == (3, 1)

    async def test_are_the_home_s_of_whom_a_roster_seconded_without_a_post_at_home(self, desk, owner_engine):
        await desk.record(("zhou", "late"))
        await without_a_post(owner_engine, desk.world, "zhou", "transport")
        assert (await desk.tallies("zhou", by="lin"))["zhou"].marks["late"] == 1
        assert await desk.tallies("zhou", by="wu") == {}

    async def test_are_of_those_alone_whom_one_may_read(self, desk):
        assert set(await desk.tallies("zhou", "chen", "ye")) == {"zhou", "chen"}
        assert set(await desk.tallies("zhou", "chen", "lin", by="lin")) == {"zhou", "lin"}
        assert set(await desk.tallies("zhou", "chen", by="chen")) == {"chen"}
        assert set(await desk.tallies("zhou", "chen", by="wu")) == set()


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
async def test_a_tally_of_a_day_that_nobody_sees_is_empty(desk, day):
    assert await desk.tallies("chen", first=day, last=day) is not None
