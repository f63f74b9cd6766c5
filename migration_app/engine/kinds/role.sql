-- Names, and whose default privileges only a superuser may set: nothing else of a role belongs to one database.
select 'pg_catalog.pg_authid'::pg_catalog.regclass::pg_catalog.oid as classid,
       r.oid as objid,
       0 as objsubid,
       r.rolname as name,
       r.rolsuper as superuser
from pg_catalog.pg_roles as r
