"""One case: a random request to a random schema, executed by graphql-core and breadth first, both held against the truth."""

import asyncio
import inspect
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from graphql import ExecutionResult, execute

from api.execution import BreadthFirst, Left
from tests.execution.answers import Answers, Moods, moods
from tests.execution.documents import Document, Written, shown, written
from tests.execution.judge import differences
from tests.execution.reference import TooLarge, Truth, told
from tests.execution.schemas import Made, made
from tests.execution.shrinking import shrunk

TIMES_OF_A_DOCUMENT = 10
DOCUMENTS_OF_A_SCHEMA = 10
"""A schema costs more than a document, and a document more than what is answered: so each is used for several cases,
with other variables and other answers. The seed of a case says which."""


SECONDS_AT_MOST = 60
"""Of one execution: whoever takes longer waits for what never comes."""


class Covered(BreadthFirst):
    """Remembers what it left to graphql-core, where nothing is compared but graphql-core with itself."""

    left: list[Left] = []  # noqa: RUF012  # all executions of a process

    def left_to_graphql_core(self, reason: Left) -> None:
        self.left.append(reason)


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of whom, and how those answer."""

    seed: int
    made: Made
    document: Document
    moods: Moods

    def answers(self) -> Answers:
        """New ones, that say the same."""
        answers = Answers(self.made.schema, self.made.kinds, self.seed, self.moods)
        answers.root = answers.thing(
            "Mutation" if "mutation" in self.document.text else "Query", self.seed % 1000
        )
        return answers

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.moods}\n{shown(self.document)}"


class Cases:
    """The cases of seeds, best asked for in their order."""

    def __init__(self) -> None:
        self.schemas: dict[int, Made] = {}
        self.documents: dict[int, Written] = {}

    def case(self, seed: int) -> Case:
        of_document = seed // TIMES_OF_A_DOCUMENT
        of_schema = of_document // DOCUMENTS_OF_A_SCHEMA
        if of_schema not in self.schemas:
            self.schemas = {of_schema: made(of_schema)}
        of = self.schemas[of_schema]
        if of_document not in self.documents:
            self.documents = {of_document: written(of.schema, Random(of_document))}
        random = Random(seed)
        return Case(seed, of, self.documents[of_document].sent(random), moods(random))


async def executed(case: Case, answers: Answers, by: type | None) -> ExecutionResult:
    result: Any = execute(
        case.made.schema,
        case.document.parsed,
        root_value=answers.root,
        context_value=answers,
        variable_values=case.document.variables,
        operation_name=case.document.operation,
        executor_class=by,
    )
    result = await asyncio.wait_for(result, SECONDS_AT_MOST) if inspect.isawaitable(result) else result
    for _ in range(5):
        await asyncio.sleep(0)
    return result


async def faults(case: Case) -> list[str]:
    """What is wrong with what was answered, with what was done, and with what was left."""
    saying = case.answers()
    try:
        truth: Truth = await told(case.made.schema, case.document, saying.root, saying)
    except TooLarge:
        return []
    found, forgotten = [], [saying.forgotten()]
    for name, by in (("graphql-core", None), ("breadth first", Covered)):
        answers = case.answers()
        try:
            result = await executed(case, answers, by)
        except Exception as error:
            found.append(f"{name}: raised {error!r}")
        else:
            found += [f"{name}: {each}" for each in differences(result, truth)]
        if answers.effects != saying.effects:
            found.append(f"{name}: did {answers.effects}, not {saying.effects}")
        if 0 in answers.batches:
            found.append(f"{name}: asked a batch for nobody")
        forgotten.append(answers.forgotten())
    if forgotten[2] and not any(forgotten[:2]):
        # What stands in a list that is taken for a leaf, anybody forgets.
        found.append(f"breadth first: {forgotten[2]} awaitables were never waited for")
    return found


async def smaller(case: Case) -> Case:
    """The case with as little of its document as still goes wrong."""

    async def goes_wrong(document: Document) -> bool:
        return bool(await faults(replace(case, document=document)))

    return replace(case, document=await shrunk(case.made.schema, case.document, goes_wrong))
