"""Addresses of databases: one URL rewritten into another for a different database, login or driver.

Accepts what people write in `DATABASE_URL` (`postgres://`, `postgresql://`, `postgresql+asyncpg://`, with options after
`?`) and keeps everything it does not mean to change. It connects to nothing.
"""

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

PLAIN = "postgresql"


def plain(url: str) -> str:
    """The address as asyncpg and PostgreSQL's own tools take it. Raises ValueError when it is no PostgreSQL address."""
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("not a PostgreSQL address")
    if not parts.path.strip("/"):
        raise ValueError("the address names no database")
    # Given in one piece, because urlunsplit would drop the two slashes of an address without a host.
    return f"{PLAIN}://{parts.netloc}" + urlunsplit(("", "", parts.path, parts.query, ""))


def for_sqlalchemy(url: str) -> str:
    """The same address for SQLAlchemy with asyncpg, which knows `sslmode` as `ssl`."""
    parts = urlsplit(plain(url))
    options = [("ssl" if name == "sslmode" else name, value) for name, value in parse_qsl(parts.query)]
    return f"{PLAIN}+asyncpg://{parts.netloc}" + urlunsplit(("", "", parts.path, urlencode(options), ""))


def database_of(url: str) -> str:
    """The name of the database in the address."""
    return unquote(urlsplit(url).path.removeprefix("/"))


def with_database(url: str, database: str) -> str:
    """The same server and login, another database."""
    parts = urlsplit(plain(url))
    return f"{PLAIN}://{parts.netloc}" + urlunsplit(("", "", f"/{quote(database, safe='')}", parts.query, ""))


def with_login(url: str, *, user: str, password: str) -> str:
    """The same server and database, another login."""
    parts = urlsplit(plain(url))
    server = parts.netloc.rpartition("@")[2]
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"{PLAIN}://{login}@{server}" + urlunsplit(("", "", parts.path, parts.query, ""))
