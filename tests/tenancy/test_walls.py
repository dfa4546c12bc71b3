"""Row security, verb by verb, on every table that the app may touch: raw SQL with no filter at all.

What is expected is written here from what the kinds mean, not taken from the policies. Rows are one body's own
(`draft`: aojiang's, meant for shuitou and not shown to it) or common to two bodies (`shared`: aojiang's and
shuitou's); transport and kunyang are strangers to both, coordination oversees the county.

Tables of the platform (sign-in, the statutory calendar) have no walls between tenants: they are read before anybody
acts, and no query gives them out. What foreign keys and unique indexes tell is shown in `test_keys.py`.
"""

import asyncpg
import pytest
from sqlalchemy import Table

from tenancy.kinds import Base, County, Kind, Private, Shared, System, kinds
from tenancy.row_security import changeable
from tests.tenancy.acting import acting, refusal_of
from tests.tenancy.conftest import Ground
from tests.tenancy.rows import Row, a_value, another, bound_tables, put, where_it_is

AUTHOR, OTHER = "ye", "lei"  # of aojiang and of shuitou
STRANGERS = ("zhou", "chen")  # of transport and of kunyang
OVERSEER = "wu"
BYSTANDER = "huang"  # of agriculture, which has nothing here but its own posts
ROW_SECURITY = "row-level security policy"
NO_GRANT = "permission denied for table"


def tables_with(verb: str) -> list[Table]:
    """The county-bound tables on which the app holds the verb."""
    return [table for table in bound_tables() if verb in kinds()[table.name].app]


def readers(kind: Kind, *, shared: bool) -> set[str]:
    """Who of the five reads a row of aojiang's that is shared with shuitou, or is not yet."""
    match kind:
        case County():
            return {AUTHOR, OTHER, *STRANGERS, OVERSEER}
        case Private(oversight=oversight):
            return {AUTHOR} | ({OVERSEER} if oversight else set())
        case Shared(oversight=oversight):
            overseen = {OVERSEER} if oversight == "county_id" or (oversight and shared) else set()
            return {AUTHOR} | ({OTHER} if shared else set()) | overseen
        case _:
            return set()


def writers(kind: Kind, *, shared: bool) -> set[str]:
    """Who of the five changes it: nobody through oversight."""
    match kind:
        case Private():
            return {AUTHOR}
        case Shared():
            return {AUTHOR} | ({OTHER} if shared else set())
        case _:
            return set()


def adder(kind: Kind) -> str | None:
    """Who of the five adds it; None where somebody else than whose it is does, under a key that these rows lack."""
    match kind:
        case Private(grantor=str()):
            return None  # tests/domain/secondments/test_commands.py
        case Shared(second=second, author=author) if author == second:
            return OTHER
        case _:
            return AUTHOR


def removers(kind: Kind, *, shared: bool) -> set[str]:
    """Who of the five removes it: its author or first party, and not once it is shared."""
    if isinstance(kind, Shared):
        return set() if shared else {AUTHOR}
    return writers(kind, shared=shared)


def owned(kind: Kind) -> str:
    """The condition under which a row is one's own to change, in SQL."""
    match kind:
        case Private(owner=owner, grantor=grantor):
            return " or ".join(f"{whose} = me()" for whose in (owner, grantor) if whose)
        case Shared(first=first, second=second):
            return f"{first} = me() or {second} = me()"
        case _:
            return "true"


EVERYBODY = (AUTHOR, OTHER, *STRANGERS, OVERSEER)


def situations(ground: Ground, table: Table) -> list[tuple[bool, Row]]:
    """The table's rows of this ground: whether shared, and the row."""
    return [
        (shared, rows[table.name])
        for shared, rows in ((False, ground.draft), (True, ground.shared))
        if table.name in rows
    ]


async def affected(connection: asyncpg.Connection, statement: str, *arguments: object) -> int:
    """How many rows a statement would touch; what it did is undone."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        return int((await connection.execute(statement, *arguments)).rpartition(" ")[2])
    finally:
        await savepoint.rollback()


class TestEveryTable:
    async def test_has_a_row_to_be_walked_around(self, ground: Ground) -> None:
        made = set(ground.shared)
        assert made == {table.name for table in bound_tables()} - {"counties"}


class TestSelect:
    @pytest.mark.parametrize("table", tables_with("select"), ids=str)
    async def test_shows_a_row_to_whose_it_is_and_to_nobody_else(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        for shared, row in situations(ground, table):
            condition, key = where_it_is(table, row)
            expected = readers(kinds()[table.name], shared=shared)
            for each in EVERYBODY:
                async with acting(app, ground.here[each].credentials):
                    seen = await app.fetchval(f"select count(*) from {table.name} where {condition}", *key)
                assert seen == (each in expected), f"{each}, {table.name}, shared: {shared}"

    @pytest.mark.parametrize("table", tables_with("select"), ids=str)
    async def test_shows_another_county_nothing_not_even_to_its_overseers(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        for each in (*EVERYBODY, "shen"):
            async with acting(app, ground.elsewhere[each].credentials):
                seen = await app.fetchval(
                    f"select count(*) from {table.name} where county_id <> $1", ground.elsewhere.county_id
                )
            assert seen == 0, each

    async def test_shows_everybody_their_own_county(self, app: asyncpg.Connection, ground: Ground) -> None:
        for each in EVERYBODY:
            async with acting(app, ground.here[each].credentials):
                shown = await app.fetch("select county_id from counties")
            assert [row[0] for row in shown] == [ground.here.county_id], each

    async def test_shows_a_person_their_own_posts_in_whichever_they_act(
        self, app: asyncpg.Connection, ground: Ground
    ) -> None:
        zhou = ground.here["zhou"]
        async with acting(app, zhou.credentials):
            posts = {
                row[0] for row in await app.fetch("select id from capacities where person_id = person()")
            }
            others = await app.fetchval(
                "select count(*) from capacities where person_id <> person() and tenant_id <> me()"
            )
        assert posts == set(zhou.capacities.values())
        assert others == 0

    @pytest.mark.parametrize(
        "table", [table for table in bound_tables() if "select" not in kinds()[table.name].app], ids=str
    )
    async def test_is_not_granted_on_the_machinery(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        for each in EVERYBODY:
            async with acting(app, ground.here[each].credentials):
                assert NO_GRANT in (await refusal_of(app, f"select count(*) from {table.name}") or "")

    async def test_tells_an_overseer_of_a_draft_only_that_a_clock_runs(
        self, app: asyncpg.Connection, ground: Ground
    ) -> None:
        """Deadlines are open to oversight from their start, because being late is what oversight is for. Registers are no
        drafts."""
        async with acting(app, ground.here[OVERSEER].credentials):
            visible = {
                name
                for name, row in ground.draft.items()
                if isinstance(kinds()[name], Private | Shared)
                and "select" in kinds()[name].app
                and await app.fetchval(
                    f"select count(*) from {name} where {where_it_is(Base.metadata.tables[name], row)[0]}",
                    *where_it_is(Base.metadata.tables[name], row)[1],
                )
            }
        registers = {"staff_entries", "qualifications"}
        assert visible == {"deadlines", "deadline_rungs", "deadline_changes", *registers}


class TestInsert:
    @pytest.mark.parametrize("table", tables_with("insert"), ids=str)
    async def test_takes_what_somebody_writes_in_their_own_name(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        who = adder(kinds()[table.name])
        for shared, row in situations(ground, table) if who else ():
            async with acting(app, ground.here[who].credentials):
                refused = await self._refused(app, table, another(table, row))
            # A row whose whole key is its parent's is there already: row security is asked before that is noticed.
            assert refused is None or refused.startswith("duplicate key"), f"{refused}, shared: {shared}"

    @pytest.mark.parametrize("table", tables_with("insert"), ids=str)
    async def test_refuses_what_a_stranger_writes_in_anothers_name(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        if isinstance(kind := kinds()[table.name], System) and kind.author is None:
            return  # names no author: nothing to pretend (the next test keeps it in the county)
        for shared, row in situations(ground, table):
            for each in (*STRANGERS, OVERSEER):
                async with acting(app, ground.here[each].credentials):
                    refused = await self._refused(app, table, another(table, row))
                assert ROW_SECURITY in (refused or ""), f"{each}, shared: {shared}"

    @pytest.mark.parametrize("table", tables_with("insert"), ids=str)
    async def test_refuses_a_partner_who_signs_for_the_author(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        kind = kinds()[table.name]
        if getattr(kind, "author", None) is None:
            return  # a command may leave a deadline or a notice for the other side
        partner = AUTHOR if adder(kind) == OTHER else OTHER
        async with acting(app, ground.here[partner].credentials):
            refused = await self._refused(app, table, another(table, ground.shared[table.name]))
        assert ROW_SECURITY in (refused or "")

    @pytest.mark.parametrize("table", tables_with("insert"), ids=str)
    async def test_refuses_what_is_put_into_another_county(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        row = another(table, ground.shared[table.name]) | {"county_id": ground.elsewhere.county_id}
        async with acting(app, ground.here[AUTHOR].credentials):
            assert ROW_SECURITY in (await self._refused(app, table, row) or "")

    async def _refused(self, app: asyncpg.Connection, table: Table, row: Row) -> str | None:
        savepoint = app.transaction()
        await savepoint.start()
        try:
            await put(app, table, row)
        except asyncpg.PostgresError as error:
            return str(error)
        finally:
            await savepoint.rollback()
        return None


class TestUpdate:
    @pytest.mark.parametrize("table", tables_with("update"), ids=str)
    async def test_reaches_the_rows_of_parties_and_no_others_whatever_oversight_sees(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        kind = kinds()[table.name]
        column = changeable(table, kind)[0]
        for shared, row in situations(ground, table):
            condition, key = where_it_is(table, row)
            for each in EVERYBODY:
                async with acting(app, ground.here[each].credentials):
                    changed = await affected(
                        app, f'update {table.name} set "{column}" = "{column}" where {condition}', *key
                    )
                    reached_blindly = await affected(app, f'update {table.name} set "{column}" = "{column}"')
                assert changed == (each in writers(kind, shared=shared)), f"{each}, shared: {shared}"
                assert reached_blindly >= changed
            async with acting(app, ground.elsewhere[AUTHOR].credentials):
                assert not await affected(
                    app, f'update {table.name} set "{column}" = "{column}" where {condition}', *key
                )

    @pytest.mark.parametrize("table", tables_with("update"), ids=str)
    async def test_that_looks_at_nothing_changes_ones_own_rows_alone(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        """It reads no column, so that nobody asks which rows its author may see: the policy of the verb stands alone."""
        kind = kinds()[table.name]
        column = table.c[changeable(table, kind)[0]]
        async with acting(app, ground.here[BYSTANDER].credentials):
            mine = await app.fetchval(f"select count(*) from {table.name} where {owned(kind)}")
            statement = f'update {table.name} set "{column.name}" = $1'
            assert await affected(app, statement, a_value(column, lambda: "w")) == mine

    @pytest.mark.parametrize(
        "table",
        [table for table in tables_with("update") if isinstance(kinds()[table.name], Shared)],
        ids=str,
    )
    async def test_hands_nothing_to_two_others(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        kind = kinds()[table.name]
        assert isinstance(kind, Shared)
        condition, key = where_it_is(table, ground.shared[table.name])
        strangers = [ground.here.bodies["transport"], ground.here.bodies["kunyang"]]
        parties = [name for name in (kind.first, kind.second) if name in changeable(table, kind)]
        if not parties:
            return  # the next test sees to it that neither ever changes
        away = ", ".join(f"{name} = ${n}" for n, name in enumerate(parties, start=len(key) + 1))
        async with acting(app, ground.here[OTHER].credentials):
            refused = await refusal_of(
                app,
                f"update {table.name} set {away} where {condition}",
                *key,
                *strangers[: len(parties)],
            )
        assert ROW_SECURITY in (refused or "")

    @pytest.mark.parametrize("table", tables_with("update"), ids=str)
    async def test_moves_no_row_to_another_key_county_or_author(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        kind = kinds()[table.name]
        # What is worked out from others is nobody's to set.
        given = {column.name for column in table.columns if column.computed is None}
        fixed = given - set(changeable(table, kind))
        assert {"county_id", *(column.name for column in table.primary_key)} <= fixed
        for column in sorted(fixed):
            async with acting(app, ground.here[AUTHOR].credentials):
                refused = await refusal_of(app, f'update {table.name} set "{column}" = "{column}"')
            assert NO_GRANT in (refused or ""), column


class TestDelete:
    @pytest.mark.parametrize("table", tables_with("delete"), ids=str)
    async def test_is_the_authors_and_only_before_the_row_is_shared(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        kind = kinds()[table.name]
        for shared, row in situations(ground, table):
            condition, key = where_it_is(table, row)
            for each in EVERYBODY:
                async with acting(app, ground.here[each].credentials):
                    # Children go first, as in the command; what is not the actor's stays and stops nobody.
                    await _without_children(app, table, row)
                    gone = await affected(app, f"delete from {table.name} where {condition}", *key)
                assert gone == (each in removers(kind, shared=shared)), f"{each}, shared: {shared}"

    @pytest.mark.parametrize("table", tables_with("delete"), ids=str)
    async def test_that_looks_at_nothing_takes_ones_own_rows_alone(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        kind = kinds()[table.name]
        async with acting(app, ground.here[BYSTANDER].credentials):
            mine = await app.fetchval(f"select count(*) from {table.name} where {owned(kind)}")
            assert await affected(app, f"delete from {table.name}") == mine

    @pytest.mark.parametrize(
        "table", [table for table in bound_tables() if "delete" not in kinds()[table.name].app], ids=str
    )
    async def test_is_not_granted_on_anything_else(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        async with acting(app, ground.here[AUTHOR].credentials):
            assert NO_GRANT in (await refusal_of(app, f"delete from {table.name}") or "")

    async def test_takes_no_shared_matter_away_even_from_its_author(
        self, app: asyncpg.Connection, ground: Ground
    ) -> None:
        shared = [
            name
            for name, kind in kinds().items()
            if name in ground.shared and isinstance(kind, Shared) and "delete" in kind.app
        ]
        assert {"referrals", "referral_materials", "referral_events"} <= set(shared)
        for each in (AUTHOR, OTHER):
            async with acting(app, ground.here[each].credentials):
                for name in reversed([table.name for table in bound_tables() if table.name in shared]):
                    condition, key = where_it_is(Base.metadata.tables[name], ground.shared[name])
                    assert await affected(app, f"delete from {name} where {condition}", *key) == 0


class TestEveryVerb:
    @pytest.mark.parametrize("table", list(Base.metadata.sorted_tables), ids=str)
    async def test_that_the_kind_does_not_name_is_refused(
        self, app: asyncpg.Connection, ground: Ground, table: Table
    ) -> None:
        column = next(iter(table.columns)).name
        attempts = {
            "select": f"select count(*) from {table.name}",
            "insert": f"insert into {table.name} select from generate_series(1, 0)",
            "update": f'update {table.name} set "{column}" = "{column}"',
            "delete": f"delete from {table.name}",
        }
        async with acting(app, ground.here[AUTHOR].credentials):
            for verb, attempt in attempts.items():
                if verb not in kinds()[table.name].app:
                    assert NO_GRANT in (await refusal_of(app, attempt) or ""), verb
            assert NO_GRANT in (await refusal_of(app, f"truncate {table.name}") or "")


async def _without_children(app: asyncpg.Connection, table: Table, row: Row) -> None:
    for child in reversed(bound_tables()):
        for key in child.foreign_key_constraints:
            if key.referred_table is table and "delete" in kinds()[child.name].app:
                condition = " and ".join(
                    f'"{element.parent.name}" = ${n}' for n, element in enumerate(key.elements, start=1)
                )
                await app.execute(
                    f"delete from {child.name} where {condition}",
                    *(row[element.column.name] for element in key.elements),
                )
