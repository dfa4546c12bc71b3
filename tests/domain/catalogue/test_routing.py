"""Whose a matter is, against an oracle that knows neither stretches nor sorting, and the transition day by day.

The oracle walks single days: a township holds a power on a day or it does not, and the days before it on which it held the
power without a gap tell how long. Of the code under test it takes the names of facts and nothing that decides.
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from domain.catalogue.routing import (
    Duty,
    Entrusted,
    Facts,
    Grant,
    Reason,
    Ruled,
    competent,
    months_after,
)
from domain.catalogue.rules import Version

TRANSPORT, AGRICULTURE, KUNYANG = UUID(int=1), UUID(int=2), UUID(int=3)
DAY = timedelta(days=1)
BEGIN = date(2026, 1, 1)
RULED = Ruled(
    signing_needed=True, transition_months=3, reserved=frozenset({"revoking_licence"}), reserved_fine=50_000
)
LISTED = Version(date(2020, 1, 1), None, TRANSPORT, frozenset({"penalty", "inspection"}))
ALL = frozenset({"penalty", "inspection", "compulsion"})
GRANT = Grant("公告1号", frozenset({"penalty"}), date(2026, 11, 30), signed_on=date(2026, 11, 30))


def ask(facts, day, *, decision="penalty", fine=None, ruled=RULED, township=KUNYANG):
    return competent(facts, township_id=township, day=day, decision=decision, fine=fine, ruled=ruled)


def because(answer):
    return [reason.because for reason in answer.chain]


class TestSupervision:
    SUPERVISED = replace(RULED, supervision="办法 3")
    AFTERWARDS = date(2027, 4, 1)

    def test_stays_with_the_department_of_what_the_township_holds_or_was_entrusted_with(self):
        empowered = ask(Facts([LISTED], [GRANT]), self.AFTERWARDS, ruled=self.SUPERVISED)
        by_agreement = Entrusted("委托", TRANSPORT, ALL, BEGIN, date(2030, 1, 1))
        entrusted = ask(Facts([LISTED], [], [by_agreement]), self.AFTERWARDS, ruled=self.SUPERVISED)
        for answer in (empowered, entrusted):
            assert (answer.body_id, answer.supervised_by) == (KUNYANG, TRANSPORT)
            assert answer.supervision == "办法 3"

    def test_is_nobodys_besides_where_the_department_acts_itself_or_the_place_says_no(self):
        for facts, ruled in (
            (Facts([LISTED]), self.SUPERVISED),
            (Facts(duties=[Duty("三定", KUNYANG, BEGIN, None)]), self.SUPERVISED),
            (Facts([LISTED], [GRANT]), RULED),
        ):
            answer = ask(facts, self.AFTERWARDS, ruled=ruled)
            assert (answer.supervised_by, answer.supervision) == (None, None)


class TestTheTransition:
    @pytest.mark.parametrize(
        ("begins", "last"),
        [
            (date(2026, 11, 30), date(2027, 2, 28)),
            (date(2027, 11, 30), date(2028, 2, 29)),
            (date(2026, 1, 15), date(2026, 4, 15)),
            (date(2026, 12, 31), date(2027, 3, 31)),
            (date(2026, 8, 31), date(2026, 11, 30)),
            (date(2026, 10, 1), date(2027, 1, 1)),
        ],
    )
    def test_ends_with_the_same_day_of_the_month_or_its_last(self, begins, last):
        facts = Facts([LISTED], [replace(GRANT, since=begins, signed_on=begins)])
        assert ask(facts, begins - DAY).body_id == TRANSPORT
        day = begins
        while day <= last:
            answer = ask(facts, day)
            assert (answer.body_id, answer.chain[-1]) == (TRANSPORT, Reason("transition", day=last)), day
            day += DAY
        for _ in range(400):
            assert ask(facts, day).body_id == KUNYANG, day
            day += DAY

    def test_begins_when_the_township_signs_where_signing_is_needed(self):
        facts = Facts([LISTED], [replace(GRANT, signed_on=date(2027, 1, 10))])
        assert because(ask(facts, date(2027, 1, 9))) == ["listed", "unsigned"]
        assert ask(facts, date(2027, 4, 10)).chain[-1] == Reason("transition", day=date(2027, 4, 10))
        assert ask(facts, date(2027, 4, 11)).body_id == KUNYANG

    def test_advises_to_sign_only_what_was_not_signed_since(self):
        unsigned = Facts([LISTED], [replace(GRANT, signed_on=None)])
        assert ask(unsigned, date(2027, 1, 9)).advice == ("sign",)
        signed_later = Facts([LISTED], [replace(GRANT, signed_on=date(2027, 1, 10))])
        assert ask(signed_later, date(2027, 1, 9)).advice == ()

    def test_begins_with_the_notice_where_the_notice_decides(self):
        facts = Facts([LISTED], [replace(GRANT, signed_on=None)])
        by_notice = replace(RULED, signing_needed=False)
        assert ask(facts, date(2027, 2, 28), ruled=by_notice).body_id == TRANSPORT
        assert ask(facts, date(2027, 3, 1), ruled=by_notice).body_id == KUNYANG

    def test_is_none_where_the_place_has_none(self):
        facts = Facts([LISTED], [GRANT])
        assert ask(facts, date(2026, 11, 30), ruled=replace(RULED, transition_months=0)).body_id == KUNYANG

    def test_does_not_begin_anew_with_a_list_that_goes_on_where_another_ends(self):
        moved = date(2028, 5, 1)
        one = replace(GRANT, member_since=GRANT.since, member_until=moved)
        other = replace(one, source="公告2号", member_since=moved, member_until=None)
        assert ask(Facts([LISTED], [one, other]), moved).body_id == KUNYANG
        later = replace(other, member_since=moved + DAY)
        assert ask(Facts([LISTED], [one, later]), moved).body_id == TRANSPORT
        assert because(ask(Facts([LISTED], [one, later]), moved + DAY))[-1] == "transition"

    def test_of_no_months_at_all_counts_from_the_day_itself(self):
        assert months_after(date(2026, 5, 31), 0) == date(2026, 5, 31)
        assert months_after(date(2026, 5, 31), 13) == date(2027, 6, 30)


class TestWhatStaysWithTheDepartment:
    LONG_AFTER = date(2028, 1, 1)
    FACTS = Facts([LISTED], [GRANT])

    def test_are_the_decisions_that_the_place_reserves(self):
        answer = ask(self.FACTS, self.LONG_AFTER, decision="revoking_licence")
        assert (answer.body_id, because(answer)) == (TRANSPORT, ["listed", "empowered", "reserved"])
        assert answer.advice == ("refer_in_time",)

    @pytest.mark.parametrize(("fine", "whose"), [(49_999, KUNYANG), (50_000, TRANSPORT), (50_001, TRANSPORT)])
    def test_are_fines_of_an_amount_and_more(self, fine, whose):
        assert ask(self.FACTS, self.LONG_AFTER, decision="fine", fine=fine).body_id == whose

    @pytest.mark.parametrize("decision", ["penalty", "confiscation"])
    def test_are_such_fines_whatever_else_they_come_with(self, decision):
        answer = ask(self.FACTS, self.LONG_AFTER, decision=decision, fine=50_000)
        assert (answer.body_id, because(answer)) == (TRANSPORT, ["listed", "empowered", "reserved_fine"])
        assert ask(self.FACTS, self.LONG_AFTER, decision=decision, fine=49_999).body_id == KUNYANG

    def test_are_never_said_to_be_reserved_where_the_township_was_given_nothing(self):
        for asked in ({"decision": "revoking_licence"}, {"decision": "fine", "fine": 50_000}):
            answer = ask(Facts([LISTED]), self.LONG_AFTER, **asked)
            assert (answer.body_id, answer.advice) == (TRANSPORT, ())
            assert because(answer) == ["listed", "not_empowered"]

    def test_may_come_out_later_and_is_then_to_be_referred_in_time(self):
        for decision in ("penalty", "fine"):
            answer = ask(self.FACTS, self.LONG_AFTER, decision=decision)
            assert (answer.body_id, answer.advice) == (KUNYANG, ("refer_in_time",))
        assert ask(self.FACTS, self.LONG_AFTER, decision="warning").advice == ()

    def test_are_powers_that_were_not_given(self):
        assert because(ask(self.FACTS, self.LONG_AFTER, decision="inspection")) == ["listed", "not_empowered"]

    def test_is_what_arises_after_a_recall_and_not_what_arose_before(self):
        facts = Facts([LISTED], [replace(GRANT, recalled_from=date(2028, 1, 1))])
        assert ask(facts, date(2027, 12, 31)).body_id == KUNYANG
        answer = ask(facts, date(2028, 1, 1))
        assert (answer.body_id, because(answer)) == (TRANSPORT, ["listed", "recalled"])


class TestWhatIsNotHeld:
    """What a township is told that does not hold the power: the nearest that it has come to it."""

    JOINED, LEFT = date(2027, 1, 1), date(2028, 1, 1)
    MEMBER = replace(GRANT, member_since=JOINED, member_until=LEFT, signed_on=GRANT.since)

    @pytest.mark.parametrize(
        ("grant", "day", "reason"),
        [
            (replace(GRANT, member_since=date(2020, 1, 1)), date(2026, 11, 29), ("not_yet", GRANT.since)),
            (MEMBER, JOINED - DAY, ("not_yet", JOINED)),
            (replace(MEMBER, signed_on=None), JOINED, ("unsigned", JOINED)),
            (MEMBER, LEFT, ("left_class", LEFT)),
            (MEMBER, LEFT + 400 * DAY, ("left_class", LEFT)),
            (replace(MEMBER, recalled_from=date(2027, 6, 1)), LEFT, ("recalled", date(2027, 6, 1))),
            (replace(MEMBER, recalled_from=LEFT + DAY), LEFT + DAY, ("left_class", LEFT)),
            # It had left before there was anything to have.
            (replace(MEMBER, since=LEFT), LEFT + DAY, ("not_empowered", None)),
            (replace(MEMBER, since=LEFT + 9 * DAY), LEFT, ("not_empowered", None)),
        ],
    )
    def test_is_said_with_its_day(self, grant, day, reason):
        answer = ask(Facts([LISTED], [grant]), day)
        assert answer.body_id == TRANSPORT
        assert [(each.because, each.day) for each in answer.chain[1:]] == [reason]

    def test_was_lost_with_one_class_and_comes_again_with_another(self):
        other = replace(self.MEMBER, source="公告2号", member_since=date(2028, 6, 1), member_until=None)
        answer = ask(Facts([LISTED], [self.MEMBER, other]), self.LEFT)
        assert [(each.because, each.day) for each in answer.chain[1:]] == [
            ("left_class", self.LEFT),
            ("not_yet", date(2028, 6, 1)),
        ]


class TestEntrustment:
    ENTRUSTED = Entrusted("委托1号", TRANSPORT, frozenset({"penalty"}), date(2026, 1, 1), date(2027, 1, 1))

    def test_lets_the_township_act_in_the_departments_name(self):
        answer = ask(Facts([LISTED], entrusted=[self.ENTRUSTED]), date(2026, 5, 1))
        assert (answer.body_id, answer.in_the_name_of) == (KUNYANG, TRANSPORT)
        assert answer.chain[-1].source == "委托1号"

    def test_does_not_reach_what_the_place_reserves(self):
        facts = Facts([LISTED], entrusted=[self.ENTRUSTED])
        answer = ask(facts, date(2026, 5, 1), decision="revoking_licence")
        assert (answer.body_id, because(answer)) == (TRANSPORT, ["listed", "not_empowered", "reserved"])

    def test_ends_on_its_day(self):
        facts = Facts([LISTED], entrusted=[self.ENTRUSTED])
        assert ask(facts, date(2026, 12, 31)).body_id == KUNYANG
        assert ask(facts, date(2027, 1, 1)).body_id == TRANSPORT

    def test_is_never_of_a_compulsory_measure_whatever_somebody_wrote(self):
        facts = Facts([replace(LISTED, powers=ALL)], entrusted=[replace(self.ENTRUSTED, powers=ALL)])
        assert ask(facts, date(2026, 5, 1), decision="compulsory_measure").body_id == TRANSPORT

    def test_is_of_the_department_that_made_it_alone(self):
        facts = Facts([replace(LISTED, department_id=AGRICULTURE)], entrusted=[self.ENTRUSTED])
        assert ask(facts, date(2026, 5, 1)).body_id == AGRICULTURE


class TestWhatIsOnNoList:
    def test_is_whose_the_duty_list_says(self):
        facts = Facts(duties=[Duty("三定规定", AGRICULTURE, BEGIN, None)])
        answer = ask(facts, BEGIN)
        assert (answer.body_id, because(answer)) == (AGRICULTURE, ["unlisted", "duty"])

    def test_is_a_townships_in_that_township_alone(self):
        own = Duty("镇清单", KUNYANG, BEGIN, date(2026, 6, 1), of_a_township=True)
        general = Duty("三定规定", AGRICULTURE, date(2026, 3, 1), None)
        elsewhere = UUID(int=4)
        for duties, township, day, whose in (
            ([own], KUNYANG, BEGIN, KUNYANG),
            ([own], elsewhere, BEGIN, None),
            ([own], None, BEGIN, None),
            ([own, general], KUNYANG, date(2026, 3, 1), KUNYANG),
            ([own, general], elsewhere, date(2026, 3, 1), AGRICULTURE),
            ([own, general], None, date(2026, 3, 1), AGRICULTURE),
            ([own, general], KUNYANG, date(2026, 6, 1), AGRICULTURE),
        ):
            assert ask(Facts(duties=duties), day, township=township).body_id == whose, (township, day)

    def test_is_nobodys_otherwise_and_the_government_is_asked(self):
        for facts in (Facts(), Facts(duties=[Duty("三定规定", AGRICULTURE, BEGIN, date(2026, 3, 1))])):
            answer = ask(facts, date(2026, 3, 1))
            assert (answer.body_id, answer.advice) == (None, ("ask_government",))

    def test_is_so_before_its_first_version_and_after_its_last_day(self):
        facts = Facts([replace(LISTED, since=BEGIN, until=date(2026, 6, 1))])
        assert ask(facts, BEGIN - DAY).body_id is None
        assert ask(facts, date(2026, 5, 31)).body_id == TRANSPORT
        assert ask(facts, date(2026, 6, 1)).body_id is None

    def test_or_carries_no_such_power_is_asked_of_the_department(self):
        answer = ask(Facts([LISTED]), BEGIN, decision="compulsory_measure")
        assert (answer.body_id, answer.advice) == (None, ("ask_department",))


class TestAgainstTheOracle:
    """Random catalogues over a year and a half, every question asked of every third day."""

    @pytest.mark.parametrize("number", range(60))
    def test_the_answers_are_the_same(self, number, seed):
        random = Random(seed + number)
        facts, ruled = a_catalogue(random)
        for offset in range(0, 560, 3):
            day = BEGIN + offset * DAY
            decision = random.choice(
                ["penalty", "fine", "inspection", "compulsory_measure", "revoking_licence"]
            )
            fine = random.choice([None, 1, 49_999, 50_000])
            township = random.choice([KUNYANG, KUNYANG, KUNYANG, None])
            answer = ask(facts, day, decision=decision, fine=fine, ruled=ruled, township=township)
            expected = oracle(facts, day, decision, fine, ruled, township)
            assert (answer.body_id, answer.in_the_name_of) == expected, (day, decision, fine, facts)

    def test_would_notice_a_transition_that_is_a_day_too_short(self, seed):
        """The worlds reach the edges: an oracle whose transition lacks its last day disagrees somewhere."""
        worlds = (a_catalogue(Random(seed + number)) for number in range(60))
        assert any(
            oracle(facts, day, "penalty", None, ruled, KUNYANG)
            != oracle(facts, day, "penalty", None, ruled, KUNYANG, short=True)
            for facts, ruled in worlds
            for day in (BEGIN + offset * DAY for offset in range(560))
        )


def some_day(random):
    return BEGIN + random.randrange(500) * DAY


def maybe(random, value):
    return value if random.random() < 0.6 else None


def a_catalogue(random):
    versions = [
        Version(
            since,
            maybe(random, since + random.randrange(1, 400) * DAY),
            random.choice([TRANSPORT, AGRICULTURE]),
            random.choice([ALL, frozenset({"penalty"}), frozenset({"penalty", "inspection"})]),
        )
        for since in sorted({some_day(random) - 200 * DAY for _ in range(random.randrange(1, 4))})
    ]
    grants = []
    for number in range(random.randrange(5)):
        member = maybe(random, some_day(random))
        grants.append(
            Grant(
                f"公告{number}号",
                random.choice([ALL, frozenset({"penalty"}), frozenset({"inspection"})]),
                some_day(random) - 60 * DAY,
                member_since=member,
                member_until=None
                if member is None
                else maybe(random, member + random.randrange(1, 200) * DAY),
                signed_on=maybe(random, some_day(random) - 60 * DAY),
                recalled_from=maybe(random, some_day(random)) if random.random() < 0.3 else None,
            )
        )
    entrusted = [
        Entrusted("委托", random.choice([TRANSPORT, AGRICULTURE]), ALL, since, since + 90 * DAY)
        for since in [some_day(random) for _ in range(random.randrange(2))]
    ]
    duties = [
        Duty("三定", random.choice([TRANSPORT, KUNYANG]), since, maybe(random, since + 100 * DAY))
        for since in sorted({some_day(random) for _ in range(random.randrange(3))})
    ]
    ruled = Ruled(
        signing_needed=random.random() < 0.5,
        transition_months=random.choice([0, 1, 3]),
        reserved=frozenset({"revoking_licence"}),
        reserved_fine=50_000,
    )
    return Facts(versions, grants, entrusted, duties), ruled


def the_one(entries, day):
    """Which of these holds: step back day by day to the one that begins there."""
    back = day
    while back >= BEGIN - 400 * DAY:
        for each in entries:
            if each.since == back:
                return None if each.until is not None and day >= each.until else each
        back -= DAY
    return None


def holds(grants, power, day, ruled):
    for grant in grants:
        given = power in grant.powers and day >= grant.since
        within = (grant.member_since is None or day >= grant.member_since) and (
            grant.member_until is None or day < grant.member_until
        )
        signed = not ruled.signing_needed or (grant.signed_on is not None and day >= grant.signed_on)
        kept = grant.recalled_from is None or day < grant.recalled_from
        if given and within and signed and kept:
            return True
    return False


def oracle(facts, day, decision, fine, ruled, township, *, short=False):
    version = the_one(facts.versions, day)
    if version is None:
        duty = the_one(facts.duties, day)
        return (None if duty is None else duty.body_id), None
    power = {"inspection": "inspection", "compulsory_measure": "compulsion"}.get(decision, "penalty")
    if power not in version.powers:
        return None, None
    department = version.department_id
    too_much = power == "penalty" and (fine or 0) >= 50_000
    if township is None or decision == "revoking_licence" or too_much:
        return department, None
    if holds(facts.grants, power, day, ruled):
        first = day
        while holds(facts.grants, power, first - DAY, ruled):
            first -= DAY
        if ruled.transition_months == 0 or day > the_same_day(first, ruled.transition_months) - short * DAY:
            return township, None
    for each in facts.entrusted:
        if power != "compulsion" and each.department_id == department and each.since <= day < each.until:
            return township, department
    return department, None


def the_same_day(first, months):
    """The day of the same number so many months on, found by walking; the month's last where there is none."""
    day, passed = first, 0
    while passed < months or not (day.day == first.day or (day + DAY).day == 1):
        day += DAY
        passed += day.day == 1
    return day
