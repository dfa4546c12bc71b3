"""Reading alerts and their notices: always through the actor's filter, so that what is not one's own is not found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, select

from domain.alerts.models import Alert, AlertNotice
from domain.alerts.rules import NoticeState, State
from domain.work import Work
from tenancy.refusals import NotFound

LETTER = "alert.letter"
NOTICE = "alert.notice"

Box = Literal["received", "overseen"]
"""Which notices: those sent to the acting body, those of others that it oversees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which notices: from which box, in which states."""

    box: Box
    states: frozenset[NoticeState] | None = None


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
    found = await work.session.scalars(select(Alert).where(*_own(work), Alert.id.in_(ids)))
    return {alert.id: alert for alert in found}


async def page(
    work: Work, *, states: Collection[State] | None, after: UUID | None, first: int
) -> Sequence[Alert]:
    """The acting body's alerts, newest first, after the alert `after`; at most `first` and one more."""
    alerts = select(Alert).where(*_own(work, states)).order_by(Alert.id.desc()).limit(first + 1)
    if after is not None:
        alerts = alerts.where(Alert.id < after)
    return (await work.session.scalars(alerts)).all()


async def count(work: Work, *, states: Collection[State] | None) -> int:
    """How many alerts the acting body has."""
    return (
        await work.session.scalar(select(func.count()).select_from(Alert).where(*_own(work, states)))
    ) or 0


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
    found = await work.session.scalars(select(AlertNotice).where(*_notices(work), AlertNotice.id.in_(ids)))
    return {each.id: each for each in found}


async def notices_of(work: Work, alert_ids: Collection[UUID]) -> dict[UUID, list[AlertNotice]]:
    """The notices of each of these alerts, in the order in which the recipients were named, in one statement."""
    found = await work.session.scalars(
        select(AlertNotice)
        .where(*_notices(work), AlertNotice.alert_id.in_(alert_ids))
        .order_by(AlertNotice.id)
    )
    by_alert: dict[UUID, list[AlertNotice]] = {alert_id: [] for alert_id in alert_ids}
    for each in found:
        by_alert[each.alert_id].append(each)
    return by_alert


async def notices_page(
    work: Work, *, wanted: Wanted, after: UUID | None, first: int
) -> Sequence[AlertNotice]:
    """Notices, newest first, after the notice `after`; at most `first` and one more."""
    notices = (
        select(AlertNotice).where(*_conditions(work, wanted)).order_by(AlertNotice.id.desc()).limit(first + 1)
    )
    if after is not None:
        notices = notices.where(AlertNotice.id < after)
    return (await work.session.scalars(notices)).all()


async def notices_count(work: Work, *, wanted: Wanted) -> int:
    """How many notices there are."""
    return (
        await work.session.scalar(
            select(func.count()).select_from(AlertNotice).where(*_conditions(work, wanted))
        )
    ) or 0


def _own(work: Work, states: Collection[State] | None = None) -> list[ColumnElement[bool]]:
    conditions = [Alert.county_id == work.county_id, work.visible(Alert, LETTER)]
    if states is not None:
        conditions.append(Alert.state.in_(sorted(states)))
    return conditions


def _notices(work: Work) -> list[ColumnElement[bool]]:
    return [AlertNotice.county_id == work.county_id, work.visible(AlertNotice, NOTICE)]


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = _notices(work)
    match wanted.box:
        case "received":
            conditions.append(AlertNotice.to_id == work.actor.tenant_id)
        case "overseen":
            conditions.append(_overseen(work))
    if wanted.states is not None:
        conditions.append(AlertNotice.state.in_(sorted(wanted.states)))
    return conditions


def _overseen(work: Work) -> ColumnElement[bool]:
    if work.actor.overseen is None:
        return false()
    return and_(AlertNotice.overseen_id.is_not(None), AlertNotice.overseen_id == work.actor.overseen)
