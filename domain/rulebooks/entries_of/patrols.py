"""The entry on bodies that only patrol: to which body each hands over what it finds."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.body_types import HandoverType
from domain.rulebooks.entry_types import Known
from domain.rulebooks.values import Words

PATROLS: Mapping[str, Known] = MappingProxyType(
    {
        "patrol.hands_over_to": Known(
            HandoverType(),
            Words(
                "To which body a body that only patrols hands over what it finds, both by their codes.",
                "只巡查、不办案的单位将发现的违法行为移交哪个单位（均为代码）。",
            ),
        ),
    }
)
