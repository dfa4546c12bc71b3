"""The keys of a provider: found, renewed, withdrawn, missed; each against a real provider over HTTP.

Time is a number of seconds that a test sets. What the tokens are is shown in `test_provider_sign_in.py`; how an answer is
fetched, and what is no answer, in `tests/api/test_providers.py`.
"""

import asyncio
from datetime import timedelta

import pytest

from api.providers import published_keys
from tenancy.provider_keys import KeyRing
from tenancy.provider_tokens import Provider as Trusted
from tenancy.provider_tokens import Reason, TokenRefused
from tests.provider import AUDIENCE, DESCRIPTION, KEYS, Provider, key, saying
from tests.tenancy.provider_door import FRESH, KEPT, PAUSE, Ticks, provider, ticks

# Fixtures that stand in a file of their own.
__all__ = ["provider", "ticks"]


@pytest.fixture
def ring(provider: Provider, ticks: Ticks) -> KeyRing:
    trusted = Trusted(
        provider.issuer,
        AUDIENCE,
        keys_fresh_for=timedelta(seconds=FRESH),
        keys_kept_for=timedelta(seconds=KEPT),
        asked_again_after=timedelta(seconds=PAUSE),
    )
    return KeyRing(trusted, published_keys, ticks=ticks)


async def found(ring: KeyRing, name: str | None = "first", algorithm: str = "ES256") -> str | Reason:
    """The thumbprint of the key that the ring gives, or why it gives none."""
    try:
        return (await ring.key(name, algorithm=algorithm))[0]
    except TokenRefused as refused:
        return refused.reason


async def kept(ring: KeyRing, thumbprint: str | Reason) -> Reason | None:
    """Why a key once given is no good any more; None while it is."""
    try:
        await ring.refuse_if_withdrawn(str(thumbprint))
    except TokenRefused as refused:
        return refused.reason
    return None


class TestAKey:
    async def test_is_found_by_its_name_and_asked_for_once(self, ring: KeyRing, provider: Provider) -> None:
        first = await found(ring)
        assert not isinstance(first, Reason)
        assert await found(ring) == first
        assert provider.asked == {DESCRIPTION: 1, KEYS: 1}

    async def test_needs_no_name_where_there_is_one(self, ring: KeyRing) -> None:
        assert await found(ring, None) == await found(ring, "first")

    async def test_needs_its_name_where_there_are_several(self, ring: KeyRing, provider: Provider) -> None:
        provider.keys.append(key("second"))
        assert await found(ring, None) is Reason.KEY_NOT_NAMED

    @pytest.mark.parametrize("algorithm", ["RS256", "PS256", "EdDSA"])
    async def test_fits_its_own_algorithm_only(self, ring: KeyRing, algorithm: str) -> None:
        assert await found(ring, "first", algorithm) is Reason.KEY_UNFIT

    @pytest.mark.parametrize("algorithm", ["ES256", "RS256", "PS256", "EdDSA"])
    async def test_may_be_of_every_accepted_kind(
        self, ring: KeyRing, provider: Provider, algorithm: str
    ) -> None:
        provider.keys = [key(algorithm, algorithm)]
        assert not isinstance(await found(ring, algorithm, algorithm), Reason)

    @pytest.mark.parametrize(
        "unusable",
        [
            {"kty": "oct", "kid": "other", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
            {"kty": "EC", "kid": "other", "crv": "P-256", "x": "AA", "y": "AA"},
            {"kty": "EC", "kid": "other", "crv": 5},
            {"kty": "unheard of", "kid": "other"},
            {"kid": "other"},
            key("other").published() | {"use": "enc"},
            key("other").published() | {"key_ops": ["sign"]},
            key("other").published() | {"alg": "ES384"},
            # A private key that is published is everybody's.
            key("other", "EdDSA").published() | {"d": key("leaked", "EdDSA").published()["x"]},
            "no key at all",
            ["neither"],
            None,
        ],
        # By their parts and not by their values, which are new each time: processes that share the tests must agree.
        ids=lambda given: "-".join(given) if isinstance(given, dict) else str(given),
    )
    async def test_that_is_unusable_is_left_aside(
        self, ring: KeyRing, provider: Provider, unusable: object
    ) -> None:
        provider.extra_keys = [unusable]
        assert await found(ring, "other") is Reason.KEY_UNKNOWN
        assert not isinstance(await found(ring, "first"), Reason)

    async def test_of_a_weak_kind_is_left_aside(self, ring: KeyRing, provider: Provider) -> None:
        weak = key("weak", "RS256").published()
        provider.extra_keys = [weak | {"n": weak["n"][: len(weak["n"]) // 2]}]
        assert await found(ring, "weak", "RS256") is Reason.KEY_UNKNOWN


class TestRotation:
    async def test_takes_a_new_key_as_soon_as_a_token_names_it(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        await found(ring)
        provider.keys = [key("second"), key("first")]
        ticks.seconds += PAUSE
        assert not isinstance(await found(ring, "second"), Reason)
        assert provider.asked[KEYS] == 2

    async def test_takes_it_for_all_who_come_while_the_provider_is_asked(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        await found(ring)
        provider.keys = [key("second")]
        ticks.seconds += PAUSE
        answers = await asyncio.gather(*(found(ring, "second") for _ in range(50)))
        assert not [answer for answer in answers if isinstance(answer, Reason)]
        assert provider.asked[KEYS] == 2

    async def test_asks_once_for_however_many_unknown_keys(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        await found(ring)
        ticks.seconds += PAUSE
        answers = await asyncio.gather(*(found(ring, f"random {n}") for n in range(50)))
        assert answers == [Reason.KEY_UNKNOWN] * 50
        assert provider.asked[KEYS] == 2

    async def test_asks_no_sooner_than_after_the_pause(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        await found(ring)
        provider.keys = [key("second")]
        ticks.seconds += PAUSE - 0.001
        assert await found(ring, "second") is Reason.KEY_UNKNOWN
        assert provider.asked[KEYS] == 1
        ticks.seconds += 0.001
        assert not isinstance(await found(ring, "second"), Reason)

    async def test_asks_for_one_answer_at_a_time_however_long_it_takes(
        self, provider: Provider, ticks: Ticks
    ) -> None:
        hold, begun, asked = asyncio.Event(), asyncio.Event(), 0

        async def slow(issuer: str) -> object:
            nonlocal asked
            asked += 1
            begun.set()
            await hold.wait()
            return await published_keys(issuer)

        ring = KeyRing(Trusted(provider.issuer, AUDIENCE), slow, ticks=ticks)
        early = asyncio.create_task(found(ring))
        await begun.wait()
        ticks.seconds += PAUSE
        late = asyncio.create_task(found(ring))
        await asyncio.sleep(0)  # its turn: it asks, or waits for the answer that is on its way
        hold.set()
        assert await early == await late
        assert asked == 1

    async def test_refuses_a_withdrawn_key_when_the_keys_are_no_longer_fresh(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        first = await found(ring)
        provider.keys = [key("second")]
        ticks.seconds += FRESH - 0.001
        assert await found(ring) == first
        assert await kept(ring, first) is None
        ticks.seconds += 0.001
        assert await kept(ring, first) is Reason.KEY_WITHDRAWN
        assert await found(ring) is Reason.KEY_UNKNOWN

    async def test_refuses_another_key_under_the_same_name(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        first = await found(ring)
        other = key("another").published() | {"kid": "first"}
        provider.keys, provider.extra_keys = [], [other]
        ticks.seconds += FRESH
        assert await kept(ring, first) is Reason.KEY_WITHDRAWN
        assert await found(ring) != first

    async def test_believes_a_provider_that_withdraws_everything(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        first = await found(ring)
        provider.keys = []
        ticks.seconds += FRESH
        assert await kept(ring, first) is Reason.KEY_WITHDRAWN


class TestASilentProvider:
    @pytest.mark.parametrize(
        "rubbish", [b"", b"{", b"[]", b'{"keys": {}}', b"null", b'{"keys": ' + b"[" * 9999]
    )
    async def test_is_also_one_that_answers_rubbish(
        self, ring: KeyRing, provider: Provider, ticks: Ticks, rubbish: bytes
    ) -> None:
        first = await found(ring)
        provider.answers[KEYS] = saying(rubbish)
        ticks.seconds += FRESH
        assert await found(ring) == first
        assert provider.asked[KEYS] == 2
        assert await found(ring, "second") is Reason.KEYS_NOT_TO_BE_HAD

    async def test_is_also_one_whose_answer_nobody_foresaw(self, ticks: Ticks) -> None:
        async def broken(_issuer: str) -> object:
            raise RuntimeError

        ring = KeyRing(Trusted("https://sso.example", AUDIENCE), broken, ticks=ticks)
        assert await found(ring) is Reason.KEYS_NOT_TO_BE_HAD

    async def test_lets_known_keys_serve_for_their_time_and_refuses_unknown_ones(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        first = await found(ring)
        provider.go_down()
        ticks.seconds += KEPT - 0.001
        assert await found(ring) == first
        assert await found(ring, "second") is Reason.KEYS_NOT_TO_BE_HAD
        ticks.seconds += 0.001
        assert await found(ring) is Reason.KEYS_NOT_TO_BE_HAD
        assert await kept(ring, first) is Reason.KEYS_NOT_TO_BE_HAD

    async def test_is_heard_again_when_it_is_back(
        self, ring: KeyRing, provider: Provider, ticks: Ticks
    ) -> None:
        provider.go_down()
        assert await found(ring) is Reason.KEYS_NOT_TO_BE_HAD
        provider.go_up()
        assert await found(ring) is Reason.KEYS_NOT_TO_BE_HAD, "within the pause nobody asks"
        ticks.seconds += PAUSE
        assert not isinstance(await found(ring), Reason)

    async def test_keeps_nobody_waiting_who_has_a_key(self, provider: Provider, ticks: Ticks) -> None:
        hold, asked = asyncio.Event(), 0

        async def hesitant(issuer: str) -> object:
            nonlocal asked
            asked += 1
            if asked > 2:
                await hold.wait()
            return await published_keys(issuer)

        ring = KeyRing(Trusted(provider.issuer, AUDIENCE), hesitant, ticks=ticks)
        first = await found(ring)
        provider.go_down()
        ticks.seconds += FRESH
        assert await found(ring) == first
        ticks.seconds += PAUSE
        # The third request hangs; if this waited for it, the test would not end.
        assert await asyncio.wait_for(found(ring), 10) == first
        provider.keys = [key("second")]
        provider.go_up()
        hold.set()
        assert not isinstance(await found(ring, "second"), Reason)
        assert asked == 3

    async def test_survives_a_waiter_that_is_cancelled(self, provider: Provider, ticks: Ticks) -> None:
        hold, begun = asyncio.Event(), asyncio.Event()

        async def hesitant(issuer: str) -> object:
            begun.set()
            await hold.wait()
            return await published_keys(issuer)

        ring = KeyRing(Trusted(provider.issuer, AUDIENCE), hesitant, ticks=ticks)
        impatient = asyncio.create_task(found(ring))
        await begun.wait()
        patient = asyncio.create_task(found(ring))
        impatient.cancel()
        hold.set()
        assert not isinstance(await patient, Reason)
        assert provider.asked[KEYS] == 1
