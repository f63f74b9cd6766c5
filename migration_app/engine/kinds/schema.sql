-- Every schema but the system's; public and plpgsql's come with the database and are compared like the rest.
select 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid as classid,
       n.oid as objid,
       0 as objsubid,
       n.nspname as name
from pg_catalog.pg_namespace as n
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
