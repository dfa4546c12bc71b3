"""The live catalogue says what the models say: one kind a table, row security on all, no more rights than derived.

What the policies do to rows is shown in `test_walls.py`; what a database distributed by county asks, in
`test_distribution.py`.
"""

import asyncpg
import pytest

from tenancy.kinds import Base, Kind, kinds
from tenancy.row_security import APP, BACKUP, OWNER, WORKER
from tests.databases import MigratedDatabase
from tests.tenancy import catalogue
from tests.tenancy.conftest import for_asyncpg

BOOKKEEPING = "schema_steps"
"""Which migrations have run: no model, no business of anybody but the owner's, and of a backup."""


class TestEveryTable:
    def test_has_exactly_one_kind(self) -> None:
        said = kinds()
        assert set(said) == set(Base.metadata.tables)
        assert len(said) == len(list(Base.registry.mappers)), "two models share a table"
        for kind in said.values():
            assert isinstance(kind, Kind)
            assert type(kind) in Kind.__subclasses__(), "a kind of its own invention has no policy"

    async def test_of_the_database_is_one_of_the_models(self, migrated: asyncpg.Connection) -> None:
        there = await migrated.fetch("select tablename from pg_tables where schemaname = 'public'")
        assert {row[0] for row in there} - {BOOKKEEPING} == set(Base.metadata.tables)

    async def test_has_row_security_enabled_and_forced_on_its_owner(
        self, migrated: asyncpg.Connection
    ) -> None:
        bare = await migrated.fetch(
            """select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
               and not (relrowsecurity and relforcerowsecurity)"""
        )
        assert {row[0] for row in bare} == {BOOKKEEPING}

    async def test_belongs_to_the_owner_as_every_function_does(self, migrated: asyncpg.Connection) -> None:
        owners = await migrated.fetch(
            """select pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace
               union select pg_get_userbyid(proowner) from pg_proc where pronamespace = 'public'::regnamespace"""
        )
        assert {row[0] for row in owners} == {OWNER}

    async def test_is_a_plain_table_for_a_view_would_see_with_its_owners_eyes(
        self, migrated: asyncpg.Connection
    ) -> None:
        odd = await migrated.fetch(
            """select relname from pg_class
                where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')"""
        )
        assert odd == []


class TestTheMigratedDatabase:
    @pytest.mark.parametrize("part", catalogue.PARTS)
    async def test_is_the_one_that_the_models_ask_for(
        self, migrated: asyncpg.Connection, built: asyncpg.Connection, part: str
    ) -> None:
        found = {
            line for line in await catalogue.lines(migrated, part) if not line.startswith(f"{BOOKKEEPING}:")
        }
        expected = await catalogue.lines(built, part)
        assert expected or part == "triggers", "the catalogue was not read"
        assert not (differing := catalogue.difference(found, expected)), (
            f"The migrations and the models disagree about {part}. If you changed a model, a migration is missing; "
            f"`migrations.draft()` prints what the models ask for.\n{differing}"
        )


class TestRights:
    async def test_go_to_the_four_duties_and_to_nobody_else(self, migrated: asyncpg.Connection) -> None:
        granted = await catalogue.lines(migrated, "grants")
        to_everybody = {line for line in granted if line.endswith(" to public")}
        assert to_everybody == {
            f"{name}(): execute to public" for name in ("me", "county", "person", "overseen")
        }
        for line in granted - to_everybody:
            assert line.rpartition(" to ")[2] in {APP, WORKER, BACKUP}, line

    async def test_of_a_duty_are_the_verbs_that_the_kinds_say(self, migrated: asyncpg.Connection) -> None:
        for duty in ("app", "worker"):
            rows = await migrated.fetch(
                """select table_name, lower(privilege_type) from information_schema.role_table_grants
                    where grantee = $1
                   union select table_name, lower(privilege_type) from information_schema.role_column_grants
                    where grantee = $1 and privilege_type = 'UPDATE'""",
                f"gongguan_{duty}",
            )
            expected = {(table, verb) for table, kind in kinds().items() for verb in getattr(kind, duty)}
            assert {tuple(row) for row in rows} == expected

    async def test_to_change_a_row_leave_out_its_key_its_county_and_its_author(
        self, migrated: asyncpg.Connection
    ) -> None:
        rows = await migrated.fetch(
            """select c.relname as table, a.attname as column, r.rolname as role
                 from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
                cross join pg_roles r
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and r.rolname = any($1)
                  and has_column_privilege(r.rolname, c.oid, a.attname, 'update')""",
            [APP, WORKER, BACKUP],
        )
        assert rows
        for row in rows:
            table, kind = Base.metadata.tables[row["table"]], kinds()[row["table"]]
            fixed = {"county_id", getattr(kind, "author", None), getattr(kind, "owner", None)}
            assert row["column"] not in fixed | {column.name for column in table.primary_key}, row

    async def test_of_backup_are_to_read(self, migrated: asyncpg.Connection) -> None:
        rows = await migrated.fetch(
            """select distinct lower(privilege_type) from information_schema.role_table_grants
                where grantee = $1""",
            BACKUP,
        )
        assert {row[0] for row in rows} == {"select"}


class TestRoles:
    async def test_that_act_own_nothing_and_stand_above_nothing(self, migrated: asyncpg.Connection) -> None:
        acting = await migrated.fetch(
            """select r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
                      exists (select from pg_shdepend d
                               where d.refobjid = r.oid and d.refclassid = 'pg_authid'::regclass
                                 and d.deptype = 'o') as owns
                 from pg_roles r
                where pg_has_role(r.oid, 'gongguan_app', 'member') and not r.rolsuper
                   or pg_has_role(r.oid, 'gongguan_worker', 'member') and not r.rolsuper
                   or pg_has_role(r.oid, 'gongguan_backup', 'member') and not r.rolsuper"""
        )
        assert {APP, WORKER, BACKUP} <= {row["rolname"] for row in acting}
        for row in acting:
            if row["rolname"].startswith("limited_"):
                continue  # an administrator of another test, who is granted the groups in order to hand them out
            assert not any(list(row)[1:]), dict(row)

    async def test_that_act_are_no_members_of_the_owner(self, migrated: asyncpg.Connection) -> None:
        for group in (APP, WORKER, BACKUP):
            assert not await migrated.fetchval("select pg_has_role($1, $2, 'member')", group, OWNER)
            assert not await migrated.fetchval("select pg_has_role($1, $2, 'usage')", group, OWNER)

    @pytest.mark.parametrize("duty", ["app", "worker", "backup"])
    async def test_that_act_make_nothing_of_their_own(
        self, migrated_database: MigratedDatabase, duty: str
    ) -> None:
        connection = await asyncpg.connect(for_asyncpg(getattr(migrated_database, duty)))
        try:
            for statement in (
                "create table mine (id int)",
                # A temporary table would come before the real one in the search path, and stay with the connection
                # for whoever is given it next.
                "create temporary table referrals (id int)",
                "create function mine() returns int language sql as 'select 1'",
                "create schema mine",
                "alter table referrals disable row level security",
                "set role gongguan_owner",
                "set session_replication_role = replica",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
        finally:
            await connection.close()


class TestTheOpeningCall:
    async def test_is_for_the_app_alone_and_looks_for_names_where_only_the_owner_can_put_them(
        self, migrated: asyncpg.Connection
    ) -> None:
        definers = await migrated.fetch(
            """select proname, proconfig, pg_get_userbyid(proowner) as owner from pg_proc
                where pronamespace = 'public'::regnamespace and prosecdef"""
        )
        assert {row["proname"] for row in definers} == {
            "open_scope",
            "open_export",
            "open_post",
            "standing",
            "my_capacities",
            "admit",
            "post_lives",
            "certificates_of_stationed",
            "keys_of_personal_data",
        }
        for row in definers:
            assert row["proconfig"] == ["search_path=public, pg_temp"]
            assert row["owner"] == OWNER
        granted = await catalogue.lines(migrated, "grants")
        for function in (f"{row['proname']}(" for row in definers):
            assert {line.rpartition(" to ")[2] for line in granted if line.startswith(function)} == {APP}
