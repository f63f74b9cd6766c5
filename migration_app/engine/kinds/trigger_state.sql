-- Copies of triggers on partitions that are enabled otherwise than the trigger they were copied from, or that bear a
-- comment or depend on an extension.
with recursive copies as (
    select t.oid as root, t.tgenabled as root_enabled, t.oid, t.tgrelid, t.tgname, t.tgenabled
    from pg_catalog.pg_trigger as t
    where t.tgparentid = 0 and not t.tgisinternal
    union all
    select p.root, p.root_enabled, t.oid, t.tgrelid, t.tgname, t.tgenabled
    from copies as p
    join pg_catalog.pg_trigger as t on t.tgparentid = p.oid
)
select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.tgrelid as objid,
       0 as objsubid,
       'pg_catalog.pg_trigger'::pg_catalog.regclass::pg_catalog.oid as refclassid,
       t.root as refobjid,
       0 as refobjsubid,
       t.tgname as trigger,
       t.tgenabled as enabled,
       t.root_enabled as root_enabled,
       d.description as comment,
       coalesce(e.extensions, '{}') as extensions
from copies as t
left join (select e.objid, pg_catalog.array_agg(x.extname::pg_catalog.text order by x.extname) as extensions
           from pg_catalog.pg_extension as x
           join pg_catalog.pg_depend as e
             on e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
            and e.refobjid = x.oid
            and e.deptype = 'x'
           where e.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
           group by e.objid) as e on e.objid = t.oid and t.oid <> t.root
left join pg_catalog.pg_description as d
       on d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and d.objoid = t.oid and t.oid <> t.root
where t.tgenabled <> t.root_enabled or d.description is not null or e.extensions is not null
