"""What is done with secondments: one verb per function, each in the transaction that the edge opened.

The home's personnel orders, extends and ends; the hosts and the officer are told. A secondment is a person's: extending and
ending are of all entries of that person under the order. Where the county's rules want the host heard before a recall, or its
consent, ending is refused without it: it is asked above (`consultations`), which says here what is cleared.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.audit.commands import record
from domain.filters import LAST_DAY
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.outbox.commands import announce
from domain.outbox.rules import ToPerson, ToTenant
from domain.rulebooks.aspects_of.management import DECIDE
from domain.rulebooks.registry import STAFF_MODES
from domain.rulebooks.rules import Rulebook
from domain.secondments import front, posts, queries, rules
from domain.secondments.models import Secondment
from domain.secondments.queries import ENTRY
from domain.secondments.rules import Act, Seconded, Span, Using
from domain.staff import register
from domain.staff.models import Person, StaffEntry
from domain.staff.rules import holds_on
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale

WHO_HEARS = ("head", "registrar", "personnel")
"""In the host, of who comes and who goes."""


async def order(
    work: Work,
    *,
    mode: str,
    order_number: str,
    people: Sequence[Seconded],
    hosts: Sequence[Using],
    since: date,
    until: date | None = None,
) -> Sequence[Secondment]:
    """Second some of the acting body's people to some townships, and grant them an officer's post with each.

    Raises `NotPermitted`, `NotFound` (somebody, a host), `BeforeTheRules`, `ModeNotHere`, `NobodySeconded`, `HostsDoNotFit`,
    `HostNotATownship`, `HostIsHome`, `Dissolved`, `LiaisonsNeeded`, `LiaisonsNotWanted`, `NotOnTheRegister`, `OnlyAssists`,
    `LeavesBefore`, `SecondedAlready`, `LastBeforeFirst`, `TooFar`, `FieldEmpty`, `FieldTooLong`.
    """
    work.require("order", ENTRY, Secondment(county_id=work.county_id, home_id=work.actor.tenant_id))
    number = written("order_number", order_number, rules.FIELDS)
    rules.lasts(since, until, today=work.today)
    rules.within_reach(since, until, latest=LAST_DAY)
    refuse_unknown_mode(work.rulebook_on(since), mode)
    rules.whole(mode, people, hosts)
    bodies = {using.host_id: await _host(work, using, mode, people) for using in hosts}
    order_id, entries = new_id(), list[Secondment]()
    # In one order for everybody who orders, ends or lets leave.
    for each in sorted(people, key=lambda each: each.person_id):
        person, entry = await _secondable(work, each.person_id, since, until)
        before = await queries.of_person(work, person.id)
        held = _spans(before)
        ordered = len(entries)
        for using in hosts:
            rules.free(
                held,
                host_id=using.host_id,
                since=since,
                until=until,
                name=person.name,
                host=bodies[using.host_id].name,
            )
            entries.append(
                Secondment(
                    county_id=work.county_id,
                    id=new_id(),
                    person_id=person.id,
                    pinyin=person.pinyin,
                    home_id=work.actor.tenant_id,
                    home_unit_id=entry.unit_id,
                    host_id=using.host_id,
                    mode=mode,
                    post=written("post", each.post, rules.FIELDS),
                    liaison=using.liaison_of(person.id),
                    order_id=order_id,
                    order_number=number,
                    since=since,
                    until=until,
                    version=1,
                    ordered_by=work.actor.person_id,
                    ordered_at=work.now,
                )
            )
        front.count_time([*before, *entries[ordered:]], rulebook_on=work.rulebook_on)
    work.session.add_all(entries)
    await work.session.flush()
    work.session.add_all([posts.granted(work, each) for each in entries])
    await _tell(work, entries, "ordered")
    return entries


async def extend(work: Work, *, secondment_id: UUID, expected_version: int, until: date) -> Secondment:
    """Let a secondment last until a later day, with all hosts of the order.

    Raises `NotFound`, `NotPermitted`, `Stale`, `NothingToExtend`, `Over`, `LastBeforeFirst`, `TooFar`, `LeavesBefore`,
    `SecondedAlready`.
    """
    # The register first, as whoever orders or lets leave does.
    person_id = (await queries.the(work, secondment_id)).person_id
    last = await register.to_change(work, person_id)
    secondment, entries = await _take_up(work, secondment_id, expected_version, "extend")
    rules.within_reach(until, latest=LAST_DAY)
    for each in entries:
        rules.extendable(each.since, each.until, until, ended=each.ended_at is not None, today=work.today)
    await _can_last(work, entries, person_id, until, last=None if last is None else last.until)
    for each in entries:
        each.until, each.version = until, each.version + 1
    await _count_time(work, entries)
    await posts.prolong(work, entries, until=until)
    await _tell(work, entries, "extended")
    return secondment


async def end(
    work: Work,
    *,
    secondment_id: UUID,
    expected_version: int,
    ends_on: date,
    reason: str,
    cleared: Collection[UUID] = (),
) -> Secondment:
    """End a secondment from a day on, today's at once, with all hosts of the order; what it granted is gone with that.

    `cleared` are the entries whose host was asked as the county's rules demand; of others, ending is refused where they
    demand anything. Raises `NotFound`, `NotPermitted`, `Stale`, `Over`, `EndsTooEarly`, `RecallNotCleared`,
    `ReasonNeeded`, `FieldTooLong`.
    """
    secondment, entries = await _take_up(work, secondment_id, expected_version, "end")
    for each in entries:
        rules.last_day(each.since, each.until, ends_on=ends_on, today=work.today)
    await _refuse_what_is_not_cleared(work, [each for each in entries if each.id not in cleared])
    await close(work, entries, ends_on=ends_on, reason=reasoned(reason, field="reason"))
    return secondment


async def transfer(
    work: Work, *, secondment_id: UUID, host_id: UUID, order_number: str, since: date, reason: str
) -> Secondment:
    """End the secondment of somebody stationed and order the next, in the same post with another host, from one day on.

    Whoever calls asked for what the county's rules demand. Raises `NotFound`, `NotPermitted`, `OnlyStationedTransferred`, and as
    ending and ordering.
    """
    before, entries = await queries.to_change(work, secondment_id)
    work.require("end", ENTRY, before)
    rules.transferable(before.mode)
    until = before.until
    await close(work, entries, ends_on=since, reason=reason)
    (after,) = await order(
        work,
        mode=before.mode,
        order_number=order_number,
        people=[Seconded(before.person_id, before.post)],
        hosts=[Using(host_id)],
        since=since,
        until=until,
    )
    return after


async def close(work: Work, entries: Sequence[Secondment], *, ends_on: date, reason: str) -> None:
    """End these entries and take their posts back. Whoever calls was asked for the permission.

    Raises `Over`, `EndsTooEarly`.
    """
    for each in entries:
        each.until = rules.last_day(each.since, each.until, ends_on=ends_on, today=work.today)
        each.version += 1
        each.ended_reason, each.ended_by, each.ended_at = reason, work.actor.person_id, work.now
    await _count_time(work, entries)
    await posts.take_back(work, entries, ends_on=ends_on)
    await _tell(work, entries, "ended")


async def _can_last(
    work: Work, entries: Sequence[Secondment], person_id: UUID, until: date, *, last: date | None
) -> None:
    """Whether these entries of a person can last until that day. Raises `LeavesBefore`, `SecondedAlready`."""
    name = (await register.the_own(work, person_id)).name
    rules.on_the_register_throughout(until, last=last, name=name)
    order_id = entries[0].order_id
    others = [each for each in await queries.of_person(work, person_id) if each.order_id != order_id]
    for each in entries:
        rules.free(
            _spans(others),
            host_id=each.host_id,
            since=each.since,
            until=until,
            name=name,
            host=(await organisations.the(work, each.host_id)).name,
            field="until",
        )


def _spans(entries: Iterable[Secondment]) -> list[Span]:
    return [Span(each.host_id, each.since, each.until) for each in entries]


async def _count_time(work: Work, entries: Iterable[Secondment]) -> None:
    """What these people's secondments say of the time at the front, now that some of them changed."""
    await work.session.flush()
    for person_id in sorted({each.person_id for each in entries}):
        front.count_time(await queries.of_person(work, person_id), rulebook_on=work.rulebook_on)


async def _take_up(
    work: Work, secondment_id: UUID, expected_version: int, act: Act
) -> tuple[Secondment, Sequence[Secondment]]:
    secondment, entries = await queries.to_change(work, secondment_id)
    work.require(act, ENTRY, secondment)
    if secondment.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=secondment.version)
    return secondment, entries


async def _refuse_what_is_not_cleared(work: Work, entries: Collection[Secondment]) -> None:
    rulebook = work.rulebook_on(work.today)
    for each in entries:
        power = rulebook.power("recall", DECIDE, each.mode)
        rules.recallable(
            "nothing" if power is None else power.asks,
            home_decides=power is not None and power.is_of("home"),
            host=(await organisations.the(work, each.host_id)).name,
            source="—" if power is None else power.source,
        )


def refuse_unknown_mode(rulebook: Rulebook, mode: str) -> None:
    """Whether these rules second officers in this mode. Raises `BeforeTheRules`, `ModeNotHere`."""
    if not rulebook.answers("staff.modes"):
        raise rules.BeforeTheRules(field="since", day=rulebook.day.isoformat())
    modes = rulebook.texts("staff.modes")
    listed = [STAFF_MODES[each] for each in modes]
    words = ", ".join(each.en for each in listed), "、".join(each.zh for each in listed)
    rules.known(mode, modes=modes, words=words, source=rulebook.cited("staff.modes"))


async def _host(work: Work, using: Using, mode: str, people: Sequence[Seconded]) -> Organisation:
    body = await organisations.the(work, using.host_id)
    rules.a_township(body.kind, name=body.name)
    rules.away_from_home(body.id, home_id=work.actor.tenant_id, name=body.name)
    await lineage.require_there(work, body, field="hosts")
    rules.contacts(mode, people, using, name=body.name)
    return body


async def _secondable(
    work: Work, person_id: UUID, first: date, until: date | None
) -> tuple[Person, StaffEntry]:
    """Somebody who can be seconded, with what they are at home. Held, so that nobody lets them leave meanwhile."""
    person = await register.the_own(work, person_id, field="people")
    last = await register.to_change(work, person_id)
    holds = last is not None and holds_on(since=last.since, until=last.until, on=first)
    entry = last if holds else (await register.on(work, [person_id], first)).get(person_id)
    rules.secondable(None if entry is None else entry.register, name=person.name, first=first)
    assert entry is not None
    assert last is not None
    rules.on_the_register_throughout(until, last=last.until, name=person.name)
    if until is None or last.since <= until:
        rules.secondable(last.register, name=person.name, first=last.since)
    return person, entry


async def _tell(work: Work, entries: Iterable[Secondment], event: str) -> None:
    """Leave the audit lines, and the announcements to the hosts and the officers."""
    await work.session.flush()
    for each in entries:
        await record(
            work,
            action=f"secondment.{event}",
            subject_kind="secondment",
            subject_id=each.id,
            content=_content_of(each),
        )
        await announce(
            work,
            kind=f"secondment.{event}",
            subject_kind="secondment",
            subject_id=each.id,
            audience=[ToTenant(each.host_id, WHO_HEARS), ToPerson(each.home_id, each.person_id)],
            facts={"sender": str(each.home_id), "receiver": str(each.host_id)},
        )


def _content_of(entry: Secondment) -> dict[str, Any]:
    """What the audit line commits to: the entry as it stands after the act."""
    return {
        "person": str(entry.person_id),
        "home": str(entry.home_id),
        "unit": str(entry.home_unit_id),
        "host": str(entry.host_id),
        "mode": entry.mode,
        "post": entry.post,
        "liaison": entry.liaison,
        "order": str(entry.order_id),
        "order_number": entry.order_number,
        "since": entry.since.isoformat(),
        "until": entry.until and entry.until.isoformat(),
        "ended_reason": entry.ended_reason,
        "version": entry.version,
    }
