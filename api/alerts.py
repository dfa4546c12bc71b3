"""Alerts and the notices of their recipients: the types and the questions. The acts are in `alert_acts.py`."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.deadlines import Deadline
from api.filters import among, filtered, narrowed, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation
from api.staff import Person, stood_in_for
from domain.alerts import models, queries, rules
from domain.deadlines import queries as deadlines
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="What an alert is about. 通报（报告）种类")
class AlertKind(Enum):
    """As `domain/alerts/rules.py` has them."""

    HAZARD = strawberry.enum_value("hazard", description="A major hazard. 重大隐患")
    HOT_SPOT = strawberry.enum_value(
        "hot_spot", description="A field or stage in which violations are frequent. 违法行为多发领域和环节"
    )
    INDUSTRY = strawberry.enum_value(
        "industry", description="Serious violations across an industry. 行业性严重违法行为"
    )
    REGIONAL = strawberry.enum_value(
        "regional", description="Serious violations across an area. 区域性严重违法行为"
    )


@strawberry.enum(description="The states of an alert. 通报（报告）状态")
class AlertState(Enum):
    """As `domain/alerts/rules.py` has them."""

    DRAFT = strawberry.enum_value("draft", description="Being written. 起草中")
    SENT = strawberry.enum_value("sent", description="With its recipients. 已发出")
    DISCARDED = strawberry.enum_value("discarded", description="Never sent, given up. 已作废")


@strawberry.enum(description="The states of a notice. 通报件状态")
class AlertNoticeState(Enum):
    """As `domain/alerts/rules.py` has them."""

    DRAFT = strawberry.enum_value("draft", description="Not sent. 起草中")
    SENT = strawberry.enum_value("sent", description="With the recipient. 已发出")
    ACKNOWLEDGED = strawberry.enum_value("acknowledged", description="Taken note of. 已签收")
    ANSWERED = strawberry.enum_value("answered", description="Answered. 已答复")


@strawberry.enum(description="What can be done with an alert. 可办理的操作")
class AlertAct(Enum):
    """As `domain/alerts/rules.py` has them."""

    REVISE = strawberry.enum_value("revise", description="Change the draft. 修改")
    DISCARD = strawberry.enum_value("discard", description="Give the draft up. 作废草稿")
    SEND = strawberry.enum_value("send", description="Send it as head. 发出")


@strawberry.enum(description="What can be done with a notice. 可办理的操作")
class AlertNoticeAct(Enum):
    """As `domain/alerts/rules.py` has them."""

    ACKNOWLEDGE = strawberry.enum_value("acknowledge", description="Acknowledge it. 签收")
    ANSWER = strawberry.enum_value("answer", description="Answer it. 答复")


@strawberry.enum(description="What a recipient does about an alert. 答复种类")
class AlertAnswer(Enum):
    """As `domain/alerts/rules.py` has them."""

    MEASURES = strawberry.enum_value("measures", description="Measures are taken. 采取措施")
    NOTHING_TO_DO = strawberry.enum_value("nothing_to_do", description="Nothing, and why. 无需处置")
    JOINT_MEETING = strawberry.enum_value("joint_meeting", description="A joint meeting. 召开专题会议")


@strawberry.enum(description="Which notices. 通报件箱")
class AlertNoticeBox(Enum):
    """As `domain/alerts/queries.py` has them. One's own are on one's alerts."""

    RECEIVED = strawberry.enum_value("received", description="Sent to us. 通报本单位")
    OVERSEEN = strawberry.enum_value("overseen", description="The county's, for oversight. 监督范围")


async def _notice_acts(
    work: Work, notices: Sequence[models.AlertNotice], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act, (states, _) in rules.NOTICE_TRANSITIONS.items()
            if notice.state in states and work.may(act, queries.NOTICE, notice)
        ]
        for notice in notices
    ]


async def _deadlines(
    work: Work, notices: Sequence[models.AlertNotice], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await deadlines.of_subjects(work, [notice.id for notice in notices])
    return [found[notice.id] for notice in notices]


@strawberry.type(description="An alert as one recipient has it, with what became of it there. 通报件")
class AlertNotice(Node):
    """It carries the whole letter."""

    row_type: ClassVar[type[Any]] = models.AlertNotice
    id: strawberry.ID = identified("AlertNotice", by=queries.notices_of_ids)
    version: int = strawberry.field(description="Rises by one with every act of the recipient. 版本")
    state: AlertNoticeState = strawberry.field(description="How far the recipient is. 状态")
    acts: list[AlertNoticeAct] = relation(
        _notice_acts,
        description="What you could do with it now, as far as state and rights go. 当前可办理的操作",
    )
    sender: Organisation = reference(
        organisations.of_ids, through="from_id", description="The body that alerts. 通报单位"
    )
    recipient: Organisation = reference(
        organisations.of_ids, through="addressee_id", description="The body that is told. 接收单位"
    )
    began_on: date = strawberry.field(description="The day whose rules apply. 适用规则日期")
    kind: AlertKind = strawberry.field(description="What it is about. 种类")
    subject: str = strawberry.field(description="The subject. 事由")
    facts: str = strawberry.field(description="The facts. 情况")
    place: str = strawberry.field(description="Where it is. 地点")
    item_code: str | None = strawberry.field(description="The item of the catalogue, if any. 权力事项代码")
    letter_number: str | None = strawberry.field(description="The number of the letter. 文号")
    sent_at: datetime | None = strawberry.field(description="When it was sent. 发出时间")
    acknowledged_by: Person | None = reference(
        staff.of_ids, through="acknowledged_by", description="Who took note of it. 签收人"
    )
    acknowledged_at: datetime | None = strawberry.field(description="When it was taken note of. 签收时间")
    answer: AlertAnswer | None = strawberry.field(description="What the recipient does about it. 答复种类")
    answer_text: str | None = strawberry.field(description="The answer in words. 答复内容")
    meeting_on: date | None = strawberry.field(description="The day of the joint meeting. 会议日期")
    answered_by: Person | None = reference(
        staff.of_ids, through="answered_by", description="The head who answered. 答复人"
    )
    answered_for: Person | None = stood_in_for("answered_for")
    answered_at: datetime | None = strawberry.field(description="When it was answered. 答复时间")
    deadlines: list[Deadline] = relation(_deadlines, description="What is owed by when. 办理期限")


async def _acts(
    work: Work, alerts: Sequence[models.Alert], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act, (states, _) in rules.TRANSITIONS.items()
            if alert.state in states and work.may(act, queries.LETTER, alert)
        ]
        for alert in alerts
    ]


async def _notices(
    work: Work, alerts: Sequence[models.Alert], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    found = await queries.notices_of(work, [alert.id for alert in alerts])
    return [found[alert.id] for alert in alerts]


@strawberry.type(description="A hazard or a larger problem that others are told of. 通报（报告）")
class Alert(Node):
    """As its sender keeps it."""

    row_type: ClassVar[type[Any]] = models.Alert
    id: strawberry.ID = identified("Alert", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act of the sender. 版本")
    state: AlertState = strawberry.field(description="Whether it was sent. 状态")
    acts: list[AlertAct] = relation(
        _acts, description="What you could do with it now, as far as state and rights go. 当前可办理的操作"
    )
    began_on: date = strawberry.field(description="The day whose rules apply. 适用规则日期")
    kind: AlertKind = strawberry.field(description="What it is about. 种类")
    subject: str = strawberry.field(description="The subject. 事由")
    facts: str = strawberry.field(description="The facts. 情况")
    place: str = strawberry.field(description="Where it is. 地点")
    item_code: str | None = strawberry.field(description="The item of the catalogue, if any. 权力事项代码")
    drafted_by: Person = reference(staff.of_ids, through="drafted_by", description="Who wrote it. 起草人")
    created_at: datetime = strawberry.field(description="When it was begun. 创建时间")
    sent_by: Person | None = reference(
        staff.of_ids, through="sent_by", description="The head who sent it. 签发人"
    )
    sent_for: Person | None = stood_in_for("sent_for")
    sent_at: datetime | None = strawberry.field(description="When it was sent. 发出时间")
    letter_number: str | None = strawberry.field(description="The number of the letter. 文号")
    notices: list[AlertNotice] = relation(_notices, description="Who is told, and who owes what. 通报对象")


@strawberry.input(description="By what the list of alerts is narrowed. 通报（报告）筛选条件")
class AlertFilter:
    """As `domain/alerts/queries.py` has it."""

    states: list[AlertState] | None = among("In one of these states. 状态")


@strawberry.input(description="By what a list of notices is narrowed. 通报件筛选条件")
class AlertNoticeFilter:
    """As `domain/alerts/queries.py` has it."""

    states: list[AlertNoticeState] | None = among("In one of these states. 状态")


AlertSort = orders_by_age("AlertSort", "The order of a list of alerts. 通报（报告）排序")
AlertNoticeSort = orders_by_age("AlertNoticeSort", "The order of a list of notices. 通报件排序")


async def _alerts(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], queries.Filter), arguments["sort"].value
    listing = Listing(
        name="alerts",
        filters={"sort": age, **tied_to(by)},
        read=partial(queries.page, by=by, age=age),
        count=partial(queries.count, by=by),
        position=lambda alert: alert.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


async def _alert_notices(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    age, by = arguments["sort"].value, narrowed(arguments["filter"], queries.NoticeFilter)
    wanted = queries.Wanted(box=arguments["box"].value, filter=by)
    listing = Listing(
        name="alert_notices",
        filters={"box": wanted.box, "sort": age, **tied_to(by)},
        read=partial(queries.notices_page, wanted=wanted, age=age),
        count=partial(queries.notices_count, wanted=wanted),
        position=lambda notice: notice.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class AlertQueries:
    """Reading alerts."""

    alerts: Connection[Alert] = question(
        _alerts,
        description="Our own alerts. 本单位的通报（报告）",
        takes={**filtered(AlertFilter), **sorted_by(AlertSort), **PAGING},
    )
    alert: Alert | None = one("Alert", description="One of our alerts. 通报（报告）")
    alert_notices: Connection[AlertNotice] = question(
        _alert_notices,
        description="Notices of one box. 通报件列表",
        takes={
            "box": Taken(AlertNoticeBox, "Which box. 通报件箱"),
            **filtered(AlertNoticeFilter),
            **sorted_by(AlertNoticeSort),
            **PAGING,
        },
    )
    alert_notice: AlertNotice | None = one("AlertNotice", description="One notice. 通报件")
