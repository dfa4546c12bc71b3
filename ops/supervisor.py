"""The supervisor: starts our own programs in order, watches them, and ends every one of them, whatever happens.

    with Stop(…) as stop, Supervisor(home=…, stop=stop) as supervisor:
        supervisor.run(migration)          to its end; a failure is Trouble
        supervisor.start([api, worker])    side by side, and wait until both are ready
        supervisor.watch(servers)          until somebody asks to stop (StopAsked), or one of them dies (Trouble)

A program is only a name, an argument list and a way to ask whether it is ready: it knows nothing of APIs or workers.
Each has a process group of its own, so that Ctrl-C in the terminal reaches us alone and we end them in order.
Nothing is started again: a program that died has a reason, and whoever runs the machine should read it.
"""

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from ops.embedded import processes
from ops.stopping import Stop
from ops.troubles import Trouble

SECONDS_TO_BE_READY = 60
SECONDS_TO_END = 15
"""What a program has for finishing what it is at, before it is killed."""

RECORD = "children"


@dataclass(frozen=True)
class Program:
    """One of our programs. `ready` None: it counts as ready at once."""

    name: str
    name_zh: str
    argv: tuple[str, ...]
    ready: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Watched:
    """A running process with the name people know it by."""

    name: str
    name_zh: str
    process: subprocess.Popen[bytes]


class Died(Trouble):
    """A program ended that should have gone on, or failed at what it had to do."""

    def __init__(self, what: Watched) -> None:
        code = what.process.returncode
        how = f"signal {-code}" if code < 0 else f"code {code}"
        how_zh = f"信号 {-code}" if code < 0 else f"退出码 {code}"
        super().__init__(
            en=f"{what.name} ended unexpectedly ({how}). Everything else has been stopped; its last lines above say why.",
            zh=f"{what.name_zh}意外退出（{how_zh}），其余程序已全部停止。原因见上方输出。",
        )


class NeverReady(Trouble):
    """A program lives and does not become ready."""

    def __init__(self, what: Watched) -> None:
        super().__init__(
            en=f"{what.name} was not ready within {SECONDS_TO_BE_READY} seconds. Everything has been stopped.",
            zh=f"{what.name_zh}在 {SECONDS_TO_BE_READY} 秒内未就绪，已全部停止。",
        )


@dataclass
class Supervisor:
    """The programs of one run of a home that the caller holds."""

    home: Path
    stop: Stop
    seconds_to_end: float = SECONDS_TO_END
    _running: list[Watched] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        while self._running:
            last = self._running[-1]
            processes.end(last.process, polite=signal.SIGTERM, grace=self.seconds_to_end)
            self._running.pop()
        (self.home / RECORD).unlink(missing_ok=True)

    def run(self, program: Program) -> None:
        """Run a program to its end. Raises Died when it fails, StopAsked when somebody asks to stop meanwhile."""
        started = self._begin(program)
        self.stop.wait_until(lambda: started.process.poll() is not None, seconds=float("inf"))
        self._running.remove(started)
        self._write_record()
        if started.process.returncode != 0:
            raise Died(started)

    def start(self, programs: Iterable[Program]) -> None:
        """Start programs side by side and wait until all are ready. Raises Died, NeverReady or StopAsked."""
        begun = [(self._begin(program), program.ready) for program in programs]
        for started, ready in begun:
            self._wait_until_ready(started, ready)

    def _wait_until_ready(self, started: Watched, ready: Callable[[], bool] | None) -> None:
        def settled() -> bool:
            return self._dead() is not None or ready is None or ready()

        settled_in_time = self.stop.wait_until(settled, seconds=SECONDS_TO_BE_READY)
        dead = self._dead()
        if dead is not None:
            raise Died(dead)
        if not settled_in_time:
            raise NeverReady(started)

    def _dead(self) -> Watched | None:
        return next((each for each in self._running if each.process.poll() is not None), None)

    def watch(self, others: Iterable[Watched] = ()) -> None:
        """Wait until one of our programs or of `others` ends (Died) or somebody asks to stop (StopAsked)."""
        everyone = [*others, *self._running]
        self.stop.wait_until(
            lambda: any(each.process.poll() is not None for each in everyone), seconds=float("inf")
        )
        raise Died(next(each for each in everyone if each.process.poll() is not None))

    def _begin(self, program: Program) -> Watched:
        process = subprocess.Popen(  # noqa: S603 - argv is ours, no shell
            program.argv,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=processes.dying_with_the_parent(by=signal.SIGTERM),  # noqa: PLW1509 - see there
        )
        started = Watched(program.name, program.name_zh, process)
        self._running.append(started)
        self._write_record()
        return started

    def _write_record(self) -> None:
        known = []
        for each in self._running:
            with suppress(psutil.NoSuchProcess):
                known.append([each.process.pid, psutil.Process(each.process.pid).create_time()])
        half = self.home / f"{RECORD}.half"
        half.write_text(json.dumps(known))
        half.replace(self.home / RECORD)


def end_children_of_a_killed_run(home: Path) -> None:
    """End the programs that a killed supervisor of this home left, where the kernel has not done it already.

    A process is the recorded one when it was created at the recorded moment: ids are given out again, moments are not.
    """
    try:
        known = json.loads((home / RECORD).read_text())
    except (FileNotFoundError, ValueError):
        return
    left = []
    for pid, created in known:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if abs(process.create_time() - created) < 1 and process.status() != psutil.STATUS_ZOMBIE:
                process.terminate()
                left.append(process)
    for stubborn in psutil.wait_procs(left, timeout=SECONDS_TO_END)[1]:
        with suppress(psutil.NoSuchProcess):
            stubborn.kill()
    (home / RECORD).unlink(missing_ok=True)


def ourselves(*arguments: str) -> tuple[str, ...]:
    """The argument list that runs `gongguan ARGUMENTS` with this very Python, whatever the PATH says."""
    return (sys.executable, "-m", "ops", *arguments)


def answers(address: str, path: str) -> Callable[[], bool]:
    """A readiness check: GET `address``path` says 200. It ignores proxies, unlike urllib."""
    host_and_port = address.removeprefix("http://")

    def ready() -> bool:
        connection = http.client.HTTPConnection(host_and_port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ready
