"""A county in which every list holds something, and what a plain reader makes of it.

The rows are put in by the schema's owner, at random, each anywhere in the order of its list. `expected` is the oracle:
all rows as the owner sees them, chosen and sorted in Python; it asks neither policies nor queries.
"""

import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from domain.agreements.models import Agreement
from domain.alerts.models import Alert, AlertNotice
from domain.attendance.models import AttendanceEntry
from domain.catalogue.models import (
    Assessment,
    ClassMember,
    Duty,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    Entrustment,
    Item,
    ItemVersion,
    LenientEntry,
    PatrolEntry,
    Recall,
)
from domain.certificates.models import Certificate
from domain.consultations.models import Consultation
from domain.deadlines.models import Deadline
from domain.discipline.models import DisciplinaryCase
from domain.exports.models import Export
from domain.leave.models import LeaveRequest
from domain.liaisons.models import Liaison
from domain.night_duty.models import NightDuty, NightDutySwap
from domain.notifications.models import Notification
from domain.organisations.models import Organisation
from domain.referrals.models import Referral, ReferralEvent
from domain.secondments.models import Secondment
from domain.staff.models import StaffEntry
from domain.staff.pinyin import pinyin
from domain.substitutions.models import Substitution
from domain.supervision.models import SupervisionNote
from tenancy.models import Capacity
from tests.api.catalogue_rows import (
    a_duty,
    a_given_item,
    a_leniency,
    a_member,
    a_patrol,
    a_recall,
    a_version,
    an_acceptance,
    an_assessment,
    an_empowerment,
    an_entrustment,
    an_item,
    the_catalogues,
)
from tests.api.lists import Variant
from tests.domain.referrals.crowd import UNSENT, a_referral, some_deadlines
from tests.worlds import NOW, World

Row = dict[str, Any]
Made = Iterable[tuple[type[Any], Row]]

READERS: Mapping[str | None, str] = {None: "lin", "OVERSEEN": "wu", "HOST": "gao"}
"""Who reads which side of the lists; all others are Lin's, the head of transport."""


def a_matter(random: Random, world: World) -> Made:
    row = a_referral(random, world, random.randrange(10**9)) | {"id": uuid4()}
    yield Referral, row
    yield from ((Deadline, each) for each in some_deadlines(random, row))


def a_deadline(random: Random, world: World) -> Made:
    for model, row in a_matter(random, world):
        if model is Deadline:
            # Of a matter that is none of anybody's: only the clock is looked at.
            yield Deadline, row | {"id": uuid4(), "subject_id": uuid4()}


def an_event(random: Random, world: World) -> Made:
    yield (
        ReferralEvent,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "referral_id": the_matter(world),
            "number": 1 + secrets.randbelow(2**31 - 2),
            "from_id": world.bodies["transport"],
            "to_id": random.choice((world.bodies["kunyang"], None)),
            "overseen_id": None,
            "kind": "revised",
            "at": NOW,
            "by_tenant_id": world.bodies["transport"],
            "by_person_id": world["zhou"].person_id,
            "by_capacity_id": world["zhou"].capacities["transport"],
            "facts": {},
        },
    )


def a_notice_to_a_post(random: Random, world: World) -> Made:
    somebody = world[random.choice(("lin", "lin", "lin", "tang"))]
    yield (
        Notification,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "owner_id": world.bodies["transport"],
            "capacity_id": somebody.capacities["transport"],
            "person_id": somebody.person_id,
            "number": 1 + secrets.randbelow(2**31 - 2),
            "announcement_id": uuid4(),
            "kind": "referral.sent",
            "subject_kind": "referral",
            "subject_id": uuid4(),
            "facts": {},
            "announced_at": NOW,
            "read_at": random.choice((None, NOW)),
        },
    )


def a_secondment(random: Random, world: World) -> Made:
    home, officer = random.choice((("transport", "lin"), ("agriculture", "huang")))
    yield (
        Secondment,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "order_id": uuid4(),
            "person_id": world[officer].person_id,
            "pinyin": pinyin(world[officer].name),
            "home_id": world.bodies[home],
            "home_unit_id": world.units[home],
            "host_id": world.bodies[random.choice(("kunyang", "kunyang", "aojiang"))],
            "mode": random.choice(("stationed", "area_team", "itinerant")),
            "post": random.choice(("队员", "联络员")),
            "since": NOW.date() - timedelta(days=random.randrange(100)),
        },
    )


def a_consultation(random: Random, world: World) -> Made:
    for _, secondment in a_secondment(random, world):
        yield Secondment, secondment
        home, host = secondment["home_id"], secondment["host_id"]
        sender, receiver = random.choice(((home, host), (host, home)))
        yield (
            Consultation,
            {name: secondment[name] for name in ("county_id", "home_id", "host_id", "person_id")}
            | {
                "id": uuid4(),
                "from_id": sender,
                "to_id": receiver,
                "secondment_id": secondment["id"],
                "kind": random.choice(("recall", "appointment")),
                "asks": "opinion",
                "source": "某办法 7",
                "began_on": NOW.date(),
                "state": random.choice(("asked", "cleared")),
                "version": 1,
                "ground": "事由",
                "since": NOW.date(),
                "proposed_by": world["lin"].person_id,
                "proposed_at": NOW,
            },
        )


def with_a_post(made: Made) -> Made:
    """Whoever is appointed, is appointed to something."""
    for model, row in made:
        appoints = model is Consultation and row["kind"] == "appointment"
        yield model, row | ({"post": "中队长"} if appoints else {})


def a_rotation(random: Random, world: World) -> Made:
    ((model, row),) = a_secondment(random, world)
    yield model, row | {"counted_since": NOW.date() - timedelta(days=random.randrange(2000))}


def a_staff_entry(random: Random, world: World) -> Made:
    home, person = random.choice((("transport", "lin"), ("agriculture", "huang")))
    since = NOW.date() - timedelta(days=random.randrange(100))
    yield (
        StaffEntry,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "person_id": world[person].person_id,
            "pinyin": pinyin(world[person].name),
            "home_id": world.bodies[home],
            "unit_id": world.units[home],
            "register": random.choice(("enforcement", "auxiliary", "other")),
            "establishment": "enforcement",
            "post": "科员",
            "since": since,
            "until": since + timedelta(days=random.randrange(9)),
            "version": 1,
            "entered_at": NOW,
        },
    )


def a_certificate(random: Random, world: World) -> Made:
    home, person = random.choice((("transport", "lin"), ("agriculture", "huang")))
    yield (
        Certificate,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "issuer_id": world.bodies["justice"],
            "home_id": world.bodies[home],
            "person_id": world[person].person_id,
            "number": secrets.token_hex(8),
            "issued_on": NOW.date(),
            "valid_until": NOW.date() + timedelta(days=random.randrange(1, 900)),
            "state": random.choice(("cancelled", "handed_in")),
            "version": 1,
            "issued_by": world["shen"].person_id,
            "issued_at": NOW,
        },
    )


def a_body(random: Random, world: World) -> Made:
    yield (
        Organisation,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "code": f"{random.choice('adkqz')}{secrets.token_hex(6)}",
            "name": "某镇人民政府",
            "short_name": "某",
            "kind": random.choice(("township", "department")),
            "name_inferred": True,
        },
    )


def an_agreement(random: Random, world: World) -> Made:
    one, other = (
        world.bodies[body] for body in random.sample(("transport", "transport", "agriculture", "kunyang"), 2)
    )
    if one != other:
        yield (
            Agreement,
            {
                "county_id": world.county_id,
                "id": uuid4(),
                "from_id": one,
                "to_id": other,
                "one_id": min(one, other),
                "other_id": max(one, other),
                "state": random.choice(("proposed", "withdrawn")),
                "version": 1,
                "item_code": random.choice(("A", "B")),
                "materials": [{"item": "1", "kind": "letter", "need": "required", "name": "移送函"}],
                "since": NOW.date(),
                "proposed_by": world["lin"].person_id,
                "proposed_at": NOW,
            },
        )


def a_substitution(random: Random, world: World) -> Made:
    """One that is over: who reads what must not depend on it."""
    body, absent, substitute = random.choice(
        (("transport", "lin", "zhou"), ("transport", "tang", "lin"), ("agriculture", "huang", "guan"))
    )
    yield (
        Substitution,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "owner_id": world.bodies[body],
            "absent_id": world[absent].capacities[body],
            "substitute_id": world[substitute].capacities[body],
            "roles": ["head"],
            "since": NOW - timedelta(days=9),
            "until": NOW - timedelta(days=8),
            "reason": "外出",
            "version": 1,
            "appointed_by": world[absent].person_id,
            "appointed_at": NOW - timedelta(days=9),
        },
    )


def a_post(random: Random, world: World) -> Made:
    yield (
        Capacity,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "person_id": world[random.choice(("ye", "lei"))].person_id,
            "tenant_id": world.bodies[random.choice(("transport", "transport", "agriculture"))],
            "post": "见习",
            "roles": [],
            "since": NOW + random.choice((timedelta(days=-9), timedelta(days=-9), timedelta(days=9))),
            "until": random.choice((None, NOW + timedelta(days=99))),
        },
    )


def a_leave_request(random: Random, world: World) -> Made:
    person, home, host = random.choice(
        (
            ("lin", "transport", "transport"),
            ("tang", "transport", "transport"),
            ("zhou", "transport", "kunyang"),
            ("huang", "agriculture", "agriculture"),
        )
    )
    first = NOW.date() + timedelta(days=random.randrange(100))
    yield (
        LeaveRequest,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "person_id": world[person].person_id,
            "home_id": world.bodies[home],
            "host_id": world.bodies[host],
            "kind": random.choice(("annual", "sick")),
            "state": "withdrawn",
            "version": 2,
            "first_day": first,
            "from_noon": False,
            "last_day": first,
            "until_noon": False,
            "reason": "事由",
            "asked_at": NOW,
            "closed_at": NOW,
        },
    )


def a_night_duty(random: Random, world: World) -> Made:
    person, home, host, body = random.choice(
        (
            ("lin", "transport", "transport", "transport"),
            ("tang", "transport", "transport", "transport"),
            ("zhou", "transport", "kunyang", "kunyang"),
            ("huang", "agriculture", "agriculture", "agriculture"),
        )
    )
    yield (
        NightDuty,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "body_id": world.bodies[body],
            "person_id": world[person].person_id,
            "home_id": world.bodies[home],
            "host_id": world.bodies[host],
            "day": NOW.date() + timedelta(days=random.randrange(100)),
            "version": 2,
            "planned_by": world["lin"].person_id,
            "planned_at": NOW,
            # Anybody is taken off the same night as often as you like.
            "taken_off_by": world["lin"].person_id,
            "taken_off_at": NOW,
            "taken_off_reason": "调整",
        },
    )


def a_night_duty_swap(random: Random, world: World) -> Made:
    body = random.choice(("transport", "transport", "kunyang"))
    yield (
        NightDutySwap,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "body_id": world.bodies[body],
            # About nights of which nothing is asked here.
            "duty_id": uuid4(),
            "other_duty_id": uuid4(),
            "proposed_by": world["lin"].person_id,
            "other_id": world["tang"].person_id,
            "state": random.choice(("proposed", "agreed")),
            "version": 1,
            "proposed_at": NOW,
        },
    )


NUMBERS = itertools.count(1)


def an_attendance_entry(random: Random, world: World) -> Made:
    person, home, host = random.choice(
        (
            ("lin", "transport", "transport"),
            ("zhou", "transport", "kunyang"),
            ("huang", "agriculture", "agriculture"),
        )
    )
    yield (
        AttendanceEntry,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "body_id": world.bodies[host],
            "person_id": world[person].person_id,
            "home_id": world.bodies[home],
            "host_id": world.bodies[host],
            # Of somebody there is one a day: all days are different, and in no order.
            "day": NOW.date() - timedelta(days=1 + next(NUMBERS) * 7919 % 600_011),
            "mark": random.choice(("present", "late")),
            "recorded_by": world["lin"].person_id,
            "recorded_at": NOW,
        },
    )


def a_liaison(random: Random, world: World) -> Made:
    body = random.choice(("transport", "transport", "agriculture", "kunyang"))
    other = random.choice([each for each in ("transport", "agriculture", "kunyang") if each != body])
    officer = {"transport": "tang", "agriculture": "zheng", "kunyang": "xu"}[body]
    ended = {"ends_on": NOW.date(), "ended_by": world["lin"].person_id, "ended_at": NOW}
    yield (
        Liaison,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "from_id": world.bodies[body],
            "to_id": world.bodies[other],
            "capacity_id": world[officer].capacities[body],
            "person_id": world[officer].person_id,
            "version": 2,
            "since": NOW.date() - timedelta(days=random.randrange(100)),
            "named_by": world["lin"].person_id,
            "named_at": NOW,
        }
        | ended,
    )


def an_alert(random: Random, world: World) -> Made:
    yield Alert, _alert(world, random.choice(("transport", "transport", "agriculture")), "draft")


def a_notice_of_an_alert(random: Random, world: World) -> Made:
    sender, recipient = random.sample(("transport", "transport", "agriculture", "kunyang"), 2)
    if sender != recipient:
        alert = _alert(world, sender, "sent")
        yield Alert, alert
        yield (
            AlertNotice,
            {
                name: alert[name]
                for name in (
                    "county_id",
                    "version",
                    "began_on",
                    "kind",
                    "subject",
                    "facts",
                    "place",
                    "sent_at",
                )
            }
            | {
                "id": uuid4(),
                "alert_id": alert["id"],
                "from_id": world.bodies[sender],
                "addressee_id": world.bodies[recipient],
                "to_id": world.bodies[recipient],
                "overseen_id": world.county_id,
                "state": "sent",
                "letter_number": alert["letter_number"],
            },
        )


def _alert(world: World, body: str, state: str) -> Row:
    sent = state == "sent"
    return {
        "county_id": world.county_id,
        "id": uuid4(),
        "owner_id": world.bodies[body],
        "state": state,
        "version": 1,
        "began_on": NOW.date(),
        "kind": "hazard",
        "subject": "隐患",
        "facts": "情况",
        "place": "码头",
        "drafted_by": world["zhou"].person_id,
        "created_at": NOW,
        "sent_by": world["lin"].person_id if sent else None,
        "sent_at": NOW if sent else None,
        "letter_number": f"号{uuid4()}" if sent else None,
    }


def a_disciplinary_case(random: Random, world: World) -> Made:
    """Of Lin of transport or Huang of agriculture, each seconded for it; looked into by home or host, decided or not."""
    home, person = random.choice((("transport", "lin"), ("agriculture", "huang")))
    host = random.choice(("kunyang", "aojiang"))
    secondment = uuid4()
    of = {
        "county_id": world.county_id,
        "home_id": world.bodies[home],
        "host_id": world.bodies[host],
        "person_id": world[person].person_id,
    }
    yield (
        Secondment,
        of
        | {
            "id": secondment,
            "home_unit_id": world.units[home],
            "mode": "stationed",
            "pinyin": pinyin(world[person].name),
            "post": "执法队队员",
            "order_id": uuid4(),
            "since": NOW.date(),
            "version": 1,
        },
    )
    inquirer, other = random.sample((of["home_id"], of["host_id"]), 2)
    decided = random.random() < 0.6
    found = {
        "finding": "属实。",
        "measure": "none",
        "measure_now": "none",
        "concluded_at": NOW,
        "review_until": NOW,
    }
    yield (
        DisciplinaryCase,
        of
        | {
            "id": uuid4(),
            "secondment_id": secondment,
            "inquirer_id": inquirer,
            "copied_id": other if decided else None,
            "inquired_id": None if decided else of["person_id"],
            "concerned_id": of["person_id"] if decided else None,
            "state": "concluded" if decided else "inquiring",
            "version": 1,
            "began_on": NOW.date(),
            "ground": random.choice(("failure", "complaint")),
            "occurred_on": NOW.date(),
            "subject": "事由",
            "facts": "情况",
            "opened_by": world["gao"].person_id,
            "opened_at": NOW,
        }
        | (
            dict.fromkeys((*found, "concluded_by"))
            if not decided
            else found | {"concluded_by": world["gao"].person_id}
        ),
    )


def a_supervision_note(random: Random, world: World) -> Made:
    yield from _a_note(random, world, the_notice(world.county_id), the_item(world.county_id))


def a_note_about_another_notice(random: Random, world: World) -> Made:
    *given, (_, gives) = an_empowerment(random, world)
    yield from (*given, (EmpoweredItem, gives))
    yield from _a_note(random, world, gives["empowerment_id"], gives["item_id"])


def _a_note(random: Random, world: World, empowerment_id: UUID, item_id: UUID) -> Made:
    sender, recipient = random.choice(
        (
            ("transport", "kunyang"),
            ("transport", "aojiang"),
            ("kunyang", "transport"),
            ("agriculture", "kunyang"),
        )
    )
    sent = random.random() < 0.7
    yield (
        SupervisionNote,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "from_id": world.bodies[sender],
            "addressee_id": world.bodies[recipient],
            "to_id": world.bodies[recipient] if sent else None,
            "overseen_id": world.county_id if sent else None,
            "state": "sent" if sent else "draft",
            "version": 1,
            "began_on": NOW.date(),
            "kind": random.choice(("source_control", "technical_support")),
            "empowerment_id": empowerment_id,
            "item_id": item_id,
            "arose_on": NOW.date(),
            "subject": "事由",
            "facts": "情况",
            "request": "意见",
            "drafted_by": world["zhou"].person_id,
            "created_at": NOW,
            "sent_by": world["lin"].person_id if sent else None,
            "sent_at": NOW if sent else None,
            "letter_number": f"号{uuid4()}" if sent else None,
        },
    )


def an_export(random: Random, world: World) -> Made:
    somebody = world[random.choice(("lin", "lin", "tang"))]
    yield (
        Export,
        {
            "county_id": world.county_id,
            "id": uuid4(),
            "owner_id": world.bodies["transport"],
            "capacity_id": somebody.capacities["transport"],
            "person_id": somebody.person_id,
            "session_id": uuid4(),
            "ledger": "referrals",
            "wanted": {},
            "sort": "newest",
            "shown": "全部",
            "language": "zh",
            "state": "cancelled",
            "attempt": 1,
            "rows_done": 0,
            "requested_at": NOW,
            "expires_at": NOW + timedelta(days=3650),
        },
    )


Sees = Callable[[Row, UUID, str | None], bool]


@dataclass(frozen=True)
class Holding:
    """How rows of a list are made, who sees which from which side, and by what they are ordered."""

    model: type[Any]
    make: Callable[[Random, World], Made]
    sees: Sees
    key: Callable[[Row], Any] = lambda row: row["id"]
    named: str = ""

    by: str = "id"

    def shown(self, row: Row) -> Any:
        """What the API shows of a row."""
        if self.named:
            return global_id(self.named, row[self.by])
        return row["since"].isoformat() if self.by == "since" else row["number"]


def _of_a_matter(row: Row, me: UUID, side: str | None) -> bool:
    return {
        "SENT": row["from_id"] == me,
        "RECEIVED": row["to_id"] == me,
        "OVERSEEN": row["state"] not in UNSENT,
    }[str(side)]


def _of_a_note(row: Row, me: UUID, side: str | None) -> bool:
    sides = {
        "SENT": row["from_id"] == me,
        "RECEIVED": row["to_id"] == me,
        "OVERSEEN": row["to_id"] is not None,
    }
    return sides[str(side)]


def _of_a_case(row: Row, me: UUID, side: str | None) -> bool:
    lins, decided = row["person_id"] == LIN[row["county_id"]], row["concerned_id"] is not None
    sides = {
        # Open inquiries about herself are closed to Lin, though she heads the body.
        "OWN": row["inquirer_id"] == me and (decided or not lins),
        "COPIED": row["copied_id"] == me,
        "CONCERNING_ME": lins and decided,
        "OVERSEEN": True,
    }
    return sides[str(side)]


def _of_a_night(row: Row, me: UUID, side: str | None) -> bool:
    sides = {
        "ROSTER": row["body_id"] == me,
        "MINE": row["person_id"] == LIN[row["county_id"]],
        "ELSEWHERE": row["home_id"] == me != row["body_id"],
    }
    return sides[str(side)]


def _of_a_clock(row: Row, me: UUID, side: str | None) -> bool:
    running = row["met_at"] is None and row["cancelled_at"] is None
    sides = {"OWED": row["obligor_id"] == me, "AWAITED": row["waiting_id"] == me, "OVERSEEN": True}
    return running and sides[str(side)]


def _of_the_notice(model: type[Any], make: Callable[[Random, World], Made], by: str) -> Holding:
    """What hangs on the one empowerment of which everything is listed, told by what it is about."""
    return Holding(
        model,
        make,
        lambda row, _me, _side: row["empowerment_id"] == the_one(row),
        key=lambda row: row[by],
        named="Item" if by == "item_id" else "Organisation",
        by=by,
    )


def the_one(row: Row) -> UUID:
    """The one thing of each kind of which everything is listed, in a row's county."""
    return UUID(int=row["county_id"].int ^ 1)


HOLDINGS: Mapping[str, Holding] = {
    "Query.referrals": Holding(Referral, a_matter, _of_a_matter, named="Referral"),
    "Query.deadlines": Holding(
        Deadline, a_deadline, _of_a_clock, key=lambda row: (row["due_at"], row["id"]), named="Deadline"
    ),
    "Query.secondments": Holding(
        Secondment,
        a_secondment,
        lambda row, me, side: (
            side == "OVERSEEN" or me == row[{"HOME": "home_id", "HOST": "host_id"}[str(side)]]
        ),
        named="Secondment",
    ),
    "Query.consultations": Holding(
        Consultation,
        lambda random, world: with_a_post(a_consultation(random, world)),
        lambda row, me, side: (
            side == "OVERSEEN" or me == row[{"SENT": "from_id", "RECEIVED": "to_id"}[str(side)]]
        ),
        named="Consultation",
    ),
    "Query.rotations": Holding(
        Secondment,
        a_rotation,
        lambda row, me, side: (
            row["counted_since"] is not None
            and (side == "OVERSEEN" or me == row[{"HOME": "home_id", "HOST": "host_id"}[str(side)]])
        ),
        key=lambda row: (row["counted_since"], row["id"]),
        named="Secondment",
    ),
    "Query.staffEntries": Holding(
        StaffEntry,
        a_staff_entry,
        lambda row, me, side: side == "OVERSEEN" or me == row["home_id"],
        named="StaffEntry",
    ),
    "Query.certificates": Holding(
        Certificate,
        a_certificate,
        lambda row, me, _side: me in (row["home_id"], row["issuer_id"]),
        named="Certificate",
    ),
    "Query.attendance": Holding(
        AttendanceEntry,
        an_attendance_entry,
        lambda row, me, side: (
            row["person_id"] == LIN[row["county_id"]]
            if side == "MINE"
            else me in (row["home_id"], row["host_id"])
        ),
        key=lambda row: (row["day"], row["id"]),
        named="AttendanceEntry",
    ),
    "Query.leaveRequests": Holding(
        LeaveRequest,
        a_leave_request,
        # The host decides, and so reads.
        lambda row, me, side: (
            (row["person_id"] == LIN[row["county_id"]]) == (side == "MINE")
            and (side == "MINE" or row["host_id"] == me)
        ),
        named="LeaveRequest",
    ),
    "Query.nightDuties": Holding(
        NightDuty, a_night_duty, _of_a_night, key=lambda row: (row["day"], row["id"]), named="NightDuty"
    ),
    "Query.nightDutySwaps": Holding(
        NightDutySwap,
        a_night_duty_swap,
        lambda row, me, _side: row["body_id"] == me,
        named="NightDutySwap",
    ),
    "Query.organisations": Holding(
        Organisation, a_body, lambda _row, _me, _side: True, key=lambda row: row["code"], named="Organisation"
    ),
    "Query.agreements": Holding(
        Agreement,
        an_agreement,
        lambda row, me, _side: me in (row["from_id"], row["to_id"]),
        named="Agreement",
    ),
    "Query.substitutions": Holding(
        Substitution,
        a_substitution,
        lambda row, me, _side: row["owner_id"] == me,
        named="Substitution",
    ),
    "Query.posts": Holding(
        Capacity,
        a_post,
        lambda row, me, _side: (
            row["tenant_id"] == me and row["since"] <= NOW and (row["until"] is None or row["until"] > NOW)
        ),
        named="Post",
    ),
    "Query.liaisons": Holding(
        Liaison,
        a_liaison,
        lambda row, me, _side: me in (row["from_id"], row["to_id"]),
        named="Liaison",
    ),
    "Query.items": Holding(
        Item, an_item, lambda _row, _me, _side: True, key=lambda row: row["code"], named="Item"
    ),
    "Query.empowerments": Holding(
        Empowerment, an_empowerment, lambda _row, _me, _side: True, named="Empowerment"
    ),
    "Query.entrustments": Holding(
        Entrustment, an_entrustment, lambda _row, _me, _side: True, named="Entrustment"
    ),
    "Query.patrolEntries": Holding(PatrolEntry, a_patrol, lambda _row, _me, _side: True, named="PatrolEntry"),
    "Query.lenientEntries": Holding(
        LenientEntry, a_leniency, lambda _row, _me, _side: True, named="LenientEntry"
    ),
    "Query.dutyEntries": Holding(Duty, a_duty, lambda _row, _me, _side: True, named="DutyEntry"),
    "Query.alerts": Holding(Alert, an_alert, lambda row, me, _side: row["owner_id"] == me, named="Alert"),
    "Query.alertNotices": Holding(
        AlertNotice,
        a_notice_of_an_alert,
        lambda row, me, side: side == "OVERSEEN" or row["to_id"] == me,
        named="AlertNotice",
    ),
    "Query.disciplinaryCases": Holding(
        DisciplinaryCase,
        a_disciplinary_case,
        _of_a_case,
        named="DisciplinaryCase",
    ),
    "Query.supervisionNotes": Holding(
        SupervisionNote, a_note_about_another_notice, _of_a_note, named="SupervisionNote"
    ),
    "Empowerment.supervisionNotes": Holding(
        SupervisionNote,
        a_supervision_note,
        lambda row, me, _side: (
            row["empowerment_id"] == the_notice(row["county_id"]) and me in (row["from_id"], row["to_id"])
        ),
        named="SupervisionNote",
    ),
    "Query.notifications": Holding(
        Notification,
        a_notice_to_a_post,
        lambda row, _me, _side: row["person_id"] == LIN[row["county_id"]],
        key=lambda row: row["number"],
        named="Notification",
    ),
    "Query.inbox": Holding(
        Notification,
        a_notice_to_a_post,
        lambda row, _me, _side: row["person_id"] == LIN[row["county_id"]] and row["read_at"] is None,
        key=lambda row: (row["announced_at"], row["id"]),
        named="Notification",
    ),
    "Query.exports": Holding(
        Export, an_export, lambda row, _me, _side: row["person_id"] == LIN[row["county_id"]], named="Export"
    ),
    "Referral.events": Holding(
        ReferralEvent, an_event, lambda _row, _me, _side: True, key=lambda row: row["number"]
    ),
    "Item.versions": Holding(
        ItemVersion,
        a_version,
        lambda row, _me, _side: row["item_id"] == the_one(row),
        key=lambda row: row["since"],
        by="since",
    ),
    "Empowerment.items": _of_the_notice(EmpoweredItem, a_given_item, "item_id"),
    "Empowerment.acceptances": _of_the_notice(EmpowermentAcceptance, an_acceptance, "township_id"),
    "Empowerment.recalls": _of_the_notice(Recall, a_recall, "item_id"),
    "Empowerment.assessments": _of_the_notice(Assessment, an_assessment, "item_id"),
    "TownshipClass.members": Holding(
        ClassMember,
        a_member,
        lambda row, _me, _side: row["class_id"] == the_one(row),
        key=lambda row: row["township_id"],
        named="Organisation",
        by="township_id",
    ),
}

LIN: dict[UUID, UUID] = {}
"""Who Lin is, by county: what lies in an inbox is a post's and not a body's."""


def the_matter(world: World) -> UUID:
    """The one referral of which the events are listed; the item, the empowerment and the class of this id are those of the rest."""
    return UUID(int=world.county_id.int ^ 1)


def the_notice(county_id: UUID) -> UUID:
    """The one empowerment of which the supervision notes are listed."""
    return UUID(int=county_id.int ^ 2)


def the_item(county_id: UUID) -> UUID:
    """The item that it gives."""
    return UUID(int=county_id.int ^ 3)


async def fill(owner: AsyncEngine, world: World, *, seed: int, times: int = 40) -> None:
    """So many rows into every list, the matter that has events, and the empowerment that has supervision notes."""
    random = Random(seed)
    LIN[world.county_id] = world["lin"].person_id
    transport, kunyang = world.bodies["transport"], world.bodies["kunyang"]
    matter = a_referral(random, world, 0)
    while (matter["from_id"], matter["to_id"]) != (transport, kunyang):
        matter = a_referral(random, world, 0)
    async with owner.begin() as connection:
        await connection.execute(insert(Referral).values(matter | {"id": the_matter(world)}))
        for model, row in the_catalogues(world, the_matter(world)):
            await connection.execute(insert(model).values(row))
        notice, item = the_notice(world.county_id), the_item(world.county_id)
        named: Mapping[type[Any], Row] = {
            Item: {"id": item},
            Empowerment: {"id": notice},
            EmpoweredItem: {"empowerment_id": notice, "item_id": item},
        }
        for model, row in an_empowerment(random, world):
            given = {"class_id": None, "township_id": kunyang} if model is Empowerment else {}
            if model in named:
                await connection.execute(insert(model).values(row | named[model] | given))
    for holding in HOLDINGS.values():
        await add(owner, world, holding, random, times=times)


async def add(owner: AsyncEngine, world: World, holding: Holding, random: Random, *, times: int = 1) -> None:
    """So many more rows into one list, each anywhere in its order."""
    async with owner.begin() as connection:
        for _ in range(times):
            for model, row in holding.make(random, world):
                await connection.execute(insert(model).values(row))


async def rows_of(owner: AsyncEngine, world: World, model: type[Any]) -> list[Row]:
    """All rows of the county, as the owner sees them."""
    async with owner.connect() as connection:
        found = await connection.execute(select(model.__table__).where(model.county_id == world.county_id))
        return [dict(row) for row in found.mappings()]


async def expected(owner: AsyncEngine, world: World, variant: Variant) -> list[Any]:
    """What its reader ought to find in a list, in order."""
    holding = HOLDINGS[str(variant.list)]
    me = world.bodies[world[reader(variant)].body]
    rows = [row for row in await rows_of(owner, world, holding.model) if holding.sees(row, me, variant.side)]
    if variant.sort == "DUE":
        running = [
            each
            for each in await rows_of(owner, world, Deadline)
            if each["met_at"] is None and each["cancelled_at"] is None
        ]
        rows.sort(key=lambda row: _by_due(row, running, me, oversees=variant.side == "OVERSEEN"))
    else:
        rows.sort(key=BY.get(str(variant.sort), holding.key), reverse=variant.sort == "NEWEST")
    return [holding.shown(row) for row in rows]


BY: Mapping[str, Callable[[Row], Any]] = {
    "NAME": lambda row: (row["pinyin"], row["id"]),
    "SINCE": lambda row: (row["since"], row["id"]),
    "UNTIL": lambda row: (row["until"] or date.max, row["id"]),
}
"""Orders of the registers of secondments and of staff besides age."""


def _by_due(row: Row, running: list[Row], me: UUID, *, oversees: bool) -> tuple[Any, ...]:
    instants = [
        each["due_at"]
        for each in running
        if each["subject_id"] == row["id"] and (oversees or me in (each["obligor_id"], each["waiting_id"]))
    ]
    return (0, min(instants), row["id"].int) if instants else (1, -row["id"].int)


def reader(variant: Variant) -> str:
    """Who reads this side of a list."""
    return READERS.get(variant.side, "lin")


def subject(variant: Variant, world: World) -> str | None:
    """Of which object the list is asked, where it is an object's."""
    owner = variant.list.owner
    noted = variant.list.name == "supervisionNotes"
    which = the_notice(world.county_id) if noted else the_matter(world)
    return None if owner == "Query" else global_id(owner, which)
