"""Which items come near a code under which there is none: what somebody may have meant who mistyped it, or wrote a name."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Select, and_, any_, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.types import Text

from domain.catalogue.models import Duty, Item, ItemVersion
from domain.catalogue.queries import DUTY, ITEM, published
from domain.search.rules import folded
from domain.statements import Asks, Lines
from domain.work import Work

MOST = 3
LIKENESS = 0.75
"""From which likeness on one code may be another mistyped, where 1 is the same."""


async def near(work: Work, codes: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """For each of these codes that is neither an item's nor a duty's: the items near it, by code and name, none perhaps.

    A county that keeps no catalogue misses nothing in it.
    """
    names = {line["code"]: line["name"] for line in await _names(work)} if codes else {}
    missing = set(codes) - names.keys()
    if not names or not missing:
        return {}
    duties = {line["code"] for line in await _duties_of(work, codes=sorted(missing))}
    return {code: nearest(code, names) for code in missing - duties}


def nearest(code: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The codes and names that are near to this: whose code looks like it, then whose name has it in it."""
    written = folded(code)
    by_code = {folded(each): each for each in names}
    alike = [by_code[each] for each in get_close_matches(written, by_code, n=MOST, cutoff=LIKENESS)]
    named = sorted(each for each, name in names.items() if written and written in folded(name))
    return [(each, names[each]) for each in dict.fromkeys([*alike, *named])][:MOST]


@Lines
def _names(asks: Asks) -> Select[*tuple[Any, ...]]:
    return (
        select(Item.code, ItemVersion.name)
        .join(ItemVersion, and_(ItemVersion.county_id == Item.county_id, ItemVersion.item_id == Item.id))
        .where(*published(asks, Item, ITEM), *published(asks, ItemVersion, ITEM))
        .ext(distinct_on(Item.code))
        .order_by(Item.code, ItemVersion.since.desc())
    )


@Lines
def _duties_of(asks: Asks) -> Select[*tuple[Any, ...]]:
    return select(Duty.code).where(
        *published(asks, Duty, DUTY), Duty.code == any_(asks.given("codes", ARRAY(Text)))
    )
