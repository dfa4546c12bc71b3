"""Alerts: officers write, heads send and answer in the body's name, whoever is at the desk acknowledges."""

from typing import Any

import pytest

from domain.alerts import commands, queries
from domain.edge import Edge
from domain.work import Work
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may

MAY = table(
    """
    act              any           sender                  receiver                overseer
    draft            officer head  -                       -                       -
    read the letter  -             officer registrar head  -                       -
    revise           -             officer head            -                       -
    discard          -             officer head            -                       -
    send             -             head                    -                       -
    read the notice  -             officer registrar head  officer registrar head  coordinator supervisor
    acknowledge      -             -                       officer registrar head  -
    answer           -             -                       head                    -
    """,
    sender="first",
    receiver="second",
)


def of_the_letter(command: Any, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await command(work, alert_id=ground.shared["alerts"]["id"], expected_version=STALE, **given)

    return act


def of_the_notice(command: Any, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await command(
            work, alert_notice_id=ground.shared["alert_notices"]["id"], expected_version=STALE, **given
        )

    return act


async def draft(work: Work, ground: Ground, _: Post) -> Any:
    return await commands.draft(
        work,
        kind="hazard",
        subject="渣土车",
        facts="多次遗撒",
        place="104国道",
        item_code=None,
        addressee_ids=[ground.world.bodies["aojiang"]],
    )


async def letter(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.the(work, ground.shared["alerts"]["id"])


async def notice(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.notice(work, ground.shared["alert_notices"]["id"])


ACTS: dict[str, Act] = {
    "draft": draft,
    "read the letter": letter,
    "revise": of_the_letter(commands.revise, facts="更正"),
    "discard": of_the_letter(commands.discard),
    "send": of_the_letter(commands.send),
    "read the notice": notice,
    "acknowledge": of_the_notice(commands.acknowledge),
    "answer": of_the_notice(commands.answer, answer="joint_meeting", text="召开会议"),
}


@pytest.mark.parametrize("act", MAY)
async def test_are_written_sent_and_answered_by_whom_it_is_for(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]
