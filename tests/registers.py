"""A county's registers, filled by PostgreSQL itself: as many referrals as one likes, three years of them, findable.

For what depends on how much there is: the plans of statements, the benchmarks. Who must believe each row takes acts.
The texts consist of characters that fold to themselves, so that what is kept of them can be made here without the
platform.
"""

import asyncpg

from tests.worlds import NOW, World

FILLED = ("referrals", "deadlines", "search_texts", "search_grams")

TOWNSHIPS_SQL = """
insert into organisations (county_id, id, code, name, short_name, kind, name_inferred, inference)
select $1, gen_random_uuid(), 'town' || n, '第' || n || '镇人民政府', '镇' || n, 'township', false, null
from generate_series(1, $2::int) n
"""

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
    warn_at, due_day_at, due_at, escalate_at, escalates_to, provisional, calendar_version, round,
    next_rung, next_rung_at, met_at, cancelled_at)
select county_id, gen_random_uuid(), 'referral.verify', to_id, from_id, 'referral', id, sent_at, 5, 'working_days',
       'bench', began_on, null, null, sent_at + interval '7 days', null, null, false, 1, 1, null, null,
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


async def fill(
    owner: asyncpg.Connection, world: World, *, tenants: int, referrals: int, prefix: str = "01980000-0000"
) -> None:
    """Referrals between so many tenants of a fresh county. Their ids begin with the prefix, which is of this county."""
    await owner.execute(TOWNSHIPS_SQL, world.county_id, tenants - 5)
    await owner.execute(
        REFERRALS_SQL, world.county_id, referrals, NOW, f"{prefix}-7000-8000-", world["zhou"].person_id
    )
    for statement in (DEADLINES_SQL, TEXTS_SQL, GRAMS_SQL):
        await owner.execute(statement, world.county_id)


async def settle(owner: asyncpg.Connection) -> None:
    """What autovacuum would have done by now."""
    for table in FILLED:
        await owner.execute(f"vacuum analyze {table}")
