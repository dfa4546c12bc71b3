"""What schemathesis makes out of the schema: documents that fit it, one root field each, values of every kind.

It brings its own values for Date, DateTime and BigInt. Checks that compare answers with the schema are graphql-core's
own business, so every answer is judged as those of the fuzzer are.
"""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.schema import sdl
from tests.api.conftest import Client
from tests.hostile.conftest import PATIENCE
from tests.hostile.documents import LEFT_ALONE
from tests.hostile.judge import judge
from tests.live.platform import Api
from tests.loopback import LOOPBACK

SCHEMA = schemathesis.graphql.from_file(sdl())
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}
NOT_ASKED = {f"Mutation.{name}" for name in LEFT_ALONE}

PEOPLE = ("zhou", "lin", "xu")


def examples(how_many: int) -> settings:
    return settings(
        max_examples=how_many,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


def ask(production: Api, stranger: Client, how_many: int) -> None:
    """Ask so much, and judge each answer."""
    with httpx.Client(base_url=production.url, **LOOPBACK, timeout=PATIENCE) as http:

        @examples(how_many)
        @given(data=st.data())
        def asked_and_judged(data: st.DataObject) -> None:
            operation = OPERATIONS[data.draw(st.sampled_from(sorted(OPERATIONS.keys() - NOT_ASKED)))]
            document = data.draw(operation.as_strategy()).body
            who = stranger.as_(data.draw(st.sampled_from(PEOPLE)))
            body = {"query": document} if isinstance(document, str) else document
            answer = http.post("/graphql", json=body, headers=who.headers)
            judge(answer, document)

        asked_and_judged()


def test_knows_every_question_and_act() -> None:
    assert {"Query.node", "Query.referrals", "Mutation.draftReferral"} <= set(OPERATIONS)
    assert not [name for name in OPERATIONS if not name.startswith(("Query.", "Mutation."))]


def test_whatever_fits_the_schema_is_answered(production: Api, stranger: Client) -> None:
    ask(production, stranger, 120)


@pytest.mark.soak
def test_whatever_fits_the_schema_is_answered_for_long(production: Api, stranger: Client) -> None:
    ask(production, stranger, 20_000)
