"""Secondments: whom each of the five rulebooks lets read the register, who decides what about a seconded officer,
and who is told what is counted over it.

Kunyang's, Fuling's, Huancui's and the unnamed city's documents have both bodies manage whoever is seconded, so both read
(domain/rulebooks/places says by which article), a host's personnel too, which looks into what the host holds to account. Yangxin's
says nothing of secondments, so there neither does. Whoever ordered it and oversight read it everywhere.

What the documents say of the thirteen aspects of joint management stands below, column by column: Kunyang annex 2, arts. 4 to
8 (and annex 1, art. 4 for training); Fuling 2(6); the city 2(1)2, where itinerant teams are managed and appraised by both;
Huancui 2(4)7. Where they are silent, and Yangxin's is of all, the platform's practice answers: what hangs on the establishment
stays at home, the work is led by the host (decision 47).
"""

from typing import Any

import pytest

from domain.edge import Edge
from domain.ratios.queries import ratios
from domain.secondments import queries
from domain.secondments.models import Secondment
from domain.work import Work
from tests.rights.conftest import Places
from tests.rights.ground import Ground, Post
from tests.rights.tables import table, who_may, who_may_what

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

DECIDES = """
    about               pingyang  fuling  xx    huancui  yangxin
    guidance            home      home    home  home     home
    daily_management    host      both    both  host     host
    everyday_appraisal  host      home    both  host     home
    target_appraisal    host      home    both  host     home
    party_relations     host      home    home  home     home
    pay                 home      home    home  host     home
    property            home      home    home  host     home
    discipline          host      home    home  home     home
    training            home      home    home  home     home
    appointment         both      home    home  home     home
    recall              home      home    home  home     home
    transfer            home      home    home  home     home
    borrowing           home      home    home  home     home
    """

SIDES = {"home": ("first",), "host": ("second",), "both": ("first", "second")}

PERSONNEL_TOO = {"appointment", "recall", "transfer", "borrowing"}
"""In what concerns a post, personnel decide besides heads."""


async def read(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.the(work, ground.shared["secondments"]["id"])


@pytest.mark.parametrize("place", MAY)
async def test_are_read_as_the_place_has_it(place: str, places: Places, edge: Edge) -> None:
    assert await who_may(read, await places(place), edge) == MAY[place]


@pytest.mark.parametrize("place", MAY)
async def test_are_decided_on_by_whom_the_place_names(place: str, places: Places, edge: Edge) -> None:
    """Most aspects are asked about by no act yet, so that the right itself is asked for here."""

    def decides(about: str) -> Any:
        async def asked(work: Work, ground: Ground, _: Post) -> Any:
            return work.may("decide", f"secondment.{about}", Secondment(**ground.shared["secondments"]))

        return asked

    (_, *head), *lines = [line.split() for line in DECIDES.strip().splitlines()]
    said = {about: SIDES[cells[head.index(place)]] for about, *cells in lines}
    might = {
        about: frozenset(
            f"{side} {role}"
            for side in sides
            for role in ("head", *(["personnel"] if about in PERSONNEL_TOO else []))
        )
        for about, sides in said.items()
    }
    acts = {about: decides(about) for about in said}
    assert await who_may_what(acts, await places(place), edge) == might


async def of_the_home(work: Work, ground: Ground, _: Post) -> Any:
    return await ratios(work, body_id=ground.world.bodies["transport"])


async def of_the_host(work: Work, ground: Ground, _: Post) -> Any:
    return await ratios(work, body_id=ground.world.bodies["kunyang"])


async def of_the_county(work: Work, _ground: Ground, _: Post) -> Any:
    return await ratios(work)


@pytest.mark.parametrize("place", ["pingyang", "yangxin"])
async def test_are_counted_for_whoever_answers_for_the_people(place: str, places: Places, edge: Edge) -> None:
    there = await places(place)
    tried = {"the home": of_the_home, "the host": of_the_host, "the county": of_the_county}
    assert {act: await who_may(trial, there, edge) for act, trial in tried.items()} == COUNTED
