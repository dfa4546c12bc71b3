"""Canaries: words that occur nowhere else, and who may read the row in which one lies.

Who may read what is said here anew, from what tables are (`tenancy.kinds`) and what the roles mean, in plain Python
over the rows as the owner sees them. Neither policies nor queries are asked: they are what is being tested.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from tenancy.kinds import Base, County, Platform, Private, Shared, System, kinds

CANARY = re.compile(r"cnry[0-9a-f]{16}")

NUMBERS = {"IDENTITY_NUMBER": "330326198805021232", "TELEPHONE": "13857712345"}
"""What is personal, in plain: only one act tells it, and nothing else does to anybody, whatever the locks are."""

PARTIES_READ = frozenset({"officer", "registrar", "head"})
PERSONNEL_READ = frozenset({"registrar", "head"})
OVERSEERS_READ = frozenset({"coordinator", "supervisor"})
KEEP_REGISTERS = frozenset({"personnel", "head"})
REGISTERS = frozenset({"staff_entries", "qualifications", "certificates", "certificate_changes"})
"""Of people: read by whoever keeps them, by the body's head, by whoever issues and by oversight, and by no other officer."""

OF_ONESELF = frozenset({"certificates", "certificate_changes"})
"""Read by whoever they are about as well, in whichever post: what one may enforce, or may not, and why."""


def canary() -> str:
    """A word that nobody has said before."""
    return f"cnry{secrets.token_hex(8)}"


def canaries_in(text: str) -> set[str]:
    """The canaries in a text."""
    return set(CANARY.findall(text))


def numbers_in(text: str) -> set[str]:
    """The numbers in plain in a text."""
    return {number for number in NUMBERS.values() if number in text}


@dataclass(frozen=True)
class Reader:
    """Who asks: where, as what, and whether their body oversees the county."""

    county_id: UUID
    tenant_id: UUID
    capacity_id: UUID
    person_id: UUID
    roles: frozenset[str]
    oversees: bool


@dataclass(frozen=True)
class Lying:
    """A row as the owner sees it; ids are texts, as JSON has them."""

    table: str
    row: Mapping[str, Any]


def behind_the_walls(reader: Reader, lying: Lying) -> bool:
    """Whether the row is the reader's body's to see at all: county, owner, party, oversight."""
    kind, row = kinds()[lying.table], lying.row
    if isinstance(kind, Platform | System):
        return False
    if row["county_id"] != str(reader.county_id):
        return False
    me = str(reader.tenant_id)
    match kind:
        case County():
            return True
        case Private(owner=owner, person=person, grantor=grantor, oversight=oversight):
            return (
                row[owner] == me
                or (person is not None and row[person] == str(reader.person_id))
                or (grantor is not None and row[grantor] == me)
                or (oversight is not None and reader.oversees)
            )
        case Shared(first=first, second=second, person=person, oversight=oversight):
            overseen = oversight is not None and reader.oversees and row[oversight] is not None
            of_theirs = person is not None and row[person] == str(reader.person_id)
            return me in (row[first], row[second]) or of_theirs or overseen
        case _:
            raise TypeError(kind)


def in_their_right(reader: Reader, lying: Lying) -> bool:
    """Whether the row is also this officer's to see: by role, and by the post that it is addressed to."""
    kind, row, me = kinds()[lying.table], lying.row, str(reader.tenant_id)
    if lying.table in ("notifications", "exports"):
        return bool(row["capacity_id"] == str(reader.capacity_id))
    if lying.table == "capacities" and row["person_id"] == str(reader.person_id):
        return True
    if lying.table in OF_ONESELF and row["person_id"] == str(reader.person_id):
        return True
    if lying.table in REGISTERS:
        if row["home_id"] == me:
            return not reader.roles.isdisjoint(KEEP_REGISTERS)
        if row.get("issuer_id") == me:
            return "supervisor" in reader.roles
        return not reader.roles.isdisjoint(OVERSEERS_READ)
    if lying.table == "leave_requests":
        # The demo county has the host decide; why somebody asks for leave is for its head, and for nobody at home.
        return row["person_id"] == str(reader.person_id) or (row["host_id"] == me and "head" in reader.roles)
    if lying.table == "attendance_entries":
        # It has both sides read, and the host record.
        return row["person_id"] == str(reader.person_id) or not reader.roles.isdisjoint(PERSONNEL_READ)
    if lying.table == "night_duties":
        # The roster is for everybody in its body; of its own people elsewhere a home's head and registrar read as well.
        return (
            row["person_id"] == str(reader.person_id)
            or row["body_id"] == me
            or not reader.roles.isdisjoint(PERSONNEL_READ)
        )
    if lying.table == "night_duty_swaps":
        return True
    if lying.table == "disciplinary_cases":
        # Closed to whom it is about until it is decided, and to all but heads and personnel of the two bodies.
        if row["person_id"] == str(reader.person_id):
            return row["concerned_id"] is not None
        if me in (row["inquirer_id"], row["copied_id"]):
            return not reader.roles.isdisjoint(KEEP_REGISTERS)
        return not reader.roles.isdisjoint(OVERSEERS_READ)
    if lying.table == "deadlines" and row["subject_kind"] in ("consultation", "disciplinary_case"):
        # What is owed about somebody tells of it too.
        if me in (row["obligor_id"], row["waiting_id"]):
            return not reader.roles.isdisjoint(KEEP_REGISTERS)
        return not reader.roles.isdisjoint(OVERSEERS_READ)
    match kind:
        case Shared(first=first, second=second):
            if (
                lying.table == "secondments"
                and me in (row["home_id"], row["host_id"])
                and "personnel" in reader.roles
            ):
                return True
            if lying.table == "consultations" and me in (row[first], row[second]):
                # What is to become of somebody is no business of their colleagues'.
                return not reader.roles.isdisjoint(KEEP_REGISTERS)
            if lying.table == "liaisons" and row[second] == me and "coordinator" in reader.roles:
                # Whom to call, is for whoever sits at the coordination office's desk.
                return True
            if me in (row[first], row[second]):
                # Whatever the body oversees: a party exercises no function on its own matter.
                return not reader.roles.isdisjoint(PARTIES_READ)
            return not reader.roles.isdisjoint(OVERSEERS_READ)
        case Private():
            if lying.table == "personal_data":
                # What is personal is for personnel work, and no colleague's.
                return not reader.roles.isdisjoint(PERSONNEL_READ)
            return not reader.roles.isdisjoint(PARTIES_READ)
        case _:
            return True


def opened_to(reader: Reader, material: Lying) -> bool:
    """Whether the contents behind a material are open to the officer, who sees that there is such a material."""
    row, me = material.row, str(reader.tenant_id)
    if row["from_id"] == me or row["to_id"] == me:
        return (row["from_id"] == me or row["admitted_id"] == me) and not reader.roles.isdisjoint(
            PARTIES_READ
        )
    return not reader.roles.isdisjoint(OVERSEERS_READ)


def tables_with_texts() -> list[str]:
    """Every table in which a word can lie."""
    return [
        table.name
        for table in Base.metadata.sorted_tables
        if any(isinstance(column.type, Text | JSONB | ARRAY) for column in table.columns)
    ]


def where_words_lie() -> str:
    """SQL that finds the rows in which any of the words ($1, one regular expression) lies."""
    return " union all ".join(
        f"select '{table}' as table, to_jsonb(t) as row from {table} t where t::text ~ $1"
        for table in tables_with_texts()
    )


def rows_of_ids(tables: Iterable[str]) -> str:
    """SQL that finds the rows of these tables with any of the ids ($1)."""
    return " union all ".join(
        f"select '{table}' as table, to_jsonb(t) as row from {table} t where id = any($1)" for table in tables
    )


def rows_of_counties(tables: Iterable[str]) -> str:
    """SQL that finds the rows of these tables in any of the counties ($1), each table's in the order of their ids."""
    found = " union all ".join(
        f"select '{table}' as table, id, to_jsonb(t) as row from {table} t where county_id = any($1)"
        for table in tables
    )
    return f'select "table", row from ({found}) found order by "table" collate "C", id'


def fingerprint_of_rows(tables: Iterable[str]) -> str:
    """SQL for a text that changes with any row of the counties ($1), but for those in which somebody ($2) is named."""
    return " union all ".join(
        f"select '{table}' as table, count(*) as rows, sum(hashtextextended(t::text, 0)) as hashed from {table} t"
        f" where county_id = any($1) {_none_of_which_is(table)}"
        for table in tables
    )


def _none_of_which_is(table: str) -> str:
    columns = Base.metadata.tables[table].columns
    return " ".join(f"and {each.name} is distinct from $2" for each in columns if isinstance(each.type, Uuid))
