"""Pure decisions on the catalogue: which law applies, what may be published, which powers may be given."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

import pytest

from domain.catalogue import rules, wording
from domain.catalogue.near import nearest
from domain.catalogue.routing import ADVICE, REASONS, Reason
from domain.catalogue.rules import Band, Version, applicable

OLD, NEW, END = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)
DEPARTMENT = UUID(int=1)
THEN, NOW = date(2024, 6, 1), date(2025, 6, 1)


def version(since, *bands, until=None):
    return Version(since, until, DEPARTMENT, frozenset({"penalty"}), tuple(Band(*band) for band in bands))


BEFORE = (("轻微", 100, 1000), ("严重", 1000, 10_000))


class TestWhatIsNear:
    NAMES: ClassVar = {"XG060100": "未采取措施管理渣土", "XG060101": "占用公路用地", "XG070200": "河道采砂"}

    @pytest.mark.parametrize(
        ("written", "codes"),
        [
            ("XG06100", ["XG060100", "XG060101"]),
            ("xg060100", ["XG060100", "XG060101"]),
            ("采砂", ["XG070200"]),
            ("ZZ", []),
            ("", []),
        ],
    )
    def test_looks_like_the_code_or_has_it_in_its_name(self, written, codes):
        assert [code for code, _ in nearest(written, self.NAMES)][:2] == codes

    def test_is_told_of_three_at_the_most(self):
        many = {f"XG06010{number}": "渣土" for number in range(9)}
        assert len(nearest("XG0601", many)) == 3


class TestTheApplicableLaw:
    @pytest.mark.parametrize(
        ("after", "why"),
        [
            ((("轻微", 100, 1000), ("严重", 1000, 9_000)), "lighter"),
            ((("轻微", 0, 1000), ("严重", 1000, 10_000)), "lighter"),
            ((("轻微", 100, 1000), ("严重", 1000, 10_001)), "old"),
            ((("轻微", 101, 1000), ("严重", 1000, 10_000)), "old"),
            (BEFORE, "old"),
            # Lighter for some and heavier for others: a person must see which case this is.
            ((("轻微", 100, 2000), ("严重", 1000, 9_000)), "undecided"),
            ((("轻微", 200, 900), ("严重", 1000, 10_000)), "undecided"),
            ((("轻微", 100, 1000), ("一般", 1000, 5_000)), "undecided"),
            ((("轻微", 100, 1000),), "undecided"),
            ((), "undecided"),
        ],
    )
    def test_is_that_of_the_violations_day_unless_the_newer_is_lighter(self, after, why):
        old, new = version(OLD, *BEFORE), version(NEW, *after)
        found = applicable([new, old], violation_on=THEN, decided_on=NOW)
        assert (found.why, found.then) == (why, old)
        assert found.version == {"lighter": new, "old": old, "undecided": None}[why]

    def test_turns_on_the_day_on_which_the_newer_begins(self):
        old, new = version(OLD, *BEFORE), version(NEW, ("轻微", 0, 1), ("严重", 1, 2))
        day = timedelta(days=1)
        for violation, decided, applies, why in (
            (NEW - day, NEW - day, old, "same"),
            (NEW - day, NEW, new, "lighter"),
            (NEW, NEW, new, "same"),
        ):
            found = applicable([old, new], violation_on=violation, decided_on=decided)
            assert (found.version, found.why) == (applies, why)

    def test_is_a_persons_to_find_where_the_item_has_left_the_catalogue(self):
        old = version(OLD, *BEFORE, until=END)
        assert applicable([old], violation_on=THEN, decided_on=END).why == "gone"
        assert applicable([old], violation_on=THEN, decided_on=END - timedelta(days=1)).why == "same"

    def test_is_none_for_what_was_not_in_the_catalogue_on_that_day(self):
        found = applicable([version(NEW, *BEFORE)], violation_on=THEN, decided_on=NOW)
        assert (found.version, found.why) == (None, "unlisted")


class TestWhatHoldsOnADay:
    def test_is_the_latest_that_has_begun_and_a_superseded_one_does_not_come_back(self):
        first, second = version(OLD), version(NEW, until=END)
        both = [second, first]
        assert rules.in_force(both, OLD - timedelta(days=1)) is None
        assert rules.in_force(both, NEW - timedelta(days=1)) == first
        assert rules.in_force(both, NEW) == second
        assert rules.in_force(both, END) is None


class TestPowers:
    def test_are_some_that_the_item_carries(self):
        assert rules.powers_of(["penalty"], carried=["penalty", "inspection"], item="1") == {"penalty"}
        for given in ([], ["compulsion"], ["penalty", "compulsion"], ["licence"]):
            with pytest.raises(rules.NoPower):
                rules.powers_of(given, carried=["penalty", "inspection"], item="1")

    def test_are_never_entrusted_where_they_compel(self):
        carried = ["penalty", "inspection", "compulsion"]
        assert rules.entrustable(["inspection"], carried=carried, item="1") == {"inspection"}
        with pytest.raises(rules.CompulsionNotEntrusted):
            rules.entrustable(["inspection", "compulsion"], carried=carried, item="1")


class TestDays:
    def test_of_what_follows_come_after_what_was_published(self):
        assert rules.followed(NEW, OLD, what="1") == rules.followed(NEW, None, what="1") == NEW
        for since in (OLD, OLD - timedelta(days=1)):
            with pytest.raises(rules.Published):
                rules.followed(since, OLD, what="1")

    def test_of_an_end_come_after_the_beginning(self):
        assert rules.lasting(OLD, None) is None
        assert rules.lasting(OLD, NEW) == NEW
        with pytest.raises(rules.Backwards):
            rules.lasting(OLD, OLD)

    def test_of_a_recall_have_not_begun(self):
        assert rules.recalled_from(NEW, today=OLD) == NEW
        with pytest.raises(rules.TooEarly):
            rules.recalled_from(OLD, today=OLD)


class TestSentences:
    @pytest.mark.parametrize("because", REASONS)
    def test_say_every_reason_with_what_it_rests_on(self, because):
        reason = Reason(because, day=NEW, source="公告1号", amount=50_000)
        for language in ("en", "zh"):
            said = wording.sentence(reason, body="县交通运输局", language=language)
            assert said
            assert "{" not in said
            assert "None" not in said

    @pytest.mark.parametrize("advice", ADVICE)
    def test_say_every_advice(self, advice):
        assert wording.advised(advice, "en") != wording.advised(advice, "zh")
