"""`gongguan rulebook`: what it says of texts in hand, without a database. Loading is `tests/domain/rulebooks/test_load.py`."""

import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from domain.rulebooks.registry import GROUPS, REGISTRY
from ops.cli import app
from ops.rulebook_page import PLACES, rulebook_page
from tests.domain.rulebooks.texts import limit, mention, rulebook

PAGE = Path(__file__).parents[2] / "docs" / "rulebooks.md"
POWERS = '\n[powers.register]\nread = "{side}"\nroles = ["head"]\ndocument = "D"\narticle = "6"\n'


def run(*arguments: str) -> Result:
    """A command that must not need a database."""
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}
    return CliRunner().invoke(app, ["rulebook", *arguments], env=nowhere)


@pytest.fixture
def file(tmp_path: Path):
    """A county's rulebook in a file of its own."""

    def written(name: str, body: str, **head: str) -> str:
        path = tmp_path / f"{name}.toml"
        path.write_text(rulebook(body=body, **head), encoding="utf-8")
        return str(path)

    return written


class TestCheck:
    @pytest.mark.parametrize(
        ("place", "line"),
        [
            ("yangxin", "referral.send: silent; platform answers 5 working days"),
            ("huancui", "referral.send: promptly, no number given  "),
            ("fuling", "powers.register: both may read, as head, officer, registrar, personnel"),
        ],
    )
    def test_tells_who_answers(self, place: str, line: str) -> None:
        said = run("check", f"domain/rulebooks/places/{place}.toml")
        assert said.exit_code == 0
        assert line in said.output


class TestDiff:
    def test_of_a_text_with_itself_is_nothing(self, file) -> None:
        same = file("a", limit("referral.send", 3))
        said = run("diff", same, same)
        assert said.exit_code == 0
        assert said.output.endswith("差异 differences: 0\n")

    def test_tells_a_changed_value_with_unit_and_source_of_both(self, file) -> None:
        said = run(
            "diff",
            file("a", limit("referral.send", 3, article="7")),
            file("b", limit("referral.send", 24, unit="hours", article="8")),
        )
        assert said.exit_code == 1
        assert "~ referral.send\n" in said.output
        assert "  - 3个工作日 / 3 working days  [某办法 7]\n" in said.output
        assert "  + 24小时 / 24 hours  [某办法 8]\n" in said.output
        assert "From finding that another body is competent" in said.output
        assert said.output.endswith("差异 differences: 1\n")

    def test_tells_a_changed_source_of_the_same_value(self, file) -> None:
        one, other = (file(name, limit("referral.send", 3, article=name)) for name in "78")
        assert run("diff", one, other).exit_code == 1

    def test_tells_what_is_added_and_who_answered_before(self, file) -> None:
        said = run("diff", file("a", ""), file("b", limit("referral.send", 3))).output
        assert "+ referral.send\n" in said
        assert "  - 未作规定 / silent\n" in said
        assert (
            "平台默认 platform default: 5个工作日 / 5 working days  [平台默认规则（惯例，非法律规定） 1]\n"
            in said
        )

    def test_tells_what_is_removed_and_what_is_said_of_it_still(self, file) -> None:
        said = run(
            "diff", file("a", limit("referral.send", 3)), file("b", mention("referral.send", "promptly"))
        ).output
        assert "~ referral.send\n" in said
        assert "  + 及时（未定期限） / promptly, no number given  [某办法 1]\n" in said
        gone = run("diff", file("a", limit("referral.send", 3)), file("b", "")).output
        assert "- referral.send\n" in gone

    def test_tells_another_split_of_powers(self, file) -> None:
        home, both, nobody = (
            file(side or "nobody", POWERS.format(side=side) if side else "") for side in ("home", "both", "")
        )
        said = run("diff", home, both)
        assert said.exit_code == 1
        assert "~ powers.register.read\n" in said.output
        assert "  - 派出单位（负责人） / home, as head  [某办法 6]\n" in said.output
        assert "- powers.register.read\n" in run("diff", both, nobody).output
        assert "+ powers.register.read\n" in run("diff", nobody, both).output

    def test_tells_who_decides_otherwise_and_who_answers_where_a_place_is_silent(self) -> None:
        said = run("diff", "fuling", "huancui").output
        changed = said.partition("~ powers.everyday_appraisal.decide\n")[2]
        assert changed.splitlines()[0].startswith("  ")
        assert "  - 派出单位（负责人） / home, as head  [" in changed.partition("\n~ ")[0]
        assert "  + 用人单位（负责人） / host, as head  [" in changed.partition("\n~ ")[0]
        recall = said.partition("+ powers.recall.decide\n")[2].partition("powers.")[0]
        assert "  - 未作规定 / silent\n" in recall
        assert "平台默认 platform default: 派出单位（负责人、人事人员）；事先征求用人单位意见" in recall
        assert "须经用人单位同意 / home, as head, personnel; host must consent" in recall
        assert "+ powers.daily_management.decide.itinerant\n" in run("diff", "huancui", "xx").output

    def test_compares_places_by_name(self) -> None:
        said = run("diff", "fuling", "huancui")
        assert said.exit_code == 1
        assert "--- 涪陵区" in said.output
        assert "+++ 环翠区" in said.output

    def test_compares_a_place_on_the_days_around_its_first(self) -> None:
        before = run("diff", "xx", "--on", "2021-12-31", "--on", "2022-01-01")
        assert before.exit_code == 1
        assert "+ referral.send_extension\n" in before.output
        assert run("diff", "xx", "--on", "2022-01-01", "--on", "2026-01-01").exit_code == 0

    def test_compares_two_places_on_one_day(self) -> None:
        # Before both were in force, the layers below answered both alike.
        assert run("diff", "fuling", "xx", "--on", "2021-12-31").exit_code == 0
        assert run("diff", "fuling", "xx", "--on", "2026-01-01").exit_code == 1

    def test_sees_what_changes_below_a_place_that_is_silent(self) -> None:
        said = run("diff", "yangxin", "--on", "2021-07-14", "--on", "2021-07-15").output
        assert "~ referral.decide\n" in said
        assert "国家法律 national statutes: 90日 / 90 calendar days" in said

    @pytest.mark.parametrize(
        "arguments",
        [
            ("fuling", "nowhere"),
            ("fuling",),
            ("fuling", "--on", "2024-01-13"),
            ("fuling", "xx", "--on", "yesterday"),
            ("fuling", "xx", *("--on", "2024-01-13") * 3),
        ],
    )
    def test_ends_with_2_in_trouble(self, arguments: tuple[str, ...]) -> None:
        said = run("diff", *arguments)
        assert said.exit_code == 2
        assert said.output

    def test_ends_with_2_at_a_faulty_file(self, file) -> None:
        said = run("diff", file("a", limit("referral.send", 0)), "fuling")
        assert said.exit_code == 2
        assert "a.toml:" in said.output


class TestThePage:
    def test_is_as_committed(self) -> None:
        assert PAGE.read_text(encoding="utf-8") == rulebook_page(), (
            "gongguan rulebook page > docs/rulebooks.md"
        )

    def test_is_what_the_command_prints(self) -> None:
        assert run("page").output == rulebook_page()

    def test_has_every_entry_once_with_its_meaning_in_both_languages(self) -> None:
        page = rulebook_page()
        assert re.findall(r"^### (.+)$", page, re.MULTILINE) == [
            key for group in GROUPS for key in REGISTRY if key.partition(".")[0] == group
        ]
        for known in REGISTRY.values():
            assert f"\n{known.means.zh}\n\n{known.means.en}\n" in page

    @staticmethod
    def part(key: str) -> str:
        """What the page has under the heading of one entry."""
        return rulebook_page().partition(f"### {key}\n")[2].partition("\n#")[0]

    def test_has_each_place_beside_the_others_with_its_article(self) -> None:
        said = self.part("referral.send")
        assert "| 昆阳镇 Kunyang | 3个工作日 / 3 working days | KY-A5 8 |" in said
        assert "| 涪陵区 Fuling | 5个工作日 / 5 working days | FL 二（三） |" in said
        assert "| 环翠区 Huancui | 及时（未定期限） / promptly, no number given | HC 二（五）13 |" in said
        assert "| XX市 the city XX | 3个工作日 / 3 working days | XX 二（三）2 |" in said
        assert "| 平台默认 / platform default | 5个工作日 / 5 working days | default 1 |" in said
        assert "silent, answered by platform default: 阳新县 Yangxin" in said

    def test_names_the_statute_where_one_answers(self) -> None:
        assert "| 国家法律 / national statutes | 90日 / 90 calendar days | penalty-law 60 |" in self.part(
            "referral.decide"
        )

    def test_keeps_the_other_reading_and_says_why(self) -> None:
        said = self.part("referral.passing_on_allowed")
        assert "另有：否 / no(KY-A5 8)" in said
        assert "理由：附件6第四条专门规定" in said

    def test_has_the_split_of_powers_of_each_place(self) -> None:
        split = rulebook_page().partition("## Split of powers")[2]
        for place in PLACES.values():
            assert f"| {place.zh} {place.en} |" in split
        assert "| 阳新县 Yangxin | 未作划分，双方均无此权限 / not split; neither side may | — |" in split

    def test_names_every_document_of_the_places(self) -> None:
        for place in PLACES:
            text = Path(f"domain/rulebooks/places/{place}.toml").read_text(encoding="utf-8")
            for code in re.findall(r"^\[documents\.(.+)\]$", text, re.MULTILINE):
                assert f"| {code} | {PLACES[place].zh}" in rulebook_page()
