-- Labels of security label providers on anything in the database.
select l.classoid as classid,
       l.objoid as objid,
       l.objsubid as objsubid,
       l.provider as provider,
       a.attname as "column",
       l.label as label
from pg_catalog.pg_seclabel as l
left join pg_catalog.pg_attribute as a
       on l.objsubid <> 0
      and l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and a.attrelid = l.objoid
      and a.attnum = l.objsubid
where l.classoid <> 'pg_catalog.pg_largeobject'::pg_catalog.regclass
