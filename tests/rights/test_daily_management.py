"""Daily management: leave, attendance and night duty, by what is one's own and by what each place's rules split.

Everybody asks for their own leave, reads what is on record of them in whichever post they act, their certificate
included, and gives a night of theirs for a
colleague's; in a body that is neither home nor host they change nothing. Whose the days of a seconded officer are is said by
the place: Kunyang has its own rules of leave and night duty hold for them (annex 2, art. 8), Huancui hands daily management to
the host (2(4)7), the city manages by territory and its itinerant teams by both (2(1)2); Fuling leaves appraisal, and leave with
it, to the department (2(6)), and is as silent on the rest as Yangxin: there the days stay with the establishment, by the
platform's practice (decision 48). Kind and reason of a leave are read by whoever decides on it, and by nobody else of the two
bodies.

A roster is read by everybody who works in the body, because all of them swap nights.
"""

from datetime import date
from typing import Any

import pytest

from domain.attendance import commands as attendance
from domain.attendance import queries as attended
from domain.certificates import queries as certified
from domain.edge import Edge
from domain.inbox import queries as inbox
from domain.leave import commands as leave
from domain.leave import queries as asked
from domain.leave.rules import Stretch
from domain.night_duty import commands as night_duty
from domain.night_duty import queries as rosters
from domain.night_duty import swapping
from domain.work import Work
from tests.rights.conftest import Places
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may, who_may_what
from tests.worlds import NOW

EVERYBODY = "officer registrar head coordinator supervisor personnel"

OF_ONESELF = table(
    f"""
    act                            any          guest
    read one's own leave           {EVERYBODY}  {EVERYBODY}
    take it back                   {EVERYBODY}  -
    report back from it            {EVERYBODY}  -
    read one's own attendance      {EVERYBODY}  {EVERYBODY}
    read one's own night           {EVERYBODY}  {EVERYBODY}
    propose to swap it             {EVERYBODY}  -
    accept a swap of it            {EVERYBODY}  -
    take the proposal back         {EVERYBODY}  -
    look into one's own posts      {EVERYBODY}  {EVERYBODY}
    read one's own certificate     {EVERYBODY}  {EVERYBODY}
    read what became of it         {EVERYBODY}  {EVERYBODY}
    """,
    guest="guest",
)

OF_THE_BODY = table(
    f"""
    act                       any             home                              host
    ask for leave             {EVERYBODY}  -  -
    record attendance         registrar head  -                                 -
    plan a night              registrar head  -                                 -
    read a swap               -               {EVERYBODY}                       -
    read who is on leave      -               officer registrar head personnel  officer registrar head personnel
    """,
    home="first",
    host="second",
)

HOSTS_DAYS = f"""
    act                              home            host
    read attendance                  head registrar  head registrar
    correct attendance               -               head registrar
    read a request                   -               head
    approve it                       -               head
    refuse it                        -               head
    read a night on the home's list  {EVERYBODY}     head registrar
    plan on the home's list          -               -
    read a night on the host's list  head registrar  {EVERYBODY}
    plan on the host's list          -               head registrar
    """

BOTH_RECORD = HOSTS_DAYS.replace(
    "correct attendance               -             ", "correct attendance               head registrar"
)

HOMES_DAYS = f"""
    act                              home            host
    read attendance                  head registrar  -
    correct attendance               head registrar  -
    read a request                   head            -
    approve it                       head            -
    refuse it                        head            -
    read a night on the home's list  {EVERYBODY}     -
    plan on the home's list          head registrar  -
    read a night on the host's list  head registrar  {EVERYBODY}
    plan on the host's list          -               -
    """

PLACES = {
    "pingyang": HOSTS_DAYS,
    "huancui": HOSTS_DAYS,
    "xx": BOTH_RECORD,
    "fuling": HOMES_DAYS,
    "yangxin": HOMES_DAYS,
}


def own(ground: Ground, post: Post, what: str) -> Any:
    return ground.own[post.name][what]["id"]


async def ask(work: Work, ground: Ground, post: Post) -> Any:
    day = date(2026, 3, 17)
    return await leave.ask(work, kind="annual", stretch=Stretch(first_day=day, last_day=day), reason="探亲")


async def own_leave(work: Work, ground: Ground, post: Post) -> Any:
    return await asked.of_ids(work, [own(ground, post, "leave")])


async def withdraw(work: Work, ground: Ground, post: Post) -> Any:
    return await leave.withdraw(work, request_id=own(ground, post, "leave"), expected_version=STALE)


async def report_back(work: Work, ground: Ground, post: Post) -> Any:
    return await leave.cancel(work, request_id=own(ground, post, "leave"), expected_version=STALE)


async def own_attendance(work: Work, ground: Ground, post: Post) -> Any:
    return await attended.of_ids(work, [own(ground, post, "attendance")])


async def own_certificate(work: Work, ground: Ground, post: Post) -> Any:
    return await certified.of_ids(work, [own(ground, post, "certificate")])


async def own_changes(work: Work, ground: Ground, post: Post) -> Any:
    one = own(ground, post, "certificate")
    return (await certified.changes_of(work, [one]))[one]


async def own_night(work: Work, ground: Ground, post: Post) -> Any:
    return await rosters.of_ids(work, [own(ground, post, "night")])


async def propose(work: Work, ground: Ground, post: Post) -> Any:
    mine, other = own(ground, post, "night"), own(ground, post, "other night")
    return await swapping.propose(work, duty_id=mine, other_duty_id=other)


def of_the_swap(command: Any) -> Act:
    async def act(work: Work, ground: Ground, post: Post) -> Any:
        return await command(work, swap_id=own(ground, post, "swap"), expected_version=STALE)

    return act


async def posts(work: Work, _: Ground, post: Post) -> Any:
    return post.row["id"] in {each.id for each in await inbox.posts(work)}


async def record(work: Work, _: Ground, __: Post) -> Any:
    return await attendance.record(work, day=NOW.date(), people=[])


async def plan(work: Work, _: Ground, __: Post) -> Any:
    return await night_duty.plan(work, day=date(2026, 3, 17), people=[])


async def swap(work: Work, ground: Ground, _: Post) -> Any:
    return await rosters.swaps_of_ids(work, [ground.shared["night_duty_swaps"]["id"]])


async def absent(work: Work, ground: Ground, _: Post) -> Any:
    days = ground.absence["first_day"], ground.absence["last_day"]
    who = {each.person_id for each in await asked.absences(work, first=days[0], last=days[1])}
    return ground.absence["person_id"] in who


async def entry(work: Work, ground: Ground, _: Post) -> Any:
    return await attended.of_ids(work, [ground.shared["attendance_entries"]["id"]])


async def correct(work: Work, ground: Ground, _: Post) -> Any:
    row = ground.shared["attendance_entries"]
    return await attendance.correct(work, entry_id=row["id"], mark=row["mark"], reason="误登")


async def request(work: Work, ground: Ground, _: Post) -> Any:
    return await asked.of_ids(work, [ground.shared["leave_requests"]["id"]])


async def approve(work: Work, ground: Ground, _: Post) -> Any:
    one = ground.shared["leave_requests"]["id"]
    return await leave.approve(work, request_id=one, expected_version=STALE)


async def refuse(work: Work, ground: Ground, _: Post) -> Any:
    one = ground.shared["leave_requests"]["id"]
    return await leave.refuse(work, request_id=one, expected_version=STALE, reason="人手不足")


def reads_night(of: str) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        return await rosters.of_ids(work, [_night(ground, of)])

    return act


def plans_on(of: str) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        one = _night(ground, of)
        return await night_duty.take_off(work, duty_id=one, expected_version=STALE, reason="另有任务")

    return act


def _night(ground: Ground, of: str) -> Any:
    return (ground.shared["night_duties"] if of == "home" else ground.hosts_night)["id"]


ACTS: dict[str, Act] = {
    "ask for leave": ask,
    "read one's own leave": own_leave,
    "take it back": withdraw,
    "report back from it": report_back,
    "read one's own attendance": own_attendance,
    "read one's own night": own_night,
    "propose to swap it": propose,
    "accept a swap of it": of_the_swap(swapping.accept),
    "take the proposal back": of_the_swap(swapping.withdraw),
    "look into one's own posts": posts,
    "read one's own certificate": own_certificate,
    "read what became of it": own_changes,
    "record attendance": record,
    "plan a night": plan,
    "read a swap": swap,
    "read who is on leave": absent,
}

OF_THE_SECONDED: dict[str, Act] = {
    "read attendance": entry,
    "correct attendance": correct,
    "read a request": request,
    "approve it": approve,
    "refuse it": refuse,
    "read a night on the home's list": reads_night("home"),
    "plan on the home's list": plans_on("home"),
    "read a night on the host's list": reads_night("host"),
    "plan on the host's list": plans_on("host"),
}


@pytest.mark.parametrize("act", OF_ONESELF)
async def test_is_everybodys_as_to_themselves(act: str, ground: Ground, edge: Edge) -> None:
    everybody = [*ground.posts, *ground.guests]
    assert await who_may(ACTS[act], ground, edge, among=everybody) == OF_ONESELF[act]


@pytest.mark.parametrize("act", OF_THE_BODY)
async def test_is_done_and_read_by_whom_it_is_for(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == OF_THE_BODY[act]


@pytest.mark.parametrize("place", PLACES)
async def test_of_the_seconded_is_whose_the_place_has_it(place: str, places: Places, edge: Edge) -> None:
    might = table(PLACES[place], home="first", host="second")
    assert await who_may_what(OF_THE_SECONDED, await places(place), edge) == might
