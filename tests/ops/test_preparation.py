"""A prepared database is known again, and anything that matters makes it unknown. Not here: the migrations."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from ops import preparation
from ops.preparation import is_prepared, note_prepared
from ops.roles import ensure_login_roles
from ops.secrets import Secrets
from ops.settings import Mode, Settings
from tests.servers import Database, Databases, TestServers


@pytest.fixture
async def database(fresh_database: Databases, servers: TestServers) -> AsyncIterator[Database]:
    made = await fresh_database(label="prepared")
    await ensure_login_roles(made.url, servers.home)
    yield made
    await fresh_database.drop(made)


@pytest.fixture
def settings(servers: TestServers) -> Settings:
    return Settings(home=servers.home, mode=Mode.DEMO)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house that can be changed."""
    for name in preparation.WHAT_PREPARES:
        if "." in name:
            (tmp_path / name).write_text("")
        else:
            (tmp_path / name).mkdir()
    (tmp_path / "migrations/0001.sql").write_text("create table a ();")
    monkeypatch.setattr(preparation, "HOUSE", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("house")
class TestAPreparedDatabase:
    def test_is_known_again(self, settings: Settings, database: Database) -> None:
        assert not is_prepared(settings, database.url)
        note_prepared(settings, database.url)
        assert is_prepared(settings, database.url)

    @pytest.mark.parametrize(
        "name", ["migrations/0001.sql", "migrations/0002.sql", "domain/new.toml", "requirements.lock"]
    )
    def test_is_unknown_after_a_change_of_the_house(
        self, settings: Settings, database: Database, house: Path, name: str
    ) -> None:
        note_prepared(settings, database.url)
        (house / name).write_text("changed")
        assert not is_prepared(settings, database.url)

    def test_is_unknown_in_another_mode(self, settings: Settings, database: Database) -> None:
        note_prepared(settings, database.url)
        assert not is_prepared(replace(settings, mode=Mode.PRODUCTION), database.url)

    async def test_is_unknown_to_another_home_which_has_other_passwords(
        self, settings: Settings, database: Database, tmp_path: Path
    ) -> None:
        await preparation._note_prepared(settings, database.url)
        elsewhere = replace(settings, home=tmp_path / "elsewhere")
        assert not await preparation._is_prepared(elsewhere, database.url)
        for name in [path.name for path in (settings.home / "secrets").iterdir()]:
            Secrets(elsewhere.home).password(name)
        assert not await preparation._is_prepared(elsewhere, database.url)

    async def test_is_unknown_when_its_schema_or_a_login_was_removed(
        self, settings: Settings, database: Database
    ) -> None:
        await preparation._note_prepared(settings, database.url)
        connection = await asyncpg.connect(database.url)
        await connection.execute(
            f'alter role "gongguan_app_{database.name}" rename to "gone_{database.name}"'
        )
        assert not await preparation._is_prepared(settings, database.url)
        await connection.execute(
            f'alter role "gone_{database.name}" rename to "gongguan_app_{database.name}"'
        )
        assert await preparation._is_prepared(settings, database.url)
        await connection.execute("drop schema public cascade")
        assert not await preparation._is_prepared(settings, database.url)
        await connection.close()
