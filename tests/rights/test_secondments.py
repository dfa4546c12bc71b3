"""The register of secondments: whom each of the five rulebooks lets read it, from the sides of the two bodies; and who is told
what is counted over it.

Kunyang's, Fuling's, Huancui's and the unnamed city's documents have both bodies manage whoever is seconded, so both read
(domain/rulebooks/places says by which article), a host's personnel too, which looks into what the host holds to account. Yangxin's
says nothing of secondments, so there neither does. Whoever ordered it and oversight read it everywhere.
"""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from domain.ratios.queries import ratios
from domain.secondments import queries
from domain.work import Work
from tests.databases import MigratedDatabase
from tests.rights.ground import Ground, Post, laid
from tests.rights.tables import table, who_may
from tests.worlds import shipped

MAY = table(
    """
    read in   home                              host                              overseer
    pingyang  officer registrar head personnel  officer registrar head personnel  coordinator supervisor
    fuling    officer registrar head personnel  officer registrar head personnel  coordinator supervisor
    xx        officer registrar head personnel  officer registrar head personnel  coordinator supervisor
    huancui   officer registrar head personnel  officer registrar head personnel  coordinator supervisor
    yangxin   personnel                         -                                 coordinator supervisor
    """,
    home="first",
    host="second",
)

COUNTED = table(
    """
    ratios of   home            host            overseer
    the home    head personnel  -               coordinator supervisor
    the host    -               head personnel  coordinator supervisor
    the county  -               -               coordinator supervisor
    """,
    home="first",
    host="second",
)
"""Whom a body's ratios are told: its own head and personnel, however the place splits the register."""


async def read(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.the(work, ground.shared["secondments"]["id"])


@pytest.mark.parametrize("place", MAY)
async def test_are_read_as_the_place_has_it(
    place: str, owner_engine: AsyncEngine, migrated_database: MigratedDatabase, edge: Edge
) -> None:
    there = await laid(owner_engine, migrated_database, rulebook=shipped(f"{place}.toml"))
    assert await who_may(read, there, edge) == MAY[place]


async def of_the_home(work: Work, ground: Ground, _: Post) -> Any:
    return await ratios(work, body_id=ground.world.bodies["transport"])


async def of_the_host(work: Work, ground: Ground, _: Post) -> Any:
    return await ratios(work, body_id=ground.world.bodies["kunyang"])


async def of_the_county(work: Work, _ground: Ground, _: Post) -> Any:
    return await ratios(work)


@pytest.mark.parametrize("place", ["pingyang", "yangxin"])
async def test_are_counted_for_whoever_answers_for_the_people(
    place: str, owner_engine: AsyncEngine, migrated_database: MigratedDatabase, edge: Edge
) -> None:
    there = await laid(owner_engine, migrated_database, rulebook=shipped(f"{place}.toml"))
    tried = {"the home": of_the_home, "the host": of_the_host, "the county": of_the_county}
    assert {act: await who_may(trial, there, edge) for act, trial in tried.items()} == COUNTED
