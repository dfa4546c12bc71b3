"""What arrives: everything once, in order, wherever one is connected, whenever one comes back, in one's own right only."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.api.letters import approved, done, drafted, sent, which
from tests.live.listeners import CHANGES, NOTIFICATIONS, WAYS, Ended, over_a_socket, over_a_stream, socket
from tests.live.platform import Platform
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("worker")

Way = Callable[..., Any]


class TestNotifications:
    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("at", [0, 1], ids=["where it was done", "at another process"])
    async def test_come_as_they_are_told(
        self, platform: Platform, county: World, desk: Client, way: Way, at: int
    ) -> None:
        async with way(platform.apis[at], county["xu"].credentials, NOTIFICATIONS) as listening:
            assert (await listening.next())["notification"] is None
            referral = await sent(desk)
            notice = (await listening.next())["notification"]
            assert notice["message"] == "县交通运输局 referred a case to 昆阳镇人民政府. Take it in."
            assert notice["subject"] == {"id": referral["id"]}

    async def test_tell_that_an_export_is_done(self, platform: Platform, county: World, desk: Client) -> None:
        async with over_a_socket(platform.apis[1], county["xu"].credentials, NOTIFICATIONS) as listening:
            await listening.next()
            payload = await desk.as_("xu").do(
                "requestExport", "export { id }", ledger={"referrals": {"box": "RECEIVED"}}
            )
            notice = (await listening.next())["notification"]
            assert notice["kind"] == "export.finished"
            assert notice["subject"] == payload["export"]

    async def test_speak_the_language_that_the_socket_named(
        self, platform: Platform, county: World, desk: Client
    ) -> None:
        async with socket(platform.apis[1], county["xu"].credentials, language="zh") as opened:
            listening = await opened.listen(NOTIFICATIONS)
            await listening.next()
            await sent(desk)
            notice = (await listening.next())["notification"]
            assert notice["message"] == "县交通运输局向昆阳镇人民政府移送一件案件，请收件登记。"

    async def test_of_one_post_do_not_come_to_another_of_the_same_person(
        self, platform: Platform, county: World, desk: Client
    ) -> None:
        zhou = county["zhou"]
        async with (
            over_a_socket(platform.apis[0], zhou.acting_for("transport"), NOTIFICATIONS) as at_home,
            over_a_socket(platform.apis[0], zhou.acting_for("kunyang"), NOTIFICATIONS) as away,
        ):
            await at_home.next()
            await away.next()
            referral = await sent(desk)
            await done(desk.as_("xu"), "takeInReferral", **which(referral))
            assert (await at_home.next())["notification"]["kind"] == "referral.approved"
            # What the town is told comes after what the bureau alone was told.
            assert (await away.next())["notification"]["kind"] == "referral.taken_in"


class TestChanges:
    @pytest.mark.parametrize("way", WAYS)
    async def test_tell_each_side_its_part_of_a_matter_in_order(
        self, platform: Platform, county: World, desk: Client, way: Way
    ) -> None:
        referral = await drafted(desk)
        async with way(
            platform.apis[1], county["lin"].credentials, CHANGES, subject=referral["id"]
        ) as sender:
            here = await sender.next()
            assert (here["event"], here["subject"]["state"]) == (None, "DRAFT")
            # Of what is announced to nobody's inbox, too.
            referral = await done(desk.as_("zhou"), "reviseReferral", **which(referral), facts="另一事实。")
            assert (await sender.next())["event"]["kind"] == "REVISED"
            for person, act in (
                ("zhou", "submitReferral"),
                ("lin", "approveReferral"),
                ("tang", "sendReferral"),
            ):
                referral = await done(desk.as_(person), act, **which(referral))
            async with way(
                platform.apis[0], county["gao"].credentials, CHANGES, subject=referral["id"]
            ) as receiver:
                assert (await receiver.next())["subject"]["state"] == "SENT"
                referral = await done(desk.as_("xu"), "takeInReferral", **which(referral))
                referral = await done(desk.as_("gao"), "acceptReferral", **which(referral))
                told = [await sender.next() for _ in range(5)]
                assert [each["event"]["kind"] for each in told] == [
                    "SUBMITTED",
                    "APPROVED",
                    "SENT",
                    "TAKEN_IN",
                    "ACCEPTED",
                ]
                assert [each["event"]["number"] for each in told] == [6, 7, 8, 9, 10]
                assert told[-1]["subject"]["owner"] == {"code": "kunyang"}
                heard = [(await receiver.next())["event"] for _ in range(2)]
                assert [each["kind"] for each in heard] == ["TAKEN_IN", "ACCEPTED"]
                assert heard[0]["byPerson"] == {"name": "徐文"}

    @pytest.mark.parametrize("way", WAYS)
    async def test_of_a_matter_that_one_does_not_see_are_not_found(
        self, platform: Platform, county: World, desk: Client, way: Way
    ) -> None:
        draft, on_its_way = await approved(desk), await sent(desk)
        never_was, damaged = global_id("Referral", uuid4()), on_its_way["id"][:-4] + "AAAA"
        for person, subject, code in (
            ("gao", draft["id"], "NOT_FOUND"),  # addressed, and not sent yet
            ("pan", on_its_way["id"], "NOT_FOUND"),  # another town's
            ("guan", on_its_way["id"], "NOT_FOUND"),  # another department's
            ("lin", never_was, "NOT_FOUND"),
            ("lin", damaged, "BAD_ID"),
            ("lin", global_id("Organisation", county.bodies["kunyang"]), "BAD_ID"),  # a body is no matter
        ):
            async with way(platform.apis[0], county[person].credentials, CHANGES, subject=subject) as stream:
                assert (await stream.ended()).codes == [code], person

    async def test_reach_no_third_body(self, platform: Platform, county: World, desk: Client) -> None:
        """Aojiang's whole post hears nothing of what transport and Kunyang do; its own comes through at once."""
        canary = "cnry-facts-of-a-stranger"
        async with (
            over_a_stream(platform.apis[0], county["pan"].credentials, NOTIFICATIONS) as head,
            over_a_stream(platform.apis[1], county["su"].credentials, NOTIFICATIONS) as registrar,
        ):
            await head.next()
            await registrar.next()
            referral = await sent(desk, facts=canary)
            await done(desk.as_("xu"), "takeInReferral", **which(referral))
            own = await sent(desk, to="aojiang")
            for listening in (head, registrar):
                news = await listening.next()
                assert news["notification"]["subject"] == {"id": own["id"]}
                assert canary not in str(news)


class TestComingBack:
    @pytest.mark.parametrize("way", WAYS)
    async def test_brings_what_was_missed_and_goes_on_without_a_seam(
        self, platform: Platform, county: World, desk: Client, way: Way
    ) -> None:
        xu = county["xu"].credentials
        async with way(platform.apis[0], xu, NOTIFICATIONS) as listening:
            after = (await listening.next())["cursor"]
        missed = [(await sent(desk))["id"] for _ in range(3)]
        async with way(platform.apis[1], xu, NOTIFICATIONS, after=after) as listening:
            told = [await listening.next() for _ in range(3)]
            assert sorted(each["notification"]["subject"]["id"] for each in told) == sorted(missed)
            live = await sent(desk)
            assert (await listening.next())["notification"]["subject"] == {"id": live["id"]}
        # From the middle: no more and no less.
        async with way(platform.apis[0], xu, NOTIFICATIONS, after=told[1]["cursor"]) as listening:
            again = [(await listening.next())["notification"]["id"] for _ in range(2)]
            assert again[0] == told[2]["notification"]["id"]

    async def test_goes_on_from_the_cursors_of_the_lists(
        self, platform: Platform, county: World, desk: Client
    ) -> None:
        first, second = await sent(desk), await sent(desk)
        async with over_a_stream(platform.apis[0], county["xu"].credentials, NOTIFICATIONS) as listening:
            place = await listening.next()
        # Both notices are there, or come now: the list is asked when the place is past them.
        while True:
            listed = await desk.as_("xu").ask(
                "{ notifications(first: 5) { edges { cursor node { id subject { id } } } } }"
            )
            edges = listed.data["notifications"]["edges"]
            if len(edges) == 2:
                break
        assert {edge["node"]["subject"]["id"] for edge in edges} == {first["id"], second["id"]}
        async with over_a_stream(
            platform.apis[0], county["xu"].credentials, NOTIFICATIONS, after=edges[1]["cursor"]
        ) as listening:
            assert (await listening.next())["notification"]["id"] == edges[0]["node"]["id"]
        assert place["cursor"]
        events = (
            await desk.as_("tang").ask(
                "query($id: ID!) { referral(id: $id) { events { edges { cursor node { number } } } } }",
                id=first["id"],
            )
        ).data["referral"]["events"]["edges"]
        async with over_a_socket(
            platform.apis[1],
            county["tang"].credentials,
            CHANGES,
            subject=first["id"],
            after=events[3]["cursor"],
        ) as listening:
            told = [(await listening.next())["event"]["number"] for _ in events[4:]]
        assert told == [edge["node"]["number"] for edge in events[4:]]

    async def test_with_a_cursor_of_somebody_elses_or_none_at_all_is_refused(
        self, platform: Platform, county: World, desk: Client
    ) -> None:
        async with over_a_stream(platform.apis[0], county["xu"].credentials, NOTIFICATIONS) as listening:
            after = (await listening.next())["cursor"]
        zhou = county["zhou"]
        for credentials, cursor in (
            (county["gao"].credentials, after),
            (zhou.acting_for("kunyang"), after),
            (county["xu"].credentials, after[:-2]),
            (county["xu"].credentials, ""),
            (county["xu"].credentials, "nonsense"),
        ):
            async with over_a_stream(platform.apis[0], credentials, NOTIFICATIONS, after=cursor) as listening:
                with pytest.raises(Ended) as refused:
                    await listening.next()
                assert refused.value.codes == ["BAD_CURSOR"]
