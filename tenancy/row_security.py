"""The policies and grants that follow from a table's kind.

One function turns a kind into SQL; the migration that creates a table holds the result, and a test compares what
the live catalogue has with what this file says. Policies are written per verb and use scalars only: `me()`,
`county()`, `overseen()`, `person()`, no arrays and no subqueries, so that indexes serve them and a distributed
database accepts them. There is no "own or shared" lookup: what two tenants share is a row with both in columns.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Table

from tenancy.kinds import ALL_VERBS, County, Kind, Platform, Private, Shared, System, Verb

OWNER = "gongguan_owner"
APP = "gongguan_app"
WORKER = "gongguan_worker"
BACKUP = "gongguan_backup"


def visible(kind: Kind) -> str:
    """The condition under which the acting tenant reads a row."""
    match kind:
        case Platform():
            return "true"
        case County():
            return "county_id = county()"
        case Private(owner=owner, person=person, grantor=grantor, oversight=None):
            of_person = [f"{person} = person()"] if person else []
            of_grantor = [f"{grantor} = me()"] if grantor else []
            return f"county_id = county() and {_any_of([f'{owner} = me()', *of_person, *of_grantor])}"
        case Private(owner=owner, oversight=column):
            return f"county_id = county() and {_undisclosed(f'{owner} = me() or {column} = overseen()')}"
        case Shared(first=first, second=second, person=person, oversight=oversight):
            of_person = [f"{person} = person()"] if person else []
            of_oversight = [f"{oversight} = overseen()"] if oversight else []
            whose = " or ".join([f"{first} = me()", f"{second} = me()", *of_person, *of_oversight])
            return f"county_id = county() and {_undisclosed(whose)}"
        case System():
            return "county_id = county()"
        case _:
            raise TypeError(f"no policy for the kind {kind!r}")


def _any_of(conditions: Sequence[str]) -> str:
    return f"({' or '.join(conditions)})" if len(conditions) > 1 else conditions[0]


def _undisclosed(condition: str) -> str:
    """The same condition, of which PostgreSQL does not guess how rarely it holds.

    Queries say the party once more, for the index. Taken for independent of that, the policy's own word would make it
    expect one row where there are thousands, and sort a whole box instead of reading its first page in order.
    """
    return f"case when {condition} then true else false end"


def writable(kind: Kind) -> str:
    """The condition under which the acting tenant changes a row: never through oversight."""
    match kind:
        case Private(owner=owner, grantor=grantor):
            whose = [f"{each} = me()" for each in (owner, grantor) if each]
            return f"county_id = county() and {_any_of(whose)}"
        case Shared(first=first, second=second):
            return f"county_id = county() and ({first} = me() or {second} = me())"
        case _:
            return visible(kind)


def removable(kind: Kind) -> str:
    """The condition under which the acting tenant removes a row: what it shares already, nobody takes back."""
    match kind:
        case Shared(first=first, second=second, author=author):
            return f"county_id = county() and {author or first} = me() and {second} is null"
        case _:
            return writable(kind)


def addable(kind: Kind) -> str:
    """The condition under which the acting tenant adds a row: as its author."""
    match kind:
        case Private(grantor=str(grantor)):
            return f"county_id = county() and {grantor} = me()"
        case County(author=str(author)) | Shared(author=str(author)) | System(author=str(author)):
            return f"county_id = county() and {author} = me()"
        case _:
            return writable(kind)


def changeable(table: Table, kind: Kind) -> list[str]:
    """The columns that may ever change: neither the key, nor the county, nor whose or by whom the row is."""
    if kind.changes is not None:
        return list(kind.changes)
    fixed = {"county_id", *(column.name for column in table.primary_key)}
    match kind:
        case (
            Private(owner=str(column))
            | County(author=str(column))
            | Shared(author=str(column))
            | System(author=str(column))
        ):
            fixed.add(column)
    return [column.name for column in table.columns if column.name not in fixed]


def statements(of: Table, kind: Kind) -> Iterator[str]:
    """Everything the kind asks of a table: row security forced, a policy per role and verb, the grants."""
    table = of.name
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    yield f"create policy owner_all on {table} for all to {OWNER} using (true) with check (true)"
    yield f"create policy backup_select on {table} for select to {BACKUP} using (true)"
    yield f"grant select on {table} to {BACKUP}"
    for column in of.columns:
        if column.identity is not None:
            yield f"grant select on sequence {table}_{column.name}_seq to {BACKUP}"
    for verb in ALL_VERBS:
        if verb in kind.app:
            yield f"create policy app_{verb} on {table} for {verb} to {APP} {_clause(verb, kind)}"
            yield f"grant {_granted(verb, of, kind)} on {table} to {APP}"
        if verb in kind.worker:
            yield f"create policy worker_{verb} on {table} for {verb} to {WORKER} {_always(verb)}"
            yield f"grant {_granted(verb, of, kind)} on {table} to {WORKER}"


def _granted(verb: Verb, table: Table, kind: Kind) -> str:
    return f"update ({', '.join(changeable(table, kind))})" if verb == "update" else verb


def _clause(verb: Verb, kind: Kind) -> str:
    if verb == "select":
        return f"using ({visible(kind)})"
    if verb == "insert":
        return f"with check ({addable(kind)})"
    if verb == "delete":
        return f"using ({removable(kind)})"
    return f"using ({writable(kind)}) with check ({writable(kind)})"


def _always(verb: Verb) -> str:
    if verb == "insert":
        return "with check (true)"
    return "using (true)" if verb in ("select", "delete") else "using (true) with check (true)"
