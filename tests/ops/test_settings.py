"""The settings: what each variable means, and how a wrong one is told. Pure: the environment is passed in."""

from pathlib import Path

import pytest

from api.limits import Limits
from ops.compose import limits_of
from ops.settings import LogShape, Mode, WrongSetting, read_settings


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

    def test_logs_for_machines_in_production_and_for_people_in_a_demo_unless_told_otherwise(self) -> None:
        assert read_settings({}).log is LogShape.JSON
        assert read_settings({"GONGGUAN_MODE": "demo"}).log is LogShape.TEXT
        assert read_settings({"GONGGUAN_MODE": "demo", "GONGGUAN_LOG": "json"}).log is LogShape.JSON

    def test_executes_breadth_first_unless_told_otherwise(self) -> None:
        assert read_settings({}).breadth_first
        assert not read_settings({"GONGGUAN_BREADTH_FIRST": "no"}).breadth_first

    def test_sends_traces_only_where_it_is_told_to(self) -> None:
        assert read_settings({}).traces_endpoint is None
        told = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318/"}
        assert read_settings(told).traces_endpoint == "http://127.0.0.1:4318"

    def test_takes_numbers_by_their_names(self) -> None:
        assert read_settings({}).limits == {}
        assert read_settings({"GONGGUAN_LIMITS": " cost=40000, allowance = 600000,"}).limits == {
            "cost": 40_000,
            "allowance": 600_000,
        }

    def test_takes_an_empty_variable_for_an_unset_one(self) -> None:
        assert read_settings({"DATABASE_URL": "", "PORT": " "}) == read_settings({})

    def test_leaves_the_bounds_of_subscribers_to_the_api_unless_told(self) -> None:
        assert (read_settings({}).subscribers, read_settings({}).subscribers_of_one) == (None, None)
        told = read_settings({"GONGGUAN_SUBSCRIBERS": "500", "GONGGUAN_SUBSCRIBERS_OF_ONE": "3"})
        assert (told.subscribers, told.subscribers_of_one) == (500, 3)

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
            ("GONGGUAN_LIMITS", "cost"),
            ("GONGGUAN_LIMITS", "cost=s3cret"),
            ("GONGGUAN_LIMITS", "cost=0"),
            ("GONGGUAN_LIMITS", "cost=-1"),
            ("GONGGUAN_LIMITS", "=5"),
            ("GONGGUAN_PROVIDERS", "/nowhere/s3cret.toml"),
            ("GONGGUAN_PAGES", "on"),
            ("GONGGUAN_TRUSTED_DOCUMENTS", "/nowhere/s3cret.json"),
            ("GONGGUAN_INTROSPECTION", "true"),
            ("GONGGUAN_OTHER_DOCUMENTS", "1"),
            ("GONGGUAN_BREADTH_FIRST", "0"),
            ("GONGGUAN_TIMEOUT", "0"),
            ("GONGGUAN_TIMEOUT", "1.5"),
            ("GONGGUAN_ORIGINS", "*"),
            ("GONGGUAN_ORIGINS", "https://a.example https://s3cret.example/path"),
            ("GONGGUAN_LOG", "loud s3cret"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://me:s3cret@collector"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "s3cret"),
            ("GONGGUAN_SUBSCRIBERS", "0"),
            ("GONGGUAN_SUBSCRIBERS_OF_ONE", "many"),
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
        ("mode", "said", "shown"),
        [
            ("production", "", False),
            ("demo", "", True),
            ("production", "yes", True),
            ("demo", "no", False),
        ],
    )
    def test_shows_pages_in_a_demo_and_where_they_are_asked_for(
        self, mode: str, said: str, shown: bool
    ) -> None:
        assert read_settings({"GONGGUAN_MODE": mode, "GONGGUAN_PAGES": said}).pages is shown

    @pytest.mark.parametrize(
        ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("10.1.2.3", "10.1.2.3")]
    )
    def test_shows_an_address_that_a_browser_here_can_open(self, host: str, shown: str) -> None:
        assert read_settings({"GONGGUAN_HOST": host, "PORT": "8080"}).address == f"http://{shown}:8080"


class TestLimits:
    def test_are_the_platforms_but_for_what_is_set(self) -> None:
        settings = read_settings({"GONGGUAN_LIMITS": "cost=7"})
        assert limits_of(settings) == Limits(cost=7)
        assert limits_of(read_settings({})) == Limits()

    def test_of_no_such_name_are_refused_and_told_which_there_are(self) -> None:
        with pytest.raises(WrongSetting) as refused:
            limits_of(read_settings({"GONGGUAN_LIMITS": "costs=7"}))
        assert "allowance" in refused.value.en
        assert "allowance" in refused.value.zh
