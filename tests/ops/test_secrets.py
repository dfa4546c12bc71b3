"""The home's secrets: made once, the same for everybody, readable by nobody else."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ops.secrets import Secrets


class TestSecrets:
    def test_are_made_once_and_stay(self, tmp_path: Path) -> None:
        assert Secrets(tmp_path).known_password("redis") is None
        made = Secrets(tmp_path).password("redis")
        assert len(made) >= 32
        assert Secrets(tmp_path).password("redis") == made == Secrets(tmp_path).known_password("redis")

    def test_are_the_same_for_all_who_ask_first_at_once(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(16) as many:
            assert len(set(many.map(lambda _: Secrets(tmp_path).password("redis"), range(64)))) == 1

    def test_are_readable_by_their_owner_only(self, tmp_path: Path) -> None:
        Secrets(tmp_path).password("redis")
        assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "secrets/redis").stat().st_mode) == 0o600

    def test_differ_from_each_other_and_can_be_forgotten(self, tmp_path: Path) -> None:
        secrets = Secrets(tmp_path)
        first = secrets.password("a")
        assert secrets.password("b") != first
        secrets.forget("a")
        secrets.forget("a")
        assert secrets.password("a") != first
