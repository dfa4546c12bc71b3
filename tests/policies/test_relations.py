"""Declarations of relations, and what it takes to stand in one. Agreement with SQL is tested in `test_worlds.py`."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid
from sqlalchemy.orm import DeclarativeBase, column_property

from policies.relations import RELATIONS, UndeclaredRelation, UnknownColumn, UnknownRelation, declaration_of
from tests.policies.tables import (
    COORDINATION,
    KUNYANG,
    PINGYANG,
    TRANSPORT,
    Isolated,
    Letter,
    acting,
    named,
    standing_only_as,
)


class Base(DeclarativeBase):
    metadata = MetaData()


columns = Table(
    "columns",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant_id", Uuid),
    Column("name", String),
    Column("text_id", Uuid(as_uuid=False)),
)


def declared_on(column: str, relation: str = "owner") -> type[Any]:
    members = {
        "__table__": columns,
        "twice": column_property(columns.c.id * 2),
        "relations": {relation: column},
    }
    return type(f"Table with {relation} on {column}", (Base,), members)


class TestADeclaration:
    def test_names_a_column_of_ids(self) -> None:
        assert declaration_of(declared_on("tenant_id")).columns == {"owner": "tenant_id"}

    @pytest.mark.parametrize("column", ["name", "id", "text_id", "twice", "metadata", "nowhere"])
    def test_is_refused_on_anything_else(self, column: str) -> None:
        with pytest.raises(UnknownColumn, match=f"“{column}”"):
            declaration_of(declared_on(column))

    def test_is_refused_for_a_relation_outside_the_closed_set(self) -> None:
        with pytest.raises(UnknownRelation, match="“cousin”"):
            declaration_of(declared_on("tenant_id", relation="cousin"))

    def test_is_refused_on_something_that_is_no_table(self) -> None:
        with pytest.raises(UnknownColumn):
            declaration_of(type("NoTable", (), {"relations": {"owner": "id"}}))


class TestARelation:
    @pytest.mark.parametrize("relation", RELATIONS)
    def test_holds_by_its_own_column_alone(self, relation: str) -> None:
        actor = acting(tenant=KUNYANG, overseen=PINGYANG)
        row = standing_only_as(relation, actor=actor)
        assert [name for name in RELATIONS if RELATIONS[name].holds(actor, row)] == [relation]

    @pytest.mark.parametrize("relation", RELATIONS)
    def test_does_not_hold_where_the_row_names_nobody_or_somebody_else(self, relation: str) -> None:
        actor = acting(tenant=KUNYANG, overseen=PINGYANG)
        somebody_else = Isolated(**{f"{relation}_id": named("somebody else")})
        assert not RELATIONS[relation].holds(actor, Isolated())
        assert not RELATIONS[relation].holds(actor, somebody_else)

    @pytest.mark.parametrize("relation", RELATIONS)
    def test_has_a_meaning_in_both_languages(self, relation: str) -> None:
        assert RELATIONS[relation].en
        assert RELATIONS[relation].zh

    def test_that_the_table_does_not_declare_is_refused_in_memory_and_in_sql(self) -> None:
        with pytest.raises(UndeclaredRelation, match="Letter does not declare the relation “home”"):
            RELATIONS["home"].holds(acting(), Letter())
        with pytest.raises(UndeclaredRelation):
            RELATIONS["home"].sql(acting(), Letter)


class TestAnOverseer:
    def test_is_nobody_where_the_body_oversees_nothing_even_if_the_row_is_shown_to_nobody(self) -> None:
        unshown = Letter(a=TRANSPORT, shown=None)
        assert not RELATIONS["overseer"].holds(acting(tenant=COORDINATION, overseen=None), unshown)

    @pytest.mark.parametrize("party", ["a", "b", "c"])
    def test_is_nobody_whose_body_is_party_to_the_row(self, party: str) -> None:
        wu = acting("coordinator", tenant=COORDINATION, overseen=PINGYANG)
        parties: dict[str, UUID] = {"a": TRANSPORT, "b": KUNYANG, "c": KUNYANG}
        assert RELATIONS["overseer"].holds(wu, Letter(**parties, shown=PINGYANG))
        assert not RELATIONS["overseer"].holds(
            wu, Letter(**(parties | {party: COORDINATION}), shown=PINGYANG)
        )

    def test_stays_one_when_the_officer_is_concerned_in_person_only(self) -> None:
        wu = acting("supervisor", tenant=COORDINATION, overseen=PINGYANG)
        row = Isolated(overseer_id=PINGYANG, undertaker_id=wu.person_id, addressee_id=wu.capacity_id)
        assert RELATIONS["overseer"].holds(wu, row)
