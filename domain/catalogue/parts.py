"""Reading what grows within a thing of the catalogue: an item's versions, and all that hangs on an empowerment.

A notice may give hundreds of items, so each is read part by part, as the lists are. Whoever sees the thing sees its parts:
both are published.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.catalogue.models import Assessment, EmpoweredItem, EmpowermentAcceptance, ItemVersion, Recall
from domain.catalogue.queries import ACCEPTANCE, ITEM, NOTICE, published
from domain.spans import Order, Span, spanned
from domain.work import Work


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind within something: which, on which conditions they are read, `of` what, and in which order."""

    model: type[Any]
    read: Callable[[Work], list[ColumnElement[bool]]]
    of: InstrumentedAttribute[UUID]
    order: tuple[InstrumentedAttribute[Any], ...]

    def position(self, row: Any) -> str:
        """Where a row stands among the others, in words."""
        return " ".join(str(getattr(row, column.key)) for column in self.order)

    def placed(self, position: str) -> Any:
        """The same as the order has it. Raises ValueError."""
        words = position.split(" ")
        if len(words) != len(self.order):
            raise ValueError(position)
        place = tuple(_value(column, word) for column, word in zip(self.order, words, strict=True))
        return place if len(place) > 1 else place[0]


VERSIONS = Part(
    ItemVersion, lambda work: published(work, ItemVersion, ITEM), ItemVersion.item_id, (ItemVersion.since,)
)
GIVEN = Part(
    EmpoweredItem,
    lambda work: published(work, EmpoweredItem, NOTICE),
    EmpoweredItem.empowerment_id,
    (EmpoweredItem.item_id,),
)
ACCEPTANCES = Part(
    EmpowermentAcceptance,
    lambda work: published(work, EmpowermentAcceptance, ACCEPTANCE),
    EmpowermentAcceptance.empowerment_id,
    (EmpowermentAcceptance.township_id,),
)
RECALLS = Part(
    Recall,
    lambda work: published(work, Recall, NOTICE),
    Recall.empowerment_id,
    (Recall.item_id, Recall.township_id),
)
ASSESSMENTS = Part(
    Assessment,
    lambda work: published(work, Assessment, NOTICE),
    Assessment.empowerment_id,
    (Assessment.item_id, Assessment.township_id, Assessment.assessed_on),
)


async def page_of(work: Work, *, part: Part, within: UUID, span: Span[Any]) -> Sequence[Any]:
    """Some of these rows within one thing, in their order."""
    listed = select(part.model).where(*part.read(work), part.of == within)
    return (await work.session.scalars(spanned(listed, Order(part.order), span))).all()


async def count_of(work: Work, *, part: Part, within: UUID) -> int:
    """How many of these rows there are within one thing."""
    counted = select(func.count()).select_from(part.model)
    known = counted.where(*part.read(work), part.of == within)
    return (await work.session.scalar(known)) or 0


def _value(column: InstrumentedAttribute[Any], word: str) -> UUID | date:
    return UUID(word) if column.type.python_type is UUID else date.fromisoformat(word)
