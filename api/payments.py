"""Paying for one operation: what it may cost, whose allowance that is taken from, and its turn among the body's others.

It is asked once the document is known to be valid and before anything is executed; the prices are those of `costs.py`,
the purses those of `allowances.py`. A subscription pays when it begins, and for each further message that it missed; what
happens while it waits is told for nothing. Nothing is executed here, and no right is asked.
"""

from asyncio import Future
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

from graphql import DocumentNode
from strawberry.types.execution import ExecutionContext
from strawberry.types.graphql import OperationType

from api.allowances import Payer, RateLimited
from api.asked import Asked, Reading
from api.costs import Costs, CostTooHigh, operation_of
from tenancy.actor import Actor
from tenancy.refusals import Refusal


class Payment:
    """What is paid for one operation. `shown` is what the answer says of it."""

    def __init__(self, context: ExecutionContext, costs: Costs) -> None:
        self._context = context
        self._asked: Asked = context.context
        self._costs = costs
        self._payer: Payer = None
        self._not_let_in: Refusal | None = None
        self.shown: dict[str, Any] | None = None

    async def pay(self, document: DocumentNode, *, concerns_a_body: bool) -> None:
        """Take what the operation may cost from whoever's allowance it is. Raises `CostTooHigh`, `RateLimited`."""
        context, asked = self._context, self._asked
        operation = operation_of(document, context.operation_name)
        if operation is None:
            return
        cost, limit = self._costs.of(document, operation, context.variables), self._costs.limits.cost
        self.shown, asked.cost = {"requested": cost, "limit": limit}, cost
        if cost > limit:
            raise CostTooHigh(cost=cost, limit=limit)
        if asked.allowances is None:
            return
        self._payer = asked.allowances.payer(asked.credentials)
        if self._payer is None and concerns_a_body:
            try:
                await self._introduce()
            except RateLimited:
                raise
            except Refusal as refusal:
                self._not_let_in = refusal
                return
        balance = await asked.allowances.spend(self._payer, cost)
        self.shown["allowance"] = balance.as_json()

    async def pay_for_reading(self, query: str) -> None:
        """Take what parsing and validating a text costs that was not read before. Raises `RateLimited`."""
        allowances, limits = self._asked.allowances, self._costs.limits
        if allowances is not None:
            price = limits.cost_of_asking + len(query) // limits.characters_of_a_point
            await allowances.spend(allowances.payer(self._asked.credentials), price)

    async def wait_for_a_turn(self, until_answered: AsyncExitStack) -> None:
        """Wait for a turn among the requests of the same body, and keep it. Raises `RateLimited`, `TimedOut`."""
        await self._wait_for_a_turn_of(self._payer, until_answered)

    def open(self) -> "Future[Actor]":
        """Open the snapshot of a read. Raises what was refused before, and when waited for, what the opening call refuses."""
        self.refuse_who_was_not_let_in()
        return self._asked.reading.open()

    def learn(self, actor: Actor) -> None:
        """Know from now on who pays."""
        if self._asked.allowances is not None:
            self._payer = actor.tenant_id
            self._asked.allowances.learn(self._asked.credentials, actor.tenant_id)

    def refuse_who_was_not_let_in(self) -> None:
        """Once is enough, for all acts of a document. Raises what the opening call refused."""
        if self._not_let_in is not None:
            raise self._not_let_in

    async def _introduce(self) -> None:
        """Learn who a stranger is, which the strangers pay for."""
        asked = self._asked
        assert asked.allowances is not None
        await asked.allowances.spend(None, self._costs.limits.cost_of_asking)
        async with AsyncExitStack() as held:
            await self._wait_for_a_turn_of(None, held)
            # Whoever waits for a turn then holds no connection to the database meanwhile; and an act goes on although
            # nobody waits for its answer, which would be read in another snapshot.
            introduction = Reading(asked.edge, asked.credentials, asked.time)
            try:
                self.learn(await introduction.open())
            finally:
                await introduction.close()

    async def _wait_for_a_turn_of(self, payer: Payer, held: AsyncExitStack) -> None:
        if self._asked.allowances is not None:
            async with self._while_awaited():
                await held.enter_async_context(self._asked.allowances.turn(payer))

    def _while_awaited(self) -> AbstractAsyncContextManager[object]:
        # What a reader who has gone would read, nobody needs; an act is carried out all the same.
        reads = self._context.operation_type is OperationType.QUERY
        return self._asked.reading.awaited() if reads else self._asked.time.kept()


@asynccontextmanager
async def turn_for_what_was_missed(asked: Asked, body: UUID) -> AsyncIterator[None]:
    """A turn to read one more message that was there before its reader: paid for like the first, and waited for."""
    async with AsyncExitStack() as held:
        if asked.allowances is not None:
            await held.enter_async_context(asked.allowances.spared(body, asked.cost))
        await held.enter_async_context(asked.hub.turn(body))
        yield
