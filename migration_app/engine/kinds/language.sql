-- Procedural languages that someone made without an extension.
select 'pg_catalog.pg_language'::pg_catalog.regclass::pg_catalog.oid as classid,
       l.oid as objid,
       0 as objsubid,
       l.lanname as name,
       l.lanpltrusted as trusted,
       l.lanplcallfoid::pg_catalog.regproc::pg_catalog.text as handler,
       case when l.laninline <> 0 then l.laninline::pg_catalog.regproc::pg_catalog.text end as inline_handler,
       case when l.lanvalidator <> 0 then l.lanvalidator::pg_catalog.regproc::pg_catalog.text end as validator
from pg_catalog.pg_language as l
where l.oid >= 16384
