"""An identity provider to test against: a real HTTP server of its own with keys of its own, and its tokens.

Keys and signatures are made with `cryptography` alone, so that nothing here is computed by what is being tested. It can
rotate its keys, go down, come back, hang, and answer with rubbish; it counts how often it was asked.
"""

import json
import secrets
import ssl
import threading
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUDIENCE = "gongguan"
DESCRIPTION, KEYS = "/.well-known/openid-configuration", "/keys"
WALL = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
"""What time it is by the wall clock of the tests: another time than that of the platform's clock."""


def b64(content: bytes) -> str:
    """As in tokens: for addresses, and without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def part(value: object) -> str:
    """A part of a token that holds this."""
    return b64(json.dumps(value).encode())


def number(value: int, size: int) -> str:
    """A number as keys are written."""
    return b64(value.to_bytes(size, "big"))


@dataclass(frozen=True)
class SigningKey:
    """A key pair, its name, and the algorithm that it signs by."""

    name: str
    algorithm: str
    private: Any

    def sign(self, text: str) -> bytes:
        """The signature in the form of its algorithm."""
        content = text.encode()
        if self.algorithm == "RS256":
            return self.private.sign(content, padding.PKCS1v15(), SHA256())
        if self.algorithm == "PS256":
            return self.private.sign(content, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
        if self.algorithm == "EdDSA":
            return self.private.sign(content)
        r, s = decode_dss_signature(self.private.sign(content, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def published(self) -> dict[str, Any]:
        """The public half, as a provider shows it."""
        public = self.private.public_key()
        shown = {"kid": self.name, "use": "sig", "alg": self.algorithm}
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            return shown | {
                "kty": "RSA",
                "n": number(numbers.n, public.key_size // 8),
                "e": number(numbers.e, 3),
            }
        if isinstance(public, ec.EllipticCurvePublicKey):
            point = public.public_numbers()
            return shown | {"kty": "EC", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)}
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return shown | {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}

    def token(self, claims: object, **header: Any) -> str:
        """A token with these claims; a header of None is left out."""
        full = {"alg": self.algorithm, "typ": "JWT", "kid": self.name} | header
        signed = f"{part({k: v for k, v in full.items() if v is not None})}.{part(claims)}"
        return f"{signed}.{b64(self.sign(signed))}"


@cache
def key(name: str, algorithm: str = "ES256") -> SigningKey:
    """A key of this name and kind, always the same one: RSA keys take long to make."""
    if algorithm in ("RS256", "PS256"):
        return SigningKey(name, algorithm, rsa.generate_private_key(65537, 2048))
    if algorithm == "EdDSA":
        return SigningKey(name, algorithm, ed25519.Ed25519PrivateKey.generate())
    return SigningKey(name, algorithm, ec.generate_private_key(ec.SECP256R1()))


@dataclass
class Provider:
    """One provider. `keys` is what it publishes now; `answers` replaces what it says at a path.

    Its issuer is one that no other test has, though ports are used again.
    """

    port: int = 0
    realm: str = field(default_factory=lambda: f"/realms/{secrets.token_hex(5)}")
    scheme: str = "http"
    keys: list[SigningKey] = field(default_factory=lambda: [key("first")])
    extra_keys: list[Any] = field(default_factory=list)
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    released: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None

    @property
    def issuer(self) -> str:
        """Its name in its tokens, and where it is."""
        return f"{self.scheme}://127.0.0.1:{self.port}{self.realm}"

    def claims(self, subject: str = "someone", **changed: Any) -> dict[str, Any]:
        """What it says of a subject at `WALL`, for five minutes; a claim of None is left out."""
        said = {
            "iss": self.issuer,
            "sub": subject,
            "aud": AUDIENCE,
            "iat": seconds(),
            "exp": seconds(minutes=5),
        } | changed
        return {name: value for name, value in said.items() if value is not None}

    def token(self, subject: str = "someone", **changed: Any) -> str:
        """A token by the first of its keys."""
        return self.keys[0].token(self.claims(subject, **changed))

    def go_up(self) -> None:
        """Begin to answer, at the address it had before."""
        provider = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.path = self.path.removeprefix(provider.realm.rstrip("/"))
                provider.asked[self.path] += 1
                provider.answers.get(self.path, provider._answer)(self)

            def log_message(self, *said: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answering)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        # Looks up every 10 ms whether it should end; by itself every half second.
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def go_down(self) -> None:
        """Nobody listens there any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def go_behind(self, certificate: Path) -> None:
        """Answer by https only, with this certificate and its key."""
        assert self._server is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "https"

    def hang(self, _request: BaseHTTPRequestHandler) -> None:
        """An answer that does not come before the test is over."""
        self.released.wait(60)

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """An answer that never pauses for long and never ends before the test is over."""
        request.send_response(200)
        request.end_headers()
        with suppress(OSError):
            while not self.released.wait(0.01):
                request.wfile.write(b" ")

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        said = {
            DESCRIPTION: {"issuer": self.issuer, "jwks_uri": self.issuer.rstrip("/") + KEYS},
            KEYS: {"keys": [each.published() for each in self.keys] + self.extra_keys},
        }.get(request.path)
        say(request, json.dumps(said).encode(), status=404 if said is None else 200)


def say(request: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    """One answer."""
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def saying(body: bytes, *, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Something that a provider may answer instead."""
    return lambda request: say(request, body, status=status, **headers)


def seconds(**after: float) -> int | float:
    """An instant as tokens have it, so long after `WALL`."""
    instant = (WALL + timedelta(**after)).timestamp()
    return int(instant) if instant.is_integer() else instant


@contextmanager
def a_provider() -> Iterator[Provider]:
    """A provider that answers."""
    provider = Provider()
    provider.go_up()
    try:
        yield provider
    finally:
        provider.released.set()
        provider.go_down()
