"""What the five places say, against tables written by hand from their documents.

A row is an entry, what the document says, and where; what it says without fixing it stands in `MENTIONED`. Whatever a
place's document leaves open must be silent in its file: the tables of a place are complete. Pingyang, which has
Kunyang's rules, has its materials and its two readings in `test_places.py`.
"""

from datetime import date, timedelta

import pytest

from domain.rulebooks.aspects_of.management import MANAGEMENT
from domain.rulebooks.registry import REGISTRY
from domain.rulebooks.rules import Draft, Entry, Extension, Limit, Rulebook, Shelf, parse
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
        "二（三）",
    ),
    ("referral.send", DAYS_5, "二（三）"),
    ("referral.send_urgent", Limit(24, "hours"), "二（三）"),
    ("referral.stop_ongoing_first", True, "二（三）"),
    ("referral.receiving", "tell_from_arrival", "二（三）"),
    ("referral.tell", DAYS_5, "二（三）"),
    ("referral.return_allowed", False, "二（三）"),
    ("referral.passing_on_allowed", False, "二（三）"),
    ("referral.doubted", "ask_government", "二（三）"),
    ("referral.doubt_heard_by", "government", "二（三）"),
    ("alert.hazard_tells", "both", "二（五）"),
    ("alert.industry_tells", "both", "二（五）"),
    ("alert.regional_tells", "both", "二（五）"),
    ("supervision.township_asks", True, "二（二）"),
    ("staff.modes", ("stationed", "area_team"), "二（六）"),
    ("staff.establishment_kept", "home", "二（六）"),
    ("staff.only_empowered_items", "binds", "二（六）"),
    ("staff.together_with_host", True, "二（六）"),
]

XX = [
    ("referral.directions", ("township_to_department", "department_to_township"), "二（三）2"),
    ("referral.send", DAYS_3, "二（三）2"),
    ("referral.send_extension", Extension(True, Limit(10, "working_days"), True, True), "二（三）2"),
    ("referral.send_urgent", Limit(24, "hours"), "二（三）2"),
    ("referral.stop_ongoing_first", True, "二（三）2"),
    ("referral.head_approves", True, "二（三）2"),
    ("referral.named_party", "tenant_or_dispatched", "二（三）2"),
    ("referral.receiving", "tell_from_arrival", "二（三）2"),
    ("referral.tell", DAYS_5, "二（三）2"),
    ("referral.doubted", "negotiate", "二（三）4"),
    ("referral.doubt_heard_by", "supervision", "二（三）4"),
    ("deadlines.escalate_to", {"alert": "supervision", "referral": "supervision"}, "二（三）1"),
    ("catalogue.department_supervises", True, "二（一）"),
    ("supervision.support", DAYS_3, "二（二）2"),
    ("supervision.township_asks", True, "二（二）2"),
    ("liaison.officers", 1, "二（三）2"),
    ("liaison.unit_named", True, "二（三）2"),
    ("alert.hazard_tells", "department", "二（二）2"),
    ("alert.answer_owed", "notified", "二（二）2"),
    ("alert.meeting", "on_hazards", "二（二）2"),
    ("staff.modes", ("stationed", "itinerant"), "二（一）2"),
]

HUANCUI = [
    ("catalogue.empowerment_begins", "acceptance", "二（一）1"),
    ("catalogue.transition", 3, "二（五）12"),
    (
        "catalogue.reserved_decisions",
        ("lowering_qualification", "revoking_licence", "suspension_or_closure", "restricting_occupation"),
        "二（五）13",
    ),
    ("catalogue.department_supervises", True, "二（五）13"),
    ("catalogue.reserved_fine", 50_000, "二（五）13"),
    ("referral.doubted", "negotiate", "二（五）14"),
    ("referral.doubt_heard_by", "coordination", "二（五）14"),
    ("deadlines.escalate_to", {"alert": "coordination", "referral": "coordination"}, "二（五）11"),
    (
        "liaison.platform_departments",
        ("ziran", "zhujian", "nongye", "yingji", "shichang", "guihua"),
        "二（二）2",
    ),
    ("liaison.platform_officers", 1, "二（二）2"),
    ("liaison.platform_rank", "leader", "二（二）2"),
    ("patrol.hands_over_to", {"likoushan": "zhangcun"}, "二（五）13"),
    ("staff.modes", ("stationed", "area_team", "itinerant"), "二（四）7"),
    ("staff.establishment_kept", "host", "二（四）7"),
    ("staff.establishment_locked", True, "二（四）7"),
    ("discipline.failure", "host", "四（三）"),
    ("discipline.absence", "host", "四（三）"),
    ("discipline.benefits_withheld", True, "四（三）"),
    ("staff.front_modes", ("stationed", "area_team", "itinerant"), "二（四）7"),
    ("staff.share_below", 90, "二（四）7"),
    ("staff.centre_staff", 15, "二（二）3"),
    ("staff.reviewers_share", 5, "二（四）8"),
    ("staff.exchange_may", 3, "二（四）7"),
    ("staff.exchange_must", 6, "二（四）7"),
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
    ("catalogue.department_supervises", True, "3"),
    ("supervision.support", DAYS_5, "5"),
    ("supervision.township_asks", True, "5"),
    ("liaison.officers", 1, "12"),
    ("liaison.unit_named", True, "12"),
    ("deadlines.escalate_to", {"alert": "coordination", "referral": "coordination"}, "二（一）"),
    ("staff.modes", ("stationed", "area_team"), "6"),
    ("staff.establishment_kept", "home", "5"),
    ("staff.establishment_locked", True, "3"),
    ("staff.review_exempt_before", date(2018, 1, 1), "6"),
    ("discipline.failure", "host", "8"),
    ("discipline.complaint", "home", "8"),
    ("discipline.breach", "home", "8"),
    ("discipline.absence", "host", "8"),
    ("staff.share_below", 65, "3"),
    ("staff.leader_posts", ("中层", "队长"), "4"),
]

# Yangxin's plan fixes nothing that a referral or an alert could run by.
YANGXIN = [("staff.certificate_needs_establishment", True, "四（二）1")]

TABLES = {"fuling": FULING, "xx": XX, "pingyang": PINGYANG, "yangxin": YANGXIN, "huancui": HUANCUI}
ROWS = [(place, *row) for place, table in TABLES.items() for row in table]
LISTING_MATERIALS = {"fuling", "xx", "pingyang"}

MENTIONED = {
    "pingyang": [("referral.decide", "by_statute", "8"), ("alert.answer", "promptly", "5")],
    "fuling": [("referral.decide", "by_statute", "二（三）")],
    "xx": [("alert.answer", "promptly", "二（二）2")],
    "yangxin": [("referral.directions", "to_be_arranged", "四（一）2")],
    "huancui": [
        ("referral.directions", "to_be_arranged", "二（五）13"),
        ("referral.send", "promptly", "二（五）13"),
        ("referral.settle_doubt", "promptly", "二（五）11"),
        ("supervision.support", "promptly", "二（五）15"),
    ],
}
ALL_MENTIONED = [(place, *row) for place, table in MENTIONED.items() for row in table]


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
        listed = {"referral.materials"} if place in LISTING_MATERIALS else set()
        assert said_by(place) == {key for key, _, _ in TABLES[place]} | listed


class TestMentions:
    """What a document says without fixing it stands beside the answer of the layer below, with its article."""

    @pytest.mark.parametrize(("place", "key", "says", "article"), ALL_MENTIONED)
    def test_stand_beside_the_answer_from_below(self, place: str, key: str, says: str, article: str) -> None:
        entry = of(place).entry(key)
        (mention,) = entry.mentioned
        assert (mention.layer, mention.says, mention.article) == ("county", says, article)
        assert entry.layer in ("national", "platform")
        assert entry.silent == (() if entry.layer == "platform" else ("platform",))

    @pytest.mark.parametrize("place", PLACES)
    def test_are_complete(self, place: str) -> None:
        mentioned = {key for key in REGISTRY if of(place).entry(key).mentioned}
        assert mentioned == {key for key, _, _ in MENTIONED[place]}

    def test_are_cited_with_what_answers(self) -> None:
        assert of("huancui").cited("referral.send") == (
            "平台默认规则（惯例，非法律规定） 1"
            "（威海市环翠区赋予镇（街道）行政执法权试点增强基层行政执法能力的实施方案 二（五）13：及时（未定期限））"
        )
        assert of("yangxin").cited("referral.send") == "平台默认规则（惯例，非法律规定） 1"


class TestSilence:
    @pytest.mark.parametrize(
        ("place", "key", "value"),
        [
            # Nobody names a limit for settling a doubt, nor one for taking in.
            *((place, "referral.settle_doubt", DAYS_5) for place in PLACES if place != "huancui"),
            *((place, "referral.take_in", Limit(2, "working_days")) for place in PLACES),
            # Fuling and the city want no report of the outcome within a limit; nothing is extended but in the city.
            ("fuling", "referral.outcome", Limit(7, "working_days")),
            ("xx", "referral.outcome", Limit(7, "working_days")),
            ("fuling", "referral.send_extension", Extension(False)),
            ("pingyang", "referral.send_extension", Extension(False)),
            ("pingyang", "referral.send_urgent", Limit(24, "hours")),
            ("xx", "referral.passing_on_allowed", False),
            ("xx", "referral.return_allowed", True),
            ("fuling", "referral.head_approves", True),
            ("fuling", "referral.named_party", "tenant_only"),
            ("fuling", "alert.hot_spot_tells", "either"),
            ("xx", "alert.regional_tells", "either"),
            # Yangxin has no clock of its own, Huancui none with a number.
            *((place, "referral.tell", Limit(2, "working_days")) for place in ("yangxin", "huancui")),
            *((place, "referral.verify", DAYS_5) for place in ("yangxin", "huancui")),
            *((place, "referral.outcome", Limit(7, "working_days")) for place in ("yangxin", "huancui")),
            ("yangxin", "referral.send", DAYS_5),
            ("yangxin", "referral.doubted", "coordinate"),
            ("yangxin", "referral.doubt_heard_by", "coordination"),
            ("yangxin", "staff.modes", ("stationed", "area_team", "itinerant")),
            ("huancui", "referral.stop_ongoing_first", False),
            ("huancui", "alert.hazard_tells", "either"),
            # No document has a township answer by a day, and only two a department.
            *((place, "supervision.answer", DAYS_5) for place in PLACES),
            *((place, "supervision.support", DAYS_5) for place in ("fuling", "yangxin")),
        ],
    )
    def test_is_filled_by_the_platform_which_says_so(self, place: str, key: str, value: object) -> None:
        entry = of(place).entry(key)
        assert (entry.value, entry.layer, entry.silent) == (value, "platform", ("county",))
        assert of(place).cited(key).startswith("平台默认规则（惯例，非法律规定） ")

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
        admits_all = set(of(place).texts("referral.directions")) == every
        assert admits_all == (place in {"pingyang", "yangxin", "huancui"})


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
            ("xx", "referral.doubted", "coordinate", "二（三）3"),
            ("xx", "referral.named_party", "tenant_only", "二（三）2"),
            ("pingyang", "referral.passing_on_allowed", False, "8"),
            ("pingyang", "referral.doubt_heard_by", "supervision", "10"),
            ("huancui", "referral.doubted", "coordinate", "二（五）11"),
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
        ("place", "number", "dated"),
        [("yangxin", None, date(2022, 6, 20)), ("huancui", "威环政发〔2024〕2号", date(2024, 5, 5))],
    )
    def test_of_the_plans_are_the_plans(self, place: str, number: str | None, dated: date) -> None:
        (mention,) = of(place).entry("referral.directions").mentioned
        assert (mention.document.number, mention.document.dated, mention.document.place) == (
            number,
            dated,
            place,
        )

    @pytest.mark.parametrize(
        ("place", "first"),
        [
            ("fuling", date(2024, 1, 13)),
            ("xx", date(2022, 1, 1)),
            ("pingyang", date(2022, 11, 8)),
            ("yangxin", date(2022, 6, 20)),
            ("huancui", date(2024, 5, 5)),
        ],
    )
    def test_apply_from_their_first_day(self, place: str, first: date) -> None:
        def said_on(day: date) -> set[str]:
            entries = [SHELVES[place].on(day).entry(key) for key in REGISTRY]
            return {entry.key for entry in entries if entry.layer == "county" or entry.mentioned}

        assert not said_on(first - timedelta(days=1))
        assert said_on(first)


class TestPowers:
    @pytest.mark.parametrize(
        ("place", "article"),
        [("pingyang", "6"), ("fuling", "二（六）"), ("xx", "二（一）2"), ("huancui", "二（四）7")],
    )
    def test_let_home_and_host_read_the_register_where_both_manage(self, place: str, article: str) -> None:
        (power,) = [
            power for draft in drafts_of(place) for power in draft.powers if power.aspect == "register"
        ]
        powers = [power for draft in drafts_of(place) for power in draft.powers]
        (power,) = [power for power in powers if power.aspect == "register"]
        assert (power.aspect, power.action, power.side, power.article) == (
            "register",
            "read",
            "both",
            article,
        )
        assert power.note
        assert power.note.startswith("由条文推出：")

    @pytest.mark.parametrize(
        ("place", "attendance", "leave", "night_duty"),
        [
            ("pingyang", "host", "host", "host"),
            ("huancui", "host", "host", "host"),
            ("xx", "both", "host", "host"),
            # Only leave, which goes with appraisal and pay; of the rest the notice says nothing.
            ("fuling", "home", "home", "home"),
            ("yangxin", "home", "home", "home"),
        ],
    )
    def test_say_whose_the_days_of_the_seconded_are(
        self, place: str, attendance: str, leave: str, night_duty: str
    ) -> None:
        found = of(place)
        assert {
            aspect: found.the_power(aspect, action).side
            for aspect, action in (("attendance", "record"), ("leave", "decide"), ("night_duty", "plan"))
        } == {"attendance": attendance, "leave": leave, "night_duty": night_duty}
        # Why somebody asks for leave is for whoever decides alone: who reads it is nobody's to split.
        assert [power.action for power in found.powers() if power.aspect == "leave"] == ["decide"]
        assert found.the_power("leave", "decide").roles == ("head",)

    def test_of_a_county_go_before_the_platform_s(self) -> None:
        found = of("fuling")
        assert found.the_power("leave", "decide").document.place == "fuling"
        assert found.the_power("night_duty", "plan").document.place == "platform"
        # What the county gives to the host, the platform's default does not give to the home as well.
        assert {
            permit.relation
            for permit in of("pingyang").permits()
            if (permit.resource, permit.action) == ("leave.request", "decide")
        } == {"host"}

    def test_are_split_by_nobody_in_yangxin(self) -> None:
        assert drafts_of("yangxin")[-1].powers == ()
        # Nobody there reads the register but by the platform's own rows.
        assert not [permit for permit in of("yangxin").permits() if permit.resource == "secondment.entry"]

    @pytest.mark.parametrize(
        ("place", "aspect", "decides", "other_side", "article"),
        [
            ("pingyang", "guidance", "home", None, "6"),
            ("pingyang", "daily_management", "host", None, "6"),
            ("pingyang", "everyday_appraisal", "host", None, "8"),
            ("pingyang", "target_appraisal", "host", None, "8"),
            ("pingyang", "party_relations", "host", None, "5"),
            ("pingyang", "discipline", "host", "copied", "8"),
            ("pingyang", "appointment", "both", None, "4"),
            ("fuling", "guidance", "home", None, "二（六）"),
            ("fuling", "everyday_appraisal", "home", None, "二（六）"),
            ("fuling", "target_appraisal", "home", None, "二（六）"),
            ("fuling", "pay", "home", None, "二（六）"),
            ("huancui", "guidance", "home", None, "二（四）7"),
            ("huancui", "daily_management", "host", None, "二（四）7"),
            ("huancui", "everyday_appraisal", "host", None, "二（四）7"),
            ("huancui", "property", "host", None, "二（四）7"),
            ("huancui", "appointment", "home", "heard", "二（四）7"),
            ("huancui", "recall", "home", "consents", "二（四）7"),
            ("huancui", "borrowing", "home", "consents", "二（四）7"),
            ("xx", "guidance", "home", None, "二（一）1"),
            ("xx", "daily_management", "host", None, "二（一）2"),
            ("xx", "everyday_appraisal", "host", None, "二（一）2"),
        ],
    )
    def test_say_who_decides_as_the_document_splits_it(
        self, place: str, aspect: str, decides: str, other_side: str | None, article: str
    ) -> None:
        power = in_force(place).power(aspect, "decide", "stationed")
        assert power is not None
        assert (power.side, power.article, power.layer) == (decides, article, "county")
        said = {part: getattr(power.procedure, part) for part in ("heard", "consents", "copied")}
        other = {"home": "host", "host": "home"}.get(decides)
        assert said == {"heard": None, "consents": None, "copied": None} | (
            {other_side: other} if other_side else {}
        )

    @pytest.mark.parametrize("aspect", ["daily_management", "everyday_appraisal", "target_appraisal"])
    def test_have_itinerant_teams_managed_and_appraised_by_both_in_the_city(self, aspect: str) -> None:
        decide = {
            mode: power.side if (power := in_force("xx").power(aspect, "decide", mode)) else None
            for mode in ("stationed", "itinerant")
        }
        assert decide == {"stationed": "host", "itinerant": "both"}

    @pytest.mark.parametrize("place", ["pingyang", "fuling", "xx", "yangxin"])
    def test_leave_recall_to_the_platforms_practice_where_the_document_is_silent(self, place: str) -> None:
        power = in_force(place).power("recall", "decide", "stationed")
        assert power is not None
        assert (power.layer, power.side, power.asks) == ("platform", "home", "opinion")
        assert power.note
        assert power.note.startswith("惯例")

    @pytest.mark.parametrize("place", ["pingyang", "fuling", "xx", "huancui", "yangxin"])
    def test_leave_no_aspect_of_management_without_an_answer(self, place: str) -> None:
        decided = {power.aspect for power in in_force(place).powers() if power.action == "decide"}
        assert decided >= set(MANAGEMENT)


def in_force(place: str) -> Rulebook:
    """The rules of a place on a day on which all of the texts are in force."""
    return SHELVES[place].on(date(2026, 3, 10))


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
            send, extension = book.limit("referral.send"), book.extension("referral.send_extension")
            if extension.at_most is not None:
                assert extension.at_most.unit == send.unit
                assert extension.at_most.amount >= send.amount

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
