"""Random requests to random schemas: breadth first answers what graphql-core answers.

A failure names the seed of its case, beside the case as small as it could be made. `EXECUTION_CASE=… pytest
tests/execution -k same` takes it again, alone.
"""

import gc
import os
from collections.abc import Iterator

import pytest

from tests.execution.cases import TIMES_OF_A_DOCUMENT, Cases, Covered, faults, smaller

# graphql-core forgets some of what it should have waited for; of ours each one is counted (`cases.py`).
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    # Where one is collected in code that may import nothing, Python cannot even say so.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ALONE = os.environ.get("EXECUTION_CASE")

CASES = 250
"""Of one test, which takes a few seconds."""

IN_A_SOAK = 4000
"""Tests' worth of cases of a soak: a million, and each soak takes others."""


@pytest.fixture(autouse=True)
def nothing_forgotten_is_left_for_later() -> Iterator[None]:
    """Python says that a coroutine was forgotten when it is collected, and that would be in anybody's test."""
    yield
    gc.collect()


async def hold(first: int, number: int) -> None:
    cases = Cases()
    for seed in range(first, first + number):
        case = cases.case(seed)
        if wrong := await faults(case):
            small = await smaller(case)
            shown = "\n".join(await faults(small) or wrong)
            pytest.fail(f"{shown}\n\n{small}\n\nto take it again: EXECUTION_CASE={seed}", pytrace=False)


def alone(seed: int) -> tuple[int, int]:
    """A case with those before it that sent the same document: a plan that was kept may be what is wrong."""
    before = seed % TIMES_OF_A_DOCUMENT
    return seed - before, before + 1


SAME = [alone(int(ALONE))] if ALONE else [(part * 10_000, CASES) for part in range(12)]
"""Of each test the first seed, and how many from there."""


@pytest.mark.parametrize(("first", "number"), SAME)
async def test_the_same_cases_every_time(first: int, number: int) -> None:
    await hold(first, number)


async def test_hardly_anything_is_left_to_graphql_core() -> None:
    Covered.left.clear()
    await hold(0, CASES)
    assert len(Covered.left) < CASES / 20


@pytest.mark.soak
async def test_for_long(seed: int) -> None:
    first = seed * CASES * IN_A_SOAK
    for part in range(IN_A_SOAK):
        await hold(first + part * CASES, CASES)
        if not (part + 1) % 100:
            print(f"{(part + 1) * CASES} cases from {first} on were alike", flush=True)
