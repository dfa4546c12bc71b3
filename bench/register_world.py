"""The seeded registers: 500 tenants in ten counties with 1 000 000 referrals, three years of them, and their grams.

Made by PostgreSQL itself as the schema's owner; indexes and keys are taken down for it and put up again, and nothing is
logged, because these servers are thrown away. What the platform's own fold would make of the texts is what is kept here:
they consist of characters that fold to themselves.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.world import TOWNSHIPS
from tests.worlds import NOW, World, a_county

COUNTIES = 10
TENANTS = 50
REFERRALS = 100_000
"""Of each county."""

FILLED = ("referrals", "deadlines", "search_texts", "search_grams")

REFERRALS_SQL = """
with bodies as (
    select array_agg(id order by code) as ids from organisations where county_id = $1 and kind <> 'county_body'
), words as (
    select array['永', '顺', '兴', '瑞', '鑫', '达', '恒', '通', '安', '祥', '华', '丰'] as names,
           array['运输公司', '建材行', '餐饮店', '渣土车队', '加工厂', '废品站', '砂石场', '小吃店'] as trades,
           array['通福路', '解放街', '人民路', '环城路', '码头', '工业区', '集贸市场', '104国道'] as places,
           array['未密闭运输', '占道经营', '违法搭建', '乱倒垃圾', '夜间施工', '无证排水', '损坏绿化', '超限运输'] as acts,
           array['沿途撒落', '拒不改正', '群众举报', '当场查获', '多次违法', '已经拍照'] as said
), numbered as (
    select n, bodies.ids[1 + (n * 7) % cardinality(ids)] as sender,
           bodies.ids[1 + (n * 7 + 1 + (n / 40) % (cardinality(ids) - 1)) % cardinality(ids)] as receiver,
           case when n > $2 * 0.97 then (array['sent', 'taken_in'])[1 + n % 2]
                else (array['accepted', 'accepted', 'accepted', 'returned', 'withdrawn'])[1 + n % 5] end as state,
           $3::timestamptz - ($2 - n) * interval '1096 days' / $2 as began,
           names[1 + n % 12] || names[1 + (n / 12) % 12] || names[1 + (n / 144) % 12] || trades[1 + (n / 7) % 8] as party,
           places[1 + (n / 5) % 8] || n % 997 || '号' as place,
           acts[1 + (n / 3) % 8] || said[1 + (n / 11) % 6] as facts, '330217' || 100 + (n * 31) % 263 as item
    from generate_series(1, $2::int) n, bodies, words
)
insert into referrals (
    county_id, id, from_id, addressee_id, to_id, owner_id, admitted_id, overseen_id, state, version, began_on, found_on,
    party, place, facts, item_code, legal_basis, drafted_by, approved_by, approved_at, letter_number, sent_at, sent_late,
    receipt_number, taken_in_at, created_at)
select $1, ($4 || lpad(to_hex(n), 12, '0'))::uuid, sender, receiver, receiver,
       case when state = 'accepted' then receiver else sender end,
       case when state in ('taken_in', 'accepted') then receiver end, $1, state, 5, began::date, began::date,
       party, place, facts, item, '法律法规若干', $5, $5, began, '移' || n, began + interval '1 day', false,
       case when state in ('taken_in', 'accepted', 'returned') then '受' || n end,
       case when state in ('taken_in', 'accepted', 'returned') then began + interval '2 days' end, began
from numbered
"""

DEADLINES_SQL = """
insert into deadlines (
    county_id, id, kind, obligor_id, waiting_id, subject_kind, subject_id, started_at, amount, unit, source, ruled_on,
    warn_at, due_day_at, due_at, escalate_at, escalates_to, provisional, next_rung, next_rung_at, met_at, cancelled_at)
select county_id, gen_random_uuid(), 'referral.verify', to_id, from_id, 'referral', id, sent_at, 5, 'working_days',
       'bench', began_on, null, null, sent_at + interval '7 days', null, null, false, null, null,
       case when state not in ('sent', 'taken_in') then sent_at + interval '3 days' end, null
from referrals where county_id = $1
"""

TEXTS_SQL = """
insert into search_texts (county_id, subject_id, from_id, to_id, overseen_id, folded)
select county_id, id, from_id, to_id, overseen_id,
       concat_ws(E'\n', party, place, facts, item_code, letter_number, receipt_number)
from referrals where county_id = $1
"""

GRAMS_SQL = """
insert into search_grams (county_id, gram, subject_id, from_id, to_id, overseen_id)
select distinct t.county_id, substr(one, k, 2), t.subject_id, t.from_id, t.to_id, t.overseen_id
from search_texts t, unnest(string_to_array(t.folded, E'\n')) one, generate_series(1, length(one)) k
where t.county_id = $1
"""


async def seed(owner: AsyncEngine, address: str) -> World:
    """Ten counties full of referrals; the first one, whose people act."""
    worlds = [await a_county(owner) for _ in range(COUNTIES)]
    async with owner.begin() as connection:
        for world in worlds:
            await connection.execute(text(TOWNSHIPS), {"county": world.county_id, "n": TENANTS - 5})
    connection = await asyncpg.connect(address)
    put_up_again = await _take_down(connection)
    for number, world in enumerate(worlds):
        prefix = f"0198{number:04x}-0000-7000-8000-"
        person = world["zhou"].person_id
        await connection.execute(REFERRALS_SQL, world.county_id, REFERRALS, NOW, prefix, person)
        for statement in (DEADLINES_SQL, TEXTS_SQL, GRAMS_SQL):
            await connection.execute(statement, world.county_id)
    await _put_up(address, put_up_again)
    for table in FILLED:
        await connection.execute(f"vacuum analyze {table}")
    await connection.close()
    return worlds[0]


async def _take_down(connection: asyncpg.Connection) -> Sequence[str]:
    """Drop the keys and indexes of the tables that are filled; the statements that make them again, keys last."""
    constraints = await connection.fetch(
        """select c.relname, k.conname, pg_get_constraintdef(k.oid) as told, k.contype = 'f' as foreign
             from pg_constraint k join pg_class c on c.oid = k.conrelid
            where c.relname = any($1) and k.contype in ('p', 'u', 'f') order by k.contype = 'f' desc""",
        FILLED,
    )
    for row in constraints:
        await connection.execute(f'alter table "{row["relname"]}" drop constraint "{row["conname"]}" cascade')
    indexes = await connection.fetch(
        "select indexname, indexdef from pg_indexes where tablename = any($1)", FILLED
    )
    for row in indexes:
        await connection.execute(f'drop index "{row["indexname"]}"')
    for table in FILLED:
        await connection.execute(f"alter table {table} set unlogged")
    made = [
        f'alter table "{row["relname"]}" add constraint "{row["conname"]}" {row["told"]}'
        for row in constraints
        if not row["foreign"]
    ]
    return [*(row["indexdef"] for row in indexes), *made]


async def _put_up(address: str, statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute("set maintenance_work_mem = '1GB'; set max_parallel_maintenance_workers = 2")
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
