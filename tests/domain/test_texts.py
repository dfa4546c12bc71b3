"""What people write: blanks go, nothing blank and nothing too long comes in, and reasons are reasons."""

import pytest

from domain.texts import Field, FieldEmpty, FieldTooLong, ReasonNeeded, reasoned, written

FIELDS = {"place": Field("The place", "地点", 4)}


class TestWhatIsWritten:
    def test_comes_without_blanks_around_it(self) -> None:
        assert written("place", " 昆阳镇\n", FIELDS) == "昆阳镇"

    @pytest.mark.parametrize("text", ["", "  ", "\u3000"])
    def test_is_not_blank(self, text: str) -> None:
        with pytest.raises(FieldEmpty) as refusal:
            written("place", text, FIELDS)
        assert refusal.value.field == "place"
        assert refusal.value.sentence("zh") == "地点不能为空，请填写。"

    def test_is_as_long_as_it_may_be_and_no_longer(self) -> None:
        assert written("place", "长长长长", FIELDS)
        with pytest.raises(FieldTooLong, match="4"):
            written("place", "长长长长长", FIELDS)


class TestReasons:
    def test_are_given(self) -> None:
        assert reasoned(" 不妥 ", field="reasons") == "不妥"
        with pytest.raises(ReasonNeeded):
            reasoned(" ", field="reasons")
