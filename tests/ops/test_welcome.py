"""The welcome: where to look, and in a demo whom to sign in as. It reads only what the demo's load left in the home."""

from pathlib import Path

from ops.demo.welcome import sign_in_lines
from ops.settings import Mode, Settings
from ops.welcome import SHOWN, welcome, write_sign_ins


class TestWelcome:
    def test_says_where_to_look(self, tmp_path: Path) -> None:
        said = welcome(Settings(home=tmp_path, port=8123))
        assert "http://127.0.0.1:8123/graphql" in said
        assert str(tmp_path) in said

    def test_says_where_the_pages_are_if_there_are_any(self, tmp_path: Path) -> None:
        said = welcome(Settings(home=tmp_path, port=8123, mode=Mode.DEMO))
        assert "http://127.0.0.1:8123/graphiql" in said
        assert "http://127.0.0.1:8123/explorer" in said
        assert "graphiql" not in welcome(Settings(home=tmp_path, port=8123))

    def test_shows_a_demo_whom_to_sign_in_as(self, tmp_path: Path) -> None:
        write_sign_ins(tmp_path, sign_in_lines())
        said = welcome(Settings(home=tmp_path, mode=Mode.DEMO))
        assert "gongguan-demo" in said
        assert [login for login in SHOWN if f"  {login} " not in said] == []

    def test_shows_nobody_in_production(self, tmp_path: Path) -> None:
        write_sign_ins(tmp_path, sign_in_lines())
        assert "gongguan-demo" not in welcome(Settings(home=tmp_path))

    def test_does_without_the_sign_ins_when_somebody_removed_them(self, tmp_path: Path) -> None:
        assert "Gongguan is ready" in welcome(Settings(home=tmp_path, mode=Mode.DEMO))
