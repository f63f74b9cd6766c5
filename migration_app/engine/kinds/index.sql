-- Indexes that no constraint keeps.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       i.indexrelid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as name,
       t.relname as "table",
       -- the order of the options makes no difference: it is put right where there is one
       case when pg_catalog.cardinality(c.reloptions) > 1
            then pg_catalog.replace(pg_catalog.pg_get_indexdef(i.indexrelid), ' WITH (' || o.written || ')',
                                    ' WITH (' || o.sorted || ')')
            else pg_catalog.pg_get_indexdef(i.indexrelid) end as definition,
       coalesce((select pg_catalog.array_agg(a.attnum || '=' || a.attstattarget order by a.attnum)
                 from pg_catalog.pg_attribute as a
                 where a.attrelid = i.indexrelid and a.attstattarget >= 0), '{}') as statistics,
       i.indisvalid or t.relkind = 'p' as valid,
       array(select pg_catalog.pg_get_indexdef(i.indexrelid, k.place, false)
             from pg_catalog.generate_series(1, case when i.indisunique then i.indnkeyatts else 0 end) as k (place)
             order by k.place) as unique_keys,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
       t.relkind = 'p' as on_partitioned,
       case when pg_catalog.cardinality(c.reloptions) > 1 then pg_catalog.pg_get_indexdef(i.indexrelid) end as written
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_class as t on t.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join lateral (
    -- as pg_get_indexdef() writes them
    select pg_catalog.string_agg(o.text, ', ' order by o.place) as written,
           pg_catalog.string_agg(o.text, ', ' order by o.text collate pg_catalog."C") as sorted
    from (select u.place, pg_catalog.quote_ident(pg_catalog.split_part(u.option, '=', 1)) || '='
                     || case when pg_catalog.quote_ident(v.value) = v.value then v.value
                             else pg_catalog.quote_literal(v.value) end as text
          from pg_catalog.unnest(c.reloptions) with ordinality as u (option, place)
          cross join lateral (
              select pg_catalog.substr(u.option, pg_catalog.strpos(u.option, '=') + 1) as value) as v) as o
) as o on pg_catalog.cardinality(c.reloptions) > 1
where t.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and not exists (select from pg_catalog.pg_constraint as k
                  where k.conindid = i.indexrelid
                    and k.conrelid = i.indrelid
                    and k.contype in ('p', 'u', 'x'))
