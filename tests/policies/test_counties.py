"""Who decides what about a seconded officer in each of the five counties, compared with the print that somebody reviewed."""

import os
from pathlib import Path

import pytest

from domain.rulebooks.rules import Shelf, parse
from domain.rulebooks.shipped import BELOW, DEMO, shipped_texts
from policies import matrix
from policies.book import Book
from policies.rows import platform_rows
from policies.snapshot import Snapshot
from tests.policies.tables import PINGYANG
from tests.worlds import NOW

EXPECTED = Path(__file__).with_name("expected") / "counties"
UPDATE = "REPRINT_MATRIX"
PLATFORM = Book(platform_rows())

CHANGED = """
If you're here because this assertion failed, the rulebook of {place} splits powers otherwise than it did. Read the
difference above as the head of a body would; if every change is meant, print it anew with {update}=1 and commit the print
together with the rulebook.
"""


def split_of(place: str) -> str:
    """The matrix of what counties split, with the platform's rows and those of this county's rulebook."""
    texts = shipped_texts((*BELOW, *DEMO[place]))
    rulebook = Shelf.of(*(parse(text, name=name) for name, text in texts.items()), county=place).on(
        NOW.date()
    )
    rows = rulebook.policy_rows(PINGYANG)
    county = Snapshot.of_county(
        county_id=PINGYANG, version=1, platform=PLATFORM, rows=rows, origin="rulebook"
    )
    return matrix.printed(county, "secondments")


@pytest.mark.parametrize("place", DEMO)
def test_the_matrix_of_a_county_is_the_one_that_was_reviewed(place: str) -> None:
    file, printed = EXPECTED / f"{place}.txt", split_of(place)
    if os.environ.get(UPDATE):
        file.parent.mkdir(exist_ok=True)
        file.write_text(printed, encoding="utf-8")
    reviewed = file.read_text(encoding="utf-8") if file.exists() else "(never reviewed)"
    assert printed == reviewed, CHANGED.format(place=place, update=UPDATE)
