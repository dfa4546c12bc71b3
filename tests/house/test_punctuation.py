"""Chinese is punctuated as Chinese is: no comma, colon or bracket of half a width between Chinese characters.

What stands between a Chinese and a foreign word is not looked at: English sentences name Chinese terms.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HAN = r"[\u4e00-\u9fff《》“”〔〕、。]"
HALF = re.compile(rf"{HAN}[,;:?!]{HAN}|{HAN}\([^()\n]*{HAN}[^()\n]*\)|\([^()\n]*{HAN}[^()\n]*\){HAN}")

# `[中文](docs/中文.md)`, `postgresql://用户:密码@主机`.
ADDRESS = re.compile(r"\]\([^)\s]*\)|\w+://\S*")

# Regular expressions, of which brackets and question marks are the grammar; and widths that a search folds into each other.
GRAMMAR = {
    "tests/scenarios/script.py",
    "tests/house/test_punctuation.py",
    "tests/domain/search/test_rules.py",
}
FOREIGN = ("api/pages/files/vendor/",)
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".csv",
    ".txt",
    ".graphql",
    ".vue",
    ".ts",
    ".js",
    ".mjs",
    ".json",
    ".yml",
    ".sql",
}


def _found_in(text: str) -> list[str]:
    """What is of half a width and should not be, with what stands beside it. Addresses have a grammar of their own."""
    return HALF.findall(ADDRESS.sub("", text))


def _texts() -> list[Path]:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    names = [name for name in tracked.stdout.split("\0") if name and not name.startswith(FOREIGN)]
    return [ROOT / name for name in names if Path(name).suffix in TEXTS and name not in GRAMMAR]


def test_no_chinese_text_has_punctuation_of_half_a_width() -> None:
    texts = _texts()
    assert len(texts) > 300
    found = {
        f"{path.relative_to(ROOT)}:{number}: {each}"
        for path in texts
        if path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for each in _found_in(line)
    }
    assert not found


@pytest.mark.parametrize(
    "text", ["请更正,然后重试", "依据:昆阳镇", "通报(报告)", "(附件)第五条", "某县(XX市)"]
)
def test_it_finds_each_kind(text: str) -> None:
    assert _found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "请更正，然后重试",
        "a head (负责人) signs",
        "通报, alert",
        "[中文](docs/中文.md)",
        'f("甲", "乙")',
        "redis://:密码@主机",
        "24:00",
    ],
)
def test_it_leaves_the_rest_alone(text: str) -> None:
    assert not _found_in(text)
