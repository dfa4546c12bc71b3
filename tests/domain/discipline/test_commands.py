"""Disciplinary cases on a real database: who looks into what, who reads it when, the clocks, the review, races."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select, text, update

from domain.deadlines.firing import announce_rungs, ring, take_due
from domain.deadlines.models import Deadline
from domain.discipline import commands, queries, rules
from domain.discipline.models import DisciplinaryCase
from domain.edge import errand
from domain.outbox.models import Announcement
from domain.secondments import queries as secondments
from domain.spans import Span
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.worlds import a_county, place_text

HAPPENED = date(2026, 3, 9)


class Office:
    """What people of one world do with disciplinary cases, each act in a transaction of its own.

    Zhou of transport works at Kunyang. Gao is Kunyang's head, Lin transport's.
    """

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who, body=None):
        person = self.world[who]
        async with self.edge.writing(person.acting_for(body) if body else person.credentials) as work:
            yield work

    async def opened(self, who="gao", ground="failure", *, of="zhou", on=HAPPENED):
        async with self.as_(who) as work:
            return await commands.open_case(
                work,
                secondment_id=self.world.secondments[of],
                ground=ground,
                occurred_on=on,
                subject="巡查记录缺失",
                facts="三月九日未按计划巡查。",
            )

    async def do(self, who, act, case, *, body=None, **given):
        async with self.as_(who, body) as work:
            return await getattr(commands, act)(
                work, case_id=case.id, expected_version=given.pop("expected_version", case.version), **given
            )

    async def concluded(self, who="gao", ground="failure", **given):
        case = await self.opened(who, ground)
        return await self.do(
            who, "conclude", case, **({"finding": "情况属实。", "measure": "criticism"} | given)
        )

    async def under_review(self, **given):
        return await self.do("zhou", "ask_review", await self.concluded(**given), reasons="当日另有任务。")

    async def sees(self, who, case, body=None):
        async with self.as_(who, body) as work:
            return case.id in await queries.of_ids(work, [case.id])


async def have_roles(owner_engine, world, who, *roles):
    """Let somebody have these roles at home and no others."""
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.id == world[who].capacities[world[who].body])
            .values(roles=list(roles))
        )


@pytest_asyncio.fixture(loop_scope="session")
async def office(edge, world):
    return Office(edge, world)


class TestOpening:
    @pytest.mark.parametrize(
        ("who", "ground"),
        [("gao", "failure"), ("gao", "absence"), ("lin", "complaint"), ("lin", "breach")],
    )
    async def test_is_of_the_body_that_the_rules_name(self, office, who, ground):
        assert (await office.opened(who, ground)).state == "inquiring"

    @pytest.mark.parametrize(
        ("who", "ground"),
        [("lin", "failure"), ("lin", "absence"), ("gao", "complaint"), ("gao", "breach")],
    )
    async def test_is_refused_to_the_other_with_the_article(self, office, who, ground):
        with pytest.raises(rules.NotTheInquirer) as told:
            await office.opened(who, ground)
        assert "8" in told.value.sentence("zh")

    @pytest.mark.parametrize("who", ["pan", "huang", "xu", "chen", "zhou"])
    async def test_is_of_nobody_else(self, office, who):
        with pytest.raises((NotFound, NotPermitted)):
            await office.opened(who)

    async def test_is_of_personnel_too(self, office, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["xu"].capacities["kunyang"])
                .values(roles=["registrar", "personnel"])
            )
        case = await office.opened("xu")
        with pytest.raises(NotPermitted):
            await office.do("xu", "conclude", case, finding="属实。", measure="none")

    @pytest.mark.parametrize("place", ["pingyang", "fuling", "xx", "huancui"])
    async def test_is_of_the_hosts_personnel_who_have_no_other_role(self, edge, owner_engine, place):
        """Whoever looks into an absence with the host reads the secondment it is about, as the host's head can."""
        world = await a_county(owner_engine, rulebook=place_text(f"{place}.toml", county="pingyang"))
        office = Office(edge, world)
        await have_roles(owner_engine, world, "xu", "personnel")
        case = await office.opened("xu", "absence")
        async with office.as_("xu") as work:
            assert (await secondments.the(work, case.secondment_id)).host_id == world.bodies["kunyang"]
        await have_roles(owner_engine, world, "xu")
        with pytest.raises((NotFound, NotPermitted)):
            await office.opened("xu", "absence")
        async with office.as_("xu") as work:
            with pytest.raises(NotFound):
                await secondments.the(work, case.secondment_id)

    async def test_is_of_no_host_that_reads_no_secondments(self, edge, owner_engine):
        """Yangxin's document says nothing of them, so neither the host's head nor its personnel finds one."""
        world = await a_county(owner_engine, rulebook=place_text("yangxin.toml", county="pingyang"))
        await have_roles(owner_engine, world, "xu", "personnel")
        for who in ("xu", "gao"):
            with pytest.raises(NotFound):
                await Office(edge, world).opened(who, "absence")

    async def test_is_of_no_third_body_that_oversees_both(self, office, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["wu"].capacities["coordination"])
                .values(roles=["coordinator", "head"])
            )
        for ground in ("failure", "complaint"):
            with pytest.raises(rules.NotTheInquirer):
                await office.opened("wu", ground)

    async def test_is_about_a_day_of_the_secondment(self, office):
        with pytest.raises(rules.NotThen):
            await office.opened(on=date(2026, 3, 11))
        with pytest.raises(rules.NotThen):
            await office.opened(on=date(2022, 11, 30))


class TestTelling:
    async def test_the_officer_is_told_in_whichever_post_there_is(self, office, owner_engine):
        case = await office.concluded()
        async with owner_engine.connect() as connection:
            audience = await connection.scalar(
                select(Announcement.audience).where(Announcement.subject_id == case.id)
            )
        zhou, bodies = str(office.world["zhou"].person_id), office.world.bodies
        assert [each["tenant"] for each in audience if each.get("person") == zhou] == [
            str(bodies["transport"]),
            str(bodies["kunyang"]),
        ]

    async def test_no_clock_rings_with_those_whom_it_may_be_about(self, office, owner_engine, clock):
        await office.opened()
        clock.advance(timedelta(days=60))
        async with errand(owner_engine, county_id=office.world.county_id, now=clock.instant) as worker:
            rung = await ring(worker, await take_due(worker, most=10))
            await announce_rungs(worker, rung)
        async with owner_engine.connect() as connection:
            told = await connection.scalars(
                select(Announcement.audience).where(
                    Announcement.county_id == office.world.county_id, Announcement.kind.like("deadline.%")
                )
            )
            roles = {role for audience in told for each in audience for role in each.get("roles", ())}
        assert roles == {"head", "personnel"}


class TestReading:
    """Before the decision only the inquirer and oversight; afterwards the other side and the officer as well."""

    async def test_before_and_after_the_decision(self, office):
        case = await office.opened()
        readers = (("gao", None), ("lin", None), ("zhou", None), ("zhou", "kunyang"), ("chen", None))
        seen = [await office.sees(who, case, body) for who, body in readers]
        assert seen == [True, False, False, False, False]
        assert await office.sees("shen", case)
        assert not await office.sees("huang", case)
        assert not await office.sees("pan", case)
        await office.do("gao", "conclude", case, finding="情况属实。", measure="reminder")
        seen = [await office.sees(who, case, body) for who, body in readers]
        assert seen == [True, True, True, True, False]
        assert not await office.sees("huang", case)
        assert not await office.sees("tang", case)

    async def test_what_was_dropped_stays_with_the_inquirer(self, office):
        case = await office.do("gao", "drop", await office.opened(), reason="查无实据")
        assert not await office.sees("lin", case)
        assert not await office.sees("zhou", case)
        assert await office.sees("gao", case)

    async def test_is_closed_to_whom_it_is_about_in_every_post_and_role(self, office, owner_engine):
        """Zhou heads transport now; a breach of Zhou's is looked into by Lin."""
        case = await office.opened("lin", "breach")
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["zhou"].capacities["transport"])
                .values(roles=["head", "personnel", "supervisor", "coordinator"])
            )
        assert not await office.sees("zhou", case)
        with pytest.raises(NotPermitted):
            await office.opened("zhou", "breach")
        case = await office.do("lin", "conclude", case, finding="属实。", measure="criticism")
        assert await office.sees("zhou", case)
        case = await office.do("zhou", "ask_review", case, reasons="不服。")
        with pytest.raises(NotPermitted):
            await office.do("zhou", "review", case, outcome="lifted", answer="撤销。")
        assert (await office.do("lin", "review", case, outcome="upheld", answer="维持。")).state == "reviewed"

    async def test_the_walls_hold_without_the_filter(self, office, engines):
        case = await office.opened()
        async with office.as_("lin") as work:
            bare = await work.session.execute(
                select(DisciplinaryCase.id).where(DisciplinaryCase.id == case.id)
            )
            assert bare.all() == []

    async def test_boxes(self, office):
        case = await office.concluded()
        for who, body, boxes in (
            ("gao", None, {"own"}),
            ("lin", None, {"copied"}),
            ("zhou", "kunyang", {"own", "concerning_me"}),
            ("zhou", None, {"copied", "concerning_me"}),
            ("shen", None, {"overseen"}),
        ):
            async with office.as_(who, body) as work:
                found = set()
                for box in ("own", "copied", "concerning_me", "overseen"):
                    listed = await queries.page(
                        work, wanted=queries.Wanted(box=box), age="newest", span=Span(most=10)
                    )
                    if case.id in {each.id for each in listed}:
                        found.add(box)
            assert found == boxes, who


class TestDeciding:
    async def test_copies_the_other_and_stops_the_clock(self, office, owner_engine):
        case = await office.concluded()
        assert case.copied_id == office.world.bodies["transport"]
        async with owner_engine.connect() as connection:
            (row,) = (await connection.execute(select(Deadline).where(Deadline.subject_id == case.id))).all()
        assert (row.kind, row.obligor_id, row.waiting_id) == (
            "discipline.conclude",
            office.world.bodies["kunyang"],
            None,
        )
        assert row.met_at is not None

    async def test_withholds_no_benefits_where_no_rule_admits_it(self, office):
        case = await office.opened()
        with pytest.raises(rules.BenefitsNotWithheld):
            await office.do(
                "gao", "conclude", case, finding="属实。", measure="none", benefits_from=date(2026, 4, 1)
            )

    async def test_leaves_a_review_thirty_days(self, office, clock):
        case = await office.concluded()
        # 30 calendar days from 2026-03-10: the ninth of April, a Thursday, to its end.
        assert case.review_until.astimezone(clock.instant.tzinfo).isoformat()[:16] == "2026-04-09T15:59"
        clock.instant = case.review_until + timedelta(microseconds=1)
        with pytest.raises(rules.ReviewTooLate):
            await office.do("zhou", "ask_review", case, reasons="不服。")
        clock.instant = case.review_until
        assert (await office.do("zhou", "ask_review", case, reasons="不服。")).state == "under_review"

    async def test_wins_once(self, office):
        case = await office.opened()
        tried = await asyncio.gather(
            *(
                office.do("gao", act, case, **given)
                for act, given in (
                    ("conclude", {"finding": "属实。", "measure": "none"}),
                    ("drop", {"reason": "查无实据"}),
                )
            ),
            return_exceptions=True,
        )
        assert sorted(isinstance(each, Stale | rules.WrongState) for each in tried) == [False, True]


class TestReviews:
    @pytest.mark.parametrize("who", ["lin", "gao", "chen", "shen"])
    async def test_are_asked_for_by_the_officer_alone(self, office, who):
        case = await office.concluded()
        with pytest.raises((NotPermitted, NotFound)):
            await office.do(who, "ask_review", case, reasons="不服。")

    @pytest.mark.parametrize("body", ["transport", "kunyang"])
    async def test_are_asked_for_in_whatever_post(self, office, body):
        case = await office.concluded()
        case = await office.do("zhou", "ask_review", case, body=body, reasons="不服。")
        assert case.state == "under_review"

    @pytest.mark.parametrize("who", ["lin", "zhou", "shen"])
    async def test_are_decided_by_nobody_but_the_inquirer(self, office, who):
        case = await office.under_review()
        with pytest.raises((NotPermitted, NotFound)):
            await office.do(who, "review", case, outcome="lifted", answer="撤销。")

    async def test_that_lift_leave_nothing_but_what_was_decided(self, office):
        case = await office.do(
            "gao", "review", await office.under_review(), outcome="lifted", answer="撤销。"
        )
        assert (case.measure, case.measure_now, case.benefits_from) == ("criticism", "none", None)

    async def test_end_with_the_secondment_only_for_the_host(self, office, owner_engine):
        """The officer who is back home still reads what was decided, and asks for a review there."""
        case = await office.concluded()
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["zhou"].capacities["kunyang"])
                .values(until=text("since"))
            )
        assert await office.sees("zhou", case)
        assert (await office.do("zhou", "ask_review", case, reasons="不服。")).state == "under_review"


class TestWhereBenefitsAreWithheld:
    """Huancui, 4(3), in a county of its own."""

    @pytest.fixture
    async def there(self, edge, owner_engine):
        place = place_text("pingyang.toml", county="pingyang").replace(
            "[discipline.failure]",
            '[discipline.benefits_withheld]\nvalue = true\ndocument = "KY-A2"\narticle = "8"\nadopted_from = "kunyang"\n\n[discipline.failure]',
        )
        return Office(edge, await a_county(owner_engine, rulebook=place))

    async def test_for_the_days_decided_until_a_review_says_otherwise(self, there):
        days = {"benefits_from": date(2026, 4, 1), "benefits_until": date(2026, 6, 30)}
        case = await there.concluded(**days)

        async def on(day):
            async with there.as_("gao") as work:
                wanted = queries.Wanted(box="own", filter=queries.Filter(benefits_withheld_on=day))
                return await queries.count(work, wanted=wanted)

        assert [await on(date(2026, month, 1)) for month in (3, 4, 6, 7)] == [0, 1, 1, 0]
        case = await there.do("zhou", "ask_review", case, reasons="不服。")
        case = await there.do(
            "gao",
            "review",
            case,
            outcome="changed",
            answer="酌减。",
            measure="reminder",
            benefits_from=date(2026, 4, 1),
            benefits_until=date(2026, 4, 30),
        )
        assert [await on(date(2026, month, 1)) for month in (4, 6)] == [1, 0]
        assert (case.measure, case.measure_now) == ("criticism", "reminder")

    async def test_by_the_host_alone(self, there):
        case = await there.opened("lin", "breach")
        with pytest.raises(rules.BenefitsNotWithheld):
            await there.do(
                "lin", "conclude", case, finding="属实。", measure="none", benefits_from=date(2026, 4, 1)
            )
