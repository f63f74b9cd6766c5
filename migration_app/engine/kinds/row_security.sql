select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       c.relrowsecurity as enabled,
       c.relforcerowsecurity as forced
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where (c.relrowsecurity or c.relforcerowsecurity)
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
