-- Names only: nothing else of a role belongs to one database.
select 'pg_catalog.pg_authid'::pg_catalog.regclass::pg_catalog.oid as classid,
       r.oid as objid,
       0 as objsubid,
       r.rolname as name
from pg_catalog.pg_roles as r
