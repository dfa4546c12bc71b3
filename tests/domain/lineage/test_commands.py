"""Bodies and units that are merged, split and renamed, on a real database: who acts from which day on, and what stays.

Rows beyond those that commands write are walked through in `test_heirs.py`.
"""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from domain.agreements import commands as agreements
from domain.alerts import commands as alerts
from domain.assignments import queries as assignments
from domain.audit.models import AuditLine
from domain.deadlines import queries as deadlines
from domain.edge import errand
from domain.liaisons import commands as liaisons
from domain.liaisons import queries as contacts
from domain.lineage import queries, refusals, rules
from domain.notifications.commands import deliver
from domain.notifications.models import Notification
from domain.organisations import queries as organisations
from domain.outbox.rules import Announced, ToTenant
from domain.referrals import commands, handling
from domain.referrals import queries as referrals
from domain.referrals.filters import Filter, Wanted
from policies.authority import NothingNew
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import NotFound
from tenancy.repeats import KeyReused, remember
from tenancy.transactions import CapacityNeeded, CapacityRefused, Credentials
from tests.domain.lineage.office import FOUNDED, MERGED, RENAMED, SPLIT, on_record
from tests.domain.referrals.desk import LETTER, Desk
from tests.worlds import NOW, a_county

IN_APRIL = timedelta(days=30)
A_MONTH = timedelta(days=30)


class Heirs(Desk):
    """Desks at which people also act for a body that theirs goes on for."""

    @asynccontextmanager
    async def as_(self, who, body=None):
        person = self.world[who]
        known = body is None or body in person.capacities
        credentials = (
            (person.acting_for(body) if body else person.credentials)
            if known
            else Credentials(token=person.token, acting_as=body)
        )
        async with self.edge.writing(credentials) as work:
            yield work

    async def sees(self, who, referral, body=None):
        async with self.as_(who, body) as work:
            return referral.id in await referrals.of_ids(work, [referral.id])

    async def can_act(self, who, body):
        try:
            async with self.as_(who, body):
                return True
        except CapacityRefused:
            return False


@pytest.fixture
def desk(edge, world):
    return Heirs(edge, world)


@pytest.fixture
def changed(owner_engine, world):
    async def record(change, **said):
        return await on_record(owner_engine, world, change, **said)

    return record


class TestABodyThatIsToCome:
    async def test_is_addressed_from_its_day_on(self, desk, changed, clock):
        await changed(FOUNDED)
        joint = await the_body(desk, "joint")
        with pytest.raises(rules.NotThereYet) as refused:
            async with desk.as_("gao") as work:
                await commands.draft(work, addressee_id=joint, **LETTER)
        assert refused.value.field == "addressee"
        assert refused.value.sentence("en").startswith(
            "县交通农业局 is there from 2026-04-01 on. Until then name 县交通运输局"
        )
        clock.advance(IN_APRIL)
        async with desk.as_("gao") as work:
            assert await commands.draft(work, addressee_id=joint, **LETTER)

    async def test_is_given_a_liaison_officer_for_its_day(self, desk, changed):
        await changed(FOUNDED)
        joint = await the_body(desk, "joint")
        named = {
            "counterpart_id": joint,
            "person_id": desk.world["chen"].person_id,
            "unit_id": desk.world.units["kunyang"],
        }
        with pytest.raises(rules.NotThereYet):
            async with desk.as_("gao") as work:
                await liaisons.name(work, since=date(2026, 3, 31), **named)
        async with desk.as_("gao") as work:
            assert await liaisons.name(work, since=date(2026, 4, 1), **named)

    async def test_owes_and_is_owed_a_liaison_officer_as_long_as_it_is_there(self, desk, changed, clock):
        await changed(FOUNDED)
        joint = await the_body(desk, "joint")
        gone = {desk.world.bodies[code] for code in ("transport", "agriculture")}
        assert joint not in await owing(desk)
        assert gone <= await owing(desk)
        clock.advance(IN_APRIL)
        assert joint in await owing(desk)
        assert not gone & await owing(desk)


async def the_body(desk, code):
    async with desk.as_("gao") as work:
        return (await organisations.of_codes(work, [code]))[code].id


async def owing(desk):
    """The bodies in whose contacts somebody is missing, on either side."""
    async with desk.as_("wu") as work:
        gaps = await contacts.gaps(work)
    return {each.body_id for each in gaps} | {each.counterpart_id for each in gaps}


class TestADissolvedBody:
    async def test_acts_until_its_day_and_then_its_heir_does(self, desk, changed, clock):
        sent = await desk.sent()
        recorded = await changed(MERGED)
        assert (recorded.dissolved, recorded.posts_ended) == (["县交通运输局"], 3)
        assert recorded.unmanned == []
        clock.instant = NOW.replace(
            month=3, day=31, hour=15, minute=59
        )  # the last minute of the day in the county
        assert await desk.can_act("lin", "transport")
        assert not await desk.can_act("huang", "transport")
        clock.advance(timedelta(minutes=1))
        assert not await desk.can_act("lin", "transport")
        assert await desk.sees("huang", sent, "transport")
        assert not await desk.sees("huang", sent)

    async def test_has_a_warning_where_nobody_would_go_on(self, changed):
        assert (await changed(FOUNDED)).unmanned == ["县交通农业局"]

    async def test_has_its_matters_carried_on_with_their_clocks_running(self, desk, changed, clock):
        sent = await desk.sent()
        async with desk.as_("lin") as work:
            before = [(each.kind, each.due_at) for each in await deadlines.of_subject(work, sent.id)]
        await changed(MERGED)
        clock.advance(IN_APRIL)
        async with desk.as_("huang", "transport") as work:
            assert [(each.kind, each.due_at) for each in await deadlines.of_subject(work, sent.id)] == before
            withdrawn = await commands.withdraw(
                work, referral_id=sent.id, expected_version=sent.version, reason="机构改革后重新核实"
            )
            assert (withdrawn.state, withdrawn.from_id) == ("withdrawn", desk.world.bodies["transport"])

    async def test_has_nothing_begun_in_its_name(self, desk, changed, clock):
        sent = await desk.sent()
        await changed(MERGED)
        clock.advance(IN_APRIL)
        kunyang = desk.world.bodies["kunyang"]
        for begun in (
            lambda work: commands.draft(work, addressee_id=kunyang, **LETTER),
            lambda work: handling.claim(work, referral_id=sent.id),
            lambda work: agreements.propose(
                work,
                addressee_id=kunyang,
                item_code="330218085000",
                since=date(2026, 5, 1),
                materials=[("letter", "required", "移送函")],
            ),
            lambda work: alerts.draft(
                work,
                kind="hazard",
                subject="隐患",
                facts="隐患",
                place="昆阳镇",
                item_code=None,
                addressee_ids=[kunyang],
            ),
        ):
            async with desk.as_("guan", "transport") as work:
                with pytest.raises(NothingNew):
                    await begun(work)

    async def test_is_addressed_no_more_and_its_heir_is_named(self, desk, changed, clock):
        town = await desk.draft("chen", to="transport")
        await changed(FOUNDED)
        clock.advance(IN_APRIL)
        with pytest.raises(rules.Dissolved) as refused:
            await desk.draft("chen", to="transport")
        assert "县交通农业局" in refused.value.sentence("zh")
        async with desk.as_("chen") as work:
            with pytest.raises(rules.Dissolved):
                await commands.revise(
                    work,
                    referral_id=town.id,
                    expected_version=town.version,
                    addressee_id=desk.world.bodies["agriculture"],
                )
            joint = (await queries.called(work, "交通农业"))[0]
            revised = await commands.revise(
                work, referral_id=town.id, expected_version=town.version, addressee_id=joint.id
            )
            assert revised.addressee_id == joint.id
        async with desk.as_("gao") as work:
            with pytest.raises(rules.Dissolved):
                await agreements.propose(
                    work,
                    addressee_id=desk.world.bodies["transport"],
                    item_code="330218085000",
                    since=date(2026, 5, 1),
                    materials=[("letter", "required", "移送函")],
                )

    async def test_is_nobodys_counterpart_any_more(self, desk, changed, clock):
        await changed(FOUNDED)
        clock.advance(IN_APRIL)
        named = {"person_id": desk.world["chen"].person_id, "since": date(2026, 5, 1)}
        async with desk.as_("gao") as work:
            with pytest.raises(rules.Dissolved):
                await liaisons.name(work, counterpart_id=desk.world.bodies["transport"], **named)

    async def test_is_not_sent_what_was_drafted_for_it_before(self, desk, changed, clock):
        approved = await desk.approved()
        await changed('change = "merge"\nfrom = ["kunyang"]\nto = ["aojiang"]\n')
        clock.advance(IN_APRIL)
        with pytest.raises(rules.Dissolved):
            await desk.do("tang", "send", approved, late_reason="机构改革")

    async def test_is_alerted_no_more(self, desk, changed, clock):
        async def draft(work):
            return await alerts.draft(
                work,
                kind="hazard",
                subject="隐患",
                facts="隐患",
                place="昆阳镇",
                item_code=None,
                addressee_ids=[desk.world.bodies["agriculture"]],
            )

        async with desk.as_("chen") as work:
            drafted = await draft(work)
        await changed(FOUNDED)
        clock.advance(IN_APRIL)
        async with desk.as_("chen") as work:
            with pytest.raises(rules.Dissolved):
                await draft(work)
        async with desk.as_("gao") as work:
            with pytest.raises(rules.Dissolved):
                await alerts.send(work, alert_id=drafted.id, expected_version=drafted.version)

    async def test_is_recorded_afterwards_without_undoing_what_its_people_did(
        self, desk, changed, clock, owner_engine
    ):
        clock.advance(IN_APRIL + A_MONTH)
        assert await desk.can_act("lin", "transport")
        await changed(MERGED, now=clock.instant)
        assert not await desk.can_act("lin", "transport")
        async with owner_engine.connect() as connection:
            posts = await connection.scalars(
                select(Capacity.until).where(Capacity.tenant_id == desk.world.bodies["transport"])
            )
            assert {*posts} == {clock.instant}

    async def test_has_no_post_left_whenever_it_was_given(self, desk, changed, clock, owner_engine):
        await changed(MERGED)
        given = await _post(owner_engine, desk.world, "lin", desk.world.bodies["transport"])
        clock.advance(IN_APRIL)
        assert not await desk.can_act("lin", str(given))
        assert not await desk.can_act("lin", "transport")

    async def test_is_told_of_through_the_posts_of_its_heir(self, desk, changed, clock, worker_engine):
        await changed(MERGED)
        for told, at in (("lin", NOW), ("huang", NOW + IN_APRIL)):
            news = _announced(desk.world, ToTenant(desk.world.bodies["transport"], ["head"]))
            async with errand(worker_engine, county_id=desk.world.county_id, now=at) as opened:
                await deliver(opened, [news])
            async with worker_engine.connect() as connection:
                posts = await connection.scalars(
                    select(Notification.capacity_id).where(Notification.announcement_id == news.id)
                )
                assert [*posts] == [desk.world[told].capacities[desk.world[told].body]]


class TestABodyThatIsThere:
    async def test_is_not_one_that_others_join(self, desk, changed):
        await changed(MERGED)
        assert (await desk.draft("chen", to="agriculture")).state == "draft"


class TestAnHeir:
    async def test_is_the_one_that_the_split_names_and_not_the_other(
        self, desk, changed, clock, owner_engine
    ):
        sent = await desk.sent()
        await changed(SPLIT)
        async with desk.as_("lin") as work:
            (roads,), (water,) = [await queries.called(work, name) for name in ("公路局", "航运局")]
        await _post(owner_engine, desk.world, "huang", roads.id)
        await _post(owner_engine, desk.world, "pan", water.id)
        clock.advance(IN_APRIL)
        assert await desk.sees("huang", sent, "transport")
        assert not await desk.can_act("pan", "transport")

    async def test_acts_no_more_once_its_own_post_has_ended(self, desk, changed, clock, owner_engine):
        await changed(MERGED)
        clock.advance(IN_APRIL)
        assert await desk.can_act("huang", "transport")
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == desk.world["huang"].capacities["agriculture"])
                .values(until=clock.instant)
            )
        assert not await desk.can_act("huang", "transport")
        assert await desk.can_act("zheng", "transport")

    async def test_is_the_next_one_when_it_is_no_more_itself(self, desk, changed, clock):
        sent = await desk.sent()
        await changed(MERGED)
        await changed('change = "merge"\nfrom = ["agriculture"]\nto = ["justice"]\n', since=date(2026, 5, 1))
        clock.advance(IN_APRIL)
        assert (await desk.can_act("huang", "transport"), await desk.can_act("shen", "transport")) == (
            True,
            False,
        )
        clock.advance(A_MONTH)
        assert (await desk.can_act("huang", "transport"), await desk.can_act("shen", "transport")) == (
            False,
            True,
        )
        async with desk.as_("shen", "transport") as work:
            # A function is exercised in one's own name only, and a role that grants nothing there shows nothing there.
            assert (work.actor.functions, work.actor.overseen) == (frozenset(), None)
            assert await referrals.of_ids(work, [sent.id]) == {}

    async def test_names_the_post_where_there_are_several(self, desk, changed, clock, owner_engine):
        await changed(MERGED)
        second = await _post(owner_engine, desk.world, "huang", desk.world.bodies["agriculture"])
        clock.advance(IN_APRIL)
        with pytest.raises(CapacityNeeded):
            async with desk.as_("huang", "transport"):
                pass
        async with desk.as_("huang", f"{second}@transport") as work:
            assert (work.actor.capacity_id, work.actor.tenant_id) == (
                second,
                desk.world.bodies["transport"],
            )
            assert work.actor.as_heir
        assert not await desk.can_act("huang", f"{desk.world['lin'].capacities['transport']}@transport")
        assert not await desk.can_act("huang", "@transport")

    @pytest.mark.parametrize("who", ["gao", "pan", "wu", "lin"])
    async def test_is_nobody_else(self, desk, changed, clock, who):
        await changed(MERGED)
        clock.advance(IN_APRIL)
        assert not await desk.can_act(who, "transport")

    async def test_is_not_that_of_a_body_that_goes_on(self, desk, changed, clock, owner_engine):
        split = SPLIT.replace('to = ["roads", "water"]\nheir = "roads"', 'to = ["transport", "roads"]')
        await changed(split[: split.index('[[new]]\ncode = "water"')])
        async with desk.as_("lin") as work:
            (roads,) = await queries.called(work, "公路局")
        await _post(owner_engine, desk.world, "huang", roads.id)
        clock.advance(IN_APRIL)
        assert await desk.can_act("lin", "transport")
        assert not await desk.can_act("huang", "transport")

    async def test_keeps_the_keys_of_acts_apart_by_whom_it_acts_for(self, desk, changed, clock):
        await changed(MERGED)
        clock.advance(IN_APRIL)

        async def carried_out(body, given):
            async with desk.as_("huang", body) as work:
                return await remember(
                    work.session, work.actor, mutation="send", key="1", given=given, now=work.now
                )

        assert await carried_out("agriculture", {"a": 1}) is None
        assert await carried_out("transport", {"a": 2}) is None
        assert await carried_out("transport", {"a": 2}) == {}
        with pytest.raises(KeyReused):
            await carried_out("agriculture", {"a": 2})


class TestARenaming:
    async def test_changes_what_is_written_from_now_on_and_nothing_before(self, desk, changed):
        old = await desk.sent()
        await changed(RENAMED, since=NOW.date())
        new = await desk.sent()
        assert old.letter_number.startswith("平交移")
        assert new.letter_number.startswith("平运发移")
        async with desk.as_("lin") as work:
            for number in (old.letter_number, new.letter_number):
                wanted = Wanted(box="sent", filter=Filter(text=number))
                found = [each async for each in referrals.ids(work, wanted=wanted, age="newest")]
                assert found == [old.id if number == old.letter_number else new.id]

    async def test_leaves_the_body_to_be_found_by_the_name_that_it_had(self, desk, changed):
        await changed(RENAMED, since=NOW.date())
        async with desk.as_("chen") as work:
            for name in ("交通运输局", "平交", "交通运输发展局", "平运发"):
                assert [body.code for body in await queries.called(work, name)] == ["transport"]
            transport = desk.world.bodies["transport"]
            days = [NOW.date() - timedelta(days=1), NOW.date()]
            named = await queries.names_on(work, [(transport, day) for day in days])
            assert named == ["县交通运输局", "县交通运输发展局"]

    async def test_leaves_its_old_numbers_to_nobody_else_and_may_be_taken_back(self, desk, changed):
        await changed(RENAMED, since=NOW.date())
        for taken in ("平交", "平运发"):
            with pytest.raises(refusals.ShortNameTaken):
                await changed(
                    RENAMED.replace("transport", "agriculture").replace("平运发", taken), since=NOW.date()
                )
        await changed(RENAMED.replace("平运发", "平交"), since=NOW.date())

    async def test_waits_for_its_day(self, desk, changed):
        with pytest.raises(rules.TooEarly):
            await changed(RENAMED)


class TestAUnit:
    MERGED = (
        'body = "kunyang"\nchange = "merge"\nfrom = ["team"]\nto = ["brigade"]\n'
        '[[new]]\ncode = "brigade"\nname = "综合大队"\n'
    )

    async def test_that_is_merged_leaves_its_queue_to_its_heir(self, desk, changed, clock):
        sent, team = await desk.sent(), desk.world.units["kunyang"]
        async with desk.as_("xu") as work:
            await handling.give_to_unit(work, referral_id=sent.id, unit_id=team)
        await changed(self.MERGED)
        async with desk.as_("xu") as work:
            brigade = next(
                unit.id
                for unit in (await _units(work, desk.world.bodies["kunyang"]))
                if unit.code == "brigade"
            )
        for passed, queue in ((timedelta(), team), (IN_APRIL, brigade)):
            clock.instant = NOW + passed
            async with desk.as_("chen") as work:
                for unit in (team, brigade):
                    wanted = Wanted(box="received", filter=Filter(units=frozenset({unit})))
                    found = [each async for each in referrals.ids(work, wanted=wanted, age="newest")]
                    assert (sent.id in found) is (unit in (team, queue))
                # The row stays as it was written.
                assert (await assignments.of_subjects(work, [sent.id]))[sent.id].unit_id == team

    async def test_that_is_no_more_is_given_nothing(self, desk, changed, clock):
        sent = await desk.sent()
        await changed(self.MERGED)
        clock.advance(IN_APRIL)
        async with desk.as_("xu") as work:
            with pytest.raises(rules.Dissolved) as refused:
                await handling.give_to_unit(work, referral_id=sent.id, unit_id=desk.world.units["kunyang"])
            assert "综合大队" in refused.value.sentence("zh")

    async def test_is_renamed_within_its_body(self, desk, changed):
        change = 'body = "kunyang"\nchange = "rename"\nfrom = ["team"]\nname = "昆阳综合执法队"\n'
        await changed(change, since=NOW.date())
        async with desk.as_("chen") as work:
            (unit,) = await _units(work, desk.world.bodies["kunyang"])
            ((former, until),) = (await queries.of_units(work)).former_names(unit.id)
            assert (unit.name, until) == ("昆阳综合执法队", NOW.date())
            assert former.name != unit.name


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            (MERGED.replace("agriculture", "nobody"), refusals.UnknownCode),
            (FOUNDED.replace("joint", "justice"), refusals.CodeTaken),
            (FOUNDED.replace("平交农", "平交"), refusals.ShortNameTaken),
            (SPLIT.replace("平航运", "平公路"), refusals.ShortNameTaken),
            (RENAMED.replace("平运发", "平农"), refusals.ShortNameTaken),
            ('body = "nobody"\n' + TestAUnit.MERGED.split("\n", 1)[1], refusals.UnknownCode),
            ('change = "merge"\nfrom = ["coordination"]\nto = ["transport"]\n', refusals.FunctionLeft),
        ],
    )
    async def test_leaves_nothing_behind(self, desk, changed, change, refusal):
        with pytest.raises(refusal):
            await changed(change, since=NOW.date())
        async with desk.as_("wu") as work:
            assert await queries.entries(work) == []

    async def test_of_a_county_that_is_not_here(self, owner_engine, world):
        with pytest.raises(refusals.CountyUnknown):
            await on_record(owner_engine, replace(world, code="elsewhere"), MERGED)


async def test_a_change_leaves_its_line_in_the_audit_trail(desk, changed, owner_engine):
    await changed(MERGED)
    async with owner_engine.connect() as connection:
        lines = await connection.scalars(
            select(AuditLine.action).where(
                AuditLine.county_id == desk.world.county_id, AuditLine.subject_kind == "lineage_change"
            )
        )
        assert [*lines] == ["lineage.recorded"]


async def test_a_stranger_of_another_county_never_finds_it(desk, changed, edge, owner_engine):
    await changed(MERGED)
    other = Heirs(edge, await a_county(owner_engine))
    async with other.as_("wu") as work:
        assert await queries.entries(work) == []
        with pytest.raises(NotFound):
            await referrals.the(work, new_id())


async def _post(owner_engine, world, who, body):
    """A post of somebody in a body, as it is provisioned."""
    identifier = new_id()
    async with owner_engine.begin() as connection:
        await connection.execute(
            Capacity.__table__.insert().values(
                county_id=world.county_id,
                id=identifier,
                person_id=world[who].person_id,
                tenant_id=body,
                post="局长",
                roles=["head"],
                secondment_id=None,
                since=NOW,
                until=None,
            )
        )
    return identifier


async def _units(work, body):
    return (await organisations.units_of(work, [body]))[body]


def _announced(world, *audience):
    return Announced(
        id=new_id(),
        county_id=world.county_id,
        kind="referral.accepted",
        subject_kind="referral",
        subject_id=new_id(),
        audience=[part.as_json() for part in audience],
        facts={"sender": str(world.bodies["transport"]), "receiver": str(world.bodies["kunyang"])},
        announced_at=NOW,
        attempts=1,
    )
