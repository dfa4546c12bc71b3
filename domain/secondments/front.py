"""Time at the front: what each secondment of a person says of it, written whenever one of them changes."""

from collections.abc import Callable, Collection
from datetime import date

from domain.rulebooks.rules import Rulebook
from domain.secondments.models import Secondment
from domain.secondments.rules import counted_since

FRONT_MODES = "staff.front_modes"


def count_time(entries: Collection[Secondment], *, rulebook_on: Callable[[date], Rulebook]) -> None:
    """Let each of these entries, which are all of one person, say from when its time at the front counts."""
    counting = [each for each in entries if _counts(each, rulebook_on(each.since))]
    stretches = [(each.since, each.until) for each in counting]
    for each in entries:
        each.counted_since = counted_since(each.since, stretches) if each in counting else None


def _counts(entry: Secondment, rulebook: Rulebook) -> bool:
    """Whether it ever began, in a mode that is of the front by the rules of its first day."""
    begins = entry.until is None or entry.until >= entry.since
    return begins and rulebook.answers(FRONT_MODES) and entry.mode in rulebook.texts(FRONT_MODES)
