"""The matrix of rights, compared with the last print that somebody reviewed; and every row on its own."""

import os
from pathlib import Path

import pytest

from policies import matrix
from policies.authority import Authority
from policies.book import Book
from policies.rows import RULES, Row, platform_rows
from policies.snapshot import Snapshot
from policies.vocabulary import ASPECTS
from tests.policies.tables import PINGYANG, acting, standing_only_as

EXPECTED = Path(__file__).with_name("expected")
UPDATE = "REPRINT_MATRIX"
ROWS = platform_rows()

CHANGED = """
If you're here because this assertion failed, who may do what in {capability} has changed. Read the difference above as
the head of a body would: is every `yes` that came, and every one that went, meant? If so, print it anew with

    {update}=1 pytest tests/policies/test_matrix.py

and commit tests/policies/expected/{capability}.txt together with the rows, so that the change of rights shows in review.
"""


def snapshot_of(rows: tuple[Row, ...]) -> Snapshot:
    return Snapshot(county_id=PINGYANG, version=1, platform=Book(rows))


PLATFORM = snapshot_of(ROWS)
PRINTS = {capability: matrix.printed(PLATFORM, capability) for capability in matrix.capabilities()}


@pytest.mark.parametrize("capability", matrix.capabilities())
def test_the_matrix_of_a_capability_is_the_one_that_was_reviewed(capability: str) -> None:
    file = EXPECTED / f"{capability}.txt"
    if os.environ.get(UPDATE):
        file.write_text(PRINTS[capability], encoding="utf-8")
    reviewed = file.read_text(encoding="utf-8") if file.exists() else "(never reviewed)"
    assert PRINTS[capability] == reviewed, CHANGED.format(capability=capability, update=UPDATE)


def test_every_rules_file_and_every_print_belongs_to_a_capability() -> None:
    assert {file.stem for file in RULES.iterdir()} == set(matrix.capabilities())
    assert {file.stem for file in EXPECTED.glob("*.txt")} == set(matrix.capabilities())


def permitted_besides(row: Row) -> list[str]:
    """In which other relation the same role may do what the row bans; for a permit, none."""
    if row.effect == "permit":
        return []
    banned = (row.role, row.aspect, row.action)
    return [
        next(
            other.relation
            for other in ROWS
            if other.effect == "permit" and (other.role, other.aspect, other.action) == banned
        )
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.place.removeprefix("policies/rules/"))
class TestStrikingOutARow:
    def test_shows_in_the_matrix_and_takes_the_right_away(self, row: Row) -> None:
        without = snapshot_of(tuple(other for other in ROWS if other != row))
        capability = ASPECTS[row.aspect].capability
        assert matrix.printed(without, capability) != PRINTS[capability]

        actor = acting(row.role, overseen=PINGYANG)
        subject = standing_only_as(row.relation, *permitted_besides(row), actor=actor)
        bans = row.effect == "forbid"
        assert Authority(actor, PLATFORM).may(row.action, row.aspect, subject) is not bans
        assert Authority(actor, without).may(row.action, row.aspect, subject) is bans


def test_a_ban_shows_in_the_matrix() -> None:
    ban = Row("*", "registrar", "sender", "referral.letter", "send", "forbid", "here:1")
    before, after = PRINTS["referrals"], matrix.printed(snapshot_of((*ROWS, ban)), "referrals")
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(changed) == 1
    assert changed[0].split()[:2] == ["registrar", "sender"]
    assert "ban" in changed[0]
