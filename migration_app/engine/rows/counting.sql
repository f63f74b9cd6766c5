-- Rows and sizes of the tables given, as two arrays. One statement: ts_stat() runs the query that it is given as text, so
-- here a count for each table that is small enough, that the role may read, and whose rows no policy hides from it. reltuples is -1 before the first ANALYZE.
select t.schema,
       t.name,
       case when t.counted
            then (select s.word::pg_catalog.int8
                  from pg_catalog.ts_stat(pg_catalog.format(
                      'select pg_catalog.array_to_tsvector(array[pg_catalog.count(*)::pg_catalog.text]) from %%I.%%I',
                      t.schema, t.name)) as s)
            else t.estimate
       end as rows,
       not t.counted as estimated,
       t.bytes,
       t.readable
from (
    select f.schema,
           f.name,
           p.estimate,
           p.bytes,
           a.readable,
           a.readable and p.estimate < %(limit)s and p.heap < %(heap)s as counted
    from unnest(%(schemas)s::pg_catalog.text[], %(names)s::pg_catalog.text[]) as f(schema, name)
    join pg_catalog.pg_namespace as n on n.nspname = f.schema
    join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = f.name
    cross join lateral (
        select pg_catalog.has_table_privilege(c.oid, 'select')
               and pg_catalog.has_schema_privilege(n.oid, 'usage')
               and not pg_catalog.row_security_active(c.oid)
               -- A standby has no rows of unlogged tables, and doesn't let them be read.
               and not (pg_catalog.pg_is_in_recovery() and c.relpersistence = 'u') as readable
    ) as a
    cross join lateral (
        select coalesce(sum(greatest(l.reltuples, pg_catalog.pg_stat_get_live_tuples(l.oid), 0)), 0)::pg_catalog.int8 as estimate,
               coalesce(sum(pg_catalog.pg_total_relation_size(l.oid)), 0)::pg_catalog.int8 as bytes,
               coalesce(sum(pg_catalog.pg_relation_size(l.oid)), 0)::pg_catalog.int8 as heap
        from pg_catalog.pg_class as l
        where (l.oid = c.oid or l.oid in (select relid from pg_catalog.pg_partition_tree(c.oid)))
          and l.relkind <> 'p'
    ) as p
) as t
