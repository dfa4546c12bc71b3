"""What an answer may cost: worked out by hand, told beside the answer, and refused before anything is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
)

from api.costs import SIZES, Costs, is_page, operation_of
from api.limits import Limits
from api.schema import house_schema
from tests.api.conftest import STATEMENTS, Client
from tests.api.letters import drafted

SCHEMA = house_schema()
LIMITS = Limits()

PAGE = "query($first: Int) { referrals(box: RECEIVED, filter: {}, first: $first) { edges { node { %s } } } }"


def cost(text: str, variables: Mapping[str, Any] | None = None, limits: Limits = LIMITS) -> int:
    document = parse(text)
    assert not validate(SCHEMA._schema, document)
    operation = operation_of(document, None)
    assert operation is not None
    return Costs(SCHEMA._schema, limits).of(document, operation, variables)


class TestByHand:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{ __typename }", 1),
            ("{ __typename @skip(if: true) }", 1),
            ("subscription { notifications { cursor } }", 1 + 1 + 20),
            ("{ unreadCount }", 1 + 20),
            ("{ a: unreadCount b: unreadCount }", 2 * (1 + 20)),
            # The field, what it asks, `edges`; ten times `node` and `id`.
            ("{ organisations(first: 10) { edges { node { id } } } }", 1 + 20 + 1 + 10 * 2),
            ("{ organisations { edges { node { id } } } }", 1 + 20 + 1 + 20 * 2),
            ("{ organisations(first: 0) { edges { node { id } } } }", 1 + 20 + 1),
            # What is refused when it is read costs as much as the largest page, and less than nothing costs nothing.
            ("{ organisations(first: 1000000) { edges { node { id } } } }", 1 + 20 + 1 + 100 * 2),
            ("{ organisations(first: -5) { edges { node { id } } } }", 1 + 20 + 1),
            ("{ organisations(first: null) { edges { node { id } } } }", 1 + 20 + 1 + 20 * 2),
            (
                "{ organisations(first: 10) { totalCount pageInfo { endCursor } } }",
                1 + 20 + (1 + 20) + 2,
            ),
            # A relation is asked once for the whole page; a page within a page once for each.
            (
                "{ referrals(box: RECEIVED, filter: {}, first: 10) { edges { node { sender { id } } } } }",
                1 + 20 + 1 + 10 * 3 + 20,
            ),
            (
                "{ referrals(box: RECEIVED, filter: {}, first: 10) { edges { node "
                "{ events(first: 3) { edges { node { kind } } } } } } }",
                1 + 20 + 1 + 10 * (1 + (1 + 20 + 1 + 3 * 2)),
            ),
            # A list that says how many: so many. One that does not: five.
            (
                "{ referrals(box: RECEIVED, filter: {}, first: 10) { edges { node { lastEvents(n: 2) { kind } } } } }",
                1 + 20 + 1 + 10 * (1 + 1 + 2) + 20,
            ),
            (
                "{ referrals(box: RECEIVED, filter: {}, first: 10) { edges { node { deadlines { kind } } } } }",
                1 + 20 + 1 + 10 * (1 + 1 + 5) + 20,
            ),
            # Of several types that may stand there the dearest.
            (
                '{ node(id: "x") { id ... on Referral { party place } ... on Alert { id } } }',
                1 + 20 + 1 + 2,
            ),
            (
                '{ node(id: "x") { ...R ...R ... on Organisation { id name } } } '
                "fragment R on Referral { party place }",
                1 + 20 + 4,
            ),
            (
                "mutation { signOut(input: {}) { clientMutationId userErrors { code } } }",
                1 + 10 + 1 + (1 + 5),
            ),
        ],
    )
    def test_is_what_it_should_be(self, text: str, expected: int) -> None:
        assert cost(text) == expected

    def test_counts_the_size_of_a_page_through_fragments(self) -> None:
        plain = "{ organisations(first: 7) { edges { node { id name } } totalCount } }"
        spread = (
            "{ organisations(first: 7) { ...Page } } fragment Page on OrganisationConnection "
            "{ ... { edges { ...Entry } } totalCount } fragment Entry on OrganisationEdge { node { ...Body } } "
            "fragment Body on Organisation { id ... on Node { ... on Organisation { name } } }"
        )
        assert cost(spread) == cost(plain) == 1 + 20 + 1 + 7 * 3 + (1 + 20)

    @pytest.mark.parametrize(
        ("variables", "size"),
        [
            ({"first": 3}, 3),
            ({}, 20),
            (None, 20),
            ({"first": None}, 20),
            ({"first": 10**30}, 100),
            ({"first": 1e300}, 100),
            ({"first": float("nan")}, 100),
            ({"first": -1}, 0),
            ({"first": "many"}, 100),
            ({"first": [5]}, 100),
        ],
    )
    def test_counts_variables(self, variables: dict[str, Any] | None, size: int) -> None:
        assert cost(PAGE % "id", variables) == 1 + 20 + 1 + size * 2

    @pytest.mark.parametrize(
        ("variables", "days"),
        [({}, 366), ({"n": 3}, 3), ({"n": 101}, 101), ({"n": 366}, 366), ({"n": 9999}, 366)],
    )
    def test_counts_what_may_be_longer_than_a_page_for_as_long_as_it_may_be(
        self, variables: dict[str, Any], days: int
    ) -> None:
        text = 'query($n: Int) { explainDeadline(id: "x") { days(n: $n) { day } } }'
        # The question, the days and what they ask, and each of the days.
        assert cost(text, variables) == 1 + 20 + 1 + 20 + days
        literal = text.replace("($n: Int)", "").replace("$n", str(variables.get("n", "null")))
        assert cost(literal) == 1 + 20 + 1 + 20 + days

    def test_finds_sizes_only_where_they_count(self) -> None:
        elsewhere = {
            f"{kind.name}.{name}"
            for kind in SCHEMA._schema.type_map.values()
            if isinstance(kind, GraphQLObjectType)
            for name, asked in kind.fields.items()
            if not {*SIZES}.isdisjoint(asked.args)
            and not is_page(get_named_type(asked.type))
            and not is_list_type(get_nullable_type(asked.type))
        }
        assert elsewhere == set()

    def test_counts_the_default_of_a_variable(self) -> None:
        text = PAGE.replace("$first: Int", "$first: Int = 4") % "id"
        assert cost(text) == cost(text, {"first": 4}) < cost(text, {"first": 5})

    def test_leaves_out_what_is_left_out(self) -> None:
        text = PAGE.replace("$first: Int", "$first: Int, $no: Boolean! = false") % (
            "id party @include(if: $no) ... @skip(if: true) { place } ...P @include(if: $no)"
        )
        text += " fragment P on Referral { facts }"
        assert cost(text, {"first": 10}) == 1 + 20 + 1 + 10 * 2
        assert cost(text, {"first": 10, "no": True}) == 1 + 20 + 1 + 10 * 4

    def test_takes_no_longer_for_fragments_that_double(self) -> None:
        doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
        text = f"{{ ...F0 }} {doubling} fragment F40 on Query {{ unreadCount }}"
        assert cost(text) == 2**40 * 21

    def test_follows_the_numbers_of_the_installation(self) -> None:
        limits = Limits(cost_of_asking=7, length_of_a_list=2, cost_of_an_act=100)
        assert cost("{ unreadCount }", limits=limits) == 8
        assert cost("mutation { signOut(input: {}) { userErrors { code } } }", limits=limits) == 1 + 100 + 3


class TestTheSchemaItself:
    def test_may_be_asked_by_tools(self) -> None:
        assert cost(get_introspection_query()) < LIMITS.cost / 2

    def test_is_dear_when_it_is_asked_in_circles(self) -> None:
        wide = " ".join(
            f"a{n}: types {{ fields {{ type {{ ofType {{ fields {{ type {{ name }} }} }} }} }} }}"
            for n in range(LIMITS.aliases)
        )
        assert cost("{ __schema { " + wide + " } }") > LIMITS.cost


@dataclass
class Counted:
    """The statements that were sent in a block."""

    before: int

    @property
    def since(self) -> int:
        return STATEMENTS.count - self.before


class TestAnAnswer:
    async def test_says_what_it_cost(self, client: Client) -> None:
        answer = await client.as_("zhou").ask("{ unreadCount }")
        assert answer.data
        assert answer.body["extensions"]["cost"] == {"requested": 21, "limit": 20_000}

    async def test_costs_at_most_what_was_said(self, client: Client) -> None:
        """Every field of a real answer is counted."""
        await drafted(client.as_("zhou"))
        answer = await client.as_("zhou").ask(
            PAGE.replace("RECEIVED", "SENT")
            % "id party sender { id name } acts deadlines { kind } lastEvents(n: 3) { kind }",
            first=5,
        )
        assert answer.data["referrals"]["edges"]
        assert fields_in(answer.data) <= answer.body["extensions"]["cost"]["requested"]

    async def test_that_could_be_too_large_is_refused_before_anything_is_read(self, client: Client) -> None:
        zhou = client.as_("zhou")
        text = PAGE % "id events(first: 100) { edges { node { kind } } }"
        counted = Counted(STATEMENTS.count)
        answer = await zhou.ask(text, first=100)
        assert counted.since == 0
        (error,) = answer.body["errors"]
        assert error["extensions"] == {"code": "COST_TOO_HIGH", "cost": 22_422, "limit": 20_000}
        assert "first" in error["message"]
        assert "data" not in answer.body
        assert answer.body["extensions"]["cost"]["requested"] == 22_422
        assert (await zhou.ask(text, first=80)).data

    async def test_of_acts_is_refused_before_the_first_of_them(self, client: Client) -> None:
        referral = await drafted(client.as_("zhou"))
        whole = "{ referral { events(first: 100) { edges { node { kind at byPerson { name } late } } } } }"
        acts = " ".join(f"a{n}: withdrawReferral(input: $input) {whole}" for n in range(LIMITS.aliases))
        counted = Counted(STATEMENTS.count)
        answer = await client.as_("zhou").ask(
            f"mutation($input: ReasonedReferralInput!) {{ {acts} }}",
            input={"referralId": referral["id"], "expectedVersion": 1, "reason": "x"},
        )
        assert answer.codes == ["COST_TOO_HIGH"]
        assert counted.since == 0


def fields_in(data: Any) -> int:
    if isinstance(data, dict):
        return sum(1 + fields_in(value) for value in data.values())
    if isinstance(data, list):
        return sum(map(fields_in, data))
    return 0
