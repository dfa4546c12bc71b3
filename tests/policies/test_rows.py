"""Reading rows of policy, and refusing those that say nothing, with file and line."""

from pathlib import Path

import pytest

from policies.rows import (
    FIELDS,
    MisplacedCounty,
    MisplacedRow,
    MisshapenRow,
    RepeatedRow,
    Row,
    UnknownWord,
    county_rows,
    platform_rows,
)
from policies.vocabulary import ACTIONS, ASPECTS
from tenancy.refusals import Refusal
from tests.policies.tables import AOJIANG, PINGYANG

A_ROW = ("*", "officer", "sender", "referral.letter", "read", "permit")


def written(folder: Path, text: str, *, name: str = "referrals.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


class TestAFileOfRows:
    def test_is_read_with_its_comments_and_blank_lines_left_out(self, tmp_path: Path) -> None:
        rows = platform_rows(written(tmp_path, "# 移送\n\n  # more\n" + ", ".join(A_ROW) + "\n"))
        assert rows == (Row(*A_ROW[:5], "permit", "policies/rules/referrals.csv:4"),)

    @pytest.mark.parametrize("column", range(1, len(FIELDS)))
    def test_is_refused_with_file_and_line_for_a_word_that_does_not_exist(
        self, tmp_path: Path, column: int
    ) -> None:
        fields = list(A_ROW)
        fields[column] = "offcier"
        with pytest.raises(UnknownWord, match=r"policies/rules/referrals\.csv:2: .*“offcier”"):
            platform_rows(written(tmp_path, "# first line\n" + ",".join(fields)))

    def test_is_refused_for_an_action_that_exists_on_another_aspect_only(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownWord, match=r"action on referral\.events"):
            platform_rows(written(tmp_path, "*, officer, sender, referral.events, send, permit"))

    def test_is_refused_for_a_word_in_the_wrong_case(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownWord, match="“Permit”"):
            platform_rows(written(tmp_path, "*, officer, sender, referral.letter, read, Permit"))

    @pytest.mark.parametrize("text", [",".join(A_ROW[:5]), ",".join([*A_ROW, "why"]), "permit everything"])
    def test_is_refused_for_a_row_without_its_six_fields(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(MisshapenRow, match=r"referrals\.csv:1"):
            platform_rows(written(tmp_path, text))

    def test_is_refused_for_a_row_of_another_capability(self, tmp_path: Path) -> None:
        with pytest.raises(MisplacedRow, match=r"belongs in referrals\.csv"):
            platform_rows(written(tmp_path, ",".join(A_ROW), name="deadlines.csv"))

    def test_is_refused_for_a_row_that_speaks_for_one_county(self, tmp_path: Path) -> None:
        with pytest.raises(MisplacedCounty):
            platform_rows(written(tmp_path, ",".join([str(PINGYANG), *A_ROW[1:]])))

    def test_is_refused_for_a_row_said_twice(self, tmp_path: Path) -> None:
        twice = ",".join(A_ROW) + "\n" + ", ".join(A_ROW)
        with pytest.raises(RepeatedRow, match=r"referrals\.csv:2: says the same as .*referrals\.csv:1"):
            platform_rows(written(tmp_path, twice))


class TestACountysRows:
    def test_name_their_county_and_their_source(self) -> None:
        (row,) = county_rows(
            county_id=PINGYANG, rows=[(str(PINGYANG), *A_ROW[1:])], origin="pingyang.toml v3"
        )
        assert (row.county, row.place) == (str(PINGYANG), "pingyang.toml v3:1")

    @pytest.mark.parametrize("county", ["*", str(AOJIANG), ""])
    def test_are_refused_when_they_speak_for_anybody_else(self, county: str) -> None:
        with pytest.raises(MisplacedCounty, match=r"pingyang\.toml:1"):
            county_rows(county_id=PINGYANG, rows=[(county, *A_ROW[1:])], origin="pingyang.toml")

    def test_are_refused_for_a_word_that_does_not_exist(self) -> None:
        bad = (str(PINGYANG), "mayor", *A_ROW[2:])
        with pytest.raises(UnknownWord, match=r"pingyang\.toml:2.*role “mayor”"):
            county_rows(county_id=PINGYANG, rows=[(str(PINGYANG), *A_ROW[1:]), bad], origin="pingyang.toml")


class TestARefusal:
    def test_is_a_sentence_in_both_languages(self, tmp_path: Path) -> None:
        with pytest.raises(Refusal) as refused:
            platform_rows(written(tmp_path, "*, mayor, sender, referral.letter, read, permit"))
        assert refused.value.sentence("zh").startswith(
            "policies/rules/referrals.csv:1：没有名为“mayor”的岗位"
        )
        assert "there is no role “mayor”" in refused.value.sentence("en")


class TestTheVocabulary:
    def test_explains_every_action_that_an_aspect_admits_and_no_other(self) -> None:
        assert {action for aspect in ASPECTS.values() for action in aspect.actions} == set(ACTIONS)
