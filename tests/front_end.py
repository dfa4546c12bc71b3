"""The page for front-end developers, taken apart: its blocks, and the files that come of following them.

A block that names a file holds it whole, or as it is `at first`, or `more` of it, whose lines go where the finished file
has them, or only `a piece` to be looked at. Blocks of `sh` are to be run; `text` is for the eye.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parent.parent / "docs/front-end"
APP = PAGES / "app"
BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: (?P<file>\S+))?(?: \((?P<how>[a-z ]+)\))?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block of code, and what it says of itself."""

    language: str
    file: str | None
    how: str
    text: str


def blocks(page: str) -> list[Block]:
    """All blocks of a page, in order."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return [
        Block(found["language"], found["file"], found["how"] or "whole", found["text"])
        for found in BLOCK.finditer(text)
    ]


def followed(page: str) -> Iterator[Block]:
    """What a reader does, in order: commands to run, and files to write with all that they hold by then."""
    shown: dict[str, list[str]] = {}
    for block in blocks(page):
        if block.file is None:
            yield block
        elif block.how != "a piece":
            lines = block.text.splitlines()
            if block.how == "more":
                lines = _in_place(shown[block.file], lines, finished(block.file).splitlines())
            shown[block.file] = lines
            yield Block(block.language, block.file, block.how, "\n".join(lines) + "\n")


def finished(file: str) -> str:
    """A file of the example."""
    return (APP / file).read_text(encoding="utf-8")


def _in_place(before: list[str], more: list[str], finished_lines: list[str]) -> list[str]:
    numbered = [*_numbered(before, finished_lines), *_numbered(more, finished_lines)]
    return [line for _, line in sorted(numbered)]


def _numbered(lines: list[str], finished_lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each line with its place in the finished file, in which all of them must stand, in this order."""
    place = -1
    for line in lines:
        place = finished_lines.index(line, place + 1)
        yield place, line
