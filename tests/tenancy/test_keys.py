"""Foreign keys and unique indexes see past row security, and what they answer is heard by whoever writes.

They must not tell a stranger which ids there are; that they hold the county is shown in `test_distribution.py`.
"""

from uuid import UUID

import asyncpg

from tenancy.ids import new_id
from tenancy.kinds import Base, Kind, Private, Shared, kinds
from tests.tenancy.acting import acting
from tests.tenancy.conftest import Ground
from tests.tenancy.rows import another, put


class TestKeys:
    async def test_say_the_same_of_a_strangers_referral_and_of_none(
        self, app: asyncpg.Connection, ground: Ground
    ) -> None:
        told = [
            await self._attempt(app, ground, "referral_materials", referral_id=referral)
            for referral in (ground.draft["referrals"]["id"], new_id())
        ]
        assert told[0] is not None
        assert told[0] == told[1]

    async def test_say_the_same_of_a_strangers_file_and_of_none(
        self, app: asyncpg.Connection, ground: Ground
    ) -> None:
        told = [
            await self._attempt(app, ground, "referral_materials", file_id=file)
            for file in (ground.draft["files"]["id"], new_id())
        ]
        assert told[0] is not None
        assert told[0] == told[1]

    async def test_let_nobody_write_events_as_the_sender_of_a_matter_that_is_not_theirs(
        self, app: asyncpg.Connection, ground: Ground
    ) -> None:
        told = [
            await self._attempt(app, ground, "referral_events", referral_id=referral)
            for referral in (ground.draft["referrals"]["id"], new_id())
        ]
        assert told[0] is not None
        assert told[0] == told[1]

    async def test_are_never_unique_across_bodies_on_what_a_body_keeps_to_itself(
        self, migrated: asyncpg.Connection
    ) -> None:
        """A unique index over private things without the owner would answer "taken" to a guess.

        Primary keys are left out, because ids are 122 bits that nobody guesses, and so is the one open deadline of a
        kind that a matter has: who would ask about it must know the matter's id.
        """
        rows = await migrated.fetch(
            """select c.relname as table, i.indexrelid::regclass::text as index,
                      (select array_agg(a.attname) from pg_attribute a
                        where a.attrelid = c.oid and a.attnum = any(i.indkey)) as columns
                 from pg_index i join pg_class c on c.oid = i.indrelid
                where i.indisunique and not i.indisprimary and c.relnamespace = 'public'::regnamespace"""
        )
        told = {
            row["index"]
            for row in rows
            if "insert" in kinds()[row["table"]].app
            and (whose := _whose(kinds()[row["table"]]))
            and not whose & set(row["columns"])
        }
        assert told == {"uq_deadlines_open"}

    async def _attempt(self, app: asyncpg.Connection, ground: Ground, table: str, **told: UUID) -> str | None:
        """What the database answers to zhou, who writes in transport's own name about these ids."""
        mine = {
            "from_id": ground.here.bodies["transport"],
            "to_id": None,
            "overseen_id": None,
            "admitted_id": None,
        }
        mine["by_tenant_id"] = mine["from_id"]
        row = another(Base.metadata.tables[table], ground.draft[table])
        row |= {name: value for name, value in mine.items() if name in row} | told
        async with acting(app, ground.here["zhou"].credentials):
            try:
                await put(app, Base.metadata.tables[table], row)
            except asyncpg.ForeignKeyViolationError as error:
                # The detail repeats the ids that were given; nothing else may differ.
                return f"{error.sqlstate} {error.constraint_name}"
        return None


def _whose(kind: Kind) -> set[str]:
    match kind:
        case Private(owner=owner):
            return {owner}
        case Shared(first=first, second=second):
            return {first, second}
        case _:
            return set()
