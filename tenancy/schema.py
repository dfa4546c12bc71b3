"""The whole schema as SQL, derived from the models: what a new migration is drafted from and compared with.

It runs nothing. Migrations hold SQL as it was on their day; a test builds one database by the migrations and one
from here, and compares the two catalogues.
"""

from collections.abc import Iterator
from importlib import resources

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tenancy import row_security
from tenancy.kinds import Base, kinds


def statements() -> Iterator[str]:
    """Every statement that makes the schema from nothing, in order, without the closing semicolons."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped
    of_table = kinds()
    for table in Base.metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect)).strip()
    yield scope_functions()
    for table in Base.metadata.sorted_tables:
        yield from row_security.statements(table, of_table[table.name])


def scope_functions() -> str:
    """The functions of the scope, as the database gets them."""
    return resources.files("tenancy").joinpath("scope.sql").read_text(encoding="utf-8").strip().rstrip(";")


def script() -> str:
    """The statements as one file, in the order in which they run."""
    return ";\n\n".join(line.rstrip() for line in statements()) + ";\n"
