select 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       t.typname as name,
       pg_catalog.format_type(t.typbasetype, t.typtypmod) as type,
       case when t.typcollation <> b.typcollation
            then pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(c.collname)
       end as collation,
       -- typdefaultbin is NULL for a default that needs no parsing, such as a bare constant of an older server
       coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::pg_catalog.regclass),
                t.typdefault) as "default",
       t.typnotnull as not_null,
       -- a constraint since PostgreSQL 17; a name is part of the schema where it isn't the one that PostgreSQL would choose
       nullif(k.conname, t.typname || '_not_null') as not_null_name
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
join pg_catalog.pg_type as b on b.oid = t.typbasetype
left join pg_catalog.pg_constraint as k on k.contypid = t.oid and k.contype = 'n'
left join pg_catalog.pg_collation as c on c.oid = t.typcollation
left join pg_catalog.pg_namespace as cn on cn.oid = c.collnamespace
where t.typtype = 'd'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
