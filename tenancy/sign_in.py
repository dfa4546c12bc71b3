"""Local accounts: signing in, signing out, lockout.

A failure is counted before the password is checked, so that guesses made at the same instant count too, and it is
counted by login whether or not the account exists, so that neither answer, time nor lockout tells which logins
there are. Tokens are random, kept as hashes, expire, and end at once on signing out.

Not here: choosing a capacity (`transactions.py`), tokens of identity providers (`provider_sign_in.py`).
"""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from tenancy.ids import new_id
from tenancy.models import Account, Session, SignInAttempts
from tenancy.refusals import Refusal
from tenancy.transactions import Unauthenticated, storable, token_hash

ENDED_KEPT_FOR = timedelta(days=30)
"""Sessions that have ended, for whoever looks into who was signed in. Till its end, an ended token is known by them."""


class SignInFailed(Refusal):
    """Unknown login or wrong password; which, is not told."""

    code = "SIGN_IN_FAILED"
    en = "Login or password is not right. Check both and try again."
    zh = "账号或密码不正确，请核对后重试。"


class AccountLocked(Refusal):
    """Too many failures in a row with this login."""

    code = "ACCOUNT_LOCKED"
    en = "Too many failed attempts with this login. Try again after {until}."
    zh = "该账号连续登录失败次数过多，请于{until}后再试。"


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """How strict sign-in is. A setting of the deployment, the same for every county."""

    failures_allowed: int = 5
    locked_for: timedelta = timedelta(minutes=15)
    token_lives: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh token, shown once, and when it ends."""

    token: str
    expires_at: datetime


class Doorkeeper:
    """Checks passwords. Argon2 is costly on purpose, so it runs beside the event loop, a few at a time."""

    def __init__(
        self, engine: AsyncEngine, policy: SignInPolicy, hasher: PasswordHasher | None = None
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._hasher = hasher or PasswordHasher()
        self._turnstile = asyncio.Semaphore(2)
        # What an unknown login is checked against, so that it takes as long as a wrong password.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """The argon2 hash to keep for a password."""
        return self._hasher.hash(password)

    async def sign_in(self, *, login: str, password: str, now: datetime) -> SignedIn:
        """A token for the account. Raises `SignInFailed` or `AccountLocked`."""
        login = login.strip().lower()
        digest = hashlib.sha256(login.encode("utf-8", "surrogatepass")).digest()
        await self._count_an_attempt(digest, now)
        async with self._engine.connect() as connection:
            account = (
                await connection.execute(
                    select(Account.id, Account.password_hash).where(
                        Account.login == (login if storable(login) else ""), Account.disabled_at.is_(None)
                    )
                )
            ).one_or_none()
        known = account.password_hash if account else self._nobody
        right = await self._matches(known, password)
        if account is None or not right:
            raise SignInFailed
        token = secrets.token_urlsafe(32)
        expires_at = now + self._policy.token_lives
        async with self._engine.begin() as connection:
            await connection.execute(delete(SignInAttempts).where(SignInAttempts.login_digest == digest))
            await connection.execute(
                insert(Session).values(
                    id=new_id(),
                    token_hash=token_hash(token),
                    account_id=account.id,
                    issued_at=now,
                    expires_at=expires_at,
                )
            )
        return SignedIn(token=token, expires_at=expires_at)

    async def sign_out(self, *, token: str | None, now: datetime) -> None:
        """End the token at once. Raises `Unauthenticated` if it was not alive."""
        async with self._engine.begin() as connection:
            ended = await connection.execute(
                update(Session)
                .where(
                    Session.token_hash == token_hash(token or ""),
                    Session.revoked_at.is_(None),
                    Session.expires_at > now,
                )
                .values(revoked_at=now)
            )
        if ended.rowcount == 0:
            raise Unauthenticated

    async def capacities(self, *, token: str | None, now: datetime) -> list["HeldCapacity"]:
        """The capacities among which the signed-in person may choose. Raises `Unauthenticated`."""
        async with self._engine.connect() as connection:
            rows = (
                await connection.execute(
                    text("select * from my_capacities(:token_hash, :now)"),
                    {"token_hash": token_hash(token or ""), "now": now},
                )
            ).all()
        if not rows:
            raise Unauthenticated
        return [HeldCapacity(**row._mapping) for row in rows]

    async def _count_an_attempt(self, digest: bytes, now: datetime) -> None:
        kept = SignInAttempts.__table__.c
        served = kept.locked_until <= now
        counted = insert(SignInAttempts).values(login_digest=digest, failures=1, locked_until=None)
        async with self._engine.begin() as connection:
            attempts = (
                await connection.execute(
                    counted.on_conflict_do_update(
                        index_elements=[kept.login_digest],
                        set_={
                            "failures": case((served, 1), else_=kept.failures + 1),
                            "locked_until": case(
                                (served, None),
                                (kept.locked_until.is_not(None), kept.locked_until),
                                (
                                    kept.failures >= self._policy.failures_allowed,
                                    now + self._policy.locked_for,
                                ),
                                else_=None,
                            ),
                        },
                    ).returning(kept.locked_until)
                )
            ).one()
        if attempts.locked_until is not None:
            raise AccountLocked(until=attempts.locked_until.isoformat(timespec="minutes"))

    async def _matches(self, known: str, password: str) -> bool:
        async with self._turnstile:
            return await asyncio.to_thread(self._verify, known, password)

    def _verify(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False


@dataclass(frozen=True, slots=True)
class HeldCapacity:
    """One capacity of the signed-in person; its fields are None for a person who holds none."""

    person_id: object
    person_name: str
    capacity_id: object | None
    tenant_id: object | None
    tenant_code: str | None
    tenant_name: str | None
    post: str | None
    roles: list[str] | None


async def forget(session: AsyncSession, *, before: datetime, most: int) -> int:
    """Forget sessions whose time was over before then, at most so many. How many; the worker's part."""
    old = select(Session.id).where(Session.expires_at < before).order_by(Session.expires_at).limit(most)
    forgotten = await session.execute(
        delete(Session).where(Session.id.in_(old)).execution_options(synchronize_session=False)
    )
    return int(forgotten.rowcount)  # type: ignore[attr-defined]  # a delete's result counts its rows
