"""What the explorer shows: the schema and the refusals as JSON, in chapters, each sentence in two languages.

Everything is read off the schema and the classes of the refusals; only the titles of the chapters are written here.
What a type or a call belongs to follows from the file it stands in, so a capability's new types find their chapter
by themselves, and what belongs to none stands in the last.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    print_ast,
)
from graphql.utilities import ast_from_value

from api.descriptions import spoken
from api.pages.operations import is_one_of, sample_operation
from tenancy.refusals import Refusal

SHARED = "house"

CHAPTERS: Mapping[str, tuple[str, str]] = {
    "sign_in": ("登录与身份", "Signing in"),
    "organisations": ("单位与内设机构", "Bodies and units"),
    "staff": ("人员", "Staff"),
    "secondments": ("派驻人员", "Secondments"),
    "referrals": ("案件移送", "Referrals"),
    "assignments": ("分办与认领", "Assignments"),
    "consultations": ("征求意见", "Consultations"),
    "inbox": ("我的待办", "Inbox"),
    "personnel": ("人事", "Personnel"),
    "certificates": ("行政执法证与资格", "Certificates"),
    "attendance": ("考勤", "Attendance"),
    "leave": ("请假销假", "Leave"),
    "night_duty": ("住夜值班", "Night duty"),
    "rotations": ("轮岗交流", "Rotations"),
    "ratios": ("人员配备比例", "Ratios"),
    "personal_data": ("个人信息", "Personal data"),
    "substitutions": ("代行", "Substitutions"),
    "liaisons": ("联络员", "Liaison officers"),
    "catalogue": ("权力事项目录", "The catalogue"),
    "discipline": ("问责处理", "Discipline"),
    "supervision": ("监督指导", "Supervision"),
    "lineage": ("机构沿革", "Lineage"),
    "agreements": ("约定清单", "Agreed lists"),
    "alerts": ("通报与报告", "Alerts"),
    "deadlines": ("办理期限", "Deadlines"),
    "notifications": ("通知", "Notices"),
    "changes": ("事项变化", "Changes"),
    "exports": ("导出", "Exports"),
    SHARED: ("通用部分", "What all share"),
}
"""The capabilities in the order in which somebody new reads them; the last has whatever belongs to none of them."""


def schema_reference(schema: GraphQLSchema) -> dict[str, Any]:
    """The types by name, the calls by their address (`Query.referrals`), and the chapters they stand in."""
    shown = [kind for name, kind in sorted(schema.type_map.items()) if not name.startswith("__")]
    roots = {
        root.name: (verb, root)
        for verb, root in (
            ("query", schema.query_type),
            ("mutation", schema.mutation_type),
            ("subscription", schema.subscription_type),
        )
        if root is not None
    }
    return {
        "chapters": [{"word": word, "zh": zh, "en": en} for word, (zh, en) in CHAPTERS.items()],
        "types": {
            kind.name: _type(kind, schema) | {"chapter": _chapter_of_type(kind, schema)}
            for kind in shown
            if kind.name not in roots
        },
        "calls": {
            f"{root.name}.{name}": _field(name, field)
            | {"verb": verb, "chapter": _chapter_of_call(field)}
            | _operation(verb, name, field)
            for verb, root in roots.values()
            for name, field in root.fields.items()
        },
    }


def refusal_reference(refusals: Iterable[type[Refusal]]) -> list[dict[str, str]]:
    """Every refusal: its code and its sentences."""
    return [{"code": each.code, "zh": each.zh, "en": each.en} for each in refusals]


def in_two_languages(description: str | None) -> dict[str, str]:
    """A description taken apart: "An English sentence. 中文"."""
    text = " ".join((description or "").split())
    zh, en = spoken(text, "zh"), spoken(text, "en")
    # What cannot be taken apart is shown as it is.
    return {"zh": zh, "en": f"{en}." if en != zh else ""}


def _type(kind: GraphQLNamedType, schema: GraphQLSchema) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": _kind(kind), **in_two_languages(kind.description)}
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        said["fields"] = [_field(name, field) for name, field in kind.fields.items()]
        said["is"] = [each.name for each in kind.interfaces]
    if isinstance(kind, GraphQLInputObjectType):
        said["fields"] = [_given(name, field) for name, field in kind.fields.items()]
        said["oneOf"] = is_one_of(kind)
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        said["canBe"] = sorted(each.name for each in schema.get_possible_types(kind))
    if isinstance(kind, GraphQLEnumType):
        said["values"] = [
            {"name": name} | in_two_languages(value.description) | _outdated(value)
            for name, value in kind.values.items()
        ]
    return said


def _kind(kind: GraphQLNamedType) -> str:
    match kind:
        case GraphQLInputObjectType():
            return "input"
        case GraphQLInterfaceType():
            return "interface"
        case GraphQLUnionType():
            return "union"
        case GraphQLEnumType():
            return "enum"
        case GraphQLObjectType():
            return "object"
    return "scalar"


def _field(name: str, field: GraphQLField) -> dict[str, Any]:
    return {
        "name": name,
        "type": str(field.type),
        "arguments": [_given(word, argument) for word, argument in field.args.items()],
        **in_two_languages(field.description),
        **_outdated(field),
    }


def _given(name: str, given: Any) -> dict[str, Any]:
    said = {"name": name, "type": str(given.type), **in_two_languages(given.description), **_outdated(given)}
    if given.default_value is not Undefined:
        default = ast_from_value(given.default_value, given.type)
        said["default"] = print_ast(default) if default else "null"
    return said


def _outdated(described: Any) -> dict[str, str]:
    reason = described.deprecation_reason
    return {"outdated": reason} if reason is not None else {}


def _operation(verb: str, name: str, field: GraphQLField) -> dict[str, Any]:
    sample = sample_operation(verb, name, field)
    return {"operation": sample.query, "variables": sample.variables}


def _chapter_of_type(kind: GraphQLNamedType, schema: GraphQLSchema) -> str:
    # Pages of a list and its orders are made in one place for all; they belong where the entries do.
    entries = schema.type_map.get(re.sub("(Connection|Edge|Sort)$", "", kind.name), kind)
    definition = entries.extensions.get("strawberry-definition")
    source = getattr(definition, "origin", None) or getattr(definition, "wrapped_cls", None)
    return _chapter(getattr(source, "__module__", ""))


def _chapter_of_call(field: GraphQLField) -> str:
    origin = getattr(field.extensions.get("strawberry-definition"), "origin", None)
    return _chapter(getattr(origin, "__module__", ""))


def _chapter(module: str) -> str:
    """`api.referral_acts` belongs to `referrals`."""
    file = module.rpartition(".")[2]
    for word in CHAPTERS:
        if file == word or file.startswith(f"{word.removesuffix('s')}_"):
            return word
    return SHARED
