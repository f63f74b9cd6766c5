select 'pg_catalog.pg_transform'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       pg_catalog.format_type(t.trftype, null) as type,
       l.lanname as language,
       case when t.trffromsql <> 0 then t.trffromsql::pg_catalog.regprocedure::pg_catalog.text end as from_sql,
       case when t.trftosql <> 0 then t.trftosql::pg_catalog.regprocedure::pg_catalog.text end as to_sql
from pg_catalog.pg_transform as t
join pg_catalog.pg_language as l on l.oid = t.trflang
where t.oid >= 16384
