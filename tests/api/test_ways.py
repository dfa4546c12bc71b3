"""What fields say of what they look at: a list that reads only that shows of each field what the whole row shows."""

import re
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type

from api.costs import is_page
from api.execution import WAY, FromSource, Together
from api.schema import house_schema
from tests.api.conftest import STATEMENTS, Client
from tests.api.letters import done, sent, which

SCHEMA = house_schema()._schema

LISTS = {
    "Referral": "{}",
    "Deadline": "rows: deadlines {{ {} }}",
    "ReferralEvent": "rows: lastEvents(n: 50) {{ {} }}",
    "Organisation": "rows: sender {{ {} }}",
    "Person": "rows: approvedBy {{ {} }}",
}
"""Where rows of these kinds are read in part, below a list of what was sent to a body."""


def fields_of(kind: str) -> dict[str, GraphQLField]:
    described = SCHEMA.type_map[kind]
    assert isinstance(described, GraphQLObjectType)
    return described.fields


def selected(name: str, field: GraphQLField) -> str:
    kind, asked = get_named_type(field.type), name
    if "day" in field.args:
        asked = f'{name}(day: "2026-03-10")'
    if is_leaf_type(kind):
        return asked
    return f"{asked} {{ {'totalCount' if is_page(kind) else '__typename'} }}"


async def rows(client: Client, kind: str, selection: str) -> Any:
    """Of the only referral that was sent to them."""
    below = LISTS[kind].format(selection)
    answer = await client.ask(f"{{ referrals(box: RECEIVED) {{ edges {{ node {{ {below} }} }} }} }}")
    (edge,) = answer.data["referrals"]["edges"]
    found = edge["node"].get("rows", [edge["node"]])
    return found if isinstance(found, list) else [found]


class TestWhatAFieldLooksAt:
    @pytest.mark.parametrize("kind", LISTS)
    async def test_is_all_that_it_is_made_of(self, client: Client, kind: str) -> None:
        referral = await sent(client)
        referral = await done(client.as_("xu"), "takeInReferral", **which(referral))
        await done(client.as_("gao"), "acceptReferral", **which(referral))
        gao = client.as_("gao")
        fields = {name: selected(name, field) for name, field in fields_of(kind).items()}
        # `acts` does not say what it looks at, so with it beside them the referrals are read whole.
        together = await rows(gao, kind, " ".join(fields.values()))
        assert together
        for name, asked in fields.items():
            alone = await rows(gao, kind, asked)
            assert alone == [{name: row[name]} for row in together], name

    def test_is_said_by_all_that_is_asked_for_in_lists(self) -> None:
        silent = {
            f"{kind}.{name}"
            for kind in LISTS
            for name, field in fields_of(kind).items()
            if isinstance(way := field.extensions[WAY], Together | FromSource) and way.needs is None
        }
        # Both ask what the actor may do, which any column may decide.
        assert silent == {"Referral.acts", "Referral.fileOpen"}


def columns_read_of(table: str) -> list[set[str]]:
    """Which columns of a table each of the last statements read that read nothing else."""
    texts = (re.fullmatch(r"SELECT (.*)\sFROM (\w+)\s.*", each, re.DOTALL) for each in STATEMENTS.texts)
    return [
        {each.split()[0].partition(".")[2] for each in text[1].split(",")}
        for text in texts
        if text and text[2] == table
    ]


class TestABodyInSeveralPlaces:
    async def test_is_read_once_with_what_any_of_them_shows(
        self, client: Client, pytestconfig: pytest.Config
    ) -> None:
        whole = pytestconfig.getoption("--graphql-core")
        await sent(client)
        below = "sender { name } receiver { id } lastEvents(n: 9) { byOrganisation { code } }"
        STATEMENTS.texts.clear()
        answer = await client.as_("gao").ask(
            f"{{ referrals(box: RECEIVED) {{ edges {{ node {{ {below} approvedBy {{ home {{ shortName }} }} }} }} }} }}"
        )
        ((node,),) = [[edge["node"] for edge in answer.data["referrals"]["edges"]]]
        assert node["sender"] == {"name": "县交通运输局"}
        assert {each["byOrganisation"]["code"] for each in node["lastEvents"]} == {"transport"}
        assert node["approvedBy"] == {"home": {"shortName": "平交"}}
        narrowed, read = {"id", "name", "code", "short_name"}, columns_read_of("organisations")
        # Field by field nobody knows what others will want: graphql-core's way reads them whole.
        assert all(narrowed < each for each in read) if whole else read == [narrowed]
