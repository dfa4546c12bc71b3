"""The catalogue of refusals, and how a refusal's field is named to a front end."""

import re
import string
from pathlib import Path

from api.errors import user_error
from ops.error_catalogue import catalogued, error_catalogue
from tenancy.refusals import NotFound

ROOT = Path(__file__).parents[2]

# What a reader can be told to do, as sentences or their parts begin. A new one is added by whoever needs it.
TO_DO = (
    "accept|add|ask|attach|begin|check|choose|claim|compress|convert|correct|discard|do|doubt|end|enter|"
    "export|extend|fill|give|go|move|name|narrow|open|order|put|read|register|reload|remove|report|return|"
    "send|shorten|sign|split|strike|try|upload|use|wait|withdraw|write"
)
TOLD = re.compile(r"(?:^|[.:;,] |\b(?:or|and|then|so) )(?:" + TO_DO + r")\b", re.IGNORECASE)
TOLD_ZH = re.compile("请|应|须|可以")
TOLD_BY_WHOEVER_RAISES_IT = re.compile(r"\{(?:problem|advice)(?:_en|_zh)\}")


class TestTheCatalogue:
    def test_is_committed_as_it_is(self) -> None:
        assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == error_catalogue(), (
            "docs/errors.md is not what the classes say. Write it again: gongguan refusals > docs/errors.md"
        )

    def test_speaks_chinese_and_english(self) -> None:
        for refusal in catalogued():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in refusal.zh), refusal
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in refusal.en), refusal

    def test_can_be_filled_in(self) -> None:
        for refusal in catalogued():
            for sentence in (refusal.en, refusal.zh):
                names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
                assert all(name.isidentifier() for name in names), refusal

    def test_says_of_everything_what_to_do_next(self) -> None:
        bare = [
            refusal.code
            for refusal in catalogued()
            for sentence, told in ((refusal.en, TOLD), (refusal.zh, TOLD_ZH))
            if not told.search(sentence) and not TOLD_BY_WHOEVER_RAISES_IT.search(sentence)
        ]
        assert bare == [], (
            "these sentences only say no: tell the reader what to do instead, in both languages"
        )

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
