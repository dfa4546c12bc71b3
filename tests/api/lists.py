"""Every list of the API as the schema has it: what it can be asked, and how it is asked over HTTP.

Nobody writes lists down here: a new connection is found, and the tests that go through all lists go through it.
What lies in them is made in `holdings.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_required_argument,
)

from api.filters import IDS_OF
from api.identifiers import global_id
from api.schema import house_schema
from api.ways import DEFINITION
from tests.api.conftest import Answer, Client

PAGING = ("first", "after", "last", "before")


TOLD_BY = {
    "ItemVersion": "since",
    "Rotation": "secondment { id }",
    "EmpoweredItem": "item { id }",
    "EmpowermentAcceptance": "township { id }",
    "EmpowermentRecall": "item { id }",
    "EmpowermentAssessment": "item { id }",
}
"""What has neither id nor number is told by what it is about; in the holdings, of each thing there is one."""


@dataclass(frozen=True)
class Listed:
    """One connection: the type that has it, its name, and the field itself."""

    owner: str
    name: str
    field: GraphQLField = field(compare=False)

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"

    @property
    def node(self) -> GraphQLObjectType:
        """What is listed."""
        edge = get_named_type(get_named_type(self.field.type).fields["edges"].type)
        kind = get_named_type(edge.fields["node"].type)
        assert isinstance(kind, GraphQLObjectType)
        return kind

    @property
    def shown(self) -> str:
        """By which of its fields an entry is told from the others."""
        return TOLD_BY.get(self.node.name) or ("id" if "id" in self.node.fields else "number")

    def told(self, edge: dict[str, Any]) -> Any:
        """What tells an entry from the others, as it was answered."""
        found = edge["node"][self.shown.split(" ", maxsplit=1)[0]]
        return found["id"] if isinstance(found, dict) else found

    def choices(self, name: str) -> list[str | None]:
        """The words of an argument that is an enum; None where there is no such argument."""
        if name not in self.field.args:
            return [None]
        kind = get_named_type(self.field.args[name].type)
        assert isinstance(kind, GraphQLEnumType), f"{self}({name})"
        return list(kind.values)

    @property
    def filter(self) -> GraphQLInputObjectType | None:
        """Its filter."""
        if "filter" not in self.field.args:
            return None
        kind = get_named_type(self.field.args["filter"].type)
        assert isinstance(kind, GraphQLInputObjectType), f"{self}(filter)"
        return kind

    def filters(self, client: Client) -> Iterator[dict[str, Any]]:
        """A filter by each of its fields alone."""
        for name, part in self.filter.fields.items() if self.filter else ():
            kind = part.extensions[DEFINITION].metadata.get(IDS_OF)
            yield {name: [an_id(kind, client)] if kind else some_value(part.type, client)}


def an_id(kind: str, client: Client) -> str:
    """The id of one of these."""
    of_kind = {"Organisation": client.world.bodies, "Unit": client.world.units}
    if kind == "Secondment":
        return global_id(kind, client.world.secondments["zhou"])
    if kind == "Person":
        return global_id(kind, client.world["lin"].person_id)
    return global_id(kind, of_kind[kind]["kunyang"])


def some_value(kind: Any, client: Client) -> Any:
    """A value of this type, which narrows."""
    match kind:
        case GraphQLNonNull(of_type=inner):
            return some_value(inner, client)
        case GraphQLList(of_type=inner):
            return [some_value(inner, client)]
        case GraphQLEnumType():
            return next(iter(kind.values))
        case GraphQLInputObjectType():
            return {name: some_value(part.type, client) for name, part in kind.fields.items()}
    return {
        "ID": global_id("Organisation", client.world.bodies["kunyang"]),
        "String": "渣土",
        "Boolean": True,
        "Date": "2026-03-09",
    }[kind.name]


def lists() -> Iterator[Listed]:
    """All connections of the schema."""
    schema = house_schema()._schema
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and kind is not schema.subscription_type:
            for key, part in kind.fields.items():
                if get_named_type(part.type).name.endswith("Connection"):
                    yield Listed(name, key, part)


@dataclass(frozen=True)
class Variant:
    """One list seen from one side in one order."""

    list: Listed
    given: Mapping[str, str] = field(hash=False)

    def __str__(self) -> str:
        return " ".join((str(self.list), *self.given.values()))

    @property
    def side(self) -> str | None:
        """From which side it is seen, where there are several."""
        return self.given.get("box") or self.given.get("side")

    @property
    def sort(self) -> str | None:
        """In which order, where there are several."""
        return self.given.get("sort")


def variants() -> Iterator[Variant]:
    """Every list from every side in every order."""
    for each in lists():
        names = [name for name in ("box", "side", "sort") if name in each.field.args]
        for words in product(*(each.choices(name) for name in names)):
            yield Variant(each, dict(zip(names, map(str, words), strict=True)))


EDGES = "edges { cursor node { %s } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


async def ask(
    client: Client, listed: Listed, *, of: str | None = None, select: str | None = None, **given: Any
) -> Answer:
    """Ask a list, of the object `of` where it is an object's, with these arguments."""
    wanted = {name: value for name, value in given.items() if value is not None}
    declared = [f"${name}: {listed.field.args[name].type}" for name in wanted]
    assert not [
        name
        for name, taken in listed.field.args.items()
        if is_required_argument(taken) and name not in wanted
    ]
    arguments = ", ".join(f"{name}: ${name}" for name in wanted)
    asked = f"{listed.name}{f'({arguments})' if arguments else ''} {{ {select or EDGES % listed.shown} }}"
    if listed.owner != "Query":
        declared.append("$of: ID!")
        asked = f"node(id: $of) {{ ... on {listed.owner} {{ {asked} }} }}"
    head = f"query({', '.join(declared)})" if declared else "query"
    return await client.ask(f"{head} {{ {asked} }}", **wanted, **({"of": of} if of else {}))


async def page(client: Client, variant: Variant, *, of: str | None = None, **given: Any) -> dict[str, Any]:
    """One page of a list, which must be given."""
    data = (await ask(client, variant.list, of=of, **{**variant.given, **given})).data
    found: dict[str, Any] = (
        data[variant.list.name] if variant.list.owner == "Query" else data["node"][variant.list.name]
    )
    return found
