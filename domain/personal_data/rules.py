"""How identity and telephone numbers are written, checked and masked. Pure: the day is handed in, no key is known.

Refusals never repeat what was entered: they end up in places where the number must not be.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from tenancy.refusals import Refusal

Kind = Literal["identity_number", "telephone"]

KINDS: tuple[Kind, ...] = get_args(Kind)

HIDDEN = "*"


class IdentityNumberMisshapen(Refusal):
    """It does not look like an identity number at all."""

    code = "IDENTITY_NUMBER_MISSHAPEN"
    en = (
        "An identity number has 18 characters: 17 digits and a digit or X; those of 15 digits have not been valid since "
        "2013. Enter it as it stands on the card."
    )
    zh = "居民身份证号码为18位：前17位为数字，末位为数字或X。15位旧号码自2013年起已停用，请对照证件重新填写。"


class IdentityNumberWrong(Refusal):
    """It has the right shape and cannot be one: the date of birth does not exist, or the check digit does not fit."""

    code = "IDENTITY_NUMBER_WRONG"
    en = (
        "Some digit of this identity number is wrong: {part_en}. Compare it with the card and enter it again."
    )
    zh = "该居民身份证号码有误：{part_zh}。请对照证件核对后重新填写。"


class TelephoneMisshapen(Refusal):
    """It is no telephone number that could be called from anywhere."""

    code = "TELEPHONE_MISSHAPEN"
    en = (
        "This is no telephone number. Enter a mobile number of 11 digits, a number with its area code (0577-…), or one of "
        "another country with + and its code; no extension."
    )
    zh = "电话号码格式不正确。请填写11位手机号码、带区号的固定电话（如0577-…），或以+和国家代码开头的境外号码，不要填写分机号。"


class AlreadyRecorded(Refusal):
    """There is one on record, and recording another would silently take its place."""

    code = "PERSONAL_DATA_ALREADY_RECORDED"
    en = "One of this kind is on record for this person already. Read it, and use `replacePersonalData` to put another in its place."
    zh = "该人员已登记此类信息，不能重复登记。请改用更换操作（replacePersonalData）。"


class HasLeft(Refusal):
    """Something would be recorded of somebody who left the body."""

    code = "PERSONAL_DATA_HAS_LEFT"
    en = "{name} has left your body, so nothing of them is kept here. Enter them on the register again first (`enterStaff`)."
    zh = "{name}已离岗，本单位不再登记其个人信息。请先重新登记在册（enterStaff）。"


def normalised(kind: Kind, written: str, *, today: date) -> str:
    """The one form in which a value is kept and sought, however it was written.

    Raises `IdentityNumberMisshapen`, `IdentityNumberWrong`, `TelephoneMisshapen`.
    """
    form = _FORMS[kind]
    return form.normalise(written, today)


def masked(kind: Kind, value: str) -> str:
    """What is shown of a normalised value."""
    return _FORMS[kind].mask(value)


# --- Identity numbers: GB 11643-1999 -----------------------------------------------------------------------------------

_IDENTITY_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_CHECK_CHARACTERS = "10X98765432"
_FIRST_BIRTHDAY = date(1850, 1, 1)


def check_character(body: str) -> str:
    """The 18th character to these 17 digits (ISO 7064, MOD 11-2)."""
    weighed = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    return _CHECK_CHARACTERS[weighed % 11]


def _identity_number(written: str, today: date) -> str:
    number = _without_blanks(written).upper()
    if not _IDENTITY_NUMBER.fullmatch(number):
        raise IdentityNumberMisshapen(field="value")
    if not _was_born(number[6:14], today):
        raise IdentityNumberWrong(
            field="value", part_en="its date of birth cannot be one", part_zh="出生日期不存在"
        )
    if number[17] != check_character(number[:17]):
        raise IdentityNumberWrong(
            field="value", part_en="its last character does not fit the others", part_zh="校验码不符"
        )
    return number


def _was_born(digits: str, today: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _FIRST_BIRTHDAY <= born <= today


def _masked_identity_number(number: str) -> str:
    return f"{number[:4]}{HIDDEN * 10}{number[14:]}"


# --- Telephone numbers: E.164 ------------------------------------------------------------------------------------------

_CHINA = "+86"
_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
# An area code is 10, 2x or three digits from 3xx to 9xx, without the 0 that is dialled before it.
_LANDLINE = re.compile(r"(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}", re.ASCII)
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_PUNCTUATION = re.compile(r"[-‐‑‒–—−－./()]")


def _telephone(written: str, _today: date) -> str:
    dialled = _PUNCTUATION.sub("", _without_blanks(written))
    if dialled.startswith("00"):
        dialled = f"+{dialled[2:]}"
    if dialled.startswith("+") and not dialled.startswith(_CHINA):
        if not _ABROAD.fullmatch(dialled):
            raise TelephoneMisshapen(field="value")
        return dialled
    national = dialled.removeprefix(_CHINA)
    # Within the country the 0 tells an area code from a number of the same town; from abroad it is mostly written as well.
    with_area_code = national.startswith("0") or dialled.startswith(_CHINA)
    landline = national.removeprefix("0")
    if _MOBILE.fullmatch(national) or (with_area_code and _LANDLINE.fullmatch(landline)):
        return f"{_CHINA}{landline}"
    raise TelephoneMisshapen(field="value")


def _masked_telephone(number: str) -> str:
    # How long a country's code is, would take a table to know: of others only the + is shown.
    shown = _CHINA if number.startswith(_CHINA) else "+"
    return f"{shown}{HIDDEN * (len(number) - len(shown) - 4)}{number[-4:]}"


def _without_blanks(written: str) -> str:
    return "".join(unicodedata.normalize("NFKC", written).split())


@dataclass(frozen=True, slots=True)
class _Form:
    """How values of a kind are brought into one form, and masked."""

    normalise: Callable[[str, date], str]
    mask: Callable[[str], str]


_FORMS: Mapping[Kind, _Form] = {
    "identity_number": _Form(_identity_number, _masked_identity_number),
    "telephone": _Form(_telephone, _masked_telephone),
}
