"""Whether whoever acts may enforce in a matter: by their certificate, and as a seconded officer by the item.

Enforcing is taking a matter in hand, stopping a violation, verifying and deciding. Reading, writing a letter, numbering and
approving are not, and neither is telling the other side how far it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

from domain.catalogue import queries as catalogue
from domain.catalogue import rules as catalogue_rules
from domain.catalogue.routing import Answer
from domain.certificates import queries as certificates
from domain.certificates import rules as certificate_rules
from domain.certificates.rules import State
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.referrals import routing
from domain.referrals.models import Referral
from domain.referrals.refusals import CertificateStops, NotAnEmpoweredItem
from domain.referrals.rules import Act
from domain.secondments import posts
from domain.work import Work

ENFORCING: frozenset[Act] = frozenset({"record_stop", "verify", "record_decision"})
"""The acts on a referral that are steps of enforcement; taking it in hand is one besides."""

ONLY_EMPOWERED, TOGETHER = "staff.only_empowered_items", "staff.together_with_host"


About = Literal["outside_empowered_items", "together_with_township"]


@dataclass(frozen=True, slots=True)
class Warns:
    """What is warned about, and where that is said."""

    about: About
    source: str


async def require_entitled(work: Work, referral: Referral) -> None:
    """Whether whoever acts may enforce in this matter. Raises `CertificateStops`, `NotAnEmpoweredItem`."""
    await _refuse_an_invalid_certificate(work)
    rulebook = work.rulebook_on(referral.began_on)
    home_id = await posts.home_behind(work)
    if home_id is None or rulebook.choice(ONLY_EMPOWERED) != "binds":
        return
    if referral.from_id == work.actor.tenant_id:
        # What goes on before one's eyes is stopped whosever it is, and then handed over.
        return
    if await outside(work, [referral], home_id=home_id):
        known = await organisations.of_ids(work, [home_id, work.actor.tenant_id])
        raise NotAnEmpoweredItem(
            home=known[home_id].name,
            host=known[work.actor.tenant_id].name,
            item=referral.item_code,
            source=rulebook.cited(ONLY_EMPOWERED),
        )


async def outside(work: Work, referrals: Sequence[Referral], *, home_id: UUID) -> set[UUID]:
    """Those of the matters whose item is not one of the home's that the acting body was empowered with, by the day of finding."""
    answers = await routing.competences(work, referrals)
    bodies = await lineage.of_bodies(work)
    home = bodies.heir(home_id, work.today)
    found = set()
    for referral, answer in zip(referrals, answers, strict=True):
        department = await _department(work, referral)
        of_home = department is not None and bodies.heir(department, work.today) == home
        if not (of_home and _empowered(work, answer)):
            found.add(referral.id)
    return found


def _empowered(work: Work, answer: Answer) -> bool:
    """Whether the acting body is competent, and in its own name: what it was entrusted with is the department's still."""
    return answer.body_id == work.actor.tenant_id and answer.in_the_name_of is None


async def _department(work: Work, referral: Referral) -> UUID | None:
    """The department whose item it was when the matter was found."""
    item = await catalogue.item_of_code(work, referral.item_code)
    if item is None:
        return None
    versions = await catalogue.versions_of(work, [item.id])
    version = catalogue_rules.in_force(versions.get(item.id, []), referral.found_on)
    return None if version is None else version.department_id


async def _refuse_an_invalid_certificate(work: Work) -> None:
    """Who has none may be a head or a clerk; who has one that is not valid is no officer in the meantime."""
    last = await certificates.of_actor(work)
    if last is None:
        return
    valid = certificate_rules.is_valid(
        last.state, issued_on=last.issued_on, valid_until=last.valid_until, on=work.today
    )
    if valid:
        return
    if last.state == "held":
        until = last.valid_until.isoformat()
        said = (f"out of date: it was valid until {until}", f"有效期至{until}，现已过期")
    else:
        said = certificate_rules.WORDS[cast("State", last.state)]  # the database admits no other word
    raise CertificateStops(number=last.number, state=said[0], state_zh=said[1])


async def to_warn_of(work: Work, referrals: Sequence[Referral]) -> Mapping[UUID, Sequence[Warns]]:
    """What a seconded officer who acts for the host should know before taking these matters in hand."""
    home_id = await posts.home_behind(work)
    if home_id is None:
        return {}
    received = [each for each in referrals if each.addressee_id == work.actor.tenant_id]
    rulebooks = {each.id: work.rulebook_on(each.began_on) for each in received}
    limited = [each for each in received if rulebooks[each.id].choice(ONLY_EMPOWERED) != "free"]
    beyond = await outside(work, limited, home_id=home_id) if limited else set()
    return {
        each.id: [
            *(
                [Warns("outside_empowered_items", rulebooks[each.id].cited(ONLY_EMPOWERED))]
                if each.id in beyond
                else []
            ),
            *(
                [Warns("together_with_township", rulebooks[each.id].cited(TOGETHER))]
                if rulebooks[each.id].flag(TOGETHER)
                else []
            ),
        ]
        for each in received
    }
