"""The seeded county of staff: 100 departments and 400 townships, 200 000 people with certificates, two thirds of them seconded.

Names are made as people's are, of surnames and given names; where they stand by pinyin, the platform says. The rest is filled
by PostgreSQL itself.
"""

from random import Random

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.staff.pinyin import pinyin
from domain.staff.rules import endings
from tenancy.ids import new_id
from tests.worlds import World, a_county

PEOPLE = 200_000
"""Unless it is said how many, to try the run itself: `make bench ARGS="staff 2000"`."""

DEPARTMENTS = 100
TOWNSHIPS = 400
CLAIMED = 300
"""Matters that the acting township's people have in hand."""

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文志海晓永红玉春兰小丹云飞鹏宇浩欣怡然子轩雨梓涵诗俊辉鑫波斌凯健峰博成龙林森洁琳雪梅燕玲萍"

BODIES_SQL = """
insert into organisations (county_id, id, code, name, short_name, kind, name_inferred, inference)
select $1, gen_random_uuid(), $2 || n, '第' || n || case $2 when 'bureau' then '局' else '镇人民政府' end, '第' || n,
       case $2 when 'bureau' then 'department' else 'township' end, false, null
from generate_series(1, $3::int) n
"""

UNITS_SQL = """
insert into units (county_id, id, organisation_id, code, name, name_inferred, inference)
select county_id, gen_random_uuid(), id, 'squad' || n, '第' || n || '中队', false, null
from organisations, generate_series(1, 4) n where county_id = $1 and kind = 'department'
"""

PEOPLE_SQL = """
insert into persons (county_id, id, name, pinyin, home_id)
select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[])
"""

ENDINGS_SQL = """
insert into person_name_endings (county_id, ending, person_id, home_id)
select $1, * from unnest($2::text[], $3::uuid[], $4::uuid[])
"""

ENTRIES_SQL = """
with units as (
    select organisation_id, array_agg(id order by code) as ids from units where county_id = $1 group by 1
), numbered as (
    select p.*, units.ids, row_number() over (order by p.id) as n
    from persons p join units on units.organisation_id = p.home_id where p.county_id = $1
)
insert into staff_entries (
    county_id, id, person_id, pinyin, home_id, unit_id, register, establishment, post, rank, since, version, entered_at)
select $1, gen_random_uuid(), id, pinyin, home_id, ids[1 + n % cardinality(ids)], 'enforcement', 'enforcement', '执法人员',
       (array['一级科员', '四级主任科员', '二级主任科员'])[1 + n % 3], '2020-01-01', 1, '2020-01-01'
from numbered on conflict do nothing
"""

CERTIFICATES_SQL = """
insert into certificates (
    county_id, id, issuer_id, home_id, person_id, number, issued_on, valid_until, state, version, issued_by, issued_at)
select $1, gen_random_uuid(), $2, home_id, id, '证' || row_number() over (), '2021-01-01',
       date '2026-01-01' + (abs(hashtext(id::text)) % 1825), 'held', 1, $3, '2021-01-01'
from persons where county_id = $1
"""

SECONDMENTS_SQL = """
with towns as (
    select array_agg(id order by code) as ids from organisations where county_id = $1 and kind = 'township'
), numbered as (
    select e.*, row_number() over (order by e.id) as n from staff_entries e where e.county_id = $1
)
insert into secondments (
    county_id, id, person_id, pinyin, home_id, home_unit_id, host_id, mode, post, order_id, order_number, since, until,
    version)
select $1, ($2 || lpad(to_hex(n), 12, '0'))::uuid, person_id, pinyin, home_id, unit_id,
       towns.ids[1 + (n * 7) % cardinality(towns.ids)], (array['stationed', 'area_team', 'itinerant'])[1 + (n / 3) % 3],
       (array['队员', '副队长', '法制审核员'])[1 + n % 3], gen_random_uuid(), '平委编〔2024〕' || n % 90 || '号',
       date '2023-01-01' + (n % 900)::int, case when n % 5 = 0 then date '2026-06-01' + (n % 700)::int end, 1
from numbered, towns where n % 3 > 0
"""

POSTS_SQL = """
insert into capacities (county_id, id, person_id, tenant_id, post, roles, secondment_id, granted_by_id, since)
select county_id, gen_random_uuid(), person_id, host_id, post, '{officer}', id, home_id, since
from secondments where county_id = $1 and host_id = $2 on conflict do nothing
"""

CLAIMS_SQL = """
with posts as (
    select array_agg(id order by id) as ids, array_agg(person_id order by id) as people
    from capacities where county_id = $1 and tenant_id = $2 and secondment_id is not null
), numbered as (
    select id, row_number() over (order by id) as n from referrals where county_id = $1 and to_id = $2
)
insert into assignments (
    county_id, id, owner_id, subject_kind, subject_id, capacity_id, person_id, claimed_at, since)
select $1, gen_random_uuid(), $2, 'referral', id, posts.ids[1 + n % cardinality(posts.ids)],
       posts.people[1 + n % cardinality(posts.ids)], '2026-03-01', '2026-03-01'
from numbered, posts
"""

REFERRALS_SQL = """
insert into referrals (
    county_id, id, from_id, addressee_id, to_id, owner_id, overseen_id, state, version, began_on, found_on, party, place,
    facts, item_code, legal_basis, drafted_by, approved_by, approved_at, letter_number, sent_at, sent_late, ongoing, created_at)
select $1, gen_random_uuid(), $2, $3, $3, $2, $1, 'sent', 1, '2026-03-01', '2026-03-01', '某公司', '某处', '情况', '1', '法',
       $4, $4, '2026-03-01', '移' || n, '2026-03-02', false, false, '2026-03-01'
from generate_series(1, $5::int) n
"""

FILLED = (
    "organisations",
    "units",
    "persons",
    "person_name_endings",
    "staff_entries",
    "certificates",
    "secondments",
    "capacities",
    "assignments",
    "referrals",
)


async def seed(owner: AsyncEngine, address: str, *, people: int = PEOPLE) -> World:
    """The county with so many people, vacuumed and analysed."""
    world = await a_county(owner)
    connection = await asyncpg.connect(address)
    county, kunyang, zhou = world.county_id, world.bodies["kunyang"], world["zhou"].person_id
    await connection.execute(BODIES_SQL, county, "bureau", DEPARTMENTS - 2)
    await connection.execute(BODIES_SQL, county, "town", TOWNSHIPS - 3)
    await connection.execute(UNITS_SQL, county)
    await _people(connection, world, people)
    await connection.execute(ENTRIES_SQL, county)
    await connection.execute(CERTIFICATES_SQL, county, world.bodies["justice"], world["shen"].person_id)
    await connection.execute(SECONDMENTS_SQL, county, "01980000-0000-7000-8000-")
    await connection.execute(POSTS_SQL, county, kunyang)
    await connection.execute(REFERRALS_SQL, county, world.bodies["transport"], kunyang, zhou, CLAIMED)
    await connection.execute(CLAIMS_SQL, county, kunyang)
    for table in FILLED:
        await connection.execute(f"vacuum analyze {table}")
    await connection.close()
    return world


async def _people(connection: asyncpg.Connection, world: World, number: int) -> None:
    """So many people, each department's as many as another's."""
    homes = [
        row["id"]
        for row in await connection.fetch(
            "select id from organisations where county_id = $1 and kind = 'department' order by code",
            world.county_id,
        )
    ]
    random = Random(1)
    people = [
        (
            new_id(),
            random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2)))),
            homes[n % len(homes)],
        )
        for n in range(number)
    ]
    await connection.execute(
        PEOPLE_SQL,
        world.county_id,
        *map(list, zip(*((each, name, pinyin(name), home) for each, name, home in people), strict=True)),
    )
    found_by = [(ending, each, home) for each, name, home in people for ending in sorted(endings(name))]
    await connection.execute(ENDINGS_SQL, world.county_id, *map(list, zip(*found_by, strict=True)))
