"""The endings of a name, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.staff.rules import endings, folded_name


class TestEndings:
    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("欧阳小明", {"欧阳小明", "阳小明", "小明", "明"}),
            ("阳阳", {"阳阳", "阳"}),
            ("艾·力", {"艾力", "力"}),
            ("𠮷 Ａb", {"𠮷ab", "ab", "b"}),
            ("ß", {"ss", "s"}),
            ("· \u3000", set()),
            ("", set()),
        ],
    )
    def test_begin_at_each_character(self, name: str, kept: set[str]) -> None:
        assert endings(name) == kept

    def test_go_no_further_than_a_hundred_characters(self) -> None:
        assert endings("甲" + "乙" * 100) == {"甲" + "乙" * 99, *("乙" * n for n in range(1, 101))}

    @given(st.text("欧阳aA·. \u3000ßéＡ𠮷", max_size=20))
    def test_of_a_folded_name_are_those_of_the_name(self, name: str) -> None:
        assert endings(folded_name(name)) == endings(name)
