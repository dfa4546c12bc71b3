"""How numbers are written, checked and masked, without a database. The identity numbers are those of GB 11643-1999's own text,
or made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.personal_data.rules import (
    IdentityNumberMisshapen,
    IdentityNumberWrong,
    TelephoneMisshapen,
    check_character,
    masked,
    normalised,
)
from tenancy.refusals import Refusal

TODAY = date(2026, 3, 10)
OF_THE_STANDARD = ("11010519491231002X", "440524188001010014")
MADE_UP = ("330326198805021232", "330326199102144564")

BORN = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
AREAS = st.integers(110000, 659999)
ORDERS = st.integers(0, 999)


def identity_number(area: int, born: date, order: int) -> str:
    """A number that is one, by the tables of the standard rather than by what is tested."""
    body = f"{area:06d}{born:%Y%m%d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    remainder = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + {0: "1", 1: "0", 2: "X"}.get(remainder, str(12 - remainder))


def in_full_width(text: str) -> str:
    """As Chinese input methods write it."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


class TestAnIdentityNumber:
    @pytest.mark.parametrize("number", OF_THE_STANDARD + MADE_UP)
    def test_is_taken_as_it_is(self, number):
        assert normalised("identity_number", number, today=TODAY) == number

    @given(AREAS, BORN, ORDERS)
    def test_has_the_check_character_of_the_standard(self, area, born, order):
        number = identity_number(area, born, order)
        assert check_character(number[:17]) == number[17]
        assert normalised("identity_number", number, today=TODAY) == number

    @given(AREAS, BORN, ORDERS, st.integers(0, 17), st.integers(1, 9))
    def test_with_one_digit_wrong_is_none(self, area, born, order, place, by):
        number = identity_number(area, born, order)
        if number[place] == "X":
            wrong = f"{number[:place]}{by}"
        else:
            wrong = f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
        with pytest.raises((IdentityNumberWrong, IdentityNumberMisshapen)):
            normalised("identity_number", wrong, today=TODAY)

    @given(AREAS, BORN, ORDERS, st.integers(0, 16))
    def test_with_two_neighbours_exchanged_is_none(self, area, born, order, place):
        number = identity_number(area, born, order)
        turned = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if turned != number:
            with pytest.raises((IdentityNumberWrong, IdentityNumberMisshapen)):
                normalised("identity_number", turned, today=TODAY)

    @pytest.mark.parametrize(
        "written",
        [
            "11010519491231002x",
            " 110105 19491231 002X ",
            in_full_width("11010519491231002X"),
        ],
    )
    def test_is_one_however_it_is_written(self, written):
        assert normalised("identity_number", written, today=TODAY) == "11010519491231002X"

    @pytest.mark.parametrize(
        "written",
        ["", "X", "110105491231002", "01010519491231002X", "11010519491231002XX", "٠" * 18, "1" * 17 + "Y"],
    )
    def test_of_another_shape_is_none(self, written):
        with pytest.raises(IdentityNumberMisshapen):
            normalised("identity_number", written, today=TODAY)

    @pytest.mark.parametrize("born", ["19490230", "20260311", "18491231", "19881301"])
    def test_of_somebody_who_cannot_have_been_born_is_none(self, born):
        body = f"330326{born}123"
        with pytest.raises(IdentityNumberWrong):
            normalised("identity_number", body + check_character(body), today=TODAY)

    def test_shows_its_first_four_and_its_last_four(self):
        assert masked("identity_number", "330326198805021232") == "3303**********1232"


class TestATelephoneNumber:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("13857712345", "+8613857712345"),
            ("138 5771 2345", "+8613857712345"),
            ("138-5771-2345", "+8613857712345"),
            ("+86 138 5771 2345", "+8613857712345"),
            ("008613857712345", "+8613857712345"),
            (in_full_width("13857712345"), "+8613857712345"),
            ("0577-63721234", "+8657763721234"),
            ("(0577)63721234", "+8657763721234"),
            ("+86 577 6372 1234", "+8657763721234"),
            ("+86 (0)577 6372 1234", "+8657763721234"),
            ("010-65551234", "+861065551234"),
            ("+86 10 6555 1234", "+861065551234"),
            ("021 6555 1234", "+862165551234"),
            ("+852 2345 6789", "+85223456789"),
            ("+1 (202) 555-0123", "+12025550123"),
            ("0044 20 7946 0000", "+442079460000"),
        ],
    )
    def test_is_kept_in_one_form_however_it_is_written(self, written, kept):
        assert normalised("telephone", written, today=TODAY) == kept

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "+",
            "63721234",
            "12345678901",
            "1385771234",
            "138577123456",
            "0577-63721234转8001",
            "110",
            "+0123456789",
            "0577-13721234",
            "+86 63721234",
            "+12",
            "+1234567890123456",
            "tel",
            "+8613857712345678",
        ],
    )
    def test_that_could_not_be_called_from_anywhere_is_none(self, written):
        with pytest.raises(TelephoneMisshapen):
            normalised("telephone", written, today=TODAY)

    @pytest.mark.parametrize(
        ("kept", "shown"),
        [
            ("+8613857712345", "+86*******2345"),
            ("+8657763721234", "+86*******1234"),
            ("+85223456789", "+*******6789"),
            ("+12025550123", "+*******0123"),
        ],
    )
    def test_shows_the_country_if_it_is_ours_and_its_last_four(self, kept, shown):
        assert masked("telephone", kept) == shown

    @given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
    def test_hides_all_but_four_digits(self, mobile):
        kept = normalised("telephone", mobile, today=TODAY)
        assert masked("telephone", kept).count("*") == len(mobile) - 4


class TestARefusal:
    @pytest.mark.parametrize(
        ("kind", "written"),
        [
            ("identity_number", "330326198805021233"),
            ("identity_number", "33032619880502123"),
            ("telephone", "1385771234"),
        ],
    )
    def test_never_repeats_what_was_entered(self, kind, written):
        with pytest.raises(Refusal) as refused:
            normalised(kind, written, today=TODAY)
        told = [str(refused.value), repr(refused.value), *map(refused.value.sentence, ("zh", "en"))]
        assert not [each for each in told if written in each]
