"""What must hold, read from the tables alone by their owner: SQL that finds what should not be there.

Nothing of the product is asked: the states, who answers for them and whom an announcement concerns are said here once
more, in the test's own words. `AT_ANY_MOMENT` holds in every snapshot, also while everybody acts; `AT_REST` once the
workers have nothing left to do.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.walk.ledger import Ledger

ENDED = "('concluded', 'returned', 'withdrawn')"
RUNNING = "d.met_at is null and d.cancelled_at is null"

AT_ANY_MOMENT: Mapping[str, str] = {
    "exactly one of the two bodies answers for it, the one that the state says": """
        select id, state, owner_id from referrals
        where county_id = :county and owner_id is distinct from
            case when state in ('accepted', 'passed_on', 'decided', 'concluded') then addressee_id else from_id end
    """,
    "a clock runs in every open referral, and in none that has ended": f"""
        select r.id, r.state, count(d.id) from referrals r
        left join deadlines d on d.county_id = r.county_id and d.subject_id = r.id and {RUNNING}
        where r.county_id = :county group by r.id, r.state
        having (r.state in {ENDED}) <> (count(d.id) = 0)
    """,
    "what is owed in a referral is owed by one of its bodies": f"""
        select r.id, d.kind from referrals r
        join deadlines d on d.county_id = r.county_id and d.subject_id = r.id and {RUNNING}
        where r.county_id = :county and (
            d.obligor_id not in (r.from_id, r.addressee_id)
            or (r.to_id is not null and d.waiting_id is distinct from
                case when d.obligor_id = r.from_id then r.addressee_id else r.from_id end))
    """,
    "each version left one event": """
        select r.id, r.version, array_agg(e.number order by e.number) from referrals r
        left join referral_events e on e.county_id = r.county_id and e.referral_id = r.id
        where r.county_id = :county group by r.id, r.version
        having (min(e.number), max(e.number), count(distinct e.number), count(e.number))
            is distinct from (1, r.version, r.version, r.version)
    """,
    "each event has one line in the audit trail": """
        select * from (
            select referral_id as id, 'referral.' || kind as what, count(*) as times from referral_events
            where county_id = :county group by 1, 2) e
        full join (
            select subject_id as id, action as what, count(*) as times from audit_lines
            where county_id = :county and subject_kind = 'referral'
              and action like 'referral.%' and action not in ('referral.noted', 'referral.discarded')
              and subject_id in (select id from referrals where county_id = :county) group by 1, 2) a
        using (id, what) where e.times is distinct from a.times
    """,
    "each clock that ran out has one line for that in the audit trail": """
        select * from (
            select d.subject_id as id, case g.rung when 'overdue' then 'deadline.overdue' else 'deadline.escalated' end
                as what, count(*) as times
            from deadline_rungs g join deadlines d on d.county_id = g.county_id and d.id = g.deadline_id
            where g.county_id = :county and g.rung in ('overdue', 'escalate') group by 1, 2) g
        full join (
            select subject_id as id, action as what, count(*) as times from audit_lines
            where county_id = :county and action like 'deadline.%' group by 1, 2) a
        using (id, what) where g.times is distinct from a.times
    """,
    "each event was announced once": """
        select * from (
            select referral_id as id, 'referral.' || kind as what, count(*) as times from referral_events
            where county_id = :county group by 1, 2) e
        full join (
            select subject_id as id, kind as what, count(*) as times from announcements
            where county_id = :county and subject_kind = 'referral' and kind like 'referral.%'
              and subject_id in (select id from referrals where county_id = :county) group by 1, 2) a
        using (id, what) where e.times is distinct from a.times
    """,
    "numbers of letters and of receipts have no gap": """
        select owner_id, kind, year, array_agg(number order by number), max(formatted) from issued_numbers
        where county_id = :county group by owner_id, kind, year
        having (min(number), max(number), count(distinct number)) <> (1, count(*), count(*))
    """,
    "each letter and each receipt has one number": """
        select r.id, r.letter_number, r.receipt_number from referrals r where county_id = :county and (
            (r.letter_number is not null) <> (r.sent_at is not null)
            or (r.receipt_number is not null) <> (r.taken_in_at is not null)
            or (select count(*) from issued_numbers i where i.county_id = r.county_id and i.subject_id = r.id)
                <> (r.letter_number is not null)::int + (r.receipt_number is not null)::int)
    """,
    "each inbox is numbered without a gap": """
        select capacity_id, array_agg(number order by number) from notifications
        where county_id = :county group by capacity_id
        having (min(number), max(number), count(distinct number)) <> (1, count(*), count(*))
    """,
    "nothing is told twice in an inbox": """
        select announcement_id, capacity_id from notifications
        where county_id = :county group by announcement_id, capacity_id having count(*) > 1
    """,
}

AT_REST: Mapping[str, str] = {
    "nothing waits and nothing was given up": """
        select kind, attempts, last_error from announcements
        where county_id = :county and (handled_at is null or dead_at is not null)
    """,
    "each letter was answered, or what is owed about it is in time, or rang as overdue": f"""
        select r.id, r.state, d.kind, d.due_at from referrals r
        left join deadlines d on d.county_id = r.county_id and d.subject_id = r.id and {RUNNING}
        where r.county_id = :county and r.sent_at is not null and r.state not in {ENDED}
          and (d.id is null or (d.suspended_since is null and d.due_at < :now and not exists (
            select from deadline_rungs g where g.county_id = d.county_id and g.deadline_id = d.id
              and g.round = d.round and g.rung = 'overdue')))
    """,
    "nothing rang as overdue that is in time": f"""
        select d.id, d.kind, d.due_at from deadlines d
        join deadline_rungs g on g.county_id = d.county_id and g.deadline_id = d.id and g.round = d.round
        where d.county_id = :county and g.rung = 'overdue' and d.due_at > :now and {RUNNING}
    """,
    "each rung was announced once": """
        select * from (
            select deadline_id::text as id, rung, count(*) as times from deadline_rungs
            where county_id = :county group by 1, 2) g
        full join (
            select facts ->> 'deadline' as id,
                case kind when 'deadline.warned' then 'warn' when 'deadline.due' then 'due'
                    when 'deadline.overdue' then 'overdue' when 'deadline.escalated' then 'escalate' end as rung,
                count(*) as times
            from announcements where county_id = :county and kind like 'deadline.%' group by 1, 2) a
        using (id, rung) where g.times is distinct from a.times
    """,
    "each announcement reached everybody whom it concerns, and nobody else": """
        with parts as (
            select a.id, part from announcements a, jsonb_array_elements(a.audience) part
            where a.county_id = :county
        ), parties as (select id, part ->> 'tenant' as tenant from parts where part ? 'tenant'),
        concerned as (
            select p.id, c.id as capacity_id from parts p join capacities c on c.county_id = :county
              and c.tenant_id::text = p.part ->> 'tenant'
              and (c.person_id::text = p.part ->> 'person'
                   or exists (select from jsonb_array_elements_text(p.part -> 'roles') role where role = any(c.roles)))
            union
            select p.id, c.id from parts p
            join organisation_functions f on f.county_id = :county and f.function = p.part ->> 'function'
            join capacities c on c.county_id = :county and c.tenant_id = f.organisation_id
            where not exists (select from parties where parties.id = p.id and parties.tenant = c.tenant_id::text)
        )
        select coalesce(c.id, n.announcement_id) as id, c.capacity_id as wanted, n.capacity_id as told
        from concerned c full join (select * from notifications where county_id = :county) n
        on n.announcement_id = c.id and n.capacity_id = c.capacity_id
        where c.id is null or n.id is null
    """,
    "each line of the audit trail is sealed once": """
        select l.id, count(s.line_id) from audit_lines l
        left join audit_sealed_lines s on s.county_id = l.county_id and s.line_id = l.id
        where l.county_id = :county group by l.id having count(s.line_id) <> 1
    """,
}

LEFT_TO_DO = """
    select (select count(*) from announcements where county_id = :county and handled_at is null and dead_at is null)
         + (select count(*) from deadlines where county_id = :county and next_rung_at <= :now)
         + (select count(*) from audit_unsealed where county_id = :county)
"""

EVENTS = {
    "draftReferral": "drafted",
    "reviseReferral": "revised",
    "attachMaterial": "material_attached",
    "listArticle": "article_listed",
    "recordStop": "stop_recorded",
    "extendSending": "sending_extended",
    "submitReferral": "submitted",
    "approveReferral": "approved",
    "rejectReferral": "rejected",
    "sendReferral": "sent",
    "takeInReferral": "taken_in",
    "verifyReferral": "verified",
    "askForMaterial": "material_asked",
    "suspendReferral": "suspended",
    "resumeReferral": "resumed",
    "supplyMaterial": "material_supplied",
    "acceptReferral": "accepted",
    "returnReferral": "returned",
    "doubtCompetence": "competence_doubted",
    "settleCompetence": "competence_settled",
    "passOnReferral": "passed_on",
    "reportProgress": "progress_reported",
    "recordDecision": "decided",
    "tellOutcome": "concluded",
    "withdrawReferral": "withdrawn",
}
"""What each act leaves in the record."""


async def broken(owner: AsyncEngine, promises: Mapping[str, str], **given: object) -> dict[str, list[str]]:
    """The promises that one snapshot does not keep, with the first rows that show it."""
    found: dict[str, list[str]] = {}
    async with owner.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        for promise, sought in promises.items():
            words = {name: value for name, value in given.items() if f":{name}" in sought}
            rows = (await connection.execute(text(sought), words)).all()
            if rows:
                found[promise] = [str(row) for row in rows[:5]]
    return found


async def done_once(owner: AsyncEngine, county: UUID, ledger: Ledger) -> dict[str, list[str]]:
    """Whether every act that was answered as done was done, once, and nothing else was."""
    async with owner.connect() as connection:

        async def asked(sought: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in await connection.execute(text(sought), {"county": county})]

        events = Counter(
            await asked(
                "select referral_id, number, kind, by_capacity_id from referral_events where county_id = :county"
            )
        )
        onward = {
            row[0]: row[1:]
            for row in await asked(
                "select r.onward_of, r.id, e.by_capacity_id from referrals r join referral_events e"
                " on e.county_id = r.county_id and e.referral_id = r.id and e.number = 1"
                " where r.county_id = :county and r.onward_of is not null"
            )
        }
        notes = Counter(
            await asked(
                "select referral_id, 'note' from referral_notes where county_id = :county and finding is null"
            )
        )
        gone = Counter(
            await asked(
                "select subject_id from audit_lines where county_id = :county and action = 'referral.discarded'"
            )
        )
    there = [each for each in ledger.done() if each.referral not in ledger.discarded]
    expected = Counter(
        (each.referral, each.version + 1, EVENTS[each.mutation], each.capacity)
        for each in there
        if each.mutation in EVENTS
    )
    # A letter that passes a matter on is drafted by the act that passes it on.
    expected += Counter(
        (onward[each.referral][0], 1, "drafted", each.capacity)
        for each in there
        if each.mutation == "passOnReferral" and each.referral in onward
    )
    noted = Counter((each.referral, "note") for each in there if each.mutation == "noteReferral")
    discards = Counter((each,) for each in ledger.discarded)
    found = {
        "done as it was answered": (expected - events),
        "nothing done that was not answered": (events - expected),
        "noted as it was answered": (noted - notes) + (notes - noted),
        "discarded as it was answered": (discards - gone) + (gone - discards),
    }
    return {promise: [str(row) for row in list(rows)[:5]] for promise, rows in found.items() if rows}
