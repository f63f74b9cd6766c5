-- Publications without their tables and schemas.
select 'pg_catalog.pg_publication'::pg_catalog.regclass::pg_catalog.oid as classid,
       p.oid as objid,
       0 as objsubid,
       p.pubname as name,
       p.puballtables as all_tables,
       pg_catalog.array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
                                     case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end],
                               null) as operations,
       p.pubviaroot as via_root,
       p.pubgencols = 's' as generated_columns
from pg_catalog.pg_publication as p
