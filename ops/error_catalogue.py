"""The catalogue of refusals, `docs/errors.md`: every code the platform can answer with, in both languages.

It is read off the classes, so no code can be forgotten and none can linger. Refusals are one part of what can go
wrong: troubles of an operator (`ops/troubles.py`) and faults in a file's lines are told where they occur.
"""

import importlib
import pkgutil
from collections.abc import Iterator

from tenancy.refusals import Refusal

ROOMS = ("tenancy", "policies", "domain", "workers", "api")

OPENING = """# Refusals 错误代码

What the platform answers when it does not do what was asked: a stable code for programs, and a sentence for people in
the language of `Accept-Language` (Chinese unless English is preferred). Mutations show it among `userErrors`, queries
and files as an error with `extensions.code`. Words in braces are filled in.

平台未予办理时的答复：代码供程序判断，文字供人阅读（按 `Accept-Language`，默认中文）。花括号内为代入的内容。

This page is generated (`gongguan refusals`) from the classes it names.

| code | English | 中文 | where |
| --- | --- | --- | --- |
"""


def error_catalogue() -> str:
    """The page as it is committed."""
    return OPENING + "".join(f"{_row(refusal)}\n" for refusal in catalogued())


def catalogued() -> list[type[Refusal]]:
    """Every refusal that has a code, by code. Raises ValueError when two say different things under one code."""
    for room in ROOMS:
        _import_all(room)
    by_code: dict[str, type[Refusal]] = {}
    # In the order of the rooms' files, so that the page is the same whoever imported what first.
    for refusal in sorted(_descendants(Refusal), key=lambda refusal: refusal.__module__):
        if not hasattr(refusal, "code") or refusal.__module__.partition(".")[0] not in ROOMS:
            continue
        known = by_code.setdefault(refusal.code, refusal)
        if (known.en, known.zh) != (refusal.en, refusal.zh):
            raise ValueError(f"{refusal.code} means two things: {known} and {refusal}")
    return [by_code[code] for code in sorted(by_code)]


def _import_all(room: str) -> None:
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, prefix=f"{room}."):
        importlib.import_module(module.name)


def _descendants(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in refusal.__subclasses__():
        yield child
        yield from _descendants(child)


def _row(refusal: type[Refusal]) -> str:
    where = refusal.__module__.replace(".", "/") + ".py"
    cells = (f"`{refusal.code}`", refusal.en, refusal.zh, f"`{where}`")
    return "| " + " | ".join(_in_a_cell(cell) for cell in cells) + " |"


def _in_a_cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")
