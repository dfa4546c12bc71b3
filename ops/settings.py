"""Settings: everything the environment decides, read once, here and nowhere else.

    DATABASE_URL                 an administrator's PostgreSQL address; unset: the embedded PostgreSQL
    REDIS_URL                    a Redis address; unset: the embedded Redis
    PORT                         where the API listens (8000)
    GONGGUAN_HOST                the address it listens on (127.0.0.1; behind a proxy of another machine: 0.0.0.0)
    GONGGUAN_HOME                where servers, files and secrets live (var)
    GONGGUAN_MODE                production or demo (production; `make run` says demo)
    GONGGUAN_APP_DATABASE_URL    the API's own login, for a machine that runs only the API and knows no administrator
    GONGGUAN_WORKER_DATABASE_URL the worker's own login, likewise; it makes exports if it is told the API's as well
    GONGGUAN_POSTGRES_PORT       the embedded PostgreSQL's port (unset: the last one, or a free one)
    GONGGUAN_REDIS_PORT          the embedded Redis's port, likewise
    GONGGUAN_PROVIDERS           the identity providers whose tokens are accepted (providers.toml in the home, if there
                                 is one); `ops/providers.py` says what stands in it
    GONGGUAN_PERSONAL_DATA_KEYS  the file with the keys of personal data (secrets/personal-data-keys.toml in the home);
                                 `ops/personal_data_keys.py` says what stands in it
    GONGGUAN_PAGES               whether browsers are shown GraphiQL and the explorer of the schema: yes or no (yes in a
                                 demo, no in production)
    GONGGUAN_INTROSPECTION       yes or no: whether the schema can be asked for, and errors suggest names of it (yes in
                                 a demo, no in production)
    GONGGUAN_TRUSTED_DOCUMENTS   a manifest of the documents that front ends were built with: only those are answered
    GONGGUAN_OTHER_DOCUMENTS     yes or no: with a manifest, whether others are answered as well (no)
    GONGGUAN_ORIGINS             origins whose pages may send requests, besides our own, with blanks in between:
                                 https://one.example https://another.example
    GONGGUAN_BREADTH_FIRST       yes or no: whether operations are executed a level at a time (yes); otherwise graphql-core
                                 does it object by object, which is slower
    GONGGUAN_TIMEOUT             seconds after which an operation is broken off (10)
    GONGGUAN_LIMITS              what one request and one body may ask for, where it is not what `api/limits.py` says:
                                 cost=20000,allowance=120000
    GONGGUAN_LOG                 json or text (json in production, text in a demo); `ops/logs.py` says what stands in it
    GONGGUAN_METRICS_TOKEN       the token that opens /metrics (unset: the one in the home, secrets/metrics-token)
    OTEL_EXPORTER_OTLP_ENDPOINT  where traces go, by HTTP: http://127.0.0.1:4318 (unset: nobody traces)
    GONGGUAN_SUBSCRIBERS         how many connections for subscriptions one API process holds (12000)
    GONGGUAN_SUBSCRIBERS_OF_ONE  how many of them may be one person's (20)

What a county decides is not here: that is rulebook data. An empty variable counts as unset.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from ops.addresses import plain
from ops.troubles import Trouble

HIGHEST_PORT = 65535
LONGEST_TIMEOUT = 600


class Mode(StrEnum):
    """What the installation is for. Only a demo accepts a set clock and the well-known sign-ins."""

    PRODUCTION = "production"
    DEMO = "demo"


class LogShape(StrEnum):
    """How lines of the log look."""

    JSON = "json"
    TEXT = "text"


class WrongSetting(Trouble):
    """A variable of the environment does not say what it must. Its value is not repeated: it may hold a password."""

    def __init__(self, name: str, *, en: str, zh: str) -> None:
        super().__init__(en=f"{name} {en}", zh=f"环境变量 {name} {zh}")


@dataclass(frozen=True)
class Settings:
    """The settings of one installation. Addresses are plain `postgresql://` ones; `home` is absolute."""

    home: Path
    mode: Mode = Mode.PRODUCTION
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = None
    redis_url: str | None = None
    app_database_url: str | None = None
    worker_database_url: str | None = None
    postgres_port: int | None = None
    redis_port: int | None = None
    providers_file: Path | None = None
    personal_data_keys_file: Path | None = None
    pages_wanted: bool | None = None
    introspection_said: bool | None = None
    trusted_documents: Path | None = None
    other_documents: bool = False
    origins: tuple[str, ...] = ()
    timeout: float = 10.0
    limits: Mapping[str, int] = field(default_factory=dict)
    breadth_first: bool = True
    log_shape: LogShape | None = None
    metrics_token_given: str | None = None
    traces_endpoint: str | None = None

    subscribers: int | None = None
    subscribers_of_one: int | None = None

    @property
    def introspection(self) -> bool:
        """Whether the schema can be asked for: nobody who builds a front end against a demo should have to ask us."""
        return self.is_demo if self.introspection_said is None else self.introspection_said

    @property
    def providers(self) -> Path:
        """Where the identity providers are listed, if any are."""
        return self.providers_file or self.home / "providers.toml"

    @property
    def personal_data_keys(self) -> Path:
        """Where the keys of personal data are, once there are any."""
        return self.personal_data_keys_file or self.home / "secrets" / "personal-data-keys.toml"

    @property
    def log(self) -> LogShape:
        """How lines of the log look here."""
        return self.log_shape or (LogShape.TEXT if self.is_demo else LogShape.JSON)

    @property
    def pages(self) -> bool:
        """Whether browsers are shown GraphiQL and the explorer."""
        return self.is_demo if self.pages_wanted is None else self.pages_wanted

    @property
    def is_demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the API."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0", "::"} else self.host  # noqa: S104 - recognised, not bound
        return f"http://{host}:{self.port}"


def settings_here() -> Settings:
    """The settings of this process. Raises WrongSetting."""
    return read_settings(os.environ)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that `environment` describes. Raises WrongSetting."""
    said = {name: value.strip() for name, value in environment.items() if value.strip()}
    return Settings(
        home=Path(said.get("GONGGUAN_HOME", "var")).expanduser().absolute(),
        mode=_mode(said),
        host=said.get("GONGGUAN_HOST", "127.0.0.1"),
        port=_port(said, "PORT") or 8000,
        database_url=_database(said, "DATABASE_URL"),
        redis_url=_redis(said, "REDIS_URL"),
        app_database_url=_database(said, "GONGGUAN_APP_DATABASE_URL"),
        worker_database_url=_database(said, "GONGGUAN_WORKER_DATABASE_URL"),
        postgres_port=_port(said, "GONGGUAN_POSTGRES_PORT"),
        redis_port=_port(said, "GONGGUAN_REDIS_PORT"),
        providers_file=_file(said, "GONGGUAN_PROVIDERS"),
        personal_data_keys_file=_path(said, "GONGGUAN_PERSONAL_DATA_KEYS"),
        pages_wanted=_yes_or_no(said, "GONGGUAN_PAGES"),
        introspection_said=_yes_or_no(said, "GONGGUAN_INTROSPECTION"),
        trusted_documents=_file(said, "GONGGUAN_TRUSTED_DOCUMENTS"),
        other_documents=_yes_or_no(said, "GONGGUAN_OTHER_DOCUMENTS") or False,
        origins=_origins(said, "GONGGUAN_ORIGINS"),
        breadth_first=_yes_or_no(said, "GONGGUAN_BREADTH_FIRST") is not False,
        timeout=_seconds(said, "GONGGUAN_TIMEOUT") or 10.0,
        limits=_numbers(said, "GONGGUAN_LIMITS"),
        log_shape=_log_shape(said),
        metrics_token_given=said.get("GONGGUAN_METRICS_TOKEN"),
        traces_endpoint=_endpoint(said, "OTEL_EXPORTER_OTLP_ENDPOINT"),
        subscribers=_count(said, "GONGGUAN_SUBSCRIBERS"),
        subscribers_of_one=_count(said, "GONGGUAN_SUBSCRIBERS_OF_ONE"),
    )


def _mode(said: Mapping[str, str]) -> Mode:
    try:
        return Mode(said.get("GONGGUAN_MODE", Mode.PRODUCTION))
    except ValueError as error:
        raise WrongSetting(
            "GONGGUAN_MODE",
            en="must be 'production' or 'demo'.",
            zh="须为 production（正式）或 demo（演示）。",
        ) from error


def _log_shape(said: Mapping[str, str]) -> LogShape | None:
    if "GONGGUAN_LOG" not in said:
        return None
    try:
        return LogShape(said["GONGGUAN_LOG"])
    except ValueError as error:
        raise WrongSetting(
            "GONGGUAN_LOG", en="must be 'json' or 'text'.", zh="须为 json（结构化）或 text（文本）。"
        ) from error


def _endpoint(said: Mapping[str, str], name: str) -> str | None:
    if name not in said:
        return None
    if urlsplit(said[name]).scheme in {"http", "https"} and urlsplit(said[name]).netloc:
        return said[name].rstrip("/")
    raise WrongSetting(
        name,
        en="must be an address that takes traces by HTTP: http://127.0.0.1:4318.",
        zh="须为以 HTTP 接收链路追踪的地址：http://127.0.0.1:4318。",
    )


def _port(said: Mapping[str, str], name: str) -> int | None:
    if name not in said:
        return None
    digits = said[name]
    if digits.isascii() and digits.isdigit() and 0 < int(digits) <= HIGHEST_PORT:
        return int(digits)
    raise WrongSetting(
        name, en=f"must be a port, 1 to {HIGHEST_PORT}.", zh=f"须为端口号（1 至 {HIGHEST_PORT}）。"
    )


def _yes_or_no(said: Mapping[str, str], name: str) -> bool | None:
    if name not in said:
        return None
    if said[name] in ("yes", "no"):
        return said[name] == "yes"
    raise WrongSetting(name, en="must be 'yes' or 'no'.", zh="须为 yes（是）或 no（否）。")


def _seconds(said: Mapping[str, str], name: str) -> float | None:
    if name not in said:
        return None
    digits = said[name]
    if digits.isascii() and digits.isdigit() and 0 < int(digits) <= LONGEST_TIMEOUT:
        return float(digits)
    raise WrongSetting(
        name,
        en=f"must be a whole number of seconds, 1 to {LONGEST_TIMEOUT}.",
        zh=f"须为整数秒（1 至 {LONGEST_TIMEOUT}）。",
    )


def _origins(said: Mapping[str, str], name: str) -> tuple[str, ...]:
    origins = tuple(said.get(name, "").split())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}".lower():
            raise WrongSetting(
                name,
                en="must be origins as browsers send them, with blanks in between: https://one.example.",
                zh="须为浏览器所发送的来源，以空格分隔：https://one.example。",
            )
    return origins


def _numbers(said: Mapping[str, str], name: str) -> dict[str, int]:
    numbers = {}
    for part in said.get(name, "").split(","):
        word, _, digits = (each.strip() for each in part.partition("="))
        if word and digits.isascii() and digits.isdigit() and int(digits):
            numbers[word] = int(digits)
        elif part.strip():
            raise WrongSetting(
                name,
                en="must be names with numbers above zero: cost=20000,allowance=120000.",
                zh="须为名称与正整数：cost=20000,allowance=120000。",
            )
    return numbers


def _count(said: Mapping[str, str], name: str) -> int | None:
    if name not in said:
        return None
    digits = said[name]
    if digits.isascii() and digits.isdigit() and int(digits) > 0:
        return int(digits)
    raise WrongSetting(name, en="must be a whole number above 0.", zh="须为大于 0 的整数。")


def _path(said: Mapping[str, str], name: str) -> Path | None:
    """Something that need not be there yet."""
    return Path(said[name]).expanduser().absolute() if name in said else None


def _file(said: Mapping[str, str], name: str) -> Path | None:
    if name not in said:
        return None
    file = Path(said[name]).expanduser().absolute()
    if file.is_file():
        return file
    raise WrongSetting(name, en="must be a file that is there.", zh="须为已存在的文件。")


def _database(said: Mapping[str, str], name: str) -> str | None:
    if name not in said:
        return None
    try:
        return plain(said[name])
    except ValueError as error:
        raise WrongSetting(
            name,
            en="must be a PostgreSQL address with a database: postgresql://user:password@host:5432/database.",
            zh="须为含数据库名的 PostgreSQL 地址：postgresql://用户:密码@主机:5432/数据库。",
        ) from error


def _redis(said: Mapping[str, str], name: str) -> str | None:
    if name not in said:
        return None
    if urlsplit(said[name]).scheme in {"redis", "rediss", "unix"}:
        return said[name]
    raise WrongSetting(
        name,
        en="must be a Redis address: redis://:password@host:6379/0.",
        zh="须为 Redis 地址：redis://:密码@主机:6379/0。",
    )
