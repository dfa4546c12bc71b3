"""In which turns several processes take the tests: what stays together, and what begins first.

A file's tests stay together, because they share what its fixtures made; those of the isolation tests by composition,
so that each composition's counties are lived in once, and all its files ask about that. What takes longest begins
first: otherwise one process would still be at it when the other has nothing left to do. No test depends on either.
"""

import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

LONGEST_FIRST = (
    "tests/isolation/",
    "tests/walk/",
    "tests/domain/referrals/test_plans.py",
    "tests/workers/test_deaths.py",
    "tests/live/",
    "tests/test_readme.py",
    "tests/workers/",
    "tests/scenarios/",
    "tests/telemetry/",
    "tests/hostile/",
)
"""How the names of tests begin that take long; the others follow in their own order."""

COMPOSITION = re.compile(r"(?P<folder>tests/isolation)/.*\[(?P<locks>both|row-security-off|filter-off)\b")


class Turns(LoadFileScheduling):
    """Hands tests out by what stays together, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        # Not those first that are many: the longest are few.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)


def together(nodeid: str) -> str:
    """What a test has in common with those that it stays together with."""
    composition = COMPOSITION.match(nodeid)
    return " ".join(composition.groups()) if composition else nodeid.partition("::")[0]


def turn(nodeid: str) -> int:
    """When a test's turn comes."""
    return next(
        (n for n, begins in enumerate(LONGEST_FIRST) if nodeid.startswith(begins)), len(LONGEST_FIRST)
    )
