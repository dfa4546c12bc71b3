"""The entries on consultations: how long the co-manager has to answer, and what its silence means.

Who decides, who is heard and who must consent is the split of powers (`[powers.<aspect>]`), not an entry.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import ChoiceType, Known, LimitType
from domain.rulebooks.values import Words

SILENCE: Mapping[str, Words] = MappingProxyType(
    {
        "goes_on": Words("the act may go on without the answer", "视为无异议，可以继续办理"),
        "waits": Words("the act waits for the answer", "须等待答复，不得办理"),
    }
)
"""What it means that the co-manager has not answered when its limit is over."""

CONSULTATIONS: Mapping[str, Known] = MappingProxyType(
    {
        "consultation.opinion": Known(
            LimitType(),
            Words(
                "From asking the co-manager for its opinion until it gives it; the co-manager owes it.",
                "自征求意见之日起反馈意见的期限，由共同管理的另一方承担。",
            ),
        ),
        "consultation.consent": Known(
            LimitType(),
            Words(
                "From asking the co-manager for its consent until it gives or refuses it; the co-manager owes it.",
                "自请求同意之日起答复是否同意的期限，由共同管理的另一方承担。",
            ),
        ),
        "consultation.silent_on_opinion": Known(
            ChoiceType(SILENCE),
            Words(
                "What it means that an opinion was not given in time.",
                "征求意见逾期未反馈的，如何处理。",
            ),
        ),
        "consultation.silent_on_consent": Known(
            ChoiceType(SILENCE),
            Words(
                "What it means that consent was neither given nor refused in time.",
                "请求同意逾期未答复的，如何处理。",
            ),
        ),
    }
)
