"""`python -m tests.mutants`: hunt, print which test misses what, and end with 1 if anything lives."""

import argparse
import sys
import time
from collections import Counter

import pytest

from tests.mutants.found import FILE, Found
from tests.mutants.hunt import STAGES, Hunt, paths


def main() -> int:
    """The hunt and its result."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument(
        "-k", metavar="WORD", nargs="+", default=[], help="only mutants in whose name one of these occurs"
    )
    asked.add_argument("--tests", metavar="PATH", nargs="+", help="ask only these tests, all at once")
    asked.add_argument("--anew", action="store_true", help="forget what a hunt found that was broken off")
    given = asked.parse_args()
    if given.anew:
        FILE.unlink(missing_ok=True)
    stages = [given.tests] if given.tests else STAGES
    hunt, began = Hunt(given.k, stages, Found.before()), time.monotonic()
    # Collected once, and the same process to the end: what tests share is made once.
    code = pytest.main(["--no-summary", "-p", "no:xdist", *paths(stages)], plugins=[hunt])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) or not hunt.mutants:
        print(f"The hunt was broken off ({code!r}); run it again and it goes on.", file=sys.stderr)
        return 2
    print_table(hunt)
    print_sum(hunt, seconds=time.monotonic() - began)
    if not given.k and not given.tests:
        hunt.found.is_whole()
    return 1 if hunt.alive else 0


def print_table(hunt: Hunt) -> None:
    """Each mutant and the test that misses it."""
    width = max(len(each.name) for each in hunt.mutants)
    print()
    for each in hunt.mutants:
        print(f"{each.name:{width}}  {hunt.found.killed.get(each.name, _why(each.name, hunt))}")


def _why(name: str, hunt: Hunt) -> str:
    return "SURVIVES: no test uses it" if name in hunt.never_used else "SURVIVES: no test misses it"


def print_sum(hunt: Hunt, *, seconds: float) -> None:
    """How many of each kind, killed and alive."""
    all_, alive = (
        Counter(each.name.partition(" ")[0] for each in some) for some in (hunt.mutants, hunt.alive)
    )
    print()
    for kind, number in all_.items():
        print(f"{kind:10}{number:5} mutants  {number - alive[kind]:5} killed  {alive[kind]:5} survive")
    killed = len(hunt.mutants) - len(hunt.alive)
    print(f"{'all':10}{len(hunt.mutants):5} mutants  {killed:5} killed  {len(hunt.alive):5} survive")
    print(f"{hunt.ran} runs of single tests, {seconds / 60:.1f} minutes")
    for test in hunt.broken:
        print(f"fails with everything in place: {test}")


if __name__ == "__main__":
    sys.exit(main())
