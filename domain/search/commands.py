"""Keeping what can be found in step with the matter, in the transaction that changes it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, any_, cast, delete, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from domain.search.models import SearchGram, SearchText
from domain.search.rules import folded_together, grams
from domain.work import Work
from tenancy.many import insert_many

Table = type[SearchText] | type[SearchGram]


async def keep(
    work: Work,
    *,
    subject_id: UUID,
    from_id: UUID,
    to_id: UUID | None,
    overseen_id: UUID | None,
    texts: Iterable[str],
) -> None:
    """From now on the matter is found by these texts and no others, by these parties and by oversight.

    Only what changed is written; whoever calls it has locked the matter.
    """
    text, parties = folded_together(texts), {"to_id": to_id, "overseen_id": overseen_id}
    now, before = grams(text), frozenset[str]()
    kept = await _kept(work, subject_id)
    if kept is None:
        fresh = {"county_id": work.county_id, "subject_id": subject_id, "from_id": from_id, "folded": text}
        await work.session.execute(insert(SearchText).values(fresh | parties))
    else:
        before = grams(kept.folded)
        if kept.folded != text:
            await _change(work, SearchText, subject_id, folded=text)
        if (kept.to_id, kept.overseen_id) != (to_id, overseen_id):
            await _change(work, SearchText, subject_id, **parties)
            await _change(work, SearchGram, subject_id, **parties)
    await _remove(work, subject_id, before - now)
    await _add(work, now - before, subject_id=subject_id, from_id=from_id, **parties)


async def forget(work: Work, *, subject_id: UUID) -> None:
    """The matter is no more, and nothing of its texts is left."""
    for table in (SearchGram, SearchText):
        await work.session.execute(delete(table).where(*_of(work, table, subject_id)))


async def _kept(work: Work, subject_id: UUID) -> Row[UUID | None, UUID | None, str] | None:
    found = await work.session.execute(
        select(SearchText.to_id, SearchText.overseen_id, SearchText.folded).where(
            *_of(work, SearchText, subject_id)
        )
    )
    return found.one_or_none()


async def _change(work: Work, table: Table, subject_id: UUID, **values: str | UUID | None) -> None:
    await work.session.execute(update(table).where(*_of(work, table, subject_id)).values(values))


async def _remove(work: Work, subject_id: UUID, gone: frozenset[str]) -> None:
    if gone:
        those = SearchGram.gram == any_(cast(sorted(gone), ARRAY(Text)))
        await work.session.execute(delete(SearchGram).where(*_of(work, SearchGram, subject_id), those))


async def _add(work: Work, fresh: frozenset[str], **of_each: UUID | None) -> None:
    if fresh:
        rows = [{"county_id": work.county_id, "gram": gram, **of_each} for gram in sorted(fresh)]
        # What two bodies share, nobody takes back: a gram of words that a shared matter no longer says is still there.
        # It does no harm, because the matter's text decides.
        await insert_many(work.session, SearchGram, rows, skip_known=True)


def _of(work: Work, table: Table, subject_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return table.county_id == work.county_id, table.subject_id == subject_id
