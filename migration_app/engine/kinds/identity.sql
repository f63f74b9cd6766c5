-- Identity columns with their sequences. A partition's identity is its parent's (PostgreSQL 17) and has none.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       s.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       a.attname as "column",
       case a.attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end as generation,
       sn.nspname as sequence_schema,
       s.relname as sequence,
       q.seqstart as start,
       q.seqincrement as increment,
       q.seqmin as minimum,
       q.seqmax as maximum,
       q.seqcache as cache,
       q.seqcycle as cycle,
       (s.relpersistence = 'u') <> (c.relpersistence = 'u') as odd_persistence,
       c.relpersistence = 'u' as table_unlogged
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_depend as d
  on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
 and d.refobjid = a.attrelid
 and d.refobjsubid = a.attnum
 and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
 and d.deptype = 'i'
join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'
join pg_catalog.pg_namespace as sn on sn.oid = s.relnamespace
join pg_catalog.pg_sequence as q on q.seqrelid = s.oid
where a.attidentity <> ''
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
