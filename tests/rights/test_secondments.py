"""The register of secondments: whom each of the five rulebooks lets read it, from the sides of the two bodies.

Kunyang's, Fuling's, Huancui's and the unnamed city's documents have both bodies manage whoever is seconded, so both read
(domain/rulebooks/places says by which article). Yangxin's says nothing of secondments, so there neither does. Whoever ordered
it and oversight read it everywhere.
"""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from domain.secondments import queries
from domain.work import Work
from tests.databases import MigratedDatabase
from tests.rights.ground import Ground, Post, laid
from tests.rights.tables import table, who_may
from tests.worlds import shipped

MAY = table(
    """
    read in   home                              host                    overseer
    pingyang  officer registrar head personnel  officer registrar head  coordinator supervisor
    fuling    officer registrar head personnel  officer registrar head  coordinator supervisor
    xx        officer registrar head personnel  officer registrar head  coordinator supervisor
    huancui   officer registrar head personnel  officer registrar head  coordinator supervisor
    yangxin   personnel                         -                       coordinator supervisor
    """,
    home="first",
    host="second",
)


async def read(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.the(work, ground.shared["secondments"]["id"])


@pytest.mark.parametrize("place", MAY)
async def test_are_read_as_the_place_has_it(
    place: str, owner_engine: AsyncEngine, migrated_database: MigratedDatabase, edge: Edge
) -> None:
    there = await laid(owner_engine, migrated_database, rulebook=shipped(f"{place}.toml"))
    assert await who_may(read, there, edge) == MAY[place]
