"""How many referrals each body sent and was sent, for whoever oversees: as it was then, or by today's bodies."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference
from api.filters import Days
from api.mutations import said
from api.organisations import Organisation
from domain import filters
from domain.organisations import queries as organisations
from domain.referrals.statistics import statistics
from domain.work import Work


@strawberry.enum(description="By which bodies it is counted, where some are no more. 统计口径")
class ReferralStatisticsBasis(Enum):
    """As `domain/referrals/statistics.py` has them."""

    THEN = strawberry.enum_value("then", description="By the bodies of the letter's day. 按当时单位")
    NOW = strawberry.enum_value(
        "now", description="By today's bodies: what dissolved ones did counts for their heirs. 按现有单位归并"
    )


@dataclass(frozen=True, slots=True)
class ReferralStatisticsRow:
    """What stands behind a `ReferralStatistics`."""

    body_id: UUID
    sent: int
    received: int
    concluded: int
    overdue: int


@strawberry.type(description="How many referrals one body has to do with. 单位移送统计")
class ReferralStatistics:
    """The sums over all bodies are the same, whichever way it is counted."""

    body: Organisation = reference(organisations.of_ids, through="body_id", description="The body. 单位")
    sent: int = strawberry.field(description="The letters that it sent. 移送件数")
    received: int = strawberry.field(description="The letters that it was sent. 接收件数")
    concluded: int = strawberry.field(
        description="Of those that it was sent, how many came to an outcome. 办结件数"
    )
    overdue: int = strawberry.field(description="Of all these, in how many it is late now. 当前逾期件数")


async def _statistics(work: Work, arguments: Arguments, _wanted: Wanted) -> Sequence[ReferralStatisticsRow]:
    counted = await statistics(
        work, sent_within=_days(arguments["sent_at"]), counted=arguments["basis"].value
    )
    return [
        ReferralStatisticsRow(body, each.sent, each.received, each.concluded, each.overdue)
        for body, each in counted
    ]


def _days(given: Any) -> filters.Days | None:
    days = said(given)
    return None if days is None else filters.Days(since=said(days.since), until=said(days.until))


@strawberry.type
class ReferralStatisticsQueries:
    """For those who oversee; others have nothing to count."""

    referral_statistics: list[ReferralStatistics] = question(
        _statistics,
        description="Counts of the referrals that you oversee, by body; nothing for whoever oversees nobody. 移送统计（供统筹监督机构）",
        takes={
            "sent_at": Taken(Days | None, "Sent within these days. 移送日期"),
            "basis": Taken(
                ReferralStatisticsBasis, "By which bodies. 统计口径", ReferralStatisticsBasis.THEN
            ),
        },
    )
