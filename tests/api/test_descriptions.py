"""Everything that the schema shows is described in both languages, and what is to go says what to use instead."""

import re
from collections.abc import Iterator

import pytest
from graphql import GraphQLSchema, build_schema

from api.descriptions import BOTH_LANGUAGES, describe_the_rest, spoken, unless_left_out
from api.schema import house_schema

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMED = re.compile(r"`(\w+)`")

Told = tuple[str, str | None, str | None]
"""A place in the schema, its description, and why it is to go."""


def told(schema: GraphQLSchema) -> Iterator[Told]:
    """Everything that has a name in the schema, but for the types by which it is introspected."""
    yield "schema", schema.description, None
    for directive in schema.directives:
        yield f"@{directive.name}", directive.description, None
        for name, argument in directive.args.items():
            yield f"@{directive.name}({name})", argument.description, argument.deprecation_reason
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        yield name, kind.description, None
        for key, part in {**getattr(kind, "fields", {}), **getattr(kind, "values", {})}.items():
            yield f"{name}.{key}", part.description, part.deprecation_reason
            for given, argument in getattr(part, "args", {}).items():
                yield f"{name}.{key}({given})", argument.description, argument.deprecation_reason


def in_both_languages(text: str | None) -> bool:
    parted = BOTH_LANGUAGES.fullmatch(text or "")
    return parted is not None and bool(re.search("[A-Za-z]", parted["en"]) and CHINESE.search(parted["zh"]))


def silent(schema: GraphQLSchema) -> list[str]:
    """What is not described in both languages, in the form that can be taken apart."""
    return [place for place, description, _ in told(schema) if not in_both_languages(description)]


def without_a_way_on(schema: GraphQLSchema) -> list[str]:
    """What is deprecated without a reason in both languages, or without naming something that stays."""
    everything = list(told(schema))
    staying = {re.split(r"[.(@]", place.rstrip(")"))[-1] for place, _, reason in everything if reason is None}
    return [
        place
        for place, _, reason in everything
        if reason is not None and not (in_both_languages(reason) and set(NAMED.findall(reason)) & staying)
    ]


class TestTheSchema:
    def test_is_described_in_both_languages(self) -> None:
        assert silent(house_schema()._schema) == []

    def test_says_of_everything_that_goes_what_to_use_instead(self) -> None:
        assert without_a_way_on(house_schema()._schema) == []


class TestADescription:
    @pytest.mark.parametrize(
        ("description", "en", "zh"),
        [
            ("The party. 当事人", "The party", "当事人"),
            (
                "A day: 2026-03-09. Never earlier. 日期（本县日历）",
                "A day: 2026-03-09. Never earlier",
                "日期（本县日历）",
            ),
            ("What is “late”. 逾期。Late 亦同", "What is “late”", "逾期。Late 亦同"),
            ("Sent as `a. b`. 形如 a. b 的文本", "Sent as `a. b`", "形如 a. b 的文本"),
        ],
    )
    def test_is_taken_apart(self, description: str, en: str, zh: str) -> None:
        assert (spoken(description, "en"), spoken(description, "zh")) == (en, zh)

    def test_in_one_language_is_shown_whole(self) -> None:
        assert spoken("起草", "en") == spoken("起草", "zh") == "起草"

    def test_of_what_may_be_left_out_says_so_in_both(self) -> None:
        assert unless_left_out("The party. 当事人") == "The party; left out: unchanged. 当事人；不填则不变"


MADE_UP = """
"A question. 查询"
type Query {
  "The old one. 旧"
  old(
    "How many. 条数"
    n: Int): Int @deprecated(reason: REASON)
  "The new one. 新"
  new: Int
}
"""


class TestTheTestsAbove:
    @pytest.mark.parametrize(
        ("here", "there", "place"),
        [
            ("The new one. 新", "The new one.", "Query.new"),
            ("The new one. 新", "新", "Query.new"),
            ("The new one. 新", "The new one 新", "Query.new"),
            ("How many. 条数", "", "Query.old(n)"),
            ("A question. 查询", "A question", "Query"),
        ],
    )
    def test_notice_what_is_not_described(self, here: str, there: str, place: str) -> None:
        schema = build_schema(MADE_UP.replace("REASON", '"x"').replace(here, there))
        describe_the_rest(schema)
        assert silent(schema) == [place]

    def test_notice_that_the_schema_itself_says_nothing(self) -> None:
        assert silent(build_schema(MADE_UP.replace("REASON", '"x"')))[0] == "schema"

    @pytest.mark.parametrize(
        ("reason", "bad"),
        [
            ("Use `new`. 请改用 `new`", False),
            ("Use `new` instead.", True),
            ("It is old. 已过时", True),
            ("Use `gone`. 请改用 `gone`", True),
            ("Use `old`. 请改用 `old`", True),
        ],
    )
    def test_notice_a_deprecation_that_leads_nowhere(self, reason: str, bad: bool) -> None:
        schema = build_schema(MADE_UP.replace("REASON", f'"{reason}"'))
        assert without_a_way_on(schema) == (["Query.old"] if bad else [])
