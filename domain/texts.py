"""What people write: not blank, not longer than a letter holds, and with reasons where reasons are asked for.

Every capability names its own fields (English, Chinese, how long); the three refusals are everybody's. It knows no
field and no capability.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tenancy.refusals import Refusal

LONGEST_LINE = 200
LONGEST_TEXT = 20_000


class FieldEmpty(Refusal):
    """Something that must be said is blank."""

    code = "FIELD_EMPTY"
    en = "{name} must not be empty. Fill it in."
    zh = "{name_zh}不能为空，请填写。"


class FieldTooLong(Refusal):
    """Something is longer than a letter holds."""

    code = "FIELD_TOO_LONG"
    en = "{name} is too long: at most {most} characters. Shorten it."
    zh = "{name_zh}过长：最多{most}个字，请精简。"


class ReasonNeeded(Refusal):
    """An act that must be reasoned came without reasons."""

    code = "REASON_NEEDED"
    en = "Give the reasons in writing."
    zh = "请书面说明理由。"


@dataclass(frozen=True, slots=True)
class Field:
    """What a part of a letter is called in a sentence, and how long it may be."""

    en: str
    zh: str
    most: int


REASON = Field("The reason", "理由", LONGEST_TEXT)


def written(name: str, text: str, fields: Mapping[str, Field], *, given_as: str | None = None) -> str:
    """The text without blanks around it. `given_as` is its name where it was entered, if that is not `name`.

    Raises `FieldEmpty`, `FieldTooLong`.
    """
    return _checked(given_as or name, text, fields[name])


def reasoned(text: str, *, field: str) -> str:
    """Reasons without blanks around them. Raises `ReasonNeeded`, `FieldTooLong`."""
    if not text.strip():
        raise ReasonNeeded(field=field)
    return _checked(field, text, REASON)


def _checked(name: str, text: str, field: Field) -> str:
    text = text.strip()
    if not text:
        raise FieldEmpty(field=name, name=field.en, name_zh=field.zh)
    if len(text) > field.most:
        raise FieldTooLong(field=name, name=field.en, name_zh=field.zh, most=field.most)
    return text
