"""What becomes of an answer in which some values are broken: where there is null instead, and the errors that tell why.

A broken value is null where its place may be, and otherwise breaks the list or object around it. Below one null one error
is told, the first in the order of the document; what else went wrong there is not told, as nobody sees its place.
"""

from typing import Any

from graphql import GraphQLError, GraphQLList, GraphQLNonNull, GraphQLOutputType, located_error

from api.execution.levels import Broken, Level, Run
from api.execution.plans import Selected

Keys = tuple[str | int, ...]


def with_nulls(run: Run, level: Level) -> tuple[bool, list[GraphQLError]]:
    """Put nulls where the broken values of this root say so; whether the root itself is one, and the errors."""
    nulls = _Nulls(run)
    (answer,) = level.answers
    broken = nulls.below(answer, ())
    return broken is not None, [*nulls.errors, *([] if broken is None else [broken])]


class _Nulls:
    def __init__(self, run: Run) -> None:
        self.errors: list[GraphQLError] = []
        self._selections = {id(answer): level.selection for level in run.levels for answer in level.answers}

    def below(self, answer: dict[str, Any], path: Keys) -> GraphQLError | None:
        """Mend an answer. Returns what breaks it, if something does."""
        for selected in self._selections[id(answer)].fields:
            key = selected.key
            mended = self._mended(answer[key], selected.definition.type, selected, (*path, key))
            if isinstance(mended, Broken):
                assert isinstance(mended.error, GraphQLError)
                return mended.error
            answer[key] = mended
        return None

    def _mended(self, value: Any, type_: GraphQLOutputType, selected: Selected, path: Keys) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._of_kind(value, type_.of_type, selected, path)
        before = len(self.errors)
        mended = self._of_kind(value, type_, selected, path)
        if not isinstance(mended, Broken):
            return mended
        assert isinstance(mended.error, GraphQLError)
        self.errors[before:] = [mended.error]
        return None

    def _of_kind(self, value: Any, type_: GraphQLOutputType, selected: Selected, path: Keys) -> Any:
        if isinstance(value, Broken):
            return Broken(located_error(value.error, selected.nodes, list(path)))
        if isinstance(type_, GraphQLList) and isinstance(value, list):
            return self._list(value, type_.of_type, selected, path)
        if isinstance(value, dict) and id(value) in self._selections:
            error = self.below(value, path)
            return value if error is None else Broken(error)
        return value

    def _list(self, items: list[Any], type_: GraphQLOutputType, selected: Selected, path: Keys) -> Any:
        for index, item in enumerate(items):
            mended = self._mended(item, type_, selected, (*path, index))
            if isinstance(mended, Broken):
                return mended
            items[index] = mended
        return items
