"""Ways to answer many objects at once: how often a batch is called, for whom, with what, and what becomes of its answer."""

import asyncio
import gc
import weakref
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLSchema, execute, parse

from api.execution import (
    Attribute,
    Begun,
    BreadthFirst,
    FromSource,
    InstancesOf,
    Place,
    Together,
    TypeByValue,
)
from tests.execution.by_hand import answered, breadth_first, data, schema_of, told

SDL = """
    type Query { rows: [[Row]], row: Row, none: [Row!], others: [Other] }
    type Row { id: Int, twice(by: Int = 2): Int, must: Int!, children: [Row!] }
    type Other { id: Int, children: [Row!] }
"""


class Row(SimpleNamespace):
    pass


def row(id: int, *children: Row) -> Row:
    return Row(id=id, children=list(children))


class Batches:
    """A schema whose batches write down what they were called with; `say` may be set to what one answers instead."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Any], dict[str, Any], frozenset[str]]] = []
        self.say: Any = None
        self.schema = schema_of(
            SDL,
            {
                "Row.twice": lambda source, info, by: self.said([source], by)[0],
                "Row.must": lambda source, info: source.id,
                "Row.children": lambda source, info: source.children,
                "Other.children": lambda source, info: source.children,
            },
            {
                "Row.twice": Together(self.twice),
                "Row.must": Together(self.must),
                "Row.children": Together(self.children),
                "Other.children": Together(self.children),
            },
        )

    def wrote(self, name: str, sources: Sequence[Any], given: Any, place: Place) -> None:
        self.calls.append((name, [each.id for each in sources], dict(given), place.names))

    def said(self, sources: Sequence[Any], by: int) -> Sequence[Any]:
        return self.say(sources) if self.say else [each.id * by for each in sources]

    async def twice(self, sources: Sequence[Any], given: Any, place: Place) -> Sequence[Any]:
        await asyncio.sleep(0)
        self.wrote("twice", sources, given, place)
        return self.said(sources, given["by"])

    def must(self, sources: Sequence[Any], given: Any, place: Place) -> Sequence[Any]:
        self.wrote("must", sources, given, place)
        return tuple(each.id for each in sources)

    def children(self, sources: Sequence[Any], given: Any, place: Place) -> Sequence[Any]:
        self.wrote("children", sources, given, place)
        return [each.children for each in sources]

    def of(self, name: str) -> list[list[Any]]:
        return [sources for called, sources, _, _ in self.calls if called == name]


@pytest.fixture
def batches() -> Batches:
    return Batches()


class TestCalls:
    async def test_once_for_all_objects_of_all_lists(self, batches: Batches) -> None:
        rows = [[row(1), None, row(2)], None, [], [row(3)]]
        assert await data(batches.schema, "{ rows { id twice } }", root_value={"rows": rows}) == {
            "rows": [[{"id": 1, "twice": 2}, None, {"id": 2, "twice": 4}], None, [], [{"id": 3, "twice": 6}]]
        }
        assert batches.of("twice") == [[1, 2, 3]]

    async def test_once_on_each_level(self, batches: Batches) -> None:
        top = row(1, row(2, row(4), row(5)), row(3, row(6)))
        text = "{ row { children { children { must } } } }"
        assert await data(batches.schema, text, root_value={"row": top}) == {
            "row": {"children": [{"children": [{"must": 4}, {"must": 5}]}, {"children": [{"must": 6}]}]}
        }
        assert batches.of("children") == [[1], [2, 3]]
        assert batches.of("must") == [[4, 5, 6]]

    async def test_an_object_that_stands_there_twice_is_answered_twice(self, batches: Batches) -> None:
        one, other = row(1), row(2)
        root = {"rows": [[one, other, one]]}
        assert await data(batches.schema, "{ rows { twice } }", root_value=root) == {
            "rows": [[{"twice": 2}, {"twice": 4}, {"twice": 2}]]
        }
        assert batches.of("twice") == [[1, 2, 1]]

    @pytest.mark.parametrize("rows", [None, [], [[]], [None, []]])
    async def test_never_for_nobody(self, batches: Batches, rows: Any) -> None:
        root = {"rows": rows, "none": [], "row": None}
        await data(
            batches.schema, "{ rows { twice } none { must } row { children { id } } }", root_value=root
        )
        assert batches.calls == []

    async def test_once_for_each_alias_with_its_arguments_and_defaults(self, batches: Batches) -> None:
        text = "query ($by: Int, $n: Int!) { row { twice thrice: twice(by: 3) a: twice(by: $by) b: twice(by: $n) } }"
        asked = {"root_value": {"row": row(5)}, "variable_values": {"n": 7}}
        assert await data(batches.schema, text, **asked) == {
            "row": {"twice": 10, "thrice": 15, "a": 10, "b": 35}
        }
        assert [given for _, _, given, _ in batches.calls] == [{"by": 2}, {"by": 3}, {"by": 2}, {"by": 7}]

    async def test_fields_that_are_merged_are_one_call(self, batches: Batches) -> None:
        text = "{ row { twice ...F } } fragment F on Row { twice children { id } children { must } }"
        await data(batches.schema, text, root_value={"row": row(1, row(2))})
        assert batches.of("twice") == [[1]]
        assert batches.of("children") == [[1]]

    async def test_those_of_a_level_are_waited_for_together(self) -> None:
        """Each of two batches waits for the other, which nobody does who is called alone."""
        both = asyncio.Barrier(2)

        async def answer(sources: Sequence[Any], given: Any, place: Place) -> Sequence[Any]:
            await asyncio.wait_for(both.wait(), 5)
            return [1 for _ in sources]

        schema = schema_of(
            "type Query { a: Int, b: Int }", ways={"Query.a": Together(answer), "Query.b": Together(answer)}
        )
        assert (await breadth_first(schema, "{ a b }")).data == {"a": 1, "b": 1}

    async def test_they_are_told_the_context_and_the_names_below(self) -> None:
        told: list[Place] = []

        def answer(sources: Sequence[Any], given: Any, place: Place) -> Sequence[Any]:
            told.append(place)
            return sources

        sdl = "type Query { a: A } type A { x: Int, y: Int, a: A }"
        schema = schema_of(sdl, ways={"Query.a": Together(answer)})
        context = object()
        text = "query ($s: Boolean!) { a { k: x ... { a { y } } ...F } } fragment F on A { x @skip(if: $s) __typename }"
        await breadth_first(
            schema, text, context_value=context, variable_values={"s": True}, root_value={"x": 1, "a": None}
        )
        [place] = told
        assert place.context is context
        assert place.names - {"__typename"} == {"x", "a"}


class Remembered:
    """What somebody holds on to, or nobody does."""


class TestWhatHasBegun:
    """Answers that come by themselves, while whatever else a level shows is done."""

    SDL = "type Query { rows: [Row] } type Row { late: Int, id: Int, later: Int }"

    @staticmethod
    def schema(then: Any, *, coming: Any) -> GraphQLSchema:
        def answer(sources: Sequence[Any], given: Any, place: Place) -> Begun:
            return Begun(asyncio.ensure_future(coming()), lambda told: then(sources, told))

        ways = {"Row.late": Together(answer), "Row.later": Together(answer), "Row.id": Attribute("id")}
        return schema_of(TestWhatHasBegun.SDL, ways=ways)

    async def test_stands_where_the_document_has_it(self) -> None:
        async def coming() -> int:
            await asyncio.sleep(0)
            return 10

        schema = self.schema(lambda sources, told: [told + each.id for each in sources], coming=coming)
        result = await breadth_first(
            schema, "{ rows { late id later } }", root_value={"rows": [row(1), row(2)]}
        )
        assert result.errors is None
        assert [list(each.items()) for each in result.data["rows"]] == [
            [("late", 11), ("id", 1), ("later", 11)],
            [("late", 12), ("id", 2), ("later", 12)],
        ]

    async def test_goes_on_while_the_rest_is_done(self) -> None:
        """It has had its turn before an attribute beside it is looked at."""
        order: list[str] = []

        class Watched:
            @property
            def id(self) -> int:
                order.append("attribute")
                return 1

        async def coming() -> int:
            order.append("asked")
            await asyncio.sleep(0)
            return 1

        schema = self.schema(lambda sources, told: [told for _ in sources], coming=coming)
        await breadth_first(schema, "{ rows { id late } }", root_value={"rows": [Watched()]})
        assert order == ["asked", "attribute"]

    @pytest.mark.parametrize("fault", ["coming", "then", "too few"])
    async def test_that_fails_is_each_objects_error_and_no_others(self, fault: str) -> None:
        async def coming() -> int:
            if fault == "coming":
                raise LookupError("it never came")
            return 1

        def then(sources: Sequence[Any], told: int) -> Sequence[int]:
            if fault == "then":
                raise LookupError("nobody knows what it means")
            return [told for _ in sources][fault == "too few" :]

        result = await breadth_first(
            self.schema(then, coming=coming), "{ rows { id late } }", root_value={"rows": [row(1), row(2)]}
        )
        assert result.data == {"rows": [{"id": 1, "late": None}, {"id": 2, "late": None}]}
        assert [error.path for error in result.errors or ()] == [["rows", 0, "late"], ["rows", 1, "late"]]


class TestWhatAnAnswerWasMadeOf:
    async def test_is_gone_with_it_before_any_collector_comes(self, batches: Batches) -> None:
        context = Remembered()
        remembered = weakref.ref(context)
        gc.collect()
        gc.disable()
        try:
            result = await breadth_first(
                batches.schema,
                "{ rows { twice children { id } } }",
                root_value={"rows": [[row(1, row(2))]]},
                context_value=context,
            )
            assert result.data is not None
            batches.calls.clear()
            del context
            assert remembered() is None
        finally:
            gc.enable()


class TestAnswers:
    async def test_an_exception_among_them_is_one_objects_error(self, batches: Batches) -> None:
        fault = GraphQLError("not you", extensions={"code": "NO"})
        batches.say = lambda sources: [fault if each.id == 2 else each.id for each in sources]
        result = await answered(
            batches.schema, "{ rows { id twice } }", root_value={"rows": [[row(1), row(2), row(3)]]}
        )
        assert result.data == {
            "rows": [[{"id": 1, "twice": 1}, {"id": 2, "twice": None}, {"id": 3, "twice": 3}]]
        }
        assert told(result) == [("not you", ["rows", 0, 1, "twice"])]
        assert [each.extensions for each in result.errors or ()] == [{"code": "NO"}]

    async def test_an_exception_that_is_raised_is_everybodys(self, batches: Batches) -> None:
        def lost(sources: Any) -> Any:
            raise ValueError("lost")

        batches.say = lost
        result = await answered(
            batches.schema, "{ rows { id twice } }", root_value={"rows": [[row(1)], [None, row(2)]]}
        )
        assert result.data == {"rows": [[{"id": 1, "twice": None}], [None, {"id": 2, "twice": None}]]}
        assert told(result) == [("lost", ["rows", 0, 0, "twice"]), ("lost", ["rows", 1, 1, "twice"])]

    @pytest.mark.parametrize(
        "say", [lambda sources: [], lambda sources: [1] * (len(sources) + 1), lambda sources: None]
    )
    async def test_too_few_or_too_many_are_nobodys(self, batches: Batches, say: Any) -> None:
        batches.say = say
        result = await breadth_first(
            batches.schema, "{ rows { twice } }", root_value={"rows": [[row(1), row(2)]]}
        )
        assert result.data == {"rows": [[{"twice": None}, {"twice": None}]]}
        assert [each.path for each in result.errors or ()] == [
            ["rows", 0, 0, "twice"],
            ["rows", 0, 1, "twice"],
        ]

    async def test_null_where_none_may_be_is_one_objects_error(self) -> None:
        ways = {
            "A.must": Together(
                lambda sources, given, place: [None if each.n == 2 else each.n for each in sources]
            )
        }
        sdl = "type Query { as: [A] } type A { n: Int, must: Int! }"
        resolvers = {"A.must": lambda source, info: None if source.n == 2 else source.n}
        schema = schema_of(sdl, resolvers, ways)
        root = {"as": [SimpleNamespace(n=each) for each in (1, 2, 3)]}
        result = await answered(schema, "{ as { must } }", root_value=root)
        assert result.data == {"as": [{"must": 1}, None, {"must": 3}]}

    async def test_what_a_batch_does_to_its_arguments_is_gone_with_it(self) -> None:
        def answer(sources: Sequence[Any], given: Any, place: Place) -> Sequence[Any]:
            n = given.pop("n")
            return [n for _ in sources]

        schema, document = (
            schema_of("type Query { a(n: Int = 4): Int }", ways={"Query.a": Together(answer)}),
            parse("{ a }"),
        )
        for _ in range(2):
            result: Any = await execute(schema, document, executor_class=BreadthFirst)
            assert result.data == {"a": 4}


class TestOtherWays:
    def schema(self, **ways: Any) -> GraphQLSchema:
        sdl = "type Query { as: [A], any: [Any], i: [I] } interface I { n: Int } type A implements I { n: Int } type B implements I { n: Int } union Any = A | B"
        return schema_of(
            sdl, {"A.n": lambda source, info: source.number}, {"A.n": Attribute("number"), **ways}
        )

    async def test_an_attribute_by_another_name_and_one_that_is_not_there(self) -> None:
        result = await answered(
            self.schema(), "{ as { n } }", root_value={"as": [Row(number=1), Row(), Row(number=3)]}
        )
        assert result.data == {"as": [{"n": 1}, {"n": None}, {"n": 3}]}
        assert [path for _, path in told(result)] == [["as", 1, "n"]]

    async def test_what_is_worked_out_from_the_source_and_the_context(self) -> None:
        def derive(source: Any, context: Any) -> Any:
            return 10 // source.number + context

        schema = schema_of(
            "type Query { as: [A] } type A { n: Int }",
            {"A.n": lambda source, info: derive(source, info.context)},
            {"A.n": FromSource(derive)},
        )
        root = {"as": [Row(number=5), Row(number=0)]}
        result = await answered(schema, "{ as { n } }", root_value=root, context_value=100)
        assert result.data == {"as": [{"n": 102}, {"n": None}]}

    async def test_types_by_class_and_by_value(self) -> None:
        class A(SimpleNamespace):
            pass

        class B(A):
            pass

        def name_of(value: Any) -> str | None:
            return {A: "A", B: "B"}.get(type(value))

        schema = self.schema(
            A=InstancesOf(A), B=InstancesOf(B), Any=TypeByValue(name_of), I=TypeByValue(name_of)
        )
        for of in ("Any", "I"):
            schema.type_map[of].resolve_type = lambda value, info, of: name_of(value)
        for of, kind in (("A", A), ("B", B)):
            schema.type_map[of].is_type_of = lambda value, info, kind=kind: isinstance(value, kind)
        values = [A(number=1, n=1), B(number=2, n=2), Row(number=3, n=3)]
        text = "{ as { n } any { __typename ... on I { n } } i { __typename } }"
        result = await answered(schema, text, root_value={"as": values, "any": values, "i": values})
        assert result.data == {
            "as": [{"n": 1}, {"n": 2}, None],
            "any": [{"__typename": "A", "n": 1}, {"__typename": "B", "n": 2}, None],
            "i": [{"__typename": "A"}, {"__typename": "B"}, None],
        }
