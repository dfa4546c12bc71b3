"""The entries on supervision notes: who answers by when, and whether a township may ask for technical support by one.

Whether a department goes on supervising what a township was empowered with stands among those on the catalogue.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import FlagType, Known, LimitType, NumberFormatType
from domain.rulebooks.values import Words

SUPERVISION: Mapping[str, Known] = MappingProxyType(
    {
        "supervision.acknowledge": Known(
            LimitType(),
            Words(
                "From sending a supervision note until the other side acknowledges it; that side owes it.",
                "自监督指导函发出之日起签收的期限，由接收单位承担。",
            ),
        ),
        "supervision.answer": Known(
            LimitType(),
            Words(
                "From sending a department's supervision note until the township answers it; the township owes it.",
                "自主管部门发出监督指导函之日起书面答复的期限，由乡镇（街道）承担。",
            ),
        ),
        "supervision.support": Known(
            LimitType(),
            Words(
                "From sending a township's request for technical support until the department answers it; the department "
                "owes it.",
                "自乡镇（街道）发出技术支持请求之日起书面反馈的期限，由主管部门承担。",
            ),
        ),
        "supervision.township_asks": Known(
            FlagType(),
            Words(
                "Whether a township may ask the department that supervises an item for technical support by such a note.",
                "乡镇（街道）能否就赋权事项以监督指导函向主管部门提出技术支持请求。",
            ),
        ),
        "supervision.letter_number": Known(
            NumberFormatType(),
            Words(
                "How supervision notes are numbered, without gaps per tenant and year.",
                "监督指导函编号格式（按单位、年度连续编号，不留空号）。",
            ),
        ),
    }
)
