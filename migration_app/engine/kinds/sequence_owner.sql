-- The column with which a sequence is dropped (OWNED BY).
select d.classid as classid,
       d.objid as objid,
       d.objsubid as objsubid,
       d.refclassid as refclassid,
       d.refobjid as refobjid,
       d.refobjsubid as refobjsubid,
       n.nspname as schema,
       t.relname as "table",
       a.attname as "column"
from pg_catalog.pg_depend as d
join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'
join pg_catalog.pg_class as t on t.oid = d.refobjid
join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.deptype = 'a'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
