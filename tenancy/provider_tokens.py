"""Tokens of identity providers: what a good one is. Pure: no clock, no network, no database.

    read      the form, the header and the claims, each bounded and strict, before any key is looked for
    judged    algorithm, audience and times, against what the deployment says of the provider that issued it
    verified  the signature, by a key that the provider has published (`provider_keys.py`)

Nothing in a token says which key it is verified with beyond the name of one that is published: `jwk`, `jku`, `x5c` and
their like are not looked at, and what is marked as critical is refused, because we understand no extension. The
algorithms are asymmetric ones from a closed list; the library that verifies is given no other.

What becomes of a good token is `provider_sign_in.py`.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc import jwa, jws
from joserfc.errors import InvalidKeyCurveError, JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tenancy.transactions import storable

LONGEST_TOKEN = 8192
LONGEST_NAME = 255
"""Of a subject and of a key's name. OpenID Connect allows a subject no more."""

FORM = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
TYPES = frozenset({"jwt", "at+jwt"})
"""Of tokens that say who somebody is. Others are signed by the same keys, such as `logout+jwt`."""

END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class _Ed25519(jwa.EdDSAAlgorithm):
    """EdDSA on the one curve that is meant by it; RFC 9864 calls it Ed25519 and deprecates the name, not the thing."""

    security_warning = ""

    def check_key(self, key: Any) -> None:
        super().check_key(key)
        if key.curve_name != "Ed25519":
            raise InvalidKeyCurveError


class _Accepted(jws.JWSRegistry):
    """The algorithms that there are for us: in this one, `none` and those with shared secrets do not exist."""

    algorithms = {  # noqa: RUF012 - the library's own declaration
        "EdDSA": _Ed25519(),
        **{name: jws.JWSRegistry.algorithms[name] for name in ("RS256", "PS256", "ES256")},
    }
    max_header_length = LONGEST_TOKEN
    max_signature_length = LONGEST_TOKEN


ALGORITHMS = tuple(sorted(_Accepted.algorithms))
REGISTRY = _Accepted(algorithms=ALGORITHMS, strict_check_header=False)


class Reason(StrEnum):
    """Why a token was refused: for the log. Whoever sent it is told none of this."""

    TOO_LONG = "TOO_LONG"
    MALFORMED = "MALFORMED"
    CRITICAL_HEADER = "CRITICAL_HEADER"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_ALGORITHM = "WRONG_ALGORITHM"
    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    WRONG_AUDIENCE = "WRONG_AUDIENCE"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    KEY_NOT_NAMED = "KEY_NOT_NAMED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    KEY_UNFIT = "KEY_UNFIT"
    KEY_WITHDRAWN = "KEY_WITHDRAWN"
    KEYS_NOT_TO_BE_HAD = "KEYS_NOT_TO_BE_HAD"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    NOT_LINKED = "NOT_LINKED"


class TokenRefused(Exception):
    """A provider's token that is not accepted. It carries nothing of the token."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider that the deployment trusts. A setting of the deployment, like how strict sign-in is.

    `algorithms` are some of those that there are for us (`ALGORITHMS`).
    """

    issuer: str
    audience: str
    algorithms: frozenset[str] = frozenset(ALGORITHMS)
    skew: timedelta = timedelta(seconds=60)
    """How far its clock and ours may be apart."""
    longest_life: timedelta = timedelta(hours=12)
    """After its issue a token ends by then, whatever it says itself."""
    keys_fresh_for: timedelta = timedelta(minutes=5)
    """A key that was withdrawn is refused by then, as long as the provider answers."""
    keys_kept_for: timedelta = timedelta(hours=1)
    """While the provider does not answer, the keys it published last go on serving so long."""
    asked_again_after: timedelta = timedelta(seconds=30)
    """Between two requests for its keys, whoever wants them."""


@dataclass(frozen=True, slots=True)
class ReadToken:
    """What a token says of itself; none of it is proven."""

    text: str
    assertion: str
    """What is signed: header and claims, as they were sent."""
    algorithm: str
    key_id: str | None
    issuer: str
    subject: str
    audience: frozenset[str]
    issued_at: float
    not_before: float
    expires_at: float


def read(token: str) -> ReadToken:
    """Take a token apart. Raises `TokenRefused`."""
    if len(token) > LONGEST_TOKEN:
        raise TokenRefused(Reason.TOO_LONG)
    form = FORM.fullmatch(token)
    if form is None:
        raise TokenRefused(Reason.MALFORMED)
    header, claims = _object(form[1]), _object(form[2])
    if "crit" in header or "b64" in header:
        raise TokenRefused(Reason.CRITICAL_HEADER)
    if _type(header) not in TYPES:
        raise TokenRefused(Reason.WRONG_TYPE)
    issued_at = _instant(claims, "iat")
    return ReadToken(
        text=token,
        assertion=f"{form[1]}.{form[2]}",
        algorithm=_text(header, "alg"),
        key_id=_name(header, "kid") if "kid" in header else None,
        issuer=_text(claims, "iss"),
        subject=_name(claims, "sub"),
        audience=_audience(claims),
        issued_at=issued_at,
        not_before=_instant(claims, "nbf") if "nbf" in claims else issued_at,
        expires_at=_instant(claims, "exp"),
    )


def judged(token: ReadToken, provider: Provider, *, now: datetime) -> datetime:
    """When a token of this provider ends, if it is for us, has begun and has not ended. Raises `TokenRefused`.

    Both ends are moved out by the skew: a token ends for us when it has ended by every clock that is near enough.
    """
    if token.algorithm not in provider.algorithms:
        raise TokenRefused(Reason.WRONG_ALGORITHM)
    if provider.audience not in token.audience:
        raise TokenRefused(Reason.WRONG_AUDIENCE)
    if max(token.issued_at, token.not_before) > (now + provider.skew).timestamp():
        raise TokenRefused(Reason.NOT_YET_VALID)
    end = min(token.expires_at, token.issued_at + provider.longest_life.total_seconds())
    ends_at = datetime.fromtimestamp(end, UTC) + provider.skew
    if ends_at <= now:
        raise TokenRefused(Reason.EXPIRED)
    return ends_at


def verify(token: ReadToken, key: Key) -> None:
    """Check the signature. Raises `TokenRefused`."""
    try:
        jws.deserialize_compact(token.text, key, registry=REGISTRY)
    except (JoseError, ValueError) as error:
        raise TokenRefused(Reason.BAD_SIGNATURE) from error


def fits(key: Key, algorithm: str) -> bool:
    """Whether the key is of the type, the curve and the purpose that this algorithm asks for."""
    try:
        REGISTRY.get_alg(algorithm).check_key(key)
        key.check_key_op("verify")
    except JoseError:
        return False
    return True


def is_for_signatures(key: Key) -> bool:
    """Whether a published key may verify anything at all: public, asymmetric and strong, or it is left aside."""
    if not isinstance(key, RSAKey | ECKey | OKPKey) or key.is_private:
        return False
    if isinstance(key, RSAKey) and not 2048 <= key.public_key.key_size <= 8192:
        return False
    return any(fits(key, algorithm) for algorithm in ALGORITHMS)


def unambiguous(text: str | bytes) -> Any:
    """JSON that every reader reads alike: no member twice, no numbers that are none. Raises ValueError."""
    try:
        return json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _object(part: str) -> Mapping[str, Any]:
    """The JSON object in a part of a token. Raises `TokenRefused`."""
    try:
        found = unambiguous(urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8"))
    except ValueError as error:
        raise TokenRefused(Reason.MALFORMED) from error
    if not isinstance(found, dict):
        raise TokenRefused(Reason.MALFORMED)
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _type(header: Mapping[str, Any]) -> str:
    if "typ" not in header:
        return "jwt"
    return _text(header, "typ").lower().removeprefix("application/")


def _text(members: Mapping[str, Any], name: str) -> str:
    found = members.get(name)
    if not isinstance(found, str) or not found or not storable(found):
        raise TokenRefused(Reason.MALFORMED)
    return found


def _name(members: Mapping[str, Any], name: str) -> str:
    found = _text(members, name)
    if len(found) > LONGEST_NAME:
        raise TokenRefused(Reason.MALFORMED)
    return found


def _audience(claims: Mapping[str, Any]) -> frozenset[str]:
    found = claims.get("aud")
    listed = [found] if isinstance(found, str) else found
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise TokenRefused(Reason.MALFORMED)
    return frozenset(listed)


def _instant(claims: Mapping[str, Any], name: str) -> float:
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < END_OF_TIME:
        raise TokenRefused(Reason.MALFORMED)
    return float(found)
