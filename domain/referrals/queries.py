"""Reading referrals: always through the actor's filter, so that what is not one's own is not found."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, func, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql import column
from sqlalchemy.types import Integer, Uuid

from domain.columns import Columns, also, read
from domain.deadlines import queries as deadlines
from domain.filters import Age, any_of, streamed
from domain.referrals.filters import (
    Box,
    Filter,
    Wanted,
    conditions,
    due_today,
    is_of_the_box,
    of_the_box,
    overdue,
)
from domain.referrals.models import (
    Referral,
    ReferralArticle,
    ReferralEvent,
    ReferralMaterial,
    ReferralNote,
)
from domain.referrals.rules import ADMITTED_BY, TRANSITIONS, Act
from domain.spans import Order, Shape, Span, by_age, in_names, ordered, shape_of, spanned, values_of
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

Part = TypeVar("Part", ReferralArticle, ReferralEvent, ReferralMaterial, ReferralNote)


async def the(work: Work, referral_id: UUID, *, to_change: bool = False) -> Referral:
    """One referral, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(Referral).where(
        Referral.county_id == work.county_id,
        work.visible(Referral, "referral.letter"),
        Referral.id == referral_id,
    )
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def open_acts(work: Work, referral: Referral) -> list[Act]:
    """What the actor could do with it now, as far as its state, rights and the rules of the place go."""
    rulebook = work.rulebook_on(referral.began_on)
    return [
        act
        for act, transition in TRANSITIONS.items()
        if referral.state in transition.states
        and work.may(act, "referral.letter", referral)
        and (act not in ADMITTED_BY or rulebook.admits(ADMITTED_BY[act]))
        and act != ("resume" if referral.suspension is None else "suspend")
    ]


@Statement
def _of_ids(asks: Asks) -> Select[Referral]:
    return select(Referral).where(
        Referral.county_id == asks.county_id,
        asks.visible(Referral, "referral.letter"),
        Referral.id == asks.any_of("ids"),
    )


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Referral]:
    """The referrals with these ids, by id; those that are not visible are absent."""
    return {referral.id: referral for referral in await _of_ids(work, ids=list(ids))}


@Statement
def _page_of_the_box(asks: Asks, box: Box, open: bool | None, age: Age, shape: Shape) -> Select[Referral]:
    listed = select(Referral).where(*of_the_box(asks, Wanted(box=box, filter=Filter(open=open))))
    order = by_age(Referral.id, age)
    return spanned(listed, order, in_names(order, shape, asks.given))


async def page(
    work: Work, *, wanted: Wanted, age: Age, span: Span[UUID], columns: Columns = None
) -> Sequence[Referral]:
    """A part of the referrals in this order. A referral's place is its id."""
    columns, order = also(columns, "id"), by_age(Referral.id, age)
    if is_of_the_box(wanted):
        asked = wanted.box, wanted.filter.open, age, shape_of(span)
        return await _page_of_the_box(work, *asked, columns=columns, **values_of(order, span))
    referrals = select(Referral).where(*await conditions(work, wanted))
    return await read(work.session, spanned(referrals, order, span), columns)


async def ids(work: Work, *, wanted: Wanted, age: Age) -> AsyncIterator[UUID]:
    """The ids of all of them in this order, as they come."""
    listed = select(Referral.id).where(*await conditions(work, wanted))
    async for each in streamed(work.session, ordered(listed, by_age(Referral.id, age))):
        yield each


async def among_ids(work: Work, *, wanted: Wanted, ids: Sequence[UUID]) -> dict[UUID, Referral]:
    """The referrals with these ids, by id; those that are not wanted, or not any more, are absent."""
    listed = select(Referral).where(*await conditions(work, wanted), Referral.id == any_of(ids))
    return {referral.id: referral for referral in await work.session.scalars(listed)}


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many referrals there are."""
    return await _count(work, await conditions(work, wanted))


async def count_by_state(work: Work, *, wanted: Wanted) -> dict[str, int]:
    """How many referrals there are in each state; states without any are absent."""
    counted = await work.session.execute(
        select(Referral.state, func.count().label("number"))
        .where(*await conditions(work, wanted))
        .group_by(Referral.state)
    )
    return {row.state: row.number for row in counted}


async def count_overdue(work: Work, *, wanted: Wanted, side: deadlines.Side) -> int:
    """In how many of the referrals a deadline of this side has run out."""
    return await _count(work, (*await conditions(work, wanted), overdue(work, {side})))


async def count_due_today(work: Work, *, wanted: Wanted, side: deadlines.Side) -> int:
    """In how many of the referrals a deadline of this side runs out today."""
    return await _count(work, (*await conditions(work, wanted), due_today(work, {side})))


async def events_page(work: Work, *, referral_id: UUID, span: Span[int]) -> Sequence[ReferralEvent]:
    """A part of the events of one referral, in the order in which they happened. An event's place is its number."""
    events = select(ReferralEvent).where(*_events(work), ReferralEvent.referral_id == referral_id)
    return (await work.session.scalars(spanned(events, Order((ReferralEvent.number,)), span))).all()


async def last_event_number(work: Work, referral_id: UUID) -> int:
    """The number of the latest event of one referral that the actor may see; 0 where there is none."""
    return (
        await work.session.scalar(
            select(func.max(ReferralEvent.number)).where(
                *_events(work), ReferralEvent.referral_id == referral_id
            )
        )
    ) or 0


async def events_count(work: Work, *, referral_id: UUID) -> int:
    """How many events of one referral the actor may see."""
    return (
        await work.session.scalar(
            select(func.count())
            .select_from(ReferralEvent)
            .where(*_events(work), ReferralEvent.referral_id == referral_id)
        )
    ) or 0


@Statement
def _last_events(asks: Asks) -> Select[ReferralEvent]:
    asked = (
        func.unnest(asks.given("ids", ARRAY(Uuid)))
        .table_valued(column("referral_id", Uuid))
        .render_derived(name="asked")
    )
    last = (
        select(ReferralEvent)
        .where(*_events(asks), ReferralEvent.referral_id == asked.c.referral_id)
        .order_by(ReferralEvent.number.desc())
        .limit(asks.given("most", Integer()))
        .correlate(asked)
    ).lateral("last")
    event = aliased(ReferralEvent, last)
    return select(event).select_from(asked.join(last, true())).order_by(event.number.desc())


async def last_events_of(
    work: Work, referral_ids: Collection[UUID], n: int, *, columns: Columns = None
) -> dict[UUID, list[ReferralEvent]]:
    """The last `n` events of each of these referrals, newest first, in one statement."""
    found = await _last_events(work, columns=also(columns, "referral_id"), ids=list(referral_ids), most=n)
    return _by_referral(found, referral_ids)


async def materials_of(work: Work, referral_ids: Collection[UUID]) -> dict[UUID, list[ReferralMaterial]]:
    """The list of materials of each of these referrals, in the order in which they were attached."""
    found = await work.session.scalars(
        select(ReferralMaterial)
        .where(
            ReferralMaterial.county_id == work.county_id,
            work.visible(ReferralMaterial, "referral.materials"),
            ReferralMaterial.referral_id == any_of(referral_ids),
        )
        .order_by(ReferralMaterial.id)
    )
    return _by_referral(found.all(), referral_ids)


async def material(work: Work, material_id: UUID) -> ReferralMaterial:
    """One material of the list. Raises `NotFound`."""
    found = await work.session.scalar(
        select(ReferralMaterial).where(
            ReferralMaterial.county_id == work.county_id,
            work.visible(ReferralMaterial, "referral.materials"),
            ReferralMaterial.id == material_id,
        )
    )
    if found is None:
        raise NotFound
    return found


async def articles_of(work: Work, referral_ids: Collection[UUID]) -> dict[UUID, list[ReferralArticle]]:
    """The list of articles of each of these referrals, in the order in which they were listed."""
    found = await work.session.scalars(
        select(ReferralArticle)
        .where(*_articles(work), ReferralArticle.referral_id == any_of(referral_ids))
        .order_by(ReferralArticle.id)
    )
    return _by_referral(found.all(), referral_ids)


async def article(work: Work, article_id: UUID) -> ReferralArticle:
    """One article of the list. Raises `NotFound`."""
    found = await work.session.scalar(
        select(ReferralArticle).where(*_articles(work), ReferralArticle.id == article_id)
    )
    if found is None:
        raise NotFound
    return found


async def anything_new(work: Work, referral_id: UUID) -> bool:
    """Whether something was attached or listed that the receiver has not been handed yet."""
    waiting = [
        select(part.id).where(
            part.county_id == work.county_id, part.referral_id == referral_id, part.to_id.is_(None)
        )
        for part in (ReferralMaterial, ReferralArticle)
    ]
    return (await work.session.scalar(union_all(*waiting).limit(1))) is not None


async def notes_of(work: Work, referral_ids: Collection[UUID]) -> dict[UUID, list[ReferralNote]]:
    """What the acting body noted for itself about each of these referrals, in that order."""
    found = await work.session.scalars(
        select(ReferralNote)
        .where(
            ReferralNote.county_id == work.county_id,
            work.visible(ReferralNote, "referral.notes"),
            ReferralNote.referral_id == any_of(referral_ids),
        )
        .order_by(ReferralNote.id)
    )
    return _by_referral(found.all(), referral_ids)


async def note(work: Work, note_id: UUID) -> ReferralNote:
    """One note of the acting body's own. Raises `NotFound`."""
    found = await work.session.scalar(
        select(ReferralNote).where(
            ReferralNote.county_id == work.county_id,
            work.visible(ReferralNote, "referral.notes"),
            ReferralNote.id == note_id,
        )
    )
    if found is None:
        raise NotFound
    return found


async def onward_of(work: Work, referral_ids: Collection[UUID]) -> dict[UUID, list[Referral]]:
    """The referrals by which each of these was passed on, as far as they are visible."""
    found = await work.session.scalars(
        select(Referral)
        .where(
            Referral.county_id == work.county_id,
            work.visible(Referral, "referral.letter"),
            Referral.onward_of == any_of(referral_ids),
        )
        .order_by(Referral.id)
    )
    onward: dict[UUID, list[Referral]] = {one: [] for one in referral_ids}
    for referral in found:
        if referral.onward_of is not None:
            onward[referral.onward_of].append(referral)
    return onward


async def open_material(work: Work, material_id: UUID) -> ReferralMaterial:
    """One material whose contents the actor may read; through oversight, that leaves a line before the answer.

    Raises `NotFound` for what is not on the actor's list, and for contents that are not open to the actor.
    """
    found = await work.session.scalar(
        select(ReferralMaterial).where(
            ReferralMaterial.county_id == work.county_id,
            or_(
                work.visible(ReferralMaterial, "referral.file"),
                work.authority.visible(ReferralMaterial, "referral.file", "open"),
            ),
            ReferralMaterial.id == material_id,
        )
    )
    if found is None:
        raise NotFound
    if not work.may("read", "referral.file", found):
        work.openings.append(("referral", found.referral_id))
    return found


def _events(asks: Work | Asks) -> list[ColumnElement[bool]]:
    return [ReferralEvent.county_id == asks.county_id, asks.visible(ReferralEvent, "referral.events")]


def _articles(work: Work) -> list[ColumnElement[bool]]:
    return [ReferralArticle.county_id == work.county_id, work.visible(ReferralArticle, "referral.articles")]


async def _count(work: Work, those: Iterable[ColumnElement[bool] | TextClause]) -> int:
    return (await work.session.scalar(select(func.count()).select_from(Referral).where(*those))) or 0


def _by_referral(parts: Sequence[Part], ids: Collection[UUID]) -> dict[UUID, list[Part]]:
    grouped: dict[UUID, list[Part]] = {one: [] for one in ids}
    for part in parts:
        grouped[part.referral_id].append(part)
    return grouped
