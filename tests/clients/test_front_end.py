"""The page for front-end developers, walked as it stands, and what comes of it used in a browser.

An empty folder, the page's commands and files in their order, and in the end the example, file by file. What a reader
then sees and does stands in `desk.walk.mjs`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.test_clients import HERE
from tests.front_end import APP, followed
from tests.whole_platform import ROOT, WholePlatform, the_whole_platform

MADE_HERE = {"node_modules", "dist", "gql"}
MADE_BY_THE_TEMPLATE = {"README.md", ".vscode"}
pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of whoever followed the page."""
    folder = tmp_path_factory.mktemp("front-end")
    script = []
    for number, block in enumerate(followed("README.md")):
        if block.language == "sh":
            script.append(block.text)
        elif block.file:
            (folder / f"{number}.block").write_text(block.text, encoding="utf-8")
            script.append(f"cp {folder}/{number}.block {block.file}\n")
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(script)],
        cwd=folder,
        env={**os.environ, "GONGGUAN": str(ROOT)},
        timeout=600,
        check=True,
    )
    return folder / "desk"


@pytest.fixture(scope="module")
def platform() -> Iterator[WholePlatform]:
    with the_whole_platform() as running:
        yield running


def test_whoever_follows_the_page_has_the_example(desk: Path):
    written, example = _files(desk), _files(APP)
    assert written.keys() == example.keys()
    assert [name for name in example if written[name] != example[name]] == []


def test_what_was_built_is_a_desk_to_work_at(desk: Path, platform: WholePlatform):
    ran = subprocess.run(
        ["node", "--test", "--test-reporter=spec", "desk.walk.mjs"],
        cwd=HERE,
        env={
            **platform.environment,
            "GONGGUAN_URL": platform.address,
            "GONGGUAN_PYTHON": sys.executable,
            "DESK": str(desk),
        },
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, "the desk does not do what it should; what Node said stands above"


def _files(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    named = {path.relative_to(folder): path for path in found}
    return {
        str(name): path.read_bytes()
        for name, path in named.items()
        if not (MADE_HERE | MADE_BY_THE_TEMPLATE) & set(name.parts)
    }
