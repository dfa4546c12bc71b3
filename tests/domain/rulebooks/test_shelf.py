"""Which layer and which version answers, on which day and for whom."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rulebooks.rules import Draft, Limit, NoSuchRule, RuleOfOtherType, Shelf, parse
from domain.rulebooks.shown import describe
from tests.domain.rulebooks.texts import limit, mention, rulebook

NEW_YEAR = date(2024, 1, 1)
ESCALATION = '\n[deadlines.escalate_to]\nvalue = {{ {value} }}\ndocument = "D"\narticle = "1"\n'


def draft(
    layer: Literal["national", "platform", "county", "township"],
    amount: int | None,
    *,
    place: str = "east",
    county: str = "east",
    valid_from: str = "2024-01-01",
    valid_until: str | None = None,
    body: str = "",
) -> Draft:
    """A text of one layer that sets the limit for sending, or is silent on it."""
    own = "" if amount is None else limit("referral.send", amount)
    return parse(
        rulebook(
            layer=layer,
            place=place,
            county=county,
            valid_from=valid_from,
            valid_until=valid_until,
            body=own + body,
        ),
        name="x.toml",
    )


def sending(shelf: Shelf, day: date = NEW_YEAR, *, inside: str | None = None) -> int:
    """The limit for sending, in working days."""
    return shelf.on(day, inside=inside).limit("referral.send").amount


class TestLayers:
    def test_the_county_governs_between_tenants(self) -> None:
        shelf = Shelf.of(
            draft("platform", 9), draft("county", 3), draft("township", 1, place="town"), county="east"
        )
        assert sending(shelf) == 3

    def test_a_townships_own_binds_only_inside_it(self) -> None:
        shelf = Shelf.of(draft("county", 3), draft("township", 1, place="town"), county="east")
        assert sending(shelf, inside="town") == 1
        assert sending(shelf, inside="other-town") == 3

    def test_a_town_of_the_same_name_in_another_county_answers_nothing_here(self) -> None:
        shelf = Shelf.of(draft("county", 3), draft("township", 1, place="town", county="west"), county="east")
        assert sending(shelf, inside="town") == 3

    def test_another_countys_rulebook_answers_nothing_here(self) -> None:
        shelf = Shelf.of(draft("platform", 9), draft("county", 3, place="west"), county="east")
        assert sending(shelf) == 9

    def test_where_a_layer_is_silent_the_lower_one_answers_and_says_so(self) -> None:
        shelf = Shelf.of(
            draft("platform", 9), draft("county", None), draft("township", None, place="town"), county="east"
        )
        entry = shelf.on(NEW_YEAR, inside="town").entry("referral.send")
        assert (entry.value, entry.layer, entry.silent) == (
            Limit(9, "working_days"),
            "platform",
            ("township", "county"),
        )
        assert shelf.on(NEW_YEAR).entry("referral.send").silent == ("county",)

    def test_the_layer_that_speaks_names_no_silent_ones(self) -> None:
        assert Shelf.of(draft("county", 3), county="east").on(NEW_YEAR).entry("referral.send").silent == ()

    def test_statutes_answer_last(self) -> None:
        shelf = Shelf.of(draft("national", 30), draft("platform", 9), county="east")
        assert sending(shelf) == 9
        assert sending(Shelf.of(draft("national", 30), county="east")) == 30

    def test_nobody_answering_is_a_fault_of_the_house(self) -> None:
        with pytest.raises(NoSuchRule):
            Shelf.of(draft("county", None), county="east").on(NEW_YEAR).limit("referral.send")
        with pytest.raises(NoSuchRule):
            Shelf.of(draft("county", 3), county="east").on(NEW_YEAR).limit("referral.sned")

    @given(st.sets(st.sampled_from(["national", "platform", "county", "township"])), st.booleans())
    def test_the_topmost_layer_that_is_not_silent_answers(
        self, speaking: set[Literal["national", "platform", "county", "township"]], inside: bool
    ) -> None:
        amounts = {"township": 1, "county": 2, "platform": 3, "national": 4}
        drafts = [
            draft(layer, amounts[layer], place="town" if layer == "township" else "east")
            for layer in speaking
        ]
        rules = Shelf.of(*drafts, county="east").on(NEW_YEAR, inside="town" if inside else None)
        answering = min((amounts[layer] for layer in speaking if inside or layer != "township"), default=None)
        if answering is None:
            with pytest.raises(NoSuchRule):
                rules.limit("referral.send")
        else:
            assert rules.limit("referral.send").amount == answering


class TestVersions:
    OLD = ("2024-01-01", None)

    def test_a_later_rule_supersedes_the_earlier_from_its_first_day(self) -> None:
        shelf = Shelf.of(draft("county", 3), draft("county", 5, valid_from="2024-07-01"), county="east")
        assert sending(shelf, date(2024, 6, 30)) == 3
        assert sending(shelf, date(2024, 7, 1)) == 5

    def test_the_order_of_loading_does_not_matter_for_different_days(self) -> None:
        shelf = Shelf.of(draft("county", 5, valid_from="2024-07-01"), draft("county", 3), county="east")
        assert sending(shelf, date(2024, 6, 30)) == 3
        assert sending(shelf, date(2024, 7, 1)) == 5

    def test_of_two_texts_for_the_same_day_the_one_loaded_later_applies(self) -> None:
        shelf = Shelf.of(draft("county", 3), draft("county", 4), county="east")
        assert sending(shelf) == 4

    def test_both_days_of_a_validity_belong_to_it(self) -> None:
        shelf = Shelf.of(
            draft("platform", 9, valid_from="2020-01-01"),
            draft("county", 3, valid_until="2024-06-30"),
            county="east",
        )
        assert [sending(shelf, date(2024, month, day)) for month, day in ((1, 1), (6, 30), (7, 1))] == [
            3,
            3,
            9,
        ]
        assert sending(shelf, date(2023, 12, 31)) == 9

    def test_a_superseded_rule_does_not_come_back_when_the_later_one_ends(self) -> None:
        shelf = Shelf.of(
            draft("platform", 9),
            draft("county", 3),
            draft("county", 5, valid_from="2024-03-01", valid_until="2024-03-31"),
            county="east",
        )
        assert sending(shelf, date(2024, 4, 1)) == 9

    @given(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=5),
        st.integers(0, 60),
    )
    def test_the_rule_in_force_is_the_last_that_began(self, spans: list[tuple[int, int]], asked: int) -> None:
        def on(number: int) -> date:
            return NEW_YEAR + timedelta(days=number)

        drafts = [
            draft("county", index + 1, valid_from=str(on(begin)), valid_until=str(on(begin + length)))
            for index, (begin, length) in enumerate(spans)
        ]
        begun = [(begin, index, length) for index, (begin, length) in enumerate(spans) if begin <= asked]
        rules = Shelf.of(*drafts, county="east").on(on(asked))
        if begun and asked <= max(begun)[0] + max(begun)[2]:
            assert rules.limit("referral.send").amount == max(begun)[1] + 1
        else:
            with pytest.raises(NoSuchRule):
                rules.limit("referral.send")


class TestEntriesOfTheirOwnValidity:
    """An entry may hold for less than its text: before and after, its layer is silent on it."""

    BODY = limit("referral.tell", 2) + "valid_from = 2024-03-01\nvalid_until = 2024-03-31\n"
    BELOW = draft("platform", 9, body=limit("referral.tell", 4))

    def telling(self, day: date) -> tuple[int, str]:
        entry = Shelf.of(self.BELOW, draft("county", 3, body=self.BODY), county="east").on(day)
        return entry.limit("referral.tell").amount, entry.entry("referral.tell").layer

    def test_answer_on_their_days_both_included(self) -> None:
        assert [self.telling(date(2024, 3, day)) for day in (1, 31)] == [(2, "county")] * 2

    def test_are_silent_on_every_other_while_the_rest_of_the_text_holds(self) -> None:
        for day in (date(2024, 2, 29), date(2024, 4, 1)):
            assert self.telling(day) == (4, "platform")
            shelf = Shelf.of(self.BELOW, draft("county", 3, body=self.BODY), county="east")
            assert sending(shelf, day) == 3

    def test_name_nobody_for_what_is_overdue_outside_them(self) -> None:
        below = draft("platform", 9, body=ESCALATION.format(value='referral = "coordination"'))
        body = ESCALATION.format(value='referral = "supervision"') + "valid_until = 2024-01-31\n"
        shelf = Shelf.of(below, draft("county", 3, body=body), county="east")
        assert shelf.on(date(2024, 1, 31)).escalates_to("referral.send") == "supervision"
        assert shelf.on(date(2024, 2, 1)).escalates_to("referral.send") == "coordination"

    def test_are_described_with_their_days(self) -> None:
        lines = describe(draft("county", 3, body=self.BODY), below=Shelf.of(self.BELOW, county="east"))
        assert "referral.tell = 2 working days  [某办法 1]  from 2024-03-01 until 2024-03-31" in lines

    def test_leave_a_layer_below_silent_where_they_do_not_hold(self) -> None:
        below = draft("platform", None, body=self.BODY)
        lines = describe(draft("county", 3), below=Shelf.of(below, county="east"))
        assert "referral.tell: silent" in lines


class TestMentions:
    """A layer may speak of an entry without fixing it: the one below answers and both are told."""

    BELOW = draft("platform", 5)
    PROMPTLY = draft("county", None, body=mention("referral.send", "promptly", article="13"))

    def test_leave_the_answer_to_the_layer_below_and_stand_beside_it(self) -> None:
        entry = Shelf.of(self.BELOW, self.PROMPTLY, county="east").on(NEW_YEAR).entry("referral.send")
        assert (entry.value, entry.layer, entry.silent) == (Limit(5, "working_days"), "platform", ())
        assert [(said.says, said.layer, said.article) for said in entry.mentioned] == [
            ("promptly", "county", "13")
        ]

    def test_are_nothing_where_nobody_answers(self) -> None:
        assert not Shelf.of(self.PROMPTLY, county="east").on(NEW_YEAR).answers("referral.send")

    def test_below_the_answer_are_not_told(self) -> None:
        township = draft("township", 2, place="town")
        shelf = Shelf.of(self.BELOW, self.PROMPTLY, township, county="east")
        assert shelf.on(NEW_YEAR, inside="town").entry("referral.send").mentioned == ()

    def test_are_described_with_who_answers(self) -> None:
        lines = describe(self.PROMPTLY, below=Shelf.of(self.BELOW, county="east"))
        assert (
            "referral.send: promptly, no number given  [某办法 13]; platform answers 5 working days" in lines
        )


class TestAskingByType:
    def test_refuses_to_give_a_limit_for_something_else(self) -> None:
        rules = Shelf.of(
            draft("county", 3, body=ESCALATION.format(value='referral = "coordination"')), county="east"
        )
        book = rules.on(NEW_YEAR)
        for asked in (
            book.flag,
            book.number,
            book.choice,
            book.texts,
            book.number_format,
            book.materials,
            book.limits,
        ):
            with pytest.raises(RuleOfOtherType):
                asked("referral.send")
        with pytest.raises(RuleOfOtherType):
            book.limit("deadlines.escalate_to")


class TestEscalation:
    def test_the_exact_limit_goes_before_its_capability(self) -> None:
        body = ESCALATION.format(value='referral = "coordination", "referral.outcome" = "supervision"')
        rules = Shelf.of(draft("county", 3, body=body), county="east").on(NEW_YEAR)
        assert rules.escalates_to("referral.outcome") == "supervision"
        assert rules.escalates_to("referral.verify") == "coordination"

    def test_a_table_that_does_not_name_a_capability_is_silent_on_it(self) -> None:
        below = draft(
            "platform", 9, body=ESCALATION.format(value='referral = "coordination", alert = "coordination"')
        )
        county = draft("county", 3, body=ESCALATION.format(value='referral = "supervision"'))
        rules = Shelf.of(below, county, county="east").on(NEW_YEAR)
        assert rules.escalates_to("referral.verify") == "supervision"
        assert rules.escalates_to("alert.answer") == "coordination"

    def test_nobody_named_is_a_fault_of_the_house(self) -> None:
        body = ESCALATION.format(value='"referral.outcome" = "supervision"')
        with pytest.raises(NoSuchRule):
            Shelf.of(draft("county", 3, body=body), county="east").on(NEW_YEAR).escalates_to(
                "referral.verify"
            )


class TestPolicyRows:
    POWERS = (
        '\n[powers.register]\nread = "host"\nroles = ["officer", "head"]\ndocument = "D"\narticle = "6"\n'
    )
    EAST = UUID(int=7)

    def test_name_the_county_and_permit_what_its_rulebook_splits(self) -> None:
        rules = Shelf.of(draft("county", 3, body=self.POWERS), county="east").on(NEW_YEAR)
        assert rules.policy_rows(self.EAST) == [
            (str(self.EAST), "head", "host", "secondment.entry", "read", "permit"),
            (str(self.EAST), "officer", "host", "secondment.entry", "read", "permit"),
        ]

    def test_are_none_before_the_rulebook_is_in_force(self) -> None:
        shelf = Shelf.of(draft("county", 3, body=self.POWERS, valid_from="2024-07-01"), county="east")
        assert shelf.on(date(2024, 6, 30)).policy_rows(self.EAST) == []
        assert len(shelf.on(date(2024, 7, 1)).policy_rows(self.EAST)) == 2


class TestDescribe:
    def test_tells_what_a_text_answers_and_who_answers_where_it_is_silent(self) -> None:
        below = Shelf.of(
            parse(rulebook(layer="platform", body=limit("referral.tell", 2)), name="p"), county="east"
        )
        lines = describe(draft("county", 3), below=below)
        assert "referral.send = 3 working days  [某办法 1]" in lines
        assert "referral.tell: silent; platform answers 2 working days" in lines
        assert "referral.verify: silent" in lines

    def test_shows_the_text_in_hand_even_where_an_older_version_is_loaded(self) -> None:
        lines = describe(draft("county", 4), below=Shelf.of(draft("county", 3), county="east"))
        assert "referral.send = 4 working days  [某办法 1]" in lines


class TestSplitOfPowers:
    """Which layer says who decides, and for whom."""

    DECIDES = '\n[powers.{aspect}]\ndecide = "{side}"\nroles = ["{role}"]\ndocument = "D"\narticle = "6"\n'

    def split(self, aspect: str, side: str, *, role: str = "head", more: str = "") -> str:
        return self.DECIDES.format(aspect=aspect, side=side, role=role) + more

    def test_a_county_puts_its_own_in_the_place_of_the_default_aspect_by_aspect(self) -> None:
        default = draft("platform", 9, body=self.split("recall", "home") + self.split("pay", "home"))
        shelf = Shelf.of(default, draft("county", None, body=self.split("recall", "host")), county="east")
        answers = {
            aspect: (power.side, power.layer)
            if (power := shelf.on(NEW_YEAR).power(aspect, "decide", "stationed"))
            else None
            for aspect in ("recall", "pay", "training")
        }
        assert answers == {"recall": ("host", "county"), "pay": ("home", "platform"), "training": None}
        permits = {(each.relation, each.resource) for each in shelf.on(NEW_YEAR).permits()}
        assert permits == {("host", "secondment.recall"), ("home", "secondment.pay")}

    def test_of_a_county_that_ended_its_rules_the_default_answers_again(self) -> None:
        default = draft("platform", 9, body=self.split("recall", "home"))
        own = draft("county", None, valid_until="2024-06-30", body=self.split("recall", "host"))
        shelf = Shelf.of(default, own, county="east")
        sides = [
            power.side if (power := shelf.on(day).power("recall", "decide", "stationed")) else None
            for day in (date(2024, 6, 30), date(2024, 7, 1))
        ]
        assert sides == ["host", "home"]

    def test_a_mode_that_is_spoken_of_apart_is_decided_apart(self) -> None:
        apart = '\n[powers.recall.itinerant]\ndecide = "both"\ndocument = "D"\narticle = "7"\n'
        rules = Shelf.of(draft("county", 3, body=self.split("recall", "host", more=apart)), county="east").on(
            NEW_YEAR
        )
        sides = {
            mode: power.side if (power := rules.power("recall", "decide", mode)) else None
            for mode in ("stationed", "area_team", "itinerant")
        }
        assert sides == {"stationed": "host", "area_team": "host", "itinerant": "both"}

    @pytest.mark.parametrize(
        ("said", "asks"),
        [
            ('decide = "home"', "nothing"),
            ('decide = "home"\nheard = "host"', "opinion"),
            ('decide = "home"\nheard = "host"\nconsents = "host"', "consent"),
            ('decide = "home"\ncopied = "host"', "nothing"),
            ('decide = "both"', "consent"),
        ],
    )
    def test_whoever_decides_asks_for_what_is_said(self, said: str, asks: str) -> None:
        body = f'\n[powers.recall]\n{said}\nroles = ["head"]\ndocument = "D"\narticle = "6"\n'
        power = (
            Shelf.of(draft("county", 3, body=body), county="east")
            .on(NEW_YEAR)
            .power("recall", "decide", "stationed")
        )
        assert power is not None
        assert power.asks == asks
