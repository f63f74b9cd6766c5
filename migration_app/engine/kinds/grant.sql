-- Privileges, as differences from what the object's type grants by itself (acldefault), a row a grantee and grantor.
-- A grantee who lost what the default gives has a row with nothing in it.
with every as (
    select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid, c.oid as objid, 0 as subid,
           null::pg_catalog.name as attname, c.relowner as owner, c.relacl as acl,
           case c.relkind when 'S' then 's' else 'r' end::"char" as type
    from pg_catalog.pg_class as c where c.relacl is not null
    union all
    select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum, a.attname, c.relowner, a.attacl, 'c'
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_class as c on c.oid = a.attrelid
    where a.attacl is not null and not a.attisdropped
    union all
    select 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0, null, n.nspowner, n.nspacl, 'n'
    from pg_catalog.pg_namespace as n where n.nspacl is not null
    union all
    select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0, null, t.typowner, t.typacl, 'T'
    from pg_catalog.pg_type as t where t.typacl is not null and t.typtype <> 'm'
    union all
    select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0, null, p.proowner, p.proacl, 'f'
    from pg_catalog.pg_proc as p
    where p.proacl is not null
      -- a range type's constructors are parts of it
      and not exists (select from pg_catalog.pg_depend as d
                      where (d.classid, d.objid, d.deptype) = ('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 'i'))
    union all
    select 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 0, null, l.lanowner, l.lanacl, 'l'
    from pg_catalog.pg_language as l where l.lanacl is not null
    union all
    select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, 0, null, w.fdwowner, w.fdwacl, 'F'
    from pg_catalog.pg_foreign_data_wrapper as w where w.fdwacl is not null
    union all
    select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, 0, null, s.srvowner, s.srvacl, 'S'
    from pg_catalog.pg_foreign_server as s where s.srvacl is not null
),
acls as (
    select e.* from every as e
    where e.objid >= 16384
       or e.objid = 2200  -- public, whatever it is called by now
),
held as (
    select a.classid, a.objid, a.subid, e.grantee, e.grantor,
           pg_catalog.array_agg(e.privilege_type order by e.privilege_type) as privileges,
           pg_catalog.array_agg(e.privilege_type order by e.privilege_type) filter (where e.is_grantable) as grantable,
           pg_catalog.min(e.ordinality) as position
    from acls as a
    cross join lateral pg_catalog.aclexplode(a.acl) with ordinality as e(grantor, grantee, privilege_type, is_grantable, ordinality)
    group by a.classid, a.objid, a.subid, e.grantee, e.grantor
),
usual as (
    select a.classid, a.objid, a.subid, e.grantee, e.grantor,
           pg_catalog.array_agg(e.privilege_type order by e.privilege_type) as privileges
    from acls as a cross join lateral pg_catalog.aclexplode(pg_catalog.acldefault(a.type, a.owner)) as e
    group by a.classid, a.objid, a.subid, e.grantee, e.grantor
),
rows as (
    select coalesce(h.classid, u.classid) as classid, coalesce(h.objid, u.objid) as objid,
           coalesce(h.subid, u.subid) as subid, coalesce(h.grantee, u.grantee) as grantee,
           coalesce(h.grantor, u.grantor) as grantor, coalesce(h.privileges, '{}') as privileges,
           coalesce(h.grantable, '{}') as grantable, coalesce(u.privileges, '{}') as usual,
           coalesce(h.position, 0) as position
    from held as h
    full join usual as u
      on (u.classid, u.objid, u.subid, u.grantee, u.grantor) = (h.classid, h.objid, h.subid, h.grantee, h.grantor)
)
select r.classid as classid, r.objid as objid, 0 as objsubid,
       case when r.subid <> 0 then r.classid end as refclassid,
       case when r.subid <> 0 then r.objid end as refobjid,
       case when r.subid <> 0 then r.subid end as refobjsubid,
       a.attname as "column",
       coalesce(g.rolname, 'public') as grantee,
       case when r.grantor <> a.owner then gr.rolname end as grantor,
       r.privileges as privileges, r.grantable as grantable, r.usual as usual, r.position as position
from rows as r
join acls as a on (a.classid, a.objid, a.subid) = (r.classid, r.objid, r.subid)
left join pg_catalog.pg_roles as g on g.oid = r.grantee
left join pg_catalog.pg_roles as gr on gr.oid = r.grantor
where (r.privileges <> r.usual or r.grantable <> '{}')
  and (g.oid is not null or r.grantee = 0)
