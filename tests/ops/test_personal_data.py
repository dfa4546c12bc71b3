"""The keys of personal data as an administrator handles them: the file, the start of a server, and a rotation that is killed."""

import asyncio
import os
import signal
import stat
import sys
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

import domain.tables
from domain.audit.models import AuditLine
from domain.edge import Edge
from domain.personal_data import commands
from domain.personal_data.models import PersonalData
from domain.personal_data.sealing import Keys, NoKey
from domain.staff import commands as staff
from domain.work import Errand
from ops.compose import key_file_of, refuse_personal_data_that_cannot_be_opened
from ops.personal_data_keys import KeyFile, WrongKeyFile, is_of_a_demo
from ops.settings import Mode, Settings, read_settings
from ops.troubles import Trouble
from tenancy.ids import new_id
from tenancy.transactions import Engines
from tests.databases import MigratedDatabase, migrated
from tests.domain.personal_data.office import Office
from tests.servers import Databases, TestServers
from tests.workers.workshop import eventually
from tests.worlds import NOW, HandSetClock, World, a_county

TODAY = date(2026, 3, 10)
OFFICERS = 24


class TestTheFile:
    def test_is_not_needed_before_there_is_a_key(self, tmp_path: Path) -> None:
        assert KeyFile(tmp_path / "keys.toml").read() == Keys()

    def test_is_only_added_to_and_read_by_its_owner_alone(self, tmp_path: Path) -> None:
        file = KeyFile(tmp_path / "secrets" / "keys.toml")
        first = file.add("aes", day=TODAY, later=False)
        second = file.add("sm", day=TODAY, later=False)
        assert KeyFile(file.path).read() == Keys(
            known={first.id: first, second.id: second}, current_id=second.id
        )
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700

    def test_lets_a_key_wait_until_it_is_turned_to(self, tmp_path: Path) -> None:
        file = KeyFile(tmp_path / "keys.toml")
        first, second = (file.add("aes", day=TODAY, later=True) for _ in range(2))
        assert file.read().current == first, "a first key has nothing to wait for"
        assert file.turn_to_the_newest().current == second
        assert KeyFile(file.path).read().current == second
        with pytest.raises(NoKey):
            KeyFile(tmp_path / "none.toml").turn_to_the_newest()

    def test_is_read_anew_by_whoever_has_it_open(self, tmp_path: Path) -> None:
        reader, writer = KeyFile(tmp_path / "keys.toml"), KeyFile(tmp_path / "keys.toml")
        assert reader.read() == Keys()
        assert reader.read().known.keys() == set()
        for _ in range(3):
            added = writer.add("aes", day=TODAY, later=False)
            assert reader.read().current == added

    def test_is_made_once_by_however_many_demos_begin_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.toml"
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: KeyFile(path).made_for_a_demo(), range(24)))
        (key,) = KeyFile(path).read().known
        assert is_of_a_demo(key)

    @pytest.mark.parametrize(
        "broken",
        [
            lambda text: "",
            lambda text: text + "[[key",
            lambda text: text.replace("sealing = ", 'sealing = "AAAA"\nother = '),
            lambda text: text.replace("finding = ", 'finding = "%%%%"\nother = '),
            lambda text: text.replace('suite = "aes"', 'suite = "none"'),
            lambda text: text.replace('current = "', 'current = "x'),
            lambda text: text + text[text.index("[[key]]") :],
        ],
    )
    def test_that_is_broken_is_refused_without_a_word_of_it(self, tmp_path: Path, broken) -> None:
        file = KeyFile(tmp_path / "keys.toml")
        key = file.add("aes", day=TODAY, later=False)
        whole = file.path.read_text()
        secrets = [line.partition('"')[2].strip('"') for line in whole.splitlines() if "ing = " in line]
        assert len(secrets) == 2
        file.path.write_text(broken(whole))
        with pytest.raises(WrongKeyFile) as refused:
            KeyFile(file.path).read()
        said = f"{refused.value!r} {refused.value} {refused.value.__cause__}"
        assert not any(each in said for each in (key.id, *secrets, "%%%%"))

    def test_lies_in_the_home_unless_told_where(self, tmp_path: Path) -> None:
        in_the_home = read_settings({"GONGGUAN_HOME": str(tmp_path)}).personal_data_keys
        assert in_the_home == tmp_path / "secrets" / "personal-data-keys.toml"
        elsewhere = tmp_path / "not there yet.toml"
        assert read_settings({"GONGGUAN_PERSONAL_DATA_KEYS": str(elsewhere)}).personal_data_keys == elsewhere

    def test_of_a_demo_makes_itself_and_of_production_does_not(self, tmp_path: Path) -> None:
        production, demo = (
            Settings(home=tmp_path / mode, mode=mode) for mode in (Mode.PRODUCTION, Mode.DEMO)
        )
        assert key_file_of(production).read() == Keys()
        assert is_of_a_demo(key_file_of(demo).read().current.id)
        assert key_file_of(demo).read() == key_file_of(demo).read()


@dataclass
class Installation:
    """A database of its own, its home, and the command on both."""

    database: MigratedDatabase
    owner: AsyncEngine
    environment: dict[str, str]
    file: KeyFile
    edge: Edge

    async def run(self, *arguments: str) -> asyncio.subprocess.Process:
        """Begin `gongguan personal-data …`."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ops", "personal-data", *arguments),
            env=os.environ | self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def said(self, *arguments: str) -> tuple[int | None, str]:
        """The same to its end: the exit code and what was printed."""
        running = await self.run(*arguments)
        output, _ = await running.communicate()
        return running.returncode, output.decode()

    async def fill(self, world: World) -> dict[UUID, str]:
        """Numbers of many officers of transport, by entry."""
        home, kept = world.bodies["transport"], {}
        people = {new_id(): staff.Officer(f"甲{n}", home_id=home) for n in range(OFFICERS)}
        async with AsyncSession(self.owner, expire_on_commit=False) as session, session.begin():
            await staff.enter(session, county_id=world.county_id, officers=people)
            errand = Errand(session=session, county_id=world.county_id, now=NOW)
            for n, person in enumerate(people):
                given = {
                    "person_id": person,
                    "home_id": home,
                    "kind": "telephone",
                    "value": f"1385771{n:04d}",
                }
                entry = await commands.keep(errand, self.file.read(), **given)
                kept[entry.id] = f"+861385771{n:04d}"
        return kept

    async def rows(self) -> list[PersonalData]:
        """All rows as the owner sees them."""
        async with AsyncSession(self.owner) as session:
            return list(
                await session.scalars(select(PersonalData).order_by(PersonalData.county_id, PersonalData.id))
            )

    async def by_key(self) -> Counter[str]:
        return Counter(row.key_id for row in await self.rows())


@pytest_asyncio.fixture(loop_scope="session")
async def installation(
    fresh_database: Databases, servers: TestServers, tmp_path: Path
) -> AsyncIterator[Installation]:
    assert domain.tables.MODULES
    database = await migrated(fresh_database, servers, label="keys")
    name = database.owner.rpartition("/")[2]
    file = tmp_path / "keys.toml"
    environment = {
        "GONGGUAN_HOME": str(servers.home),
        "GONGGUAN_PERSONAL_DATA_KEYS": str(file),
        "DATABASE_URL": f"{servers.database_url.rpartition('/')[0]}/{name}",
        "REDIS_URL": servers.redis_url,
    }
    owner, engines = create_async_engine(database.owner), Engines.of(database.app)
    keys = KeyFile(file)
    yield Installation(
        database, owner, environment, keys, Edge(engines=engines, clock=HandSetClock(), keys=keys.read)
    )
    await owner.dispose()
    await engines.dispose()


class TestAProductionServer:
    async def started(self, installation: Installation, file: Path, mode: Mode = Mode.PRODUCTION) -> None:
        settings = Settings(home=file.parent, mode=mode, personal_data_keys_file=file)
        await refuse_personal_data_that_cannot_be_opened(settings, installation.edge.engines.writing)

    async def test_starts_without_keys_while_there_is_nothing_to_open(
        self, installation: Installation, tmp_path: Path
    ) -> None:
        await self.started(installation, tmp_path / "none.toml")

    async def test_starts_only_with_every_key_that_something_lies_under(
        self, installation: Installation, tmp_path: Path
    ) -> None:
        world = await a_county(installation.owner)
        key = installation.file.add("aes", day=TODAY, later=False)
        await installation.fill(world)
        await self.started(installation, installation.file.path)
        await self.started(installation, tmp_path / "none.toml", Mode.DEMO)
        other = KeyFile(tmp_path / "other.toml")
        for file in (tmp_path / "none.toml", other.path):
            with pytest.raises(Trouble, match=key.id):
                await self.started(installation, file)
            if file != other.path:
                other.add("aes", day=TODAY, later=False)

    async def test_never_starts_with_the_keys_of_a_demo(
        self, installation: Installation, tmp_path: Path
    ) -> None:
        file = KeyFile(tmp_path / "demo.toml")
        file.made_for_a_demo()
        file.add("aes", day=TODAY, later=False)
        with pytest.raises(Trouble, match="demo-"):
            await self.started(installation, file.path)


class TestRotating:
    async def test_goes_on_where_it_was_killed_and_both_keys_open_meanwhile(
        self, installation: Installation
    ) -> None:
        """The process is killed while it waits for a row in the middle that somebody holds."""
        world = await a_county(installation.owner)
        old = installation.file.add("aes", day=TODAY, later=False)
        kept = await installation.fill(world)
        assert (await installation.said("new-key", "--sm", "--later"))[0] == 0
        assert installation.file.read().current == old
        middle = (await installation.rows())[OFFICERS // 2].id
        async with installation.owner.connect() as holder:
            await holder.execute(select(PersonalData.id).where(PersonalData.id == middle).with_for_update())
            running = await installation.run("rotate", "--at-a-time", "5")

            async def half_way() -> bool:
                return (await installation.by_key())[old.id] <= OFFICERS - 10

            await eventually(half_way)
            running.send_signal(signal.SIGKILL)
            await running.communicate()
        new = installation.file.read().current
        assert new.suite == "sm"
        assert await installation.by_key() == {new.id: 10, old.id: OFFICERS - 10}
        await self.all_open(installation, world, kept)

        code, said = await installation.said("rotate", "--at-a-time", "5")
        assert code == 0, said
        assert str(OFFICERS - 10) in said
        assert await installation.by_key() == {new.id: OFFICERS}
        await self.all_open(installation, world, kept)
        assert {row.version for row in await installation.rows()} == {1}
        code, said = await installation.said("rotate")
        assert (code, "0 entries" in said) == (0, True)
        async with installation.owner.connect() as connection:
            lines = select(AuditLine.id).where(AuditLine.action == "personal_data.resealed")
            assert len((await connection.execute(lines)).all()) == 5
        code, said = await installation.said("keys")
        assert f"{new.id} sm (当前 current): {OFFICERS}" in said
        assert f"{old.id} aes: 0" in said

    async def all_open(self, installation: Installation, world: World, kept: dict[UUID, str]) -> None:
        keys = installation.file.read()
        rows = await installation.rows()
        assert {row.id: commands.opened(row, keys) for row in rows} == kept
        office = Office(installation.edge, world, installation.owner)
        for row in (rows[0], rows[-1]):
            assert await office.revealed(row) == kept[row.id]
            async with office.as_("lin") as work:
                found = await commands.find(work, kind="telephone", value=kept[row.id])
                assert found == [row.person_id]

    async def test_holds_nothing_up_for_what_does_not_open(self, installation: Installation) -> None:
        world = await a_county(installation.owner)
        installation.file.add("aes", day=TODAY, later=False)
        kept = await installation.fill(world)
        one = next(iter(kept))
        async with installation.owner.begin() as connection:
            await connection.execute(
                update(PersonalData).where(PersonalData.id == one).values(masked="+86*******0000x")
            )
        await installation.said("new-key")
        code, said = await installation.said("rotate", "--at-a-time", "5")
        assert code == 1
        assert str(one) in said
        assert kept[one] not in said
        assert sorted((await installation.by_key()).values()) == [1, OFFICERS - 1]

    async def test_needs_a_key(self, installation: Installation) -> None:
        code, said = await installation.said("rotate")
        assert code == 1
        assert "new-key" in said
