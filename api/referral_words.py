"""The words of referrals as front ends know them: states, acts, events, kinds of materials, findings, decisions."""

from enum import Enum

import strawberry


@strawberry.enum(description="The states of a referral. 移送件状态")
class ReferralState(Enum):
    """As `domain/referrals/rules.py` has them."""

    DRAFT = strawberry.enum_value("draft", description="Being written. 起草中")
    AWAITING_APPROVAL = strawberry.enum_value("awaiting_approval", description="Before the head. 待审批")
    APPROVED = strawberry.enum_value("approved", description="Signed, not sent. 已批准")
    SENT = strawberry.enum_value("sent", description="With the receiver. 已移送")
    TAKEN_IN = strawberry.enum_value("taken_in", description="Receipted, not answered yet. 已收件")
    VERIFIED = strawberry.enum_value("verified", description="Verified, to be answered. 已核查")
    AWAITING_MATERIAL = strawberry.enum_value(
        "awaiting_material", description="The sender owes material. 待补材料"
    )
    DOUBTED = strawberry.enum_value("doubted", description="Whose matter it is, is to be settled. 管辖存疑")
    ACCEPTED = strawberry.enum_value("accepted", description="The receiver's matter now. 已接收")
    PASSED_ON = strawberry.enum_value(
        "passed_on", description="Referred onward; the receiver answers for it. 已转送"
    )
    DECIDED = strawberry.enum_value("decided", description="Decided; the outcome is to be told. 已作决定")
    CONCLUDED = strawberry.enum_value("concluded", description="The outcome was told. 已办结")
    RETURNED = strawberry.enum_value("returned", description="Back with the sender. 已退回")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Taken back by the sender. 已撤回")


@strawberry.enum(description="What can be done with a referral. 可办理的操作")
class ReferralAct(Enum):
    """As `domain/referrals/rules.py` has them."""

    REVISE = strawberry.enum_value("revise", description="Change the draft. 修改")
    ATTACH = strawberry.enum_value("attach", description="Attach or detach materials. 附材料")
    LIST_ARTICLE = strawberry.enum_value("list_article", description="List or strike articles. 登记涉案物品")
    RECORD_STOP = strawberry.enum_value("record_stop", description="Record a stop. 登记制止情况")
    EXTEND_SENDING = strawberry.enum_value(
        "extend_sending", description="Take longer to send, with prior notice. 延长移送期限"
    )
    SUBMIT = strawberry.enum_value("submit", description="Submit for approval. 报批")
    APPROVE = strawberry.enum_value("approve", description="Approve. 批准")
    REJECT = strawberry.enum_value("reject", description="Send the draft back. 退回修改")
    SEND = strawberry.enum_value("send", description="Send. 移送")
    TAKE_IN = strawberry.enum_value("take_in", description="Take in. 收件登记")
    VERIFY = strawberry.enum_value("verify", description="Verify. 核查")
    ASK_FOR_MATERIAL = strawberry.enum_value(
        "ask_for_material", description="Ask for missing material. 函告补充材料"
    )
    SUPPLY = strawberry.enum_value("supply", description="Supply what was asked for. 补充材料")
    SUSPEND = strawberry.enum_value(
        "suspend", description="Let the limits stand still while an appraisal is out. 中止计算"
    )
    RESUME = strawberry.enum_value("resume", description="Let the limits go on. 恢复计算")
    ACCEPT = strawberry.enum_value("accept", description="Accept. 接收")
    RETURN = strawberry.enum_value("return", description="Return. 退回")
    DOUBT = strawberry.enum_value("doubt", description="Doubt one's competence. 提出管辖异议")
    SETTLE = strawberry.enum_value("settle", description="Record whose matter it is. 登记管辖决定")
    PASS_ON = strawberry.enum_value("pass_on", description="Refer onward. 转送")
    REPORT_PROGRESS = strawberry.enum_value("report_progress", description="Report progress. 通报进展")
    RECORD_DECISION = strawberry.enum_value(
        "record_decision", description="Record the decision. 登记办理决定"
    )
    TELL_OUTCOME = strawberry.enum_value("tell_outcome", description="Tell the outcome. 告知办理结果")
    NOTE = strawberry.enum_value("note", description="Note something for your own body. 内部备注")
    WITHDRAW = strawberry.enum_value("withdraw", description="Withdraw. 撤回")
    DISCARD = strawberry.enum_value("discard", description="Delete what was never sent. 删除草稿")


@strawberry.enum(description="The kinds of materials. 移送材料种类")
class MaterialKind(Enum):
    """As `domain/rulebooks/registry.py` has them."""

    LETTER = strawberry.enum_value("letter", description="The letter, written here. 移送函")
    SOURCE = strawberry.enum_value("source", description="Source of the case. 案件来源材料")
    IDENTITY = strawberry.enum_value("identity", description="Papers of the party. 当事人证照材料")
    EVIDENCE = strawberry.enum_value("evidence", description="Evidence. 证据材料")
    TESTS = strawberry.enum_value("tests", description="Tests, appraisals, findings. 检测鉴定认定材料")
    CORRECTIONS = strawberry.enum_value("corrections", description="Orders to correct. 责令改正等材料")
    ARTICLES = strawberry.enum_value("articles", description="Articles involved. 涉案物品及清单")
    OTHER = strawberry.enum_value("other", description="Other. 其他材料")


@strawberry.enum(description="What happened to a referral. 移送过程")
class ReferralEventKind(Enum):
    """Facts, in the past tense."""

    DRAFTED = strawberry.enum_value("drafted", description="Drafted. 起草")
    REVISED = strawberry.enum_value("revised", description="Revised. 修改")
    MATERIAL_ATTACHED = strawberry.enum_value(
        "material_attached", description="Material was attached. 附材料"
    )
    MATERIAL_DETACHED = strawberry.enum_value(
        "material_detached", description="Material was taken out. 撤下材料"
    )
    SUBMITTED = strawberry.enum_value("submitted", description="Put before the head. 报批")
    APPROVED = strawberry.enum_value("approved", description="Approved by the head. 批准")
    REJECTED = strawberry.enum_value("rejected", description="Sent back by the head to be revised. 退回修改")
    SENT = strawberry.enum_value("sent", description="Sent. 移送")
    STOP_RECORDED = strawberry.enum_value(
        "stop_recorded", description="It was recorded how the violation was stopped. 登记制止情况"
    )
    SENDING_EXTENDED = strawberry.enum_value(
        "sending_extended", description="The limit for sending was extended. 延长移送期限"
    )
    ARTICLE_LISTED = strawberry.enum_value(
        "article_listed", description="An article was listed. 登记涉案物品"
    )
    ARTICLE_STRUCK = strawberry.enum_value(
        "article_struck", description="An article was struck from the list. 划去涉案物品"
    )
    TAKEN_IN = strawberry.enum_value("taken_in", description="Taken in. 收件登记")
    VERIFIED = strawberry.enum_value("verified", description="Verified. 核查")
    MATERIAL_ASKED = strawberry.enum_value(
        "material_asked", description="Material was asked for. 函告补充材料"
    )
    MATERIAL_SUPPLIED = strawberry.enum_value(
        "material_supplied", description="Material was supplied. 补充材料"
    )
    SUSPENDED = strawberry.enum_value(
        "suspended", description="The receiver's limits stand still from then on. 中止计算"
    )
    RESUMED = strawberry.enum_value("resumed", description="They went on. 恢复计算")
    COMPETENCE_DOUBTED = strawberry.enum_value(
        "competence_doubted", description="Competence was doubted. 提出管辖异议"
    )
    COMPETENCE_SETTLED = strawberry.enum_value(
        "competence_settled", description="Competence was settled. 确定管辖"
    )
    PASSED_ON = strawberry.enum_value("passed_on", description="Passed on to a third body. 转送")
    PROGRESS_REPORTED = strawberry.enum_value(
        "progress_reported", description="Progress was reported. 通报进展"
    )
    DECIDED = strawberry.enum_value("decided", description="Decided. 作出决定")
    CONCLUDED = strawberry.enum_value("concluded", description="The outcome was told. 告知办理结果")
    ACCEPTED = strawberry.enum_value("accepted", description="Accepted. 接收")
    RETURNED = strawberry.enum_value("returned", description="Returned. 退回")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Withdrawn. 撤回")


@strawberry.enum(description="What verifying found. 核查意见")
class ReferralFinding(Enum):
    """As `domain/referrals/rules.py` has them."""

    FIT = strawberry.enum_value("fit", description="A case for the receiver. 符合立案条件")
    UNFIT = strawberry.enum_value("unfit", description="No case for the receiver. 不符合立案条件")
    INCOMPLETE = strawberry.enum_value("incomplete", description="Material is missing. 材料需要补充")


@strawberry.enum(description="What the receiver waits for while its limits stand still. 中止事由")
class SuspensionGround(Enum):
    """As `domain/referrals/rules.py` has them."""

    INSPECTION = strawberry.enum_value("inspection", description="An inspection. 检验")
    TESTING = strawberry.enum_value("testing", description="A test. 检测")
    QUARANTINE = strawberry.enum_value("quarantine", description="A quarantine inspection. 检疫")
    APPRAISAL = strawberry.enum_value("appraisal", description="A technical appraisal. 技术鉴定")
    EXPERT_REVIEW = strawberry.enum_value("expert_review", description="A review by experts. 专家评审")


@strawberry.enum(description="How the receiver's case ended. 办理结论")
class ReferralDecision(Enum):
    """As `domain/referrals/rules.py` has them."""

    PENALTY = strawberry.enum_value("penalty", description="A penalty was imposed. 行政处罚")
    NO_PENALTY = strawberry.enum_value("no_penalty", description="No penalty was imposed. 不予处罚")
    TERMINATED = strawberry.enum_value("terminated", description="Ended without a decision. 终结办理")


@strawberry.enum(description="What was done about a violation that was going on. 制止方式")
class ReferralStop(Enum):
    """As `domain/referrals/rules.py` has them."""

    ORDERED = strawberry.enum_value("ordered", description="Ordered to stop. 责令停止")
    STOPPED = strawberry.enum_value("stopped", description="Stopped. 采取措施制止")


@strawberry.enum(description="The first step where competence is doubted. 管辖异议的处理方式")
class DoubtStep(Enum):
    """As `domain/rulebooks/entries_of/referrals.py` has them."""

    ASK_GOVERNMENT = strawberry.enum_value(
        "ask_government", description="The receiver asks the government. 报请政府确定"
    )
    NEGOTIATE = strawberry.enum_value("negotiate", description="The two bodies negotiate. 协商确定")
    COORDINATE = strawberry.enum_value("coordinate", description="A body of the county coordinates. 协调确定")
