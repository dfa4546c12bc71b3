"""Finding matters by words, as conditions that a list adds to its own; nothing is read here."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.search.models import SearchGram, SearchText
from domain.search.rules import probes, words
from domain.work import Work

HIGHEST = "\U0010ffff"


def holding(
    work: Work, subject: InstrumentedAttribute[UUID], sought: str, *, aspect: str, relation: str
) -> Iterator[ColumnElement[bool]]:
    """The matters that hold every word of the search text, each somewhere. Blanks alone narrow nothing.

    `relation` is that in which the actor stands to the matters of the list: each side has its own index.
    Raises `SearchTooLong`.
    """
    wanted = words(sought)
    for gram in probes(wanted):
        yield subject.in_(
            select(SearchGram.subject_id).where(
                SearchGram.county_id == work.county_id,
                work.visible_as(SearchGram, aspect, relation),
                _is(gram),
            )
        )
    if wanted:
        # Grams find candidates; this decides.
        yield subject.in_(
            select(SearchText.subject_id).where(
                SearchText.county_id == work.county_id,
                work.visible_as(SearchText, aspect, relation),
                *(func.strpos(SearchText.folded, word) > 0 for word in wanted),
            )
        )


def _is(gram: str) -> ColumnElement[bool]:
    if len(gram) > 1:
        return SearchGram.gram == gram
    # A single character begins some gram wherever it stands.
    return and_(SearchGram.gram >= gram, SearchGram.gram <= gram + HIGHEST)
