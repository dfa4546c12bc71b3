"""Substitutions over HTTP: the head goes on leave, a colleague approves, and both sides see both names."""

from datetime import timedelta
from typing import Any

from api.identifiers import global_id
from tenancy.ids import new_id
from tests.api import letters
from tests.api.conftest import Client
from tests.worlds import HandSetClock

SUBSTITUTION = """substitution { id version state acts roles firstDay lastDay reason endedAt
  absent { id title roles person { name } } substitute { person { name } }
  appointedBy { name } endedBy { name } }"""

STANDING_IN = """{ viewer { standingIn { id state lastDay absent { person { name } } substitute { person { name } } } } }"""

ONE = "query($id: ID!) { substitution(id: $id) { id state } node(id: $id) { id } }"

LIST = "{ substitutions { totalCount edges { node { id state } } } }"

POSTS = "{ posts(first: 100) { totalCount edges { node { id title roles person { name } } } } }"

APPROVED = """query($id: ID!) { referral(id: $id) { state acts approvedBy { name } approvedFor { name }
  events(first: 50) { edges { node { kind byPerson { name } forPerson { name } } } } } }"""


def post(client: Client, who: str, body: str | None = None) -> str:
    """The id of a post."""
    somebody = client.world[who]
    return global_id("Post", somebody.capacities[body or somebody.body])


def appointing(client: Client, **said: Any) -> dict[str, Any]:
    """The input: Zhou stands in for Lin until Friday."""
    return {
        "absentId": post(client, "lin"),
        "substituteId": post(client, "zhou"),
        "firstDay": "2026-03-10",
        "lastDay": "2026-03-13",
        "reason": "外出培训",
    } | said


async def done(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    """Carry out an act that must go well, and return the substitution."""
    payload = await client.do(mutation, SUBSTITUTION, **given)
    assert payload["userErrors"] == []
    substitution: dict[str, Any] = payload["substitution"]
    return substitution


async def refused(client: Client, mutation: str, **given: Any) -> tuple[str, str | None]:
    """Try an act that must be refused: the code, and the field that it is about."""
    payload = await client.do(mutation, SUBSTITUTION, **given)
    assert payload["substitution"] is None
    (error,) = payload["userErrors"]
    return error["code"], error["field"]


def which(substitution: dict[str, Any]) -> dict[str, Any]:
    """The part of an input that says which one, as it was last seen."""
    return {"substitutionId": substitution["id"], "expectedVersion": substitution["version"]}


async def seen(client: Client, who: str, referral: dict[str, Any]) -> dict[str, Any]:
    """The referral and its record, as somebody sees it."""
    found: dict[str, Any] = (await client.as_(who).ask(APPROVED, id=referral["id"])).data["referral"]
    return found


def recorded(found: dict[str, Any], kind: str) -> tuple[str, str | None]:
    """By whom an event was done and in whose place."""
    (event,) = [each["node"] for each in found["events"]["edges"] if each["node"]["kind"] == kind]
    return event["byPerson"]["name"], event["forPerson"] and event["forPerson"]["name"]


class TestAHeadOnLeave:
    async def test_is_stood_in_for_and_both_sides_see_both_names(self, client: Client) -> None:
        zhou, lin, names = client.as_("zhou"), client.as_("lin"), client.world.people
        referral = await letters.done(zhou, "submitReferral", **letters.which(await letters.drafted(client)))
        assert (await letters.refused(zhou, "approveReferral", **letters.which(referral)))["code"] == (
            "NOT_PERMITTED"
        )
        substitution = await done(lin, "appointSubstitute", **appointing(client))
        assert (substitution["state"], substitution["roles"], substitution["acts"]) == (
            "LIVE",
            ["head"],
            ["END"],
        )
        assert (substitution["firstDay"], substitution["lastDay"]) == ("2026-03-10", "2026-03-13")
        assert substitution["absent"]["person"]["name"] == names["lin"].name
        assert "APPROVE" in (await seen(client, "zhou", referral))["acts"]
        referral = await letters.done(zhou, "approveReferral", **letters.which(referral))
        referral = await letters.done(client.as_("tang"), "sendReferral", **letters.which(referral))
        for somebody in ("lin", "tang", "gao", "xu", "wu"):
            found = await seen(client, somebody, referral)
            assert found["approvedBy"] == {"name": names["zhou"].name}
            assert found["approvedFor"] == {"name": names["lin"].name}
            if somebody in ("lin", "tang"):
                # What happened before sending stays the sender's own.
                assert recorded(found, "APPROVED") == (names["zhou"].name, names["lin"].name)
                assert recorded(found, "SENT") == (names["tang"].name, None)

    async def test_of_the_receiver_is_stood_in_for_as_well(self, client: Client) -> None:
        names = client.world.people
        referral = await letters.taken_in(client)
        gao, chen = client.as_("gao"), client.as_("chen")
        await done(
            gao,
            "appointSubstitute",
            **appointing(client, absentId=post(client, "gao"), substituteId=post(client, "chen")),
        )
        referral = await letters.done(chen, "acceptReferral", **letters.which(referral))
        for somebody in ("zhou", "lin", "gao", "shen"):
            found = await seen(client, somebody, referral)
            assert recorded(found, "ACCEPTED") == (names["chen"].name, names["gao"].name)

    async def test_takes_the_right_back(self, client: Client) -> None:
        zhou, lin = client.as_("zhou"), client.as_("lin")
        referral = await letters.done(zhou, "submitReferral", **letters.which(await letters.drafted(client)))
        substitution = await done(lin, "appointSubstitute", **appointing(client))
        assert (await seen(client, "zhou", referral))["acts"].count("APPROVE") == 1
        ended = await done(lin, "endSubstitution", **which(substitution))
        assert (ended["state"], ended["version"], ended["acts"]) == ("ENDED", 2, [])
        assert ended["endedBy"] == {"name": client.world["lin"].name}
        assert "APPROVE" not in (await seen(client, "zhou", referral))["acts"]
        refusal = await letters.refused(zhou, "approveReferral", **letters.which(referral))
        assert refusal["code"] == "NOT_PERMITTED"

    async def test_signs_other_things_by_a_substitute_too(self, client: Client) -> None:
        """What binds a body names both, whatever it is: here an agreed list."""
        zhou, names = client.as_("zhou"), client.world.people
        await done(client.as_("lin"), "appointSubstitute", **appointing(client))
        payload = await zhou.do(
            "proposeAgreement",
            "agreement { proposedBy { name } proposedFor { name } answeredFor { name } }",
            addresseeId=letters.body(client, "kunyang"),
            itemCode="330217-A-001",
            since="2026-03-11",
            materials=[{"kind": "LETTER", "need": "REQUIRED", "name": "移送函"}],
        )
        assert payload["agreement"] == {
            "proposedBy": {"name": names["zhou"].name},
            "proposedFor": {"name": names["lin"].name},
            "answeredFor": None,
        }


class TestTheViewer:
    async def test_knows_for_whom_they_stand_in_and_until_when(self, client: Client) -> None:
        zhou, names = client.as_("zhou"), client.world.people
        assert (await zhou.ask(STANDING_IN)).data["viewer"]["standingIn"] is None
        substitution = await done(client.as_("lin"), "appointSubstitute", **appointing(client))
        assert (await zhou.ask(STANDING_IN)).data["viewer"]["standingIn"] == {
            "id": substitution["id"],
            "state": "LIVE",
            "lastDay": "2026-03-13",
            "absent": {"person": {"name": names["lin"].name}},
            "substitute": {"person": {"name": names["zhou"].name}},
        }
        for other in (client.as_("lin"), client.as_("tang"), client.as_("zhou", "kunyang")):
            assert (await other.ask(STANDING_IN)).data["viewer"]["standingIn"] is None
        unchosen = zhou.with_headers(**{"X-Acting-As": None})
        assert (await unchosen.ask(STANDING_IN)).data["viewer"]["standingIn"] is None

    async def test_stands_in_for_nobody_once_the_day_is_over(
        self, client: Client, api_clock: HandSetClock
    ) -> None:
        zhou = client.as_("zhou")
        await done(client.as_("lin"), "appointSubstitute", **appointing(client, lastDay="2026-03-10"))
        api_clock.advance(timedelta(hours=15) - timedelta(seconds=1))
        assert (await zhou.ask(STANDING_IN)).data["viewer"]["standingIn"] is not None
        api_clock.advance(timedelta(seconds=1))
        assert (await zhou.ask(STANDING_IN)).data["viewer"]["standingIn"] is None
        (listed,) = (await zhou.ask(LIST)).data["substitutions"]["edges"]
        assert listed["node"]["state"] == "OVER"


class TestRefusals:
    async def test_name_the_field_as_the_input_does(self, client: Client) -> None:
        lin = client.as_("lin")
        said: dict[str, Any]
        for said, code, field in (
            ({"lastDay": "2026-03-09"}, "SUBSTITUTION_LAST_BEFORE_FIRST", "lastDay"),
            ({"firstDay": "2026-03-09"}, "SUBSTITUTION_IN_THE_PAST", "firstDay"),
            ({"substituteId": post(client, "lin")}, "SUBSTITUTION_FOR_ONESELF", "substituteId"),
            ({"reason": " "}, "REASON_NEEDED", "reason"),
            ({"absentId": post(client, "gao")}, "NOT_FOUND", "absentId"),
            ({"substituteId": post(client, "zhou", "kunyang")}, "NOT_FOUND", "substituteId"),
            ({"substituteId": global_id("Post", new_id())}, "NOT_FOUND", "substituteId"),
            ({"absentId": global_id("Person", new_id())}, "BAD_ID", "absentId"),
        ):
            assert await refused(lin, "appointSubstitute", **appointing(client, **said)) == (code, field)

    async def test_leave_other_hands_off_it(self, client: Client) -> None:
        for who in ("zhou", "tang"):
            code, _ = await refused(client.as_(who), "appointSubstitute", **appointing(client))
            assert code == "NOT_PERMITTED"
        substitution = await done(client.as_("lin"), "appointSubstitute", **appointing(client))
        assert await refused(client.as_("zhou"), "endSubstitution", **which(substitution)) == (
            "SUBSTITUTION_NOT_LENT",
            None,
        )
        nowhere = {"substitutionId": global_id("Substitution", new_id()), "expectedVersion": 1}
        for stranger in ("gao", "huang", "wu"):
            hidden = await refused(client.as_(stranger), "endSubstitution", **which(substitution))
            assert hidden == await refused(client.as_(stranger), "endSubstitution", **nowhere)
            assert hidden == ("NOT_FOUND", None)


class TestReading:
    async def test_is_for_the_body_alone(self, client: Client) -> None:
        substitution = await done(client.as_("lin"), "appointSubstitute", **appointing(client))
        for somebody in ("lin", "zhou", "tang"):
            found = (await client.as_(somebody).ask(ONE, id=substitution["id"])).data
            assert found["substitution"]["id"] == found["node"]["id"] == substitution["id"]
            listed = (await client.as_(somebody).ask(LIST)).data["substitutions"]
            assert listed == {
                "totalCount": 1,
                "edges": [{"node": {"id": substitution["id"], "state": "LIVE"}}],
            }
        for stranger in (client.as_("gao"), client.as_("wu"), client.as_("zhou", "kunyang")):
            assert (await stranger.ask(ONE, id=substitution["id"])).data == {
                "substitution": None,
                "node": None,
            }
            assert (await stranger.ask(LIST)).data["substitutions"]["totalCount"] == 0

    async def test_of_posts_shows_those_of_the_body(self, client: Client) -> None:
        found = (await client.as_("zhou").ask(POSTS)).data["posts"]
        assert {each["node"]["id"] for each in found["edges"]} == {
            post(client, who) for who in ("zhou", "lin", "tang")
        }
        towns = (await client.as_("zhou", "kunyang").ask(POSTS)).data["posts"]
        assert {each["node"]["id"] for each in towns["edges"]} == {
            post(client, who, "kunyang") for who in ("chen", "gao", "xu", "zhou", "guan")
        }
        assert (await client.as_("wu").ask(POSTS)).data["posts"]["totalCount"] == 0

    async def test_of_what_is_to_come_and_called_off(self, client: Client) -> None:
        lin = client.as_("lin")
        coming = await done(
            lin, "appointSubstitute", **appointing(client, firstDay="2026-03-16", lastDay="2026-03-20")
        )
        assert coming["state"] == "APPOINTED"
        assert (await done(lin, "endSubstitution", **which(coming)))["state"] == "ENDED"
