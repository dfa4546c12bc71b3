"""The database roles, on the real server: what each login may do, and who may set them up. Not the tables' grants."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from ops.addresses import with_database, with_login
from ops.roles import LONGEST_NAME, RoleUrls, drop_login_roles, ensure_login_roles, login_of, login_urls
from ops.troubles import Trouble
from tests.servers import Database, Databases, TestServers


@pytest.fixture
async def database(fresh_database: Databases) -> AsyncIterator[Database]:
    made = await fresh_database(label="roles")
    yield made
    await fresh_database.drop(made)


@pytest.fixture
async def urls(database: Database, servers: TestServers) -> RoleUrls:
    return await ensure_login_roles(database.url, servers.home)


@pytest.fixture
async def limited_admin(postgres_server: str) -> AsyncIterator[str]:
    """The address of an administrator with CREATEROLE and CREATEDB and nothing else."""
    name, password = f"limited_{secrets.token_hex(4)}", secrets.token_hex(8)
    root = await asyncpg.connect(postgres_server)
    await root.execute(f"create role {name} login createrole createdb password '{password}'")
    for group in ("owner", "app", "worker", "backup"):
        exists = await root.fetchval("select 1 from pg_roles where rolname = $1", f"gongguan_{group}")
        if (
            exists
        ):  # made by this server's superuser in another test; a county's administrator would be granted them
            await root.execute(f"grant gongguan_{group} to {name} with admin option")
    yield with_login(postgres_server, user=name, password=password)
    await root.execute(f"drop owned by {name} cascade")
    await root.execute(f"drop role {name}")
    await root.close()


async def asked(url: str, sql: str, *arguments: object) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql, *arguments)
    finally:
        await connection.close()


class TestEnsureLoginRoles:
    async def test_lets_each_duty_log_in_as_itself(self, urls: RoleUrls, database: Database) -> None:
        for duty in ("owner", "app", "worker", "backup"):
            url = getattr(urls, duty)
            assert await asked(url, "select session_user::text") == login_of(duty, database.name)
            assert await asked(url, "select pg_has_role(session_user, $1, 'usage')", f"gongguan_{duty}")

    async def test_lets_only_the_owner_make_tables_and_they_belong_to_the_group(self, urls: RoleUrls) -> None:
        await asked(urls.owner, "create table made_by_owner (id int)")
        owner = "select tableowner::text from pg_tables where tablename = 'made_by_owner'"
        assert await asked(urls.owner, owner) == "gongguan_owner"
        for url in (urls.app, urls.worker, urls.backup):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asked(url, "create table made_by_stranger (id int)")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asked(url, "select count(*) from made_by_owner")

    async def test_spares_every_login_the_compiling_of_its_statements(self, urls: RoleUrls) -> None:
        for duty in ("owner", "app", "worker", "backup"):
            assert await asked(getattr(urls, duty), "show jit") == "off"

    async def test_gives_no_duty_a_power_over_the_server(self, urls: RoleUrls) -> None:
        sql = """select bool_or(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
                 from pg_roles where rolname ~ '^gongguan_'"""
        assert await asked(urls.app, sql) is False

    async def test_keeps_a_login_out_of_the_other_databases_of_the_server(
        self, urls: RoleUrls, fresh_database: Databases, servers: TestServers
    ) -> None:
        other = await fresh_database(label="roles")
        await ensure_login_roles(other.url, servers.home)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asked(with_database(urls.app, other.name), "select 1")
        await fresh_database.drop(other)

    async def test_may_be_repeated_and_changes_no_address(
        self, urls: RoleUrls, database: Database, servers: TestServers
    ) -> None:
        assert await ensure_login_roles(database.url, servers.home) == urls
        assert login_urls(database.url, servers.home) == urls

    async def test_lets_another_home_take_over_with_passwords_of_its_own(
        self, urls: RoleUrls, database: Database, tmp_path: Path
    ) -> None:
        elsewhere = await ensure_login_roles(database.url, tmp_path)
        assert elsewhere.app != urls.app
        assert await asked(elsewhere.app, "select 1") == 1

    async def test_bears_many_at_once_on_several_databases(
        self, fresh_database: Databases, servers: TestServers
    ) -> None:
        databases = [await fresh_database(label="roles") for _ in range(3)]
        made = await asyncio.gather(
            *(ensure_login_roles(one.url, servers.home) for one in databases for _ in range(3))
        )
        assert len({each.app for each in made}) == 3
        for each in made:
            assert await asked(each.worker, "select 1") == 1
        for one in databases:
            await fresh_database.drop(one)

    async def test_needs_no_superuser_but_the_right_to_make_roles(
        self, limited_admin: str, tmp_path: Path
    ) -> None:
        name = f"gongguan_limited_{secrets.token_hex(4)}"
        await asked(limited_admin, f"create database {name}")
        admin = with_database(limited_admin, name)
        urls = await ensure_login_roles(admin, tmp_path)
        assert await ensure_login_roles(admin, tmp_path) == urls
        await asked(urls.owner, "create table made_by_owner (id int)")
        assert await asked(urls.app, "select 1") == 1
        await asked(limited_admin, f"drop database {name} with (force)")
        await drop_login_roles(limited_admin, name, tmp_path)

    async def test_says_plainly_what_the_administrator_lacks(
        self, urls: RoleUrls, database: Database, servers: TestServers, tmp_path: Path
    ) -> None:
        await asked(database.url, f'grant connect on database "{database.name}" to public')
        with pytest.raises(Trouble, match="CREATEROLE"):
            await ensure_login_roles(urls.app, tmp_path)

    async def test_leaves_the_password_out_of_what_the_server_sees(
        self, urls: RoleUrls, database: Database, tmp_path: Path
    ) -> None:
        if not await asked(database.url, "select rolsuper from pg_roles where rolname = current_user"):
            return  # only a superuser may look
        stored = await asked(
            database.url,
            "select rolpassword from pg_authid where rolname = $1",
            login_of("app", database.name),
        )
        assert str(stored).startswith("SCRAM-SHA-256$4096:")


class TestLoginUrls:
    def test_asks_for_a_migration_when_this_home_made_no_roles(self, tmp_path: Path) -> None:
        with pytest.raises(Trouble, match="gongguan migrate"):
            login_urls("postgresql://someone@127.0.0.1/anything", tmp_path)


class TestLoginOf:
    def test_names_the_database_while_the_name_fits(self) -> None:
        assert login_of("worker", "kunyang") == "gongguan_worker_kunyang"

    def test_stays_within_what_postgres_keeps_and_keeps_long_names_apart(self) -> None:
        long, longer = "昆阳" * 20, "昆阳" * 20 + "x"
        assert len(login_of("worker", long).encode()) <= LONGEST_NAME
        assert login_of("worker", long) != login_of("worker", longer)
