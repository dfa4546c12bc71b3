"""The entries on referrals: what a place may rule about handing a case from one body to another.

The limits stand first, each saying from what it runs and who owes the act; then how a case is sent, how it is
received, what happens where the receiver doubts its competence, and how letters are numbered.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.entry_types import (
    ChoicesType,
    ChoiceType,
    FlagType,
    Known,
    LimitType,
    MaterialsType,
    NumberFormatType,
)
from domain.rulebooks.extension_type import ExtensionType
from domain.rulebooks.functions import FUNCTIONS
from domain.rulebooks.values import Words

DIRECTIONS: Mapping[str, Words] = MappingProxyType(
    {
        "township_to_department": Words("from a township to a department", "乡镇（街道）移送部门"),
        "department_to_township": Words("from a department to a township", "部门移送乡镇（街道）"),
        "township_to_township": Words("from one township to another", "乡镇（街道）之间移送"),
        "department_to_department": Words("from one department to another", "部门之间移送"),
    }
)

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

GROUNDS: Mapping[str, Words] = MappingProxyType(
    {
        "inspection": Words("an inspection", "检验"),
        "testing": Words("a test", "检测"),
        "quarantine": Words("a quarantine inspection", "检疫"),
        "appraisal": Words("a technical appraisal", "技术鉴定"),
        "expert_review": Words("a review by experts", "专家评审"),
    }
)
"""What the receiver may wait for while its clocks stand still."""

STANDING_STILL: Mapping[str, Words] = MappingProxyType(
    {
        "referral.verify": Words("verifying", "核查"),
        "referral.tell": Words("telling the sender", "告知"),
        "referral.decide": Words("deciding", "作出处理决定"),
        "referral.whole": Words("the whole referral", "全程办理"),
    }
)
"""The limits that can stand still while the receiver waits for one of these."""

REFERRALS: Mapping[str, Known] = MappingProxyType(
    {
        "referral.send": Known(
            LimitType(),
            Words(
                "From finding that another body is competent until the referral is sent; the sender owes it.",
                "自发现应由他方查处之日起至移送的期限，由移送单位承担。",
            ),
        ),
        "referral.send_urgent": Known(
            LimitType(),
            Words(
                "From finding what is urgent until it is referred; the sender owes it.",
                "情况紧急的，自发现之时起至移送的期限，由移送单位承担。",
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
                "From the end of verifying, or from arrival where nothing is verified first, until the sender is told "
                "in writing; the receiver owes it.",
                "自核查完成之日起（不先行核查的，自移送到达之日起）书面告知移送单位的期限，由接收单位承担。",
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
        "referral.settle_doubt": Known(
            LimitType(),
            Words(
                "From recording a doubt about competence until it is settled; whoever hears it owes it.",
                "自登记管辖异议之日起至处理完毕的期限，由负责处理异议的一方承担。",
            ),
        ),
        "referral.decide": Known(
            LimitType(),
            Words(
                "From acceptance until the decision on the case; the receiver owes it.",
                "自接收（立案）之日起作出处理决定的期限，由接收单位承担。",
            ),
        ),
        "referral.outcome": Known(
            LimitType(),
            Words(
                "From service of the decision, or from ending the matter, until the sender is told; the receiver owes it.",
                "自决定送达之日或者终结办理之日起书面告知结果的期限，由接收单位承担。",
            ),
        ),
        "referral.whole": Known(
            LimitType(),
            Words(
                "From the referral's arrival until its end, whatever the steps in between; the receiver owes it.",
                "自移送到达之日起至全部办结的总期限，与各环节期限并行计算，由接收单位承担。",
            ),
        ),
        "referral.directions": Known(
            ChoicesType(DIRECTIONS),
            Words("Between which kinds of bodies cases are referred.", "案件可以在哪些单位之间移送。"),
        ),
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
        "referral.late_sending_allowed": Known(
            FlagType(),
            Words(
                "Whether a referral may still be sent after its limit has passed.", "超过移送期限后可否移送。"
            ),
        ),
        "referral.late_sending_needs_reason": Known(
            FlagType(), Words("Whether late sending needs a reason.", "逾期移送是否须说明理由。")
        ),
        "referral.send_extension": Known(
            ExtensionType(),
            Words(
                "Whether the sender may extend its limit for sending, and up to what from the same finding, extensions included.",
                "移送单位可否延长移送期限；可以的，自发现之日起含延长在内最长多久。",
            ),
        ),
        "referral.stop_ongoing_first": Known(
            FlagType(),
            Words(
                "Whether a violation still going on is ordered to stop before it is referred.",
                "违法行为正在进行的，是否须先行制止再移送。",
            ),
        ),
        "referral.receiving": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "verify_then_tell": Words(
                            "taking in starts verifying, and verifying starts telling",
                            "受理后核查，核查后告知",
                        ),
                        "tell_from_arrival": Words(
                            "the receiver tells what it does with it within a limit from arrival",
                            "自移送到达之日起在期限内告知受理情况",
                        ),
                    }
                )
            ),
            Words("What the receiver owes first, and from when.", "接收单位收到移送后先办什么、自何时起算。"),
        ),
        "referral.supplying_suspends": Known(
            FlagType(),
            Words(
                "Whether the limit for verifying stands still while requested material is awaited.",
                "等待补正材料期间，核查期限是否中止计算。",
            ),
        ),
        "referral.whole_waits_too": Known(
            FlagType(),
            Words(
                "Whether the limit for the whole referral stands still with that for verifying, while material is awaited.",
                "等待补正材料期间核查期限中止的，全程办理期限是否一并中止。",
            ),
        ),
        "referral.suspension_allowed": Known(
            FlagType(),
            Words(
                "Whether the receiver's limits may stand still while an inspection, a test or an appraisal is out.",
                "委托检验、检测、鉴定等期间，接收单位的期限可否中止计算。",
            ),
        ),
        "referral.suspension_grounds": Known(
            ChoicesType(GROUNDS),
            Words(
                "For what the receiver may let its limits stand still.", "接收单位可以因何事由中止计算期限。"
            ),
        ),
        "referral.suspended_limits": Known(
            ChoicesType(STANDING_STILL),
            Words("Which limits of the receiver stand still then.", "中止计算适用于接收单位的哪些期限。"),
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
        "referral.passing_on_allowed": Known(
            FlagType(),
            Words(
                "Whether the receiver may refer the matter onward to a third body.",
                "接收单位可否将案件再行移送第三方。",
            ),
        ),
        "referral.doubted": Known(
            ChoiceType(
                MappingProxyType(
                    {
                        "ask_government": Words(
                            "the receiver asks the county government to decide",
                            "接收单位报请县（区、市）人民政府决定",
                        ),
                        "negotiate": Words("sender and receiver negotiate", "移送单位与接收单位协商"),
                        "coordinate": Words("a third body coordinates", "提请第三方协调"),
                    }
                )
            ),
            Words(
                "The first step where the receiver doubts its competence.",
                "接收单位认为不属于本单位管辖的，首先采取何种方式。",
            ),
        ),
        "referral.doubt_heard_by": Known(
            ChoiceType(
                MappingProxyType({"parties": Words("the two bodies themselves", "双方自行处理"), **FUNCTIONS})
            ),
            Words("Who settles a doubt about competence.", "管辖异议由谁处理。"),
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
    }
)
