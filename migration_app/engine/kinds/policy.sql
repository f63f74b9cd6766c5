select 'pg_catalog.pg_policy'::pg_catalog.regclass::pg_catalog.oid as classid,
       p.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       p.polname as name,
       p.polpermissive as permissive,
       case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
                     when 'd' then 'DELETE' else 'ALL' end as command,
       (select pg_catalog.array_agg(coalesce(r.rolname, 'public')::pg_catalog.text order by r.rolname)
        from pg_catalog.unnest(p.polroles) as m(oid)
        left join pg_catalog.pg_roles as r on r.oid = m.oid) as roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) as "using",
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "check"
from pg_catalog.pg_policy as p
join pg_catalog.pg_class as c on c.oid = p.polrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
