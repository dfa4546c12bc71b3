"""The page for front-end developers says what the example says, in both languages. `make clients` walks it and uses it."""

import re
import shlex

import pytest

from tests.front_end import APP, PAGES, Block, blocks, finished, followed

IN_ENGLISH = blocks("README.md")
LEFT_BY_THE_TEMPLATE = {"tsconfig.json", "tsconfig.app.json"}
MADE_LATER = {"node_modules", "dist", "gql"}


def test_both_languages_have_the_same_blocks():
    assert len(IN_ENGLISH) >= 15
    assert blocks("README.zh-CN.md") == IN_ENGLISH


def test_every_block_of_code_says_of_which_file_it_is():
    assert [block for block in IN_ENGLISH if (block.file is None) != (block.language in ("sh", "text"))] == []


@pytest.mark.parametrize(
    "block",
    [block for block in IN_ENGLISH if block.file and block.how in ("whole", "a piece")],
    ids=lambda block: f"{block.file} ({block.how})",
)
def test_what_is_shown_is_what_the_example_has(block: Block):
    assert block.file
    if block.how == "whole":
        assert block.text == finished(block.file)
    else:
        assert block.text in finished(block.file)


def test_what_is_shown_step_by_step_becomes_what_the_example_has():
    at_first = [block.file for block in IN_ENGLISH if block.how == "at first"]
    assert at_first
    in_the_end = {block.file: block.text for block in followed("README.md") if block.file}
    copied = _copied()
    for file in at_first:
        assert file in copied or in_the_end[file] == finished(file or ""), file


def test_whoever_follows_the_page_has_every_file_of_the_example():
    there = {
        str(path.relative_to(APP))
        for path in APP.rglob("*")
        if path.is_file() and not MADE_LATER & set(path.relative_to(APP).parts)
    }
    shown = {block.file for block in IN_ENGLISH if block.file and block.how != "a piece"}
    assert there == shown | _copied() | LEFT_BY_THE_TEMPLATE


def test_its_links_lead_somewhere():
    for page in ("README.md", "README.zh-CN.md"):
        links = re.findall(r"\]\((?!https:)([^)#]+)\)", (PAGES / page).read_text(encoding="utf-8"))
        assert links
        assert [link for link in links if not (PAGES / link).exists()] == []


def test_the_refusals_it_speaks_of_are_in_the_catalogue():
    catalogue = (PAGES.parent / "errors.md").read_text(encoding="utf-8")
    for page in ("README.md", "README.zh-CN.md"):
        spoken_of = set(
            re.findall(r"`(?!GONGGUAN)([A-Z]+_[A-Z_]+)`", (PAGES / page).read_text(encoding="utf-8"))
        )
        assert "STALE_VERSION" in spoken_of
        assert [code for code in sorted(spoken_of) if f"| `{code}` |" not in catalogue] == []


def _copied() -> set[str]:
    words = [word for block in IN_ENGLISH if block.language == "sh" for word in shlex.split(block.text)]
    return {word.removeprefix("$APP/") for word in words if word.startswith("$APP/")}
