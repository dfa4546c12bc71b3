"""The types of entries on their own: what they take, what they make of it."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rulebooks.entry_types import (
    LimitsType,
    LimitType,
    Misfit,
    NumberFormatType,
    OfficeSpansType,
    TextsType,
)
from domain.rulebooks.extension_type import ExtensionType
from domain.rulebooks.registry import GROUPS, REGISTRY
from domain.rulebooks.values import UNITS, Extension, Limit, NumberFormat, OfficeSpan, Words

ANYTHING = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["kind", "need", "name", "item", "referral"]), inner, max_size=4),
    ),
    max_leaves=6,
)


class TestEveryType:
    @given(
        st.sampled_from(sorted(REGISTRY)),
        ANYTHING,
        st.one_of(st.none(), st.sampled_from(sorted(UNITS)), st.text(max_size=4)),
    )
    def test_takes_a_value_or_says_what_does_not_fit_in_both_languages(
        self, key: str, raw: object, unit: str | None
    ) -> None:
        misfit = self.misfit(key, raw, unit)
        if misfit is not None:
            assert misfit.en
            assert any("一" <= character <= "鿿" for character in misfit.zh)
            assert misfit.path[0] in ("value", "unit")

    @staticmethod
    def misfit(key: str, raw: object, unit: str | None) -> Misfit | None:
        try:
            REGISTRY[key].type.read(raw, unit)
        except Misfit as misfit:
            return misfit
        return None


class TestGroups:
    def test_have_words_for_whatever_a_key_begins_with(self) -> None:
        assert {key.partition(".")[0] for key in REGISTRY} == set(GROUPS)


class TestLimit:
    @given(st.integers(1, 1000), st.sampled_from(sorted(UNITS)))
    def test_is_a_whole_number_from_1_with_a_unit(self, amount: int, unit: str) -> None:
        limit = LimitType().read(amount, unit)
        assert (limit.amount, limit.unit) == (amount, unit)

    @pytest.mark.parametrize("amount", [True, 0, -1, 1001, 2.5, "3", None])
    def test_is_nothing_else(self, amount: object) -> None:
        with pytest.raises(Misfit):
            LimitType().read(amount, "working_days")

    def test_reads_as_a_letter_would_write_it(self) -> None:
        assert (str(Limit(1, "working_days")), Limit(1, "working_days").zh) == ("1 working day", "1个工作日")
        assert (str(Limit(24, "hours")), Limit(24, "hours").zh) == ("24 hours", "24小时")

    def test_lists_have_the_longest_first(self) -> None:
        assert LimitsType().read([1, 3, 2], "hours") == (
            Limit(3, "hours"),
            Limit(2, "hours"),
            Limit(1, "hours"),
        )
        assert LimitsType().read([], "hours") == ()


class TestAnExtension:
    def test_is_refused_or_has_its_terms_and_perhaps_a_cap(self) -> None:
        assert ExtensionType().read(False, None) == Extension(allowed=False)
        terms = {"needs_reason": True, "prior_notice": False}
        assert ExtensionType().read(terms, None) == Extension(True, None, True, False)
        capped = ExtensionType().read({"at_most": 10, **terms}, "working_days")
        assert capped == Extension(True, Limit(10, "working_days"), True, False)
        assert str(capped) == "up to 10 working days in all"

    @pytest.mark.parametrize(
        ("raw", "unit"),
        [
            (True, None),
            (False, "working_days"),
            ({"at_most": 10}, "working_days"),
            ({"needs_reason": True, "prior_notice": "yes"}, None),
            ({"needs_reason": True, "prior_notice": True}, "working_days"),
            ({"needs_reason": True, "prior_notice": True, "at_most": 10}, None),
            ({"needs_reason": True, "prior_notice": True, "at_most": 0}, "hours"),
            ({"needs_reason": True, "prior_notice": True, "times": 2}, None),
        ],
    )
    def test_is_nothing_else(self, raw: object, unit: str | None) -> None:
        with pytest.raises(Misfit):
            ExtensionType().read(raw, unit)


class TestNumberFormat:
    def test_writes_the_number_of_a_letter(self) -> None:
        assert NumberFormat("{short}移〔{year}〕{n}号").write(short="昆", year=2026, n=7) == "昆移〔2026〕7号"
        padded = NumberFormatType().read("{short}-{year}-{n:03}", None)
        assert isinstance(padded, NumberFormat)
        assert padded.write(short="昆", year=2026, n=7) == "昆-2026-007"

    @pytest.mark.parametrize(
        "template",
        [
            "{short}{year}",
            "{year}{n}",
            "{short}{n}",
            "{short}{year}{n}{n}",
            "{short}{year}{n}{m}",
            "{short}{year}{n",
            "{short}{year}{n!r}",
            "{short:>9}{year}{n}",
            "{short}{year}{n:9}",
            "{short.x}{year}{n}",
            "{}{year}{n}",
        ],
    )
    def test_needs_each_field_once_and_nothing_clever(self, template: str) -> None:
        with pytest.raises(Misfit):
            NumberFormatType().read(template, None)

    @given(st.text(max_size=12), st.text(max_size=12))
    def test_never_fails_to_write_once_it_was_taken(self, before: str, after: str) -> None:
        try:
            taken = NumberFormatType().read(f"{before}{{short}}{{year}}{{n}}{after}", None)
        except Misfit:
            return
        assert isinstance(taken, NumberFormat)
        assert "昆20267" in taken.write(short="昆", year=2026, n=7)


class TestOfficeSpans:
    def test_are_stretches_of_the_day_in_order(self) -> None:
        assert OfficeSpansType().read(["08:30-12:00", "12:00-17:30"], None) == (
            OfficeSpan(time(8, 30), time(12)),
            OfficeSpan(time(12), time(17, 30)),
        )

    @pytest.mark.parametrize(
        "span", ["8:30-12:00", "08:30-24:00", "08:30–12:00", "08:60-09:00", "08:30-08:30", "08:30-12:00\n"]
    )
    def test_are_written_with_two_digits_and_end_after_they_begin(self, span: str) -> None:
        with pytest.raises(Misfit):
            OfficeSpansType().read([span], None)


class TestTexts:
    def test_must_all_have_the_form(self) -> None:
        type_ = TextsType(r"[a-z]+/[a-z]+", Words("a media type", "媒体类型"))
        assert type_.read(["a/b", "c/d"], None) == ("a/b", "c/d")
        with pytest.raises(Misfit) as misfit:
            type_.read(["a/b", "a/b; x"], None)
        assert misfit.value.path == ("value", 1)
