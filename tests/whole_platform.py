"""The whole platform as a newcomer starts it: `gongguan up` with the demo county, in a home of its own, on a free port."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.embedded.ports import a_free_one
from tests.servers import a_walkable_folder

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class WholePlatform:
    """It runs; its commands find it by this environment."""

    environment: Mapping[str, str]
    said: str
    """What it printed until it was ready."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"


@contextmanager
def the_whole_platform() -> Iterator[WholePlatform]:
    """Start it on embedded servers, wait until it says that it is ready, and end it as Ctrl-C does."""
    with a_walkable_folder() as folder:
        environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        } | {"GONGGUAN_HOME": str(folder / "home"), "PORT": str(a_free_one()), "GONGGUAN_MODE": "demo"}
        with subprocess.Popen(
            [sys.executable, "-m", "ops", "up"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as running:
            try:
                yield WholePlatform(environment, _said_until_ready(running))
            finally:
                running.send_signal(signal.SIGINT)
                running.communicate(timeout=60)


def _said_until_ready(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    said = ""
    for line in running.stdout:
        said += line
        if "Ctrl-C" in line:
            return said
    pytest.fail("the platform did not come up:\n" + said)
