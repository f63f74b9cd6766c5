-- ALTER DEFAULT PRIVILEGES, a row a grantee. Without a schema an entry replaces the type's own default, so it is given
-- as a difference from that; with a schema it adds.
with acls as (
    select d.oid, d.defaclrole as owner, d.defaclnamespace as namespace, d.defaclobjtype as type, d.defaclacl as acl,
           case when d.defaclnamespace = 0
                then pg_catalog.acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end::"char", d.defaclrole)
           end as usual
    from pg_catalog.pg_default_acl as d
),
held as (
    select a.oid, e.grantee,
           pg_catalog.array_agg(e.privilege_type order by e.privilege_type) as privileges,
           pg_catalog.array_agg(e.privilege_type order by e.privilege_type) filter (where e.is_grantable) as grantable,
           pg_catalog.min(e.ordinality) as position
    from acls as a
    cross join lateral pg_catalog.aclexplode(a.acl) with ordinality as e(grantor, grantee, privilege_type, is_grantable, ordinality)
    group by a.oid, e.grantee
),
usual as (
    select a.oid, e.grantee, pg_catalog.array_agg(e.privilege_type order by e.privilege_type) as privileges
    from acls as a
    cross join lateral pg_catalog.aclexplode(a.usual) as e
    group by a.oid, e.grantee
),
rows as (
    select coalesce(h.oid, u.oid) as oid, coalesce(h.grantee, u.grantee) as grantee,
           coalesce(h.privileges, '{}') as privileges, coalesce(h.grantable, '{}') as grantable,
           coalesce(u.privileges, '{}') as usual, coalesce(h.position, 0) as position
    from held as h
    full join usual as u on (u.oid, u.grantee) = (h.oid, h.grantee)
)
select 'pg_catalog.pg_default_acl'::pg_catalog.regclass::pg_catalog.oid as classid,
       a.oid as objid,
       0 as objsubid,
       o.rolname as role,
       coalesce(n.nspname, '') as schema,
       case a.type when 'r' then 'TABLES' when 'S' then 'SEQUENCES' when 'f' then 'FUNCTIONS'
                   when 'T' then 'TYPES' when 'n' then 'SCHEMAS' when 'L' then 'LARGE OBJECTS' end as type,
       coalesce(g.rolname, 'public') as grantee,
       r.privileges as privileges,
       r.grantable as grantable,
       r.usual as usual,
       r.position as position
from rows as r
join acls as a on a.oid = r.oid
join pg_catalog.pg_roles as o on o.oid = a.owner
left join pg_catalog.pg_namespace as n on n.oid = a.namespace
left join pg_catalog.pg_roles as g on g.oid = r.grantee
where (r.privileges <> r.usual or r.grantable <> '{}')
  and (g.oid is not null or r.grantee = 0)
