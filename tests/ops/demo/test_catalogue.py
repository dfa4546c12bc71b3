"""The made-up catalogue of the demo: as many items and fields as Kunyang's document names, the same each time, marked."""

from collections import Counter
from uuid import UUID

from domain.catalogue.rules import bands
from ops.demo.catalogue import FIELDS, items
from ops.demo.people import demo_county

DEPARTMENTS = {code: UUID(int=number) for number, code in enumerate(demo_county().county.bodies)}
ITEMS = list(items(DEPARTMENTS))


def test_has_263_items_in_14_fields_each_with_a_code_and_a_name_of_its_own() -> None:
    assert (len(ITEMS), len({item.field for item in ITEMS})) == (263, 14)
    assert len({item.code for item in ITEMS}) == len({item.name for item in ITEMS}) == 263
    assert set(Counter(item.field for item in ITEMS).values()) == {18, 19}


def test_is_the_same_each_time() -> None:
    assert list(items(DEPARTMENTS)) == ITEMS


def test_says_everywhere_that_it_is_made_up() -> None:
    assert all(item.made_up and "虚构" in item.establishing_basis + item.punishing_basis for item in ITEMS)


def test_names_departments_of_the_county_and_bands_that_hold() -> None:
    kinds = {code: body.kind for code, body in demo_county().county.bodies.items()}
    assert {kinds[field.department] for field in FIELDS.values()} == {"department"}
    assert all(bands(item.bands) for item in ITEMS)
