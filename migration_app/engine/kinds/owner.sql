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
    from pg_catalog.pg_namespace where nspname !~ '^pg_(toast_)?temp_'
    union all
    select 'pg_catalog.pg_class'::pg_catalog.regclass, oid, relowner, relkind = 'S'
    from pg_catalog.pg_class where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    union all
    select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typowner, false
    from pg_catalog.pg_type as t
    left join pg_catalog.pg_class as c on c.oid = t.typrelid
    where (t.typrelid = 0 or c.relkind = 'c')
      -- a multirange and an array are parts of another type
      and t.typtype <> 'm'
      and not exists (select from pg_catalog.pg_type as e where e.typarray = t.oid)
    union all
    select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proowner, false
    from pg_catalog.pg_proc as p
    -- a range type's constructors are parts of it
    where not exists (select from pg_catalog.pg_depend as d
                      where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                        and d.objid = p.oid and d.deptype = 'i')
    union all
    select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, opfowner, false from pg_catalog.pg_opfamily
    union all
    select 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, opcowner, false from pg_catalog.pg_opclass
    union all
    select 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, collowner, false from pg_catalog.pg_collation
    union all
    select 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, conowner, false from pg_catalog.pg_conversion
    union all
    select 'pg_catalog.pg_language'::pg_catalog.regclass, oid, lanowner, false from pg_catalog.pg_language
    union all
    select 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprowner, false from pg_catalog.pg_operator where oprcode <> 0
    union all
    select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, oid, evtowner, false from pg_catalog.pg_event_trigger
    union all
    select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid, stxowner, false from pg_catalog.pg_statistic_ext
    union all
    select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, dictowner, false from pg_catalog.pg_ts_dict
    union all
    select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, cfgowner, false from pg_catalog.pg_ts_config
    union all
    select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, fdwowner, false
    from pg_catalog.pg_foreign_data_wrapper
    union all
    select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, srvowner, false from pg_catalog.pg_foreign_server
    union all
    select 'pg_catalog.pg_publication'::pg_catalog.regclass, oid, pubowner, false from pg_catalog.pg_publication
    union all
    select 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid, s.subowner, false
    from pg_catalog.pg_subscription as s
    where s.subdbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
) as o
join pg_catalog.pg_roles as r on r.oid = o.owner
where o.objid >= 16384
   or o.objid = 2200  -- public, whatever it is called by now
