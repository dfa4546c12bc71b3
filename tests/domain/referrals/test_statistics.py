"""Statistics of referrals along the lineage of bodies, beside somebody who counts letters by hand.

The counting by hand knows no step and no SQL: it goes through the letters one by one, and asks of each body who took it
over, from hand to hand.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import insert

from domain.deadlines.models import Deadline
from domain.filters import Days
from domain.lineage.models import LineageEntry
from domain.organisations.models import Organisation
from domain.referrals.models import Referral
from domain.referrals.statistics import statistics
from tenancy.ids import new_id
from tenancy.transactions import CapacityRefused
from tests.tenancy.rows import a_row
from tests.worlds import NOW

FIRST = date(2026, 1, 1)


def noon(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


class History:
    """Random letters between bodies, while bodies come and go."""

    def __init__(self, random, world):
        self.random, self.world = random, world
        self.there = [world.bodies[code] for code in ("transport", "agriculture", "kunyang", "aojiang")]
        self.taken_over = {}
        self.founded, self.entries, self.letters, self.delays = [], [], [], []

    def live(self, days):
        for n in range(days):
            self.day = FIRST + timedelta(days=n)
            for _ in range(self.random.randrange(3)):
                self._send()
            if n % 5 == 4:
                self._change()

    def _send(self):
        sender, receiver = self.random.sample(self.there, 2)
        letter = {
            "id": new_id(),
            "day": self.day,
            "sender": sender,
            "receiver": receiver,
            "concluded": self.random.random() < 0.4,
        }
        self.letters.append(letter)
        for late in self.random.sample([sender, receiver], self.random.randrange(3)):
            self.delays.append((letter["id"], late))

    def _change(self):
        one, other = self.random.sample(self.there, 2)
        fresh = new_id()
        match self.random.choice(["merge", "merge into a new one", "split", "grow", "rename"]):
            case "merge":
                self._step("merge", other, one, heir=True)
            case "merge into a new one" if len(self.there) > 3:
                self._found(fresh)
                self._step("merge", one, fresh, heir=True)
                self._step("merge", other, fresh, heir=True)
            case "split":
                self._found(fresh, second := new_id())
                self._step("split", one, second, heir=False)
                self._step("split", one, fresh, heir=True)
            case "grow":
                self._found(fresh)
                self._step("split", one, fresh, heir=False)
            case _:
                self._step("rename", one, one, heir=False)
        if len(self.there) < 3:
            self._found(new_id())

    def _found(self, *fresh):
        self.founded += fresh
        self.there += fresh

    def _step(self, kind, one, to, *, heir):
        if heir:
            self.there.remove(one)
            self.taken_over[one] = to
        self.entries.append(
            {
                "county_id": self.world.county_id,
                "id": new_id(),
                "change_id": new_id(),
                "kind": kind,
                "since": self.day,
                "document": "机构改革方案",
                "number": "8号",
                "from_id": one,
                "to_id": to,
                "heir": heir,
                "founds": False,
                "former_name": "旧名" if kind == "rename" else None,
                "former_short_name": "旧" if kind == "rename" else None,
                "recorded_at": NOW,
            }
        )

    def now(self, body):
        while body in self.taken_over:
            body = self.taken_over[body]
        return body

    def by_hand(self, who, since=date.min, until=date.max):
        counted = {name: Counter() for name in ("sent", "received", "concluded", "overdue")}
        within = [each for each in self.letters if since <= each["day"] <= until]
        for each in within:
            counted["sent"][who(each["sender"])] += 1
            counted["received"][who(each["receiver"])] += 1
            if each["concluded"]:
                counted["concluded"][who(each["receiver"])] += 1
        for letter, late in self.delays:
            if any(each["id"] == letter for each in within):
                counted["overdue"][who(late)] += 1
        bodies = set().union(*(counter for counter in counted.values()))
        return {body: tuple(counter[body] for counter in counted.values()) for body in bodies}


@pytest.fixture(params=range(4))
async def history(request, seed, owner_engine, world):
    told = History(Random(f"{seed} {request.param}"), world)
    told.live(60)
    async with owner_engine.begin() as connection:
        for table, rows in (
            (Organisation, [_body(world, n, each) for n, each in enumerate(told.founded)]),
            (LineageEntry, told.entries),
            (Referral, [_letter(world, each) for each in told.letters]),
            (Deadline, [_delay(world, *each) for each in told.delays]),
        ):
            await connection.execute(insert(table.__table__), rows)
    return told


async def counted(edge, world, who, basis, days=None):
    async with edge.reading(world[who].credentials) as work:
        found = await statistics(work, sent_within=days, counted=basis)
        return {body: (each.sent, each.received, each.concluded, each.overdue) for body, each in found}


class TestStatistics:
    async def test_are_what_somebody_counts_by_hand(self, edge, world, history):
        assert await counted(edge, world, "wu", "then") == history.by_hand(lambda body: body)
        assert await counted(edge, world, "wu", "now") == history.by_hand(history.now)

    async def test_keep_to_their_days(self, edge, world, history):
        since, until = FIRST + timedelta(days=7), FIRST + timedelta(days=21)
        days = Days(since=since, until=until)
        for basis, who in (("then", lambda body: body), ("now", history.now)):
            assert await counted(edge, world, "wu", basis, days) == history.by_hand(who, since, until)

    async def test_have_the_same_sums_whichever_way_they_are_counted(self, edge, world, history):
        then, now = [(await counted(edge, world, "wu", basis)).values() for basis in ("then", "now")]
        sums = [tuple(map(sum, zip(*each, strict=True))) for each in (then, now)]
        assert sums[0] == sums[1]
        assert sums[0][0] == sums[0][1] == len(history.letters)
        assert history.taken_over, "nothing was ever taken over"

    async def test_are_nothing_to_those_who_oversee_nobody(self, edge, world, history):
        for who in ("lin", "gao", "zhou"):
            if world.bodies[world[who].body] in history.there:
                assert await counted(edge, world, who, "then") == {}
            else:
                with pytest.raises(CapacityRefused):
                    await counted(edge, world, who, "then")


def _body(world, n, identifier):
    return {
        "county_id": world.county_id,
        "id": identifier,
        "code": f"founded-{n}",
        "name": f"新设{n}局",
        "short_name": f"新{n}",
        "kind": "department",
        "name_inferred": False,
    }


def _letter(world, each):
    """A letter as the table asks for one that was sent, and concluded or not."""
    concluded = each["concluded"]
    row = a_row(
        Referral.__table__,
        county=world.county_id,
        first=each["sender"],
        second=each["receiver"],
        addressee=each["receiver"],
        parents={"organisations": {"county_id": world.county_id, "id": each["sender"]}},
        word=lambda: "字",
    )
    return (
        row
        | {
            "id": each["id"],
            "from_id": each["sender"],
            "to_id": each["receiver"],
            "addressee_id": each["receiver"],
            "overseen_id": world.county_id,
            "sent_at": noon(each["day"]),
            "state": "concluded" if concluded else "sent",
            "owner_id": each["receiver" if concluded else "sender"],
            "onward_of": None,
        }
        | ({"decision": "penalty", "effective_on": each["day"], "outcome": "已处罚"} if concluded else {})
    )


def _delay(world, letter, late):
    """A limit of that body in that matter, which has run out."""
    row = a_row(
        Deadline.__table__,
        county=world.county_id,
        first=late,
        second=None,
        addressee=late,
        parents={"organisations": {"county_id": world.county_id, "id": late}},
        word=lambda: "字",
    )
    return row | {
        "id": new_id(),
        "kind": f"test.{late}",
        "obligor_id": late,
        "waiting_id": None,
        "subject_kind": "referral",
        "subject_id": letter,
        "due_at": NOW - timedelta(hours=1),
        "met_at": None,
        "cancelled_at": None,
        "suspended_since": None,
        "next_rung": None,
        "next_rung_at": None,
    }
