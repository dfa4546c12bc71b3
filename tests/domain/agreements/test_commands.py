"""Agreements on a real database: which list holds on which day, who may do what, and races.

Rights are printed as a matrix in `tests/policies`; walls between tenants are the business of `tests/isolation`.
"""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from domain.agreements import commands, queries, rules
from domain.agreements.models import Agreement
from domain.audit.models import AuditLine
from domain.outbox.models import Announcement
from domain.rulebooks.values import Material
from tenancy.refusals import NotFound, NotPermitted, Stale

ITEM = "330218085000"
LIST = [("letter", "required", "移送函"), ("evidence", "required", "称重单和现场照片")]
AGREED = (
    Material("letter", "required", "移送函", "1"),
    Material("evidence", "required", "称重单和现场照片", "2"),
)
TODAY, TOMORROW = date(2026, 3, 10), date(2026, 3, 11)
APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)


class Desk:
    """What the heads of one world do at their desks, each act in a transaction of its own."""

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who):
        async with self.edge.writing(self.world[who].credentials) as work:
            yield work

    async def do(self, who, act, agreement, **given):
        async with self.as_(who) as work:
            return await getattr(commands, act)(
                work,
                agreement_id=agreement.id,
                expected_version=given.pop("expected_version", agreement.version),
                **given,
            )

    async def propose(self, who="lin", to="kunyang", since=TOMORROW, materials=LIST, item=ITEM):
        async with self.as_(who) as work:
            return await commands.propose(
                work,
                addressee_id=self.world.bodies[to],
                item_code=item,
                since=since,
                materials=materials,
            )

    async def agreed(self, **given):
        return await self.do("gao", "confirm", await self.propose(**given))

    async def in_force(self, on, who="lin", between=("transport", "kunyang"), item=ITEM):
        async with self.as_(who) as work:
            one, other = (self.world.bodies[body] for body in between)
            return await queries.in_force(work, between=(one, other), item_code=item, on=on)


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)


def named(word):
    """A list that can be told from others."""
    return [("letter", "required", word)]


class TestWhatHoldsOnADay:
    async def test_is_the_list_from_its_first_day_on_whoever_asks_in_whichever_order(self, desk):
        await desk.agreed(since=APRIL)
        assert await desk.in_force(APRIL - timedelta(days=1)) is None
        for on in (APRIL, JUNE, date(2036, 1, 1)):
            assert await desk.in_force(on) == AGREED
        assert await desk.in_force(APRIL, who="chen", between=("kunyang", "transport")) == AGREED

    async def test_is_nothing_for_other_items_other_bodies_and_what_was_only_proposed(self, desk):
        await desk.agreed()
        await desk.propose(who="lin", to="aojiang")
        await desk.do("pan", "decline", await desk.propose(to="aojiang"), reasons="按规程办理")
        assert await desk.in_force(APRIL, item="330218085001") is None
        assert await desk.in_force(APRIL, between=("transport", "aojiang")) is None

    async def test_is_kept_from_strangers(self, desk):
        await desk.agreed()
        assert await desk.in_force(APRIL, who="huang") is None

    async def test_begins_the_day_after_a_late_confirmation(self, desk, clock):
        proposal = await desk.propose(since=TOMORROW)
        clock.advance(timedelta(days=7))
        confirmed = await desk.do("gao", "confirm", proposal)
        assert confirmed.since == date(2026, 3, 18)
        assert await desk.in_force(date(2026, 3, 17)) is None
        assert await desk.in_force(date(2026, 3, 18)) == AGREED

    async def test_is_the_later_list_from_that_ones_first_day_and_the_earlier_before(self, desk):
        await desk.agreed(since=APRIL, materials=named("旧"))
        # Either of the two may propose the next version.
        await desk.do(
            "lin",
            "confirm",
            await desk.propose(who="gao", to="transport", since=MAY, materials=named("新")),
        )
        assert [material.name for material in await desk.in_force(MAY - timedelta(days=1))] == ["旧"]
        assert [material.name for material in await desk.in_force(MAY)] == ["新"]

    async def test_ends_and_the_superseded_list_does_not_come_back(self, desk):
        await desk.agreed(since=APRIL, materials=named("旧"))
        later = await desk.agreed(since=MAY, materials=named("新"))
        ended = await desk.do("lin", "end", later, ends_on=JUNE)
        assert (ended.state, ended.ended_by) == ("ended", desk.world.bodies["transport"])
        assert [material.name for material in await desk.in_force(JUNE - timedelta(days=1))] == ["新"]
        assert await desk.in_force(JUNE) is None
        sooner = await desk.do("gao", "end", ended, ends_on=date(2026, 5, 15))
        assert await desk.in_force(date(2026, 5, 15)) is None
        with pytest.raises(rules.NotSooner):
            await desk.do("lin", "end", sooner, ends_on=JUNE)

    async def test_is_not_changed_by_a_list_that_was_ended_before_its_first_day(self, desk):
        await desk.agreed(since=APRIL, materials=named("旧"))
        never = await desk.agreed(since=JUNE, materials=named("错"))
        await desk.do("gao", "end", never, ends_on=MAY)
        assert [material.name for material in await desk.in_force(JUNE)] == ["旧"]
        await desk.agreed(since=JUNE, materials=named("新"))
        assert [material.name for material in await desk.in_force(JUNE)] == ["新"]

    async def test_never_changes_once_the_day_has_begun(self, desk, clock):
        agreed = await desk.agreed(since=TOMORROW)
        clock.advance(timedelta(days=1))
        with pytest.raises(rules.TooEarly):
            await desk.do("lin", "end", agreed, ends_on=TOMORROW)
        with pytest.raises(rules.TooEarly):
            await desk.propose(since=TOMORROW, materials=named("新"))
        assert await desk.in_force(TOMORROW) == AGREED


class TestTheHeads:
    @pytest.mark.parametrize(
        ("who", "act", "given", "refusal"),
        [
            ("lin", "confirm", {}, NotPermitted),
            ("lin", "decline", {"reasons": "不妥"}, NotPermitted),
            ("gao", "withdraw", {}, NotPermitted),
            ("chen", "confirm", {}, NotPermitted),
            ("xu", "decline", {"reasons": "不妥"}, NotPermitted),
            ("wu", "confirm", {}, NotPermitted),
            ("huang", "confirm", {}, NotFound),
            ("pan", "withdraw", {}, NotFound),
            ("gao", "confirm", {"expected_version": 2}, Stale),
            ("gao", "end", {"ends_on": APRIL}, rules.WrongState),
        ],
    )
    async def test_alone_answer_and_a_refused_act_leaves_everything_as_it_was(
        self, desk, owner_engine, who, act, given, refusal
    ):
        proposal = await desk.propose()
        with pytest.raises(refusal):
            await desk.do(who, act, proposal, **given)
        async with owner_engine.connect() as connection:
            row = (
                await connection.execute(
                    select(Agreement.state, Agreement.version).where(Agreement.id == proposal.id)
                )
            ).one()
            lines = await connection.scalars(
                select(AuditLine.action).where(AuditLine.subject_id == proposal.id)
            )
            assert (tuple(row), lines.all()) == (("proposed", 1), ["agreement.proposed"])

    @pytest.mark.parametrize("who", ["zhou", "tang"])
    async def test_alone_propose(self, desk, who):
        with pytest.raises(NotPermitted):
            await desk.propose(who=who)

    async def test_propose_to_another_department_or_township(self, desk):
        with pytest.raises(rules.WithOneself):
            await desk.propose(to="transport")
        with pytest.raises(rules.NotAParty):
            await desk.propose(to="justice")

    async def test_tell_the_other_side_of_every_act(self, desk, owner_engine):
        transport, kunyang = desk.world.bodies["transport"], desk.world.bodies["kunyang"]
        agreed = await desk.agreed()
        await desk.do("gao", "end", agreed, ends_on=APRIL)
        await desk.do("lin", "withdraw", await desk.propose())
        await desk.do("gao", "decline", await desk.propose(), reasons="按规程办理")
        async with owner_engine.connect() as connection:
            told = await connection.execute(
                select(Announcement.kind, Announcement.audience)
                .where(Announcement.county_id == desk.world.county_id)
                .order_by(Announcement.seq)
            )
            assert [(row.kind, row.audience) for row in told] == [
                (f"agreement.{event}", [{"tenant": str(body), "roles": roles}])
                for event, body, roles in (
                    ("proposed", kunyang, ["head"]),
                    ("confirmed", transport, ["head", "officer"]),
                    ("ended", transport, ["head", "officer"]),
                    ("proposed", kunyang, ["head"]),
                    ("withdrawn", kunyang, ["head", "officer"]),
                    ("proposed", kunyang, ["head"]),
                    ("declined", transport, ["head", "officer"]),
                )
            ]

    async def test_are_read_by_officers_and_by_oversight(self, desk):
        agreed = await desk.agreed()
        for who in ("zhou", "tang", "chen", "xu", "wu", "shen"):
            async with desk.as_(who) as work:
                assert (await queries.the(work, agreed.id)).item_code == ITEM


class TestTwoAtOnce:
    async def test_confirming_lists_of_the_same_first_day_leave_one_in_force(self, desk):
        for item in ("A", "B", "C"):
            first = await desk.propose(since=APRIL, item=item)
            second = await desk.propose(who="gao", to="transport", since=APRIL, item=item)
            outcomes = await asyncio.gather(
                desk.do("gao", "confirm", first), desk.do("lin", "confirm", second), return_exceptions=True
            )
            assert sorted(type(one).__name__ for one in outcomes) == ["Agreement", "NotLater"]

    async def test_confirming_and_withdrawing_one_proposal_leave_one_done(self, desk):
        for _ in range(3):
            proposal = await desk.propose()
            outcomes = await asyncio.gather(
                desk.do("gao", "decline", proposal, reasons="不妥"),
                desk.do("lin", "withdraw", proposal),
                return_exceptions=True,
            )
            assert sorted(type(one).__name__ for one in outcomes) == ["Agreement", "Stale"]


class TestTheDatabaseItself:
    @pytest.mark.parametrize(
        "change",
        [
            "since = '2026-04-01'",  # the first day of the other one that is in force
            "ends_on = '2026-06-01'",
            "state = 'ended'",
            "state = 'lost'",
            "answered_at = null",
            "one_id = other_id, other_id = one_id",
            "to_id = from_id",
            "materials = '[]'",
            """materials = '[{"kind": "letter", "need": "optional"}]'""",
        ],
    )
    async def test_keeps_one_list_for_a_day_whoever_writes(self, desk, owner_engine, change):
        await desk.agreed(since=APRIL)
        agreed = await desk.agreed(since=MAY)
        with pytest.raises(Exception, match=r"violates (check|unique) constraint|duplicate key"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update agreements set {change} where id = :id"), {"id": agreed.id}
                )

    async def test_keeps_it_in_either_direction(self, desk, owner_engine):
        await desk.agreed(since=APRIL)
        other = await desk.propose(who="gao", to="transport", since=APRIL)
        with pytest.raises(Exception, match="uq_agreements_first_day"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(
                        "update agreements set state = 'confirmed', answered_at = proposed_at,"
                        " answered_by = proposed_by where id = :id"
                    ),
                    {"id": other.id},
                )
