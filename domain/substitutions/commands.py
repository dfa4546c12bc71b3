"""What is done with substitutions: one verb per function, each in the transaction that the edge opened.

Both are acts of a head in their own right: a substitute appoints nobody. Ending waits for the acts that are under way by
what was lent, because the opening call of each holds the row.
"""

from datetime import date
from uuid import UUID

from domain.audit.commands import record
from domain.outbox.commands import announce
from domain.outbox.rules import ToPerson
from domain.substitutions import queries, rules
from domain.substitutions.models import Substitution
from domain.texts import reasoned
from domain.work import Work
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import Stale


async def appoint(
    work: Work, *, absent_id: UUID, substitute_id: UUID, first_day: date, last_day: date, reason: str
) -> Substitution:
    """Appoint a post of the acting body to stand in for another one on these days.

    Raises `NotFound` (either post), `NotPermitted`, `NotLent`, `ForOneself`, `AppointingOneself`, `NothingToLend`,
    `InThePast`, `LastBeforeFirst`, `TooFar`, `PostEnds`, `HasASubstitute`, `StandsInAlready`, `ReasonNeeded`, `FieldTooLong`.
    """
    since, until = queries.instants(first_day, last_day, work.actor.zone)
    substitution = Substitution(
        county_id=work.county_id,
        id=new_id(),
        owner_id=work.actor.tenant_id,
        absent_id=absent_id,
        substitute_id=substitute_id,
        since=since,
        until=until,
        version=1,
        appointed_by=work.actor.person_id,
        appointed_at=work.now,
    )
    work.require("appoint", queries.ENTRY, substitution)
    rules.by_own_right(lent=work.in_place_of is not None)
    absent = await queries.the_post(work, absent_id, field="absent_id")
    substitute = await queries.the_post(work, substitute_id, field="substitute_id")
    rules.between(absent=absent.person_id, substitute=substitute.person_id, appointing=work.actor.person_id)
    rules.lasts(first_day, last_day, today=work.today, latest=queries.LATEST)
    rules.held(absent.until, since=since, first=first_day, field="absent_id")
    rules.held(substitute.until, since=since, first=first_day, field="substitute_id")
    substitution.roles = rules.lent(absent.roles)
    substitution.reason = reasoned(reason, field="reason")
    await queries.hold_the_body(work)
    rules.alone(
        queries.standing(substitution, work.actor.zone),
        known=await queries.known(work, since=since, until=until),
    )
    work.session.add(substitution)
    await _leave_a_line(work, substitution, "appointed")
    await _tell(work, substitution, "appointed", substitute)
    await _tell(work, substitution, "covered", absent)
    return substitution


async def end(work: Work, *, substitution_id: UUID, expected_version: int) -> Substitution:
    """End a substitution at once, or call off one that has not begun; what was lent is gone with the next request.

    Raises `NotFound`, `NotPermitted`, `NotLent`, `Stale`, `Over`.
    """
    substitution = await queries.the(work, substitution_id, to_change=True)
    work.require("end", queries.ENTRY, substitution)
    rules.by_own_right(lent=work.in_place_of is not None)
    if substitution.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=substitution.version)
    rules.endable(until=substitution.until, ended_at=substitution.ended_at, now=work.now)
    substitution.ended_by, substitution.ended_at = work.actor.person_id, work.now
    substitution.version += 1
    posts = await queries.posts_of_ids(work, [substitution.absent_id, substitution.substitute_id])
    await _leave_a_line(work, substitution, "ended")
    await _tell(work, substitution, "ended", *posts.values())
    return substitution


async def _leave_a_line(work: Work, substitution: Substitution, event: str) -> None:
    await work.session.flush()
    await record(
        work,
        action=f"substitution.{event}",
        subject_kind="substitution",
        subject_id=substitution.id,
        content={
            "absent": str(substitution.absent_id),
            "substitute": str(substitution.substitute_id),
            "roles": sorted(substitution.roles),
            "since": substitution.since.isoformat(),
            "until": substitution.until.isoformat(),
            "reason": substitution.reason,
            "version": substitution.version,
        },
    )


async def _tell(work: Work, substitution: Substitution, event: str, *posts: Capacity) -> None:
    await announce(
        work,
        kind=f"substitution.{event}",
        subject_kind="substitution",
        subject_id=substitution.id,
        audience=[ToPerson(post.tenant_id, post.person_id) for post in posts],
        facts={"sender": str(substitution.owner_id)},
    )
