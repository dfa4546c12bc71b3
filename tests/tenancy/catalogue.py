"""What a database says of itself, read from PostgreSQL's catalogue, so that two databases can be compared line by line.

Every fact is one line of text: `deadlines: policy app_select …`. Places of columns are left out on purpose, because a
later migration adds a column at the end that a fresh schema has in the middle. Nothing here knows what ought to be.
"""

import asyncpg

COLUMNS = """
select format('%s: column %s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then ' not null' else '' end,
              case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end,
              coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
"""

CONSTRAINTS = """
select format('%s: constraint %s %s%s', c.relname, k.conname, pg_get_constraintdef(k.oid),
              case when k.convalidated then '' else ' NOT VALID' end)
  from pg_constraint k join pg_class c on c.oid = k.conrelid
 where c.relnamespace = 'public'::regnamespace
"""

INDEXES = """
select format('%s: index %s', tablename, indexdef) from pg_indexes where schemaname = 'public'
"""

TABLES = """
select format('%s: %s owned by %s, row security %s, forced %s', c.relname,
              case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
                   when 'm' then 'materialised view' when 'S' then 'sequence' else c.relkind::text end,
              pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity)
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind <> 'i'
"""

POLICIES = """
select format('%s: policy %s %s for %s to %s using (%s) with check (%s)', tablename, policyname, permissive, cmd,
              roles, qual, with_check)
  from pg_policies where schemaname = 'public'
"""

TRIGGERS = """
select format('%s: trigger %s', c.relname, pg_get_triggerdef(t.oid))
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
"""

FUNCTIONS = """
select format('%s(%s): function returns %s, %s, volatility %s, parallel %s, definer %s, settings %s, owner %s: %s',
              p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid), l.lanname,
              p.provolatile, p.proparallel, p.prosecdef, p.proconfig, pg_get_userbyid(p.proowner), p.prosrc)
  from pg_proc p join pg_language l on l.oid = p.prolang where p.pronamespace = 'public'::regnamespace
"""

GRANTS = """
select format('%s: %s to %s%s', c.relname, lower(g.privilege_type), to_whom(g.grantee),
              case when g.is_grantable then ' with grant option' else '' end)
  from pg_class c, aclexplode(c.relacl) g
 where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner
union all
select format('%s: %s (%s) to %s%s', c.relname, lower(g.privilege_type), a.attname, to_whom(g.grantee),
              case when g.is_grantable then ' with grant option' else '' end)
  from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) g
 where c.relnamespace = 'public'::regnamespace and a.attnum > 0
union all
select format('%s(%s): %s to %s', p.proname, pg_get_function_identity_arguments(p.oid), lower(g.privilege_type),
              to_whom(g.grantee))
  from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
 where p.pronamespace = 'public'::regnamespace and g.grantee <> p.proowner
"""

TO_WHOM = "(select coalesce(pg_get_userbyid(nullif(g.grantee, 0::oid)), 'public'))"

PARTS = {
    "tables": TABLES,
    "columns": COLUMNS,
    "constraints": CONSTRAINTS,
    "indexes": INDEXES,
    "policies": POLICIES,
    "triggers": TRIGGERS,
    "functions": FUNCTIONS,
    "grants": GRANTS.replace("to_whom(g.grantee)", TO_WHOM),
}


async def lines(connection: asyncpg.Connection, part: str) -> set[str]:
    """Everything the database says under one heading of `PARTS`, one fact a line."""
    return {row[0] for row in await connection.fetch(PARTS[part])}


def difference(found: set[str], expected: set[str]) -> str:
    """The two lists of facts laid against each other, or nothing where they agree."""
    return "\n".join(
        [f"only found:    {line}" for line in sorted(found - expected)]
        + [f"only expected: {line}" for line in sorted(expected - found)]
    )
