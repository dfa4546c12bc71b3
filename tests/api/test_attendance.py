"""Attendance over HTTP: recorded, corrected, read by either side, counted."""

from typing import Any

from api.identifiers import global_id
from tests.api.conftest import Client

RECORD = """mutation($input: RecordAttendanceInput!) { recordAttendance(input: $input) {
  attendanceEntry { id day mark note body { code } recordedBy { name } } userErrors { code message field } } }"""
CORRECT = """mutation($input: CorrectAttendanceInput!) { correctAttendance(input: $input) {
  attendanceEntry { mark reason formers { mark recordedBy { name } recordedAt } } userErrors { code } } }"""
SHEET = """query($side: AttendanceEntrySide!, $filter: AttendanceEntryFilter) {
  attendance(side: $side, filter: $filter) { totalCount edges { node { id day mark person { name } } } } }"""
TALLIES = """query($people: [ID!]!, $since: Date!, $until: Date!) {
  attendanceTallies(people: $people, since: $since, until: $until) {
    person { name } present late absent elsewhere leaveDays nightsMissed } }"""


def person(client: Client, who: str) -> str:
    return global_id("Person", client.world[who].person_id)


async def record(client: Client, **marks: str) -> dict[str, Any]:
    people = [{"personId": person(client, who), "mark": mark} for who, mark in marks.items()]
    answer = await client.as_("gao").ask(RECORD, input={"day": "2026-03-09", "people": people})
    found: dict[str, Any] = answer.data["recordAttendance"]
    return found


class TestASheet:
    async def test_is_recorded_and_read_on_both_sides(self, client: Client) -> None:
        assert (await record(client, zhou="ABSENT", chen="PRESENT"))["userErrors"] == []
        gao, lin = client.as_("gao"), client.as_("lin")

        async def seen(somebody: Client, **narrowed_by: Any) -> set[tuple[str, str]]:
            found = (await somebody.ask(SHEET, side="BODY", filter=narrowed_by)).data["attendance"]
            return {(edge["node"]["person"]["name"], edge["node"]["mark"]) for edge in found["edges"]}

        assert await seen(gao) == {("周交", "ABSENT"), ("陈昆", "PRESENT")}
        assert await seen(gao, people=[person(client, "chen")]) == {("陈昆", "PRESENT")}
        assert await seen(gao, marks=["ABSENT"]) == {("周交", "ABSENT")}
        assert await seen(gao, day={"since": "2026-03-10"}) == set()
        assert await seen(lin) == {("周交", "ABSENT")}
        assert await seen(client.as_("chen")) == {("陈昆", "PRESENT")}
        assert await seen(client.as_("pan")) == set()

    async def test_is_corrected_and_keeps_what_was_there(self, client: Client) -> None:
        entry = (await record(client, zhou="ABSENT"))["attendanceEntry"]
        given = {"attendanceEntryId": entry["id"], "mark": "ELSEWHERE", "reason": "在县里开会"}
        corrected = (await client.as_("xu").ask(CORRECT, input=given)).data["correctAttendance"]
        assert corrected["attendanceEntry"] == {
            "mark": "ELSEWHERE",
            "reason": "在县里开会",
            "formers": [
                {
                    "mark": "ABSENT",
                    "recordedBy": {"name": "高镇"},
                    "recordedAt": "2026-03-10T01:00:00+00:00",
                }
            ],
        }
        again = (await client.as_("xu").ask(CORRECT, input=given)).data["correctAttendance"]
        assert [each["code"] for each in again["userErrors"]] == ["ATTENDANCE_CORRECTED"]

    async def test_is_counted(self, client: Client) -> None:
        await record(client, zhou="LATE", chen="PRESENT")
        given = {
            "people": [person(client, "zhou"), person(client, "chen")],
            "since": "2026-03-01",
            "until": "2026-03-31",
        }
        (tally,) = (await client.as_("lin").ask(TALLIES, **given)).data["attendanceTallies"]
        assert tally == {
            "person": {"name": "周交"},
            "present": 0,
            "late": 1,
            "absent": 0,
            "elsewhere": 0,
            "leaveDays": 0,
            "nightsMissed": 0,
        }
