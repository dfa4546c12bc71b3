"""The texts that come with the platform: complete below, and for the demo county what its documents say."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

import domain.rulebooks
from domain.rulebooks.registry import REGISTRY
from domain.rulebooks.rules import Draft, Limit, Shelf, parse
from policies.rows import county_rows

PLACES = Path(domain.rulebooks.__file__).with_name("places")
DRAFTS: dict[str, Draft] = {
    file.stem: parse(file.read_text(encoding="utf-8"), name=file.name)
    for file in sorted(PLACES.glob("*.toml"))
}
SHELF = Shelf.of(*DRAFTS.values(), county="pingyang")
TODAY = date(2026, 3, 2)
PINGYANG = SHELF.on(TODAY)


class TestTheLayersBelow:
    DAYS = (
        date(2017, 10, 1),
        date(2020, 12, 31),
        date(2021, 1, 1),
        date(2021, 7, 14),
        date(2021, 7, 15),
        TODAY,
    )

    @pytest.mark.parametrize("day", DAYS)
    @pytest.mark.parametrize("key", sorted(REGISTRY))
    def test_answer_every_entry_by_themselves(self, key: str, day: date) -> None:
        nowhere = Shelf.of(
            *(d for d in DRAFTS.values() if d.layer in ("national", "platform")), county="nowhere"
        )
        assert nowhere.on(day).entry(key).layer in ("national", "platform")

    @pytest.mark.parametrize("day", DAYS)
    def test_the_platform_does_not_speak_where_a_statute_does(self, day: date) -> None:
        def said(layer: str) -> set[str]:
            drafts = [draft for draft in DRAFTS.values() if draft.layer == layer and draft.holds_on(day)]
            return {key for draft in drafts for key in draft.entries if draft.entry_on(day, key)}

        assert said("national")
        assert not said("national") & said("platform")

    def test_the_platform_opens_no_register_and_says_of_its_split_that_it_is_practice(self) -> None:
        powers = DRAFTS["platform"].powers
        assert "register" not in {power.aspect for power in powers}
        assert [power.aspect for power in powers if not (power.note or "").startswith("惯例")] == []


class TestPingyang:
    @pytest.mark.parametrize(
        ("key", "amount", "document"),
        [
            ("referral.send", 3, "KY-A5"),
            ("referral.verify", 5, "KY-A5"),
            ("referral.tell", 2, "KY-A5"),
            ("referral.ask_for_material", 2, "KY-A5"),
            ("referral.outcome", 7, "KY-A5"),
        ],
    )
    def test_has_kunyangs_limits_and_says_whose_they_are(self, key: str, amount: int, document: str) -> None:
        entry = PINGYANG.entry(key)
        assert entry.value == Limit(amount, "working_days")
        assert (entry.layer, entry.adopted_from) == ("county", "kunyang")
        assert (entry.document.code, entry.article) == (document, "8")

    def test_leaves_the_limit_for_taking_in_to_the_platform_which_says_so(self) -> None:
        entry = PINGYANG.entry("referral.take_in")
        assert (entry.layer, entry.silent, entry.document.place) == ("platform", ("county",), "platform")

    @pytest.mark.parametrize("key", ["referral.verify", "referral.tell"])
    def test_keeps_annex_1_beside_annex_5_and_says_why_annex_5_applies(self, key: str) -> None:
        entry = PINGYANG.entry(key)
        (kept,) = entry.alternatives
        assert (entry.document.code, kept.document.code, kept.article) == ("KY-A5", "KY-A1", "6")
        assert kept.value == entry.value
        assert entry.because

    def test_lists_the_seven_materials_of_annex_5_in_their_order(self) -> None:
        listed = PINGYANG.materials()
        assert [material.item for material in listed] == ["1", "2", "3", "4", "5", "6", "7"]
        assert {material.kind: material.need for material in listed} == {
            "letter": "required",
            "source": "required",
            "identity": "required",
            "evidence": "required",
            "tests": "if_any",
            "corrections": "if_any",
            "other": "optional",
        }

    def test_opens_the_file_when_taken_in_where_the_platform_waits_for_acceptance(self) -> None:
        assert PINGYANG.choice("referral.file_opens") == "taken_in"
        assert SHELF.on(date(2022, 11, 7)).choice("referral.file_opens") == "accepted"

    def test_needs_the_heads_approval_and_the_bodys_own_name(self) -> None:
        assert PINGYANG.flag("referral.head_approves")
        assert PINGYANG.choice("referral.named_party") == "tenant_only"

    def test_brings_overdue_referrals_before_the_coordination_office(self) -> None:
        assert PINGYANG.escalates_to("referral.verify") == "coordination"

    @pytest.mark.parametrize(
        ("key", "word"),
        [
            ("alert.hazard_tells", "either"),
            ("alert.hot_spot_tells", "either"),
            ("alert.answer_owed", "notified"),
            ("alert.meeting", "as_needed"),
        ],
    )
    def test_takes_alerts_from_annex_1_number_5(self, key: str, word: str) -> None:
        entry = PINGYANG.entry(key)
        assert (entry.value, entry.document.code, entry.article) == (word, "KY-A1", "5")

    @pytest.mark.parametrize("key", ["alert.acknowledge", "alert.industry_tells", "alert.regional_tells"])
    def test_leaves_to_the_platform_what_annex_1_does_not_say_of_alerts(self, key: str) -> None:
        entry = PINGYANG.entry(key)
        assert (entry.layer, entry.silent, entry.document.place) == ("platform", ("county",), "platform")

    def test_adopts_exactly_what_kunyang_has(self) -> None:
        own, adopted = DRAFTS["kunyang"].entries, DRAFTS["pingyang"].entries
        assert set(own) == set(adopted)
        mentioned = DRAFTS["kunyang"].mentions
        assert set(mentioned) == set(DRAFTS["pingyang"].mentions)
        for key, mention in DRAFTS["pingyang"].mentions.items():
            theirs_said = mentioned[key]
            assert (mention.says, mention.document, mention.article, mention.note, mention.adopted_from) == (
                theirs_said.says,
                theirs_said.document,
                theirs_said.article,
                theirs_said.note,
                "kunyang",
            )
        for key, entry in adopted.items():
            theirs = own[key]
            assert (entry.value, entry.article, entry.note, entry.because, entry.alternatives) == (
                theirs.value,
                theirs.article,
                theirs.note,
                theirs.because,
                theirs.alternatives,
            )
            assert (entry.adopted_from, theirs.adopted_from) == ("kunyang", None)

    def test_applies_from_the_day_of_kunyangs_notice(self) -> None:
        assert SHELF.on(date(2022, 11, 7)).entry("referral.send").layer == "platform"
        assert SHELF.on(date(2022, 11, 8)).entry("referral.send").layer == "county"

    def test_gives_rows_that_the_policies_accept(self) -> None:
        county = UUID(int=1)
        rows = county_rows(county_id=county, rows=PINGYANG.policy_rows(county), origin="pingyang")
        register = {(row.role, row.relation, row.action) for row in rows if row.aspect == "secondment.entry"}
        assert register == {
            (role, relation, "read")
            for role in ("head", "officer", "registrar", "personnel")
            for relation in ("home", "host")
        }
