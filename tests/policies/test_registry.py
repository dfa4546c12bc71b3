"""The registry of tables, and that every row of the platform can be asked of the tables that it speaks of."""

import pytest

from domain import tables
from domain.rulebooks.registry import SIDES, SPLIT_ASPECTS
from ops import compose
from policies.registry import Registry, UnknownResource, UnregisteredAspect
from policies.relations import UndeclaredRelation, declaration_of
from policies.rows import Row, county_rows, platform_rows
from policies.vocabulary import ASPECTS
from tenancy.kinds import Base
from tests.policies.tables import PINGYANG, Isolated, Letter, Post


def row(relation: str, aspect: str) -> Row:
    return Row("*", "officer", relation, aspect, "read", "forbid", "policies/rules/referrals.csv:7")


class TestRegistering:
    def test_a_resource_gives_the_table_all_of_its_aspects(self) -> None:
        registry = Registry()
        registry.register(Letter, "referral")
        registry.register(Isolated, "referral.events")
        assert registry.models_of("referral.letter") == (Letter,)
        assert registry.models_of("referral.events") == (Letter, Isolated)
        assert registry.models_of("secondment.entry") == ()

    @pytest.mark.parametrize("resource", ["refferal", "referral.letters", "letter", ""])
    def test_a_resource_that_does_not_exist_is_refused(self, resource: str) -> None:
        with pytest.raises(UnknownResource):
            Registry().register(Letter, resource)


class TestStarting:
    def test_is_refused_for_a_row_on_a_relation_that_the_table_does_not_declare(self) -> None:
        registry = Registry()
        registry.register(Letter, "referral")
        registry.refuse_what_cannot_be_asked([row("sender", "referral.letter")])
        with pytest.raises(UndeclaredRelation, match=r"referrals\.csv:7: Letter does not declare .* “host”"):
            registry.refuse_what_cannot_be_asked([row("host", "referral.letter")])

    def test_is_refused_when_only_one_of_several_tables_declares_it(self) -> None:
        registry = Registry()
        registry.register(Isolated, "secondment")
        registry.register(Post, "secondment")
        with pytest.raises(UndeclaredRelation, match="Post"):
            registry.refuse_what_cannot_be_asked([row("sender", "secondment.entry")])

    def test_is_refused_for_a_row_on_an_aspect_without_a_table(self) -> None:
        with pytest.raises(UnregisteredAspect, match=r"referrals\.csv:7.*“referral\.letter”"):
            Registry().refuse_what_cannot_be_asked([row("sender", "referral.letter")])


class TestTheTablesOfThePlatform:
    def test_can_be_asked_everything_that_the_rows_say(self) -> None:
        registry = compose.registry()
        registry.refuse_what_cannot_be_asked(platform_rows())
        assert all(registry.models_of(aspect) for aspect in ASPECTS)

    def test_can_be_asked_what_a_county_s_rulebook_permits(self) -> None:
        registry = compose.registry()
        assert SPLIT_ASPECTS
        for split in SPLIT_ASPECTS.values():
            permits = [
                (str(PINGYANG), "officer", relation, split.resource, action, "permit")
                for side in SIDES.values()
                for relation in side
                for action in split.actions
            ]
            distinct = sorted(set(permits))
            registry.refuse_what_cannot_be_asked(
                county_rows(county_id=PINGYANG, rows=distinct, origin="rulebook")
            )

    def test_declare_only_relations_that_exist_on_columns_of_ids(self) -> None:
        models = [mapper.class_ for mapper in Base.registry.mappers]
        assert len(models) >= len(tables.MODULES)
        for model in models:
            declaration_of(model)
