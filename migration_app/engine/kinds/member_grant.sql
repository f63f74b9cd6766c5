-- Privileges on members of extensions, as differences from what the extension's script granted (pg_init_privs) or, where
-- it granted nothing, from what the object's type grants by itself. Each is a part of its extension.
with acls as (
    -- most members have no privileges but the usual, now and in the script: they are passed over here
    select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid, c.oid as objid, 0 as subid,
           null::pg_catalog.name as attname, c.relowner as owner, c.relacl as acl,
           case c.relkind when 'S' then 's' else 'r' end::"char" as type
    from pg_catalog.pg_class as c
    where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and (c.relacl is not null or c.oid in (select objoid from pg_catalog.pg_init_privs))
    union all
    select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum, a.attname, c.relowner, a.attacl, 'c'
    from pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
    where a.attacl is not null and not a.attisdropped
    union all
    select 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, 0, null, proowner, proacl, 'f' from pg_catalog.pg_proc
    where proacl is not null or oid in (select objoid from pg_catalog.pg_init_privs)
    union all
    select 'pg_catalog.pg_type'::pg_catalog.regclass, oid, 0, null, typowner, typacl, 'T' from pg_catalog.pg_type
    where typacl is not null or oid in (select objoid from pg_catalog.pg_init_privs)
    union all
    select 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, 0, null, nspowner, nspacl, 'n' from pg_catalog.pg_namespace
    union all
    select 'pg_catalog.pg_language'::pg_catalog.regclass, oid, 0, null, lanowner, lanacl, 'l' from pg_catalog.pg_language
    union all
    select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, 0, null, fdwowner, fdwacl, 'F'
    from pg_catalog.pg_foreign_data_wrapper
),
members as (
    select a.classid, a.objid, a.subid, a.attname, a.owner, d.refobjid as extension,
           coalesce(a.acl, pg_catalog.acldefault(a.type, a.owner)) as held,
           coalesce(i.initprivs, pg_catalog.acldefault(a.type, a.owner)) as first
    from acls as a
    join pg_catalog.pg_depend as d on (d.classid, d.objid, d.deptype) = (a.classid, a.objid, 'e'::"char")
    left join pg_catalog.pg_init_privs as i on (i.classoid, i.objoid, i.objsubid) = (a.classid, a.objid, a.subid)
    where a.acl is distinct from i.initprivs
),
rights as (
    select m.extension, m.classid, m.objid, m.subid, m.attname, e.grantee,
           array(select pg_catalog.unnest(pg_catalog.array_agg(e.privilege_type) filter (where e.now))
                 order by 1) as privileges,
           array(select pg_catalog.unnest(pg_catalog.array_agg(e.privilege_type) filter (where e.now and e.is_grantable))
                 order by 1) as grantable,
           array(select pg_catalog.unnest(pg_catalog.array_agg(e.privilege_type) filter (where not e.now))
                 order by 1) as usual,
           array(select pg_catalog.unnest(pg_catalog.array_agg(e.privilege_type) filter (where not e.now and e.is_grantable))
                 order by 1) as usual_grantable
    from members as m
    cross join lateral (select true as now, * from pg_catalog.aclexplode(m.held)
                        union all
                        select false, * from pg_catalog.aclexplode(m.first)) as e
    where e.grantee <> m.owner
    group by m.extension, m.classid, m.objid, m.subid, m.attname, e.grantee
)
select 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid as classid,
       r.extension as objid,
       -- a number of its own, as if it were a column of the extension
       pg_catalog.row_number() over ()::pg_catalog.int4 as objsubid,
       x.extname as extension,
       o.schema as schema,
       o.type as type,
       o.identity as name,
       r.attname as "column",
       coalesce(g.rolname, 'public') as grantee,
       r.privileges as privileges,
       r.grantable as grantable,
       r.usual as usual,
       r.usual_grantable as usual_grantable
from rights as r
join pg_catalog.pg_extension as x on x.oid = r.extension
left join pg_catalog.pg_roles as g on g.oid = r.grantee
cross join lateral pg_catalog.pg_identify_object(r.classid, r.objid, 0) as o
where (r.privileges <> r.usual or r.grantable <> r.usual_grantable)
  and (g.oid is not null or r.grantee = 0)
