-- Types that a column may have, with what their values are made of.
select t.oid,
       n.nspname as schema,
       t.typname as name,
       t.typtype::pg_catalog.text as kind,
       t.typcategory::pg_catalog.text as category,
       t.typbasetype as base,
       t.typtypmod as modifier,
       case when t.typcategory = 'A' then t.typelem else 0 end as element,
       t.typnotnull as not_null,
       coalesce((select pg_catalog.array_agg(e.enumlabel::pg_catalog.text order by e.enumsortorder)
                 from pg_catalog.pg_enum as e where e.enumtypid = t.oid), '{}') as labels,
       coalesce((select r.rngsubtype from pg_catalog.pg_range as r where t.oid in (r.rngtypid, r.rngmultitypid)), 0) as subtype,
       coalesce((select pg_catalog.array_agg(array[a.atttypid::pg_catalog.int8, a.atttypmod] order by a.attnum)
                 from pg_catalog.pg_attribute as a
                 where a.attrelid = t.typrelid and t.typtype = 'c' and a.attnum > 0 and not a.attisdropped), '{}') as fields
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where t.typtype <> 'p'
