"""Discipline: personnel and heads of the body that looks into it, heads decide; the other body and the officer read the decision.

Kunyang has the township hold officers to account and hand the department a copy (annex 2, art. 8). Whoever a case is about has no
part in it before it is decided, in whatever post, and decides nothing of it after (decision 52); what was decided they read
in whatever post, and ask for a review in one of the two bodies.
"""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.deadlines import queries as deadlines
from domain.deadlines.models import Deadline
from domain.discipline import commands, queries
from domain.discipline.models import DisciplinaryCase
from domain.discipline.queries import CASE
from domain.edge import Edge
from domain.work import Work
from tests.rights.conftest import Places
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may
from tests.worlds import NOW

MAY = table(
    """
    act                   inquirer        copied          overseer
    open a case           personnel head  personnel head  -
    read what is decided  personnel head  personnel head  coordinator supervisor
    revise                personnel head  -               -
    drop                  personnel head  -               -
    conclude              head            -               -
    review                head            -               -
    """,
    inquirer="first",
    copied="second",
)
CLOCK = table(
    """
    act             obligor         waiting         overseer
    read its clock  personnel head  personnel head  coordinator supervisor
    """,
    obligor="first",
    waiting="second",
)

CONCERNED = table(
    """
    act                   any                              guest
    read the decision     officer registrar head personnel  officer registrar head personnel
    ask for a review      officer registrar head personnel  -
    """,
    guest="guest",
)


def of_the_case(command: Any, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        case = ground.shared["disciplinary_cases"]["id"]
        return await command(work, case_id=case, expected_version=STALE, **given)

    return act


def of_ones_own(command: Any, which: str, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, post: Post) -> Any:
        case = ground.own[post.name][which]["id"]
        return await command(work, case_id=case, expected_version=STALE, **given)

    return act


def reads_ones_own(which: str) -> Act:
    async def act(work: Work, ground: Ground, post: Post) -> Any:
        return await queries.of_ids(work, [ground.own[post.name][which]["id"]])

    return act


def would(action: str) -> Act:
    """Whether they might, if the case were not closed to them already."""

    async def act(work: Work, ground: Ground, post: Post) -> Any:
        return work.may(action, CASE, DisciplinaryCase(**ground.own[post.name]["open case"]))

    return act


async def _opened(work: Work, secondment_id: Any) -> Any:
    return await commands.open_case(
        work,
        secondment_id=secondment_id,
        ground="failure",
        occurred_on=NOW.date(),
        subject="巡查记录缺失",
        facts="未按计划巡查。",
    )


async def open_case(work: Work, ground: Ground, _: Post) -> Any:
    return await _opened(work, ground.shared["secondments"]["id"])


async def open_case_about_oneself(work: Work, ground: Ground, post: Post) -> Any:
    return await _opened(work, ground.own[post.name]["open case"]["secondment_id"])


async def read(work: Work, ground: Ground, _: Post) -> Any:
    return await queries.the(work, ground.shared["disciplinary_cases"]["id"])


ACTS: dict[str, Act] = {
    "open a case": open_case,
    "read what is decided": read,
    "revise": of_the_case(commands.revise),
    "drop": of_the_case(commands.drop, reason="查无此事"),
    "conclude": of_the_case(commands.conclude, finding="属实", measure="reminder"),
    "review": of_the_case(commands.review, outcome="upheld", answer="维持"),
    "read the decision": reads_ones_own("case that was decided"),
    "ask for a review": of_ones_own(commands.ask_review, "case that was decided", reasons="当日另有任务"),
}

NOBODY: dict[str, Act] = {
    "reads an open case about oneself": reads_ones_own("open case"),
    "reads one that another body opened": reads_ones_own("open case elsewhere"),
    "opens a case about oneself": open_case_about_oneself,
    "would revise it": would("revise"),
    "would drop it": would("drop"),
    "would conclude it": would("conclude"),
    "reviews what was decided about oneself": of_ones_own(
        commands.review, "case that was decided", outcome="lifted", answer="撤销"
    ),
}


@pytest.mark.parametrize("act", MAY)
async def test_is_looked_into_and_read_by_whom_it_is_for(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]


@pytest.mark.parametrize("act", CONCERNED)
async def test_is_told_to_whom_it_is_about_once_it_is_decided(act: str, ground: Ground, edge: Edge) -> None:
    everybody = [*ground.posts, *ground.guests]
    assert await who_may(ACTS[act], ground, edge, among=everybody) == CONCERNED[act]


@pytest.mark.parametrize("act", NOBODY)
async def test_is_in_nobodys_hands_whom_it_is_about(act: str, ground: Ground, edge: Edge) -> None:
    everybody = [*ground.posts, *ground.guests]
    assert not await who_may(NOBODY[act], ground, edge, among=everybody)


async def test_rings_for_nobody_who_does_not_look_into_it(
    places: Places, edge: Edge, owner_engine: AsyncEngine
) -> None:
    there = await places("pingyang")
    clock = there.shared["deadlines"]["id"]
    async with owner_engine.begin() as connection:
        about_somebody = update(Deadline).where(Deadline.id == clock).values(subject_kind="disciplinary_case")
        await connection.execute(about_somebody)
    for query in (deadlines.of_ids, deadlines.rungs_of, deadlines.changes_of):

        async def read_it(work: Work, _ground: Ground, _: Post, query: Any = query) -> Any:
            return (await query(work, [clock])).get(clock)

        assert await who_may(read_it, there, edge) == CLOCK["read its clock"], query
