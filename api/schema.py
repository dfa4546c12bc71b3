"""The whole schema: every capability's questions and acts in one place, and its SDL."""

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.utils.str_converters import to_camel_case

from api.agreements import Agreement, AgreementMutations, AgreementQueries
from api.alert_acts import AlertMutations
from api.alerts import Alert, AlertNotice, AlertQueries
from api.assignment_acts import AssignmentMutations
from api.attendance import AttendanceEntry, AttendanceMutations, AttendanceQueries
from api.catalogue import CatalogueQueries, DutyEntry, Item, TownshipClass
from api.catalogue_acts import CatalogueMutations
from api.catalogue_competence import CompetenceQueries
from api.catalogue_lists import (
    CatalogueListMutations,
    CatalogueListQueries,
    LenientEntry,
    PatrolEntry,
)
from api.catalogue_powers import CataloguePowerQueries, Empowerment, Entrustment
from api.certificates import Certificate, CertificateMutations, CertificateQueries, Qualification
from api.changes import ChangeSubscriptions
from api.consultation_acts import ConsultationMutations
from api.consultations import Consultation, ConsultationQueries
from api.deadline_explanations import DeadlineExplanationQueries
from api.deadlines import Deadline, DeadlineQueries
from api.descriptions import describe_the_rest
from api.discipline import DisciplinaryCase, DisciplineQueries
from api.discipline_acts import DisciplineMutations
from api.exports import Export, ExportMutations, ExportQueries
from api.inbox import InboxQueries
from api.leave import LeaveQueries, LeaveRequest
from api.leave_acts import LeaveMutations
from api.liaison_acts import LiaisonMutations
from api.liaisons import Liaison, LiaisonQueries
from api.limits import Limits
from api.night_duty import NightDuty, NightDutyQueries, NightDutySwap
from api.night_duty_acts import NightDutyMutations
from api.node import NodeQueries
from api.notifications import (
    Notification,
    NotificationMutations,
    NotificationQueries,
    NotificationSubscriptions,
)
from api.operations import HouseSchema
from api.organisations import Organisation, OrganisationQueries, Unit
from api.personal_data import PersonalData
from api.personal_data_acts import PersonalDataMutations
from api.personnel import PersonnelMutations, PersonnelQueries
from api.ratios import RatioQueries
from api.referral_acts import ReferralMutations
from api.referral_answers import ReferralAnswerMutations
from api.referral_courses import ReferralCourseMutations
from api.referral_lists import ReferralQueries
from api.referral_statistics import ReferralStatisticsQueries
from api.referral_suspensions import ReferralSuspensionMutations
from api.referrals import Referral, ReferralArticle, ReferralMaterial, ReferralNote
from api.rotations import RotationQueries
from api.scalars import SCALARS
from api.secondment_acts import SecondmentMutations
from api.secondments import Secondment, SecondmentQueries
from api.sign_in import SignInMutations, SignInQueries
from api.staff import Person, StaffEntry
from api.substitutions import Post, Substitution, SubstitutionMutations, SubstitutionQueries
from api.supervision import SupervisionNote, SupervisionQueries
from api.supervision_acts import SupervisionMutations
from api.ways import show_the_ways


@strawberry.type(description="What can be read. Each operation reads in one snapshot. 查询")
class Query(
    SignInQueries,
    NodeQueries,
    OrganisationQueries,
    CatalogueQueries,
    CataloguePowerQueries,
    CatalogueListQueries,
    CompetenceQueries,
    SecondmentQueries,
    PersonnelQueries,
    CertificateQueries,
    AttendanceQueries,
    LeaveQueries,
    NightDutyQueries,
    ConsultationQueries,
    RatioQueries,
    RotationQueries,
    DeadlineQueries,
    DeadlineExplanationQueries,
    ReferralQueries,
    ReferralStatisticsQueries,
    LiaisonQueries,
    AgreementQueries,
    AlertQueries,
    SupervisionQueries,
    DisciplineQueries,
    SubstitutionQueries,
    NotificationQueries,
    InboxQueries,
    ExportQueries,
):
    """Every capability's questions."""


@strawberry.type(description="What can be done. Each field is one transaction. 办理")
class Mutation(
    SignInMutations,
    ReferralMutations,
    ReferralAnswerMutations,
    ReferralSuspensionMutations,
    ReferralCourseMutations,
    AssignmentMutations,
    CatalogueMutations,
    CatalogueListMutations,
    SecondmentMutations,
    PersonnelMutations,
    CertificateMutations,
    AttendanceMutations,
    LeaveMutations,
    NightDutyMutations,
    ConsultationMutations,
    LiaisonMutations,
    AgreementMutations,
    AlertMutations,
    SupervisionMutations,
    DisciplineMutations,
    SubstitutionMutations,
    PersonalDataMutations,
    NotificationMutations,
    ExportMutations,
):
    """Every capability's acts."""


@strawberry.type(description="What one is told as it happens, over a WebSocket or as an event stream. 推送")
class Subscription(NotificationSubscriptions, ChangeSubscriptions):
    """Every capability's feeds."""


class NamesOnce(NameConverter):
    """As strawberry writes names of Python in GraphQL, each worked out once and not with every argument of every request."""

    _worked_out = staticmethod(cache(to_camel_case))

    def apply_naming_config(self, name: str) -> str:
        """The name in GraphQL."""
        return self._worked_out(name)


def house_schema(
    *, introspection: bool = True, limits: Limits | None = None, breadth_first: bool = True
) -> HouseSchema:
    """The schema, ready to execute."""
    schema = HouseSchema(
        introspection=introspection,
        limits=limits,
        breadth_first=breadth_first,
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[
            Organisation,
            Unit,
            Person,
            PersonalData,
            Post,
            Substitution,
            Item,
            TownshipClass,
            Empowerment,
            Entrustment,
            DutyEntry,
            PatrolEntry,
            LenientEntry,
            Secondment,
            Consultation,
            StaffEntry,
            Certificate,
            Qualification,
            AttendanceEntry,
            LeaveRequest,
            NightDuty,
            NightDutySwap,
            Deadline,
            Referral,
            ReferralMaterial,
            ReferralArticle,
            ReferralNote,
            Liaison,
            Agreement,
            Alert,
            AlertNotice,
            SupervisionNote,
            DisciplinaryCase,
            Notification,
            Export,
        ],
        config=StrawberryConfig(scalar_map=SCALARS, name_converter=NamesOnce()),
    )
    describe_the_rest(schema._schema)
    show_the_ways(schema)
    return schema


def sdl() -> str:
    """The schema in the schema definition language, as it is committed in `schema.graphql`."""
    return house_schema().as_str() + "\n"
