"""The executor: takes the place of graphql-core's where it can, and leaves to it what is not covered."""

from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor

from api.execution.levels import Level, Run, let_it_go_out
from api.execution.nulls import with_nulls
from api.execution.plans import Left, NotCovered, Plan, Plans


class BreadthFirst(Executor[Any]):
    """Executes an operation level by level."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The answer, to be waited for; or what graphql-core answers to what is not covered."""
        try:
            plan = self._plan()
        except NotCovered as uncovered:
            self.left_to_graphql_core(uncovered.why)
        except (GraphQLError, RecursionError):
            self.left_to_graphql_core(Left.NO_SENSE)
        else:
            return self._executed(plan, serially=serially)
        return super().execute_operation(serially)

    def left_to_graphql_core(self, reason: Left) -> None:
        """Hear of an operation that is not covered."""

    def _plan(self) -> Plan:
        if self.abort_signal is not None:
            raise NotCovered(Left.ABORTED)
        if self.middleware_manager is not None and self.middleware_manager.middlewares:
            raise NotCovered(Left.MIDDLEWARE)
        return Plans.of(self.schema).plan(self)

    async def _executed(self, plan: Plan, *, serially: bool | None) -> ExecutionResult:
        if serially is None:
            serially = plan.is_mutation
        # Whatever was begun for it before goes on first: one turn for what has come in, one for what it is answered with.
        await let_it_go_out()
        await let_it_go_out()
        data = plan.root.blank.copy()
        is_null = False
        for root in plan.roots_one_by_one if serially else (plan.root,):
            run, level = Run(self), Level(root, [self.root_value], [data])
            await run.down_from(level)
            if not run.is_whole:
                is_null, errors = with_nulls(run, level)
                self.collected_errors.errors.extend(errors)
            run.levels.clear()
            if is_null:
                # What would be done after it, is not.
                break
        response: ExecutionResult = self.build_response(None if is_null else data)  # type: ignore[assignment]  # never in parts
        # They hold the executor that holds them, so the collector would have to come for all that was read.
        del self.async_helpers
        return response
