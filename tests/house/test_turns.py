"""The turns in which processes take the tests: what they name is there, and nothing is handed out twice or left out."""

from pathlib import Path

import pytest

from tests import turns

HOUSE = Path(__file__).parents[2]

FIELDS = "tests/isolation/test_every_field.py::TestEveryField::test_gives_nobody_what_is_not_theirs"
STRANGERS = "tests/isolation/test_strangers.py::TestContents::test_are_given_to_whom_they_are_open"
RULES = "tests/domain/alerts/test_rules.py::TestAnAlert"


class TestTheLongest:
    @pytest.mark.parametrize("begins", turns.LONGEST_FIRST)
    def test_are_tests_that_there_are(self, begins: str) -> None:
        assert (HOUSE / begins).exists(), "it was moved, or is gone: tests/turns.py still lets it begin early"

    def test_begin_before_the_others(self) -> None:
        assert turns.turn(FIELDS) < turns.turn(RULES)

    def test_come_in_their_own_order_where_one_is_within_another(self) -> None:
        assert turns.turn("tests/workers/test_deaths.py::x") < turns.turn("tests/workers/test_clock.py::x")


class TestWhatStaysTogether:
    def test_is_a_file(self) -> None:
        assert turns.together(f"{RULES}::a") == turns.together("tests/domain/alerts/test_rules.py::b[1]")
        assert turns.together(f"{RULES}::a") != turns.together("tests/domain/patrols/test_rules.py::a")

    def test_is_a_composition_of_the_isolation_tests_whatever_the_file(self) -> None:
        kept = {
            turns.together(f"{FIELDS}[both]"),
            turns.together(f"{STRANGERS}[both-gao@kunyang]"),
            turns.together(f"{FIELDS}[filter-off]"),
            turns.together(f"{STRANGERS}[filter-off-elsewhere lin@transport]"),
            turns.together(f"{FIELDS}[row-security-off]"),
        }
        assert len(kept) == 3
