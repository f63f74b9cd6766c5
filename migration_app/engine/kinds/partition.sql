-- Tables that are partitions.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as refclassid,
       i.inhparent as refobjid,
       0 as refobjsubid,
       n.nspname as schema,
       p.relname as parent,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bound,
       case when pg_catalog.strpos(pg_catalog.pg_get_partition_constraintdef(c.oid), 'satisfies_hash_partition') = 0
            then pg_catalog.pg_get_partition_constraintdef(c.oid) end as condition
from pg_catalog.pg_class as c
join pg_catalog.pg_inherits as i on i.inhrelid = c.oid
join pg_catalog.pg_class as p on p.oid = i.inhparent
join pg_catalog.pg_namespace as n on n.oid = p.relnamespace
where c.relispartition
  and c.relkind in ('r', 'p', 'f')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
