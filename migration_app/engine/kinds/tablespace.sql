-- Tables, indexes and materialized views that lie elsewhere than the database does. The index that a constraint keeps is
-- the constraint's.
select case when k.oid is not null then 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
            else 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid end as classid,
       coalesce(k.oid, c.oid) as objid,
       0 as objsubid,
       s.spcname as tablespace
from pg_catalog.pg_class as c
join pg_catalog.pg_tablespace as s on s.oid = c.reltablespace
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_constraint as k
       on c.relkind in ('i', 'I')
      and k.conindid = c.oid
      and k.conrelid = (select i.indrelid from pg_catalog.pg_index as i where i.indexrelid = c.oid)
      and k.contype in ('p', 'u', 'x')
where c.reltablespace <> 0
  and c.relkind in ('r', 'p', 'm', 'i', 'I')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
