-- Triggers that someone made; a partition's copy of its parent's trigger (tgparentid) is PostgreSQL's own.
select 'pg_catalog.pg_trigger'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       t.tgname as name,
       pg_catalog.pg_get_triggerdef(t.oid) as definition,
       t.tgenabled as enabled
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not t.tgisinternal
  and t.tgparentid = 0
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
