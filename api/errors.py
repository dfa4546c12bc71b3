"""How a refusal looks to a front end, and what becomes of everything that was not expected.

Reads show a refusal as a GraphQL error with `extensions.code`; acts show it among their `userErrors`. Both carry the
same code and the same sentence, in the reader's language. What is no refusal is a fault of ours: the reader gets the id
of the request, and the log has that id with the whole story.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from tenancy.refusals import Language, Refusal
from tenancy.telemetry import current_id, note_code
from tenancy.transactions import is_out_of_reach, was_given_up

log = logging.getLogger("gongguan.api")


class Internal(Refusal):
    """Something failed that should not have; the log has it under this id."""

    code = "INTERNAL"
    en = "Something went wrong on our side. If it happens again, report the number {id}."
    zh = "系统内部出错。如再次出现，请将编号{id}告知管理员。"


class Unavailable(Refusal):
    """The database takes nobody just now: it starts, stops, is full or out of reach. The log has it under this id."""

    code = "UNAVAILABLE"
    en = "Our database cannot be reached just now. Send the same again; if it lasts, report {id}."
    zh = "系统暂时无法访问数据库。请稍后原样重试；如持续出现，请将编号{id}告知管理员。"


class InEachOthersWay(Refusal):
    """Two acts waited for each other, and PostgreSQL gave this one up: nothing of it is done."""

    code = "IN_EACH_OTHERS_WAY"
    en = "Somebody did something about the same just now, and nothing of yours was done. Look again, and send it again."
    zh = "他人刚刚同时办理了相关事项，本次操作未办理。请刷新后重试。"


class TooDeeplyNested(Refusal):
    """The document or its variables are nested deeper than anything a front end would write."""

    code = "TOO_DEEPLY_NESTED"
    en = "The request is nested too deeply. Ask in several requests."
    zh = "请求的嵌套层次过深。请分多次查询。"


class BadRequest(Refusal):
    """The request is not GraphQL as the schema has it.

    Where graphql-core finds that out, its own sentence is sent, with what to do next: to readers of English before that, to
    readers of Chinese behind one that says what is wrong and where.
    """

    code = "BAD_REQUEST"
    en = "The request cannot be answered as it is: {problem_en}"
    zh = "请求有误，无法受理：{problem_zh}"


FAULTS: Mapping[str, int] = {Internal.code: 500, Unavailable.code: 503}
"""What failed on our side, as HTTP tells it where there is no other answer."""

WORDS: Mapping[str, str] = {
    "document": "文档",
    "operation_definition": "操作",
    "field": "字段",
    "argument": "参数",
    "variable": "变量",
    "variable_definition": "变量",
    "fragment_definition": "片段",
    "fragment_spread": "片段",
    "inline_fragment": "片段",
    "directive": "指令",
    "named_type": "类型",
    "name": "名称",
}
"""What graphql-core complains of, by the kind of the node; of all others, it is the value."""


@dataclass(frozen=True, slots=True)
class UserError:
    """A refusal in the reader's language, as the payload of an act shows it."""

    code: str
    message: str
    field: str | None


def presented(errors: Iterable[GraphQLError], language: Language) -> list[dict[str, Any]]:
    """The errors of an operation as they go out, each with `extensions.code`."""
    shown = [_presented(error, language) for error in errors]
    for error in shown:
        note_code(error["extensions"]["code"])
    return shown


def user_error(refusal: Refusal, language: Language, *, fields: Iterable[str] = ()) -> UserError:
    """A refusal for a payload; its field is named as the input (whose `fields` are given) names it."""
    note_code(refusal.code)
    return UserError(refusal.code, refusal.sentence(language), _field_as_sent(refusal.field, fields))


def logged(error: BaseException, *, where: str) -> Internal | Unavailable | InEachOthersWay:
    """Write an unexpected error to the log, and return what may be said of it."""
    identifier = current_id()
    log.error("%s in %s", identifier, where, exc_info=error)
    if was_given_up(error):
        return InEachOthersWay()
    return Unavailable(id=identifier) if is_out_of_reach(error) else Internal(id=identifier)


def extensions(refusal: Refusal) -> dict[str, Any]:
    """What a program is told of a refusal, beside the sentence for its reader."""
    told: dict[str, Any] = {"code": refusal.code}
    told |= {in_camel_case(fact): refusal.facts[fact] for fact in refusal.shown}
    if refusal.field is not None:
        told["field"] = in_camel_case(refusal.field)
    return told


def is_about_the_request(error: GraphQLError) -> bool:
    """Whether the request did not fit the schema, so that nothing was executed: it names a place in the document, and
    none in the answer."""
    return error.path is None and bool(error.locations)


def _presented(error: GraphQLError, language: Language) -> dict[str, Any]:
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    shown: dict[str, Any] = {
        key: value for key, value in error.formatted.items() if key in ("locations", "path")
    }
    if cause is None or is_about_the_request(error) or isinstance(cause, StrawberryInputCoercionError):
        return {
            "message": _what_does_not_fit(error, language),
            **shown,
            "extensions": {"code": BadRequest.code, **(error.extensions or {})},
        }
    if isinstance(cause, RecursionError):
        refusal: Refusal = TooDeeplyNested()
    elif isinstance(cause, Refusal):
        refusal = cause
    else:
        refusal = logged(cause, where=_field(error))
    return {"message": refusal.sentence(language), **shown, "extensions": extensions(refusal)}


def _what_does_not_fit(error: GraphQLError, language: Language) -> str:
    if language == "en":
        said = error.message if error.message.endswith((".", "?", "!")) else f"{error.message}."
        return f"{said} Correct the request against the schema and send it again."
    if isinstance(error, GraphQLSyntaxError):
        what = "语法"
    else:
        what = WORDS.get(error.nodes[0].kind, "取值") if error.nodes else "操作"
    places = "、".join(f"第{place.line}行第{place.column}列" for place in error.locations or ())
    where = f"（{places}）" if places else ""
    problem = f"{what}不符合要求{where}。请对照接口模式修改后重新发送。原文：{error.message}"
    return BadRequest(problem_en=error.message, problem_zh=problem).sentence("zh")


def _field(error: GraphQLError) -> str:
    """By the schema's word: the path is made of aliases, and those are the client's."""
    names = [node.name.value for node in error.nodes or () if isinstance(node, FieldNode)]
    return f"the field {names[0]}" if names else "the operation"


def _field_as_sent(field: str | None, fields: Iterable[str]) -> str | None:
    """The domain says `addressee` or `late_reason`; the input says `addresseeId` and `lateReason`."""
    if field is None:
        return None
    camel = in_camel_case(field)
    return f"{camel}Id" if camel not in fields and f"{camel}Id" in fields else camel


def in_camel_case(name: str) -> str:
    """`late_reason` as a front end writes it: `lateReason`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
