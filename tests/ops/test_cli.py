"""The command line: what its commands do to a real database, and how they tell what is wrong.

The commands run in this process with an environment of their own. Not here: `up` (`test_up.py`), and what the domain's
commands decide.
"""

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from click.testing import Result
from typer.testing import CliRunner

from ops.cli import app
from ops.commands.clock import NotADemo, NotAnInstant
from ops.commands.demo import NotADemo as NoDemoHere
from ops.embedded.ports import a_free_one
from ops.embedded.servers import NotRunning
from ops.troubles import Trouble
from tests.servers import Database, Databases, TestServers

HOUSE = Path(__file__).parents[2]

Gongguan = Callable[..., str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(fresh_database: Databases) -> Database:
    """An empty database, which the first command migrates."""
    return await fresh_database(label="cli")


@pytest.fixture(scope="module")
def environment(database: Database, servers: TestServers) -> dict[str, str]:
    return {
        "DATABASE_URL": database.url,
        "REDIS_URL": servers.redis_url,
        "GONGGUAN_HOME": str(servers.home),
        "GONGGUAN_MODE": "demo",
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    """The runner's stderr ends with it, so the log goes back to where it went before."""
    everybodys, ours = logging.getLogger(), logging.getLogger("gongguan")
    handlers, levels = everybodys.handlers[:], (everybodys.level, ours.level)
    try:
        return CliRunner().invoke(app, arguments, env=environment)
    finally:
        everybodys.handlers[:] = handlers
        everybodys.setLevel(levels[0])
        ours.setLevel(levels[1])


@pytest.fixture(scope="module")
def gongguan(environment: dict[str, str]) -> Gongguan:
    """`gongguan ARGUMENTS` on a migrated database: what it says, or the trouble it raises."""

    def command(*arguments: str, **changed: str) -> str:
        result = run(environment | changed, *arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    assert "The database is up to date." in command("migrate")
    return command


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        [
            "up",
            "api",
            "worker",
            "migrate",
            "schema",
            "refusals",
            "demo",
            "rulebook",
            "calendar",
            "clock",
            "audit",
            "outbox",
            "account",
        ],
    )
    def test_names_every_command_in_two_languages(self, command: str) -> None:
        said = run({}, command, "--help").output
        assert "Usage:" in said
        assert any("一" <= letter <= "鿿" for letter in said)
        assert command in run({}, "--help").output


class TestMigrate:
    async def test_leaves_tables_that_belong_to_the_owners_group(
        self, gongguan: Gongguan, database: Database
    ) -> None:
        connection = await asyncpg.connect(database.url)
        owners = await connection.fetch(
            "select distinct tableowner::text from pg_tables where schemaname = 'public'"
        )
        await connection.close()
        assert [row[0] for row in owners] == ["gongguan_owner"]

    def test_may_be_repeated(self, gongguan: Gongguan) -> None:
        assert "The database is up to date." in gongguan("migrate")


class TestTheClock:
    def test_shows_what_it_was_set_to_in_chinas_time(self, gongguan: Gongguan) -> None:
        assert "2026-03-10 09:00:00+08:00" in gongguan("clock", "set", "2026-03-10T09:00", "--still")
        assert "2026-03-10 09:00:00+08:00" in gongguan("clock", "show")
        assert "2026-03-10 10:30:00+08:00" in gongguan("clock", "set", "2026-03-10T02:30Z", "--still")
        assert "2026-03-10" not in gongguan("clock", "unset")

    def test_runs_on_unless_told_to_stand_still(self, gongguan: Gongguan) -> None:
        gongguan("clock", "set", "2026-03-10T09:00")
        assert "2026-03-10 09:0" in gongguan("clock", "show")
        gongguan("clock", "unset")

    def test_is_refused_to_production(self, gongguan: Gongguan) -> None:
        with pytest.raises(NotADemo):
            gongguan("clock", "set", "2026-03-10T09:00", GONGGUAN_MODE="production")

    def test_is_refused_what_is_no_instant(self, gongguan: Gongguan) -> None:
        with pytest.raises(NotAnInstant, match="“tomorrow” is no date and time"):
            gongguan("clock", "set", "tomorrow")


class TestTheDemo:
    def test_is_loaded_once_and_its_trail_is_sound(self, gongguan: Gongguan) -> None:
        assert "The demo counties: 0 rows were new." not in gongguan("demo", "load")
        assert "The demo counties: 0 rows were new." in gongguan("demo", "load")
        assert "Nothing is wrong." in gongguan("audit", "verify")

    def test_is_refused_to_production(self, gongguan: Gongguan) -> None:
        with pytest.raises(NoDemoHere):
            gongguan("demo", "load", GONGGUAN_MODE="production")

    def test_says_whom_one_may_sign_in_as(self, gongguan: Gongguan) -> None:
        assert "kunyang.head" in gongguan("demo", "accounts")


class TestTheAudit:
    def test_asks_for_a_county_that_is_there(self, gongguan: Gongguan) -> None:
        with pytest.raises(Trouble, match="No county here has the code “atlantis”"):
            gongguan("audit", "verify", "--county", "atlantis")

    def test_tells_how_long_a_line_has_waited_by_the_countys_clock(
        self, gongguan: Gongguan, environment: dict[str, str]
    ) -> None:
        gongguan("demo", "load")
        gongguan("clock", "set", "2099-03-10T09:00", "--still")
        said = run(environment, "audit", "verify")
        gongguan("clock", "unset")
        assert said.exit_code == 1
        assert "has waited" in said.output


class TestTheRulebooks:
    def test_that_are_loaded_are_compared_by_version_and_with_a_file(
        self, gongguan: Gongguan, environment: dict[str, str], folder: Path
    ) -> None:
        gongguan("demo", "load")
        shipped = HOUSE / "domain/rulebooks/places/fuling.toml"
        corrected = folder / "fuling.toml"
        text = shipped.read_text(encoding="utf-8")
        corrected.write_text(
            text.replace("[referral.send]\nvalue = 5", "[referral.send]\nvalue = 4"), "utf-8"
        )
        assert "(v2)" in gongguan("rulebook", "load", str(corrected))
        said = run(environment, "rulebook", "diff", "fuling@1", "fuling@2")
        assert said.exit_code == 1
        assert "  - 5个工作日 / 5 working days  [" in said.output
        assert "  + 4个工作日 / 4 working days  [" in said.output
        assert "differences: 1" in said.output
        assert run(environment, "rulebook", "diff", "fuling@2", str(corrected)).exit_code == 0
        assert run(environment, "rulebook", "diff", "fuling@1", "fuling").exit_code == 0
        assert run(environment, "rulebook", "diff", "pingyang/kunyang@1", "kunyang").exit_code == 0
        assert run(environment, "rulebook", "diff", "platform@1", "platform").exit_code == 0

    @pytest.mark.parametrize("place", ["fuling@9", "nowhere@1", "pingyang/nowhere@1", "county@1"])
    def test_that_were_never_loaded_are_trouble(
        self, gongguan: Gongguan, environment: dict[str, str], place: str
    ) -> None:
        gongguan("demo", "load")
        said = run(environment, "rulebook", "diff", place, "fuling")
        assert said.exit_code == 2
        assert "never loaded" in said.output


class TestTheCalendar:
    def test_says_when_nothing_is_new(self, gongguan: Gongguan) -> None:
        gongguan("calendar", "load")
        assert "Nothing was new." in gongguan("calendar", "load")

    def test_takes_a_decision_of_one_county(self, gongguan: Gongguan, folder: Path) -> None:
        gongguan("demo", "load")
        file = folder / "festival.toml"
        file.write_text(
            'county = "pingyang"\ndocument = "平政发〔2026〕0号"\nissued_on = 2026-04-01\n'
            "valid_from = 2026-04-20\nvalid_until = 2026-04-20\n"
            '[[rest]]\nreason = "三月三"\nfrom = 2026-04-20\nto = 2026-04-20\ndays = 1\n',
            encoding="utf-8",
        )
        said = gongguan("calendar", "load", str(file))
        assert "pingyang: 平政发〔2026〕0号, 1 日变动 days changed" in said
        assert "The worker counts 0 deadlines again." in said
        assert "Nothing was new." in gongguan("calendar", "load", str(file))


class TestALoneProgram:
    @pytest.mark.parametrize("program", ["api", "worker"])
    def test_starts_no_servers_of_its_own(self, folder: Path, program: str) -> None:
        result = run(
            {"DATABASE_URL": "", "REDIS_URL": "", "GONGGUAN_HOME": str(folder / "home"), "PORT": "1"}, program
        )
        assert isinstance(result.exception, NotRunning)

    @pytest.mark.parametrize("program", ["api", "worker"])
    def test_refuses_a_set_clock_in_production(self, gongguan: Gongguan, program: str) -> None:
        gongguan("clock", "set", "2026-03-10T09:00")
        with pytest.raises(Trouble, match=r"A clock is set in this database"):
            gongguan(program, GONGGUAN_MODE="production", PORT=str(a_free_one()))
        gongguan("clock", "unset")


class TestATrouble:
    def test_is_two_sentences_and_no_trace(self, folder: Path) -> None:
        told = subprocess.run(
            [sys.executable, "-m", "ops", "migrate"],
            env={"PORT": "no port", "PATH": "", "GONGGUAN_HOME": str(folder)},
            cwd=HOUSE,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 1
        assert told.stdout == ""
        assert told.stderr.split("\n") == [
            "",
            "环境变量 PORT 须为端口号（1 至 65535）。",
            "PORT must be a port, 1 to 65535.",
            "",
        ]


class TestOutbox:
    def test_says_that_nothing_was_given_up_and_resends_nothing(self, gongguan: Gongguan) -> None:
        assert "Nothing was given up." in gongguan("outbox", "list")
        assert "0 are tried again" in gongguan("outbox", "resend")
