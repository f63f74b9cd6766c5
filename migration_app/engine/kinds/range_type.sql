select 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       t.typname as name,
       pg_catalog.format_type(r.rngsubtype, null) as subtype,
       case when not o.opcdefault
            then pg_catalog.quote_ident(opn.nspname) || '.' || pg_catalog.quote_ident(o.opcname)
       end as subtype_opclass,
       case when r.rngcollation <> s.typcollation
            then pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(c.collname)
       end as collation,
       case when r.rngcanonical <> 0 then r.rngcanonical::pg_catalog.text end as canonical,
       case when r.rngsubdiff <> 0 then r.rngsubdiff::pg_catalog.text end as subtype_diff,
       pg_catalog.quote_ident(mn.nspname) || '.' || pg_catalog.quote_ident(m.typname) as multirange
from pg_catalog.pg_range as r
join pg_catalog.pg_type as t on t.oid = r.rngtypid
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
join pg_catalog.pg_type as s on s.oid = r.rngsubtype
join pg_catalog.pg_type as m on m.oid = r.rngmultitypid
join pg_catalog.pg_namespace as mn on mn.oid = m.typnamespace
join pg_catalog.pg_opclass as o on o.oid = r.rngsubopc
join pg_catalog.pg_namespace as opn on opn.oid = o.opcnamespace
left join pg_catalog.pg_collation as c on c.oid = r.rngcollation
left join pg_catalog.pg_namespace as cn on cn.oid = c.collnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
