"""Database roles: four groups for the whole server, four logins for each database.

    gongguan_owner    owns the schema; migrations act as it      login gongguan_owner_<database>
    gongguan_app      what the API may do                        login gongguan_app_<database>
    gongguan_worker   what relay, clock and sealer may do        login gongguan_worker_<database>
    gongguan_backup   reads everything                           login gongguan_backup_<database>

Migrations grant to the groups, so they are the same for every database; the logins inherit. Groups belong to the
server, and databases share it: therefore only a database's own logins may connect to it. The logins' passwords are
made here and kept in the home's secrets; the server sees only their SCRAM verifiers, so no statement log has them.

The administrator (`DATABASE_URL`) needs to be a superuser, or to have CREATEROLE and own the database. What each group
may touch is not decided here but in the migrations.
"""

import asyncio
import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from ops.addresses import database_of, with_login
from ops.secrets import Secrets
from ops.troubles import Trouble

DUTIES = ("owner", "app", "worker", "backup")

LONGEST_NAME = 63
"""Bytes PostgreSQL keeps of a name; it cuts longer ones silently."""

ATTEMPTS = 20
SCRAM_ROUNDS = 4096

_SOMEBODY_ELSE_AT_IT = (
    asyncpg.DuplicateObjectError,
    asyncpg.UniqueViolationError,
    asyncpg.InternalServerError,  # "tuple concurrently updated": roles are rows that all databases share
    asyncpg.DeadlockDetectedError,
)


@dataclass(frozen=True)
class RoleUrls:
    """The addresses of one database for each duty, passwords included."""

    owner: str
    app: str
    worker: str
    backup: str


def group_of(duty: str) -> str:
    """The group role of a duty, the same on every database of a server."""
    return f"gongguan_{duty}"


def login_of(duty: str, database: str) -> str:
    """The login role of a duty in `database`. Long database names are shortened, with a digest to keep them apart."""
    name = f"{group_of(duty)}_{database}"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(database.encode()).hexdigest()[:12]
    room = LONGEST_NAME - len(group_of(duty)) - len(digest) - 2
    kept = database.encode()[:room].decode(errors="ignore")
    return f"{group_of(duty)}_{kept}_{digest}"


async def ensure_login_roles(admin_url: str, home: Path) -> RoleUrls:
    """Make what is missing of the roles of `admin_url`'s database, and return the addresses to use.

    Safe to repeat and to run in several processes at once. Raises Trouble when the administrator may not do it.
    """
    for attempt in range(ATTEMPTS):
        connection = await asyncpg.connect(admin_url)
        try:
            async with connection.transaction():
                await _ensure(connection, Secrets(home))
            return login_urls(admin_url, home)
        except _SOMEBODY_ELSE_AT_IT:
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(0.02 * (attempt + 1))
        except asyncpg.InsufficientPrivilegeError as error:
            raise Trouble(
                en=f"The login in DATABASE_URL may not set up the database's roles: {error}. It must be a superuser, "
                "or have CREATEROLE and own the database; roles gongguan_* that somebody else made must be granted "
                "to it WITH ADMIN OPTION.",
                zh=f"DATABASE_URL 中的账号无权设置数据库角色：{error}。该账号须为超级用户，或具有 CREATEROLE 权限并拥有该数据库；"
                "他人已创建的 gongguan_* 角色须以 WITH ADMIN OPTION 授予该账号。",
            ) from error
        finally:
            await connection.close()
    raise AssertionError("the last attempt returns or raises")


def login_urls(admin_url: str, home: Path) -> RoleUrls:
    """The addresses that `ensure_login_roles` returned for this home, without asking the server.

    `admin_url` gives server and database only. Raises Trouble when the roles were never made from this home.
    """
    database = database_of(admin_url)
    secrets = Secrets(home)
    urls = {}
    for duty in DUTIES:
        login = login_of(duty, database)
        password = secrets.known_password(login)
        if password is None:
            raise Trouble(
                en=f"The database '{database}' has no login for this home yet. Run `gongguan migrate` first.",
                zh=f"数据库 {database} 尚未为本目录设置登录账号。请先运行 gongguan migrate。",
            )
        urls[duty] = with_login(admin_url, user=login, password=password)
    return RoleUrls(**urls)


async def drop_login_roles(admin_url: str, database: str, home: Path) -> None:
    """Remove the logins of `database` after it was dropped, with their passwords. The groups stay: others use them.

    `admin_url` names another database of the same server.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        for duty in DUTIES:
            login = login_of(duty, database)
            await connection.execute(f"drop role if exists {_name(login)}")
            Secrets(home).forget(login)
    finally:
        await connection.close()


async def _ensure(connection: asyncpg.Connection, secrets: Secrets) -> None:
    database: str = await connection.fetchval("select current_database()")
    # Two at once on the same database wait here; on different databases they may still meet, hence the attempts.
    await connection.execute("select pg_advisory_xact_lock(hashtextextended('gongguan roles', 0))")
    known = {
        row["rolname"]
        for row in await connection.fetch("select rolname from pg_roles where rolname like 'gongguan%'")
    }
    for duty in DUTIES:
        group, login = group_of(duty), login_of(duty, database)
        if group not in known:
            await connection.execute(f"create role {_name(group)} nologin")
        if login not in known:
            await connection.execute(f"create role {_name(login)} login inherit in role {_name(group)}")
        verifier = scram_verifier(secrets.password(login))
        await connection.execute(f"alter role {_name(login)} password '{verifier}'")
        # Many short statements over many policies: the planner overrates them, and compiling one takes seconds where
        # running it takes milliseconds.
        await connection.execute(f"alter role {_name(login)} set jit = off")
    owner, owner_login = _name(group_of("owner")), _name(login_of("owner", database))
    # Whoever logs in to migrate acts as the group, so that objects belong to it and not to one login.
    await connection.execute(f"alter role {owner_login} set role = {owner}")
    await _join_the_owners(connection)
    await _give_the_database(connection, database)


async def _join_the_owners(connection: asyncpg.Connection) -> None:
    """An administrator who is no superuser must be able to act as the owner group before he can give it anything."""
    if await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
        return
    owner = group_of("owner")
    if not await connection.fetchval("select pg_has_role(current_user, $1, 'usage')", owner):
        options = " with inherit true, set true" if connection.get_server_version().major >= 16 else ""
        await connection.execute(f"grant {_name(owner)} to current_user{options}")


async def _give_the_database(connection: asyncpg.Connection, database: str) -> None:
    """The owner group gets the schema, the database's own logins may connect, nobody else.

    No duty may make temporary tables: one named like a real table would be found first, and stay with its connection.
    """
    everyone = ", ".join(_name(group_of(duty)) for duty in DUTIES)
    logins = ", ".join(_name(login_of(duty, database)) for duty in DUTIES)
    for statement in (
        f"revoke all on database {_name(database)} from public",
        f"grant connect on database {_name(database)} to {logins}",
        f"grant create on database {_name(database)} to {_name(group_of('owner'))}",
        f"alter schema public owner to {_name(group_of('owner'))}",
        "revoke create on schema public from public",
        f"grant usage on schema public to {everyone}",
    ):
        await connection.execute(statement)


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores for `password` under SCRAM-SHA-256 (RFC 5802; the password must be ASCII)."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, SCRAM_ROUNDS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")

    def text(raw: bytes) -> str:
        return base64.b64encode(raw).decode("ascii")

    return f"SCRAM-SHA-256${SCRAM_ROUNDS}:{text(salt)}${text(stored_key)}:{text(server_key)}"


def _name(identifier: str) -> str:
    """An identifier quoted for SQL: names cannot be parameters, so they are quoted here and nowhere else."""
    return '"' + identifier.replace('"', '""') + '"'
