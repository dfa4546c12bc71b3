"""The modes of secondment and when an entry is in force. Pure."""

from datetime import date
from typing import Literal, get_args

Mode = Literal["stationed", "area_team", "itinerant"]

MODES: tuple[Mode, ...] = get_args(Mode)


def in_force(*, since: date, until: date | None, on: date) -> bool:
    """Whether a secondment holds on that day; both its first and its last day count."""
    return since <= on and (until is None or on <= until)
