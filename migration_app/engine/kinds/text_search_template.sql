-- regproc prints a function's name, with its schema under an empty search path.
select 'pg_catalog.pg_ts_template'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       t.tmplname as name,
       case when t.tmplinit <> 0 then t.tmplinit::pg_catalog.text end as init,
       t.tmpllexize::pg_catalog.text as lexize
from pg_catalog.pg_ts_template as t
join pg_catalog.pg_namespace as n on n.oid = t.tmplnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
