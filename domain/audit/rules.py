"""What a line commits to and how seals chain: pure digests, the same for writing, sealing and verifying.

Nothing here reads a table or decides what is worth a line.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# What the first seal of a county follows.
GENESIS = bytes(32)


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
                "commitment": commitment.hex(),
            }
        )
    ).digest()


def seal_digest(*, county_id: UUID, number: int, previous: bytes, lines: Iterable[bytes]) -> bytes:
    """The digest of a seal: covers its place in the chain, the seal before it and its lines in order."""
    digest = hashlib.sha256(canonical({"county": county_id, "seal": number, "previous": previous.hex()}))
    for line in lines:
        digest.update(line)
    return digest.digest()


def canonical(content: Mapping[str, Any]) -> bytes:
    """JSON that is the same for equal content: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    ).encode()
