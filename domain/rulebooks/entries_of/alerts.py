"""The entries on alerts: whom a place wants told of what, within which limits, and who owes an answer."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import ChoiceType, Known, LimitType, NumberFormatType
from domain.rulebooks.values import Words

ALERTED_TO: Mapping[str, Words] = MappingProxyType(
    {
        "hazard": Words("a major hazard", "重大隐患"),
        "hot_spot": Words("a field or stage in which violations are frequent", "违法行为多发领域和环节"),
        "industry": Words("serious violations across an industry", "行业性严重违法行为"),
        "regional": Words("serious violations across an area", "区域性严重违法行为"),
    }
)
"""What bodies alert each other to. Of each kind the rulebook says who must be told."""

TOLD: Mapping[str, Words] = MappingProxyType(
    {
        "department": Words("the competent department", "有关业务主管部门"),
        "government": Words("the county government", "县（区、市）人民政府"),
        "either": Words(
            "the competent department or the county government", "有关业务主管部门或者县（区、市）人民政府"
        ),
        "both": Words(
            "the competent department and the county government", "有关业务主管部门和县（区、市）人民政府"
        ),
    }
)
"""Whom a place wants told of a hazard or a problem that is larger than one case."""

ALERTS: Mapping[str, Known] = MappingProxyType(
    {
        "alert.acknowledge": Known(
            LimitType(),
            Words(
                "From sending an alert until a recipient acknowledges it; the recipient owes it.",
                "自通报（报告）发出之日起签收的期限，由接收单位承担。",
            ),
        ),
        "alert.answer": Known(
            LimitType(),
            Words(
                "From sending an alert until a recipient answers what it does about it; the recipient owes it.",
                "自通报（报告）发出之日起书面答复处置情况的期限，由接收单位承担。",
            ),
        ),
        **{
            f"alert.{kind}_tells": Known(
                ChoiceType(TOLD),
                Words(f"Who must be told of {what.en}.", f"发现{what.zh}应当通报（报告）谁。"),
            )
            for kind, what in ALERTED_TO.items()
        },
        "alert.answer_owed": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "nobody": Words("nobody owes an answer", "均不要求答复"),
                        "notified": Words(
                            "those who are notified, not those who are reported to",
                            "被通报的单位应当答复，受理报告的不要求",
                        ),
                        "everybody": Words("everybody who is told", "均应当答复"),
                    }
                )
            ),
            Words(
                "Who owes an answer to an alert, beyond acknowledging it.",
                "通报（报告）签收之外，谁应当答复。",
            ),
        ),
        "alert.meeting": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "as_needed": Words("where those concerned see need", "根据需要召开"),
                        "on_hazards": Words("on every major hazard", "凡重大隐患均应召开"),
                    }
                )
            ),
            Words(
                "When whoever is notified must meet with the sender about it.",
                "被通报的单位何时须与通报单位召开专题会议。",
            ),
        ),
        "alert.letter_number": Known(
            NumberFormatType(),
            Words(
                "How alerts are numbered, without gaps per tenant and year.",
                "通报（报告）编号格式（按单位、年度连续编号，不留空号）。",
            ),
        ),
    }
)
