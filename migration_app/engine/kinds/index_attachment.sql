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
       p.relname as parent,
       tn.nspname as table_schema,
       t.relname as "table",
       k.conname as parent_constraint,
       pt.relname as parent_table,
       x.indisexclusion as exclusion
from pg_catalog.pg_inherits as i
join pg_catalog.pg_class as c on c.oid = i.inhrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as p on p.oid = i.inhparent
join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
join pg_catalog.pg_index as x on x.indexrelid = i.inhrelid
join pg_catalog.pg_class as t on t.oid = x.indrelid
join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
join pg_catalog.pg_index as px on px.indexrelid = i.inhparent
join pg_catalog.pg_class as pt on pt.oid = px.indrelid
left join pg_catalog.pg_constraint as k
       on k.conindid = i.inhparent and k.conrelid = px.indrelid and k.contype in ('p', 'u', 'x')
where c.relkind in ('i', 'I')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
