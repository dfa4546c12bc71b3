"""Folding and grams: what is the same to a clerk is the same text, and no gram is missing that a search would ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search.rules import (
    LONGEST_SEARCH,
    PROBES_AT_MOST,
    SearchTooLong,
    folded,
    folded_together,
    grams,
    probes,
    words,
)

# Whatever people type here: Chinese, a rare character beyond 16 bits, both widths, both cases, punctuation, blanks.
LETTERS = st.text("渣土运输车𠮷昆阳〔〕()()【】ABCabcＡＢＣａｂｃéßß012０１２,，。.·《 \u3000\n", max_size=40)


class TestFolding:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("浙C12345", "浙c12345"),
            ("浙Ｃ１２３４５", "浙c12345"),
            ("平交移（２０２６）12号", "平交移(2026)12号"),
            ("平交移〔2026〕12号", "平交移(2026)12号"),
            ("平交移【2026】12号", "平交移(2026)12号"),
            ("运输渣\n土,\u3000未密闭", "运输渣土,未密闭"),
            ("ABC  Trading\nLtd", "abc trading ltd"),
            ("车牌 C 12 3", "车牌c 12 3"),
            ("STRASSE Straße", "strasse strasse"),
            ("\u3000 \n", ""),
        ],
    )
    def test_makes_one_of_what_is_the_same(self, written: str, kept: str) -> None:
        assert folded(written) == kept

    @given(LETTERS)
    def test_changes_nothing_the_second_time(self, text: str) -> None:
        assert folded(folded(text)) == folded(text)


class TestGrams:
    def test_are_all_pairs_and_the_last_character(self) -> None:
        assert grams("渣土车") == {"渣土", "土车", "车"}
        assert grams("") == frozenset()

    def test_span_no_two_texts(self) -> None:
        assert grams(folded_together(["渣土", "", "车队"])) == {"渣土", "土", "车队", "队"}

    @given(LETTERS, st.integers(0, 39), st.integers(1, 39))
    def test_hold_every_probe_of_whatever_stands_in_the_text(
        self, text: str, start: int, length: int
    ) -> None:
        kept = folded_together([text])
        for word in words(kept[start : start + length]):
            if word not in kept:
                continue  # a half of what only folds as a whole
            for probe in probes([word]):
                assert probe in grams(kept) or any(gram.startswith(probe) for gram in grams(kept))


class TestASearchText:
    def test_is_words_between_blanks_each_once(self) -> None:
        assert words(" 渣土\u3000通福路 渣土 ABC\n") == ("渣土", "通福路", "abc")
        assert words(" \u3000") == ()

    def test_has_a_length(self) -> None:
        assert words("土" * LONGEST_SEARCH)
        with pytest.raises(SearchTooLong):
            words("土" * (LONGEST_SEARCH + 1))

    def test_is_looked_up_by_few_grams_spread_over_it(self) -> None:
        assert probes(("渣土",)) == ("渣土",)
        assert probes(("渣", "通福路")) == ("通福", "福路")
        assert probes(("渣", "土")) == ("渣", "土")
        assert probes(()) == ()
        many = probes(("一二三四五六七八九十",))
        assert len(many) == PROBES_AT_MOST
        assert many[0] == "一二"
