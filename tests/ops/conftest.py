"""Homes for tests that start, kill and restart real servers: initialised once, copied for each test.

They lie outside pytest's own temporary folders, which are private: root's servers run as another user.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.embedded.servers import Wanted, started
from ops.home import held
from tests.servers import a_walkable_folder


@pytest.fixture(scope="session")
def a_stopped_home() -> Iterator[Path]:
    """A home whose servers ran once and were stopped; copy it, do not use it."""
    with a_walkable_folder() as folder:
        with held(folder / "home") as home, started(home, Wanted(outside=folder / "outside")):
            pass
        yield home


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that any user can pass through."""
    with a_walkable_folder() as folder:
        yield folder


@pytest.fixture
def home(a_stopped_home: Path, folder: Path) -> Path:
    """A home of this test's own, in which the servers have run before."""
    subprocess.run(["cp", "-Rp", str(a_stopped_home), str(folder / "home")], check=True)
    return folder / "home"
