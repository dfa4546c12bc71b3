"""Reading alerts and their notices: always through the actor's filter, so that what is not one's own is not found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, select

from domain.alerts.models import Alert, AlertNotice
from domain.alerts.rules import NoticeState, State
from domain.filters import Age, among, any_of
from domain.spans import Span, by_age, spanned
from domain.work import Work
from tenancy.refusals import NotFound

LETTER = "alert.letter"
NOTICE = "alert.notice"

Box = Literal["received", "overseen"]
"""Which notices: those sent to the acting body, those of others that it oversees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the list of the acting body's alerts can be narrowed."""

    states: frozenset[State] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """By what a list of notices can be narrowed."""

    states: frozenset[NoticeState] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which notices: from which box, narrowed by what."""

    box: Box
    filter: NoticeFilter = field(default_factory=NoticeFilter)


async def the(work: Work, alert_id: UUID, *, to_change: bool = False) -> Alert:
    """One of the acting body's alerts, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(Alert).where(*_own(work), Alert.id == alert_id)
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Alert]:
    """The alerts with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(select(Alert).where(*_own(work), Alert.id == any_of(ids)))
    return {alert.id: alert for alert in found}


async def page(work: Work, *, by: Filter, age: Age, span: Span[UUID]) -> Sequence[Alert]:
    """A part of the acting body's alerts in this order. An alert's place is its id."""
    alerts = select(Alert).where(*_own(work), *among(Alert.state, by.states))
    return (await work.session.scalars(spanned(alerts, by_age(Alert.id, age), span))).all()


async def count(work: Work, *, by: Filter) -> int:
    """How many alerts the acting body has."""
    counted = select(func.count()).select_from(Alert).where(*_own(work), *among(Alert.state, by.states))
    return (await work.session.scalar(counted)) or 0


async def notice(work: Work, notice_id: UUID, *, to_change: bool = False) -> AlertNotice:
    """One notice, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(AlertNotice).where(*_notices(work), AlertNotice.id == notice_id)
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def notices_of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, AlertNotice]:
    """The notices with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(
        select(AlertNotice).where(*_notices(work), AlertNotice.id == any_of(ids))
    )
    return {each.id: each for each in found}


async def notices_of(work: Work, alert_ids: Collection[UUID]) -> dict[UUID, list[AlertNotice]]:
    """The notices of each of these alerts, in the order in which the recipients were named, in one statement."""
    found = await work.session.scalars(
        select(AlertNotice)
        .where(*_notices(work), AlertNotice.alert_id == any_of(alert_ids))
        .order_by(AlertNotice.id)
    )
    by_alert: dict[UUID, list[AlertNotice]] = {alert_id: [] for alert_id in alert_ids}
    for each in found:
        by_alert[each.alert_id].append(each)
    return by_alert


async def notices_page(work: Work, *, wanted: Wanted, age: Age, span: Span[UUID]) -> Sequence[AlertNotice]:
    """A part of the notices in this order. A notice's place is its id."""
    notices = select(AlertNotice).where(*_conditions(work, wanted))
    return (await work.session.scalars(spanned(notices, by_age(AlertNotice.id, age), span))).all()


async def notices_count(work: Work, *, wanted: Wanted) -> int:
    """How many notices there are."""
    return (
        await work.session.scalar(
            select(func.count()).select_from(AlertNotice).where(*_conditions(work, wanted))
        )
    ) or 0


def _own(work: Work) -> list[ColumnElement[bool]]:
    return [Alert.county_id == work.county_id, work.visible(Alert, LETTER)]


def _notices(work: Work) -> list[ColumnElement[bool]]:
    return [AlertNotice.county_id == work.county_id, work.visible(AlertNotice, NOTICE)]


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = _notices(work)
    match wanted.box:
        case "received":
            conditions.append(AlertNotice.to_id == work.actor.tenant_id)
        case "overseen":
            conditions.append(_overseen(work))
    return [*conditions, *among(AlertNotice.state, wanted.filter.states)]


def _overseen(work: Work) -> ColumnElement[bool]:
    if work.actor.overseen is None:
        return false()
    return and_(AlertNotice.overseen_id.is_not(None), AlertNotice.overseen_id == work.actor.overseen)
