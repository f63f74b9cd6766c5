-- What the columns of materialized views were told, where it isn't what their types bring.
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       a.attrelid as objid,
       0 as objsubid,
       a.attname as "column",
       case when a.attstorage <> t.typstorage then a.attstorage::pg_catalog.text end as storage,
       nullif(a.attcompression::pg_catalog.text, '') as compression,
       nullif(a.attstattarget, -1) as statistics,
       array(select o from pg_catalog.unnest(a.attoptions) as o order by o collate pg_catalog."C") as options,
       t.typstorage::pg_catalog.text as type_storage
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_type as t on t.oid = a.atttypid
where c.relkind = 'm'
  and a.attnum > 0
  and not a.attisdropped
  and (a.attstorage <> t.typstorage or a.attcompression <> '' or a.attstattarget >= 0 or a.attoptions is not null)
