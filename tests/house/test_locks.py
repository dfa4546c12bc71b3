"""The locks: they hold what pyproject.toml asks for, with hashes, and say nothing of where it comes from."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HOUSE = Path(__file__).parents[2]
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
RUNS = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]
DEVELOPS = RUNS + PROJECT["project"]["optional-dependencies"]["dev"]
SERVES = PROJECT["dependency-groups"]["servers"]
MEASURES = PROJECT["dependency-groups"]["peers"]

ASKED = {
    "requirements.lock": RUNS,
    "requirements-dev.lock": DEVELOPS,
    "requirements-servers.lock": SERVES,
    "requirements-peers.lock": MEASURES,
}
JAVASCRIPT = sorted(
    path for path in HOUSE.rglob("package-lock.json") if not {"node_modules", ".venv"} & set(path.parts)
)
LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ;\\]+)(?P<rest>(?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)


def locked(lock: str) -> dict[str, re.Match[str]]:
    """Every package in a lock, by name."""
    found = LOCKED.finditer((HOUSE / lock).read_text())
    return {canonicalize_name(each["name"]): each for each in found}


@pytest.mark.parametrize("lock", ASKED)
class TestALock:
    def test_holds_what_is_asked_for_in_a_version_that_will_do(self, lock: str) -> None:
        holds = locked(lock)
        amiss = [
            asked
            for asked in map(Requirement, ASKED[lock])
            if canonicalize_name(asked.name) not in holds
            or Version(holds[canonicalize_name(asked.name)]["version"]) not in asked.specifier
        ]
        assert amiss == [], "pyproject.toml has moved on: run `make lock`"

    def test_has_a_hash_for_everything(self, lock: str) -> None:
        assert [name for name, each in locked(lock).items() if "--hash=sha256:" not in each["rest"]] == []

    def test_says_nothing_of_where_things_come_from(self, lock: str) -> None:
        lines = (HOUSE / lock).read_text().splitlines()
        strange = [line for line in lines if not re.match(r"[\w.-]+==|    --hash=sha256:[0-9a-f]{64}", line)]
        assert strange == []
        assert "://" not in "\n".join(lines)


class TestTheLocks:
    def test_agree_on_what_runs(self) -> None:
        runs, develops = locked("requirements.lock"), locked("requirements-dev.lock")
        assert {name: each["version"] for name, each in runs.items()} == {
            name: develops[name]["version"] for name in runs
        }


@pytest.mark.parametrize("lock", JAVASCRIPT, ids=lambda path: str(path.relative_to(HOUSE).parent))
class TestALockOfJavaScript:
    def packages(self, lock: Path) -> dict[str, dict[str, object]]:
        """Every package in it, by its folder, but for the project itself."""
        packages: dict[str, dict[str, object]] = json.loads(lock.read_text())["packages"]
        return {folder: each for folder, each in packages.items() if folder}

    def test_has_a_hash_for_everything(self, lock: Path) -> None:
        packages = self.packages(lock)
        assert packages
        assert [
            folder for folder, each in packages.items() if "sha512-" not in str(each.get("integrity"))
        ] == []

    def test_says_nothing_of_where_things_come_from(self, lock: Path) -> None:
        told = [folder for folder, each in self.packages(lock).items() if "resolved" in each]
        assert told == [], "install with the .npmrc that stands beside the lock"

    def test_will_say_nothing_of_it_the_next_time(self, lock: Path) -> None:
        assert "omit-lockfile-registry-resolved=true" in (lock.parent / ".npmrc").read_text().splitlines()
        assert "registry" not in (lock.parent / ".npmrc").read_text().replace("omit-lockfile-registry", "")
