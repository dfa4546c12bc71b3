"""Which pages an installation gets: none in production, unless it asks, and then none that know a demo's people."""

from pathlib import Path

from ops.compose import pages_of
from ops.error_catalogue import catalogued
from ops.settings import Mode, Settings
from ops.welcome import SHOWN


class TestThePages:
    def test_are_none_in_production(self, tmp_path: Path) -> None:
        assert pages_of(Settings(home=tmp_path)) is None

    def test_know_nobody_in_production(self, tmp_path: Path) -> None:
        pages = pages_of(Settings(home=tmp_path, pages_wanted=True))
        assert pages is not None
        assert pages.demo() is None

    def test_offer_the_demos_people_in_a_demo(self, tmp_path: Path) -> None:
        pages = pages_of(Settings(home=tmp_path, mode=Mode.DEMO))
        assert pages is not None
        demo = pages.demo()
        assert demo is not None
        assert demo.password == "gongguan-demo"
        assert tuple(person.login for person in demo.people) == SHOWN
        assert demo.people[0].posts[0] == "平阳县综合行政执法局 昆阳执法中队工作人员"

    def test_show_every_refusal_there_is(self, tmp_path: Path) -> None:
        pages = pages_of(Settings(home=tmp_path, mode=Mode.DEMO))
        assert pages is not None
        assert list(pages.refusals()) == catalogued()
