-- Constraints of tables. NOT NULL belongs to the column, a constraint trigger to the trigger; a partition's copy of
-- its parent's foreign key (conparentid) is made and dropped by PostgreSQL itself.
select 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid as classid,
       k.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       k.conname as name,
       k.contype as type,
       pg_catalog.pg_get_constraintdef(k.oid) as definition,
       coalesce((select pg_catalog.array_agg(a.attnum || '=' || a.attstattarget order by a.attnum)
                 from pg_catalog.pg_attribute as a
                 where k.contype = 'x' and a.attrelid = k.conindid and a.attstattarget >= 0), '{}') as statistics,
       case when k.contype in ('p', 'u')
            then array(select o from pg_catalog.unnest(ic.reloptions) as o order by o collate pg_catalog."C")
            else '{}' end as options,
       k.conislocal as local,
       k.convalidated as validated,
       c.relkind = 'p' as on_partitioned,
       c.relispartition as on_partition,
       c.relkind = 'f' as on_foreign,
       -- most have one column, and a join finds those of all constraints at once
       case when pg_catalog.cardinality(k.conkey) = 1 then array[a.attname]
            else array(select a.attname from pg_catalog.unnest(k.conkey) with ordinality as u (number, place)
                       join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.number
                       order by u.place) end as columns,
       pg_catalog.pg_get_expr(k.conbin, k.conrelid) as expression,
       case when f.oid is null then '{}' else array[fn.nspname, f.relname] end as foreign_table,
       case when f.oid is null then '{}'
            when pg_catalog.cardinality(k.confkey) = 1 then array[fa.attname]
            else array(select a.attname from pg_catalog.unnest(k.confkey) with ordinality as u (number, place)
                       join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = u.number
                       order by u.place) end as foreign_columns,
       case when k.contype in ('p', 'u') then pg_catalog.pg_get_indexdef(k.conindid) end as index_definition,
       k.condeferrable as deferrable,
       k.condeferred as deferred,
       pg_catalog.count(*) over (partition by k.conrelid, k.contype in ('p', 'u'), k.conkey) > 1 as twin,
       case when k.contype in ('p', 'u') then coalesce(ic.reloptions, '{}') else '{}' end as written_options,
       case when k.conexclop is not null
            then array(select pg_catalog.pg_get_indexdef(k.conindid, u.place::integer, false)
                       from pg_catalog.unnest(k.conexclop) with ordinality as u (operator, place) order by u.place)
            else '{}' end as exclusion_keys,
       case when k.conexclop is not null
            then array(select pg_catalog.format('OPERATOR(%I.%s)', opn.nspname, o.oprname)
                       from pg_catalog.unnest(k.conexclop) with ordinality as u (operator, place)
                       join pg_catalog.pg_operator as o on o.oid = u.operator
                       join pg_catalog.pg_namespace as opn on opn.oid = o.oprnamespace
                       order by u.place)
            else '{}' end as exclusion_operators,
       case when k.conexclop is not null
            then (select pg_catalog.pg_get_expr(i.indpred, i.indrelid)
                  from pg_catalog.pg_index as i where i.indexrelid = k.conindid) end as predicate
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
left join pg_catalog.pg_class as f on f.oid = k.confrelid
left join pg_catalog.pg_namespace as fn on fn.oid = f.relnamespace
left join pg_catalog.pg_attribute as fa on fa.attrelid = k.confrelid and fa.attnum = k.confkey[1]
left join pg_catalog.pg_class as ic on ic.oid = k.conindid and k.contype in ('p', 'u')
where k.contype in ('p', 'u', 'f', 'c', 'x')
  and (k.contype <> 'f' or k.conparentid = 0)
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
