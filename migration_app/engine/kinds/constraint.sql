-- Constraints of tables. NOT NULL belongs to the column, a constraint trigger to the trigger; a partition's copy of
-- its parent's foreign key (conparentid) is made and dropped by PostgreSQL itself.
select 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid as classid,
       k.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       k.conname as name,
       k.contype as type,
       pg_catalog.pg_get_constraintdef(k.oid) as definition,
       k.conislocal as local,
       k.convalidated as validated,
       c.relkind = 'p' as on_partitioned,
       c.relispartition as on_partition,
       c.relkind = 'f' as on_foreign
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where k.contype in ('p', 'u', 'f', 'c', 'x')
  and (k.contype <> 'f' or k.conparentid = 0)
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
