"""Agreed lists: a list binds the body, so heads alone propose, answer and end it; whoever puts letters together reads it."""

from datetime import date
from typing import Any

import pytest

from domain.agreements import commands, queries
from domain.edge import Edge
from domain.work import Work
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may

MAY = table(
    """
    act       any   proposer                other                   overseer
    propose   head  -                       -                       -
    read      -     officer registrar head  officer registrar head  coordinator supervisor
    withdraw  -     head                    -                       -
    confirm   -     -                       head                    -
    decline   -     -                       head                    -
    end       -     head                    head                    -
    """,
    proposer="first",
    other="second",
)


def of_the_list(command: Any, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await command(
            work, agreement_id=ground.shared["agreements"]["id"], expected_version=STALE, **given
        )

    return act


async def read(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.the(work, ground.shared["agreements"]["id"])


async def propose(work: Work, ground: Ground, _: Post) -> Any:
    return await commands.propose(
        work,
        addressee_id=ground.world.bodies["aojiang"],
        item_code="330218085000",
        since=date(2026, 3, 11),
        materials=[("letter", "required", "移送函"), ("evidence", "if_any", "现场照片")],
    )


ACTS: dict[str, Act] = {
    "propose": propose,
    "read": read,
    "withdraw": of_the_list(commands.withdraw),
    "confirm": of_the_list(commands.confirm),
    "decline": of_the_list(commands.decline, reasons="材料过多"),
    "end": of_the_list(commands.end, ends_on=date(2026, 4, 1)),
}


@pytest.mark.parametrize("act", MAY)
async def test_bind_by_their_heads(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]
