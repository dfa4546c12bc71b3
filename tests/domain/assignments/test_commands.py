"""Who handles a referral within a body, on a real database: units, claims, posts that end, and two who claim at once."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from domain.assignments import queries
from domain.assignments.models import Assignment
from domain.assignments.rules import InNobodysHands, InOtherHands
from domain.audit.models import AuditLine
from domain.referrals import handling
from domain.referrals import queries as referrals
from domain.referrals.filters import Filter, Wanted
from domain.referrals.models import ReferralEvent
from domain.referrals.refusals import WrongState
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted
from tests.domain.referrals.desk import Desk
from tests.worlds import NOW


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)


async def act(desk, who, verb, referral, body=None, **given):
    async with desk.as_(who, body) as work:
        return await getattr(handling, verb)(work, referral_id=referral.id, **given)


async def give(desk, who, referral, unit="kunyang"):
    return await act(desk, who, "give_to_unit", referral, unit_id=desk.world.units[unit])


async def in_whose_hands(desk, who, referral, body=None):
    """The unit's id and the person's key, as somebody of the body sees them; None for the common queue."""
    async with desk.as_(who, body) as work:
        found = (await queries.of_subjects(work, [referral.id])).get(referral.id)
        if found is None:
            return None
        live = found.id in await queries.in_hand(work, [found.id])
        keys = {person.person_id: key for key, person in desk.world.people.items()}
        return found.unit_id, keys[found.person_id] if live else None


async def listed(desk, who, box, body=None, **by):
    async with desk.as_(who, body) as work:
        found = [
            each
            async for each in referrals.ids(work, wanted=Wanted(box=box, filter=Filter(**by)), age="newest")
        ]
        return set(found)


async def end_the_post(owner_engine, world, who, body, at=NOW):
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.county_id == world.county_id, Capacity.id == world[who].capacities[body])
            .values(until=at)
        )


class TestAMatter:
    async def test_begins_in_the_common_queue_of_its_body(self, desk):
        sent = await desk.sent()
        assert await in_whose_hands(desk, "chen", sent) is None
        assert sent.id in await listed(desk, "chen", "received", claimed_by=frozenset({"nobody"}))

    async def test_is_given_to_a_unit_and_claimed_and_released(self, desk):
        sent, unit = await desk.sent(), desk.world.units["kunyang"]
        await give(desk, "xu", sent)
        assert await in_whose_hands(desk, "chen", sent) == (unit, None)
        await act(desk, "chen", "claim", sent)
        assert await in_whose_hands(desk, "gao", sent) == (unit, "chen")
        await act(desk, "chen", "claim", sent)
        assert await in_whose_hands(desk, "gao", sent) == (unit, "chen")
        await act(desk, "chen", "release", sent)
        assert await in_whose_hands(desk, "gao", sent) == (unit, None)

    async def test_that_is_given_to_a_unit_is_in_nobodys_hands_any_more(self, desk):
        sent = await desk.sent()
        await act(desk, "chen", "claim", sent)
        assert await in_whose_hands(desk, "chen", sent) == (None, "chen")
        await give(desk, "gao", sent)
        assert await in_whose_hands(desk, "chen", sent) == (desk.world.units["kunyang"], None)

    async def test_is_handled_by_each_body_on_its_own(self, desk):
        sent = await desk.sent()
        await act(desk, "chen", "claim", sent)
        await act(desk, "zhou", "claim", sent)
        assert await in_whose_hands(desk, "chen", sent) == (None, "chen")
        assert await in_whose_hands(desk, "lin", sent) == (None, "zhou")

    async def test_stays_as_it_is_and_leaves_lines_of_the_body_alone(self, desk, owner_engine):
        sent = await desk.sent()
        await give(desk, "gao", sent)
        await act(desk, "chen", "claim", sent)
        await act(desk, "chen", "release", sent)
        assert (await desk.row(sent)).version == sent.version
        async with owner_engine.connect() as connection:
            events = await connection.execute(
                select(ReferralEvent.kind)
                .where(ReferralEvent.referral_id == sent.id)
                .order_by(ReferralEvent.number)
            )
            lines = await connection.execute(
                select(AuditLine.action, AuditLine.tenant_id)
                .where(AuditLine.subject_id == sent.id, AuditLine.action.startswith("assignment."))
                .order_by(AuditLine.id)
            )
            kunyang = desk.world.bodies["kunyang"]
            assert list(events.scalars())[-1] == "sent"
            assert lines.all() == [
                (f"assignment.{each}", kunyang) for each in ("given", "claimed", "released")
            ]

    async def test_that_is_discarded_leaves_nobody_who_handles_it(self, desk, owner_engine):
        draft = await desk.draft()
        await act(desk, "zhou", "claim", draft)
        await desk.do("zhou", "discard", draft)
        async with owner_engine.connect() as connection:
            left = await connection.execute(select(Assignment.id).where(Assignment.subject_id == draft.id))
            assert left.all() == []


class TestAPost:
    async def test_that_ends_gives_its_matters_back_with_the_next_request(self, desk, owner_engine):
        sent = await desk.sent()
        await give(desk, "gao", sent)
        await act(desk, "zhou", "claim", sent, body="kunyang")
        unit = desk.world.units["kunyang"]
        assert await in_whose_hands(desk, "gao", sent) == (unit, "zhou")
        await end_the_post(owner_engine, desk.world, "zhou", "kunyang")
        assert await in_whose_hands(desk, "gao", sent) == (unit, None)
        assert sent.id in await listed(desk, "gao", "received", claimed_by=frozenset({"nobody"}))
        await act(desk, "chen", "claim", sent)
        assert await in_whose_hands(desk, "gao", sent) == (unit, "chen")

    async def test_that_will_end_keeps_them_until_then(self, desk, owner_engine, clock):
        sent = await desk.sent()
        await act(desk, "zhou", "claim", sent, body="kunyang")
        await end_the_post(owner_engine, desk.world, "zhou", "kunyang", at=NOW + timedelta(days=1))
        assert await in_whose_hands(desk, "gao", sent) == (None, "zhou")
        clock.advance(timedelta(days=1))
        assert await in_whose_hands(desk, "gao", sent) == (None, None)

    async def test_is_not_the_person_who_holds_another_one(self, desk):
        sent = await desk.sent()
        await act(desk, "zhou", "claim", sent, body="kunyang")
        # At home he has nothing in hand, and may take it up there for the sender.
        assert await in_whose_hands(desk, "zhou", sent) is None
        assert sent.id not in await listed(desk, "zhou", "sent", claimed_by=frozenset({"mine"}))
        assert sent.id in await listed(desk, "zhou", "received", "kunyang", claimed_by=frozenset({"mine"}))


class TestRefused:
    async def test_is_what_a_colleague_has_in_hand(self, desk):
        sent = await desk.sent()
        await act(desk, "chen", "claim", sent)
        for verb in ("claim", "release"):
            with pytest.raises(InOtherHands) as refused:
                await act(desk, "zhou", verb, sent, body="kunyang")
            assert "陈昆" in refused.value.sentence("zh")
        await act(desk, "gao", "release", sent)
        assert await in_whose_hands(desk, "gao", sent) == (None, None)

    async def test_is_releasing_what_nobody_has(self, desk):
        sent = await desk.sent()
        with pytest.raises(InNobodysHands):
            await act(desk, "chen", "release", sent)
        assert await in_whose_hands(desk, "chen", sent) is None

    async def test_is_not_the_desk_that_puts_back_what_a_colleague_has(self, desk):
        sent = await desk.sent()
        await act(desk, "chen", "claim", sent)
        await act(desk, "xu", "release", sent)
        assert await in_whose_hands(desk, "xu", sent) == (None, None)

    async def test_is_another_bodys_unit(self, desk):
        sent = await desk.sent()
        for unit in (desk.world.units["transport"], uuid4()):
            with pytest.raises(NotFound):
                await act(desk, "gao", "give_to_unit", sent, unit_id=unit)

    @pytest.mark.parametrize(("who", "verb"), [("xu", "claim"), ("chen", "give_to_unit")])
    async def test_is_what_the_role_does_not_do(self, desk, who, verb):
        sent = await desk.sent()
        given = {"unit_id": desk.world.units["kunyang"]} if verb == "give_to_unit" else {}
        with pytest.raises(NotPermitted):
            await act(desk, who, verb, sent, **given)

    @pytest.mark.parametrize("who", ["ye", "wu", "shen"])
    async def test_is_whoever_is_on_neither_side_and_whoever_oversees(self, desk, who):
        sent = await desk.sent()
        with pytest.raises(NotFound):
            await act(desk, who, "claim", sent)

    async def test_is_a_letter_that_was_not_sent_to_whom_it_is_meant_for(self, desk):
        with pytest.raises(NotFound):
            await act(desk, "chen", "claim", await desk.draft())

    async def test_is_a_matter_that_has_ended(self, desk):
        sent = await desk.sent()
        await act(desk, "chen", "claim", sent)
        await desk.do("lin", "withdraw", sent, reason="另案处理")
        with pytest.raises(WrongState):
            await act(desk, "chen", "release", sent)


class TestAList:
    async def test_is_narrowed_by_unit_and_by_whose_hands(self, desk):
        mine, others, waiting = [await desk.sent() for _ in range(3)]
        await give(desk, "xu", others)
        await act(desk, "chen", "claim", mine)
        await act(desk, "gao", "claim", others)
        everything = {mine.id, others.id, waiting.id}

        async def narrowed(**by):
            return everything & await listed(desk, "chen", "received", **by)

        assert await narrowed(claimed_by=frozenset({"mine"})) == {mine.id}
        assert await narrowed(claimed_by=frozenset({"others"})) == {others.id}
        assert await narrowed(claimed_by=frozenset({"nobody"})) == {waiting.id}
        assert await narrowed(claimed_by=frozenset({"mine", "nobody"})) == {mine.id, waiting.id}
        assert await narrowed(claimed_by=frozenset()) == set()
        assert await narrowed(units=frozenset({desk.world.units["kunyang"]})) == {others.id}

    async def test_of_what_is_only_overseen_knows_nobodys_hands(self, desk):
        sent = await desk.sent()
        assert sent.id in await listed(desk, "wu", "overseen")
        for by in ("mine", "others", "nobody"):
            assert await listed(desk, "wu", "overseen", claimed_by=frozenset({by})) == set()
        units = frozenset({desk.world.units["kunyang"]})
        assert await listed(desk, "wu", "overseen", units=units) == set()


class TestTwoAtOnce:
    async def test_who_claim_are_one_who_has_it_and_one_who_is_told(self, desk, owner_engine):
        for _ in range(5):
            sent = await desk.sent()
            tried = await asyncio.gather(
                act(desk, "chen", "claim", sent),
                act(desk, "zhou", "claim", sent, body="kunyang"),
                return_exceptions=True,
            )
            assert {type(each) for each in tried} == {Assignment, InOtherHands}
            async with owner_engine.connect() as connection:
                (held,) = (
                    await connection.execute(
                        select(Assignment.person_id).where(Assignment.subject_id == sent.id)
                    )
                ).scalars()
            winner = "chen" if isinstance(tried[0], Assignment) else "zhou"
            assert held == desk.world[winner].person_id
