"""Supervision notes: officers write, heads send and answer, whoever is at the desk acknowledges, oversight reads."""

from typing import Any

import pytest

from domain.edge import Edge
from domain.supervision import commands, queries
from domain.work import Work
from tests.domain.supervision.desk import LETTER
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may

MAY = table(
    """
    act          any           sender                  receiver                overseer
    draft        officer head  -                       -                       -
    read         -             officer registrar head  officer registrar head  coordinator supervisor
    revise       -             officer head            -                       -
    discard      -             officer head            -                       -
    send         -             head                    -                       -
    acknowledge  -             -                       officer registrar head  -
    answer       -             -                       head                    -
    """,
    sender="first",
    receiver="second",
)


def of_the_note(command: Any, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await command(
            work,
            supervision_note_id=ground.shared["supervision_notes"]["id"],
            expected_version=STALE,
            **given,
        )

    return act


async def draft(work: Work, ground: Ground, _: Post) -> Any:
    return await commands.draft(
        work,
        addressee_id=ground.world.bodies["aojiang"],
        empowerment_id=ground.shared["empowerments"]["id"],
        item_id=ground.shared["items"]["id"],
        **LETTER,
    )


async def read(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.the(work, ground.shared["supervision_notes"]["id"])


ACTS: dict[str, Act] = {
    "draft": draft,
    "read": read,
    "revise": of_the_note(commands.revise, facts="更正"),
    "discard": of_the_note(commands.discard),
    "send": of_the_note(commands.send),
    "acknowledge": of_the_note(commands.acknowledge),
    "answer": of_the_note(commands.answer, text="已安排巡查"),
}


@pytest.mark.parametrize("act", MAY)
async def test_notes_are_written_sent_and_answered_by_whom_it_is_for(
    act: str, ground: Ground, edge: Edge
) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]
