"""Global ids: what names an object to a front end, `Referral:<uuid>` in URL-safe base64.

They are names, not secrets and not proof of anything: what one may see is decided when the object is looked up.
"""

import binascii
from base64 import urlsafe_b64decode
from uuid import UUID

from tenancy.refusals import Refusal


class BadId(Refusal):
    """What was sent as a global id is none, or is one of something else."""

    code = "BAD_ID"
    en = "This is not an id of the kind that is asked for ({wanted}). Send an id as you received it."
    zh = "该编号格式不正确，或不是所需类型（{wanted}）的编号。请原样使用系统给出的编号。"


def global_id(kind: str, identifier: UUID) -> str:
    """The global id of the object of this kind."""
    plain = binascii.b2a_base64(f"{kind}:{identifier}".encode(), newline=False)
    # Letters, colons and hyphens give neither of the two signs that URLs know otherwise: "+" and "/".
    return plain.rstrip(b"=").decode()


def taken_apart(given: str) -> tuple[str, UUID]:
    """Kind and identifier of a global id. Raises ValueError when it is none, whatever was sent."""
    try:
        plain = urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no global id") from error
    kind, colon, identifier = plain.partition(":")
    if not colon or global_id(kind, UUID(identifier)) != given.rstrip("="):
        raise ValueError("no global id")
    return kind, UUID(identifier)


def identifier_of(kind: str, given: str, *, field: str | None = None) -> UUID:
    """The identifier in a global id of this kind. Raises `BadId`."""
    try:
        found, identifier = taken_apart(given)
    except ValueError:
        raise BadId(field=field, wanted=kind) from None
    if found != kind:
        raise BadId(field=field, wanted=kind)
    return identifier
