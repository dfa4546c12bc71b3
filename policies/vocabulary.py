"""The words that policy rows may use: roles, aspects of resources, and the actions on each aspect.

A closed list. A row with a word that is not here is refused when it is read, and a question with such a word is a
mistake in the program, so a misspelling can neither grant a right nor silently take one away. Relations have their
own closed list (`relations.py`), because they also carry their meaning in SQL.

This file grants nothing (`rules/*.csv` do) and knows no tables (`registry.py` binds aspects to them).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

Effect = Literal["permit", "forbid"]

EFFECTS: Final[tuple[Effect, ...]] = get_args(Effect)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means, in the two languages of the platform.

    An action that is `carried_on` is one that the heir of a body that is no more does in its name: it goes on with what is
    there. Whatever begins something is not, and neither is an action of which nobody thought.
    """

    en: str
    zh: str
    carried_on: bool = False


@dataclass(frozen=True, slots=True)
class Aspect:
    """One side of a resource that rights are given on; `capability` names the rules file and domain folder."""

    capability: str
    actions: tuple[str, ...]
    en: str
    zh: str


ROLES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "officer": Meaning("drafts and handles", "经办人员"),
        "head": Meaning("approves, accepts and returns in the body's name", "负责人"),
        "registrar": Meaning("sends, takes in and numbers", "收发人员"),
        "coordinator": Meaning("staff of the coordination office", "协调指挥人员"),
        "supervisor": Meaning("supervising staff of the justice bureau", "执法监督人员"),
        "personnel": Meaning("keeps the register of a body's people and seconds them", "人事人员"),
    }
)

# What an absent colleague's post lends to a substitute. Not personnel's, who give and take posts, and not the roles of
# oversight: they open the files of every body in the county, and whoever opens one answers for it in a post that they
# were given for that. For the same reason a lent role permits nothing that its holder may do as an overseer
# (`authority.py`).
LENDABLE: Final[frozenset[str]] = frozenset({"officer", "head", "registrar"})

ACTIONS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "read": Meaning("read", "查看", carried_on=True),
        "open": Meaning(
            "open through oversight, which leaves an audit line first", "监督调阅", carried_on=True
        ),
        "draft": Meaning("draft", "起草"),
        "revise": Meaning("revise", "修改", carried_on=True),
        "attach": Meaning("attach materials to", "附材料", carried_on=True),
        "list_article": Meaning("list articles in", "登记涉案物品", carried_on=True),
        "record_stop": Meaning("record a stop in", "登记制止情况", carried_on=True),
        "extend_sending": Meaning("extend the limit for sending of", "延长移送期限", carried_on=True),
        "submit": Meaning("submit for approval", "报批", carried_on=True),
        "approve": Meaning("approve", "批准", carried_on=True),
        "reject": Meaning("send the draft back", "退回修改", carried_on=True),
        "send": Meaning("send", "发出", carried_on=True),
        "withdraw": Meaning("withdraw", "撤回", carried_on=True),
        "discard": Meaning("discard", "删除草稿", carried_on=True),
        "take_in": Meaning("take in", "收件登记", carried_on=True),
        "verify": Meaning("verify", "核查", carried_on=True),
        "ask_for_material": Meaning("ask for material for", "函告补充材料", carried_on=True),
        "suspend": Meaning("let the limits stand still for", "中止计算期限", carried_on=True),
        "resume": Meaning("let the limits go on for", "恢复计算期限", carried_on=True),
        "supply": Meaning("supply material for", "补充材料", carried_on=True),
        "accept": Meaning("accept", "接收", carried_on=True),
        "return": Meaning("return with reasons", "退回", carried_on=True),
        "doubt": Meaning("doubt one's competence for", "提出管辖异议", carried_on=True),
        "settle": Meaning("record the settled competence for", "登记管辖决定", carried_on=True),
        "pass_on": Meaning("pass on", "转送"),
        "report_progress": Meaning("report the progress of", "通报进展", carried_on=True),
        "record_decision": Meaning("record the decision on", "登记办理决定", carried_on=True),
        "tell_outcome": Meaning("tell the outcome of", "告知办理结果", carried_on=True),
        "note": Meaning("note something about", "记录内部备注", carried_on=True),
        "propose": Meaning("propose", "提出约定"),
        "confirm": Meaning("confirm in writing", "书面确认"),
        "decline": Meaning("decline with reasons", "不予确认", carried_on=True),
        "end": Meaning("end", "终止", carried_on=True),
        "decide": Meaning("decide on", "决定", carried_on=True),
        "carry_out": Meaning("carry out", "办理", carried_on=True),
        "appoint": Meaning("appoint", "指定"),
        "give": Meaning("give to a unit", "交办"),
        "claim": Meaning("claim", "认领"),
        "release": Meaning("put back into the queue", "退回待办"),
        "name": Meaning("name for another body", "指定"),
        "replace": Meaning("replace by a successor", "更换"),
        "acknowledge": Meaning("acknowledge", "签收", carried_on=True),
        "answer": Meaning("answer", "答复", carried_on=True),
        "mark_read": Meaning("mark as read", "标为已读"),
        "store": Meaning("store", "上传", carried_on=True),
        "request": Meaning("ask for", "申请"),
        "cancel": Meaning("cancel", "取消"),
        "publish": Meaning("publish", "公布"),
        "recall": Meaning("recall", "收回"),
        "sign": Meaning("sign for", "签订"),
        "entrust": Meaning("entrust by", "委托"),
        "assess": Meaning("assess", "评估"),
        "enter": Meaning("enter on", "登记"),
        "change": Meaning("change", "变更", carried_on=True),
        "leave": Meaning("let leave", "离岗", carried_on=True),
        "order": Meaning("order", "派出"),
        "extend": Meaning("extend", "延长", carried_on=True),
        "issue": Meaning("issue", "核发"),
        "withhold": Meaning("withhold for a time", "暂扣", carried_on=True),
        "restore": Meaning("give back", "发还", carried_on=True),
        "hand_in": Meaning("hand in", "上缴", carried_on=True),
        "open_case": Meaning("open", "立项"),
        "drop": Meaning("drop", "撤销", carried_on=True),
        "conclude": Meaning("conclude", "作出处理", carried_on=True),
        "ask_review": Meaning("ask for a review of", "申请复核"),
        "review": Meaning("review", "复核", carried_on=True),
        "record": Meaning("put on record", "登记"),
        "remove": Meaning("take off the record", "删除登记", carried_on=True),
        "reveal": Meaning("reveal in plain", "查看明文"),
        "find": Meaning("look for by an exact value", "精确查询"),
        "ask": Meaning("ask for", "提出申请"),
        "plan": Meaning("plan", "安排"),
        "swap": Meaning("swap with a colleague", "换班"),
    }
)

CARRIED_ON: Final = frozenset(word for word, meaning in ACTIONS.items() if meaning.carried_on)
"""What an heir does in the name of a body that is no more."""

MANAGED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "guidance": ("business guidance", "业务指导（业务工作）"),
        "daily_management": ("daily management", "日常管理"),
        "everyday_appraisal": ("everyday appraisal", "平时考核"),
        "target_appraisal": ("target appraisal", "目标考核"),
        "party_relations": ("relations of Party, League and union", "党（团）组织关系、工会关系"),
        "pay": ("pay and benefits", "工资待遇"),
        "property": ("funds and property", "经费和资产"),
        "discipline": ("holding to account", "问责处理"),
        "training": ("training", "业务培训"),
        "appointment": ("appointing and removing a team's head", "队伍负责人任免"),
        "recall": ("recalling an officer", "召回"),
        "transfer": ("transferring an officer to another township", "调整派驻单位"),
        "borrowing": ("borrowing an officer away", "借调"),
    }
)
"""What is managed about a seconded officer: in each a county's rulebook says which side decides."""

ASPECTS: Final[Mapping[str, Aspect]] = MappingProxyType(
    {
        "referral.letter": Aspect(
            "referrals",
            (
                "read",
                "draft",
                "revise",
                "attach",
                "list_article",
                "record_stop",
                "extend_sending",
                "submit",
                "approve",
                "reject",
                "send",
                "supply",
                "withdraw",
                "discard",
                "take_in",
                "verify",
                "ask_for_material",
                "suspend",
                "resume",
                "accept",
                "return",
                "doubt",
                "settle",
                "pass_on",
                "report_progress",
                "record_decision",
                "tell_outcome",
                "note",
            ),
            "the letter that refers a matter, with its first facts and its state",
            "移送函",
        ),
        "referral.materials": Aspect(
            "referrals", ("read",), "the list of what was handed over", "移送材料清单"
        ),
        "referral.articles": Aspect("referrals", ("read",), "the list of articles involved", "涉案物品清单"),
        "referral.notes": Aspect(
            "referrals", ("read",), "what a body notes for itself about a referral", "内部备注"
        ),
        "referral.file": Aspect(
            "referrals", ("read", "open"), "the contents of the materials", "案卷材料内容"
        ),
        "referral.events": Aspect(
            "referrals", ("read",), "what happened to the referral, and when", "移送过程记录"
        ),
        "agreement.list": Aspect(
            "agreements",
            ("read", "propose", "confirm", "decline", "withdraw", "end"),
            "a list of materials that two bodies agree on for an item",
            "约定清单",
        ),
        "assignment.entry": Aspect(
            "assignments", ("read", "give", "claim", "release"), "who in a body handles a matter", "分办情况"
        ),
        "substitution.entry": Aspect(
            "substitutions", ("read", "appoint", "end"), "who in a body stands in for whom", "代行情况"
        ),
        "substitution.post": Aspect(
            "substitutions",
            ("read",),
            "a post of a body, among which substitutes are found",
            "本单位任职身份",
        ),
        "liaison.entry": Aspect(
            "liaisons",
            ("read", "name", "replace", "end"),
            "an officer whom another body calls",
            "联络员",
        ),
        "alert.letter": Aspect(
            "alerts",
            ("read", "draft", "revise", "discard", "send"),
            "an alert as its sender keeps it",
            "通报（报告）",
        ),
        "alert.notice": Aspect(
            "alerts", ("read", "acknowledge", "answer"), "an alert as one recipient has it", "通报件"
        ),
        "supervision.note": Aspect(
            "supervision",
            ("read", "draft", "revise", "discard", "send", "acknowledge", "answer"),
            "a letter between a department and a township about an item that was empowered",
            "监督指导函",
        ),
        "discipline.case": Aspect(
            "discipline",
            ("read", "open_case", "revise", "drop", "conclude", "ask_review", "review"),
            "what became of a seconded officer's failing",
            "问责事项",
        ),
        "secondment.entry": Aspect(
            "secondments",
            ("read", "order", "extend", "end"),
            "an entry in the register of secondments",
            "派驻人员登记",
        ),
        "leave.request": Aspect(
            "leave",
            ("read", "ask", "decide", "withdraw", "cancel"),
            "a request for leave, with its kind and reason",
            "请假申请",
        ),
        "leave.absence": Aspect(
            "leave", ("read",), "that somebody is on leave, and on which days", "请假人员"
        ),
        "night_duty.duty": Aspect(
            "night_duty", ("read", "plan", "swap"), "who is on duty in a body on a night", "住夜值班"
        ),
        "night_duty.swap": Aspect("night_duty", ("read",), "a swap of two nights between colleagues", "换班"),
        "attendance.entry": Aspect(
            "attendance", ("read", "record"), "whether somebody was in post on a day", "考勤登记"
        ),
        **{
            f"secondment.{aspect}": Aspect("secondments", ("decide",), en, zh)
            for aspect, (en, zh) in MANAGED.items()
        },
        "consultation.entry": Aspect(
            "consultations",
            ("read", "answer", "withdraw", "carry_out"),
            "what one co-manager proposes about a seconded officer, with the other's answer",
            "征求意见（征得同意）事项",
        ),
        "secondment.certificate": Aspect(
            "secondments",
            ("read",),
            "whether somebody stationed with the body may enforce, and until when",
            "派驻人员执法证情况",
        ),
        "secondment.ratio": Aspect(
            "secondments",
            ("read",),
            "that a secondment counts in the ratios of a body",
            "派驻人员计入比例统计",
        ),
        "staff.ratio": Aspect(
            "staff",
            ("read",),
            "that an entry of the register of staff counts in the ratios of a body",
            "在册人员计入比例统计",
        ),
        "staff.entry": Aspect(
            "staff",
            ("read", "enter", "change", "leave"),
            "what somebody is in the body that is their home",
            "人员在册登记",
        ),
        "certificate.entry": Aspect(
            "certificates",
            ("read", "issue", "withhold", "restore", "cancel", "hand_in"),
            "an enforcement certificate, with what became of it",
            "行政执法证",
        ),
        "qualification.entry": Aspect(
            "certificates",
            ("read", "enter"),
            "whether somebody has the legal qualification, or has reviewed since long ago",
            "法律职业资格登记",
        ),
        "notification.entry": Aspect(
            "notifications", ("read", "mark_read"), "a notice to somebody in a post", "通知"
        ),
        "inbox.post": Aspect(
            "inbox", ("read",), "a post of one's own, into which one looks from another", "本人任职身份"
        ),
        "file.content": Aspect("documents", ("read", "store"), "the bytes of a stored file", "文件内容"),
        "export.entry": Aspect(
            "exports", ("read", "request", "cancel"), "an export of a ledger, with its file", "台账导出"
        ),
        "deadline.clock": Aspect(
            "deadlines", ("read",), "a deadline, its rungs and what changed in it", "办理期限"
        ),
        "deadline.personnel_clock": Aspect(
            "deadlines",
            ("read",),
            "a deadline in a matter about people, its rungs and what changed in it",
            "人员事项办理期限",
        ),
        "item.entry": Aspect(
            "catalogue", ("read", "publish"), "an item of the catalogue, with its versions", "权力事项"
        ),
        "empowerment.notice": Aspect(
            "catalogue",
            ("read", "publish", "assess", "recall"),
            "what a township or a class of them was empowered with, and what was recalled",
            "赋权公告",
        ),
        "empowerment.acceptance": Aspect(
            "catalogue", ("read", "sign"), "that a township signed for an empowerment", "承接确认书"
        ),
        "entrustment.agreement": Aspect(
            "catalogue",
            ("read", "entrust", "end"),
            "what a department lets a township do in its name",
            "委托协议",
        ),
        "duty.entry": Aspect("catalogue", ("read", "publish"), "an entry of a duty list", "履职清单事项"),
        "patrol.entry": Aspect(
            "catalogue", ("read", "claim"), "what a township claimed to patrol", "巡查清单事项"
        ),
        "lenient.entry": Aspect(
            "catalogue", ("read", "publish"), "an entry of the lists of lenient handling", "包容审慎清单事项"
        ),
        "organisation.entry": Aspect(
            "organisations", ("read",), "a body of the county and its units", "机构信息"
        ),
        "personal_data.entry": Aspect(
            "personal_data",
            ("read", "record", "remove"),
            "that a number of a person is on record, and its masked form",
            "个人信息登记",
        ),
        "personal_data.value": Aspect(
            "personal_data", ("reveal", "find"), "the number itself", "个人信息明文"
        ),
        "lineage.entry": Aspect(
            "lineage",
            ("read",),
            "which body or unit became which, since when and by which document",
            "机构沿革",
        ),
    }
)
