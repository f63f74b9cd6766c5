select d.classoid as classid,
       d.objoid as objid,
       d.objsubid as objsubid,
       a.attname as "column",
       d.description as text
from pg_catalog.pg_description as d
left join pg_catalog.pg_attribute as a
       on d.objsubid <> 0
      and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and a.attrelid = d.objoid
      and a.attnum = d.objsubid
where d.objoid >= 16384
   or d.objoid = (select oid from pg_catalog.pg_namespace where nspname = 'public')
   or d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass
