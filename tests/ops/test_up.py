"""`gongguan up` under every way of ending: what is left, and what the next start finds.

The programs are tiny ones (`small_platform.py`), the servers are the real ones. Not here: the product's own API.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops.embedded.ports import a_free_one

HOUSE = Path(__file__).parents[2]


class Platform:
    """One run of the small platform, as its terminal sees it."""

    def __init__(self, home: Path, *, port: int, way: str = "as-is") -> None:
        self.home = home
        self.port = port
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ops.small_platform", str(home), str(port), way],
            cwd=HOUSE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def ready(self) -> "Platform":
        """Read what it says until it is ready."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.strip())
            if line.strip() == "READY":
                return self
        raise AssertionError("\n".join(["it ended before it was ready:", *self.said]))

    def family(self) -> list[psutil.Process]:
        """Every process it has started, and theirs."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def send(self, sent: signal.Signals) -> None:
        self.process.send_signal(sent)

    def end(self) -> int:
        """Read to the end; returns the exit code."""
        output, _ = self.process.communicate(timeout=60)
        self.said += output.splitlines()
        return self.process.returncode


@pytest.fixture
def port() -> int:
    return a_free_one()


@pytest.fixture
def platform(home: Path, port: int) -> Iterator[Platform]:
    started = Platform(home, port=port).ready()
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.communicate()


def left_over(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those of the family that live after everybody had time to go."""
    alive = psutil.wait_procs(family, timeout=20)[1]
    return [each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


class TestUp:
    @pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_ends_every_child_when_asked_to_stop(self, platform: Platform, sent: signal.Signals) -> None:
        family = platform.family()
        assert len(family) >= 4
        platform.send(sent)
        assert platform.end() == 0
        assert left_over(family) == []
        assert sorted(os.listdir(platform.home)) == ["lock", "prepared", "secrets", "servers"]

    def test_says_that_it_is_stopping_when_asked_twice(self, home: Path, port: int) -> None:
        platform = Platform(home, port=port, way="worker-is-deaf").ready()
        family = platform.family()
        platform.send(signal.SIGINT)
        assert platform.process.stdout is not None
        assert "Stopping" in platform.process.stdout.readline()
        platform.send(signal.SIGINT)
        assert platform.end() == 0  # by killing the deaf one, after it was asked
        assert any("Still stopping" in line for line in platform.said)
        assert left_over(family) == []

    def test_leaves_nothing_running_when_it_is_killed(self, platform: Platform) -> None:
        family = platform.family()
        platform.send(signal.SIGKILL)
        platform.end()
        assert left_over(family) == []

    def test_recovers_at_once_after_a_kill(self, platform: Platform) -> None:
        platform.send(signal.SIGKILL)
        platform.process.wait()
        again = Platform(platform.home, port=platform.port).ready()
        again.send(signal.SIGINT)
        assert again.end() == 0

    def test_is_ready_again_the_second_time_how_soon_is_for_the_benchmarks(self, platform: Platform) -> None:
        platform.send(signal.SIGINT)
        assert platform.end() == 0
        again = Platform(platform.home, port=platform.port).ready()
        again.send(signal.SIGINT)
        assert again.end() == 0

    def test_tells_of_a_program_that_died_and_ends_the_rest(self, home: Path, port: int) -> None:
        platform = Platform(home, port=port, way="worker-dies").ready()
        family = platform.family()
        (home / "die").touch()
        assert platform.end() == 1
        assert any("The worker ended unexpectedly (code 3)" in line for line in platform.said)
        assert any("后台服务意外退出（退出码 3）" in line for line in platform.said)
        assert left_over(family) == []

    def test_tells_of_a_server_that_died(self, platform: Platform) -> None:
        family = platform.family()
        postmaster = next(
            each for each in family if each.name() == "postgres" and each.ppid() == platform.process.pid
        )
        postmaster.kill()
        assert platform.end() == 1
        assert any("PostgreSQL ended unexpectedly (signal 9)" in line for line in platform.said)
        assert left_over(family) == []

    def test_goes_no_further_when_the_migration_fails(self, home: Path, port: int) -> None:
        platform = Platform(home, port=port, way="migration-fails")
        assert platform.end() == 1
        assert any("The migration ended unexpectedly (code 2)" in line for line in platform.said)
        assert "API" not in platform.said
        assert not (home / "prepared").exists()

    def test_migrates_again_only_when_something_changed(self, home: Path, port: int) -> None:
        (home / "prepared").touch()
        platform = Platform(home, port=port, way="migration-fails").ready()
        platform.send(signal.SIGINT)
        assert platform.end() == 0

    def test_refuses_a_taken_port_before_anything_is_started(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as stranger:
            port = stranger.getsockname()[1]
            platform = Platform(folder / "home", port=port)
            assert platform.end() == 1
        assert platform.said == [
            f"端口 {port} 已被其他程序占用。请停止该程序，或改用其他端口：PORT=……",
            f"Port {port} is taken by another program. Stop it, or choose another port: PORT=…",
        ]
        assert os.listdir(folder / "home") == ["lock"]

    def test_refuses_a_second_run_of_the_same_home(self, platform: Platform) -> None:
        second = Platform(platform.home, port=a_free_one())
        assert second.end() == 1
        assert f"Gongguan already runs in {platform.home} (process {platform.process.pid})" in second.said[-1]
        platform.send(signal.SIGINT)
        assert platform.end() == 0
