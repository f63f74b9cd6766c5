select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass::pg_catalog.oid as classid,
       d.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       d.dictname as name,
       tn.nspname as template_schema,
       t.tmplname as template,
       d.dictinitoption as options
from pg_catalog.pg_ts_dict as d
join pg_catalog.pg_namespace as n on n.oid = d.dictnamespace
join pg_catalog.pg_ts_template as t on t.oid = d.dicttemplate
join pg_catalog.pg_namespace as tn on tn.oid = t.tmplnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
