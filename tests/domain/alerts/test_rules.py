"""Pure decisions on alerts: whom a place wants told, who owes an answer, and what an answer must be."""

from datetime import date
from uuid import UUID

import pytest

from domain.alerts import rules
from domain.rulebooks.registry import REGISTRY, TOLD
from domain.texts import FieldEmpty, ReasonNeeded

TODAY = date(2026, 3, 10)
ONE, OTHER, ME = UUID(int=1), UUID(int=2), UUID(int=3)


class TestStates:
    @pytest.mark.parametrize(
        ("act", "state", "result"),
        [
            ("revise", "draft", "draft"),
            ("send", "draft", "sent"),
            ("discard", "draft", "discarded"),
        ],
    )
    def test_of_an_alert_lead_where_the_life_cycle_says(self, act, state, result):
        assert rules.after(act, state) == result

    @pytest.mark.parametrize("state", ["sent", "discarded"])
    @pytest.mark.parametrize("act", ["revise", "send", "discard"])
    def test_of_an_alert_refuse_everything_else(self, act, state):
        with pytest.raises(rules.WrongState):
            rules.after(act, state)

    @pytest.mark.parametrize(
        ("act", "state", "result"),
        [
            ("acknowledge", "sent", "acknowledged"),
            ("answer", "sent", "answered"),
            ("answer", "acknowledged", "answered"),
        ],
    )
    def test_of_a_notice_lead_where_the_life_cycle_says(self, act, state, result):
        assert rules.notice_after(act, state) == result

    @pytest.mark.parametrize(
        ("act", "state"),
        [
            ("acknowledge", "draft"),
            ("acknowledge", "acknowledged"),
            ("acknowledge", "answered"),
            ("answer", "draft"),
            ("answer", "answered"),
        ],
    )
    def test_of_a_notice_refuse_everything_else(self, act, state):
        with pytest.raises(rules.WrongState):
            rules.notice_after(act, state)


class TestRecipients:
    def test_are_told_once_each_in_the_order_in_which_they_were_named(self):
        assert rules.recipients([OTHER, ONE, OTHER], sender=ME) == [OTHER, ONE]

    def test_are_somebody_and_somebody_else(self):
        with pytest.raises(rules.NobodyTold):
            rules.recipients([], sender=ME)
        with pytest.raises(rules.TellingOneself):
            rules.recipients([ONE, ME], sender=ME)

    @pytest.mark.parametrize(
        ("tells", "enough", "too_few"),
        [
            ("department", [{"department"}, {"department", "township"}], [{"township"}, {"county_body"}]),
            ("government", [{"county_body"}], [{"department"}, {"township"}]),
            ("either", [{"department"}, {"county_body"}], [{"township"}, set()]),
            ("both", [{"department", "county_body"}], [{"department"}, {"county_body"}, {"township"}]),
        ],
    )
    def test_are_those_whom_the_place_wants_told(self, tells, enough, too_few):
        for kinds in enough:
            rules.all_told(kinds, tells=tells, source="规程 1")
        for kinds in too_few:
            with pytest.raises(rules.RecipientMissing, match="规程 1"):
                rules.all_told(kinds, tells=tells, source="规程 1")

    def test_are_known_for_every_word_and_every_kind_of_problem_a_rulebook_may_hold(self):
        assert set(rules.TELLS) == set(TOLD)
        told = {key for key in REGISTRY if key.startswith("alert.") and key.endswith("_tells")}
        assert (
            told
            == {f"alert.{kind}_tells" for kind in rules.KINDS}
            == {
                "alert.hazard_tells",
                "alert.hot_spot_tells",
                "alert.industry_tells",
                "alert.regional_tells",
            }
        )


class TestAnAnswer:
    @pytest.mark.parametrize(
        ("owed_by", "who"),
        [
            ("nobody", set()),
            ("notified", {"department", "township"}),
            ("everybody", {"department", "township", "county_body"}),
        ],
    )
    def test_is_owed_by_those_whom_the_place_names(self, owed_by, who):
        kinds = ("department", "township", "county_body")
        assert {kind for kind in kinds if rules.owes_an_answer(kind, owed_by=owed_by)} == who

    @pytest.mark.parametrize(
        ("kind", "body", "meeting", "needed"),
        [
            ("hazard", "department", "on_hazards", True),
            ("hazard", "township", "on_hazards", True),
            ("hazard", "county_body", "on_hazards", False),
            ("hot_spot", "department", "on_hazards", False),
            ("hazard", "department", "as_needed", False),
        ],
    )
    def test_is_a_meeting_on_a_hazard_where_the_place_wants_one(self, kind, body, meeting, needed):
        assert rules.meeting_needed(kind, kind_of_body=body, meeting=meeting) is needed

    def answered(self, answer, text="已责令停用", meeting_on=None, *, meeting_needed=False):
        return rules.answered(
            answer, text, meeting_on, meeting_needed=meeting_needed, today=TODAY, source="规程 2"
        )

    def test_has_words(self):
        assert self.answered("measures", " 已责令停用 ") == "已责令停用"
        assert self.answered("nothing_to_do", "已于上月整改完毕") == "已于上月整改完毕"
        assert self.answered("joint_meeting", "现场会商", TODAY) == "现场会商"
        with pytest.raises(FieldEmpty):
            self.answered("measures", " ")
        with pytest.raises(ReasonNeeded):
            self.answered("nothing_to_do", "")

    @pytest.mark.parametrize(
        ("answer", "day"),
        [
            ("joint_meeting", None),
            ("joint_meeting", date(2026, 3, 9)),
            ("measures", TODAY),
            ("nothing_to_do", TODAY),
        ],
    )
    def test_has_a_day_if_and_only_if_it_is_a_meeting(self, answer, day):
        with pytest.raises(rules.MeetingDay):
            self.answered(answer, meeting_on=day)

    def test_is_nothing_else_where_a_meeting_is_needed(self):
        self.answered("joint_meeting", meeting_on=TODAY, meeting_needed=True)
        for answer in ("measures", "nothing_to_do"):
            with pytest.raises(rules.MeetingNeeded, match="规程 2"):
                self.answered(answer, meeting_needed=True)
