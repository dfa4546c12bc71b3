"""The composition root: the parts of the platform put together from the settings.

Only here do settings, policies, tables and rooms meet. It refuses to start what could not keep its promises: a policy
row that cannot be asked of its table, a set clock in production, personal data without their keys.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import domain.tables
from domain.agreements.models import Agreement
from domain.alerts.models import Alert, AlertNotice
from domain.assignments.models import Assignment
from domain.attendance.models import AttendanceEntry
from domain.catalogue.models import (
    Assessment,
    ClassMember,
    Duty,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    Entrustment,
    EntrustmentEnd,
    Item,
    ItemNameEnding,
    ItemVersion,
    LenientEntry,
    PatrolEntry,
    Recall,
    TownshipClass,
)
from domain.certificates.models import Certificate, CertificateChange, Qualification
from domain.consultations.models import Consultation
from domain.deadlines.models import Deadline, DeadlineChange, DeadlineRung
from domain.discipline.models import DisciplinaryCase
from domain.documents.models import File
from domain.documents.store import Store
from domain.edge import Edge
from domain.exports.models import Export
from domain.leave.models import LeaveRequest
from domain.liaisons.models import Liaison
from domain.lineage.models import LineageEntry
from domain.night_duty.models import NightDuty, NightDutySwap
from domain.notifications.models import Notification
from domain.organisations.models import Organisation, OrganisationFunction, Unit
from domain.personal_data.models import PersonalData
from domain.personal_data.sealing import Keys
from domain.referrals.models import (
    Referral,
    ReferralArticle,
    ReferralEvent,
    ReferralMaterial,
    ReferralNote,
)
from domain.search.models import SearchGram, SearchText
from domain.secondments.models import Secondment
from domain.staff.models import Person, PersonNameEnding, StaffEntry
from domain.substitutions.models import Substitution
from domain.supervision.models import SupervisionNote
from ops.addresses import for_sqlalchemy
from ops.personal_data_keys import KeyFile, is_of_a_demo
from ops.secrets import Secrets
from ops.settings import Settings, WrongSetting
from ops.troubles import Trouble
from policies.registry import Registry
from policies.rows import platform_rows
from tenancy.clock import Clock, SettableClock, WallClock
from tenancy.ids import county_id, named_id
from tenancy.kinds import Base
from tenancy.models import Capacity
from tenancy.transactions import Engines
from workers.checkpoints import CheckpointFolder
from workers.desk import Desk

if TYPE_CHECKING:
    from api.limits import Limits
    from api.pages.serving import Demo, Pages
    from api.trusted import TrustedDocuments
    from tenancy.provider_sign_in import ProviderDoor

# Which table holds which resource or aspect of the policies' vocabulary.
HOLDS: tuple[tuple[type[Base], str], ...] = (
    (Referral, "referral.letter"),
    (Referral, "referral.file"),
    (ReferralMaterial, "referral.materials"),
    (ReferralMaterial, "referral.file"),
    (ReferralArticle, "referral.articles"),
    (ReferralNote, "referral.notes"),
    (ReferralEvent, "referral.events"),
    (SearchText, "referral.letter"),
    (SearchGram, "referral.letter"),
    (Agreement, "agreement.list"),
    (Assignment, "assignment.entry"),
    (Substitution, "substitution.entry"),
    (Capacity, "substitution.post"),
    (Capacity, "inbox.post"),
    (Liaison, "liaison.entry"),
    (Alert, "alert.letter"),
    (AlertNotice, "alert.notice"),
    (SupervisionNote, "supervision.note"),
    (Item, "item.entry"),
    (ItemVersion, "item.entry"),
    (ItemNameEnding, "item.entry"),
    (TownshipClass, "empowerment.notice"),
    (ClassMember, "empowerment.notice"),
    (Empowerment, "empowerment.notice"),
    (EmpoweredItem, "empowerment.notice"),
    (Recall, "empowerment.notice"),
    (EmpowermentAcceptance, "empowerment.acceptance"),
    (Entrustment, "entrustment.agreement"),
    (EntrustmentEnd, "entrustment.agreement"),
    (Assessment, "empowerment.notice"),
    (Duty, "duty.entry"),
    (PatrolEntry, "patrol.entry"),
    (LenientEntry, "lenient.entry"),
    (DisciplinaryCase, "discipline.case"),
    (Secondment, "secondment"),
    (LeaveRequest, "leave.request"),
    (LeaveRequest, "leave.absence"),
    (AttendanceEntry, "attendance.entry"),
    (NightDuty, "night_duty.duty"),
    (NightDutySwap, "night_duty.swap"),
    (Consultation, "consultation.entry"),
    (StaffEntry, "staff.entry"),
    (StaffEntry, "staff.ratio"),
    (Certificate, "certificate.entry"),
    (CertificateChange, "certificate.entry"),
    (Qualification, "qualification.entry"),
    (Notification, "notification.entry"),
    (File, "file.content"),
    (Export, "export.entry"),
    (Deadline, "deadline"),
    (DeadlineRung, "deadline"),
    (DeadlineChange, "deadline"),
    (Organisation, "organisation.entry"),
    (OrganisationFunction, "organisation.entry"),
    (Unit, "organisation.entry"),
    (LineageEntry, "lineage.entry"),
    (Person, "organisation.entry"),
    (PersonNameEnding, "organisation.entry"),
    (PersonalData, "personal_data.entry"),
    (PersonalData, "personal_data.value"),
)


def registry() -> Registry:
    """Every table under what it holds."""
    registered = Registry()
    for model, resource in HOLDS:
        registered.register(model, resource)
    return registered


def refuse_rows_that_cannot_be_asked() -> None:
    """Whether every policy row of the platform can be asked of the tables it speaks of. Raises the policies' refusals."""
    assert domain.tables.MODULES
    registry().refuse_what_cannot_be_asked(platform_rows())


def clock_of(settings: Settings, engine: AsyncEngine) -> Clock:
    """The wall clock; in a demo, the set clock while one is set."""
    return SettableClock(engine) if settings.is_demo else WallClock()


async def refuse_a_set_clock_in_production(settings: Settings, engine: AsyncEngine) -> None:
    """A production server does not start on a database in which a clock is set. Raises Trouble."""
    if settings.is_demo:
        return
    async with engine.connect() as connection:
        if await connection.scalar(text("select exists (select from set_clock)")):
            raise Trouble(
                en="A clock is set in this database, as demos and tests do. A production server runs on real time: "
                "remove it with `gongguan clock unset` in demo mode, or use another database.",
                zh="此数据库设有演示时钟。生产环境只按真实时间运行：请在演示模式下执行 gongguan clock unset，或改用其他数据库。",
            )


async def refuse_personal_data_that_cannot_be_opened(settings: Settings, engine: AsyncEngine) -> None:
    """A production server starts neither with keys of a demo nor without those that something lies under. Raises Trouble."""
    if settings.is_demo:
        return
    keys = key_file_of(settings).read()
    if demo := sorted(filter(is_of_a_demo, keys.known)):
        raise Trouble(
            en=f"The file of the keys of personal data holds those of a demo: {', '.join(demo)}. Name another file "
            "with GONGGUAN_PERSONAL_DATA_KEYS, and make a key in it with `gongguan personal-data new-key`.",
            zh=f"个人信息密钥文件中含有演示密钥：{'、'.join(demo)}。请用 GONGGUAN_PERSONAL_DATA_KEYS 指定其他文件，"
            "再执行 gongguan personal-data new-key 生成正式密钥。",
        )
    async with engine.connect() as connection:
        used = set(await connection.scalars(text("select keys_of_personal_data()")))
    if missing := sorted(used - set(keys.known)):
        raise Trouble(
            en=f"Personal data in this database lie under keys that are not in {settings.personal_data_keys}: "
            f"{', '.join(missing)}. Put that file back (GONGGUAN_PERSONAL_DATA_KEYS names it); without it they are lost.",
            zh=f"数据库中的个人信息所用密钥不在 {settings.personal_data_keys} 中：{'、'.join(missing)}。"
            "请恢复该密钥文件（由 GONGGUAN_PERSONAL_DATA_KEYS 指定），否则这些信息无法解密。",
        )


def key_file_of(settings: Settings) -> KeyFile:
    """Where the keys of personal data are. A demo makes its own."""
    file = KeyFile(settings.personal_data_keys)
    if settings.is_demo:
        file.made_for_a_demo()
    return file


def edge_of(
    settings: Settings,
    app_url: str,
    *,
    statement_seconds: float | None = None,
    keys: Callable[[], Keys] = Keys,
) -> Edge:
    """The edge over the app's login, with a door for tokens of the providers that are trusted here."""
    engines = Engines.of(for_sqlalchemy(app_url), statement_seconds=statement_seconds)
    clock = clock_of(settings, engines.writing)
    return Edge(engines=engines, clock=clock, admit=_door_of(settings, engines, clock).admit, keys=keys)


def _door_of(settings: Settings, engines: Engines, clock: Clock) -> "ProviderDoor":
    from api.providers import published_keys  # noqa: PLC0415 - the worker composes as well and needs none of it
    from ops.providers import providers_in  # noqa: PLC0415 - likewise
    from tenancy.provider_keys import KeyRing  # noqa: PLC0415 - likewise
    from tenancy.provider_sign_in import ProviderDoor  # noqa: PLC0415 - likewise

    rings = [KeyRing(provider, published_keys) for provider in providers_in(settings.providers)]
    return ProviderDoor(engines.writing, rings, clock=clock)


def pages_of(settings: Settings) -> "Pages | None":
    """The pages for browsers, where they are wanted; only those of a demo know anybody to sign in as."""
    if not settings.pages:
        return None
    from api.pages.serving import Pages  # noqa: PLC0415 - the worker composes as well and needs none of it
    from ops.error_catalogue import catalogued  # noqa: PLC0415 - likewise

    return Pages(catalogued, demo=_demo_to_look_at if settings.is_demo else lambda: None)


def _demo_to_look_at() -> "Demo":
    from api.identifiers import global_id  # noqa: PLC0415 - likewise
    from api.pages.serving import Demo, SamplePerson  # noqa: PLC0415 - likewise
    from ops.demo.people import demo_county, sign_ins  # noqa: PLC0415 - likewise
    from ops.welcome import SHOWN  # noqa: PLC0415 - likewise

    everybody = {each.login: each for each in sign_ins()}
    demo = demo_county()
    return Demo(
        password=demo.accounts.password,
        people=tuple(
            SamplePerson(login, everybody[login].name, tuple(map(" ".join, everybody[login].posts)))
            for login in SHOWN
        ),
        addressee=global_id("Organisation", named_id(county_id(demo.county.code), "organisation", "kunyang")),
    )


def trusted_documents_of(settings: Settings) -> "TrustedDocuments | None":
    """The manifest of the documents that are answered, if there is one. Raises `ManifestRefused`."""
    from api.trusted import TrustedDocuments  # noqa: PLC0415 - the worker composes as well and needs none of it

    file = settings.trusted_documents
    if file is None:
        return None
    return TrustedDocuments.read(file.read_bytes(), name=file.name, others=settings.other_documents)


def limits_of(settings: Settings) -> "Limits":
    """What one request and one body may ask for here: the platform's numbers, but for those that are set. Raises Trouble."""
    from api.limits import Limits  # noqa: PLC0415 - the worker composes as well and needs none of it

    known = sorted(part.name for part in fields(Limits))
    for name in settings.limits:
        if name not in known:
            raise WrongSetting(
                "GONGGUAN_LIMITS",
                en=f"may set these, and nothing else: {', '.join(known)}.",
                zh=f"只能设置以下各项：{'、'.join(known)}。",
            )
    return replace(Limits(), **settings.limits)


def metrics_token_of(settings: Settings) -> str:
    """The token that opens `/metrics`: the one that was given, or the home's own, made when first needed."""
    return settings.metrics_token_given or Secrets(settings.home).password("metrics-token")


def store_of(settings: Settings) -> Store:
    """Where uploaded files lie."""
    return Store(settings.home / "files")


def desk_of(settings: Settings, app_url: str, store: Store) -> Desk:
    """Where the worker makes exports: over the app's login, so that it reads what clerks would."""
    return Desk(edge=edge_of(settings, app_url), store=store)


def checkpoints_of(settings: Settings) -> CheckpointFolder:
    """Where signed checkpoints of the audit trail are kept, and the key that signs them."""
    return CheckpointFolder(
        folder=settings.home / "checkpoints", key_file=settings.home / "secrets" / "audit-key.pem"
    )
