"""What may become of a supervision note, who writes which to whom, and about which days."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import product

import pytest

from domain.notifications.rules import NOTICES, OWED
from domain.rulebooks.entry_types import LimitType
from domain.rulebooks.registry import REGISTRY
from domain.supervision import rules
from domain.texts import FieldTooLong

TODAY = date(2026, 3, 10)


class TestStates:
    @pytest.mark.parametrize(
        ("act", "states", "target"),
        [
            ("revise", {"draft"}, "draft"),
            ("discard", {"draft"}, "discarded"),
            ("send", {"draft"}, "sent"),
            ("acknowledge", {"sent"}, "acknowledged"),
            ("answer", {"sent", "acknowledged"}, "answered"),
        ],
    )
    def test_are_left_by_these_acts_and_no_others(self, act, states, target):
        for state in rules.STATES:
            if state in states:
                assert rules.after(act, state) == target
            else:
                with pytest.raises(rules.WrongState) as refused:
                    rules.after(act, state)
                assert rules.STATES_ZH[state] in refused.value.sentence("zh")

    def test_all_have_a_chinese_word(self):
        assert set(rules.STATES_ZH) == set(rules.STATES)


class TestTheWay:
    def test_is_between_a_department_and_a_township_and_nobody_else(self):
        kinds = ("department", "township", "county_body", "patrol_body")
        found = {}
        for pair in product(kinds, kinds):
            with suppress(rules.NotBetweenThese):
                found[pair] = rules.way(kinds=pair, names=("甲", "乙"))
        assert found == {("department", "township"): "down", ("township", "department"): "up"}

    @pytest.mark.parametrize("kind", rules.KINDS)
    @pytest.mark.parametrize("township_asks", [True, False])
    def test_down_is_open_to_every_kind(self, kind, township_asks):
        rules.admitted(kind, "down", township_asks=township_asks, source="规程 5")

    def test_up_is_open_to_requests_for_support_where_the_place_admits_them(self):
        rules.admitted("technical_support", "up", township_asks=True, source="规程 5")
        with pytest.raises(rules.TownshipDoesNotAsk, match="规程 5"):
            rules.admitted("technical_support", "up", township_asks=False, source="规程 5")
        for kind in ("source_control", "correction_order"):
            with pytest.raises(rules.TownshipOnlyAsks):
                rules.admitted(kind, "up", township_asks=True, source="规程 5")


class TestAnOrderToCorrect:
    def test_is_named_where_one_came_first_and_nowhere_else(self):
        assert rules.order_named("correction_order", " 平交责改〔2026〕7号 ") == "平交责改〔2026〕7号"
        assert rules.order_named("source_control", None) is None
        assert rules.order_named("technical_support", " ") is None
        for kind, number in (
            ("correction_order", None),
            ("correction_order", " "),
            ("source_control", "7号"),
            ("technical_support", "7号"),
        ):
            with pytest.raises(rules.OrderNeeded):
                rules.order_named(kind, number)
        with pytest.raises(FieldTooLong):
            rules.order_named("correction_order", "号" * 201)


class TestTheMattersDay:
    def test_has_come(self):
        assert rules.arisen(TODAY, today=TODAY) == TODAY
        with pytest.raises(rules.DayToCome, match="2026-03-11"):
            rules.arisen(TODAY + timedelta(days=1), today=TODAY)


class TestLimits:
    def test_are_known_to_the_rulebook_and_have_words(self):
        limits = {
            key
            for key, known in REGISTRY.items()
            if key.startswith("supervision.") and isinstance(known.type, LimitType)
        }
        assert limits == {"supervision.acknowledge", "supervision.answer", "supervision.support"}
        assert limits == {key for key in OWED if key.startswith("supervision.")}
        assert {"supervision.acknowledge", *rules.ANSWERED_BY.values()} == limits

    def test_and_whatever_somebody_is_told_has_a_sentence(self):
        told = {"drafted", "sent", "acknowledged", "answered"}
        assert {key for key in NOTICES if key.startswith("supervision.")} == {
            f"supervision.{each}" for each in told
        }
