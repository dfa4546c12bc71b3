"""Two acts on one referral at the same instant, from either side: one wins, the other is told that it came too late.

Both stand before the lock on the matter when it is let go, so neither has seen what the other does. Whoever queued first
wins; every pair is tried in both orders, and once more with nobody holding them back.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text

from domain.audit.models import AuditLine
from domain.outbox.models import Announcement
from domain.referrals.models import Referral, ReferralEvent, ReferralMaterial
from tenancy.refusals import Stale
from tests.domain.referrals.desk import Desk
from tests.domain.referrals.test_commands import open_deadlines
from tests.places import the_demo_county_that_admits_more
from tests.workers.workshop import eventually
from tests.worlds import a_county

KUNYANGS = ("kunyang", "transport")


@dataclass(frozen=True)
class Move:
    """One act, and what there is if it won: the state, the body answerable, who is admitted to the file, what is owed."""

    who: str
    act: str
    state: str
    owner: str
    admitted: str | None = None
    owed: dict[str, tuple[str, str]] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    onward: str | None = None
    """The body to which a letter of the receiver's own is drafted."""

    def __str__(self) -> str:
        return "_".join((self.act, *(str(word) for word in self.given.values() if isinstance(word, bool))))


ACCEPT = Move("gao", "accept", "accepted", "kunyang", "kunyang", {"referral.decide": KUNYANGS})
RETURN = Move("gao", "return_", "returned", "transport", given={"reasons": "不属本镇管辖"})
DOUBT = Move(
    "gao",
    "doubt",
    "doubted",
    "transport",
    "kunyang",
    {"referral.settle_doubt": KUNYANGS},
    {"reasons": "疑属水务部门"},
)
OURS = Move(
    "gao",
    "settle",
    "accepted",
    "kunyang",
    "kunyang",
    {"referral.decide": KUNYANGS},
    {"competent": True, "basis": "县执法指导办会议纪要"},
)
THEIRS = Move("gao", "settle", "returned", "transport", given={"competent": False, "basis": "双方协商"})
PASS_ON = Move(
    "gao", "pass_on", "passed_on", "kunyang", "kunyang", {"referral.decide": KUNYANGS}, onward="aojiang"
)
WITHDRAW = Move("lin", "withdraw", "withdrawn", "transport", given={"reason": "当事人已自行改正"})
SUPPLY = Move(
    "zhou",
    "supply",
    "taken_in",
    "transport",
    "kunyang",
    {"referral.verify": KUNYANGS},
    {"note": "无其他材料"},
)
DECIDE, TERMINATE = (
    Move(
        who,
        "record_decision",
        "decided",
        "kunyang",
        "kunyang",
        {"referral.outcome": KUNYANGS},
        {"decision": decision, "effective_on": date(2026, 3, 10), "note": "昆政罚〔2026〕1号"},
    )
    for who, decision in (("chen", "penalty"), ("gao", "terminated"))
)

PAIRS = [
    ("taken_in", ACCEPT, WITHDRAW),
    ("taken_in", ACCEPT, DOUBT),
    ("taken_in", ACCEPT, RETURN),
    ("doubted", OURS, WITHDRAW),
    ("doubted", THEIRS, WITHDRAW),
    ("awaiting_material", SUPPLY, ACCEPT),
    ("taken_in", PASS_ON, WITHDRAW),
    ("accepted", DECIDE, TERMINATE),
]
BOTH_WAYS = [pair for state, one, other in PAIRS for pair in ((state, one, other), (state, other, one))]


@pytest_asyncio.fixture(loop_scope="session")
async def desk(edge, owner_engine):
    return Desk(edge, await a_county(owner_engine, rulebook=the_demo_county_that_admits_more()))


async def in_state(desk, state):
    """A letter of transport's to kunyang, with material that was attached and not handed over where some is awaited."""
    referral = await desk.taken_in()
    match state:
        case "doubted":
            return await desk.do("gao", "doubt", referral, reasons="疑非本镇管辖")
        case "awaiting_material":
            referral = await desk.do("chen", "ask_for_material", referral, asked="检测报告")
            return await desk.with_materials(referral, kinds=("tests",))
        case "accepted":
            return await desk.do("gao", "accept", referral)
        case _:
            return referral


def done(desk, move, referral):
    given = {"addressee_id": desk.world.bodies[move.onward]} if move.onward else {}
    return desk.do(move.who, move.act, referral, **given, **move.given)


async def queued(owner_engine, how_many):
    """so many wait for a lock"""
    async with owner_engine.connect() as connection:
        waiting = await connection.scalar(
            text(
                "select count(distinct pid) from pg_locks join pg_stat_activity using (pid)"
                " where not granted and datname = current_database()"
            )
        )
    return waiting == how_many


async def one_behind_the_other(owner_engine, referral, first, second):
    """What became of two acts that both stood before the matter's lock, in this order, when it was let go."""
    async with owner_engine.begin() as holding:
        await holding.execute(select(Referral.id).where(Referral.id == referral.id).with_for_update())
        running = []
        for act in (first, second):
            running.append(asyncio.create_task(act))
            await eventually(lambda: queued(owner_engine, len(running)))
    return await asyncio.gather(*running, return_exceptions=True)


async def is_as_if_it_had_been_alone(desk, owner_engine, before, move):
    """The matter is where the winner brought it: one act further, with one event, one line, one announcement for each."""
    bodies = desk.world.bodies
    row = await desk.row(before)
    assert (row.state, row.owner_id, row.version) == (move.state, bodies[move.owner], before.version + 1)
    assert row.admitted_id == (bodies[move.admitted] if move.admitted else None)
    whole = {"referral.whole": ("kunyang", "transport")} if move.owed else {}
    assert await open_deadlines(owner_engine, before) == {
        kind: (bodies[owes], bodies[waits]) for kind, (owes, waits) in (whole | move.owed).items()
    }
    async with owner_engine.connect() as connection:
        events = await connection.scalars(
            select(ReferralEvent.number)
            .where(ReferralEvent.referral_id == before.id)
            .order_by(ReferralEvent.number)
        )
        assert events.all() == list(range(1, row.version + 1))
        for trace in (AuditLine, Announcement):
            left = await connection.scalar(
                select(func.count()).select_from(trace).where(trace.subject_id == before.id)
            )
            assert left == row.version, trace
        admitted = await connection.scalars(
            select(ReferralMaterial.admitted_id).where(
                ReferralMaterial.referral_id == before.id, ReferralMaterial.to_id.is_not(None)
            )
        )
        assert set(admitted) == {row.admitted_id}
        onward = (await connection.scalars(select(Referral.id).where(Referral.onward_of == before.id))).all()
    assert len(onward) == (1 if move.onward else 0)


def named(pair):
    return pair if isinstance(pair, str) else str(pair)


class TestTwoAtOnce:
    @pytest.mark.parametrize(("state", "first", "second"), BOTH_WAYS, ids=named)
    async def test_who_came_first_wins_and_the_other_is_told(self, desk, owner_engine, state, first, second):
        referral = await in_state(desk, state)
        won, lost = await one_behind_the_other(
            owner_engine, referral, done(desk, first, referral), done(desk, second, referral)
        )
        assert won.state == first.state
        assert isinstance(lost, Stale)
        await is_as_if_it_had_been_alone(desk, owner_engine, referral, first)

    @pytest.mark.parametrize(("state", "one", "other"), PAIRS, ids=named)
    async def test_one_wins_with_nobody_holding_them_back(self, desk, owner_engine, state, one, other):
        referral = await in_state(desk, state)
        outcomes = await asyncio.gather(
            done(desk, one, referral), done(desk, other, referral), return_exceptions=True
        )
        won = [isinstance(outcome, Referral) for outcome in outcomes]
        assert sorted(type(outcome) for outcome in outcomes if not isinstance(outcome, Referral)) == [Stale]
        await is_as_if_it_had_been_alone(desk, owner_engine, referral, one if won[0] else other)


class TestTwoLettersAtOnce:
    async def test_get_two_numbers_in_a_row(self, desk):
        first, second = await desk.approved(), await desk.approved()
        sent = await asyncio.gather(desk.do("tang", "send", first), desk.do("lin", "send", second))
        assert {one.letter_number for one in sent} == {"平交移〔2026〕1号", "平交移〔2026〕2号"}


class TestMaterialThatWasNotHandedOver:
    async def test_stays_the_senders_when_the_receiver_accepts_without_it(self, desk, owner_engine):
        referral = await in_state(desk, "awaiting_material")
        await desk.do("gao", "accept", referral)
        async with owner_engine.connect() as connection:
            kept = (
                await connection.execute(
                    select(ReferralMaterial.to_id, ReferralMaterial.admitted_id).where(
                        ReferralMaterial.referral_id == referral.id, ReferralMaterial.kind == "tests"
                    )
                )
            ).one()
        assert tuple(kept) == (None, None)
