-- Foreign tables without their columns.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as name,
       s.srvname as server,
       array(select o from pg_catalog.unnest(f.ftoptions) as o order by o collate pg_catalog."C") as options,
       case when not c.relispartition then (
           select pg_catalog.array_agg(
                      pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname)
                      order by i.inhseqno)
           from pg_catalog.pg_inherits as i
           join pg_catalog.pg_class as p on p.oid = i.inhparent
           join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
           where i.inhrelid = c.oid) end as inherits
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_foreign_table as f on f.ftrelid = c.oid
join pg_catalog.pg_foreign_server as s on s.oid = f.ftserver
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
