"""The schema is ready to be distributed by county: what Citus asks of keys and policies, and PostgreSQL's own word.

Two proofs. Over the live catalogue of the migrated database, the rules for distributed tables one by one. And the
whole schema built once more with every county-bound table `partition by hash (county_id)`: PostgreSQL refuses there
any key without the column, and the platform's own commands run on it.

What no test here can show, because no distributed engine is at hand, stands in
`docs/decisions/0015-ready-for-distribution.md`: above all, whether the settings of a transaction reach the workers.
"""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import create_async_engine

from domain.documents import commands as documents
from domain.documents.store import Stored
from domain.edge import Edge
from domain.referrals import commands, receiving
from domain.referrals.models import Referral
from ops.addresses import for_sqlalchemy
from ops.roles import RoleUrls, ensure_login_roles
from tenancy import schema
from tenancy.ids import new_id
from tenancy.kinds import Platform, System, kinds
from tenancy.transactions import Engines
from tests.servers import Databases, TestServers
from tests.worlds import HandSetClock, World, a_county

PARTITIONS = 4


def county_bound() -> list[str]:
    """The tables that are distributed: all but the platform's own and its machinery's."""
    return sorted(table for table, kind in kinds().items() if not isinstance(kind, Platform | System))


def partitioned() -> list[str]:
    """The schema's statements with every county-bound table split by county."""
    split = county_bound()
    statements = []
    for statement in schema.statements():
        table = statement.removeprefix("CREATE TABLE ").partition(" ")[0]
        if not statement.startswith("CREATE TABLE ") or table not in split:
            statements.append(statement)
            continue
        statements.append(f"{statement} partition by hash (county_id)")
        statements += [
            f"create table {table}_{n} partition of {table} for values with (modulus {PARTITIONS}, remainder {n})"
            for n in range(PARTITIONS)
        ]
    return statements


class TestACountyBoundTable:
    def test_is_what_most_tables_are(self) -> None:
        assert {"referrals", "deadlines", "capacities", "organisations"} <= set(county_bound())
        assert {"sessions", "announcements"}.isdisjoint(county_bound())

    async def test_has_a_county_id_of_one_type_that_is_never_empty(
        self, migrated: asyncpg.Connection
    ) -> None:
        rows = await migrated.fetch(
            """select c.relname, format_type(a.atttypid, a.atttypmod), a.attnotnull
                 from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'county_id'
                where c.relname = any($1)""",
            county_bound(),
        )
        assert sorted(row[0] for row in rows) == county_bound()
        assert {tuple(row)[1:] for row in rows} == {("uuid", True)}

    async def test_has_the_county_in_its_primary_key_and_in_every_unique_index(
        self, migrated: asyncpg.Connection
    ) -> None:
        rows = await migrated.fetch(
            """select c.relname as table, i.indexrelid::regclass::text as index, i.indisprimary as primary,
                      (select array_agg(a.attname) from pg_attribute a
                        where a.attrelid = c.oid and a.attnum = any(i.indkey)) as columns
                 from pg_index i join pg_class c on c.oid = i.indrelid
                where c.relname = any($1) and i.indisunique""",
            county_bound(),
        )
        assert {row["table"] for row in rows if row["primary"]} == set(county_bound())
        assert [row["index"] for row in rows if "county_id" not in row["columns"]] == []

    async def test_refers_within_its_county_only(self, migrated: asyncpg.Connection) -> None:
        rows = await _foreign_keys(migrated)
        assert rows
        for row in rows:
            if row["table"] in county_bound():
                assert ("county_id", "county_id") in zip(row["columns"], row["foreign"], strict=True), row[
                    "name"
                ]
                assert row["target"] in county_bound(), row["name"]

    async def test_is_referred_to_by_no_table_of_the_platform(self, migrated: asyncpg.Connection) -> None:
        """A reference from a local or reference table to a distributed one is refused by Citus."""
        astray = [
            row["name"]
            for row in await _foreign_keys(migrated)
            if row["table"] not in county_bound() and row["target"] in county_bound()
        ]
        assert astray == []

    async def test_loses_no_part_of_its_key_when_another_row_goes(self, migrated: asyncpg.Connection) -> None:
        """`on delete set null` (or default) would empty the county with the rest of the key."""
        assert [
            row["name"]
            for row in await _foreign_keys(migrated)
            if {row["on_delete"], row["on_update"]} & {b"n", b"d"}
        ] == []

    async def test_has_no_trigger_rule_or_generated_number(self, migrated: asyncpg.Connection) -> None:
        found = await migrated.fetchrow(
            """select (select count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid
                        where c.relname = any($1) and not t.tgisinternal),
                      (select count(*) from pg_rewrite r join pg_class c on c.oid = r.ev_class
                        where c.relname = any($1)),
                      (select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid
                        -- What is worked out from its own row and stored needs no other shard.
                        where c.relname = any($1) and (a.attidentity <> '' or a.attgenerated not in ('', 's'))),
                      (select count(*) from pg_constraint k join pg_class c on c.oid = k.conrelid
                        where c.relname = any($1) and k.contype = 'x')""",
            county_bound(),
        )
        assert tuple(found) == (0, 0, 0, 0)

    async def test_has_policies_of_columns_and_scalars_without_a_subquery(
        self, migrated: asyncpg.Connection
    ) -> None:
        rows = await migrated.fetch(
            """select c.relname, p.polname, coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, '') as tree
                 from pg_policy p join pg_class c on c.oid = p.polrelid"""
        )
        assert len(rows) > len(county_bound())
        assert [(row["relname"], row["polname"]) for row in rows if "SUBLINK" in row["tree"]] == []
        functions = await migrated.fetch(
            """select distinct p.proname, p.provolatile, l.lanname, p.prosrc
                 from pg_depend d join pg_proc p on p.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass
                 join pg_language l on l.oid = p.prolang
                where d.classid = 'pg_policy'::regclass"""
        )
        assert {row["proname"] for row in functions} == {"me", "county", "person", "overseen"}
        for row in functions:
            # One expression that reads a setting: PostgreSQL writes it into the query, and an index can serve it.
            assert (row["provolatile"], row["lanname"]) == (b"s", "sql"), row["proname"]
            assert "from" not in row["prosrc"].lower(), row["proname"]

    async def test_never_moves_to_another_county(self, migrated: asyncpg.Connection) -> None:
        allowed = await migrated.fetch(
            """select c.relname, r.rolname from pg_class c cross join pg_roles r
                where c.relname = any($1) and r.rolname in ('gongguan_app', 'gongguan_worker')
                  and has_column_privilege(r.rolname, c.oid, 'county_id', 'update')""",
            county_bound(),
        )
        assert allowed == []


async def _foreign_keys(connection: asyncpg.Connection) -> list[asyncpg.Record]:
    found: list[asyncpg.Record] = await connection.fetch(
        """select k.conname as name, c.relname as table, t.relname as target,
                  k.confdeltype as on_delete, k.confupdtype as on_update,
                  (select array_agg(a.attname order by n) from unnest(k.conkey) with ordinality as u(num, n)
                     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) as columns,
                  (select array_agg(a.attname order by n) from unnest(k.confkey) with ordinality as u(num, n)
                     join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num) as foreign
             from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
            where k.contype = 'f' and k.connamespace = 'public'::regnamespace"""
    )
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def split_urls(fresh_database: Databases, servers: TestServers) -> AsyncIterator[RoleUrls]:
    """A database whose county-bound tables are split by county, with its logins."""
    database = await fresh_database(label="split")
    urls = await ensure_login_roles(database.url, servers.home)
    connection = await asyncpg.connect(urls.owner)
    await connection.execute(";\n".join(partitioned()))
    await connection.close()
    yield urls
    await fresh_database.drop(database)


class TestTheSchemaSplitByCounty:
    async def test_is_accepted_by_postgresql_whole(self, split_urls: RoleUrls) -> None:
        connection = await asyncpg.connect(split_urls.owner)
        split = await connection.fetch(
            """select c.relname, pg_get_partkeydef(c.oid) from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'p'"""
        )
        plain = await connection.fetch(
            """select relname from pg_class
                where relnamespace = 'public'::regnamespace and relkind = 'r' and not relispartition"""
        )
        await connection.close()
        assert {tuple(row) for row in split} == {(table, "HASH (county_id)") for table in county_bound()}
        assert {row[0] for row in plain} == set(kinds()) - set(county_bound())

    async def test_refuses_a_key_without_the_county(self, split_urls: RoleUrls) -> None:
        """The proof can fail: the same server says no to what the rules forbid."""
        connection = await asyncpg.connect(split_urls.owner)
        try:
            with pytest.raises(asyncpg.FeatureNotSupportedError):
                await connection.execute("alter table referrals add unique (letter_number)")
        finally:
            await connection.close()

    async def test_keeps_a_county_whole_in_one_part_and_lets_people_work_in_it(
        self, split_urls: RoleUrls
    ) -> None:
        owner = create_async_engine(for_sqlalchemy(split_urls.owner))
        worlds = [await a_county(owner) for _ in range(3)]
        await owner.dispose()
        engines = Engines.of(for_sqlalchemy(split_urls.app))
        for world in worlds:
            referral = await _referred(Edge(engines=engines, clock=HandSetClock()), world)
            assert (referral.state, referral.owner_id) == ("accepted", world.bodies["kunyang"])
        await engines.dispose()
        connection = await asyncpg.connect(split_urls.owner)
        for table in ("organisations", "referrals", "referral_events", "deadlines", "files"):
            lying = await connection.fetch(
                f"select distinct county_id, tableoid::regclass::text from {table}"
            )
            assert {row["county_id"] for row in lying} == {world.county_id for world in worlds}
            assert len(lying) == len(worlds)
        await connection.close()


async def _referred(edge: Edge, world: World) -> Referral:
    """A case that transport refers to kunyang, from the draft to its acceptance."""
    async with edge.writing(world["zhou"].credentials) as work:
        referral = await commands.draft(
            work,
            addressee_id=world.bodies["kunyang"],
            found_on=date(2026, 3, 9),
            party="某某运输有限公司",
            place="昆阳镇通福路",
            facts="一辆货车未采取密闭措施运输渣土。",
            item_code="330218085000",
            legal_basis="《浙江省道路运输条例》",
        )
        for kind in ("source", "identity", "evidence"):
            file = await documents.keep(
                work,
                name=f"{kind}.pdf",
                media_type="application/pdf",
                stored=Stored(id=new_id(), sha256="0" * 64, size=9),
            )
            referral = await commands.attach(
                work,
                referral_id=referral.id,
                expected_version=referral.version,
                file_id=file.id,
                kind=kind,
                title=kind,
            )
    for who, act in (
        ("zhou", commands.submit),
        ("lin", commands.approve),
        ("tang", commands.send),
        ("xu", receiving.take_in),
        ("gao", receiving.accept),
    ):
        async with edge.writing(world[who].credentials) as work:
            referral = await act(work, referral_id=referral.id, expected_version=referral.version)
    return referral
