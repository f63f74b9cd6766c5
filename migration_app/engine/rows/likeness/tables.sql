-- How many rows each table holds by the server's own estimate, a partitioned one's being its partitions'; null where
-- nobody counted. And how many combinations of several columns there are, where CREATE STATISTICS asked for them.
select n.nspname as schema,
       c.relname as name,
       case when c.relkind = 'p'
            then (select case when pg_catalog.bool_and(l.reltuples < 0) then null
                              else pg_catalog.sum(greatest(l.reltuples, 0)) end
                  from pg_catalog.pg_partition_tree(c.oid) as p
                  join pg_catalog.pg_class as l on l.oid = p.relid
                  where p.isleaf)
            else nullif(c.reltuples, -1) end::pg_catalog.int8 as rows,
       coalesce((select pg_catalog.json_agg(pg_catalog.json_build_object(
                            'columns', e.attnames, 'keys', e.n_distinct::pg_catalog.text, 'numbers', x.stxkeys::pg_catalog.text))
                 from pg_catalog.pg_stats_ext as e
                 join pg_catalog.pg_namespace as m on m.nspname = e.statistics_schemaname
                 join pg_catalog.pg_statistic_ext as x on x.stxnamespace = m.oid and x.stxname = e.statistics_name
                 where e.schemaname = n.nspname and e.tablename = c.relname and e.n_distinct is not null), '[]') as combined
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and not c.relispartition
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by 1, 2
