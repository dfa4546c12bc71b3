"""Which language a header asks for."""

import pytest

from api.languages import preferred


class TestPreferred:
    @pytest.mark.parametrize(
        ("header", "language"),
        [
            (None, "zh"),
            ("", "zh"),
            ("*", "zh"),
            ("fr, de;q=0.5", "zh"),
            ("zh-CN", "zh"),
            ("en", "en"),
            ("EN-us", "en"),
            ("zh, en", "zh"),
            ("en;q=0.9, zh;q=0.8", "en"),
            ("zh;q=0.1, en;q=0.2", "en"),
            ("en;q=0", "zh"),
            ("en;q=nonsense", "zh"),
            ("en;q=nan", "zh"),
            (";;;,,,==", "zh"),
        ],
    )
    def test_is_chinese_unless_english_is_wanted_more(self, header: str | None, language: str) -> None:
        assert preferred(header) == language
