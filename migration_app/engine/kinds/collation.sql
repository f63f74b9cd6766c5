select 'pg_catalog.pg_collation'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.collname as name,
       c.collprovider::pg_catalog.text as provider,
       c.collisdeterministic as deterministic,
       c.collcollate as collate,
       c.collctype as ctype,
       c.colllocale as locale,
       c.collicurules as rules
from pg_catalog.pg_collation as c
join pg_catalog.pg_namespace as n on n.oid = c.collnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
