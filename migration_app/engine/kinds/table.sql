-- Ordinary and partitioned tables.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as name,
       c.relpersistence = 'u' as unlogged,
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key,
       case when not c.relispartition then (
           select pg_catalog.array_agg(
                      pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname)
                      order by i.inhseqno)
           from pg_catalog.pg_inherits as i
           join pg_catalog.pg_class as p on p.oid = i.inhparent
           join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
           where i.inhrelid = c.oid) end as inherits,
       case when c.reloftype <> 0 then pg_catalog.format_type(c.reloftype, null) end as of_type,
       case when am.amname <> 'heap' then am.amname end as access_method,
       array(select o from pg_catalog.unnest(c.reloptions) as o order by o collate pg_catalog."C") as options,
       array(select 'toast.' || o from pg_catalog.unnest(t.reloptions) as o order by o collate pg_catalog."C") as toast_options,
       c.relispartition as is_partition,
       coalesce(c.reloptions, '{}')
           || array(select 'toast.' || o from pg_catalog.unnest(t.reloptions) as o) as written_options
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_am as am on am.oid = c.relam
left join pg_catalog.pg_class as t on t.oid = c.reltoastrelid
where c.relkind in ('r', 'p')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
