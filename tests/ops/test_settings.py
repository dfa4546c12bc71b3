"""The settings: what each variable means, and how a wrong one is told. Pure: the environment is passed in."""

from pathlib import Path

import pytest

from ops.settings import Mode, WrongSetting, read_settings


class TestReadSettings:
    def test_needs_no_variable_at_all(self) -> None:
        settings = read_settings({})
        assert settings.home == Path.cwd() / "var"
        assert (settings.host, settings.port, settings.mode) == ("127.0.0.1", 8000, Mode.PRODUCTION)
        assert settings.database_url is None

    def test_looks_for_the_providers_in_the_home_unless_told_where(self, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere.toml"
        elsewhere.touch()
        assert read_settings({}).providers == Path.cwd() / "var" / "providers.toml"
        assert read_settings({"GONGGUAN_PROVIDERS": str(elsewhere)}).providers == elsewhere

    def test_shows_the_schema_in_a_demo_only_unless_told(self) -> None:
        assert not read_settings({}).introspection
        assert read_settings({"GONGGUAN_MODE": "demo"}).introspection
        assert read_settings({"GONGGUAN_INTROSPECTION": "yes"}).introspection
        assert not read_settings({"GONGGUAN_MODE": "demo", "GONGGUAN_INTROSPECTION": "no"}).introspection

    def test_takes_origins_as_browsers_send_them(self) -> None:
        assert read_settings({}).origins == ()
        several = read_settings({"GONGGUAN_ORIGINS": "https://a.example http://10.1.2.3:8080"})
        assert several.origins == ("https://a.example", "http://10.1.2.3:8080")

    def test_takes_an_empty_variable_for_an_unset_one(self) -> None:
        assert read_settings({"DATABASE_URL": "", "PORT": " "}) == read_settings({})

    @pytest.mark.parametrize(
        "written",
        [
            "postgres://me:p%40ss@db.example:5433/county?sslmode=require",
            "postgresql+asyncpg://me:p%40ss@db.example:5433/county?sslmode=require",
            "postgresql://me:p%40ss@db.example:5433/county?sslmode=require",
        ],
    )
    def test_takes_a_database_address_as_people_write_it(self, written: str) -> None:
        plain = "postgresql://me:p%40ss@db.example:5433/county?sslmode=require"
        assert read_settings({"DATABASE_URL": written}).database_url == plain

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PORT", "http"),
            ("PORT", "0"),
            ("PORT", "65536"),
            ("PORT", "-1"),
            ("PORT", "８０００"),
            ("GONGGUAN_MODE", "test"),
            ("DATABASE_URL", "mysql://me:s3cret@db/x"),
            ("DATABASE_URL", "postgresql://me:s3cret@db"),
            ("REDIS_URL", "http://:s3cret@db"),
            ("GONGGUAN_PROVIDERS", "/nowhere/s3cret.toml"),
            ("GONGGUAN_TRUSTED_DOCUMENTS", "/nowhere/s3cret.json"),
            ("GONGGUAN_INTROSPECTION", "true"),
            ("GONGGUAN_OTHER_DOCUMENTS", "1"),
            ("GONGGUAN_TIMEOUT", "0"),
            ("GONGGUAN_TIMEOUT", "1.5"),
            ("GONGGUAN_ORIGINS", "*"),
            ("GONGGUAN_ORIGINS", "https://a.example https://s3cret.example/path"),
        ],
    )
    def test_names_the_wrong_variable_in_two_languages_and_never_its_value(
        self, name: str, value: str
    ) -> None:
        with pytest.raises(WrongSetting) as refused:
            read_settings({name: value})
        assert refused.value.en.startswith(f"{name} must be")
        assert refused.value.zh.startswith(f"环境变量 {name} 须为")
        assert "s3cret" not in str(refused.value)

    @pytest.mark.parametrize(
        ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("10.1.2.3", "10.1.2.3")]
    )
    def test_shows_an_address_that_a_browser_here_can_open(self, host: str, shown: str) -> None:
        assert read_settings({"GONGGUAN_HOST": host, "PORT": "8080"}).address == f"http://{shown}:8080"
