"""What may become of a disciplinary case, worked through by hand."""

from datetime import UTC, date, datetime

import pytest

from domain.discipline import rules

ALLOWED = {
    ("inquiring", "revise"): "inquiring",
    ("inquiring", "drop"): "dropped",
    ("inquiring", "conclude"): "concluded",
    ("concluded", "ask_review"): "under_review",
    ("under_review", "review"): "reviewed",
}


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("act", rules.TRANSITIONS)
def test_every_act_in_every_state(state, act):
    if (state, act) in ALLOWED:
        assert rules.after(act, state) == ALLOWED[state, act]
    else:
        with pytest.raises(rules.WrongState):
            rules.after(act, state)


@pytest.mark.parametrize(
    ("side", "ruled", "refused"),
    [
        ("home", "home", False),
        ("home", "host", True),
        ("host", "home", True),
        ("host", "host", False),
        ("home", "both", False),
        ("host", "both", False),
        (None, "home", True),
        (None, "host", True),
        (None, "both", True),
    ],
)
def test_who_looks_into_a_ground(side, ruled, refused):
    if refused:
        with pytest.raises(rules.NotTheInquirer) as told:
            rules.inquires(side, ground="failure", ruled=ruled, source="平 8")
        assert "平 8" in told.value.sentence("zh")
    else:
        rules.inquires(side, ground="failure", ruled=ruled, source="平 8")


@pytest.mark.parametrize(
    ("on", "until", "happens"),
    [
        (date(2026, 1, 1), None, True),
        (date(2025, 12, 31), None, False),
        (date(2026, 3, 10), None, True),
        (date(2026, 3, 11), None, False),
        (date(2026, 2, 1), date(2026, 2, 1), True),
        (date(2026, 2, 2), date(2026, 2, 1), False),
    ],
)
def test_a_failing_lies_within_the_secondment_and_not_in_days_to_come(on, until, happens):
    said = {"since": date(2026, 1, 1), "until": until, "today": date(2026, 3, 10)}
    if happens:
        rules.happened(on, **said)
    else:
        with pytest.raises(rules.NotThen):
            rules.happened(on, **said)


class TestWithholding:
    def held(self, since, until, side="host", admitted=True):
        return rules.withheld(since, until, side=side, admitted=admitted, source="环 三")

    def test_is_of_the_host_where_the_place_admits_it(self):
        first, last = date(2026, 3, 1), date(2026, 5, 31)
        assert self.held(first, last) == rules.Withheld(first, last)
        assert self.held(first, None) == rules.Withheld(first, None)
        assert self.held(None, None, side="home", admitted=False) is None

    @pytest.mark.parametrize(("side", "admitted"), [("home", True), ("host", False), (None, True)])
    def test_is_nobody_elses(self, side, admitted):
        with pytest.raises(rules.BenefitsNotWithheld):
            self.held(date(2026, 3, 1), None, side, admitted)

    @pytest.mark.parametrize(
        ("since", "until"), [(None, date(2026, 3, 1)), (date(2026, 3, 2), date(2026, 3, 1))]
    )
    def test_has_days_in_their_order(self, since, until):
        with pytest.raises(rules.DaysDoNotFit):
            self.held(since, until)


@pytest.mark.parametrize(
    ("outcome", "measure", "held", "holds"),
    [
        ("upheld", None, "criticism", "criticism"),
        ("lifted", None, "criticism", "none"),
        ("changed", "reminder", "criticism", "reminder"),
        ("changed", None, "criticism", None),
        ("upheld", "reminder", "criticism", None),
        ("lifted", "none", "criticism", None),
    ],
)
def test_what_holds_after_a_review(outcome, measure, held, holds):
    if holds is None:
        with pytest.raises(rules.MeasureNeeded):
            rules.decided(outcome, measure, held=held)
    else:
        assert rules.decided(outcome, measure, held=held) == holds


def test_a_review_is_asked_for_until_the_last_instant():
    last = datetime(2026, 4, 9, 15, 59, 59, 999999, tzinfo=UTC)
    rules.reviewable(last, until=last, day=date(2026, 4, 9), source="公务员法 95")
    with pytest.raises(rules.ReviewTooLate):
        rules.reviewable(
            datetime(2026, 4, 9, 16, 0, tzinfo=UTC), until=last, day=date(2026, 4, 9), source="公务员法 95"
        )


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 3, 11), None),
        (date(2026, 3, 1), date(2026, 2, 28)),
        (date(2026, 3, 20), date(2026, 3, 19)),
    ],
)
def test_nothing_happens_under_a_secondment_that_has_not_begun(since, until):
    with pytest.raises(rules.NotBegun):
        rules.happened(date(2026, 3, 10), since=since, until=until, today=date(2026, 3, 10))
