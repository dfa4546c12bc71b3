"""How names are folded, the endings they are found by, and what an entry of the register may say. Pure.

Of names, the same fold for what is kept and what is sought. To the fold of searched texts it adds that blanks count nowhere, nor do the dots between the parts of a name, which are
written in many ways or not at all. A part occurs in a name exactly if an ending of the name begins with it.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

from domain.search import rules as search
from domain.texts import LONGEST_LINE, LONGEST_TEXT, Field

Register = Literal["enforcement", "auxiliary", "other"]
Establishment = Literal["administrative", "enforcement", "institution", "none"]

REGISTERS: tuple[Register, ...] = get_args(Register)
ESTABLISHMENTS: tuple[Establishment, ...] = get_args(Establishment)

REGISTERS_ZH: Mapping[Register, str] = MappingProxyType(
    {"enforcement": "执法人员", "auxiliary": "辅助人员", "other": "其他人员"}
)
ESTABLISHMENTS_ZH: Mapping[Establishment, str] = MappingProxyType(
    {
        "administrative": "行政编制",
        "enforcement": "行政执法专项编制",
        "institution": "事业编制",
        "none": "无编制",
    }
)
"""As a roster writes them."""

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "name": Field("The name", "姓名", 50),
        "post": Field("The post", "职务", LONGEST_LINE),
        "rank": Field("The rank", "职级", LONGEST_LINE),
        "reason": Field("The reason", "理由", LONGEST_TEXT),
    }
)

_LEFT_OUT = str.maketrans("", "", " .·•‧∙⋅・")


def folded_name(name: str) -> str:
    """The name, or a part of one, as it is kept and compared."""
    return search.folded(name).translate(_LEFT_OUT)


def endings(name: str) -> frozenset[str]:
    """The endings a name is found by."""
    return search.endings(folded_name(name))


def holds_on(*, since: date, until: date | None, on: date) -> bool:
    """Whether an entry holds on that day; both its first and its last day count."""
    return since <= on and (until is None or on <= until)


def is_established(establishment: str) -> bool:
    """Whether somebody is on an establishment at all."""
    return establishment != "none"
