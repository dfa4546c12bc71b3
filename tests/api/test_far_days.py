"""Days that nobody will see: every question and act about staff answers them or refuses them, and none fails."""

from itertools import product
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.registered import keeps_a_register

FAR = ("0001-01-01", "0001-01-15", "1899-12-31", "8999-12-31", "9999-12-01", "9999-12-31")

QUESTIONS = {
    "tallies": """query($a: Date!, $b: Date!, $person: ID!) {
      attendanceTallies(people: [$person], since: $a, until: $b) { present } }""",
    "of a secondment": """query($a: Date!, $b: Date!, $secondment: ID!) {
      secondment(id: $secondment) { attendance(since: $a, until: $b) { present } } }""",
    "absences": "query($a: Date!, $b: Date!) { absences(since: $a, until: $b) { firstDay } }",
    "ratios": "query($a: Date!) { staffRatios(on: $a, monthEnds: 36) { counted } }",
    "in force": "query($a: Date!) { secondments(side: HOME, filter: {inForceOn: $a}) { totalCount } }",
    "certified": """query($a: Date!, $b: Date!) {
      secondments(side: HOST, filter: {certificateUntil: {since: $a, until: $b}}) { totalCount } }""",
    "rotations": """query($a: Date!, $b: Date!) {
      rotations(side: OVERSEEN, filter: {mayOn: {since: $a, until: $b}, mustOn: {since: $b, until: $a}}) {
        totalCount edges { node { mayOn mustOn } } } }""",
    "register": "query($a: Date!) { staffEntries(side: HOME, filter: {onRegisterOn: $a}) { totalCount } }",
    "certificates": "query($a: Date!, $b: Date!) { certificates(filter: {validUntil: {since: $a, until: $b}}) { totalCount } }",
    "leave": "query($a: Date!, $b: Date!) { leaveRequests(side: OTHERS, filter: {firstDay: {since: $a, until: $b}}) { totalCount } }",
    "nights": "query($a: Date!, $b: Date!) { nightDuties(side: ROSTER, filter: {day: {since: $a, until: $b}}) { totalCount } }",
    "sheet": "query($a: Date!, $b: Date!) { attendance(side: BODY, filter: {day: {since: $a, until: $b}}) { totalCount } }",
    "benefits": "query($a: Date!) { disciplinaryCases(box: OWN, filter: {benefitsWithheldOn: $a}) { totalCount } }",
    "deadlines": "query($a: Date!, $b: Date!) { deadlines(side: OWED, filter: {dueAt: {since: $a, until: $b}}) { totalCount } }",
}


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def register(client: Client, owner_engine: AsyncEngine) -> None:
    await keeps_a_register(owner_engine, client.world)


@pytest.mark.parametrize("about", QUESTIONS)
async def test_questions_answer_or_refuse(client: Client, about: str) -> None:
    ids = {
        "person": global_id("Person", client.world["zhou"].person_id),
        "secondment": global_id("Secondment", client.world.secondments["zhou"]),
    }
    for who, (a, b) in product(("gao", "tang", "wu"), product(FAR, FAR)):
        asked = {
            name: value for name, value in {"a": a, "b": b, **ids}.items() if f"${name}:" in QUESTIONS[about]
        }
        answer = await client.as_(who).ask(QUESTIONS[about], **asked)
        assert "INTERNAL" not in str(answer.codes), (who, a, b, answer.body)


async def test_acts_are_done_or_refused(client: Client) -> None:
    world = client.world
    person, unit = global_id("Person", world["lin"].person_id), global_id("Unit", world.units["transport"])
    zhou, secondment = (
        global_id("Person", world["zhou"].person_id),
        global_id("Secondment", world.secondments["zhou"]),
    )
    host = global_id("Organisation", world.bodies["aojiang"])
    fresh = {"unitId": unit, "register": "ENFORCEMENT", "establishment": "ENFORCEMENT", "post": "员"}
    found: list[Any] = []
    for a, b in product(FAR, FAR):
        acts: list[tuple[str, str, dict[str, Any]]] = [
            ("tang", "enterStaff", {**fresh, "name": "钱远", "since": a}),
            ("tang", "changeStaff", {"personId": person, "expectedVersion": 1, "since": a, "post": "长"}),
            (
                "tang",
                "letStaffLeave",
                {"personId": person, "expectedVersion": 1, "leavesOn": a, "reason": "x"},
            ),
            (
                "tang",
                "orderSecondment",
                {
                    "mode": "STATIONED",
                    "orderNumber": "1",
                    "people": [{"personId": person, "post": "员"}],
                    "hosts": [{"hostId": host}],
                    "since": a,
                    "until": b,
                },
            ),
            (
                "tang",
                "orderSecondment",
                {
                    "mode": "STATIONED",
                    "orderNumber": "1",
                    "people": [{"personId": person, "post": "员"}],
                    "hosts": [{"hostId": host}],
                    "since": a,
                },
            ),
            (
                "tang",
                "endSecondment",
                {"secondmentId": secondment, "expectedVersion": 1, "endsOn": a, "reason": "x"},
            ),
            ("tang", "extendSecondment", {"secondmentId": secondment, "expectedVersion": 1, "until": a}),
            (
                "tang",
                "proposeConsultation",
                {
                    "secondmentId": secondment,
                    "expectedVersion": 1,
                    "kind": "RECALL",
                    "ground": "x",
                    "since": a,
                },
            ),
            (
                "tang",
                "proposeConsultation",
                {
                    "secondmentId": secondment,
                    "expectedVersion": 1,
                    "kind": "BORROWING",
                    "ground": "x",
                    "since": a,
                    "until": b,
                    "bodyId": host,
                },
            ),
            (
                "gao",
                "openDisciplinaryCase",
                {
                    "secondmentId": secondment,
                    "ground": "FAILURE",
                    "occurredOn": a,
                    "subject": "x",
                    "facts": "y",
                },
            ),
            ("chen", "askForLeave", {"kind": "SICK", "firstDay": a, "lastDay": b, "reason": "x"}),
            ("gao", "planNightDuty", {"day": a, "people": [zhou]}),
            ("gao", "recordAttendance", {"day": a, "people": [{"personId": zhou, "mark": "LATE"}]}),
            (
                "shen",
                "issueCertificate",
                {"personId": person, "number": f"n{a}{b}", "issuedOn": a, "validUntil": b},
            ),
            ("tang", "enterQualification", {"personId": person, "qualifiedOn": a, "reviewingSince": b}),
        ]
        for who, act, given in acts:
            kind = act[0].upper() + act[1:] + "Input"
            answer = await client.as_(who).ask(
                f"mutation($input: {kind}!) {{ {act}(input: $input) {{ userErrors {{ code }} }} }}",
                input=given,
            )
            codes = str(answer.codes) + str(answer.body.get("data"))
            if "INTERNAL" in codes:
                found.append((act, given, answer.body))
    assert found == []
