"""How deep and how broad a document may be, measured before anything else is done with it.

Fragments are measured once and remembered: a document that doubles itself through twenty fragments in less than a
kilobyte is measured in twenty steps and refused, instead of being walked a million times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from tenancy.refusals import Refusal


class DocumentTooLarge(Refusal):
    """The document asks for more than one request may."""

    code = "DOCUMENT_TOO_LARGE"
    en = "The document is too large: {what} {found}, at most {most}. Ask in several requests."
    zh = "查询文档过大:{what_zh}为{found},上限{most}。请分多次查询。"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may ask for. The deepest query of our own front end has 9 levels."""

    depth: int = 16
    fields: int = 2000
    aliases: int = 60
    tokens: int = 8000


class Measure(NamedTuple):
    """Levels below here, fields in all, and how many of them are renamed."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


def excess(document: DocumentNode, limits: Limits) -> DocumentTooLarge | None:
    """What is too much about the document, if anything is."""
    measured = _Measuring(document)
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            found = measured.below(operation.selection_set)
            for what, what_zh, count, most in (
                ("depth", "层数", found.depth, limits.depth),
                ("fields", "字段数", found.fields, limits.fields),
                ("aliases", "别名数", found.aliases, limits.aliases),
            ):
                if count > most:
                    return DocumentTooLarge(what=what, what_zh=what_zh, found=count, most=most)
    return None


class _Measuring:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        # None while a fragment is being measured: one that spreads itself is counted once, and refused by validation.
        self._measured: dict[str, Measure | None] = {}

    def below(self, selections: SelectionSetNode) -> Measure:
        parts = list(self._parts(selections))
        return Measure(
            depth=max((part.depth for part in parts), default=0),
            fields=sum(part.fields for part in parts),
            aliases=sum(part.aliases for part in parts),
        )

    def _parts(self, selections: SelectionSetNode) -> Iterator[Measure]:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield self._field(selection)
            elif isinstance(selection, InlineFragmentNode):
                yield self.below(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                yield self._fragment(selection.name.value)

    def _field(self, node: FieldNode) -> Measure:
        renamed = 1 if node.alias is not None else 0
        # What is asked about the schema itself is as deep as tools make it, and costs no database.
        if node.selection_set is None or node.name.value.startswith("__"):
            return Measure(1, 1, renamed)
        found = self.below(node.selection_set)
        return Measure(found.depth + 1, found.fields + 1, found.aliases + renamed)

    def _fragment(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = None
            fragment = self._fragments.get(name)
            self._measured[name] = self.below(fragment.selection_set) if fragment else Measure()
        return self._measured[name] or Measure()
