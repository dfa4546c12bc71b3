"""Whether an answer is one that may be given: the same data, and of the errors those that may be told.

graphql-core 3.3.2 itself does not always tell the same errors: which of several failures below one null survives hangs
on what was awaited when. So an answer's errors are not compared with its, but with all that can go wrong:

    of every place that is null by a failure, and not within another such place, exactly one cause is told
    what is told beside that happened below such a place, and of no place more than one cause is told
    everything told is told as it happened: message, path, locations, extensions and the exception behind it
"""

from typing import Any

from graphql import ExecutionResult, GraphQLError

from tests.execution.reference import Fault, Position, Truth

Signature = tuple[Any, ...]


def signature(error: GraphQLError) -> Signature:
    behind = error.original_error
    return (
        error.message,
        tuple(error.path) if error.path is not None else None,
        tuple((each.line, each.column) for each in error.locations or ()),
        repr(error.extensions),
        (type(behind).__name__, str(behind)) if behind else None,
    )


def differences(result: ExecutionResult, truth: Truth) -> list[str]:
    """What is wrong with an answer; nothing, where all is well."""
    errors = result.errors or []
    if result.errors == []:
        return ["errors are an empty list"]
    if truth.refused:
        said, expected = [signature(each) for each in errors], [signature(each) for each in truth.refused]
        return (
            [] if said == expected and result.data is None else [f"refused with {said}, not with {expected}"]
        )
    return [*data_differences(result.data, truth.data), *error_differences(errors, truth.faults)]


def data_differences(data: Any, expected: Any, at: Position = ()) -> list[str]:
    """Where the data differs, the order of keys included."""
    if type(data) is not type(expected):
        return [f"at {at}: {data!r}, not {expected!r}"]
    if isinstance(expected, dict):
        if list(data) != list(expected):
            return [f"at {at}: the keys {list(data)}, not {list(expected)}"]
        return [found for key in data for found in data_differences(data[key], expected[key], (*at, key))]
    if isinstance(expected, list):
        if len(data) != len(expected):
            return [f"at {at}: {len(data)} items, not {len(expected)}"]
        pairs = enumerate(zip(data, expected, strict=True))
        return [found for key, (one, other) in pairs for found in data_differences(one, other, (*at, key))]
    return [] if data == expected or data != data else [f"at {at}: {data!r}, not {expected!r}"]  # noqa: PLR0124  # NaN


def error_differences(errors: list[GraphQLError], faults: list[Fault]) -> list[str]:
    """What is told and did not happen, what is told twice, and what is not told."""
    possible: dict[Signature, list[Fault]] = {}
    for fault in faults:
        possible.setdefault(signature(fault.error), []).append(fault)
    places = {fault.nulls for fault in faults}
    outermost = {place for place in places if not any(place[:end] in places for end in range(len(place)))}
    told: dict[Position, int] = dict.fromkeys(places, 0)
    found = []
    may_be_of = [[fault.nulls for fault in possible.get(signature(error), ())] for error in errors]
    for error, told_of in zip(errors, may_be_of, strict=True):
        if not told_of:
            found.append(f"never happened: {signature(error)}; possible: {sorted(map(repr, possible))}")
    # Errors that name another path than their own may be alike: each is taken for one that is wanting, after those that
    # can only be of one place.
    for told_of in sorted(filter(None, may_be_of), key=len):
        told[min(told_of, key=lambda place: (told[place], place not in outermost))] += 1
    for place, times in told.items():
        if times > 1:
            found.append(f"told twice of {place}: {[signature(each) for each in errors]}")
        if not times and place in outermost:
            found.append(f"not told of {place}: {[signature(f.error) for f in faults if f.nulls == place]}")
    return found
