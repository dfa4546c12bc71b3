"""`Work`: what a command or a query is handed, and `Errand`: the same for the platform's own machinery.

Both are opened and committed by the edge (`domain/edge.py`), never by a command. They hold no logic beyond asking
the authority and the shelf of rulebooks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from policies.authority import Authority
from tenancy.actor import Actor, Lent

if TYPE_CHECKING:
    from domain.calendars.rules import WorkingCalendar
    from domain.personal_data.sealing import Keys
    from domain.rulebooks.rules import Rulebook, Shelf


@dataclass(slots=True)
class Work:
    """One transaction of one actor: the session, who acts, what they may, the county's rules, and the time.

    `in_place_of` is the absent colleague without whose lent right the act would have been refused. Own rights come
    first: who could have done it anyway stands in nobody's place.
    """

    session: AsyncSession
    actor: Actor
    authority: Authority
    shelf: Shelf
    calendar: WorkingCalendar
    now: datetime
    # Asked for when something is sealed or opened, so that a new key is known without a new start.
    keys: Callable[[], Keys]
    # Files that were opened through oversight in this transaction; the edge leaves a line for each before answering.
    openings: list[tuple[str, UUID]] = field(default_factory=list)
    in_place_of: Lent | None = None
    today: date = field(init=False)
    """The day it is in the county."""

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(self.actor.zone).date()

    @property
    def county_id(self) -> UUID:
        """The county in which everything of this work happens."""
        return self.actor.county_id

    def rulebook_on(self, day: date) -> Rulebook:
        """The rules between tenants as they stood on the day a matter began."""
        return self.shelf.on(day)

    @property
    def intended_id(self) -> UUID | None:
        """The person of whom the act was expected, where somebody else stands in for them."""
        return None if self.in_place_of is None else self.in_place_of.person_id

    def require(self, action: str, aspect: str, row: Any) -> None:
        """Refuse unless the actor may do `action` on this aspect of the row. Raises `NotPermitted`.

        From here on the work knows whether it is done in somebody's place.
        """
        self.authority.require(action, aspect, row)
        if self.actor.lent is not None and not self.authority.by_own_right().may(action, aspect, row):
            self.in_place_of = self.actor.lent

    def may(self, action: str, aspect: str, row: Any) -> bool:
        """Whether the actor may do `action` on this aspect of the row."""
        return self.authority.may(action, aspect, row)

    def visible(self, model: Any, aspect: str) -> ColumnElement[bool]:
        """The filter for rows of which the actor may read this aspect."""
        return self.authority.visible(model, aspect)

    def visible_as(self, model: Any, aspect: str, relation: str) -> ColumnElement[bool]:
        """The filter for the rows among these to which the actor stands in one relation: one side's list."""
        return self.authority.visible_as(model, aspect, relation)


@dataclass(slots=True)
class Errand:
    """One transaction of the platform's own machinery in one county: nobody acts, so nobody's rights are asked."""

    session: AsyncSession
    county_id: UUID
    now: datetime
