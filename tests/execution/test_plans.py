"""What is kept of documents: enough for front ends, and only so much, whatever somebody sends."""

import asyncio
import gc
import itertools
import weakref

from graphql import DocumentNode, GraphQLSchema, build_schema, execute, parse

from api.execution import BreadthFirst
from api.execution.plans import LONGEST_KEPT, OPERATIONS_KEPT, PLANS_OF_ONE, Plans

SCHEMA = "type Query { a: Int b: Int }"
ROOT = {"a": 1, "b": 2}


def answered(schema: GraphQLSchema, document: DocumentNode, **variables: bool) -> dict[str, int]:
    async def answer() -> dict[str, int]:
        result = await execute(  # type: ignore[misc]  # this executor always has to be waited for
            schema, document, ROOT, variable_values=variables, executor_class=BreadthFirst
        )
        assert not result.errors
        data: dict[str, int] = result.data
        return data

    return asyncio.run(answer())


class TestWhatIsKept:
    def test_is_a_few_plans_of_one_operation_however_its_conditions_fall(self) -> None:
        schema = build_schema(SCHEMA)
        names = "cdefg"
        document = parse(
            f"query({' '.join(f'${name}: Boolean!' for name in names)}) {{"
            f" {' '.join(f'{name}: a @include(if: ${name})' for name in names)} }}"
        )
        for values in itertools.product((True, False), repeat=len(names)):
            wanted = {name for name, value in zip(names, values, strict=True) if value}
            assert answered(schema, document, **dict(zip(names, values, strict=True))).keys() == wanted
        (known,) = Plans.of(schema)._known.values()
        assert len(known.plans) == PLANS_OF_ONE

    def test_is_of_the_operations_that_were_used_last(self) -> None:
        schema = build_schema(SCHEMA)
        documents = [parse(f"query Q{number} {{ a }}") for number in range(OPERATIONS_KEPT + 5)]
        for document in documents:
            assert answered(schema, document) == {"a": 1}
        kept = [known.operation for known in Plans.of(schema)._known.values()]
        assert kept == [document.definitions[0] for document in documents[5:]]

    def test_is_nothing_of_a_long_text(self) -> None:
        schema = build_schema(SCHEMA)
        document = parse("{ a" + " " * LONGEST_KEPT + "}")
        assert answered(schema, document) == {"a": 1}
        assert not Plans.of(schema)._known

    def test_goes_with_its_schema(self) -> None:
        schema = build_schema(SCHEMA)
        answered(schema, parse("{ b }"))
        gone = weakref.ref(schema)
        del schema
        gc.collect()
        assert gone() is None
