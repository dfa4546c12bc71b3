"""What a line commits to, how seals chain, what a checkpoint says, and what a verification can find.

Pure digests and words, the same for writing and verifying. Nothing here reads a table or a file, or decides what is
worth a line.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tenancy.refusals import Language

# What the first seal of a county follows.
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that is about to be recorded: `action` in the past tense, `content` JSON-able."""

    action: str
    subject_kind: str
    subject_id: UUID
    content: Mapping[str, Any]


def commitment(salt: bytes, content: Mapping[str, Any]) -> bytes:
    """What a line keeps of its content: SHA-256 over a 16-byte salt and the content as canonical JSON."""
    return hashlib.sha256(salt + canonical(content)).digest()


def line_digest(
    *,
    county_id: UUID,
    line_id: UUID,
    at: datetime,
    action: str,
    subject_kind: str,
    subject_id: UUID,
    tenant_id: UUID | None,
    person_id: UUID | None,
    capacity_id: UUID | None,
    for_person_id: UUID | None,
    for_capacity_id: UUID | None,
    commitment: bytes,
) -> bytes:
    """The digest of a whole line: a change to any part of it shows."""
    return hashlib.sha256(
        canonical(
            {
                "county": county_id,
                "line": line_id,
                "at": at.astimezone(UTC).isoformat(),
                "action": action,
                "subject_kind": subject_kind,
                "subject": subject_id,
                "tenant": tenant_id,
                "person": person_id,
                "capacity": capacity_id,
                "for_person": for_person_id,
                "for_capacity": for_capacity_id,
                "commitment": commitment.hex(),
            }
        )
    ).digest()


def seal_digest(
    *, county_id: UUID, number: int, previous: bytes, sealed_at: datetime, lines: Iterable[bytes]
) -> bytes:
    """The digest of a seal: its place in the chain, the seal before it, its time, and its lines in order."""
    digest = hashlib.sha256(
        canonical(
            {
                "county": county_id,
                "seal": number,
                "previous": previous.hex(),
                "sealed_at": sealed_at.astimezone(UTC).isoformat(),
            }
        )
    )
    for line in lines:
        digest.update(line)
    return digest.digest()


def canonical(content: Mapping[str, Any]) -> bytes:
    """JSON that is the same for equal content: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    ).encode()


class NotACheckpoint(ValueError):
    """A line of a checkpoint file that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """That a county's chain had come so far: the seal's number and digest, at an instant of the wall clock.

    `key` names the signing key by the beginning of its SHA-256. Kept outside the database, one JSON line each.
    """

    county_id: UUID
    number: int
    digest: bytes
    at: datetime
    key: str
    signature: bytes

    @staticmethod
    def sign(
        *, county_id: UUID, number: int, digest: bytes, at: datetime, by: Ed25519PrivateKey
    ) -> "Checkpoint":
        """A checkpoint signed with this key."""
        key = key_name(by.public_key())
        unsigned = Checkpoint(
            county_id=county_id, number=number, digest=digest, at=at, key=key, signature=b""
        )
        return Checkpoint(
            county_id=county_id,
            number=number,
            digest=digest,
            at=at,
            key=key,
            signature=by.sign(canonical(unsigned._said())),
        )

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the owner of this key said exactly this."""
        try:
            key.verify(self.signature, canonical(self._said()))
        except InvalidSignature:
            return False
        return True

    def as_line(self) -> str:
        """The JSON line, without its end."""
        return canonical(
            self._said() | {"signature": base64.b64encode(self.signature).decode("ascii")}
        ).decode()

    @staticmethod
    def from_line(line: str) -> "Checkpoint":
        """What `as_line` wrote. Raises `NotACheckpoint`."""
        try:
            said = json.loads(line)
            return Checkpoint(
                county_id=UUID(said["county"]),
                number=int(said["seal"]),
                digest=bytes.fromhex(said["digest"]),
                at=datetime.fromisoformat(said["at"]),
                key=str(said["key"]),
                signature=base64.b64decode(said["signature"], validate=True),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotACheckpoint(line) from error

    def _said(self) -> dict[str, Any]:
        return {
            "county": str(self.county_id),
            "seal": self.number,
            "digest": self.digest.hex(),
            "at": self.at.astimezone(UTC).isoformat(),
            "key": self.key,
        }


def key_name(key: Ed25519PublicKey) -> str:
    """A short name of a public key, to tell one from the next after a change of keys."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def chain_lock(county_id: UUID) -> int:
    """The number of the advisory lock that a county's sealer holds: a signed 64-bit integer."""
    return int.from_bytes(hashlib.sha256(b"audit chain" + county_id.bytes).digest()[:8], signed=True)


# A sealer that is well seals within about a second; what waits longer was never announced to it, or it is not well.
WAITS_AT_MOST = timedelta(minutes=10)

# Beyond this, more of the same tell nobody more.
FINDINGS_TOLD_AT_MOST = 200

# Code → what it says in English and Chinese.
FINDINGS: Mapping[str, tuple[str, str]] = {
    "line_edited": (
        "line {line} (seal {seal}) is not what was sealed: it was edited",
        "记录 {line}（封存第{seal}号）与封存时不一致：已被改动",
    ),
    "line_removed": (
        "line {line} was sealed (seal {seal}) and is gone: it was removed",
        "记录 {line} 已封存（封存第{seal}号）但不存在：已被删除",
    ),
    "line_inserted": (
        "line {line} of {at} was neither sealed nor is it waiting to be: it was inserted, or its seal was removed",
        "记录 {line}（{at}）既未封存也不在待封存之列：系后来插入，或其封存已被删除",
    ),
    "line_never_sealed": (
        "line {line} has waited {age} for its seal: the sealer does not run, or the line was inserted",
        "记录 {line} 待封存已达 {age}：封存程序未运行，或该记录系后来插入",
    ),
    "content_altered": (
        "the content of line {line} (seal {seal}) is not what the line commits to: it was edited",
        "记录 {line}（封存第{seal}号）的内容与其承诺值不符：内容已被改动",
    ),
    "seal_altered": (
        "seal {seal} does not match the lines it names: lines were added, taken out or exchanged, or the seal was edited",
        "封存第{seal}号与其所列记录不符：记录被增删、调换，或封存本身被改动",
    ),
    "chain_broken": (
        "seal {seal} does not follow from the one before it: something before it was rewritten",
        "封存第{seal}号与前一号不衔接：其前的封存被改写",
    ),
    "seals_missing": (
        "seals {first} to {last} are missing from the chain",
        "封存第{first}号至第{last}号缺失",
    ),
    "chain_cut": (
        "a checkpoint of {at} knows seal {seal}, and the chain ends at {head}: its end was cut off",
        "{at} 的校验点记有封存第{seal}号，而现有封存仅至第{head}号：末尾已被截去",
    ),
    "chain_rewritten": (
        "seal {seal} is not the one that the checkpoint of {at} knows: the chain was rewritten",
        "封存第{seal}号与 {at} 的校验点不符：封存链已被改写",
    ),
    "checkpoint_forged": (
        "the checkpoint of {at} for seal {seal} is not signed with the given key: it was edited, or another key signed it",
        "{at} 关于封存第{seal}号的校验点签名无效：校验点被改动，或由其他密钥签署",
    ),
    "checkpoint_unreadable": (
        "a line of the checkpoints' file is no checkpoint: {line}",
        "校验点文件中有一行不是校验点：{line}",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a trail. `code` is a key of FINDINGS."""

    code: str
    facts: Mapping[str, object]

    def sentence(self, language: Language) -> str:
        """The finding in words."""
        en, zh = FINDINGS[self.code]
        return (zh if language == "zh" else en).format(**self.facts)


@dataclass(slots=True)
class Report:
    """What a verification saw, and what it found wrong. Erased contents are counted, and are nothing wrong.

    `sealed_late` counts lines dated more than WAITS_AT_MOST before their seal: the sealer was away then, or the lines
    were put in afterwards. `checkpointed_to` is the latest seal that a valid checkpoint vouches for; a rewriting of
    what came after it would go unseen.
    """

    county_id: UUID
    seals: int = 0
    lines: int = 0
    waiting: int = 0
    erased: int = 0
    sealed_late: int = 0
    checkpointed_to: int = 0
    findings: list[Finding] = field(default_factory=list)
    findings_in_all: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.findings_in_all == 0

    def found(self, code: str, **facts: object) -> None:
        """Note something that is wrong."""
        self.findings_in_all += 1
        if len(self.findings) < FINDINGS_TOLD_AT_MOST:
            self.findings.append(Finding(code, facts))

    def sentences(self, language: Language) -> list[str]:
        """The report in words: first what was seen, then each finding."""
        unvouched = self.seals - min(self.checkpointed_to, self.seals)
        if language == "zh":
            seen = (
                f"共核对封存 {self.seals} 个、记录 {self.lines} 条；待封存 {self.waiting} 条，内容已依规清除 {self.erased} 条，"
                f"延迟封存 {self.sealed_late} 条；末尾 {unvouched} 个封存尚无校验点。"
            )
            verdict = "未发现问题。" if self.is_sound else f"发现问题 {self.findings_in_all} 处："
        else:
            seen = (
                f"{self.seals} seals with {self.lines} lines checked; {self.waiting} lines wait for a seal, the contents of "
                f"{self.erased} were erased, {self.sealed_late} were sealed late; no checkpoint vouches for the last "
                f"{unvouched} seals yet."
            )
            verdict = "Nothing is wrong." if self.is_sound else f"{self.findings_in_all} things are wrong:"
        return [seen, verdict, *(finding.sentence(language) for finding in self.findings)]
