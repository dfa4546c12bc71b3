"""What an entry of the inbox is, and how a matter in hand is told. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, get_args
from uuid import UUID

from tenancy.refusals import Language

Kind = Literal["notice", "in_hand"]

KINDS: tuple[Kind, ...] = get_args(Kind)

IN_HAND: Mapping[Language, str] = MappingProxyType(
    {"en": "You have in hand: {title}.", "zh": "您手头在办：{title}。"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that waits for a person in one of their posts: a notice, or a matter that they claimed.

    `id` is the notice's or the assignment's, and with `at`, when it was announced or claimed, its place in the list.
    """

    kind: Kind
    at: datetime
    id: UUID
    post: Any
    subject_kind: str
    subject_id: UUID
    notice: Any = None
    title: str = ""

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands."""
        return self.at, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How much waits in one post."""

    post: Any
    unread: int
    in_hand: int


def sentence(title: str, language: Language) -> str:
    """How a matter in hand is told."""
    return IN_HAND[language].format(title=title)
