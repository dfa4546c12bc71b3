"""What is found by its words, and what belongs together: found by whom it is for, and as far as they see the parts.

Each has tables of its own beside the thing itself, and so relations of its own; a list that lost them would find nothing.
"""

from datetime import date

import pytest

from domain.catalogue import commands as catalogue
from domain.catalogue import queries as published
from domain.edge import Edge
from domain.referrals import queries as referrals
from domain.referrals.filters import Filter, Wanted
from domain.secondments import queries as seconded
from domain.spans import Span
from tests.domain.referrals.desk import Desk
from tests.worlds import World

TODAY = date(2026, 3, 10)
PAGE = {"age": "newest", "span": Span(most=9)}


@pytest.mark.parametrize(("who", "box"), [("zhou", "sent"), ("chen", "received"), ("wu", "overseen")])
async def test_a_letter_is_found_on_each_side_and_by_oversight(
    who: str, box: str, edge: Edge, world: World
) -> None:
    sent = await Desk(edge, world).sent()
    async with edge.reading(world[who].credentials) as work:
        for words, found in (("密闭", [sent.id]), ("不存在", [])):
            wanted = Wanted(box=box, filter=Filter(text=words))
            assert [each.id for each in await referrals.page(work, wanted=wanted, **PAGE)] == found


@pytest.mark.parametrize(("name", "found"), [("周", ["zhou"]), ("不", [])])
async def test_seconded_people_are_found_by_their_names(
    name: str, found: list[str], edge: Edge, world: World
) -> None:
    async with edge.reading(world["lin"].credentials) as work:
        wanted = seconded.Wanted(side="home", filter=seconded.Filter(person=name))
        entries = await seconded.page(work, wanted=wanted, sort="newest", span=PAGE["span"])
    assert [each.person_id for each in entries] == [world[key].person_id for key in found]


async def test_items_are_found_by_their_names_and_townships_by_their_class(edge: Edge, world: World) -> None:
    async with edge.writing(world["wu"].credentials) as work:
        item = await catalogue.publish_item(
            work,
            item=catalogue.Published(
                code="XG-1",
                name="未采取密闭措施运输渣土",
                field="交通运输",
                department_id=world.bodies["transport"],
                powers=("penalty",),
                establishing_basis="条例第三条",
                punishing_basis="条例第四条",
                bands=[("一般", 1000, 5000)],
                since=TODAY,
            ),
        )
        joined = await catalogue.publish_class(work, code="A", name="甲类")
        township = world.bodies["kunyang"]
        await catalogue.classify(work, township_id=township, class_id=joined.id, since=TODAY)
    async with edge.reading(world["zhou"].credentials) as work:
        for words, found in (("密闭", [item.id]), ("不存在", [])):
            by = published.ItemFilter(name=words)
            assert [
                each.id for each in await published.page_of_items(work, by=by, span=Span(most=9))
            ] == found
        assert await published.members_of(work, joined.id, on=TODAY) == [township]
