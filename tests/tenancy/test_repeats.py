"""clientMutationId in the database: of any number of requests with one key, one is an act, and the rest know it.

How the API shows a repeated answer is not shown here.
"""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from tenancy.models import RememberedMutation
from tenancy.refusals import NotPermitted
from tenancy.repeats import KeyReused, digest_of, record_outcome, remember
from tenancy.transactions import Credentials
from tests.worlds import World

GIVEN = {"referral": "r1", "version": 3}


async def perform(
    edge: Edge,
    credentials: Credentials,
    *,
    key: str = "k1",
    mutation: str = "acceptReferral",
    given: dict[str, Any] = GIVEN,
    outcome: dict[str, Any] | None = None,
    fail: bool = False,
) -> dict[str, Any] | None:
    """One request. What it found remembered, or None where it was the act itself."""
    async with edge.writing(credentials) as work:
        before = await remember(
            work.session, work.actor, mutation=mutation, key=key, given=given, now=work.now
        )
        if fail:
            raise NotPermitted(action="accept", aspect="referral.letter")
        if before is None:
            await record_outcome(
                work.session, work.actor, mutation=mutation, key=key, outcome=outcome or {"id": "r1"}
            )
        return before


class TestAKey:
    async def test_makes_the_second_request_the_first_ones_echo(self, edge: Edge, world: World) -> None:
        assert await perform(edge, world["gao"].credentials, outcome={"id": "first"}) is None
        assert await perform(edge, world["gao"].credentials, outcome={"id": "second"}) == {"id": "first"}
        assert await perform(edge, world["gao"].credentials) == {"id": "first"}

    async def test_lets_one_of_many_at_once_act(
        self, edge: Edge, world: World, owner_engine: AsyncEngine
    ) -> None:
        outcomes = await asyncio.gather(
            *(perform(edge, world["gao"].credentials, outcome={"by": n}) for n in range(8))
        )
        acted = [n for n, outcome in enumerate(outcomes) if outcome is None]
        assert len(acted) == 1
        assert [outcome for outcome in outcomes if outcome] == [{"by": acted[0]}] * 7
        async with owner_engine.connect() as connection:
            kept = await connection.scalar(
                select(func.count()).where(RememberedMutation.county_id == world.county_id)
            )
        assert kept == 1

    async def test_is_refused_with_another_input_also_at_the_same_instant(
        self, edge: Edge, world: World
    ) -> None:
        await perform(edge, world["gao"].credentials)
        with pytest.raises(KeyReused) as refused:
            await perform(edge, world["gao"].credentials, given=GIVEN | {"version": 4})
        assert refused.value.field == "clientMutationId"
        outcomes = await asyncio.gather(
            *(perform(edge, world["gao"].credentials, key="k2", given={"n": n}) for n in range(6)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes].count(KeyReused) == 5

    async def test_is_free_again_if_the_act_was_refused(self, edge: Edge, world: World) -> None:
        with pytest.raises(NotPermitted):
            await perform(edge, world["gao"].credentials, fail=True)
        assert await perform(edge, world["gao"].credentials, given={"other": True}) is None

    async def test_passes_to_the_next_in_line_when_the_first_fails(self, edge: Edge, world: World) -> None:
        outcomes = await asyncio.gather(
            *(perform(edge, world["gao"].credentials, fail=n < 3) for n in range(6)), return_exceptions=True
        )
        assert outcomes[3:].count(None) == 1
        assert {type(outcome) for outcome in outcomes[:3]} == {NotPermitted}

    async def test_belongs_to_one_capacity_and_one_mutation(self, edge: Edge, world: World) -> None:
        zhou = world["zhou"]
        for credentials, mutation in (
            (zhou.acting_for("transport"), "acceptReferral"),
            (zhou.acting_for("kunyang"), "acceptReferral"),
            (zhou.acting_for("kunyang"), "returnReferral"),
            (world["gao"].credentials, "acceptReferral"),
        ):
            assert await perform(edge, credentials, mutation=mutation, given={"of": mutation}) is None

    async def test_may_be_any_text_a_client_thinks_of(self, edge: Edge, world: World) -> None:
        for key in ("", " ", "键", "k" * 500, "'; drop table referrals; --"):
            assert await perform(edge, world["gao"].credentials, key=key) is None
            assert await perform(edge, world["gao"].credentials, key=key) is not None


class TestTheDigest:
    def test_does_not_depend_on_the_order_of_fields(self) -> None:
        assert digest_of({"a": 1, "b": {"c": 2, "d": 3}}) == digest_of({"b": {"d": 3, "c": 2}, "a": 1})

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"a": 1}, {"a": 2}),
            ({"a": None}, {}),
            ({"a": "1"}, {"a": 1}),
            ({"a": [1, 2]}, {"a": [2, 1]}),
            ({"a": ""}, {"a": None}),
            ({"a": timedelta(1)}, {"a": timedelta(2)}),
        ],
    )
    def test_differs_when_anything_else_does(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        assert digest_of(one) != digest_of(other)
