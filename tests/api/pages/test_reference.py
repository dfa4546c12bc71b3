"""What the explorer shows: all of the schema, in two languages, in the chapter where a reader looks for it."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema

from api.pages.reference import CHAPTERS, in_two_languages, refusal_reference, schema_reference
from api.schema import house_schema
from tenancy.refusals import NotFound

CHINESE = re.compile("[\u4e00-\u9fff]")
HOUSE = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return house_schema()._schema


@pytest.fixture(scope="module")
def reference(schema: GraphQLSchema) -> dict[str, Any]:
    return schema_reference(schema)


class TestADescription:
    @pytest.mark.parametrize(
        ("description", "zh", "en"),
        [
            ("The body. 单位编号", "单位编号", "The body."),
            (
                "Send it as `Authorization: Bearer …`. It is shown this once. 令牌，仅显示一次",
                "令牌，仅显示一次",
                "Send it as `Authorization: Bearer …`. It is shown this once.",
            ),
            (
                "The party; left out: unchanged. 当事人；不填则不变",
                "当事人；不填则不变",
                "The party; left out: unchanged.",
            ),
            ("Told apart by nothing", "Told apart by nothing", ""),
            (None, "", ""),
        ],
    )
    def test_is_taken_apart_where_the_chinese_begins(self, description: str | None, zh: str, en: str) -> None:
        assert in_two_languages(description) == {"zh": zh, "en": en}


class TestTheReference:
    def test_has_every_type_and_every_call(self, reference: dict[str, Any]) -> None:
        sdl = (HOUSE / "schema.graphql").read_text(encoding="utf-8").splitlines()
        kinds = ("type ", "input ", "enum ", "interface ", "union ", "scalar ")
        declared = {line.split()[1] for line in sdl if line.startswith(kinds)}
        built_in = {"ID", "String", "Int", "Float", "Boolean"}
        assert set(reference["types"]) - built_in == declared - {"Query", "Mutation", "Subscription"}
        assert {"Query.referrals", "Mutation.signIn", "Subscription.changes"} <= set(reference["calls"])

    def test_says_everything_in_chinese(self, reference: dict[str, Any]) -> None:
        silent = []
        for name, thing in {**reference["types"], **reference["calls"]}.items():
            parts = [thing, *thing.get("fields", []), *thing.get("values", []), *thing.get("arguments", [])]
            parts += [
                argument for field in thing.get("fields", []) for argument in field.get("arguments", [])
            ]
            silent += [(name, part.get("name")) for part in parts if not CHINESE.search(part["zh"])]
        assert silent == []

    def test_tells_of_a_field_what_it_takes_and_gives(self, reference: dict[str, Any]) -> None:
        call = reference["calls"]["Query.organisations"]
        assert (call["verb"], call["type"], call["zh"]) == ("query", "OrganisationConnection!", "本县各单位")
        listed = reference["calls"]["Query.referrals"]["arguments"]
        sort = next(each for each in listed if each["name"] == "sort")
        assert (sort["type"], sort["default"]) == ("ReferralSort!", "NEWEST")

    def test_tells_where_only_one_of_several_is_given(self, reference: dict[str, Any]) -> None:
        assert reference["types"]["LedgerInput"]["oneOf"] is True
        assert reference["types"]["SignInInput"]["oneOf"] is False

    @pytest.mark.parametrize(
        ("name", "chapter"),
        [
            ("Mutation.draftReferral", "referrals"),
            ("Mutation.answerAlert", "alerts"),
            ("Mutation.answerSupervisionNote", "supervision"),
            ("Subscription.notifications", "notifications"),
            ("Mutation.claimReferral", "assignments"),
            ("Mutation.signOut", "sign_in"),
            ("ReferralConnection", "referrals"),
            ("ReferralState", "referrals"),
            ("Person", "staff"),
            ("ReferralSort", "referrals"),
            ("PageInfo", "house"),
            ("ID", "house"),
        ],
    )
    def test_puts_things_where_they_are_looked_for(
        self, reference: dict[str, Any], name: str, chapter: str
    ) -> None:
        thing = reference["calls"].get(name) or reference["types"][name]
        assert thing["chapter"] == chapter

    def test_has_a_chapter_for_every_capability_with_a_file_of_types(self) -> None:
        capabilities = {path.name for path in (HOUSE / "domain").iterdir() if path.is_dir()}
        with_types = {path.stem for path in (HOUSE / "api").glob("*.py")} & capabilities
        # Files are uploaded and fetched; nothing of them is in the schema.
        assert with_types - {"documents"} <= set(CHAPTERS)

    def test_says_of_a_refusal_what_it_is(self) -> None:
        (refusal,) = refusal_reference([NotFound])
        assert refusal["code"] == "NOT_FOUND"
        assert refusal["zh"].startswith("没有找到该对象")
