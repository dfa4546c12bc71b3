"""Pure decisions on agreements: what a list must hold, from which day it holds, what may become of it."""

from datetime import date
from uuid import UUID

import pytest

from domain.agreements import rules
from domain.rulebooks.values import Material
from domain.texts import FieldEmpty, FieldTooLong

TODAY, TOMORROW = date(2026, 3, 10), date(2026, 3, 11)


class TestStates:
    @pytest.mark.parametrize(
        ("act", "state", "result"),
        [
            ("confirm", "proposed", "confirmed"),
            ("decline", "proposed", "declined"),
            ("withdraw", "proposed", "withdrawn"),
            ("end", "confirmed", "ended"),
            ("end", "ended", "ended"),
        ],
    )
    def test_lead_where_the_life_cycle_says(self, act, state, result):
        assert rules.after(act, state) == result

    @pytest.mark.parametrize(
        ("act", "state"),
        [
            ("confirm", "confirmed"),
            ("confirm", "declined"),
            ("decline", "confirmed"),
            ("withdraw", "confirmed"),
            ("end", "proposed"),
            ("end", "declined"),
            ("end", "withdrawn"),
        ],
    )
    def test_refuse_everything_else(self, act, state):
        with pytest.raises(rules.WrongState):
            rules.after(act, state)


class TestTheList:
    def test_is_numbered_in_its_order(self):
        given = [("letter", "required", " 移送函 "), ("evidence", "if_any", "现场照片")]
        assert rules.agreed_list(given) == (
            Material("letter", "required", "移送函", "1"),
            Material("evidence", "if_any", "现场照片", "2"),
        )

    @pytest.mark.parametrize("given", [[], [("source", "required", "来源")], [("letter", "optional", "函")]])
    def test_keeps_the_letter_as_required(self, given):
        with pytest.raises(rules.LetterNeeded):
            rules.agreed_list(given)

    def test_names_each_kind_once(self):
        given = [
            ("letter", "required", "函"),
            ("evidence", "required", "照片"),
            ("evidence", "optional", "录像"),
        ]
        with pytest.raises(rules.ListedTwice, match="evidence"):
            rules.agreed_list(given)

    @pytest.mark.parametrize(("name", "refusal"), [(" ", FieldEmpty), ("长" * 201, FieldTooLong)])
    def test_calls_everything_by_a_name(self, name, refusal):
        with pytest.raises(refusal):
            rules.agreed_list([("letter", "required", name)])


class TestTheFirstDay:
    def test_is_tomorrow_or_later_when_it_is_proposed(self):
        assert rules.proposed_from(TOMORROW, today=TODAY) == TOMORROW
        for day in (TODAY, date(2026, 3, 9)):
            with pytest.raises(rules.TooEarly):
                rules.proposed_from(day, today=TODAY)

    @pytest.mark.parametrize(
        ("proposed", "first"),
        [
            (date(2026, 4, 1), date(2026, 4, 1)),
            (TOMORROW, TOMORROW),
            (TODAY, TOMORROW),
            (date(2026, 1, 1), TOMORROW),
        ],
    )
    def test_is_the_one_proposed_or_the_day_after_the_confirmation(self, proposed, first):
        assert rules.holds_from(proposed, confirmed_on=TODAY, known=[]) == first

    def test_comes_after_those_of_the_lists_that_were_confirmed_before(self):
        known = [date(2026, 4, 1), date(2026, 2, 1)]
        assert rules.holds_from(date(2026, 4, 2), confirmed_on=TODAY, known=known) == date(2026, 4, 2)
        for proposed in (date(2026, 4, 1), date(2026, 3, 20)):
            with pytest.raises(rules.NotLater):
                rules.holds_from(proposed, confirmed_on=TODAY, known=known)


class TestTheEnd:
    def test_is_tomorrow_or_later(self):
        assert rules.ends_from(TOMORROW, today=TODAY, fixed=None) == TOMORROW
        with pytest.raises(rules.TooEarly):
            rules.ends_from(TODAY, today=TODAY, fixed=None)

    def test_can_be_brought_forward_and_not_put_off(self):
        fixed = date(2026, 5, 1)
        assert rules.ends_from(date(2026, 4, 30), today=TODAY, fixed=fixed) == date(2026, 4, 30)
        for day in (fixed, date(2026, 5, 2)):
            with pytest.raises(rules.NotSooner):
                rules.ends_from(day, today=TODAY, fixed=fixed)


class TestTheTwo:
    def test_are_a_pair_in_either_order(self):
        one, other = UUID(int=1), UUID(int=2)
        assert rules.pair(one, other) == rules.pair(other, one) == (one, other)

    def test_are_two_and_refer_cases_to_each_other(self):
        rules.between(kinds=("department", "township"), names=("a", "b"), same=False)
        with pytest.raises(rules.WithOneself):
            rules.between(kinds=("department", "department"), names=("a", "a"), same=True)
        with pytest.raises(rules.NotAParty, match="justice"):
            rules.between(kinds=("department", "county_body"), names=("a", "justice"), same=False)
