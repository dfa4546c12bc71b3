"""Which walls a table has, compared with the last print that somebody reviewed.

The other tests of this folder take a table's kind at its word and show that the database keeps it. Whether the word is
right, nobody but a reader can say; so the words are printed, and a change of them shows in review.
"""

import os
from dataclasses import fields
from pathlib import Path

from sqlalchemy import Table

from tenancy.kinds import Base, Kind, kinds
from tenancy.row_security import addable, changeable, removable, visible, writable

REVIEWED = Path(__file__).with_name("reviewed_walls.txt")
UPDATE = "REPRINT_WALLS"

CHANGED = f"""
If you're here because this assertion failed, the walls around a table have changed, or a table came. Read the difference
above as a neighbouring body would: may everybody who now may? If so, print it anew with

    {UPDATE}=1 pytest tests/tenancy/test_reviewed_walls.py

and commit {REVIEWED.name} together with the model.
"""


def printed() -> str:
    """Every table with its kind, and whom each verb is for."""
    said = kinds()
    return (
        "\n".join(_block(table, said[table.name]) for table in sorted(Base.metadata.tables.values(), key=str))
        + "\n"
    )


def _block(table: Table, kind: Kind) -> str:
    told = [
        f"{part.name} {value}"
        for part in fields(kind)
        if part.name not in ("app", "worker") and (value := getattr(kind, part.name)) is not None
    ]
    lines = [f"{table.name}: {type(kind).__name__.lower()}" + (f" ({', '.join(told)})" if told else "")]
    clauses = {"select": visible, "insert": addable, "update": writable, "delete": removable}
    lines += [f"  app {verb:7} where {clauses[verb](kind)}" for verb in kind.app]
    if "update" in kind.app:
        lines.append(f"  app changes {', '.join(changeable(table, kind))}")
    lines += [f"  worker  {', '.join(kind.worker)}"] if kind.worker else []
    return "\n".join(lines)


def test_the_walls_around_every_table_are_those_that_were_reviewed() -> None:
    if os.environ.get(UPDATE):
        REVIEWED.write_text(printed(), encoding="utf-8")
    assert printed() == REVIEWED.read_text(encoding="utf-8"), CHANGED
