"""The keys that an identity provider publishes: kept for a while, asked for again, never too often.

    fresh ──keys_fresh_for──▶ asked for again ──answer──▶ fresh
                                   │ no answer
                                   ▼
                          still serving ──keys_kept_for──▶ none

A key that nobody knows has the provider asked at once, because it may be new; but however many ask for however many
unknown keys, there is one request at a time and a pause between two. A withdrawn key is gone with the next answer.

How the keys travel is not known here: whoever composes this hands in what fetches them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from joserfc.jwk import Key, import_key

from tenancy.provider_tokens import Provider, Reason, TokenRefused, fits, is_for_signatures

log = logging.getLogger("gongguan.providers")

MOST_KEYS = 100

Fetch = Callable[[str], Awaitable[Any]]
"""Gives the key set (RFC 7517, as JSON) that the provider of this issuer publishes. Raises `KeysNotToBeHad`."""


class KeysNotToBeHad(Exception):
    """A provider did not answer, or not with keys. The sentence goes to the log."""


class KeyRing:
    """The keys of one provider. `ticks` is a clock that only runs forward, in seconds."""

    def __init__(self, provider: Provider, fetch: Fetch, *, ticks: Callable[[], float] = monotonic) -> None:
        self.provider = provider
        self._fetch = fetch
        self._ticks = ticks
        self._keys: dict[str, Key] = {}
        self._got_at: float | None = None
        self._asked_at: float | None = None
        self._is_silent = False
        self._asking: asyncio.Task[None] | None = None

    async def key(self, key_id: str | None, *, algorithm: str) -> tuple[str, Key]:
        """The key of this name and its thumbprint, fit for the algorithm. Raises `TokenRefused`.

        Without a name there is no choice: the provider must have published one key only.
        """
        await self._renew()
        if not self._named(key_id):
            await self._ask()
        named = self._named(key_id)
        if not named:
            raise TokenRefused(Reason.KEYS_NOT_TO_BE_HAD if self._is_silent else Reason.KEY_UNKNOWN)
        if key_id is None and len(named) > 1:
            raise TokenRefused(Reason.KEY_NOT_NAMED)
        fitting = [each for each in named.items() if fits(each[1], algorithm)]
        if len(fitting) != 1:
            raise TokenRefused(Reason.KEY_UNFIT)
        return fitting[0]

    async def refuse_if_withdrawn(self, thumbprint: str) -> None:
        """Raises `TokenRefused` if the key of this thumbprint is no longer published."""
        await self._renew()
        if thumbprint not in self._published():
            raise TokenRefused(Reason.KEYS_NOT_TO_BE_HAD if self._is_silent else Reason.KEY_WITHDRAWN)

    def _named(self, key_id: str | None) -> dict[str, Key]:
        return {
            thumbprint: key
            for thumbprint, key in self._published().items()
            if key_id is None or key.kid == key_id
        }

    def _published(self) -> dict[str, Key]:
        """The keys as the provider published them last, if that is not too long ago."""
        return self._keys if self._age() < self.provider.keys_kept_for.total_seconds() else {}

    def _age(self) -> float:
        return float("inf") if self._got_at is None else self._ticks() - self._got_at

    async def _renew(self) -> None:
        """See that the keys are fresh. While the provider is silent nobody waits for it who can do without."""
        if self._age() < self.provider.keys_fresh_for.total_seconds():
            return
        if self._is_silent and self._published():
            self._begin_asking()
        else:
            await self._ask()

    async def _ask(self) -> None:
        """Ask for the keys, unless that was done a moment ago. Who comes meanwhile waits for the same answer."""
        self._begin_asking()
        if self._asking is not None:
            await asyncio.shield(self._asking)

    def _begin_asking(self) -> None:
        now, pause = self._ticks(), self.provider.asked_again_after.total_seconds()
        if self._asking is not None or (self._asked_at is not None and now - self._asked_at < pause):
            return
        self._asked_at = now
        self._asking = asyncio.create_task(self._take_what_is_published())
        self._asking.add_done_callback(self._asked)

    def _asked(self, _task: "asyncio.Task[None]") -> None:
        self._asking = None

    async def _take_what_is_published(self) -> None:
        try:
            keys = _usable(await self._fetch(self.provider.issuer))
        except Exception as trouble:
            # Whatever it is, it is the provider's silence, and no failure of those who wait for its keys.
            self._is_silent = True
            unforeseen = None if isinstance(trouble, KeysNotToBeHad) else trouble
            log.error(
                "The keys of %s are not to be had: %s", self.provider.issuer, trouble, exc_info=unforeseen
            )
            return
        # Counted from the question: what was withdrawn while the answer travelled is not fresh.
        self._keys, self._got_at, self._is_silent = keys, self._asked_at, False


def _usable(key_set: Any) -> dict[str, Key]:
    """The keys of a set that may verify signatures, by thumbprint; of the others there may be any."""
    listed = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise KeysNotToBeHad("what it publishes is no set of keys")
    usable = {}
    for each in (each for each in listed if isinstance(each, dict)):
        try:
            key = import_key(each)
            if is_for_signatures(key):
                usable[f"{key.thumbprint()} {key.kid or ''}"] = key
        except Exception:  # noqa: S112 - whatever the library has against somebody's key, it is none for us
            continue
    return usable
