"""Every entry that a rulebook may hold, put together from those of each capability (`entries_of/`).

The list is closed: a key that is not here is refused, because a misspelt `referral.sned` would leave the place
with the platform's default and nobody would notice. Adding an entry means adding it to its capability's file,
answering it in `places/platform.toml` or `places/national.toml`, and using it. No number stands here: numbers are
the places'.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from domain.rulebooks.aspects_of.daily import DAILY
from domain.rulebooks.aspects_of.management import MANAGEMENT
from domain.rulebooks.entries_of.alerts import ALERTED_TO, ALERTS, TOLD
from domain.rulebooks.entries_of.catalogue import CATALOGUE, DECISIONS
from domain.rulebooks.entries_of.consultations import CONSULTATIONS
from domain.rulebooks.entries_of.deadlines import deadlines
from domain.rulebooks.entries_of.discipline import DISCIPLINE
from domain.rulebooks.entries_of.exports import EXPORTS
from domain.rulebooks.entries_of.leave import LEAVE
from domain.rulebooks.entries_of.liaisons import LIAISONS, RANKS
from domain.rulebooks.entries_of.night_duty import NIGHT_DUTY
from domain.rulebooks.entries_of.offices import OFFICES
from domain.rulebooks.entries_of.patrols import PATROLS
from domain.rulebooks.entries_of.referrals import DIRECTIONS, GROUNDS, MATERIALS, REFERRALS
from domain.rulebooks.entries_of.staff import STAFF, STAFF_MODES
from domain.rulebooks.entries_of.supervision import SUPERVISION
from domain.rulebooks.entry_types import Known, LimitType
from domain.rulebooks.functions import FUNCTIONS
from domain.rulebooks.values import SplitAspect, Words

__all__ = [
    "ALERTED_TO",
    "DECISIONS",
    "DIRECTIONS",
    "FUNCTIONS",
    "GROUNDS",
    "GROUPS",
    "LAYERS",
    "LAYER_WORDS",
    "MATERIALS",
    "RANKS",
    "REGISTRY",
    "SIDES",
    "SIDE_WORDS",
    "SPLIT_ASPECTS",
    "STAFF_MODES",
    "TOLD",
    "Known",
    "Layer",
    "SplitAspect",
]

Layer = Literal["national", "platform", "county", "township"]

LAYERS: tuple[Layer, ...] = ("national", "platform", "county", "township")
"""From the lowest to the topmost: the topmost that is not silent answers."""

LAYER_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "national": Words("national statutes", "国家法律"),
        "platform": Words("platform default", "平台默认"),
        "county": Words("county", "县级规程"),
        "township": Words("township", "乡镇规程"),
    }
)

GROUPS: Mapping[str, Words] = MappingProxyType(
    {
        "referral": Words("referrals", "案件移送"),
        "alert": Words("alerts", "通报（报告）"),
        "supervision": Words("supervision notes", "监督指导函"),
        "discipline": Words("discipline", "问责处理"),
        "consultation": Words("consultations", "征求意见（征得同意）"),
        "deadlines": Words("deadlines", "期限计算与督办"),
        "catalogue": Words("the catalogue", "权力事项目录"),
        "liaison": Words("liaison officers", "联络员"),
        "patrol": Words("bodies that only patrol", "巡查单位"),
        "office": Words("offices", "办公"),
        "staff": Words("staff", "人员"),
        "leave": Words("leave", "请假销假"),
        "night_duty": Words("night duty", "住夜值班"),
        "files": Words("files", "附件"),
        "exports": Words("exports", "导出"),
    }
)
"""What the keys of entries begin with, in the order in which people read them."""

_OF_MATTERS: Mapping[str, Known] = {
    **REFERRALS,
    **ALERTS,
    **SUPERVISION,
    **CONSULTATIONS,
    **DISCIPLINE,
    **LEAVE,
}

_LIMITS = [key for key, known in _OF_MATTERS.items() if isinstance(known.type, LimitType)]

REGISTRY: Mapping[str, Known] = MappingProxyType(
    {
        **_OF_MATTERS,
        **deadlines(_LIMITS),
        **CATALOGUE,
        **LIAISONS,
        **PATROLS,
        **STAFF,
        **NIGHT_DUTY,
        **OFFICES,
        **EXPORTS,
    }
)


SPLIT_ASPECTS: Mapping[str, SplitAspect] = MappingProxyType(
    {
        "register": SplitAspect(
            "secondment.entry",
            ("read",),
            Words("the named register of seconded staff", "下沉人员名册"),
        ),
        **DAILY,
        **MANAGEMENT,
    }
)
"""The aspects whose split is a county's own decision, each over one `resource.aspect` of the policies."""

SIDES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"home": ("home",), "host": ("host",), "both": ("home", "host")}
)
"""Which relations to a secondment a side of the split stands for."""

SIDE_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "home": Words("home", "派出单位"),
        "host": Words("host", "用人单位"),
        "both": Words("home and host", "派出单位和用人单位"),
    }
)
