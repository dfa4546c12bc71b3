"""The sentences in which it is told whose a matter is, why, and what to do now. English and Chinese."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from domain.catalogue.routing import Advice, Answer, Because, Reason
from domain.rulebooks.values import Words
from tenancy.refusals import Language

REASONS: Mapping[Because, Words] = MappingProxyType(
    {
        "listed": Words(
            "The item is in the catalogue, in its version from {day}; its department is {body}.",
            "该事项列入权力事项目录（自{day}起的版本），主管部门为{body}。",
        ),
        "unlisted": Words("The item is not in the catalogue on this day.", "该事项当日不在权力事项目录内。"),
        "powerless": Words(
            "The item carries no power for such a decision.", "该事项没有作出此类决定的权限。"
        ),
        "no_township": Words(
            "No township of the county was named; the department answers.",
            "未指明本县的乡镇（街道），由主管部门负责。",
        ),
        "patrolled": Words(
            "Where it arose a body only patrols; it hands over what it finds to {body} ({source}).",
            "事发地由只负责巡查的单位巡查，发现的违法行为移交{body}处理（{source}）。",
        ),
        "not_empowered": Words(
            "The township was not empowered with this; what is off its list is the department's.",
            "该权限未赋予该乡镇（街道）；清单外事项由部门负责。",
        ),
        "not_yet": Words(
            "{source} empowers the township only from {day} on.",
            "{source}自{day}起赋予该乡镇（街道），当日尚未施行。",
        ),
        "unsigned": Words(
            "{source} empowers the township from {day} on, but it had not signed for it on this day.",
            "{source}自{day}起赋予该乡镇（街道），但当日尚未签订承接确认书。",
        ),
        "recalled": Words(
            "What {source} gave the township is recalled from {day} on.",
            "{source}赋予该乡镇（街道）的该项权限已自{day}起收回。",
        ),
        "left_class": Words(
            "{source} is a class's, which the township left on {day}; what is off its list is the department's.",
            "{source}的赋权对象为镇街类别，该乡镇（街道）已自{day}起不属该类别；清单外事项由部门负责。",
        ),
        "empowered": Words(
            "The township was given this power from {day} on, by {source}.",
            "该乡镇（街道）自{day}起获赋该项权限（{source}）。",
        ),
        "transition": Words(
            "The transition lasts until {day}: what arises in it stays the department's.",
            "过渡期至{day}止，其间发生的事项仍由原部门负责。",
        ),
        "reserved": Words(
            "Such a decision stays with the department, also where the township was given the item.",
            "此类决定即使涉及已赋权或者委托的事项，仍由部门依法管辖。",
        ),
        "reserved_fine": Words(
            "Fines of {amount} yuan and more stay with the department, also where the township was given the item.",
            "罚款{amount}元以上的，即使涉及已赋权或者委托的事项，仍由部门依法管辖。",
        ),
        "entrusted": Words(
            "{body} entrusted the township with it ({source}, until before {day}).",
            "{body}已委托该乡镇（街道）行使该权限（{source}，至{day}前）。",
        ),
        "duty": Words(
            "The duty list names {body} from {day} on ({source}).",
            "履职清单自{day}起明确由{body}负责（{source}）。",
        ),
        "nobody": Words(
            "Neither the catalogue nor a duty list names anybody.", "目录和履职清单均未明确由谁负责。"
        ),
    }
)

ADVICE: Mapping[Advice, Words] = MappingProxyType(
    {
        "refer_in_time": Words(
            "Refer it to the department in time, as soon as a decision comes in sight that stays with it.",
            "属于或者可能属于部门保留管辖的决定的，应当及时移送部门。",
        ),
        "sign": Words(
            "The township's head can sign for what it was empowered with.",
            "乡镇（街道）负责人可签订承接确认书。",
        ),
        "ask_department": Words(
            "Ask the item's department which power applies.", "请与该事项的主管部门核对适用的权限。"
        ),
        "ask_government": Words(
            "Ask the coordination office: it rules on what is on no list, the county government names a department, and the "
            "matter is added to the list.",
            "请报综合执法协调机构快速裁定，或由县（区、市）人民政府指定部门，并及时纳入清单。",
        ),
        "act_in_its_name": Words(
            "Act in the department's name and within the agreement.", "以委托部门名义、在委托范围内实施。"
        ),
    }
)


def sentences(answer: Answer, *, names: Mapping[UUID, str], language: Language) -> str:
    """All steps of an answer and what to do now, one after another."""
    between = " " if language == "en" else ""
    steps = (
        sentence(reason, body=names.get(reason.body_id, "") if reason.body_id else "", language=language)
        for reason in answer.chain
    )
    return between.join((*steps, *(advised(advice, language) for advice in answer.advice)))


def sentence(reason: Reason, *, body: str, language: Language) -> str:
    """One step of the answer; `body` is the name of the body that it is about."""
    return _said(REASONS[reason.because], language).format(
        day=reason.day, body=body, source=reason.source, amount=reason.amount
    )


def advised(advice: Advice, language: Language) -> str:
    """What to do now."""
    return _said(ADVICE[advice], language)


def _said(words: Words, language: Language) -> str:
    return words.en if language == "en" else words.zh
