"""The sample operations and the examples: each can be sent as it stands, and no limit refuses it."""

import pytest
from graphql import OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

from api.limits import excess
from api.pages.examples import examples
from api.pages.operations import sample_operation
from api.schema import house_schema

HOUSE = house_schema()
SCHEMA = HOUSE._schema
CALLS = [
    (verb, name)
    for verb, root in (
        ("query", SCHEMA.query_type),
        ("mutation", SCHEMA.mutation_type),
        ("subscription", SCHEMA.subscription_type),
    )
    if root
    for name in root.fields
]
ROOTS = {
    "query": SCHEMA.query_type,
    "mutation": SCHEMA.mutation_type,
    "subscription": SCHEMA.subscription_type,
}


def problems(query: str, variables: dict) -> list[str]:
    """Why the house would not take this."""
    document = parse(query)
    found = [str(error) for error in validate(SCHEMA, document, HOUSE.rules)]
    if refusal := excess(document, HOUSE.limits):
        found.append(str(refusal))
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    given = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
    return found + (list(map(str, given)) if isinstance(given, list) else [])


class TestASampleOperation:
    @pytest.mark.parametrize(("verb", "name"), CALLS)
    def test_fits_the_schema_with_its_variables(self, verb: str, name: str) -> None:
        sample = sample_operation(verb, name, ROOTS[verb].fields[name])  # type: ignore[union-attr]  # all three are there
        assert problems(sample.query, sample.variables) == []

    def test_asks_for_what_a_newcomer_wants_to_see(self) -> None:
        sample = sample_operation("query", "secondment", SCHEMA.query_type.fields["organisations"])  # type: ignore[union-attr]  # there is one
        assert sample.query.startswith("query Secondment {\n  secondment {\n    edges {\n      node {\n")
        assert "name" in sample.query.split()

    def test_shows_the_days_of_a_count_with_their_dates_and_words(self) -> None:
        sample = sample_operation("query", "explainDeadline", SCHEMA.query_type.fields["explainDeadline"])  # type: ignore[union-attr]  # there is one
        days = sample.query.split("days {")[1].split("}")[0].split()
        assert days == ["day", "kind", "number", "name", "text"]

    def test_shows_what_has_no_name_by_what_it_refers_to(self) -> None:
        sample = sample_operation("query", "liaisonGaps", SCHEMA.query_type.fields["liaisonGaps"])  # type: ignore[union-attr]  # there is one
        assert sample.query.split("gaps {")[1].split()[:6] == ["body", "{", "id", "code", "name", "kind"]

    def test_of_an_act_gives_what_must_be_given_and_shows_why_it_was_refused(self) -> None:
        sample = sample_operation("mutation", "signIn", SCHEMA.mutation_type.fields["signIn"])  # type: ignore[union-attr]  # there is one
        assert sample.query == (
            "mutation SignIn($input: SignInInput!) {\n"
            "  signIn(input: $input) {\n"
            "    userErrors {\n      code\n      message\n      field\n    }\n"
            "    clientMutationId\n    token\n    expiresAt\n  }\n}"
        )
        assert sample.variables == {"input": {"login": "请填写", "password": "请填写"}}

    def test_gives_exactly_one_where_only_one_may_be_given(self) -> None:
        sample = sample_operation("mutation", "requestExport", SCHEMA.mutation_type.fields["requestExport"])  # type: ignore[union-attr]  # there is one
        assert sample.variables == {"input": {"ledger": {"referrals": {"box": "SENT"}}}}


class TestTheExamples:
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_can_be_sent_as_they_stand(self, place: int) -> None:
        example = examples("T3JnYW5pc2F0aW9uOjE=")[place]
        assert problems(example.query, example.variables or {}) == []

    def test_are_a_question_an_act_and_a_feed(self) -> None:
        kinds = [parse(each.query).definitions[0].operation.value for each in examples("x")]  # type: ignore[attr-defined]  # operations
        assert kinds == ["query", "mutation", "subscription"]
