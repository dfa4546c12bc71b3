"""How a step runs the SQL file that stands beside it."""

from pathlib import Path

from alembic import op


def run_script(step: str) -> None:
    """Send the `.sql` file of the same name to the database as it stands: many statements in one go."""
    script = Path(step).with_suffix(".sql").read_text(encoding="utf-8")
    connection = op.get_bind().connection
    connection.dbapi_connection.run_async(lambda driver: driver.execute(script))  # type: ignore[union-attr]  # asyncpg's adapter
