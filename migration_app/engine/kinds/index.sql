-- Indexes that no constraint keeps.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       i.indexrelid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as name,
       t.relname as "table",
       pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
       coalesce((select pg_catalog.array_agg(a.attnum || '=' || a.attstattarget order by a.attnum)
                 from pg_catalog.pg_attribute as a
                 where a.attrelid = i.indexrelid and a.attstattarget >= 0), '{}') as statistics,
       i.indisvalid or t.relkind = 'p' as valid,
       array(select pg_catalog.pg_get_indexdef(i.indexrelid, k.place, false)
             from pg_catalog.generate_series(1, case when i.indisunique then i.indnkeyatts else 0 end) as k (place)
             order by k.place) as unique_keys,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_class as t on t.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where t.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and not exists (select from pg_catalog.pg_constraint as k
                  where k.conindid = i.indexrelid
                    and k.conrelid = i.indrelid
                    and k.contype in ('p', 'u', 'x'))
