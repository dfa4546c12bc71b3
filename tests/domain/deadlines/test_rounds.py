"""A deadline through any life: suspended, resumed, extended, recounted, with a clock that rings when it comes to it.

Held together by a clock in plain Python that does what the worker does to one row. The rows and their locks are the
business of `test_changing.py`, `test_recounting.py` and the worker's tests.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars.rules import WorkingCalendar, library_notices
from domain.deadlines import rules
from domain.deadlines.counting import History, Reached, limit_of, plan_again, plan_first, silence
from domain.deadlines.models import Deadline
from domain.deadlines.rules import TICK, Suspension
from domain.deadlines.terms import Terms
from domain.rulebooks.values import Limit
from tests.domain.deadlines.test_plan import TO_MIDNIGHT, local

STARTED = local("2026-03-10 09:00")
TERMS = Terms(
    limit=Limit(5, "working_days"),
    source="test",
    ruled_on=date(2026, 3, 10),
    office_hours=TO_MIDNIGHT,
    warn_before=(Limit(1, "working_days"),),
    escalate_after=Limit(1, "working_days"),
    escalates_to="coordination",
)
NOTICES = library_notices()

days_of_march = st.dates(date(2026, 3, 1), date(2026, 4, 30))
calendars = st.builds(
    lambda rest, work: WorkingCalendar.of(NOTICES, local_rest_days=rest, local_workdays=work - rest),
    st.frozensets(days_of_march, max_size=8),
    st.frozensets(days_of_march, max_size=8),
)
FIRST = WorkingCalendar.of(NOTICES)

acts = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 6 * 24 * 60).map(lambda m: timedelta(minutes=m))),
    st.tuples(st.just("clock_rests"), st.integers(1, 4 * 24 * 60).map(lambda m: timedelta(minutes=m))),
    st.tuples(st.just("recount"), calendars),
    st.tuples(st.just("suspend"), st.none()),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("extend"), st.integers(1, 5)),
)


@dataclass
class Life:
    """One deadline, its ledger, and everything that was told of it."""

    deadline: Deadline
    now: datetime = STARTED
    calendar: WorkingCalendar = FIRST
    rungs: list[tuple[int, str]] = field(default_factory=list)
    told: list[tuple[datetime, str]] = field(default_factory=list)
    ledger: list[Suspension] = field(default_factory=list)

    def ring(self) -> None:
        """What the worker does while something is due."""
        while self.deadline.next_rung_at is not None and self.deadline.next_rung_at <= self.now:
            assert self.deadline.suspended_since is None
            rung = self.deadline.next_rung
            assert rung is not None
            assert (self.deadline.round, rung) not in self.rungs, (
                "the row that makes it once is there already"
            )
            self.rungs.append((self.deadline.round, rung))
            self.told.append((self.deadline.due_at, rung))
            ladder = rules.ladder(
                warn_at=self.deadline.warn_at,
                due_day_at=self.deadline.due_day_at,
                due_at=self.deadline.due_at,
                escalate_at=self.deadline.escalate_at,
            )
            onward = [each for each in ladder if rules.RUNGS.index(each[0]) > rules.RUNGS.index(rung)]
            self.deadline.next_rung, self.deadline.next_rung_at = onward[0] if onward else (None, None)

    def wait(self, by: timedelta) -> None:
        """Time passes, and the clock runs."""
        until = self.now + by
        while self.deadline.next_rung_at is not None and self.deadline.next_rung_at <= until:
            self.now = max(self.now, self.deadline.next_rung_at)
            self.ring()
        self.now = until

    def clock_rests(self, by: timedelta) -> None:
        """Time passes, and no worker runs."""
        self.now += by

    def recount(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self.plan_again()

    def suspend(self, _: None) -> None:
        if self.deadline.suspended_since is None:
            self.deadline.suspended_since = self.now
            silence(self.deadline)

    def resume(self, _: None) -> None:
        if self.deadline.suspended_since is not None:
            self.ledger.append(Suspension(self.deadline.suspended_since, self.now))
            self.deadline.suspended_since = None
            self.plan_again()

    def extend(self, by: int) -> None:
        try:
            longer = rules.extended(
                limit=limit_of(self.deadline),
                by=by,
                at_most=Limit(12, "working_days"),
                due_at=self.deadline.due_at,
                decided_at=self.deadline.suspended_since or self.now,
            )
        except (rules.ExtensionTooLate, rules.ExtensionBeyondCap):
            return
        self.deadline.amount = longer.amount
        self.plan_again()

    def plan_again(self) -> None:
        reached = [
            Reached(round_, rung, due_at)
            for (round_, rung), (due_at, _) in zip(self.rungs, self.told, strict=True)
        ]
        plan_again(
            self.deadline,
            TERMS,
            calendar=self.calendar,
            calendar_version=2,
            now=self.now,
            history=History(reached, self.ledger),
        )


def begun() -> Life:
    deadline = Deadline(id=uuid4(), started_at=STARTED, amount=5, unit="working_days", suspended_since=None)
    plan_first(deadline, TERMS, calendar=FIRST, calendar_version=1, known_at=STARTED)
    return Life(deadline)


def lived(through: list[tuple[str, object]]) -> Life:
    life = begun()
    for act, given_in in through:
        getattr(life, act)(given_in)
    return life


class TestAnyLife:
    @given(st.lists(acts, max_size=12))
    @settings(max_examples=200)
    def test_comes_out_where_counting_anew_from_the_beginning_comes_out(
        self, through: list[tuple[str, object]]
    ) -> None:
        life = lived(through)
        anew = TERMS.plan(
            started_at=STARTED,
            calendar=life.calendar,
            known_at=STARTED,
            limit=Limit(life.deadline.amount, "working_days"),
            suspensions=life.ledger,
        )
        if life.calendar is FIRST or ("recount", life.calendar) in through:
            assert life.deadline.due_at == anew.due_at
            assert life.deadline.escalate_at == anew.at("escalate")

    @given(st.lists(acts, max_size=12))
    @settings(max_examples=200)
    def test_tells_nothing_twice_of_one_due_date(self, through: list[tuple[str, object]]) -> None:
        life = lived(through)
        life.resume(None)
        life.wait(timedelta(days=30))
        assert len(life.told) == len(set(life.told))

    @given(st.lists(acts, max_size=12))
    @settings(max_examples=200)
    def test_ends_with_its_last_due_date_overdue_and_escalated(
        self, through: list[tuple[str, object]]
    ) -> None:
        life = lived(through)
        life.resume(None)
        rang_before = set(life.rungs)
        life.wait(timedelta(days=90))
        last = [rung for round_, rung in life.rungs if round_ == life.deadline.round]
        assert {"overdue", "escalate"} <= set(last)
        assert life.deadline.next_rung is None
        # Whatever rang from now on rang of the due date that stands.
        fresh = [told for told, rung in zip(life.told, life.rungs, strict=True) if rung not in rang_before]
        assert all(due_at == life.deadline.due_at for due_at, _ in fresh)

    @given(st.lists(acts, max_size=12))
    def test_is_never_extended_beyond_its_cap(self, through: list[tuple[str, object]]) -> None:
        assert lived(through).deadline.amount <= 12


class TestRounds:
    def test_a_due_date_set_ahead_begins_one(self) -> None:
        life = begun()
        life.wait(timedelta(days=9))
        assert [rung for _, rung in life.rungs] == ["warn", "due", "overdue", "escalate"]
        # Two days of the week become days of rest: it is due on the 19th, and now is the 19th at nine.
        life.recount(WorkingCalendar.of(NOTICES, local_rest_days=[date(2026, 3, 12), date(2026, 3, 13)]))
        assert (life.deadline.round, life.deadline.next_rung) == (2, "overdue")
        assert life.deadline.next_rung_at == local("2026-03-19 23:59:59.999999") + TICK

    def test_a_due_date_that_moves_in_the_past_begins_none(self) -> None:
        life = begun()
        life.wait(timedelta(days=20))
        life.recount(WorkingCalendar.of(NOTICES, local_rest_days=[date(2026, 3, 12)]))
        assert (life.deadline.round, life.deadline.next_rung) == (1, None)
        assert life.deadline.due_at == local("2026-03-18 23:59:59.999999")

    def test_a_due_date_that_comes_back_is_not_told_of_again(self) -> None:
        # Due on the 17th and warned of on the 14th, because the county works on that Saturday and rests on the 16th.
        worked_on_saturday = WorkingCalendar.of(
            NOTICES, local_rest_days=[date(2026, 3, 16)], local_workdays=[date(2026, 3, 14)]
        )
        life = begun()
        life.recount(worked_on_saturday)
        life.wait(timedelta(days=5))
        assert life.told == [(local("2026-03-17 23:59:59.999999"), "warn")]
        life.recount(WorkingCalendar.of(NOTICES, local_rest_days=[date(2026, 3, 12)]))
        assert life.deadline.due_at == local("2026-03-18 23:59:59.999999")
        life.recount(FIRST)
        assert life.deadline.due_at == local("2026-03-17 23:59:59.999999")
        assert (life.deadline.next_rung, life.deadline.warn_at) == ("due", local("2026-03-16 08:30"))
