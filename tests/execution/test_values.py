"""What resolvers say: values of every sort, types that must be found, and everything that goes wrong on the way.

What is expected is written down; that graphql-core answers the same is checked with it (`by_hand.answered`).
"""

from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import (
    GraphQLError,
    GraphQLScalarType,
    Undefined,
)

from tests.execution.animals import ANIMALS, REX, TOM, Cat, Dog, animals, later, of
from tests.execution.by_hand import answered, breadth_first, data, schema_of, told


class TestValues:
    async def test_an_enum_is_told_by_its_name_and_not_by_what_it_is_inside(self) -> None:
        schema = schema_of(
            "type Query { f: [Colour] } enum Colour { RED GREEN }", {"Query.f": lambda *_: [17, "GREEN", 18]}
        )
        schema.type_map["Colour"].values["RED"].value = 17
        schema.type_map["Colour"].__dict__.pop("_value_lookup", None)
        result = await answered(schema, "{ f }")
        assert result.data == {"f": ["RED", "GREEN", None]}
        assert [path for _, path in told(result)] == [["f", 2]]

    async def test_a_scalar_that_cannot_be_said(self) -> None:
        def said(value: int) -> Any:
            if value == 1:
                raise GraphQLError("not one", extensions={"code": "ONE"})
            return {2: None, 3: Undefined}.get(value, {"said": value})

        schema = schema_of("type Query { f: [Odd] } scalar Odd", {"Query.f": lambda *_: [0, 1, 2, 3, 4]})
        odd: GraphQLScalarType = schema.type_map["Odd"]  # type: ignore[assignment]  # which it is
        odd.serialize = odd.coerce_output_value = said  # type: ignore[method-assign]  # in place of the schema's own
        result = await answered(schema, "{ f }")
        assert result.data == {"f": [{"said": 0}, None, None, None, {"said": 4}]}
        assert [path for _, path in told(result)] == [["f", 2], ["f", 3], ["f", 1]]
        assert [each.extensions for each in result.errors or () if each.path == ["f", 1]] == [{"code": "ONE"}]

    @pytest.mark.parametrize("value", ["text", 1.5, True, 2**31, float("nan"), [], {}, object])
    async def test_what_is_no_number(self, value: Any) -> None:
        await answered(of("Int", lambda *_: value), "{ f }")

    @pytest.mark.parametrize("value", ["", 7, 1.5, True, b"x", [], {}])
    async def test_what_is_no_text(self, value: Any) -> None:
        await answered(of("[String!]", lambda *_: [value, "text"]), "{ f }")
        await answered(of("[ID]", lambda *_: [value, "text"]), "{ f }")
        await answered(of("[Boolean]", lambda *_: [value, True]), "{ f }")

    def generator(self) -> Iterator[int]:
        yield from (1, 2)

    async def async_generator(self) -> AsyncIterator[int]:
        for each in (1, 2):
            yield each

    async def test_whatever_can_be_gone_through_is_a_list(self) -> None:
        for value in ((1, 2), {1, 2}, {1: 0, 2: 0}.keys(), range(1, 3), iter([1, 2]), self.generator()):
            assert (await breadth_first(of("[Int]", lambda *_, it=value: it), "{ f }")).data == {"f": [1, 2]}
        for make in (self.generator, self.async_generator):
            assert await data(of("[Int]", lambda *_, it=make: it()), "{ f }") == {"f": [1, 2]}

    @pytest.mark.parametrize("value", [7, "text", b"bytes", {"a": 1}])
    async def test_what_is_no_list(self, value: Any) -> None:
        result = await answered(of("[Int]", lambda *_: value), "{ f }")
        assert told(result) == [("Expected Iterable, but did not find one for field 'Query.f'.", ["f"])]

    async def test_lists_of_lists_keep_their_order_and_their_holes(self) -> None:
        things = [[SimpleNamespace(a=1), None], [], None, [SimpleNamespace(a=2), SimpleNamespace(a=3)]]
        assert await data(of("[[Thing]]", lambda *_: things), "{ f { a } }") == {
            "f": [[{"a": 1}, None], [], None, [{"a": 2}, {"a": 3}]]
        }

    async def test_what_is_to_be_waited_for_in_lists(self) -> None:
        def things(*_: Any) -> Any:
            return [
                later(SimpleNamespace(a=1)),
                SimpleNamespace(a=later(2)),
                later(ValueError("no")),
                later(None),
            ]

        result = await answered(of("[Thing]", things), "{ f { a } }")
        assert result.data == {"f": [{"a": 1}, {"a": 2}, None, None]}
        assert told(result) == [("no", ["f", 2])]

    @pytest.mark.parametrize("nothing", [None, Undefined])
    async def test_nothing_is_null(self, nothing: Any) -> None:
        assert await data(of("Thing", lambda *_: nothing), "{ f { a } }") == {"f": None}
        assert await data(of("[Int]", lambda *_: [nothing]), "{ f }") == {"f": [None]}

    async def test_a_mapping_and_what_can_be_called_are_resolved_by_default(self) -> None:
        schema = schema_of("type Query { f(n: Int): Int, g: Int }")
        root = {"f": lambda info, n: n + 1, "g": 2}
        assert await data(schema, "{ f(n: 1) g }", root_value=root) == {"f": 2, "g": 2}


class TestTypes:
    async def test_a_type_that_is_found_later(self) -> None:
        schema, asked = animals(any=[TOM, REX])
        text = "{ any { ... on Dog { barks } ... on Cat { size } } }"
        assert await data(schema, text, **asked) == {"any": [{"size": "small"}, {"barks": True}]}

    @pytest.mark.parametrize("kind", [None, 7, "Nowhere", "Query", "Named", "String"])
    async def test_what_is_of_no_type_that_it_may_be_of(self, kind: Any) -> None:
        schema, asked = animals(
            pets=[REX], any=[SimpleNamespace(kind=kind), REX], pet=SimpleNamespace(kind=kind)
        )
        result = await answered(schema, "{ any { __typename } pet { name } }", **asked)
        assert result.data == {"any": [None, {"__typename": "Dog"}], "pet": None}
        assert [path for _, path in told(result)] == [["any", 0], ["pet"]]

    @pytest.mark.parametrize("waits", [False, True])
    async def test_types_that_recognise_their_own(self, waits: bool) -> None:
        def is_a(kind: type) -> Any:
            if waits:
                return lambda value, info: later(isinstance(value, kind))
            return lambda value, info: isinstance(value, kind)

        schema = schema_of(
            ANIMALS, types={"Dog": {"is_type_of": is_a(Dog)}, "Cat": {"is_type_of": is_a(Cat)}}
        )
        result = await answered(
            schema, "{ any { __typename } dog { name } }", root_value={"any": [TOM, REX, 7], "dog": TOM}
        )
        assert result.data == {"any": [{"__typename": "Cat"}, {"__typename": "Dog"}, None], "dog": None}
        assert [path for _, path in told(result)] == [["any", 2], ["dog"]]

    @pytest.mark.parametrize("fault", [ValueError("no type"), later])
    async def test_finding_a_type_fails(self, fault: Any) -> None:
        def fails(*_: Any) -> Any:
            if fault is later:
                return later(ValueError("no type"))
            raise fault

        schema = schema_of(ANIMALS, types={"Pet": {"resolve_type": fails}, "Dog": {"is_type_of": fails}})
        result = await answered(schema, "{ pet { name } dog { name } }", root_value={"pet": REX, "dog": REX})
        assert told(result) == [("no type", ["dog"]), ("no type", ["pet"])]


class TestWhatResolversAreTold:
    async def test_where_they_stand(self) -> None:
        def where(source: Any, info: Any) -> str:
            steps, step = [], info.path
            while step:
                steps.append(f"{step.typename or ''}.{step.key}")
                step = step.prev
            return " ".join(reversed(steps))

        sdl = "type Query { f: [[A]] } type A { where: String, a: A }"
        a = SimpleNamespace(a=SimpleNamespace())
        schema = schema_of(sdl, {"A.where": where, "Query.f": lambda *_: [[None, a], [], [a]]})
        assert await data(schema, "{ g: f { where a { x: where } } }") == {
            "g": [
                [None, {"where": "Query.g .0 .1 A.where", "a": {"x": "Query.g .0 .1 A.a A.x"}}],
                [],
                [{"where": "Query.g .2 .0 A.where", "a": {"x": "Query.g .2 .0 A.a A.x"}}],
            ]
        }

    async def test_of_what_and_for_whom(self) -> None:
        told: list[Any] = []

        def resolve(source: Any, info: Any, **given: Any) -> int:
            told.append((
                info.field_name, str(info.parent_type), str(info.return_type), len(info.field_nodes), info.root_value,
                info.context, info.operation.name.value, sorted(info.fragments), dict(info.variable_values.coerced), given,
            ))  # fmt: skip
            return 1

        schema = schema_of("type Query { a(n: Int): Int! }", {"Query.a": resolve})
        text = "query O($n: Int = 2) { b: a(n: $n) ...F } fragment F on Query { b: a(n: $n) }"
        await data(schema, text, root_value="root", context_value="context")
        assert told == [("a", "Query", "Int!", 2, "root", "context", "O", ["F"], {"n": 2}, {"n": 2})] * 2


class TestErrors:
    SDL = """
        type Query { a: A, as: [A], must: [A!], top: [[A!]!] }
        type A { n: Int, must: Int!, a: A, deep: A! }
    """

    def good(self, **parts: Any) -> SimpleNamespace:
        return SimpleNamespace(**{"n": 1, "must": 2, **parts})

    @pytest.mark.parametrize(
        "fault",
        [ValueError("no"), KeyError("no"), GraphQLError("no", extensions={"code": "NO"}), RuntimeError()],
    )
    @pytest.mark.parametrize("how", ["raised", "returned", "later"])
    async def test_raised_returned_or_later(self, fault: Exception, how: str) -> None:
        def resolve(*_: Any) -> Any:
            if how == "raised":
                raise fault
            return fault if how == "returned" else later(fault)

        result = await answered(of("Int", resolve), "{ f g: f }")
        assert result.data == {"f": None, "g": None}
        assert [each.original_error for each in result.errors or ()] == [fault, fault]
        assert [each.extensions for each in result.errors or ()] == [getattr(fault, "extensions", {})] * 2

    async def test_an_error_that_knows_its_place_keeps_it(self) -> None:
        schema = of("Int", lambda *_: GraphQLError("no", path=["there"]))
        assert told(await answered(schema, "{ f }")) == [("no", ["there"])]

    async def test_null_where_none_may_be_takes_the_object_with_it(self) -> None:
        root = {"as": [self.good(), self.good(must=None), self.good(must=ValueError("no"))]}
        result = await answered(schema_of(self.SDL), "{ as { n must } }", root_value=root)
        assert result.data == {"as": [{"n": 1, "must": 2}, None, None]}
        assert told(result) == [
            ("Cannot return null for non-nullable field A.must.", ["as", 1, "must"]),
            ("no", ["as", 2, "must"]),
        ]

    async def test_and_the_list_around_it(self) -> None:
        root = {"must": [self.good(), None], "top": [[self.good()], [self.good(must=None)]], "a": self.good()}
        result = await answered(schema_of(self.SDL), "{ must { n } top { must } a { n } }", root_value=root)
        assert result.data == {"must": None, "top": None, "a": {"n": 1}}
        assert [path for _, path in told(result)] == [["top", 1, 0, "must"], ["must", 1]]

    async def test_up_to_where_null_may_be(self) -> None:
        root = {"a": self.good(a=self.good(deep=self.good(deep=self.good(must=None))))}
        result = await answered(
            schema_of(self.SDL), "{ a { n a { deep { deep { must } } } } }", root_value=root
        )
        assert result.data == {"a": {"n": 1, "a": None}}
        assert [path for _, path in told(result)] == [["a", "a", "deep", "deep", "must"]]

    async def test_up_to_the_root(self) -> None:
        schema = schema_of("type Query { a: A! } type A { must: Int! }")
        assert (await answered(schema, "{ a { must } }", root_value={"a": {"must": None}})).data is None

    async def test_of_several_errors_below_one_null_the_first_that_makes_it_is_told(self) -> None:
        schema = schema_of("type Query { a: A } type A { x: Int!, y: Int!, z: Int }")
        faults = {key: ValueError(key) for key in "xyz"}
        for text in ("{ a { x y z } }", "{ a { z x y } }"):
            result = await breadth_first(schema, text, root_value={"a": faults})
            assert result.data == {"a": None}
            assert told(result) == [("x", ["a", "x"])]

    async def test_siblings_are_answered(self) -> None:
        result = await answered(
            schema_of(self.SDL), "{ a { n deep { n } } b: a { n } }", root_value={"a": self.good(deep=None)}
        )
        assert result.data == {"a": None, "b": {"n": 1}}

    async def test_an_alias_is_the_name_in_the_path_and_every_place_in_the_document_a_location(self) -> None:
        result = await answered(of("Thing", lambda *_: {"a": "x"}), "{\n  f { b: a }\n  f { b: a }\n}")
        [error] = result.errors or ()
        assert error.path == ["f", "b"]
        assert [(each.line, each.column) for each in error.locations or ()] == [(2, 7), (3, 7)]
