"""Deadlines as those who owe and those who wait see them."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.asked import Asked
from api.batching import Arguments, Taken, Wanted, derived, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days, filtered, narrowed, narrowing, tied_to
from api.node import Node, identified, one, subjects
from api.organisations import Organisation
from api.staff import Person
from domain.deadlines import models, queries
from domain.deadlines.rules import late, of_a_whole
from domain.organisations import queries as organisations
from domain.rulebooks.registry import REGISTRY
from domain.staff import queries as staff
from domain.work import Work

# Years that a cursor may speak of: every zone can tell them.
EARLIEST, LATEST = 1900, 9000


@strawberry.enum(description="What has become of a deadline. 期限状态")
class DeadlineState(Enum):
    """Concluded from its instants and the present one."""

    RUNNING = strawberry.enum_value("running", description="Owed, and there is time. 办理中")
    SUSPENDED = strawberry.enum_value("suspended", description="Owed, and the clock stands still. 中止计算")
    OVERDUE = strawberry.enum_value("overdue", description="Owed, and the time is over. 已逾期")
    MET = strawberry.enum_value("met", description="Done in time. 按期办结")
    MET_LATE = strawberry.enum_value("met_late", description="Done too late. 逾期办结")
    CANCELLED = strawberry.enum_value("cancelled", description="Owed no more. 已取消")


@strawberry.enum(description="In what a limit is counted. 期限单位")
class LimitUnit(Enum):
    """As `domain/rulebooks/values.py` has them."""

    WORKING_DAYS = strawberry.enum_value("working_days", description="Working days. 工作日")
    CALENDAR_DAYS = strawberry.enum_value("calendar_days", description="Calendar days. 自然日")
    HOURS = strawberry.enum_value("hours", description="Hours. 小时")


def _meaning(row: models.Deadline, asked: Asked) -> str:
    known = REGISTRY.get(row.kind)
    return row.kind if known is None else getattr(known.means, asked.language)


def _is_whole(row: models.Deadline, _asked: Asked) -> bool:
    return of_a_whole(row.kind)


async def _states(
    work: Work, deadlines: Sequence[models.Deadline], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    return [_state(deadline, work.now) for deadline in deadlines]


def _state(deadline: models.Deadline, now: datetime) -> str:
    if deadline.cancelled_at is not None:
        return "cancelled"
    if deadline.met_at is not None:
        return "met_late" if late(met_at=deadline.met_at, due_at=deadline.due_at) else "met"
    if deadline.suspended_since is not None:
        return "suspended"
    return "overdue" if late(met_at=now, due_at=deadline.due_at) else "running"


async def _rungs(
    work: Work, deadlines: Sequence[models.Deadline], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[models.DeadlineRung]]:
    found = await queries.rungs_of(work, [deadline.id for deadline in deadlines])
    return [found[deadline.id] for deadline in deadlines]


async def _subjects(
    work: Work, deadlines: Sequence[models.Deadline], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    return await subjects(work, [(deadline.subject_kind, deadline.subject_id) for deadline in deadlines])


@strawberry.enum(description="A step of the ladder of reminders. 期限节点")
class Rung(Enum):
    """As `domain/deadlines/rules.py` has them."""

    WARN = strawberry.enum_value("warn", description="Soon due. 预警")
    DUE = strawberry.enum_value("due", description="The day has come. 到期")
    OVERDUE = strawberry.enum_value("overdue", description="The time is over. 逾期")
    ESCALATE = strawberry.enum_value("escalate", description="Reported. 督办")


@strawberry.type(description="A reminder that rang. 已触发的期限节点")
class DeadlineRung:
    """Recorded once for each due instant, whatever happens to the clock."""

    rung: Rung = strawberry.field(description="Which. 节点")
    due_at: datetime = strawberry.field(description="Of which due instant it told. 所指届满时间")
    planned_at: datetime = strawberry.field(description="When it was to ring. 应触发时间")
    fired_at: datetime = strawberry.field(description="When it rang. 实际触发时间")


@strawberry.enum(description="What may happen to a running deadline. 期限变动种类")
class DeadlineChangeKind(Enum):
    """As `domain/deadlines/rules.py` has them."""

    RECOUNTED = strawberry.enum_value("recounted", description="The calendar changed. 因日历调整重算")
    EXTENDED = strawberry.enum_value("extended", description="A longer limit. 延长期限")
    SUSPENDED = strawberry.enum_value("suspended", description="The clock was stopped. 中止计算")
    RESUMED = strawberry.enum_value("resumed", description="The clock went on. 恢复计算")


@strawberry.type(description="What changed in a running deadline, and because of what. 期限变动")
class DeadlineChange:
    """Old and new, never edited. A recount is nobody's act."""

    kind: DeadlineChangeKind = strawberry.field(description="What happened. 种类")
    at: datetime = strawberry.field(description="When. 时间")
    was_due_at: datetime = strawberry.field(description="When it was due before. 原届满时间")
    due_at: datetime = strawberry.field(description="When it was due from then on. 变动后届满时间")
    was_provisional: bool = strawberry.field(description="Whether it was provisional before. 原为暂定")
    provisional: bool = strawberry.field(description="Whether it was from then on. 变动后为暂定")
    because: str | None = strawberry.field(
        description="The notice or decision that changed the calendar, or the ground of the act. 依据或理由"
    )
    by_organisation: Organisation | None = reference(
        organisations.of_ids, through="by_tenant_id", description="For which body. 办理单位"
    )
    by_person: Person | None = reference(staff.of_ids, through="by_person_id", description="By whom. 办理人")


async def _changes(
    work: Work, deadlines: Sequence[models.Deadline], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[models.DeadlineChange]]:
    found = await queries.changes_of(work, [deadline.id for deadline in deadlines])
    return [found[deadline.id] for deadline in deadlines]


@strawberry.type(description="What one body owes by when, and who waits for it. 办理期限")
class Deadline(Node):
    """A running, met or cancelled limit."""

    row_type: ClassVar[type[Any]] = models.Deadline
    id: strawberry.ID = identified("Deadline", by=queries.of_ids)
    kind: str = strawberry.field(description="Which limit of the rulebook, such as `referral.send`. 期限种类")
    meaning: str = derived(_meaning, needs={"kind"}, description="What is owed, in your language. 期限含义")
    whole: bool = derived(
        _is_whole,
        needs={"kind"},
        description="Whether it is that of a whole matter, which runs beside that of each step. 是否全程期限",
    )
    state: DeadlineState = relation(
        _states,
        needs={"cancelled_at", "met_at", "suspended_since", "due_at"},
        description="What has become of it. 状态",
    )
    obligor: Organisation = reference(
        organisations.of_ids, through="obligor_id", description="The body that owes it. 承办单位"
    )
    waiting: Organisation | None = reference(
        organisations.of_ids, through="waiting_id", description="The body that waits for it. 等候单位"
    )
    started_at: datetime = strawberry.field(description="From when it is counted. 起算时间")
    amount: int = strawberry.field(description="How long it is. 期限长度")
    unit: LimitUnit = strawberry.field(description="Counted in what. 单位")
    source: str = strawberry.field(description="The document and article that set it. 依据")
    warn_at: datetime | None = strawberry.field(description="When its owner is warned. 预警时间")
    due_at: datetime = strawberry.field(description="The last instant in time. 届满时间")
    escalate_at: datetime | None = strawberry.field(description="When a delay is reported. 督办时间")
    provisional: bool = strawberry.field(
        description="Counted into a year whose calendar is not published. 暂定（跨入日历未公布的年份）"
    )
    suspended_since: datetime | None = strawberry.field(
        description="Since when the clock stands still; then `dueAt` is as if it went on at once. 中止起始时间"
    )
    met_at: datetime | None = strawberry.field(description="When it was done. 办结时间")
    cancelled_at: datetime | None = strawberry.field(description="When it ceased to be owed. 取消时间")
    subject: Node | None = relation(
        _subjects, needs={"subject_kind", "subject_id"}, description="The matter in which it runs. 所涉事项"
    )
    rungs: list[DeadlineRung] = relation(
        _rungs, needs={"id"}, description="The reminders that rang. 已触发的节点"
    )
    changes: list[DeadlineChange] = relation(
        _changes, needs={"id"}, description="What changed while it ran: old and new, in order. 变动记录"
    )


@strawberry.enum(description="Whose deadlines. 期限角度")
class DeadlineSide(Enum):
    """As `domain/deadlines/queries.py` has them."""

    OWED = strawberry.enum_value("owed", description="What we owe. 本单位承办")
    AWAITED = strawberry.enum_value("awaited", description="What we wait for. 本单位等候")
    OVERSEEN = strawberry.enum_value("overseen", description="The county's, for oversight. 监督范围")


@strawberry.input(description="By what a list of deadlines is narrowed. 期限筛选条件")
class DeadlineFilter:
    """As `domain/deadlines/queries.py` has it."""

    due_at: Days | None = narrowing("Running out within these days. 届满日期")


async def _running(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by = narrowed(arguments["filter"], queries.Filter)
    wanted = queries.Wanted(side=arguments["side"].value, filter=by)
    listing = Listing(
        name="deadlines",
        filters={"side": wanted.side, **tied_to(by)},
        read=partial(queries.page, wanted=wanted),
        count=partial(queries.count, wanted=wanted),
        position=lambda deadline: f"{deadline.due_at.isoformat()}/{deadline.id}",
        placed=due_place,
    )
    return await listing.page(work, arguments)


def due_place(position: str) -> tuple[datetime, UUID]:
    """Due instant and id in a cursor. Raises ValueError for what the database cannot tell."""
    written, _, identifier = position.partition("/")
    due_at = datetime.fromisoformat(written)
    if due_at.tzinfo is None or not EARLIEST < due_at.year < LATEST:
        raise ValueError(written)
    return due_at, UUID(identifier)


@strawberry.type
class DeadlineQueries:
    """Reading deadlines across matters."""

    deadlines: Connection[Deadline] = question(
        _running,
        description="Running deadlines, the soonest first. 办理中的期限",
        takes={
            "side": Taken(DeadlineSide, "Whose. 角度"),
            **filtered(DeadlineFilter),
            **PAGING,
        },
    )
    deadline: Deadline | None = one("Deadline", description="One deadline. 期限")
