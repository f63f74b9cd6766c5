-- The owner of everything that has one. An extension's owner can't be changed and an index has its table's.
select o.classid, o.objid, 0 as objsubid, r.rolname as role,
       exists (select from pg_catalog.pg_depend as d
               where d.classid = o.classid and d.objid = o.objid and d.deptype = 'a'
                 and o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                 and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                 and o.linkable) as linked
from (
    select 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid as classid, oid as objid,
           nspowner as owner, false as linkable
    from pg_catalog.pg_namespace
    union all
    select 'pg_catalog.pg_class'::pg_catalog.regclass, oid, relowner, relkind = 'S'
    from pg_catalog.pg_class where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    union all
    select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typowner, false
    from pg_catalog.pg_type as t
    left join pg_catalog.pg_class as c on c.oid = t.typrelid
    where t.typcategory <> 'A' and (t.typrelid = 0 or c.relkind = 'c')
    union all
    select 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, proowner, false from pg_catalog.pg_proc
    union all
    select 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprowner, false from pg_catalog.pg_operator where oprcode <> 0
) as o
join pg_catalog.pg_roles as r on r.oid = o.owner
where o.objid >= 16384
   or o.objid = (select oid from pg_catalog.pg_namespace where nspname = 'public')
