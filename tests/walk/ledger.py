"""What front ends asked and what they were answered: all that a county could know of what happened."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Asked:
    """One act that somebody wanted, under one key, however often it was sent."""

    mutation: str
    capacity: UUID
    referral: UUID | None
    """What it is about; of a draft, what it became."""
    version: int
    """The version that was expected; 0 before there is any."""
    refused: str | None = None
    done: bool = False
    sendings: int = 0
    unanswered: int = 0
    """How often nobody came back: it was done, or it was not."""


@dataclass
class Ledger:
    """Everything that was asked in one county."""

    asked: list[Asked] = field(default_factory=list)

    def done(self, *mutations: str) -> list[Asked]:
        """What was answered as done, of these kinds or of any."""
        return [each for each in self.asked if each.done and (not mutations or each.mutation in mutations)]

    @property
    def discarded(self) -> set[UUID | None]:
        """What is no more."""
        return {each.referral for each in self.done("discardReferral")}

    def summary(self) -> str:
        """How much was done, refused, and sent more than once."""
        refused: dict[str, int] = {}
        for each in self.asked:
            if each.refused:
                refused[each.refused] = refused.get(each.refused, 0) + 1
        done: dict[str, int] = {}
        for each in self.done():
            done[each.mutation] = done.get(each.mutation, 0) + 1
        again = sum(each.sendings > 1 for each in self.asked)
        unanswered = sum(each.unanswered > 0 for each in self.asked)
        return (
            f"{len(self.done())} done {done}, {again} sent again, {unanswered} of them after nobody had answered,"
            f" refused {refused}"
        )
