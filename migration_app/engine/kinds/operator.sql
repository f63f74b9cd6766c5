-- Operators. One without a function is a mere promise, made by naming it as another's commutator or negator.
select 'pg_catalog.pg_operator'::pg_catalog.regclass::pg_catalog.oid as classid,
       o.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       o.oprname as name,
       '(' || coalesce(pg_catalog.format_type(nullif(o.oprleft, 0), null), 'NONE')
           || ', ' || pg_catalog.format_type(o.oprright, null) || ')' as arguments,
       case when o.oprleft <> 0 then pg_catalog.format_type(o.oprleft, null) end as "left",
       pg_catalog.format_type(o.oprright, null) as "right",
       pg_catalog.format_type(o.oprresult, null) as result,
       o.oprcode::pg_catalog.text as function,
       pg_catalog.quote_ident(cn.nspname) || '.' || c.oprname as commutator,
       pg_catalog.quote_ident(gn.nspname) || '.' || g.oprname as negator,
       nullif(o.oprrest::pg_catalog.text, '-') as restrict,
       nullif(o.oprjoin::pg_catalog.text, '-') as "join",
       o.oprcanhash as hashes,
       o.oprcanmerge as merges
from pg_catalog.pg_operator as o
join pg_catalog.pg_namespace as n on n.oid = o.oprnamespace
left join pg_catalog.pg_operator as c on c.oid = o.oprcom
left join pg_catalog.pg_namespace as cn on cn.oid = c.oprnamespace
left join pg_catalog.pg_operator as g on g.oid = o.oprnegate
left join pg_catalog.pg_namespace as gn on gn.oid = g.oprnamespace
where o.oprcode <> 0
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
