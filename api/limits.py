"""How much a document may ask for, measured before anything else is done with it; and the numbers of all bounds.

Fragments are measured once and remembered: a document that doubles itself through twenty fragments in less than a
kilobyte is measured in twenty steps and refused, instead of being walked a million times. What is asked about the
schema itself is measured like everything else, and its circles have a bound of their own.

What an answer may cost is worked out in `costs.py`, what a body may ask for in a minute in `allowances.py`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.errors import TooDeeplyNested
from tenancy.refusals import Refusal

ABOUT_THE_SCHEMA = frozenset({"__schema", "__type"})

LISTS_OF_THE_SCHEMA = frozenset(
    {
        "types",
        "directives",
        "fields",
        "inputFields",
        "args",
        "enumValues",
        "interfaces",
        "possibleTypes",
    }
)
"""The fields by which the introspection answers with many."""


class DocumentTooLarge(Refusal):
    """The document asks for more than one request may."""

    code = "DOCUMENT_TOO_LARGE"
    en = "The document is too large: {what} {found}, at most {most}. Ask in several requests."
    zh = "查询文档过大：{what_zh}为{found}，上限{most}。请分多次查询。"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for, and one body in a minute. The deepest query of our own front end has 9 levels.

    Each can be set for an installation (`GONGGUAN_LIMITS`).
    """

    # The text.
    characters: int = 100_000
    tokens: int = 8000
    comments: int = 500

    # The document; fragments count wherever they are spread.
    definitions: int = 200
    variables: int = 100
    depth: int = 16
    fields: int = 2000
    aliases: int = 60
    directives: int = 60
    directives_in_one_place: int = 4
    # Pairs of fields that stand in one place under one name: validation compares each with each, and below them.
    repeats: int = 5000
    # Lists of the schema within one another; what tools ask has three: types, their fields, their arguments.
    introspection: int = 3

    # The answer, in points (`costs.py`).
    cost: int = 20_000
    cost_of_an_act: int = 10
    # Passwords are hashed slowly, on purpose.
    cost_of_a_sign_in: int = 1000
    cost_of_asking: int = 20
    length_of_a_list: int = 5
    # Of a text that was not read before: so many are parsed and validated in the time of a point.
    characters_of_a_point: int = 1

    # One body (`allowances.py`): points in a minute; requests in hand in one process, and waiting for their turn.
    allowance: int = 120_000
    at_once: int = 2
    waiting: int = 10

    @property
    def of_the_text(self) -> dict[str, int]:
        """What the parser counts as it reads."""
        return {
            "max_source_length": self.characters,
            "max_lexical_tokens": self.tokens,
            "max_comments": self.comments,
        }


class Measure(NamedTuple):
    """What a selection asks for, fragments and all: sums, but of depths, of lists within one another and of the
    directives in one place the greatest."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    crowded: int = 0
    lists: int = 0
    introspection: int = 0

    @classmethod
    def together(cls, parts: Iterable["Measure"]) -> "Measure":
        """What parts that stand side by side ask for."""
        all_of_them = list(parts)
        if not all_of_them:
            return cls()
        depths, fields, aliases, directives, crowded, lists, introspection = zip(*all_of_them, strict=True)
        return cls(
            max(depths),
            sum(fields),
            sum(aliases),
            sum(directives),
            max(crowded),
            max(lists),
            max(introspection),
        )


def too_long(error: GraphQLError, limits: Limits) -> DocumentTooLarge | None:
    """What the parser found too much of in the text, if that is why it gave up."""
    if "Parsing aborted" not in error.message:
        return None
    for word, what, what_zh, most in (
        ("tokens", "tokens", "词元数", limits.tokens),
        ("comments", "comments", "注释数", limits.comments),
        ("code points", "characters", "字符数", limits.characters),
    ):
        if word in error.message:
            return DocumentTooLarge(what=what, what_zh=what_zh, found=f"> {most}", most=most)
    return None


def excess(document: DocumentNode, limits: Limits) -> Refusal | None:
    """What is too much about the document, if anything is."""
    try:
        for what, what_zh, count, most in _counted(document, Measuring(document), limits):
            if count > most:
                return DocumentTooLarge(what=what, what_zh=what_zh, found=count, most=most)
    except RecursionError:  # fragments within fragments have no depth, and yet an end
        return TooDeeplyNested()
    return None


def _counted(
    document: DocumentNode, measured: "Measuring", limits: Limits
) -> Iterator[tuple[str, str, int, int]]:
    yield "definitions", "定义数", len(document.definitions), limits.definitions
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            found = measured.operation(operation)
            yield "variables", "变量数", len(operation.variable_definitions or ()), limits.variables
            yield "depth", "层数", found.depth, limits.depth
            yield "fields", "字段数", found.fields, limits.fields
            yield "aliases", "别名数", found.aliases, limits.aliases
            yield "directives", "指令数", found.directives, limits.directives
            yield "directives in one place", "同一处指令数", found.crowded, limits.directives_in_one_place
            yield (
                "lists of the schema in one another",
                "接口模式嵌套列表",
                found.introspection,
                limits.introspection,
            )
            # By now the document is known to be small: each field may be looked at wherever it is spread.
            yield "repeated fields", "重复字段对数", measured.repeats(operation, limits), limits.repeats


class Measuring:
    """One document, each of its fragments measured once."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        # None while a fragment is being measured: one that spreads itself is counted once, and refused by validation.
        self._measured: dict[str, Measure | None] = {}

    def operation(self, node: OperationDefinitionNode) -> Measure:
        """What one of its operations asks for."""
        own = [node, *(node.variable_definitions or ())]
        return Measure.together([self._below(node.selection_set), *map(_directives_on, own)])

    def repeats(self, operation: OperationDefinitionNode, limits: Limits) -> int:
        """Pairs of fields under one name in one place. Ends early when there are too many, or it goes in circles."""
        pairs = looked_at = 0
        places: list[list[SelectionSetNode]] = [[operation.selection_set]]
        while places and pairs <= limits.repeats and looked_at <= limits.fields:
            below: dict[str, list[SelectionSetNode]] = {}
            names: Counter[str] = Counter()
            for field in self._fields_at(places.pop()):
                looked_at += 1
                name = (field.alias or field.name).value
                names[name] += 1
                if field.selection_set is not None:
                    below.setdefault(name, []).append(field.selection_set)
            pairs += sum(count * (count - 1) // 2 for count in names.values())
            places.extend(below.values())
        return pairs

    def _fields_at(self, place: list[SelectionSetNode]) -> Iterator[FieldNode]:
        spread: set[str] = set()
        waiting = list(place)
        while waiting:
            for selection in waiting.pop().selections:
                if isinstance(selection, FieldNode):
                    yield selection
                elif isinstance(selection, InlineFragmentNode):
                    waiting.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                    spread.add(selection.name.value)
                    if (fragment := self._fragments.get(selection.name.value)) is not None:
                        waiting.append(fragment.selection_set)

    def _below(self, selections: SelectionSetNode) -> Measure:
        return Measure.together(self._parts(selections))

    def _parts(self, selections: SelectionSetNode) -> Iterator[Measure]:
        for selection in selections.selections:
            yield _directives_on(selection)
            if isinstance(selection, FieldNode):
                yield self._field(selection)
            elif isinstance(selection, InlineFragmentNode):
                yield self._below(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                yield self._fragment(selection.name.value)

    def _field(self, node: FieldNode) -> Measure:
        below = Measure() if node.selection_set is None else self._below(node.selection_set)
        name = node.name.value
        found = below._replace(
            depth=below.depth + 1,
            fields=below.fields + 1,
            aliases=below.aliases + (node.alias is not None),
            lists=below.lists + (name in LISTS_OF_THE_SCHEMA),
        )
        # Only below these do the names of lists mean what they do there.
        return found._replace(lists=0, introspection=found.lists) if name in ABOUT_THE_SCHEMA else found

    def _fragment(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = None
            fragment = self._fragments.get(name)
            self._measured[name] = (
                Measure.together([_directives_on(fragment), self._below(fragment.selection_set)])
                if fragment
                else Measure()
            )
        return self._measured[name] or Measure()


def _directives_on(node: Any) -> Measure:
    count = len(node.directives or ())
    return Measure(directives=count, crowded=count)
