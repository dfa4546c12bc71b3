"""A row for every table there is, made from the models alone: whoever adds a table has it walked through the walls too.

`matter_between` fills all county-bound tables for two bodies of a county, parents before children. Whose a row is
follows from the table's kind, what it refers to from its foreign keys, the rest from the columns' types; texts are
words of the caller's choosing, so that they can be looked for afterwards. Only what a check constraint asks,
or what refers to a row takes for granted, stands here by hand (`DEMANDED`).

These rows look like nothing that the commands would write. Whoever needs a believable county takes `worlds.py`.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import cycle
from secrets import randbelow
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from tenancy.ids import new_id
from tenancy.kinds import Base, County, Platform, Private, Shared, System, kinds
from tests.worlds import NOW, World

Row = dict[str, Any]
Rows = dict[str, Row]

DAYS = cycle(range(10_000))
"""After today, one after the other: some tables hold a row for each day, and chance would hit one twice now and then."""


def bound_tables() -> list[Table]:
    """Every table with rows of a county, parents first."""
    said = kinds()
    return [table for table in Base.metadata.sorted_tables if not isinstance(said[table.name], Platform)]


def a_referral(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on referrals ask of one that was sent, or of a draft where `second` is None."""
    return {
        "from_id": first,
        "to_id": second,
        "addressee_id": second or addressee,
        "owner_id": first,
        "state": "sent" if second else "draft",
        "stop": None,
        "suspension": None,
        "doubt_step": None,
        "doubt_reasons": None,
        "decision": None,
        "effective_on": None,
        "outcome": None,
        "admitted_id": None,
    }


def an_article(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on articles ask of one that was not disposed of."""
    return {"proceeds": None}


def a_note(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on notes ask of a plain one."""
    return {"finding": None}


def an_attached_file(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the material that refers to a file has made of it. A sweeper of other tests would stumble over any other."""
    return {"attached_at": NOW}


def a_silent_clock(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """A deadline that has nothing left to ring."""
    return {"next_rung": None}


def an_agreement(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """A proposal of `first`; it is shared from its beginning, with both in the order in which a pair is kept."""
    pair = sorted((first, second or addressee))
    return {
        "from_id": first,
        "to_id": second or addressee,
        "one_id": pair[0],
        "other_id": pair[1],
        "state": "proposed",
        "materials": '[{"kind": "letter", "need": "required", "name": "函", "item": "1"}]',
        "ends_on": None,
        "decline_reasons": None,
    }


def an_alert(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on alerts ask of a draft."""
    return {"state": "draft", "kind": "hazard", "letter_number": None}


def a_notice_of_an_alert(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on notices ask of one that was sent, or of a draft where `second` is None."""
    sent: Row = {} if second else {"letter_number": None}
    return sent | {
        "to_id": second,
        "addressee_id": second or addressee,
        "state": "sent" if second else "draft",
        "kind": "hazard",
        "answer": None,
        "answer_text": None,
        "meeting_on": None,
    }


def a_supervision_note(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on supervision notes ask of one that was sent, or of a draft where `second` is None."""
    sent: Row = {"sent_at": NOW, "sent_by": new_id()} if second else {"letter_number": None}
    return sent | {
        "to_id": second,
        "addressee_id": second or addressee,
        "state": "sent" if second else "draft",
        "kind": "source_control",
        "order_number": None,
        "acknowledged_at": None,
        "answer": None,
        "answered_at": None,
    }


def an_assignment(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """A matter in its body's common queue."""
    return {"unit_id": None, "capacity_id": None, "person_id": None, "claimed_at": None}


def a_substitution(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on substitutions ask of one that is over, so that nobody is lent anything by it."""
    return {"roles": ["officer"], "since": NOW - timedelta(days=9), "until": NOW - timedelta(days=8)}


def a_liaison(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """An officer of `first` in place; it is shared from its beginning."""
    return {
        "from_id": first,
        "to_id": second or addressee,
        "unit_id": None,
        "succeeds_id": None,
        "handover": None,
        "since": NOW.date(),
        "ended_by": None,
        "ends_on": None,
        "ended_at": None,
    }


def a_finished_export(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """An export with a file, which nobody is at any more."""
    return {
        "ledger": "referrals",
        "language": "zh",
        "state": "done",
        "held_until": None,
        "problem": None,
        "expires_at": NOW + timedelta(days=90),
    }


def an_item_version(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on versions ask, and bands that can be read."""
    return {"penalty": True, "until": None, "bands": '[{"name": "一般", "least": 0, "most": 1000}]'}


def an_empowerment(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on empowerments ask: it is one township's, or a class's."""
    return {"township_id": first, "class_id": None}


def an_empowered_item(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on empowered items ask: some power."""
    return {"penalty": True}


def an_entrustment(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on entrustments ask: some power, and an end after the beginning."""
    return {"penalty": True, "since": NOW.date(), "until": NOW.date() + timedelta(days=365)}


def an_assessment(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on assessments ask."""
    return {"finding": "keep"}


def a_patrol(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on patrols ask."""
    return {"until": None, "per": "month", "times": 2}


def a_leniency(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on leniencies ask."""
    return {"until": None, "kind": "no_penalty"}


def a_duty(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on duties ask of one that goes on."""
    return {"until": None}


def a_lineage(first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on lineage ask of a renaming of a body."""
    return {
        "kind": "rename",
        "from_id": first,
        "from_unit_id": None,
        "to_id": first,
        "to_unit_id": None,
        "since": NOW.date(),
        "heir": False,
        "founds": False,
    }


def a_post(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """A post that no order granted."""
    return {"secondment_id": None, "granted_by_id": None}


def a_staff_entry(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on entries ask of somebody who is about to leave."""
    return {"since": NOW.date(), "until": NOW.date() + timedelta(days=1)}


def a_consultation(_first: UUID, second: UUID | None, addressee: UUID) -> Row:
    """What the checks on consultations ask of a recall that was withdrawn before anybody answered."""
    return {
        "to_id": second or addressee,
        "kind": "recall",
        "asks": "opinion",
        "state": "withdrawn",
        "answer": None,
        "until": None,
        "body_id": None,
        "post": None,
        "closed_at": NOW,
        "closed_by": new_id(),
    }


def a_certificate(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on certificates ask, of one that nobody holds any more."""
    return {
        "issued_on": NOW.date(),
        "valid_until": NOW.date() + timedelta(days=365),
        "state": "cancelled",
    }


def a_disciplinary_case(first: UUID, second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on disciplinary cases ask of one that was concluded, or of an open one where `second` is None."""
    open_: Row = dict.fromkeys(
        ("finding", "measure", "measure_now", "concluded_at", "concluded_by", "review_until")
    )
    decided: Row = {"measure": "none", "measure_now": "none", "concluded_at": NOW, "concluded_by": new_id()}
    return (decided | {"review_until": NOW} if second else open_) | {
        "inquirer_id": first,
        "copied_id": second,
        "state": "concluded" if second else "inquiring",
        "ground": "failure",
        "dropped_because": None,
        "review_reasons": None,
        "review_asked_at": None,
        "outcome": None,
        "review_answer": None,
        "reviewed_at": None,
        "reviewed_by": None,
        "benefits_from": None,
        "benefits_until": None,
    }


def a_qualification(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on qualifications ask: some day."""
    return {"qualified_on": NOW.date()}


def a_leave_request(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on requests for leave ask of one that waits for a decision."""
    return {"state": "asked", "first_day": NOW.date(), "last_day": NOW.date(), "granted_until": None}


def a_night_duty(first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on nights ask of one that somebody is planned for."""
    return {"body_id": first, "taken_off_by": None, "attended": None}


def a_night_duty_swap(_first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on swaps ask of one that is proposed."""
    return {"state": "proposed"}


def an_attendance_entry(first: UUID, _second: UUID | None, _addressee: UUID) -> Row:
    """What the checks on attendance ask of an entry that corrects none."""
    return {"body_id": first, "mark": "late", "reason": None}


DEMANDED: Mapping[str, Callable[[UUID, UUID | None, UUID], Row]] = {
    "referrals": a_referral,
    "referral_articles": an_article,
    "referral_notes": a_note,
    "files": an_attached_file,
    "deadlines": a_silent_clock,
    "agreements": an_agreement,
    "item_versions": an_item_version,
    "empowerments": an_empowerment,
    "empowered_items": an_empowered_item,
    "entrustments": an_entrustment,
    "duties": a_duty,
    "assessments": an_assessment,
    "patrol_entries": a_patrol,
    "lenient_entries": a_leniency,
    "alerts": an_alert,
    "alert_notices": a_notice_of_an_alert,
    "supervision_notes": a_supervision_note,
    "assignments": an_assignment,
    "substitutions": a_substitution,
    "liaisons": a_liaison,
    "exports": a_finished_export,
    "lineage_entries": a_lineage,
    "capacities": a_post,
    "staff_entries": a_staff_entry,
    "certificates": a_certificate,
    "consultations": a_consultation,
    "qualifications": a_qualification,
    "disciplinary_cases": a_disciplinary_case,
    "leave_requests": a_leave_request,
    "night_duties": a_night_duty,
    "night_duty_swaps": a_night_duty_swap,
    "attendance_entries": an_attendance_entry,
}


# What nobody can have written of a matter that was not sent, or of somebody who was not seconded.
ONLY_OF_WHAT_WAS_SENT = {"referral_notes", "disciplinary_cases"}


def a_row(
    table: Table,
    *,
    county: UUID,
    first: UUID,
    second: UUID | None,
    addressee: UUID,
    parents: Mapping[str, Row],
    word: Callable[[], str],
    said: Row | None = None,
) -> Row:
    """One row of the table: `first`'s own or first author, shared with `second` (None: not yet), among `parents`.

    `said` are columns that shall be just so.
    """
    row: Row = {"county_id": county} if "county_id" in table.c else {}
    row |= _by_kind(table.name, county=county, first=first, second=second)
    row |= (DEMANDED[table.name](first, second, addressee) if table.name in DEMANDED else {}) | (said or {})
    for key in table.foreign_key_constraints:
        row |= {name: value for name, value in _by_key(key, first, parents).items() if name not in row}
    return row | {
        column.name: a_value(column, word)
        for column in table.columns
        if column.name not in row and column.identity is None and column.computed is None
    }


async def matter_between(
    owner: asyncpg.Connection,
    world: World,
    *,
    first: str,
    second: str | None,
    addressee: str = "shuitou",
    person: str = "lei",
    word: Callable[[], str],
    only: Callable[[str], bool] = lambda _: True,
    said: Callable[[str, Rows], Row] = lambda _table, _rows: {},
) -> Rows:
    """One row in each county-bound table, of `first` and, once it is shared, of `second`; by table.

    Organisations, people and capacities are the world's own: what belongs to `person` is that person's in their body.
    """
    known = await _known(owner, world, first=first, person=person)
    published = await _published(owner, world)
    two_posts = await _two_posts(owner, world, first)
    rows: Rows = {}
    for table in bound_tables():
        kind = kinds()[table.name]
        if (
            table.name == "counties"
            or not only(table.name)
            or (second is None and isinstance(kind, Shared) and not table.c[kind.second].nullable)
            or (second is None and table.name in ONLY_OF_WHAT_WAS_SENT)
        ):
            continue
        row = rows[table.name] = a_row(
            table,
            county=world.county_id,
            first=world.bodies[first],
            second=world.bodies[second] if second else None,
            addressee=world.bodies[addressee],
            # What exists already comes first: rows belong to the world's bodies and people, not to invented ones.
            parents=published | rows | known,
            word=word,
            said=said(table.name, rows)
            | (two_posts if table.name == "substitutions" else {})
            | (_concerned(rows) if table.name == "disciplinary_cases" else {}),
        )
        await put(owner, table, row)
    return rows


def _concerned(rows: Rows) -> Row:
    """Whom a case that was concluded is open to: the officer who is seconded."""
    officer = rows.get("secondments", {}).get("person_id")
    return {"person_id": officer, "concerned_id": officer, "inquired_id": None} if officer else {}


def another(table: Table, row: Row) -> Row:
    """The same row once more, under a key of its own where its key is not another row's."""
    given = {column.name for key in table.foreign_key_constraints for column in key.columns}
    kind = kinds()[table.name]
    given |= {"county_id"} | {
        str(getattr(kind, whose, "")) for whose in ("owner", "author", "first", "second")
    }
    unique = [table.primary_key, *(c for c in table.constraints if isinstance(c, UniqueConstraint))]
    fresh: dict[str, Any] = {}
    for column in {column for constraint in unique for column in constraint.columns}:
        if column.name not in given:
            old = row[column.name]
            fresh[column.name] = _other(old)
    return row | fresh


def _other(old: Any) -> Any:
    match old:
        case int():
            return old + 1
        case UUID():
            return new_id()
        case bytes():
            return old + b"+"
        case date():
            return old + timedelta(days=1)
    return f"{old}+"


async def put(connection: asyncpg.Connection, table: Table, row: Row) -> None:
    """Insert the row as it is."""
    columns = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await connection.execute(f'insert into "{table.name}" ({columns}) values ({places})', *row.values())


def where_it_is(table: Table, row: Row) -> tuple[str, list[Any]]:
    """A condition that finds exactly this row, and its arguments."""
    key = [column.name for column in table.primary_key]
    return " and ".join(f'"{name}" = ${n}' for n, name in enumerate(key, start=1)), [
        row[name] for name in key
    ]


async def _known(owner: asyncpg.Connection, world: World, *, first: str, person: str) -> Rows:
    """The rows of the world that others refer to."""
    body = world.bodies[first]
    capacity = await owner.fetchrow(
        # Of the posts of somebody who has several, the one in this body.
        "select * from capacities where county_id = $1 and person_id = $2 order by tenant_id = $3 desc, id",
        world.county_id,
        world[person].person_id,
        body,
    )
    who = await owner.fetchrow(
        "select county_id, id, pinyin from persons where county_id = $1 and id = $2",
        world.county_id,
        world[person].person_id,
    )
    return {
        "counties": {"county_id": world.county_id},
        "organisations": {"county_id": world.county_id, "id": body},
        "persons": {**who, "home_id": body},
        "capacities": dict(capacity),
    } | (
        {"units": {"county_id": world.county_id, "organisation_id": body, "id": world.units[first]}}
        if first in world.units
        else {}
    )


async def _published(owner: asyncpg.Connection, world: World) -> Rows:
    """An item that was given to somebody, if there is one: to it others refer where none is made."""
    given = await owner.fetchrow(
        "select * from empowered_items where county_id = $1 limit 1", world.county_id
    )
    return {} if given is None else {"empowered_items": dict(given)}


async def _two_posts(owner: asyncpg.Connection, world: World, body: str) -> Row:
    """One post of a body that stands in for another of the same."""
    posts = await owner.fetch(
        "select id from capacities where county_id = $1 and tenant_id = $2 order by since, id limit 2",
        world.county_id,
        world.bodies[body],
    )
    return dict(zip(("absent_id", "substitute_id"), (post["id"] for post in posts), strict=False))


def _by_kind(table: str, *, county: UUID, first: UUID, second: UUID | None) -> Row:
    match kinds()[table]:
        case Private(owner=owner):
            return {owner: first}
        case Shared(first=one, second=other, author=author, oversight=oversight):
            row = {one: first, other: second}
            if author is not None and author not in row:
                row[author] = first
            if oversight not in (None, "county_id"):
                row[oversight] = county if second else None
            return row
        case System(author=str(author)):
            return {author: first}
        case County() | System() | Platform():
            return {}
        case kind:
            raise TypeError(kind)


def _by_key(key: ForeignKeyConstraint, first: UUID, parents: Mapping[str, Row]) -> Row:
    parent = parents.get(key.referred_table.name)
    if parent is None:
        if any(column.nullable for column in key.columns):
            return {}
        raise LookupError(f"{key.parent.name} refers to {key.referred_table.name}, of which no row was made")
    return {element.parent.name: parent[element.column.name] for element in key.elements}


def a_value(column: Column[Any], word: Callable[[], str]) -> Any:
    """Something that fits a column by its type alone."""
    match column.type:
        case Text():
            return word()
        case Uuid():
            return None if column.nullable else new_id()
        case JSONB():
            return f'{{"said": "{word()}"}}'
        case ARRAY():
            return [word()]
        case LargeBinary():
            return word().encode()
        case DateTime():
            return None if column.nullable else NOW
        case Date():
            return None if column.nullable else NOW.date() + timedelta(days=next(DAYS))
        case Boolean():
            return False
        case Integer():
            return randbelow(1_000_000) + 1
        case other:
            raise TypeError(f"no value for {column}, a {other!r}")
