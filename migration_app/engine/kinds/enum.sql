select 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       t.typname as name,
       coalesce((select pg_catalog.array_agg(e.enumlabel::pg_catalog.text order by e.enumsortorder)
                 from pg_catalog.pg_enum as e
                 where e.enumtypid = t.oid), '{}') as labels
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'e'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
