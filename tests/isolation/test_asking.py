"""The documents themselves: they leave no field of the schema out, and grow with it, not with the ways through it."""

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    validate,
    visit,
)

from api.identifiers import global_id
from api.schema import house_schema
from tenancy.ids import new_id
from tests.isolation.asking import (
    IDS_AT_MOST,
    SUBJECTS_AT_MOST,
    Document,
    Supply,
    Writer,
    fields_of,
    first,
    whole_questions,
    whole_subscriptions,
)
from tests.isolation.watching import tables_of_nodes

VILLAGE = build_schema("""
    interface Node { id: ID! }
    type Query { villages(first: Int!): VillageList!  lake(id: ID!): Lake }
    type VillageList { villages: [Village!]! }
    type Village implements Node { id: ID!  name: String!  sisters(first: Int!): VillageList!  lake: Lake  well: Lake }
    type Lake implements Node { id: ID!  depth: Int!  owner: Village }
""")


class Fields(Visitor):
    """The fields that a document asks for, as `Type.field`; each as often as it is asked."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: list[str] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.found.append(f"{self.info.get_parent_type()}.{node.name.value}")


def asked(schema: GraphQLSchema, document: Document) -> list[str]:
    """What one document asks for, once it is known to be right."""
    parsed = parse(document.text)
    assert not validate(schema, parsed), document
    info = TypeInfo(schema)
    fields = Fields(info)
    visit(parsed, TypeInfoVisitor(info, fields))
    return [each for each in fields.found if "__" not in each]


def below(schema: GraphQLSchema, *roots: str) -> set[str]:
    """Every field that hangs somewhere below these types."""
    waiting, met = list(roots), set(roots)
    while waiting:
        of = schema.type_map[waiting.pop()]
        leads_to = {get_named_type(told.type).name for told in getattr(of, "fields", {}).values()}
        leads_to |= (
            {each.name for each in schema.get_possible_types(of)} if hasattr(of, "resolve_type") else set()
        )
        waiting += leads_to - met
        met |= leads_to
    return {each for each in fields_of(schema) if each.partition(".")[0] in met}


def supply_of_everything(many: int = 1) -> Supply:
    """Some ids of every kind that lies in a table."""
    kinds = tables_of_nodes().values()
    return Supply({kind: [global_id(kind, new_id()) for _ in range(many)] for kind in kinds})


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return house_schema()._schema


class TestTheQuestions:
    def test_ask_every_field_that_hangs_below_the_query(self, schema: GraphQLSchema) -> None:
        found = {
            field
            for document in whole_questions(schema, supply_of_everything())
            for field in asked(schema, document)
        }
        assert below(schema, "Query") - found == set()

    def test_ask_every_field_of_every_message(self, schema: GraphQLSchema) -> None:
        found = {
            field
            for document in whole_subscriptions(schema, supply_of_everything())
            for field in asked(schema, document)
        }
        assert {"Subscription.changes", "Subscription.notifications", "Change.subject"} <= found

    def test_are_about_ids_from_all_over(self, schema: GraphQLSchema) -> None:
        supply = supply_of_everything(many=100)
        asked_about = {
            value
            for document in whole_questions(schema, supply)
            if document.root == "node"
            for value in document.variables.values()
        }
        for kind, ids in supply.ids.items():
            places = [n for n, each in enumerate(ids) if each in asked_about]
            assert IDS_AT_MOST // 2 < len(places) <= IDS_AT_MOST, kind
            assert places[0] < 10, kind
            assert places[-1] >= 90, kind

    def test_follow_many_matters_and_some_of_everything_else(self, schema: GraphQLSchema) -> None:
        supply = supply_of_everything(many=100)
        subjects = [
            value for document in whole_subscriptions(schema, supply) for value in document.variables.values()
        ]
        followed = {kind: sum(each in subjects for each in ids) for kind, ids in supply.ids.items()}
        assert followed["Referral"] > SUBJECTS_AT_MOST
        assert all(followed.values())


class TestAWholeDocument:
    def test_asks_attributes_everywhere_and_what_hangs_on_a_node_once(self) -> None:
        (document,) = (
            each for each in whole_questions(VILLAGE, Supply({"Lake": []})) if each.root == "villages"
        )
        fields = asked(VILLAGE, document)
        assert fields.count("Village.sisters") == fields.count("Village.well") == 1
        assert fields.count("Lake.owner") == 1
        assert fields.count("Lake.depth") == 2
        # Among them those of the villages that are told of as sisters, and as the owner of a lake.
        assert fields.count("Village.name") == 3

    def test_has_one_variable_for_all_that_mean_the_same(self) -> None:
        (document,) = (
            each for each in whole_questions(VILLAGE, Supply({"Lake": []})) if each.root == "villages"
        )
        assert document.text.count("first: $v0") == document.text.count("first:") == 2
        assert document.variables == {"v0": 100}

    def test_has_variables_of_their_own_for_what_differs(self) -> None:
        writer = Writer(VILLAGE, Supply({}), first)
        lake, villages = (VILLAGE.query_type.fields[name] for name in ("lake", "villages"))
        calls = [
            writer.call("lake", lake, {"id": "a"}),
            writer.call("lake", lake, {"id": "b"}),
            writer.call("lake", lake, {"id": "a"}),
            writer.call("villages", villages, {"first": 1}),
            writer.call("villages", villages, {"first": 2}),
        ]
        assert calls == [
            "lake(id: $v0)",
            "lake(id: $v1)",
            "lake(id: $v0)",
            "villages(first: $v2)",
            "villages(first: $v3)",
        ]
