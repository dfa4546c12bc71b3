-- The scope of a transaction, and the one call that opens it.
--
-- Settings are local to the transaction. A transaction that never opened a scope gets an error from me(), county()
-- and person(), never "everything": an unset setting raises, and a setting left over from an earlier transaction is
-- '' and no uuid. Only overseen() may be none.

create function me() returns uuid language sql stable parallel safe
    as $$ select current_setting('gongguan.tenant')::uuid $$;

create function county() returns uuid language sql stable parallel safe
    as $$ select current_setting('gongguan.county')::uuid $$;

create function person() returns uuid language sql stable parallel safe
    as $$ select current_setting('gongguan.person')::uuid $$;

create function overseen() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('gongguan.overseen'), '')::uuid $$;

-- Who goes on with what a body left that is no more, on a day: itself as long as it is there, else its heir, or that one's.
create function heirs_of(p_county_id uuid, p_body uuid, p_on date) returns setof uuid language sql stable
set search_path = public, pg_temp
as $$
    with recursive heirs(id) as (
        select p_body
        union
        select l.to_id
          from heirs h
          join lineage_entries l on l.county_id = p_county_id and l.from_id = h.id
         where l.heir and l.from_unit_id is null and l.since <= p_on
    )
    select id from heirs
$$;

-- Whether a body is no more. From its day on a post in it is none, whenever and by whomever it was given.
create function is_no_more(p_county_id uuid, p_body uuid, p_now timestamptz) returns boolean language sql stable
set search_path = public, pg_temp
as $$
    select exists (
        select from lineage_entries l
          join counties k on k.county_id = l.county_id
         where l.county_id = p_county_id and l.from_id = p_body and l.heir and l.from_unit_id is null
           and l.since <= (p_now at time zone k.time_zone)::date)
$$;

-- The posts in which a person can act for a body that is no more: those in its heirs, by the code of that body, behind
-- the post where there are several (`post@code`). Such a body has no posts of its own left, so its code names no other.
create function posts_of_heirs(p_county_id uuid, p_person_id uuid, p_acting_as text, p_now timestamptz)
returns table (body uuid, posts uuid[]) language sql stable set search_path = public, pg_temp
as $$
    select o.id, array_agg(c.id)
      from counties k
      join organisations o on o.county_id = k.county_id
       and o.code = case when p_acting_as like '%@%' then split_part(p_acting_as, '@', 2) else p_acting_as end
     cross join lateral heirs_of(k.county_id, o.id, (p_now at time zone k.time_zone)::date) h
      join capacities c on c.county_id = k.county_id and c.tenant_id = h
     where k.county_id = p_county_id and h <> o.id and c.person_id = p_person_id
       and c.since <= p_now and (c.until is null or c.until > p_now)
       and (p_acting_as = o.code or p_acting_as = c.id || '@' || o.code)
       and not is_no_more(c.county_id, c.tenant_id, p_now)
     group by o.id
$$;

-- Checks session and capacity, sets the scope and answers with what the actor is. Refusals come back as `problem`:
-- UNAUTHENTICATED, CAPACITY_NEEDED (several, none named), CAPACITY_REFUSED. Whoever acts as heir of a body that is no more is in that
-- body's scope, with the roles of their own post and without any function. A transaction that writes holds the
-- capacity FOR SHARE, so that ending it waits for the acts under way and no act begins after the end.
--
-- Whoever stands in for an absent colleague of the same body is told what that colleague's post lends as long as the
-- substitution and the post live. Both are held as well. Only a post's own roles are lent: what it was lent itself, not.
create function open_scope(p_token_hash bytea, p_acting_as text, p_now timestamptz, p_writing boolean)
returns table (
    problem text, session_id uuid, account_id uuid, county_id uuid, person_id uuid, capacity_id uuid,
    tenant_id uuid, roles text[], functions text[], overseen uuid,
    policy_version bigint, rulebook_version bigint, calendar_version bigint, time_zone text, ends_at timestamptz,
    tenant_kind text, as_heir boolean, substitution_id uuid, absent_id uuid, absent_person_id uuid, lent_roles text[],
    lent_until timestamptz
)
language plpgsql security definer set search_path = public, pg_temp
as $$
#variable_conflict use_column
declare
    v_session record;
    v_capacity record;
    v_lent record;
    v_candidates uuid[];
    v_left uuid;
begin
    select s.id, s.account_id, a.county_id, a.person_id into v_session
      from sessions s join accounts a on a.id = s.account_id left join account_links l on l.id = s.link_id
     where s.token_hash = p_token_hash and s.revoked_at is null and s.expires_at > p_now
       and a.disabled_at is null and l.unlinked_at is null;
    if not found then
        return query select 'UNAUTHENTICATED'::text, null::uuid, null::uuid, null::uuid, null::uuid, null::uuid,
            null::uuid, null::text[], null::text[], null::uuid, null::bigint, null::bigint, null::bigint, null::text,
            null::timestamptz, null::text, null::boolean, null::uuid, null::uuid, null::uuid, null::text[],
            null::timestamptz;
        return;
    end if;

    select array_agg(c.id) into v_candidates
      from capacities c join organisations o on o.county_id = c.county_id and o.id = c.tenant_id
     where c.county_id = v_session.county_id and c.person_id = v_session.person_id
       and c.since <= p_now and (c.until is null or c.until > p_now)
       and (p_acting_as is null or c.id::text = p_acting_as or o.code = p_acting_as)
       -- As is_no_more() has it; written out, because PL/pgSQL keeps this plan and SQL functions keep none.
       and not exists (
            select from lineage_entries l
              join counties k on k.county_id = l.county_id
             where l.county_id = c.county_id and l.from_id = c.tenant_id and l.heir and l.from_unit_id is null
               and l.since <= (p_now at time zone k.time_zone)::date);

    if v_candidates is null and p_acting_as is not null then
        select b.body, b.posts into v_left, v_candidates
          from posts_of_heirs(v_session.county_id, v_session.person_id, p_acting_as, p_now) b;
    end if;

    if coalesce(cardinality(v_candidates), 0) <> 1 then
        return query select
            case when coalesce(cardinality(v_candidates), 0) = 0 then 'CAPACITY_REFUSED' else 'CAPACITY_NEEDED' end,
            v_session.id, v_session.account_id, v_session.county_id, v_session.person_id, null::uuid,
            null::uuid, null::text[], null::text[], null::uuid, null::bigint, null::bigint, null::bigint, null::text,
            null::timestamptz, null::text, null::boolean, null::uuid, null::uuid, null::uuid, null::text[],
            null::timestamptz;
        return;
    end if;

    if p_writing then
        select c.* into v_capacity from capacities c
         where c.county_id = v_session.county_id and c.id = v_candidates[1] and c.person_id = v_session.person_id
           and c.since <= p_now and (c.until is null or c.until > p_now)
           for share;
    else
        select c.* into v_capacity from capacities c
         where c.county_id = v_session.county_id and c.id = v_candidates[1];
    end if;
    if v_capacity.id is null then
        return query select 'CAPACITY_REFUSED'::text, v_session.id, v_session.account_id, v_session.county_id,
            v_session.person_id, null::uuid, null::uuid, null::text[], null::text[], null::uuid,
            null::bigint, null::bigint, null::bigint, null::text,
            null::timestamptz, null::text, null::boolean, null::uuid, null::uuid, null::uuid, null::text[],
            null::timestamptz;
        return;
    end if;

    if p_writing then
        -- Held first and looked at afterwards: a statement of its own sees what was committed while this one waited.
        perform from substitutions s
          join capacities a on a.county_id = s.county_id and a.tenant_id = s.owner_id and a.id = s.absent_id
         where s.county_id = v_session.county_id and s.owner_id = v_capacity.tenant_id
           and s.substitute_id = v_capacity.id and s.ended_at is null and s.until > p_now
         order by s.id
           for share of s, a;
    end if;
    select s.id, a.id as absent_id, a.person_id, least(s.until, a.until) as until,
           array(select unnest(s.roles) intersect select unnest(a.roles)) as roles
      into v_lent
      from substitutions s
      join capacities a on a.county_id = s.county_id and a.tenant_id = s.owner_id and a.id = s.absent_id
     where s.county_id = v_session.county_id and s.owner_id = v_capacity.tenant_id
       and s.substitute_id = v_capacity.id and s.ended_at is null and s.since <= p_now and s.until > p_now
       and a.since <= p_now and (a.until is null or a.until > p_now) and a.person_id <> v_capacity.person_id
     order by s.since, s.id
     limit 1;

    return query
    with duties as (
        select coalesce(array_agg(f.function), '{}') as names, coalesce(bool_or(f.oversees), false) as oversees
          from organisation_functions f
         where f.county_id = v_session.county_id and f.organisation_id = v_capacity.tenant_id and v_left is null
    ), scope as (
        select set_config('gongguan.county', v_session.county_id::text, true),
               set_config('gongguan.tenant', coalesce(v_left, v_capacity.tenant_id)::text, true),
               set_config('gongguan.person', v_session.person_id::text, true),
               set_config('gongguan.overseen',
                          case when d.oversees then v_session.county_id::text else '' end, true)
          from duties d
    )
    select null::text, v_session.id, v_session.account_id, v_session.county_id, v_session.person_id, v_capacity.id,
           o.id, v_capacity.roles, d.names,
           case when d.oversees then v_session.county_id end,
           k.policy_version, k.rulebook_version, k.calendar_version, k.time_zone, v_capacity.until,
           o.kind, v_left is not null, v_lent.id, v_lent.absent_id, v_lent.person_id, v_lent.roles, v_lent.until
      from counties k, duties d, scope, organisations o
     where k.county_id = v_session.county_id and o.county_id = v_session.county_id
       and o.id = coalesce(v_left, v_capacity.tenant_id);
end
$$;

-- The same for an export that is being made when nobody is there to show a token. It opens what the session and the
-- capacity of whoever asked for it would open at this very moment, and nothing once either has ended, once the export
-- runs no more, or for a run that another one has taken over from: then there is no row.
create function open_export(
    p_county_id uuid, p_export_id uuid, p_attempt integer, p_now timestamptz, p_writing boolean
)
returns table (
    problem text, session_id uuid, account_id uuid, county_id uuid, person_id uuid, capacity_id uuid,
    tenant_id uuid, roles text[], functions text[], overseen uuid,
    policy_version bigint, rulebook_version bigint, calendar_version bigint, time_zone text, ends_at timestamptz,
    tenant_kind text, as_heir boolean, substitution_id uuid, absent_id uuid, absent_person_id uuid, lent_roles text[],
    lent_until timestamptz
)
language sql security definer set search_path = public, pg_temp
as $$
    select o.*
      from exports e
      join sessions s on s.id = e.session_id
     cross join lateral open_scope(s.token_hash, e.capacity_id::text, p_now, p_writing) o
     where e.county_id = p_county_id and e.id = p_export_id and e.attempt = p_attempt and e.state = 'running'
$$;

-- The same for another post of the person in whose scope this is asked, with the session of that scope: to look into it from the
-- post in which they act. It opens what a request in that post would, or says why it would not; for anybody else's session
-- there is no row. The scope is that post's afterwards, until whoever asked goes back.
create function open_post(p_session_id uuid, p_capacity_id uuid, p_now timestamptz)
returns table (
    problem text, session_id uuid, account_id uuid, county_id uuid, person_id uuid, capacity_id uuid,
    tenant_id uuid, roles text[], functions text[], overseen uuid,
    policy_version bigint, rulebook_version bigint, calendar_version bigint, time_zone text, ends_at timestamptz,
    tenant_kind text, as_heir boolean, substitution_id uuid, absent_id uuid, absent_person_id uuid, lent_roles text[],
    lent_until timestamptz
)
language plpgsql security definer set search_path = public, pg_temp
as $$
#variable_conflict use_column
declare
    v_token_hash bytea;
begin
    -- Looked at first and opened afterwards: what opens a scope changes what county() and person() say.
    select s.token_hash into v_token_hash
      from sessions s join accounts a on a.id = s.account_id
     where s.id = p_session_id and a.county_id = county() and a.person_id = person();
    if found then
        return query select o.* from open_scope(v_token_hash, p_capacity_id::text, p_now, false) o;
    end if;
end
$$;

-- Where everybody stands who waits for news: one number for each token, post and thing waited for, which is another one
-- as soon as the opening call would answer otherwise, the day of the county changes, or there is news of the thing (a
-- notice in the inbox of that very post, or an announcement about the subject), and none for whom the opening call
-- refuses. It tells nothing else, and what follows from another number, or from none, is found out by the ordinary way.
-- The scope is afterwards what it was before.
create function standing(p_token_hashes bytea[], p_acting_as text[], p_about uuid[], p_now timestamptz)
returns table (place bigint, mark bigint)
language plpgsql security definer set search_path = public, pg_temp
as $$
#variable_conflict use_column
declare
    v_parts constant text[] := array['gongguan.county', 'gongguan.tenant', 'gongguan.person', 'gongguan.overseen'];
    v_scope constant text[] := array(
        select coalesce(current_setting(part, true), '')
          from unnest(v_parts) with ordinality each (part, nth) order by nth);
begin
    return query
    select asked.place,
           case when o.problem is null then hashtextextended(
               row(o.*, (p_now at time zone o.time_zone)::date, inbox.last_number, told.last_seq)::text, 0
           ) end
      from unnest(p_token_hashes, p_acting_as, p_about) with ordinality asked (token_hash, acting_as, about, place)
     cross join lateral open_scope(asked.token_hash, asked.acting_as, p_now, false) o
      left join inboxes inbox
        on inbox.county_id = o.county_id and inbox.capacity_id = o.capacity_id and inbox.capacity_id = asked.about
      left join lateral (
            select max(a.seq) as last_seq from announcements a
             where a.subject_id = asked.about and a.county_id = o.county_id
           ) told on true;
    perform set_config(part, was, true) from unnest(v_parts, v_scope) each (part, was);
end
$$;

-- The capacities among which a signed-in person may choose, before one is chosen.
create function my_capacities(p_token_hash bytea, p_now timestamptz)
returns table (
    person_id uuid, person_name text, capacity_id uuid, tenant_id uuid, tenant_code text, tenant_name text, post text, roles text[]
)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.person_id, p.name, c.id, o.id, o.code, o.name, c.post, c.roles
      from sessions s
      join accounts a on a.id = s.account_id and a.disabled_at is null
      left join account_links l on l.id = s.link_id
      join persons p on p.county_id = a.county_id and p.id = a.person_id
      left join capacities c on c.county_id = a.county_id and c.person_id = a.person_id
           and c.since <= p_now and (c.until is null or c.until > p_now)
           and not is_no_more(c.county_id, c.tenant_id, p_now)
      left join organisations o on o.county_id = c.county_id and o.id = c.tenant_id
     where s.token_hash = p_token_hash and s.revoked_at is null and s.expires_at > p_now
       and l.unlinked_at is null
     order by o.code, c.id
$$;

-- Opens a session for a provider's token that the API has verified: for the account to which the subject is linked, and
-- no other. A token that has a session already, alive or ended, gets no second one, and neither does the same assertion
-- under other signature bytes. Says whether this very token has a session; whether that lives, open_scope() says.
create function admit(
    p_session_id uuid, p_token_hash bytea, p_assertion_hash bytea, p_issuer text, p_subject text,
    p_now timestamptz, p_expires_at timestamptz
)
returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    insert into sessions (id, token_hash, assertion_hash, account_id, link_id, issued_at, expires_at)
    select p_session_id, p_token_hash, p_assertion_hash, l.account_id, l.id, p_now, p_expires_at
      from account_links l
     where l.issuer = p_issuer and l.subject = p_subject and l.unlinked_at is null
    on conflict do nothing;
    select exists (select from sessions where token_hash = p_token_hash);
$$;

-- Whether a post of the county lives: so much, and no more, everybody in the county may know of a post that was named to
-- them. Whose it is and what it carries stays with its body.
create function post_lives(p_capacity_id uuid, p_now timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
    select exists (
        select from capacities
         where county_id = county() and id = p_capacity_id
           and since <= p_now and (until is null or until > p_now)
           and not is_no_more(county_id, tenant_id, p_now))
$$;

-- What a host may know of the certificates of those who are seconded to it and work there on a day: whether they are held or
-- withheld, and until when. The certificates stay their issuer's and their home's. Of these entries; null: of all.
create function certificates_of_stationed(p_secondments uuid[], p_on date)
returns table (secondment_id uuid, state text, valid_until date)
language sql stable security definer set search_path = public, pg_temp
as $$
    select s.id, c.state, c.valid_until
      from secondments s
      join certificates c on c.county_id = s.county_id and c.home_id = s.home_id and c.person_id = s.person_id
           and c.state in ('held', 'withheld')
     where s.county_id = county() and s.host_id = me() and s.since <= p_on and s.last_day >= p_on
       and (p_secondments is null or s.id = any(p_secondments))
$$;

-- Under which keys personal data lie, anywhere in the deployment: so that a server says before it serves that it lacks one.
-- Ids of keys, and nothing of what they seal.
create function keys_of_personal_data() returns setof text
language sql stable security definer set search_path = public, pg_temp
as $$ select distinct key_id from personal_data $$;

revoke all on function is_no_more(uuid, uuid, timestamptz) from public;
revoke all on function heirs_of(uuid, uuid, date) from public;
revoke all on function posts_of_heirs(uuid, uuid, text, timestamptz) from public;
revoke all on function open_scope(bytea, text, timestamptz, boolean) from public;
revoke all on function open_export(uuid, uuid, integer, timestamptz, boolean) from public;
revoke all on function open_post(uuid, uuid, timestamptz) from public;
revoke all on function standing(bytea[], text[], uuid[], timestamptz) from public;
revoke all on function my_capacities(bytea, timestamptz) from public;
revoke all on function admit(uuid, bytea, bytea, text, text, timestamptz, timestamptz) from public;
revoke all on function post_lives(uuid, timestamptz) from public;
revoke all on function certificates_of_stationed(uuid[], date) from public;
revoke all on function keys_of_personal_data() from public;
grant execute on function open_scope(bytea, text, timestamptz, boolean) to gongguan_app;
grant execute on function open_export(uuid, uuid, integer, timestamptz, boolean) to gongguan_app;
grant execute on function open_post(uuid, uuid, timestamptz) to gongguan_app;
grant execute on function standing(bytea[], text[], uuid[], timestamptz) to gongguan_app;
grant execute on function my_capacities(bytea, timestamptz) to gongguan_app;
grant execute on function admit(uuid, bytea, bytea, text, text, timestamptz, timestamptz) to gongguan_app;
grant execute on function post_lives(uuid, timestamptz) to gongguan_app;
grant execute on function certificates_of_stationed(uuid[], date) to gongguan_app;
grant execute on function keys_of_personal_data() to gongguan_app;
