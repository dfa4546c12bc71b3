"""What an auditor of GraphQL servers looks for, one by one (the list is graphql-cop's; the checks are our own).

Each asks what that tool asks, and wants the answer that it takes for sound: what costs others something is refused,
what tells of our inside is not said, what a foreign page could make a browser send does nothing.
"""

import json
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from tests.api.conftest import Client
from tests.hostile.judge import judge

FOREIGN = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Origin": "https://elsewhere.example"}


async def posted(stranger: Client, **body: Any) -> httpx.Response:
    return await stranger.http.post("/graphql", json=body, headers=stranger.headers)


def refused_with(answer: httpx.Response, code: str) -> bool:
    body = judge(answer, "the cop")
    return "data" not in body and {each["extensions"]["code"] for each in body["errors"]} == {code}


class TestWhatCostsOthers:
    async def test_many_aliases(self, stranger: Client) -> None:
        query = "{ " + " ".join(f"a{number}: __typename" for number in range(101)) + " }"
        assert refused_with(await posted(stranger, query=query), "DOCUMENT_TOO_LARGE")

    async def test_batches(self, stranger: Client) -> None:
        answer = await stranger.http.post("/graphql", json=[{"query": "{ __typename }"}] * 10)
        assert answer.status_code == 400
        assert refused_with(answer, "BAD_REQUEST")

    async def test_many_directives(self, stranger: Client) -> None:
        for directive in ("@aa", "@include(if: true)", "@skip(if: false)"):
            answer = await posted(stranger, query="{ __typename " + directive * 10 + " }")
            body = judge(answer, "the cop")
            assert "data" not in body
            # Somewhere it is enough: complaining of each would be work, and a longer answer than the question.
            many = judge(await posted(stranger, query="{ __typename " + directive * 5000 + " }"), "the cop")
            assert "data" not in many
            assert len(many["errors"]) <= 101

    async def test_circular_introspection(self, stranger: Client) -> None:
        circle = "fields { type { " * 5 + "name" + " } }" * 5
        assert refused_with(
            await posted(stranger, query=f"{{ __schema {{ types {{ {circle} }} }} }}"), "DOCUMENT_TOO_LARGE"
        )

    async def test_the_same_field_over_and_over(self, stranger: Client) -> None:
        query = "{ " + "__typename " * 2500 + "}"
        assert refused_with(await posted(stranger, query=query), "DOCUMENT_TOO_LARGE")


class TestWhatForeignPagesCanSend:
    async def test_a_mutation_by_get(self, stranger: Client) -> None:
        act = "mutation { signOut(input: {}) { clientMutationId } }"
        answer = await stranger.http.get("/graphql", params={"query": act})
        assert answer.status_code == 405
        assert refused_with(answer, "BAD_REQUEST")

    async def test_a_query_by_get(self, stranger: Client) -> None:
        answer = await stranger.http.get("/graphql", params={"query": "{ __typename }"}, headers=FOREIGN)
        assert answer.status_code == 403
        assert refused_with(answer, "CROSS_SITE")

    @pytest.mark.parametrize(
        "content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=a"]
    )
    async def test_a_form(self, stranger: Client, content_type: str) -> None:
        answer = await stranger.http.post(
            "/graphql", content="query=%7B__typename%7D", headers={"Content-Type": content_type}
        )
        assert answer.status_code == 415
        assert refused_with(answer, "BAD_REQUEST")


class TestWhatTellsOfOurInside:
    async def test_introspection(self, stranger: Client) -> None:
        for query in (
            get_introspection_query(),
            "{ __schema { queryType { name } } }",
            '{ __type(name: "Query") { name } }',
            '{ ...A } fragment A on Query { ... { a: __type(name: "Referral") { name } } }',
            'mutation { __typename ...A } fragment A on Mutation { a: __typename } query B { __type(name: "A") { name } }',
        ):
            answer = await posted(stranger, query=query, operationName="B" if "query B" in query else None)
            assert "data" not in judge(answer, query), query
        # What something is that one got may be asked: clients need it, and it tells nothing.
        assert judge(await posted(stranger, query="{ __typename }"), "")["data"] == {"__typename": "Query"}

    @pytest.mark.parametrize(
        ("query", "variables"),
        [
            ("{ viewr { name } }", {}),
            ("{ viewer { nam } }", {}),
            ("{ viewer { ... on Persn { name } } }", {}),
            ("{ referrals(bx: SENT) { totalCount } }", {}),
            ("{ referrals(box: SEN) { totalCount } }", {}),
            ("query($a: ReferralBx) { referrals(box: $a) { totalCount } }", {}),
            ("query($a: ReferralBox!) { referrals(box: $a) { totalCount } }", {"a": "SEN"}),
            ('mutation { signIn(input: {logn: "a", password: "b"}) { token } }', {}),
            (
                "mutation($a: SignInInput!) { signIn(input: $a) { token } }",
                {"a": {"login": "a", "password": "b", "passwrd": "c"}},
            ),
            ("subscription($a: Strng) { notifications(after: $a) { cursor } }", {}),
        ],
    )
    async def test_suggestions(self, stranger: Client, query: str, variables: dict[str, Any]) -> None:
        # Signed in, or variables would not even be looked at.
        body = judge(await posted(stranger.as_("zhou"), query=query, variables=variables), query)
        assert "data" not in body
        assert "did you mean" not in json.dumps(body).lower()

    async def test_an_ide(self, stranger: Client) -> None:
        for path in ("/", "/graphql", "/graphiql", "/playground", "/console", "/altair", "/voyager"):
            answer = await stranger.http.get(path, headers={"Accept": "text/html"})
            text = answer.text.lower()
            assert not [
                word for word in ("graphiql.min.js", "graphql-playground", "altair") if word in text
            ], path

    async def test_traces(self, stranger: Client) -> None:
        for headers in ({}, {"X-Apollo-Tracing": "1"}, {"Apollo-Federation-Include-Trace": "ftv1"}):
            answer = await stranger.http.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
            body = judge(answer, headers)
            assert set(body["extensions"]) == {"cost"}
            assert not [name for name in ("x-powered-by", "x-debug") if name in answer.headers]

    @pytest.mark.parametrize(
        "query", ["qwerty cop { abc }", "{", "\u0000", "query { cop(x: $y) }", "{ a" * 400]
    )
    async def test_what_went_wrong_inside(self, stranger: Client, query: str) -> None:
        answer = await posted(stranger, query=query)
        assert "data" not in judge(answer, query)
        assert "exception" not in answer.text
        assert "stacktrace" not in answer.text
