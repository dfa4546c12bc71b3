"""The entries on night duty: whether a swap between colleagues needs the planner's word.

Who plans is the split of powers (`aspects_of/daily.py`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import FlagType, Known
from domain.rulebooks.values import Words

NIGHT_DUTY: Mapping[str, Known] = MappingProxyType(
    {
        "night_duty.swap_confirmed": Known(
            FlagType(),
            Words(
                "Whether a swap that two colleagues agreed on holds only once whoever plans the roster has confirmed it.",
                "双方同意的换班是否须经排班人确认后才生效。",
            ),
        ),
    }
)
