"""Every scenario is played as it stands, and together they leave nothing out."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.deadlines.rules import RUNGS
from domain.notifications.rules import NOTICES, OWED
from domain.referrals.rules import TRANSITIONS
from ops.demo.people import TEAMS
from tests.domain.calendars.notices_by_hand import YEARS, worked
from tests.scenarios.conftest import SetUp
from tests.scenarios.player import Player
from tests.scenarios.script import Fact, Script, read
from tests.scenarios.words import notices, of_enum, owed

FILES = sorted(Path(__file__).parent.glob("*.txt"))
PLACES = {
    "平阳县": "pingyang",
    "涪陵区": "fuling",
    "XX市": "xx",
    "阳新县": "yangxin",
    "环翠区": "huancui",
}

LIMITS = [limit for limit in OWED if limit.startswith("referral.")]


def script_of(file: Path) -> Script:
    return read(file.read_text(encoding="utf-8"), file=file.name)


SCRIPTS = [script_of(file) for file in FILES]
FACTS = [fact for script in SCRIPTS for entry in script.entries for fact in entry.follows]
DONE = {
    entry.verb
    for script in SCRIPTS
    for entry in script.entries
    if not any(fact.keyword == "拒绝" for fact in entry.follows)
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_is_played_as_it_stands(file: Path, set_up: SetUp) -> None:
    script = script_of(file)
    async with set_up(PLACES[script.place]) as stage:
        await Player(script, stage).play()


async def test_one_is_played_the_same_with_a_whole_worker_behind_it(set_up: SetUp) -> None:
    (script,) = (each for each in SCRIPTS if each.file == "fuling-new-year.txt")
    async with set_up("fuling", whole_worker=True) as stage:
        await Player(script, stage).play()


class TestTogether:
    def test_every_place_of_the_demo_has_one(self) -> None:
        assert {PLACES[script.place] for script in SCRIPTS} == set(TEAMS)

    @pytest.mark.parametrize("act", TRANSITIONS)
    def test_every_act_on_a_referral_is_done_somewhere(self, act: str) -> None:
        word = of_enum("ReferralAct")[act.upper()]
        assert DONE & {word, f"{word}移送函"}

    @pytest.mark.parametrize("kind", [kind for kind in NOTICES if kind in notices()])
    def test_every_notice_of_referrals_and_deadlines_comes_somewhere(self, kind: str) -> None:
        heard = {fact.text.partition(" → ")[0] for fact in FACTS if fact.keyword == "通知"}
        assert notices()[kind] in heard

    @pytest.mark.parametrize("rung", RUNGS)
    def test_every_rung_rings_somewhere(self, rung: str) -> None:
        assert of_enum("Rung")[rung.upper()] in {fact.keyword for fact in FACTS}

    @pytest.mark.parametrize("limit", LIMITS)
    def test_every_limit_of_a_referral_is_owed_somewhere(self, limit: str) -> None:
        owing = {fact.text.partition("——")[0] for fact in FACTS if fact.keyword == "期限"}
        assert owed(limit) in owing


def days_named(fact: Fact) -> Iterator[date]:
    """The days at whose end something is due, by a calendar that is out."""
    for named, provisional in re.findall(r"(\d{4}-\d{2}-\d{2}) 周. 24:00(，暂定)?", fact.text):
        if not provisional:
            yield date.fromisoformat(named)


class TestDays:
    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.file)
    def test_everything_is_due_on_a_day_that_the_notices_make_a_working_day(self, script: Script) -> None:
        named = {day for entry in script.entries for fact in entry.follows for day in days_named(fact)}
        assert named
        assert all(day.year in YEARS for day in named)
        assert [day.isoformat() for day in sorted(named) if not worked(day)] == []

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_what_is_said_of_a_day_is_what_the_notices_say(self, file: Path) -> None:
        for written, remark in re.findall(
            r"^(\d{4}-\d{2}-\d{2}) 周. \((.+)\)$", file.read_text(), re.MULTILINE
        ):
            day = date.fromisoformat(written)
            if "上班" in remark:
                assert worked(day), written
                assert day.isoweekday() in (6, 7), written
            elif "放假" in remark or "休息" in remark:
                assert not worked(day), written
            else:
                assert "第一个工作日" in remark
                assert worked(day), written

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_a_file_opens_by_saying_what_it_is_and_is_not(self, file: Path) -> None:
        opening = file.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
        assert all(line.startswith("# ") for line in opening)
        for word in ("本场景写明", "不涉及", "依据：", "放假安排"):
            assert word in "".join(opening), word
