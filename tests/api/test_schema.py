"""The schema as a whole: the committed SDL, one shape for every act, and words that agree with the domain's."""

from enum import Enum
from pathlib import Path
from typing import get_args

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from api import (
    agreements,
    alerts,
    certificates,
    consultations,
    deadlines,
    discipline,
    exports,
    inbox,
    liaisons,
    notifications,
    organisations,
    personnel,
    referral_lists,
    referral_words,
    secondment_aspects,
    secondments,
    staff,
    supervision,
)
from api.node import Node
from api.schema import house_schema, sdl
from domain import filters as domain_filters
from domain.agreements import rules as agreement_rules
from domain.alerts import queries as alert_queries
from domain.alerts import rules as alert_rules
from domain.certificates import rules as certificate_rules
from domain.consultations import queries as consultation_queries
from domain.consultations import rules as consultation_rules
from domain.deadlines import queries as deadline_queries
from domain.deadlines import rules as deadline_rules
from domain.discipline import queries as discipline_queries
from domain.discipline import rules as discipline_rules
from domain.inbox import rules as inbox_rules
from domain.liaisons import rules as liaison_rules
from domain.organisations import rules as organisation_rules
from domain.personnel import view
from domain.referrals import filters as referral_filters
from domain.referrals import rules as referral_rules
from domain.rulebooks.entries_of.staff import ESTABLISHMENT_KEPT
from domain.rulebooks.registry import MATERIALS, SPLIT_ASPECTS
from domain.rulebooks.values import Asks
from domain.secondments import queries as secondment_queries
from domain.secondments import rules as secondment_rules
from domain.staff import rules as staff_rules
from domain.supervision import queries as supervision_queries
from domain.supervision import rules as supervision_rules

ORDERS_BY_AGE = (
    agreements.AgreementSort,
    liaisons.LiaisonSort,
    alerts.AlertSort,
    alerts.AlertNoticeSort,
    exports.ExportSort,
    notifications.NotificationSort,
    inbox.InboxEntrySort,
    certificates.CertificateSort,
    supervision.SupervisionNoteSort,
    discipline.DisciplinaryCaseSort,
    consultations.ConsultationSort,
)

ROOT = Path(__file__).parents[2]


WITHOUT_A_VERSION = {
    "noteReferral",
    "giveReferral",
    "claimReferral",
    "releaseReferral",
    "openDisciplinaryCase",
}
"""A body's notes, and who in it handles a referral, leave the referral as it is, whatever others do to it meanwhile; a
disciplinary case leaves the secondment as it is under which it falls."""


class TestTheSchema:
    def test_is_committed_as_it_is(self) -> None:
        assert (ROOT / "schema.graphql").read_text(encoding="utf-8") == sdl(), (
            "schema.graphql is not what the code says. If the change is meant, write it again: gongguan schema > "
            "schema.graphql. Whether it breaks a client that is out there, `make check` says."
        )

    def test_lets_every_payload_and_every_object_in_it_be_null(self) -> None:
        mutation = house_schema()._schema.mutation_type
        assert mutation is not None
        for name, field in mutation.fields.items():
            payload = field.type
            assert isinstance(payload, GraphQLObjectType), f"{name} is not nullable"
            for part, inner in payload.fields.items():
                assert part == "userErrors" or not str(inner.type).endswith("!"), f"{name}.{part}"

    def test_has_one_shape_for_every_act(self) -> None:
        schema = house_schema()._schema
        mutation = schema.mutation_type
        assert mutation is not None
        for name, field in mutation.fields.items():
            assert list(field.args) == ["input"], name
            assert isinstance(field.type, GraphQLObjectType)
            assert [each.name for each in field.type.interfaces] == ["Payload"], name
            given = schema.type_map[str(field.args["input"].type).rstrip("!")]
            assert isinstance(given, GraphQLInputObjectType)
            assert "clientMutationId" in given.fields, name
            if name not in WITHOUT_A_VERSION and {
                "referralId",
                "agreementId",
                "liaisonId",
                "alertId",
                "alertNoticeId",
                "secondmentId",
                "certificateId",
                "supervisionNoteId",
                "disciplinaryCaseId",
                "consultationId",
            } & set(given.fields):
                assert "expectedVersion" in given.fields, name

    def test_finds_every_kind_of_node_again(self) -> None:
        from api.node import _FETCHED_BY

        possible = house_schema()._schema.get_possible_types(house_schema()._schema.type_map["Node"])  # type: ignore[arg-type]  # an interface
        assert {kind.name for kind in possible} == set(_FETCHED_BY)
        assert Node.__doc__


class TestWords:
    @pytest.mark.parametrize(
        ("spoken", "known"),
        [
            (organisations.OrganisationKind, get_args(organisation_rules.OrganisationKind)),
            (referral_words.ReferralState, get_args(referral_rules.State)),
            (referral_words.ReferralAct, get_args(referral_rules.Act)),
            (referral_words.ReferralFinding, get_args(referral_rules.Finding)),
            (referral_words.ReferralDecision, get_args(referral_rules.Decision)),
            (referral_words.ReferralStop, get_args(referral_rules.Stop)),
            (referral_words.DoubtStep, ("ask_government", "negotiate", "coordinate")),
            (referral_lists.ReferralBox, get_args(referral_filters.Box)),
            (referral_lists.ReferralSort, (*get_args(domain_filters.Age), "due")),
            (inbox.InboxKind, inbox_rules.KINDS),
            (secondments.SecondmentSort, get_args(secondment_queries.Sort)),
            *((order, get_args(domain_filters.Age)) for order in ORDERS_BY_AGE),
            (referral_words.MaterialKind, tuple(MATERIALS.kinds)),
            (agreements.AgreementState, agreement_rules.STATES),
            (agreements.AgreementAct, tuple(agreement_rules.TRANSITIONS)),
            (liaisons.LiaisonState, liaison_rules.STATES),
            (liaisons.LiaisonAct, liaison_rules.ACTS),
            (agreements.MaterialNeed, tuple(MATERIALS.needs)),
            (alerts.AlertKind, alert_rules.KINDS),
            (alerts.AlertState, alert_rules.STATES),
            (alerts.AlertNoticeState, alert_rules.NOTICE_STATES),
            (alerts.AlertAct, tuple(alert_rules.TRANSITIONS)),
            (alerts.AlertNoticeAct, tuple(alert_rules.NOTICE_TRANSITIONS)),
            (alerts.AlertAnswer, alert_rules.ANSWERS),
            (alerts.AlertNoticeBox, get_args(alert_queries.Box)),
            (supervision.SupervisionNoteKind, supervision_rules.KINDS),
            (supervision.SupervisionNoteState, supervision_rules.STATES),
            (supervision.SupervisionNoteAct, tuple(supervision_rules.TRANSITIONS)),
            (supervision.SupervisionNoteBox, get_args(supervision_queries.Box)),
            (discipline.DisciplinaryGround, discipline_rules.GROUNDS),
            (discipline.DisciplinaryCaseState, discipline_rules.STATES),
            (discipline.DisciplinaryCaseAct, tuple(discipline_rules.TRANSITIONS)),
            (discipline.DisciplinaryMeasure, discipline_rules.MEASURES),
            (discipline.DisciplinaryOutcome, discipline_rules.OUTCOMES),
            (discipline.DisciplinaryCaseBox, get_args(discipline_queries.Box)),
            (secondments.SecondmentMode, get_args(secondment_rules.Mode)),
            (secondments.SecondmentSide, get_args(secondment_rules.Side)),
            (secondments.SecondmentAct, secondment_rules.ACTS),
            (secondments.SecondmentLiaison, get_args(secondment_rules.Liaison)),
            (secondments.EstablishmentKept, tuple(ESTABLISHMENT_KEPT)),
            (staff.StaffRegister, staff_rules.REGISTERS),
            (staff.StaffEstablishment, staff_rules.ESTABLISHMENTS),
            (personnel.StaffEntrySide, get_args(view.Side)),
            (personnel.StaffEntrySort, get_args(view.Sort)),
            (certificates.CertificateState, certificate_rules.STATES),
            (certificates.CertificateStanding, certificate_rules.STANDINGS),
            (certificates.CertificateAct, certificate_rules.ACTS),
            (certificates.LegalReview, certificate_rules.REVIEWS),
            (consultations.ConsultationKind, consultation_rules.KINDS),
            (consultations.ConsultationAsks, get_args(Asks)),
            (consultations.ConsultationState, consultation_rules.STATES),
            (consultations.ConsultationAct, consultation_rules.ACTS),
            (consultations.ConsultationAnswer, consultation_rules.ANSWERS),
            (consultations.ConsultationStanding, consultation_rules.STANDINGS),
            (consultations.ConsultationBox, get_args(consultation_queries.Box)),
            (secondment_aspects.ManagedAspect, tuple(SPLIT_ASPECTS)),
            (secondment_aspects.SecondmentParty, ("home", "host")),
            (deadlines.DeadlineSide, get_args(deadline_queries.Side)),
            (deadlines.Rung, deadline_rules.RUNGS),
            (deadlines.DeadlineChangeKind, get_args(deadline_rules.Change)),
        ],
    )
    def test_are_those_of_the_domain(self, spoken: type[Enum], known: tuple[str, ...]) -> None:
        assert {word.value for word in spoken} == set(known)
