"""The order in which names stand: by their pinyin, character by character, as in a Chinese telephone book. Pure.

Each character counts by itself: first its syllable, then its tone, then the character. So all Zhou (周) stand together, and
none of another character comes in between. What is no Chinese character counts as it is folded for search.

Readings are those of pypinyin; of a surname with a reading of its own, that one (曾 is zeng1, not ceng2).
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.staff.rules import folded_name

AFTER_EACH = " "
"""Comes before whatever a syllable is made of, so that a short name stands before a longer one that begins with it."""

SURNAMES: Mapping[str, str] = MappingProxyType(
    {
        "万俟": "mo4 qi2",
        "尉迟": "yu4 chi2",
        "长孙": "zhang3 sun1",
        "单": "shan4",
        "曾": "zeng1",
        "解": "xie4",
        "仇": "qiu2",
        "区": "ou1",
        "查": "zha1",
        "任": "ren2",
        "朴": "piao2",
        "华": "hua4",
        "乐": "yue4",
        "缪": "miao4",
        "覃": "qin2",
        "翟": "zhai2",
        "盖": "ge3",
        "员": "yun4",
        "种": "chong2",
        "秘": "bi4",
        "燕": "yan1",
        "应": "ying1",
        "折": "she2",
        "召": "shao4",
        "郇": "xun2",
        "繁": "po2",
        "纪": "ji3",
        "葛": "ge3",
    }
)
"""How surnames are read that are read otherwise elsewhere; those of two characters first."""


def pinyin(name: str) -> str:
    """Where a name stands among others, compared by code points."""
    plain = folded_name(name)
    surname = next((each for each in SURNAMES if plain.startswith(each)), "")
    readings = [*SURNAMES.get(surname, "").split(), *_readings(plain[len(surname) :])]
    return "".join(
        f"{reading}{character}{AFTER_EACH}" for reading, character in zip(readings, plain, strict=True)
    )


def _readings(characters: str) -> list[str]:
    # It takes a while and some memory to load, and most processes never enter anybody.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - see above

    return [
        reading
        for character in characters
        for reading in lazy_pinyin(
            character, style=Style.TONE3, neutral_tone_with_five=True, errors=lambda strange: strange
        )
    ]
