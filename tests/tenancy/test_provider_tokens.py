"""Which tokens of a provider are let in: the good ones, every kind of wrong one, and whatever a fuzzer thinks of.

Each goes through the whole door, to a real provider and a real database. What becomes of a good one is in
`test_provider_sign_in.py`.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from api.providers import published_keys
from domain.edge import Edge
from tenancy.provider_keys import KeyRing
from tenancy.provider_sign_in import ProviderDoor
from tenancy.provider_tokens import LONGEST_TOKEN
from tenancy.provider_tokens import Provider as Trusted
from tenancy.transactions import Credentials, Engines, Unauthenticated
from tests.provider import AUDIENCE, KEYS, Provider, b64, key, part, seconds
from tests.tenancy.provider_door import (
    PAUSE,
    Ticks,
    a_door,
    door,
    edge,
    lin,
    provider,
    sessions_of,
    ticks,
    wall,
    who,
)
from tests.worlds import HandSetClock, World

# Fixtures that stand in a file of their own.
__all__ = ["door", "edge", "lin", "provider", "ticks", "wall"]


def with_shared_secret(provider: Provider, secret: bytes) -> str:
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'first'})}.{part(provider.claims())}"
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def with_other_parts(
    token: str, *, header: str | None = None, claims: str | None = None, signature: str | None = None
) -> str:
    mine = token.split(".")
    others = [header, claims, signature]
    return ".".join(other if other is not None else own for own, other in zip(mine, others, strict=True))


def as_json(text: str) -> str:
    """A part of a token with exactly this text."""
    return b64(text.encode())


GOOD: dict[str, Any] = {
    "as it comes": lambda p: p.token(),
    "for several, us among them": lambda p: p.token(aud=["other", AUDIENCE]),
    "beginning as late as the clocks may be apart": lambda p: p.token(nbf=seconds(seconds=60)),
    "issued as late as the clocks may be apart": lambda p: p.token(iat=seconds(seconds=60)),
    "ended just less long ago than the clocks may be apart": lambda p: p.token(
        iat=seconds(hours=-1), exp=seconds(seconds=-59.999)
    ),
    "as old as a token may be": lambda p: p.token(
        iat=seconds(hours=-12, seconds=-59.999), exp=seconds(hours=1)
    ),
    "without a type": lambda p: p.keys[0].token(p.claims(), typ=None),
    "of the type of access tokens": lambda p: p.keys[0].token(p.claims(), typ="at+JWT"),
    "without the name of the only key": lambda p: p.keys[0].token(p.claims(), kid=None),
    "with a header that nobody knows": lambda p: p.keys[0].token(p.claims(), nonce="x", x5t="y"),
    "that speaks of another key": lambda p: p.keys[0].token(
        p.claims(), jwk=key("attacker").published(), jku="https://attacker.example/keys"
    ),
}

WRONG: dict[str, tuple[str, Any]] = {
    "expired to the moment": ("EXPIRED", lambda p: p.token(iat=seconds(hours=-1), exp=seconds(seconds=-60))),
    "issued too long ago": (
        "EXPIRED",
        lambda p: p.token(iat=seconds(hours=-12, seconds=-60), exp=seconds(hours=1)),
    ),
    "not yet valid": ("NOT_YET_VALID", lambda p: p.token(nbf=seconds(seconds=60.001))),
    "issued in the future": ("NOT_YET_VALID", lambda p: p.token(iat=seconds(seconds=60.001))),
    "issued in the future, though valid before": (
        "NOT_YET_VALID",
        lambda p: p.token(iat=seconds(seconds=60.001), nbf=seconds()),
    ),
    "for somebody else": ("WRONG_AUDIENCE", lambda p: p.token(aud="gongguan-test")),
    "for several others": ("WRONG_AUDIENCE", lambda p: p.token(aud=["a", "b"])),
    "for nobody": ("WRONG_AUDIENCE", lambda p: p.token(aud=[])),
    "of another issuer": ("UNKNOWN_ISSUER", lambda p: p.token(iss="https://attacker.example")),
    "of nearly the same issuer": ("UNKNOWN_ISSUER", lambda p: p.token(iss=p.issuer + "/")),
    "without an algorithm": (
        "MALFORMED",
        lambda p: with_other_parts(p.token(), header=part({"alg": "none"}), signature=""),
    ),
    "without an algorithm, with a signature": (
        "WRONG_ALGORITHM",
        lambda p: with_other_parts(p.token(), header=part({"alg": "none", "typ": "JWT"})),
    ),
    "by a shared secret that is the public key": (
        "WRONG_ALGORITHM",
        lambda p: with_shared_secret(p, json.dumps(p.keys[0].published()).encode()),
    ),
    "by a longer hash": ("WRONG_ALGORITHM", lambda p: p.keys[0].token(p.claims(), alg="ES384")),
    "by an unknown key": ("KEY_UNKNOWN", lambda p: key("attacker").token(p.claims())),
    "by another key under its name": (
        "BAD_SIGNATURE",
        lambda p: key("attacker").token(p.claims(), kid="first"),
    ),
    "by a key that it brings along": (
        "BAD_SIGNATURE",
        lambda p: key("attacker").token(p.claims(), kid="first", jwk=key("attacker").published()),
    ),
    "by an algorithm that the key is not for": (
        "KEY_UNFIT",
        lambda p: key("rsa", "RS256").token(p.claims(), kid="first"),
    ),
    "with other claims": (
        "BAD_SIGNATURE",
        lambda p: with_other_parts(p.token(), claims=part(p.claims("somebody else"))),
    ),
    "with another header": (
        "BAD_SIGNATURE",
        lambda p: with_other_parts(p.token(), header=part({"alg": "ES256", "kid": "first"})),
    ),
    "with another signature": (
        "BAD_SIGNATURE",
        lambda p: with_other_parts(p.token(), signature=b64(bytes(64))),
    ),
    "with a short signature": (
        "BAD_SIGNATURE",
        lambda p: with_other_parts(p.token(), signature=b64(b"short")),
    ),
    "without a signature": ("MALFORMED", lambda p: with_other_parts(p.token(), signature="")),
    "with a critical header": (
        "CRITICAL_HEADER",
        lambda p: p.keys[0].token(p.claims(), crit=["exp"], exp=seconds()),
    ),
    "with an unencoded payload": (
        "CRITICAL_HEADER",
        lambda p: p.keys[0].token(p.claims(), b64=False, crit=["b64"]),
    ),
    "of another type": ("WRONG_TYPE", lambda p: p.keys[0].token(p.claims(), typ="logout+jwt")),
    "with a member twice": (
        "MALFORMED",
        lambda p: (
            p.keys[0].token(p.claims())
            and _signed_anew(p, json.dumps(p.claims())[:-1] + ', "sub": "somebody else"}')
        ),
    ),
    "without an end": ("MALFORMED", lambda p: p.token(exp=None)),
    "without an issue": ("MALFORMED", lambda p: p.token(iat=None)),
    "without a subject": ("MALFORMED", lambda p: p.token(sub=None)),
    "with an empty subject": ("MALFORMED", lambda p: p.token("")),
    "with a subject of nothing": ("MALFORMED", lambda p: p.token("some\0one")),
    "with half a character for a subject": ("MALFORMED", lambda p: p.token("\ud800")),
    "with a number for a subject": ("MALFORMED", lambda p: p.token(sub=5)),
    "with a long subject": ("MALFORMED", lambda p: p.token("x" * 256)),
    "with an end in words": ("MALFORMED", lambda p: p.token(exp="tomorrow")),
    "with an end that is true": ("MALFORMED", lambda p: p.token(exp=True)),
    "with an end beyond all time": ("MALFORMED", lambda p: p.token(exp=10**400)),
    "with an end that is infinite": ("MALFORMED", lambda p: p.token(exp=float("inf"))),
    "with claims that are a list": ("MALFORMED", lambda p: p.keys[0].token([])),
    "with a header that is none": ("MALFORMED", lambda p: with_other_parts(p.token(), header=part("x"))),
    "with a header nested beyond reason": (
        "MALFORMED",
        lambda p: with_other_parts(p.token(), header=as_json('{"a":' + "[" * 3000)),
    ),
    "with a number of thousands of digits": (
        "MALFORMED",
        lambda p: with_other_parts(p.token(), header=as_json('{"a":' + "1" * 5000 + "}")),
    ),
    "with a header in no code": (
        "MALFORMED",
        lambda p: with_other_parts(p.token(), header=b64(b"\xff\xfe{")),
    ),
    "with padding": ("MALFORMED", lambda p: p.token() + "=="),
    "with a blank": ("MALFORMED", lambda p: p.token().replace(".", " .", 1)),
    "with a line's end": ("MALFORMED", lambda p: p.token() + "\n"),
    "in two parts": ("MALFORMED", lambda p: p.token().rpartition(".")[0]),
    "in five parts, as encrypted ones are": ("MALFORMED", lambda p: p.token() + ".a.b"),
    "in a token of its own": ("MALFORMED", lambda p: with_other_parts(p.token(), claims=part(p.token()))),
    "too long": ("TOO_LONG", lambda p: p.token(more="x" * LONGEST_TOKEN)),
    "of points alone": ("MALFORMED", lambda p: ".."),
}


def _signed_anew(provider: Provider, claims: str) -> str:
    """Exactly this text as claims, rightly signed."""
    signed = f"{part({'alg': 'ES256', 'typ': 'JWT', 'kid': 'first'})}.{as_json(claims)}"
    return f"{signed}.{b64(provider.keys[0].sign(signed))}"


class TestAToken:
    @pytest.mark.parametrize("made", GOOD.values(), ids=GOOD)
    async def test_is_let_in(self, edge: Edge, provider: Provider, world: World, lin: str, made: Any) -> None:
        assert await who(edge, made(provider)) == world["lin"].person_id

    @pytest.mark.parametrize("algorithm", ["ES256", "RS256", "PS256", "EdDSA"])
    async def test_is_let_in_by_every_accepted_algorithm(
        self, edge: Edge, provider: Provider, world: World, lin: str, algorithm: str
    ) -> None:
        provider.keys = [key(algorithm, algorithm), key("first")]
        assert await who(edge, provider.token()) == world["lin"].person_id

    async def test_is_let_in_by_no_algorithm_that_its_provider_is_not_trusted_with(
        self, engines: Engines, clock: HandSetClock, wall: HandSetClock, provider: Provider, lin: str
    ) -> None:
        provider.keys = [key("RS256", "RS256"), key("first")]
        trusted = Trusted(provider.issuer, AUDIENCE, algorithms=frozenset({"RS256"}))
        door = ProviderDoor(engines.writing, [KeyRing(trusted, published_keys)], clock=clock, wall=wall)
        edge = Edge(engines=engines, clock=clock, admit=door.admit)
        assert await who(edge, key("RS256", "RS256").token(provider.claims())) is not None
        assert await who(edge, key("first").token(provider.claims())) is None

    @pytest.mark.parametrize(("reason", "made"), WRONG.values(), ids=WRONG)
    async def test_that_is_wrong_is_refused_without_a_word_and_with_its_reason_in_the_log(
        self,
        edge: Edge,
        provider: Provider,
        world: World,
        lin: str,
        owner_engine: AsyncEngine,
        caplog: pytest.LogCaptureFixture,
        reason: str,
        made: Any,
    ) -> None:
        token = made(provider)
        with pytest.raises(Unauthenticated) as refused:
            async with edge.writing(Credentials(token)):
                pass
        assert (refused.value.facts, refused.value.field) == ({}, None)
        said = [record for record in caplog.records if record.name == "gongguan.providers"]
        assert [record.getMessage().rpartition(" ")[2] for record in said] == [reason]
        assert "someone" not in caplog.text
        assert not [piece for piece in token.split(".") if len(piece) > 3 and piece in caplog.text]
        assert await sessions_of(owner_engine, world, "lin") == 0

    async def test_that_no_key_is_needed_to_refuse_has_the_provider_asked_for_none(
        self, edge: Edge, provider: Provider, lin: str
    ) -> None:
        for made in (
            "expired to the moment",
            "for somebody else",
            "of another issuer",
            "without an algorithm",
        ):
            assert await who(edge, WRONG[made][1](provider)) is None
        assert not provider.asked

    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    async def test_of_any_form_at_all_is_refused_and_nothing_worse(
        self, edge: Edge, provider: Provider, data: st.DataObject
    ) -> None:
        values = st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
            ),
            max_leaves=8,
        )
        names = ("alg", "typ", "kid", "crit", "jwk", "x5c", "cty", "iss", "sub", "aud", "exp", "iat", "nbf")
        claims = provider.claims() | data.draw(st.dictionaries(st.sampled_from(names), values, max_size=4))
        header = {"alg": "ES256", "kid": "first"} | data.draw(
            st.dictionaries(st.sampled_from(names), values, max_size=4)
        )
        signed = f"{part(header)}.{part(claims)}"
        token = data.draw(
            st.text()
            | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", fullmatch=True)
            | st.just(f"{signed}.{b64(provider.keys[0].sign(signed))}")
            | st.binary(max_size=80).map(lambda end: f"{signed}.{b64(end)}")
        )
        # Nobody is linked here, so even a good one opens nothing; anything but a refusal fails the test.
        assert await who(edge, token) is None


class TestForgedTokens:
    async def test_lock_nobody_out(
        self, edge: Edge, provider: Provider, world: World, lin: str, ticks: Ticks
    ) -> None:
        for _ in range(50):
            assert await who(edge, key("attacker").token(provider.claims(), kid="first")) is None
        assert await who(edge, provider.token()) == world["lin"].person_id

    async def test_of_random_keys_have_the_provider_asked_once_in_a_while(
        self, edge: Edge, provider: Provider, lin: str, ticks: Ticks
    ) -> None:
        await who(edge, provider.token())
        ticks.seconds += PAUSE
        forged = [key("attacker").token(provider.claims(), kid=f"random {n}") for n in range(50)]
        assert set(await asyncio.gather(*(who(edge, each) for each in forged))) == {None}
        assert provider.asked[KEYS] == 2

    async def test_never_reach_the_database(
        self, provider: Provider, clock: HandSetClock, wall: HandSetClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        nowhere = Engines.of("postgresql+asyncpg://nobody:nothing@127.0.0.1:1/nowhere")
        edge = Edge(engines=nowhere, clock=clock, admit=a_door(provider, nowhere, clock, wall, Ticks()).admit)
        caplog.set_level(logging.CRITICAL)
        for _, made in WRONG.values():
            assert await who(edge, made(provider)) is None
