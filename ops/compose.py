"""The composition root: the parts of the platform put together from the settings.

Only here do settings, policies, tables and rooms meet. It refuses to start what could not keep its promises: a policy
row that cannot be asked of its table, a set clock in production.
"""

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import domain.tables
from domain.agreements.models import Agreement
from domain.alerts.models import Alert, AlertNotice
from domain.deadlines.models import Deadline, DeadlineChange, DeadlineRung
from domain.documents.models import File
from domain.documents.store import Store
from domain.edge import Edge
from domain.exports.models import Export
from domain.notifications.models import Notification
from domain.organisations.models import Organisation, OrganisationFunction, Unit
from domain.referrals.models import (
    Referral,
    ReferralArticle,
    ReferralEvent,
    ReferralMaterial,
    ReferralNote,
)
from domain.search.models import SearchGram, SearchText
from domain.secondments.models import Secondment
from domain.staff.models import Person
from ops.addresses import for_sqlalchemy
from ops.settings import Settings
from ops.troubles import Trouble
from policies.registry import Registry
from policies.rows import platform_rows
from tenancy.clock import Clock, SettableClock, WallClock
from tenancy.kinds import Base
from tenancy.transactions import Engines
from workers.checkpoints import CheckpointFolder
from workers.desk import Desk

if TYPE_CHECKING:
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
    (Alert, "alert.letter"),
    (AlertNotice, "alert.notice"),
    (Secondment, "secondment.entry"),
    (Notification, "notification.entry"),
    (File, "file.content"),
    (Export, "export.entry"),
    (Deadline, "deadline.clock"),
    (DeadlineRung, "deadline.clock"),
    (DeadlineChange, "deadline.clock"),
    (Organisation, "organisation.entry"),
    (OrganisationFunction, "organisation.entry"),
    (Unit, "organisation.entry"),
    (Person, "organisation.entry"),
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
                zh="此数据库设有演示时钟。生产环境只按真实时间运行:请在演示模式下执行 gongguan clock unset,或改用其他数据库。",
            )


def edge_of(settings: Settings, app_url: str) -> Edge:
    """The edge over the app's login, with a door for tokens of the providers that are trusted here."""
    engines = Engines.of(for_sqlalchemy(app_url))
    clock = clock_of(settings, engines.writing)
    return Edge(engines=engines, clock=clock, admit=_door_of(settings, engines, clock).admit)


def _door_of(settings: Settings, engines: Engines, clock: Clock) -> "ProviderDoor":
    from api.providers import published_keys  # noqa: PLC0415 - the worker composes as well and needs none of it
    from ops.providers import providers_in  # noqa: PLC0415 - likewise
    from tenancy.provider_keys import KeyRing  # noqa: PLC0415 - likewise
    from tenancy.provider_sign_in import ProviderDoor  # noqa: PLC0415 - likewise

    rings = [KeyRing(provider, published_keys) for provider in providers_in(settings.providers)]
    return ProviderDoor(engines.writing, rings, clock=clock)


def trusted_documents_of(settings: Settings) -> "TrustedDocuments | None":
    """The manifest of the documents that are answered, if there is one. Raises `ManifestRefused`."""
    from api.trusted import TrustedDocuments  # noqa: PLC0415 - the worker composes as well and needs none of it

    file = settings.trusted_documents
    if file is None:
        return None
    return TrustedDocuments.read(file.read_bytes(), name=file.name, others=settings.other_documents)


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
