select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as name,
       pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') as definition,
       array(select o from pg_catalog.unnest(c.reloptions) as o order by o collate pg_catalog."C") as options,
       case when am.amname <> 'heap' then am.amname end as access_method,
       c.relispopulated as populated,
       coalesce(c.reloptions, '{}') as written_options
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_am as am on am.oid = c.relam
where c.relkind = 'm'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
