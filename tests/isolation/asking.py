"""Questions and acts made from the schema as it introspects itself: what is new in it is asked without being told.

Two ways. **Whole** documents ask every field there is below a root field, with every choice of an enum and with every
id; **drawn** ones are put together by Hypothesis. Inputs are made by type: ids from all that lie in both counties
(mostly of the kind that the name suggests), texts that are fresh canaries, numbers at the edges.

What becomes of the answers is not known here (`watching.py`).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from api.identifiers import global_id
from tests.isolation.canaries import Lying, canary

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
Choose = Callable[[Sequence[Any]], Any]
"""Picks one of a sequence: Hypothesis in drawn documents, something plain in whole ones."""

WHOLE_DEPTH = 5
DRAWN_DEPTH = 6

AT_ONCE = 6
"""Ids asked about in one document."""

IDS_AT_MOST = 12
"""Ids of one kind that everybody is asked about one by one, from both counties."""

SUBJECTS_AT_MOST = 6
"""Ids of one kind that are no matters with events: following them is refused, after they were looked for as nodes are."""


@dataclass(frozen=True)
class Document:
    """An operation with its variables; `root` is the field that it is about."""

    root: str
    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def as_sent(self) -> str:
        """Text and variables as one text, canaries and ids included."""
        return self.text + json.dumps(self.variables, ensure_ascii=False)


@dataclass
class Supply:
    """What inputs are made of: ids by the kind of thing they name, versions by id, and whatever was seen before."""

    ids: dict[str, list[str]]
    versions: dict[str, int] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    days: Sequence[str] = ("2026-03-09", "2026-03-10", "1999-12-31", "2099-01-01")

    @staticmethod
    def of(lying: Sequence[Lying], kinds_of_tables: Mapping[str, str]) -> "Supply":
        """Everything that lies about, under the global ids that it has or would have."""
        supply = Supply(ids={})
        for each in lying:
            kind = kinds_of_tables[each.table]
            named = global_id(kind, UUID(each.row["id"]))
            supply.ids.setdefault(kind, []).append(named)
            if "version" in each.row:
                supply.versions[named] = each.row["version"]
        return supply

    @property
    def all_ids(self) -> list[str]:
        """Ids of every kind."""
        return [each for kind in sorted(self.ids) for each in self.ids[kind]]

    def likely(self, name: str, of: str | None) -> list[str]:
        """Ids of the kind that a name suggests (`referralId`, or `id` of a field that answers with a referral)."""
        said = name.removesuffix("Id")
        for kind in (said[:1].upper() + said[1:], of or ""):
            if kind in self.ids:
                return self.ids[kind]
        return self.ids.get("Organisation", []) if said != "id" else self.all_ids


@dataclass
class Writer:
    """Writes one document; collects its variables."""

    schema: GraphQLSchema
    supply: Supply
    choose: Choose
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    walked: dict[str, int] = field(default_factory=dict)
    """How deep nodes of a kind were walked that are in the document already."""

    def finished(self, operation: str, root: str, selection: str) -> Document:
        """The operation around a selection."""
        head = f"({', '.join(self.declared)})" if self.declared else ""
        return Document(root, f"{operation}{head} {{ {selection} }}", dict(self.variables))

    def call(
        self, name: str, told: GraphQLField, given: Mapping[str, Any] | None = None, alias: str = ""
    ) -> str:
        """A field with its arguments: those in `given` as they are, required ones and some others made up."""
        arguments = []
        for argument, of in told.args.items():
            if argument == "last" and any(each.startswith("first:") for each in arguments):
                # A page is counted from one end, and of a refusal there is nothing to look at.
                continue
            if given is not None and argument in given:
                value = given[argument]
            elif is_required_argument(of) or (given is None and self.choose([True, False, False])):
                value = self.value(of.type, argument, self._answers(told))
            else:
                continue
            arguments.append(f"{argument}: ${self._declare(value, of)}")
        said = f"{alias}: {name}" if alias else name
        return f"{said}({', '.join(arguments)})" if arguments else said

    def whole(
        self,
        of: GraphQLNamedType,
        depth: int,
        given: Mapping[str, Any] | None = None,
        *,
        beside_others: bool = False,
    ) -> str:
        """Every field of a type, and of what it leads to, so deep.

        A node's attributes are asked wherever the document meets it, what hangs on it where it is met first: that does
        not depend on the way there, and so a document grows with the schema, not with its paths.
        """
        if "id" in getattr(of, "fields", {}):
            before = self.walked.get(of.name, 0)
            self.walked[of.name] = max(depth, before)
            depth = depth if depth > before else 0
        parts = ["__typename"]
        if is_abstract_type(of):
            # Of what is behind an interface only the attributes: the rest is asked where the kind is known.
            parts += [
                f"... on {each.name} {self.whole(each, 0, given, beside_others=True)}"
                for each in self._possible(of)
            ]
        for name, told in getattr(of, "fields", {}).items():
            below = get_named_type(told.type)
            alias = self._alias(of, name) if beside_others else ""
            if is_leaf_type(below):
                parts.append(self.call(name, told, given or {}, alias=alias))
            elif depth > 0 and not is_abstract_type(of):
                call = self.call(name, told, given or {}, alias=alias)
                parts.append(f"{call} {self.whole(below, depth - 1, given)}")
        return f"{{ {' '.join(parts)} }}"

    def drawn(self, of: GraphQLNamedType, depth: int) -> str:
        """Some fields of a type, and of what they lead to."""
        parts = ["__typename"]
        if is_abstract_type(of):
            chosen = self.choose([each.name for each in self._possible(of)])
            parts.append(f"... on {chosen} {self.drawn(self.schema.type_map[chosen], depth)}")
        fields: Mapping[str, GraphQLField] = getattr(of, "fields", {})
        deeper = [name for name, told in fields.items() if not is_leaf_type(get_named_type(told.type))]
        for name, told in fields.items():
            if name not in deeper and self.choose([True, True, False]):
                parts.append(self.call(name, told))
        for name in (
            {self.choose(deeper) for _ in range(self.choose([1, 1, 2, 3]))} if deeper and depth > 0 else ()
        ):
            below = get_named_type(fields[name].type)
            parts.append(f"{self.call(name, fields[name])} {self.drawn(below, depth - 1)}")
        return f"{{ {' '.join(parts)} }}"

    def value(self, of: Any, name: str, answers: str | None = None) -> Any:
        """Something that fits a type."""
        if isinstance(of, GraphQLNonNull):
            return self.value(of.of_type, name, answers)
        if isinstance(of, GraphQLList):
            return [self.value(of.of_type, name, answers) for _ in range(self.choose([1, 2]))]
        if isinstance(of, GraphQLEnumType):
            return self.choose(list(of.values))
        if isinstance(of, GraphQLInputObjectType):
            return self.input(of)
        if isinstance(of, GraphQLScalarType):
            return self._scalar(of.name, name, answers)
        raise TypeError(of)

    def input(self, of: GraphQLInputObjectType) -> dict[str, Any]:
        """An input, with the version that the thing has, mostly."""
        if of.is_one_of:
            name = self.choose(list(of.fields))
            return {name: self.input(get_named_type(of.fields[name].type))}
        made = {
            name: self.value(part.type, name)
            for name, part in of.fields.items()
            if is_required_input_field(part) or self.choose([True, False])
        }
        if "expectedVersion" in made:
            known = [
                self.supply.versions[each]
                for each in made.values()
                if isinstance(each, str) and each in self.supply.versions
            ]
            made["expectedVersion"] = self.choose([*known, *known, *known, 1, 2]) if known else 1
        return made

    def _scalar(self, of: str, name: str, answers: str | None) -> Any:
        match of:
            case "ID":
                likely = self.supply.likely(name, answers)
                return self.choose(self.choose([likely or self.supply.all_ids] * 4 + [self.supply.all_ids]))
            case "String" if name in ("after", "before"):
                return self.choose([*self.supply.cursors[-5:], canary()])
            case "String":
                return canary()
            case "Int" | "BigInt":
                return self.choose([20, 100, 3, 1, 0, -1])
            case "Boolean":
                return self.choose([True, False])
            case "Date":
                return self.choose(self.supply.days)
            case "DateTime":
                return f"{self.choose(self.supply.days)}T00:00:00Z"
            case "Float":
                return 1.5
            case other:
                raise TypeError(f"teach asking.py to make a {other}")

    def _possible(self, of: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
        assert isinstance(of, GraphQLInterfaceType | GraphQLUnionType)
        return self.schema.get_possible_types(of)

    def _alias(self, of: GraphQLNamedType, name: str) -> str:
        """Another name for a field that means something else in other kinds of node beside it: what it mostly means keeps its own."""
        for shared in getattr(of, "interfaces", ()):
            told = {
                each.name: str(each.fields[name].type)
                for each in self._possible(shared)
                if name in each.fields
            }
            if told.get(of.name) not in (None, *(kind for kind, _ in Counter(told.values()).most_common(1))):
                return f"{name}_of_{of.name}"
        return ""

    def _answers(self, told: GraphQLField) -> str | None:
        return get_named_type(told.type).name

    def _declare(self, value: Any, of: GraphQLArgument) -> str:
        """The variable with this value: one for all places that mean the same by it."""
        for said in self.declared:
            name, _, type_ = said[1:].partition(": ")
            if type_ == str(of.type) and self.variables[name] == value:
                return name
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {of.type}")
        self.variables[name] = value
        return name


def first(options: Sequence[Any]) -> Any:
    """What whole documents choose."""
    return options[0]


def whole_questions(schema: GraphQLSchema, supply: Supply) -> Iterator[Document]:
    """Every field of every type, from every root field, under every choice that an enum argument leaves.

    Root fields that take an id are asked about every id of the kind, many in one document.
    """
    assert schema.query_type is not None
    for name, told in schema.query_type.fields.items():
        below = get_named_type(told.type)
        by_id = [argument for argument, of in told.args.items() if get_named_type(of.type).name == "ID"]
        if by_id and is_required_argument(told.args[by_id[0]]):
            yield from _about_every_id(schema, supply, name, told, by_id[0])
            continue
        for given in _choices(told):
            writer = Writer(schema, supply, first)
            selection = "" if is_leaf_type(below) else writer.whole(below, WHOLE_DEPTH, given)
            yield writer.finished("query", name, f"{writer.call(name, told, given)} {selection}")


def _has_pages(kind: GraphQLNamedType) -> bool:
    """Whether there are lists on it that are read page by page, of what is told nowhere else."""
    return kind.name in ("Empowerment", "Item", "TownshipClass")


def _about_every_id(
    schema: GraphQLSchema, supply: Supply, name: str, told: GraphQLField, argument: str
) -> Iterator[Document]:
    below = get_named_type(told.type)
    possible = (
        [each.name for each in schema.get_possible_types(below)] if is_abstract_type(below) else [below.name]
    )
    for kind in supply.ids if is_abstract_type(below) else possible:
        ids = supply.ids.get(kind) or supply.ids.get(_told_of(below, supply), [])
        ids = _some(ids, IDS_AT_MOST)

        def whole(writer: Writer, kind: str = kind) -> str:
            if kind not in possible:
                return ""
            # What lies on its pages hangs deeper than what hangs on itself.
            depth = 4 if _has_pages(schema.type_map[kind]) else 1
            return f"... on {kind} {writer.whole(schema.type_map[kind], depth, {})}"

        for start in range(0, len(ids), AT_ONCE):
            writer = Writer(schema, supply, first)
            # What is asked of each names the same variables, which this document declares.
            asked = whole(writer)
            parts = [
                f"{writer.call(name, told, {argument: each}, alias=f'a{n}')} {{ __typename {asked} }}"
                for n, each in enumerate(ids[start : start + AT_ONCE])
            ]
            yield writer.finished("query", name, " ".join(parts))


def _told_of(of: GraphQLNamedType, supply: Supply) -> str:
    """What is no node itself is asked for by the id of the node that it tells of: an explanation by its deadline's."""
    fields: Mapping[str, GraphQLField] = getattr(of, "fields", {})
    names = [get_named_type(told.type).name for told in fields.values()]
    return next((name for name in names if name in supply.ids), of.name)


def _choices(told: GraphQLField) -> Iterator[dict[str, Any]]:
    """The required enums of a field in every combination; at most a hundred entries of everything."""
    enums = [
        (name, of)
        for name, of in told.args.items()
        if isinstance(get_named_type(of.type), GraphQLEnumType) and is_required_argument(of)
    ]
    everything: dict[str, Any] = {"first": 100} if "first" in told.args else {}
    if not enums:
        yield everything
        return
    (name, of), *_ = enums
    assert len(enums) == 1, "two required enums: combine them"
    for value in get_named_type(of.type).values:  # type: ignore[attr-defined]  # an enum has values
        yield everything | {name: value}


def whole_subscriptions(
    schema: GraphQLSchema, supply: Supply, cursor: Callable[[str, str | None], str | None] | None = None
) -> Iterator[Document]:
    """Every field that a message of any subscription has; those about a matter, about many ids of every kind.

    They begin now; or, where `cursor` is given, after what it says by root field and id, and not where it says None.
    """
    assert schema.subscription_type is not None
    for name, told in schema.subscription_type.fields.items():
        about = [argument for argument, of in told.args.items() if is_required_argument(of)]
        ids = [each for kind, lying in supply.ids.items() for each in _some(lying, _subjects(schema, kind))]
        for named in ids if about else [None]:
            given = {about[0]: named} if about else {}
            after = cursor(name, named) if cursor else None
            if cursor and after is None:
                continue
            writer = Writer(schema, supply, first)
            selection = writer.whole(get_named_type(told.type), WHOLE_DEPTH, {})
            call = writer.call(name, told, given | ({"after": after} if after else {}))
            yield writer.finished("subscription", name, f"{call} {selection}")


def _some(ids: list[str], most: int) -> list[str]:
    """So many of them at most, from all over."""
    return ids[:: len(ids) // most + 1]


def _subjects(schema: GraphQLSchema, kind: str) -> int:
    """How many of a kind are asked to be followed."""
    fields: Mapping[str, GraphQLField] = getattr(schema.type_map.get(kind), "fields", {})
    return IDS_AT_MOST if "events" in fields else SUBJECTS_AT_MOST


def taking(schema: GraphQLSchema, kind: str) -> tuple[list[str], list[str]]:
    """The mutations and the questions that take an id of this kind, as far as their names tell."""
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    said = f"{kind[0].lower()}{kind[1:]}Id"
    acts = [
        name
        for name, told in schema.mutation_type.fields.items()
        for of in (get_named_type(argument.type) for argument in told.args.values())
        if isinstance(of, GraphQLInputObjectType) and said in of.fields
    ]
    questions = [
        name
        for name, told in schema.query_type.fields.items()
        if "id" in told.args and get_named_type(told.type).name in (kind, "Node")
    ]
    return acts, questions


def drawn_question(
    schema: GraphQLSchema, supply: Supply, choose: Choose, name: str | None = None
) -> Document:
    """Some fields of some root field, or of this one."""
    assert schema.query_type is not None
    writer = Writer(schema, supply, choose)
    name = name or choose(list(schema.query_type.fields))
    told = schema.query_type.fields[name]
    below = get_named_type(told.type)
    call = writer.call(name, told)
    return writer.finished(
        "query", name, call if is_leaf_type(below) else f"{call} {writer.drawn(below, DRAWN_DEPTH)}"
    )


def act(
    schema: GraphQLSchema,
    supply: Supply,
    choose: Choose,
    name: str,
    given: Mapping[str, Any] | None = None,
    *,
    depth: int = 3,
) -> Document:
    """One mutation with an input (made up where it is not given), answered with everything that its payload has."""
    assert schema.mutation_type is not None
    writer = Writer(schema, supply, choose)
    told = schema.mutation_type.fields[name]
    asked = {"input": dict(given)} if given is not None else None
    call = writer.call(name, told, asked)
    return writer.finished("mutation", name, f"{call} {writer.whole(get_named_type(told.type), depth, {})}")


def fields_of(schema: GraphQLSchema) -> set[str]:
    """Every field that can be asked for, as `Type.field`."""
    return {
        f"{each.name}.{name}"
        for each in schema.type_map.values()
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__")
        for name in each.fields
    }
