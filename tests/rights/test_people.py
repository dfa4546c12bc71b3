"""People: the register, secondments, certificates, qualifications, personal data, liaison officers.

A body's people are kept by its personnel and known to its head; who issues certificates supervises; the county sees all
and changes nothing. Personal data are the home's alone: the desk keeps them, only the head sees a number in plain.
"""

from datetime import date
from typing import Any

import pytest

from domain.certificates import commands as certificates
from domain.certificates import queries as certified
from domain.edge import Edge
from domain.liaisons import commands as liaisons
from domain.liaisons import queries as called
from domain.personal_data import commands as personal_data
from domain.personal_data import queries as on_record
from domain.personnel import commands as personnel
from domain.personnel.rules import What
from domain.secondments import certified as certified_there
from domain.secondments import commands as secondments
from domain.secondments import queries as seconded
from domain.staff import register
from domain.work import Work
from tests.registered import TODAY
from tests.rights.ground import Ground, Post
from tests.rights.tables import STALE, Act, table, who_may

OF_THE_HOME = table(
    """
    act                        any         home                              overseer
    enter on the register      personnel   -                                 -
    read the register          -           personnel head                    coordinator supervisor
    change an entry            -           personnel                         -
    let leave                  -           personnel                         -
    enter a qualification      -           personnel                         -
    read a qualification       -           personnel head                    coordinator supervisor
    order a secondment         personnel   -                                 -
    extend a secondment        -           personnel                         -
    end a secondment           -           personnel                         -
    record a number            -           registrar head                    -
    read its masked form       -           registrar head                    -
    remove a number            -           registrar head                    -
    reveal a number            -           head                              -
    look for a number          head        -                                 -
    """,
    home="first",
)

OF_TWO_BODIES = table(
    """
    act                        any         home                    issuer       overseer
    issue a certificate        supervisor  -                       -            -
    read a certificate         -           personnel head          supervisor   coordinator supervisor
    read what became of it     -           personnel head          supervisor   coordinator supervisor
    withhold a certificate     -           -                       supervisor   -
    give it back               -           -                       supervisor   -
    cancel it                  -           -                       supervisor   -
    have it handed in          -           personnel               -            -
    """,
    home="first",
    issuer="second",
)

LIAISON = table(
    """
    act                        any   named by                caller                              overseer
    name an officer            head  -                       -                                   -
    read whom to call          -     officer registrar head  officer registrar head coordinator  coordinator supervisor
    replace an officer         -     head                    -                                   -
    end it                     -     head                    -                                   -
    """,
    **{"named by": "first", "caller": "second"},
)

SECONDED = table(
    """
    act                         home            host  overseer
    learn who may enforce there  personnel head  head  coordinator supervisor
    """,
    home="first",
    host="second",
)
"""Whoever reads the certificate itself; and the host's head, who answers for those that work there."""

MAY = {**OF_THE_HOME, **OF_TWO_BODIES, **LIAISON, **SECONDED}


def person(ground: Ground) -> Any:
    return ground.world["zhou"].person_id


async def enter(work: Work, ground: Ground, _: Post) -> Any:
    what = What(
        unit_id=ground.world.units["transport"],
        register="enforcement",
        establishment="enforcement",
        post="执法人员",
        rank=None,
    )
    return await personnel.enter(work, what=what, since=TODAY)


async def entry(work: Work, ground: Ground, _: Post) -> Any:
    return await register.of_ids(work, [ground.shared["staff_entries"]["id"]])


async def change(work: Work, ground: Ground, _: Post) -> Any:
    return await personnel.change(
        work, person_id=person(ground), expected_version=STALE, since=TODAY, post="副队长"
    )


async def leave(work: Work, ground: Ground, _: Post) -> Any:
    return await personnel.leave(
        work, person_id=person(ground), expected_version=STALE, leaves_on=TODAY, reason="调离"
    )


async def qualify(work: Work, ground: Ground, _: Post) -> Any:
    return await certificates.qualify(
        work, person_id=person(ground), qualified_on=date(2020, 1, 1), reviewing_since=None
    )


async def qualification(work: Work, ground: Ground, _: Post) -> Any:
    return await certified.qualifications_of_ids(work, [ground.shared["qualifications"]["id"]])


async def order(work: Work, ground: Ground, _: Post) -> Any:
    return await secondments.order(
        work, mode="stationed", order_number="3号", people=[], hosts=[], since=TODAY
    )


async def extend(work: Work, ground: Ground, _: Post) -> Any:
    return await secondments.extend(
        work, secondment_id=ground.shared["secondments"]["id"], expected_version=STALE, until=TODAY
    )


async def end(work: Work, ground: Ground, _: Post) -> Any:
    return await secondments.end(
        work,
        secondment_id=ground.shared["secondments"]["id"],
        expected_version=STALE,
        ends_on=TODAY,
        reason="轮岗",
    )


async def record(work: Work, ground: Ground, _: Post) -> Any:
    return await personal_data.record(work, person_id=person(ground), kind="telephone", value="13857712345")


async def masked(work: Work, ground: Ground, _: Post) -> Any:
    return await on_record.of_ids(work, [ground.shared["personal_data"]["id"]])


async def remove(work: Work, ground: Ground, _: Post) -> Any:
    entry_id = ground.shared["personal_data"]["id"]
    return await personal_data.remove(work, entry_id=entry_id, expected_version=STALE)


async def reveal(work: Work, ground: Ground, _: Post) -> Any:
    entry_id = ground.shared["personal_data"]["id"]
    return await personal_data.reveal(work, entry_id=entry_id, expected_version=STALE, reason="核对")


async def find(work: Work, ground: Ground, _: Post) -> Any:
    await personal_data.find(work, kind="telephone", value="13857712345")
    return "looked"


async def issue(work: Work, ground: Ground, _: Post) -> Any:
    return await certificates.issue(
        work, person_id=person(ground), number="浙平1", issued_on=TODAY, valid_until=date(2031, 3, 9)
    )


async def certificate(work: Work, ground: Ground, _: Post) -> Any:
    return await certified.of_ids(work, [ground.shared["certificates"]["id"]])


async def changes(work: Work, ground: Ground, _: Post) -> Any:
    one = ground.shared["certificates"]["id"]
    return (await certified.changes_of(work, [one]))[one]


def of_the_certificate(command: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        one = ground.shared["certificates"]["id"]
        return await command(work, certificate_id=one, expected_version=STALE, reason="执法过错")

    return act


async def may_enforce(work: Work, ground: Ground, _: Post) -> Any:
    entries = await seconded.of_ids(work, [ground.world.secondments["zhou"]])
    return await certified_there.of_entries(work, list(entries.values()))


async def name(work: Work, ground: Ground, _: Post) -> Any:
    return await liaisons.name(
        work, counterpart_id=ground.world.bodies["shuitou"], person_id=person(ground), since=date(2026, 3, 9)
    )


async def whom_to_call(work: Work, ground: Ground, _: Post) -> Any:
    return await called.of_ids(work, [ground.shared["liaisons"]["id"]])


def of_the_liaison(command: Any, **given: Any) -> Act:
    async def act(work: Work, ground: Ground, _: Post) -> Any:
        one = ground.shared["liaisons"]["id"]
        if "person_id" in given:
            given["person_id"] = person(ground)
        return await command(work, liaison_id=one, expected_version=STALE, **given)

    return act


ACTS: dict[str, Act] = {
    "enter on the register": enter,
    "read the register": entry,
    "change an entry": change,
    "let leave": leave,
    "enter a qualification": qualify,
    "read a qualification": qualification,
    "order a secondment": order,
    "extend a secondment": extend,
    "end a secondment": end,
    "record a number": record,
    "read its masked form": masked,
    "remove a number": remove,
    "reveal a number": reveal,
    "look for a number": find,
    "issue a certificate": issue,
    "read a certificate": certificate,
    "read what became of it": changes,
    "withhold a certificate": of_the_certificate(certificates.withhold),
    "give it back": of_the_certificate(certificates.restore),
    "cancel it": of_the_certificate(certificates.cancel),
    "have it handed in": of_the_certificate(certificates.hand_in),
    "learn who may enforce there": may_enforce,
    "name an officer": name,
    "read whom to call": whom_to_call,
    "replace an officer": of_the_liaison(liaisons.replace, person_id=None, since=TODAY, handover="已交接"),
    "end it": of_the_liaison(liaisons.end, ends_on=TODAY, reason="机构调整"),
}


@pytest.mark.parametrize("act", MAY)
async def test_are_kept_by_whom_they_belong_to(act: str, ground: Ground, edge: Edge) -> None:
    assert await who_may(ACTS[act], ground, edge) == MAY[act]
