"""What one county's rulebook says of one kind of deadline: how long, whom it warns when, and to whom it escalates.

It is where the rulebook meets the counting: it looks the numbers up and hands them to `rules.py`, which knows no
rulebook. Like the rules it is pure; it starts nothing and keeps nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self, cast
from zoneinfo import ZoneInfo

from domain.calendars.rules import WorkingCalendar
from domain.deadlines.rules import LimitsEnd, OfficeHours, Plan, Suspension, plan
from domain.rulebooks.rules import Limit, Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The numbers for one kind of deadline, and where they stand; `ruled_on` is the day whose rulebook it is."""

    limit: Limit
    source: str
    ruled_on: date
    office_hours: OfficeHours
    warn_before: tuple[Limit, ...]
    escalate_after: Limit
    escalates_to: str

    @classmethod
    def of(cls, rulebook: Rulebook, *, kind: str, zone: ZoneInfo) -> Self:
        """The terms of `kind` ("referral.verify"), which is also the key of its limit in the rulebook.

        Raises NoSuchRule where the rulebook has no such limit or names nobody to escalate to.
        """
        entry = rulebook.entry(kind)
        return cls(
            limit=rulebook.limit(kind),
            source=f"{entry.document.title} {entry.article}",
            ruled_on=rulebook.day,
            office_hours=OfficeHours.of(
                rulebook.office_hours(),
                zone=zone,
                limits_end=cast("LimitsEnd", rulebook.choice("deadlines.due_at")),
                remind_in_office_hours=rulebook.flag("deadlines.remind_in_office_hours"),
            ),
            warn_before=rulebook.limits("deadlines.warn_before"),
            escalate_after=rulebook.limit("deadlines.escalate_after"),
            escalates_to=rulebook.escalates_to(kind),
        )

    def plan(
        self,
        *,
        started_at: datetime,
        calendar: WorkingCalendar,
        known_at: datetime,
        limit: Limit | None = None,
        suspensions: Sequence[Suspension] = (),
    ) -> Plan:
        """The plan under these terms; `limit` where it is no longer the rulebook's own, having been extended."""
        return plan(
            limit=limit or self.limit,
            suspensions=suspensions,
            started_at=started_at,
            calendar=calendar,
            office_hours=self.office_hours,
            warn_before=self.warn_before,
            escalate_after=self.escalate_after,
            known_at=known_at,
        )
