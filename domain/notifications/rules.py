"""Whom an announcement concerns, and the sentence in which its notice is told. Pure.

Whoever announces a new kind to somebody gives it a sentence in `NOTICES`; until then its delivery fails aloud.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.outbox.rules import Audience, ToFunction, ToPerson, ToTenant
from tenancy.refusals import Language

# The facts that hold the id of a body, whose name then stands in the sentence under the same word.
BODIES = ("sender", "receiver", "obligor", "waiting")

# The names of what is owed under a limit (the key in the rulebook), as they stand in a sentence: English and Chinese.
OWED: Mapping[str, tuple[str, str]] = {
    "alert.acknowledge": ("acknowledging an alert", "通报的签收"),
    "alert.answer": ("answering an alert", "通报的答复"),
    "leave.decide": ("deciding on a request for leave", "请假申请的审批"),
    "supervision.acknowledge": ("acknowledging a supervision note", "监督指导函的签收"),
    "supervision.answer": ("answering a supervision note", "监督指导函的答复"),
    "supervision.support": ("answering a request for technical support", "技术支持请求的书面反馈"),
    "discipline.ask_review": ("asking for a review", "申请复核"),
    "discipline.conclude": ("concluding a disciplinary case", "问责事项的处理"),
    "discipline.review": ("deciding a review", "问责处理的复核"),
    "consultation.opinion": (
        "giving an opinion on what is proposed about a seconded officer",
        "对派驻人员事项反馈意见",
    ),
    "consultation.consent": (
        "giving or refusing consent to what is proposed about a seconded officer",
        "对派驻人员事项答复是否同意",
    ),
    "referral.send": ("sending the referral", "移送案件"),
    "referral.send_urgent": ("sending the urgent referral", "紧急案件的移送"),
    "referral.take_in": ("taking the referral in", "移送案件的收件登记"),
    "referral.verify": ("verifying the referred case", "移送案件的核查"),
    "referral.tell": ("telling the sender in writing", "书面告知移送单位"),
    "referral.ask_for_material": ("asking for missing material", "函告补充材料"),
    "referral.supply_material": ("supplying missing material", "补齐移送材料"),
    "referral.settle_doubt": ("settling the doubt about competence", "管辖异议的处理"),
    "referral.decide": ("deciding the referred case", "移送案件的处理决定"),
    "referral.whole": ("bringing the whole referral to its end", "移送案件的全程办理"),
    "referral.outcome": ("telling the sender the outcome", "书面告知办理结果"),
}

NOTICES: Mapping[str, tuple[str, str]] = {
    "referral.submitted": (
        "A referral to {receiver} waits for your approval.",
        "有一件移送{receiver}的案件待您审批。",
    ),
    "referral.approved": (
        "The referral to {receiver} was approved and can be sent.",
        "移送{receiver}的案件已获批准，可以发出。",
    ),
    "referral.rejected": (
        "The draft of the referral to {receiver} was sent back. Revise it and submit it again.",
        "移送{receiver}的案件草稿已退回修改，请修改后重新报批。",
    ),
    "referral.sent": (
        "{sender} referred a case to {receiver}. Take it in.",
        "{sender}向{receiver}移送一件案件，请收件登记。",
    ),
    "referral.taken_in": (
        "{receiver} took in the case that {sender} referred; its answer follows.",
        "{receiver}已对{sender}移送的案件收件登记，将另行告知结果。",
    ),
    "referral.accepted": (
        "{receiver} accepted the case that {sender} referred.",
        "{receiver}已接收{sender}移送的案件。",
    ),
    "referral.stop_recorded": (
        "{sender} stopped the violation in the case referred to {receiver}, or ordered it to stop.",
        "{sender}已对移送{receiver}的案件中的违法行为责令停止或者制止。",
    ),
    "referral.prior_notice": (
        "{sender} will refer a case to {receiver}. Looking into it takes longer; it is to come by {due_at}.",
        "{sender}拟向{receiver}移送一件案件，因调查核实延长移送期限，至迟于{due_at}移送。",
    ),
    "referral.sending_extended": (
        "The limit for sending the referral to {receiver} was extended.",
        "移送{receiver}的案件，移送期限已延长。",
    ),
    "referral.verified": (
        "The case that {sender} referred was verified; it waits for an answer.",
        "{sender}移送的案件已核查，待决定并答复。",
    ),
    "referral.material_asked": (
        "{receiver} asks for more material on the case that {sender} referred.",
        "{receiver}就{sender}移送的案件函告补充材料。",
    ),
    "referral.material_supplied": (
        "{sender} answered the request for material on the case referred to {receiver}.",
        "{sender}已就移送{receiver}的案件补充材料或者说明情况。",
    ),
    "referral.competence_doubted": (
        "{receiver} doubts that the case that {sender} referred is its own; whose it is must be settled.",
        "{receiver}认为{sender}移送的案件不属于其管辖，待确定管辖。",
    ),
    "referral.competence_settled": (
        "It is settled whose matter the case is that {sender} referred to {receiver}.",
        "{sender}移送{receiver}的案件已确定管辖。",
    ),
    "referral.passed_on": (
        "{receiver} passes on the case that {sender} referred, and will tell the outcome.",
        "{receiver}已将{sender}移送的案件转送，并负责告知结果。",
    ),
    "referral.suspended": (
        "{receiver} waits for an inspection, a test or the like on the case that {sender} referred; its limits stand still.",
        "{receiver}就{sender}移送的案件委托检验、检测、鉴定等，相关期限中止计算。",
    ),
    "referral.resumed": (
        "{receiver} has what it waited for on the case that {sender} referred; its limits go on.",
        "{sender}移送{receiver}的案件，中止事由消除，相关期限恢复计算。",
    ),
    "referral.progress_reported": (
        "{receiver} reports how far the case is that {sender} referred.",
        "{receiver}已通报{sender}移送案件的办理进展。",
    ),
    "referral.decided": (
        "The case that {sender} referred to {receiver} was decided; the sender is to be told the outcome.",
        "{sender}移送{receiver}的案件已作出处理，待书面告知结果。",
    ),
    "referral.concluded": (
        "{receiver} told the outcome of the case that {sender} referred.",
        "{receiver}已书面告知{sender}移送案件的办理结果。",
    ),
    "referral.returned": (
        "{receiver} returned the case that {sender} referred, with reasons.",
        "{receiver}已将{sender}移送的案件退回，并说明了理由。",
    ),
    "referral.withdrawn": (
        "{sender} withdrew the case that it had referred to {receiver}.",
        "{sender}已撤回向{receiver}移送的案件。",
    ),
    "agreement.proposed": (
        "{sender} proposes a list of materials for referrals of an item to {receiver}. Confirm or decline it.",
        "{sender}向{receiver}提出某一事项的细化移送清单，请确认或说明理由不予确认。",
    ),
    "agreement.confirmed": (
        "{receiver} confirmed the list of materials that {sender} had proposed.",
        "{receiver}已书面确认{sender}提出的细化移送清单。",
    ),
    "agreement.declined": (
        "{receiver} declined the list of materials that {sender} had proposed, with reasons.",
        "{receiver}对{sender}提出的细化移送清单不予确认，并说明了理由。",
    ),
    "agreement.withdrawn": (
        "{sender} withdrew the list of materials that it had proposed to {receiver}.",
        "{sender}已撤回向{receiver}提出的细化移送清单。",
    ),
    "agreement.ended": (
        "The list of materials agreed between {sender} and {receiver} will no longer hold; see from which day.",
        "{sender}与{receiver}约定的细化移送清单将不再执行，请查看终止日期。",
    ),
    "liaison.named": (
        "{sender} named a liaison officer for {receiver}. See whom to call.",
        "{sender}已指定与{receiver}联系的联络员，请查看人员名单。",
    ),
    "liaison.replaced": (
        "{sender} replaced a liaison officer for {receiver}, with a hand-over note. See whom to call from which day.",
        "{sender}已更换与{receiver}联系的联络员并说明工作交接情况，请查看接任人员和日期。",
    ),
    "liaison.ended": (
        "A liaison officer of {sender} for {receiver} is not to be called any more; see from which day.",
        "{sender}与{receiver}联系的一名联络员将不再担任，请查看终止日期。",
    ),
    "alert.drafted": (
        "An alert of {sender} was drafted and waits for its head to send it.",
        "{sender}起草了一件通报（报告），待负责人发出。",
    ),
    "alert.sent": (
        "{sender} alerts {receiver} to a problem. Acknowledge it.",
        "{sender}向{receiver}通报（报告）有关情况，请签收。",
    ),
    "alert.acknowledged": (
        "{receiver} acknowledged the alert of {sender}.",
        "{receiver}已签收{sender}的通报（报告）。",
    ),
    "alert.answered": (
        "{receiver} answered the alert of {sender}.",
        "{receiver}已答复{sender}的通报（报告）。",
    ),
    "supervision.drafted": (
        "A supervision note of {sender} to {receiver} was drafted and waits for its head to send it.",
        "{sender}起草了一件致{receiver}的监督指导函，待负责人发出。",
    ),
    "supervision.sent": (
        "{sender} wrote to {receiver} about an item that was empowered. Acknowledge and answer it.",
        "{sender}就赋权事项向{receiver}发出监督指导函，请签收并答复。",
    ),
    "supervision.acknowledged": (
        "{receiver} acknowledged the supervision note of {sender}.",
        "{receiver}已签收{sender}的监督指导函。",
    ),
    "supervision.answered": (
        "{receiver} answered the supervision note of {sender}.",
        "{receiver}已答复{sender}的监督指导函。",
    ),
    "empowerment.published": (
        "{receiver} was empowered with items of the catalogue by a public notice. Sign for them.",
        "已公告赋予{receiver}行政执法事项，请签订承接确认书。",
    ),
    "empowerment.signed": (
        "{receiver} signed for the items that it was empowered with.",
        "{receiver}已签订赋权事项承接确认书。",
    ),
    "empowerment.recalled": (
        "Items that {receiver} was empowered with are recalled; see which, and from which day.",
        "赋予{receiver}的部分行政执法事项将被收回，请查看事项和起始日期。",
    ),
    "entrustment.signed": (
        "{sender} entrusts {receiver} with an item: it acts in that department's name.",
        "{sender}已委托{receiver}行使有关执法事项，以委托部门名义实施。",
    ),
    "entrustment.ended": (
        "{sender} ends what it entrusted {receiver} with; see from which day, and why.",
        "{sender}将终止对{receiver}的委托，请查看终止日期和理由。",
    ),
    "secondment.ordered": (
        "{sender} seconded an officer to {receiver}. See who comes, from which day, and in which post.",
        "{sender}已向{receiver}派驻执法人员，请查看人员、岗位和起始日期。",
    ),
    "secondment.extended": (
        "A secondment from {sender} to {receiver} was extended; see until when.",
        "{sender}派驻{receiver}的人员派驻期限已延长，请查看截止日期。",
    ),
    "secondment.ended": (
        "A secondment from {sender} to {receiver} was ended; what was in the officer's hands is in your queue with that.",
        "{sender}派驻{receiver}的人员已终止派驻，其经办事项随之退回待办队列，请及时安排。",
    ),
    "consultation.proposed": (
        "{sender} proposes something about an officer who is seconded between it and {receiver}. See what, and answer it where you are asked.",
        "{sender}就其与{receiver}共同管理的派驻人员提出事项，请查看；征求意见或者须经同意的，请答复。",
    ),
    "consultation.answered": (
        "{receiver} answered what {sender} had proposed about a seconded officer. See whether it may go on.",
        "{receiver}已答复{sender}就派驻人员提出的事项，请查看能否办理。",
    ),
    "consultation.withdrawn": (
        "{sender} withdrew what it had proposed to {receiver} about a seconded officer.",
        "{sender}已撤回就派驻人员向{receiver}提出的事项。",
    ),
    "consultation.carried_out": (
        "What {sender} had proposed to {receiver} about a seconded officer was carried out; see from which day.",
        "{sender}就派驻人员向{receiver}提出的事项已经办理，请查看起始日期。",
    ),
    "certificate.issued": (
        "{sender} issued an enforcement certificate to somebody of {receiver}; see until when it is valid.",
        "{sender}已向{receiver}的人员核发行政执法证，请查看有效期。",
    ),
    "certificate.withheld": (
        "{sender} withheld an enforcement certificate of {receiver}; until it is given back, it entitles to nothing.",
        "{sender}已暂扣{receiver}人员的行政执法证，发还前不得执法。",
    ),
    "certificate.restored": (
        "{sender} gave an enforcement certificate back to somebody of {receiver}.",
        "{sender}已向{receiver}的人员发还行政执法证。",
    ),
    "certificate.cancelled": (
        "{sender} cancelled an enforcement certificate of {receiver}; see why.",
        "{sender}已注销{receiver}人员的行政执法证，请查看原因。",
    ),
    "certificate.handed_in": (
        "Somebody of {receiver} handed in the enforcement certificate that {sender} had issued.",
        "{receiver}的人员已上缴{sender}核发的行政执法证。",
    ),
    "discipline.concluded": (
        "{sender} concluded a disciplinary case about a seconded officer; read the finding and the measure.",
        "{sender}已就下沉人员问责事项作出处理，请查看核查结论和处理措施。",
    ),
    "discipline.review_asked": (
        "An officer asks for a review of what {sender} decided in a disciplinary case. Decide it in time.",
        "当事人对{sender}作出的问责处理申请复核，请按期作出复核决定。",
    ),
    "discipline.reviewed": (
        "{sender} decided the review of a disciplinary case; read what holds now.",
        "{sender}已就问责处理作出复核决定，请查看复核结果。",
    ),
    "substitution.appointed": (
        "{sender} appointed you to stand in for a colleague. See for whom, and from when until when.",
        "{sender}已指定您为代行人，请查看被代行人和起止日期。",
    ),
    "substitution.covered": (
        "{sender} appointed a colleague to stand in for you. See who, and from when until when.",
        "{sender}已为您指定代行人，请查看代行人和起止日期。",
    ),
    "substitution.ended": (
        "{sender} ended a substitution that concerned you; nothing is lent by it any more.",
        "{sender}与您有关的代行已经终止，代行权限随即收回。",
    ),
    "leave.asked": (
        "Somebody of {sender} asks for leave. Decide on it.",
        "{sender}的一名工作人员提出请假申请，请审批。",
    ),
    "leave.approved": (
        "Your leave was approved; if you stood in for somebody or had a night on a roster, tell whoever plans.",
        "您的请假申请已获批准；如有代行或者值班安排，请告知排班人员。",
    ),
    "leave.refused": (
        "Your leave was not approved; see why.",
        "您的请假申请未获批准，请查看理由。",
    ),
    "leave.withdrawn": (
        "A request for leave of somebody of {sender} was withdrawn; nothing is left to decide.",
        "{sender}的一名工作人员已撤回请假申请，无需再审批。",
    ),
    "leave.announced": (
        "Somebody of {sender}, working with {receiver}, will be on leave. See the absences, and plan without them.",
        "{sender}在{receiver}工作的一名人员将请假，请查看请假人员并安排工作。",
    ),
    "leave.cancelled": (
        "Somebody of {sender}, working with {receiver}, is back from leave early, or does not take it. See the absences.",
        "{sender}在{receiver}工作的一名人员已销假，请查看请假人员。",
    ),
    "night_duty.planned": (
        "{sender} put you on its roster of night duty. See on which nights.",
        "{sender}已安排您住夜值班，请查看日期。",
    ),
    "night_duty.taken_off": (
        "{sender} took you off its roster of night duty for a night. See on which.",
        "{sender}已取消您的一次住夜值班，请查看日期。",
    ),
    "night_duty.swap_proposed": (
        "A colleague of {sender} proposes to swap nights with you. Accept or decline it.",
        "{sender}的一名同事提出与您换班，请同意或者不同意。",
    ),
    "night_duty.swap_accepted": (
        "A swap of nights was agreed on in {sender} and waits for whoever plans the roster to confirm it.",
        "{sender}有一项换班已经双方同意，请排班人员确认。",
    ),
    "night_duty.swap_declined": (
        "A swap of nights that you had proposed or agreed on in {sender} comes to nothing; the roster stays as it is.",
        "您在{sender}提出或者同意的换班未能成立，值班安排不变。",
    ),
    "night_duty.swapped": (
        "Nights on the roster of {sender} were swapped; see which is yours now.",
        "{sender}的值班已经换班，请查看您的值班日期。",
    ),
    "night_duty.missed": (
        "It is on record in {sender} that somebody missed a night on duty.",
        "{sender}已登记一名人员未到岗值班。",
    ),
    "export.finished": (
        "The export that you asked for is ready; its file is kept until {due_at}.",
        "您申请的台账导出已完成，文件保存至{due_at}。",
    ),
    "export.failed": (
        "The export that you asked for was stopped before its end; its entry says why.",
        "您申请的台账导出已中止，原因见导出记录。",
    ),
    "deadline.warned": (
        "The limit for {owed} ends soon: {obligor} has until {due_at}.",
        "{owed}期限将至：{obligor}应于{due_at}前完成。",
    ),
    "deadline.due": (
        "The limit for {owed} ends at {due_at}; {obligor} has not done it yet.",
        "{owed}即将到期：{obligor}应于{due_at}前完成。",
    ),
    "deadline.moved": (
        "The calendar changed: the limit for {owed}, which {obligor} owes, now ends at {due_at}.",
        "因日历调整，{obligor}的{owed}期限改至{due_at}。",
    ),
    "deadline.overdue": (
        "The limit for {owed} ended at {due_at}; {obligor} is overdue.",
        "{owed}已逾期：{obligor}应于{due_at}前完成，至今未完成。",
    ),
    "deadline.escalated": (
        "{obligor} has been overdue with {owed} since {due_at}; the matter now comes before the supervising body.",
        "{owed}逾期未完成：{obligor}应于{due_at}前完成，现已提交督办。",
    ),
}
"""Kind of announcement → the sentence of its notice, in English and Chinese."""

_SOMETHING_OWED = ("what is owed", "有关事项")
_NAMELESS: Mapping[Language, str] = {"en": "another body", "zh": "有关单位"}


class NoSentence(LookupError):
    """An announcement has an audience, and nobody said in which words to tell it. A fault of the house."""


@dataclass(frozen=True, slots=True)
class Post:
    """A capacity that is alive: whose it is, in which body, with which roles, and with which that an absent colleague's
    post lends."""

    capacity_id: UUID
    person_id: UUID
    tenant_id: UUID
    roles: frozenset[str]
    lent: frozenset[str] = frozenset()


def tenants_named(audiences: Iterable[Audience]) -> set[UUID]:
    """The bodies that are addressed by name."""
    return {audience.tenant_id for audience in audiences if isinstance(audience, ToTenant | ToPerson)}


def functions_named(audiences: Iterable[Audience]) -> set[str]:
    """The functions whose holders are addressed."""
    return {audience.function for audience in audiences if isinstance(audience, ToFunction)}


def concerned(
    audience: Sequence[Audience],
    *,
    posts: Mapping[UUID, Collection[Post]],
    holders: Mapping[str, Collection[UUID]],
    overseers: Collection[str],
) -> list[Post]:
    """The posts that the audience names, each once: `posts` by body, `holders` of functions.

    Of a body that holds a function only the roles of `overseers` are told, in their own right: others there may not open
    the matter. A body that is addressed as a party exercises no function on the matter, so it is not addressed as a
    holder too.
    """
    parties = tenants_named(audience)
    found: dict[UUID, Post] = {}
    for part in audience:
        match part:
            case ToTenant(tenant_id, roles):
                told = [
                    post
                    for post in posts.get(tenant_id, ())
                    if not (post.roles | post.lent).isdisjoint(roles)
                ]
            case ToPerson(tenant_id, person_id):
                told = [post for post in posts.get(tenant_id, ()) if post.person_id == person_id]
            case ToFunction(function):
                bodies = set(holders.get(function, ())) - parties
                told = [
                    post
                    for body in bodies
                    for post in posts.get(body, ())
                    if not post.roles.isdisjoint(overseers)
                ]
        found |= {post.capacity_id: post for post in told}
    return list(found.values())


def require_sentence(kind: str) -> None:
    """Raises `NoSentence` when there is none for this kind."""
    if kind not in NOTICES:
        raise NoSentence(f"{kind} is announced to somebody and has no sentence in NOTICES")


def bodies_named(facts: Mapping[str, Any]) -> set[UUID]:
    """The bodies whose names the sentence will need."""
    return {UUID(facts[word]) for word in BODIES if facts.get(word)}


def sentence(
    kind: str,
    facts: Mapping[str, Any],
    *,
    names: Mapping[UUID, str],
    zone: ZoneInfo,
    language: Language,
) -> str:
    """What the reader is told: names in place of ids, instants as the county's own time."""
    chosen = 0 if language == "en" else 1
    words = {
        word: names.get(UUID(facts[word]), _NAMELESS[language]) if facts.get(word) else _NAMELESS[language]
        for word in BODIES
    }
    if "limit" in facts:
        words["owed"] = OWED.get(facts["limit"], _SOMETHING_OWED)[chosen]
    if "due_at" in facts:
        words["due_at"] = datetime.fromisoformat(facts["due_at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    said = NOTICES[kind][chosen].format(**words)
    return said[0].upper() + said[1:]
