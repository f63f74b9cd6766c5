-- Extended statistics. Their definition names the columns in the table's order, which makes no difference.
select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::pg_catalog.oid as classid,
       s.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       s.stxname as name,
       s.stxrelid::pg_catalog.regclass::pg_catalog.text as relation,
       (select pg_catalog.array_agg(k order by k) from pg_catalog.unnest(s.stxkind) as k) as kinds,
       (select coalesce(pg_catalog.array_agg(a.attname order by a.attname), '{}')
        from pg_catalog.pg_attribute as a
        where a.attrelid = s.stxrelid and a.attnum = any (s.stxkeys)) as columns,
       coalesce(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid), '{}') as expressions,
       pg_catalog.pg_get_statisticsobjdef(s.oid) as definition,
       nullif(s.stxstattarget, -1) as target
from pg_catalog.pg_statistic_ext as s
join pg_catalog.pg_namespace as n on n.oid = s.stxnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
