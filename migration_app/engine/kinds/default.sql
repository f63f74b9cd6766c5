-- Column defaults, of views too; the expression of a generated column belongs to the column.
select 'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid as classid,
       d.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       a.attname as "column",
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression,
       not a.attislocal and a.attinhcount > 0 and not c.relispartition as comes_with_parent
from pg_catalog.pg_attrdef as d
join pg_catalog.pg_class as c on c.oid = d.adrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
where a.attgenerated = ''
  and not a.attisdropped
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
