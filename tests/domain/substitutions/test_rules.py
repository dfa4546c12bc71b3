"""Pure decisions on substitutions: who for whom, on which days, with which roles; over days at random."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.substitutions import queries, rules
from domain.substitutions.rules import Standing
from policies.vocabulary import ROLES

TODAY, TOMORROW = date(2026, 3, 10), date(2026, 3, 11)
A_DAY = timedelta(days=1)
LIN, ZHOU, TANG = UUID(int=1), UUID(int=2), UUID(int=3)
POSTS = [UUID(int=n) for n in range(1, 5)]
SHANGHAI = ZoneInfo("Asia/Shanghai")

some_days = st.dates(date(2026, 3, 1), date(2026, 3, 20))
some_instants = st.integers(0, 20 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
substitutions = st.builds(
    lambda absent, substitute, one, other: Standing(absent, substitute, min(one, other), max(one, other)),
    st.sampled_from(POSTS),
    st.sampled_from(POSTS),
    some_days,
    some_days,
)


def every_day(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


class TestWho:
    def test_may_be_anybody_else_for_anybody_and_the_appointing_head_too(self):
        rules.between(absent=LIN, substitute=ZHOU, appointing=LIN)
        rules.between(absent=TANG, substitute=ZHOU, appointing=LIN)

    @pytest.mark.parametrize(
        ("absent", "substitute", "refusal"),
        [(ZHOU, ZHOU, rules.ForOneself), (LIN, LIN, rules.ForOneself), (ZHOU, LIN, rules.AppointingOneself)],
        ids=["for oneself", "for oneself, by oneself", "by oneself"],
    )
    def test_is_nobody_for_themselves_and_nobody_by_themselves(self, absent, substitute, refusal):
        with pytest.raises(refusal) as refused:
            rules.between(absent=absent, substitute=substitute, appointing=LIN)
        assert refused.value.field == "substitute_id"

    def test_is_not_for_a_substitute_to_say(self):
        rules.by_own_right(lent=False)
        with pytest.raises(rules.NotLent):
            rules.by_own_right(lent=True)


class TestWhatIsLent:
    @given(st.sets(st.sampled_from(sorted(ROLES))))
    def test_is_never_oversight_nor_personnels(self, roles):
        kept = {"coordinator", "supervisor", "personnel"}
        if roles - kept:
            assert set(rules.lent(roles)) == roles - kept
        else:
            with pytest.raises(rules.NothingToLend):
                rules.lent(roles)


class TestDays:
    def test_begin_today_at_the_earliest(self):
        rules.lasts(TODAY, TODAY, today=TODAY, latest=TODAY)
        with pytest.raises(rules.InThePast) as refused:
            rules.lasts(TODAY, TOMORROW, today=TOMORROW, latest=date.max)
        assert refused.value.facts["earliest"] == "2026-03-11"

    def test_do_not_end_before_they_begin(self):
        with pytest.raises(rules.LastBeforeFirst):
            rules.lasts(TOMORROW, TODAY, today=TODAY, latest=date.max)

    @given(some_days, some_days)
    def test_last_from_the_first_instant_of_the_first_to_the_last_of_the_last(self, one, other):
        first, last = min(one, other), max(one, other)
        since, until = queries.instants(first, last, SHANGHAI)
        assert (since, until) == (
            datetime.combine(first, datetime.min.time(), SHANGHAI),
            datetime.combine(last, datetime.min.time(), SHANGHAI) + timedelta(hours=24),
        )
        assert queries.days(since, until, SHANGHAI) == (first, last)

    @pytest.mark.parametrize("first", [TODAY, queries.LATEST])
    def test_may_be_the_last_there_are(self, first):
        rules.lasts(first, date.max, today=TODAY, latest=queries.LATEST)
        since, until = queries.instants(first, date.max, SHANGHAI)
        assert queries.days(since, until, SHANGHAI) == (first, queries.LATEST)

    def test_do_not_begin_where_nothing_can_end(self):
        with pytest.raises(rules.TooFar):
            rules.lasts(queries.LATEST + A_DAY, date.max, today=TODAY, latest=queries.LATEST)

    @given(some_days, some_days, some_instants)
    def test_are_those_on_which_it_lives(self, one, other, now):
        first, last = min(one, other), max(one, other)
        since, until = queries.instants(first, last, SHANGHAI)
        found = rules.state(since=since, until=until, ended_at=None, posts_live=True, now=now)
        assert (found == "live") == (now.astimezone(SHANGHAI).date() in every_day(first, last))

    @given(some_days, st.booleans(), some_instants)
    def test_that_were_ended_or_whose_post_ended_never_live(self, day, ended, now):
        since, until = queries.instants(day, day + timedelta(days=5), SHANGHAI)
        found = rules.state(
            since=since, until=until, ended_at=since if ended else None, posts_live=ended, now=now
        )
        assert found == "ended" if ended else found in ("lapsed", "over")

    def test_need_a_post_that_is_still_held_when_they_begin(self):
        since, _ = queries.instants(TODAY, TODAY, SHANGHAI)
        rules.held(None, since=since, first=TODAY, field="absent_id")
        rules.held(since + timedelta(seconds=1), since=since, first=TODAY, field="absent_id")
        with pytest.raises(rules.PostEnds):
            rules.held(since, since=since, first=TODAY, field="absent_id")


class TestOthers:
    @given(st.lists(substitutions, max_size=12))
    def test_never_leave_two_for_a_post_on_one_day_and_refuse_nothing_else(self, wanted):
        kept: list[Standing] = []
        for each in wanted:
            taken = any(
                every_day(each.first, each.last) & every_day(other.first, other.last)
                and (each.absent_id == other.absent_id or each.substitute_id == other.substitute_id)
                for other in kept
            )
            try:
                rules.alone(each, known=kept)
            except (rules.HasASubstitute, rules.StandsInAlready):
                assert taken
            else:
                assert not taken
                kept.append(each)
        for post in POSTS:
            for side in ("absent_id", "substitute_id"):
                days = sorted((each.first, each.last) for each in kept if getattr(each, side) == post)
                assert all(before[1] < after[0] for before, after in pairwise(days))

    def test_are_told_by_their_days(self):
        known = [Standing(LIN, ZHOU, TODAY, TOMORROW)]
        with pytest.raises(rules.HasASubstitute) as refused:
            rules.alone(Standing(LIN, TANG, TOMORROW, TOMORROW), known=known)
        assert refused.value.facts == {"first": "2026-03-10", "last": "2026-03-11"}
        with pytest.raises(rules.StandsInAlready):
            rules.alone(Standing(TANG, ZHOU, TOMORROW, TOMORROW), known=known)


class TestEnding:
    def test_is_for_what_is_not_over(self):
        since, until = queries.instants(TODAY, TODAY, SHANGHAI)
        rules.endable(until=until, ended_at=None, now=since - timedelta(days=3))
        rules.endable(until=until, ended_at=None, now=since)
        for ended_at, now in ((since, since), (None, until)):
            with pytest.raises(rules.Over):
                rules.endable(until=until, ended_at=ended_at, now=now)
