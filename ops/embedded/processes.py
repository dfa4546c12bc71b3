"""Server processes: started so that they die with us, stopped for certain, and recognised when a killed run left them.

It knows nothing of PostgreSQL or Redis. Recognising is deliberate: a recorded process id may by now belong to
somebody else, so a process counts as ours only when its command line names our own folder.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from ops.embedded.quarters import PopenUser, ServerUser

PATIENCE = 0.01
"""Seconds between two looks at a process that is starting or ending."""

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Server:
    """One running server: its name for messages, its process, its address, and the signal that ends it politely."""

    name: str
    process: subprocess.Popen[bytes]
    url: str
    polite: signal.Signals
    log: Path

    def stop(self, *, grace: float = 20) -> None:
        """End the server and wait until it is gone; after `grace` seconds it is killed, which both survive."""
        end(self.process, polite=self.polite, grace=grace)


def begin(
    argv: list[str], *, user: ServerUser | None, cwd: Path, output: IO[bytes], dies_by: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server in a process group of its own, as `user`, deaf to the terminal; `dies_by` reaches it if we die.

    Call it from the main thread: the kernel ties the dying signal to the thread that started the process.
    """
    return subprocess.Popen(  # noqa: S603 - argv is ours, no shell
        argv,
        cwd=cwd,
        # Nothing of our environment: PGDATA, PGOPTIONS and the like would change what the server does.
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        umask=0o077,
        process_group=0,
        preexec_fn=dying_with_the_parent(by=dies_by),  # noqa: PLW1509 - one system call, no locks taken between fork and exec
        **_as(user),
    )


def run_to_end(argv: list[str], *, user: ServerUser | None, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run one of the wheel's tools as `user` and return what it said."""
    return subprocess.run(  # noqa: S603 - argv is ours, no shell
        argv,
        cwd=cwd,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
        process_group=0,
        **_as(user),
    )


def end(process: subprocess.Popen[bytes], *, polite: signal.Signals, grace: float) -> None:
    """Ask the whole group to end, wait `grace` seconds, then kill what is left of it."""
    if process.poll() is None:
        _signal_group(process.pid, polite)
        try:
            process.wait(timeout=grace)
        except subprocess.TimeoutExpired:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
    # The leader is gone; whatever it had started stays in the group and is of no use without it.
    _signal_group(process.pid, signal.SIGKILL)


def end_leftover(pid: int | None, *, naming: Path, polite: signal.Signals, grace: float = 20) -> bool:
    """End the process `pid` that a killed run left behind, if it is ours. Returns whether there was one.

    Ours means: its command line contains the path `naming`. Anything else that has the id now is left alone.
    """
    leftover = _process_naming(pid, naming)
    if leftover is None:
        return False
    for sent in (polite, signal.SIGKILL):
        with contextlib.suppress(psutil.NoSuchProcess):
            leftover.send_signal(sent)
        end_of_patience = time.monotonic() + grace
        # Asked by its name, not waited for: it is not our child, and nobody may be there to bury it.
        while _process_naming(pid, naming) and time.monotonic() < end_of_patience:
            time.sleep(PATIENCE)
    return True


def wait_until(ready: Callable[[], bool], *, process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait until `ready()`; False when the process died or the seconds passed first."""
    end_of_patience = time.monotonic() + seconds
    while time.monotonic() < end_of_patience:
        if process.poll() is not None:
            return False
        if ready():
            return True
        time.sleep(PATIENCE)
    return False


def recorded_number(file: Path) -> int | None:
    """The number in a file's first line (a process id, a port), or None when there is no such file or number."""
    try:
        return int(file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def fresh_log(log: Path) -> IO[bytes]:
    """An empty log for a server that starts; what it said in its last run stays readable beside it."""
    with contextlib.suppress(FileNotFoundError):
        log.replace(log.with_name(f"{log.name}.last"))
    # Private: what a server says about a failed statement may quote people's data.
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def tail(log: Path, *, lines: int = 12) -> str:
    """The last lines a server wrote, for a message that says why it would not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _as(user: ServerUser | None) -> PopenUser:
    return user.as_popen_arguments() if user else {}


def _process_naming(pid: int | None, path: Path) -> psutil.Process | None:
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        argv = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if str(path) in argv else None


def _signal_group(leader: int, sent: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, sent)


def dying_with_the_parent(*, by: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec so that the kernel sends it `by` when we are killed (Linux only).

    Elsewhere nothing: there the next start of the same home ends what was left.
    """
    if sys.platform != "linux":
        return lambda: None
    library = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def tie() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0)
        if os.getppid() != parent:  # killed between the fork and the line above
            os._exit(1)

    return tie
