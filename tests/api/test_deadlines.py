"""Reading deadlines over HTTP: whose they are, what became of them, page by page."""

from datetime import timedelta

from api.identifiers import taken_apart
from domain.deadlines import commands
from domain.edge import Edge
from tests.api.conftest import Client
from tests.api.letters import done, letter, sent, taken_in, which
from tests.worlds import NOW, HandSetClock

LATER = "2026-03-19T15:59:59.999999+00:00"

LIST = """query($side: DeadlineSide!, $first: Int, $after: String) {
  deadlines(side: $side, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
    id kind meaning state amount unit source dueAt provisional
    obligor { code } waiting { code } subject { id } rungs { rung } } } } }"""


class TestDeadlines:
    async def test_stand_with_who_owes_and_who_waits(self, client: Client) -> None:
        referral = await taken_in(client)
        owed = (await client.as_("chen").ask(LIST, side="OWED")).data["deadlines"]
        deadline, whole = [edge["node"] for edge in owed["edges"]]
        assert (whole["kind"], whole["state"], whole["amount"], whole["unit"]) == (
            "referral.whole",
            "RUNNING",
            120,
            "CALENDAR_DAYS",
        )
        assert deadline | {"id": None, "meaning": None} == {
            "id": None,
            "kind": "referral.verify",
            "meaning": None,
            "state": "RUNNING",
            "amount": 5,
            "unit": "WORKING_DAYS",
            "source": deadline["source"],
            "dueAt": "2026-03-17T15:59:59.999999+00:00",
            "provisional": False,
            "obligor": {"code": "kunyang"},
            "waiting": {"code": "transport"},
            "subject": {"id": referral["id"]},
            "rungs": [],
        }
        assert deadline["meaning"].startswith("From taking in until")
        awaited = (await client.as_("zhou").ask(LIST, side="AWAITED")).data["deadlines"]
        assert [edge["node"]["id"] for edge in awaited["edges"]] == [deadline["id"], whole["id"]]
        overseen = (await client.as_("wu").ask(LIST, side="OVERSEEN")).data["deadlines"]
        assert [edge["node"]["id"] for edge in overseen["edges"]] == [deadline["id"], whole["id"]]
        for stranger in ("guan", "ye"):
            for side in ("OWED", "AWAITED", "OVERSEEN"):
                found = (await client.as_(stranger).ask(LIST, side=side)).data["deadlines"]
                assert found["edges"] == []

    async def test_say_what_they_mean_in_the_readers_language(self, client: Client) -> None:
        await sent(client)
        node = (await client.as_("xu", language="zh").ask(LIST, side="OWED")).data["deadlines"]["edges"][0][
            "node"
        ]
        assert node["meaning"].startswith("自移送到达之日起")

    async def test_are_overdue_once_the_clock_says_so(self, client: Client, api_clock: HandSetClock) -> None:
        await taken_in(client)
        for days, state in ((6, "RUNNING"), (2, "OVERDUE")):
            api_clock.advance(timedelta(days=days))
            node = (await client.as_("chen").ask(LIST, side="OWED")).data["deadlines"]["edges"][0]["node"]
            assert node["state"] == state

    async def test_of_a_matter_tell_whether_they_were_met_in_time(
        self, client: Client, api_clock: HandSetClock
    ) -> None:
        referral = await taken_in(client)
        api_clock.advance(timedelta(days=8))
        await done(client.as_("gao"), "acceptReferral", **which(referral))
        answer = await client.as_("zhou").ask(
            "query($id: ID!) { referral(id: $id) { deadlines { kind state } } }", id=referral["id"]
        )
        assert answer.data["referral"]["deadlines"] == [
            {"kind": "referral.send", "state": "MET"},
            {"kind": "referral.take_in", "state": "MET"},
            {"kind": "referral.whole", "state": "RUNNING"},
            {"kind": "referral.verify", "state": "MET_LATE"},
            {"kind": "referral.decide", "state": "RUNNING"},
        ]

    async def test_come_page_by_page_the_soonest_first(self, client: Client) -> None:
        zhou = client.as_("zhou")
        for _ in range(5):
            await done(zhou, "draftReferral", **letter(client))
        seen: list[tuple[str, str]] = []
        after = None
        while True:
            page = (await zhou.ask(LIST, side="OWED", first=2, after=after)).data["deadlines"]
            seen += [(edge["node"]["dueAt"], edge["node"]["id"]) for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert len(set(seen)) == page["totalCount"] == 5
        assert [due for due, _ in seen] == sorted(due for due, _ in seen)

    async def test_of_the_step_and_of_the_whole_stand_side_by_side_in_the_matter(
        self, client: Client
    ) -> None:
        referral = await taken_in(client)
        asked = "query($id: ID!) { referral(id: $id) { deadlines { kind whole state source } } }"
        for reader in ("chen", "zhou", "wu"):
            found = (await client.as_(reader).ask(asked, id=referral["id"])).data["referral"]["deadlines"]
            running = {each["kind"]: each for each in found if each["state"] == "RUNNING"}
            assert {kind: each["whole"] for kind, each in running.items()} == {
                "referral.verify": False,
                "referral.whole": True,
            }
            assert running["referral.whole"]["source"] == "平台默认规则（惯例，非法律规定） 38"


CHANGES = """query($id: ID!) { deadline(id: $id) { state dueAt suspendedSince changes {
    kind at wasDueAt dueAt wasProvisional provisional because byOrganisation { code } byPerson { name } } } }"""


class TestChanges:
    async def test_tell_both_sides_and_oversight_what_was_and_is_and_because_of_what(
        self, client: Client, clock: HandSetClock, edge: Edge
    ) -> None:
        referral = await taken_in(client)
        owed = (await client.as_("chen").ask(LIST, side="OWED")).data["deadlines"]
        identifier = owed["edges"][0]["node"]["id"]
        _, subject = taken_apart(referral["id"])
        # No act of the surface stops a clock yet; the acts of matters call this.
        async with edge.writing(client.world["xu"].credentials) as work:
            await commands.suspend(work, subject_id=subject, kind="referral.verify", because="等候补充材料")
        suspended = (await client.as_("tang").ask(CHANGES, id=identifier)).data["deadline"]
        assert (suspended["state"], suspended["suspendedSince"]) == ("SUSPENDED", NOW.isoformat())
        clock.advance(timedelta(days=2))
        async with edge.writing(client.world["xu"].credentials) as work:
            await commands.resume(work, subject_id=subject, kind="referral.verify")
        for reader in ("chen", "tang", "wu"):
            deadline = (await client.as_(reader).ask(CHANGES, id=identifier)).data["deadline"]
            # From Tuesday to Thursday: two working days stood still.
            assert (deadline["dueAt"], deadline["suspendedSince"]) == (LATER, None), reader
            common = {
                "wasDueAt": "2026-03-17T15:59:59.999999+00:00",
                "wasProvisional": False,
                "provisional": False,
                "byOrganisation": {"code": "kunyang"},
                "byPerson": {"name": "徐文"},
            }
            assert deadline["changes"] == [
                common
                | {
                    "kind": "SUSPENDED",
                    "at": NOW.isoformat(),
                    "dueAt": "2026-03-17T15:59:59.999999+00:00",
                    "because": "等候补充材料",
                },
                common
                | {
                    "kind": "RESUMED",
                    "at": (NOW + timedelta(days=2)).isoformat(),
                    "dueAt": LATER,
                    "because": None,
                },
            ]
        for stranger in ("guan", "ye"):
            assert (await client.as_(stranger).ask(CHANGES, id=identifier)).data["deadline"] is None
