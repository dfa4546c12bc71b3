"""What can become of a certificate, and who may complete a legal review."""

from datetime import date
from itertools import product

import pytest

from domain.certificates import rules

NEW_YEAR = date(2018, 1, 1)


class TestCertificates:
    @pytest.mark.parametrize(("state", "act"), list(product(rules.STATES, rules.ACTS)))
    def test_become_what_the_table_says_and_nothing_else(self, state, act):
        living = {"held": ("withhold", "cancel", "hand_in"), "withheld": ("restore", "cancel", "hand_in")}
        if act in living.get(state, ()):
            assert rules.became(state, act) in rules.STATES
        else:
            with pytest.raises(rules.WrongState):
                rules.became(state, act)

    def test_end_cancelled_or_handed_in(self):
        assert {rules.became("held", "cancel"), rules.became("withheld", "hand_in")} == {
            "cancelled",
            "handed_in",
        }

    @pytest.mark.parametrize(
        ("state", "on", "valid"),
        [
            ("held", date(2026, 3, 1), True),
            ("held", date(2026, 3, 31), True),
            ("held", date(2026, 2, 28), False),
            ("held", date(2026, 4, 1), False),
            ("withheld", date(2026, 3, 10), False),
            ("cancelled", date(2026, 3, 10), False),
            ("handed_in", date(2026, 3, 10), False),
        ],
    )
    def test_are_valid_while_they_are_held_and_their_days_last(self, state, on, valid):
        days = {"issued_on": date(2026, 3, 1), "valid_until": date(2026, 3, 31)}
        assert rules.is_valid(state, **days, on=on) is valid

    @pytest.mark.parametrize(
        ("register", "establishment", "needed", "refusal"),
        [
            ("enforcement", "enforcement", True, None),
            ("other", "administrative", True, None),
            ("enforcement", "none", True, rules.NotEstablished),
            ("enforcement", "none", False, None),
            ("auxiliary", "none", False, rules.OnlyAssists),
            ("auxiliary", "institution", True, rules.OnlyAssists),
            (None, "none", True, rules.NotOnTheRegister),
        ],
    )
    def test_are_for_those_on_an_establishment_and_no_auxiliaries(
        self, register, establishment, needed, refusal
    ):
        given = {"needs_establishment": needed, "name": "周交", "source": "实施方案 四（二）1"}
        if refusal is None:
            rules.holdable(register, establishment, **given)
        else:
            with pytest.raises(refusal):
                rules.holdable(register, establishment, **given)


class TestALegalReview:
    @pytest.mark.parametrize(
        ("register", "qualified_on", "reviewing_since", "answer"),
        [
            ("enforcement", date(2020, 6, 1), None, "qualified"),
            ("enforcement", date(2026, 3, 10), None, "qualified"),
            ("enforcement", date(2026, 3, 11), None, "first_review_only"),
            ("other", None, date(2017, 12, 31), "exempt"),
            ("enforcement", None, date(2018, 1, 1), "first_review_only"),
            ("enforcement", None, None, "first_review_only"),
            ("auxiliary", date(2020, 6, 1), date(2010, 1, 1), "not_an_officer"),
            (None, date(2020, 6, 1), None, "not_an_officer"),
        ],
    )
    def test_is_completed_with_the_qualification_or_in_the_post_since_before(
        self, register, qualified_on, reviewing_since, answer
    ):
        assert (
            rules.may_complete_a_legal_review(
                register=register,
                qualified_on=qualified_on,
                reviewing_since=reviewing_since,
                on=date(2026, 3, 10),
                exempt_before=NEW_YEAR,
            )
            == answer
        )
