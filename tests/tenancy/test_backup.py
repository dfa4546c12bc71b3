"""A backup by the backup's own login is whole: every row of every county and tenant, and nothing it may not read.

How backups are kept, and whether they can be restored elsewhere, is not shown here.
"""

import re

import asyncpg

from tests.databases import MigratedDatabase, dump_of
from tests.worlds import World

ROWS = re.compile(r"^COPY public\.(?P<table>\w+) .*?;\n(?P<rows>.*?)^\\\.$", re.MULTILINE | re.DOTALL)


class TestABackup:
    async def test_has_every_row_of_every_table(
        self, migrated_database: MigratedDatabase, migrated: asyncpg.Connection, world: World
    ) -> None:
        script = await dump_of(migrated_database)
        dumped = {each["table"]: each["rows"].count("\n") for each in ROWS.finditer(script)}
        counted = {
            row[0]: await migrated.fetchval(f'select count(*) from "{row[0]}"')
            for row in await migrated.fetch("select tablename from pg_tables where schemaname = 'public'")
        }
        assert dumped == counted
        assert dumped["organisations"] >= len(world.bodies)
