-- What logical replication tells of an old row, where it isn't the primary key.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       case when i.indexrelid is not null
            then 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid end as refclassid,
       i.indexrelid as refobjid,
       0 as refobjsubid,
       c.relreplident as identity,
       x.relname as index
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisreplident and c.relreplident = 'i'
left join pg_catalog.pg_class as x on x.oid = i.indexrelid
where c.relkind in ('r', 'p', 'm')
  and c.relreplident <> 'd'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
