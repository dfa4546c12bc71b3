"""Substitutions on a real database: appointing, what a substitute may do, whose name is on record, who is told."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from domain.audit.models import AuditLine
from domain.deadlines import queries as deadlines
from domain.edge import errand
from domain.notifications.commands import deliver
from domain.notifications.models import Notification
from domain.outbox.models import Announcement
from domain.outbox.rules import Announced, ToTenant
from domain.referrals import queries as referrals
from domain.referrals.models import ReferralEvent
from domain.substitutions import commands, queries, rules
from domain.substitutions.models import Substitution
from domain.texts import ReasonNeeded
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.referrals.desk import Desk
from tests.worlds import NOW

TODAY, FRIDAY = date(2026, 3, 10), date(2026, 3, 13)
A_DAY = timedelta(days=1)


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)


def post(desk, who, body=None):
    return desk.world[who].capacities[body or desk.world[who].body]


async def appoint(desk, by="lin", absent="lin", substitute="zhou", first=TODAY, last=FRIDAY, **other):
    given = {
        "absent_id": post(desk, absent),
        "substitute_id": post(desk, substitute),
        "first_day": first,
        "last_day": last,
        "reason": "外出培训",
    }
    async with desk.as_(by) as work:
        return await commands.appoint(work, **(given | other))


async def end(desk, substitution, by="lin", version=None):
    async with desk.as_(by) as work:
        return await commands.end(
            work,
            substitution_id=substitution.id,
            expected_version=substitution.version if version is None else version,
        )


async def submitted(desk):
    return await desk.do("zhou", "submit", await desk.with_materials(await desk.draft()))


async def lines(owner_engine, subject_id):
    async with owner_engine.connect() as connection:
        rows = await connection.execute(
            select(AuditLine.action, AuditLine.person_id, AuditLine.for_person_id, AuditLine.for_capacity_id)
            .where(AuditLine.subject_id == subject_id)
            .order_by(AuditLine.id)
        )
        return {row.action: tuple(row)[1:] for row in rows}


async def two_at_once(*acts):
    done = await asyncio.gather(*acts, return_exceptions=True)
    return sorted(type(each).__name__ for each in done)


class TestASubstitute:
    async def test_does_what_the_absent_post_may_do_and_no_more(self, desk):
        waiting = await submitted(desk)
        with pytest.raises(NotPermitted):
            await desk.do("zhou", "approve", waiting)
        await appoint(desk)
        approved = await desk.do("zhou", "approve", waiting)
        assert approved.state == "approved"
        # The colleague in the same body who was appointed for nobody still may not.
        with pytest.raises(NotPermitted):
            await desk.do("tang", "reject", approved, reason="不符")

    async def test_leaves_both_names_on_what_was_done(self, desk, owner_engine):
        zhou, lin = desk.world["zhou"], desk.world["lin"]
        waiting = await submitted(desk)
        await appoint(desk)
        approved = await desk.do("zhou", "approve", waiting)
        assert (approved.approved_by, approved.approved_for) == (zhou.person_id, lin.person_id)
        found = await lines(owner_engine, approved.id)
        assert found["referral.approved"] == (zhou.person_id, lin.person_id, lin.capacities["transport"])
        assert found["referral.submitted"] == (zhou.person_id, None, None)
        async with owner_engine.connect() as connection:
            event = (
                await connection.execute(
                    select(ReferralEvent.by_person_id, ReferralEvent.for_person_id).where(
                        ReferralEvent.referral_id == approved.id, ReferralEvent.kind == "approved"
                    )
                )
            ).one()
        assert tuple(event) == (zhou.person_id, lin.person_id)

    async def test_stands_in_nobodys_place_where_their_own_right_suffices(self, desk, owner_engine):
        await appoint(desk)
        draft = await desk.draft()
        assert (await lines(owner_engine, draft.id))["referral.drafted"][1:] == (None, None)

    async def test_whose_approval_is_sent_back_is_forgotten_with_it(self, desk):
        await appoint(desk)
        approved = await desk.do("zhou", "approve", await submitted(desk))
        rejected = await desk.do("zhou", "reject", approved, reason="再核实")
        assert (rejected.approved_by, rejected.approved_for) == (None, None)

    async def test_is_nobody_in_their_other_post(self, desk):
        """Zhou stands in for the head of transport, and not for the head of the town that he is seconded to."""
        await appoint(desk)
        sent = await desk.do("tang", "send", await desk.do("lin", "approve", await submitted(desk)))
        async with desk.as_("zhou", "kunyang") as work:
            assert work.actor.lent is None
            assert "head" not in work.actor.roles
            assert "accept" not in referrals.open_acts(work, await referrals.the(work, sent.id))

    async def test_does_not_lend_on_what_was_lent(self, desk):
        """Zhou stands in for Lin, and Tang for Zhou: Tang may do what an officer may, and not what a head may."""
        await appoint(desk)
        await appoint(desk, absent="zhou", substitute="tang")
        async with desk.as_("tang") as work:
            assert work.actor.roles == {"registrar", "officer"}
        with pytest.raises(NotPermitted):
            await desk.do("tang", "approve", await submitted(desk))

    async def test_appoints_and_ends_nothing(self, desk):
        live = await appoint(desk)
        for act in (
            appoint(desk, by="zhou", absent="zhou", substitute="tang"),
            appoint(
                desk, by="zhou", absent="lin", substitute="tang", first=FRIDAY + A_DAY, last=FRIDAY + A_DAY
            ),
            end(desk, live, by="zhou"),
        ):
            with pytest.raises(rules.NotLent):
                await act
        async with desk.as_("zhou") as work:
            assert queries.open_acts(work, await queries.the(work, live.id)) == []

    async def test_ends_with_the_last_day(self, desk, clock):
        await appoint(desk, last=TODAY)
        waiting = await submitted(desk)
        clock.instant = NOW.replace(hour=15, minute=59, second=59)
        async with desk.as_("zhou") as work:
            assert work.actor.lent is not None
        clock.advance(timedelta(seconds=1))
        with pytest.raises(NotPermitted):
            await desk.do("zhou", "approve", waiting)

    async def test_begins_with_the_first_day(self, desk, clock):
        await appoint(desk, first=TODAY + A_DAY)
        waiting = await submitted(desk)
        with pytest.raises(NotPermitted):
            await desk.do("zhou", "approve", waiting)
        clock.instant = NOW.replace(hour=16)
        assert (await desk.do("zhou", "approve", waiting)).state == "approved"


class TestAppointing:
    async def test_is_the_heads(self, desk):
        for who in ("zhou", "tang"):
            with pytest.raises(NotPermitted):
                await appoint(desk, by=who, absent="lin", substitute="zhou")

    async def test_is_between_posts_of_ones_own_body(self, desk):
        for absent, substitute in (("gao", "zhou"), ("lin", "chen"), ("gao", "chen")):
            with pytest.raises(NotFound):
                await appoint(desk, absent=absent, substitute=substitute)
        for unknown in ("absent_id", "substitute_id"):
            with pytest.raises(NotFound) as refused:
                await appoint(desk, **{unknown: uuid4()})
            assert refused.value.field == unknown
        # Zhou has a post in Kunyang, so Gao may appoint that one, and no other of his.
        with pytest.raises(NotFound):
            await appoint(desk, by="gao", absent="gao", substitute_id=post(desk, "zhou"))
        await appoint(desk, by="gao", absent="gao", substitute_id=post(desk, "zhou", "kunyang"))

    async def test_refuses_what_the_rules_refuse(self, desk):
        for refusal, given in (
            (rules.AppointingOneself, {"absent": "zhou", "substitute": "lin"}),
            (rules.ForOneself, {"substitute": "lin"}),
            (rules.InThePast, {"first": TODAY - A_DAY}),
            (rules.LastBeforeFirst, {"first": FRIDAY, "last": TODAY}),
            (ReasonNeeded, {"reason": " "}),
        ):
            with pytest.raises(refusal):
                await appoint(desk, **given)

    async def test_lends_no_oversight(self, desk, owner_engine):
        """The justice bureau's head of supervision has a head's role beside the supervisor's; only the former is lent."""
        world, posts = desk.world, {"both": new_id(), "overseer": new_id(), "clerk": new_id()}
        row = {
            "county_id": world.county_id,
            "tenant_id": world.bodies["justice"],
            "post": "科长",
            "since": NOW - A_DAY,
        }
        async with owner_engine.begin() as connection:
            await connection.execute(
                insert(Capacity),
                [
                    row
                    | {
                        "id": posts["both"],
                        "person_id": world["lin"].person_id,
                        "roles": ["head", "supervisor"],
                    },
                    row
                    | {
                        "id": posts["overseer"],
                        "person_id": world["tang"].person_id,
                        "roles": ["supervisor"],
                    },
                    row | {"id": posts["clerk"], "person_id": world["zhou"].person_id, "roles": ["officer"]},
                ],
            )
        head, clerk = (
            type(world[who].credentials)(token=world[who].token, acting_as=str(posts[key]))
            for who, key in (("lin", "both"), ("zhou", "clerk"))
        )
        given = {"substitute_id": posts["clerk"], "first_day": TODAY, "last_day": FRIDAY, "reason": "外出"}
        async with desk.edge.writing(head) as work:
            with pytest.raises(rules.NothingToLend):
                await commands.appoint(work, absent_id=posts["overseer"], **given)
        async with desk.edge.writing(head) as work:
            appointed = await commands.appoint(work, absent_id=posts["both"], **given)
        assert appointed.roles == ["head"]
        sent = await desk.sent()
        async with desk.edge.reading(clerk) as work:
            assert work.actor.roles == {"officer", "head"}
            # Their body oversees the county; the head's sight of others' clocks is not lent with the role.
            assert await deadlines.of_subjects(work, [sent.id]) == {sent.id: []}
        async with desk.edge.reading(head) as work:
            assert (await deadlines.of_subjects(work, [sent.id]))[sent.id]

    async def test_finds_a_post_that_has_one_or_that_stands_in_already(self, desk):
        await appoint(desk, first=TODAY, last=TODAY + A_DAY)
        with pytest.raises(rules.HasASubstitute):
            await appoint(desk, substitute="tang", first=TODAY + A_DAY, last=FRIDAY)
        with pytest.raises(rules.StandsInAlready):
            await appoint(desk, absent="tang", substitute="zhou", first=TODAY, last=TODAY)
        await appoint(desk, substitute="tang", first=TODAY + 2 * A_DAY, last=FRIDAY)

    async def test_of_two_at_once_lets_one_through(self, desk, owner_engine):
        done = await two_at_once(appoint(desk), appoint(desk, substitute="tang"))
        assert done == ["HasASubstitute", "Substitution"]
        async with owner_engine.connect() as connection:
            kept = await connection.scalars(
                select(Substitution.id).where(Substitution.county_id == desk.world.county_id)
            )
            assert len(kept.all()) == 1

    async def test_again_goes_after_an_end(self, desk):
        await end(desk, await appoint(desk))
        await appoint(desk, substitute="tang")

    async def test_finds_a_post_that_ends_before(self, desk, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                Capacity.__table__.update()
                .where(Capacity.county_id == desk.world.county_id, Capacity.id == post(desk, "zhou"))
                .values(until=NOW + A_DAY)
            )
        with pytest.raises(rules.PostEnds) as refused:
            await appoint(desk, first=FRIDAY)
        assert refused.value.field == "substitute_id"
        await appoint(desk, first=TODAY)

    async def test_does_not_find_what_lapsed_with_its_post(self, desk, owner_engine):
        await appoint(desk, absent="tang")
        again = new_id()
        async with owner_engine.begin() as connection:
            ended = update(Capacity).where(Capacity.id == post(desk, "tang")).values(until=NOW)
            row = (await connection.execute(ended.returning(Capacity.__table__))).mappings().one()
            await connection.execute(
                insert(Capacity).values({**row, "id": again, "since": NOW, "until": None})
            )
        anew = await appoint(desk, absent_id=again)
        async with desk.as_("zhou") as work:
            assert work.actor.lent.substitution_id == anew.id

    async def test_of_a_post_that_is_still_to_begin_lends_nothing_and_says_so(
        self, desk, owner_engine, clock
    ):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity).where(Capacity.id == post(desk, "tang")).values(since=NOW + A_DAY)
            )
        substitution = await appoint(desk, absent="tang")
        for lends, state in ((False, "appointed"), (True, "live")):
            async with desk.as_("zhou") as work:
                assert (work.actor.lent is not None) == lends
                assert await queries.states(work, [substitution]) == [state]
            clock.advance(A_DAY)

    async def test_is_not_for_days_beyond_every_calendar(self, desk):
        with pytest.raises(rules.TooFar):
            await appoint(desk, first=date.max, last=date.max)


class TestEnding:
    async def test_takes_the_right_with_the_next_request(self, desk):
        live, waiting = await appoint(desk), await submitted(desk)
        ended = await end(desk, live)
        assert (ended.version, ended.ended_by) == (2, desk.world["lin"].person_id)
        with pytest.raises(NotPermitted):
            await desk.do("zhou", "approve", waiting)

    async def test_happens_once_and_to_what_was_seen(self, desk, clock):
        live = await appoint(desk)
        with pytest.raises(Stale):
            await end(desk, live, version=2)
        await end(desk, live)
        with pytest.raises(rules.Over):
            await end(desk, live, version=2)
        later = await appoint(desk, last=TODAY)
        clock.advance(A_DAY)
        with pytest.raises(rules.Over):
            await end(desk, later)

    async def test_is_the_heads_and_of_ones_own_body(self, desk):
        live = await appoint(desk)
        with pytest.raises(NotPermitted):
            await end(desk, live, by="tang")
        for stranger in ("gao", "huang", "wu"):
            with pytest.raises(NotFound):
                await end(desk, live, by=stranger)


class TestTelling:
    async def test_goes_to_the_two_and_leaves_a_line(self, desk, owner_engine):
        world = desk.world
        live = await appoint(desk)
        await end(desk, live)
        assert set(await lines(owner_engine, live.id)) == {"substitution.appointed", "substitution.ended"}
        async with owner_engine.connect() as connection:
            told = await connection.execute(
                select(Announcement.kind, Announcement.audience).where(Announcement.subject_id == live.id)
            )
            transport = str(world.bodies["transport"])
            lin, zhou = [
                {"tenant": transport, "person": str(world[who].person_id)} for who in ("lin", "zhou")
            ]
            heard = {row.kind: sorted(row.audience, key=str) for row in told}
            assert heard == {
                "substitution.appointed": [zhou],
                "substitution.covered": [lin],
                "substitution.ended": sorted([lin, zhou], key=str),
            }

    async def test_what_concerns_heads_reaches_the_substitute_as_long_as_they_stand_in(
        self, desk, worker_engine, owner_engine
    ):
        world = desk.world

        async def told():
            news = Announced(
                id=new_id(),
                county_id=world.county_id,
                kind="referral.submitted",
                subject_kind="referral",
                subject_id=new_id(),
                audience=[ToTenant(world.bodies["transport"], ["head"]).as_json()],
                facts={"sender": str(world.bodies["transport"]), "receiver": str(world.bodies["kunyang"])},
                announced_at=NOW,
                attempts=1,
            )
            async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
                await deliver(opened, [news])
            async with owner_engine.connect() as connection:
                people = await connection.scalars(
                    select(Notification.person_id).where(Notification.announcement_id == news.id)
                )
                told = set(people)
            return {key for key, each in world.people.items() if each.person_id in told}

        assert await told() == {"lin"}
        live = await appoint(desk)
        assert await told() == {"lin", "zhou"}
        await end(desk, live)
        assert await told() == {"lin"}
        await appoint(desk, first=FRIDAY)
        assert await told() == {"lin"}
