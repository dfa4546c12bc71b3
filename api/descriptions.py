"""How everything in the schema is described: in English, a full stop and a blank, and then in Chinese.

`A case on its way from one body to another. 案件移送`: the English part is written in ASCII, so the first character
beyond it after a full stop begins the Chinese one, and whoever shows one language takes the two apart here. That
everything is described so, tests/api/test_schema.py sees to.

What GraphQL brings along (its own scalars and directives) is described here as well: for a reader of the schema it is
part of it. The types by which a schema is introspected are not: no question to the platform speaks of them.
"""

import re
from collections.abc import Mapping

from graphql import GraphQLSchema

from tenancy.refusals import Language

BOTH_LANGUAGES = re.compile(r"(?P<en>[\x00-\x7f‘’“”…]*)\.\s+(?P<zh>\S.*)", re.DOTALL)

SCHEMA = "Referrals, alerts, clocks and registers of a county's law enforcement. 县域综合行政执法共管平台接口"

BUILT_IN: Mapping[str, str] = {
    "String": "A text. 文本",
    "Int": "A whole number from -2^31 to 2^31 - 1. 整数",
    "Float": "A number, perhaps with a fraction. 数值（可带小数）",
    "Boolean": "`true` or `false`. 是或否",
    "ID": "A global id: a text that is not meant to be read. 全局编号",
    "@include": "Ask for this field or fragment only if so. 条件成立时才查询",
    "@include(if)": "Asked for when true. 为 true 时查询",
    "@skip": "Leave this field or fragment out if so. 条件成立时跳过",
    "@skip(if)": "Left out when true. 为 true 时跳过",
    "@deprecated": "It will go; the reason says what to use instead. 即将停用",
    "@deprecated(reason)": "Why, and what to use instead. 停用原因及替代项",
    "@specifiedBy": "Where the form of this scalar is written down. 标量格式的出处",
    "@specifiedBy(url)": "The address of that text. 出处网址",
    "@oneOf": "Exactly one of its fields must be given. 各项中须填且仅填一项",
}


def spoken(description: str, language: Language) -> str:
    """One language of a description; all of it where it cannot be taken apart."""
    found = BOTH_LANGUAGES.fullmatch(description)
    return description if found is None else found[language]


def unless_left_out(description: str) -> str:
    """The description of a part of an input that stays as it was where it is left out."""
    en, zh = (spoken(description, language) for language in ("en", "zh"))
    return f"{en}; left out: unchanged. {zh}；不填则不变"


def describe_the_rest(schema: GraphQLSchema) -> None:
    """Describe the schema itself and what GraphQL brings along.

    graphql-core has one object for each scalar and directive of its own in the whole process, and these are changed.
    """
    schema.description = SCHEMA
    for name, kind in schema.type_map.items():
        kind.description = BUILT_IN.get(name, kind.description)
    for directive in schema.directives:
        directive.description = BUILT_IN.get(f"@{directive.name}", directive.description)
        for name, argument in directive.args.items():
            argument.description = BUILT_IN.get(f"@{directive.name}({name})", argument.description)
