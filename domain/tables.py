"""All tables of the platform, imported in one place for whoever needs the whole schema (migrations, tests, start-up).

It declares nothing itself.
"""

import tenancy.models
from domain.agreements import models as agreements
from domain.alerts import models as alerts
from domain.assignments import models as assignments
from domain.attendance import models as attendance
from domain.audit import models as audit
from domain.calendars import models as calendars
from domain.catalogue import models as catalogue
from domain.certificates import models as certificates
from domain.consultations import models as consultations
from domain.deadlines import models as deadlines
from domain.discipline import models as discipline
from domain.documents import models as documents
from domain.exports import models as exports
from domain.leave import models as leave
from domain.liaisons import models as liaisons
from domain.lineage import models as lineage
from domain.night_duty import models as night_duty
from domain.notifications import models as notifications
from domain.organisations import models as organisations
from domain.outbox import models as outbox
from domain.personal_data import models as personal_data
from domain.referrals import models as referrals
from domain.rulebooks import models as rulebooks
from domain.search import models as search
from domain.secondments import models as secondments
from domain.staff import models as staff
from domain.substitutions import models as substitutions
from domain.supervision import models as supervision

MODULES = (
    tenancy.models,
    agreements,
    alerts,
    assignments,
    attendance,
    audit,
    calendars,
    catalogue,
    certificates,
    consultations,
    deadlines,
    discipline,
    documents,
    exports,
    leave,
    liaisons,
    lineage,
    night_duty,
    notifications,
    organisations,
    outbox,
    personal_data,
    referrals,
    rulebooks,
    search,
    secondments,
    staff,
    substitutions,
    supervision,
)
