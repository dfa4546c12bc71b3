"""Redis in its quarters: every write appended to a file, nothing ever evicted, a password, the loopback only.

    redis.conf             written anew at every start; it holds the password, so only the server's user reads it
    redis/appendonly.aof   the data
    redis/redis.pid        the process of the last start
    redis.port             the port it had last
    redis.log              what it said since its last start

It offers the address; what is queued or published there is not its business. The platform must survive an empty
Redis anyway: jobs are only wake-up calls for what PostgreSQL knows.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import redis

from ops.embedded import ports, processes
from ops.embedded.processes import Server
from ops.embedded.quarters import Quarters
from ops.troubles import Trouble

PORT_FILE = "redis.port"
SETTINGS_FILE = "redis.conf"

SECONDS_TO_START = 60
"""A large append-only file is read before Redis answers."""


@contextmanager
def running_redis(
    quarters: Quarters, *, password: str, port: int | None = None, durable: bool = True
) -> Iterator[Server]:
    """A Redis that answers, and is stopped when the block ends.

    `port` None: the recorded one, or another free one when somebody took it. Only one run of a home may call this at
    a time (`servers.py` holds the lock). Raises Trouble when it does not start.
    """
    room = quarters.room("redis")
    processes.end_leftover(
        processes.recorded_number(room / "redis.pid"),
        naming=quarters.folder / SETTINGS_FILE,
        polite=signal.SIGTERM,
    )
    ports.refuse_taken(port, variable="GONGGUAN_REDIS_PORT")
    server = _started(quarters, room, password=password, port=port, durable=durable)
    try:
        yield server
    finally:
        server.stop()


def url(*, password: str, port: int) -> str:
    """The address of database 0, with the password."""
    return f"redis://:{quote(password, safe='')}@{ports.LOOPBACK}:{port}/0"


def _started(quarters: Quarters, room: Path, *, password: str, port: int | None, durable: bool) -> Server:
    patience = time.monotonic() + SECONDS_TO_START
    while True:
        chosen = (
            port
            or ports.still_free(processes.recorded_number(quarters.folder / PORT_FILE))
            or ports.a_free_one()
        )
        server = _begin(quarters, room, password=password, port=chosen, durable=durable)
        left = max(1.0, patience - time.monotonic())
        if processes.wait_until(partial(_answers, server.url), process=server.process, seconds=left):
            quarters.private_file(PORT_FILE, f"{chosen}\n")
            return server
        server.stop()
        somebody_was_faster = port is None and ports.is_taken(chosen)
        if not somebody_was_faster or time.monotonic() > patience:
            raise Trouble(
                en=f"Redis did not start. Its last words, from {server.log}:\n{processes.tail(server.log)}",
                zh=f"Redis 未能启动，日志见 {server.log}。",
            )


def _begin(quarters: Quarters, room: Path, *, password: str, port: int, durable: bool) -> Server:
    # The password stands in a private file, never among the arguments, which every user of the machine can list.
    settings = quarters.private_file(
        SETTINGS_FILE,
        f"""\
bind {ports.LOOPBACK}
port {port}
protected-mode yes
requirepass {password}
dir {_quoted(room)}
pidfile {_quoted(room / "redis.pid")}
daemonize no
# A process is recognised by this file's name among its arguments, so it must not rewrite them.
set-proc-title no
appendonly {"yes" if durable else "no"}
appendfsync everysec
save ""
maxmemory-policy noeviction
""",
    )
    log = quarters.folder / "redis.log"
    argv = [str(quarters.redis_program()), str(settings)]
    with processes.fresh_log(log) as output:
        process = processes.begin(argv, user=quarters.user, cwd=room, output=output, dies_by=signal.SIGTERM)
    return Server("Redis", process, url(password=password, port=port), signal.SIGTERM, log)


def _quoted(path: Path) -> str:
    """A path as Redis's settings want it, whatever characters it has."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _answers(address: str) -> bool:
    """True when it takes our password and answers; a stranger on the port, or one that is loading, does not count."""
    client = redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
