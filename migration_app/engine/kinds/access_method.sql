select 'pg_catalog.pg_am'::pg_catalog.regclass::pg_catalog.oid as classid,
       a.oid as objid,
       0 as objsubid,
       a.amname as name,
       a.amtype::pg_catalog.text as type,
       a.amhandler::pg_catalog.text as handler
from pg_catalog.pg_am as a
where a.oid >= 16384
