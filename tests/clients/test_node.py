"""Which Node `make clients` takes: the versions in which all of it runs, and of the others it says what to do."""

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

ROOT = Path(__file__).parents[2]

PRETENDING = """
Object.defineProperty(process, "versions", { value: { ...process.versions, node: process.env.PRETENDED } });
"""
"""Loaded by the real Node before anything else."""


def looked_for(**environment: str) -> subprocess.CompletedProcess[str]:
    """What `make` says of the Node that it finds."""
    return subprocess.run(
        ["make", "--no-print-directory", "node-and-chromium"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("version", "will_do"),
    [
        ("18.20.4", False),
        ("20.13.1", False),
        ("20.18.3", False),
        ("20.19.0", True),
        ("21.7.3", False),
        ("22.11.0", False),
        ("22.12.0", True),
        ("24.0.0", True),
    ],
)
def test_takes_the_versions_in_which_all_of_it_runs(tmp_path: Path, version: str, will_do: bool) -> None:
    (tmp_path / "pretend.cjs").write_text(PRETENDING)
    found = looked_for(NODE_OPTIONS=f"--require {tmp_path}/pretend.cjs", PRETENDED=version)
    assert (found.returncode == 0) is will_do, found.stderr
    if not will_do:
        assert "needs Node 20.19, 22.12 or newer with npm" in found.stderr
        assert "Install one from nodejs.org" in found.stderr
        assert "请从 nodejs.org 安装" in found.stderr


def test_says_so_where_there_is_none(tmp_path: Path) -> None:
    for name in ("make", "sh"):
        (tmp_path / name).symlink_to(subprocess.check_output(["which", name], text=True).strip())
    found = looked_for(PATH=str(tmp_path))
    assert found.returncode != 0
    assert "found none" in found.stderr
