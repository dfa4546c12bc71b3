"""The entries on leave: by when a request is decided, and how long afterwards it may still be asked for.

Who decides is the split of powers (`aspects_of/daily.py`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import Known, LimitType, NumberType
from domain.rulebooks.values import Words

LEAVE: Mapping[str, Known] = MappingProxyType(
    {
        "leave.decide": Known(
            LimitType(),
            Words(
                "From asking for leave until it is decided; owed by whichever side decides on that officer's leave.",
                "自提出请假申请起作出审批决定的期限，由负责该人员请假审批的一方承担。",
            ),
        ),
        "leave.asked_afterwards": Known(
            NumberType(unit="working_days", least=0, most=30),
            Words(
                "How many working days after its first day leave may still be asked for, as by whoever fell ill.",
                "请假起始日之后几个工作日内仍可补办请假手续（如突发疾病）。",
            ),
        ),
    }
)
