"""Whom a body can name, what the rules of a place ask, and when an entry counts: decided without a database."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.liaisons import rules
from domain.liaisons.rules import NOTHING, Body, Demand
from domain.rulebooks.rules import Shelf, parse
from domain.rulebooks.shipped import BELOW, DEMO, shipped_texts

TODAY = date(2026, 3, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

BUREAU = Body(UUID(int=1), "yingji", "department")
OTHER_BUREAU = Body(UUID(int=2), "zonghe", "department")
TOWN = Body(UUID(int=3), "zhangcun", "township")
OTHER_TOWN = Body(UUID(int=4), "kunyang", "township")
PLATFORM = Body(UUID(int=5), "xietiao", "county_body", coordinates=True)
JUSTICE = Body(UUID(int=6), "sifa", "county_body")
PATROL = Body(UUID(int=7), "likoushan", "patrol_body")

ONE = Demand(officers=1, leaders=False, unit_named=True, source="附件5 12")
A_LEADER = Demand(officers=1, leaders=True, unit_named=False, source="方案 二（二）2")


def demands_in(place: str) -> rules.Demands:
    drafts = [parse(text, name=name) for name, text in shipped_texts((*BELOW, *DEMO[place])).items()]
    return rules.demands(Shelf.of(*drafts, county=place).on(TODAY))


class TestWhatAPlaceAsks:
    @pytest.mark.parametrize("place", ["pingyang", "xx"])
    def test_is_one_officer_with_the_unit_between_departments_and_townships(self, place: str) -> None:
        asked = demands_in(place)
        for pair in ((BUREAU, TOWN), (TOWN, BUREAU)):
            demand = asked.of(*pair)
            assert (demand.officers, demand.leaders, demand.unit_named) == (1, False, True)
        article = {"pingyang": "协同配合工作办法 12", "xx": "二（三）2"}[place]
        assert demand.source.endswith(article)
        for pair in ((BUREAU, PLATFORM), (BUREAU, OTHER_BUREAU), (TOWN, OTHER_TOWN), (PATROL, TOWN)):
            assert asked.of(*pair) == NOTHING

    def test_is_a_leader_of_six_departments_for_the_platform_in_huancui(self) -> None:
        asked = demands_in("huancui")
        demand = asked.of(BUREAU, PLATFORM)
        assert (demand.officers, demand.leaders) == (1, True)
        assert demand.source.endswith("二（二）2")
        assert asked.departments == {"ziran", "zhujian", "nongye", "yingji", "shichang", "guihua"}
        for pair in ((OTHER_BUREAU, PLATFORM), (BUREAU, JUSTICE), (PLATFORM, BUREAU), (TOWN, PLATFORM)):
            assert asked.of(*pair) == NOTHING
        assert asked.of(BUREAU, TOWN).officers == 0

    @pytest.mark.parametrize("place", ["fuling", "yangxin"])
    def test_is_nothing_where_the_document_is_silent_and_the_default_says_so(self, place: str) -> None:
        asked = demands_in(place)
        assert asked.of(BUREAU, TOWN).officers == asked.of(BUREAU, PLATFORM).officers == 0
        assert "平台默认规则" in asked.of(BUREAU, TOWN).source


class TestAnEntry:
    @pytest.mark.parametrize(
        ("since", "ends_on", "lives", "state"),
        [
            (TODAY, None, True, "in_place"),
            (YESTERDAY, TOMORROW, True, "in_place"),
            (TOMORROW, None, True, "named"),
            (YESTERDAY, None, False, "lapsed"),
            (TOMORROW, None, False, "lapsed"),
            (YESTERDAY, TODAY, True, "ended"),
            (YESTERDAY, TODAY, False, "ended"),
        ],
    )
    def test_counts_between_its_days_while_the_post_lives(
        self, since: date, ends_on: date | None, lives: bool, state: str
    ) -> None:
        assert rules.state(since=since, ends_on=ends_on, lives=lives, today=TODAY) == state

    def test_is_for_another_body(self) -> None:
        rules.between(BUREAU.id, TOWN.id)
        with pytest.raises(rules.WithOneself):
            rules.between(TOWN.id, TOWN.id)

    def test_begins_and_ends_today_at_the_earliest(self) -> None:
        assert rules.from_day(TODAY, today=TODAY, field="since") == TODAY
        with pytest.raises(rules.TooEarly):
            rules.from_day(YESTERDAY, today=TODAY, field="since")

    def test_names_somebody_in_a_post_and_a_leader_where_one_is_wanted(self) -> None:
        officer, head = (UUID(int=8), ["officer"]), (UUID(int=9), ["head"])
        assert rules.chosen([officer, head], demand=ONE, name="甲") == officer[0]
        assert rules.chosen([officer, head], demand=A_LEADER, name="甲") == head[0]
        with pytest.raises(rules.NotInPost):
            rules.chosen([], demand=NOTHING, name="甲")
        with pytest.raises(rules.NotALeader, match="二"):
            rules.chosen([officer], demand=A_LEADER, name="甲")

    def test_names_the_unit_where_that_is_wanted(self) -> None:
        rules.with_unit(None, demand=A_LEADER)
        rules.with_unit(UUID(int=1), demand=ONE)
        with pytest.raises(rules.UnitNeeded):
            rules.with_unit(None, demand=ONE)


class TestTheLastOne:
    @pytest.mark.parametrize(
        ("held", "fewest"),
        [
            ([], 0),
            ([(YESTERDAY, None)], 1),
            ([(TOMORROW, None)], 0),
            ([(YESTERDAY, TODAY)], 0),
            ([(YESTERDAY, TOMORROW)], 0),
            # One goes and is succeeded on the same day; one goes before the other comes.
            ([(YESTERDAY, TOMORROW), (TOMORROW, None)], 1),
            ([(YESTERDAY, TOMORROW), (TOMORROW + timedelta(days=1), None)], 0),
        ],
    )
    def test_is_looked_for_on_every_day_to_come(
        self, held: list[tuple[date, date | None]], fewest: int
    ) -> None:
        assert rules.fewest(held, since=TODAY) == fewest

    def test_is_not_ended_without_a_successor(self) -> None:
        with pytest.raises(rules.SuccessorNeeded, match="12"):
            rules.enough(0, counted=True, demand=ONE)
        rules.enough(1, counted=True, demand=ONE)
        rules.enough(0, counted=True, demand=NOTHING)
        # Whoever left their post already counted for nothing.
        rules.enough(0, counted=False, demand=ONE)


class TestAGap:
    def test_is_what_is_wanted_and_not_in_place(self) -> None:
        found = rules.gap(BUREAU, TOWN, demand=ONE, in_place=0)
        assert found == rules.Gap(BUREAU.id, TOWN.id, 1, 0, "附件5 12")
        assert rules.gap(BUREAU, TOWN, demand=ONE, in_place=1) is None
        assert rules.gap(BUREAU, TOWN, demand=NOTHING, in_place=0) is None
