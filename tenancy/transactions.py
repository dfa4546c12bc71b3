"""Opening a transaction in somebody's capacity.

The first statement of every transaction is the opening call: it checks session and capacity and sets the scope
that row-level security reads. What it finds is the `Actor`. Reads run in one read-only snapshot; writes hold the
capacity. Committing is the business of the edge that opened the transaction (`domain/edge.py`), not of this file.
"""

import asyncio
import hashlib
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from socket import gaierror
from typing import Any
from uuid import UUID

from asyncpg import InternalClientError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import QueuePool

from tenancy.actor import Actor, Lent
from tenancy.driver import first, snapshot
from tenancy.refusals import Refusal
from tenancy.telemetry import note_tenant_kind, watch_statements

OPEN_SCOPE = "select * from open_scope($1::bytea, $2::text, $3::timestamptz, $4::boolean)"

OPEN_EXPORT = "select * from open_export($1::uuid, $2::uuid, $3::integer, $4::timestamptz, $5::boolean)"


class Unauthenticated(Refusal):
    """No token, or one that is unknown, expired or revoked."""

    code = "UNAUTHENTICATED"
    en = "You are not signed in, or your sign-in has ended. Sign in and send the token as a Bearer token."
    zh = "您尚未登录，或登录已失效。请重新登录，并在请求头中携带令牌（Bearer）。"


class CapacityNeeded(Refusal):
    """The person holds several capacities and named none, or named a tenant in which there are several."""

    code = "CAPACITY_NEEDED"
    en = "You hold several posts. Name the one in which you act with the header X-Acting-As."
    zh = "您有多个任职身份。请用请求头 X-Acting-As 指明以哪个身份办理。"


class CapacityRefused(Refusal):
    """The person holds no such capacity now."""

    code = "CAPACITY_REFUSED"
    en = (
        "You hold no such post now: it is not yours, has not begun or has ended. Choose one of those that "
        "`viewer` lists."
    )
    zh = "您当前没有该任职身份：不属于您、尚未开始或已经结束。请改用您现有的任职身份（见 viewer）。"


PROBLEMS: dict[str, type[Refusal]] = {
    problem.code: problem for problem in (Unauthenticated, CapacityNeeded, CapacityRefused)
}


OUT_OF_REACH = ("08", "57P", "53300")
"""PostgreSQL's states of a broken connection, of a server that starts or stops, and of one that takes no more."""

GIVEN_UP = ("40P01", "40001")
"""Of a transaction that it undid because another one was in its way: a deadlock, or what cannot be put in an order."""


RECYCLED_AFTER = 1800
"""Seconds after which a connection is not lent any more, but another one is opened in its place."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings: the bearer token and the capacity it names, each possibly missing."""

    token: str | None = None
    acting_as: str | None = None


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """An export that runs: it acts as whoever asked for it, as long as they could, and for this `attempt` at it only."""

    county_id: UUID
    export_id: UUID
    attempt: int


def token_hash(token: str) -> bytes:
    """What the database keeps of a token. It takes whatever somebody may send as one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def is_of_a_provider(token: str) -> bool:
    """Whether an identity provider made this token, by its form: our own never contain a point."""
    return "." in token


async def local_tokens_only(token: str | None) -> None:
    """The door where no provider is trusted: its token is nobody's. Raises `Unauthenticated`."""
    if token is not None and is_of_a_provider(token):
        raise Unauthenticated


def storable(text: str) -> bool:
    """Whether PostgreSQL can hold this text: JSON may bring NUL and half characters, and no name contains them."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the database could not be asked at all, or was gone before it answered.

    A connection that was cut while nobody used it is found out by whoever takes it next; SQLAlchemy says so, or the driver
    in surprise.
    """
    return bool(getattr(error, "connection_invalidated", False)) or any(
        isinstance(each, ConnectionError | gaierror | PoolTimeout | InternalClientError)
        or _state(each).startswith(OUT_OF_REACH)
        for each in _with_causes(error)
    )


def was_given_up(error: BaseException) -> bool:
    """Whether the database undid a transaction because another one was in its way."""
    return any(_state(each) in GIVEN_UP for each in _with_causes(error))


def _with_causes(error: BaseException) -> tuple[object, ...]:
    wrapped = getattr(error, "orig", None)
    return error, wrapped, getattr(wrapped, "__cause__", None)


def _state(error: object) -> str:
    return getattr(error, "sqlstate", None) or ""


def askable(acting_as: str | None) -> str | None:
    """The capacity as the database can be asked for it; what it cannot hold names none."""
    return acting_as if acting_as is None or storable(acting_as) else ""


@dataclass(frozen=True, slots=True)
class Engines:
    """One pool, twice: for writes (read committed), and for reads, which are made in a `snapshot` each."""

    writing: AsyncEngine
    reading: AsyncEngine
    _ending: set[asyncio.Task[None]] = field(default_factory=set, init=False, compare=False, repr=False)

    @staticmethod
    def of(url: str, *, pool_size: int = 10, statement_seconds: float | None = None) -> "Engines":
        """Engines for the app's (or the worker's) login at this `postgresql+asyncpg://` address.

        PostgreSQL itself ends a statement after `statement_seconds`, also when nobody is left here who could.
        """
        ends = (
            {} if statement_seconds is None else {"statement_timeout": str(round(statement_seconds * 1000))}
        )
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            # The one that was given back last is the one whose server process has everything at hand. What lies below may
            # lie for long, and a firewall forgets it.
            pool_use_lifo=True,
            pool_recycle=RECYCLED_AFTER,
            # A failed statement ends up in the log, and its parameters are names and facts of people.
            hide_parameters=True,
            connect_args={"server_settings": ends},
        )
        watch_statements(engine.sync_engine)
        # To SQLAlchemy, because the driver begins the snapshots.
        return Engines(writing=engine, reading=engine.execution_options(isolation_level="AUTOCOMMIT"))

    def snapshot(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One read-only snapshot (`tenancy/driver.py`)."""
        return snapshot(self.reading)

    @property
    def in_use(self) -> int:
        """How many connections are lent out now."""
        return self._pool.checkedout()

    @property
    def at_most(self) -> int:
        """How many may be."""
        return self._pool.size() + self._pool._max_overflow

    @property
    def _pool(self) -> QueuePool:
        pool = self.writing.sync_engine.pool
        assert isinstance(pool, QueuePool)
        return pool

    def see_to(self, ending: Coroutine[Any, Any, None]) -> None:
        """Have a snapshot ended that nobody waits for. Whatever is wrong with its end is its own affair."""
        task = asyncio.create_task(ending)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def rest(self) -> None:
        """Wait until every snapshot has ended for which nobody waits."""
        await asyncio.gather(*self._ending)

    async def dispose(self) -> None:
        """Close the pool, once they have."""
        await self.rest()
        await self.writing.dispose()


async def open_scope(
    session: AsyncSession, credentials: Credentials | OnBehalf, *, now: datetime, writing: bool
) -> Actor:
    """Set the scope of this transaction and say who acts in it.

    Raises `Unauthenticated`, `CapacityNeeded` or `CapacityRefused`.
    """
    found = await _opened(session, credentials, now, writing)
    if found is None:
        raise Unauthenticated
    if found.problem is not None:
        raise PROBLEMS[found.problem]
    note_tenant_kind(found.tenant_kind)
    return actor_of(found)


def actor_of(found: Any) -> Actor:
    """Who acts, as an opening call found them."""
    own, lent = frozenset(found.roles), _lent(found)
    return Actor(
        session_id=found.session_id,
        account_id=found.account_id,
        county_id=found.county_id,
        person_id=found.person_id,
        capacity_id=found.capacity_id,
        tenant_id=found.tenant_id,
        tenant_kind=found.tenant_kind,
        roles=own if lent is None else own | lent.roles,
        functions=frozenset(found.functions),
        overseen=found.overseen,
        policy_version=found.policy_version,
        rulebook_version=found.rulebook_version,
        calendar_version=found.calendar_version,
        time_zone=found.time_zone,
        ends_at=found.ends_at,
        as_heir=found.as_heir,
        lent=lent,
    )


def _lent(found: Any) -> Lent | None:
    if found.substitution_id is None:
        return None
    return Lent(
        substitution_id=found.substitution_id,
        capacity_id=found.absent_id,
        person_id=found.absent_person_id,
        roles=frozenset(found.lent_roles).difference(found.roles),
        until=found.lent_until,
    )


async def _opened(
    session: AsyncSession, credentials: Credentials | OnBehalf, now: datetime, writing: bool
) -> Any:
    if isinstance(credentials, OnBehalf):
        export = (credentials.county_id, credentials.export_id, credentials.attempt)
        return await first(session, OPEN_EXPORT, (*export, now, writing))
    if credentials.token is None:
        return None
    shown = (token_hash(credentials.token), askable(credentials.acting_as))
    return await first(session, OPEN_SCOPE, (*shown, now, writing))


def still(actor: Actor, *, now: datetime) -> Actor:
    """The actor without what is lent no more, by the instant at which this transaction holds it. See `refuse_if_ended`."""
    return actor if actor.lent is None or now < actor.lent.until else actor.by_own_right()


def refuse_if_ended(actor: Actor, *, now: datetime) -> None:
    """Raises `CapacityRefused` if the capacity, which this transaction holds by now, has ended.

    The opening call compares its end with an instant that was read before: in between, the transaction may have
    waited for a connection, or for whoever was ending that very capacity.
    """
    if actor.ends_at is not None and actor.ends_at <= now:
        raise CapacityRefused
