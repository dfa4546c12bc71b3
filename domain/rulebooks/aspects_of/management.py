"""The aspects of management: on what home and host decide about a seconded officer.

Which of the two decides, which is heard first, which must consent and which gets a copy is a county's own decision and
stands in its rulebook under `[powers.<aspect>]`; where the county is silent, the platform's default answers and says so.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.values import SplitAspect, Words
from policies.vocabulary import MANAGED

DECIDE = "decide"
"""The act of every aspect here: who decides proposes; where both decide, one proposes and the other agrees."""

MANAGEMENT: Mapping[str, SplitAspect] = MappingProxyType(
    {
        aspect: SplitAspect(f"secondment.{aspect}", (DECIDE,), Words(en, zh))
        for aspect, (en, zh) in MANAGED.items()
    }
)
"""In the order in which people read them."""
