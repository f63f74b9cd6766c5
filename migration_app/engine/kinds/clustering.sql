-- The index that CLUSTER goes by.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       i.indrelid as objid,
       0 as objsubid,
       'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as refclassid,
       i.indexrelid as refobjid,
       0 as refobjsubid,
       x.relname as index
from pg_catalog.pg_index as i
join pg_catalog.pg_class as x on x.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
where i.indisclustered
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
