"""Preparation remembered: a database that this very house has migrated and filled need not be asked again.

Migrations and demo data are safe to repeat, but finding out that nothing is left to do takes most of a warm start.
So after a successful preparation the schema bears, as its comment, a digest of everything that went into it: the
files of the house, the mode, the passwords of the logins. Any change there, another home, or a schema that was made
anew, and the digest differs: then everything is simply run again. It decides nothing else.
"""

import asyncio
import hashlib
from pathlib import Path

import asyncpg

from ops.addresses import database_of
from ops.roles import DUTIES, group_of, login_of
from ops.secrets import Secrets
from ops.settings import Settings

HOUSE = Path(__file__).parents[1]
WHAT_PREPARES = ("requirements.lock", "domain", "migrations", "ops", "policies", "tenancy")
"""More than is needed: a change that matters must never be missed, one that does not costs two seconds."""


def is_prepared(settings: Settings, database_url: str) -> bool:
    """Whether the database at this administrator's address was prepared by this house from this home."""
    return asyncio.run(_is_prepared(settings, database_url))


def note_prepared(settings: Settings, database_url: str) -> None:
    """Remember that it is, now that it is."""
    asyncio.run(_note_prepared(settings, database_url))


async def _is_prepared(settings: Settings, database_url: str) -> bool:
    connection = await asyncpg.connect(database_url)
    try:
        database = database_of(database_url)
        roles = [name for duty in DUTIES for name in (group_of(duty), login_of(duty, database))]
        there = await connection.fetchval(
            "select count(*) from pg_roles where rolname = any($1::text[])", roles
        )
        noted = await connection.fetchval(
            "select obj_description(to_regnamespace('public')::oid, 'pg_namespace')"
        )
        return bool(there == len(roles) and noted == _note(settings, database))
    finally:
        await connection.close()


async def _note_prepared(settings: Settings, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        note = _note(settings, database_of(database_url))
        await connection.execute(f"comment on schema public is '{note}'")
    finally:
        await connection.close()


def _note(settings: Settings, database: str) -> str:
    digest = hashlib.sha256()
    for part in (settings.mode.value, *_passwords(settings, database)):
        digest.update(f"{part}\n".encode())
    for name in WHAT_PREPARES:
        path = HOUSE / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(HOUSE)}\n".encode())
                digest.update(file.read_bytes())
    return f"gongguan: prepared {digest.hexdigest()}"


def _passwords(settings: Settings, database: str) -> list[str]:
    secrets = Secrets(settings.home)
    return [secrets.known_password(login_of(duty, database)) or "" for duty in DUTIES]
