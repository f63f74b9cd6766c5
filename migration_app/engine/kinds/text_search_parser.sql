-- regproc prints a function's name, with its schema under an empty search path.
select 'pg_catalog.pg_ts_parser'::pg_catalog.regclass::pg_catalog.oid as classid,
       p.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       p.prsname as name,
       p.prsstart::pg_catalog.text as start,
       p.prstoken::pg_catalog.text as gettoken,
       p.prsend::pg_catalog.text as "end",
       case when p.prsheadline <> 0 then p.prsheadline::pg_catalog.text end as headline,
       p.prslextype::pg_catalog.text as lextypes
from pg_catalog.pg_ts_parser as p
join pg_catalog.pg_namespace as n on n.oid = p.prsnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
