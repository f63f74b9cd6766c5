select 'pg_catalog.pg_opfamily'::pg_catalog.regclass::pg_catalog.oid as classid,
       f.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       f.opfname as name,
       m.amname as method
from pg_catalog.pg_opfamily as f
join pg_catalog.pg_namespace as n on n.oid = f.opfnamespace
join pg_catalog.pg_am as m on m.oid = f.opfmethod
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
