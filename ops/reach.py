"""Reaching the servers: how a command comes to the right login of the right database, whoever runs the servers.

`as_administrator` is for setting up (migrations, roles), `as_duty` for everything else: each program logs in as what
it is, with the rights of its group and no more. Commands that run beside `gongguan up` join its servers; alone, they
run the embedded ones for as long as they need them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from ops.embedded.servers import Addresses, Wanted, joined
from ops.roles import login_urls
from ops.settings import Settings

Duty = Literal["owner", "app", "worker", "backup"]


def wanted_by(settings: Settings) -> Wanted:
    """The servers that the settings ask for."""
    return Wanted(
        database_url=settings.database_url,
        redis_url=settings.redis_url,
        postgres_port=settings.postgres_port,
        redis_port=settings.redis_port,
    )


@contextmanager
def as_administrator(settings: Settings) -> Iterator[Addresses]:
    """The administrator's database address (plain `postgresql://`) and Redis."""
    with joined(settings.home, wanted_by(settings)) as addresses:
        yield addresses


@contextmanager
def as_duty(settings: Settings, duty: Duty, *, start: bool = True) -> Iterator[Addresses]:
    """The same with the login of `duty`. `start` False: raise NotRunning rather than start embedded servers.

    Raises Trouble when the database has no such login from this home yet.
    """
    own = {"app": settings.app_database_url, "worker": settings.worker_database_url}.get(duty)
    if own and settings.redis_url:  # a machine that runs one program and knows no administrator
        yield Addresses(own, settings.redis_url)
        return
    with joined(settings.home, wanted_by(settings), start=start) as addresses:
        login = own or getattr(login_urls(addresses.database_url, settings.home), duty)
        yield Addresses(login, addresses.redis_url)


def clerks_login(settings: Settings) -> str | None:
    """The API's login, under whose row security exports are made in clerks' posts. None: this machine was not told it."""
    if settings.worker_database_url and settings.redis_url and not settings.app_database_url:
        return None  # a machine that runs the worker and knows no administrator
    with as_duty(settings, "app", start=False) as servers:
        return servers.database_url
