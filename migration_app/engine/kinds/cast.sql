-- Casts that someone made; the ones from a range type to its multirange (an internal dependency) are the type's own.
select 'pg_catalog.pg_cast'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       pg_catalog.format_type(c.castsource, null) as source,
       pg_catalog.format_type(c.casttarget, null) as target,
       c.castmethod::pg_catalog.text as method,
       case when c.castfunc <> 0 then c.castfunc::pg_catalog.regprocedure::pg_catalog.text end as function,
       c.castcontext::pg_catalog.text as context
from pg_catalog.pg_cast as c
where c.oid >= 16384
  and not exists (select from pg_catalog.pg_depend as d
                  where d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
                    and d.objid = c.oid
                    and d.deptype = 'i')
