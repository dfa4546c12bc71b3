"""A document made smaller as long as it still goes wrong: part after part is left out, until none can be."""

from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    parse,
    print_ast,
    specified_rules,
    validate,
)

from tests.execution.documents import Document

MOST_TRIES = 300
"""Of documents; then the smallest that was found is good enough."""

RULES = [each for each in specified_rules if each not in (NoUnusedFragmentsRule, NoUnusedVariablesRule)]
"""What is not used any more may stay for a while."""

LISTS = ("definitions", "selections", "directives", "arguments", "variable_definitions")


async def shrunk(
    schema: GraphQLSchema, document: Document, goes_wrong: Callable[[Document], Awaitable[bool]]
) -> Document:
    """The smallest that is found."""
    progress, tries = True, 0
    while progress:
        progress = False
        for lifts in (False, True):
            number = 0
            while (fewer := without(document, number, lifts=lifts)) is not None:
                tries += 1
                if tries > MOST_TRIES:
                    return document
                if (
                    is_smaller(fewer, document)
                    and not validate(schema, fewer.parsed, RULES)
                    and await goes_wrong(fewer)
                ):
                    document, progress = fewer, True
                else:
                    number += 1
    return document


def without(document: Document, number: int, *, lifts: bool) -> Document | None:
    """Without the part of this number, or with what stands in it instead of it; None, if there are not so many."""
    copy = deepcopy(document.parsed)
    if not leave_out(copy, number, lifts=lifts):
        return None
    text = print_ast(copy)
    try:
        return replace(document, text=text, parsed=parse(text))
    except GraphQLSyntaxError:  # too much was left out
        return document


def is_smaller(one: Document, other: Document) -> bool:
    return one is not other and " {}" not in one.text and len(one.text) < len(print_ast(other.parsed))


def leave_out(document: DocumentNode, number: int, *, lifts: bool) -> bool:
    """Leave out the part of this number, or put its selections in its place; False, if there are not so many."""
    for node, name, index in parts(document):
        if number == 0:
            found = list(getattr(node, name))
            inner = getattr(found[index], "selection_set", None) if name == "selections" else None
            found[index : index + 1] = inner.selections if lifts and inner else ()
            object.__setattr__(node, name, tuple(found))  # frozen, but ours alone
            return True
        number -= 1
    return False


def parts(node: Any) -> Iterator[tuple[Node, str, int]]:
    for name in LISTS:
        for index in range(len(getattr(node, name, None) or ())):
            yield node, name, index
    for key in node.keys:
        value = getattr(node, key, None)
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, Node):
                yield from parts(each)
