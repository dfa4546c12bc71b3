"""Our API with parts of it taken out, to see what they cost; and for other servers than its own.

    python -m bench.peers.ours [scope] [policy]     `gongguan api` without the opening call, without policies
    bench.peers.ours:app                            the application, for uvicorn's and granian's own programs

Without the opening call it acts in every transaction as whoever asked first; the database login must bring the scope
along, or be above row-level security. Without policies everything is permitted that the database permits. Nothing of this
is a way to run the platform.
"""

import sys
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

import domain.edge
from api.allowances import Allowances
from api.app import create_app
from ops import compose
from ops.commands.api import api
from ops.settings import settings_here
from policies.authority import Authority
from policies.relations import RELATIONS
from tenancy.actor import Actor
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Credentials, OnBehalf, open_scope

PARTS = ("scope", "policy")


class Everything(Authority):
    """Permits what is asked; which box was asked for, remains."""

    def may(self, action: str, aspect: str, row: object) -> bool:
        """It is."""
        return True

    def visible(self, model: type[Any], aspect: str, action: str = "read") -> ColumnElement[bool]:
        """All of them."""
        return true()

    def visible_as(
        self, model: type[Any], aspect: str, relation: str, action: str = "read"
    ) -> ColumnElement[bool]:
        """The box."""
        return RELATIONS[relation].sql(self.actor, model)


def without_policy() -> None:
    """From here on, edges permit everything."""
    edge_of = compose.edge_of

    def permissive(*given: Any, **named: Any) -> domain.edge.Edge:
        edge = edge_of(*given, **named)
        edge.authority = Everything
        return edge

    compose.edge_of = permissive


def without_scope() -> None:
    """From here on, scopes are opened once."""
    known: list[Actor] = []

    async def kept(
        session: AsyncSession, credentials: Credentials | OnBehalf, *, now: datetime, writing: bool
    ) -> Actor:
        if not known:
            known.append(await open_scope(session, credentials, now=now, writing=writing))
            return known[0]
        # The opening call begins the transaction, and without a transaction nothing is sent.
        connection = await (await session.connection()).get_raw_connection()
        await connection.dbapi_connection._start_transaction()
        return known[0]

    domain.edge.open_scope = kept


def app() -> Starlette:
    """What `gongguan api` serves, without sockets and pages."""
    settings = settings_here()
    assert settings.app_database_url is not None
    assert settings.redis_url is not None
    edge = compose.edge_of(settings, settings.app_database_url, statement_seconds=2 * settings.timeout)
    limits = compose.limits_of(settings)
    return create_app(
        edge=edge,
        doorkeeper=Doorkeeper(edge.engines.writing, SignInPolicy()),
        store=compose.store_of(settings),
        introspection=settings.introspection,
        limits=limits,
        allowances=Allowances(limits, settings.redis_url),
    )


if __name__ == "__main__":
    for part in sys.argv[1:]:
        {"scope": without_scope, "policy": without_policy}[part]()
    api()
