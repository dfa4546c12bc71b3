"""A crowd of referrals of every kind between the bodies of one county, and what a plain reader makes of them.

The rows are put in by the schema's owner, at random; what can be found of them is kept by the platform. `Reader` is the
oracle: plain Python over all rows as the owner sees them, which says in a few lines of its own what each filter means
and what the right order is. It asks neither policies nor queries.
"""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.deadlines.models import Deadline
from domain.edge import Edge
from domain.filters import Days
from domain.referrals import queries
from domain.referrals.filters import Box, Filter
from domain.referrals.models import Referral
from domain.referrals.search import keep_findable
from tenancy.ids import new_id
from tests.worlds import NOW, World

PARTIES = {"transport": "zhou", "agriculture": "guan", "kunyang": "chen", "aojiang": "ye"}
ITEMS = ("330217125000", "330217-A-001", "ZJ-12")
UNSENT = ("draft", "awaiting_approval", "approved")
UNDECIDED = ("sent", "taken_in")
ENDED = ("accepted", "returned", "withdrawn")
WORDS = ("渣土", "运输", "通福路", "昆阳", "土", "ABC", "abc Ltd", "浙C", "12", "(", "。", "𠮷", "路12", "车")
HOUR = timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")

Row = dict[str, Any]


@dataclass(frozen=True)
class Crowd:
    """All referrals and deadlines of a county, as they were put in."""

    world: World
    referrals: list[Row]
    deadlines: list[Row]

    def reader(self, body: str, *, oversees: bool = False) -> "Reader":
        """What somebody of this body ought to see."""
        return Reader(self, self.world.bodies[body], oversees)


async def a_crowd(world: World, owner: AsyncEngine, edge: Edge, *, size: int, seed: int) -> Crowd:
    """So many referrals, all in the database and findable."""
    random = Random(seed)
    referrals = [a_referral(random, world, n) for n in range(size)]
    deadlines = [each for referral in referrals for each in some_deadlines(random, referral)]
    async with owner.begin() as connection:
        await connection.execute(insert(Referral), referrals)
        await connection.execute(insert(Deadline), deadlines)
    for body, who in PARTIES.items():
        async with edge.writing(world[who].credentials) as work:
            mine = [row["id"] for row in referrals if row["from_id"] == world.bodies[body]]
            for referral in (await queries.of_ids(work, mine)).values():
                await keep_findable(work, referral)
    return Crowd(world, referrals, deadlines)


def a_referral(random: Random, world: World, number: int) -> Row:
    """One referral in any state that could have come to be."""
    sender, receiver = (world.bodies[body] for body in random.sample(sorted(PARTIES), 2))
    state = random.choice(UNSENT + UNDECIDED + ENDED)
    sent, began = state not in UNSENT, NOW - timedelta(days=random.randrange(30), hours=random.randrange(24))
    taken_in = state in ("taken_in", "accepted", "returned")
    return {
        "county_id": world.county_id,
        "id": new_id(),
        "from_id": sender,
        "addressee_id": receiver,
        "to_id": receiver if sent else None,
        "owner_id": receiver if state == "accepted" else sender,
        "admitted_id": None,
        "overseen_id": world.county_id if sent else None,
        "state": state,
        "version": 1,
        "began_on": began.date(),
        "found_on": began.date() - timedelta(days=random.randrange(3)),
        "party": said(random, 2),
        "place": said(random, 2),
        "facts": said(random, 5),
        "item_code": random.choice(ITEMS),
        "legal_basis": "渣土运输车",  # what nobody searches in
        "drafted_by": world["zhou"].person_id,
        "letter_number": f"平交移〔2026〕{number}号" if sent else None,
        "sent_at": began + random.randrange(72) * HOUR if sent else None,
        "sent_late": False,
        "receipt_number": f"昆政收〔2026〕{number}号" if taken_in else None,
        "taken_in_at": began + random.randrange(72, 144) * HOUR if taken_in else None,
        "created_at": began,
    }


def said(random: Random, words: int) -> str:
    """A text of words that occur everywhere, with or without blanks between them, in either width."""
    text = random.choice(("", " ", "\u3000", "\n")).join(random.choices(WORDS, k=words))
    return text if random.random() < 0.7 else "".join(map(wide, text))


def wide(letter: str) -> str:
    """The full-width form of a letter that has one."""
    return chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter


def some_deadlines(random: Random, referral: Row) -> list[Row]:
    """None, one or two of a referral: of either side, running, met or cancelled, due before or after now."""
    parties = [referral["from_id"], *([referral["to_id"]] if referral["to_id"] else [])]
    made = []
    for kind in random.sample(
        ("referral.send", "referral.take_in", "referral.verify"), random.choice((0, 1, 1, 2))
    ):
        obligor = random.choice(parties)
        waiting = next((party for party in parties if party != obligor), None)
        ended = random.choice((None, None, None, "met_at", "cancelled_at"))
        due_at = NOW + random.choice((random.randrange(-200, 200), 0, -1, 1, 7, 14, 15, 16)) * HOUR
        made.append(
            {
                "county_id": referral["county_id"],
                "id": new_id(),
                "kind": kind,
                "obligor_id": obligor,
                "waiting_id": waiting,
                "subject_kind": "referral",
                "subject_id": referral["id"],
                "started_at": NOW - timedelta(days=20),
                "amount": 3,
                "unit": "working_days",
                "source": "test",
                "ruled_on": NOW.date(),
                "due_at": due_at,
                "provisional": False,
                "calendar_version": 1,
                "round": 1,
                "met_at": None,
                "cancelled_at": None,
            }
            | ({ended: NOW} if ended else {})
        )
    return made


@dataclass(frozen=True)
class Reader:
    """What one body ought to find."""

    crowd: Crowd
    me: UUID
    oversees: bool

    def listed(self, box: Box, by: Filter, order: str = "newest") -> list[UUID]:
        """The ids of the wanted referrals, in order."""
        found = [row for row in self.crowd.referrals if self._in(box, row) and self._fits(row, by)]
        found.sort(key=lambda row: row["id"].int, reverse=order != "oldest")
        if order == "due":
            running = [row for row in found if self._running(row)]
            idle = [row for row in found if not self._running(row)]
            running.sort(key=lambda row: (min(each["due_at"] for each in self._running(row)), row["id"].int))
            found = running + idle
        return [row["id"] for row in found]

    def _in(self, box: Box, row: Row) -> bool:
        match box:
            case "sent":
                return bool(row["from_id"] == self.me)
            case "received":
                return bool(row["to_id"] == self.me)
            case "overseen":
                return self.oversees and row["state"] not in UNSENT

    def _fits(self, row: Row, by: Filter) -> bool:
        tests = (
            by.open is None or by.open == (row["state"] not in ENDED),
            by.states is None or row["state"] in by.states,
            by.senders is None or row["from_id"] in by.senders,
            by.receivers is None or row["addressee_id"] in by.receivers,
            by.item_codes is None or row["item_code"] in by.item_codes,
            within(by.found_on, row["found_on"]),
            within(by.sent_at, row["sent_at"]),
            within(by.taken_in_at, row["taken_in_at"]),
            by.overdue is None or any(self._overdue(row, side) for side in by.overdue),
            by.due_today is None or any(self._due_today(row, side) for side in by.due_today),
            by.text is None or holds(row, by.text),
        )
        return all(tests)

    def _overdue(self, row: Row, side: str) -> bool:
        return any(each["due_at"] < NOW for each in self._running(row, side))

    def _due_today(self, row: Row, side: str) -> bool:
        midnight = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
        return any(NOW <= each["due_at"] < midnight for each in self._running(row, side))

    def _running(self, row: Row, side: str | None = None) -> list[Row]:
        """The running deadlines of a referral that this body sees, of one side or of any."""
        seen = {
            "owed": lambda each: each["obligor_id"] == self.me,
            "awaited": lambda each: each["waiting_id"] == self.me,
            "overseen": lambda each: self.oversees,
        }
        sides = [seen[side]] if side else list(seen.values())
        return [
            each
            for each in self.crowd.deadlines
            if each["subject_id"] == row["id"]
            and each["met_at"] is None
            and each["cancelled_at"] is None
            and any(sees(each) for sees in sides)
        ]


def within(days: Days | None, when: date | datetime | None) -> bool:
    """Whether a day, or the day of an instant in the county, lies within."""
    if days is None or (days.since is None and days.until is None):
        return True
    if when is None:
        return False
    day = when.astimezone(SHANGHAI).date() if isinstance(when, datetime) else when
    return (days.since or date.min) <= day <= (days.until or date.max)


def holds(row: Row, sought: str) -> bool:
    """Whether one of the texts holds each word, whatever its width, case and brackets."""
    texts = [
        row[name] for name in ("party", "place", "facts", "item_code", "letter_number", "receipt_number")
    ]
    return all(any(word in plain(text) for text in texts if text) for word in map(plain, sought.split()))


def plain(text: str) -> str:
    """As a clerk reads it: blanks do not part Chinese, and the form of a letter does not matter."""
    narrow = unicodedata.normalize("NFKC", text).lower().replace("〔", "(").replace("〕", ")")
    kept = ""
    for letter in " ".join(narrow.split()):
        if kept.endswith(" ") and ord(letter) > 0x2E80:
            kept = kept[:-1]
        if letter != " " or ord(kept[-1]) <= 0x2E80:
            kept += letter
    return kept
