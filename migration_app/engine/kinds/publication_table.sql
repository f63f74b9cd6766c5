-- Tables of publications, with the columns and the rows that are published where it isn't all of them.
select 'pg_catalog.pg_publication_rel'::pg_catalog.regclass::pg_catalog.oid as classid,
       r.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       p.pubname as publication,
       (select pg_catalog.array_agg(a.attname order by a.attname)
        from pg_catalog.pg_attribute as a
        where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)) as columns,
       pg_catalog.pg_get_expr(r.prqual, r.prrelid) as filter
from pg_catalog.pg_publication_rel as r
join pg_catalog.pg_publication as p on p.oid = r.prpubid
join pg_catalog.pg_class as c on c.oid = r.prrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
