"""Signing in with a provider's token: from a verified token to a session of the account that its subject is linked to.

A front end sends the token as its bearer token. When it is first seen it is verified and becomes a session, kept by the
token's hash like any other: from then on the opening call of each transaction decides, so that signing out, unlinking,
a disabled account and an ended post count with the next request. A token that was ended has its session still, ended,
until it would have ended by itself; so it does not come back.

What this process has verified it remembers, and then asks only whether the token still lasts and its key is still
published. Providers go by the wall clock and not by a set one: by that, tokens are judged. The session is kept by the
platform's clock, as every session.

Whoever sends a token that is refused learns nothing from the answer. The log has the reason, and nothing of the token.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import DateTime, Text, Uuid

from tenancy.clock import Clock, WallClock
from tenancy.ids import new_id
from tenancy.provider_keys import KeyRing
from tenancy.provider_tokens import ReadToken, Reason, TokenRefused, judged, read, verify
from tenancy.transactions import Unauthenticated, is_of_a_provider, token_hash

log = logging.getLogger("gongguan.providers")

ADMIT = text(
    "select admit(:session_id, :token_hash, :assertion_hash, :issuer, :subject, :now, :expires_at)"
).bindparams(
    bindparam("session_id", type_=Uuid),
    bindparam("token_hash", type_=BYTEA),
    bindparam("assertion_hash", type_=BYTEA),
    bindparam("issuer", type_=Text),
    bindparam("subject", type_=Text),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("expires_at", type_=DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What is remembered of a verified token: whose it is, by which key, and when it ends by the wall clock."""

    ring: KeyRing
    thumbprint: str
    ends_at: datetime


class ProviderDoor:
    """Lets tokens of these providers in. Without any provider it lets none in."""

    def __init__(
        self,
        engine: AsyncEngine,
        rings: Iterable[KeyRing],
        *,
        clock: Clock,
        wall: Clock | None = None,
        remembers: int = 10_000,
    ) -> None:
        self._engine = engine
        self._rings = {ring.provider.issuer: ring for ring in rings}
        self._clock = clock
        self._wall = wall or WallClock()
        self._remembers = remembers
        self._admitted: dict[bytes, Admitted] = {}

    async def admit(self, token: str | None) -> None:
        """See that a provider's token has its session; of our own tokens the session is all there is to say.

        Raises `Unauthenticated`.
        """
        if token is None or not is_of_a_provider(token):
            return
        try:
            await self._admit(token)
        except TokenRefused as refused:
            log.warning("A provider's token was refused: %s", refused.reason)
            raise Unauthenticated from None

    async def _admit(self, token: str) -> None:
        digest, now = token_hash(token), await self._wall.now()
        admitted = self._admitted.get(digest)
        if admitted is None:
            admitted = await self._verified(read(token), digest, now)
            self._remember(digest, admitted)
        if admitted.ends_at <= now:
            raise TokenRefused(Reason.EXPIRED)
        await admitted.ring.refuse_if_withdrawn(admitted.thumbprint)

    async def _verified(self, token: ReadToken, digest: bytes, now: datetime) -> Admitted:
        ring = self._rings.get(token.issuer)
        if ring is None:
            raise TokenRefused(Reason.UNKNOWN_ISSUER)
        ends_at = judged(token, ring.provider, now=now)
        thumbprint, key = await ring.key(token.key_id, algorithm=token.algorithm)
        verify(token, key)
        await self._open_a_session(token, digest, lasts=ends_at - now)
        return Admitted(ring, thumbprint, ends_at)

    async def _open_a_session(self, token: ReadToken, digest: bytes, *, lasts: timedelta) -> None:
        """One session for this token, or the one that it has already. Raises `TokenRefused`."""
        now = await self._clock.now()
        async with self._engine.begin() as connection:
            has_one = await connection.scalar(
                ADMIT,
                {
                    "session_id": new_id(),
                    "token_hash": digest,
                    "assertion_hash": token_hash(token.assertion),
                    "issuer": token.issuer,
                    "subject": token.subject,
                    "now": now,
                    "expires_at": now + lasts,
                },
            )
        if not has_one:
            raise TokenRefused(Reason.NOT_LINKED)

    def _remember(self, digest: bytes, admitted: Admitted) -> None:
        self._admitted[digest] = admitted
        while len(self._admitted) > self._remembers:
            del self._admitted[next(iter(self._admitted))]
