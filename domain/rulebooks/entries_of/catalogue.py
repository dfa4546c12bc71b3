"""The entries on the catalogue: when an empowered item passes to the township, and which decisions never do.

Which items there are and who was empowered with which is no rule but the catalogue itself (`domain/catalogue`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import ChoicesType, ChoiceType, FlagType, Known, NumberType
from domain.rulebooks.values import Words

DECISIONS: Mapping[str, Words] = MappingProxyType(
    {
        "inspection": Words("an inspection", "行政检查"),
        "compulsory_measure": Words("a compulsory measure", "行政强制措施"),
        "penalty": Words("a penalty that is not known yet", "行政处罚（种类未定）"),
        "warning": Words("a warning or public criticism", "警告、通报批评"),
        "fine": Words("a fine", "罚款"),
        "confiscation": Words("a confiscation", "没收违法所得、没收非法财物"),
        "suspending_licence": Words("suspending a licence", "暂扣许可证件"),
        "lowering_qualification": Words("lowering a qualification", "降低资质等级"),
        "revoking_licence": Words("revoking a licence", "吊销许可证件"),
        "suspension_or_closure": Words("ordering suspension or closure", "责令停产停业、责令关闭"),
        "restricting_activity": Words("restricting production or business", "限制开展生产经营活动"),
        "restricting_occupation": Words("restricting an occupation", "限制从业"),
        "other_penalty": Words(
            "another penalty by statute or regulation", "法律、行政法规规定的其他行政处罚"
        ),
    }
)
"""The kinds of decisions an item can end in. Of each a place says whether it stays with the department."""

CATALOGUE: Mapping[str, Known] = MappingProxyType(
    {
        "catalogue.empowerment_begins": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "notice": Words("on the day that the public notice names", "公告载明之日"),
                        "acceptance": Words(
                            "on the day that the public notice names, but not before the township signed for it",
                            "公告载明之日，但不早于签订承接确认书之日",
                        ),
                    }
                )
            ),
            Words(
                "From when a township holds a power it was empowered with.",
                "赋权事项自何时起由乡镇（街道）行使。",
            ),
        ),
        "catalogue.transition": Known(
            NumberType(unit="months", least=0, most=36),
            Words(
                "How long after the empowerment began what arises stays the department's; 0: no transition.",
                "赋权后的过渡期；其间发生的事项仍由原部门负责。0为不设过渡期。",
            ),
        ),
        "catalogue.department_supervises": Known(
            FlagType(),
            Words(
                "Whether the item's department goes on supervising what a township was empowered with: control at the "
                "source, orders to correct first, technical support.",
                "事项赋权后，是否仍由主管部门履行监管职责（源头管理、先行责令改正、技术支撑）。",
            ),
        ),
        "catalogue.reserved_decisions": Known(
            ChoicesType(DECISIONS),
            Words(
                "Which decisions stay with the department although the item was empowered.",
                "事项已赋权，但仍由部门管辖的决定种类。",
            ),
        ),
        "catalogue.reserved_fine": Known(
            NumberType(unit="yuan", least=1, most=1_000_000_000),
            Words(
                "From which amount on a fine stays with the department although the item was empowered.",
                "事项已赋权，但罚款达到该数额的仍由部门管辖。",
            ),
        ),
    }
)
