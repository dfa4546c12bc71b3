"""`gongguan migrate`: the database brought to the present step."""

import asyncio

import typer

from ops.addresses import for_sqlalchemy
from ops.reach import as_administrator
from ops.roles import ensure_login_roles
from ops.settings import settings_here


def migrate() -> None:
    """Bring the database up to date: its roles, then every missing migration step (数据库迁移).

    Safe to repeat. Uses DATABASE_URL, whose login must be a superuser or have CREATEROLE and own the database; or the
    embedded PostgreSQL, which it runs for this purpose if it does not run already.
    """
    import migrations  # noqa: PLC0415 - heavy, see the package

    settings = settings_here()
    with as_administrator(settings) as servers:
        roles = asyncio.run(ensure_login_roles(servers.database_url, settings.home))
        migrations.upgrade(for_sqlalchemy(roles.owner))
    typer.echo("数据库已是最新。 The database is up to date.")
