"""The embedded servers: locked, private, and hard to hurt. Real servers, killed for real.

Not here: `gongguan up` as a whole (`test_up.py`), and what root does with homes out of reach (`test_quarters.py`).
"""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from ops.addresses import with_login
from ops.embedded.ports import PortTaken
from ops.embedded.servers import Addresses, NotRunning, Servers, Wanted, joined, started
from ops.home import AlreadyRunning, held
from ops.troubles import Trouble

HOUSE = Path(__file__).parents[2]


async def asked(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def ask(url: str, sql: str) -> object:
    return asyncio.run(asked(url, sql))


def key(url: str, name: str) -> bytes | None:
    with redis.Redis.from_url(url) as client:
        return client.get(name)


def start_and_kill(home: Path, *how: str) -> list[psutil.Process]:
    """Run the home carelessly, kill the run, and return its servers, dead or alive."""
    careless = subprocess.Popen(
        [sys.executable, "-m", "tests.ops.leaves_servers", str(home), *how],
        cwd=HOUSE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert careless.stdout is not None
    said, *pids = careless.stdout.readline().split()
    assert said == "READY"
    servers = [psutil.Process(int(pid)) for pid in pids]
    careless.kill()
    careless.communicate()
    return servers


def is_alive(process: psutil.Process) -> bool:
    """True when it runs; one that ended and that nobody has buried yet does not."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def owner_of_the_data(home: Path) -> int:
    return (home / "servers/postgres/data").stat().st_uid


class TestData:
    def test_survive_a_stop_and_a_start_at_the_same_addresses(self, home: Path) -> None:
        with held(home), started(home) as servers:
            before = servers.addresses
            ask(before.database_url, "create table kept as select 7 as number")
            with redis.Redis.from_url(before.redis_url) as client:
                client.set("kept", "7")
        with held(home), started(home) as servers:
            assert servers.addresses == before
            assert ask(before.database_url, "select number from kept") == 7
            assert key(before.redis_url, "kept") == b"7"

    def test_survive_a_kill_of_the_run(self, home: Path) -> None:
        start_and_kill(home)
        with held(home), started(home) as servers:
            assert ask(servers.addresses.database_url, "select number from kept") == 7

    def test_survive_a_kill_of_the_servers_themselves(self, home: Path) -> None:
        for server in start_and_kill(home, "untied"):
            server.kill()
        with held(home), started(home) as servers:
            assert ask(servers.addresses.database_url, "select number from kept") == 7

    def test_survive_when_the_servers_outlive_the_run_that_started_them(self, home: Path) -> None:
        orphans = start_and_kill(home, "untied")
        assert all(is_alive(orphan) for orphan in orphans)
        with held(home), started(home) as servers:
            assert not any(is_alive(orphan) for orphan in orphans)
            assert ask(servers.addresses.database_url, "select number from kept") == 7
            assert key(servers.addresses.redis_url, "kept") == b"7"

    def test_of_a_first_start_that_was_killed_midway_are_made_anew(self, home: Path) -> None:
        room = home / "servers/postgres"
        (room / "data").rename(room / "data.half-made")
        (room / "data.half-made/PG_VERSION").unlink()
        with held(home), started(home) as servers:
            assert ask(servers.addresses.database_url, "select 1") == 1
        assert not (room / "data.half-made").exists()

    def test_of_another_release_are_refused_and_left_alone(self, home: Path) -> None:
        version = home / "servers/postgres/data/PG_VERSION"
        version.write_text("14\n")
        with held(home), pytest.raises(Trouble, match="written by PostgreSQL 14"), started(home):
            pass
        assert version.read_text() == "14\n"


class TestStart:
    def test_leaves_a_stranger_alone_who_got_the_recorded_process_ids(self, home: Path) -> None:
        stranger = subprocess.Popen(["sleep", "600"], user=owner_of_the_data(home))
        data, redis_room = home / "servers/postgres/data", home / "servers/redis"
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n")
        (redis_room / "redis.pid").write_text(f"{stranger.pid}\n")
        with held(home), started(home) as servers:
            assert ask(servers.addresses.database_url, "select 1") == 1
            assert stranger.poll() is None
        stranger.kill()
        stranger.wait()

    def test_works_in_a_deep_home_with_a_difficult_name(self, folder: Path) -> None:
        home = folder / ("昆阳 'var' \"x\"\\ $HOME #1 " + "深" * 40) / ("d" * 120)
        assert len(os.fsencode(home)) > 107
        with held(home), started(home, Wanted(durable=False)) as servers:
            assert ask(servers.addresses.database_url, "select 1") == 1
            assert key(servers.addresses.redis_url, "nothing") is None
        assert (home / "servers/redis/redis.pid").parent.is_dir()

    def test_takes_another_port_when_somebody_took_the_one_it_had(self, home: Path) -> None:
        with held(home), started(home) as servers:
            before = servers.addresses
        had = int((home / "servers/postgres.port").read_text())
        with socket.create_server(("127.0.0.1", had)), held(home), started(home) as servers:
            assert servers.addresses.database_url != before.database_url
            assert servers.addresses.redis_url == before.redis_url
            assert ask(servers.addresses.database_url, "select 1") == 1

    @pytest.mark.parametrize(
        ("field", "variable"),
        [("postgres_port", "GONGGUAN_POSTGRES_PORT"), ("redis_port", "GONGGUAN_REDIS_PORT")],
    )
    def test_refuses_a_port_that_was_asked_for_and_is_taken(
        self, home: Path, field: str, variable: str
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as stranger:
            wanted = Wanted(**{field: stranger.getsockname()[1]})
            with held(home), pytest.raises(PortTaken, match=variable), started(home, wanted):
                pass

    def test_quotes_the_last_words_of_a_server_that_will_not_start(self, home: Path) -> None:
        (home / "servers/postgres/data/postgresql.conf").write_text("shared_buffers = 'much'\n")
        with (
            held(home),
            pytest.raises(Trouble, match='invalid value for parameter "shared_buffers"'),
            started(home),
        ):
            pass

    def test_starts_nothing_whose_address_is_given(self, folder: Path) -> None:
        given = Wanted("postgresql://someone@127.0.0.1/somewhere", "redis://127.0.0.1/0")
        with held(folder / "home") as home, started(home, given) as servers:
            assert servers.started == []
            assert servers.addresses == Addresses(
                "postgresql://someone@127.0.0.1/somewhere", "redis://127.0.0.1/0"
            )
            assert sorted(os.listdir(home)) == ["lock", "running.json"]


@pytest.fixture(scope="module")
def looked_at(a_stopped_home: Path) -> Path:
    """A home that a few tests look at without hurting it."""
    subprocess.run(["cp", "-Rp", str(a_stopped_home), str(a_stopped_home.parent / "looked-at")], check=True)
    return a_stopped_home.parent / "looked-at"


@pytest.fixture(scope="module")
def running(looked_at: Path) -> Iterator[Servers]:
    """The servers of that home."""
    with held(looked_at), started(looked_at) as servers:
        yield servers


class TestDoors:
    def test_open_only_to_the_password(self, running: Servers) -> None:
        wrong = with_login(running.addresses.database_url, user="postgres", password="wrong")
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(wrong, "select 1")
        secret = running.addresses.redis_url.split("@")[0]
        with pytest.raises(redis.AuthenticationError):
            key(running.addresses.redis_url.replace(secret, "redis://:wrong"), "kept")
        with pytest.raises(redis.AuthenticationError):
            key(running.addresses.redis_url.replace(f"{secret}@", "redis://"), "kept")

    def test_are_on_the_loopback_and_nowhere_else(self, running: Servers) -> None:
        for server in running.started:
            doors = psutil.Process(server.process.pid).net_connections(kind="all")
            listening = [door for door in doors if door.status == psutil.CONN_LISTEN]
            assert [door.laddr.ip for door in listening] == ["127.0.0.1"]
            assert [door.laddr for door in doors if door.family == socket.AF_UNIX and door.laddr] == []

    def test_are_not_shown_to_other_users_of_the_machine(self, running: Servers, looked_at: Path) -> None:
        secrets = [(looked_at / "secrets" / name).read_text().strip() for name in ("postgres", "redis")]
        for server in running.started:
            argv = " ".join(psutil.Process(server.process.pid).cmdline())
            assert not any(secret in argv for secret in secrets)
        open_to_others = [
            path
            for path in looked_at.rglob("*")
            if path.is_file()
            and not path.is_symlink()
            and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        ]
        assert open_to_others == []

    def test_lead_to_servers_that_are_not_root(self, running: Servers) -> None:
        for server in running.started:
            assert psutil.Process(server.process.pid).uids().effective != 0

    def test_lead_to_a_redis_that_forgets_nothing(self, running: Servers) -> None:
        with redis.Redis.from_url(running.addresses.redis_url) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("appendonly") == {"appendonly": "yes"}

    def test_lead_to_a_postgres_that_keeps_what_it_confirmed(self, running: Servers) -> None:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert ask(running.addresses.database_url, f"show {setting}") == "on"


class TestJoined:
    def test_uses_the_servers_that_run(self, home: Path) -> None:
        with held(home), started(home) as servers, joined(home) as addresses:
            assert addresses == servers.addresses

    def test_runs_them_itself_when_nobody_does_and_stops_them_again(self, home: Path) -> None:
        with joined(home) as addresses:
            assert ask(addresses.database_url, "select 1") == 1
        with pytest.raises(ConnectionRefusedError):
            ask(addresses.database_url, "select 1")

    def test_refuses_to_start_what_a_lone_program_should_not_own(self, home: Path) -> None:
        with pytest.raises(NotRunning), joined(home, start=False):
            pass

    def test_does_not_believe_the_record_of_a_killed_run(self, home: Path) -> None:
        servers = start_and_kill(home)
        assert (home / "running.json").exists()
        with pytest.raises(NotRunning), joined(home, start=False):
            pass
        psutil.wait_procs(servers, timeout=20)


class TestHeld:
    def test_refuses_a_second_holder_and_names_the_first(self, folder: Path) -> None:
        refused = pytest.raises(AlreadyRunning, match=f"process {os.getpid()}")
        with held(folder / "home") as home, refused, held(home):
            pass

    def test_is_free_again_after_the_holder_was_killed(self, folder: Path) -> None:
        script = "import sys,threading;from pathlib import Path;from ops.home import held\nwith held(Path(sys.argv[1])): print('HELD',flush=True); threading.Event().wait()"
        holder = subprocess.Popen(
            [sys.executable, "-c", script, str(folder / "home")], cwd=HOUSE, stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(AlreadyRunning), held(folder / "home"):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
        with held(folder / "home"):
            pass
