"""Lists and counts of referrals against an oracle: random filters, orders and pages over a random crowd.

The seed of whatever disagrees is in the message.
"""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
import pytest_asyncio

from domain.deadlines.queries import SIDES
from domain.edge import Edge
from domain.filters import FEW, Days
from domain.referrals import queries
from domain.referrals.by_due import page_by_due
from domain.referrals.filters import Box, Filter, Wanted
from domain.referrals.rules import STATES_ZH
from domain.spans import Span
from domain.work import Work
from tests.domain.referrals.crowd import ITEMS, WORDS, Crowd, Reader, a_crowd, wide
from tests.domain.referrals.desk import Desk
from tests.worlds import NOW, HandSetClock, a_county

SIZE = 160
ROUNDS = 250

READERS = {"lin": "transport", "guan": "agriculture", "gao": "kunyang", "ye": "aojiang", "wu": "coordination"}
BOXES: tuple[Box, ...] = ("sent", "received", "overseen")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(owner_engine, engines) -> AsyncIterator[Crowd]:
    """One crowd for the whole file, which only reads it."""
    edge = Edge(engines=engines, clock=HandSetClock())
    return await a_crowd(await a_county(owner_engine), owner_engine, edge, size=SIZE, seed=2026)


@asynccontextmanager
async def reading(edge: Edge, crowd: Crowd, who: str) -> AsyncIterator[tuple[Work, Reader]]:
    """Somebody's snapshot, and what the oracle says that they see."""
    async with edge.reading(crowd.world[who].credentials) as work:
        yield work, crowd.reader(READERS[who], oversees=who == "wu")


async def listed(work: Work, wanted: Wanted, *, order: str = "newest", first: int = 100) -> list[UUID]:
    """The whole list, page by page."""
    ids: list[UUID] = []
    after = None
    while True:
        if order == "due":
            placed = await page_by_due(work, wanted=wanted, span=Span(most=first + 1, after=after))
        else:
            page = await queries.page(work, wanted=wanted, age=order, span=Span(most=first + 1, after=after))
            placed = [(referral, referral.id) for referral in page]
        ids += [referral.id for referral, _ in placed[:first]]
        if len(placed) <= first:
            return ids
        after = placed[first - 1][1]


def some_filter(random: Random, crowd: Crowd) -> Filter:
    """A filter by one to three things, with values that occur and some that do not."""
    bodies = [*crowd.world.bodies.values()]
    choices = {
        "open": lambda: random.choice((True, False)),
        "states": lambda: some(random, STATES_ZH),
        "senders": lambda: some(random, bodies),
        "receivers": lambda: some(random, bodies),
        "item_codes": lambda: some(random, (*ITEMS, "none")),
        "found_on": lambda: some_days(random),
        "sent_at": lambda: some_days(random),
        "taken_in_at": lambda: some_days(random),
        "overdue": lambda: some(random, SIDES),
        "due_today": lambda: some(random, SIDES),
        "text": lambda: a_search(random, crowd),
    }
    return Filter(
        **{name: choices[name]() for name in random.sample(sorted(choices), random.choice((1, 1, 2, 3)))}
    )


def some(random: Random, values) -> frozenset:
    return frozenset(random.sample(sorted(values), random.choice((0, 1, 1, 2, 3))))


def some_days(random: Random) -> Days:
    since = NOW.date() - timedelta(days=random.randrange(-5, 35))
    until = since + timedelta(days=random.randrange(-1, 20))
    return random.choice((Days(since=since, until=until), Days(since=since), Days(until=until), Days()))


def a_search(random: Random, crowd: Crowd) -> str:
    """A piece of some text, of any length from one character; or words together; or nothing."""
    text = random.choice(crowd.referrals)[random.choice(("party", "place", "facts", "item_code"))]
    start = random.randrange(len(text))
    piece = text[start : start + random.choice((1, 1, 2, 3, 5, 30))]
    return random.choice(
        (
            piece,
            piece,
            "".join(map(wide, piece)),
            " ".join(random.sample(WORDS, 2)),
            f"{piece} {random.choice(WORDS)}",
            "桂林",
            " ",
        )
    )


@pytest.fixture(params=[FEW, 4], ids=["few", "too many"])
def look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either a look at the grams gives all candidates, or there are too many of them."""
    monkeypatch.setattr("domain.filters.FEW", request.param)


OF_A_DESK = {"units", "claimed_by"}
"""Filters that look at who handles what: `tests/domain/assignments`."""


@pytest.mark.usefixtures("look")
class TestTheRegister:
    async def test_lists_and_counts_what_a_plain_reader_would(self, edge, crowd) -> None:
        found = 0
        for seed in range(ROUNDS):
            random = Random(seed)
            who, box = random.choice(sorted(READERS)), random.choice(BOXES)
            by, order = some_filter(random, crowd), random.choice(("newest", "oldest", "due"))
            async with reading(edge, crowd, who) as (work, reader):
                wanted = Wanted(box=box, filter=by)
                expected = reader.listed(box, by, order)
                told = f"{seed=} {who} {box} {by} {order}"
                assert (
                    await listed(work, wanted, order=order, first=random.choice((1, 3, 7, 100))) == expected
                ), told
                assert await queries.count(work, wanted=wanted) == len(expected), told
                found += bool(expected)
        # An oracle that finds nothing agrees with anything.
        assert found > ROUNDS / 4

    @pytest.mark.parametrize(
        "field", sorted({field.name for field in dataclasses.fields(Filter)} - OF_A_DESK)
    )
    async def test_narrows_by(self, edge, crowd, field: str) -> None:
        """Each field by itself leaves some out and finds some, for somebody in some box, as the oracle has it."""
        narrowed = 0
        for seed in range(12):
            random = Random(seed)
            by = some_filter(random, crowd)
            while getattr(by, field) is None:
                by = some_filter(random, crowd)
            alone = Filter(**{field: getattr(by, field)})
            for who, box in (("lin", "sent"), ("gao", "received"), ("wu", "overseen")):
                async with reading(edge, crowd, who) as (work, reader):
                    expected = reader.listed(box, alone)
                    assert await listed(work, Wanted(box=box, filter=alone)) == expected, (seed, who, alone)
                    narrowed += 0 < len(expected) < len(reader.listed(box, Filter()))
        assert narrowed

    async def test_counts_for_a_desk_what_its_lists_hold(self, edge, crowd) -> None:
        for seed in range(40):
            random = Random(seed)
            who, box, by = random.choice(sorted(READERS)), random.choice(BOXES), some_filter(random, crowd)
            async with reading(edge, crowd, who) as (work, reader):
                wanted = Wanted(box=box, filter=by)
                expected = set(reader.listed(box, by))
                by_state = await queries.count_by_state(work, wanted=wanted)
                of_state = {
                    state: len(expected & set(reader.listed(box, Filter(states=frozenset({state})))))
                    for state in STATES_ZH
                }
                assert by_state == {state: number for state, number in of_state.items() if number}, seed
                for side in SIDES:
                    overdue = expected & set(reader.listed(box, Filter(overdue=frozenset({side}))))
                    today = expected & set(reader.listed(box, Filter(due_today=frozenset({side}))))
                    assert await queries.count_overdue(work, wanted=wanted, side=side) == len(overdue), seed
                    assert await queries.count_due_today(work, wanted=wanted, side=side) == len(today), seed

    async def test_takes_days_at_the_ends_of_time(self, edge, crowd) -> None:
        always = Days(since=date.min, until=date.max)
        async with reading(edge, crowd, "gao") as (work, reader):
            for by in (Filter(sent_at=always), Filter(found_on=always)):
                assert await listed(work, Wanted(box="received", filter=by)) == reader.listed("received", by)
            assert reader.listed("received", Filter(sent_at=always))

    async def test_shows_nobody_anything_by_a_filter(self, edge, crowd) -> None:
        """Who is no party finds nothing, whatever they name of it; nor does oversight in a party's boxes."""
        row = next(row for row in crowd.referrals if row["state"] == "accepted")
        for who, boxes in (("wen", BOXES), ("shen", ("sent", "received"))):
            async with edge.reading(crowd.world[who].credentials) as work:
                for by in (
                    Filter(),
                    Filter(senders=frozenset({row["from_id"]}), receivers=frozenset({row["to_id"]})),
                    Filter(text=row["facts"]),
                    Filter(text=row["letter_number"]),
                    Filter(overdue=frozenset(SIDES)),
                ):
                    for wanted in (Wanted(box=box, filter=by) for box in boxes):
                        assert await listed(work, wanted) == []
                        assert await queries.count(work, wanted=wanted) == 0
                        assert await queries.count_by_state(work, wanted=wanted) == {}


class TestPages:
    @pytest.mark.parametrize("order", ["newest", "oldest", "due"])
    async def test_lose_and_repeat_nothing_while_others_write(self, edge, world, order) -> None:
        desk = Desk(edge, world)
        there = [(await desk.draft(facts=f"第{n}件")).id for n in range(7)]
        seen: list[UUID] = []
        after = None
        for _ in range(20):
            async with desk.as_("lin") as work:
                wanted = Wanted(box="sent")
                if order == "due":
                    placed = await page_by_due(work, wanted=wanted, span=Span(most=3, after=after))
                else:
                    page = await queries.page(work, wanted=wanted, age=order, span=Span(most=3, after=after))
                    placed = [(referral, referral.id) for referral in page]
            seen += [referral.id for referral, _ in placed[:2]]
            if len(placed) <= 2 or set(there) <= set(seen):
                break
            after = placed[1][1]
            await desk.draft(facts="又一件")
        assert len(seen) == len(set(seen))
        assert [one for one in seen if one in there] == (there[::-1] if order == "newest" else there)
