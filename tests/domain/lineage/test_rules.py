"""Pure decisions on lineage, on cases by hand and on random histories beside somebody who tells them day by day.

That somebody (`Chronicle`) knows no steps: it lives through the days, keeps who is there and what each is called, and
carries what a body holds over to whoever takes it up.
"""

from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from domain.lineage import rules
from domain.lineage.rules import Change, Lineage, Name, Step, steps_of

TODAY = date(2026, 3, 10)
A, B, C, D = (UUID(int=n) for n in range(1, 5))
NAMES = {A: "甲局", B: "乙局", C: "丙局", D: "丁局"}
NOBODY = Lineage([])


def day(n):
    return TODAY + timedelta(days=n)


def change(kind, before, after=(), since=TODAY, **said):
    return Change(kind=kind, since=since, before=before, after=after, names=NAMES, **said)


def recorded(*changes):
    lineage, steps = NOBODY, []
    for each in changes:
        steps += steps_of(each, lineage, today=day(1000))
        lineage = Lineage(steps)
    return lineage


class TestAMerger:
    def test_ends_whoever_is_not_what_comes_out_of_it(self):
        into_a_new_one = recorded(change("merge", [A, B], [C]))
        assert [into_a_new_one.dissolved_on(each) for each in (A, B, C)] == [TODAY, TODAY, None]
        into_one_of_them = recorded(change("merge", [A, B], [A]))
        assert [into_one_of_them.dissolved_on(each) for each in (A, B)] == [None, TODAY]

    def test_takes_effect_on_its_day_and_not_the_day_before(self):
        lineage = recorded(change("merge", [A, B], [C]))
        assert (lineage.heir(A, day(-1)), lineage.heir(A, TODAY)) == (A, C)
        assert (lineage.is_dissolved(A, day(-1)), lineage.is_dissolved(A, TODAY)) == (False, True)

    def test_is_followed_from_heir_to_heir_as_far_as_the_day_goes(self):
        lineage = recorded(change("merge", [A], [B]), change("merge", [B], [C], since=day(7)))
        assert [lineage.heir(A, day(n)) for n in (-1, 0, 6, 7)] == [A, B, B, C]
        assert lineage.inherited({C}, day(6)) == {C}
        assert lineage.inherited({C}, day(7)) == {A, B, C}

    def test_founds_what_comes_with_it_and_not_what_was_there(self):
        into_a_new_one = recorded(change("merge", [A, B], [C], founded=[C]))
        assert (into_a_new_one.founded_on(C), into_a_new_one.founded_on(A)) == (TODAY, None)
        assert [into_a_new_one.is_there_yet(C, day(n)) for n in (-1, 0, 1)] == [False, True, True]
        into_one_that_is_there = recorded(change("merge", [A], [C]))
        assert into_one_that_is_there.is_there_yet(C, day(-1))

    @pytest.mark.parametrize("before", [[A], [A, A]])
    def test_needs_somebody_who_is_merged(self, before):
        with pytest.raises(rules.NothingChanges):
            steps_of(change("merge", before, [A]), NOBODY, today=TODAY)


class TestASplit:
    def test_ends_the_body_where_one_of_those_that_come_is_its_heir(self):
        lineage = recorded(change("split", [A], [B, C], heir=C))
        assert lineage.dissolved_on(A) == TODAY
        assert lineage.heir(A, TODAY) == C
        assert lineage.successors(A) == [C, B]
        assert lineage.predecessors(B) == lineage.predecessors(C) == [A]

    def test_leaves_the_body_where_it_goes_on_beside_the_others(self):
        lineage = recorded(change("split", [A], [A, B]))
        assert lineage.dissolved_on(A) is None
        assert (lineage.heir(A, TODAY), lineage.successors(A), lineage.predecessors(B)) == (A, [B], [A])

    @pytest.mark.parametrize(
        ("after", "heir"),
        [([A], None), ([B, C], None), ([B, C], D), ([A, B], B), ([A, B], A), ([B, C], A)],
        ids=["nobody", "no heir", "a stranger", "not needed", "itself", "the dissolved one"],
    )
    def test_says_who_goes_on(self, after, heir):
        with pytest.raises(rules.NothingChanges):
            steps_of(change("split", [A], after, heir=heir), NOBODY, today=TODAY)


class TestARenaming:
    def test_leaves_to_each_day_the_name_of_that_day(self):
        old, older, now = Name("旧名", "旧"), Name("更旧", "更"), Name("新名", "新")
        lineage = recorded(
            change("rename", [A], former=older), change("rename", [A], since=day(7), former=old)
        )
        found = [lineage.name(A, day(n), now=now) for n in (-1, 0, 6, 7, 99)]
        assert found == [older, old, old, now, now]
        assert lineage.former_names(A) == [(older, TODAY), (old, day(7))]
        assert lineage.name(B, day(-1), now=now) == now

    def test_makes_neither_predecessor_nor_successor(self):
        lineage = recorded(change("rename", [A], former=Name("旧名")))
        assert (lineage.predecessors(A), lineage.successors(A), lineage.dissolved_on(A)) == ([], [], None)

    def test_waits_for_its_day(self):
        with pytest.raises(rules.TooEarly):
            steps_of(change("rename", [A], since=day(1), former=Name("旧名")), NOBODY, today=TODAY)
        assert steps_of(change("rename", [A], former=Name("旧名")), NOBODY, today=TODAY)

    def test_gives_it_another_name(self):
        with pytest.raises(rules.NothingChanges):
            steps_of(
                change("rename", [A], former=Name("名", "简"), called=Name("名", "简")), NOBODY, today=TODAY
            )
        assert steps_of(
            change("rename", [A], former=Name("名", "简"), called=Name("名", "新")), NOBODY, today=TODAY
        )


class TestWhatIsOnRecord:
    @pytest.mark.parametrize(
        "later",
        [
            change("merge", [A], [D], since=day(9)),
            change("merge", [D], [A], since=day(9)),
            change("split", [A], [B, D], since=day(9), heir=D),
            change("rename", [A], since=day(9), former=Name("旧名")),
        ],
    )
    def test_does_not_change_a_body_that_is_no_more(self, later):
        with pytest.raises(rules.Dissolved) as refused:
            recorded(change("merge", [A], [C]), later)
        assert "丙局" in refused.value.sentence("zh")

    def test_is_recorded_in_its_order(self):
        first = change("merge", [A], [C])
        with pytest.raises(rules.OutOfOrder):
            recorded(first, change("merge", [C], [D], since=day(-1)))
        assert recorded(first, change("merge", [C], [D])).heir(A, TODAY) == D
        assert recorded(first, change("merge", [B], [D], since=day(-1))).heir(B, TODAY) == D


class Chronicle:
    """The history as somebody would tell it who was there each day."""

    def __init__(self, bodies):
        self.there = set(bodies)
        self.called = {each: f"{n}号" for n, each in enumerate(bodies)}
        self.goods = {each: {each} for each in bodies}
        self.days = []

    def hand_over(self, one, to):
        self.there.discard(one)
        self.goods[to] |= self.goods.pop(one)

    def note(self, on):
        self.days.append((on, dict(self.called), {each: set(held) for each, held in self.goods.items()}))

    def at(self, on):
        return [entry for entry in self.days if entry[0] <= on][-1]


def a_history(random):
    """Some fifteen days of mergers, splits and renamings, told twice."""
    bodies = [uuid4() for _ in range(6)]
    told, steps = Chronicle(bodies), []
    told.note(day(-100))
    for n in range(0, 30, 2):
        names = dict(told.called)
        here = sorted(told.there)
        kind = random.choice(["rename", "merge", "split", "grow"])
        one, *others = random.sample(here, min(3, len(here)))
        fresh = [uuid4(), uuid4()]
        names |= {each: f"第{n}{k}" for k, each in enumerate(fresh)}
        said = {"kind": kind, "since": day(n), "before": [one], "after": [], "names": names}
        if kind == "rename":
            said["former"] = Name(told.called[one])
            told.called[one] = f"新{n}"
        elif kind == "merge" and others:
            into = random.choice([one, fresh[0]])
            said |= {"before": [one, *others], "after": [into]}
            _arrive(told, into, names)
            for each in (one, *others):
                if each != into:
                    told.hand_over(each, into)
        elif kind == "split":
            said |= {"after": fresh, "heir": fresh[1]}
            for each in fresh:
                _arrive(told, each, names)
            told.hand_over(one, fresh[1])
        elif kind == "grow":
            said |= {"kind": "split", "after": [one, fresh[0]]}
            _arrive(told, fresh[0], names)
        else:
            continue
        steps += steps_of(Change(**said), Lineage(steps), today=day(1000))
        told.note(day(n))
    return told, Lineage(random.sample(steps, len(steps)))


def _arrive(told, one, names):
    if one not in told.there:
        told.there.add(one)
        told.called[one], told.goods[one] = names[one], {one}


class TestARandomHistory:
    @pytest.fixture(params=range(60))
    def history(self, request, seed):
        return a_history(Random(f"{seed} {request.param}"))

    def test_says_of_every_day_who_goes_on_with_what(self, history):
        told, lineage = history
        for n in range(-1, 31):
            _, _, goods = told.at(day(n))
            for holder, held in goods.items():
                assert {lineage.heir(each, day(n)) for each in held} == {holder}
                assert lineage.inherited({holder}, day(n)) == held

    def test_says_of_every_day_what_each_was_called(self, history):
        told, lineage = history
        now = told.called
        for n in range(-1, 31):
            _, called, goods = told.at(day(n))
            for each in goods:
                assert lineage.name(each, day(n), now=Name(now[each])).name == called[each]

    def test_loses_no_count_and_counts_nothing_twice(self, history):
        told, lineage = history
        everybody = {each for _, _, goods in told.days for held in goods.values() for each in held}
        counted = {each: n + 1 for n, each in enumerate(sorted(everybody))}
        for n in (-1, 7, 15, 31):
            _, _, goods = told.at(day(n))
            by_hand = {holder: sum(counted[each] for each in held) for holder, held in goods.items()}
            rolled = lineage.rolled_up(counted, day(n))
            assert sum(rolled.values()) == sum(counted.values())
            assert {holder: rolled[holder] for holder in by_hand} == by_hand


class TestSteps:
    def test_of_a_merger_name_the_heir_and_of_a_split_that_goes_on_nobody(self):
        assert steps_of(change("merge", [A, B], [C]), NOBODY, today=TODAY) == [
            Step("merge", TODAY, A, C, heir=True),
            Step("merge", TODAY, B, C, heir=True),
        ]
        assert steps_of(change("split", [A], [A, B]), NOBODY, today=TODAY) == [Step("split", TODAY, A, B)]
