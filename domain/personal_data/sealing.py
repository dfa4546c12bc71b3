"""Sealing values with a key, and the keyed hash they are found by. Cryptography only: no table, no file, nobody's rights.

A key has an id and two secrets of its own: one seals, the other finds. Its suite says with what:

    aes   AES-256-GCM,  HMAC-SHA-256
    sm    SM4-GCM (GB/T 32907),  HMAC-SM3 (GB/T 32905), for places that must use national cryptography

A seal binds whatever the row says beside it: moved to another row, or with anything of its row changed, it does not open.
Which key it was made with is said beside it and bound as well, so a seal is only ever tried with that one.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tenancy.refusals import Refusal

Suite = Literal["aes", "sm"]

SUITES: tuple[Suite, ...] = get_args(Suite)

SEALING_BYTES: Mapping[Suite, int] = MappingProxyType({"aes": 32, "sm": 16})
FINDING_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class NoKey(Refusal):
    """Nothing can be sealed, because no key was set up."""

    code = "PERSONAL_DATA_NO_KEY"
    en = "This installation has no key for personal data yet. Ask its administrator for one (`gongguan personal-data new-key`)."
    zh = "平台尚未设置个人信息加密密钥。请联系管理员设置（gongguan personal-data new-key）。"


class UnknownKey(Refusal):
    """It was sealed with a key that this installation does not have."""

    code = "PERSONAL_DATA_KEY_UNKNOWN"
    en = "This was encrypted with the key “{key}”, which this server does not have. Ask its administrator to put it back into the key file."
    zh = "该信息以密钥“{key}”加密，本服务器没有该密钥。请联系管理员将其放回密钥文件。"


class DoesNotOpen(Refusal):
    """The key does not fit, or something of what lies in the database was changed past the platform. Which, cannot be told."""

    code = "PERSONAL_DATA_DOES_NOT_OPEN"
    en = (
        "This entry cannot be decrypted: the key “{key}” is not the one it was encrypted with, or the entry was altered in the "
        "database. Report it to the administrator; record the value anew once that is cleared up."
    )
    zh = "该信息无法解密：密钥“{key}”与加密时所用的不一致，或数据库中的内容被改动。请报告管理员，查明后重新登记。"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an installation. A wrong length of either secret raises ValueError."""

    id: str
    suite: Suite
    sealing: bytes = field(repr=False)
    finding: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if (len(self.sealing), len(self.finding)) != (SEALING_BYTES[self.suite], FINDING_BYTES):
            raise ValueError(f"the key {self.id} has secrets of the wrong length")

    def seal(self, plain: str, *bound: bytes) -> bytes:
        """The plain text sealed, so that it opens only with the same parts beside it."""
        nonce = os.urandom(NONCE_BYTES)
        sealing = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(self._beside(bound))
        return nonce + sealing.update(plain.encode()) + sealing.finalize() + sealing.tag

    def open(self, sealed: bytes, *bound: bytes) -> str:
        """What was sealed. Raises `DoesNotOpen`."""
        nonce, text, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
        try:
            opening = Cipher(self._cipher, modes.GCM(nonce, tag)).decryptor()
            opening.authenticate_additional_data(self._beside(bound))
            return (opening.update(text) + opening.finalize()).decode()
        except (InvalidTag, ValueError):  # ValueError: too short to have been a seal at all
            raise DoesNotOpen(key=self.id) from None

    def digest(self, *parts: bytes) -> bytes:
        """The keyed hash of these parts: the same for the same, and of no use without the key."""
        hashing = hmac.HMAC(self.finding, hashes.SM3() if self.suite == "sm" else hashes.SHA256())
        hashing.update(_apart(parts))
        return hashing.finalize()

    @property
    def _cipher(self) -> algorithms.AES | algorithms.SM4:
        return algorithms.SM4(self.sealing) if self.suite == "sm" else algorithms.AES(self.sealing)

    def _beside(self, bound: tuple[bytes, ...]) -> bytes:
        return _apart((b"gongguan personal data", self.suite.encode(), self.id.encode(), *bound))


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an installation: what is sealed from now on is sealed with the `current` one; None: nothing can be."""

    known: Mapping[str, Key] = field(default_factory=dict)
    current_id: str | None = None

    @property
    def current(self) -> Key:
        """The key to seal with. Raises `NoKey`."""
        if self.current_id is None:
            raise NoKey
        return self.known[self.current_id]

    @property
    def every(self) -> Collection[Key]:
        """All keys: what is sought may lie under any. Raises `NoKey` where there is none."""
        if not self.known:
            raise NoKey
        return self.known.values()

    def named(self, key_id: str) -> Key:
        """The key with this id. Raises `UnknownKey`."""
        try:
            return self.known[key_id]
        except KeyError:
            raise UnknownKey(key=key_id) from None


def _apart(parts: tuple[bytes, ...]) -> bytes:
    """The parts as one, so that no two lists of parts are the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
