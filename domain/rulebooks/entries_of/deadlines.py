"""The entries on deadlines: how limits are counted, when their owners are reminded, before whom the late ones come.

They hold for the limits of every capability and know none of them: what can be overdue is handed in.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import ChoiceType, EscalationType, FlagType, Known, LimitsType, LimitType
from domain.rulebooks.functions import FUNCTIONS
from domain.rulebooks.values import Words


def deadlines(limits: Collection[str]) -> Mapping[str, Known]:
    """The entries on deadlines, where these are the keys of everything that has a limit."""
    capabilities = sorted({key.partition(".")[0] for key in limits})
    return MappingProxyType(
        {
            "deadlines.escalate_after": Known(
                LimitType(),
                Words(
                    "From the due instant until an overdue matter is brought before the body named for it.",
                    "自到期起至逾期事项提交督办机构的时间。",
                ),
            ),
            # Counting itself is statute and is built in (`domain/deadlines/rules.py`): these two entries have one word each,
            # so that a place can cite the source but cannot believe to have changed the counting.
            "deadlines.first_day": Known(
                ChoiceType(MappingProxyType({"next_day": Words("the day after the event", "次日")})),
                Words("Which day counts as the first of a limit in days.", "按日计算的期限从哪一日起算。"),
            ),
            "deadlines.rest_day_end": Known(
                ChoiceType(
                    MappingProxyType(
                        {"rolls_forward": Words("on the next working day", "顺延至其后第一个工作日")}
                    )
                ),
                Words(
                    "When a limit in calendar days ends whose last day is a rest day.",
                    "按自然日计算的期限，届满日为休息日的，何时届满。",
                ),
            ),
            "deadlines.due_at": Known(
                ChoiceType(
                    MappingProxyType(
                        {
                            "end_of_day": Words("at midnight ending the last day", "最后一日二十四时"),
                            "close_of_business": Words("when the offices close", "最后一日下班时"),
                        }
                    )
                ),
                Words("At which instant of its last day a limit ends.", "期限在最后一日的何时届满。"),
            ),
            "deadlines.warn_before": Known(
                LimitsType(),
                Words("How long before the end of a limit its owner is warned.", "期限届满前多久预警。"),
            ),
            "deadlines.escalate_to": Known(
                EscalationType(FUNCTIONS, subjects=(*capabilities, *limits)),
                Words(
                    "The function before which an overdue matter of each kind is brought.",
                    "各类逾期事项提交哪一机构督办。",
                ),
            ),
            "deadlines.remind_in_office_hours": Known(
                FlagType(),
                Words(
                    "Whether reminders wait for office hours; the due instant does not.",
                    "提醒是否只在办公时间发出（不影响到期时刻）。",
                ),
            ),
        }
    )
