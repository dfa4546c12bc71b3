"""Finding matters by words: a short look at the grams first, then conditions that a list adds to its own.

How often a word occurs, PostgreSQL's statistics cannot tell under row security: of conditions that say the same for each
county or body it would multiply the odds. So it is not left to guess. The look at the grams stops at `filters.FEW`: if a
gram has fewer matters, these are all there are to look at; if every gram has more, the list is read in its own order
and comes upon them soon. Either way each matter's own text decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, any_, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Uuid

from domain.filters import begins, if_few
from domain.search.models import SearchGram, SearchText
from domain.search.rules import probes, words
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search text asks for; `candidates` are all matters worth looking at, None if they are too many."""

    words: tuple[str, ...]
    candidates: Sequence[UUID] | None


async def search(work: Work, sought: str, *, aspect: str, relation: str) -> Search:
    """The matters to which the actor stands in this relation that hold every word, each somewhere.

    Raises `SearchTooLong`.
    """
    wanted = words(sought)
    candidates: Sequence[UUID] | None = None
    for gram in probes(wanted):
        having = select(SearchGram.subject_id).where(
            SearchGram.county_id == work.county_id,
            work.visible_as(SearchGram, aspect, relation),
            _is(gram),
        )
        candidates = await if_few(work.session, having)
        if candidates is not None:
            break
    return Search(words=wanted, candidates=candidates)


def holding(
    work: Work, subject: InstrumentedAttribute[UUID], sought: Search, *, aspect: str, relation: str
) -> list[ColumnElement[bool]]:
    """The conditions under which a matter is among those that were searched for. Blanks alone narrow nothing."""
    if not sought.words:
        return []
    text = select(SearchText.folded).where(
        SearchText.county_id == work.county_id,
        SearchText.subject_id == subject,
        work.visible_as(SearchText, aspect, relation),
        *(func.strpos(SearchText.folded, word) > 0 for word in sought.words),
    )
    # With an offset it stays what it says, a look at one row's text, and is not turned into a join.
    holds = text.offset(literal_column("0")).exists()
    if sought.candidates is None:
        return [holds]
    return [subject == any_(cast(sought.candidates, ARRAY(Uuid))), holds]


def _is(gram: str) -> ColumnElement[bool]:
    if len(gram) > 1:
        return SearchGram.gram == gram
    # A single character begins some gram wherever it stands.
    return begins(SearchGram.gram, gram)
