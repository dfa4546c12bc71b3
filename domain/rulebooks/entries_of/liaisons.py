"""The entries on liaison officers: which bodies must name how many for each other, and whom they may name."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.body_types import BodiesType
from domain.rulebooks.entry_types import ChoiceType, FlagType, Known, NumberType
from domain.rulebooks.values import Words

RANKS: Mapping[str, Words] = MappingProxyType(
    {
        "any": Words("anybody in a post of the body", "本单位在岗人员"),
        "leader": Words(
            "a head of the body or a deputy, who acts in its name", "本单位负责人（含分管负责人）"
        ),
    }
)
"""Whom a body may name."""

_OFFICERS = NumberType(unit="officers", least=0, most=20)

LIAISONS: Mapping[str, Known] = MappingProxyType(
    {
        "liaison.officers": Known(
            _OFFICERS,
            Words(
                "How many liaison officers a department and a township at least name for each other; 0: as they like.",
                "部门与乡镇（街道）至少各为对方指定几名联络员；0为不作要求。",
            ),
        ),
        "liaison.rank": Known(
            ChoiceType(RANKS),
            Words("Whom they may name for it.", "部门与乡镇（街道）的联络员可由何人担任。"),
        ),
        "liaison.unit_named": Known(
            FlagType(),
            Words(
                "Whether they also name the unit that keeps the contact.",
                "部门与乡镇（街道）是否应当同时明确对口联系的内设机构。",
            ),
        ),
        "liaison.platform_departments": Known(
            BodiesType(),
            Words(
                "Which departments name a standing contact for the county's coordination office, by their codes.",
                "哪些部门（代码）应当向县级协调指挥机构明确固定联系人。",
            ),
        ),
        "liaison.platform_officers": Known(
            _OFFICERS,
            Words("How many contacts each of these names at least.", "上述部门至少各明确几名固定联系人。"),
        ),
        "liaison.platform_rank": Known(
            ChoiceType(RANKS),
            Words("Whom these departments may name.", "上述部门的固定联系人可由何人担任。"),
        ),
    }
)
