"""What a night has come to and what may become of a swap, without a database."""

from datetime import date

import pytest

from domain.leave.rules import Stretch
from domain.night_duty import rules

TODAY, LATER, BEFORE = date(2026, 3, 10), date(2026, 3, 16), date(2026, 3, 9)
AWAY = Stretch(first_day=date(2026, 3, 16), last_day=date(2026, 3, 17))


def condition(day=LATER, *, taken_off=False, attended=None, in_post=True, leave=()):
    return rules.condition(
        day, taken_off=taken_off, attended=attended, in_post=in_post, leave=leave, today=TODAY
    )


class TestANight:
    def test_has_come_to_what_is_known_of_it(self):
        assert condition() == condition(TODAY) == "planned"
        assert condition(leave=[AWAY]) == "on_leave"
        assert condition(in_post=False) == "gone"
        assert condition(BEFORE) == "unrecorded"
        assert condition(BEFORE, attended=True) == "attended"
        assert condition(BEFORE, attended=False, leave=[AWAY]) == "missed"
        assert condition(taken_off=True, in_post=False) == "taken_off"

    def test_is_planned_ahead_and_recorded_afterwards(self):
        rules.plannable(TODAY, today=TODAY)
        for day in (BEFORE, date(2027, 3, 12)):
            with pytest.raises(rules.NotInTime):
                rules.plannable(day, today=TODAY)
        rules.recordable(BEFORE, taken_off=False, today=TODAY)
        with pytest.raises(rules.NotOverYet):
            rules.recordable(TODAY, taken_off=False, today=TODAY)
        with pytest.raises(rules.OffTheRoster):
            rules.recordable(BEFORE, taken_off=True, today=TODAY)
        with pytest.raises(rules.OffTheRoster):
            rules.on_the_roster(BEFORE, taken_off=False, today=TODAY)

    def test_is_for_whoever_is_there(self):
        rules.there([AWAY], day=date(2026, 3, 15), name="周交")
        with pytest.raises(rules.OnLeave) as refused:
            rules.there([AWAY], day=date(2026, 3, 17), name="周交")
        assert "周交" in refused.value.sentence("zh")

    def test_names_somebody_and_nobody_twice(self):
        for people in ([], ["a", "a"]):
            with pytest.raises(rules.NobodyPlanned):
                rules.named_once(people)


class TestASwap:
    def test_is_open_to_these_acts(self):
        possible = {
            (act, state) for act in rules.SWAP_ACTS for state in rules.SWAP_STATES if _possible(act, state)
        }
        assert possible == {
            ("accept", "proposed"),
            ("confirm", "agreed"),
            ("decline", "proposed"),
            ("decline", "agreed"),
            ("withdraw", "proposed"),
            ("withdraw", "agreed"),
        }


def _possible(act, state):
    try:
        rules.possible(act, state)
    except rules.SwapWrongState:
        return False
    return True
