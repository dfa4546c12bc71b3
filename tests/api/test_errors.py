"""The catalogue of refusals, and how a refusal's field is named to a front end."""

import string
from pathlib import Path

from api.errors import user_error
from ops.error_catalogue import catalogued, error_catalogue
from tenancy.refusals import NotFound

ROOT = Path(__file__).parents[2]


class TestTheCatalogue:
    def test_is_committed_as_it_is(self) -> None:
        assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == error_catalogue(), (
            "docs/errors.md is not what the classes say. Write it again: gongguan docs errors"
        )

    def test_speaks_chinese_and_english(self) -> None:
        for refusal in catalogued():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in refusal.zh), refusal
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in refusal.en), refusal

    def test_gives_every_code_in_capitals(self) -> None:
        for refusal in catalogued():
            assert set(refusal.code) <= set(string.ascii_uppercase + string.digits + "_"), refusal


class TestUserErrors:
    def test_name_the_field_as_the_input_does(self) -> None:
        fields = {"addresseeId", "lateReason", "party"}
        for said, shown in (
            ("addressee", "addresseeId"),
            ("late_reason", "lateReason"),
            ("party", "party"),
            ("expectedVersion", "expectedVersion"),
            (None, None),
        ):
            assert user_error(NotFound(field=said), "en", fields=fields).field == shown
