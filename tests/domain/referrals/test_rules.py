"""The pure rules of referrals: every act in every state, who is answerable, what is complete, what is late."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import texts
from domain.referrals import refusals, rules
from domain.rulebooks.values import Material

# Written from the life cycle in the capability's docstring, not from the table under test.
LEADS_TO = {
    ("draft", "revise"): "draft",
    ("draft", "attach"): "draft",
    ("draft", "list_article"): "draft",
    ("draft", "record_stop"): "draft",
    ("draft", "extend_sending"): "draft",
    ("draft", "submit"): "awaiting_approval",
    ("draft", "discard"): "draft",
    ("awaiting_approval", "record_stop"): "awaiting_approval",
    ("awaiting_approval", "extend_sending"): "awaiting_approval",
    ("awaiting_approval", "approve"): "approved",
    ("awaiting_approval", "reject"): "draft",
    ("awaiting_approval", "discard"): "awaiting_approval",
    ("approved", "record_stop"): "approved",
    ("approved", "extend_sending"): "approved",
    ("approved", "reject"): "draft",
    ("approved", "send"): "sent",
    ("approved", "discard"): "approved",
    ("sent", "record_stop"): "sent",
    ("sent", "take_in"): "taken_in",
    ("sent", "withdraw"): "withdrawn",
    ("taken_in", "record_stop"): "taken_in",
    ("taken_in", "verify"): "verified",
    ("taken_in", "ask_for_material"): "awaiting_material",
    ("taken_in", "accept"): "accepted",
    ("taken_in", "return"): "returned",
    ("taken_in", "doubt"): "doubted",
    ("taken_in", "pass_on"): "passed_on",
    ("taken_in", "withdraw"): "withdrawn",
    ("verified", "record_stop"): "verified",
    ("verified", "ask_for_material"): "awaiting_material",
    ("verified", "accept"): "accepted",
    ("verified", "return"): "returned",
    ("verified", "doubt"): "doubted",
    ("verified", "pass_on"): "passed_on",
    ("verified", "withdraw"): "withdrawn",
    ("awaiting_material", "record_stop"): "awaiting_material",
    ("awaiting_material", "attach"): "awaiting_material",
    ("awaiting_material", "list_article"): "awaiting_material",
    ("awaiting_material", "supply"): "taken_in",
    ("awaiting_material", "accept"): "accepted",
    ("awaiting_material", "return"): "returned",
    ("awaiting_material", "withdraw"): "withdrawn",
    ("doubted", "settle"): "accepted",
    ("doubted", "withdraw"): "withdrawn",
    ("accepted", "report_progress"): "accepted",
    ("accepted", "record_decision"): "decided",
    ("passed_on", "accept"): "accepted",
    ("passed_on", "report_progress"): "passed_on",
    ("passed_on", "record_decision"): "decided",
    ("decided", "tell_outcome"): "concluded",
}
LEADS_TO |= {
    (state, act): state
    for state in ("taken_in", "verified", "accepted", "passed_on")
    for act in ("suspend", "resume")
}
LEADS_TO |= {
    (state, "note"): state
    for state in {to for (_, act), to in LEADS_TO.items() if act != "discard"}
    - {"draft", "awaiting_approval", "approved"}
}
LEADS_TO |= {("returned", "note"): "returned"}
# Where an act leads when it does not lead to the first of its states.
OR_TO = {("draft", "submit"): "approved", ("doubted", "settle"): "returned"}
STATES = [
    "draft",
    "awaiting_approval",
    "approved",
    "sent",
    "taken_in",
    "verified",
    "awaiting_material",
    "doubted",
    "accepted",
    "passed_on",
    "decided",
    "concluded",
    "returned",
    "withdrawn",
]
ACTS = sorted({act for _, act in LEADS_TO})
DUE = datetime(2026, 3, 13, 15, 59, 59, 999999, tzinfo=UTC)


class TestTransitions:
    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("act", ACTS)
    def test_each_act_leads_where_the_life_cycle_says_or_is_refused(self, state, act):
        expected = LEADS_TO.get((state, act))
        if expected is not None:
            assert rules.after(act, state) == expected
        else:
            with pytest.raises(refusals.WrongState):
                rules.after(act, state)

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("act", ACTS)
    def test_an_act_leads_nowhere_else_whoever_asks(self, state, act):
        for to in STATES:
            allowed = to == OR_TO.get((state, act)) or (
                to == LEADS_TO.get((state, act)) and bool(rules.TRANSITIONS[act].to)
            )
            if allowed:
                assert rules.after(act, state, to=to) == to
            else:
                with pytest.raises((refusals.WrongState, ValueError)):
                    rules.after(act, state, to=to)

    def test_the_table_holds_no_act_or_state_beyond_these(self):
        assert set(rules.TRANSITIONS) == set(ACTS)
        assert set(rules.STATES_ZH) == set(STATES)

    def test_a_refusal_names_the_state_in_both_languages(self):
        with pytest.raises(refusals.WrongState) as refused:
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
            except refusals.WrongState:
                state = before
            if before in ("concluded", "returned", "withdrawn"):
                assert state == before
            assert rules.owner(state, sender=sender, receiver=receiver) == (
                receiver if state in ("accepted", "passed_on", "decided", "concluded") else sender
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
            with pytest.raises(refusals.MaterialsMissing) as refused:
                check()
            assert refused.value.facts["kinds"] == missing
            assert "附件5" in refused.value.sentence("zh")

    def test_the_letter_is_the_referral_itself_and_never_attached(self):
        with pytest.raises(refusals.UnknownMaterialKind) as refused:
            rules.known_kind("letter", self.LISTED)
        for material in self.LISTED:
            assert (material.name in refused.value.sentence("zh")) == (material.kind != "letter")
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
        with pytest.raises(refusals.LateReasonNeeded):
            self.late(now=DUE + timedelta(microseconds=1))
        with pytest.raises(refusals.LateReasonNeeded):
            self.late(now=DUE + timedelta(days=1), reason="   ")
        assert self.late(now=DUE + timedelta(days=1), reason=" 当事人失联 ") == "当事人失联"

    def test_a_place_may_forbid_it_or_ask_no_reason(self):
        with pytest.raises(refusals.LateSendingForbidden):
            self.late(now=DUE + timedelta(days=1), reason="x", allowed=False)
        assert self.late(now=DUE + timedelta(days=1), needed=False) == ""


class TestWriting:
    def test_blank_and_endless_parts_are_refused_by_name(self):
        with pytest.raises(texts.FieldEmpty) as refused:
            rules.written("party", "  \n ")
        assert refused.value.field == "party"
        assert "当事人" in refused.value.sentence("zh")
        with pytest.raises(texts.FieldTooLong):
            rules.written("party", "长" * 201)
        assert rules.written("party", "长" * 200) == "长" * 200

    def test_a_disposal_brings_nothing_at_the_least_and_has_its_day(self):
        today = date(2026, 3, 10)
        with pytest.raises(refusals.ProceedsNegative):
            rules.listed(1, disposed_on=today, proceeds=-1, today=today)
        with pytest.raises(refusals.ProceedsWithoutDisposal):
            rules.listed(1, disposed_on=None, proceeds=0, today=today)
        rules.listed(1, disposed_on=today, proceeds=0, today=today)

    def test_nothing_was_found_tomorrow(self):
        with pytest.raises(refusals.FoundInTheFuture):
            rules.found(date(2026, 3, 11), today=date(2026, 3, 10))
        with pytest.raises(refusals.FoundBeforeTheRepublic):
            rules.found(date(26, 3, 10), today=date(2026, 3, 10))
        assert rules.found(date(2026, 3, 10), today=date(2026, 3, 10)) == date(2026, 3, 10)

    @pytest.mark.parametrize(
        ("sender", "addressee", "same", "refusal"),
        [
            ("department", "township", False, None),
            ("township", "department", False, None),
            ("township", "township", False, None),
            ("department", "department", False, None),
            ("department", "county_body", False, refusals.NotAParty),
            ("county_body", "township", False, refusals.NotAParty),
            ("department", "department", True, refusals.ToOneself),
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
