"""Ordering, extending and ending secondments on a real database: the posts that come and go, races, and what stays."""

import asyncio
from datetime import date, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from domain.assignments import queries as assignments
from domain.referrals import handling
from domain.secondments import queries, rules
from domain.secondments.models import Secondment
from tenancy.ids import new_id
from tenancy.kinds import Base
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tenancy.repeats import remember
from tenancy.transactions import CapacityRefused, Credentials
from tests.domain.referrals.desk import Desk
from tests.registered import A_DAY, TODAY, Office, keeps_a_register
from tests.worlds import NOW

ENTERED = ("zhou", "lin", "tang")
WAITED_FOR = text(
    "select exists (select from pg_locks where not granted and :holder = any(pg_blocking_pids(pid)))"
)


@pytest_asyncio.fixture(loop_scope="session")
async def office(edge, world, owner_engine):
    await keeps_a_register(owner_engine, world, entered=ENTERED)
    return Office(edge, world)


def acting(office, who, body):
    """Whoever it is, naming the host by its code."""
    return Credentials(token=office.world[who].token, acting_as=body)


async def can_act(office, who, body):
    try:
        async with office.edge.writing(acting(office, who, body)):
            return True
    except CapacityRefused:
        return False


async def posts_under(owner_engine, entries):
    async with owner_engine.connect() as connection:
        found = await connection.execute(
            select(Capacity.tenant_id, Capacity.roles, Capacity.since, Capacity.until)
            .where(Capacity.secondment_id.in_([each.id for each in entries]))
            .order_by(Capacity.id)
        )
        return [tuple(each) for each in found]


async def rows_of(owner_engine, world):
    """How many rows each table has of the county, and what they are, without those that an ending writes."""
    counted = {}
    async with owner_engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if "county_id" in table.c:
                mark = func.md5(text(f"string_agg({table.name}::text, '' order by {table.name}::text)"))
                found = await connection.execute(
                    select(func.count(), mark).where(table.c.county_id == world.county_id)
                )
                counted[table.name] = tuple(found.one())
    return counted


class TestOrdering:
    async def test_grants_an_officers_post_with_the_host(self, office, owner_engine):
        assert not await can_act(office, "lin", "aojiang")
        (entry,) = await office.order("lin")
        assert await posts_under(owner_engine, [entry]) == [
            (office.world.bodies["aojiang"], ["officer"], NOW, None)
        ]
        async with office.edge.writing(acting(office, "lin", "aojiang")) as work:
            assert work.actor.roles == {"officer"}

    async def test_from_its_first_day_until_its_last(self, office, clock):
        await office.order("lin", since=date(2026, 3, 12), until=date(2026, 3, 13))
        assert not await can_act(office, "lin", "aojiang")
        clock.advance(timedelta(days=2))
        assert await can_act(office, "lin", "aojiang")
        clock.advance(timedelta(days=1, hours=14, minutes=59))
        assert await can_act(office, "lin", "aojiang")
        clock.advance(timedelta(minutes=1))
        assert not await can_act(office, "lin", "aojiang")

    async def test_that_is_put_on_record_afterwards_grants_from_now_on(self, office, owner_engine):
        (entry,) = await office.order("lin", since=date(2026, 3, 1))
        ((_, _, since, _),) = await posts_under(owner_engine, [entry])
        assert since == NOW

    @pytest.mark.parametrize("until", [date.max, date(8999, 12, 31)])
    async def test_ends_on_no_day_that_nobody_will_see(self, office, until):
        with pytest.raises(rules.TooFar):
            await office.order("lin", until=until)
        (entry,) = await office.order("lin", until=date(2026, 12, 31))
        with pytest.raises(rules.TooFar):
            await office.extend(entry, until)

    async def test_of_an_area_team_is_one_entry_for_each_officer_and_host(self, office):
        entries = await office.order(
            "lin",
            "tang",
            mode="area_team",
            hosts=(("aojiang", "lin", ["tang"]), ("shuitou", "tang", ["lin"])),
        )
        world = office.world
        keys = {each.person_id: key for key, each in world.people.items()}
        bodies = {identifier: code for code, identifier in world.bodies.items()}
        assert sorted((keys[e.person_id], bodies[e.host_id], e.liaison) for e in entries) == [
            ("lin", "aojiang", "leader"),
            ("lin", "shuitou", "officer"),
            ("tang", "aojiang", "officer"),
            ("tang", "shuitou", "leader"),
        ]
        assert len({each.order_id for each in entries}) == 1
        for host, head in (("aojiang", "pan"), ("shuitou", "wen")):
            async with office.as_(head) as work:
                shown = [
                    each.host_id
                    for each in (await queries.of_orders(work, [entries[0].order_id]))[entries[0].order_id]
                ]
            assert shown == [world.bodies[host]] * 2

    @pytest.mark.parametrize(
        ("who", "said", "refusal"),
        [
            ((), {}, rules.NobodySeconded),
            (("lin", "lin"), {}, rules.NobodySeconded),
            (("lin",), {"hosts": ("aojiang", "shuitou")}, rules.HostsDoNotFit),
            (("lin",), {"hosts": ()}, rules.HostsDoNotFit),
            (("lin",), {"mode": "area_team"}, rules.HostsDoNotFit),
            (("lin",), {"hosts": (("aojiang", "lin", []),)}, rules.LiaisonsNotWanted),
            (
                ("lin", "tang"),
                {"mode": "area_team", "hosts": (("aojiang", "lin", ["tang"]), ("shuitou", "lin", []))},
                rules.LiaisonsNeeded,
            ),
            (
                ("lin", "tang"),
                {"mode": "area_team", "hosts": (("aojiang", "lin", ["tang"]), ("shuitou", "lin", ["gao"]))},
                rules.LiaisonsNeeded,
            ),
            (("lin",), {"mode": "itinerant"}, rules.ModeNotHere),
            (("lin",), {"hosts": ("agriculture",)}, rules.HostNotATownship),
            (("lin",), {"since": date(2017, 9, 30)}, rules.BeforeTheRules),
            (("lin",), {"until": TODAY - A_DAY}, rules.LastBeforeFirst),
            (("zhou",), {"hosts": ("kunyang",)}, rules.SecondedAlready),
            (("guan",), {}, NotFound),
        ],
    )
    async def test_refuses_what_does_not_fit(self, office, who, said, refusal):
        with pytest.raises(refusal):
            await office.order(*who, **said)

    async def test_is_the_homes_personnels_alone(self, office):
        for who in ("lin", "zhou", "gao", "wu"):
            with pytest.raises(NotPermitted):
                await office.order("zhou", by=who)

    async def test_ends_with_the_role(self, office, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["tang"].capacities["transport"])
                .values(roles=["registrar"])
            )
        with pytest.raises(NotPermitted):
            await office.order("lin")

    async def test_is_of_people_on_the_register_who_are_no_auxiliaries(self, office):
        helper = await office.enter("辅甲", register="auxiliary", establishment="none")
        with pytest.raises(rules.OnlyAssists):
            await office.order(helper.person_id)
        with pytest.raises(rules.NotOnTheRegister):
            await office.order(helper.person_id, since=date(2026, 3, 1))
        await office.leave(office.world["lin"].person_id)
        with pytest.raises(rules.NotOnTheRegister):
            await office.order("lin")

    async def test_lasts_no_longer_than_somebody_is_on_the_register(self, office, clock):
        lin = office.world["lin"].person_id
        await office.leave(lin, leaves_on=date(2026, 3, 21))
        for until in (None, date(2026, 3, 21)):
            with pytest.raises(rules.LeavesBefore):
                await office.order("lin", until=until)
        await office.order("lin", until=date(2026, 3, 20))
        clock.advance(timedelta(days=11))
        assert not await can_act(office, "lin", "aojiang")

    async def test_is_of_nobody_who_will_be_an_auxiliary_by_then(self, office):
        fresh = await office.enter("钱丁")
        await office.change(fresh.person_id, since=date(2026, 3, 21), register_="auxiliary")
        with pytest.raises(rules.OnlyAssists):
            await office.order(fresh.person_id)
        await office.order(fresh.person_id, until=date(2026, 3, 20))

    async def test_is_to_another_body_than_ones_own(self, edge, world, owner_engine):
        await keeps_a_register(owner_engine, world, personnel="xu", body="kunyang", entered=("chen",))
        office = Office(edge, world)
        with pytest.raises(rules.HostIsHome):
            await office.order("chen", by="xu", hosts=("kunyang",))
        await office.order("chen", by="xu", hosts=("aojiang",))

    async def test_of_two_at_once_for_the_same_days_is_carried_out_once(self, office):
        outcomes = await asyncio.gather(office.order("lin"), office.order("lin"), return_exceptions=True)
        assert sorted(type(each).__name__ for each in outcomes) == ["SecondedAlready", "list"]


class TestEnding:
    async def test_takes_away_what_all_entries_of_the_person_granted(self, office):
        entries = await office.order(
            "lin",
            "tang",
            mode="area_team",
            hosts=(("aojiang", "lin", ["tang"]), ("shuitou", "tang", ["lin"])),
        )
        lins = [each for each in entries if each.person_id == office.world["lin"].person_id]
        assert await can_act(office, "lin", "aojiang")
        assert await can_act(office, "lin", "shuitou")
        await office.end(lins[0].id)
        assert not await can_act(office, "lin", "aojiang")
        assert not await can_act(office, "lin", "shuitou")
        assert await can_act(office, "lin", "transport")
        assert await can_act(office, "tang", "aojiang")

    async def test_puts_what_they_had_in_hand_into_the_units_queue(self, office, edge, world):
        desk = Desk(edge, world)
        sent = await desk.sent()
        unit = world.units["kunyang"]
        async with office.as_("gao") as work:
            await handling.give_to_unit(work, referral_id=sent.id, unit_id=unit)
        async with office.as_("zhou", "kunyang") as work:
            await handling.claim(work, referral_id=sent.id)

        async def in_hand():
            async with office.as_("gao") as work:
                found = (await assignments.of_subjects(work, [sent.id]))[sent.id]
                return found.unit_id, bool(await assignments.in_hand(work, [found.id]))

        assert await in_hand() == (unit, True)
        await office.end(world.secondments["zhou"])
        assert await in_hand() == (unit, False)
        async with office.as_("chen") as work:
            await handling.claim(work, referral_id=sent.id)
        assert await in_hand() == (unit, True)

    async def test_moves_nothing_else(self, office, owner_engine, edge, world):
        desk = Desk(edge, world)
        sent = await desk.sent()
        async with office.as_("zhou", "kunyang") as work:
            await handling.claim(work, referral_id=sent.id)
        before = await rows_of(owner_engine, world)
        await office.end(world.secondments["zhou"])
        after = await rows_of(owner_engine, world)
        moved = {table for table in before if before[table] != after[table]}
        written = {"audit_lines", "audit_contents", "audit_unsealed", "announcements"}
        assert moved == {"secondments", "capacities", *written}
        for table in ("secondments", "capacities"):
            assert before[table][0] == after[table][0]

    async def test_with_acts_under_way_lets_none_begin_afterwards(self, office, owner_engine, world):
        """Acts without a pause while it is ended: whatever was begun after the end was answered, is refused."""
        zhou = world["zhou"]
        over, begun_after = asyncio.Event(), []

        async def acts(nth):
            for n in range(40):
                late = over.is_set()
                try:
                    async with office.edge.writing(zhou.acting_for("kunyang")) as work:
                        await remember(
                            work.session,
                            work.actor,
                            mutation="test",
                            key=f"{nth}-{n}",
                            given={},
                            now=work.now,
                        )
                except CapacityRefused:
                    done = False
                else:
                    done = True
                if late:
                    begun_after.append(done)
                    if len(begun_after) > 40:
                        return

        async def ends():
            await office.end(world.secondments["zhou"])
            over.set()

        await asyncio.gather(*(acts(n) for n in range(4)), ends())
        assert begun_after
        assert not any(begun_after)
        async with office.edge.writing(zhou.credentials):
            pass

    async def test_waits_for_an_act_that_is_under_way(self, office, world):
        async with office.edge.writing(world["zhou"].acting_for("kunyang")) as work:
            ending = asyncio.ensure_future(office.end(world.secondments["zhou"]))
            holder = await work.session.scalar(text("select pg_backend_pid()"))
            async with asyncio.timeout(10):
                while not await work.session.scalar(WAITED_FOR, {"holder": holder}):  # noqa: ASYNC110  the condition lies in the server
                    await asyncio.sleep(0)
            assert not ending.done()
        await ending
        assert not await can_act(office, "zhou", "kunyang")

    async def test_on_a_day_to_come_waits_for_it(self, office, clock, world):
        await office.end(world.secondments["zhou"], ends_on=date(2026, 3, 12))
        clock.advance(timedelta(days=1, hours=14, minutes=59))
        assert await can_act(office, "zhou", "kunyang")
        clock.advance(timedelta(minutes=1))
        assert not await can_act(office, "zhou", "kunyang")

    async def test_calls_off_what_has_not_begun(self, office, owner_engine, clock):
        (entry,) = await office.order("lin", since=date(2026, 4, 1))
        await office.end(entry.id)
        ((_, _, since, until),) = await posts_under(owner_engine, [entry])
        assert since == until
        clock.advance(timedelta(days=30))
        assert not await can_act(office, "lin", "aojiang")
        with pytest.raises(rules.Over):
            await office.end(entry.id, expected_version=2)

    async def test_is_the_homes_personnels_alone(self, office, world):
        for who in ("lin", "gao", "wu"):
            with pytest.raises(NotPermitted):
                await office.end(world.secondments["zhou"], by=who)
        with pytest.raises(NotFound):
            await office.end(world.secondments["zhou"], by="wen")

    async def test_refuses_what_is_stale_or_over_or_past(self, office, world):
        with pytest.raises(Stale):
            await office.end(world.secondments["zhou"], expected_version=2)
        with pytest.raises(rules.EndsTooEarly):
            await office.end(world.secondments["zhou"], ends_on=TODAY - A_DAY)
        await office.end(world.secondments["zhou"])
        with pytest.raises(rules.Over):
            await office.end(world.secondments["zhou"], expected_version=2)

    async def test_makes_room_for_another_order(self, office, world):
        await office.end(world.secondments["zhou"])
        await office.order("zhou", hosts=("kunyang",))
        assert await can_act(office, "zhou", "kunyang")


class TestExtending:
    async def test_lets_the_posts_last_longer(self, office, clock):
        (entry,) = await office.order("lin", until=date(2026, 3, 11))
        await office.extend(entry, date(2026, 3, 20))
        clock.advance(timedelta(days=9))
        assert await can_act(office, "lin", "aojiang")
        clock.advance(timedelta(days=2))
        assert not await can_act(office, "lin", "aojiang")

    async def test_refuses_an_earlier_day_and_what_has_none_or_is_over(self, office, clock, owner_engine):
        (open_,) = await office.order("tang", hosts=("shuitou",))
        with pytest.raises(rules.NothingToExtend):
            await office.extend(open_, date(2026, 3, 20))
        (entry,) = await office.order("lin", until=date(2026, 3, 11))
        with pytest.raises(rules.LastBeforeFirst):
            await office.extend(entry, date(2026, 3, 11))
        clock.advance(timedelta(days=3))
        with pytest.raises(rules.Over):
            await office.extend(entry, date(2026, 3, 30))

    async def test_lasts_no_longer_than_somebody_is_on_the_register(self, office):
        (entry,) = await office.order("lin", until=date(2026, 3, 15))
        await office.leave(office.world["lin"].person_id, leaves_on=date(2026, 3, 21))
        with pytest.raises(rules.LeavesBefore):
            await office.extend(entry, date(2026, 3, 21))
        await office.extend(entry, date(2026, 3, 20))

    async def test_reaches_into_no_other_order_to_the_same_host(self, office):
        (entry,) = await office.order("lin", until=date(2026, 3, 15))
        await office.order("lin", since=date(2026, 3, 20), until=date(2026, 3, 31))
        await office.order("lin", since=date(2026, 3, 16), hosts=("shuitou",))
        with pytest.raises(rules.SecondedAlready):
            await office.extend(entry, date(2026, 3, 20))
        await office.extend(entry, date(2026, 3, 19))

    async def test_revives_nothing_that_was_ended(self, office):
        (entry,) = await office.order("lin", until=date(2026, 3, 20))
        await office.end(entry.id, ends_on=date(2026, 3, 15))
        entry.version += 1
        with pytest.raises(rules.Over):
            await office.extend(entry, date(2026, 3, 30))


class TestTheDatabase:
    async def test_gives_no_post_without_the_homes_own_order(self, office, world):
        """What no command would do: a post with a host under somebody else's secondment, or as its head."""

        def post(**said):
            return Capacity(
                **{
                    "county_id": world.county_id,
                    "id": new_id(),
                    "person_id": world["zhou"].person_id,
                    "tenant_id": world.bodies["kunyang"],
                    "post": "队员",
                    "roles": ["officer"],
                    "secondment_id": world.secondments["zhou"],
                    "granted_by_id": world.bodies["transport"],
                    "since": NOW,
                    **said,
                }
            )

        async def added(**said):
            async with office.as_("tang") as work:
                work.session.add(post(**said))

        async def refused(**said):
            with pytest.raises(DBAPIError):
                await added(**said)

        await refused(tenant_id=world.bodies["aojiang"])
        await refused(person_id=world["lin"].person_id)
        await refused(roles=["head"])
        await refused(secondment_id=world.secondments["guan"])
        await refused(secondment_id=None, granted_by_id=None)
        await refused(secondment_id=None, granted_by_id=None, tenant_id=world.bodies["transport"])
        await added()

    async def test_changes_of_a_post_its_end_alone(self, office, world):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with office.as_("tang") as work:
                await work.session.execute(update(Capacity).values(roles=["head"]))

    async def test_shows_the_home_the_posts_it_granted_and_nobody_elses(self, office, world):
        async with office.as_("tang") as work:
            seen = set(await work.session.scalars(select(Capacity.id)))
        assert world["zhou"].capacities["kunyang"] in seen
        assert world["guan"].capacities["kunyang"] not in seen
        assert world["gao"].capacities["kunyang"] not in seen
        async with office.as_("tang") as work:
            await work.session.execute(
                update(Capacity).where(Capacity.id == world["gao"].capacities["kunyang"]).values(until=NOW)
            )
        async with office.as_("gao"):
            pass

    async def test_keeps_entries_as_they_were_ordered(self, office, world):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with office.as_("tang") as work:
                await work.session.execute(update(Secondment).values(host_id=world.bodies["aojiang"]))
