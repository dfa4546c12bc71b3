"""Every entry that a rulebook may hold: its key, its type, and what it means in English and Chinese.

The list is closed: a key that is not here is refused, because a misspelt `referral.sned` would leave the place
with the platform's default and nobody would notice. Adding an entry means adding it here, answering it in
`places/platform.toml` or `places/national.toml`, and using it. No number stands here: numbers are the places'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from domain.rulebooks.entry_types import (
    ChoicesType,
    ChoiceType,
    EscalationType,
    FlagType,
    LimitsType,
    LimitType,
    MaterialsType,
    NumberFormatType,
    NumberType,
    OfficeSpansType,
    TextsType,
    Type,
)
from domain.rulebooks.values import Words

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

FUNCTIONS: Mapping[str, Words] = MappingProxyType(
    {
        "coordination": Words("coordination office", "执法协调指挥机构"),
        "supervision": Words("supervision of enforcement", "行政执法监督机构"),
        "staffing": Words("staffing office", "机构编制部门"),
        "organisation": Words("organisation department", "组织部门"),
        "leading_group": Words("leading group", "领导小组"),
        "joint_review": Words("joint review centre", "联合审查中心"),
        "congress": Words("people's congress", "人民代表大会"),
        "discipline": Words("discipline inspection", "纪检监察机关"),
        "procuratorate": Words("procuratorate", "检察机关"),
    }
)
"""The functions an organisation may hold, as far as a rulebook may name them."""

MATERIALS = MaterialsType(
    kinds=MappingProxyType(
        {
            "letter": Words("letter of referral", "移送函"),
            "source": Words("source of the case", "案件来源材料"),
            "identity": Words("papers of the party", "当事人证照材料"),
            "evidence": Words("evidence", "证据材料"),
            "tests": Words("tests, appraisals, findings", "检测、鉴定、认定材料"),
            "corrections": Words("orders to correct", "责令改正等措施材料"),
            "articles": Words("articles involved, with their list", "涉案物品及清单"),
            "other": Words("other", "其他材料"),
        }
    ),
    needs=MappingProxyType(
        {
            "required": Words("required", "应当提供"),
            "if_any": Words("to be sent when it exists", "已有的应当提供"),
            "optional": Words("optional", "可以提供"),
        }
    ),
)

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
        "government": Words("the county government", "县(区、市)人民政府"),
        "either": Words(
            "the competent department or the county government", "有关业务主管部门或者县(区、市)人民政府"
        ),
        "both": Words(
            "the competent department and the county government", "有关业务主管部门和县(区、市)人民政府"
        ),
    }
)
"""Whom a place wants told of a hazard or a problem that is larger than one case."""

STAFF_MODES: Mapping[str, Words] = MappingProxyType(
    {
        "stationed": Words("stationed in one township", "派驻"),
        "area_team": Words("area team covering several townships", "按区域设置"),
        "itinerant": Words("itinerant", "巡回"),
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """One entry a rulebook may hold. For a limit, the meaning says from what it runs and who owes the act."""

    type: Type
    means: Words


_LIMITS: dict[str, Known] = {
    "referral.send": Known(
        LimitType(),
        Words(
            "From finding that another body is competent until the referral is sent; the sender owes it.",
            "自发现应由他方查处之日起至移送的期限，由移送单位承担。",
        ),
    ),
    "referral.take_in": Known(
        LimitType(),
        Words(
            "From the referral's arrival until it is taken in; the receiver owes it.",
            "自移送到达之日起至受理（收件登记）的期限，由接收单位承担。",
        ),
    ),
    "referral.verify": Known(
        LimitType(),
        Words(
            "From taking in until the matter is verified; the receiver owes it.",
            "自受理之日起完成核查的期限，由接收单位承担。",
        ),
    ),
    "referral.tell": Known(
        LimitType(),
        Words(
            "From the end of verifying until the sender is told the result in writing; the receiver owes it.",
            "自核查完成之日起书面告知移送单位的期限，由接收单位承担。",
        ),
    ),
    "referral.ask_for_material": Known(
        LimitType(),
        Words(
            "From seeing that material is missing until it is asked for in writing; the receiver owes it.",
            "自发现材料需要补正之日起书面函告补充的期限，由接收单位承担。",
        ),
    ),
    "referral.supply_material": Known(
        LimitType(),
        Words(
            "From the request until the missing material is supplied; the sender owes it.",
            "自收到补正要求之日起补齐材料的期限，由移送单位承担。",
        ),
    ),
    "referral.outcome": Known(
        LimitType(),
        Words(
            "From service of the decision, or from ending the matter, until the sender is told; the receiver owes it.",
            "自决定送达之日或者终结办理之日起书面告知结果的期限，由接收单位承担。",
        ),
    ),
    "alert.acknowledge": Known(
        LimitType(),
        Words(
            "From sending an alert until a recipient acknowledges it; the recipient owes it.",
            "自通报(报告)发出之日起签收的期限，由接收单位承担。",
        ),
    ),
    "alert.answer": Known(
        LimitType(),
        Words(
            "From sending an alert until a recipient answers what it does about it; the recipient owes it.",
            "自通报(报告)发出之日起书面答复处置情况的期限，由接收单位承担。",
        ),
    ),
    "deadlines.escalate_after": Known(
        LimitType(),
        Words(
            "From the due instant until an overdue matter is brought before the body named for it.",
            "自到期起至逾期事项提交督办机构的时间。",
        ),
    ),
}

_CAPABILITIES_WITH_LIMITS = sorted({key.partition(".")[0] for key in _LIMITS} - {"deadlines"})

REGISTRY: Mapping[str, Known] = MappingProxyType(
    {
        **_LIMITS,
        "referral.head_approves": Known(
            FlagType(),
            Words(
                "Whether a referral needs the approval of the sending body's head.",
                "移送是否须经移送单位负责人批准。",
            ),
        ),
        "referral.named_party": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "tenant_only": Words(
                            "only a body in its own name, never a unit inside it or dispatched by it",
                            "只能以单位名义，不得以内设机构或者派出机构名义",
                        ),
                        "tenant_or_dispatched": Words(
                            "a body, or a body it dispatched; never a unit inside it",
                            "可以单位或者派出机构名义，不得以内设机构名义",
                        ),
                    }
                )
            ),
            Words("In whose name a referral is made and received.", "案件移送以谁的名义进行。"),
        ),
        "referral.materials": Known(
            MATERIALS, Words("What goes with a referral.", "移送案件应当提供的材料。")
        ),
        "referral.missing_materials": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "refuse": Words("the referral cannot be sent", "不得发出"),
                        "with_reason": Words(
                            "it can be sent with a reason for each one", "逐项说明理由后可以发出"
                        ),
                    }
                )
            ),
            Words("What happens when required material is missing.", "缺少应当提供的材料时如何处理。"),
        ),
        "referral.supplying_suspends": Known(
            FlagType(),
            Words(
                "Whether the limit for verifying stands still while requested material is awaited.",
                "等待补正材料期间，核查期限是否中止计算。",
            ),
        ),
        "referral.file_opens": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "taken_in": Words("when the referral is taken in", "受理（收件登记）时"),
                        "accepted": Words("when the matter is accepted", "决定接收时"),
                    }
                )
            ),
            Words("When the receiver may read the whole file.", "接收单位何时可以查阅全部案卷。"),
        ),
        "referral.return_allowed": Known(
            FlagType(), Words("Whether a receiver may send a referral back.", "接收单位可否退回移送。")
        ),
        "referral.return_needs_reason": Known(
            FlagType(),
            Words("Whether sending back needs written reasons.", "退回移送是否须书面说明理由。"),
        ),
        "referral.late_sending_allowed": Known(
            FlagType(),
            Words(
                "Whether a referral may still be sent after its limit has passed.", "超过移送期限后可否移送。"
            ),
        ),
        "referral.late_sending_needs_reason": Known(
            FlagType(), Words("Whether late sending needs a reason.", "逾期移送是否须说明理由。")
        ),
        "referral.letter_number": Known(
            NumberFormatType(),
            Words(
                "How letters of referral are numbered, without gaps per tenant and year.",
                "移送函编号格式（按单位、年度连续编号，不留空号）。",
            ),
        ),
        "referral.receipt_number": Known(
            NumberFormatType(),
            Words(
                "How receipts for referrals are numbered, without gaps per tenant and year.",
                "移送回执编号格式（按单位、年度连续编号，不留空号）。",
            ),
        ),
        **{
            f"alert.{kind}_tells": Known(
                ChoiceType(TOLD),
                Words(f"Who must be told of {what.en}.", f"发现{what.zh}应当通报(报告)谁。"),
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
                "Who owes an answer to an alert, beyond acknowledging it.", "通报(报告)签收之外，谁应当答复。"
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
                "通报(报告)编号格式（按单位、年度连续编号，不留空号）。",
            ),
        ),
        # Counting itself is statute and is built in (`domain/deadlines/rules.py`): these two entries have one word each,
        # so that a place can cite the source but cannot believe to have changed the counting.
        "deadlines.first_day": Known(
            ChoiceType(MappingProxyType({"next_day": Words("the day after the event", "次日")})),
            Words("Which day counts as the first of a limit in days.", "按日计算的期限从哪一日起算。"),
        ),
        "deadlines.rest_day_end": Known(
            ChoiceType(
                MappingProxyType(
                    {"rolls_forward": Words("on the next working day", "顺延至其后第一个工作日")}
                )
            ),
            Words(
                "When a limit in calendar days ends whose last day is a rest day.",
                "按自然日计算的期限，届满日为休息日的，何时届满。",
            ),
        ),
        "deadlines.due_at": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "end_of_day": Words("at midnight ending the last day", "最后一日二十四时"),
                        "close_of_business": Words("when the offices close", "最后一日下班时"),
                    }
                )
            ),
            Words("At which instant of its last day a limit ends.", "期限在最后一日的何时届满。"),
        ),
        "deadlines.warn_before": Known(
            LimitsType(),
            Words("How long before the end of a limit its owner is warned.", "期限届满前多久预警。"),
        ),
        "deadlines.escalate_to": Known(
            EscalationType(FUNCTIONS, subjects=(*_CAPABILITIES_WITH_LIMITS, *_LIMITS)),
            Words(
                "The function before which an overdue matter of each kind is brought.",
                "各类逾期事项提交哪一机构督办。",
            ),
        ),
        "deadlines.remind_in_office_hours": Known(
            FlagType(),
            Words(
                "Whether reminders wait for office hours; the due instant does not.",
                "提醒是否只在办公时间发出（不影响到期时刻）。",
            ),
        ),
        "office.hours": Known(OfficeSpansType(), Words("When offices are open.", "办公时间。")),
        "staff.modes": Known(
            ChoicesType(STAFF_MODES),
            Words("In which modes officers are seconded to townships.", "执法人员下沉乡镇的方式。"),
        ),
        "files.max_size": Known(
            NumberType(unit="MiB", least=1, most=4096),
            Words("The largest single file that may be attached.", "单个附件的大小上限。"),
        ),
        "files.media_types": Known(
            TextsType(
                r"[a-z]+/[a-z0-9][a-z0-9.+-]*",
                Words("a media type such as application/pdf", "application/pdf这样的媒体类型"),
            ),
            Words("Which media types may be attached.", "允许作为附件的媒体类型。"),
        ),
        "exports.kept_for": Known(
            NumberType(unit="days", least=1, most=90),
            Words("How long the file of an export is kept.", "导出文件的保存时间。"),
        ),
        "exports.under_way_of_person": Known(
            NumberType(unit="exports", least=1, most=50),
            Words(
                "How many exports one person may have waiting or running in one body.",
                "同一人员在同一单位可同时排队和进行的导出数。",
            ),
        ),
        "exports.under_way_of_body": Known(
            NumberType(unit="exports", least=1, most=200),
            Words(
                "How many exports one body may have waiting or running.",
                "同一单位可同时排队和进行的导出数。",
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class SplitAspect:
    """An aspect of joint management that counties split between home and host, and the acts that can be split."""

    resource: str
    actions: tuple[str, ...]
    means: Words


SPLIT_ASPECTS: Mapping[str, SplitAspect] = MappingProxyType(
    {
        "register": SplitAspect(
            "secondment.entry",
            ("read",),
            Words("the named register of seconded staff", "下沉人员名册"),
        ),
    }
)
"""The aspects whose split is a county's own decision, each over one `resource.aspect` of the policies.

Business, daily management, appraisal and the rest join the register when the platform acts on them.
"""

SIDES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"home": ("home",), "host": ("host",), "both": ("home", "host")}
)
"""Which relations to a secondment a side of the split stands for."""
