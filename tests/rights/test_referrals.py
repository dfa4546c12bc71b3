"""Referrals: who on which side of a letter may do what, and what oversight reads.

The head signs and answers in the body's name; officers write and handle; the desk sends, takes in and numbers. What is not
handed over is the sender's alone, and what a body notes is its own.
"""

from typing import Any

import pytest

from domain.edge import Edge
from domain.referrals import articles, commands, following, queries, receiving, suspending
from domain.spans import Span
from domain.work import Work
from tests.domain.referrals.desk import LETTER
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may
from tests.worlds import NOW

MAY = table(
    """
    act                  sender                  receiver                overseer
    read the letter      officer registrar head  officer registrar head  head coordinator supervisor
    read the materials   officer registrar head  officer registrar head  head coordinator supervisor
    read the articles    officer registrar head  officer registrar head  head coordinator supervisor
    read the events      officer registrar head  officer registrar head  head coordinator supervisor
    revise               officer head            -                       -
    attach               officer head            -                       -
    submit               officer head            -                       -
    discard              officer head            -                       -
    list an article      officer head            -                       -
    record a stop        officer head            -                       -
    supply               officer head            -                       -
    approve              head                    -                       -
    reject               head                    -                       -
    withdraw             head                    -                       -
    extend sending       head                    -                       -
    send                 registrar head          -                       -
    take in              -                       officer registrar head  -
    verify               -                       officer head            -
    ask for material     -                       officer head            -
    suspend              -                       officer head            -
    resume               -                       officer head            -
    report progress      -                       officer head            -
    record the decision  -                       officer head            -
    accept               -                       head                    -
    return               -                       head                    -
    doubt                -                       head                    -
    settle               -                       head                    -
    pass on              -                       head                    -
    tell the outcome     -                       head                    -
    note something       officer registrar head  officer registrar head  -
    """,
    sender="first",
    receiver="second",
)

OF_A_DRAFT = table(
    """
    act                 sender
    read the letter     officer registrar head
    read the materials  officer registrar head
    read the articles   officer registrar head
    read the events     officer registrar head
    """,
    sender="first",
)

CONTENTS = table(
    """
    act                     sender                  admitted                overseer
    open before it is let   officer registrar head  -                       head coordinator supervisor
    open once it is let     officer registrar head  officer registrar head  head coordinator supervisor
    look in passing         officer registrar head  officer registrar head  -
    """,
    sender="first",
    admitted="second",
)

OWN = table(
    """
    act              any           first
    draft            officer head  -
    read one's note  -             officer registrar head
    """,
    first="first",
)


def of_the_letter(command: Any, **given: Any) -> Act:
    """An act on the letter, meant for what it is no more."""

    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await command(
            work, referral_id=ground.shared["referrals"]["id"], expected_version=STALE, **given
        )

    return act


async def note(work: Work, ground: Ground, _: Post) -> Any:
    return await following.note(work, referral_id=ground.shared["referrals"]["id"], text="备忘")


async def draft(work: Work, ground: Ground, _: Post) -> Any:
    return await commands.draft(work, addressee_id=ground.world.bodies["aojiang"], **LETTER)


def reads(rows: str) -> dict[str, Act]:
    """Reading the letter and its parts: those that were handed over (`shared`), or not (`draft`)."""

    def referral(ground: Ground) -> Any:
        return getattr(ground, rows)["referrals"]["id"]

    async def letter(work: Work, ground: Ground, _: Post) -> Any:
        return await queries.the(work, referral(ground))

    async def materials(work: Work, ground: Ground, _: Post) -> Any:
        return (await queries.materials_of(work, [referral(ground)]))[referral(ground)]

    async def things(work: Work, ground: Ground, _: Post) -> Any:
        return (await queries.articles_of(work, [referral(ground)]))[referral(ground)]

    async def events(work: Work, ground: Ground, _: Post) -> Any:
        return await queries.events_page(work, referral_id=referral(ground), span=Span(most=9))

    return {
        "read the letter": letter,
        "read the materials": materials,
        "read the articles": things,
        "read the events": events,
    }


async def notes(work: Work, ground: Ground, _: Post) -> Any:
    referral = ground.shared["referrals"]["id"]
    return (await queries.notes_of(work, [referral]))[referral]


ACTS: dict[str, Act] = {
    **reads("shared"),
    "revise": of_the_letter(commands.revise, facts="更正"),
    "attach": of_the_letter(commands.attach, file_id=None, kind="source", title="来源"),
    "submit": of_the_letter(commands.submit),
    "discard": of_the_letter(commands.discard),
    "list an article": of_the_letter(articles.list_article, name="渣土", quantity=1, unit="车"),
    "record a stop": of_the_letter(commands.record_stop, stop="ordered", at=NOW, note="责令停止"),
    "supply": of_the_letter(commands.supply),
    "approve": of_the_letter(commands.approve),
    "reject": of_the_letter(commands.reject, reason="事实不清"),
    "withdraw": of_the_letter(commands.withdraw, reason="另行处理"),
    "extend sending": of_the_letter(commands.extend_sending, by=1, reason="补充调查"),
    "send": of_the_letter(commands.send),
    "take in": of_the_letter(receiving.take_in),
    "verify": of_the_letter(receiving.verify, finding="fit", note="属实"),
    "ask for material": of_the_letter(receiving.ask_for_material, asked="照片"),
    "suspend": of_the_letter(suspending.suspend, ground="testing", note="送检"),
    "resume": of_the_letter(suspending.resume),
    "report progress": of_the_letter(following.report_progress, progress="立案"),
    "record the decision": of_the_letter(
        following.record_decision, decision="penalty", effective_on=NOW.date(), note="决定书"
    ),
    "accept": of_the_letter(receiving.accept),
    "return": of_the_letter(receiving.return_, reasons="无管辖权"),
    "doubt": of_the_letter(receiving.doubt, reasons="不属本单位"),
    "settle": of_the_letter(receiving.settle, competent=True, basis="会议纪要"),
    "pass on": of_the_letter(receiving.pass_on, addressee_id=None),
    "tell the outcome": of_the_letter(following.tell_outcome, outcome="已处罚"),
    "note something": note,
}


@pytest.mark.parametrize("act", MAY)
async def test_are_handled_by_whom_they_concern(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]


@pytest.mark.parametrize("act", OF_A_DRAFT)
async def test_are_the_senders_alone_before_they_are_sent(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(reads("draft")[act], ground, edge) == OF_A_DRAFT[act]


@pytest.mark.parametrize(("act", "tried"), [("draft", draft), ("read one's note", notes)])
async def test_begin_and_are_noted_in_ones_own_body(act: str, tried: Act, ground: Ground, edge: Edge) -> None:
    assert await who_may(tried, ground, edge) == OWN[act]


@pytest.mark.parametrize("act", CONTENTS)
async def test_have_contents_that_open_to_the_receiver_with_time(
    act: str, ground: Ground, edge: Edge
) -> None:
    material = ground.shared["referral_materials"] if "before" in act else ground.admitted

    async def opened(work: Work, _ground: Ground, _: Post) -> Any:
        found = await queries.open_material(work, material["id"])
        return not ("in passing" in act and work.openings) and found

    assert await who_may(opened, ground, edge) == CONTENTS[act]
