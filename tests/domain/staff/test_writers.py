"""Whoever writes persons lets them be found. The demo county's are looked at in tests/ops/demo/test_load_demo.py."""

import re

import pytest
from sqlalchemy import delete, func, select

from bench import world as bench
from domain.staff import commands
from domain.staff.models import Person, PersonNameEnding
from tests.house.test_files import FILES, named
from tests.rosters import endings_astray

INSERTS = re.compile(
    r'insert\s+into\s+"?persons\b|\binsert\w*\(\s*Person\b|\bPerson\(\s*county_id', re.IGNORECASE
)


class TestEverybodyIsFound:
    async def test_in_the_county_of_the_tests(self, owner_engine, world) -> None:
        assert await endings_astray(owner_engine, world.county_id) == 0

    async def test_in_the_county_of_the_benchmarks(self, owner_engine, world) -> None:
        async with owner_engine.begin() as connection:
            await bench.enter_officers(connection, world.county_id)
            officers = select(func.count()).where(Person.county_id == world.county_id)
            assert await connection.scalar(officers) == bench.OFFICERS + len(world.people)
        assert await endings_astray(owner_engine, world.county_id) == 0


class TestTheProof:
    async def test_notices_an_ending_that_is_missing_and_one_too_many(self, owner_engine, world) -> None:
        someone = world["zhou"].person_id
        async with owner_engine.begin() as connection:
            await connection.execute(delete(PersonNameEnding).where(PersonNameEnding.person_id == someone))
        assert await endings_astray(owner_engine, world.county_id) == len("周交")
        async with owner_engine.begin() as connection:
            renamed = commands.Officer("吴周交", home_id=world.bodies["transport"])
            await commands.keep_endings(connection, county_id=world.county_id, officers={someone: renamed})
        assert await endings_astray(owner_engine, world.county_id) == 1

    @pytest.mark.parametrize(
        "source",
        [
            "INSERT INTO persons (",
            'insert into "persons" (',
            "insert(Person).values(",
            "Person(county_id=here",
        ],
    )
    def test_notices_who_inserts_persons(self, source: str) -> None:
        assert INSERTS.search(source)


class TestNobodyElse:
    """Staff enters people, and this file says how others would."""

    def test_inserts_persons(self) -> None:
        elsewhere = [path for path in FILES if path.parts[-3:-1] != ("domain", "staff")]
        assert len(FILES) - len(elsewhere) < 15
        writers = [named(path) for path in elsewhere if INSERTS.search(path.read_text())]
        # Two hundred thousand people are laid by the database itself, for a benchmark of its own.
        assert writers == ["bench/staff_world.py"]
