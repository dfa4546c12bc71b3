"""The pure rules of referrals: every act in every state, who is answerable, what is complete, what is late."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.referrals import rules
from domain.rulebooks.values import Material

# Written from the life cycle in the capability's docstring, not from the table under test.
LEADS_TO = {
    ("draft", "revise"): "draft",
    ("draft", "attach"): "draft",
    ("draft", "submit"): "awaiting_approval",
    ("draft", "discard"): "draft",
    ("awaiting_approval", "approve"): "approved",
    ("awaiting_approval", "reject"): "draft",
    ("awaiting_approval", "discard"): "awaiting_approval",
    ("approved", "reject"): "draft",
    ("approved", "send"): "sent",
    ("approved", "discard"): "approved",
    ("sent", "take_in"): "taken_in",
    ("sent", "withdraw"): "withdrawn",
    ("taken_in", "accept"): "accepted",
    ("taken_in", "return"): "returned",
    ("taken_in", "withdraw"): "withdrawn",
}
STATES = ["draft", "awaiting_approval", "approved", "sent", "taken_in", "accepted", "returned", "withdrawn"]
ACTS = [
    "revise",
    "attach",
    "submit",
    "approve",
    "reject",
    "send",
    "take_in",
    "accept",
    "return",
    "withdraw",
    "discard",
]
DUE = datetime(2026, 3, 13, 15, 59, 59, 999999, tzinfo=UTC)


class TestTransitions:
    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("act", ACTS)
    def test_each_act_leads_where_the_life_cycle_says_or_is_refused(self, state, act):
        expected = LEADS_TO.get((state, act))
        if expected is not None:
            assert rules.after(act, state) == expected
        else:
            with pytest.raises(rules.WrongState):
                rules.after(act, state)

    def test_the_table_holds_no_act_or_state_beyond_these(self):
        assert set(rules.TRANSITIONS) == set(ACTS)
        assert set(rules.STATES_ZH) == set(STATES)

    def test_a_refusal_names_the_state_in_both_languages(self):
        with pytest.raises(rules.WrongState) as refused:
            rules.after("accept", "sent")
        assert "已移送" in refused.value.sentence("zh")
        assert "已收件" in refused.value.sentence("zh")
        assert "taken_in" in refused.value.sentence("en")

    @given(st.lists(st.sampled_from(ACTS), max_size=30))
    def test_no_path_leads_out_of_an_ended_state_and_the_receiver_owns_only_what_it_accepted(self, acts):
        state, sender, receiver = "draft", uuid4(), uuid4()
        for act in acts:
            before = state
            try:
                state = rules.after(act, state)
            except rules.WrongState:
                state = before
            if before in ("accepted", "returned", "withdrawn"):
                assert state == before
            assert rules.owner(state, sender=sender, receiver=receiver) == (
                receiver if state == "accepted" else sender
            )


class TestCompleteness:
    LISTED = (
        Material("letter", "required", "移送函", "1"),
        Material("source", "required", "案件来源材料", "2"),
        Material("evidence", "required", "证据材料", "4"),
        Material("tests", "if_any", "检测材料", "5"),
    )

    @pytest.mark.parametrize(
        ("attached", "reason", "policy", "missing"),
        [
            ({"source", "evidence"}, None, "refuse", None),
            ({"source", "evidence", "tests"}, None, "with_reason", None),
            ({"source"}, None, "refuse", "evidence"),
            ({"source"}, "送检中", "refuse", "evidence"),
            ({"source"}, "送检中", "with_reason", None),
            ({"source"}, None, "with_reason", "evidence"),
            (set(), None, "with_reason", "source, evidence"),
        ],
    )
    def test_what_is_required_must_be_there_or_be_reasoned_where_that_is_admitted(
        self, attached, reason, policy, missing
    ):
        def check():
            rules.complete(attached, self.LISTED, reason=reason, policy=policy, source="附件5 8")

        if missing is None:
            check()
        else:
            with pytest.raises(rules.MaterialsMissing) as refused:
                check()
            assert refused.value.facts["kinds"] == missing
            assert "附件5" in refused.value.sentence("zh")

    def test_the_letter_is_the_referral_itself_and_never_attached(self):
        with pytest.raises(rules.UnknownMaterialKind):
            rules.known_kind("letter", self.LISTED)
        assert rules.known_kind("tests", self.LISTED) == "tests"


class TestLateness:
    def late(self, *, now, reason=None, allowed=True, needed=True):
        return rules.sent_late(
            now=now,
            due_at=DUE,
            shown="2026-03-13 23:59",
            reason=reason,
            allowed=allowed,
            reason_needed=needed,
        )

    def test_the_due_instant_itself_is_in_time_and_needs_no_reason(self):
        assert self.late(now=DUE) is None
        assert self.late(now=DUE, reason="不需要") is None

    def test_one_tick_later_a_reason_is_needed(self):
        with pytest.raises(rules.LateReasonNeeded):
            self.late(now=DUE + timedelta(microseconds=1))
        with pytest.raises(rules.LateReasonNeeded):
            self.late(now=DUE + timedelta(days=1), reason="   ")
        assert self.late(now=DUE + timedelta(days=1), reason=" 当事人失联 ") == "当事人失联"

    def test_a_place_may_forbid_it_or_ask_no_reason(self):
        with pytest.raises(rules.LateSendingForbidden):
            self.late(now=DUE + timedelta(days=1), reason="x", allowed=False)
        assert self.late(now=DUE + timedelta(days=1), needed=False) == ""


class TestWriting:
    def test_blank_and_endless_parts_are_refused_by_name(self):
        with pytest.raises(rules.FieldEmpty) as refused:
            rules.written("party", "  \n ")
        assert refused.value.field == "party"
        assert "当事人" in refused.value.sentence("zh")
        with pytest.raises(rules.FieldTooLong):
            rules.written("party", "长" * 201)
        assert rules.written("party", "长" * 200) == "长" * 200

    def test_nothing_was_found_tomorrow(self):
        with pytest.raises(rules.FoundInTheFuture):
            rules.found(date(2026, 3, 11), today=date(2026, 3, 10))
        with pytest.raises(rules.FoundBeforeTheRepublic):
            rules.found(date(26, 3, 10), today=date(2026, 3, 10))
        assert rules.found(date(2026, 3, 10), today=date(2026, 3, 10)) == date(2026, 3, 10)

    @pytest.mark.parametrize(
        ("sender", "addressee", "same", "refusal"),
        [
            ("department", "township", False, None),
            ("township", "department", False, None),
            ("township", "township", False, None),
            ("department", "department", False, None),
            ("department", "county_body", False, rules.NotAParty),
            ("county_body", "township", False, rules.NotAParty),
            ("department", "department", True, rules.ToOneself),
        ],
    )
    def test_departments_and_townships_refer_to_each_other(self, sender, addressee, same, refusal):
        def check():
            rules.between(sender_kind=sender, addressee_kind=addressee, same=same, names=("甲", "乙"))

        if refusal is None:
            check()
        else:
            with pytest.raises(refusal):
                check()
