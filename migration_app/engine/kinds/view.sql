select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as name,
       pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') as definition,
       array(select o from pg_catalog.unnest(c.reloptions) as o order by o collate pg_catalog."C") as options,
       coalesce(a.columns, '{}') as columns,
       coalesce(c.reloptions, '{}') as written_options
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join lateral (
    select pg_catalog.array_agg(
               pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
               || case when a.attcollation <> at.typcollation
                       then ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.'
                            || pg_catalog.quote_ident(co.collname)
                       else '' end
               order by a.attnum) as columns
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as at on at.oid = a.atttypid
    left join pg_catalog.pg_collation as co on co.oid = a.attcollation
    left join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
) as a on true
where c.relkind = 'v'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
