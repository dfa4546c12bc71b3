"""The aspects of daily management: who records who was in post, who decides on leave, who plans night duty."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.values import SplitAspect, Words

DAILY: Mapping[str, SplitAspect] = MappingProxyType(
    {
        "attendance": SplitAspect("attendance.entry", ("read", "record"), Words("attendance", "考勤")),
        # Whoever decides reads it for that, and nobody else does: there is nothing else to split.
        "leave": SplitAspect("leave.request", ("decide",), Words("leave", "请假销假")),
        "night_duty": SplitAspect("night_duty.duty", ("read", "plan"), Words("night duty", "住夜值班")),
    }
)
