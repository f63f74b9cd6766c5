select 'pg_catalog.pg_conversion'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.conname as name,
       pg_catalog.pg_encoding_to_char(c.conforencoding) as source,
       pg_catalog.pg_encoding_to_char(c.contoencoding) as target,
       c.conproc::pg_catalog.text as function,
       c.condefault as "default"
from pg_catalog.pg_conversion as c
join pg_catalog.pg_namespace as n on n.oid = c.connamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
