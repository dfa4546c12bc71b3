"""Whose login a program gets on a machine that was told only some of them."""

from pathlib import Path

from ops.reach import clerks_login
from ops.settings import Settings

WORKER = "postgresql://worker@127.0.0.1/gongguan"
APP = "postgresql://app@127.0.0.1/gongguan"
REDIS = "redis://127.0.0.1/0"


class TestTheClerksLogin:
    """Under which the worker makes exports."""

    def test_is_the_apps_where_the_machine_was_told_it(self, tmp_path: Path) -> None:
        told = Settings(tmp_path, redis_url=REDIS, worker_database_url=WORKER, app_database_url=APP)
        assert clerks_login(told) == APP

    def test_is_none_where_the_machine_runs_a_worker_and_was_not(self, tmp_path: Path) -> None:
        told = Settings(tmp_path, redis_url=REDIS, worker_database_url=WORKER)
        assert clerks_login(told) is None
