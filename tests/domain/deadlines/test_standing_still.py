"""What a suspension gives back: against what was left when the clock stopped, counted by walking, and in worked stories.

The walk shares nothing with the code: it lists what was left day by day and spends it day by day. How a suspension is
stored and who may begin one is not verified here.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.deadlines.rules import OfficeHours, Suspension
from domain.rulebooks.values import Limit
from tests.domain.calendars import notices_by_hand as by_hand
from tests.domain.deadlines.test_plan import (
    LAST_TICK,
    TO_CLOSING,
    TO_MIDNIGHT,
    calendar_days,
    hours,
    instants,
    local,
    naive_due,
    offices,
    planned,
    rungs,
    working_days,
)

ONE_DAY = timedelta(days=1)


def stood_still(*stretches: tuple[str, str]) -> list[Suspension]:
    return [Suspension(local(since), local(until)) for since, until in stretches]


class TestAWeekInMarch:
    """Monday 2 March 2026, five working days: 3, 4, 5, 6 and 9 March."""

    STARTED = "2026-03-02 10:00"

    def due(self, *stretches: tuple[str, str], office: OfficeHours = TO_MIDNIGHT) -> str:
        of = planned(working_days(5), self.STARTED, suspensions=stood_still(*stretches), office_hours=office)
        return f"{of.due_at.astimezone(office.zone):%m-%d %H:%M}"

    def test_the_day_on_which_it_goes_on_takes_the_place_of_the_one_on_which_it_stopped(self) -> None:
        # Stopped on Wednesday with four days left, Wednesday among them; goes on on Friday: 6, 9, 10, 11.
        assert self.due(("2026-03-04 15:00", "2026-03-06 09:00")) == "03-11 23:59"

    def test_a_weekend_gives_nothing_back(self) -> None:
        assert self.due(("2026-03-07 09:00", "2026-03-08 22:00")) == self.due()
        assert self.due(("2026-03-06 23:00", "2026-03-09 01:00")) == "03-10 23:59"

    def test_stopped_and_resumed_on_one_day_changes_nothing(self) -> None:
        assert self.due(("2026-03-04 00:00", "2026-03-04 23:59")) == self.due()

    def test_stopped_on_the_last_day_leaves_that_day(self) -> None:
        assert self.due(("2026-03-09 23:00", "2026-03-16 08:00")) == "03-16 23:59"

    def test_going_on_on_a_rest_day_leaves_the_next_working_day(self) -> None:
        assert self.due(("2026-03-09 09:00", "2026-03-14 12:00")) == "03-16 23:59"

    def test_stopped_on_the_day_it_began_gives_that_day_back_too(self) -> None:
        assert self.due(("2026-03-02 11:00", "2026-03-04 11:00")) == "03-11 23:59"

    def test_several_suspensions_add_up(self) -> None:
        assert (
            self.due(("2026-03-03 09:00", "2026-03-04 09:00"), ("2026-03-05 09:00", "2026-03-09 09:00"))
            == "03-12 23:59"
        )

    def test_a_day_belongs_to_the_time_in_which_it_closes(self) -> None:
        after_closing = ("2026-03-04 18:00", "2026-03-05 09:00")
        assert self.due(after_closing, office=TO_CLOSING) == "03-09 17:30"
        assert self.due(after_closing) == "03-10 23:59"

    def test_what_was_overdue_stays_overdue_by_as_much(self) -> None:
        # Stopped on the 11th, two working days late; going on on the 18th it is two working days late.
        assert self.due(("2026-03-11 09:00", "2026-03-18 09:00")) == "03-16 23:59"

    def test_over_a_holiday_gives_back_its_make_up_workdays(self) -> None:
        # Stopped on Friday 13 February; the 14th is worked, then the festival lasts to the 23rd.
        of = planned(
            working_days(5),
            "2026-02-11 10:00",
            suspensions=stood_still(("2026-02-13 10:00", "2026-02-24 10:00")),
        )
        assert of.due_at == local(f"2026-02-27 {LAST_TICK}")

    def test_moves_the_rungs_along(self) -> None:
        of = planned(
            working_days(5),
            self.STARTED,
            suspensions=stood_still(("2026-03-04 15:00", "2026-03-06 09:00")),
        )
        assert rungs(of) == {
            "warn": "2026-03-10 08:30",
            "due": "2026-03-11 08:30",
            "overdue": "2026-03-12 00:00",
            "escalate": "2026-03-13 08:30",
        }


class TestOtherUnits:
    def test_hours_get_back_the_very_time(self) -> None:
        still = stood_still(("2026-03-02 20:00", "2026-03-05 21:30"))
        assert planned(hours(24), "2026-03-02 15:00", suspensions=still).due_at == local("2026-03-06 16:30")

    def test_calendar_days_get_back_rest_days_too_and_roll_on_in_the_end(self) -> None:
        # Ten days end on Thursday 12 March; Friday to Sunday stood still, so on the 15th, which rolls on to Monday.
        still = stood_still(("2026-03-06 10:00", "2026-03-09 10:00"))
        assert planned(calendar_days(10), "2026-03-02 10:00", suspensions=still).due_at == local(
            f"2026-03-16 {LAST_TICK}"
        )

    def test_calendar_days_that_only_roll_on_keep_their_last_day(self) -> None:
        # Five days end on Saturday the 7th and roll on to Monday; stopped then, they end on the day it goes on.
        still = stood_still(("2026-03-09 10:00", "2026-03-11 10:00"))
        assert planned(calendar_days(5), "2026-03-02 10:00", suspensions=still).due_at == local(
            f"2026-03-11 {LAST_TICK}"
        )


# Where in what is left of the limit the clock stops (thousandths), and for how long.
stops = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(1, 40 * 24 * 60 * 60).map(lambda s: timedelta(seconds=s))),
    min_size=1,
    max_size=3,
)


def day_of_closing(instant: datetime, office: OfficeHours) -> date:
    """The first day that has not ended at that instant, by looking at day after day."""
    day = instant.astimezone(office.zone).date() - ONE_DAY
    while naive_due_instant(day, office) < instant:
        day += ONE_DAY
    return day


def naive_due_instant(day: date, office: OfficeHours) -> datetime:
    if office.limits_end == "close_of_business":
        return datetime.combine(day, office.closes, office.zone).astimezone(UTC)
    midnight = datetime.combine(day + ONE_DAY, datetime.min.time(), office.zone).astimezone(UTC)
    return midnight - timedelta(microseconds=1)


def spent(days: Sequence[date], start: date, counts: Callable[[date], bool]) -> date:
    """Spend as many days as were left, from a day on, that day included; the last of them."""
    day, left = start, len(days)
    while True:
        left -= counts(day)
        if not left:
            return day
        day += ONE_DAY


def days_from(first: date, last: date) -> list[date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


@st.composite
def suspended(draw: st.DrawFn, limit: Limit) -> tuple[datetime, OfficeHours, list[Suspension], date]:
    """A limit in days stopped a few times before it ran out: when it began, its suspensions, and its last day by walking."""
    started_at, office = draw(instants), draw(offices)
    assume(started_at.year < 2026)
    due_day, due_at = naive_due(limit, started_at, office)
    end = (
        due_day
        if limit.unit == "working_days"
        else started_at.astimezone(office.zone).date() + limit.amount * ONE_DAY
    )
    earliest, stretches = started_at, []
    for thousandths, lasting in draw(stops):
        since = earliest + (due_at - earliest) * thousandths / 1000
        until = since + lasting
        stretches.append(Suspension(since, until))
        stopped, resumed = day_of_closing(since, office), day_of_closing(until, office)
        if limit.unit == "working_days":
            left = [day for day in days_from(stopped, due_day) if by_hand.worked(day)]
            due_day = spent(left, resumed, by_hand.worked)
        else:
            # Of a limit that had run out and was rolling on, one day is left: that of going on.
            end = spent(days_from(stopped, end) or [stopped], resumed, lambda _: True)
            due_day = end
            while not by_hand.worked(due_day):
                due_day += ONE_DAY
        due_at, earliest = naive_due_instant(due_day, office), until
    assume(due_day.year < 2027)
    return started_at, office, stretches, due_day


class TestAnySuspension:
    @given(st.data(), st.integers(1, 30))
    def test_leaves_of_working_days_what_was_left(self, data: st.DataObject, amount: int) -> None:
        limit = working_days(amount)
        started_at, office, stretches, due_day = data.draw(suspended(limit))
        of = planned(limit, started_at, office_hours=office, suspensions=stretches)
        start_day = started_at.astimezone(office.zone).date()
        if day_of_closing(stretches[0].since, office) > start_day:
            assert of.due_at == naive_due_instant(due_day, office)
        # Stopped on the very day it began, which is not counted, that day is given back as well: never less.
        assert of.due_at >= naive_due_instant(due_day, office)

    @given(st.data(), st.integers(1, 30))
    def test_extends_by_exactly_the_working_days_that_stood_still(
        self, data: st.DataObject, amount: int
    ) -> None:
        limit = working_days(amount)
        started_at, office, stretches, _ = data.draw(suspended(limit))
        still = {
            day
            for each in stretches
            for day in days_from(
                day_of_closing(each.since, office), day_of_closing(each.until, office) - ONE_DAY
            )
            if by_hand.worked(day)
        }
        before, _ = naive_due(limit, started_at, office)
        of = planned(limit, started_at, office_hours=office, suspensions=stretches)
        after = of.due_at.astimezone(office.zone).date()
        assert by_hand.worked_between(before, after) == len(still)

    @given(st.data(), st.integers(1, 60))
    def test_leaves_of_calendar_days_what_was_left(self, data: st.DataObject, amount: int) -> None:
        limit = calendar_days(amount)
        started_at, office, stretches, due_day = data.draw(suspended(limit))
        of = planned(limit, started_at, office_hours=office, suspensions=stretches)
        assert of.due_at == naive_due_instant(due_day, office)

    @given(
        st.data(),
        st.one_of(st.builds(working_days, st.integers(1, 30)), st.builds(calendar_days, st.integers(1, 60))),
    )
    def test_is_never_over_before_the_clock_goes_on(self, data: st.DataObject, limit: Limit) -> None:
        started_at, office, stretches, _ = data.draw(suspended(limit))
        of = planned(limit, started_at, office_hours=office, suspensions=stretches)
        assert of.due_at >= stretches[-1].until

    @given(instants, st.integers(1, 300), stops)
    @example(datetime(2026, 3, 2, 7, tzinfo=UTC), 24, [(0, timedelta(seconds=1))])
    def test_lets_hours_run_for_exactly_as_long_as_they_are(
        self, started_at: datetime, amount: int, drawn: list[tuple[int, timedelta]]
    ) -> None:
        running, at, stretches = timedelta(hours=amount), started_at, []
        for thousandths, lasting in drawn:
            ran = running * thousandths / 1000
            stretches.append(Suspension(at + ran, at + ran + lasting))
            running, at = running - ran, at + ran + lasting
        assert planned(hours(amount), started_at, suspensions=stretches).due_at == at + running
