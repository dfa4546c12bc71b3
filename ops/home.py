"""The home (`GONGGUAN_HOME`, usually `var/`): the folder of one installation, and the right to run it.

    lock           held by whoever runs the home, with its process id
    running.json   the servers' addresses while they run (private: it holds passwords)
    children       the processes of this run, so that the next one can end what a kill left
    sign-ins.txt   in a demo: whom one may sign in as
    secrets/       passwords (ops/secrets.py) and the keys of personal data (ops/personal_data_keys.py)
    providers.toml the identity providers that are trusted, if any (ops/providers.py)
    servers/       data of the embedded servers (ops/embedded/), or a link to where they are
    files/         attached documents

It starts nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ops.troubles import Trouble

WALKABLE = 0o711
"""The user that root hands the servers to must be able to pass through the home, not to look around in it."""


class HomeNotOurs(Trouble):
    """The home, or something in it, belongs to another user."""

    def __init__(self, home: Path, what: object) -> None:
        super().__init__(
            en=f"The home {home} cannot be used by this user: {what} belongs to somebody else. "
            "Run as the user who made it, or choose another GONGGUAN_HOME.",
            zh=f"当前用户无法使用目录 {home}：{what} 属于其他用户。请改用创建该目录的用户运行，或另设 GONGGUAN_HOME。",
        )


class AlreadyRunning(Trouble):
    """Another process holds the home."""

    def __init__(self, home: Path, holder: str) -> None:
        super().__init__(
            en=f"Gongguan already runs in {home} (process {holder}). Stop that one first, or choose another GONGGUAN_HOME.",
            zh=f"共管平台已在 {home} 运行（进程 {holder}）。请先停止该进程，或另设 GONGGUAN_HOME。",
        )


@contextmanager
def held(home: Path) -> Iterator[Path]:
    """Hold the home, made if missing; gives its absolute path. Raises AlreadyRunning or HomeNotOurs.

    The kernel takes the lock back when we die, however we die: whoever holds it may clear up after a killed run.
    """
    home = home.absolute()
    try:
        _make(home)
        lock = _opened(home / "lock")
    except PermissionError as error:
        raise HomeNotOurs(home, error.filename) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(home, lock.read().strip() or "?") from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield home


def _make(home: Path) -> None:
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(WALKABLE)


def _opened(path: Path) -> IO[str]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "r+", encoding="utf-8")
