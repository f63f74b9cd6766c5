-- What DROP EXTENSION drops although it is no member (DEPENDS ON EXTENSION). One of the index that a constraint keeps is
-- the constraint's; one of a partition's copy of a trigger is read with that.
select case when k.oid is not null then 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
            else d.classid end as classid,
       coalesce(k.oid, d.objid) as objid,
       0 as objsubid,
       x.extname as extension
from pg_catalog.pg_extension as x
join pg_catalog.pg_depend as d
  on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
 and d.refobjid = x.oid
 and d.deptype = 'x'
left join pg_catalog.pg_constraint as k
       on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and k.conindid = d.objid
      and k.contype in ('p', 'u', 'x')
left join pg_catalog.pg_trigger as t
       on d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
      and t.oid = d.objid
where coalesce(t.tgparentid, 0) = 0
