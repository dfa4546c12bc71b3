"""PostgreSQL in its quarters: initialised once, started on the loopback with a password, recovered after a kill.

    postgres/data/   the cluster
    postgres.port    the port it had last, kept so that a client's settings stay true
    postgres.log     what it said since its last start

There is no unix socket: a socket's path is limited to 107 bytes and a home may be deep, and one way in is easier to
guard than two. Roles, databases and tables are not its business; it offers the superuser's address and that is all.
"""

import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ops.embedded import ports, processes
from ops.embedded.processes import Server
from ops.embedded.quarters import Quarters
from ops.troubles import Trouble

SUPERUSER = "postgres"
PORT_FILE = "postgres.port"
RELEASE = "18"

SECONDS_TO_START = 120
"""A cluster that was killed replays its log before it is ready; a large one takes its time."""

_STILL_IN_USE = "pre-existing shared memory block"
"""What a new postmaster says while backends of a killed one have not noticed yet; they do within moments."""

THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")
"""For servers whose data nobody will miss, and on which many a platform runs at once."""


@contextmanager
def running_postgres(
    quarters: Quarters, *, password: str, port: int | None = None, durable: bool = True
) -> Iterator[Server]:
    """A PostgreSQL that is ready, and is stopped when the block ends.

    `port` None: the recorded one, or another free one when somebody took it. Only one run of a home may call this at
    a time (`servers.py` holds the lock). Raises Trouble when the cluster cannot be made or does not start.
    """
    room = quarters.room("postgres")
    data = room / "data"
    _end_what_a_killed_run_left(data)
    ports.refuse_taken(port, variable="GONGGUAN_POSTGRES_PORT")
    if not data.exists():
        _initialise(quarters, data, password=password, durable=durable)
    _refuse_another_release(data)
    server = _started(quarters, data, password=password, port=port, durable=durable)
    try:
        yield server
    finally:
        server.stop()


def url(*, password: str, port: int) -> str:
    """The superuser's address of the cluster's maintenance database."""
    return f"postgresql://{SUPERUSER}:{quote(password, safe='')}@{ports.LOOPBACK}:{port}/postgres"


def _end_what_a_killed_run_left(data: Path) -> None:
    """End a server that outlived its supervisor, and forget a process id that is nobody's or a stranger's by now.

    PostgreSQL itself would refuse to start when the forgotten id belongs to any other process of the same user, which
    in a container that starts again is likely. Removing its file is safe here: we hold the home's lock and have looked.
    """
    recorded = data / "postmaster.pid"
    processes.end_leftover(processes.recorded_number(recorded), naming=data, polite=signal.SIGINT)
    recorded.unlink(missing_ok=True)


def _initialise(quarters: Quarters, data: Path, *, password: str, durable: bool) -> None:
    """Make the cluster. Only a whole one ever bears its name: what a killed initialisation left is thrown away."""
    half = data.with_name("data.half-made")
    shutil.rmtree(half, ignore_errors=True)
    password_file = quarters.private_file("postgres.password", f"{password}\n")
    try:
        made = processes.run_to_end(
            [
                str(quarters.postgres_programs() / "initdb"),
                f"--pgdata={half}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # PostgreSQL's own collation: the same order on every machine, whatever locales it has.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *(() if durable else ("--no-sync",)),
            ],
            user=quarters.user,
            cwd=data.parent,
        )
    finally:
        password_file.unlink()
    if made.returncode != 0:
        raise Trouble(
            en=f"PostgreSQL could not make its data folder {data}:\n{made.stderr.strip()}",
            zh=f"PostgreSQL 无法创建数据目录 {data}，原因见下。",
        )
    half.rename(data)


def _refuse_another_release(data: Path) -> None:
    release = (data / "PG_VERSION").read_text().strip()
    if release != RELEASE:
        raise Trouble(
            en=f"The data in {data} were written by PostgreSQL {release}; this is PostgreSQL {RELEASE}. "
            "Export them with the old version and import them here.",
            zh=f"{data} 中的数据由 PostgreSQL {release} 写入，当前版本为 {RELEASE}。请先用旧版本导出，再导入。",
        )


def _started(quarters: Quarters, data: Path, *, password: str, port: int | None, durable: bool) -> Server:
    """Start until ready; again when somebody took a port we chose ourselves, or while old backends linger."""
    patience = time.monotonic() + SECONDS_TO_START
    while True:
        chosen = (
            port
            or ports.still_free(processes.recorded_number(quarters.folder / PORT_FILE))
            or ports.a_free_one()
        )
        server = _begin(quarters, data, password=password, port=chosen, durable=durable)
        left = max(1.0, patience - time.monotonic())
        if processes.wait_until(lambda: _says_ready(data), process=server.process, seconds=left):
            quarters.private_file(PORT_FILE, f"{chosen}\n")
            return server
        server.stop()
        said = processes.tail(server.log)
        once_more = _STILL_IN_USE in said or (port is None and ports.is_taken(chosen))
        if not once_more or time.monotonic() > patience:
            raise Trouble(
                en=f"PostgreSQL did not start. Its last words, from {server.log}:\n{said}",
                zh=f"PostgreSQL 未能启动，日志见 {server.log}。",
            )
        time.sleep(processes.PATIENCE * 10)


def _begin(quarters: Quarters, data: Path, *, password: str, port: int, durable: bool) -> Server:
    settings = [
        f"listen_addresses={ports.LOOPBACK}",
        f"port={port}",
        "unix_socket_directories=",
        "timezone=UTC",
        "log_timezone=UTC",
        # Without DETAIL, which repeats the row that was refused.
        "log_error_verbosity=terse",
        *(() if durable else THROW_AWAY),
    ]
    argv = [str(quarters.postgres_programs() / "postgres"), "-D", str(data)]
    for setting in settings:
        argv += ["-c", setting]
    log = quarters.folder / "postgres.log"
    with processes.fresh_log(log) as output:
        process = processes.begin(argv, user=quarters.user, cwd=data, output=output, dies_by=signal.SIGINT)
    return Server("PostgreSQL", process, url(password=password, port=port), signal.SIGINT, log)


def _says_ready(data: Path) -> bool:
    """PostgreSQL writes its state into the eighth line of its process file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"
