"""Finding officers by any part of their names, in any way of writing it: judged by Python's own `in`.

Which plan finds them is shown with the lists that ask, in tests/domain/secondments/test_plans.py; that everybody who
writes persons lets them be found, in test_writers.py.
"""

import unicodedata
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.filters import FEW, begins
from domain.staff import commands, queries
from domain.staff.models import Person, PersonNameEnding
from policies.authority import Authority
from policies.book import Book
from policies.rows import platform_rows
from policies.snapshot import Snapshot
from tenancy.ids import new_id
from tests.worlds import a_county

LEFT_OUT = " \t\u3000\xa0.．·•‧∙⋅・･"
# Surnames of two characters, some beyond 16 bits, both widths, both cases, and what is left out.
LETTERS = "欧阳小明买提艾力𠮷𬱖abzABZéÉßＡＢＺａｂｚ0１" + LEFT_OUT


def compared(text: str) -> str:
    """What of a name counts, in Python's words."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each not in LEFT_OUT)


NAMES = st.text(LETTERS, min_size=1, max_size=12)
SOUGHT = st.text(LETTERS, min_size=1, max_size=3) | st.sampled_from(LETTERS)


@pytest.fixture(params=[FEW, 2], ids=["few", "too many"], autouse=True)
def look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either a look at the endings gives everybody of the name, or there are too many of them."""
    monkeypatch.setattr("domain.filters.FEW", request.param)


async def these(work, part):
    """The officers of the county in whose names this occurs."""
    return select(Person.id).where(
        Person.county_id == work.county_id, *await queries.named(work, Person.id, part)
    )


class Roster:
    """The officers of one county: as the owner of the schema writes them, as somebody of the county finds them."""

    def __init__(self, owner_engine, edge, world):
        self.owner_engine, self.edge, self.world = owner_engine, edge, world
        self.names: dict[UUID, str] = {each.person_id: each.name for each in world.people.values()}

    async def enter(self, *names):
        entered = {new_id(): name for name in names}
        await self.enter_as(entered)
        self.names |= entered
        return list(entered)

    async def enter_as(self, names):
        """Of transport, all of them; where they are established says nothing about their names."""
        home = self.world.bodies["transport"]
        officers = {each: commands.Officer(name, home_id=home) for each, name in names.items()}
        async with self.owner_engine.begin() as connection:
            return await commands.enter(connection, county_id=self.world.county_id, officers=officers)

    async def leave(self, *ids):
        async with self.owner_engine.begin() as connection:
            await connection.execute(delete(Person).where(Person.id.in_(ids)))
        self.names = {each: name for each, name in self.names.items() if each not in ids}

    async def rename(self, person, name):
        """As whoever renames people will have to."""
        async with self.owner_engine.begin() as connection:
            await connection.execute(update(Person).where(Person.id == person).values(name=name))
            home = await connection.scalar(select(Person.home_id).where(Person.id == person))
            renamed = {person: commands.Officer(name, home_id=home)}
            await commands.keep_endings(connection, county_id=self.world.county_id, officers=renamed)
        self.names[person] = name

    async def found(self, part):
        async with self.edge.reading(self.world["wu"].credentials) as work:
            return set(await work.session.scalars(await these(work, part)))

    async def kept_of(self, *ids):
        async with self.owner_engine.connect() as connection:
            kept = select(PersonNameEnding.ending).where(PersonNameEnding.person_id.in_(ids))
            return sorted(await connection.scalars(kept))

    def expected(self, part):
        return {each for each, name in self.names.items() if compared(part) in compared(name)}


@pytest.fixture
def roster(owner_engine, edge, world):
    return Roster(owner_engine, edge, world)


class TestAPartOfAName:
    @pytest.mark.parametrize(
        ("name", "parts"),
        [
            ("欧阳小明", ["欧阳小明", "欧", "阳小", "小明", "明", " 小明\u3000", "小 明"]),
            ("周\u3000教", ["周教", "周 教", "教"]),
            ("买买提·艾力", ["买买提·艾力", "买买提艾力", "买买提•艾力", "提.艾", "提・艾", "·艾力"]),
            ("𠮷野𬱖", ["𠮷", "𬱖", "野𬱖"]),
            ("Anna SMITH", ["ANNA", "smith", "ａｎｎａ", "A", "annasmith"]),
            ("ＬＩ小", ["li", "Li小", "ｉ小"]),
            ("ÉMILE Weiß", ["émile", "WEISS", "weiß", "é", "sS"]),
        ],
    )
    async def test_is_found_wherever_it_stands(self, roster, name, parts) -> None:
        (person,) = await roster.enter(name)
        for part in parts:
            assert person in await roster.found(part), part

    @pytest.mark.parametrize(
        "part", ["阳明", "明小", "欧阳小明明", "%", "_", "小%", "\\", "\U0010ffff", "𠮷"]
    )
    async def test_that_does_not_occur_finds_nobody(self, roster, part) -> None:
        await roster.enter("欧阳小明")
        assert await roster.found(part) == set()

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(names=st.lists(NAMES, min_size=1, max_size=6), parts=st.lists(SOUGHT, max_size=6), at=st.data())
    @example(names=["阳阳阳", "阳"], parts=["阳", "阳阳", "阳阳阳阳"], at=None)
    async def test_is_found_as_python_finds_it(self, roster, names, parts, at) -> None:
        entered = await roster.enter(*names)
        if at is not None:
            name = at.draw(st.sampled_from(names))
            start, end = sorted(at.draw(st.tuples(*[st.integers(0, len(name))] * 2)))
            parts = [*parts, name, name[start:end]]
        try:
            for part in parts:
                assert await roster.found(part) == roster.expected(part), part
        finally:
            await roster.leave(*entered)

    async def test_finds_all_who_share_it(self, roster) -> None:
        namesakes = await roster.enter("王小明", "王小明", "李小明")
        assert await roster.found("小明") == set(namesakes)
        assert await roster.found("王小") == set(namesakes[:2])

    @pytest.mark.parametrize("part", ["·", ".•‧ ∙⋅・", " \u3000", ""])
    async def test_that_is_dots_or_blanks_alone_narrows_nothing(self, roster, part) -> None:
        """Whoever's own name is such has no endings, and is on the list like everybody."""
        nameless, _ = await roster.enter("· \u3000", "欧阳小明")
        assert await roster.kept_of(nameless) == []
        assert await roster.found(part) == set(roster.names)

    async def test_of_a_name_beyond_all_measure_is_found_up_to_a_hundred_characters(self, roster) -> None:
        (person,) = await roster.enter("甲" + "乙" * 4_000 + "丙")
        for part in ("甲乙", "乙" * 100, "乙丙", "丙"):
            assert await roster.found(part) == {person}
        assert await roster.found("乙" * 101) == set()


class TestWhoIs:
    async def test_renamed_is_found_by_the_name_of_today_alone(self, roster) -> None:
        (person,) = await roster.enter("欧阳小明")
        await roster.rename(person, "司马小红")
        for part in ("司马", "马小", "小", "红"):
            assert await roster.found(part) == {person}
        for part in ("欧阳", "明"):
            assert await roster.found(part) == set()
        assert await roster.kept_of(person) == sorted(["司马小红", "马小红", "小红", "红"])

    async def test_renamed_to_a_name_of_which_the_endings_are_the_same_stays_found(self, roster) -> None:
        (person,) = await roster.enter("欧阳·小明")
        await roster.rename(person, "欧阳小明")
        await roster.rename(person, "阳小明")
        assert await roster.found("阳小") == {person}
        assert await roster.found("欧") == set()

    async def test_entered_again_stays_as_they_are(self, roster) -> None:
        (person,) = await roster.enter("欧阳小明")
        await roster.rename(person, "司马小红")
        fresh = new_id()
        assert await roster.enter_as({person: "欧阳小明", fresh: "欧阳小刚"}) == 1
        assert await roster.found("欧阳") == {fresh}
        assert await roster.found("司马") == {person}

    async def test_entered_as_one_of_none_is_nobody(self, roster) -> None:
        assert await roster.enter_as({}) == 0

    async def test_gone_leaves_nothing(self, roster) -> None:
        gone, stays = await roster.enter("欧阳小明", "欧阳小红")
        await roster.leave(gone)
        assert await roster.found("欧阳") == {stays}
        assert await roster.kept_of(gone) == []


class TestWhoeverMayNotReadNames:
    async def test_finds_nobody(self, roster) -> None:
        (person,) = await roster.enter("诸葛小明")
        async with roster.edge.reading(roster.world["wu"].credentials) as work:
            for book, expected in (
                (Book(platform_rows()), {person}),
                (Book([row for row in platform_rows() if row.aspect != "organisation.entry"]), set()),
            ):
                snapshot = Snapshot.of_county(
                    county_id=work.county_id,
                    version=work.actor.policy_version,
                    platform=book,
                    rows=[],
                    origin="a rulebook",
                )
                asking = replace(work, authority=Authority(work.actor, snapshot))
                assert set(await work.session.scalars(await these(asking, "诸葛"))) == expected


class TestAnotherCounty:
    """Either lock holds alone: the filter before the schema's owner, row security before the app without a filter."""

    async def test_is_never_looked_into(self, roster, owner_engine, edge) -> None:
        elsewhere = Roster(owner_engine, edge, await a_county(owner_engine))
        (here,), (there,) = await roster.enter("诸葛小明"), await elsewhere.enter("诸葛小红")
        assert (await roster.found("诸葛"), await elsewhere.found("诸葛")) == ({here}, {there})

    async def test_is_kept_out_by_the_filter_alone(self, roster, owner_engine, edge) -> None:
        elsewhere = Roster(owner_engine, edge, await a_county(owner_engine))
        here, _ = set(await roster.enter("诸葛小明", "诸葛小刚")), await elsewhere.enter("诸葛小红")
        everybody = select(PersonNameEnding.person_id)
        async with (
            edge.reading(roster.world["wu"].credentials) as work,
            AsyncSession(owner_engine) as past_row_security,
        ):
            asking = replace(work, session=past_row_security)
            # So that a transaction is begun, as it is wherever work is done.
            await past_row_security.execute(select(1))
            found = everybody.where(*await queries.named(asking, PersonNameEnding.person_id, "诸葛"))
            assert set(await past_row_security.scalars(found)) == here
            everywhere = everybody.where(begins(PersonNameEnding.ending, "诸葛"))
            assert len(set(await past_row_security.scalars(everywhere))) >= 3

    async def test_is_kept_out_by_row_security_alone(self, roster, owner_engine, edge) -> None:
        elsewhere = Roster(owner_engine, edge, await a_county(owner_engine))
        (here,), _ = await roster.enter("诸葛小明"), await elsewhere.enter("诸葛小红")
        unfiltered = select(PersonNameEnding.person_id).where(begins(PersonNameEnding.ending, "诸葛"))
        counties = select(PersonNameEnding.county_id).distinct()
        async with edge.reading(roster.world["wu"].credentials) as work:
            assert set(await work.session.scalars(unfiltered)) == {here}
            assert set(await work.session.scalars(counties)) == {roster.world.county_id}
