"""One thing after the other that documents, types and resolvers can be: each is answered breadth first as GraphQL says.

What is expected is written down; that graphql-core answers the same is checked with it (`by_hand.answered`).
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLDeferDirective,
    GraphQLSchema,
    execute,
    experimental_execute_incrementally,
    get_introspection_query,
    parse,
    specified_directives,
    subscribe,
)

from api.execution import BreadthFirst
from tests.execution.animals import REX, TOM, animals, later, of
from tests.execution.by_hand import answered, breadth_first, by_graphql_core, data, schema_of, told


class TestSelections:
    async def test_keys_stand_in_the_order_of_the_document_merged_ones_where_they_were_first(self) -> None:
        schema, asked = animals(dog=REX)
        text = "{ dog { size ...F name barks: __typename } } fragment F on Dog { barks2: barks name size }"
        assert list((await data(schema, text, **asked))["dog"].items()) == [
            ("size", 3), ("barks2", True), ("name", "Rex"), ("barks", "Dog"),
        ]  # fmt: skip

    async def test_fields_of_one_name_are_merged_across_fragments(self) -> None:
        schema, asked = animals(dog=REX)
        text = "{ dog { friend { name } } ...A } fragment A on Query { dog { friend { again: name } size } }"
        assert await data(schema, text, **asked) == {
            "dog": {"friend": {"name": "Tom", "again": "Tom"}, "size": 3}
        }

    async def test_fragments_hold_for_their_types_only(self) -> None:
        schema, asked = animals(pets=[REX, TOM])
        text = "{ pets { ... on Dog { n: size } ...C ... on Named { name } } } fragment C on Cat { s: size }"
        assert await data(schema, text, **asked) == {
            "pets": [{"n": 3, "name": "Rex"}, {"s": "small", "name": "Tom"}]
        }

    async def test_a_fragment_without_a_type_and_one_on_a_union(self) -> None:
        schema, asked = animals(pet=TOM)
        text = "{ pet { ... { name } ... on Any { ... on Cat { size } } } }"
        assert await data(schema, text, **asked) == {"pet": {"name": "Tom", "size": "small"}}

    async def test_typename_of_root_interface_and_union(self) -> None:
        schema, asked = animals(pet=TOM, any=[REX, TOM])
        assert await data(schema, "{ __typename pet { __typename } any { __typename } }", **asked) == {
            "__typename": "Query",
            "pet": {"__typename": "Cat"},
            "any": [{"__typename": "Dog"}, {"__typename": "Cat"}],
        }

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("{ a: dog @skip(if: true) { size } pet { name } }", ["pet"]),
            ("{ a: dog @include(if: false) { size } pet @skip(if: false) @include(if: true) { name } }", ["pet"]),
            ("{ ... @skip(if: true) { dog { size } } ...F @include(if: true) } fragment F on Query { pet { name } }", ["pet"]),
            ("{ dog @skip(if: true) { size } dog @include(if: true) { name } }", ["dog"]),
            ("{ dog @skip(if: true) { size } }", []),
        ],
    )  # fmt: skip
    async def test_conditions_that_are_written_down(self, text: str, keys: list[str]) -> None:
        schema, asked = animals(dog=REX, pet=TOM)
        assert list(await data(schema, text, **asked)) == keys

    async def test_conditions_by_variables_hold_anew_each_time_a_document_is_executed(self) -> None:
        schema, asked = animals(dog=REX)
        document = parse(
            "query ($s: Boolean!, $i: Boolean = true) { dog { name @skip(if: $s) size @include(if: $i) } }"
        )
        for variables, keys in (
            ({"s": False}, ["name", "size"]),
            ({"s": True}, ["size"]),
            ({"s": False, "i": False}, ["name"]),
            ({"s": True, "i": False}, []),
            ({"s": False}, ["name", "size"]),
        ):
            result: Any = await execute(
                schema, document, variable_values=variables, executor_class=BreadthFirst, **asked
            )  # fmt: skip
            assert list(result.data["dog"]) == keys

    async def test_of_several_operations_the_named_one(self) -> None:
        schema, asked = animals(dog=REX)
        text = "query A { dog { name } } query B { dog { size } }"
        assert await data(schema, text, operation_name="B", **asked) == {"dog": {"size": 3}}
        assert told(await answered(schema, text, operation_name="C", **asked)) == [
            ("Unknown operation named 'C'.", None)
        ]
        assert "Must provide operation name" in told(await answered(schema, text, **asked))[0][0]

    async def test_introspection(self) -> None:
        schema, _ = animals()
        known = (await data(schema, get_introspection_query()))["__schema"]
        assert known["queryType"] == {"name": "Query", "kind": "OBJECT"}
        assert {each["name"] for each in known["types"]} >= {"Pet", "Dog", "Cat", "Any", "Named"}


class TestArguments:
    SDL = """
        type Query { f(n: Int = 5, s: String! = "s", in: In, ns: [Int]): String }
        input In { a: Int! = 3, b: [Colour], c: In }
        enum Colour { RED GREEN }
    """

    def schema(self) -> GraphQLSchema:
        schema = schema_of(self.SDL, {"Query.f": lambda source, info, **given: repr(sorted(given.items()))})
        schema.type_map["Colour"].values["RED"].value = 17
        return schema

    @pytest.mark.parametrize(
        ("text", "variables", "given"),
        [
            ("{ f }", None, {"n": 5, "s": "s"}),
            ("{ f(n: null) }", None, {"n": None, "s": "s"}),
            ("query ($n: Int) { f(n: $n) }", None, {"n": 5, "s": "s"}),
            ("query ($n: Int) { f(n: $n) }", {"n": None}, {"n": None, "s": "s"}),
            ("query ($n: Int = 7) { f(n: $n) }", None, {"n": 7, "s": "s"}),
            ("query ($s: String = \"v\") { f(s: $s) }", None, {"n": 5, "s": "v"}),
            ("{ f(in: {c: {a: 1}}) }", None, {"in": {"a": 3, "c": {"a": 1}}, "n": 5, "s": "s"}),
            ("query ($a: Int!) { f(in: {a: $a, b: GREEN}) }", {"a": 9}, {"in": {"a": 9, "b": ["GREEN"]}, "n": 5, "s": "s"}),
            ("query ($n: Int) { f(ns: [1, $n]) }", None, {"n": 5, "ns": [1, None], "s": "s"}),
            ("query ($ns: [Int]) { f(ns: $ns) }", {"ns": 4}, {"n": 5, "ns": [4], "s": "s"}),
        ],
    )  # fmt: skip
    async def test_defaults_variables_and_what_is_inside_of_them(
        self, text: str, variables: dict[str, Any] | None, given: dict[str, Any]
    ) -> None:
        found = await data(self.schema(), text, variable_values=variables)
        assert found == {"f": repr(sorted(given.items()))}

    async def test_of_every_execution_its_own(self) -> None:
        schema, document = self.schema(), parse("query ($n: Int) { f(n: $n) }")
        for variables, n in (({"n": 1}, 1), ({"n": 2}, 2), ({}, 5)):
            result: Any = await execute(
                schema, document, variable_values=variables, executor_class=BreadthFirst
            )
            assert result.data == {"f": repr([("n", n), ("s", "s")])}

    async def test_an_argument_that_cannot_be_had_is_the_fields_error(self) -> None:
        result = await answered(
            self.schema(), 'query ($s: String = "v") { f(s: $s) g: f }', variable_values={"s": None}
        )
        assert [path for _, path in told(result)] == [["f"]]
        assert result.data == {"f": None, "g": repr([("n", 5), ("s", "s")])}

    async def test_wrong_variables_are_refused_before_anything_is_executed(self) -> None:
        result = await answered(
            self.schema(),
            "query ($n: Int!, $i: In) { f(n: $n, in: $i) }",
            variable_values={"i": {"b": "BLUE", "x": 1}},
        )
        assert result.data is None
        assert len(told(result)) >= 2


class TestMutations:
    SDL = """
        type Query { a: Int }
        type Mutation { act(name: String): Done, must(name: String): Done! }
        type Done { name: String, must: String!, late: String }
    """

    def schema(self) -> tuple[GraphQLSchema, list[str]]:
        done: list[str] = []

        async def act(source: Any, info: Any, name: str) -> Any:
            done.append(f"{name} begins")
            await asyncio.sleep(0)
            done.append(f"{name} ends")
            if name == "fails":
                raise ValueError(name)
            return {"name": name, "must": None if name == "breaks" else name}

        async def late(source: Any, info: Any) -> str:
            for _ in range(3):
                await asyncio.sleep(0)
            done.append(f"{source['name']} is read")
            return "late"

        return schema_of(self.SDL, {"Mutation.act": act, "Mutation.must": act, "Done.late": late}), done

    async def test_one_after_the_other_each_read_before_the_next(self) -> None:
        schema, done = self.schema()
        text = 'mutation { a: act(name: "1") { late } ...F b: act(name: "3") { name late } } fragment F on Mutation { x: must(name: "2") { name } }'
        assert list((await breadth_first(schema, text)).data or ()) == ["a", "x", "b"]
        assert done == [
            "1 begins", "1 ends", "1 is read", "2 begins", "2 ends", "3 begins", "3 ends", "3 is read",
        ]  # fmt: skip

    @pytest.mark.parametrize("how", ["fails", "breaks"])
    async def test_after_a_failure_that_may_be_null_the_next_is_done(self, how: str) -> None:
        schema, done = self.schema()
        result = await breadth_first(
            schema, f'mutation {{ a: act(name: "{how}") {{ must }} b: act(name: "2") {{ must }} }}'
        )
        assert result.data == {"a": None, "b": {"must": "2"}}
        assert done == [f"{how} begins", f"{how} ends", "2 begins", "2 ends"]

    @pytest.mark.parametrize("how", ["fails", "breaks"])
    async def test_after_one_that_may_not_be_null_nothing_more_is_done(self, how: str) -> None:
        schema, done = self.schema()
        result = await breadth_first(
            schema,
            f'mutation {{ z: act(name: "0") {{ name }} a: must(name: "{how}") {{ must }} b: act(name: "2") {{ must }} }}',
        )
        assert result.data is None
        assert len(result.errors or ()) == 1
        assert done == ["0 begins", "0 ends", f"{how} begins", f"{how} ends"]


class TestWhatIsLeftToGraphqlCore:
    async def test_answers_in_parts(self) -> None:
        schema = of("Thing", lambda *_: {"a": 1})
        kwargs = schema.to_kwargs()
        schema = GraphQLSchema(**{**kwargs, "directives": [*specified_directives, GraphQLDeferDirective]})
        document = parse("{ f { ... @defer { a } } }")
        result: Any = experimental_execute_incrementally(schema, document)
        assert result.initial_result.data == {"f": {}}

    async def test_errors_that_do_not_spread(self) -> None:
        from graphql.type.directives import GraphQLDisableErrorPropagationDirective

        kwargs = of("Thing", lambda *_: {"a": 1, "must": None}).to_kwargs()
        directives = [*specified_directives, GraphQLDisableErrorPropagationDirective]
        schema = GraphQLSchema(**{**kwargs, "directives": directives})
        text = f"query @{GraphQLDisableErrorPropagationDirective.name} {{ f {{ a must }} }}"
        assert (await answered(schema, text)).data == {"f": {"a": 1, "must": None}}

    async def test_a_condition_that_is_null(self) -> None:
        text = "query ($b: Boolean = true) { f { a @skip(if: $b) } }"
        result = await answered(of("Thing", lambda *_: {"a": 1}), text, variable_values={"b": None})
        assert len(result.errors or ()) == 1

    async def test_a_subscription_gets_each_event_breadth_first(self) -> None:
        async def events(*_: Any) -> AsyncIterator[Any]:
            for each in (1, None, 3):
                yield {"f": {"must": each}}

        schema = schema_of("type Query { a: Int } type Subscription { f: F } type F { must: Int! }")
        schema.type_map["Subscription"].fields["f"].subscribe = events
        stream: Any = await later(
            subscribe(schema, parse("subscription { f { must } }"), executor_class=BreadthFirst)
        )
        stream = await stream if asyncio.iscoroutine(stream) else stream
        answers: list[ExecutionResult] = [each async for each in stream]
        assert [each.data for each in answers] == [{"f": {"must": 1}}, {"f": None}, {"f": {"must": 3}}]

    async def test_graphql_core_says_so_too(self) -> None:
        result = await by_graphql_core(of("Int", lambda *_: 7), "{ f }")
        assert result == await breadth_first(of("Int", lambda *_: 7), "{ f }")
