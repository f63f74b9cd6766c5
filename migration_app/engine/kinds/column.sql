-- Columns of ordinary, partitioned and foreign tables.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       a.attrelid as objid,
       a.attnum as objsubid,
       n.nspname as schema,
       c.relname as "table",
       a.attname as name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull as not_null,
       -- a name is part of the schema where it isn't the one that PostgreSQL would choose
       nullif(k.conname, c.relname || '_' || a.attname || '_not_null') as not_null_name,
       coalesce(k.connoinherit, false) as not_null_no_inherit,
       coalesce(k.convalidated, true) as not_null_validated,
       case when a.attcollation <> t.typcollation
            then pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
       end as collation,
       case when a.attgenerated <> '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end as generated,
       a.attgenerated = 'v' as virtual,
       a.attstorage as storage,
       nullif(a.attcompression, '') as compression,
       nullif(a.attstattarget, -1) as statistics,
       array(select o from pg_catalog.unnest(a.attoptions) as o order by o collate pg_catalog."C") as options,
       array(select o from pg_catalog.unnest(a.attfdwoptions) as o order by o collate pg_catalog."C") as foreign_options,
       a.attislocal as local,
       a.attinhcount as inherited,
       a.attnum as position,
       c.reloftype <> 0 as of_typed,
       c.relkind = 'f' as of_foreign,
       c.relispartition as of_partition,
       coalesce(k.conislocal, true) as not_null_local,
       t.typstorage as type_storage,
       coalesce(h.storage, t.typstorage) as implied_storage,
       nullif(h.compression, '') as implied_compression,
       coalesce(h.has_default, false) and not a.atthasdef as hides_default,
       case when h.generated is null then false
            else coalesce(h.generated = pg_catalog.pg_get_expr(d.adbin, d.adrelid), false) end as generated_as_parent,
       case when a.attislocal or c.relispartition then '{}' else h.schemas end as origin_schemas,
       case when a.attislocal or c.relispartition then '{}' else h.tables end as origin_tables,
       coalesce(k.shared, false) as not_null_name_shared,
       c.relkind = 'p' and exists (select from pg_catalog.pg_partitioned_table as pt
                                   where pt.partrelid = a.attrelid and a.attnum = any (pt.partattrs)) as in_partition_key,
       coalesce(a.attoptions, '{}') as written_options
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join (select k.conrelid, k.conkey[1] as attnum, k.conname, k.connoinherit, k.convalidated, k.conislocal,
                  pg_catalog.count(*) over (partition by k.connamespace, k.conname) > 1 as shared
           from pg_catalog.pg_constraint as k
           where k.contype = 'n') as k
       on k.conrelid = a.attrelid and k.attnum = a.attnum
left join (select i.inhrelid, pa.attname,
                  (pg_catalog.array_agg(pa.attstorage order by i.inhseqno))[1] as storage,
                  (pg_catalog.array_agg(pa.attcompression order by i.inhseqno))[1] as compression,
                  pg_catalog.bool_or(pa.atthasdef and pa.attgenerated = '') as has_default,
                  pg_catalog.min(case when pa.attgenerated <> '' then pg_catalog.pg_get_expr(pd.adbin, pd.adrelid) end)
                      as generated,
                  pg_catalog.array_agg(pn.nspname::pg_catalog.text order by i.inhseqno) as schemas,
                  pg_catalog.array_agg(p.relname::pg_catalog.text order by i.inhseqno) as tables
           from pg_catalog.pg_inherits as i
           join pg_catalog.pg_class as p on p.oid = i.inhparent and p.relkind in ('r', 'p', 'f')
           join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
           join pg_catalog.pg_attribute as pa on pa.attrelid = p.oid and pa.attnum > 0 and not pa.attisdropped
           left join pg_catalog.pg_attrdef as pd on pd.adrelid = pa.attrelid and pd.adnum = pa.attnum
           group by i.inhrelid, pa.attname) as h
       on a.attinhcount > 0 and h.inhrelid = a.attrelid and h.attname = a.attname
left join pg_catalog.pg_collation as co on co.oid = a.attcollation
left join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind in ('r', 'p', 'f')
  and a.attnum > 0
  and not a.attisdropped
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
