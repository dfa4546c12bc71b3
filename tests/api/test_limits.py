"""How much a document may ask for: each limit by itself, fragments that double, and an oracle that spreads them all."""

from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_introspection_query,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from api.errors import TooDeeplyNested
from api.limits import DocumentTooLarge, Limits, Measure, Measuring, excess
from tests.api.conftest import Client

SMALL = Limits(
    definitions=4,
    variables=2,
    depth=3,
    fields=6,
    aliases=2,
    directives=3,
    directives_in_one_place=2,
    repeats=3,
    introspection=2,
)

DOUBLING = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))


def refused(text: str, limits: Limits = SMALL) -> Any:
    refusal = excess(parse(text), limits)
    assert refusal is None or isinstance(refusal, DocumentTooLarge)
    return refusal and (refusal.facts["what"], refusal.facts["found"])


class TestEachLimit:
    @pytest.mark.parametrize(
        ("within", "beyond", "what", "found"),
        [
            ("{ a { a { a } } }", "{ a { a { a { a } } } }", "depth", 4),
            ("{ a b c d e f }", "{ a b c d e f g }", "fields", 7),
            ("{ x: a y: b }", "{ x: a y: b z: c }", "aliases", 3),
            ("{ a @i @i b @i }", "{ a @i @i b @i @i }", "directives", 4),
            ("{ a @i @i }", "{ a @i @i @i }", "directives in one place", 3),
            ("query Q @i { ... @i { a @i } }", "query Q @i { ... @i { a @i @i } }", "directives", 4),
            (
                "{ ...F } fragment F on T @i { a @i @i }",
                "{ ...F @i } fragment F on T @i { a @i @i }",
                "directives",
                4,
            ),
            ("query($a: A $b: A) { a }", "query($a: A $b: A $c: A) { a }", "variables", 3),
            ("query A { a } query B { a }", "{ a } " + "query B { a } " * 4, "definitions", 5),
            ("{ a a a }", "{ a a a a }", "repeated fields", 6),
            ("{ a { b } a { b } }", "{ a { b b } a { b } }", "repeated fields", 4),
            ("{ x: a x: b }", "{ x: a ... { x: b a: x } ...F } fragment F on T { a }", "aliases", 3),
            (
                "{ __schema { types { fields } } }",
                "{ __type { fields { args { types } } } }",
                "depth",
                4,
            ),
        ],
    )
    def test_lets_pass_what_just_fits(self, within: str, beyond: str, what: str, found: int) -> None:
        assert refused(within) is None
        assert refused(beyond) == (what, found)

    def test_of_the_schema_counts_lists_within_one_another_and_only_there(self) -> None:
        limits = Limits(introspection=2)
        assert refused("{ __schema { types { fields { name } } } }", limits) is None
        deeper = "{ __schema { types { fields { type { fields { name } } } } } }"
        assert refused(deeper, limits) == ("lists of the schema in one another", 3)
        assert refused(deeper.replace("__schema", "schema"), limits) is None

    def test_of_the_schema_lets_tools_ask_what_they_ask(self) -> None:
        assert refused(get_introspection_query(), Limits()) is None

    def test_counts_what_stands_below_the_schema(self) -> None:
        many = " ".join(f"a{n}: name" for n in range(61))
        assert refused("{ __schema { types { " + many + " } } }", Limits()) == ("aliases", 61)

    def test_counts_every_operation(self) -> None:
        assert refused("query A { a } query B { a b c d e f g }") == ("fields", 7)


class TestFragments:
    def test_that_double_are_measured_once(self) -> None:
        # Walked one by one, this would not end.
        document = f"{{ ...F0 }} {DOUBLING} fragment F60 on Query {{ a }}"
        assert refused(document, Limits()) == ("fields", 2**60)

    def test_that_spread_themselves_end(self) -> None:
        assert refused("{ ...A } fragment A on T { a ...B } fragment B on T { b ...A }", Limits()) is None
        circle = f"{{ ...F0 }} {DOUBLING} fragment F60 on Query {{ a {{ ...F0 }} }}"
        assert refused(circle, Limits()) == ("fields", 2**60)

    def test_within_one_another_beyond_reason_are_refused(self) -> None:
        nested = "... { " * 30
        parts = [f"fragment F{n} on T {{ {nested} ...F{n + 1} {'} ' * 30} }}" for n in range(150)]
        document = parse("{ ...F0 } " + " ".join(parts) + " fragment F150 on T { a }")
        assert isinstance(excess(document, Limits()), TooDeeplyNested)


names = st.sampled_from("abc")
directives = st.sampled_from(["", "@i", "@i @i"])


@st.composite
def selections(draw: st.DrawFn, spreads: list[str], depth: int = 3) -> str:
    """A selection that spreads only these fragments."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["leaf", "field", "inline", "spread"]))
        on = draw(directives)
        if kind == "spread" and spreads:
            parts.append(f"...{draw(st.sampled_from(spreads))} {on}")
        elif kind in ("field", "inline") and depth:
            below = draw(selections(spreads, depth - 1))
            name = draw(st.sampled_from(["", "x: "])) + draw(names)
            parts.append(f"{name if kind == 'field' else '...'} {on} {below}")
        else:
            parts.append(f"{draw(st.sampled_from(['', 'x: ', 'y: ']))}{draw(names)} {on}")
    return "{ " + " ".join(parts) + " }"


@st.composite
def documents(draw: st.DrawFn) -> DocumentNode:
    """An operation and three fragments, each of which spreads only those after it."""
    fragments = ["F0", "F1", "F2"]
    texts = [draw(selections(fragments))]
    for place, name in enumerate(fragments):
        below = draw(selections(fragments[place + 1 :], 2))
        texts.append(f"fragment {name} on T {draw(directives)} {below}")
    return parse(" ".join(texts))


class Spread:
    """The oracle: every fragment spread out where it stands, then counted by walking."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self.nodes: list[Any] = []
        self.levels: list[int] = []

    def walk(self, selection_set: SelectionSetNode, level: int) -> None:
        for node in selection_set.selections:
            self.nodes.append(node)
            if isinstance(node, FieldNode):
                self.levels.append(level)
                if node.selection_set is not None:
                    self.walk(node.selection_set, level + 1)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                self.nodes.append(fragment)
                self.walk(fragment.selection_set, level)
            else:
                self.walk(node.selection_set, level)  # type: ignore[attr-defined]  # nothing else is left

    @property
    def measure(self) -> Measure:
        fields = [node for node in self.nodes if isinstance(node, FieldNode)]
        on_each = [len(node.directives or ()) for node in self.nodes]
        return Measure(
            depth=max(self.levels),
            fields=len(fields),
            aliases=sum(node.alias is not None for node in fields),
            directives=sum(on_each),
            crowded=max(on_each),
        )


class TestAgainstAnOracle:
    @given(documents())
    def test_that_spreads_every_fragment(self, document: DocumentNode) -> None:
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        spread = Spread(document)
        spread.walk(operation.selection_set, 1)
        assert Measuring(document).operation(operation) == spread.measure


class TestTheText:
    async def test_is_refused_for_its_length_before_it_is_read(self, client: Client) -> None:
        answer = await client.ask("{ viewer { name } } " + " " * 100_000)
        assert answer.codes == ["DOCUMENT_TOO_LARGE"]
        assert "characters" in answer.body["errors"][0]["message"]

    async def test_is_refused_for_its_comments(self, client: Client) -> None:
        assert "data" in (await client.ask("{ __typename }" + "\n#" * 500)).body
        answer = await client.ask("{ __typename }" + "\n#" * 501)
        assert answer.codes == ["DOCUMENT_TOO_LARGE"]
        assert "comments > 500" in answer.body["errors"][0]["message"]

    async def test_is_refused_for_its_tokens(self, client: Client) -> None:
        answer = await client.ask("{ __typename(a: [" + "1 " * 8000 + "]) }")
        assert answer.codes == ["DOCUMENT_TOO_LARGE"]
        assert "tokens > 8000" in answer.body["errors"][0]["message"]

    async def test_with_a_mistake_is_still_told_where(self, client: Client) -> None:
        answer = await client.ask("{ viewer { ")
        assert answer.codes == ["BAD_REQUEST"]
        assert answer.body["errors"][0]["locations"]


class TestValidation:
    async def test_is_not_begun_where_it_would_compare_each_with_each(self, client: Client) -> None:
        """Five hundred times the same field in eight kilobytes: validation would take seconds."""
        answer = await client.ask("{ " + "viewer { name } " * 500 + "}")
        assert answer.codes == ["DOCUMENT_TOO_LARGE"]
        assert "repeated fields" in answer.body["errors"][0]["message"]
