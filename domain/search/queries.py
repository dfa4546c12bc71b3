"""Finding matters by words, as conditions that a list adds to its own; nothing is read here."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.search.models import SearchGram, SearchText
from domain.search.rules import probes, words
from domain.work import Work

HIGHEST = "\U0010ffff"

Side = Callable[[Any], ColumnElement[bool]]
"""The side from which a list is seen, as a condition on a table with the columns of a shared matter."""


def holding(
    work: Work, subject: InstrumentedAttribute[UUID], sought: str, *, aspect: str, seen_from: Side
) -> Iterator[ColumnElement[bool]]:
    """The matters that hold every word of the search text, each somewhere. Blanks alone narrow nothing.

    Raises `SearchTooLong`.
    """
    wanted = words(sought)
    for gram in probes(wanted):
        yield subject.in_(
            select(SearchGram.subject_id).where(
                SearchGram.county_id == work.county_id,
                work.visible(SearchGram, aspect),
                seen_from(SearchGram),
                _is(gram),
            )
        )
    if wanted:
        # Grams find candidates; this decides.
        yield subject.in_(
            select(SearchText.subject_id).where(
                SearchText.county_id == work.county_id,
                work.visible(SearchText, aspect),
                seen_from(SearchText),
                *(func.strpos(SearchText.folded, word) > 0 for word in wanted),
            )
        )


def _is(gram: str) -> ColumnElement[bool]:
    if len(gram) > 1:
        return SearchGram.gram == gram
    # A single character begins some gram wherever it stands.
    return SearchGram.gram.between(gram, gram + HIGHEST)
