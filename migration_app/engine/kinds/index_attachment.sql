-- The index of a partition that is part of the partitioned table's index.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       i.inhrelid as objid,
       0 as objsubid,
       'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as refclassid,
       i.inhparent as refobjid,
       0 as refobjsubid,
       n.nspname as schema,
       c.relname as index,
       pn.nspname as parent_schema,
       p.relname as parent
from pg_catalog.pg_inherits as i
join pg_catalog.pg_class as c on c.oid = i.inhrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as p on p.oid = i.inhparent
join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
where c.relkind in ('i', 'I')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
