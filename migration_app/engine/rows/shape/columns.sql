-- Columns; sequence is the one that the column owns or that its default draws from.
select a.attrelid as "table",
       a.attnum as number,
       a.attname as name,
       a.atttypid as type,
       a.atttypmod as modifier,
       pg_catalog.format_type(a.atttypid, a.atttypmod) as written,
       a.attnotnull as not_null,
       case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end as "default",
       a.attgenerated <> '' as generated,
       nullif(a.attidentity, '') as identity,
       s.sequences,
       pg_catalog.col_description(a.attrelid, a.attnum) as comment
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
cross join lateral (
    select coalesce(pg_catalog.array_agg(distinct q.seqrelid::pg_catalog.regclass::pg_catalog.text), '{}') as sequences
    from pg_catalog.pg_depend as p
    join pg_catalog.pg_sequence as q
      on (p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and q.seqrelid = p.objid
          and p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and p.refobjid = a.attrelid and p.refobjsubid = a.attnum and p.deptype in ('a', 'i'))
      or (p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and p.objid = d.oid
          and p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and q.seqrelid = p.refobjid)
) as s
where c.relkind in ('r', 'p', 'f')
  and a.attnum > 0
  and not a.attisdropped
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by a.attrelid, a.attnum
