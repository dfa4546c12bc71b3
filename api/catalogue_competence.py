"""Whose a matter is and which law applies to it, over GraphQL: the answer with its reasons, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

import strawberry

from api.asked import Asked
from api.batching import Arguments, Taken, Wanted, derived, question, reference, relation
from api.catalogue import ItemVersion
from api.identifiers import identifier_of
from api.organisations import Organisation
from domain.catalogue import competence, wording
from domain.catalogue.competence import Law, Question
from domain.catalogue.routing import Advice, Answer, Reason
from domain.organisations import queries as organisations
from domain.work import Work
from tenancy.refusals import Language


@strawberry.enum(description="The kinds of decisions that a matter can end in. 决定种类")
class CompetenceDecisionKind(Enum):
    """As `domain/rulebooks/entries_of/catalogue.py` has them."""

    INSPECTION = strawberry.enum_value("inspection", description="An inspection. 行政检查")
    COMPULSORY_MEASURE = strawberry.enum_value(
        "compulsory_measure", description="A compulsory measure. 行政强制措施"
    )
    PENALTY = strawberry.enum_value(
        "penalty", description="A penalty that is not known yet. 行政处罚（种类未定）"
    )
    WARNING = strawberry.enum_value("warning", description="A warning or public criticism. 警告、通报批评")
    FINE = strawberry.enum_value("fine", description="A fine. 罚款")
    CONFISCATION = strawberry.enum_value(
        "confiscation", description="A confiscation. 没收违法所得、没收非法财物"
    )
    SUSPENDING_LICENCE = strawberry.enum_value(
        "suspending_licence", description="Suspending a licence. 暂扣许可证件"
    )
    LOWERING_QUALIFICATION = strawberry.enum_value(
        "lowering_qualification", description="Lowering a qualification. 降低资质等级"
    )
    REVOKING_LICENCE = strawberry.enum_value(
        "revoking_licence", description="Revoking a licence. 吊销许可证件"
    )
    SUSPENSION_OR_CLOSURE = strawberry.enum_value(
        "suspension_or_closure", description="Ordering suspension or closure. 责令停产停业、责令关闭"
    )
    RESTRICTING_ACTIVITY = strawberry.enum_value(
        "restricting_activity", description="Restricting production or business. 限制开展生产经营活动"
    )
    RESTRICTING_OCCUPATION = strawberry.enum_value(
        "restricting_occupation", description="Restricting an occupation. 限制从业"
    )
    OTHER_PENALTY = strawberry.enum_value(
        "other_penalty", description="Another penalty by statute or regulation. 其他行政处罚"
    )


@strawberry.enum(description="What a step of the answer rests on. 理由种类")
class CompetenceGround(Enum):
    """As `domain/catalogue/routing.py` has them."""

    LISTED = strawberry.enum_value("listed", description="The item's entry. 列入目录")
    UNLISTED = strawberry.enum_value(
        "unlisted", description="It is not in the catalogue on that day. 当日不在目录"
    )
    POWERLESS = strawberry.enum_value("powerless", description="The item carries no such power. 无此权限")
    NO_TOWNSHIP = strawberry.enum_value(
        "no_township", description="No township of the county was named. 未指明本县乡镇（街道）"
    )
    PATROLLED = strawberry.enum_value(
        "patrolled", description="A body only patrols there, and hands over. 巡查移交"
    )
    NOT_EMPOWERED = strawberry.enum_value("not_empowered", description="Not given to it. 未赋权")
    NOT_YET = strawberry.enum_value("not_yet", description="Given only later. 赋权尚未施行")
    UNSIGNED = strawberry.enum_value("unsigned", description="Not signed for yet. 未签承接确认书")
    RECALLED = strawberry.enum_value("recalled", description="Taken back. 已收回")
    LEFT_CLASS = strawberry.enum_value(
        "left_class", description="It left the class to which that is given. 已不属获赋权的镇街类别"
    )
    EMPOWERED = strawberry.enum_value("empowered", description="Given to it. 已赋权")
    TRANSITION = strawberry.enum_value("transition", description="Within the transition. 过渡期内")
    RESERVED = strawberry.enum_value("reserved", description="A decision that stays. 保留管辖")
    RESERVED_FINE = strawberry.enum_value("reserved_fine", description="A fine that stays. 大额罚款")
    ENTRUSTED = strawberry.enum_value("entrusted", description="Entrusted to it. 委托")
    DUTY = strawberry.enum_value("duty", description="A duty list. 履职清单")
    NOBODY = strawberry.enum_value("nobody", description="Nobody is named. 未明确责任单位")


@strawberry.enum(description="What to do now. 处理建议")
class CompetenceAdviceKind(Enum):
    """As `domain/catalogue/routing.py` has them."""

    REFER_IN_TIME = strawberry.enum_value("refer_in_time", description="Refer it in time. 及时移送")
    SIGN = strawberry.enum_value("sign", description="Sign for it. 签订承接确认书")
    ASK_DEPARTMENT = strawberry.enum_value("ask_department", description="Ask the department. 与主管部门核对")
    ASK_GOVERNMENT = strawberry.enum_value(
        "ask_government", description="Have somebody named. 报请裁定或指定"
    )
    ACT_IN_ITS_NAME = strawberry.enum_value(
        "act_in_its_name", description="Act in the department's name. 以委托部门名义实施"
    )


@strawberry.enum(description="Which version of an item applies, and why. 法律适用")
class ApplicableLawGround(Enum):
    """As `domain/catalogue/rules.py` has them."""

    SAME = strawberry.enum_value("same", description="It has not changed. 未变化")
    OLD = strawberry.enum_value(
        "old", description="The violation's day decides: the newer is not lighter. 从旧"
    )
    LIGHTER = strawberry.enum_value("lighter", description="The newer is lighter. 从轻，适用新规定")
    UNDECIDED = strawberry.enum_value(
        "undecided", description="The bands do not compare: a person must decide. 无法比较，须人工判断"
    )
    GONE = strawberry.enum_value(
        "gone",
        description="It has left the catalogue: a person must see whether it is still a violation. "
        "已不在目录，须人工判断是否仍属违法",
    )
    UNLISTED = strawberry.enum_value(
        "unlisted", description="It was not in the catalogue on that day. 违法行为发生时不在目录"
    )


async def _sentences(
    work: Work, reasons: Sequence[Reason], _arguments: Arguments, wanted: Wanted
) -> Sequence[str]:
    named = {reason.body_id for reason in reasons if reason.body_id is not None}
    known = await organisations.of_ids(work, named) if named else {}
    return [
        wording.sentence(
            reason,
            body="" if reason.body_id is None else known[reason.body_id].name,
            language=wanted.language,
        )
        for reason in reasons
    ]


@strawberry.type(description="One step to the answer whose a matter is. 管辖理由")
class CompetenceReason:
    """With what it rests on."""

    ground: CompetenceGround = derived(lambda reason, _asked: reason.because, description="What. 理由种类")
    sentence: str = relation(_sentences, description="In words. 说明")
    day: date | None = strawberry.field(description="Since when, or until when. 日期")
    body: Organisation | None = reference(
        organisations.of_ids, through="body_id", description="The body that it is about. 相关单位"
    )
    document: str | None = derived(
        lambda reason, _asked: reason.source, description="By which document. 依据文件"
    )
    fine_from: int | None = derived(
        lambda reason, _asked: reason.amount, description="From which amount in yuan. 金额（元）"
    )


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """What stands behind `CompetenceAdvice`."""

    advised: Advice
    sentence: str


@strawberry.type(description="What to do now. 处理建议")
class CompetenceAdvice:
    """In a word and in a sentence."""

    advised: CompetenceAdviceKind = strawberry.field(description="What. 建议种类")
    sentence: str = strawberry.field(description="In words. 说明")


def advised(answer: Answer, language: Language) -> list[AdviceRow]:
    """The advice of an answer, in the reader's language."""
    return [AdviceRow(advice, wording.advised(advice, language)) for advice in answer.advice]


def _advice(answer: Answer, asked: Asked) -> list[AdviceRow]:
    return advised(answer, asked.language)


@strawberry.type(description="Whose a matter is, and why. 管辖")
class Competence:
    """As the catalogue says; it decides no dispute."""

    body: Organisation | None = reference(
        organisations.of_ids,
        through="body_id",
        description="Whose it is; null when nobody is named. 有权管辖的单位",
    )
    in_the_name_of: Organisation | None = reference(
        organisations.of_ids,
        through="in_the_name_of",
        description="The department for which a township acts by entrustment. 委托部门",
    )
    supervised_by: Organisation | None = reference(
        organisations.of_ids,
        through="supervised_by",
        description="The department that goes on supervising what the township does. 继续履行监管职责的部门",
    )
    supervision: str | None = strawberry.field(description="Where that is said. 监管依据")
    chain: list[CompetenceReason] = strawberry.field(description="Why, step by step. 理由")
    advice: list[CompetenceAdvice] = derived(_advice, description="What to do now. 处理建议")


@strawberry.type(description="Which version of an item applies to a violation. 法律适用")
class ApplicableLaw:
    """The law of the violation's day, unless the newer is lighter (Penalty Law, art. 37)."""

    applies: ItemVersion | None = strawberry.field(
        description="The version that applies; null when a person must decide. 适用的版本"
    )
    then: ItemVersion | None = strawberry.field(description="That of the violation's day. 行为时的版本")
    why: ApplicableLawGround = strawberry.field(description="Why. 理由")


async def _who_is_competent(work: Work, arguments: Arguments, _wanted: Wanted) -> Answer:
    place = arguments["place"]
    return await competence.whose(
        work,
        Question(
            code=arguments["code"],
            township_id=None if place is None else identifier_of("Organisation", place, field="place"),
            day=arguments["on"],
            decision=arguments["decision"].value,
            fine=arguments["fine"],
        ),
    )


async def _applicable_law(work: Work, arguments: Arguments, _wanted: Wanted) -> Law:
    return await competence.applicable_law(
        work, arguments["code"], violation_on=arguments["violation_on"], decided_on=arguments["decided_on"]
    )


@strawberry.type
class CompetenceQueries:
    """Asking whose a matter is, and by which law."""

    who_is_competent: Competence = question(
        _who_is_competent,
        description="Whose a matter is, from its item, place, day and the decision that it may end in. 该由谁管",
        takes={
            "code": Taken(str, "The item's code, or that of a duty list. 事项代码"),
            "place": Taken(strawberry.ID | None, "The township in which it arose. 事发乡镇（街道）"),
            "on": Taken(date, "The day on which it arose. 发生日期"),
            "decision": Taken(
                CompetenceDecisionKind, "What it may end in. 决定种类", CompetenceDecisionKind.PENALTY
            ),
            "fine": Taken(int | None, "The fine in yuan, where it is known. 罚款金额（元）"),
        },
    )
    applicable_law: ApplicableLaw = question(
        _applicable_law,
        description="Which version of an item applies to a violation. 适用哪一时期的规定",
        takes={
            "code": Taken(str, "The item's code. 事项代码"),
            "violation_on": Taken(date, "The day of the violation. 违法行为发生日期"),
            "decided_on": Taken(date, "The day of the decision. 作出决定日期"),
        },
    )
