"""The seeded county: the people of the tests' world, 35 townships and 200 officers more, and 100 000 referrals with
their history, of which each thing is some officer's. Each has two deadlines: that for sending was met.

Officers are entered as everywhere; the bulk is made by PostgreSQL itself, as the schema's owner, and obeys every
constraint. It is one tenant's share that counts: Kunyang has about 2 500 received referrals, a fifth of them open.
"""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.organisations.models import Organisation
from domain.staff import commands as staff
from tenancy.ids import new_id
from tests.worlds import World, a_county

REFERRALS = 100_000
TENANTS = 40
EVENTS_EACH = 5
OFFICERS = 200

TOWNSHIPS = """
insert into organisations (county_id, id, code, name, short_name, kind, name_inferred, inference)
select :county, gen_random_uuid(), 'town' || n, '第' || n || '镇人民政府', '镇' || n, 'township', false, null
from generate_series(1, :n) n
"""

REFERRALS_SQL = """
with bodies as (
    select array_agg(id order by code) as ids from organisations where county_id = :county and kind <> 'county_body'
), officers as (
    select array_agg(id) as ids from persons where county_id = :county
), numbered as (
    select n,
           officers.ids[1 + n % cardinality(officers.ids)] as drafter,
           officers.ids[1 + n * 3 % cardinality(officers.ids)] as approver,
           bodies.ids[1 + (n * 7) % cardinality(bodies.ids)] as sender,
           bodies.ids[1 + (n * 7 + 1 + (n / 40) % (cardinality(bodies.ids) - 1)) % cardinality(bodies.ids)] as receiver,
           case n % 10 when 0 then 'sent' when 1 then 'taken_in' when 2 then 'returned' when 3 then 'withdrawn'
                       else 'accepted' end as state
    from generate_series(1, :n) n, bodies, officers
)
insert into referrals (
    county_id, id, from_id, addressee_id, to_id, owner_id, admitted_id, overseen_id, state, version, began_on, found_on,
    party, place, facts, item_code, legal_basis, drafted_by, approved_by, approved_at, letter_number, sent_at, sent_late, ongoing,
    receipt_number, taken_in_at, created_at)
select :county, (:prefix || lpad(to_hex(n), 12, '0'))::uuid, sender, receiver, receiver,
       case when state = 'accepted' then receiver else sender end,
       case when state in ('taken_in', 'accepted') then receiver end, :county, state, :events, '2026-03-02', '2026-03-02',
       '某某公司' || n, '昆阳镇' || n || '号', '初步事实若干', '330218085000', '法律法规若干', drafter, approver,
       '2026-03-02 02:00+00', '移〔2026〕' || n || '号', '2026-03-03 02:00+00', false, false,
       case when state in ('taken_in', 'accepted', 'returned') then '受〔2026〕' || n || '号' end,
       case when state in ('taken_in', 'accepted', 'returned') then timestamptz '2026-03-04 02:00+00' end,
       '2026-03-02 01:00+00'
from numbered
"""

EVENTS_SQL = """
with officers as (
    select array_agg(id) as ids from persons where county_id = :county
)
insert into referral_events (
    county_id, id, referral_id, number, from_id, to_id, overseen_id, kind, at, by_tenant_id, by_person_id, by_capacity_id,
    facts)
select county_id, gen_random_uuid(), id, k, from_id, case when k > 2 then to_id end, case when k > 2 then overseen_id end,
       (array['drafted', 'submitted', 'approved', 'sent', 'taken_in'])[k], '2026-03-02 01:00+00', from_id,
       officers.ids[1 + (abs(hashtext(id::text)) % 1000 + k * 17) % cardinality(officers.ids)], :capacity, '{}'
from referrals, officers, generate_series(1, :events) k where county_id = :county
"""

DEADLINES_SQL = """
insert into deadlines (
    county_id, id, kind, obligor_id, waiting_id, subject_kind, subject_id, started_at, amount, unit, source, ruled_on,
    warn_at, due_day_at, due_at, escalate_at, escalates_to, provisional, calendar_version, round, next_rung,
    next_rung_at, met_at, cancelled_at)
select county_id, gen_random_uuid(), 'referral.verify', to_id, from_id, 'referral', id, '2026-03-04 02:00+00', 5,
       'working_days', 'bench', '2026-03-02', '2026-05-06 00:30+00', '2026-05-08 00:30+00', '2026-05-08 15:59:59+00',
       '2026-05-11 00:30+00', 'coordination', false, 1, 1,
       case when state in ('sent', 'taken_in') then 'warn' end,
       case when state in ('sent', 'taken_in') then timestamptz '2026-05-06 00:30+00' end,
       case when state not in ('sent', 'taken_in') then timestamptz '2026-03-06 02:00+00' end, null
from referrals where county_id = :county
"""

MET_DEADLINES_SQL = """
insert into deadlines (
    county_id, id, kind, obligor_id, waiting_id, subject_kind, subject_id, started_at, amount, unit, source, ruled_on,
    due_at, provisional, calendar_version, round, met_at)
select county_id, gen_random_uuid(), 'referral.send', from_id, to_id, 'referral', id, '2026-03-02 01:00+00', 3,
       'working_days', 'bench', '2026-03-02', '2026-03-05 15:59:59+00', false, 1, 1, '2026-03-03 02:00+00'
from referrals where county_id = :county
"""


async def enter_officers(connection: AsyncConnection, county_id: UUID) -> None:
    """So many officers of the county, by number; departments and townships have them in turn."""
    bodies = select(Organisation.id).where(
        Organisation.county_id == county_id, Organisation.kind != "county_body"
    )
    homes = (await connection.scalars(bodies.order_by(Organisation.code))).all()
    officers = {
        new_id(): staff.Officer(f"执法员{n}", home_id=homes[n % len(homes)]) for n in range(1, OFFICERS + 1)
    }
    await staff.enter(connection, county_id=county_id, officers=officers)


async def seed(owner: AsyncEngine) -> World:
    """A county of 40 tenants with 100 000 referrals, vacuumed and analysed."""
    world = await a_county(owner)
    zhou = world["zhou"]
    given = {
        "county": world.county_id,
        "capacity": zhou.capacities["transport"],
        "events": EVENTS_EACH,
    }
    async with owner.begin() as connection:
        await connection.execute(text(TOWNSHIPS), {"county": world.county_id, "n": TENANTS - 5})
        await enter_officers(connection, world.county_id)
        await connection.execute(
            text(REFERRALS_SQL), {**given, "n": REFERRALS, "prefix": "01980000-0000-7000-8000-"}
        )
        await connection.execute(text(EVENTS_SQL), given)
        # The later of two goes in first: whoever reads them in the order in which they lie, reads them the wrong way round.
        await connection.execute(text(DEADLINES_SQL), given)
        await connection.execute(text(MET_DEADLINES_SQL), given)
    async with owner.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in (
            "referrals",
            "referral_events",
            "deadlines",
            "organisations",
            "persons",
            "person_name_endings",
        ):
            await plain.execute(text(f"vacuum analyze {table}"))
    return world
