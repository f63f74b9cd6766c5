-- What rows must keep: checks (of domains too), foreign keys, exclusions; and unique indexes, a constraint's or not.
select k.conrelid as "table",
       k.contypid as domain,
       k.conname as name,
       k.contype::pg_catalog.text as type,
       coalesce(k.conkey, '{}') as columns,
       k.confrelid as target,
       coalesce(k.confkey, '{}') as target_columns,
       k.condeferrable as deferrable,
       pg_catalog.pg_get_expr(k.conbin, k.conrelid) as expression,
       pg_catalog.pg_get_constraintdef(k.oid) as definition,
       null::pg_catalog.text as predicate,
       false as nulls_not_distinct
from pg_catalog.pg_constraint as k
join pg_catalog.pg_namespace as n on n.oid = k.connamespace
where k.contype in ('c', 'f', 'x')
  and k.conparentid = 0
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
union all
select i.indrelid,
       0,
       c.relname,
       case when i.indisprimary then 'p' else 'u' end,
       (select pg_catalog.array_agg(u.number order by u.place)
        from unnest(i.indkey::pg_catalog.int2[]) with ordinality as u(number, place)
        where u.place <= i.indnkeyatts),
       0,
       '{}',
       not i.indimmediate,
       pg_catalog.pg_get_expr(i.indexprs, i.indrelid),
       pg_catalog.pg_get_indexdef(i.indexrelid),
       pg_catalog.pg_get_expr(i.indpred, i.indrelid),
       coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::pg_catalog.bool, false)
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_class as t on t.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where i.indisunique
  and t.relkind in ('r', 'p')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by 1, 3
