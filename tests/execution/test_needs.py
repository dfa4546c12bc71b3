"""What is made of objects of a type, wherever in a document they stand."""

import pytest
from graphql import OperationDefinitionNode, parse

from api.execution import Attribute, FromSource, Together
from api.execution.needs import NeedsAnywhere
from tests.execution.by_hand import schema_of

SCHEMA = schema_of(
    """
    type Query { body: Body person: Person named: Named either: Either }
    interface Named { name: String }
    union Either = Body | Person
    type Body implements Named { id: ID name: String code: String head: Person parts: [Body] }
    type Person implements Named { name: String home: Body age: Int }
    """,
    ways={
        "Body.id": FromSource(lambda row, _: row.key, frozenset({"key"})),
        "Body.name": Attribute("title"),
        "Body.code": Attribute("code"),
        "Body.head": Together(lambda *_: [], frozenset({"head_id"})),
        "Person.name": Attribute("name"),
        "Person.home": Together(lambda *_: [], frozenset({"home_id"})),
    },
)


def needs(text: str, of: str) -> object:
    operation, *fragments = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return NeedsAnywhere(SCHEMA, operation, fragments).of(SCHEMA.type_map[of])  # type: ignore[arg-type]  # fragments


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        ("{ body { id name __typename } }", "Body", {"key", "title"}),
        ("{ body { name head { home { code } } } }", "Body", {"title", "head_id", "code"}),
        ("{ body { name head { home { code } } } }", "Person", {"home_id"}),
        ("{ named { name } body { code } }", "Body", {"title", "code"}),
        ("{ named { name } }", "Person", {"name"}),
        ("{ either { ... on Body { id } ... on Named { name } } }", "Body", {"key", "title"}),
        ("{ either { ... on Body { id } } }", "Person", set()),
        ("{ person { ...P } } fragment P on Person { name home { ...B } } fragment B on Body { id }", "Body", {"key"}),
        ("query($no: Boolean!) { body { id code @include(if: $no) } }", "Body", {"key", "code"}),
        ("{ __typename }", "Body", set()),
    ],
)  # fmt: skip
def test_is_what_any_of_their_fields_looks_at(text: str, of: str, expected: set[str]) -> None:
    assert needs(text, of) == expected


@pytest.mark.parametrize("text", ["{ body { code parts { id } } }", "{ person { age name } }"])
def test_is_unknown_where_a_field_does_not_say(text: str) -> None:
    assert needs(text, "Body" if "body" in text else "Person") is None


def test_is_unknown_of_an_interface() -> None:
    assert needs("{ named { name } }", "Named") is None
