"""A supervision note to look at: made up (虚构), between the transport bureau and Kunyang, and long answered.

It is history and nothing runs by it: clocks are what people at their desks start.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from domain.documents.models import IssuedNumber, NumberCounter
from domain.supervision.models import SupervisionNote
from domain.work import Errand
from ops.demo.catalogue import PINGYANG, items
from ops.demo.people import DemoCounty
from tenancy.ids import named_id
from tenancy.kinds import Base

SENDER, RECEIVER = "jiaotong", "kunyang"
ABOUT = "渣土运输车辆"
NUMBER = "平交监指〔2023〕1号"
AROSE_ON = date(2023, 3, 20)
DRAFTED, SENT, TAKEN, ANSWERED = (datetime(2023, 3, day, 2, tzinfo=UTC) for day in (20, 21, 22, 27))


async def load_a_note(errand: Errand, demo: DemoCounty) -> dict[str, int]:
    """Load the note with its number, unless it is there already. Returns what was added, by table."""
    bodies = {code: _id(errand, "organisation", code) for code in demo.county.bodies}
    code = next(item.code for item in items(bodies) if ABOUT in item.name)
    note = _id(errand, "supervision_note", NUMBER)
    numbered = {"owner_id": bodies[SENDER], "kind": "supervision.letter", "year": SENT.year}
    rows: Mapping[type[Base], dict[str, Any]] = {
        SupervisionNote: {
            "id": note,
            "from_id": bodies[SENDER],
            "addressee_id": bodies[RECEIVER],
            "to_id": bodies[RECEIVER],
            "overseen_id": errand.county_id,
            "state": "answered",
            "version": 4,
            "began_on": DRAFTED.date(),
            "kind": "correction_order",
            "empowerment_id": _id(errand, "empowerment", PINGYANG.notice),
            "item_id": _id(errand, "item", code),
            "arose_on": AROSE_ON,
            "subject": "渣土运输车辆密闭装置整改（虚构）",
            "facts": "日常监管中发现某某运输公司三辆车密闭装置失效，已先行责令限期改正。",
            "request": "请在巡查中留意上述车辆；逾期不改正、需要立案查处的，我局按规定移送。",
            "order_number": "平交责改〔2023〕演示3号",
            "drafted_by": _who(errand, demo, SENDER, "officer"),
            "created_at": DRAFTED,
            "sent_by": _who(errand, demo, SENDER, "head"),
            "sent_at": SENT,
            "letter_number": NUMBER,
            "acknowledged_by": _who(errand, demo, RECEIVER, "registrar"),
            "acknowledged_at": TAKEN,
            "answer": "已纳入巡查，三辆车均已更换密闭装置，未再发现抛洒。",
            "answered_by": _who(errand, demo, RECEIVER, "head"),
            "answered_at": ANSWERED,
        },
        NumberCounter: numbered | {"last": 1},
        IssuedNumber: numbered
        | {
            "number": 1,
            "formatted": NUMBER,
            "subject_kind": "supervision_note",
            "subject_id": note,
            "issued_at": SENT,
        },
    }
    added = {model.__tablename__: await _add(errand, model, row) for model, row in rows.items()}
    return {table: count for table, count in added.items() if count}


async def _add(errand: Errand, model: type[Base], row: dict[str, Any]) -> int:
    """Insert the row unless its key is there. Returns how many were inserted."""
    table: Table = model.__table__  # type: ignore[assignment]  # every model of the house is of one table
    added = insert(table).values(county_id=errand.county_id, **row)
    result = await errand.session.execute(
        added.on_conflict_do_nothing(index_elements=list(table.primary_key.columns))
    )
    return int(getattr(result, "rowcount", 0))


def _who(errand: Errand, demo: DemoCounty, body: str, role: str) -> UUID:
    """The first person of a body, at home in it, in this role."""
    posts = (
        post for post in demo.posts() if post.body == body and role in post.roles and not post.is_granted
    )
    return _id(errand, "person", next(posts).person)


def _id(errand: Errand, *names: str) -> UUID:
    return named_id(errand.county_id, *names)
