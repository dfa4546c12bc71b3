"""Paying for one operation: what it may cost, whose allowance that is taken from, and its turn among the body's others.

It is asked once the document is known to be valid and before anything is executed; the prices are those of `costs.py`,
the purses those of `allowances.py`. Nothing is executed here, and no right is asked.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from graphql import DocumentNode
from strawberry.types.execution import ExecutionContext

from api.allowances import Payer, RateLimited
from api.asked import Asked
from api.costs import Costs, CostTooHigh, operation_of
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
        self.shown = {"requested": cost, "limit": limit}
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

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn among the requests of the same body. Raises `RateLimited`."""
        if self._asked.allowances is None:
            yield
        else:
            async with self._asked.allowances.turn(self._payer):
                yield

    async def open(self) -> None:
        """Open the snapshot of a read, and know from then on who pays. Raises the refusals of the opening call."""
        self.refuse_who_was_not_let_in()
        asked = self._asked
        actor = await asked.reading.open()
        if asked.allowances is not None:
            self._payer = actor.tenant_id
            asked.allowances.learn(asked.credentials, actor.tenant_id)

    def refuse_who_was_not_let_in(self) -> None:
        """Once is enough, for all acts of a document. Raises what the opening call refused."""
        if self._not_let_in is not None:
            raise self._not_let_in

    async def _introduce(self) -> None:
        """Learn who a stranger is, which the strangers pay for."""
        allowances = self._asked.allowances
        assert allowances is not None
        await allowances.spend(None, self._costs.limits.cost_of_asking)
        async with AsyncExitStack() as held:
            async with self._asked.time.kept():
                await held.enter_async_context(allowances.turn(None))
            try:
                await self.open()
            finally:
                # Whoever waits for a turn holds no connection to the database meanwhile.
                await self._asked.read_afresh()
