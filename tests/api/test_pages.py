"""Every list, page by page from either end: against an oracle, while others write, and with nobody else's cursors.

The lists, their sides and their orders come from the schema, so none is forgotten. A page's size is drawn; the seed is
in the message.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import taken_apart
from domain.deadlines.models import Deadline
from tests.api.conftest import STATEMENTS, Client
from tests.api.holdings import HOLDINGS, add, expected, fill, reader, subject
from tests.api.lists import PAGING, Variant, ask, lists, page, variants
from tests.places import the_demo_county_that_admits_more
from tests.worlds import NOW, World, a_county

LISTS = [pytest.param(each, id=str(each)) for each in lists()]
VARIANTS = [pytest.param(each, id=str(each)) for each in variants()]
ELSEWHERE = 12
"""On so many other lists a cursor is tried, beside those of its own list's other sides and orders."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def full(owner_engine: AsyncEngine) -> World:
    """A county in which every list holds something."""
    world = await a_county(owner_engine, rulebook=the_demo_county_that_admits_more())
    await fill(owner_engine, world, seed=2026)
    return world


@pytest_asyncio.fixture(loop_scope="session")
async def at(client: Client, full: World) -> AsyncIterator[Client]:
    """Somebody's front end in that county."""
    yield Client(client.http, full)


async def nothing_happens() -> None:
    """What happens between two pages, mostly."""


async def walked(
    client: Client,
    variant: Variant,
    random: Random,
    *,
    backward: bool,
    meanwhile: Callable[[], Awaitable[None]] = nothing_happens,
) -> list[Any]:
    """A whole list, page by page from the beginning or from the end, in its own order."""
    seen: list[Any] = []
    cursor = None
    while True:
        size = random.choice((1, 2, 3, 5, 8, 30))
        bounds = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        found = await page(client, variant, of=subject(variant, client.world), **bounds)
        entries = [variant.list.told(edge) for edge in found["edges"]]
        assert len(entries) <= size
        seen = entries + seen if backward else seen + entries
        assert len(seen) < 5000, "it goes round and round"
        told = found["pageInfo"]
        assert told["hasNextPage" if backward else "hasPreviousPage"] is (cursor is not None)
        if not told["hasPreviousPage" if backward else "hasNextPage"]:
            return seen
        cursors = [edge["cursor"] for edge in found["edges"]]
        assert (told["startCursor"], told["endCursor"]) == (cursors[0], cursors[-1])
        cursor = cursors[0] if backward else cursors[-1]
        await meanwhile()


class TestAWalk:
    def test_is_taken_through_every_list(self) -> None:
        assert {str(each) for each in lists()} == set(HOLDINGS), (
            "a list is new: say in holdings.py how its rows are made and who sees them"
        )

    @pytest.mark.parametrize("variant", VARIANTS)
    async def test_is_the_same_from_either_end(
        self, at: Client, owner_engine: AsyncEngine, variant: Variant
    ) -> None:
        somebody = at.as_(reader(variant))
        there = await expected(owner_engine, at.world, variant)
        assert len(there) > 4
        assert await walked(somebody, variant, Random(0), backward=False) == there
        assert await walked(somebody, variant, Random(1), backward=True) == there

    @pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
    @pytest.mark.parametrize("variant", VARIANTS)
    async def test_meets_what_was_there_once_while_others_write(
        self, at: Client, owner_engine: AsyncEngine, variant: Variant, backward: bool
    ) -> None:
        random, holding = Random(f"{variant} {backward}"), HOLDINGS[str(variant.list)]
        there = await expected(owner_engine, at.world, variant)

        # Some pages' worth, so that a list that is walked in many orders does not grow by a part of itself each time.
        writes = iter(range(12))

        async def somebody_writes() -> None:
            if next(writes, None) is not None:
                await add(owner_engine, at.world, holding, random, times=2)

        somebody = at.as_(reader(variant))
        seen = await walked(somebody, variant, random, backward=backward, meanwhile=somebody_writes)
        afterwards = await expected(owner_engine, at.world, variant)
        assert len(set(seen)) == len(seen)
        assert [each for each in seen if each in set(there)] == there
        # What was written meanwhile may be met or not, but in its place.
        assert [each for each in afterwards if each in set(seen)] == seen

    @pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
    @pytest.mark.parametrize(
        "variant",
        [each for each in VARIANTS if "DUE" in str(each.id) or "deadlines" in str(each.id)],
    )
    async def test_loses_nothing_but_what_itself_moves_while_it_goes_on(
        self, at: Client, owner_engine: AsyncEngine, variant: Variant, backward: bool
    ) -> None:
        there = await expected(owner_engine, at.world, variant)
        moved = there[len(there) // 2]
        column = Deadline.id if str(variant.list) == "Query.deadlines" else Deadline.subject_id
        _, identifier = taken_apart(moved)
        instants = iter(range(-1000, 1000, 37))

        async def it_is_put_off() -> None:
            async with owner_engine.begin() as connection:
                moving = update(Deadline).where(column == identifier)
                await connection.execute(moving.values(due_at=NOW + timedelta(hours=next(instants))))

        somebody = at.as_(reader(variant))
        seen = await walked(somebody, variant, Random(3), backward=backward, meanwhile=it_is_put_off)
        assert [each for each in seen if each != moved] == [each for each in there if each != moved]


class TestAPage:
    @pytest.mark.parametrize("variant", VARIANTS)
    async def test_lies_between_its_cursors(
        self, at: Client, owner_engine: AsyncEngine, variant: Variant
    ) -> None:
        somebody, of = at.as_(reader(variant)), subject(variant, at.world)
        there = await expected(owner_engine, at.world, variant)
        all_edges = (await page(somebody, variant, of=of, first=100))["edges"]
        there = there[:100]
        assert [variant.list.told(edge) for edge in all_edges] == there
        for seed in range(8):
            random = Random(seed)
            after, before = sorted(random.sample(range(-1, len(there) + 1), 2))
            size, end = random.choice((0, 1, 3, 40)), random.choice(("first", "last"))
            bounds = {
                "after": all_edges[after]["cursor"] if after >= 0 else None,
                "before": all_edges[before]["cursor"] if before < len(there) else None,
            }
            found = await page(somebody, variant, of=of, **{end: size}, **bounds)
            between = there[after + 1 : before]
            if before == len(there) == 100:
                continue  # the list may go on beyond what was looked at
            wanted = between[:size] if end == "first" else between[max(len(between) - size, 0) :]
            assert [variant.list.told(edge) for edge in found["edges"]] == wanted, seed
            told, cut = found["pageInfo"], len(between) > size
            assert told["hasNextPage"] is (bounds["before"] is not None or (cut and end == "first")), seed
            assert told["hasPreviousPage"] is (bounds["after"] is not None or (cut and end == "last")), seed

    @pytest.mark.parametrize("listed", LISTS)
    async def test_has_bounds(self, at: Client, listed: Any) -> None:
        variant = next(each for each in variants() if each.list == listed)
        somebody, of = at.as_(reader(variant)), subject(variant, at.world)
        for bounds, code, field in (
            ({"first": 101}, "PAGE_TOO_LARGE", "first"),
            ({"last": 101}, "PAGE_TOO_LARGE", "last"),
            ({"first": -1}, "PAGE_NEGATIVE", "first"),
            ({"last": -1}, "PAGE_NEGATIVE", "last"),
            ({"first": 1, "last": 1}, "PAGE_OF_BOTH_ENDS", "last"),
            ({"after": "x"}, "BAD_CURSOR", "after"),
            ({"before": "x"}, "BAD_CURSOR", "before"),
        ):
            answer = await ask(somebody, listed, of=of, **variant.given, **bounds)
            assert answer.codes == [code], bounds
            assert answer.body["errors"][0]["extensions"]["field"] == field
        assert (await page(somebody, variant, of=of, first=0))["edges"] == []
        assert len((await page(somebody, variant, of=of))["edges"]) <= 20


COUNTED_IN_PARTS = {"Query.inbox": 2}
"""The inbox has notices and matters, which lie in two tables, and looks into each post anew for its total."""


class TestATotal:
    @pytest.mark.parametrize("variant", VARIANTS)
    async def test_is_counted_when_it_is_asked_for_and_then_once(
        self, at: Client, owner_engine: AsyncEngine, variant: Variant
    ) -> None:
        somebody, of = at.as_(reader(variant)), subject(variant, at.world)
        counts = COUNTED_IN_PARTS.get(str(variant.list), 1)
        # What a county's first request reads besides is none of the list's.
        await ask(somebody, variant.list, of=of, **variant.given)
        sent = []
        for select in ("edges { cursor }", "edges { cursor } totalCount", "totalCount"):
            before = STATEMENTS.count
            STATEMENTS.last.clear()
            answer = await ask(somebody, variant.list, of=of, select=select, **variant.given)
            sent.append(STATEMENTS.count - before)
            counted = [each for each in STATEMENTS.last if "count(" in str(each)]
            assert len(counted) == counts * ("totalCount" in select)
        if counts == 1:
            assert sent[1] == sent[0] + 1
        data = answer.data if of is None else answer.data["node"]
        assert data[variant.list.name]["totalCount"] == len(await expected(owner_engine, at.world, variant))


class TestACursor:
    @pytest.mark.parametrize("variant", VARIANTS)
    async def test_of_anything_else_is_refused(self, at: Client, variant: Variant) -> None:
        """Of another list, another side, order, filter or body: of its own list each, of the others some, after and before."""
        of = subject(variant, at.world)
        somebody = at.as_(reader(variant))
        cursor = (await page(somebody, variant, of=of, first=1))["edges"][0]["cursor"]
        assert (await page(somebody, variant, of=of, after=cursor))["pageInfo"]["hasPreviousPage"]
        others = [each for each in variants() if (each.list, each.given) != (variant.list, variant.given)]
        own = [each for each in others if each.list == variant.list]
        strange = [each for each in others if each.list != variant.list]
        drawn = Random(str(variant)).sample(strange, ELSEWHERE)
        elsewhere: list[tuple[Client, Variant, dict[str, Any]]] = [
            (somebody, other, {}) for other in (*own, *drawn)
        ]
        elsewhere += [(somebody, variant, {"filter": by}) for by in variant.list.filters(at)]
        elsewhere += [(at.as_("huang" if reader(variant) != "wu" else "shen"), variant, {})]
        for number, (who, other, given) in enumerate(elsewhere):
            bound = ("after", "before")[number % 2]
            answer = await ask(
                who,
                other.list,
                of=subject(other, at.world),
                select="totalCount edges { cursor }",
                **other.given,
                **given,
                **{bound: cursor},
            )
            if who is not somebody and of is not None:
                assert answer.body["data"] == {"node": None}
                continue
            assert answer.codes == ["BAD_CURSOR"], (other, given)
            assert answer.body["errors"][0]["extensions"]["field"] == bound

    async def test_of_another_matters_events_is_refused(self, at: Client) -> None:
        (events,) = (each for each in variants() if str(each.list) == "Referral.events")
        lin = at.as_("lin")
        cursor = (await page(lin, events, of=subject(events, at.world), first=1))["edges"][0]["cursor"]
        (sent,) = (each for each in variants() if str(each) == "Query.referrals SENT NEWEST")
        others = [edge["node"]["id"] for edge in (await page(lin, sent, first=3))["edges"]]
        other = next(each for each in others if each != subject(events, at.world))
        assert (await ask(lin, events.list, of=other, after=cursor)).codes == ["BAD_CURSOR"]


class TestTheGrammar:
    @pytest.mark.parametrize("listed", LISTS)
    def test_is_the_same_everywhere(self, listed: Any) -> None:
        args = listed.field.args
        name = listed.node.name
        own = [each for each in args if each not in PAGING]
        assert tuple(args)[len(own) :] == PAGING
        assert own in (
            [*side, *filtered, *ordered]
            # `on`: as the list was on a day.
            for side in ([], ["box"], ["side"], ["on"])
            for filtered in ([], ["filter"])
            for ordered in ([], ["sort"])
        )
        for argument, kind in (
            ("filter", f"{name}Filter"),
            ("sort", f"{name}Sort!"),
            ("box", f"{name}Box!"),
            ("side", f"{name}Side!"),
        ):
            assert argument not in args or str(args[argument].type) == kind
        if "sort" in args:
            assert len(listed.choices("sort")) > 1
            assert args["sort"].default_value is not None

    def test_says_the_same_of_the_same(self) -> None:
        """A field of two filters is one word for one thing: of one type, unless it lists words of its own list."""
        types: dict[str, set[str]] = {}
        for each in lists():
            for name, part in each.filter.fields.items() if each.filter else ():
                types.setdefault(name, set()).add(str(part.type).replace(each.node.name, "…"))
        assert not [name for name, kinds in types.items() if len(kinds) > 1]

    def test_makes_everything_optional(self) -> None:
        for each in lists():
            for part in each.filter.fields.values() if each.filter else ():
                assert not str(part.type).endswith("!"), each
