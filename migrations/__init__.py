"""The steps by which the database got its shape, oldest first; Alembic keeps the place in the queue.

A step holds SQL as it was on its day and imports no model. `draft()` prints what the models ask for today, from
which a new step is written; a test compares a migrated database with one built straight from the models.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def configuration(url: str) -> Config:
    """Alembic's configuration for this database, which needs no ini file."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the database at this owner's `postgresql+asyncpg://` address up to date. Safe to run again, and twice at once."""
    command.upgrade(configuration(url), "head")


def draft() -> str:
    """The whole schema as the models ask for it today."""
    import domain.tables  # noqa: F401, PLC0415 - declares the models, and only a drafter needs them
    from tenancy import schema  # noqa: PLC0415

    return schema.script()
