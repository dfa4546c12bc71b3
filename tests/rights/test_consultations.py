"""Consultations: whoever decides proposes, the co-manager's head answers, and the home's personnel carries out.

In the demo county both decide on who heads a team (Kunyang, annex 2, art. 4); where its documents are silent, on recalling,
transferring and borrowing, the home does by the platform's practice. Heads and personnel of both sides read, and oversight; colleagues
do not (decision 47).
"""

from typing import Any

import pytest

from domain.consultations import commands, queries
from domain.consultations.rules import Proposal
from domain.edge import Edge
from domain.work import Work
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may
from tests.worlds import NOW

MAY = table(
    """
    act                      home            host            overseer
    propose a recall         head personnel  -               -
    propose a transfer       head personnel  -               -
    propose a borrowing      head personnel  -               -
    propose an appointment   head personnel  head personnel  -
    propose a removal        head personnel  head personnel  -
    read the home's          head personnel  head personnel  coordinator supervisor
    answer the home's        -               head            -
    withdraw the home's      head personnel  -               -
    carry out the home's     head personnel  -               -
    read the host's          head personnel  head personnel  coordinator supervisor
    answer the host's        head            -               -
    withdraw the host's      -               head personnel  -
    carry out the host's     personnel       head personnel  -
    """,
    home="first",
    host="second",
)


def proposes(kind: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await commands.propose(
            work,
            secondment_id=ground.shared["secondments"]["id"],
            expected_version=STALE,
            proposal=Proposal(kind=kind, ground="专项行动需要", since=NOW.date()),
        )

    return act


def _of(ground: Ground, whose: str) -> Any:
    return (ground.shared["consultations"] if whose == "home" else ground.hosts_proposal)["id"]


def reads(whose: str) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await queries.the(work, _of(ground, whose))

    return act


def does(command: Any, whose: str, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await command(work, consultation_id=_of(ground, whose), expected_version=STALE, **given)

    return act


ACTS: dict[str, Act] = {
    "propose a recall": proposes("recall"),
    "propose a transfer": proposes("transfer"),
    "propose a borrowing": proposes("borrowing"),
    "propose an appointment": proposes("appointment"),
    "propose a removal": proposes("removal"),
} | {
    act: made
    for whose in ("home", "host")
    for act, made in {
        f"read the {whose}'s": reads(whose),
        f"answer the {whose}'s": does(commands.answer, whose, answer="agrees"),
        f"withdraw the {whose}'s": does(commands.withdraw, whose),
        f"carry out the {whose}'s": does(commands.carry_out, whose),
    }.items()
}


@pytest.mark.parametrize("act", MAY)
async def test_are_held_by_whom_it_is_for(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]
