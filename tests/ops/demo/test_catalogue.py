"""The made-up catalogue of the demo: as many items and fields as Kunyang's document names, the same each time, marked."""

from collections import Counter
from uuid import UUID

import pytest

from domain.catalogue.rules import bands
from ops.demo.catalogue import FIELDS, PLANS, items
from ops.demo.people import TEAMS, demo_county

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


@pytest.mark.parametrize("county", TEAMS)
def test_of_each_county_is_its_own_bodies_and_made_up(county: str) -> None:
    kinds = {code: body.kind for code, body in demo_county(county).county.bodies.items()}
    plan = PLANS[county]
    made = list(items({code: UUID(int=number) for number, code in enumerate(kinds)}, plan))
    assert len({item.code for item in made}) == len(made) == plan.items >= 12
    assert all(item.made_up and "虚构" in item.establishing_basis for item in made)
    assert {kinds[department] for department in plan.departments.values()} == {"department"}
    assert {kinds[township] for township in plan.signed} == {"township"}
    assert {kinds[body] for _, body in plan.duties.values()} == {"department", "township"}
    assert all("虚构" in matter for matter, _ in plan.duties.values())


def test_names_departments_of_the_county_and_bands_that_hold() -> None:
    kinds = {code: body.kind for code, body in demo_county().county.bodies.items()}
    assert {kinds[field.department] for field in FIELDS.values()} == {"department"}
    assert all(bands(item.bands) for item in ITEMS)
