-- The version isn't compared: two servers rarely offer the same, and pg_dump doesn't write it either.
select 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid as classid,
       e.oid as objid,
       0 as objsubid,
       e.extname as name,
       n.nspname as schema,
       e.extversion as version
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
