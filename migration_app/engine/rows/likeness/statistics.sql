-- What ANALYZE knows of each column. No value leaves the server: of numbers and times eleven steps from the least to the
-- greatest, rounded to a tenth to a hundredth of their span (whole numbers and days at least to one), and none where
-- fewer than fifty rows say anything; of enums and booleans their labels, which are schema; of all else, figures only.
select s.schemaname as schema,
       s.tablename as "table",
       s.attname as "column",
       s.null_frac as nulls,
       s.n_distinct as "distinct",
       s.avg_width as width,
       coalesce(r.steps, '{}') as steps,
       case when t.typcategory in ('B', 'E')
            then coalesce(s.most_common_vals::pg_catalog.text::pg_catalog.text[], '{}') else '{}' end as labels,
       coalesce(s.most_common_freqs, '{}')::pg_catalog.float8[] as frequencies
from pg_catalog.pg_stats as s
join pg_catalog.pg_namespace as n on n.nspname = s.schemaname
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = s.tablename
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = s.attname
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_type as d on d.oid = t.typbasetype
cross join lateral (
    select coalesce(d.typname, t.typname) in ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8') as number,
           coalesce(d.typname, t.typname) in ('date', 'timestamp', 'timestamptz') as time,
           coalesce(d.typname, t.typname) in ('int2', 'int4', 'int8', 'date', 'timestamp', 'timestamptz') as whole
) as k
left join lateral (
    -- Every bound of the histogram stands for as many rows, every one of the commonest values for its own.
    select pg_catalog.array_agg(x.number order by x.number) as values, pg_catalog.array_agg(x.upto order by x.number) as uptos
    from (select w.number, pg_catalog.sum(w.weight) over (order by w.number) / pg_catalog.sum(w.weight) over () as upto
          from (select case when k.time then extract(epoch from e.bound::pg_catalog.timestamptz)::pg_catalog.numeric / 86400
                            else e.bound::pg_catalog.numeric end as number, e.weight
                from (select h.bound, greatest(1 - s.null_frac - (select coalesce(pg_catalog.sum(f), 0)
                                                                  from unnest(s.most_common_freqs) as f), 0)
                             / pg_catalog.count(*) over () as weight
                      from unnest(s.histogram_bounds::pg_catalog.text::pg_catalog.text[]) as h(bound)
                      union all
                      select m.bound, m.share
                      from unnest(s.most_common_vals::pg_catalog.text::pg_catalog.text[], s.most_common_freqs) as m(bound, share)
                     ) as e
                where e.bound !~* 'nan|infinity') as w) as x
    where (k.number or k.time) and (c.relkind = 'p' or c.reltuples * (1 - s.null_frac) >= 50)
) as o on true
left join lateral (
    select greatest(10 ^ (pg_catalog.floor(pg_catalog.log(
               coalesce(nullif(o.values[pg_catalog.cardinality(o.values)] - o.values[1], 0),
                        nullif(pg_catalog.abs(o.values[1]), 0), 1))) - 1),
               case when k.whole then 1 else 0 end)::pg_catalog.numeric as size
) as unit on true
left join lateral (
    select pg_catalog.array_agg(
               (case q.place when 0 then pg_catalog.floor(p.number / unit.size)
                             when 10 then pg_catalog.ceil(p.number / unit.size)
                             else pg_catalog.round(p.number / unit.size) end * unit.size)::pg_catalog.float8
               order by q.place) as steps
    from pg_catalog.generate_series(0, 10) as q(place)
    cross join lateral (
        select pg_catalog.min(o.values[i.place]) as number
        from pg_catalog.generate_subscripts(o.values, 1) as i(place)
        where o.uptos[i.place] >= q.place / 10.0 - 1e-6
    ) as p
    where pg_catalog.cardinality(o.values) > 0
) as r on true
where s.inherited = (c.relkind = 'p')
  and c.relkind in ('r', 'p')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by 1, 2, 3
