"""The entries on staff: how they are seconded, where their establishment is kept, who certifies them, who may review; how
many there must be where, and after how long at the front somebody is exchanged."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import (
    ChoicesType,
    ChoiceType,
    DayType,
    FlagType,
    Known,
    NumberType,
    TextsType,
)
from domain.rulebooks.functions import FUNCTIONS
from domain.rulebooks.values import Words

STAFF_MODES: Mapping[str, Words] = MappingProxyType(
    {
        "stationed": Words("stationed in one township", "派驻"),
        "area_team": Words("area team covering several townships", "按区域设置"),
        "itinerant": Words("itinerant", "巡回"),
    }
)

ESTABLISHMENT_KEPT: Mapping[str, Words] = MappingProxyType(
    {
        "home": Words("with the body that seconds them", "留在派出单位"),
        "host": Words("with the body that uses them", "下沉至用人单位"),
    }
)
"""Where the establishment of seconded staff is kept."""

BINDING: Mapping[str, Words] = MappingProxyType(
    {
        "binds": Words("others are refused", "不得办理其他事项"),
        "warns": Words("others are warned about", "办理其他事项时予以提示"),
        "free": Words("as the township assigns", "由用人单位安排"),
    }
)
"""Whether seconded officers act for the host only on what their home department empowered it with."""

_SHARE = NumberType(unit="percent", least=0, most=100)
_POSTS = TextsType(pattern=r"[^\s%_\\]{2,20}", form=Words("a part of a post's name", "岗位名称中的字样"))
_YEARS = NumberType(unit="years", least=0, most=40)

STAFF: Mapping[str, Known] = MappingProxyType(
    {
        "staff.modes": Known(
            ChoicesType(STAFF_MODES),
            Words("In which modes officers are seconded to townships.", "执法人员下沉乡镇的方式。"),
        ),
        "staff.establishment_kept": Known(
            ChoiceType(ESTABLISHMENT_KEPT),
            Words("Where the establishment of seconded staff is kept.", "下沉人员的编制归属。"),
        ),
        "staff.establishment_locked": Known(
            FlagType(),
            Words(
                "Whether the establishment of seconded staff is locked, so that nobody changes it while they are away.",
                "下沉人员的编制是否锁定（下沉期间不得变动）。",
            ),
        ),
        "staff.only_empowered_items": Known(
            ChoiceType(BINDING),
            Words(
                "Whether seconded officers act for the host only on items of their home that the host was empowered with.",
                "下沉人员代表用人单位执法，是否限于本部门赋予该单位的事项。",
            ),
        ),
        "staff.together_with_host": Known(
            FlagType(),
            Words(
                "Whether seconded officers act on such items together with the township, in principle.",
                "下沉人员从事赋权执法事项，原则上是否与乡镇（街道）共同参与。",
            ),
        ),
        "staff.certificate_needs_establishment": Known(
            FlagType(),
            Words(
                "Whether only people on an establishment may have an enforcement certificate.",
                "无编制的人员是否禁止申领行政执法证。",
            ),
        ),
        "staff.certificate_issued_by": Known(
            ChoiceType(FUNCTIONS),
            Words(
                "Whoever holds this function issues, suspends and cancels enforcement certificates.",
                "行政执法证由承担何种职能的单位核发、暂扣和注销。",
            ),
        ),
        "staff.review_exempt_before": Known(
            DayType(),
            Words(
                "Who was in a legal reviewer's post before this day needs no legal qualification for completing a review.",
                "该日以前已经从事法制审核岗位工作的，不受法律职业资格限制。",
            ),
        ),
        "staff.front_modes": Known(
            ChoicesType(STAFF_MODES),
            Words(
                "In which modes whoever is seconded works below, at the front of enforcement.",
                "以何种方式派驻的，计为下沉一线。",
            ),
        ),
        "staff.share_below": Known(
            _SHARE,
            Words(
                "How much of a department's enforcement staff works below at least; 0: no demand.",
                "部门执法人员下沉乡镇（街道）的最低比例；0为不作要求。",
            ),
        ),
        "staff.centre_staff": Known(
            NumberType(unit="people", least=0, most=1000),
            Words(
                "How many permanent staff a township's enforcement centre has at least; 0: no demand.",
                "乡镇（街道）综合执法中心正式工作人员的最低人数；0为不作要求。",
            ),
        ),
        "staff.reviewers_share": Known(
            _SHARE,
            Words(
                "How many of a township's enforcement staff are named as legal reviewers at least; 0: no demand.",
                "法制审核人员占乡镇（街道）执法人员总数的最低比例；0为不作要求。",
            ),
        ),
        "staff.reviewer_posts": Known(
            _POSTS,
            Words(
                "Whoever has one of these in the name of the post is named as a legal reviewer.",
                "岗位名称含有何种字样的，为法制审核人员。",
            ),
        ),
        "staff.leader_posts": Known(
            _POSTS,
            Words(
                "Whoever has one of these in the name of the post counts among a township's middle leaders and the leaders of "
                "teams stationed there.",
                "岗位名称含有何种字样的，计入乡镇（街道）中层领导和派驻队伍领导。",
            ),
        ),
        "staff.leaders_in_all": Known(
            NumberType(unit="people", least=0, most=1000),
            Words(
                "How many middle leaders of a township and leaders of teams stationed there there may be, counted together; "
                "0: no total.",
                "乡镇（街道）中层领导职数与派驻队伍领导职数的总量；0为未定总量。",
            ),
        ),
        "staff.exchange_may": Known(
            _YEARS,
            Words(
                "After how many years at the front somebody may be exchanged; 0: no rule.",
                "在一线工作满几年可以交流；0为未作规定。",
            ),
        ),
        "staff.exchange_must": Known(
            _YEARS,
            Words(
                "After how many years at the front somebody must be exchanged; 0: no rule.",
                "在一线工作满几年必须交流；0为未作规定。",
            ),
        ),
    }
)
