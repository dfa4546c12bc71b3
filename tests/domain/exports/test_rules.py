"""What may become of an export, tried in every state."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from domain.exports import rules

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")

CAN = {
    ("take", "waiting"): "running",
    ("take", "running"): "running",
    ("finish", "running"): "done",
    ("fail", "running"): "failed",
    ("cancel", "waiting"): "cancelled",
    ("cancel", "running"): "cancelled",
    ("expire", "done"): "expired",
}


class TestActs:
    @pytest.mark.parametrize("state", get_args(rules.State))
    @pytest.mark.parametrize("act", get_args(rules.Act))
    def test_lead_where_the_picture_says_and_nowhere_else(self, act, state):
        if (act, state) in CAN:
            assert rules.after(act, state) == CAN[act, state]
        else:
            with pytest.raises(rules.ExportEnded) as refused:
                rules.after(act, state)
            assert rules.STATES_ZH[state] in refused.value.sentence("zh")


class TestProgress:
    @pytest.mark.parametrize(
        ("state", "rows_done", "rows_total", "expected"),
        [
            ("waiting", 0, None, 0),
            ("running", 0, 0, 0),
            ("running", 2, 3, 66),
            ("running", 3, 3, 99),
            ("running", 4, 3, 99),
            ("failed", 1, 4, 25),
            ("cancelled", 0, None, 0),
            ("done", 0, 0, 100),
            ("expired", 7, 7, 100),
        ],
    )
    def test_is_whole_only_with_the_file(self, state, rows_done, rows_total, expected):
        assert rules.progress(state, rows_done=rows_done, rows_total=rows_total) == expected


class TestAFile:
    def test_is_gone_on_time_whether_or_not_it_was_swept(self):
        until = NOW + timedelta(days=7)
        assert rules.state_at("done", expires_at=until, now=until - timedelta(seconds=1)) == "done"
        assert rules.state_at("done", expires_at=until, now=until) == "expired"
        assert rules.state_at("failed", expires_at=NOW, now=until) == "failed"

    def test_is_given_out_only_when_it_is_there(self):
        rules.downloadable("done", expires_at=NOW + timedelta(days=1), now=NOW, zone=SHANGHAI)
        for state in ("waiting", "running", "failed", "cancelled"):
            with pytest.raises(rules.ExportNotReady):
                rules.downloadable(state, expires_at=None, now=NOW, zone=SHANGHAI)
        with pytest.raises(rules.ExportExpired) as refused:
            rules.downloadable("expired", expires_at=NOW, now=NOW, zone=SHANGHAI)
        assert "2026-03-10 09:00" in refused.value.sentence("en")

    def test_has_a_name_that_every_system_takes(self):
        named = rules.file_name("台账", 'a/b\\c:"d"', at=NOW, zone=SHANGHAI)
        assert named == "台账-abcd-20260310-0900.xlsx"


class TestRoom:
    def test_is_counted_for_the_person_and_for_the_body(self):
        rules.room_for_another(of_person=2, of_body=9, person_most=3, body_most=10)
        with pytest.raises(rules.TooManyExports) as refused:
            rules.room_for_another(of_person=3, of_body=3, person_most=3, body_most=10)
        assert refused.value.sentence("zh").startswith("您同时")
        with pytest.raises(rules.TooManyExports) as refused:
            rules.room_for_another(of_person=0, of_body=10, person_most=3, body_most=10)
        assert refused.value.sentence("en").startswith("Your body")


class TestProblems:
    @pytest.mark.parametrize("code", rules.PROBLEMS)
    def test_can_be_told_in_both_languages(self, code):
        assert "{" not in rules.why(code).sentence("zh") + rules.why(code).sentence("en")
