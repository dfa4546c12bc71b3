"""What the three places say of referrals and alerts, against tables written by hand from their documents.

A row is an entry, what the document says, and where. Whatever a place's document leaves open must be silent in its
file: the table of a place is complete. Pingyang's materials and its two readings are `test_places.py`.
"""

from datetime import date, timedelta

import pytest

from domain.rulebooks.registry import REGISTRY
from domain.rulebooks.rules import Draft, Entry, Limit, Rulebook, Shelf, parse
from domain.rulebooks.shipped import BELOW, DEMO, shipped_texts

PLACES = tuple(DEMO)


def drafts_of(place: str) -> list[Draft]:
    return [parse(text, name=name) for name, text in shipped_texts((*BELOW, *DEMO[place])).items()]


SHELVES = {place: Shelf.of(*drafts_of(place), county=place) for place in PLACES}
TODAY = date(2026, 3, 2)

DAYS_3, DAYS_5 = Limit(3, "working_days"), Limit(5, "working_days")

FULING = [
    (
        "referral.directions",
        ("township_to_township", "township_to_department", "department_to_township"),
        "二(三)",
    ),
    ("referral.send", DAYS_5, "二(三)"),
    ("referral.send_urgent", Limit(24, "hours"), "二(三)"),
    ("referral.stop_ongoing_first", True, "二(三)"),
    ("referral.receiving", "tell_from_arrival", "二(三)"),
    ("referral.tell", DAYS_5, "二(三)"),
    ("referral.return_allowed", False, "二(三)"),
    ("referral.passing_on_allowed", False, "二(三)"),
    ("referral.doubted", "ask_government", "二(三)"),
    ("referral.doubt_heard_by", "government", "二(三)"),
    ("alert.hazard_tells", "both", "二(五)"),
    ("alert.industry_tells", "both", "二(五)"),
    ("alert.regional_tells", "both", "二(五)"),
]

XX = [
    ("referral.directions", ("township_to_department", "department_to_township"), "二(三)2"),
    ("referral.send", DAYS_3, "二(三)2"),
    ("referral.send_at_most", Limit(10, "working_days"), "二(三)2"),
    ("referral.sending_extendable", True, "二(三)2"),
    ("referral.send_urgent", Limit(24, "hours"), "二(三)2"),
    ("referral.stop_ongoing_first", True, "二(三)2"),
    ("referral.head_approves", True, "二(三)2"),
    ("referral.named_party", "tenant_or_dispatched", "二(三)2"),
    ("referral.receiving", "tell_from_arrival", "二(三)2"),
    ("referral.tell", DAYS_5, "二(三)2"),
    ("referral.doubted", "negotiate", "二(三)4"),
    ("referral.doubt_heard_by", "supervision", "二(三)4"),
    ("deadlines.escalate_to", {"alert": "supervision", "referral": "supervision"}, "二(三)1"),
    ("alert.hazard_tells", "department", "二(二)2"),
    ("alert.answer_owed", "notified", "二(二)2"),
    ("alert.meeting", "on_hazards", "二(二)2"),
]

PINGYANG = [
    ("referral.send", DAYS_3, "8"),
    ("referral.verify", DAYS_5, "8"),
    ("referral.tell", Limit(2, "working_days"), "8"),
    ("referral.ask_for_material", Limit(2, "working_days"), "8"),
    ("referral.outcome", Limit(7, "working_days"), "8"),
    ("referral.head_approves", True, "6"),
    ("referral.named_party", "tenant_only", "6"),
    ("referral.missing_materials", "with_reason", "8"),
    ("referral.file_opens", "taken_in", "8"),
    ("referral.return_allowed", True, "8"),
    ("referral.return_needs_reason", True, "8"),
    ("referral.stop_ongoing_first", True, "4"),
    ("referral.receiving", "verify_then_tell", "8"),
    ("referral.doubted", "negotiate", "8"),
    ("referral.doubt_heard_by", "parties", "8"),
    ("referral.passing_on_allowed", True, "4"),
    ("alert.hazard_tells", "either", "5"),
    ("alert.hot_spot_tells", "either", "5"),
    ("alert.answer_owed", "notified", "5"),
    ("alert.meeting", "as_needed", "5"),
    ("deadlines.escalate_to", {"alert": "coordination", "referral": "coordination"}, "二(一)"),
    ("staff.modes", ("stationed", "area_team"), "6"),
]

TABLES = {"fuling": FULING, "xx": XX, "pingyang": PINGYANG}
ROWS = [(place, *row) for place, table in TABLES.items() for row in table]


def of(place: str) -> Rulebook:
    return SHELVES[place].on(TODAY)


def said_by(place: str) -> set[str]:
    """What the county's own layer answers today."""
    return {key for key in REGISTRY if of(place).entry(key).layer == "county"}


class TestTables:
    @pytest.mark.parametrize(("place", "key", "value", "article"), ROWS)
    def test_have_what_the_document_says_and_where(
        self, place: str, key: str, value: object, article: str
    ) -> None:
        entry = of(place).entry(key)
        assert (entry.layer, entry.value, entry.article) == ("county", value, article)

    @pytest.mark.parametrize("place", PLACES)
    def test_are_complete(self, place: str) -> None:
        assert said_by(place) == {key for key, _, _ in TABLES[place]} | {"referral.materials"}


class TestSilence:
    @pytest.mark.parametrize(
        ("place", "key", "value"),
        [
            # Nobody names a limit for settling a doubt, nor one for taking in.
            *((place, "referral.settle_doubt", DAYS_5) for place in PLACES),
            *((place, "referral.take_in", Limit(2, "working_days")) for place in PLACES),
            # Fuling and the city want no report of the outcome within a limit; nothing is extended but in the city.
            ("fuling", "referral.outcome", Limit(7, "working_days")),
            ("xx", "referral.outcome", Limit(7, "working_days")),
            ("fuling", "referral.sending_extendable", False),
            ("pingyang", "referral.sending_extendable", False),
            ("fuling", "referral.send_at_most", DAYS_5),
            ("pingyang", "referral.send_urgent", Limit(24, "hours")),
            ("xx", "referral.passing_on_allowed", False),
            ("xx", "referral.return_allowed", True),
            ("fuling", "referral.head_approves", True),
            ("fuling", "referral.named_party", "tenant_only"),
            ("fuling", "alert.hot_spot_tells", "either"),
            ("xx", "alert.regional_tells", "either"),
        ],
    )
    def test_is_filled_by_the_platform_which_says_so(self, place: str, key: str, value: object) -> None:
        entry = of(place).entry(key)
        assert (entry.value, entry.layer, entry.silent) == (value, "platform", ("county",))

    @pytest.mark.parametrize("place", PLACES)
    def test_on_deciding_is_filled_by_the_penalty_law(self, place: str) -> None:
        entry = of(place).entry("referral.decide")
        assert (entry.value, entry.layer, entry.article) == (Limit(90, "calendar_days"), "national", "60")
        assert entry.document.title == "中华人民共和国行政处罚法"

    @pytest.mark.parametrize("place", PLACES)
    def test_on_directions_lets_every_direction_only_where_nothing_is_said(self, place: str) -> None:
        every = {
            "township_to_department",
            "department_to_township",
            "township_to_township",
            "department_to_department",
        }
        assert (set(of(place).texts("referral.directions")) == every) == (place == "pingyang")


class TestMaterials:
    @pytest.mark.parametrize(
        ("place", "materials"),
        [
            ("fuling", [("letter", "required"), ("articles", "if_any"), ("other", "if_any")]),
            ("xx", [("letter", "required"), ("source", "required"), ("other", "optional")]),
        ],
    )
    def test_are_those_of_the_document_in_its_order(
        self, place: str, materials: list[tuple[str, str]]
    ) -> None:
        listed = of(place).materials()
        assert [(each.kind, each.need) for each in listed] == materials
        assert [each.item for each in listed] == ["1", "2", "3"]


class TestTwoReadings:
    """What a document says twice: which reading is applied, which is kept, and that it says why."""

    @pytest.mark.parametrize(
        ("place", "key", "kept", "article"),
        [
            ("xx", "referral.doubted", "coordinate", "二(三)3"),
            ("xx", "referral.named_party", "tenant_only", "二(三)2"),
            ("pingyang", "referral.passing_on_allowed", False, "8"),
        ],
    )
    def test_stand_side_by_side(self, place: str, key: str, kept: object, article: str) -> None:
        entry = of(place).entry(key)
        (other,) = entry.alternatives
        assert (other.value, other.article) == (kept, article)
        assert entry.value != other.value
        assert entry.because


class TestSources:
    def test_of_fuling_are_its_offices_notice(self) -> None:
        document = of("fuling").entry("referral.send").document
        assert (document.number, document.dated, document.place) == (
            "涪陵府办〔2024〕1号",
            date(2024, 1, 5),
            "fuling",
        )

    def test_of_the_city_bear_neither_number_nor_date(self) -> None:
        document = of("xx").entry("referral.send").document
        assert (document.number, document.dated, document.place) == (None, None, "xx")

    @pytest.mark.parametrize(
        ("place", "first"),
        [("fuling", date(2024, 1, 13)), ("xx", date(2022, 1, 1)), ("pingyang", date(2022, 11, 8))],
    )
    def test_apply_from_their_first_day(self, place: str, first: date) -> None:
        layers = [
            SHELVES[place].on(day).entry("referral.send").layer for day in (first - timedelta(days=1), first)
        ]
        assert layers == ["platform", "county"]


class TestEveryDay:
    """Around every day on which a text or an entry begins or ends, in every place, for every entry."""

    @staticmethod
    def turns(place: str) -> list[date]:
        holding: list[Draft | Entry] = []
        for draft in drafts_of(place):
            holding += [draft, *draft.entries.values()]
        edges = {day for each in holding for day in (each.valid_from, each.valid_until) if day is not None}
        around = {day + timedelta(days=offset) for day in edges for offset in (-1, 0, 1)}
        return sorted(day for day in around if day >= date(2017, 10, 1))

    @pytest.mark.parametrize("place", PLACES)
    def test_has_an_answer_to_every_entry(self, place: str) -> None:
        turns = self.turns(place)
        assert {date(2020, 12, 31), date(2021, 1, 1), date(2021, 7, 14), date(2021, 7, 15)} <= set(turns)
        for day in turns:
            for inside in (None, "kunyang"):
                book = SHELVES[place].on(day, inside=inside)
                assert [key for key in REGISTRY if not book.answers(key)] == []

    @pytest.mark.parametrize("place", PLACES)
    def test_has_limits_that_fit_each_other(self, place: str) -> None:
        for day in self.turns(place):
            book = SHELVES[place].on(day)
            send, at_most = book.limit("referral.send"), book.limit("referral.send_at_most")
            assert at_most.unit == send.unit
            assert at_most.amount >= send.amount

    def test_has_the_statute_from_its_first_day_and_practice_before(self) -> None:
        answers = {
            day: (entry.layer, entry.value)
            for day in (date(2017, 10, 1), date(2021, 7, 14), date(2021, 7, 15), TODAY)
            for entry in [SHELVES["fuling"].on(day).entry("referral.decide")]
        }
        ninety = Limit(90, "calendar_days")
        assert answers == {
            date(2017, 10, 1): ("platform", ninety),
            date(2021, 7, 14): ("platform", ninety),
            date(2021, 7, 15): ("national", ninety),
            TODAY: ("national", ninety),
        }
