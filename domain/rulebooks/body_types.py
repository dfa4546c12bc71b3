"""The types of entries that name bodies of the county: by their codes, as its list of bodies has them.

A rulebook is text that is read before anybody looks at a county, so no type knows whether a body with such a code is
there: one that is not there has neither duty nor right. It decides nothing; capabilities ask for the codes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.rulebooks.entry_types import Misfit, Type

CODE = r"[a-z][a-z0-9_-]*"
"""How places and bodies are called, in rulebooks and rosters."""


def _code(raw: object, *, path: tuple[str | int, ...]) -> str:
    if not isinstance(raw, str) or re.fullmatch(CODE, raw) is None:
        raise Misfit(
            "WRONG_FORM",
            en=f'"{raw}" is not the code of a body, such as "zonghe"',
            zh=f"“{raw}”不是“zonghe”这样的单位代码",
            path=path,
        )
    return raw


@dataclass(frozen=True)
class BodiesType(Type):
    """The codes of some bodies, each once; there may be none."""

    def read(self, raw: object, unit: str | None) -> tuple[str, ...]:
        """Raises `Misfit`."""
        self.refuse_unit(unit)
        if not isinstance(raw, list):
            raise Misfit("WRONG_TYPE", en="the value must be a list", zh="值应当是列表[…]")
        for index, code in enumerate(raw):
            if _code(code, path=("value", index)) in raw[:index]:
                raise Misfit("TWICE", en="this is listed twice", zh="此项重复", path=("value", index))
        return tuple(raw)


@dataclass(frozen=True)
class HandoverType(Type):
    """Which body hands over to which: { likoushan = "zhangcun" }. None does where the table is empty."""

    def read(self, raw: object, unit: str | None) -> Mapping[str, str]:
        """Raises `Misfit`."""
        self.refuse_unit(unit)
        if not isinstance(raw, dict):
            raise Misfit(
                "WRONG_TYPE",
                en='the value must be a table such as { likoushan = "zhangcun" }',
                zh='值应当是表，如{ likoushan = "zhangcun" }',
            )
        for giver, taker in raw.items():
            path = ("value", giver)
            if _code(giver, path=path) == _code(taker, path=path):
                raise Misfit(
                    "WITH_ITSELF",
                    en=f'"{giver}" cannot hand over to itself',
                    zh=f"“{giver}”不能移交给自己",
                    path=path,
                )
        return MappingProxyType(dict(raw))
