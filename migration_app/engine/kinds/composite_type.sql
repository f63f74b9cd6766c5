select 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       t.typname as name,
       coalesce(a.names, '{}') as names,
       coalesce(a.types, '{}') as types
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
join pg_catalog.pg_class as c on c.oid = t.typrelid and c.relkind = 'c'
left join lateral (
    select pg_catalog.array_agg(a.attname::pg_catalog.text order by a.attnum) as names,
           pg_catalog.array_agg(
               pg_catalog.format_type(a.atttypid, a.atttypmod)
               || case when a.attcollation <> at.typcollation
                       then ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.'
                            || pg_catalog.quote_ident(co.collname)
                       else '' end
               order by a.attnum) as types
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as at on at.oid = a.atttypid
    left join pg_catalog.pg_collation as co on co.oid = a.attcollation
    left join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
) as a on true
where t.typtype = 'c'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
