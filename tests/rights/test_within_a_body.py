"""What a body keeps to itself: who handles what, who stands in for whom, files, exports, notices."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.assignments import commands as assignments
from domain.assignments import queries as assigned
from domain.documents import commands as documents
from domain.documents import queries as files
from domain.documents.store import Stored
from domain.edge import Edge
from domain.exports import commands as exports
from domain.exports import queries as exported
from domain.notifications import commands as notifications
from domain.notifications import queries as notices
from domain.referrals.filters import Wanted
from domain.secondments import queries as seconded
from domain.substitutions import commands as substitutions
from domain.substitutions import queries as standing_in
from domain.work import Work
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may

EVERY_ROLE = "officer registrar head coordinator supervisor personnel"

MAY = table(
    f"""
    act                    any                                          own
    claim a matter         officer head                                 -
    release a matter       officer registrar head                       -
    give it to one's unit  -                                            registrar head
    read who handles it    -                                            officer registrar head
    appoint a substitute   head                                         -
    end a substitution     -                                            head
    read who stands in     -                                            officer registrar head
    read the body's posts  -                                            officer registrar head
    store a file           officer registrar head                       -
    read a file            -                                            officer registrar head
    ask for the letters    officer registrar head coordinator supervisor  -
    ask for the secondments  {EVERY_ROLE}                               -
    read one's export      {EVERY_ROLE}                                 -
    cancel one's export    {EVERY_ROLE}                                 -
    read another's export  -                                            -
    read one's notice      {EVERY_ROLE}                                 -
    mark it as read        {EVERY_ROLE}                                 -
    read another's notice  -                                            -
    """,
    own="first",
)


async def claim(work: Work, ground: Ground, _: Post) -> Any:
    return await assignments.claim(work, subject_kind="referral", subject_id=uuid4())


async def release(work: Work, ground: Ground, _: Post) -> Any:
    return await assignments.release(work, subject_kind="referral", subject_id=uuid4())


async def give(work: Work, ground: Ground, _: Post) -> Any:
    unit = ground.world.units["transport"]
    return await assignments.give(work, subject_kind="referral", subject_id=uuid4(), unit_id=unit)


async def handled(work: Work, ground: Ground, _: Post) -> Any:
    return await assigned.of_ids(work, [ground.shared["assignments"]["id"]])


async def appoint(work: Work, ground: Ground, post: Post) -> Any:
    day = date(2026, 3, 11)
    return await substitutions.appoint(
        work,
        absent_id=post.row["id"],
        substitute_id=post.row["id"],
        first_day=day,
        last_day=day,
        reason="外出",
    )


async def end(work: Work, ground: Ground, _: Post) -> Any:
    return await substitutions.end(
        work, substitution_id=ground.shared["substitutions"]["id"], expected_version=STALE
    )


async def stands_in(work: Work, ground: Ground, _: Post) -> Any:
    return await standing_in.the(work, ground.shared["substitutions"]["id"])


async def posts(work: Work, ground: Ground, _: Post) -> Any:
    return await standing_in.posts_of_ids(work, [ground.world["zhou"].capacities["transport"]])


async def store(work: Work, ground: Ground, _: Post) -> Any:
    stored = Stored(id=uuid4(), sha256=uuid4().hex * 2, size=1234)
    return await documents.keep(work, name="证据.pdf", media_type="application/pdf", stored=stored)


async def file(work: Work, ground: Ground, _: Post) -> Any:
    return await files.the(work, ground.shared["files"]["id"])


async def letters(work: Work, ground: Ground, _: Post) -> Any:
    wanted = Wanted(box="received" if work.actor.overseen is None else "overseen")
    return await exports.request(
        work, ledger="referrals", wanted=wanted, sort="newest", shown="", language="zh"
    )


async def export(work: Work, ground: Ground, _: Post) -> Any:
    wanted = seconded.Wanted(side="home" if work.actor.overseen is None else "overseen")
    return await exports.request(
        work, ledger="secondments", wanted=wanted, sort="newest", shown="", language="zh"
    )


async def ones_export(work: Work, ground: Ground, post: Post) -> Any:
    return await exported.the(work, (await export(work, ground, post)).id)


async def cancel(work: Work, ground: Ground, post: Post) -> Any:
    return await exports.cancel(work, export_id=(await export(work, ground, post)).id)


async def anothers_export(work: Work, ground: Ground, _: Post) -> Any:
    return await exported.the(work, ground.shared["exports"]["id"])


async def ones_notice(work: Work, ground: Ground, post: Post) -> Any:
    return await notices.the(work, ground.notices[f"{post.side} {post.role}"]["id"])


async def mark(work: Work, ground: Ground, post: Post) -> Any:
    notice = ground.notices[f"{post.side} {post.role}"]
    return await notifications.mark_read(work, notification_id=notice["id"])


async def anothers_notice(work: Work, ground: Ground, _: Post) -> Any:
    return await notices.the(work, ground.shared["notifications"]["id"])


ACTS: dict[str, Act] = {
    "claim a matter": claim,
    "release a matter": release,
    "give it to one's unit": give,
    "read who handles it": handled,
    "appoint a substitute": appoint,
    "end a substitution": end,
    "read who stands in": stands_in,
    "read the body's posts": posts,
    "store a file": store,
    "read a file": file,
    "ask for the letters": letters,
    "ask for the secondments": export,
    "read one's export": ones_export,
    "cancel one's export": cancel,
    "read another's export": anothers_export,
    "read one's notice": ones_notice,
    "mark it as read": mark,
    "read another's notice": anothers_notice,
}


@pytest.mark.parametrize("act", MAY)
async def test_is_done_by_whom_it_is_for(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]
